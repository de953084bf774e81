"""Wording of themes, fates of 提法 and their heat."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.stats import binomtest

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.topics.model import TopicModel
from jianghua.topics.themes import name_themes
from jianghua.words.bag import Bag
from jianghua.years import formulations as module
from jianghua.years.formulations import (
    Coinage,
    disagreements,
    formulations,
    read_coinages,
    risers_and_fallers,
    vocabulary,
)
from jianghua.years.heat import CHINA_MEDIA_PROJECT, HeatScale, heat_grades
from jianghua.years.keyness import keyness, theme_counts, theme_keyness


def bag_of(words: tuple[str, ...], rows: list[tuple[str, int, list[int]]]) -> Bag:
    """Passages of (speech, year, counts of the words); words in sorted order."""
    order = np.argsort(words)
    numbers: dict[str, int] = {}
    places = []
    for name, year, _ in rows:
        numbers[name] = numbers.get(name, -1) + 1
        places.append(Passage(Speech(name, year=year), numbers[name]))
    counts = np.array([counts for *_, counts in rows], dtype="int32")[:, order]
    return Bag(csr_matrix(counts), tuple(words[i] for i in order), tuple(places))


# --- keyness --------------------------------------------------------------------------------------


def test_the_speech_that_carries_a_word_is_weighed():
    """Of ten 甲 in the span that says it more, one speech holds eight: largest is 0.8."""
    rows = [("a", 1980, [8, 5]), ("b", 1981, [2, 5]), ("c", 2000, [1, 9])]
    table = keyness(bag_of(("甲", "乙"), rows), (1980, 1981), (2000, 2000)).set_index("word")
    assert table.loc["甲", "largest"] == pytest.approx(0.8)
    assert not table.loc["甲", "single"]
    assert table.loc["乙", "largest"] == 1


def themes_of(bag: Bag):
    """Two topics: 甲 and 乙 are told in the first, 丙 in both alike, 丁 in the second only."""
    column = {word: i for i, word in enumerate(bag.words)}
    topics = np.zeros((2, 4))
    for topic, shares in enumerate(({"甲": 0.4, "乙": 0.4, "丙": 0.2}, {"丁": 0.8, "丙": 0.2})):
        for word, share in shares.items():
            topics[topic, column[word]] = share
    theta = np.tile([0.75, 0.25], (len(bag.passages), 1))
    return name_themes(TopicModel(topics, theta, bag, {"alpha": [1, 1]}), {0: "一", 1: "二"})


WORDED = [("a", 1980, [6, 1, 4, 2]), ("b", 1981, [5, 0, 0, 2]), ("c", 2000, [1, 6, 4, 2])]


def test_expected_counts_by_hand():
    """丙, alike in both topics, is written by the first with its share in the passage: 4 · 0.75 = 3;
    counts of all themes add up to the bag."""
    bag = bag_of(("甲", "乙", "丙", "丁"), WORDED)
    themes = themes_of(bag)
    own = theme_counts(themes, "一").toarray()
    assert own[0, bag.words.index("丙")] == pytest.approx(3)
    assert own[0, bag.words.index("甲")] == pytest.approx(6)
    both = own + theme_counts(themes, "二").toarray()
    assert both == pytest.approx(bag.counts.toarray())


def test_a_theme_changes_its_words():
    """Within the theme 甲 gives way to 乙; the words of the other theme are not in the table."""
    themes = themes_of(bag_of(("甲", "乙", "丙", "丁"), WORDED))
    table = theme_keyness(themes, "一", (1980, 1981), (2000, 2000))
    assert table["word"].iloc[0] == "乙"
    assert table["word"].iloc[-1] == "甲"
    assert "丁" not in set(table["word"])
    with pytest.raises(JianghuaError, match="一, 二"):
        theme_keyness(themes, "三", (1980, 1981), (2000, 2000))


# --- fates of 提法 --------------------------------------------------------------------------------


@pytest.fixture
def coined(monkeypatch):
    """A table of one 提法, coined in 1990, given up in 2000, with a short form."""
    table = {"联产承包": Coinage("联产承包", 1990, 2000, ("包干",))}
    monkeypatch.setattr(module, "read_coinages", lambda: table)


def test_aliases_stand_apart(coined):
    """An alias has rows of its own, under its main term, and adds nothing to it."""
    rows = [("a", 1985, [1, 2, 7]), ("b", 1995, [3, 0, 7]), ("c", 2005, [2, 5, 3])]
    bag = bag_of(("联产承包", "包干", "农民"), rows)
    plain, both = formulations(bag), formulations(bag, aliases=True)
    assert set(plain["term"]) == {"联产承包"}
    main = both[both["alias_of"] == ""]
    assert main["count"].tolist() == plain["count"].tolist() == [1, 3, 2]
    alias = both[both["alias_of"] == "联产承包"]
    assert alias["term"].unique().tolist() == ["包干"]
    assert alias["count"].tolist() == [2, 0, 5]
    assert set(plain["last_here"]) == {2005}
    assert set(plain["last_year"]) == {2000}


def test_disagreements_are_listed(coined):
    """Said five years before it was coined and after it was given up: a row each, by hand."""
    rows = [("a", 1985, [1, 7]), ("b", 1995, [3, 7]), ("c", 2005, [2, 3]), ("d", 2006, [1, 1])]
    table = disagreements(formulations(bag_of(("联产承包", "农民"), rows)))
    assert table[["kind", "years", "count"]].to_numpy().tolist() == [
        ["before first_year", 1, 1],
        ["after last_year", 2, 3],
    ]
    agreeing = formulations(bag_of(("联产承包", "农民"), rows[1:2]))
    assert disagreements(agreeing).empty


def test_risers_and_fallers_are_terms_only():
    """Terms stand from riser to faller with rates per 10,000 words; other words are the reference."""
    rows = [("a", 1980, [90, 0, 10, 900]), ("b", 2000, [10, 90, 10, 890])]
    bag = bag_of(("旧法", "新法", "常法", "其余"), rows)
    table = risers_and_fallers(bag, (1980, 1980), (2000, 2000), ["旧法", "新法", "常法"])
    assert table["term"].tolist() == ["新法", "常法", "旧法"]
    assert table["way"].tolist() == ["new", "steady", "falls"]
    assert table["rate_a"].tolist() == [0, 100, 900]
    z = keyness(bag, (1980, 1980), (2000, 2000)).set_index("word")["z"]
    assert table["z"].tolist() == z[["新法", "常法", "旧法"]].tolist()


def test_shipped_aliases_are_words():
    """No alias of the shipped table carries quotation marks or separators."""
    aliases = [a for coinage in read_coinages().values() for a in coinage.aliases]
    assert len(aliases) > 100
    assert not any(set(a) & set("“”；;|《》 ") for a in aliases)


# --- heat -----------------------------------------------------------------------------------------


def test_published_lines_hold():
    """沸 from 0.0518 and 烫 from 0.0129 of the articles: China Media Project, 7 August 2018."""
    assert CHINA_MEDIA_PROJECT.grade(0.0518) == "沸"
    assert CHINA_MEDIA_PROJECT.grade(0.0517) == "烫"
    assert CHINA_MEDIA_PROJECT.grade(0.0129) == "烫"
    assert CHINA_MEDIA_PROJECT.grade(0.0128) == "热"
    assert CHINA_MEDIA_PROJECT.grade(0) == ""


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_is_hotter(a, b):
    """A larger share never has a colder grade."""
    heat = ["", *(name for name, _ in reversed(CHINA_MEDIA_PROJECT.grades))]
    low, high = sorted((a, b))
    assert heat.index(CHINA_MEDIA_PROJECT.grade(low)) <= heat.index(CHINA_MEDIA_PROJECT.grade(high))


def test_heat_of_a_single_speech_is_wilsons():
    """3 of 20 passages of one speech: scipy's Wilson interval at 90 %."""
    rows = [("a", 1990, [1 if n < 3 else 0, 5]) for n in range(20)]
    row = heat_grades(bag_of(("包干", "农民"), rows), ["包干"]).iloc[0]
    interval = binomtest(3, 20).proportion_ci(0.9, method="wilson")
    assert (row.share, row.low, row.high) == pytest.approx((0.15, *interval))
    assert (row.grade, row.english, row.passages, row.speeches) == ("沸", "boiling", 20, 1)


