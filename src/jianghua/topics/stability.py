"""Stability: which topics another fit finds again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from jianghua.topics.model import TopicModel

    Floats = NDArray[np.float64]


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
    that the sum of cosines is largest. Both fits share their words."""
    return match(cosines(a.topic_words, b.topic_words))
