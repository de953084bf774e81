"""A fitted model's words, by every order, against values worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from jianghua.errors import JianghuaError
from jianghua.topics.model import TopicModel, frex, relevance
from jianghua.words.bag import Bag

TOPIC_WORDS = np.array([[0.5, 0.4, 0.1], [0.2, 0.7, 0.1]])


def model() -> TopicModel:
    """Two topics, three words, two passages."""
    bag = Bag(csr_matrix([[2, 1, 1], [1, 3, 0]]), ("甲", "乙", "丙"), ())
    guides = {"guides": {"农": {"topic": 1, "words": ["乙"], "english": ""}}}
    return TopicModel(TOPIC_WORDS.copy(), np.array([[0.75, 0.25], [0.5, 0.5]]), bag, guides)


def test_frex_by_hand() -> None:
    """Topic 0: ranks of probability 甲 3, 乙 2, 丙 1 of 3. Shares of the word over topics: 甲 5/7,
    乙 4/11, 丙 1/2, ranks 3, 1, 2. Harmonic means: 甲 1, 乙 2/(3/2 + 3/1) = 4/9, 丙 2/(3 + 3/2) = 4/9."""
    assert frex(TOPIC_WORDS)[0] == pytest.approx([1, 4 / 9, 4 / 9])


def test_frex_at_its_ends() -> None:
    """All weight on frequency gives the ranks of probability alone (equal words share a rank)."""
    ranks = np.array([[3, 2, 1], [2, 3, 1]]) / 3
    assert frex(TOPIC_WORDS, weight=1) == pytest.approx(ranks)


def test_lift_by_hand() -> None:
    """Corpus shares are 3/8, 4/8, 1/8; lift of 甲 in topic 0 is 0.5 / (3/8) = 4/3."""
    assert model().scores("lift")[0] == pytest.approx([4 / 3, 0.8, 0.8])


def test_score_by_hand() -> None:
    """甲 in topic 0: 0.5 (ln 0.5 − (ln 0.5 + ln 0.2) / 2) = 0.25 ln 2.5; 丙, alike in both, 0."""
    scores = model().scores("score")
    assert scores[0] == pytest.approx([0.25 * np.log(2.5), 0.2 * np.log(4 / 7), 0])


def test_relevance_by_hand() -> None:
    """甲 in topic 0 has the lift 4/3: 0.6 ln 0.5 + 0.4 ln(4/3)."""
    assert model().scores("relevance")[0, 0] == pytest.approx(
        0.6 * np.log(0.5) + 0.4 * np.log(4 / 3)
    )


def test_relevance_at_its_ends() -> None:
    """λ = 1 ranks by probability, λ = 0 by lift (Sievert & Shirley 2014)."""
    totals = np.array([3, 4, 1])
    assert np.exp(relevance(TOPIC_WORDS, totals, 1)) == pytest.approx(TOPIC_WORDS)
    assert np.exp(relevance(TOPIC_WORDS, totals, 0)) == pytest.approx(model().scores("lift"))


@pytest.mark.parametrize("by", ["frex", "lift", "score", "relevance"])
def test_a_word_that_no_topic_holds(by: str) -> None:
    """Probabilities of 0, of a word in one topic or in all, leave no order undefined."""
    shares = np.array([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0]])
    scores = replace(model(), topic_words=shares).scores(by)
    assert np.isfinite(scores).all()
    assert scores[0].argmax() == 0


def test_weights_by_hand() -> None:
    """Both passages have four words, so topic 0 holds (0.75 + 0.5) / 2 of all words."""
    assert model().weights == pytest.approx([0.625, 0.375])


def test_top_words() -> None:
    """One row per topic and word, ranks from 1, seed words of a topic's own guide marked there."""
    table = model().top_words(2)
    assert table.columns.tolist() == ["topic", "rank", "word", "score", "seed"]
    rows = list(table.itertuples(index=False, name=None))
    assert rows == [
        (0, 1, "甲", 0.5, False), (0, 2, "乙", 0.4, False),
        (1, 1, "乙", 0.7, True), (1, 2, "甲", 0.2, False),
    ]  # fmt: skip


def test_ties_keep_the_order_of_words() -> None:
    """Words of equal score stand in the bag's order, so that lists never depend on chance."""
    made = model()
    flat = TopicModel(np.full((2, 3), 1 / 3), made.passage_topics.copy(), made.bag, {})
    assert flat.words_of(0, 3) == ["甲", "乙", "丙"]


def test_unknown_order_is_refused() -> None:
    """An order of words that is not known is refused with the known ones."""
    with pytest.raises(JianghuaError, match="probability, frex, lift, score or relevance"):
        model().top_words(by="tfidf")


def test_checksum_is_of_words() -> None:
    """Last bits do not change a model's name, another order of words does."""
    made = model()
    nudged = TopicModel(TOPIC_WORDS + 1e-12, made.passage_topics.copy(), made.bag, {})
    turned = TopicModel(TOPIC_WORDS[::-1].copy(), made.passage_topics.copy(), made.bag, {})
    assert made.checksum == nudged.checksum != turned.checksum


def test_arrays_are_read_only() -> None:
    """Nobody changes a fitted model by accident."""
    with pytest.raises(ValueError, match="read-only"):
        model().topic_words[0, 0] = 1


def test_a_model_shows_itself_in_a_line(toy_model: TopicModel) -> None:
    """A notebook shows size, convergence and what the last passes gained, not the arrays; a model
    whose settings tell nothing shows its size."""
    shown = repr(toy_model)
    passages, words = len(toy_model.bag.passages), len(toy_model.bag.words)
    assert f"3 topics, {passages} passages, {words} words; converged after" in shown
    assert f"gained {toy_model.settings['gain']:.4f} nats a word" in shown
    assert "\n" not in shown
    open_ended = {**toy_model.settings, "converged": False}
    assert "NOT CONVERGED" in repr(replace(toy_model, settings=open_ended))
    assert repr(replace(toy_model, settings={})).endswith(f"{words} words>")
