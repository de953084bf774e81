"""Fitting topics: a Bag becomes a TopicModel, and the TopicModel a gensim LdaModel.

Latent Dirichlet allocation (Blei, Ng & Jordan 2003). The default engine is SCVB0 (see `engine`),
because gensim's own variational fit of passage-length speeches ends far below the samplers;
``engine="gensim"`` keeps gensim's batch fit as the witness. This module alone imports gensim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.topics.guides import Guide, check_guides
from jianghua.topics.model import HOLDING_WORDS, TopicModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from jianghua.topics.engine import Fitting
    from jianghua.words.bag import Bag

    Floats = NDArray[np.float64]

Told = Callable[[int, int], None]  # passes done, passes expected
Report = Callable[[Sequence[float]], None]  # the trace so far

PRIOR_MASS = 1.0  # Σα, the same for every K, so that K does not change the smoothing
ETA = 0.02
START_PASSAGES = 50  # at most; fewer where topics would share them and so start alike
GUIDE_STRENGTH = 1.0
# Of so many starts the best goes on: after so many passes where passages are no more than FEW, of
# more after as many as make about so many visits.
STARTS, LAPS, FEW, VISITS = 3, 8, 20_000, 100_000
# Converged: five passes together gained less than this many nats a word.
TOLERANCE, PATIENCE = 5e-4, 5
DEAD = 0.01  # of an even share of the words: a topic that holds less stands for nothing


@dataclass(frozen=True)
class _Fit:
    """What an engine returns: N_φ + η as K × W, N_θ + α as P × K, and how it ended."""

    topic_words: Floats
    passage_topics: Floats
    alpha: Floats
    trace: tuple[float, ...]  # log-likelihood per word of each pass, in nats
    likelihood: float  # the same under the final topics
    moving: int = 0  # passages whose mixture did not come to stand
    lost: int = 0  # words of passages that no topic gives a probability


def fit_topics(
    bag: Bag,
    topics: int = 20,
    guides: Iterable[Guide] = (),
    seed: int = 1,
    engine: str = "scvb0",
    passes: int = 200,
    told: Told = lambda done, of: None,
    gained: Callable[[float], None] = lambda gain: None,
) -> TopicModel:
    """Fit LDA with ``topics`` topics to a pruned bag.

    Each guide steers one topic: its seed words get a higher prior there (GUIDE_STRENGTH times
    their own count in the corpus), and the topic starts from the passages that hold them. The
    other topics start from passages drawn by ``seed``; the best of three starts goes on. Of more
    than 20,000 passages each is sharpened while topics are learned (`engine._sharpen`). The fit
    stops when five passes together gain less than 0.0005 nats a word, each word guessed from the
    others of its passage, or after ``passes``, and says which; its topics then move halfway to what
    a second reading finds, which predicts new passages better (`Fitting.reread`).
    ``told(done, expected)`` hears of passes and ``gained(gain)`` of what the last five brought, in
    nats a word.

    ``settings`` holds engine, seed, topics, alpha (K: sum fixed, shape learned), eta (fixed),
    guides (name → topic, words, english, held: how many of its words the topic holds), passes,
    converged, gain (of the last five passes), log_likelihood and unigram_log_likelihood (nats per
    word of the corpus; by the engine ``gensim`` of each word by all words of its passage), dead
    (topics that hold less than a hundredth of an even share), unsettled_passages (their mixture
    still moved when inference ended) and lost_words (times a word had no probability in any topic,
    in float32).

    Same bag, arguments and machine: the same bits.
    """
    import numpy as np

    _check(bag, topics, seed, passes)
    guides = check_guides(tuple(guides), bag, topics)
    engines: dict[str, Callable[..., _Fit]] = {"scvb0": _fit_scvb0, "gensim": _fit_gensim}
    if engine not in engines:
        raise JianghuaError(f"unknown engine {engine!r}", "engine", "scvb0 or gensim")
    prior = topic_word_prior(bag.words, bag.totals, guides, topics)

    def report(trace: Sequence[float]) -> None:
        gained(gain_of(trace))
        told(len(trace), _expected(trace, passes))

    fit = engines[engine](bag, guides, prior, seed, passes, report)
    topic_words = fit.topic_words / fit.topic_words.sum(axis=1, keepdims=True)
    passage_topics = fit.passage_topics / fit.passage_topics.sum(axis=1, keepdims=True)
    order = np.argsort(-(bag.lengths @ passage_topics), kind="stable")
    topic_words, passage_topics = topic_words[order], passage_topics[:, order]
    weights = bag.lengths @ passage_topics / bag.lengths.sum()
    settings = _settings(bag, guides, fit, order, topic_words, weights)
    settings |= {"engine": engine, "seed": seed, "topics": topics, "eta": ETA}
    return TopicModel(topic_words, passage_topics.copy(), bag, settings)


def _check(bag: Bag, topics: int, seed: int, passes: int) -> None:
    limit = min(len(bag.passages), len(bag.words)) - 1
    if isinstance(topics, bool) or not isinstance(topics, Integral) or not 2 <= topics <= limit:
        raise JianghuaError(
            f"{topics!r} topics for {len(bag.passages)} passages of {len(bag.words)} different words",
            "topics",
            f"a whole number from 2 to {limit}" if limit >= 2 else "add more speeches",
        )
    for name, value, least in (("seed", seed, 0), ("passes", passes, 1)):
        if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
            raise JianghuaError(f"{name} {value!r}", "fit_topics", f"a whole number from {least}")


def _settings(
    bag: Bag, guides: Sequence[Guide], fit: _Fit, order: NDArray[np.int64], topic_words: Floats,
    weights: Floats,
) -> dict[str, Any]:  # fmt: skip
    import numpy as np

    place = {int(old): new for new, old in enumerate(order)}
    shares = bag.totals / bag.totals.sum()
    return {
        "alpha": [float(a) for a in fit.alpha[order]],
        "guides": {
            guide.name: {
                "topic": place[k],
                "words": list(guide.words),
                "english": guide.english,
                "held": _held(guide, bag, topic_words[place[k]]),
            }
            for k, guide in enumerate(guides)
        },
        "passes": len(fit.trace),
        "converged": converged(fit.trace),
        "gain": gain_of(fit.trace),
        "dead": [int(k) for k in np.flatnonzero(weights < DEAD / len(weights))],
        "unsettled_passages": fit.moving,
        "lost_words": fit.lost,
        "log_likelihood": float(fit.likelihood),
        "unigram_log_likelihood": float((shares * np.log(shares)).sum()),
    }


def _held(guide: Guide, bag: Bag, topic: Floats) -> int:
    """How many seed words of a guide stand among the heaviest words of its topic (W)."""
    import numpy as np

    heaviest = np.argsort(-topic, kind="stable")[:HOLDING_WORDS]
    return len({bag.words[i] for i in heaviest} & set(guide.words))


def topic_word_prior(
    words: Sequence[str], totals: NDArray[np.int64], guides: Sequence[Guide], topics: int
) -> Floats:
    """η, K × W: flat, but a seed word has its own count again in its guide's topic, the first
    guide's in topic 0 and so on. ``totals`` W are the counts of the words in the corpus."""
    import numpy as np

    prior = np.full((topics, len(words)), ETA)
    column = {word: i for i, word in enumerate(words)}
    for k, guide in enumerate(guides):
        seeds = [column[word] for word in guide.words]
        prior[k, seeds] += GUIDE_STRENGTH * totals[seeds]
    return prior


