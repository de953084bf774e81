"""Coherence: do the heaviest words of a topic stand together in the texts?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jianghua.words.bag import Bag, align

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from jianghua.topics.model import TopicModel

    Floats = NDArray[np.float64]

TOP = 10  # heaviest words of a topic that coherence and exclusivity look at


def heaviest(topic_words: Floats, n: int = TOP) -> NDArray[np.int64]:
    """Columns of the n heaviest words of each topic, K × n, best first, ties in word order."""
    import numpy as np

    return np.argsort(-topic_words, axis=1, kind="stable")[:, :n]


def npmi(model: TopicModel, bag: Bag) -> Floats:
    """Coherence of each topic, K, −1 … 1: mean normalised pointwise mutual information of the
    pairs of its ten heaviest words, by passages of ``bag`` (Bouma 2009; Lau et al. 2014). A pair
    that never meets counts −1; a word that the passages do not hold takes no part."""
    import numpy as np

    present = presence(bag, model.bag.words)
    coherence = np.full(model.topics, np.nan)
    for k, top in enumerate(heaviest(model.topic_words)):
        pairs = pair_npmi(present[:, top].toarray())
        known = np.triu(~np.isnan(pairs), 1)
        coherence[k] = pairs[known].mean() if known.any() else np.nan
    return coherence


def presence(bag: Bag, words: tuple[str, ...]):  # type: ignore[no-untyped-def]
    """1 where a passage holds a word, P × len(words), sparse by columns."""
    import numpy as np

    return (align(bag, words) > 0).astype(np.float64).tocsc()


def pair_npmi(held: Floats) -> Floats:
    """NPMI of each pair of words, n × n, from passages that hold them (1) or not (0), P × n.

    ln(p(a,b) / p(a) p(b)) / −ln p(a,b): −1 for words that never meet, 0 for chance, 1 for words
    that always do (Bouma 2009, eq. 5); nan for a word that no passage holds.
    """

    return npmi_of(held.mean(axis=0), held.T @ held / len(held))


def npmi_of(single: Floats, both: Floats) -> Floats:
    """NPMI, n × n, from the probabilities of words (n) and of pairs (n × n)."""
    import numpy as np

    apart = np.outer(single, single)
    meeting = np.where((both > 0) & (both < 1), both, 0.5)  # placeholders where the ends are set
    value = np.log(meeting / np.where(apart > 0, apart, 1)) / -np.log(meeting)
    value = np.where(both >= 1, 1.0, np.where(both <= 0, -1.0, value))
    return np.where(apart > 0, value, np.nan)
