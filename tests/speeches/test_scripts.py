"""Traditional characters are read, and the text they stand in stays what it is."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from jianghua.speeches.preparing import read_speech
from jianghua.speeches.scripts import shows_traditional, simplified

SAMPLE = Path(__file__).parents[2] / "corpus" / "sample" / "raw" / "座談會講話.txt"


@given(st.text(alphabet="們國會發個這來為乾隆乾淨頭髮發展后後里裡面麵干幹\n。a😀", max_size=60))
def test_offsets_stay(text):
    """Simplifying keeps the length, so that an offset means the same place before and after."""
    assert len(simplified(text)) == len(text)


def test_a_simplified_text_is_left_alone():
    """A text that cites one Traditional character is no Traditional text."""
    text = "朱镕基同志题写了“國”字，头发花白的老人乾隆年间的碑文。"
    assert not shows_traditional(text)
    assert simplified(text) == text


def test_a_traditional_speech_is_described_and_dated():
    """The sample of 2009: title and text stay Traditional, its clues are read all the same."""
    speech = read_speech(SAMPLE)
    assert speech.title == "在全省應對國際金融危機工作座談會上的講話"
    assert "機" in speech.text
    assert speech.year == 2009
