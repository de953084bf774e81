"""The nearest year is the one whose words a speech speaks, and the band says how surely."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix, vstack

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.words.bag import Bag
from jianghua.years.nearest import _log_odds, nearest_year, year_scores

YEARS = range(1990, 2010)
WORDS = tuple(f"w{i:02d}" for i in range(40))


def spoken(year: int) -> np.ndarray:
    """Words whose fashion passes: each has its best year, ten years wide."""
    best = np.linspace(1985, 2015, len(WORDS))
    shares = np.exp(-(((best - year) / 5) ** 2))
    return shares / shares.sum()


def bag_of(rows: list[tuple[str, int | None, int]], passages: int = 30, seed: int = 0) -> Bag:
    """Speeches (id, stated year, year whose words they speak) of passages of 60 words."""
    generator = np.random.default_rng(seed)
    counts = [generator.multinomial(60, spoken(said), passages) for *_, said in rows]
    places = tuple(
        Passage(Speech(name, name, year=year), n) for name, year, _ in rows for n in range(passages)
    )
    return Bag(csr_matrix(np.vstack(counts).astype("int32")), WORDS, places)


def series() -> Bag:
    """A report a year."""
    return bag_of([(f"gwr-{year}", year, year) for year in YEARS])


def test_the_year_is_found():
    """Speeches that speak a year's words are put within two years of it, and mostly in the band."""
    local = bag_of([(f"local-{y}", y, y) for y in YEARS], seed=1)
    table = nearest_year(local, series())
    assert (table["lag"].abs() <= 2).all()
    inside = (table["low"] <= table["year"]) & (table["year"] <= table["high"])
    assert inside.mean() >= 0.8
    assert f"{table['nearest'][3]} 年" in table["sentence"][3]


def test_old_words_in_a_late_year():
    """A speech of 2008 in the words of 1995 speaks 1995: lag −13."""
    row = nearest_year(bag_of([("old", 2008, 1995)], seed=2), series()).iloc[0]
    assert abs(row.nearest - 1995) <= 2
    assert row.lag == row.nearest - 2008


def test_a_stranger_is_called_one():
    """Words of all years alike are likest to none: the score is low and the sentence says so."""
    flat = np.tile(np.full(len(WORDS), 3), (12, 1)).astype("int32")
    places = tuple(Passage(Speech("flat", "杂谈"), n) for n in range(12))
    row = nearest_year(Bag(csr_matrix(flat), WORDS, places), series()).iloc[0]
    assert row.score < 0.03
    assert row.sentence.startswith("用词与各年都不甚相像")
    assert "like none of these years" in row.sentence_en


def test_chances_are_a_distribution():
    """Chances over the years sum to one; few passages leave the whole series open."""
    table = year_scores(bag_of([("one", None, 1999)], passages=1, seed=3), series())
    assert table["chance"].sum() == pytest.approx(1)
    assert table["inside"].sum() >= 18
    surer = year_scores(bag_of([("one", None, 1999)], passages=40, seed=3), series())
    assert surer["inside"].sum() < 8


def test_a_report_is_not_compared_with_itself():
    """Without its own year in the series, a report lands beside it."""
    table = nearest_year(series(), series())
    assert (table["nearest"] != table["year"]).all()
    assert table["lag"].abs().median() <= 2


def test_log_odds_by_hand():
    """Two years far apart, words 3:1 and 1:3: half and half with the whole (half each) the first
    year has 0.375 + 0.25 of the first word, log(0.625 / 0.5); however long it is."""
    for size in (10, 1000):
        found = _log_odds([1980, 2000], np.array([[3.0 * size, size], [1000.0, 3000.0]]))
        whole = np.array([3.0 * size + 1000, size + 3000.0]) + 0.5
        whole = whole / whole.sum()
        expected = np.log((np.array([[0.75, 0.25], [0.25, 0.75]]) / whole + 1) / 2)
        assert found == pytest.approx(expected)
    assert _log_odds([1980, 2000], np.array([[3e6, 1e6], [1e6, 3e6]])) == pytest.approx(
        np.log([[1.25, 0.75], [0.75, 1.25]]), abs=1e-5
    )


def test_short_reports_do_not_attract():
    """A speech in words of its own with a few of 2005 is not drawn to a short report of long before,
    as it would be by a prior of so many words."""
    reports = [(f"gwr-{y}", y, y) for y in YEARS]
    long, short = bag_of(reports, passages=60), bag_of([("gwr-1980", 1980, 1985)], passages=2)
    uneven = Bag(vstack([long.counts, short.counts]).tocsr(), WORDS, long.passages + short.passages)
    generator = np.random.default_rng(4)
    strange = 0.7 * np.full(len(WORDS), 1 / len(WORDS)) + 0.3 * spoken(2005)
    counts = generator.multinomial(60, strange, 30).astype("int32")
    places = tuple(Passage(Speech("strange", year=2005), n) for n in range(30))
    row = nearest_year(Bag(csr_matrix(counts), WORDS, places), uneven).iloc[0]
    assert row.nearest > 1995


def test_a_series_has_two_years():
    """One year is no series, and a handful of draws no band."""
    one = bag_of([("a", 1999, 1999)])
    with pytest.raises(JianghuaError, match="two years"):
        nearest_year(bag_of([("b", None, 1999)]), one)
    with pytest.raises(JianghuaError, match="draws"):
        nearest_year(one, series(), draws=10)
