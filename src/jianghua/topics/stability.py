"""Stability: which topics another fit finds again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from jianghua.topics.model import TopicModel

    Floats = NDArray[np.float64]

FORCE = 10.0  # more than any exchange of partners can gain
ALIKE = 20  # words that may be exchanged: neighbours in frequency


def cosines(a: Floats, b: Floats) -> Floats:
    """Cosine of each row of ``a`` (K × N) with each row of ``b`` (L × N): K × L."""
    import numpy as np

    x, y = (m / np.linalg.norm(m, axis=1, keepdims=True) for m in (a, b))
    return x @ y.T


def match(similarities: Floats) -> tuple[NDArray[np.int64], Floats]:
    """For each row of K × L similarities (K ≤ L): its partner and their similarity, matched one
    to one so that the sum is largest (Hungarian method; Kuhn 1955)."""
    from scipy.optimize import linear_sum_assignment

    rows, partners = linear_sum_assignment(-similarities)
    return partners, similarities[rows, partners]


def match_topics(a: TopicModel, b: TopicModel) -> tuple[NDArray[np.int64], Floats]:
    """For each topic of ``a``, K: its partner in ``b`` and their cosine, matched one to one so
    that the sum of cosines is largest. The topics of one guide are partners, however unlike they
    have become. Both fits share their words."""
    import numpy as np

    near = cosines(a.topic_words, b.topic_words)
    wanted = near.copy()
    for name, guide in a.settings.get("guides", {}).items():
        if name in b.settings.get("guides", {}):
            wanted[guide["topic"], b.settings["guides"][name]["topic"]] += FORCE
    partners, _ = match(wanted)
    return partners, near[np.arange(len(near)), partners]


@dataclass(frozen=True)
class Likeness:
    """How alike two fits are, each mean similarity beside what chance alone would give.

    ``words``: cosines of matched topics over words (`match_topics`); its chance level is that of
    one fit with words exchanged for words about as common, so topics agree only in how common
    their words are. ``passages``: cosines of topics' shares over passages, matched by these; its
    chance level is that of one fit with its passages in another order. All 0 … 1.
    """

    words: float
    words_chance: float
    passages: float
    passages_chance: float


def likeness(a: TopicModel, b: TopicModel) -> Likeness:
    """How alike two fits of one bag are (words and passages are those of ``a``)."""
    import numpy as np

    generator = np.random.default_rng(0)
    strangers = b.topic_words[:, _exchanged(a.bag.totals, generator)]
    x, y = a.passage_topics.T, b.passage_topics.T
    shuffled = y[:, generator.permutation(y.shape[1])]
    return Likeness(
        float(match_topics(a, b)[1].mean()),
        float(match(cosines(a.topic_words, strangers))[1].mean()),
        float(match(cosines(x, y))[1].mean()),
        float(match(cosines(x, shuffled))[1].mean()),
    )


def _exchanged(totals: NDArray[np.int64], generator: np.random.Generator) -> NDArray[np.int64]:
    """A permutation of words, W, that moves each among ALIKE words about as common."""
    import numpy as np

    order = np.argsort(-totals, kind="stable")
    moved = order.copy()
    for first in range(0, len(order), ALIKE):
        moved[first : first + ALIKE] = generator.permutation(order[first : first + ALIKE])
    places = np.empty_like(order)
    places[order] = moved
    return places
