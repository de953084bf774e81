"""Trials: fits with several numbers of topics and seeds, measured so that a choice can be defended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
FLOOR = 0.05  # nats a word above word frequencies: below that, texts carry no topics
NEARLY = 0.95  # of the best gain: what is left of it is no reason for more topics
# Under these a range would be a guess: the spread of two seeds is no spread, one number tried has
# nothing to be compared with, and passages held out of few speeches are of the same speeches.
FEWEST = {"seeds": 3, "tried": 2, "speeches": 10}
FEW_CARRIED = 0.25  # share of topics that one speech carries, above which it is said


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


def choice_in_words(trials: pd.DataFrame, language: str = "en", speeches: int | None = None) -> str:
    """A reading of the trials in English ("en") or Chinese ("zh"): a range, never one magic number.

    The range holds the numbers of topics with NEARLY of the best median gain over the unigram
    floor whose topics are, beyond chance, as stable as the best of these, less one standard
    deviation over seeds: more topics would predict little better, and no seed's luck decides.
    Where that is one number, the numbers tried on both sides of it belong to the range. With less
    than `FEWEST` seeds, numbers tried or (where they are given) ``speeches`` it says that no range
    can be read, and why.
    """
    if language not in _SAID:
        raise JianghuaError(f"no wording in {language!r}", "language", "en or zh")
    said = _SAID[language]
    by = trials.groupby("topics")
    medians = by.median(numeric_only=True)
    gain = medians["held_out"] - medians["unigram"]
    if gain.max() <= FLOOR:
        return said["floor"]
    if thin := _too_thin(trials, speeches, said):
        return said["thin"].format(why=said["joint"].join(thin))
    near = gain.index[gain >= NEARLY * gain.max()]
    beyond = medians["stability"] - medians["stability_chance"]
    good = _as_stable(beyond[near], float(by["stability"].std().max()))
    parts = [
        said["range"].format(range=_range(_widened(good, medians.index), said), percent=NEARLY)
    ]
    parts.append(said["best"].format(best=gain.idxmax()))
    if beyond.notna().any():
        top = good[int(beyond[good].to_numpy().argmax())]
        alike = {c: medians[c][top] for c in ("stability", "stability_chance")}
        parts.append(said["stable"].format(top=top, **alike))
    if (medians["single_speech"][good] > FEW_CARRIED).any():
        parts.append(said["single"].format(share=medians["single_speech"][good].max()))
    if trials["dead"].any():
        parts.append(said["dead"].format(first=int(trials["topics"][trials["dead"] > 0].min())))
    return said["joint"].join(parts) + said["end"]


def _too_thin(trials: pd.DataFrame, speeches: int | None, said: Mapping[str, str]) -> list[str]:
    """What the trials have too little of for a range to be read."""
    found = {"seeds": trials["seed"].nunique(), "tried": trials["topics"].nunique()}
    if speeches is not None:
        found["speeches"] = speeches
    return [
        said[what].format(found=number, least=FEWEST[what])
        for what, number in found.items()
        if number < FEWEST[what]
    ]


def _as_stable(beyond: pd.Series[float], spread: float) -> list[int]:
    """The numbers of topics not less stable than the best by more than ``spread``; all of them
    where stability is unknown."""
    if beyond.isna().all():
        return [int(k) for k in beyond.index]
    margin = spread if spread == spread else 0.0
    return [int(k) for k in beyond.index[beyond >= beyond.max() - margin]]


def _widened(good: Sequence[int], tried: Iterable[int]) -> list[int]:
    """A single number with its neighbours among those tried; several as they are."""
    numbers = sorted(int(k) for k in tried)
    if len(good) > 1:
        return list(good)
    place = numbers.index(good[0])
    return numbers[max(0, place - 1) : place + 2]


def _range(numbers: Sequence[int], said: Mapping[str, str]) -> str:
    low, high = min(numbers), max(numbers)
    return str(low) if low == high else said["to"].format(low=low, high=high)


_SAID: dict[str, dict[str, str]] = {
    "en": {
        "floor": "No fit is clearly above the unigram floor: these texts carry no topics yet.",
        "range": "{range} topics can be defended: thereabouts {percent:.0%} of the gain in held-out "
        "likelihood is reached",
        "to": "{low} to {high}",
        "best": "it is largest at {best}, but more topics alone are no reason",
        "stable": "topics of different seeds are alike furthest beyond chance at {top} (cosine "
        "{stability:.2f}, by chance {stability_chance:.2f})",
        "single": "one speech carries up to {share:.0%} of these topics: read whose they are",
        "thin": "These trials do not say which number of topics to take: {why}. Read the topics of a "
        "small number.",
        "seeds": "seeds: {found}, of at least {least} (--seeds 5)",
        "tried": "numbers of topics tried: {found}, of at least {least} (--topics 5 10 20)",
        "speeches": "speeches: {found}, of at least {least}",
        "dead": "from {first} topics on some stay without words",
        "joint": "; ",
        "end": ". Choose within the range by reading the topics.",
    },
    "zh": {
        "floor": "没有一次拟合明显优于词频基线：这些文本目前还支撑不起主题模型。",
        "range": "主题数取 {range} 都说得过去：留出似然的增益已达最好水平的 {percent:.0%}",
        "to": "{low} 至 {high}",
        "best": "增益在 {best} 个主题时最大，但单凭这一点不足以取更多主题",
        "stable": "换随机种子，主题在 {top} 个时比随机水平高出最多（余弦 {stability:.2f}，随机水平 {stability_chance:.2f}）",
        "single": "其中至多 {share:.0%} 的主题主要出自一篇讲话，要看清出自哪一篇",
        "thin": "这些试验说不出该取多少主题：{why}。先取一个小的数目，读一读主题。",
        "seeds": "种子 {found} 个，至少要 {least} 个（--seeds 5）",
        "tried": "试过的主题数 {found} 个，至少要 {least} 个（--topics 5 10 20）",
        "speeches": "讲话 {found} 篇，至少要 {least} 篇",
        "dead": "从 {first} 个主题起，有的主题分不到词",
        "joint": "；",
        "end": "。范围之内，读过主题再定。",
    },
}
