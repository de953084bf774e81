"""Topics found again by another fit."""

from __future__ import annotations

import numpy as np
import pytest

from jianghua.topics.lda import fit_topics
from jianghua.topics.model import TopicModel
from jianghua.topics.stability import cosines, match, match_topics
from tests import toy as made


def test_cosines_by_hand() -> None:
    """(3, 4) and (4, 3) meet at 24/25; (1, 0) and (0, 1) at 0."""
    assert cosines(np.array([[3.0, 4.0]]), np.array([[4.0, 3.0]]))[0, 0] == pytest.approx(0.96)
    assert cosines(np.eye(2), np.eye(2)) == pytest.approx(np.eye(2))


def test_the_best_match_is_of_all_not_of_each() -> None:
    """Where both rows like the first column best, the pair with the larger sum is taken: 0.8 + 0.7,
    not 0.9 + 0.1."""
    partners, similarity = match(np.array([[0.9, 0.8], [0.7, 0.1]]))
    assert partners.tolist() == [1, 0]
    assert similarity == pytest.approx([0.8, 0.7])


def test_matching_finds_the_permutation() -> None:
    """A model matched with itself in another order gives that order and cosines of 1."""
    bag, _ = made.planted_bag()
    model = fit_topics(bag, 4, seed=1)
    order = [2, 0, 3, 1]
    turned = TopicModel(model.topic_words[order], model.passage_topics[:, order], bag, {})
    partners, cosine = match_topics(turned, model)
    assert partners.tolist() == order
    assert cosine == pytest.approx(1)
