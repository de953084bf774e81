"""Smooth trends over runs of years, with a band; years without speeches are gaps, never bridged.

Local linear regression (Cleveland 1979; Loader 1999, ch. 2) with tricube weights, bandwidth by
generalised cross-validation. The band is of the smooth course: years are its units, so it holds
where each year has one speech and the year's own band cannot.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from jianghua.errors import JianghuaError
from jianghua.topics.themes import Themes
from jianghua.years.permutation import trend_test
from jianghua.years.shares import YearComparison
from jianghua.years.uncertainty import LEVEL, stabilise

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SHORTEST_RUN = 5  # years; a shorter run has no course of its own
BANDWIDTHS = (6, 9, 13, 19, 28, 41, 60)  # years on either side


def smooth_trend(
    years: YearComparison, bandwidth: float | None = None, gap: int = 1
) -> pd.DataFrame:
    """One row per year and theme: the smooth course of the theme's share.

    Columns: year, theme, share (as compared), trend, low, high (90 % band of the trend, pointwise),
    run (number of the stretch of years, from 1: draw no line from one run to the next), bandwidth
    (years on either side; the same for all runs of a theme), speeches. Two years more than ``gap``
    apart begin a new run. Runs of fewer than five years have no trend: empty cells. A year weighs
    by its speeches. The band takes years as independent about the trend and knows nothing of the
    bias of smoothing: a jump is rounded off (see `changes`).
    """
    import pandas as pd

    if years.by != "year":
        raise JianghuaError(
            f"a comparison by {years.by} has no course", "smooth_trend", 'by="year"'
        )
    if gap < 1 or (bandwidth is not None and bandwidth < 3):
        raise JianghuaError("too small", "gap or bandwidth", "gap=1, bandwidth=3 or more")
    parts = [
        _smooth_theme(part.sort_values("year"), bandwidth, gap)
        for _, part in years.table.groupby("theme", sort=False)
    ]
    return pd.concat(parts).sort_values(["year", "theme"], kind="stable", ignore_index=True)


def trend_table(themes: Themes, years: YearComparison, seed: int = 0) -> pd.DataFrame:
    """The table of the figure trend: `smooth_trend`, with what `trend_test` says of each theme.

    Columns: those of `smooth_trend`, slope (change of the share in ten years), p (permutation over
    speeches; empty under six speeches) and p_holm (for all themes together).
    """
    tested = trend_test(themes, seed=seed)[["theme", "slope", "p", "p_holm"]]
    return smooth_trend(years).merge(tested, on="theme", how="left", validate="many_to_one")


def _smooth_theme(part: pd.DataFrame, bandwidth: float | None, gap: int) -> pd.DataFrame:
    import numpy as np

    x = part["year"].to_numpy(dtype=float)
    runs = number_runs(x.tolist(), gap)
    long = np.isin(runs, [r for r in set(runs) if runs.count(r) >= SHORTEST_RUN])
    table = part[["year", "theme", "share"]].assign(trend=np.nan, low=np.nan, high=np.nan)
    table = table.assign(run=runs, bandwidth=np.nan, speeches=part["speeches"])
    if not long.any():
        return table
    weights = part["speeches"].to_numpy(dtype=float)[long]
    y, own = part["share"].to_numpy(dtype=float)[long], np.array(runs)[long]
    chosen, smoother = _choose(x[long], y, weights, own, bandwidth)
    trend, low, high = _band(smoother, y, weights)
    for column, values in (("trend", trend), ("low", low), ("high", high)):
        table.loc[long, column] = values
    table.loc[long, "bandwidth"] = chosen
    return table


def number_runs(years: Sequence[float], gap: int = 1) -> list[int]:
    """The run that each year (ascending) belongs to, from 1."""
    runs = [1]
    for before, after in pairwise(years):
        runs.append(runs[-1] + (after - before > gap))
    return runs[: len(years)]


def _choose(
    x: Floats, y: Floats, weights: Floats, runs: NDArray[np.int64], bandwidth: float | None
) -> tuple[float, Floats]:
    """The bandwidth with the least generalised cross-validation error, and its smoother matrix."""
    widths = [bandwidth] if bandwidth else BANDWIDTHS
    tried = [(_gcv(s, y, weights), w, s) for w in widths for s in [_smoother(x, weights, runs, w)]]
    _, width, smoother = min(tried, key=lambda one: one[:2])
    return float(width), smoother


def _gcv(smoother: Floats, y: Floats, weights: Floats) -> float:
    """n · RSS / (n − 1.4 tr L)² (Craven & Wahba 1979; 1.4 against wiggles, Kim & Gu 2004)."""
    left = len(y) - 1.4 * smoother.trace()
    return float(len(y) * (weights * (y - smoother @ y) ** 2).sum() / max(left, 1e-9) ** 2)


def _smoother(x: Floats, weights: Floats, runs: NDArray[np.int64], width: float) -> Floats:
    """L, years × years: trend = L y. Years of other runs have no weight."""
    import numpy as np

    smoother = np.zeros((len(x), len(x)))
    for i in range(len(x)):
        near = (np.abs(x - x[i]) < width) & (runs == runs[i])
        kernel = (1 - (np.abs(x[near] - x[i]) / width) ** 3) ** 3 * weights[near]
        design = np.column_stack([np.ones(near.sum()), x[near] - x[i]])
        weighted = design.T * kernel
        # the pseudo-inverse, for a year all alone in its window has a level but no slope
        smoother[i, near] = (np.linalg.pinv(weighted @ design) @ weighted)[0]
    return smoother


def _band(smoother: Floats, y: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Trend and the ends of its band: σ̂ · ‖lᵢ‖ · t (Loader 1999, §§ 2.3 and 9.1).

    The variance of a share is taken as φ p (1 − p) / speeches, as in quasi-likelihood (McCullagh &
    Nelder 1989, § 9.2); the ends are laid out on the arcsine scale, which keeps them in 0 … 1.
    """
    import numpy as np
    from scipy.stats import t

    # no course leaves the range of what it smooths: near 0 the variance would vanish, too
    trend = np.clip(smoother @ y, max(y.min(), 1e-6), min(y.max(), 1 - 1e-6))
    size = trend * (1 - trend)
    freedom = max(len(y) - 2 * smoother.trace() + (smoother**2).sum(), 1.0)
    dispersion = (weights * (y - trend) ** 2 / size).sum() / freedom
    error = np.sqrt(dispersion * (smoother**2 * size / weights).sum(axis=1))
    reach = error / (2 * np.sqrt(size)) * t.ppf((1 + LEVEL) / 2, freedom)
    ends = (np.clip(stabilise(trend) + way * reach, 0, np.pi / 2) for way in (-1, 1))
    low, high = (np.sin(end) ** 2 for end in ends)
    return trend, low, high
