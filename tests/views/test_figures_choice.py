"""Figures of the choice of a model, by their tables."""

from __future__ import annotations

import numpy as np
import pytest

from jianghua.errors import JianghuaError
from jianghua.topics.prototype import STEADY, fit_prototype
from jianghua.topics.quality import topic_stability
from jianghua.topics.themes import name_themes
from jianghua.topics.trials import try_topics
from jianghua.views import figures
from jianghua.views.figures import choice
from tests import toy as made


@pytest.fixture(scope="module")
def trials():
    """Two numbers of topics, two seeds, without texts."""
    return try_topics(made.planted_bag(2, 60)[0], (2, 3), 2)


@pytest.fixture(scope="module")
def steadiness():
    """Four planted topics in three seeds."""
    return topic_stability(name_themes(fit_prototype(made.planted_bag()[0], 4, seeds=3)))


def titles(drawing) -> list[str]:
    return [axes.get_title(loc="left") for axes in drawing.figure.axes if axes.axison]


def test_a_panel_a_measure(trials) -> None:
    """Measures that the table leaves empty have no panel, nor has what is nowhere so; with texts
    theirs are drawn."""
    drawn = titles(figures.topic_choice(trials, language="en"))
    assert "coherence (c_v)" not in drawn
    assert "share of topics one speech carries" not in drawn
    assert len(drawn) == 6
    full = trials.assign(c_npmi=0.1, c_v=0.5, single_speech=0.5)
    assert len(titles(figures.topic_choice(full, language="en"))) == 9


def test_chance_stands_beside_stability(trials) -> None:
    """The dashed line of the panel of stability is the chance level of the table."""
    drawing = figures.topic_choice(trials, language="en")
    panel = next(a for a in drawing.figure.axes if a.get_title(loc="left").startswith("stability"))
    dashed = next(line for line in panel.lines if line.get_linestyle() == "--")
    expected = trials.groupby("topics")["stability_chance"].median()
    assert dashed.get_ydata() == pytest.approx(expected.to_numpy())


def test_topics_stand_by_stability(steadiness) -> None:
    """A row a topic, least steady at the bottom, red below the line that the model's own rule uses."""
    shaken = steadiness.assign(stability=[0.9, 0.2, 0.8, 0.75])
    axes = figures.topic_stability(shaken).figure.axes[0]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert [label.split()[0].split("｜")[0] for label in labels] == ["1", "3", "2", "0"]
    colours = axes.collections[-1].get_facecolor()
    assert len(np.unique(colours, axis=0)) == 2
    assert choice.STEADY == STEADY
    assert figures.topic_stability(shaken, language="en").images()["png"]


def test_marks_stand_behind_the_words(steadiness) -> None:
    """A suspicious topic is named so, in the language of the figure."""
    marked = steadiness.assign(mark=["mixed, junk", "", "", ""])
    for language, said in (("zh", "（混合、空泛）"), ("en", "（mixed、junk）")):
        axes = figures.topic_stability(marked, language=language).figure.axes[0]
        assert sum(said in label.get_text() for label in axes.get_yticklabels()) == 1


def test_one_seed_has_no_figure(steadiness) -> None:
    """Where no stability is known there is nothing to draw."""
    with pytest.raises(JianghuaError, match="empty table"):
        figures.topic_stability(steadiness.assign(stability=np.nan))
