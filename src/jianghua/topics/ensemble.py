"""Ensemble: the topics that many fits agree on.

Topics of many fits are clustered by their words, at most one topic of a fit to a cluster; what most
fits find is stable, whatever each of them calls it. The idea is that of ensemble LDA (Brigl 2019,
in gensim EnsembleLda, which clusters with a checkback DBSCAN); here it is average linkage on
cosines, which takes seconds and needs no density to be tuned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.topics.guides import Guide
from jianghua.topics.lda import PRIOR_MASS, fit_topics, log_likelihood
from jianghua.topics.model import HOLDING_WORDS, TopicModel
from jianghua.topics.prototype import STEADY, fit_all, seed_list
from jianghua.topics.stability import cosines

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from jianghua.words.bag import Bag

    Floats = NDArray[np.float64]

SUPPORT = 0.5  # of the fits must hold a topic
FEWEST_FITS = 3


def stable_topics(
    bag: Bag,
    topics: int = 20,
    guides: Iterable[Guide] = (),
    fits: int | Iterable[int] = 20,
    workers: int = 1,
    told: Callable[[int, int], None] = lambda done, of: None,
    fit: Callable[..., TopicModel] = fit_topics,
    **how: Any,
) -> TopicModel:
    """The topics that at least half of ``fits`` fits agree on, as one model.

    ``fits`` is a number of seeds or the seeds; each fit has ``topics`` topics. Topics of different
    fits belong together while their mean cosine is 0.7 or more. A stable topic is the mean of its
    members; one topic more, the rest, is the mean of all that only some fits have, so that words
    that belong to no stable topic are not forced into one. ``settings`` tells fits (seeds),
    support (K: share of the fits that hold the topic), stability (K: mean cosine of its members),
    rest (the number of the rest, or None where nothing was left), and guides: a guide's topic is
    the stable one that most fits gave to it; a guide without one is in ``lost``.

    Raises JianghuaError where the fits agree on nothing.
    """
    import numpy as np

    seeds = seed_list(fits)
    if len(seeds) < FEWEST_FITS:
        raise JianghuaError(f"{len(seeds)} fits", "fits", f"{FEWEST_FITS} or more, to agree")
    jobs = [(bag, topics, tuple(guides), seed) for seed in seeds]
    models = fit_all(jobs, lambda *job: fit(*job, **how), workers, told)
    rows = np.vstack([model.topic_words for model in models])
    cluster = _clusters(rows, np.repeat(np.arange(len(models)), topics))
    support = np.bincount(cluster) / len(models)
    stable = np.flatnonzero(support >= SUPPORT)
    if not len(stable):
        raise JianghuaError(
            f"{len(models)} fits of {topics} topics agree on none", "stable_topics",
            "fewer topics, or more speeches",
        )  # fmt: skip
    return _as_model(bag, models, rows, cluster, stable, support[stable])


def _clusters(rows: Floats, fit_of: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number of the cluster of each topic, rows of (F·K) × W; fit_of says whose topic it is.

    Average linkage: the closest two clusters join until none are closer than STEADY. Topics of
    one fit never join, for the fit told them apart.
    """
    import numpy as np

    near = cosines(rows, rows)
    of_fit = fit_of[:, None] == np.unique(fit_of)  # clusters × fits: which have a member
    sizes = np.ones(len(rows))
    near[fit_of[:, None] == fit_of] = -np.inf
    label = np.arange(len(rows))
    while True:
        a, b = sorted(divmod(int(near.argmax()), len(rows)))
        if near[a, b] < STEADY:
            return np.unique(label, return_inverse=True)[1]
        joint = (sizes[a] * near[a] + sizes[b] * near[b]) / (sizes[a] + sizes[b])
        of_fit[a] |= of_fit[b]
        sizes[a] += sizes[b]
        joint[(of_fit & of_fit[a]).any(axis=1)] = -np.inf
        near[a], near[:, a] = joint, joint
        near[b], near[:, b] = -np.inf, -np.inf
        of_fit[b] = False
        label[label == b] = a


def _as_model(
    bag: Bag,
    models: list[TopicModel],
    rows: Floats,
    cluster: NDArray[np.int64],
    stable: NDArray[np.int64],
    support: Floats,
) -> TopicModel:
    """The stable topics and the rest as a model, heaviest first, passages placed in them."""
    import numpy as np

    from jianghua.topics.engine import place

    weights = np.concatenate([model.weights for model in models]) / len(models)
    parts = [np.flatnonzero(cluster == one) for one in stable]
    inside = [_steadiness(rows[part]) for part in parts]
    left = np.flatnonzero(~np.isin(cluster, stable))
    if len(left):
        parts, inside, support = [*parts, left], [*inside, np.nan], np.append(support, np.nan)
    topic_words = np.array(
        [np.average(rows[part], axis=0, weights=weights[part]) for part in parts]
    )
    topic_words /= topic_words.sum(axis=1, keepdims=True)
    mass = np.array([weights[part].sum() for part in parts])
    alpha = PRIOR_MASS * mass / mass.sum()
    mixtures = place(bag.counts, topic_words, alpha)
    order = np.argsort(-(bag.lengths @ mixtures), kind="stable")
    number = {int(cluster[parts[old][0]]): new for new, old in enumerate(order)}
    rest = int(np.flatnonzero(order == len(stable))[0]) if len(left) else None
    settings = {
        "engine": "ensemble", "seed": int(models[0].settings["seed"]), "topics": len(parts),
        "eta": models[0].settings["eta"], "alpha": [float(a) for a in alpha[order]],
        "fits": [model.settings["seed"] for model in models],
        "support": [_number(support[i]) for i in order],
        "stability": [_number(inside[i]) for i in order], "rest": rest,
        "passes": max(model.settings["passes"] for model in models),
        "converged": all(model.settings["converged"] for model in models),
        "log_likelihood": log_likelihood(bag.counts, topic_words, mixtures),
        "unigram_log_likelihood": models[0].settings["unigram_log_likelihood"],
    }  # fmt: skip
    model = TopicModel(topic_words[order], mixtures[:, order].copy(), bag, settings)
    told = _guides(models, cluster, {k: v for k, v in number.items() if v != rest}, model)
    return replace(model, settings={**settings, **told})


def _steadiness(rows: Floats) -> float:
    """Mean cosine of each pair of rows; rows are at least two."""
    import numpy as np

    near = cosines(rows, rows)
    return float(near[np.triu_indices(len(rows), 1)].mean())


def _number(value: float) -> float | None:
    return float(value) if value == value else None


def _guides(
    models: list[TopicModel], cluster: NDArray[np.int64], number: dict[int, int], found: TopicModel
) -> dict[str, Any]:
    """The guides of the fits with the stable topic (``number`` of a cluster) that most fits gave
    to each; those without one, or whose topic another guide has, are lost."""
    guides: dict[str, dict[str, Any]] = {}
    lost: list[str] = []
    for name, guide in models[0].settings.get("guides", {}).items():
        given = (model.settings["guides"][name]["topic"] for model in models)
        votes = Counter(int(cluster[i * models[0].topics + k]) for i, k in enumerate(given))
        topic = number.get(votes.most_common(1)[0][0])
        if topic is None or topic in (other["topic"] for other in guides.values()):
            lost.append(name)
        else:
            held = set(found.words_of(topic, HOLDING_WORDS)) & set(guide["words"])
            guides[name] = {**guide, "topic": topic, "held": len(held)}
    return {"guides": guides, "lost": lost}
