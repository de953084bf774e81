"""Words that set two spans apart, against the paper's formula by hand."""

from __future__ import annotations

import math

import pytest
from scipy.sparse import csr_matrix

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.words.bag import Bag
from jianghua.years.keyness import keyness


def bag_of(rows: list[tuple[str, int | None, list[int]]]) -> Bag:
    """Passages of (speech, year, counts of 甲 and 乙)."""
    places = tuple(Passage(Speech(name, year=year), i) for i, (name, year, _) in enumerate(rows))
    return Bag(csr_matrix([counts for *_, counts in rows]), ("乙", "甲"), places)


def test_by_hand() -> None:
    """Monroe, Colaresi & Quinn 2008. Corpus: 甲 40, 乙 60; prior of 500 words: 200 and 300. A: 甲 30, 乙
    20. B: 甲 10, 乙 40. Log-odds of 甲 in B (eq. 15): ln(210/340) − ln(230/320); variance (eq. 20):
    1/230 + 1/210; z their ratio (eq. 22). Said more in A, so z is negative."""
    table = keyness(
        bag_of([("a", 1980, [20, 30]), ("b", 2000, [40, 10])]), (1979, 1981), (2000, 2000)
    )
    row = table.set_index("word").loc["甲"]
    log_odds = math.log(210 / 340) - math.log(230 / 320)
    assert row["log_odds"] == pytest.approx(log_odds)
    assert row["z"] == pytest.approx(log_odds / math.sqrt(1 / 230 + 1 / 210))
    assert row["z"] < 0
    assert table["word"].tolist() == ["乙", "甲"]
    assert (row["count_a"], row["count_b"]) == (30, 10)


def test_the_other_way_round() -> None:
    """Exchanging the spans turns every sign and nothing else."""
    bag = bag_of([("a", 1980, [20, 30]), ("b", 2000, [40, 10]), ("c", 1990, [5, 5])])
    there = keyness(bag, (1980, 1980), (2000, 2000)).set_index("word")["z"]
    back = keyness(bag, (2000, 2000), (1980, 1980)).set_index("word")["z"]
    assert there.to_dict() == pytest.approx((-back).to_dict())


def test_counts_agree_with_the_bag(toy_bag: Bag) -> None:
    """Counts of both spans are those of the bag's passages; every word of either span has a row."""
    table = keyness(toy_bag, (2018, 2018), (2023, 2023)).set_index("word")
    for column, year in (("count_a", 2018), ("count_b", 2023)):
        rows = [i for i, p in enumerate(toy_bag.passages) if p.speech.year == year]
        assert table[column].sum() == toy_bag.counts[rows].sum()
    assert table["count_b"]["芯片"] == toy_bag.totals[toy_bag.words.index("芯片")] - 1
    assert ((table["count_a"] + table["count_b"]) > 0).all()
    assert table["z"].is_monotonic_decreasing


def test_words_of_one_speech_are_marked() -> None:
    """A word is marked where a single speech of its own span carries it, however often."""
    bag = bag_of(
        [("a", 1980, [9, 1]), ("b", 2000, [1, 9]), ("b", 2000, [0, 9]), ("c", 2001, [3, 0])]
    )
    table = keyness(bag, (1980, 1980), (2000, 2001)).set_index("word")
    assert table.loc["甲", ["speeches_b", "single"]].tolist() == [1, True]
    assert table.loc["乙", "speeches_b"] == 2


def test_empty_span_is_refused() -> None:
    """A span without a speech is named; speeches without a year belong to none."""
    with pytest.raises(JianghuaError, match="no speech of 1990–1995"):
        keyness(bag_of([("a", 1980, [1, 1]), ("b", None, [1, 1])]), (1980, 1980), (1990, 1995))
