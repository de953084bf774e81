"""What moves when the set-aside list is changed, in corpora where we know what should."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix, hstack

from jianghua.errors import JianghuaError, JianghuaWarning
from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.topics.guides import Guide
from jianghua.topics.lda import fit_topics
from jianghua.topics.model import TopicModel
from jianghua.topics.sensitivity import (
    NO_LIST,
    REST,
    SEED,
    _correlations,
    _followed,
    effect_in_words,
    on_common_words,
    set_aside_effect,
)
from jianghua.words.bag import Bag, prune
from jianghua.words.lexicon import Lexicon
from tests import toy as made

EVERYWHERE = tuple(f"all-{i}" for i in range(5))
GUIDES = (
    Guide("零", ("词0-00", "词0-01", "词0-02"), "zero"),
    Guide("一", ("词1-00", "词1-01", "词1-02"), "one"),
)


@cache
def planted() -> tuple[Bag, np.ndarray]:
    """Four planted themes, and five words that stand six times in every passage, whatever it
    is about."""
    bag, mixtures = made.planted_bag(4, 200)
    named = tuple(f"词{word}" for word in bag.words)  # bare, they would pass for numbers
    order = np.argsort((*named, *EVERYWHERE))
    everywhere = csr_matrix(np.full((200, len(EVERYWHERE)), 6, dtype="int32"))
    counts = hstack([bag.counts, everywhere]).tocsr()[:, order]
    words = sorted((*named, *EVERYWHERE))
    return Bag(counts, tuple(words), bag.passages), mixtures


def lexicon() -> Lexicon:
    """Sets aside the words that stand everywhere, all of theme 3, and one rare word."""
    aside = dict.fromkeys(EVERYWHERE, "empty verb") | {"词2-19": "address"}
    return Lexicon(set_aside=aside | {f"词3-{i:02d}": "place" for i in range(20)})


@cache
def effect() -> pd.DataFrame:
    return set_aside_effect(planted()[0], GUIDES, 3, lexicon=lexicon(), yardstick=3)


def shares(table: pd.DataFrame, variant: str) -> pd.Series:
    return table[table["variant"] == variant].set_index("theme")["share"]


def yearly(values: np.ndarray) -> np.ndarray:
    """Planted shares by year: four speeches of two passages make a year."""
    return values.reshape(-1, 8, values.shape[1]).mean(axis=1)


def test_rows() -> None:
    """A row per variant and theme, the seed first; a class without words here has no row, and a
    class of few words stands among the small ones."""
    table = effect()
    assert table["variant"].drop_duplicates().tolist() == [
        SEED,
        "empty verb",
        "place",
        NO_LIST,
        REST,
    ]
    assert len(table) == 5 * len(GUIDES)
    assert table.loc[table["variant"] == REST, "classes"].unique().tolist() == ["address"]
    assert not table.isna().any(axis=None)


def test_words_left_in() -> None:
    """By hand: 80 planted words and 5 everywhere; the whole list leaves 59, and each class brings
    back its own."""
    words = effect().drop_duplicates("variant").set_index("variant")["words"]
    assert words.to_dict() == {SEED: 59, "empty verb": 64, "place": 79, NO_LIST: 85, REST: 60}


def test_occurrences_left_in() -> None:
    """Everywhere-words bring back 30 running words a passage, no list all that were counted."""
    bag, _ = planted()
    table = effect().drop_duplicates("variant").set_index("variant")["occurrences"]
    passages = 200 - sum(not row.any() for row in _left(bag).toarray())
    assert table["empty verb"] - table[SEED] == 30 * passages
    assert table[NO_LIST] <= bag.totals.sum()


def _left(bag: Bag) -> csr_matrix:
    return bag.counts[:, [i for i, word in enumerate(bag.words) if not lexicon().class_of(word)]]


def test_shares_are_the_planted_ones() -> None:
    """Without the list's class "place" the themes have their planted share of the words; with the
    whole list, the planted share of what theme 3 leaves (the witness is the planted mixture)."""
    mixtures = planted()[1]
    raw = yearly(mixtures)
    kept = raw[:, :3] / raw[:, :3].sum(axis=1, keepdims=True)
    assert shares(effect(), "place").to_numpy() == pytest.approx(raw[:, :2].mean(axis=0), abs=0.02)
    assert shares(effect(), SEED).to_numpy() == pytest.approx(kept[:, :2].mean(axis=0), abs=0.03)


def test_a_theme_brought_back_moves_the_level() -> None:
    """Theme 3 holds a fourth of the words: switching its class off lowers the others, more than
    a seed does, and the table says so."""
    rows = effect()[effect()["variant"] == "place"]
    assert (rows["shift"] < -3).all()
    assert rows["beyond"].str.contains("level").all()
    assert (rows["difference"] >= rows["shift"].abs() - 1e-9).all()


def test_shift_is_the_difference_of_shares() -> None:
    """Shift of a variant is its mean share less the whole list's under the same seeds."""
    bag, _ = planted()
    table = set_aside_effect(
        bag, GUIDES, 4, seeds=2, yardstick=2, switches=["place"], lexicon=lexicon()
    )
    difference = 100 * (shares(table, "place") - shares(table, SEED))
    shift = table[table["variant"] == "place"].set_index("theme")["shift"]
    assert shift.to_numpy() == pytest.approx(difference.to_numpy())


