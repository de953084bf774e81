"""Tests of trends and differences count speeches, and say what few speeches cannot tell."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from planted import NAMES, drawn, speech
from scipy import stats

from jianghua.errors import JianghuaError
from jianghua.years.permutation import _permuted_slopes, difference_test, holm, trend_test
from jianghua.years.speechwise import share_by_speech


def rising(speeches: int, slope: float, seed: int = 0):
    """Speeches of successive years; the first theme gains ``slope`` over the whole time."""
    generator = np.random.default_rng(seed)
    gain = np.linspace(0, slope, speeches)
    means = np.stack([0.2 + gain, 0.5 - gain, np.full(speeches, 0.3)], axis=1)
    return drawn([speech(n, 2000 + n) for n in range(speeches)], means, generator, between=60)


def test_slope_and_band_are_those_of_least_squares():
    """Slope, t and p of the method "t" are scipy's linear regression on speech means."""
    themes = rising(15, 0.2)
    found = share_by_speech(themes)
    row = trend_test(themes, NAMES[0], method="t").iloc[0]
    shares = found.shares[:, found.names.index(NAMES[0])]
    witness = stats.linregress(found.years / 10, shares)
    assert row.slope == pytest.approx(witness.slope)
    assert row.p == pytest.approx(witness.pvalue)
    reach = stats.t.ppf(0.95, 13) * witness.stderr
    assert (row.low, row.high) == pytest.approx((witness.slope - reach, witness.slope + reach))


def test_permuted_years_agree_with_all_deals():
    """The drawn p of five speeches is near the p over all 120 orders."""
    y, x = np.array([[0.1], [0.3], [0.2], [0.5], [0.4]]), np.arange(5.0)
    centred = x - x.mean()
    slopes = np.array([abs(np.array(deal) @ y[:, 0]) for deal in permutations(centred)])
    exact = np.mean(slopes >= abs(centred @ y[:, 0]) - 1e-12)
    drawn_p = _permuted_slopes(y, x, 20_000, np.random.default_rng(0))
    assert drawn_p[0] == pytest.approx(exact, abs=0.01)


def test_a_planted_rise_is_found_and_said():
    """A rise of 25 points in twenty speeches is found, its opposite falls, and words say so."""
    table = trend_test(rising(20, 0.25)).set_index("theme")
    assert table.loc[NAMES[0], "p_holm"] < 0.01
    assert table.loc[NAMES[1], "slope"] < 0
    assert "上升" in table.loc[NAMES[0], "sentence"]
    assert "falls" in table.loc[NAMES[1], "sentence_en"]


def test_few_speeches_are_not_tested():
    """Under six speeches there is no p, and the sentence says what cannot be known."""
    table = trend_test(rising(5, 0.3))
    assert table["p"].isna().all()
    assert "无法判断" in table["sentence"][0]
    assert "cannot be known" in table["sentence_en"][0]


def test_one_year_has_no_trend():
    """Speeches of a single year have no slope, and no warning is raised."""
    generator = np.random.default_rng(0)
    themes = drawn([speech(n, 2001) for n in range(8)], [[0.5, 0.3, 0.2]] * 8, generator)
    assert trend_test(themes)[["slope", "low", "p"]].isna().all(axis=None)


def test_cluster_formulas_need_thirty_speeches():
    """Cluster-robust errors are refused under thirty speeches and serve above."""
    with pytest.raises(JianghuaError, match=r"30 speeches.*permutation"):
        trend_test(rising(20, 0.2), method="cluster")
    with pytest.raises(JianghuaError, match="30 speeches"):
        difference_test(rising(20, 0.2), (2000, 2009), (2010, 2019), method="cluster")
    table = trend_test(rising(40, 0.25), NAMES[0], method="cluster")
    assert table["p"][0] < 0.01
    assert difference_test(
        rising(40, 0.25), (2000, 2019), (2020, 2039), theme=NAMES[0], method="cluster"
    )["p"][0] < 0.05  # fmt: skip


def test_difference_is_welchs():
    """Difference, band and p of the method "t" are scipy's Welch test on speech means."""
    themes = rising(16, 0.2)
    found = share_by_speech(themes)
    shares = found.shares[:, found.names.index(NAMES[0])]
    row = difference_test(themes, (2000, 2006), (2007, 2015), theme=NAMES[0], method="t").iloc[0]
    witness = stats.ttest_ind(shares[7:], shares[:7], equal_var=False)
    interval = witness.confidence_interval(0.9)
    assert row.p == pytest.approx(witness.pvalue)
    assert (row.low, row.high) == pytest.approx(tuple(interval))
    assert (row.speeches_a, row.speeches_b) == (7, 9)


def test_labels_permuted_agree_with_scipy():
    """Every deal of 4 and 4 speeches gives scipy's exact permutation p of Welch's t."""
    themes = rising(8, 0.2, seed=5)
    found = share_by_speech(themes)
    shares = found.shares[:, found.names.index(NAMES[0])]
    row = difference_test(themes, (2000, 2003), (2004, 2007), theme=NAMES[0]).iloc[0]

    def statistic(a, b):
        return abs(stats.ttest_ind(a, b, equal_var=False).statistic)

    witness = stats.permutation_test(
        (shares[:4], shares[4:]), statistic, n_resamples=np.inf, alternative="greater"
    )
    assert row.p == pytest.approx(witness.pvalue)


def test_two_places_are_compared():
    """Two places are told apart by their speeches; a single speech on a side is no evidence."""
    generator = np.random.default_rng(1)
    places = ["甲省"] * 6 + ["乙省"] * 6
    means = [[0.2, 0.5, 0.3]] * 6 + [[0.6, 0.1, 0.3]] * 6
    themes = drawn([speech(n, 2000, place=p) for n, p in enumerate(places)], means, generator)
    table = difference_test(themes, "甲省", "乙省", by="place").set_index("theme")
    assert table.loc[NAMES[0], "difference"] > 0
    assert table.loc[NAMES[0], "p"] < 0.05
    with pytest.raises(JianghuaError, match="no speech of 丙省"):
        difference_test(themes, "甲省", "丙省", by="place")


def test_overlapping_sides_are_refused():
    """A speech cannot be on both sides."""
    with pytest.raises(JianghuaError, match="share speeches"):
        difference_test(rising(8, 0.1), (2000, 2005), (2005, 2007))


def test_holm_by_hand():
    """Holm: 0.01 · 3, then 0.02 · 2, then 0.04 raised to 0.04; empty stays empty."""
    corrected = holm(np.array([0.04, 0.01, np.nan, 0.02]))
    assert corrected[[0, 1, 3]] == pytest.approx([0.04, 0.03, 0.04])
    assert np.isnan(corrected[2])