def first_counts(
    bag: Bag, guides: Sequence[Guide], topics: int, seed: int, number: int = 0
) -> Floats:
    """First N_φ, K × W: half the words of the corpus, half those of some passages.

    A guided topic takes the passages that hold its seed words, by how many they hold; the prior
    alone does not guide (its effect would depend on the seed). The others take some at random,
    few enough that topics start apart: alike at the start, they stay alike.
    """
    import numpy as np

    generator = np.random.default_rng([seed, 0, number])
    total = bag.totals.sum()
    start = np.empty((topics, len(bag.words)))
    column = {word: i for i, word in enumerate(bag.words)}
    passages = len(bag.passages)
    size = min(START_PASSAGES, max(1, passages // topics))
    for k in range(topics):
        # drawn for guided topics too, so that the other topics start alike with and without guides
        drawn = generator.choice(passages, size, replace=False)
        if k < len(guides):
            seeds = [column[word] for word in guides[k].words]
            weights = np.asarray(bag.counts[:, seeds].sum(axis=1)).ravel() ** 2.0
            words = bag.counts.T @ weights
        else:
            words = np.asarray(bag.counts[drawn].sum(axis=0)).ravel()
        start[k] = (0.5 * words / words.sum() + 0.5 * bag.totals / total) * total / topics
    return start


def alpha_of(weights: Floats) -> Floats:
    """α, K: the prior's mass, half spread evenly and half by the topics' weights.

    Topics of very different size want an asymmetric prior (Wallach, Mimno & McCallum 2009). Their
    fixed point needs whole counts: with the soft counts of SCVB0 it runs to a Σα so large that
    held-out likelihood falls, so the sum is held and only the shape is learned.
    """
    return PRIOR_MASS * (0.5 / len(weights) + 0.5 * weights / weights.sum())


def _fit_scvb0(
    bag: Bag, guides: Sequence[Guide], prior: Floats, seed: int, passes: int, report: Report
) -> _Fit:
    import numpy as np

    from jianghua.topics.engine import place_all

    total = bag.totals.sum()
    fitting, generator, trace = best_start(bag, guides, prior, seed, passes, report)
    while len(trace) < passes and not converged(trace):
        trace.append(fitting.make_pass(generator, alpha_of) / total)
        report(trace)
    fitting.reread(alpha_of(fitting.sums))
    topic_words, alpha = fitting.topic_words(), alpha_of(fitting.sums).astype(np.float64)
    # one long visit under the final topics, so that no mixture is older than its topics
    phi = topic_words / topic_words.sum(axis=1, keepdims=True)
    last = place_all(bag.counts, phi, alpha)
    return _Fit(
        topic_words, last.mixtures, alpha, tuple(trace), last.likelihood / total, last.moving,
        fitting.lost + last.lost,
    )  # fmt: skip


def best_start(
    bag: Bag,
    guides: Sequence[Guide],
    prior: Floats,
    seed: int,
    passes: int,
    report: Report = lambda trace: None,
) -> tuple[Fitting, np.random.Generator, list[float]]:
    """Of several starts, the one whose first passes come furthest, and how far it came.

    Fits end in different optima, and which are the better ones shows early: of eight starts on
    100,000 planted passages the worst three after one pass were so after eight.
    """
    import numpy as np

    from jianghua.topics.engine import Fitting

    total, many = bag.totals.sum(), len(bag.passages) > FEW
    laps = min(passes, max(1, VISITS // len(bag.passages)) if many else LAPS)
    best: tuple[Fitting, np.random.Generator, list[float]] | None = None
    for number in range(STARTS):
        generator = np.random.default_rng([seed, 1, number])
        start = first_counts(bag, guides, prior.shape[0], seed, number)
        fitting = Fitting(bag.counts, start, prior, ETA, sharp=many)
        trace: list[float] = []
        for _ in range(laps):
            trace.append(fitting.make_pass(generator, alpha_of) / total)
            if not number:  # the same passes of the other starts are no progress
                report(trace)
        if best is None or trace[-1] > best[2][-1]:
            best = fitting, generator, trace
    assert best is not None
    return best


def _expected(trace: Sequence[float], passes: int) -> int:
    """How many passes a fit will have taken, should its gains go on shrinking as they do now."""
    import math

    done = len(trace)
    if converged(trace) or done <= 2 * PATIENCE:
        return done if converged(trace) else passes
    before = trace[-1 - PATIENCE] - trace[-1 - 2 * PATIENCE]
    now = trace[-1] - trace[-1 - PATIENCE]
    if now >= before:
        return passes
    left = PATIENCE * math.log(TOLERANCE / now) / math.log(now / before)
    return min(passes, done + max(1, math.ceil(left)))


def converged(trace: Sequence[float]) -> bool:
    """Whether the last passes together gained next to nothing (log-likelihoods a word, in order)."""
    return len(trace) > PATIENCE and gain_of(trace) < TOLERANCE


def gain_of(trace: Sequence[float]) -> float:
    """What the last passes, PATIENCE at most, gained together."""
    return float(trace[-1] - trace[max(0, len(trace) - 1 - PATIENCE)])


def _fit_gensim(
    bag: Bag, guides: Sequence[Guide], prior: Floats, seed: int, passes: int, report: Report
) -> _Fit:
    """gensim's E-step and M-step over the whole corpus at once, from the same start and prior."""
    import numpy as np
    from gensim.models.ldamodel import LdaState

    topics = prior.shape[0]
    alpha = alpha_of(np.ones(topics))
    start = first_counts(bag, guides, topics, seed)
    model = _gensim_model(bag, prior, start, alpha, seed)
    corpus = _gensim_corpus(bag)
    trace: list[float] = []
    gamma = np.empty((len(corpus), topics))
    while len(trace) < passes and not converged(trace):
        statistics = LdaState(model.eta, (topics, len(bag.words)), dtype=np.float64)
        gamma = model.do_estep(corpus, statistics)
        model.do_mstep(1.0, statistics)
        theta = gamma / gamma.sum(axis=1, keepdims=True)
        trace.append(log_likelihood(bag.counts, model.get_topics(), theta))
        report(trace)
    return _Fit(
        model.state.get_lambda().astype(np.float64),
        gamma.astype(np.float64),
        alpha,
        tuple(trace),
        trace[-1],
    )


def _gensim_model(bag: Bag, prior: Floats, start: Floats, alpha: Floats, seed: int) -> Any:
    import numpy as np
    from gensim.models import LdaModel

    model = LdaModel(
        id2word=dict(enumerate(bag.words)), num_topics=len(alpha), alpha=alpha, eta=prior,
        random_state=seed % 2**32, dtype=np.float64, gamma_threshold=1e-4, iterations=200,
        minimum_probability=0.0,
    )  # fmt: skip
    model.state.sstats[...] = start
    model.state.numdocs = len(bag.passages)
    model.sync_state()
    return model


def _gensim_corpus(bag: Bag) -> list[list[tuple[int, int]]]:
    counts = bag.counts
    return [
        list(zip(counts.indices[a:b].tolist(), counts.data[a:b].tolist(), strict=True))
        for a, b in zip(counts.indptr[:-1], counts.indptr[1:], strict=True)
    ]


def log_likelihood(counts: csr_matrix, topic_words: Floats, passage_topics: Floats) -> float:
    """Mean log p(word | passage), in nats, over the words counted in P × W."""
    import numpy as np

    entries = counts.tocoo()
    p = np.einsum("ik,ki->i", passage_topics[entries.row], topic_words[:, entries.col])
    return float((entries.data * np.log(p)).sum() / entries.data.sum())


def as_gensim(model: TopicModel) -> Any:
    """The model as a gensim ``LdaModel`` with the same topics in the same order.

    For pyLDAvis, gensim's CoherenceModel and inference of new texts; word ids are the positions
    in ``model.bag.words``. Its mixtures differ a little from ours: gensim infers variationally.
    """
    import numpy as np

    alpha, eta = _priors(model)
    prior = np.full(model.topic_words.shape, eta)
    mass = model.bag.lengths @ model.passage_topics + prior.sum(axis=1)
    # a guided topic has more mass than its words: no word of it may fall below the flat prior
    mass = np.maximum(mass, eta / model.topic_words.min(axis=1))
    statistics = np.maximum(model.topic_words * mass[:, None] - prior, 0)
    return _gensim_model(model.bag, prior, statistics, alpha, model.settings["seed"])


def place_speeches(model: TopicModel, bag: Bag) -> TopicModel:
    """Other speeches in the topics of a fitted model: the same topics, mixtures of the new bag.

    A passage's mixture hangs on its own words alone, whatever was placed before or beside it;
    `jianghua.topics.posterior.concentrations` and ``draw_mixtures`` say how sure it is. Words that
    the model does not know are left out and counted in the new bag's ``removed``;
    ``settings["unsettled_passages"]`` counts the mixtures that still moved at the end.
    """
    import numpy as np

    from jianghua.topics.engine import place_all
    from jianghua.words.bag import EMPTIED, Bag, align

    counts = align(bag, model.bag.words)
    full = np.flatnonzero(np.diff(counts.indptr))
    if not len(full):
        raise JianghuaError("the speeches share no word with the model", "place_speeches")
    removed = {**bag.removed, "unknown to the model": int(bag.counts.sum() - counts.sum())}
    if len(full) < len(bag.passages):
        removed[EMPTIED] = removed.get(EMPTIED, 0) + len(bag.passages) - len(full)
    placed = Bag(counts[full], model.bag.words, tuple(bag.passages[i] for i in full), removed)
    found = place_all(placed.counts, model.topic_words, _priors(model)[0])
    settings = {**model.settings, "unsettled_passages": found.moving, "lost_words": found.lost}
    return TopicModel(model.topic_words.copy(), found.mixtures, placed, settings)


def _priors(model: TopicModel) -> tuple[Floats, float]:
    """α (K) and η of a fit; refused where they are no priors, as in a damaged file."""
    import numpy as np

    alpha = np.array(model.settings.get("alpha"), dtype=np.float64)  # None becomes nan
    priors = np.append(alpha, np.float64(model.settings.get("eta", np.nan)))
    if alpha.shape != (model.topics,) or not (np.isfinite(priors) & (priors > 0)).all():
        raise JianghuaError("alpha and eta of this model are no priors", "settings", "fit again")
    return alpha, float(priors[-1])
