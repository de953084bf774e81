"""Trials: fits with several numbers of topics and seeds, measured so that a choice can be defended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.topics.guides import Guide
from jianghua.topics.lda import fit_topics, log_likelihood
from jianghua.topics.model import TopicModel
from jianghua.words.bag import Bag, align, select_passages

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

HELD_OUT = 0.1  # share of the passages that no fit of a trial sees
TOP = 10  # words of a topic that coherence and exclusivity look at


def try_topics(
    bag: Bag,
    topics: Iterable[int] = (10, 15, 20, 30),
    seeds: int | Iterable[int] = 5,
    guides: Sequence[Guide] = (),
    workers: int = 1,
    told: Callable[[int, int], None] = lambda done, of: None,
) -> pd.DataFrame:
    """One row per number of topics and seed.

    Columns: topics, seed, held_out (nats per word of unseen half passages, see
    `held_out_likelihood`), unigram (the same for the corpus-wide word frequencies: the floor),
    coherence (mean NPMI of the ten heaviest words, co-occurrence in all passages: the
    few held out would make every rare pair a stranger), exclusivity
    (mean share of a topic in its ten heaviest words, 0–1), stability (mean cosine of matched topics
    against the other seeds, 0–1; empty for one seed), converged. The same passages are held out
    for every fit. ``told(done, of)`` hears of progress.
    """
    import pandas as pd

    seeds = range(1, seeds + 1) if isinstance(seeds, int) else list(seeds)
    plan = [(k, seed) for k in topics for seed in seeds]
    if not plan:
        raise JianghuaError("nothing to try", "try_topics", "topics=(10, 20) and seeds=3")
    seen, unseen = _split(bag)

    def run(job: tuple[int, int]) -> TopicModel:
        return fit_topics(seen, job[0], guides, job[1])

    fits: list[TopicModel] = []
    with ThreadPoolExecutor(workers) as pool:  # the kernel releases the interpreter lock
        for model in pool.map(run, plan):
            fits.append(model)
            told(len(fits), len(plan))
    floor = unigram_likelihood(seen, unseen)
    rows = [
        {
            "topics": k,
            "seed": seed,
            "held_out": held_out_likelihood(model, unseen),
            "unigram": floor,
            "coherence": float(npmi(model, bag).mean()),
            "exclusivity": float(exclusivity(model).mean()),
            "stability": _stability(i, plan, fits),
            "converged": model.settings["converged"],
        }
        for i, ((k, seed), model) in enumerate(zip(plan, fits, strict=True))
    ]
    return pd.DataFrame(rows).astype({"stability": "float64"})


def _split(bag: Bag) -> tuple[Bag, Bag]:
    """Passages to fit, and passages held out: every tenth by a fixed draw."""
    import numpy as np

    out = np.random.default_rng(0).random(len(bag.passages)) < HELD_OUT
    if not out.any() or out.all():
        raise JianghuaError(
            f"{len(bag.passages)} passages are too few to hold some out", "try", "more speeches"
        )
    return (
        select_passages(bag, np.flatnonzero(~out).tolist()),
        select_passages(bag, np.flatnonzero(out).tolist()),
    )


def halves(counts: Any) -> tuple[Any, Any]:
    """Each passage's words dealt into two halves at random (binomial per word, fixed draw)."""
    import numpy as np

    first = counts.copy()
    first.data = np.random.default_rng(0).binomial(counts.data, 0.5).astype(counts.data.dtype)
    second = (counts - first).tocsr()
    first.eliminate_zeros()
    second.eliminate_zeros()
    return first, second


def held_out_likelihood(model: TopicModel, unseen: Bag) -> float:
    """Document completion: half of each unseen passage gives its mixture, the other half is
    scored; mean log p(word) in nats (Wallach et al. 2009, § 5.1, in its simple form)."""
    import numpy as np

    from jianghua.topics.engine import place

    first, second = halves(align(unseen, model.bag.words))
    mixtures = place(first, model.topic_words, np.array(model.settings["alpha"]))
    return log_likelihood(second, model.topic_words, mixtures)


