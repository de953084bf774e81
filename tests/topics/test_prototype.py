"""The fit most like the others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from jianghua.errors import JianghuaError
from jianghua.topics.guides import Guide
from jianghua.topics.lda import fit_topics
from jianghua.topics.model import TopicModel
from jianghua.topics.prototype import correlation, fit_prototype, unsteady
from jianghua.topics.stability import match_topics
from tests.toy import planted_bag

BAG = planted_bag()[0]
HELD = Guide("甲", ("0-00", "0-01", "0-02", "0-03"))


def straying(bag: Any, topics: int, guides: Any, seed: int) -> TopicModel:
    """A fit that seed 2 spoils: its third topic says everything alike."""
    model = fit_topics(bag, topics, guides, seed)
    if seed != 2:
        return model
    rows = model.topic_words.copy()
    rows[2] = 1 / rows.shape[1]
    return replace(model, topic_words=rows)


def test_the_stray_fit_is_not_chosen() -> None:
    """Of three fits, one spoilt, the prototype is another, and its likeness is the highest."""
    model = fit_prototype(BAG, 4, (), seeds=(2, 3, 4), fit=straying)
    likeness = model.settings["likeness"]
    assert list(likeness) == ["2", "3", "4"]
    assert model.settings["seed"] == int(max(likeness, key=likeness.get))
    assert model.settings["seed"] != 2
    assert likeness["2"] < min(likeness["3"], likeness["4"])


def test_likeness_and_stability_are_matched_cosines() -> None:
    """With two seeds both are as like, the first is taken, and the stability of its topics is the
    cosine with their matches."""
    model = fit_prototype(BAG, 4, seeds=2)
    first, second = (fit_topics(BAG, 4, seed=seed) for seed in (1, 2))
    cosines = match_topics(first, second)[1]
    assert model.settings["seed"] == 1
    assert model.settings["likeness"] == {"1": cosines.mean(), "2": cosines.mean()}
    assert model.settings["stability"] == pytest.approx(cosines)
    assert np.array_equal(model.topic_words, first.topic_words)


def test_unsteady_topics_are_named_least_steady_first() -> None:
    """Topics that the others do not have stand first; where all agree there is none."""
    model = fit_prototype(BAG, 4, seeds=(1, 3))
    assert unsteady(model) == []
    spoilt = replace(model, settings={**model.settings, "stability": [0.9, 0.5, 0.71, 0.2]})
    assert unsteady(spoilt) == [3, 1]
    assert unsteady(fit_topics(BAG, 4, seed=1)) == []


def test_guides_tell_how_steady_their_share_is() -> None:
    """A planted theme, guided, has the same share in every speech whatever the seed."""
    guide = fit_prototype(BAG, 4, [HELD], seeds=3).settings["guides"]["甲"]
    assert guide["steady"] > 0.99
    assert guide["held"] >= 3


def test_one_seed_is_a_plain_fit() -> None:
    """One seed gives the same fit as fit_topics, which knows of no other."""
    one = fit_prototype(BAG, 4, [HELD], seeds=(5,))
    assert one.settings == fit_topics(BAG, 4, [HELD], seed=5).settings


def test_workers_and_progress() -> None:
    """Two workers give the same bits, and progress is told after every fit."""
    told: list[tuple[int, int]] = []
    one = fit_prototype(BAG, 4, seeds=3, told=lambda done, of: told.append((done, of)))
    two = fit_prototype(BAG, 4, seeds=3, workers=2)
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert np.array_equal(one.topic_words, two.topic_words)
    assert one.settings == two.settings


@pytest.mark.parametrize("seeds", [0, (), (1, 1)])
def test_no_seed_or_one_twice_is_refused(seeds: Any) -> None:
    """Nothing to fit, and a fit that would be compared with itself."""
    with pytest.raises(JianghuaError, match="seeds"):
        fit_prototype(BAG, 4, seeds=seeds)


def test_correlation_by_hand() -> None:
    """(0, 1, 2) and (0, 2, 1): covariance 1/3 over variances 2/3 gives 1/2; a constant has none."""
    assert correlation(np.array([0, 1, 2.0]), np.array([0, 2, 1.0])) == pytest.approx(0.5)
    assert np.isnan(correlation(np.array([0, 1, 2.0]), np.ones(3)))
