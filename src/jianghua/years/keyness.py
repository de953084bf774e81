"""Keyness: which words set two spans of years apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.topics.themes import Themes
from jianghua.words.bag import Bag
from jianghua.years.grouping import Span, written
from jianghua.years.speechwise import choose

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PRIOR_WORDS = 500.0  # size of the informative prior, in words of the whole corpus
ENTRIES = 10_000  # of the counts looked at together: × K topics they stay near the processor
SAID = 0.5  # an expected count from which a speech is taken to say a word


@dataclass(frozen=True, eq=False)
class Side:
    """Occurrences of each word on one side W, number of speeches that hold it, and the share of
    its occurrences that stand in the one speech that says it most."""

    counts: Floats
    speeches: NDArray[np.int64]
    largest: Floats


def keyness(bag: Bag, span_a: Span, span_b: Span) -> pd.DataFrame:
    """One row per word of either span, from most typical of B to most typical of A.

    Columns: word, z, log_odds, count_a, count_b, speeches_a, speeches_b, single (True where one
    speech alone carries the word in its span), span_a, span_b (as written: "1978–1992"), largest
    (0–1: share of the word's occurrences in the span it is typical of that one speech holds; near 1
    the word is that speech's, not the span's). ``log_odds`` is the log-odds ratio of B against A
    under an informative Dirichlet prior, the words of the whole bag scaled to 500; ``z`` is that
    divided by its standard error (Monroe, Colaresi & Quinn 2008, eqs. 15, 20 and 22). Positive
    is B. The variance takes words as independent; they are not, so read z as a ranking.
    """
    sides = [side_of(bag, bag.counts, _rows(bag, span)) for span in (span_a, span_b)]
    table = contrast(bag, bag.totals, sides[0], sides[1], (written(span_a), written(span_b)))
    return table.astype({"count_a": "int64", "count_b": "int64"})


def theme_keyness(themes: Themes, theme: str, span_a: Span, span_b: Span) -> pd.DataFrame:
    """Columns as `keyness`: the same theme worded differently in two spans.

    Counts are expected ones: each occurrence of a word counts for the theme by the probability that
    its topics wrote it, θ_pk φ_kw / Σ_k θ_pk φ_kw (the responsibilities of Blei, Ng & Jordan 2003,
    eq. 6, at the means); the prior is the theme's own words. A speech holds a word from half an
    expected occurrence on.
    """
    choose(themes.names, theme)
    bag, counts = themes.model.bag, theme_counts(themes, theme)
    sides = [side_of(bag, counts, _rows(bag, span)) for span in (span_a, span_b)]
    return contrast(
        bag, _column_sums(counts), sides[0], sides[1], (written(span_a), written(span_b))
    )


def theme_wordings(
    themes: Themes, names: Sequence[str], span_a: Span, span_b: Span, most: int = 100
) -> pd.DataFrame:
    """The table of the figure theme_keyness: `theme_keyness` of several themes, the theme in the
    first column; of each the ``most`` words most typical of either span."""
    import pandas as pd

    parts = []
    for name in names:
        table = theme_keyness(themes, name, span_a, span_b)
        table = pd.concat([table[table["z"] > 0].head(most), table[table["z"] < 0].tail(most)])
        table.insert(0, "theme", name)
        parts.append(table)
    return pd.concat(parts, ignore_index=True)


def theme_counts(themes: Themes, theme: str) -> Any:
    """Expected occurrences of each word in a theme, P × W (sparse)."""
    import numpy as np

    model = themes.model
    own = themes.topics_of(theme)
    counts = model.bag.counts.tocsr().astype(np.float64)
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    word_topics = np.ascontiguousarray(model.topic_words.T)
    for start in range(0, len(rows), ENTRIES):
        piece = slice(start, start + ENTRIES)
        joint = model.passage_topics[rows[piece]] * word_topics[counts.indices[piece]]
        counts.data[piece] *= joint[:, own].sum(axis=1) / np.maximum(joint.sum(axis=1), 1e-300)
    return counts


def contrast(
    bag: Bag, prior_counts: Floats, a: Side, b: Side, names: tuple[str, str]
) -> pd.DataFrame:
    """The table of `keyness` for two sides; the prior has the proportions of ``prior_counts``."""
    import numpy as np
    import pandas as pd

    prior = PRIOR_WORDS * np.maximum(prior_counts, 1e-9) / np.maximum(prior_counts, 1e-9).sum()
    log_odds = _log_odds(b.counts, prior) - _log_odds(a.counts, prior)
    z = log_odds / np.sqrt(1 / (a.counts + prior) + 1 / (b.counts + prior))
    table = pd.DataFrame(
        {
            "word": bag.words,
            "z": z,
            "log_odds": log_odds,
            "count_a": a.counts,
            "count_b": b.counts,
            "speeches_a": a.speeches,
            "speeches_b": b.speeches,
            "single": np.where(z > 0, b.speeches, a.speeches) == 1,
            "span_a": names[0],
            "span_b": names[1],
            "largest": np.where(z > 0, b.largest, a.largest),
        }
    )
    held = table[(a.speeches > 0) | (b.speeches > 0)]
    return held.sort_values(["z", "word"], ascending=[False, True], ignore_index=True)


def _log_odds(counts: Floats, prior: Floats) -> Floats:
    import numpy as np

    mass = counts + prior
    return np.log(mass / (mass.sum() - mass))


def _rows(bag: Bag, span: Span) -> list[int]:
    """Row numbers of the passages of a span of years."""
    low, high = span
    rows = [
        i
        for i, p in enumerate(bag.passages)
        if p.speech.year is not None and low <= p.speech.year <= high
    ]
    if not rows:
        raise JianghuaError(f"no speech of {low}–{high}", "keyness", "another span of years")
    return rows


def side_of(bag: Bag, counts: Any, rows: list[int]) -> Side:
    """Sums of (expected) counts over some passages; a word counts as held from 0.5 a speech."""
    import numpy as np
    from scipy.sparse import csr_matrix

    labels, place = np.unique(bag.speech_numbers[rows], return_inverse=True)
    by = csr_matrix(
        (np.ones(len(rows)), (place, np.arange(len(rows)))), shape=(len(labels), len(rows))
    )
    spoken = (by @ counts[rows]).tocsr()
    total = _column_sums(spoken)
    most = np.asarray(spoken.max(axis=0).todense()).ravel()
    speeches = np.asarray((spoken >= SAID).sum(axis=0)).ravel().astype(np.int64)
    return Side(total, speeches, most / np.maximum(total, 1e-300))


def _column_sums(counts: Any) -> Floats:
    import numpy as np

    return np.asarray(counts.sum(axis=0), dtype=np.float64).ravel()
