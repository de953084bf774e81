"""What guides can and cannot carry, and whether their topics beat the count of their words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.topics.guide_health import (
    auc,
    guide_health,
    guide_reach,
    health_in_words,
    tell_rivals,
    themes_against_counts,
)
from jianghua.topics.guides import Guide
from jianghua.topics.lda import fit_topics
from jianghua.words.bag import Bag
from tests.toy import planted_bag

PLANTED = Guide("甲", ("0-00", "0-01", "0-02", "0-03"))


def small_bag() -> Bag:
    """粮食 three times in two passages of two speeches, 学校 once."""
    speeches = [Speech("a"), Speech("b")]
    places = (Passage(speeches[0], 0), Passage(speeches[0], 1), Passage(speeches[1], 0))
    return Bag(csr_matrix([[2, 0], [0, 1], [1, 0]]), ("粮食", "学校"), places)


def test_where_seed_words_stand() -> None:
    """Counts, passages and speeches by hand; missing, shared and doubled words are named."""
    guides = (Guide("农", ("粮食", "水稻", "粮食")), Guide("学", ("学校", "粮食")))
    rows = list(guide_health(small_bag(), guides).itertuples(index=False, name=None))
    assert rows == [
        ("农", "粮食", 3, 2, 2, "shared with 学, doubled"),
        ("农", "水稻", 0, 0, 0, "missing"),
        ("学", "学校", 1, 1, 1, ""),
        ("学", "粮食", 3, 2, 2, "shared with 农"),
    ]


def test_reach_of_a_guide() -> None:
    """Passages and speeches that hold any seed word count once; two passages carry no theme."""
    guides = (Guide("农", ("粮食", "学校")), Guide("无", ("水稻",)))
    rows = list(guide_reach(small_bag(), guides).itertuples(index=False, name=None))
    assert rows == [("农", 2, 4, 3, 2, False), ("无", 0, 0, 0, 0, False)]


def test_a_healthy_guide_needs_no_words() -> None:
    """Nothing is said of a guide whose words are all there, often enough."""
    assert health_in_words(planted_bag()[0], [PLANTED]) == []


def test_a_corpus_too_small_is_told() -> None:
    """The sentence names the passages and speeches found and needed."""
    (line,) = health_in_words(small_bag(), [Guide("农", ("粮食",))])
    assert "2 passages of 2 speeches" in line
    assert "count the words instead" in line


def test_a_planted_theme_beats_its_count() -> None:
    """Where a theme is more than its seed words, its topic tells passages that hold hidden ones
    better than the count of the shown ones."""
    bag, _ = planted_bag()
    table = themes_against_counts(bag, 4, [PLANTED])
    assert table["guide"].tolist() == ["甲"]
    assert table["theme"][0] > 0.9
    assert table["beats"].all()


def test_words_that_share_no_theme_do_not_beat_it() -> None:
    """Seed words thrown over passages at random, each alone: neither rival knows where the hidden
    ones are, and the topic's gain over guessing is none."""
    bag, _ = planted_bag(3, 240)
    stray = np.random.default_rng(3).random((240, 4)) < 0.15
    counts = csr_matrix(np.hstack([bag.counts.toarray(), stray.astype(int)]))
    words = (*bag.words, "甲", "乙", "丙", "丁")
    table = themes_against_counts(Bag(counts, words, bag.passages), 4, [Guide("散", words[-4:])])
    assert table["theme"][0] < 0.65


def test_one_seed_word_has_no_other_half() -> None:
    """A guide of one word cannot be tried: it has no row, and alone gives an empty table."""
    bag, _ = planted_bag()
    lone = Guide("乙", ("1-00",))
    assert themes_against_counts(bag, 4, [PLANTED, lone])["guide"].tolist() == ["甲"]
    assert themes_against_counts(bag, 4, [lone]).empty


def test_the_trial_goes_with_the_model() -> None:
    """Settings of a guide tell both figures; the arrays stay."""
    bag, _ = planted_bag()
    model = fit_topics(bag, 4, [PLANTED, Guide("乙", ("1-00",))])
    table = themes_against_counts(bag, 4, [PLANTED])
    told = tell_rivals(model, table)
    assert told.settings["guides"]["甲"]["theme_auc"] == table["theme"][0]
    assert told.settings["guides"]["甲"]["count_auc"] == table["count"][0]
    assert "theme_auc" not in told.settings["guides"]["乙"]
    assert np.array_equal(told.topic_words, model.topic_words)


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=12))
def test_auc_is_the_chance_of_a_higher_score(pairs: list[tuple[int, bool]]) -> None:
    """Every pair of a passage inside and one outside, written out; ties count half."""
    scores = np.array([score for score, _ in pairs], dtype=float)
    target = np.array([inside for _, inside in pairs])
    duels = [
        (a > b) + 0.5 * (a == b) for a in scores[target] for b in scores[~target]
    ]  # fmt: skip
    expected = np.mean(duels) if duels else np.nan
    assert auc(scores, target) == pytest.approx(expected, nan_ok=True)
