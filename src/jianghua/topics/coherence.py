"""Coherence: do the heaviest words of a topic stand together in the texts?

From counts alone: NPMI over passages (`npmi`). Where the order of words is known: c_npmi and c_v
over sliding windows as Röder, Both & Hinneburg 2015 (WSDM) define them, counted exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, repeat
from typing import TYPE_CHECKING

from jianghua.words.bag import Bag, Tokens, align

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from jianghua.topics.model import TopicModel

    Floats = NDArray[np.float64]

TOP = 10  # heaviest words of a topic that coherence and exclusivity look at
NPMI_WINDOW, CV_WINDOW = 10, 110  # words; the widths of c_npmi and c_v in the paper
EPSILON = 1e-12  # added to the probability of a pair, in the paper and everywhere since


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
    that always do (Bouma 2009, eq. 5); nan for a word that no passage holds, and for a pair that
    every passage holds, of which nothing can be said (0 / 0).
    """

    return npmi_of(held.mean(axis=0), held.T @ held / len(held))


def npmi_of(single: Floats, both: Floats) -> Floats:
    """NPMI, n × n, from the probabilities of words (n) and of pairs (n × n); nan where it has none."""
    import numpy as np

    apart = np.outer(single, single)
    meeting = np.where((both > 0) & (both < 1), both, 0.5)  # placeholders where the ends are set
    value = np.log(meeting / np.where(apart > 0, apart, 1)) / -np.log(meeting)
    value = np.where(both <= 0, -1.0, value)
    return np.where((apart > 0) & (both < 1), value, np.nan)


# --- over windows ---------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class WindowCounts:
    """``both`` n × n: in how many of the ``windows`` each pair of ``words`` stands; on the
    diagonal, each word."""

    words: tuple[str, ...]
    windows: int
    both: NDArray[np.int64]

    @cached_property
    def columns(self) -> dict[str, int]:
        """Where each word stands in ``both``."""
        return {word: i for i, word in enumerate(self.words)}


def count_windows(tokens: Tokens, words: Iterable[str], *widths: int) -> dict[int, WindowCounts]:
    """Slide windows of these widths over each passage and count words and pairs, exactly.

    Width → counts. All words of the text take up room in a window, those asked for are counted. A
    passage shorter than the window is one window.
    """
    import numpy as np

    asked = tuple(dict.fromkeys(words))
    column = {word: i for i, word in enumerate(asked)}
    lengths = np.array([len(passage) for passage in tokens.words], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    stream = map(column.get, chain.from_iterable(tokens.words), repeat(-1))
    numbers = np.fromiter(stream, np.int32, int(starts[-1]))
    return {width: _counted(asked, numbers, starts, width) for width in widths}


def _counted(
    asked: tuple[str, ...], numbers: NDArray[np.int32], starts: NDArray[np.int64], width: int
) -> WindowCounts:
    import numpy as np

    from jianghua.topics.windows import slide

    half = np.zeros((len(asked), len(asked)), np.int64)
    windows = slide(numbers, starts, width, half)
    return WindowCounts(asked, windows, half + half.T - np.diag(np.diag(half)))


def c_npmi(tops: Sequence[Sequence[str]], counts: WindowCounts) -> Floats:
    """Mean NPMI of the pairs of each topic's words, len(tops), −1 … 1 (Röder et al. 2015, table 2;
    windows of ten words). nan for a topic with a word that no window holds: undefined."""
    import numpy as np

    return np.array([off_diagonal(_window_npmi(top, counts)).mean() for top in tops])


def c_v(tops: Sequence[Sequence[str]], counts: WindowCounts) -> Floats:
    """Mean cosine of each word's NPMI with the topic's words and the sum of these vectors,
    len(tops), (Röder et al. 2015, table 2, γ = 1; windows of 110 words). nan as for `c_npmi`."""
    import numpy as np

    values = []
    for top in tops:
        vectors = _window_npmi(top, counts)  # n × n, a row a word
        whole = vectors.sum(axis=0)
        norms = np.linalg.norm(vectors, axis=1) * np.linalg.norm(whole)
        values.append(float((vectors @ whole / np.where(norms > 0, norms, np.nan)).mean()))
    return np.array(values)


def _window_npmi(top: Sequence[str], counts: WindowCounts) -> Floats:
    """NPMI of the pairs of a topic's words, n × n; nan for words that no window holds."""
    import numpy as np

    rows = [counts.columns[word] for word in top]
    both = counts.both[np.ix_(rows, rows)] / max(counts.windows, 1)
    # the paper's ε: a pair that never meets is a little above −1, by how common its words are
    return npmi_of(both.diagonal(), np.where(both < 1, both + EPSILON, both))


def off_diagonal(square: Floats) -> Floats:
    """The entries of a square off its diagonal, one after the other."""
    import numpy as np

    return square[~np.eye(len(square), dtype=bool)]
