"""Keyness: which words set two spans of years apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jianghua.errors import JianghuaError
from jianghua.words.bag import Bag

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

PRIOR_WORDS = 500.0  # size of the informative prior, in words of the whole corpus


def keyness(bag: Bag, span_a: tuple[int, int], span_b: tuple[int, int]) -> pd.DataFrame:
    """One row per word of either span, from most typical of B to most typical of A.

    Columns: word, z, log_odds, count_a, count_b, speeches_a, speeches_b, single (True where one
    speech alone carries the word in its span), span_a, span_b (as written: "1978–1992"). ``log_odds`` is the log-odds ratio of B against A
    under an informative Dirichlet prior, the words of the whole bag scaled to 500; ``z`` is that
    divided by its standard error (Monroe, Colaresi & Quinn 2008, eqs. 15, 20 and 22). Positive
    is B. The variance takes words as independent; they are not, so read z as a ranking.
    """
    import numpy as np
    import pandas as pd

    a, speeches_a = _span_counts(bag, span_a)
    b, speeches_b = _span_counts(bag, span_b)
    prior = PRIOR_WORDS * bag.totals / bag.totals.sum()
    log_odds = _log_odds(b, prior) - _log_odds(a, prior)
    z = log_odds / np.sqrt(1 / (a + prior) + 1 / (b + prior))
    table = pd.DataFrame(
        {
            "word": bag.words,
            "z": z,
            "log_odds": log_odds,
            "count_a": a,
            "count_b": b,
            "speeches_a": speeches_a,
            "speeches_b": speeches_b,
            "single": np.where(z > 0, speeches_b, speeches_a) == 1,
            "span_a": _written(span_a),
            "span_b": _written(span_b),
        }
    )
    held = table[(table.count_a > 0) | (table.count_b > 0)]
    return held.sort_values(["z", "word"], ascending=[False, True], ignore_index=True)


def _written(span: tuple[int, int]) -> str:
    low, high = span
    return str(low) if low == high else f"{low}–{high}"


def _log_odds(counts: NDArray[np.int64], prior: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    mass = counts + prior
    return np.log(mass / (mass.sum() - mass))


def _span_counts(bag: Bag, span: tuple[int, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Occurrences of each word, and the number of speeches that hold it, in a span of years."""
    import numpy as np

    low, high = span
    rows = [
        i
        for i, p in enumerate(bag.passages)
        if p.speech.year is not None and low <= p.speech.year <= high
    ]
    if not rows:
        raise JianghuaError(f"no speech of {low}–{high}", "keyness", "another span of years")
    counts = bag.counts[rows]
    labels = bag.speech_numbers[rows]
    speeches = np.zeros(len(bag.words), dtype=np.int64)
    for speech in np.unique(labels):
        held = np.unique(counts[np.flatnonzero(labels == speech)].indices)
        speeches[held] += 1
    return np.asarray(counts.sum(axis=0)).ravel().astype(np.int64), speeches
