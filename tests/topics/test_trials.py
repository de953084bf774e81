"""Measures of a fit, against values by hand and other implementations."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.topics.lda import fit_topics
from jianghua.topics.model import TopicModel
from jianghua.topics.trials import (
    choice_in_words,
    exclusivity,
    halves,
    held_out_likelihood,
    match_topics,
    npmi,
    try_topics,
    unigram_likelihood,
)
from jianghua.words.bag import Bag, select_passages
from tests import toy as made


def two_words(counts: list[list[int]], words: tuple[str, ...] = ("甲", "乙")) -> Bag:
    places = tuple(Passage(Speech(f"s{i}"), 0) for i in range(len(counts)))
    return Bag(csr_matrix(counts), words, places)


def flat_model(bag: Bag) -> TopicModel:
    words = len(bag.words)
    settings = {"alpha": [1.0, 1.0]}
    return TopicModel(
        np.full((2, words), 1 / words), np.full((len(bag.passages), 2), 0.5), bag, settings
    )


def test_npmi_by_hand() -> None:
    """甲 stands in 3 of 4 passages, 乙 in 2, both in 2: ln((2/4) / (3/4 · 2/4)) / −ln(2/4) =
    ln(4/3) / ln 2 = 0.415."""
    bag = two_words([[1, 1], [2, 3], [1, 0], [0, 0]])
    assert npmi(flat_model(bag), bag) == pytest.approx([math.log(4 / 3) / math.log(2)] * 2)


@pytest.mark.parametrize(
    ("counts", "value"),
    [
        ([[1, 0], [0, 1]], -1),  # never together
        ([[1, 1], [2, 5]], 1),  # in every passage
        ([[1, 1], [1, 0], [0, 1], [0, 0]], 0),  # together by chance: 1/4 = 1/2 · 1/2
    ],
)
def test_npmi_at_its_ends(counts: list[list[int]], value: float) -> None:
    """−1 for words that never meet, 0 for chance, 1 for words that always do (Bouma 2009)."""
    bag = two_words(counts)
    assert npmi(flat_model(bag), bag)[0] == pytest.approx(value)


def test_npmi_agrees_with_gensim() -> None:
    """Over passages as they stand, without windows, gensim's c_npmi gives the same coherence (it
    adds 1e-12 to each probability, so words must meet)."""
    from gensim.corpora import Dictionary
    from gensim.models import CoherenceModel

    random = np.random.default_rng(4)
    counts = (random.random((60, 6)) < 0.6).astype(int) + np.eye(60, 6, dtype=int)
    bag = two_words(counts.tolist(), tuple("甲乙丙丁戊己"))
    texts = [[bag.words[j] for j in np.flatnonzero(row)] for row in counts]
    # a window as wide as any passage; each word once a passage, for gensim miscounts repetitions
    theirs = CoherenceModel(
        topics=[list(bag.words)], texts=texts, dictionary=Dictionary(texts), coherence="c_npmi",
        window_size=50, processes=1,
    ).get_coherence()  # fmt: skip
    assert npmi(flat_model(bag), bag)[0] == pytest.approx(theirs, abs=1e-6)


def test_words_that_are_not_held_take_no_part() -> None:
    """A word missing from the held-out passages neither helps nor harms; with one word left there
    is no coherence to speak of."""
    bag = two_words([[1, 1, 1], [1, 0, 1], [0, 1, 0]], ("甲", "乙", "丙"))
    fewer = two_words([[1, 1], [1, 0], [0, 1]])
    assert npmi(flat_model(bag), fewer)[0] == npmi(flat_model(fewer), fewer)[0]
    assert np.isnan(npmi(flat_model(bag), two_words([[1]], ("甲",)))[0])


def test_exclusivity_at_its_ends() -> None:
    """Topics without a common word are exclusive (1), equal topics share evenly (1/2)."""
    bag = two_words([[1] * 20], tuple(f"{i:02d}" for i in range(20)))
    apart = np.kron(np.eye(2), np.full(10, 0.1))
    disjoint = TopicModel(apart, np.array([[0.5, 0.5]]), bag, {})
    assert exclusivity(disjoint) == pytest.approx([1, 1])
    assert exclusivity(flat_model(bag)) == pytest.approx([0.5, 0.5])


def test_halves_are_the_whole() -> None:
    """The two halves of a passage add up to it, and neither is below zero."""
    bag, _ = made.planted_bag(3, 30)
    first, second = halves(bag.counts)
    assert ((first + second) != bag.counts).nnz == 0
    assert first.data.min() > 0
    assert second.data.min() > 0


def test_unigram_floor_by_hand() -> None:
    """Word frequencies 3/4 and 1/4 seen; held-out halves scored by them alone."""
    seen, unseen = two_words([[3, 1]]), two_words([[40, 0]])
    assert unigram_likelihood(seen, unseen) == pytest.approx(math.log(3 / 4))


def test_flat_topics_score_as_words_by_chance() -> None:
    """Topics that say every word alike score −ln W on any passages."""
    bag = two_words([[9, 4], [3, 8]])
    assert held_out_likelihood(flat_model(bag), bag) == pytest.approx(-math.log(2))


def test_held_out_rewards_the_planted() -> None:
    """Topics fitted to planted themes are far above the floor on passages they did not see."""
    bag, _ = made.planted_bag()
    seen, unseen = (select_passages(bag, rows) for rows in (range(150), range(150, 200)))
    model = fit_topics(seen, 4, seed=1)
    assert held_out_likelihood(model, unseen) > unigram_likelihood(seen, unseen) + 0.7


def test_matching_finds_the_permutation() -> None:
    """A model matched with itself in another order gives that order and cosines of 1."""
    bag, _ = made.planted_bag()
    model = fit_topics(bag, 4, seed=1)
    order = [2, 0, 3, 1]
    turned = TopicModel(model.topic_words[order], model.passage_topics[:, order], bag, {})
    partners, cosines = match_topics(turned, model)
    assert partners.tolist() == order
    assert cosines == pytest.approx(1)


def test_trials_table() -> None:
    """A row per number and seed; the planted number is the best; workers change no digit."""
    bag, _ = made.planted_bag(4, 150)
    told: list[tuple[int, int]] = []
    table = try_topics(bag, (2, 4), 2, told=lambda done, of: told.append((done, of)))
    assert table[["topics", "seed"]].to_numpy().tolist() == [[2, 1], [2, 2], [4, 1], [4, 2]]
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    best = table.groupby("topics").median(numeric_only=True)
    assert best.loc[4, "held_out"] > best.loc[2, "held_out"] > table["unigram"].iloc[0]
    assert best.loc[4, "exclusivity"] > best.loc[2, "exclusivity"]
    assert best.loc[4, "stability"] > 0.99
    again = try_topics(bag, (2, 4), 2, workers=2)
    pd.testing.assert_frame_equal(table, again, check_exact=True)
    assert "best for 4 topics" in choice_in_words(table)


def test_one_seed_has_no_stability() -> None:
    """With one seed stability is a missing number, in a column of numbers, and is not spoken of."""
    table = try_topics(made.planted_bag(2, 60)[0], (2,), 1)
    assert table["stability"].dtype == "float64"
    assert table["stability"].isna().all()
    assert "stable" not in choice_in_words(table)


def test_texts_without_topics_are_told() -> None:
    """Words thrown together at random: no number of topics is said to be good without the warning
    that none is above the floor."""
    random = np.random.default_rng(0)
    bag = two_words(random.poisson(3, (80, 30)).tolist(), tuple(f"{i:02d}" for i in range(30)))
    assert "carry no topics yet" in choice_in_words(try_topics(bag, (2, 3), 1))


def test_refusals() -> None:
    """Nothing to try, and too few passages to hold some out, are refused."""
    bag, _ = made.planted_bag(2, 60)
    with pytest.raises(JianghuaError, match="nothing to try"):
        try_topics(bag, ())
    with pytest.raises(JianghuaError, match="too few to hold some out"):
        try_topics(two_words([[1, 2], [2, 1]]), (2,))
