"""Times, voices and line numbers that a format sets before the words."""

import pytest

from jianghua.speeches.cleaning import clean

WORDS = ["乡亲们好", "渡船修好了", "票价不涨", "夜里也开", "老人不要钱", "散会"]


def _subtitles(mark: str) -> str:
    cues = (
        f"{n}\n00:00:{n:02}{mark}000 --> 00:00:{n:02}{mark}900\n{words}\n"
        for n, words in enumerate(WORDS, start=1)
    )
    return "\n".join(cues)


@pytest.mark.parametrize("mark", [",", "."])
def test_subtitles(mark):
    """Of subtitles the words are left, one line a cue."""
    assert clean(_subtitles(mark)).text.split("\n") == WORDS


@pytest.mark.parametrize(
    "cue",
    [
        "[00:01:{:02}] ",
        "（1:{:02}）",
        "[00:01:{:02}] 说话人1：",
        "00:01:{:02} 发言人 2\n",
        "发言人2 01:{:02}\n",
    ],
)
def test_transcripts(cue):
    """Of a transcript with times and voices the words are left."""
    raw = "\n".join(cue.format(n) + words for n, words in enumerate(WORDS))
    assert clean(raw).text.split("\n") == WORDS


def test_a_programme_with_times_stays():
    """A speaker may name the hours of a day."""
    raw = "同志们：\n明天的渡船这样开。\n8:30 头班船\n17:00 末班船\n其余时候随叫随到，请大家互相转告。"
    assert clean(raw).text == raw


def test_line_numbers():
    """Numbers that count the printed lines go, and the sentences they cut are whole again."""
    sentence = "渡口的石阶年年补年年坏，今年下决心换成条石，请各组把自己那一段认领回去，"
    printed = [sentence[start : start + 12] for start in range(0, 36, 12)] * 4
    raw = "\n".join(f"{n:>3} {line}" for n, line in enumerate([*printed, "散会。"], start=1))
    assert clean(raw).text.replace("\n", "") == "".join(printed) + "散会。"


def test_numbered_points_stay():
    """A list of points, numbered up to ten and more, is the speaker's."""
    raw = "\n".join(f"{n} 第{n}个渡口由第{n}组看管。" for n in range(1, 13))
    assert clean(raw).text == raw
