"""The map of topics and the passages that show them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.topics.labels import (
    divergences,
    scale_to_plane,
    topic_correlations,
    topic_map,
    typical_passages,
)
from jianghua.topics.model import TopicModel
from jianghua.topics.themes import name_themes
from jianghua.words.bag import Bag


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


def test_passages_of_one_year_do_not_speak_for_all() -> None:
    """Of twelve speeches in one year and two in others, at most two of that year are shown, and
    all of it where there is no other."""
    speeches = [Speech(f"s{i:02d}", year=2001 if i < 12 else 2000 + i) for i in range(14)]
    places = tuple(Passage(speech, 0) for speech in speeches)
    bag = Bag(csr_matrix(np.ones((14, 2), dtype=int)), ("甲", "乙"), places)
    shares = np.linspace(0.99, 0.5, 14)
    model = TopicModel(np.eye(2), np.column_stack([shares, 1 - shares]), bag, {})
    themes = name_themes(model, {0: "甲", 1: "乙"})
    assert typical_passages(themes, "甲", n=4)["speech"].tolist() == ["s00", "s01", "s12", "s13"]
    assert typical_passages(themes, "甲", n=6)["speech"].tolist() == [f"s{i:02d}" for i in range(6)]


def test_correlations_by_hand() -> None:
    """Shares (0.6, 0.2, 0.2), (0.2, 0.6, 0.2), (0.2, 0.2, 0.6): each pair repels by −1/2; the same
    of log-ratios, which are ± multiples of the same pattern."""
    shares = np.full((3, 3), 0.2) + 0.4 * np.eye(3)
    bag = Bag(csr_matrix(np.ones((3, 2), dtype=int)), ("甲", "乙"), ())
    model = TopicModel(np.full((3, 2), 0.5), shares, bag, {})
    table = topic_correlations(model)
    pairs = sorted(table[["topic_a", "topic_b"]].to_numpy().tolist())
    assert pairs == [[0, 1], [0, 2], [1, 2]]
    assert table["correlation"].to_numpy() == pytest.approx([-0.5] * 3)
    assert table["log_ratio"].to_numpy() == pytest.approx([-0.5] * 3)


def test_topics_that_go_together_stand_first() -> None:
    """Two topics that share their passages correlate above 0 in both ways, and are the first row;
    one that never varies has no correlation."""
    random = np.random.default_rng(0)
    together = random.random(200)
    shares = np.column_stack([together, together + random.random(200) / 10, random.random(200)])
    bag = Bag(csr_matrix(np.ones((200, 2), dtype=int)), ("甲", "乙"), ())
    shares /= shares.sum(axis=1, keepdims=True)
    table = topic_correlations(TopicModel(np.full((3, 2), 0.5), shares, bag, {}))
    assert table.iloc[0][["topic_a", "topic_b"]].tolist() == [0, 1]
    assert table.iloc[0]["correlation"] > 0.5
    flat = TopicModel(np.full((2, 2), 0.5), np.full((200, 2), 0.5), bag, {})
    assert np.isnan(topic_correlations(flat)["correlation"][0])
