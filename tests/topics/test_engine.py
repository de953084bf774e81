"""The compiled kernel against the same updates written out in plain numpy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.stats import poisson

from jianghua.topics.engine import (
    BLUNT,
    CHUNK,
    DROWNED,
    NEAR,
    SWEEPS,
    Fitting,
    as_arrays,
    blunted,
    learn,
    place,
    place_all,
    rounds,
    visit,
    window_of,
)
from tests import toy as made


def visited_plainly(
    counts: np.ndarray, phi: np.ndarray, alpha: np.ndarray, sweeps: int, sharp: bool = False
) -> tuple[np.ndarray, np.ndarray, float]:
    """N_θ + α (P × K), N_φ (W × K) and log-likelihood, one token's own shares left out of the
    mixture that it is assigned by (Asuncion et al. 2009, eq. 12, without the counts of words); a
    sharp one weighs topics by exp(-V n / (E n + α)²), the mixture's mass kept."""
    topics = phi.shape[1]
    theta = alpha + counts.sum(axis=1, keepdims=True) / topics * np.ones(topics)
    gamma = np.full((*counts.shape, topics), 1 / topics)  # P × W × K
    for sweep in range(sweeps):
        weights = np.ones_like(theta)
        if sharp and sweep:
            spread = (counts[:, :, None] * gamma * (1 - gamma)).sum(axis=1)
            weights = np.exp(-spread / theta**2)
            weights *= (theta.sum(axis=1) / (theta * weights).sum(axis=1))[:, None]
        fits = phi * weights[:, None, :] * (theta[:, None, :] - gamma)
        gamma = fits / fits.sum(axis=2, keepdims=True)
        likelihood = (counts * np.log(fits.sum(axis=2) / (theta.sum(axis=1) - 1)[:, None])).sum()
        theta = alpha + (counts[:, :, None] * gamma).sum(axis=1)
    return theta, (counts[:, :, None] * gamma).sum(axis=0), float(likelihood)


@pytest.mark.parametrize("sharp", [False, True])
def test_agrees_with_plain_numpy(sharp: bool) -> None:
    """Mixtures, expected counts and likelihood are those of the plain version (float32 apart)."""
    random = np.random.default_rng(2)
    counts = random.poisson(0.7, (9, 14))
    phi = random.dirichlet(np.ones(14), 3).T.astype(np.float32).copy()
    alpha = np.array([0.9, 0.4, 0.2], np.float32)
    mixtures, statistics = np.zeros((9, 3), np.float32), np.zeros((14, 3), np.float32)
    arrays = as_arrays(csr_matrix(counts))
    likelihood, moving, lost = visit(
        *arrays, phi, alpha, np.arange(9), 6, sharp, mixtures, statistics
    )
    expected = visited_plainly(counts, phi.astype(float), alpha.astype(float), 6, sharp)
    assert np.allclose(mixtures, expected[0], rtol=1e-4)
    assert np.allclose(statistics, expected[1], rtol=1e-4, atol=1e-5)
    assert likelihood == pytest.approx(expected[2], rel=1e-5)
    assert moving > 0  # six sweeps do not bring all nine to stand
    assert lost == 0


def plain_pass(
    counts: np.ndarray, found: np.ndarray, eta: np.ndarray, window: float, sweeps: int, sharp: bool
) -> np.ndarray:
    """N_φ (W × K) after every passage in turn has moved it by 1 / window."""
    alpha = np.full(found.shape[1], 0.3)
    for row in counts:
        phi = (found + eta) / (found + eta).sum(axis=0)
        _, here, _ = visited_plainly(row[None], phi, alpha, sweeps, sharp)
        found = (1 - 1 / window) * found + len(counts) / window * here
    return found


