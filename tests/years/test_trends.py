"""Smooth courses: local regression, its band, and gaps that stay gaps."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from jianghua.errors import JianghuaError
from jianghua.years.shares import YearComparison
from jianghua.years.trends import _smoother, number_runs, smooth_trend


def comparison(years, shares, speeches=1):
    """A comparison of one theme with given yearly shares."""
    table = pd.DataFrame({"year": years, "theme": "甲", "share": shares, "speeches": speeches})
    return YearComparison(table)


def test_a_straight_line_stays_straight():
    """Local linear regression reproduces a line exactly, at the ends too (Loader 1999, § 2.1)."""
    x = np.arange(2000.0, 2020)
    smoother = _smoother(x, np.ones(20), np.ones(20, dtype=int), 6)
    assert smoother @ (3 + 0.5 * x) == pytest.approx(3 + 0.5 * x)


def test_a_wide_band_is_the_straight_line():
    """With a bandwidth far beyond the years, the smoother is nearly the least-squares hat matrix."""
    x = np.arange(12.0)
    design = np.column_stack([np.ones(12), x])
    hat = design @ np.linalg.pinv(design)
    assert _smoother(x, np.ones(12), np.ones(12, dtype=int), 1e4) == pytest.approx(hat, abs=1e-6)


def test_gaps_are_never_bridged():
    """What stands before a gap does not move the course after it, and short runs have none."""
    years = [1954, 1955, *range(1978, 1990), *range(1995, 2003)]
    rng = np.random.default_rng(0)
    shares = np.clip(rng.normal(0.2, 0.03, len(years)), 0, 1)
    other = shares.copy()
    other[:14] += 0.3
    one, two = (smooth_trend(comparison(years, s), bandwidth=6) for s in (shares, other))
    assert one["run"].tolist() == [1] * 2 + [2] * 12 + [3] * 8
    assert one["trend"].isna().tolist() == [True] * 2 + [False] * 20
    assert one["trend"][14:].tolist() == two["trend"][14:].tolist()
    assert list(one["year"]) == years


def test_runs_by_hand():
    """A gap of more than one year begins a run; no year, no run."""
    assert number_runs([1954, 1955, 1957, 1958]) == [1, 1, 2, 2]
    assert number_runs([1954, 1955, 1957, 1958], gap=2) == [1, 1, 1, 1]
    assert number_runs([]) == []


def test_the_band_lies_about_the_trend():
    """Trend and band are shares, in order; a year of many speeches narrows the band there."""
    rng = np.random.default_rng(1)
    shares = np.clip(rng.normal(0.05, 0.03, 20), 0, 1)
    table = smooth_trend(comparison(range(2000, 2020), shares))
    assert ((table.low >= 0) & (table.low <= table.trend) & (table.trend <= table.high)).all()
    heavy = np.r_[np.ones(19), 30]
    weighed = smooth_trend(comparison(range(2000, 2020), shares, heavy), bandwidth=9)
    plain = smooth_trend(comparison(range(2000, 2020), shares), bandwidth=9)
    assert abs(weighed.trend[19] - shares[19]) < abs(plain.trend[19] - shares[19])


def test_only_years_have_a_course():
    """A comparison of places cannot be smoothed, and the message says what can."""
    with pytest.raises(JianghuaError, match='by="year"'):
        smooth_trend(YearComparison(pd.DataFrame(), "place"))
    with pytest.raises(JianghuaError, match="bandwidth"):
        smooth_trend(comparison([2000], [0.1]), bandwidth=1)
