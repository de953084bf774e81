"""Moderated variances: years of few speeches borrow from the others how much speeches differ.

Two speeches hardly say how far speeches of their year lie apart, but all years together do. The
variances of the years are taken as draws from one distribution, whose own spread says how much a
year may lean on the rest (empirical Bayes, Smyth 2004, eqs. of § 6.2). On the arcsine scale the
variance of a share hardly depends on its size, so themes are pooled as well. Single speeches borrow
in the same way how much their passages differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FEWEST_GROUPS = 4  # years with two speeches or more, below which nothing is borrowed


@dataclass(frozen=True)
class Borrowed:
    """A variance of single speeches, and the degrees of freedom that it is worth; 0 is none."""

    variance: float = 0.0
    freedom: float = 0.0


def borrow(variances: Floats, freedom: Floats) -> Borrowed:
    """What groups G × themes T say of the variance of a speech; ``freedom`` is G.

    log s² of a normal sample is log σ² plus a variable with mean ψ(d/2) − log(d/2) and variance
    ψ′(d/2). What varies beyond that is the spread of σ² itself: trigamma(d₀/2).
    """
    import numpy as np
    from scipy.special import polygamma, psi

    if len(freedom) < FEWEST_GROUPS:
        return Borrowed()
    d = np.broadcast_to(freedom[:, None], variances.shape) / 2
    found = variances > 0
    if found.sum() < FEWEST_GROUPS:
        return Borrowed()
    e = np.log(variances[found]) - psi(d[found]) + np.log(d[found])
    beyond = float(e.var(ddof=1) - polygamma(1, d[found]).mean())
    half = _inverse_trigamma(beyond) if beyond > 0 else _MOST / 2
    half = min(half, _MOST / 2)
    return Borrowed(float(np.exp(e.mean() + psi(half) - np.log(half))), 2 * half)


_MOST = 30.0  # degrees of freedom: no year leans wholly on the others


def _inverse_trigamma(x: float) -> float:
    """y with trigamma(y) = x, by bisection (trigamma falls from infinity to 0)."""
    from scipy.optimize import brentq
    from scipy.special import polygamma

    if polygamma(1, _MOST) > x:
        return _MOST
    if polygamma(1, 1e-3) < x:
        return 1e-3
    return float(brentq(lambda y: polygamma(1, y) - x, 1e-3, _MOST))
