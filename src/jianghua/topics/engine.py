"""The fitting engine: stochastic collapsed variational Bayes, zero order, compiled with numba.

CVB0 is Asuncion, Welling, Smyth & Teh 2009 (UAI, eq. 12), its stochastic form SCVB0 Foulds, Boyles,
DuBois, Smyth & Welling 2013 (KDD, Algorithm 1). Symbols follow the latter: N_φ (here W × K) are
expected counts of words in topics, N_θ (P × K) of topics in passages, α and η the Dirichlet priors.

What a word says of its own passage is left out when the word is assigned, as in CVB0 and in Gibbs
sampling; SCVB0 leaves it in, and passages of fifty words then believe their first guess. N_φ moves
after every passage, so there are no minibatches: a passage shifts it by 1 / window, and the window
grows as the fit goes on. A second reading smooths the topics at the end (`Fitting.reread`).

The kernels are compiled once for every K and release the interpreter lock: several fits may run in
threads at once, and the same seed gives the same bits whatever else runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit, types
from numpy.typing import NDArray

from jianghua.compiling import compiled

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
AlphaOf = Callable[[Any], Any]  # N_k (K) → α (K)

SWEEPS = 8  # of a passage's mixture per visit, from flat: with 5 fits end lower, with 15 they gain nothing
LANES = 16  # topics are padded to a multiple of this, so that no vector is left half empty
SETTLED = np.float32(1e-3)  # of a passage's words: a mixture stands when a sweep moves less
NEARLY = np.float32(1e-2)  # the same while topics still move: more sweeps would gain nothing
FORMED = 1  # sweeps, after which a mixture says enough to be sharpened
MOST_DOUBT = np.float32(30)  # more would be nothing in float32
NOTHING = np.float32(1e-30)  # stands for a likelihood of nothing at all


def _read(dtype: types.Type, dimensions: int = 1) -> types.Array:
    """An array that a kernel only reads."""
    return types.Array(dtype, dimensions, "C", readonly=True)


def _sharpen(own, counts, theta, gamma, inverse, factor):  # type: ignore[no-untyped-def]
    """Take from the topics that a passage may well not hold at all.

    The mean of a passage's words in a topic overstates what they say, by its own doubt: E log n is
    less than log E n by about V n / 2(E n)² (Teh, Newman & Welling 2007, NIPS 19, their Gaussian
    approximation). Where a topic has one to three words of a passage that is but 0.6 of the true
    difference, so it is taken twice. ``factor`` holds what ``own`` was multiplied by so far; the
    mixture's mass stays as it was.
    """
    width = theta.shape[0]
    spread = np.zeros(width, np.float32)
    for j in range(counts.shape[0]):
        shares, scale, count = gamma[j], inverse[j], np.float32(counts[j])
        for k in range(width):
            share = shares[k] * scale
            spread[k] += count * (share - share * share)
    before = after = NOTHING
    for k in range(width):
        doubt = min(spread[k] / (theta[k] * theta[k] + NOTHING), MOST_DOUBT)
        spread[k] = np.exp(-doubt)
        before += theta[k]
        after += theta[k] * spread[k]
    for k in range(width):
        spread[k] *= before / after
        change, factor[k] = spread[k] / factor[k], spread[k]
        spread[k] = change
    for j in range(counts.shape[0]):
        mine = own[j]
        for k in range(width):
            mine[k] *= spread[k]


def _settle(own, counts, alpha, sweeps, tolerance, sharp, theta, gamma, inverse):  # type: ignore[no-untyped-def]
    """Refine one passage's mixture; all arrays are padded to the same number of topics.

    ``own`` are the passage's rows of phi. Leaves N_θ + α in ``theta`` and one over each word's
    likelihood in ``inverse``; its shares of topics, which ``gamma`` brings, it leaves there still
    to be multiplied by that. Returns whether the mixture came to stand within ``sweeps``. ``gamma``
    has three rows more than the passage has words, for words are added up four at a time. Where
    ``sharp``, ``own`` is changed as `_sharpen` says.
    """
    width = theta.shape[0]
    size = counts.shape[0]
    total = np.empty(width, np.float32)
    weights = np.zeros(size + 3, np.float32)
    length = np.float32(0)
    for j in range(size):
        length += counts[j]
        inverse[j] = np.float32(1)
    moved = np.float32(0)
    factor = np.ones(width, np.float32)
    for sweep in range(sweeps):
        if sharp and sweep >= FORMED:
            sharpen(own, counts, theta, gamma, inverse, factor)
        for j in range(size):
            mine, shares, scale = own[j], gamma[j], inverse[j]
            fit = NOTHING
            for k in range(width):
                value = mine[k] * max(theta[k] - shares[k] * scale, np.float32(0))
                shares[k] = value
                fit += value
            inverse[j] = np.float32(1) / fit
            weights[j] = np.float32(counts[j]) * inverse[j]
        for k in range(width):
            total[k] = alpha[k]
        for j in range(0, size, 4):
            a, b, c, d = gamma[j], gamma[j + 1], gamma[j + 2], gamma[j + 3]
            of_a, of_b, of_c, of_d = weights[j], weights[j + 1], weights[j + 2], weights[j + 3]
            for k in range(width):
                total[k] += (of_a * a[k] + of_b * b[k]) + (of_c * c[k] + of_d * d[k])
        moved = np.float32(0)
        for k in range(width):
            moved += abs(total[k] - theta[k])
            theta[k] = total[k]
        if moved <= tolerance * length:
            return True
    return False


def _visit(indptr, indices, data, phi, alpha, rows, sweeps, sharp, mixtures, statistics):  # type: ignore[no-untyped-def]
    """Refine the mixtures of some passages under fixed topics.

    ``indptr, indices, data`` are the counts (CSR), ``phi`` W × K the topics, word by word, ``rows``
    the passages to visit. Writes N_θ + α into ``mixtures`` (P × K, by passage number), adds the
    expected counts of each word in each topic to ``statistics`` (W × K, or 0 × K for none), and
    returns three numbers: the log-likelihood of each word given the other words of its passage,
    the passages whose mixture still moved, and the words that no topic gives a probability.
    A mixture stands when a sweep moves less than SETTLED of its words; ``sharp``: see `_sharpen`.
    """
    topics = phi.shape[1]
    width = -(-topics // LANES) * LANES
    longest = 1
    for row in rows:
        longest = max(longest, indptr[row + 1] - indptr[row])
    own = np.zeros((longest, width), np.float32)
    gamma = np.zeros((longest + 3, width), np.float32)
    inverse = np.empty(longest, np.float32)
    theta = np.zeros(width, np.float32)
    prior = np.zeros(width, np.float32)
    prior[:topics] = alpha
    flat = np.float32(1) / np.float32(topics)
    likelihood, moving, lost = 0.0, 0, 0
    for row in rows:
        start, end = indptr[row], indptr[row + 1]
        size = end - start
        length = np.float32(0)
        for j in range(size):
            mine, shares, word = own[j], gamma[j], phi[indices[start + j]]
            for k in range(topics):
                mine[k] = word[k]
                shares[k] = flat
            length += data[start + j]
        mass = np.float32(-1)
        for k in range(topics):
            theta[k] = prior[k] + length * flat
            mass += theta[k]
        if not settle(own, data[start:end], prior, sweeps, SETTLED, sharp, theta, gamma, inverse):
            moving += 1
        for k in range(topics):
            mixtures[row, k] = theta[k]
        for j in range(size):
            likelihood -= data[start + j] * np.log(inverse[j] * mass)
            lost += inverse[j] > np.float32(0.1) / NOTHING
        if statistics.shape[0] > 0:
            for j in range(size):
                target, shares = statistics[indices[start + j]], gamma[j]
                count = np.float32(data[start + j]) * inverse[j]
                for k in range(topics):
                    target[k] += count * shares[k]
    return likelihood, moving, lost


def _learn(indptr, indices, data, table, scale, sums, raised, raises, eta, eta_sums, alpha, rows, sweeps, window, passages, sharp):  # type: ignore[no-untyped-def]  # fmt: skip
    """Visit some passages and let the topics follow each of them at once.

    N_φ is ``scale * table`` (W × K) and ``sums`` (K) its columns' sums: what is forgotten is taken
    off the scale, so that a visit touches the words of its passage alone. η is ``eta``, for word w
    with ``raised[w]`` = i ≥ 0 more by row i of ``raises``; ``eta_sums`` (K) are its sums over
    words. One visit moves N_φ by 1 / ``window`` toward ``passages`` times what it found (Foulds et
    al., eq. 8). ``sharp``: see `_sharpen`. Returns the likelihood as `_visit` does, the words lost,
    and the new scale.
    """
    topics = table.shape[1]
    width = -(-topics // LANES) * LANES
    longest = 1
    for row in rows:
        longest = max(longest, indptr[row + 1] - indptr[row])
    own = np.zeros((longest, width), np.float32)
    gamma = np.zeros((longest + 3, width), np.float32)
    inverse = np.empty(longest, np.float32)
    theta = np.zeros(width, np.float32)
    prior = np.zeros(width, np.float32)
    prior[:topics] = alpha
    over = np.empty(topics, np.float32)
    flat = np.float32(1) / np.float32(topics)
    kept = np.float32(1 - 1 / window)
    weight = np.float32(passages / window)
    likelihood, lost = 0.0, 0
    for row in rows:
        start, end = indptr[row], indptr[row + 1]
        size = end - start
        stretch = np.float32(scale)
        for k in range(topics):
            over[k] = np.float32(1) / (sums[k] + eta_sums[k])
        length = np.float32(0)
        for j in range(size):
            word = indices[start + j]
            mine, shares, heap = own[j], gamma[j], table[word]
            for k in range(topics):
                mine[k] = (heap[k] * stretch + eta) * over[k]
                shares[k] = flat
            if raised[word] >= 0:
                for k in range(topics):
                    mine[k] += raises[raised[word], k] * over[k]
            length += data[start + j]
        mass = np.float32(-1)
        for k in range(topics):
            theta[k] = prior[k] + length * flat
            mass += theta[k]
        settle(own, data[start:end], prior, sweeps, NEARLY, sharp, theta, gamma, inverse)
        scale *= 1 - 1 / window
        for j in range(size):
            heap, shares = table[indices[start + j]], gamma[j]
            gain = np.float32(data[start + j] * inverse[j] * passages / window / scale)
            for k in range(topics):
                heap[k] += gain * shares[k]
            likelihood -= data[start + j] * np.log(inverse[j] * mass)
            lost += inverse[j] > np.float32(0.1) / NOTHING
        for k in range(topics):
            sums[k] = kept * sums[k] + weight * (theta[k] - prior[k])
    return likelihood, lost, scale


ENGINE = "the fitting engine"
_INTS, _LONGS, _FLOATS = types.int32, types.int64, types.float32
_TUPLE: Any = types.Tuple  # numba ships no type information
_COUNTS = (_read(_LONGS), _read(_INTS), _read(_INTS))
# inlined: as a function of its own it rounds otherwise in the run that compiles it than in all later
# ones, which take the kernels from the cache, and the first fit would be another than the second
sharpen = njit(nogil=True, fastmath=True, inline="always")(_sharpen)
settle = njit(nogil=True, fastmath=True, inline="always")(_settle)
visit = compiled(
    _TUPLE((types.float64, _LONGS, _LONGS))(
        *_COUNTS, _read(_FLOATS, 2), _read(_FLOATS), _read(_LONGS), _LONGS,
        types.boolean, _FLOATS[:, ::1], _FLOATS[:, ::1],
    ),
    ENGINE, fastmath=True,
)(_visit)  # fmt: skip
learn = compiled(
    _TUPLE((types.float64, _LONGS, types.float64))(
        *_COUNTS, _FLOATS[:, ::1], types.float64, _FLOATS[::1], _read(_INTS), _read(_FLOATS, 2),
        _FLOATS, _read(_FLOATS), _read(_FLOATS), _read(_LONGS), _LONGS, types.float64, types.float64,
        types.boolean,
    ),
    ENGINE, fastmath=True,
)(_learn)  # fmt: skip

# --- a fit ----------------------------------------------------------------------------------------

CHUNK = 256  # passages between two looks at α
NEAR = 1 << 17  # from so many passages on they are drawn block by block: a disk reads neighbours
FIRST_WINDOW = 20  # passages per topic, see `window_of`
EARLY, GROWTH = 0.12, 0.6
BLUNT = 2.0  # counts added to each word of each topic while passages are read again
DROWNED = 2.5  # but no more mean counts than this, or topics of a small corpus would be all alike


def window_of(visited: int, passages: int, topics: int) -> float:
    """How many of the latest visits N_φ remembers.

    A share of those made in the first pass, more slowly growing afterwards, from enough to tell
    topics apart (a quarter of a small corpus) up to all passages: short windows soon leave a poor
    start, long ones waste nothing. Chosen on planted topics and on reports.
    """
    first = min(FIRST_WINDOW * topics, passages / 4)
    grown = EARLY * min(visited, passages) * max(1.0, visited / passages) ** GROWTH
    return max(2.0, min(max(first, grown), passages))


def rounds(passages: int, generator: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Every passage once, in chunks of at most CHUNK, in random order.

    Large corpora are mixed from 32 random blocks of neighbours at a time, so that one read from a
    disk serves many visits.
    """
    block = 1024
    starts = np.arange(0, passages, block) if passages >= NEAR else np.zeros(1, np.int64)
    together = 32 if passages >= NEAR else 1
    length = block if passages >= NEAR else passages
    starts = generator.permutation(starts)
    for first in range(0, len(starts), together):
        rows = np.concatenate(
            [np.arange(s, min(s + length, passages)) for s in starts[first : first + together]]
        )
        generator.shuffle(rows)
        yield from np.array_split(rows, -(-len(rows) // CHUNK))


class Fitting:
    """Topics on their way: N_φ + η as far as the passages visited so far say."""

    def __init__(
        self, counts: Any, start: Any, prior: Any, flat: float, sharp: bool = False
    ) -> None:
        """``counts`` P × W (CSR), ``start`` the first N_φ and ``prior`` η, both K × W; η is
        ``flat`` but for the seed words of guides. ``sharp``: see `_sharpen`."""
        self.sharp = sharp
        self.arrays = as_arrays(counts)
        self.passages = counts.shape[0]
        self.table = np.ascontiguousarray(start.T, dtype=np.float32)
        self.scale = 1.0
        self.sums = self.table.sum(axis=0, dtype=np.float64).astype(np.float32)
        seeds = np.flatnonzero((prior != flat).any(axis=0))
        self.raised = np.full(counts.shape[1], -1, np.int32)
        self.raised[seeds] = np.arange(len(seeds))
        self.raises = np.ascontiguousarray(prior[:, seeds].T - flat, dtype=np.float32)
        self.eta, self.eta_sums = np.float32(flat), prior.sum(axis=1).astype(np.float32)
        self.visited = 0
        self.lost = 0

    def make_pass(self, generator: np.random.Generator, alpha_of: AlphaOf) -> float:
        """Visit every passage once; the log-likelihood of each word given the others of its
        passage, under the topics as they were when it was visited."""
        likelihood = 0.0
        self.lost = 0
        for rows in rounds(self.passages, generator):
            window = window_of(self.visited, self.passages, len(self.sums))
            found, lost, self.scale = learn(
                *self.arrays, self.table, self.scale, self.sums, self.raised, self.raises, self.eta,
                self.eta_sums, alpha_of(self.sums).astype(np.float32), rows, SWEEPS, window,
                float(self.passages), self.sharp,
            )  # fmt: skip
            likelihood += found
            self.lost += lost
            self.visited += len(rows)
            self.keep_scale()
        return likelihood

    def reread(self, alpha: Any) -> None:
        """Move N_φ halfway to what a second reading of all passages finds, with blunted topics.

        The fixed point believes itself: a word of few passages stays with the topics that these
        were first put in. Where topics are blunt such a word says little of itself and its company
        places it. So a word is smoothed by the company it keeps and not by a constant alone, which
        predicts new passages better; the heaviest words hardly move. α (K) stands still.
        """
        self.table *= np.float32(self.scale)
        self.scale = 1.0
        self.table += self.expected(blunted(self.topic_words().T), np.asarray(alpha, np.float32))
        self.table /= np.float32(2)
        self.sums = self.table.sum(axis=0, dtype=np.float64).astype(np.float32)

    def expected(self, phi: Any, alpha: Floats) -> Floats:
        """Expected counts of words in topics (W × K) of all passages under topics W × K."""
        phi = np.ascontiguousarray(phi, dtype=np.float32)
        indptr, indices, data = self.arrays
        found = np.zeros_like(self.table)
        for first in range(0, self.passages, NEAR):
            rows = np.arange(min(NEAR, self.passages - first))
            mixtures = np.empty((len(rows), len(alpha)), np.float32)
            visit(
                indptr[first:], indices, data, phi, alpha, rows, SWEEPS, self.sharp, mixtures, found
            )
        return found

    def keep_scale(self) -> None:
        """A scale near the end of float32 goes into the table."""
        if self.scale < 1e-12:
            self.table *= np.float32(self.scale)
            self.scale = 1.0

    def topic_words(self) -> NDArray[np.float64]:
        """N_φ + η, K × W."""
        found = self.table.T * self.scale
        found += self.eta
        for word in np.flatnonzero(self.raised >= 0):
            found[:, word] += self.raises[self.raised[word]]
        return found.astype(np.float64)


def blunted(expected: Any) -> Any:
    """Topics W × K from expected counts W × K, blunted: a rare word says next to nothing."""
    blunt = expected + min(BLUNT, DROWNED * float(expected.mean()))
    return blunt / blunt.sum(axis=0)


def as_arrays(counts: Any) -> tuple[NDArray[np.int64], Ints, Ints]:
    """A scipy CSR matrix as the three arrays that the kernels take, copied only where it must."""
    return (
        counts.indptr.astype(np.int64),
        np.asarray(counts.indices).astype(np.int32, copy=False),
        np.asarray(counts.data).astype(np.int32, copy=False),
    )


@dataclass(frozen=True, eq=False)
class Placed:
    """Mixtures P × K (float64, rows sum to 1) of passages under fixed topics, the log-likelihood of
    each word given the others of its passage, how many mixtures still moved at the end, and how
    many different words of passages no topic gives a probability."""

    mixtures: NDArray[np.float64]
    likelihood: float
    moving: int
    lost: int


def place_all(counts: Any, topic_words: Any, alpha: Any, sweeps: int = 100) -> Placed:
    """Place passages in fixed topics K × W; a passage's mixture depends on no other passage."""
    phi = np.ascontiguousarray(topic_words.T, dtype=np.float32)
    passages, topics = counts.shape[0], phi.shape[1]
    arrays, alpha = as_arrays(counts), np.asarray(alpha).astype(np.float32)
    mixtures = np.empty((passages, topics), np.float64)
    found = np.zeros(3)
    indptr, indices, data = arrays
    for first in range(0, passages, NEAR):
        part = np.empty((min(NEAR, passages - first), topics), np.float32)
        rows = np.arange(len(part))
        found += visit(
            indptr[first:], indices, data, phi, alpha, rows, sweeps, False, part, part[:0]
        )  # fmt: skip
        mixtures[first : first + len(part)] = part
    mixtures /= mixtures.sum(axis=1, keepdims=True)
    return Placed(mixtures, float(found[0]), int(found[1]), int(found[2]))


def place(counts: Any, topic_words: Any, alpha: Any, sweeps: int = 100) -> NDArray[np.float64]:
    """Mixtures P × K (float64, rows sum to 1) of passages under fixed topics K × W."""
    return place_all(counts, topic_words, alpha, sweeps).mixtures