@pytest.mark.parametrize("sharp", [False, True])
def test_topics_follow_every_passage(sharp: bool) -> None:
    """A pass through the compiled table, its scale and its raised priors is the plain recursion."""
    random = np.random.default_rng(5)
    counts = random.poisson(0.9, (40, 12)) + np.eye(40, 12, dtype=int)
    start = random.dirichlet(np.ones(12), 3) * 100
    prior = np.full((3, 12), 0.02)
    prior[1, [4, 7]] += (30.0, 11.0)
    fitting = Fitting(csr_matrix(counts), start, prior, 0.02)
    fitted = learn(
        *fitting.arrays, fitting.table, fitting.scale, fitting.sums, fitting.raised, fitting.raises,
        fitting.eta, fitting.eta_sums, np.full(3, 0.3, np.float32), np.arange(40), 4, 9.0, 40.0,
        sharp,
    )  # fmt: skip
    fitting.scale = fitted[2]
    expected = plain_pass(counts, start.T.copy(), prior.T, 9.0, 4, sharp)
    # sharp mixtures stand sooner, and are left when they nearly do
    within = 1e-2 if sharp else 2e-3
    assert np.allclose(fitting.topic_words(), (expected + prior.T).T, rtol=within, atol=1e-3)
    assert np.allclose(fitting.sums, expected.sum(axis=0), rtol=1e-3)


def test_a_small_scale_goes_into_the_table() -> None:
    """Topics are the same before and after the scale is taken up, and stay finite over thousands
    of visits under the shortest window."""
    bag, _ = made.planted_bag(3, 30)
    fitting = Fitting(
        bag.counts, np.ones((3, len(bag.words))), np.full((3, len(bag.words)), 0.02), 0.02
    )
    fitting.scale = 1e-13
    before = fitting.topic_words()
    fitting.keep_scale()
    assert fitting.scale == 1.0
    assert np.allclose(fitting.topic_words(), before)
    for _ in range(60):
        fitting.make_pass(np.random.default_rng(0), lambda sums: np.full(3, 0.3))
    assert np.isfinite(fitting.topic_words()).all()
    assert fitting.sums.sum() == pytest.approx(bag.totals.sum(), rel=0.05)


def test_a_second_reading_is_the_plain_one() -> None:
    """N_φ ends halfway to the expected counts under topics with blunt counts added, also where a
    guide raises words; no word is lost."""
    random = np.random.default_rng(7)
    counts = random.poisson(0.8, (12, 9)) + np.eye(12, 9, dtype=int)
    prior = np.full((3, 9), 0.1)
    prior[2, [1, 5]] += (4.0, 2.0)
    start, alpha = random.dirichlet(np.ones(9), 3) * counts.sum() / 3, np.array([0.5, 0.3, 0.2])
    fitting = Fitting(csr_matrix(counts), start, prior, 0.1)
    fitting.reread(alpha)
    blunt = start.T + prior.T + min(BLUNT, DROWNED * (start + prior).mean())
    _, found, _ = visited_plainly(counts, blunt / blunt.sum(axis=0), alpha, SWEEPS)
    assert np.allclose(fitting.table, (start.T + found) / 2, rtol=1e-3, atol=1e-3)
    assert fitting.sums.sum() == pytest.approx(counts.sum(), rel=1e-4)


def test_what_blunts_topics_fades_as_counts_grow() -> None:
    """Topics of many counts stay as they are, those of few are levelled, but never all the way."""
    random = np.random.default_rng(1)
    topics = random.dirichlet(np.full(50, 0.2), 4).T
    moved = [np.abs(blunted(topics * n) - topics).sum() / 8 for n in (1e5, 1e3, 100, 10, 1)]
    assert moved[0] < 0.001 < moved[1] < 0.1 < moved[2] < moved[3]
    assert moved[3] == pytest.approx(moved[4])
    assert np.corrcoef(blunted(topics), topics, rowvar=False)[:4, 4:].argmax(0).tolist() == [
        0,
        1,
        2,
        3,
    ]


