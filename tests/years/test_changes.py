"""Changes are found where they were planted, with the years they may lie in, and said plainly."""

from __future__ import annotations

import numpy as np
import pytest
from planted import NAMES, drawn, speech

from jianghua.errors import JianghuaError
from jianghua.years.changes import PROFILE, _cusum, change_points, compare_spans
from jianghua.years.shares import compare_years

BEFORE, SINCE = [0.6, 0.2, 0.2], [0.2, 0.6, 0.2]


def broken(before: int = 12, since: int = 12, seed: int = 0):
    """A speech a year from 1970; the first theme gives way to the second after ``before`` years."""
    speeches = [speech(n, 1970 + n) for n in range(before + since)]
    means = [BEFORE] * before + [SINCE] * since
    return drawn(speeches, means, np.random.default_rng(seed), between=40)


def test_cusum_by_hand():
    """Values 0 0 1 1 cut in the middle: 2 · 2 / 4 · (1 − 0)² = 1; after the first: 1 · 3 / 4 ·
    (2/3)² = 1/3."""
    values = np.array([[0.0], [0.0], [1.0], [1.0]])
    assert _cusum(values, np.array([1, 2, 3])) == pytest.approx([1 / 3, 1, 1 / 3])


@pytest.mark.parametrize("theme", [None, NAMES[0]])
def test_a_planted_break_is_found(theme):
    """The year of the break is found, lies in its band, and is the only one."""
    table = change_points(broken(), theme)
    assert table["year"].tolist() == [1982]
    row = table.iloc[0]
    assert row.theme == (theme or PROFILE)
    assert row.after == 1981
    assert row.low <= 1982 <= row.high
    assert (row.gained, row.lost) == (NAMES[1], NAMES[0])
    assert (row.speeches_before, row.speeches_since) == (12, 12)
    assert row.p <= 0.01
    assert "1982" in row.sentence
    assert "1982" in row.sentence_en


def test_two_breaks_are_two_rows():
    """There and back are two changes, oldest first, each against its own neighbours."""
    speeches = [speech(n, 1970 + n) for n in range(36)]
    means = [BEFORE] * 12 + [SINCE] * 12 + [BEFORE] * 12
    table = change_points(drawn(speeches, means, np.random.default_rng(0), between=40), NAMES[0])
    assert table["year"].tolist() == [1982, 1994]
    assert (table["before"] - table["since"]).tolist()[0] > 0.2
    assert (table["before"] - table["since"]).tolist()[1] < -0.2


def test_no_change_no_row():
    """Speeches of one kind change in about one corpus of twenty, at 5 % (here 0 to 4 of 30)."""
    generator = np.random.default_rng(0)
    found = 0
    for _ in range(30):
        speeches = [speech(n, 1970 + n) for n in range(20)]
        themes = drawn(speeches, [[0.4, 0.4, 0.2]] * 20, generator, passages=6)
        found += len(change_points(themes, permutations=199)) > 0
    assert found <= 4  # binomial(30, 0.05): more than 4 in 1.6 % of runs, and the seed is fixed


def test_a_year_is_not_cut():
    """Speeches of one year stay on one side."""
    speeches = [speech(n, 1970 + n // 4) for n in range(24)]
    themes = drawn(speeches, [BEFORE] * 10 + [SINCE] * 14, np.random.default_rng(0), between=60)
    assert set(change_points(themes)["year"]) <= {1972, 1973}


def test_few_speeches_have_no_change():
    """Five speeches cannot show a change; the table is empty, with all its columns."""
    table = change_points(broken(3, 2))
    assert table.empty
    assert "sentence_en" in table


def test_spans_differ_by_their_shares():
    """Shares of spans are those of compare_years; the difference lies in its band and is said."""
    themes = broken()
    table = compare_spans(themes, (1970, 1981), (1982, 1993)).set_index("theme")
    spans = compare_years(themes, by=[(1970, 1981), (1982, 1993)]).table
    for name in NAMES:
        own = spans[spans.theme == name]["share"].tolist()
        assert table.loc[name, ["share_a", "share_b"]].tolist() == pytest.approx(own)
    row = table.loc[NAMES[1]]
    assert row.low < row.difference < row.high
    assert row.low > 0
    assert row.p < 0.01
    assert "多于" in row.sentence
    assert "more room" in row.sentence_en
    assert "未见可靠差别" in table.loc[NAMES[2], "sentence"]


def test_two_single_speeches_cannot_be_told_apart():
    """Two spans of a speech each: band by passages, no p, and the sentence says why."""
    row = compare_spans(broken(), (1970, 1970), (1993, 1993)).iloc[0]
    assert row.band == "passages"
    assert np.isnan(row.p)
    assert "无法判断" in row.sentence


def test_empty_spans_are_named():
    """A span without speeches is refused by its years."""
    with pytest.raises(JianghuaError, match="1900–1910"):
        compare_spans(broken(), (1900, 1910), (1970, 1980))
    with pytest.raises(JianghuaError, match=r"level=0\.05"):
        change_points(broken(), level=2)
