"""What is said of topics that should be looked at before they are named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.topics.lda import fit_topics
from jianghua.topics.model import TopicModel
from jianghua.topics.quality import (
    carried_by_one,
    dead,
    diversity,
    exclusivity,
    speech_shares,
    topic_quality,
    two_in_one,
    vacuous,
)
from jianghua.words.bag import Bag
from tests.toy import planted_bag


@pytest.fixture(scope="module")
def model() -> TopicModel:
    """Four planted themes, found again by four topics."""
    return fit_topics(planted_bag()[0], 4, seed=1)


def given(rows: list[list[float]], mixtures: list[list[float]], counts: np.ndarray) -> TopicModel:
    """A model of these topics and mixtures; each passage is a speech of its own."""
    words = tuple(f"{i:02d}" for i in range(counts.shape[1]))
    places = tuple(Passage(Speech(f"s{i}"), 0) for i in range(len(counts)))
    bag = Bag(csr_matrix(counts), words, places)
    topics = np.array(rows, dtype=float)
    return TopicModel(topics / topics.sum(axis=1, keepdims=True), np.array(mixtures), bag, {})


def test_planted_topics_have_no_mark(model: TopicModel) -> None:
    """Topics that are the planted themes are neither mixed nor junk nor anything else."""
    table = topic_quality(model)
    assert table["topic"].tolist() == [0, 1, 2, 3]
    assert set(table["mark"]) == {""}
    assert (table["coherence"] > 0).all()
    assert table["share"].to_numpy() == pytest.approx(model.weights)
    assert table["stability"].isna().all()


def test_two_themes_in_one_topic_are_told(model: TopicModel) -> None:
    """A topic of two planted themes, which stand together no more than by chance, is mixed."""
    rows = model.topic_words.copy()
    rows[0] = (rows[0] + rows[1]) / 2
    marks = topic_quality(replace(model, topic_words=rows))["mark"]
    assert marks.str.contains("mixed").tolist() == [True, False, False, False]


def test_fits_of_too_few_topics_mix() -> None:
    """Two topics for six planted themes hold several each: both are told."""
    forced = fit_topics(planted_bag(6, 400)[0], 2, seed=1)
    assert topic_quality(forced)["mark"].str.contains("mixed").all()


def test_same_words_twice_are_told(model: TopicModel) -> None:
    """A topic and its copy are each other's nearest, and both are duplicated."""
    rows = model.topic_words.copy()
    rows[3] = rows[0]
    table = topic_quality(replace(model, topic_words=rows))
    assert table["nearest"][[0, 3]].tolist() == [3, 0]
    assert table["similarity"][0] == pytest.approx(1)
    assert table["mark"].str.contains("duplicated").tolist() == [True, False, False, True]


def test_the_corpus_over_again_is_junk() -> None:
    """Of nine topics with words of their own and one that repeats the corpus, the last is vacuous:
    its cosine with the corpus is 1, theirs 1/√9."""
    rows = [*np.kron(np.eye(9), np.ones(3)), np.ones(27)]
    counts = np.kron(np.eye(9, dtype=int), np.ones(3, dtype=int))
    found = given(rows, np.full((9, 10), 0.1).tolist(), counts)
    assert vacuous(found).tolist() == [False] * 9 + [True]


def test_a_topic_of_one_speech_is_told() -> None:
    """Four speeches of ten words: one holds 0.7 of the first topic, over half and over twice its
    quarter; the second is spread."""
    mixtures = [[0.7, 0.3], [0.1, 0.9], [0.1, 0.9], [0.1, 0.9]]
    found = given([[1, 2], [2, 1]], mixtures, np.full((4, 2), 5))
    assert speech_shares(found)[:, 0] == pytest.approx([0.7, 0.1, 0.1, 0.1])
    assert speech_shares(found).sum(axis=0) == pytest.approx([1, 1])
    assert carried_by_one(found).tolist() == [True, False]
    table = topic_quality(found)
    assert table["speech"][0] == "s0"
    assert "one speech" in table["mark"][0]


def test_half_of_the_corpus_is_no_reproach() -> None:
    """Of two speeches, one long: that it holds six tenths of each topic is its due."""
    found = given([[1, 2], [2, 1]], [[0.5, 0.5], [0.5, 0.5]], np.array([[6, 6], [4, 4]]))
    assert not carried_by_one(found).any()


def test_a_topic_without_words_is_dead() -> None:
    """What a prior alone gives is no word: 100 passages with θ = (N + α) / (10 + Σα), N = (10, 0)."""
    found = given([[1, 2], [2, 1]], [[10.5 / 11, 0.5 / 11]] * 100, np.full((100, 2), 5))
    found = replace(found, settings={"alpha": [0.5, 0.5]})
    assert dead(found).tolist() == [False, True]
    assert topic_quality(found)["mark"][1] == "dead"


@pytest.mark.parametrize(("passages", "told"), [(400, True), (24, False)])
def test_few_passages_say_nothing(passages: int, told: bool) -> None:
    """Two groups of words that never meet are two topics, where chance would let them meet; with a
    few passages they might as well have missed each other."""
    half = np.kron(np.eye(2), np.ones((passages // 2, 4)))
    alive = np.random.default_rng(0).random(half.shape) < 0.4
    assert two_in_one(half * alive) is told


def test_exclusivity_at_its_ends() -> None:
    """Topics without a common word are exclusive (1), equal topics share evenly (1/2); twenty
    different words among twenty are all of them, ten among twenty half."""
    counts = np.ones((1, 20), dtype=int)
    apart = given(np.kron(np.eye(2), np.ones(10)).tolist(), [[0.5, 0.5]], counts)
    alike = given(np.ones((2, 20)).tolist(), [[0.5, 0.5]], counts)
    assert exclusivity(apart) == pytest.approx([1, 1])
    assert exclusivity(alike) == pytest.approx([0.5, 0.5])
    assert diversity(apart) == 1
    assert diversity(alike) == 0.5
