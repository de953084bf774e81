"""Reading topics: their distances on a map, and the passages that show them best."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jianghua.topics.themes import Themes

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

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


def typical_passages(themes: Themes, theme: str, n: int = 5, per_speech: int = 1) -> pd.DataFrame:
    """One row per passage, most typical first: speech, title, year, passage, start, share, text.

    At most ``per_speech`` passages a speech, so that one speech cannot speak for a theme (stm's
    findThoughts does not ask). ``start`` and ``text`` are empty where only counts are at hand.
    """
    import numpy as np
    import pandas as pd

    shares = themes.passage_themes[:, themes.names.index(theme)]
    rows, taken = [], dict[str, int]()
    for i in np.argsort(-shares, kind="stable"):
        passage = themes.model.bag.passages[i]
        speech = passage.speech
        if taken.get(speech.id, 0) < per_speech:
            taken[speech.id] = taken.get(speech.id, 0) + 1
            rows.append((speech.id, speech.title, speech.year, passage.number, passage.start,
                         float(shares[i]), passage.text))  # fmt: skip
        if len(rows) == n:
            break
    columns = ["speech", "title", "year", "passage", "start", "share", "text"]
    return pd.DataFrame(rows, columns=columns)
