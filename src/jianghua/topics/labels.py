"""Reading topics: their distances on a map, their correlations, the passages that show them best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from jianghua.topics.themes import Themes

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from jianghua.speeches.passages import Passage
    from jianghua.topics.model import TopicModel

    Floats = NDArray[np.float64]


def divergences(topic_words: Floats) -> Floats:
    """Jensen–Shannon divergence of each pair of topics, K × K, in nats (Lin 1991)."""
    import numpy as np

    def entropy(p: Floats) -> Floats:
        return -(p * np.log(np.maximum(p, 1e-300))).sum(axis=-1)

    own = entropy(topic_words)
    mixed = np.stack([entropy((row + topic_words) / 2) for row in topic_words])
    return np.maximum(mixed - (own[:, None] + own[None, :]) / 2, 0)


def scale_to_plane(distances: Floats) -> Floats:
    """Classical scaling of distances K × K to points K × 2 (Torgerson 1952).

    ``eigh`` and fixed signs: real numbers, and the same picture each time; an axis that the
    distances do not have is zero.
    """
    import numpy as np

    n = len(distances)
    centre = np.eye(n) - 1 / n
    values, vectors = np.linalg.eigh(-0.5 * centre @ distances**2 @ centre)
    best = np.argsort(-values)[:2]
    axes = vectors[:, best] * np.sqrt(np.maximum(values[best], 0))
    axes *= np.where(axes[np.abs(axes).argmax(axis=0), range(axes.shape[1])] < 0, -1, 1)
    return np.pad(axes, ((0, 0), (0, 2 - axes.shape[1])))


def topic_map(themes: Themes) -> pd.DataFrame:
    """One row per topic: topic, theme, share (0–1 of all words), x, y, words (its four heaviest).

    Near topics use the same words: x and y scale the Jensen–Shannon divergences to a plane.
    """
    import pandas as pd

    model = themes.model
    points = scale_to_plane(divergences(model.topic_words))
    return pd.DataFrame(
        {
            "topic": range(model.topics),
            "theme": [themes.members[k] for k in range(model.topics)],
            "share": model.weights,
            "x": points[:, 0],
            "y": points[:, 1],
            "words": [" ".join(model.words_of(k, 4)) for k in range(model.topics)],
        }
    )


def topic_correlations(model: TopicModel) -> pd.DataFrame:
    """One row per pair of topics: topic_a, topic_b, correlation, log_ratio; most alike first.

    ``correlation`` is Pearson's of their shares over passages, as stm's topicCorr has it: shares
    sum to 1, so two great topics must repel each other. ``log_ratio`` is that of the logarithms
    of the shares over their geometric mean in the passage, which frees it of the largest part of
    that (Aitchison 1986, ch. 4). Topics that go together above 0 belong to one field of speech.
    """
    import numpy as np
    import pandas as pd

    shares = np.maximum(model.passage_topics, 1e-12)
    logs = np.log(shares)
    ratios = logs - logs.mean(axis=1, keepdims=True)
    plain, freed = (_correlations(values) for values in (shares, ratios))
    a, b = np.triu_indices(model.topics, 1)
    table = pd.DataFrame(
        {"topic_a": a, "topic_b": b, "correlation": plain[a, b], "log_ratio": freed[a, b]}
    )
    return table.sort_values("correlation", ascending=False, kind="stable", ignore_index=True)


def _correlations(values: Floats) -> Floats:
    """Pearson's correlation of the columns of P × K: K × K; nan for one that never varies."""
    import numpy as np

    centred = values - values.mean(axis=0)
    scale = np.sqrt((centred**2).sum(axis=0))
    apart = np.outer(scale, scale)
    return np.divide(centred.T @ centred, apart, out=np.full_like(apart, np.nan), where=apart > 0)


def typical_passages(
    themes: Themes, theme: str, n: int = 5, per_speech: int = 1, per_year: int = 2
) -> pd.DataFrame:
    """One row per passage, most typical first: speech, title, year, passage, start, share, text.

    At most ``per_speech`` passages a speech, so that one speech cannot speak for a theme (stm's
    findThoughts does not ask), and ``per_year`` a year, so that one campaign cannot either; where
    that leaves fewer than ``n``, the years have no limit. ``start`` and ``text`` are empty where
    only counts are at hand.
    """
    import numpy as np
    import pandas as pd

    shares = themes.passage_themes[:, themes.names.index(theme)]
    order = np.argsort(-shares, kind="stable").tolist()
    passages = [themes.model.bag.passages[i] for i in order]
    spread = _spread(passages, per_speech, per_year)
    taken = sorted((spread if len(spread) >= n else _spread(passages, per_speech, n))[:n])
    rows = [
        (p.speech.id, p.speech.title, p.speech.year, p.number, p.start, float(shares[order[i]]),
         p.text)
        for i, p in ((i, passages[i]) for i in taken)
    ]  # fmt: skip
    columns = ["speech", "title", "year", "passage", "start", "share", "text"]
    return pd.DataFrame(rows, columns=columns)


def _spread(passages: Sequence[Passage], per_speech: int, per_year: int) -> list[int]:
    """Positions of passages, in their order, of which no speech and no year has too many; speeches
    without a year are years of their own."""
    speeches, years = Counter[str](), Counter[object]()
    kept = []
    for i, passage in enumerate(passages):
        speech = passage.speech
        year = speech.year or speech.id
        if speeches[speech.id] < per_speech and years[year] < max(per_year, per_speech):
            speeches[speech.id] += 1
            years[year] += 1
            kept.append(i)
    return kept