def test_few_words_move_little() -> None:
    """One rare word brought back leaves level and course of the themes as they were: a move that
    is larger than the seeds' (here they hardly differ) but tiny is not called one."""
    rows = effect()[effect()["variant"] == REST]
    assert (rows["correlation"] > 0.97).all()
    assert (rows["cosine"] > 0.97).all()
    assert (rows["difference"] > rows["seed_difference"]).all()
    assert (rows["beyond"] == "").all()


def test_workers_change_no_digit() -> None:
    """The same table with one thread and with two, and progress told to the end."""
    bag, _ = planted()
    told: list[tuple[int, int]] = []
    one, two = (
        set_aside_effect(
            bag, GUIDES, 4, 1, ["place"], lexicon(), yardstick=2, workers=workers,
            told=lambda done, of: told.append((done, of)),
        )
        for workers in (1, 2)
    )  # fmt: skip
    pd.testing.assert_frame_equal(one, two, check_exact=True)
    assert told == [(1, 3), (2, 3), (3, 3)] * 2


def test_classes_may_be_switched_together() -> None:
    """A mapping names classes that are switched off as one; with all of them no list is left."""
    bag, _ = planted()
    together = {"雅": ["place", "address", "empty verb"]}
    named = set_aside_effect(bag, GUIDES, 4, 1, together, lexicon(), yardstick=2)
    without = set_aside_effect(bag, GUIDES, 4, 1, [NO_LIST], lexicon(), yardstick=2)
    assert named["variant"].unique().tolist() == [SEED, "雅"]
    columns = ["words", "cosine", "share", "correlation"]
    pd.testing.assert_frame_equal(named[columns], without[columns], check_exact=True)


def test_a_class_that_is_not_used_moves_nothing() -> None:
    """A class named by the researcher, none of whose words stands here, is fitted all the same
    and moves nothing at all."""
    bag, _ = planted()
    table = set_aside_effect(bag, GUIDES, 4, 1, ["portal"], lexicon(), yardstick=2)
    row = table[table["variant"] == "portal"]
    assert row[["shift", "difference"]].to_numpy() == pytest.approx(0)
    assert row[["correlation", "cosine"]].to_numpy() == pytest.approx(1)
    assert (row["beyond"] == "").all()


def test_themes_without_guides_are_followed() -> None:
    """Without guides every topic of the first fit is a theme, and its partner in the other fits
    has the same words, though topics are numbered anew in each."""
    bag, _ = planted()
    table = set_aside_effect(bag, (), 3, 1, ["address"], lexicon(), yardstick=3)
    assert table["theme"].nunique() == 3
    assert (table["correlation"] > 0.97).all()


