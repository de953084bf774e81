"""Tests that hold with few speeches: the speech, not the passage, is the unit of evidence.

Passages of one speech resemble one another, so tests that count passages find differences that
are not there, and cluster-robust errors still do with few speeches (Cameron, Gelbach & Miller
2008). Permuting labels over speeches is exact for any number of them where the speeches are
exchangeable under the hypothesis (Fisher 1935; Good 2005, ch. 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.topics.themes import Themes
from jianghua.years.grouping import Span, written
from jianghua.years.sentences import difference_said, trend_said
from jianghua.years.speechwise import SpeechShares, choose, dated, share_by_speech
from jianghua.years.uncertainty import LEVEL

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

FEWEST_SPEECHES = 6
FEWEST_CLUSTERS = 30
BLOCK = 1_000_000  # numbers worked on at a time: they stay near the processor
METHODS = ("permutation", "t", "cluster")


def trend_test(
    themes: Themes,
    theme: str | None = None,
    method: str = "permutation",
    permutations: int = 1999,
    seed: int = 0,
) -> pd.DataFrame:
    """One row per theme: does its share rise or fall with the year of the speech?

    Columns: theme, slope (change of the share in ten years), low, high (90 % band of the slope:
    least squares on speech means, t with speeches − 2 degrees of freedom; on passages with
    cluster-robust errors for ``method="cluster"``), p (two-sided), p_holm (for all rows together,
    Holm 1979), method, speeches, sentence, sentence_en. "permutation" deals the years out to the
    speeches anew; "t" trusts the t of the slope; "cluster" (CR1 by speech, passages as units) is
    refused under 30 speeches. Under 6 speeches p is empty and the sentence says what cannot be
    known. Speeches of uncertain year stand at their best year. All of them count speeches as
    independent; where one year's report repeats the last, p is too small.
    """
    import numpy as np
    import pandas as pd

    _check(method, permutations)
    found = dated(share_by_speech(themes))
    columns = choose(found.names, theme)
    shares, years = found.shares[:, columns], found.years / 10
    slope, error, freedom = _slopes(themes, found, columns, method)
    if len(years) < FEWEST_SPEECHES or np.ptp(years) == 0:
        p = np.full(len(columns), np.nan)
    elif method == "permutation":
        p = _permuted_slopes(shares, years, permutations, np.random.default_rng(seed))
    else:
        p = _two_sided(slope / np.maximum(error, 1e-300), freedom)
    table = pd.DataFrame({"theme": [found.names[c] for c in columns], "slope": slope})
    table = table.assign(**_tested(slope, error, freedom, p, method), speeches=len(years))
    return _with_sentences(table, trend_said)


def difference_test(
    themes: Themes,
    a: Span | str,
    b: Span | str,
    by: str = "year",
    theme: str | None = None,
    method: str = "permutation",
    permutations: int = 1999,
    seed: int = 0,
) -> pd.DataFrame:
    """One row per theme: do the speeches of A and B give it different shares?

    ``a`` and ``b`` are spans of years, or two values of ``by`` ("place", "level", "speaker" …).
    Columns: theme, mean_a, mean_b (means of the speeches' shares, each speech counted once),
    difference (B − A), low, high (90 % band, Welch 1947), p, p_holm, method, speeches_a,
    speeches_b, sentence, sentence_en. "permutation" deals the labels out anew and compares
    Welch's t, which holds for unequal spreads too (Janssen 1997); every deal is tried where there
    are no more than ``permutations``. "t" is Welch's test, "cluster" passages with errors robust
    to speeches, refused under 30. Under 6 speeches, or with a single one on a side, p is empty.
    """
    import numpy as np
    import pandas as pd

    _check(method, permutations)
    found = share_by_speech(themes)
    in_a, in_b = (_members(found, by, side) for side in (a, b))
    if (in_a & in_b).any():
        raise JianghuaError("the two sides share speeches", "difference_test", "sides apart")
    columns = choose(found.names, theme)
    shares, side = found.shares[in_a | in_b][:, columns], in_b[in_a | in_b]
    counts = int((~side).sum()), int(side.sum())
    enough = sum(counts) >= FEWEST_SPEECHES and min(counts) > 1
    difference, error, freedom = _welch(shares, side)
    if method == "cluster":
        difference, error, freedom = _clustered(themes, found, in_a, in_b, columns)
    if not enough:
        p = np.full(len(columns), np.nan)
    elif method == "permutation":
        p = _permuted_labels(shares, side, permutations, np.random.default_rng(seed))
    else:
        p = _two_sided(difference / np.maximum(error, 1e-300), freedom)
    sides = tuple(one if isinstance(one, str) else written(one) for one in (a, b))
    table = pd.DataFrame(
        {
            "theme": [found.names[c] for c in columns],
            "mean_a": shares[~side].mean(axis=0),
            "mean_b": shares[side].mean(axis=0),
            "difference": difference,
            **_tested(difference, error, freedom, p, method),
            "speeches_a": counts[0],
            "speeches_b": counts[1],
        }
    )
    return _with_sentences(table, lambda row, language: difference_said(row, sides, language))


def _tested(
    estimate: Floats, error: Floats, freedom: Any, p: Floats, method: str
) -> dict[str, Any]:
    """The columns that every test has: low, high, p, p_holm, method."""
    reach = error * _quantile(freedom)
    return {
        "low": estimate - reach,
        "high": estimate + reach,
        "p": p,
        "p_holm": holm(p),
        "method": method,
    }


def _with_sentences(table: pd.DataFrame, said: Callable[[Any, str], str]) -> pd.DataFrame:
    rows = list(table.itertuples())
    return table.assign(
        sentence=[said(row, "zh") for row in rows], sentence_en=[said(row, "en") for row in rows]
    )


def _check(method: str, permutations: int) -> None:
    if method not in METHODS:
        raise JianghuaError(f"unknown method {method!r}", "method", f"one of {', '.join(METHODS)}")
    if permutations < 199:
        raise JianghuaError(f"{permutations} permutations", "permutations", "199 or more")


def refuse_few_clusters(speeches: int) -> None:
    """Cluster-robust errors are too small with few clusters: 5 % tests err in 10 to 27 %."""
    if speeches < FEWEST_CLUSTERS:
        raise JianghuaError(
            f"cluster-robust errors need {FEWEST_CLUSTERS} speeches, here are {speeches}",
            "method",
            'method="permutation"',
        )


def _members(found: SpeechShares, by: str, side: Span | str) -> Bools:
    import numpy as np

    if isinstance(side, str):
        chosen = np.array([getattr(s, by, None) == side for s in found.speeches])
    else:
        chosen = (found.years >= side[0]) & (found.years <= side[1])
    if not chosen.any():
        name = side if isinstance(side, str) else written(side)
        raise JianghuaError(f"no speech of {name}", "difference_test", "another side")
    return chosen


# --- statistics -----------------------------------------------------------------------------------


def _slopes(
    themes: Themes, found: SpeechShares, columns: Sequence[int], method: str
) -> tuple[Floats, Floats, float]:
    """Least-squares slope on decades, its standard error and degrees of freedom, by theme."""
    import numpy as np

    if method == "cluster":
        refuse_few_clusters(len(found.speeches))
        year = {s.id: s.year for s in found.speeches}
        passages = themes.model.bag.passages
        rows = [i for i, p in enumerate(passages) if p.speech.id in year]
        x = np.array([passages[i].speech.year for i in rows], dtype=float) / 10
        labels = themes.model.bag.speech_numbers[rows]
        return robust_slope(_passage_shares(themes, rows, columns), x, labels)
    y, x = found.shares[:, columns], found.years / 10
    x = x - x.mean()
    spread, freedom = float(x @ x), len(x) - 2
    if spread == 0 or freedom < 1:
        empty = np.full(y.shape[1], np.nan)
        return empty if spread == 0 else x @ y / spread, empty, 1.0
    slope = x @ y / spread
    residual = y - y.mean(axis=0) - np.outer(x, slope)
    return slope, np.sqrt((residual**2).sum(axis=0) / freedom / spread), float(freedom)


def _passage_shares(themes: Themes, rows: Sequence[int], columns: Sequence[int]) -> Floats:
    import numpy as np

    shares = themes.passage_themes[rows]
    return (shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-300))[:, columns]


def robust_slope(y: Floats, x: Floats, labels: NDArray[np.int64]) -> tuple[Floats, Floats, float]:
    """Slope over passages with CR1 errors by speech (Liang & Zeger 1986; t with G − 1)."""
    import numpy as np

    n, centred = len(x), x - x.mean()
    spread = centred @ centred
    slope = centred @ y / spread
    residual = y - y.mean(axis=0) - np.outer(centred, slope)
    _, place = np.unique(labels, return_inverse=True)
    clusters = place.max() + 1
    scores = np.zeros((clusters, y.shape[1]))
    np.add.at(scores, place, centred[:, None] * residual)
    correction = clusters / (clusters - 1) * (n - 1) / (n - 2)
    error = np.sqrt(correction * (scores**2).sum(axis=0)) / spread
    return slope, error, float(clusters - 1)


def _clustered(
    themes: Themes, found: SpeechShares, in_a: Bools, in_b: Bools, columns: Sequence[int]
) -> tuple[Floats, Floats, float]:
    """Difference of passages' means with errors robust to speeches: a slope on 0 and 1."""
    import numpy as np

    refuse_few_clusters(int((in_a | in_b).sum()))
    side = {s.id: bool(b) for s, a, b in zip(found.speeches, in_a, in_b, strict=True) if a or b}
    passages = themes.model.bag.passages
    rows = [i for i, p in enumerate(passages) if p.speech.id in side]
    x = np.array([side[passages[i].speech.id] for i in rows], dtype=float)
    labels = themes.model.bag.speech_numbers[rows]
    return robust_slope(_passage_shares(themes, rows, columns), x, labels)


def _welch(shares: Floats, side: Bools) -> tuple[Floats, Floats, Any]:
    """Difference of means B − A, its standard error and Welch's degrees of freedom, by theme."""
    import numpy as np

    a, b = shares[~side], shares[side]
    difference = b.mean(axis=0) - a.mean(axis=0)
    if min(len(a), len(b)) < 2:
        empty = np.full(shares.shape[1], np.nan)
        return difference, empty, 1.0
    va, vb = a.var(axis=0, ddof=1) / len(a), b.var(axis=0, ddof=1) / len(b)
    total = np.maximum(va + vb, 1e-300)
    freedom = total**2 / np.maximum(va**2 / (len(a) - 1) + vb**2 / (len(b) - 1), 1e-300)
    return difference, np.sqrt(total), np.clip(freedom, 1, len(shares) - 2)


def _permuted_slopes(
    shares: Floats, years: Floats, permutations: int, generator: np.random.Generator
) -> Floats:
    """Share of the deals whose slope is at least as steep, the observed one counted in."""
    import numpy as np

    centred = shares - shares.mean(axis=0)
    dealt = permuted(years - years.mean(), permutations, generator)
    observed = np.abs((years - years.mean()) @ centred)
    return _p(np.concatenate([np.abs(some @ centred) for some in dealt]), observed)


def permuted(
    values: Floats, times: int, generator: np.random.Generator, size: int = 0
) -> Iterator[Floats]:
    """``times`` random orders of ``values``, orders × n, a block at a time: all of them would fill
    the memory with many speeches. ``size`` is what one order grows to where it is used."""
    import numpy as np

    at_once = max(1, BLOCK // max(size, len(values)))
    for start in range(0, times, at_once):
        number = min(at_once, times - start)
        yield generator.permuted(np.tile(values, (number, 1)), axis=1)


def _permuted_labels(
    shares: Floats, side: Bools, permutations: int, generator: np.random.Generator
) -> Floats:
    """The same for Welch's t of two groups; every deal where they are few enough."""
    import numpy as np

    n, chosen = len(side), int(side.sum())
    every = comb(n, chosen) <= permutations
    if every:
        all_deals = np.zeros((comb(n, chosen), n))
        for row, picked in enumerate(combinations(range(n), chosen)):
            all_deals[row, list(picked)] = 1
        dealt = iter([all_deals])
    else:
        dealt = permuted(side.astype(float), permutations, generator)
    statistics = np.concatenate([_welch_of(some, shares) for some in dealt])
    observed = _welch_of(side[None, :].astype(float), shares)[0]
    if every:  # the observed deal is among them
        return (statistics >= observed * (1 - 1e-9)).mean(axis=0)
    return _p(statistics, observed)


def _welch_of(dealt: Floats, shares: Floats) -> Floats:
    """|t| of Welch for each deal (R × S of 0 and 1) and theme, R × T."""
    import numpy as np

    centred = shares - shares.mean(axis=0)
    parts = []
    for chosen in (dealt, 1 - dealt):
        n = chosen.sum(axis=1, keepdims=True)
        mean = chosen @ centred / n
        spread = np.maximum(chosen @ centred**2 / n - mean**2, 0) / (n - 1)
        parts.append((mean, spread))
    (mean_b, spread_b), (mean_a, spread_a) = parts
    return np.abs(mean_b - mean_a) / np.sqrt(np.maximum(spread_a + spread_b, 1e-24))


def _p(dealt: Floats, observed: Floats) -> Floats:
    """Monte Carlo p, the observed deal counted in (Phipson & Smyth 2010), T."""
    beyond = (dealt >= observed * (1 - 1e-9)).sum(axis=0)  # ties by rounding count as ties
    return (1 + beyond) / (1 + len(dealt))


def _two_sided(statistic: Floats, freedom: Any) -> Floats:
    import numpy as np
    from scipy.stats import t

    return 2 * t.sf(np.abs(statistic), freedom)


def _quantile(freedom: Any) -> Any:
    from scipy.stats import t

    return t.ppf((1 + LEVEL) / 2, freedom)


def holm(p: Floats) -> Floats:
    """p-values corrected for their number (Holm 1979); empty ones stay empty."""
    import numpy as np

    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    corrected = np.full(len(p), np.nan)
    steps = p[order] * np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return corrected
