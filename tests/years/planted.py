"""Themes planted without a fit: the mixtures are given, so a test knows what must come out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.topics.model import TopicModel
from jianghua.topics.themes import Themes, name_themes
from jianghua.words.bag import Bag

NAMES = ("丰收", "书声", "样机")


def speech(
    number: int, year: int | None, low: int | None = None, high: int | None = None, place: str = ""
) -> Speech:
    """A speech without a text; its year is an interval if low and high are given."""
    return Speech(f"s{number:04d}", year=year, year_low=low or year, year_high=high or year,
                  place=place)  # fmt: skip


def themes_of(
    speeches: Sequence[Speech], mixtures: Sequence[np.ndarray], words: int = 100
) -> Themes:
    """Themes over passages whose mixtures (one n × T array a speech) are given; each topic speaks
    two words of its own, and the words of a passage stand in the proportions of its mixture."""
    theta = np.vstack(mixtures)
    topics = theta.shape[1]
    halves = np.repeat(theta, 2, axis=1) * words / 2
    counts = np.floor(halves).astype("int32")
    counts[np.arange(len(counts)), halves.argmax(axis=1)] += words - counts.sum(axis=1)
    passages = tuple(
        Passage(one, n)
        for one, rows in zip(speeches, mixtures, strict=True)
        for n in range(len(rows))
    )
    counts[0] += 1  # every word stands somewhere
    names = tuple(f"{t}{half}" for t in range(topics) for half in "ab")
    bag = Bag(csr_matrix(counts), names, passages)
    topic_words = np.kron(np.eye(topics), [0.5, 0.5])
    settings = {"alpha": [2 / topics] * topics, "seed": 1, "eta": 0.02}
    model = TopicModel(topic_words, theta.astype(float), bag, settings)
    return name_themes(model, {t: NAMES[t] if t < len(NAMES) else f"t{t}" for t in range(topics)})


def drawn(
    speeches: Sequence[Speech],
    means: Sequence[Sequence[float]],
    generator: np.random.Generator,
    passages: int = 20,
    between: float = 20.0,
    within: float = 8.0,
) -> Themes:
    """Passages nested in speeches: a speech's mixture is Dirichlet(between × mean), a passage's
    Dirichlet(within × the speech's)."""
    mixtures = []
    for mean in means:
        own = generator.dirichlet(between * np.asarray(mean) + 1e-3)
        mixtures.append(generator.dirichlet(within * own + 1e-3, passages))
    return themes_of(speeches, mixtures)
