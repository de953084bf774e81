"""Choosing a model: what a whole study costs, coherence against gensim, guides against rivals.

Prints JSON. Times are seconds of processor time (user and system) of this process. Coherence needs
texts in ../shared (or JIANGHUA_SHARED); keyATM needs topica, which is no dependency of ours: without
them their part says so. Run: python benchmarks/choice.py [--quick]
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.stats import spearmanr

from jianghua.errors import JianghuaWarning
from jianghua.speeches.corpus import Speech, read_corpus
from jianghua.speeches.passages import Passage, passages
from jianghua.store import read_bag
from jianghua.topics.coherence import CV_WINDOW, NPMI_WINDOW, c_npmi, c_v, count_windows
from jianghua.topics.ensemble import stable_topics
from jianghua.topics.guide_health import auc, themes_against_counts
from jianghua.topics.guides import Guide, read_guides
from jianghua.topics.lda import fit_topics
from jianghua.topics.prototype import STEADY, fit_prototype
from jianghua.topics.trials import choice_in_words, try_topics
from jianghua.words.bag import Bag, Tokens, prune
from jianghua.words.lexicon import read_lexicon
from jianghua.words.segmentation import segment

ROOT = Path(__file__).resolve().parents[1]
NATIONAL = ROOT / "corpus" / "national"
SWEEPS = 1000  # of keyATM


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="few numbers of topics and seeds")
    quick = options.parse_args().quick
    warnings.simplefilter("ignore", JianghuaWarning)
    guides = read_guides(ROOT / "corpus" / "guides.toml")
    seeds = {word for guide in guides for word in guide.words}
    bag = prune(read_bag(NATIONAL), read_lexicon(), keep=seeds)
    fit_topics(bag, 2, passes=1)  # compiles
    found = {
        "study": study(bag, range(5, 16, 5) if quick else range(5, 51, 5)),
        "prototype": prototype(bag, guides, 3 if quick else 8),
        "ensemble": ensemble(bag, guides, 5 if quick else 20),
        "coherence": coherence(bag),
        "guides": themes_against_counts(bag, 30, guides).round(3).to_dict("records"),
        "planted": planted(range(2) if quick else range(8)),
    }
    print(json.dumps(found, ensure_ascii=False, indent=1))


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of processor time, and what came of it."""
    begun = time.process_time()
    result = work()
    return round(time.process_time() - begun, 3), result


def study(bag: Bag, numbers: Sequence[int]) -> dict[str, Any]:
    """The trials of all numbers of topics with three seeds, on the shipped counts."""
    seconds, table = timed(lambda: try_topics(bag, numbers, 3))
    medians = table.groupby("topics").median(numeric_only=True).drop(columns="seed").round(3)
    told = choice_in_words(table)
    return {
        "seconds": seconds,
        "reading": told,
        "medians": medians.reset_index().to_dict("records"),
    }


def prototype(bag: Bag, guides: Sequence[Guide], seeds: int) -> dict[str, Any]:
    """The fit that is published: its likeness among the seeds, and its steady topics."""
    seconds, model = timed(lambda: fit_prototype(bag, 30, guides, seeds))
    likeness = {seed: round(value, 3) for seed, value in model.settings["likeness"].items()}
    steady = int((np.array(model.settings["stability"]) >= STEADY).sum())
    return {"seconds": seconds, "likeness": likeness, "chosen": model.settings["seed"],
            "steady_topics": steady}  # fmt: skip


def ensemble(bag: Bag, guides: Sequence[Guide], fits: int) -> dict[str, Any]:
    """Stable topics, and what their clustering costs beyond the fits."""
    jobs = range(1, fits + 1)
    fitting, models = timed(lambda: {s: fit_topics(bag, 30, guides, s) for s in jobs})
    clustering, model = timed(
        lambda: stable_topics(bag, 30, guides, fits, fit=lambda b, k, g, seed: models[seed])
    )
    support = [value for value in model.settings["support"] if value is not None]
    return {"seconds_fits": fitting, "seconds_clustering": clustering,
            "stable": len(support), "in_every_fit": support.count(1.0)}  # fmt: skip


# --- coherence against gensim ---------------------------------------------------------------------


def coherence(bag: Bag) -> dict[str, Any]:
    """c_npmi and c_v of the same fifty topics on the same texts, ours and gensim's: medians."""
    corpus = read_corpus(NATIONAL)
    if any(speech.text is None for speech in corpus):
        return {"skipped": f"no texts in {NATIONAL.name}: jianghua fetch, or make corpora"}
    tokens = segment(passages(corpus), read_lexicon())
    model = fit_topics(bag, 50)
    tops = [model.words_of(k) for k in range(model.topics)]
    count_windows(tokens, tops[0], 2)  # compiles
    runs = [timed(lambda: _both(tokens, tops)) for _ in range(5)]
    runs_there = [timed(lambda: _gensim(tokens, tops)) for _ in range(3)]
    (ours, values), (theirs, values_there) = sorted(runs)[2], sorted(runs_there)[1]
    return {"seconds": ours, "seconds_gensim": theirs, "times": round(theirs / ours),
            "c_npmi": values[0], "c_v": values[1], "gensim_c_npmi": values_there[0],
            "gensim_c_v": values_there[1]}  # fmt: skip


