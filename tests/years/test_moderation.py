"""Years of few speeches borrow the variance of speeches from the others, as far as they agree."""

from __future__ import annotations

import numpy as np
import pytest
from planted import drawn, speech
from scipy.special import polygamma

from jianghua.years.moderation import Borrowed, _inverse_trigamma, borrow
from jianghua.years.shares import compare_years


@pytest.mark.parametrize("y", [0.5, 1.0, 4.0, 12.0])
def test_trigamma_is_inverted(y):
    """The inverse undoes scipy's trigamma."""
    assert _inverse_trigamma(float(polygamma(1, y))) == pytest.approx(y)


def test_equal_variances_are_borrowed_whole():
    """Samples of one variance: it is found, and trusted nearly as far as anything is (30 degrees)."""
    generator = np.random.default_rng(0)
    variances = 0.02 * generator.chisquare(2, (400, 3)) / 2
    found = borrow(variances, np.full(400, 2.0))
    assert found.variance == pytest.approx(0.02, rel=0.15)
    assert 15 < found.freedom <= 30


def test_the_prior_of_smyth_is_recovered():
    """Variances from d₀ s₀² / χ²(d₀), d₀ = 8 and s₀² = 0.05 (Smyth 2004, eq. 2 with § 6.2), give
    back d₀ and s₀²."""
    generator = np.random.default_rng(1)
    true = 8 * 0.05 / generator.chisquare(8, (3000, 1))
    found = borrow(true * generator.chisquare(3, (3000, 1)) / 3, np.full(3000, 3.0))
    assert found.freedom == pytest.approx(8, rel=0.2)
    assert found.variance == pytest.approx(0.05, rel=0.1)


def test_few_years_borrow_nothing():
    """Three years are no population; nor are years without any spread."""
    assert borrow(np.ones((3, 5)), np.ones(3)) == Borrowed()
    assert borrow(np.zeros((9, 5)), np.ones(9)) == Borrowed()


def test_bands_of_two_speeches_are_narrower_pooled():
    """With two speeches a year pooled bands are less than 0.7 as wide, around the same shares; with
    one speech of 20 passages they hardly move, for the passages speak for themselves."""
    for per_year, least, most in ((2, 0, 0.7), (1, 0.9, 1.05)):
        speeches = [speech(n, 2000 + n // per_year) for n in range(8 * per_year)]
        themes = drawn(speeches, [[0.5, 0.3, 0.2]] * len(speeches), np.random.default_rng(2))
        pooled, alone = (compare_years(themes, pool=p).table for p in (True, False))
        assert pooled["share"].tolist() == alone["share"].tolist()
        ratio = (pooled.high - pooled.low).mean() / (alone.high - alone.low).mean()
        assert least < ratio < most
