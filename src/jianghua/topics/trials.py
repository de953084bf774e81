"""Trials: fits with several numbers of topics and seeds, measured so that a choice can be defended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.topics.coherence import (
    CV_WINDOW,
    NPMI_WINDOW,
    TOP,
    c_npmi,
    c_v,
    count_windows,
    npmi,
)
from jianghua.topics.guides import Guide
from jianghua.topics.lda import fit_topics, log_likelihood
from jianghua.topics.model import TopicModel
from jianghua.topics.prototype import fit_all, seed_list
from jianghua.topics.quality import carried_by_one, dead, diversity, exclusivity
from jianghua.topics.stability import Likeness, likeness
from jianghua.words.bag import Bag, Tokens, align, select_passages

if TYPE_CHECKING:
    import pandas as pd

HELD_OUT = 0.1  # share of the passages that no fit of a trial sees


def try_topics(
    bag: Bag,
    topics: Iterable[int] = (10, 15, 20, 30),
    seeds: int | Iterable[int] = 5,
    guides: Sequence[Guide] = (),
    workers: int = 1,
    told: Callable[[int, int], None] = lambda done, of: None,
    tokens: Tokens | None = None,
    fit: Callable[..., TopicModel] = fit_topics,
) -> pd.DataFrame:
    """One row per number of topics and seed. Columns:

    topics, seed
    held_out      nats per word of unseen half passages, see `held_out_likelihood`; the same
                  passages are held out for every fit
    unigram       the same for the corpus-wide word frequencies: the floor
    coherence     mean NPMI of the ten heaviest words by co-occurrence in all passages (the few held
                  out would make every rare pair a stranger), −1 … 1
    c_npmi, c_v   mean coherence over windows of ``tokens``, the words of the same passages in
                  their order; empty without them, and where a word stands in none
    exclusivity   mean share of a topic in its ten heaviest words, 0–1
    diversity     share of different words among the ten heaviest of all topics, 0–1
    stability     mean cosine over words of topics matched with those of the other seeds, 0–1
    stability_passages
                  the same by the topics' shares over passages, matched by these
    stability_chance, stability_passages_chance
                  what chance alone gives each, see `likeness`; all four empty for one seed
    single_speech share of topics of which one speech holds most, and over twice its due, 0–1
    dead          topics to which fewer than ten words fell
    converged

    The priors' mass is the same for every number of topics, so that it does not change smoothing.
    ``told(done, of)`` hears of progress; ``fit`` makes the fits.
    """
    import pandas as pd

    seeds = seed_list(seeds)
    plan = [(k, seed) for k in topics for seed in seeds]
    if not plan:
        raise JianghuaError("nothing to try", "try_topics", "topics=(10, 20) and seeds=3")
    seen, unseen = _split(bag)
    fits = fit_all([(seen, k, guides, seed) for k, seed in plan], fit, workers, told)
    floor = unigram_likelihood(seen, unseen)
    windows = _window_coherence(fits, tokens)
    rows = [
        {
            "topics": k,
            "seed": seed,
            "held_out": held_out_likelihood(model, unseen),
            "unigram": floor,
            "coherence": float(npmi(model, bag).mean()),
            **over_windows,
            "exclusivity": float(exclusivity(model).mean()),
            "diversity": diversity(model),
            **stability,
            "single_speech": float(carried_by_one(model).mean()),
            "dead": int(dead(model).sum()),
            "converged": model.settings["converged"],
        }
        for (k, seed), model, over_windows, stability in zip(
            plan, fits, windows, _stability(plan, fits), strict=True
        )
    ]
    return pd.DataFrame(rows)


def _window_coherence(fits: Sequence[TopicModel], tokens: Tokens | None) -> list[dict[str, float]]:
    """c_npmi and c_v of each fit; nan without tokens."""
    if tokens is None:
        return [dict.fromkeys(("c_npmi", "c_v"), float("nan")) for _ in fits]
    tops = [[model.words_of(k, TOP) for k in range(model.topics)] for model in fits]
    words = sorted({word for topics in tops for top in topics for word in top})
    counts = count_windows(tokens, words, NPMI_WINDOW, CV_WINDOW)
    return [
        {
            "c_npmi": float(c_npmi(topics, counts[NPMI_WINDOW]).mean()),
            "c_v": float(c_v(topics, counts[CV_WINDOW]).mean()),
        }
        for topics in tops
    ]


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


def _stability(
    plan: Sequence[tuple[int, int]], fits: Sequence[TopicModel]
) -> list[dict[str, float]]:
    """How like each fit is to those of the other seeds, and what chance would give."""
    import numpy as np

    found: dict[int, list[Likeness]] = {i: [] for i in range(len(plan))}
    for i, j in combinations(range(len(plan)), 2):
        if plan[i][0] == plan[j][0]:
            alike = likeness(fits[i], fits[j])
            found[i].append(alike)
            found[j].append(alike)
    columns = {
        "stability": "words",
        "stability_chance": "words_chance",
        "stability_passages": "passages",
        "stability_passages_chance": "passages_chance",
    }
    return [
        {
            column: float(np.mean([getattr(one, field) for one in alike] or [np.nan]))
            for column, field in columns.items()
        }
        for alike in found.values()
    ]


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