def test_followed_under_other_numbers() -> None:
    """The same fit with its topics in another order has the same yearly shares, theme by theme."""
    bag, _ = planted()
    model = fit_topics(bag, 4, seed=1)
    order = [2, 0, 3, 1]
    turned = TopicModel(model.topic_words[order], model.passage_topics[:, order], bag, {})
    first, other = _followed([model, turned])
    assert other.shares == pytest.approx(first.shares)
    assert (
        np.ptp(first.shares.mean(axis=0)) > 0.01
    )  # themes that could not be told apart prove nothing


def test_numbers_by_shape_come_back() -> None:
    """Numbers are set aside by their shape, not by a list; their class can be switched off too."""
    bag, _ = planted()
    numbered = Bag(
        hstack([csr_matrix(np.ones((200, 1), dtype="int32")), bag.counts]).tocsr(),
        ("2019年", *bag.words),
        bag.passages,
    )
    table = set_aside_effect(numbered, GUIDES, 3, 1, ["number"], lexicon(), yardstick=2)
    words = table.drop_duplicates("variant").set_index("variant")["words"]
    assert words["number"] == words[SEED] + 1


def test_yearly_shares_by_hand() -> None:
    """Two passages of 2001 with 1 and 3 words, topic 0 holding all of the first and a third of the
    second: (1 + 1) / 4; one of 2003 half and half; the speech without a year takes no part."""
    speeches = [Speech("a", year=2001), Speech("b", year=2003), Speech("c")]
    places = [Passage(speeches[0], 0), Passage(speeches[0], 1), Passage(speeches[1], 0)]
    bag = Bag(
        csr_matrix([[1, 0], [1, 2], [1, 1], [9, 9]]),
        ("甲", "乙"),
        (*places, Passage(speeches[2], 0)),
    )
    mixtures = np.array([[1, 0], [1 / 3, 2 / 3], [0.5, 0.5], [0, 1]])
    settings = {"guides": {"天": {"topic": 0}, "地": {"topic": 1}}}
    model = TopicModel(np.full((2, 2), 0.5), mixtures, bag, settings)
    assert _followed([model])[0].shares == pytest.approx(np.full((2, 2), 0.5))


def test_correlations_agree_with_numpy() -> None:
    """Each column's correlation is numpy's; a column that never moves has none."""
    random = np.random.default_rng(3)
    a, b = random.random((9, 4)), random.random((9, 4))
    expected = [np.corrcoef(a[:, t], b[:, t])[0, 1] for t in range(4)]
    assert _correlations(a, b) == pytest.approx(expected)
    b[:, 2] = 0.5
    assert np.isnan(_correlations(a, b)[2])


def test_common_words_keep_their_proportions() -> None:
    """甲 乙 丙 against 乙 丙 丁: 乙 and 丙 remain, each topic's shares of them sum to 1."""
    place = (Passage(Speech("s"), 0),)
    ones = np.ones((1, 1))
    a = TopicModel(
        np.array([[0.5, 0.4, 0.1]]),
        ones,
        Bag(csr_matrix([[5, 4, 1]]), ("甲", "乙", "丙"), place),
        {},
    )
    b = TopicModel(
        np.array([[0.1, 0.1, 0.8]]),
        ones,
        Bag(csr_matrix([[1, 1, 8]]), ("乙", "丙", "丁"), place),
        {},
    )
    x, y = on_common_words(a, b)
    assert x.bag.words == y.bag.words == ("乙", "丙")
    assert x.topic_words == pytest.approx(np.array([[0.8, 0.2]]))
    assert y.topic_words == pytest.approx(np.array([[0.5, 0.5]]))


