"""Quality: which topics to look at before they are named or trusted."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

from jianghua.topics.coherence import TOP, heaviest, npmi, off_diagonal, pair_npmi, presence
from jianghua.topics.model import shares_of_words
from jianghua.topics.stability import cosines
from jianghua.topics.themes import SAME_TOPIC, Themes

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from jianghua.topics.model import TopicModel

    Floats = NDArray[np.float64]

MIXED, DUPLICATED, JUNK, ONE_SPEECH, DEAD = "mixed", "duplicated", "junk", "one speech", "dead"
CARRIES = 0.5  # of a topic's words in one speech: that speech carries it
PARTY = 3  # words at least in each half of a mixed topic
EXPECTED = 5  # meetings a pair that chance alone would make, for their absence to say anything


def topic_quality(model: TopicModel) -> pd.DataFrame:
    """One row per topic: what to know before it is named or trusted.

    Columns: topic, share (0–1 of all words), coherence (NPMI over passages, −1 … 1), exclusivity
    (0–1), one_speech (largest part of the topic's words that one speech holds, 0–1), speech (its
    id), nearest (the topic of the most similar words), similarity (their cosine, 0–1), stability
    (0–1, mean similarity of the topic to its matches in fits of other seeds, if the model was
    chosen among several; else empty), and mark, which is empty or names, joined by commas:

    mixed       its ten heaviest words fall into two halves, each coherent by itself, whose words
                meet no more than by chance
    duplicated  half of its ten heaviest words are also among those of its nearest topic
    junk        its words meet no more than by chance; or it says what every passage says: its words
                are twice as close to those of the corpus as a topic of its own would be (the
                vacuous topic of AlSumait et al. 2009), and half as coherent as the median topic
    one speech  one speech holds over half of its words, and over twice its due
    dead        fewer than ten words fell to it: there is nothing to read
    """
    import numpy as np
    import pandas as pd

    near = cosines(model.topic_words, model.topic_words)
    np.fill_diagonal(near, -1)
    nearest = near.argmax(axis=1)
    carried = speech_shares(model)
    coherence = npmi(model, model.bag)
    stability = model.settings.get("stability") or [np.nan] * model.topics
    return pd.DataFrame(
        {
            "topic": range(model.topics),
            "share": model.weights,
            "coherence": coherence,
            "exclusivity": exclusivity(model),
            "one_speech": carried.max(axis=0),
            "speech": [model.bag.speeches[i].id for i in carried.argmax(axis=0)],
            "nearest": nearest,
            "similarity": near.max(axis=1),
            "stability": np.array(stability, dtype=float),
            "mark": _marks(model, coherence, nearest, carried),
        }
    )


def topic_stability(themes: Themes) -> pd.DataFrame:
    """`topic_quality` under the names of themes: the table of the figure of this name. One row per
    topic: topic, theme, then the columns of `topic_quality`, and words (its four heaviest)."""
    model = themes.model
    table = topic_quality(model)
    table.insert(1, "theme", [themes.members[k] for k in range(model.topics)])
    table["words"] = [" ".join(model.words_of(k, 4)) for k in range(model.topics)]
    return table


def exclusivity(model: TopicModel) -> Floats:
    """Mean share of a topic in the probability of its ten heaviest words, K, 0 … 1."""
    import numpy as np

    shares = shares_of_words(model.topic_words)
    return np.take_along_axis(shares, heaviest(model.topic_words), axis=1).mean(axis=1)


def diversity(model: TopicModel) -> float:
    """Share of the heaviest ten words of all topics that are different ones, 1/K … 1 (Dieng,
    Ruiz & Blei 2020, § 6, who take 25)."""
    import numpy as np

    top = heaviest(model.topic_words)
    return len(np.unique(top)) / top.size


def speech_shares(model: TopicModel) -> Floats:
    """How each topic's words are spread over the speeches of the bag, S × K: columns sum to 1."""
    import numpy as np

    mass = np.zeros((len(model.bag.speeches), model.topics))
    np.add.at(mass, model.bag.speech_numbers, model.passage_topics * model.bag.lengths[:, None])
    return mass / mass.sum(axis=0)


