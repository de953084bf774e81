"""The fitting engine: stochastic collapsed variational Bayes, zero order, compiled with numba.

SCVB0 is Foulds, Boyles, DuBois, Smyth & Welling 2013 (KDD, Algorithm 1), in its batch form without
the "clumping" of single tokens. Symbols follow the paper: N_φ (here W × K) are expected counts of
words in topics, N_θ (P × K) of topics in passages, α and η the Dirichlet priors.

One kernel, compiled once for every K, that releases the interpreter lock: several fits may run in
threads at once, and the same seed gives the same bits whatever else runs.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

SWEEPS = 5  # of a passage's mixture per visit: more help the first passes, not the end
_SIGNATURE = (
    "float64(int32[::1], int32[::1], float32[::1], float32[:,::1], float32[::1], "
    "int64[::1], int64, float32[:,::1], float32[:,::1])"
)


@njit(_SIGNATURE, nogil=True, fastmath=True, cache=True)
def visit(indptr, indices, data, phi, alpha, rows, sweeps, mixtures, statistics):  # type: ignore[no-untyped-def]
    """Refine the mixtures of some passages under fixed topics.

    ``indptr, indices, data`` are the counts (CSR), ``phi`` W × K the topics, word by word, ``rows``
    the passages to visit. Writes N_θ + α into ``mixtures`` (P × K, by passage number), adds the
    expected counts of each word in each topic to ``statistics`` (W × K), and returns the
    log-likelihood of the words under the mixtures before the last sweep.
    """
    topics = phi.shape[1]
    longest = 1
    for row in rows:
        longest = max(longest, indptr[row + 1] - indptr[row])
    own = np.empty((longest, topics), np.float32)  # the passage's rows of phi, side by side
    likelihood = 0.0
    total = np.empty(topics, np.float32)
    for row in rows:
        start, size = indptr[row], indptr[row + 1] - indptr[row]
        theta = mixtures[row]
        length = np.float32(0)
        for j in range(size):
            own[j] = phi[indices[start + j]]
            length += data[start + j]
        for k in range(topics):
            theta[k] = alpha[k] + length / topics
        for sweep in range(sweeps):
            last = sweep == sweeps - 1
            mass = np.float32(0)
            for k in range(topics):
                total[k] = 0
                mass += theta[k]
            for j in range(size):
                fit = np.float32(1e-30)
                for k in range(topics):
                    fit += theta[k] * own[j, k]
                scale = data[start + j] / fit
                for k in range(topics):
                    total[k] += scale * own[j, k]
                if last:
                    likelihood += data[start + j] * np.log(fit / mass)
                    target = statistics[indices[start + j]]
                    for k in range(topics):
                        target[k] += scale * own[j, k] * theta[k]
            for k in range(topics):
                theta[k] = alpha[k] + theta[k] * total[k]
    return likelihood


def as_arrays(counts) -> tuple[Ints, Ints, Floats]:  # type: ignore[no-untyped-def]
    """A scipy CSR matrix as the three arrays that `visit` takes."""
    return (
        counts.indptr.astype(np.int32),
        counts.indices.astype(np.int32),
        counts.data.astype(np.float32),
    )


def place(counts, topic_words, alpha, sweeps: int = 100):  # type: ignore[no-untyped-def]
    """Mixtures P × K (float64, rows sum to 1) of passages under fixed topics K × W."""
    phi = np.ascontiguousarray(topic_words.T, dtype=np.float32)
    mixtures = np.zeros((counts.shape[0], phi.shape[1]), np.float32)
    rows = np.arange(counts.shape[0])
    visit(*as_arrays(counts), phi, alpha.astype(np.float32), rows, sweeps, mixtures, phi * 0)
    mixtures = mixtures.astype(np.float64)
    return mixtures / mixtures.sum(axis=1, keepdims=True)