def row(variant: str, **values: object) -> dict[str, object]:
    numbers = {"share": 0.1, "shift": 0.1, "difference": 0.2, "correlation": 0.99}
    seed = {"seed_difference": 0.3, "seed_correlation": 0.95, "beyond": ""}
    return {"variant": variant, "theme": "水利", **numbers, **seed, **values}


def test_said_in_words() -> None:
    """What moves more than a seed is named with its numbers, in either language."""
    table = pd.DataFrame([
        row(SEED),
        row("place", shift=-2.3, beyond="level"),
        row(NO_LIST, shift=-4.1, correlation=0.42, beyond="level and course"),
    ])  # fmt: skip
    assert effect_in_words(table) == (
        "水利: its level moves with the list (without places -2.3 points, with no list -4.1 "
        "points); its course moves with the list (correlation of the yearly shares: with no list "
        "0.42, another seed 0.95)."
    )
    chinese = effect_in_words(table, ["水利"], "zh")
    assert chinese.startswith("水利：占比高低随停用词表而变（不停用地名 -2.3 个百分点")
    assert "0.42" in chinese
    assert chinese.endswith("。")


def test_nothing_moves_is_said() -> None:
    """Where the list moves nothing more than seeds do, the largest move stands beside the seed's;
    a theme that every seed draws otherwise carries a warning."""
    quiet = pd.DataFrame([row(SEED), row("number"), row("我的词类", difference=0.25)])
    assert "(the most: 我的词类 0.2 points a year, another seed 0.3 on average)" in effect_in_words(
        quiet
    )
    assert "no single fit" not in effect_in_words(quiet)
    unsteady = pd.DataFrame([row("number", seed_correlation=0.4)])
    assert "no single fit" in effect_in_words(unsteady)
    assert "不宜只凭一次拟合" in effect_in_words(unsteady, language="zh")


def test_every_theme_is_said() -> None:
    """A line a theme; the table itself is read aloud, whatever came out."""
    for language in ("en", "zh"):
        lines = effect_in_words(effect(), language=language).splitlines()
        assert [line[0] for line in lines] == ["零", "一"]


def test_guide_words_are_never_lost() -> None:
    """A seed word that the list sets aside stays in every variant; a seed word that nobody says is
    told once, not once a fit."""
    bag, _ = planted()
    guides = (Guide("三", ("词3-00", "词3-01")), Guide("零", ("词0-00", "无此词")))
    with pytest.warns(JianghuaWarning, match="无此词") as told:
        table = set_aside_effect(bag, guides, 4, 1, ["place"], lexicon(), yardstick=2)
    assert len(told) == 1
    words = table.drop_duplicates("variant").set_index("variant")["words"]
    assert words[SEED] == 61


def test_refusals() -> None:
    """Unknown classes, themes and languages, a yardstick of one fit, and too few years are refused,
    and so is a bag from which the list's words are gone already."""
    bag, _ = planted()
    with pytest.raises(JianghuaError, match="no such class: 副词"):
        set_aside_effect(bag, GUIDES, 4, switches=["副词"], lexicon=lexicon())
    with pytest.raises(JianghuaError, match="nothing to switch off"):
        set_aside_effect(bag, GUIDES, 4, switches=[], lexicon=lexicon())
    with pytest.raises(JianghuaError, match="two fits or more"):
        set_aside_effect(bag, GUIDES, 4, yardstick=1, lexicon=lexicon())
    with pytest.raises(JianghuaError, match="speeches of 0 years"):
        nowhen = tuple(Passage(Speech(f"s{i}"), 0) for i in range(200))
        set_aside_effect(Bag(bag.counts, bag.words, nowhen), GUIDES, 4, lexicon=lexicon())
    with pytest.raises(JianghuaError, match="the bag before prune"):
        set_aside_effect(prune(bag, lexicon()), GUIDES, 4, lexicon=lexicon())
    with pytest.raises(JianghuaError, match="no such theme: 火"):
        effect_in_words(effect(), ["火"])
    with pytest.raises(JianghuaError, match="no wording in 'fr'"):
        effect_in_words(effect(), language="fr")
