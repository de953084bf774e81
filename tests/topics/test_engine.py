"""The compiled kernel against the same updates written out in plain numpy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from jianghua.topics.engine import as_arrays, place, visit
from tests import toy as made


def visited_plainly(
    counts: np.ndarray, phi: np.ndarray, alpha: np.ndarray, sweeps: int
) -> tuple[np.ndarray, np.ndarray, float]:
    """N_θ + α (P × K), N_φ (W × K) and log-likelihood, after the paper's equations 5 to 8."""
    topics = phi.shape[1]
    theta = alpha + counts.sum(axis=1, keepdims=True) / topics * np.ones(topics)
    for _ in range(sweeps):
        fit = theta @ phi.T
        likelihood = float((counts * np.log(fit / theta.sum(axis=1, keepdims=True))).sum())
        gamma = theta[:, None, :] * phi[None] / fit[:, :, None]  # P × W × K
        statistics = (counts[:, :, None] * gamma).sum(axis=0)
        theta = alpha + (counts[:, :, None] * gamma).sum(axis=1)
    return theta, statistics, likelihood


def test_agrees_with_plain_numpy() -> None:
    """Mixtures, expected counts and likelihood are those of the plain version (float32 apart)."""
    random = np.random.default_rng(2)
    counts = random.poisson(0.7, (9, 14))
    phi = random.dirichlet(np.ones(14), 3).T.astype(np.float32).copy()
    alpha = np.array([0.9, 0.4, 0.2], np.float32)
    mixtures, statistics = np.zeros((9, 3), np.float32), np.zeros((14, 3), np.float32)
    arrays = as_arrays(csr_matrix(counts))
    likelihood = visit(*arrays, phi, alpha, np.arange(9), 6, mixtures, statistics)
    expected = visited_plainly(counts, phi.astype(float), alpha.astype(float), 6)
    assert np.allclose(mixtures, expected[0], rtol=1e-4)
    assert np.allclose(statistics, expected[1], rtol=1e-4, atol=1e-5)
    assert likelihood == pytest.approx(expected[2], rel=1e-5)


def test_words_are_conserved() -> None:
    """Expected counts over topics add up to the counts; mixtures add up to length plus Σα."""
    bag, _ = made.planted_bag(3, 30)
    words = len(bag.words)
    phi = np.random.default_rng(0).dirichlet(np.ones(words), 3).T.astype(np.float32).copy()
    mixtures, statistics = np.zeros((30, 3), np.float32), np.zeros((words, 3), np.float32)
    alpha = np.full(3, 0.5, np.float32)
    visit(*as_arrays(bag.counts), phi, alpha, np.arange(30), 5, mixtures, statistics)
    assert np.allclose(statistics.sum(axis=1), bag.totals, rtol=1e-4)
    assert np.allclose(mixtures.sum(axis=1), bag.lengths + 1.5, rtol=1e-4)


def test_only_the_asked_rows_change() -> None:
    """Passages that are not visited keep their mixtures."""
    bag, _ = made.planted_bag(3, 10)
    phi = np.full((len(bag.words), 3), 1 / len(bag.words), np.float32)
    mixtures = np.full((10, 3), -1, np.float32)
    alpha = np.full(3, 0.5, np.float32)
    visit(*as_arrays(bag.counts), phi, alpha, np.array([4, 7]), 2, mixtures, np.zeros_like(phi))
    assert np.flatnonzero((mixtures != -1).any(axis=1)).tolist() == [4, 7]


def test_a_word_of_one_topic() -> None:
    """A passage of one word that only topic 1 says: share (n + α) / (n + Σα) there (by hand: 3
    words, α = 0.5 and 0.5, so 3.5 / 4)."""
    shares = place(csr_matrix([[3, 0]]), np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([0.5, 0.5]))
    assert shares[0] == pytest.approx([0.125, 0.875], abs=1e-6)
