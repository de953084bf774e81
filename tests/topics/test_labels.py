"""The map of topics and the passages that show them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from jianghua.topics.labels import divergences, scale_to_plane, topic_map, typical_passages
from jianghua.topics.model import TopicModel
from jianghua.topics.themes import name_themes


def test_divergences_by_hand() -> None:
    """Topics without a common word are ln 2 apart, equal ones 0; (1, 0) and (1/2, 1/2) are
    H(3/4, 1/4) − ln 2 / 2 apart (Lin 1991)."""
    found = divergences(np.array([[1, 0], [0, 1], [0.5, 0.5]]))
    mixed = -(0.75 * math.log(0.75) + 0.25 * math.log(0.25)) - math.log(2) / 2
    assert found[0] == pytest.approx([0, math.log(2), mixed])
    assert np.allclose(found, found.T)


def test_plane_keeps_distances() -> None:
    """Points of a plane are found again from their distances, up to turning and mirroring."""
    points = np.array([[0, 0], [3, 0], [0, 4], [5, 5.0]])
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    found = scale_to_plane(distances)
    assert np.allclose(np.linalg.norm(found[:, None] - found[None], axis=2), distances)


@pytest.mark.parametrize("topics", [1, 2, 3])
def test_plane_for_few_topics(topics: int) -> None:
    """Equal or few topics have two real coordinates all the same."""
    found = scale_to_plane(np.zeros((topics, topics)))
    assert found.shape == (topics, 2)
    assert np.isfinite(found).all()


def test_topic_map(toy_model: TopicModel) -> None:
    """One row per topic under the model's own numbers, shares of all words."""
    table = topic_map(name_themes(toy_model))
    assert table["topic"].tolist() == [0, 1, 2]
    assert table["share"].to_numpy() == pytest.approx(toy_model.weights)
    assert table["words"].str.split().str[0].tolist() == [
        toy_model.words_of(k, 1)[0] for k in range(3)
    ]


def test_typical_passages(toy_model: TopicModel) -> None:
    """The passages that show 种田 best come from the speeches on fields, one a speech, best first."""
    table = typical_passages(name_themes(toy_model), "种田", n=3)
    assert set(table["speech"]) == {"tian-1", "tian-2", "tian-xiao"}
    assert table["share"].is_monotonic_decreasing
    both = typical_passages(name_themes(toy_model), "种田", n=4, per_speech=2)
    assert both["speech"].duplicated().any()
    assert all(text.startswith(("一、", "二、")) for text in both["text"])
