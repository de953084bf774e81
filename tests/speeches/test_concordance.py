"""Concordance: exact places, never across speeches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.errors import JianghuaError
from jianghua.speeches.concordance import concordance
from jianghua.speeches.corpus import Corpus, Speech

TWO = Corpus(
    (
        Speech("later", title="乙", date="1999-03", year=1999, text="乙说修渠。"),
        Speech("early", title="甲", year=1978, text="甲说修渠，再修渠。"),
        Speech("undated", text="谁都说修渠"),
        Speech("counts-only", year=1978),
    )
)


def test_rows_follow_the_corpus():
    """Hits come oldest speech first, with id, title, date and year of their speech."""
    table = concordance(TWO, "修渠", width=2)
    assert table["speech"].tolist() == ["early", "early", "later", "undated"]
    assert table["start"].tolist() == [2, 6, 2, 3]  # counted by hand
    assert table["title"].tolist() == ["甲", "甲", "乙", ""]
    assert table["date"][2] == "1999-03"
    assert table["year"].isna().tolist() == [False, False, False, True]


def test_context_stays_inside_the_speech():
    """Left and right end where the speech ends."""
    table = concordance(TWO, "修渠", year=1999, width=50)
    assert list(table[["left", "hit", "right"]].itertuples(index=False, name=None)) == [
        ("乙说", "修渠", "。")
    ]


@pytest.mark.parametrize(
    ("year", "expected"), [(1978, 2), ((1978, 1999), 3), ((1979, 1998), 0), (None, 4)]
)
def test_years(year, expected):
    """A year or a span keeps its speeches and leaves out the undated."""
    assert expected == len(concordance(TWO, "修渠", year=year))


def test_longest_of_several_terms():
    """Of several terms that start at one place the longest is the hit, and each letter is hit once."""
    table = concordance(TWO, ["修", "修渠", "渠"], year=1999)
    assert table["hit"].tolist() == ["修渠"]


def test_terms_are_literal():
    """A full stop in a term is a full stop."""
    speech = Speech("a", text="1x5 and 1.5")
    assert concordance([speech], "1.5")["start"].tolist() == [8]


@pytest.mark.parametrize(
    "call",
    [{"term": ""}, {"term": []}, {"term": "甲", "width": -1}, {"term": "甲", "year": (2000, 1990)}],
)
def test_senseless_questions(call):
    """An empty term, a negative width or a backward span is refused in one line."""
    with pytest.raises(JianghuaError) as error:
        concordance(TWO, **call)
    assert "\n" not in str(error.value)


@given(
    st.text("修渠水 \n甲", max_size=60), st.text("修渠", min_size=1, max_size=3), st.integers(0, 9)
)
def test_a_hit_is_a_slice(text, term, width):
    """left + hit + right is the text around the hit's place, and there are as many hits as str.count finds."""
    table = concordance([Speech("a", text=text)], term, width=width)
    assert text.count(term) == len(table)
    for row in table.itertuples():
        begin = row.start - len(row.left)
        assert (
            text[begin : begin + len(row.left + row.hit + row.right)]
            == row.left + row.hit + row.right
        )
        assert term == row.hit