def test_topics_read_again_predict_better() -> None:
    """Where twelve themes are fitted by four topics, a second reading keeps the tokens, keeps each
    topic the likest to itself, and gives the words of new passages a higher likelihood."""
    for seed in range(5):
        random = np.random.default_rng(seed)
        truth = random.dirichlet(np.full(300, 0.1), 12)
        shares = random.dirichlet(np.full(12, 0.2), 300) @ truth
        counts = csr_matrix(np.array([random.multinomial(30, share) for share in shares]))
        fitting = Fitting(counts[:150], truth[:4] * 1000, np.full((4, 300), 0.02), 0.02)
        for _ in range(15):
            fitting.make_pass(random, lambda sums: np.full(4, 0.25))
        before = fitting.topic_words()
        fitting.reread(np.full(4, 0.25))
        after = fitting.topic_words()
        assert fitting.sums.sum() == pytest.approx(counts[:150].sum(), rel=0.01)
        assert likest(before, after).argmax(axis=1).tolist() == [0, 1, 2, 3]
        assert predicted(after, counts[150:]) > predicted(before, counts[150:])


def predicted(topics: np.ndarray, counts: csr_matrix) -> float:
    """Log-likelihood of each word of new passages, given the others of its passage."""
    phi = topics / topics.sum(axis=1, keepdims=True)
    return place_all(counts, phi, np.full(len(topics), 0.25)).likelihood


