"""Coherence, against values by hand, brute force and gensim."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.topics.coherence import npmi
from jianghua.topics.model import TopicModel
from jianghua.words.bag import Bag


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
