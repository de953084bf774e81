"""Trials: fits with several numbers of topics and seeds, measured so that a choice can be defended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.topics.coherence import npmi
from jianghua.topics.guides import Guide
from jianghua.topics.lda import fit_topics, log_likelihood
from jianghua.topics.model import TopicModel
from jianghua.topics.quality import exclusivity
from jianghua.topics.stability import match_topics
from jianghua.words.bag import Bag, align, select_passages

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

HELD_OUT = 0.1  # share of the passages that no fit of a trial sees


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
