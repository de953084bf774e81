"""Fitting topics to counts that no memory holds: partition by partition, side by side.

A partition is a part of the counts, whole speeches, that one worker can hold. A pass maps the
kernel of `engine` over the partitions under the topics so far and adds up what it finds: batch
CVB0 (Foulds et al. 2013, equations 8 and 9, one step of size 1 a pass), so the result does not
depend on how the corpus is cut. It begins from an ordinary fit of a sample of passages, chosen by
their ids, and needs few passes from there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Corpus
from jianghua.speeches.passages import Passage
from jianghua.topics.guides import Guide
from jianghua.topics.lda import ETA, FEW, alpha_of, converged, fit_topics, gain_of, topic_word_prior
from jianghua.topics.model import TopicModel
from jianghua.topics.themes import Themes, name_themes
from jianghua.words.bag import (
    EMPTIED,
    Bag,
    Standing,
    align,
    reasons_to_prune,
    select_words,
    standing_of,
)
from jianghua.words.lexicon import Lexicon
from jianghua.work import Told, combined, each

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Floats = NDArray[np.float64]

Load = Callable[[str], Bag]  # the unfiltered counts of a partition, by its address
SAMPLE = 20_000  # passages that the start is fitted to, at most
PASSES = 100
KEPT = 200_000_000  # bytes of counts a worker keeps; joblib replaces one that grows by 300 MB
Lowest = dict[str, tuple[float, str, int]]  # word → lot, speech and number of a passage


@dataclass(frozen=True, eq=False)
class PartitionedModel:
    """K topics of a corpus in partitions: ``topic_words`` K × W (rows sum to 1, heaviest topic
    first), ``words`` W, ``weights`` K (share of all words), ``removed`` (reason → words left out)
    and ``settings`` as of a `TopicModel`; ``drawn`` are the passages that the start was fitted to,
    of ``passages`` in all."""

    topic_words: Floats
    words: tuple[str, ...] = field(repr=False)
    weights: Floats
    removed: Mapping[str, int]
    settings: Mapping[str, Any]
    drawn: Bag
    passages: int


@dataclass(frozen=True)
class Found:
    """What a pass finds in a partition: expected counts of words in topics, W × K, and the
    log-likelihood of its words (nats)."""

    counts: NDArray[np.float32]
    likelihood: float


# --- what is in the corpus ------------------------------------------------------------------------


def find_standing(
    partitions: Sequence[str], load: Load, workers: int | None = None
) -> tuple[Standing, dict[str, int]]:
    """Where the words of all partitions stand, and what counting left out before."""
    table, removed = combined(_standing, partitions, _add_standings, (load,), workers)
    speeches, passages = int(removed.pop("speeches")), int(removed.pop("passages"))
    table = table.sort_index()
    totals, in_speeches, in_passages = (table[name].to_numpy() for name in table.columns)
    words = tuple(table.index)
    return Standing(words, totals, in_speeches, in_passages, speeches, passages), removed


def _standing(load: Load, partition: str) -> tuple[pd.DataFrame, dict[str, int]]:
    import numpy as np
    import pandas as pd

    bag = load(partition)
    found = standing_of(bag)
    columns = {name: getattr(found, name) for name in ("totals", "in_speeches", "in_passages")}
    sums = {**bag.removed, "speeches": found.speeches, "passages": found.passages}
    return pd.DataFrame(columns, index=list(bag.words)).astype(np.int64), sums


def _add_standings(
    one: tuple[pd.DataFrame, dict[str, int]], other: tuple[pd.DataFrame, dict[str, int]]
) -> tuple[pd.DataFrame, dict[str, int]]:
    sums = {name: one[1].get(name, 0) + other[1].get(name, 0) for name in {**one[1], **other[1]}}
    return one[0].add(other[0], fill_value=0).astype("int64"), sums


# --- the start ------------------------------------------------------------------------------------


def sample(partitions: Sequence[str], load: Load, words: Collection[str], share: float) -> Bag:
    """A share of the passages (0–1) with the given words, chosen by their ids: the same ones
    however the corpus is cut."""
    order = tuple(sorted(words))
    parts = [
        part for part in each(_sample, partitions, (load, order, share, frozenset())) if part[1]
    ]
    if not parts:
        raise JianghuaError("no passage has a word left", "sample", "lower min_speeches")
    whole = _joined(parts, order)
    return select_words(whole, ["" if total else "not in the sample" for total in whole.totals])


def _joined(parts: Sequence[tuple[csr_matrix, list[Passage]]], words: tuple[str, ...]) -> Bag:
    """The passages of all parts in one bag, in the order of their ids."""
    from scipy.sparse import vstack

    passages = [passage for part in parts for passage in part[1]]
    counts = vstack([part[0] for part in parts]).tocsr()
    rows = sorted(range(len(passages)), key=lambda i: (passages[i].speech.id, passages[i].number))
    return Bag(counts[rows], words, tuple(passages[i] for i in rows))


def _sample(
    load: Load, words: tuple[str, ...], share: float, named: Collection[tuple[str, int]],
    partition: str,
) -> tuple[csr_matrix, list[Passage]]:  # fmt: skip
    """The passages whose lot is below the share, and those that are named by speech and number."""
    import numpy as np

    bag = load(partition)
    counts = align(bag, words)
    rows = [
        i
        for i in np.flatnonzero(np.diff(counts.indptr)).tolist()
        for at in [(bag.passages[i].speech.id, bag.passages[i].number)]
        if _lot(*at) < share or at in named
    ]
    return counts[rows], [bag.passages[i] for i in rows]


def with_every_word(
    drawn: Bag, words: tuple[str, ...], partitions: Sequence[str], load: Load
) -> Bag:
    """The sample, and for each word that it does not hold one passage more, the one with the
    lowest lot: the same ones however the corpus is cut."""
    lacking = tuple(sorted({*words} - {*drawn.words}))
    parts = [(align(drawn, words), list(drawn.passages))]
    if lacking:
        holders = combined(_holders, partitions, _lowest, (load, lacking))
        named = frozenset((speech, number) for _, speech, number in holders.values())
        parts += each(_sample, partitions, (load, words, 0.0, named))
    return _joined(parts, words)


def _holders(load: Load, words: tuple[str, ...], partition: str) -> Lowest:
    """Of each word that the partition holds, the passage with the lowest lot."""
    bag = load(partition)
    found = align(bag, words).tocsc()
    holders: Lowest = {}
    for w, word in enumerate(words):
        rows = found.indices[found.indptr[w] : found.indptr[w + 1]].tolist()
        places = [(bag.passages[i].speech.id, bag.passages[i].number) for i in rows]
        if places:
            holders[word] = min((_lot(*place), *place) for place in places)
    return holders


def _lowest(one: Lowest, other: Lowest) -> Lowest:
    both = {**one, **other}
    return {word: min(side[word] for side in (one, other) if word in side) for word in both}


def _lot(speech: str, number: int) -> float:
    """A number from 0 to 1 that belongs to a passage."""
    key = hashlib.blake2b(f"{speech}\t{number}".encode(), digest_size=8).digest()
    return int.from_bytes(key, "big") / 2**64


# --- the fit --------------------------------------------------------------------------------------


def fit_partitions(
    partitions: Sequence[str],
    load: Load,
    topics: int = 20,
    lexicon: Lexicon | None = None,
    guides: Iterable[Guide] = (),
    seed: int = 1,
    min_speeches: int | None = None,
    workers: int | None = None,
    passes: int = PASSES,
    told: Told = lambda done, of: None,
) -> PartitionedModel:
    """Prune by the rules of `prune` and fit topics to all partitions.

    ``load`` gives the unfiltered counts of a partition. The result is the same, up to the rounding
    of sums, for every way of cutting the same speeches into partitions, and the same bits for the
    same partitions whatever the workers. Ends when five passes together gain less than 0.0005 nats
    a word, or after ``passes``; ``told`` hears of passes.
    """
    import numpy as np

    from jianghua.topics.engine import blunted

    guides = tuple(guides)
    standing, removed = find_standing(partitions, load, workers)
    seeds = {word for guide in guides for word in guide.words}
    reasons = reasons_to_prune(standing, lexicon, min_speeches, keep=seeds)
    for reason in sorted(set(reasons) - {""}):
        removed[reason] = int(standing.totals[reasons == reason].sum())
    stay = np.flatnonzero(reasons == "")
    words = tuple(standing.words[i] for i in stay)
    totals = standing.totals[stay]
    drawn = sample(partitions, load, words, min(1.0, SAMPLE / standing.passages))
    start = fit_topics(drawn, topics, guides, seed)
    prior, counts = _begin(start, words, totals)
    trace: list[float] = []
    alpha = alpha_of(counts.sum(axis=0))
    sharp = standing.passages > FEW
    while len(trace) < passes and not converged(trace):
        found = _pass(partitions, load, words, _topics(counts, prior), alpha, sharp, workers)
        counts, alpha = found.counts, alpha_of(found.counts.sum(axis=0))
        trace.append(found.likelihood / totals.sum())
        told(len(trace), passes)
    again = _pass(partitions, load, words, blunted(counts + prior), alpha, sharp, workers)
    counts = (counts + again.counts) / 2  # as a fit in memory ends, see `Fitting.reread`
    _shelf.cache_clear()
    return _model(
        start.settings, counts, prior, alpha, words, totals, removed, trace, drawn,
        standing.passages,
    )  # fmt: skip


def _begin(start: Any, words: tuple[str, ...], totals: Any) -> tuple[Any, Any]:
    """The prior and the first expected counts, both W × K, from the fit of the sample."""
    import numpy as np

    guides = [Guide(name, tuple(g["words"])) for name, g in start.settings["guides"].items()]
    places = [g["topic"] for g in start.settings["guides"].values()]
    order = places + [k for k in range(start.topics) if k not in places]
    prior = np.empty((len(words), start.topics), np.float32)
    prior[:, order] = topic_word_prior(words, totals, guides, start.topics).T
    column = {word: i for i, word in enumerate(words)}
    counts = np.zeros((len(words), start.topics), np.float32)
    rows = [column[word] for word in start.bag.words]
    counts[rows] = (start.topic_words * start.weights[:, None]).T * totals.sum()
    return prior, counts


def _topics(counts: Any, prior: Any) -> Any:
    """W × K, columns sum to 1."""
    return (counts + prior) / (counts.sum(axis=0) + prior.sum(axis=0))


def _pass(
    partitions: Sequence[str], load: Load, words: tuple[str, ...], phi: Any, alpha: Any,
    sharp: bool, workers: int | None,
) -> Found:  # fmt: skip
    return combined(_visit, partitions, _add_found, (load, words, phi, alpha, sharp), workers)


def _visit(
    load: Load, words: tuple[str, ...], phi: Any, alpha: Any, sharp: bool, partition: str
) -> Found:
    import numpy as np

    from jianghua.topics.engine import SWEEPS, as_arrays, visit

    counts = _aligned(load, words, partition)
    mixtures = np.zeros((counts.shape[0], phi.shape[1]), np.float32)
    found = np.zeros_like(phi)
    rows = np.arange(counts.shape[0])
    likelihood, _, _ = visit(
        *as_arrays(counts), phi, alpha.astype(np.float32), rows, SWEEPS, sharp, mixtures, found
    )
    return Found(found, likelihood)


def _aligned(load: Load, words: tuple[str, ...], partition: str) -> csr_matrix:
    """The counts of a partition in these words. A worker meets the same partitions pass after pass:
    it keeps the first ones, for of those it met last it would meet none in time."""
    shelf = _shelf(load, words)
    if partition in shelf:
        return shelf[partition]
    counts = align(load(partition), words)
    if sum(map(_bytes, shelf.values())) + _bytes(counts) <= KEPT:
        shelf[partition] = counts
    return counts


@lru_cache(maxsize=1)
def _shelf(load: Load, words: tuple[str, ...]) -> dict[str, csr_matrix]:
    return {}


def _bytes(counts: csr_matrix) -> int:
    return counts.data.nbytes + counts.indices.nbytes + counts.indptr.nbytes


def _add_found(one: Found, other: Found) -> Found:
    return Found(one.counts + other.counts, one.likelihood + other.likelihood)


def _model(
    started: Mapping[str, Any], counts: Any, prior: Any, alpha: Any, words: tuple[str, ...],
    totals: Any, removed: Mapping[str, int], trace: Sequence[float], drawn: Bag, passages: int,
) -> PartitionedModel:  # fmt: skip
    import numpy as np

    mass = counts.sum(axis=0).astype(np.float64)
    order = np.argsort(-mass, kind="stable")
    topic_words = (counts + prior).T.astype(np.float64)[order]
    shares = totals / totals.sum()
    settings = {
        **started,
        "alpha": [float(a) for a in alpha[order]],
        "eta": ETA,
        "guides": {
            name: {**guide, "topic": int(np.flatnonzero(order == guide["topic"])[0])}
            for name, guide in started["guides"].items()
        },
        "passes": len(trace),
        "converged": converged(trace),
        "gain": gain_of(trace),
        "log_likelihood": float(trace[-1]),
        "unigram_log_likelihood": float((shares * np.log(shares)).sum()),
    }
    topic_words /= topic_words.sum(axis=1, keepdims=True)
    weights = mass[order] / mass.sum()
    return PartitionedModel(topic_words, words, weights, dict(removed), settings, drawn, passages)


# --- what the speeches hold -----------------------------------------------------------------------


def place_partition(model: PartitionedModel, load: Load, partition: str) -> tuple[Bag, Floats]:
    """The pruned counts of a partition and the mixtures P × K of its passages."""
    import numpy as np

    from jianghua.topics.engine import place

    bag = load(partition)
    counts = align(bag, model.words)
    full = np.flatnonzero(np.diff(counts.indptr))
    emptied = {EMPTIED: len(bag.passages) - len(full)}
    kept = Bag(counts[full], model.words, tuple(bag.passages[i] for i in full), emptied)
    return kept, place(kept.counts, model.topic_words, np.array(model.settings["alpha"]))


def speech_masses(model: PartitionedModel, load: Load, partition: str) -> pd.DataFrame:
    """One row per speech of a partition: speech, year, words, and the words of each topic
    (columns 0 … K − 1)."""
    import numpy as np
    import pandas as pd

    bag, mixtures = place_partition(model, load, partition)
    masses = np.zeros((len(bag.speeches), mixtures.shape[1]))
    np.add.at(masses, bag.speech_numbers, mixtures * bag.lengths[:, None])
    table = pd.DataFrame(masses, columns=[str(k) for k in range(masses.shape[1])])
    table.insert(0, "speech", [speech.id for speech in bag.speeches])
    years = pd.Series([speech.year for speech in bag.speeches], dtype="Int64")
    table.insert(1, "year", years)
    table.insert(2, "words", masses.sum(axis=1))
    return table


def all_masses(
    model: PartitionedModel,
    partitions: Sequence[str],
    load: Load,
    workers: int | None = None,
) -> pd.DataFrame:
    """`speech_masses` of all partitions, one row per speech."""
    import pandas as pd

    tables = each(_masses, partitions, (model, load), workers)
    return pd.concat(list(tables), ignore_index=True)


def _masses(model: PartitionedModel, load: Load, partition: str) -> pd.DataFrame:
    return speech_masses(model, load, partition)


# --- as the other rooms know it -------------------------------------------------------------------


def sampled_model(model: PartitionedModel, partitions: Sequence[str], load: Load) -> TopicModel:
    """The topics with a sample of the passages that holds every word, for what shows passages;
    ``settings["sampled"]`` is the share of passages in it (0–1)."""
    import numpy as np

    from jianghua.topics.engine import place

    shown = with_every_word(model.drawn, model.words, partitions, load)
    bag = Bag(shown.counts, model.words, shown.passages, model.removed)
    mixtures = place(bag.counts, model.topic_words, np.array(model.settings["alpha"]))
    settings = {**model.settings, "sampled": len(bag.passages) / model.passages}
    return TopicModel(model.topic_words.copy(), mixtures, bag, settings)


def speech_themes(themes: Themes, masses: pd.DataFrame, corpus: Corpus) -> Themes:
    """The themes with every speech as one passage, for shares that count all speeches.

    ``masses`` are those of `speech_masses`. Words are told apart by their topic only: the bag has
    a word a topic.
    """
    import numpy as np
    from scipy.sparse import csr_matrix

    known = {speech.id: speech for speech in corpus}
    table = masses[masses["speech"].isin(list(known))]
    found = table[[str(k) for k in range(themes.model.topics)]].to_numpy("float64")
    # whole words that add up to those of the speech
    counts = np.diff(np.rint(found.cumsum(axis=1)), axis=1, prepend=0).astype("int32")
    words = tuple(f"topic {k}" for k in range(found.shape[1]))
    passages = tuple(Passage(known[speech], 0) for speech in table["speech"])
    bag = Bag(csr_matrix(counts), words, passages, themes.model.bag.removed)
    mixtures = found / found.sum(axis=1, keepdims=True)
    model = TopicModel(np.eye(len(words)), mixtures, bag, themes.model.settings)
    return name_themes(model, themes.members, themes.english)