def _both(tokens: Tokens, tops: Sequence[Sequence[str]]) -> list[float]:
    words = [word for top in tops for word in top]
    counts = count_windows(tokens, words, NPMI_WINDOW, CV_WINDOW)
    found = c_npmi(tops, counts[NPMI_WINDOW]), c_v(tops, counts[CV_WINDOW])
    return [round(float(values.mean()), 4) for values in found]


def _gensim(tokens: Tokens, tops: Sequence[Sequence[str]]) -> list[float]:
    from gensim.corpora import Dictionary
    from gensim.models import CoherenceModel

    texts = [list(words) for words in tokens.words]
    dictionary = Dictionary(texts)
    return [
        round(
            CoherenceModel(
                topics=tops, texts=texts, dictionary=dictionary, coherence=name, processes=1
            ).get_coherence(),
            4,
        )
        for name in ("c_npmi", "c_v")
    ]


# --- guides against rivals, where the truth is known ----------------------------------------------


def planted(seeds: Sequence[int]) -> dict[str, Any]:
    """One theme of twelve is guided by six of its words; who tells best where it is spoken of?

    Themes share a quarter of their words, so seed words also stand elsewhere. Per rival, mean and
    range over corpora: auc of passages where the theme holds over a quarter, and Spearman's
    correlation with the planted share.
    """
    scores: dict[str, list[tuple[float, float]]] = {}
    for seed in seeds:
        bag, truth, guide = _planted(seed)
        for name, guess in _rivals(bag, guide, seed).items():
            rank = float(spearmanr(guess, truth).statistic)
            scores.setdefault(name, []).append((auc(guess, truth > 0.25), rank))
    return {name: _told(np.array(rows)) for name, rows in scores.items()} | _absent(scores)


def _absent(scores: dict[str, Any]) -> dict[str, str]:
    return {} if "keyATM" in scores else {"keyATM": "skipped: topica is not installed"}


def _told(rows: np.ndarray) -> dict[str, list[float]]:
    return {
        name: [round(float(f(column)), 3) for f in (np.mean, np.min, np.max)]
        for name, column in zip(("auc", "correlation"), rows.T, strict=True)
    }


def _planted(seed: int, themes: int = 12, size: int = 600) -> tuple[Bag, np.ndarray, Guide]:
    random = np.random.default_rng(seed)
    vocabulary = 900
    common = random.dirichlet(np.full(vocabulary, 0.1))
    own = random.dirichlet(np.full(vocabulary, 0.02), themes)
    topics = 0.75 * own + 0.25 * common
    mixtures = random.dirichlet(np.full(themes, 0.15), size)
    lengths = random.integers(20, 80, size)
    counts = np.array(
        [random.multinomial(n, mix @ topics) for n, mix in zip(lengths, mixtures, strict=True)]
    )
    said = np.flatnonzero(counts.sum(axis=0))
    words = tuple(f"{i:03d}" for i in said)
    places = tuple(Passage(Speech(f"s{n // 10:03d}"), n % 10) for n in range(size))
    # words that a person would name: of the theme more than of others, not its commonest ones
    telling = np.argsort(-(own[0] - own[1:].max(axis=0))[said])[4:16:2]
    guide = Guide("甲", tuple(words[i] for i in telling))
    return Bag(csr_matrix(counts[:, said].astype("int32")), words, places), mixtures[:, 0], guide


def _rivals(bag: Bag, guide: Guide, seed: int) -> dict[str, np.ndarray]:
    """Share of the theme in each passage, P, as each rival guesses it."""
    held = bag.counts[:, [bag.words.index(word) for word in guide.words]].sum(axis=1)
    model = fit_topics(bag, 12, [guide], seed)
    plain = fit_topics(bag, 12, [guide], seed, engine="gensim")
    found = {
        "ours": model.passage_topics[:, model.settings["guides"]["甲"]["topic"]],
        "gensim, same start and prior": plain.passage_topics[
            :, plain.settings["guides"]["甲"]["topic"]
        ],
        "count of seed words": np.asarray(held).ravel() / bag.lengths,
    }
    theirs = _keyatm(bag, guide, seed)
    return found if theirs is None else found | {"keyATM": theirs}


def _keyatm(bag: Bag, guide: Guide, seed: int) -> np.ndarray | None:
    try:
        import topica
    except ImportError:
        return None
    texts = [
        [word for i, n in zip(row.indices, row.data, strict=True) for word in [bag.words[i]] * n]
        for row in bag.counts
    ]
    model = topica.KeyATM({guide.name: list(guide.words)}, num_topics=11, seed=seed)
    model.fit(texts, iters=SWEEPS)
    return np.asarray(model.doc_topic)[:, 0]


if __name__ == "__main__":
    main()