def unigram_likelihood(seen: Bag, unseen: Bag) -> float:
    """The same halves scored by word frequencies alone: a fit must be clearly above this."""
    import numpy as np

    _, second = halves(align(unseen, seen.words))
    p = seen.totals / seen.totals.sum()
    totals = np.asarray(second.sum(axis=0)).ravel()
    return float((totals * np.log(p)).sum() / totals.sum())


def npmi(model: TopicModel, bag: Bag) -> Floats:
    """Coherence of each topic, K, −1 … 1: mean normalised pointwise mutual information of the
    pairs of its ten heaviest words, by passages of ``bag`` (Bouma 2009; Lau et al. 2014). A pair
    that never meets counts −1; a word that the passages do not hold takes no part."""
    import numpy as np

    present = (align(bag, model.bag.words) > 0).astype(np.float64).tocsc()
    passages = present.shape[0]
    coherence = np.full(model.topics, np.nan)
    for k in range(model.topics):
        top = np.argsort(-model.topic_words[k], kind="stable")[:TOP]
        block = present[:, top].toarray()
        block = block[:, block.any(axis=0)]
        single, both = block.mean(axis=0), block.T @ block / passages
        values = [
            _npmi(single[i], single[j], both[i, j])
            for i, j in combinations(range(block.shape[1]), 2)
        ]
        coherence[k] = np.mean(values) if values else np.nan
    return coherence


def _npmi(a: float, b: float, both: float) -> float:
    import math

    if both == 0:
        return -1.0
    return 1.0 if both == 1 else math.log(both / (a * b)) / -math.log(both)


def exclusivity(model: TopicModel) -> Floats:
    """Mean share of a topic in the probability of its ten heaviest words, K, 0 … 1."""
    import numpy as np

    shares = model.topic_words / model.topic_words.sum(axis=0)
    top = np.argsort(-model.topic_words, axis=1, kind="stable")[:, :TOP]
    return np.take_along_axis(shares, top, axis=1).mean(axis=1)


def match_topics(a: TopicModel, b: TopicModel) -> tuple[NDArray[np.int64], Floats]:
    """For each topic of ``a``, K: its partner in ``b`` and their cosine, matched one to one so
    that the sum of cosines is largest (Hungarian method). Both fits share their words."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    x, y = (m.topic_words / np.linalg.norm(m.topic_words, axis=1, keepdims=True) for m in (a, b))
    cosines = x @ y.T
    rows, partners = linear_sum_assignment(-cosines)
    return partners, cosines[rows, partners]


def _stability(i: int, plan: Sequence[tuple[int, int]], fits: Sequence[TopicModel]) -> float | None:
    import numpy as np

    others = [j for j, (k, _) in enumerate(plan) if k == plan[i][0] and j != i]
    if not others:
        return None
    return float(np.mean([match_topics(fits[i], fits[j])[1].mean() for j in others]))


def choice_in_words(trials: pd.DataFrame) -> str:
    """A reading of the trials in one sentence: a range of topics, never one magic number.

    The range holds every K whose median held-out likelihood lies within one standard deviation
    over seeds (the largest seen) of the best, so a difference that another seed could make does
    not decide.
    """
    import math

    by = trials.groupby("topics")["held_out"]
    median, spread = by.median(), by.std().max()
    margin = 0.0 if math.isnan(spread) else float(spread)
    good = [int(k) for k in median.index[median >= median.max() - margin]]
    stable = trials.groupby("topics")["stability"].median()
    words = f"held-out likelihood is best for {_range(good)} topics"
    if stable.notna().any():
        words += f"; topics are most stable over seeds at {stable.idxmax()}"
    if trials["held_out"].max() <= trials["unigram"].max() + 0.05:
        words += "; no fit is clearly above the unigram floor: these texts carry no topics yet"
    return words + "."


def _range(numbers: Sequence[int]) -> str:
    low, high = min(numbers), max(numbers)
    return str(low) if low == high else f"{low} to {high}"
