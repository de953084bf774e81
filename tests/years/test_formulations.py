"""提法 by year: rates that agree with counts."""

from __future__ import annotations

import pytest
from scipy.sparse import csr_matrix

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.words.bag import Bag, count
from jianghua.years.formulations import formulations, read_coinages
from tests import toy as made


def test_rates_agree_with_counts() -> None:
    """Rate times words is the count; counts of all years are those of the bag; zeros have rows."""
    bag = count(made.toy_tokens())
    table = formulations(bag, [made.TIFA, "芯片"])
    assert (table["rate"] * table["words"] / 10_000).to_numpy() == pytest.approx(table["count"])
    for term in (made.TIFA, "芯片"):
        rows = table[table["term"] == term]
        assert rows["year"].tolist() == [2018, 2019, 2020, 2023]
        assert rows["count"].sum() == bag.totals[bag.words.index(term)]
        assert rows["words"].sum() == bag.counts.sum()
    assert table["speeches"].tolist() == [2, 1, 1, 2] * 2


def test_first_years() -> None:
    """The first year here is the first with the term; a term nobody says has zeros and no year."""
    table = formulations(count(made.toy_tokens()), ["芯片", made.TIFA, "火箭"]).set_index("term")
    assert set(table.loc["芯片", "first_here"]) == {2020}
    assert set(table.loc[made.TIFA, "first_here"]) == {2018}
    assert table.loc["火箭", "count"].sum() == 0
    assert table.loc["火箭", ["first_here", "first_year"]].isna().all(axis=None)


def test_without_terms_the_dated_ones_of_the_bag() -> None:
    """Asked for nothing in particular, the table has every dated 提法 that the bag holds."""
    term = next(iter(read_coinages()))
    place = Passage(Speech("a", year=1999), 0)
    bag = Bag(csr_matrix([[2, 1]]), tuple(sorted((term, "芯片"))), (place,))
    table = formulations(bag)
    assert table["term"].tolist() == [term]
    assert table["first_year"].iloc[0] == read_coinages()[term].first_year


def test_undated_corpus_is_refused() -> None:
    """Without any year there is no timeline."""
    bag = Bag(csr_matrix([[1]]), ("芯片",), (Passage(Speech("a"), 0),))
    with pytest.raises(JianghuaError, match="no speech has a year"):
        formulations(bag)


def test_a_longer_number_is_another_meeting() -> None:
    """二十届三中全会 and 二十大 do not say 十届三中全会 and 十大; 党的十大 does say 十大."""
    words = ("二十大", "二十届三中全会", "党的十大", "学十届三中全会")
    passage = Passage(Speech("a", year=2024), 0)
    bag = Bag(csr_matrix([[2, 3, 5, 7]], dtype="int32"), words, (passage,))
    table = formulations(bag, ["十大", "十届三中全会", "二十大"]).set_index("term")
    assert table["count"].to_dict() == {"十大": 5, "十届三中全会": 7, "二十大": 2}


def test_one_term_as_a_string() -> None:
    """A term given as a string is that term, not its characters."""
    bag = count(made.toy_tokens())
    assert formulations(bag, made.TIFA).equals(formulations(bag, [made.TIFA]))
