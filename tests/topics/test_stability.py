"""Topics found again by another fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from jianghua.topics.guides import Guide
from jianghua.topics.lda import fit_topics
from jianghua.topics.model import TopicModel
from jianghua.topics.stability import cosines, likeness, match, match_topics
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


def test_the_topics_of_one_guide_are_partners() -> None:
    """Where a guide's topic has become another, it is still followed, and its cosine tells."""
    bag, _ = made.planted_bag()
    model = fit_topics(bag, 4, [Guide("甲", ("0-00", "0-01", "0-02", "0-03"))], seed=1)
    own = model.settings["guides"]["甲"]["topic"]
    other = (own + 1) % 4
    strayed = replace(model, settings={"guides": {"甲": {"topic": other}}})
    partners, cosine = match_topics(model, strayed)
    assert partners[own] == other
    assert cosine[own] < 0.2


def test_likeness_of_a_fit_with_itself() -> None:
    """The same fit is alike by words and by passages (1), far above what chance would give."""
    bag, _ = made.planted_bag()
    model = fit_topics(bag, 4, seed=1)
    found = likeness(model, model)
    assert (found.words, found.passages) == pytest.approx((1, 1))
    assert found.words_chance < 0.8
    assert found.passages_chance < 0.6


def test_fits_without_topics_are_alike_only_as_chance_has_it() -> None:
    """Where a topic's passages are thrown at random, passages agree no more than shuffled ones."""
    bag, _ = made.planted_bag()
    random = np.random.default_rng(1)
    model = fit_topics(bag, 4, seed=1)
    thrown = replace(model, passage_topics=random.dirichlet(np.full(4, 0.5), len(bag.passages)))
    found = likeness(model, thrown)
    assert found.passages == pytest.approx(found.passages_chance, abs=0.1)
    assert found.words == pytest.approx(1)