def carried_by_one(model: TopicModel, shares: Floats | None = None) -> NDArray[np.bool_]:
    """For each topic, K: does one speech hold over half of its words, and over twice its due?"""
    import numpy as np

    shares = speech_shares(model) if shares is None else shares
    due = np.bincount(model.bag.speech_numbers, model.bag.lengths) / model.bag.lengths.sum()
    most = shares.argmax(axis=0)
    largest = shares.max(axis=0)
    return (largest > CARRIES) & (largest > 2 * due[most])


def dead(model: TopicModel) -> NDArray[np.bool_]:
    """For each topic, K: did fewer than ten words fall to it, beyond what its prior gives it?"""
    import numpy as np

    alpha = np.array(model.settings.get("alpha") or np.zeros(model.topics))
    words = model.bag.lengths[:, None]
    expected = model.passage_topics * (words + alpha.sum()) - alpha
    return expected.sum(axis=0) < TOP


def vacuous(model: TopicModel) -> NDArray[np.bool_]:
    """For each topic, K: does it say what every passage says?

    K topics of equal weight without a common word have a cosine of 1/√K with the words of the
    corpus; one at twice that, and over a half, holds mostly what all of them share.
    """
    near = cosines(model.topic_words, model.bag.totals[None, :].astype(float))[:, 0]
    return near > max(0.5, 2 / model.topics**0.5)


def two_in_one(held: Floats) -> bool:
    """Are these words, P × n (1 where a passage holds one), of two topics?

    The halves are those whose words meet least (mean NPMI), three words or more each. They are
    two topics if each half is coherent by itself and words of different halves meet no more than
    by chance (NPMI ≤ 0), where chance alone would make five meetings a pair: with fewer, that
    words do not meet says nothing.
    """
    import numpy as np

    held = held[:, held.any(axis=0)]
    words = held.shape[1]
    if words < 2 * PARTY:
        return False
    pairs = pair_npmi(held)
    parts = _parts(words)
    across = np.einsum("si,ij,sj->s", parts, pairs, ~parts) / (parts.sum(1) * (~parts).sum(1))
    part = parts[across.argmin()]
    often = held.sum(axis=0)
    by_chance = often[part].mean() * often[~part].mean() / len(held)
    whole = all(off_diagonal(pairs[np.ix_(p, p)]).mean() > 0 for p in (part, ~part))
    return bool(whole and by_chance >= EXPECTED and across.min() <= 0)


@cache
def _parts(words: int) -> NDArray[np.bool_]:
    """All ways to part so many words, S × n: True on the smaller side."""
    import numpy as np

    chosen = [p for n in range(PARTY, words // 2 + 1) for p in combinations(range(words), n)]
    return np.array([np.isin(range(words), one) for one in chosen])


def _alike(a: NDArray[np.int64], b: NDArray[np.int64]) -> bool:
    """Do two topics share so many of their heaviest words that they would go by one name?"""
    return len({*a.tolist()} & {*b.tolist()}) >= SAME_TOPIC


def _marks(
    model: TopicModel, coherence: Floats, nearest: NDArray[np.int64], carried: Floats
) -> list[str]:
    import numpy as np

    present = presence(model.bag, model.bag.words)
    top = heaviest(model.topic_words)
    found = {
        MIXED: np.array([two_in_one(present[:, words].toarray()) for words in top]),
        DUPLICATED: np.array([_alike(top[k], top[n]) for k, n in enumerate(nearest)]),
        JUNK: (coherence <= 0) | (vacuous(model) & (coherence < np.median(coherence) / 2)),
        ONE_SPEECH: carried_by_one(model, carried),
    }
    lifeless = dead(model)
    return [
        DEAD if lifeless[k] else ", ".join(mark for mark, is_so in found.items() if is_so[k])
        for k in range(model.topics)
    ]
