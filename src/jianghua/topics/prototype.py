"""The prototype: of several fits, the one most like the others, and how steady its topics are.

One seed may find what no other finds. Choosing among several the fit that is most like the rest is
LDAPrototype (Rieger, Jentsch & Rahnenführer 2022); they measure likeness by clustering topics, here
it is the mean cosine of topics matched one to one, which also gives each topic a figure of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.topics.guides import Guide
from jianghua.topics.lda import fit_topics
from jianghua.topics.model import TopicModel
from jianghua.topics.stability import match_topics
from jianghua.work import each

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from jianghua.words.bag import Bag

    Floats = NDArray[np.float64]

STEADY = 0.7  # cosines of matched topics heap near 1 and below 0.6: above it another fit found it
MOST_SEEDS = 1000  # more would be a slip of the hand, and run for days


def fit_prototype(
    bag: Bag,
    topics: int = 20,
    guides: Iterable[Guide] = (),
    seeds: int | Iterable[int] = 10,
    workers: int = 1,
    told: Callable[[int, int], None] = lambda done, of: None,
    fit: Callable[..., TopicModel] = fit_topics,
    **how: Any,
) -> TopicModel:
    """Fit with several seeds and return the fit most like the others.

    ``seeds`` is a number (10: seeds 1 … 10) or the seeds themselves; ``how`` goes to `fit_topics`.
    ``settings`` of the fit tells, beyond what `fit_topics` says: ``likeness`` (seed, as text →
    mean cosine of its topics, matched one to one, with those of every other seed, 0–1),
    ``stability`` (K: the same for each topic of this fit; near 1 where every seed finds it), and
    for each guide ``steady`` (mean correlation over speeches of its share in this fit with its
    share in the others; None where it never varies). One seed alone is a plain fit and has none.

    Ties go to the earlier seed. Same bag, arguments and machine: the same bits, whatever
    ``workers``.
    """
    import numpy as np

    plan = seed_list(seeds)
    fits = fit_all(
        [(bag, topics, guides, seed) for seed in plan],
        lambda *job: fit(*job, **how), workers, told,
    )  # fmt: skip
    if len(fits) == 1:
        return fits[0]
    alike = _alike(fits)
    scores = alike.mean(axis=2).sum(axis=1) / (len(fits) - 1)
    best = int(np.argmax(scores))
    others = [other for i, other in enumerate(fits) if i != best]
    steady = {
        "likeness": {str(s): float(score) for s, score in zip(plan, scores, strict=True)},
        "stability": [float(v) for v in alike[best].sum(axis=0) / len(others)],
        "guides": _steady_guides(fits[best], others),
    }
    return replace(fits[best], settings={**fits[best].settings, **steady})


def seed_list(seeds: int | Iterable[int]) -> list[int]:
    """Seeds as given, or 1 … n for a number n."""
    if isinstance(seeds, int) and not 1 <= seeds <= MOST_SEEDS:
        raise JianghuaError(f"{seeds} seeds", "seeds", f"a whole number from 1 to {MOST_SEEDS}")
    plan = list(range(1, seeds + 1)) if isinstance(seeds, int) else [int(seed) for seed in seeds]
    if not plan or len(set(plan)) < len(plan):
        raise JianghuaError(f"seeds {seeds!r}", "seeds", "a number from 1, or different seeds")
    return plan


def fit_all(
    jobs: Sequence[tuple[Any, ...]],
    fit: Callable[..., TopicModel],
    workers: int,
    told: Callable[[int, int], None],
) -> list[TopicModel]:
    """The fits of all jobs (arguments of ``fit``), in their order; ``told`` hears of progress."""
    # threads: the kernel releases the interpreter lock
    return list(each(_fit_one, jobs, (fit,), workers, threads=True, told=told))


def _fit_one(fit: Callable[..., TopicModel], job: tuple[Any, ...]) -> TopicModel:
    return fit(*job)


def _alike(fits: Sequence[TopicModel]) -> Floats:
    """Cosine of each topic of each fit with its match in each other fit: F × F × K, 0 with itself."""
    import numpy as np

    alike = np.zeros((len(fits), len(fits), fits[0].topics))
    for i, a in enumerate(fits):
        for j in range(i + 1, len(fits)):
            partners, cosines = match_topics(a, fits[j])
            alike[i, j] = cosines
            alike[j, i, partners] = cosines
    return alike


def _steady_guides(model: TopicModel, others: Sequence[TopicModel]) -> dict[str, dict[str, Any]]:
    """The guides of the settings, each with ``steady``."""
    import numpy as np

    found = {}
    for name, guide in model.settings.get("guides", {}).items():
        own = _speech_shares(model, guide["topic"])
        theirs = [_speech_shares(m, m.settings["guides"][name]["topic"]) for m in others]
        steady = float(np.mean([correlation(own, their) for their in theirs]))
        found[name] = {**guide, "steady": steady if steady == steady else None}
    return found


def _speech_shares(model: TopicModel, topic: int) -> Floats:
    """Share of a topic in the words of each speech, S."""
    import numpy as np

    numbers, lengths = model.bag.speech_numbers, model.bag.lengths
    return np.bincount(numbers, lengths * model.passage_topics[:, topic]) / np.bincount(
        numbers, lengths
    )


def correlation(a: Floats, b: Floats) -> float:
    """Pearson's correlation; nan where one of the two never varies."""
    import numpy as np

    x, y = a - a.mean(), b - b.mean()
    scale = np.sqrt((x @ x) * (y @ y))
    return float(x @ y / scale) if scale > 1e-12 else float("nan")


def unsteady(model: TopicModel) -> list[int]:
    """The topics that other seeds do not find again (stability below 0.7), least steady first.

    Empty where the model was not chosen among several fits.
    """
    figures = list(enumerate(model.settings.get("stability") or ()))
    return [k for k, figure in sorted(figures, key=lambda one: one[1]) if figure < STEADY]