def likest(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Cosines of the rows of one with those of the other."""
    units = [t / np.linalg.norm(t, axis=1, keepdims=True) for t in (first, second)]
    return np.asarray(units[0] @ units[1].T)


def test_seed_words_stay_when_read_again() -> None:
    """A word that a guide raises for a topic stays with it through the second reading."""
    bag, _ = made.planted_bag(3, 60)
    prior = np.full((3, len(bag.words)), 0.02)
    prior[1, 0] += bag.totals[0]
    start = np.random.default_rng(0).dirichlet(np.ones(len(bag.words)), 3) * bag.totals.sum() / 3
    fitting = Fitting(bag.counts, start, prior, 0.02)
    generator = np.random.default_rng(1)
    for _ in range(5):
        fitting.make_pass(generator, lambda sums: np.full(3, 0.3))
    fitting.reread(np.full(3, 0.3))
    assert fitting.topic_words()[:, 0].argmax() == 1


@pytest.mark.parametrize("passages", [1, 7, 256, 257, 5000, NEAR + 5000])
def test_every_passage_once_a_round(passages: int) -> None:
    """A round visits each passage once, in chunks of at most CHUNK, and is another the next time."""
    generator = np.random.default_rng(1)
    first, second = (list(rounds(passages, generator)) for _ in range(2))
    assert max(len(rows) for rows in first) <= CHUNK
    assert np.array_equal(np.sort(np.concatenate(first)), np.arange(passages))
    assert passages < 9 or not np.array_equal(np.concatenate(first), np.concatenate(second))


def test_windows_grow_up_to_the_corpus() -> None:
    """What N_φ remembers never shrinks and ends at all passages; never less than two."""
    for passages, topics in ((3, 2), (12, 4), (4000, 30), (100_000, 100)):
        visits = np.linspace(0, 60 * passages, 999).astype(int).tolist()
        windows = [window_of(visited, passages, topics) for visited in visits]
        assert windows == sorted(windows)
        assert 2 <= windows[0] <= windows[-1] == passages


def test_words_of_no_topic_are_counted() -> None:
    """A word to which every topic gives nothing is counted as lost, and nothing becomes NaN."""
    phi = np.array([[0.5, 0.5], [0.0, 0.0], [0.5, 0.5]], np.float32)
    placed = place_all(csr_matrix([[1, 2, 1], [0, 3, 0]]), phi.T, np.array([0.5, 0.5]))
    assert placed.lost == 2
    assert np.isfinite(placed.mixtures).all()
    assert np.allclose(placed.mixtures.sum(axis=1), 1)


def test_a_mixture_depends_on_its_own_words_alone() -> None:
    """Placed alone, among others or in another order, a passage gets the same bits."""
    bag, _ = made.planted_bag(3, 30)
    topics = np.random.default_rng(0).dirichlet(np.ones(len(bag.words)), 3)
    alpha = np.array([0.2, 0.3, 0.5])
    together = place(bag.counts, topics, alpha)
    order = np.random.default_rng(1).permutation(30)
    assert np.array_equal(place(bag.counts[order], topics, alpha), together[order])
    assert np.array_equal(place(bag.counts[11], topics, alpha)[0], together[11])


@pytest.mark.parametrize("sharp", [False, True])
def test_words_are_conserved(sharp: bool) -> None:
    """Expected counts over topics add up to the counts; mixtures add up to length plus Σα."""
    bag, _ = made.planted_bag(3, 30)
    words = len(bag.words)
    phi = np.random.default_rng(0).dirichlet(np.ones(words), 3).T.astype(np.float32).copy()
    mixtures, statistics = np.zeros((30, 3), np.float32), np.zeros((words, 3), np.float32)
    alpha = np.full(3, 0.5, np.float32)
    visit(*as_arrays(bag.counts), phi, alpha, np.arange(30), 5, sharp, mixtures, statistics)
    assert np.allclose(statistics.sum(axis=1), bag.totals, rtol=1e-4)
    assert np.allclose(mixtures.sum(axis=1), bag.lengths + 1.5, rtol=1e-4)


def test_sharp_mixtures_are_those_of_fewer_topics() -> None:
    """Where words say little, a sharp passage settles on fewer topics than another; a passage of
    one topic alone has nothing to lose."""
    bag, _ = made.planted_bag(4, 40)
    phi = np.random.default_rng(3).dirichlet(np.full(len(bag.words), 5.0), 4).T.astype(np.float32)
    alpha, rows, none = np.full(4, 0.1, np.float32), np.arange(40), np.zeros((0, 4), np.float32)
    lead = []
    for sharp in (False, True):
        mixtures = np.zeros((40, 4), np.float32)
        visit(*as_arrays(bag.counts), phi.copy(), alpha, rows, 20, sharp, mixtures, none)
        lead.append((mixtures / mixtures.sum(axis=1, keepdims=True)).max(axis=1))
    assert lead[1].mean() > lead[0].mean() + 0.05
    sure = np.array([[1.0, 0.0]], np.float32)
    one = np.zeros((1, 2), np.float32)
    arrays = as_arrays(csr_matrix([[3]]))
    visit(*arrays, sure, alpha[:2], np.arange(1), 9, True, one, none[:, :2].copy())
    assert one[0] == pytest.approx([3.1, 0.1], abs=1e-5)


@pytest.mark.parametrize("mean", [1, 2, 3])
def test_doubt_is_taken_twice_for_a_reason(mean: int) -> None:
    """Of few words the second-order term is 0.5 to 0.7 of what the mean overstates: log(α + E n)
    less E log(α + n) of a Poisson count, summed to the end."""
    n, alpha = np.arange(60), 0.1
    chances = poisson.pmf(n, mean)
    overstated = np.log(alpha + mean) - (chances * np.log(alpha + n)).sum()
    assert 0.5 < mean / (2 * (alpha + mean) ** 2) / overstated < 0.7


def test_only_the_asked_rows_change() -> None:
    """Passages that are not visited keep their mixtures."""
    bag, _ = made.planted_bag(3, 10)
    phi = np.full((len(bag.words), 3), 1 / len(bag.words), np.float32)
    mixtures = np.full((10, 3), -1, np.float32)
    alpha = np.full(3, 0.5, np.float32)
    visit(
        *as_arrays(bag.counts), phi, alpha, np.array([4, 7]), 2, False, mixtures, np.zeros_like(phi)
    )
    assert np.flatnonzero((mixtures != -1).any(axis=1)).tolist() == [4, 7]


def test_a_word_of_one_topic() -> None:
    """A passage of one word that only topic 1 says: share (n + α) / (n + Σα) there (by hand: 3
    words, α = 0.5 and 0.5, so 3.5 / 4)."""
    shares = place(csr_matrix([[3, 0]]), np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([0.5, 0.5]))
    assert shares[0] == pytest.approx([0.125, 0.875], abs=1e-6)