def test_heat_that_one_speech_makes_is_less_sure():
    """The same passages say it, but all in one of four speeches: the band is wider."""
    apart = [(f"s{n % 4}", 1990, [int(n < 8), 5]) for n in range(40)]
    heaped = [(f"s{n // 10}", 1990, [int(n < 8), 5]) for n in range(40)]
    sure, unsure = (
        heat_grades(bag_of(("包干", "农民"), r), ["包干"]).iloc[0] for r in (apart, heaped)
    )
    assert sure.share == unsure.share == 0.2
    assert unsure.high - unsure.low > 1.5 * (sure.high - sure.low)


def test_a_scale_of_ones_own():
    """A scale is named and may have other grades; lines that do not fall are refused."""
    scale = HeatScale("两级", (("热", 0.5), ("冷", 0.0)))
    rows = [("a", 1990, [1, 5]), ("b", 1991, [0, 5])]
    table = heat_grades(bag_of(("包干", "农民"), rows), ["包干"], scale)
    assert table["grade"].tolist() == ["热", ""]
    assert set(table["scale"]) == {"两级"}
    with pytest.raises(JianghuaError, match="两级"):
        HeatScale("两级", (("冷", 0.0), ("热", 0.5)))


words_of_han = st.lists(st.text("甲乙丙", min_size=1, max_size=5), min_size=1, unique=True)


@given(words_of_han, st.text("甲乙丙", min_size=1, max_size=2))
def test_searching_agrees_with_counting(words, term):
    """Searching all words at once finds the same words, as often, as looking at each."""
    held, times = vocabulary(words).holding(term)
    assert dict(zip(held.tolist(), times.tolist(), strict=True)) == {
        i: word.count(term) for i, word in enumerate(words) if term in word
    }
    assert vocabulary(words).lengths.tolist() == [len(word) for word in words]
