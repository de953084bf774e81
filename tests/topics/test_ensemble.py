"""The topics that many fits agree on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from jianghua.errors import JianghuaError
from jianghua.topics.ensemble import stable_topics
from jianghua.topics.guides import Guide
from jianghua.topics.lda import fit_topics
from jianghua.topics.model import TopicModel
from tests.toy import planted_bag

BAG, _ = planted_bag()
PLANTED = Guide("甲", ("0-00", "0-01", "0-02", "0-03"))


def with_strays(bag: Any, topics: int, guides: Any, seed: int) -> TopicModel:
    """A fit whose last topic is words at random, another one with every seed."""
    model = fit_topics(bag, topics, guides, seed)
    rows = model.topic_words.copy()
    rows[-1] = np.random.default_rng(seed).dirichlet(np.full(rows.shape[1], 0.05))
    return replace(model, topic_words=rows)


def test_what_all_fits_find_is_stable() -> None:
    """The four planted themes are four stable topics, found by every fit, and nothing is left."""
    model = stable_topics(BAG, 4, fits=5)
    assert model.topics == 4
    assert model.settings["support"] == [1] * 4
    assert min(model.settings["stability"]) > 0.99
    assert model.settings["rest"] is None
    planted = [{word[0] for word in model.words_of(k, 10)} for k in range(4)]
    assert sorted(planted, key=min) == [{"0"}, {"1"}, {"2"}, {"3"}]


def test_strays_go_to_the_rest() -> None:
    """A topic that is another one with every seed is not stable: it is in the rest, which has no
    support, and the stable ones are what they are without it."""
    model = stable_topics(BAG, 4, fits=5, fit=with_strays)
    rest = model.settings["rest"]
    assert model.topics == 4
    assert model.settings["support"][rest] is None
    assert model.settings["stability"][rest] is None
    assert all(support >= 0.5 for k, support in enumerate(model.settings["support"]) if k != rest)


def test_rows_sum_to_one_and_heaviest_first() -> None:
    """It is a model as any other."""
    model = stable_topics(BAG, 5, fits=4)
    assert model.topic_words.sum(axis=1) == pytest.approx(1)
    assert model.passage_topics.sum(axis=1) == pytest.approx(1)
    assert (np.diff(model.weights) <= 1e-12).all()
    assert model.bag is BAG


def test_a_guide_keeps_its_stable_topic() -> None:
    """The stable topic that most fits gave to a guide goes by its name, and holds its words."""
    model = stable_topics(BAG, 4, [PLANTED], fits=3)
    (topic,) = model.guides
    assert model.guides[topic] == "甲"
    assert {word[0] for word in model.words_of(topic, 10)} == {"0"}
    assert model.settings["lost"] == []


def test_a_guide_of_strays_is_lost() -> None:
    """A guide whose topic no two fits share has no stable topic: it is named as lost."""

    def led_astray(bag: Any, topics: int, guides: Any, seed: int) -> TopicModel:
        model = with_strays(bag, topics, guides, seed)
        guide = {**model.settings["guides"]["甲"], "topic": topics - 1}
        return replace(model, settings={**model.settings, "guides": {"甲": guide}})

    model = stable_topics(BAG, 4, [PLANTED], fits=4, fit=led_astray)
    assert model.settings["lost"] == ["甲"]
    assert model.guides == {}


def test_the_same_again() -> None:
    """Same bag and seeds: the same bits, whatever the number of workers."""
    one, two = stable_topics(BAG, 4, fits=3), stable_topics(BAG, 4, fits=3, workers=2)
    assert np.array_equal(one.topic_words, two.topic_words)
    assert one.settings == two.settings


def test_refusals() -> None:
    """Two fits cannot have a majority; fits that agree on nothing make no model."""

    def astray(bag: Any, topics: int, guides: Any, seed: int) -> TopicModel:
        model = fit_topics(bag, topics, guides, seed)
        own = np.eye(len(bag.words))[seed * topics : (seed + 1) * topics]  # a word a topic
        return replace(model, topic_words=own)

    with pytest.raises(JianghuaError, match="3 or more"):
        stable_topics(BAG, 4, fits=2)
    with pytest.raises(JianghuaError, match="agree on none"):
        stable_topics(BAG, 4, fits=3, fit=astray)
