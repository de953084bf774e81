"""Refits: the same themes in fits with other seeds, for a share that one seed made is no finding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from jianghua.errors import JianghuaError
from jianghua.topics.guides import Guide
from jianghua.topics.lda import fit_topics
from jianghua.topics.model import TopicModel
from jianghua.topics.stability import match_topics
from jianghua.topics.themes import SET_ASIDE, Themes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def refit(model: TopicModel, fits: int) -> Iterator[TopicModel]:
    """``fits`` more models of the same bag, number of topics and guides, seeds counting on."""
    settings = model.settings
    if fits and "unknown to the model" in model.bag.removed:
        raise JianghuaError(
            "these speeches were placed in topics fitted to others",
            "fits",
            "fits=0 here, and compare fits where the model was fitted",
        )
    guides = [
        Guide(name, tuple(guide["words"]), str(guide.get("english", "")))
        for name, guide in settings.get("guides", {}).items()
    ]
    first = int(settings.get("seed", 0)) + 1
    for seed in range(first, first + fits):
        yield fit_topics(
            model.bag, model.topics, guides, seed, engine=settings.get("engine", "scvb0")
        )


def matched_themes(themes: Themes, other: TopicModel) -> tuple[Floats, Floats]:
    """The themes in another fit: shares of each passage P × T, and cosine of each theme, T.

    Topics are matched one to one (Hungarian method on cosines); a theme of several topics is as
    well matched as its worst.
    """
    import numpy as np

    partners, cosines = match_topics(themes.model, other)
    shares = np.zeros_like(themes.passage_themes)
    worst = np.ones(len(themes.names))
    for topic, name in themes.members.items():
        if name != SET_ASIDE:
            t = themes.names.index(name)
            shares[:, t] += other.passage_topics[:, partners[topic]]
            worst[t] = min(worst[t], cosines[topic])
    return shares, worst
