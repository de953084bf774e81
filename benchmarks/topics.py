"""Fits of topics against peers: one JSON a line as they end, then tables.

    python benchmarks/topics.py [--quick] [--corpora reports planted10k planted100k]
        [--topics 20 50 100]
        [--engines jianghua one_start tomotopy topica gensim multicore sklearn]
        [--seeds 1] [--peer-seeds 1] [--to FOLDER]

Corpora: ``reports`` are the national and provincial reports of $JIANGHUA_SHARED (or ../shared), cut
into passages and pruned as `jianghua fit` does; without them ``national``, the shipped counts.
``planted…`` are drawn from as many topics as are fitted, over 20,000 words (LDA's own process; uneven
topics, passages of 150 words). Peers come from the group ``bench`` (requirements-bench.lock); one that is not
installed is left out and named.

``one_start`` is ours without the choice among three starts, from the first pass on. What ends a fit of ours, its
second reading, is counted in each line and in no later one. Every fit runs in a process of its own on one thread. ``cpu`` is its processor time (user and
system, children too) since the counts were handed over, ``start`` what the process took before,
numpy, scipy and the engine (splitting the counts left out), ``memory`` its highest resident size in MB, with ``--memory`` measured without
any scoring. ``held_out`` is document completion in nats a word, by one estimator for all engines: half of
the words of passages that no fit saw give a mixture by expectation maximisation under a symmetric
prior, the other half is scored. The sum of the prior is chosen, for every fit, among MASSES on one half of these
passages, the other half is scored. Settings of ours were chosen on another split and other planted
topics. Peers run with symmetric priors 0.1 and 0.01 and learn what they learn by default.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from copy import copy
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("JIANGHUA_SHARED", ROOT / ".." / "shared"))
OURS = ("jianghua", "one_start")
MODULES = {
    "jianghua": "jianghua", "one_start": "jianghua", "tomotopy": "tomotopy", "topica": "topica", "gensim": "gensim",
    "multicore": "gensim", "sklearn": "sklearn",
}  # fmt: skip
ALPHA, ETA = 0.1, 0.01  # of the peers, a topic and a word
MASSES = (0.5, 1.0, 2.0, 5.0, 10.0)
NEAR = 0.001  # of its final likelihood: there a fit counts as converged
STEPS = {
    "jianghua": (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 40, 60, 90, 130, 200),
    "one_start": (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20),
    "tomotopy": (25, 50, 100, 200, 400, 800), "topica": (100, 200, 400, 800),
    "gensim": (10, 20, 40), "multicore": (40,), "sklearn": (10, 20, 40),
}  # fmt: skip
QUICK = {name: steps if name in OURS else steps[:2] for name, steps in STEPS.items()}
QUICK["multicore"] = (10,)

Topics = Iterator[tuple[int, Callable[[], Any]]]  # steps done, what makes topics K × W of them


# --- corpora ----------------------------------------------------------------------------------------


def make_corpus(name: str, topics: int, folder: Path) -> Path | None:
    """Counts of a corpus as npz, made once; None where it cannot be made here."""
    from scipy.sparse import save_npz

    path = folder / (f"{name}-{topics}.npz" if name.startswith("planted") else f"{name}.npz")
    if path.is_file():
        return path
    makers: dict[str, Callable[[], Any]] = {
        "reports": report_counts, "national": national_counts,
        "planted2k": lambda: planted(2_000, topics)[0], "planted10k": lambda: planted(10_000, topics)[0],
        "planted100k": lambda: planted(100_000, topics)[0],
    }  # fmt: skip
    counts = makers[name]()
    if counts is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    save_npz(path, counts)
    return path


def report_counts() -> Any:
    """Passages of all national and provincial reports, pruned; None without them."""
    from jianghua.speeches.corpus import Corpus, Speech
    from jianghua.speeches.passages import passages
    from jianghua.words.bag import count, prune
    from jianghua.words.lexicon import read_lexicon
    from jianghua.words.segmentation import segment

    folders = [SHARED / "corpora" / name for name in ("gwr-national", "gwr-provincial")]
    if not all(folder.is_dir() for folder in folders):
        return None
    speeches = [
        Speech(path.stem, text=path.read_text("utf-8"))
        for folder in folders
        for path in sorted(folder.glob("*.txt"))
    ]
    lexicon = read_lexicon()
    return prune(count(segment(passages(Corpus(tuple(speeches))), lexicon)), lexicon).counts


def national_counts() -> Any:
    """Passages of the shipped counts of the national reports, pruned."""
    from jianghua.verbs.modelling import pruned_bag

    return pruned_bag(ROOT / "corpus" / "national").counts


def planted(passages: int, topics: int = 50, words: int = 20_000, seed: int = 5) -> tuple[Any, Any]:
    """Counts P × W drawn by LDA's own process, and the topics K × W that they came from."""
    import numpy as np
    from scipy.sparse import csr_matrix, vstack

    generator = np.random.default_rng([seed, 0])
    base = 1 / (np.arange(words) + 10.0)
    base /= base.sum()
    phi = generator.gamma(np.tile(np.maximum(base * words * 0.05, 1e-3), (topics, 1)))
    phi /= phi.sum(axis=1, keepdims=True)
    sizes = generator.gamma(1.0, size=topics) + 0.1
    generator = np.random.default_rng([seed, passages])
    parts = []
    for first in range(0, passages, 2000):
        size = min(2000, passages - first)
        lengths = np.maximum(20, generator.negative_binomial(5, 5 / 155, size))
        theta = generator.dirichlet(5 * sizes / sizes.sum(), size)
        rows, columns = draw_words(lengths, theta, phi, generator)
        ones = np.ones(len(rows), np.int32)
        parts.append(csr_matrix((ones, (rows, columns)), shape=(size, words)))
    counts = vstack(parts).tocsr()
    counts.sum_duplicates()
    return counts, phi


def draw_words(lengths: Any, theta: Any, phi: Any, generator: Any) -> tuple[Any, Any]:
    """Passage and word of every token."""
    import numpy as np

    rows = np.repeat(np.arange(len(lengths)), lengths)
    steps = np.cumsum(theta, axis=1)
    chosen = (generator.random(len(rows))[:, None] > steps[rows] / steps[rows, -1:]).sum(axis=1)
    columns = np.empty(len(rows), np.int64)
    for k in range(len(phi)):
        mine = chosen == k
        steps_k = np.cumsum(phi[k])
        columns[mine] = np.searchsorted(steps_k, generator.random(mine.sum()) * steps_k[-1])
    return rows, np.minimum(columns, phi.shape[1] - 1)


def split(counts: Any, most: int = 2000) -> tuple[Any, Any, Any, Any]:
    """Counts to fit, to choose the prior's mass on, to score, and the columns that are left: words
    that no fitted passage holds are out."""
    import numpy as np

    order = np.random.default_rng(20).permutation(counts.shape[0])
    out = min(most, counts.shape[0] // 10)
    fitted = counts[np.sort(order[out:])]
    columns = np.flatnonzero(np.asarray(fitted.sum(axis=0)).ravel())
    held = counts[order[:out]][:, columns]
    return fitted[:, columns], held[: out // 2], held[out // 2 :], columns


# --- one estimator for all ----------------------------------------------------------------------------


def held_out(choosing: Any, scoring: Any, topics: Any) -> float:
    """Document completion under topics K × W, nats a word; see the head of this file."""
    import numpy as np

    topics = np.maximum(np.nan_to_num(topics), 1e-9)
    topics = topics / topics.sum(axis=1, keepdims=True)
    mass = max(MASSES, key=lambda mass: completion(choosing, topics, mass))
    return completion(scoring, topics, mass)


def completion(counts: Any, topics: Any, mass: float) -> float:
    """Mean log-likelihood of one half of each passage's words, given the other half."""
    import numpy as np

    first = counts.copy()
    first.data = np.random.default_rng(0).binomial(counts.data, 0.5).astype(counts.data.dtype)
    second = (counts - first).tocoo()
    first.eliminate_zeros()
    theta = mixtures(first.tocsr(), topics, mass)
    p = np.empty(len(second.data))
    by_word = np.ascontiguousarray(topics.T)
    for start in range(0, len(p), 100_000):
        part = slice(start, start + 100_000)
        p[part] = (theta[second.row[part]] * by_word[second.col[part]]).sum(axis=1)
    return float((second.data * np.log(p))[second.data > 0].sum() / second.data.sum())


def mixtures(counts: Any, topics: Any, mass: float, sweeps: int = 50) -> Any:
    """Mixtures P × K by expectation maximisation under a symmetric prior of this sum."""
    import numpy as np

    theta = np.full((counts.shape[0], len(topics)), 1 / len(topics))
    maximise()(
        counts.indptr, counts.indices, counts.data.astype(np.float64),
        np.ascontiguousarray(topics.T), mass / len(topics), sweeps, theta,
    )  # fmt: skip
    return theta


@cache
def maximise() -> Callable[..., None]:
    """Expectation maximisation passage by passage, compiled here, for numpy takes minutes."""
    import numpy as np
    from numba import njit

    @njit(cache=True)
    def run(indptr, indices, data, by_word, alpha, sweeps, theta):  # type: ignore[no-untyped-def]
        for row in range(len(theta)):
            for _ in range(sweeps):
                total = np.full(theta.shape[1], alpha)
                for j in range(indptr[row], indptr[row + 1]):
                    share = theta[row] * by_word[indices[j]]
                    total += share * (data[j] / share.sum())
                theta[row] = total / total.sum()

    return run


# --- engines: each yields its topics after so many steps ------------------------------------------------


def run_jianghua(counts: Any, topics: int, seed: int, steps: tuple[int, ...]) -> Topics:
    from jianghua.topics import lda

    bag = as_bag(counts)
    prior = lda.topic_word_prior(bag.words, bag.totals, (), topics)
    fitting, generator, trace = lda.best_start(bag, (), prior, seed, steps[-1])
    if trace:
        yield len(trace), lambda: ended(fitting)
    while len(trace) < steps[-1] and not lda.converged(trace):
        trace.append(fitting.make_pass(generator, lda.alpha_of) / bag.totals.sum())
        if len(trace) in steps or lda.converged(trace):
            yield len(trace), lambda: ended(fitting)


def ended(fitting: Any) -> Any:
    """The topics of a fit that ends here: after its second reading."""
    from jianghua.topics.lda import alpha_of

    last = copy(fitting)
    last.table, last.sums = fitting.table.copy(), fitting.sums.copy()
    last.reread(alpha_of(last.sums))
    return last.topic_words()


def run_one_start(counts: Any, topics: int, seed: int, steps: tuple[int, ...]) -> Topics:
    import numpy as np

    from jianghua.topics import lda
    from jianghua.topics.engine import Fitting

    bag = as_bag(counts)
    prior = lda.topic_word_prior(bag.words, bag.totals, (), topics)
    sharp = counts.shape[0] > lda.FEW
    fitting = Fitting(bag.counts, lda.first_counts(bag, (), topics, seed), prior, lda.ETA, sharp)
    generator = np.random.default_rng([seed, 1, 0])
    for step in range(1, steps[-1] + 1):
        fitting.make_pass(generator, lda.alpha_of)
        if step in steps:
            yield step, lambda: ended(fitting)


def as_bag(counts: Any) -> Any:
    from jianghua.speeches.corpus import Speech
    from jianghua.speeches.passages import Passage
    from jianghua.words.bag import Bag

    speech = Speech("planted")
    passages = tuple(Passage(speech, number) for number in range(counts.shape[0]))
    return Bag(counts, tuple(f"{i:05d}" for i in range(counts.shape[1])), passages)


def spoken(counts: Any) -> Iterator[list[str]]:
    """Passages as lists of words, which some peers want."""
    import numpy as np

    names = np.array([str(i) for i in range(counts.shape[1])])
    for a, b in zip(counts.indptr[:-1], counts.indptr[1:], strict=True):
        yield np.repeat(names[counts.indices[a:b]], counts.data[a:b]).tolist()


def spread(topic_words: Any, words: Any, width: int) -> Any:
    """Topics whose columns stand in a peer's own order, in ours."""
    import numpy as np

    found = np.zeros((len(topic_words), width))
    found[:, [int(word) for word in words]] = topic_words
    return found


def run_tomotopy(counts: Any, topics: int, seed: int, steps: tuple[int, ...]) -> Topics:
    import tomotopy

    model = tomotopy.LDAModel(k=topics, alpha=ALPHA, eta=ETA, seed=seed)
    for words in spoken(counts):
        model.add_doc(words)
    done = 0
    for step in steps:
        model.train(step - done, workers=1)
        done = step
        yield (
            step,
            lambda: spread(
                [model.get_topic_word_dist(k) for k in range(topics)],
                model.used_vocabs,
                counts.shape[1],
            ),
        )


def run_topica(counts: Any, topics: int, seed: int, steps: tuple[int, ...]) -> Topics:
    """One fit for the last of the steps: topica does not go on where it stopped, and averages
    five samples at the end."""
    import topica

    step = steps[-1]
    model = topica.LDA(
        topics, alpha_sum=ALPHA * topics, beta=ETA, seed=seed, num_threads=1,
        optimize_interval=10, burn_in=min(200, step // 4),
    )  # fmt: skip
    every = max(1, step // 40)
    model.fit(
        list(spoken(counts)), iters=step, num_samples=5, sample_interval=every,
        keep_theta_draws=False,
    )  # fmt: skip
    yield step, lambda: spread(model.topic_word, model.vocabulary, counts.shape[1])


def run_gensim(
    counts: Any, topics: int, seed: int, steps: tuple[int, ...], multicore: bool = False
) -> Topics:
    """One batch fit for the last of the steps (whole corpus a chunk, its best setting)."""
    from gensim.matutils import Sparse2Corpus
    from gensim.models import LdaModel, LdaMulticore

    corpus = list(Sparse2Corpus(counts, documents_columns=False))
    common = {
        "id2word": {i: str(i) for i in range(counts.shape[1])}, "num_topics": topics,
        "passes": steps[-1], "random_state": seed, "eta": ETA, "alpha": "symmetric",
        "eval_every": None,
    }  # fmt: skip
    model = (
        LdaMulticore(corpus, workers=1, chunksize=-(-len(corpus) // 4), **common)
        if multicore
        else LdaModel(corpus, chunksize=len(corpus), **common)
    )
    yield steps[-1], model.get_topics


def run_multicore(counts: Any, topics: int, seed: int, steps: tuple[int, ...]) -> Topics:
    return run_gensim(counts, topics, seed, steps, multicore=True)


def run_sklearn(counts: Any, topics: int, seed: int, steps: tuple[int, ...]) -> Topics:
    from sklearn.decomposition import LatentDirichletAllocation

    model = LatentDirichletAllocation(
        topics, doc_topic_prior=ALPHA, topic_word_prior=ETA, max_iter=steps[-1],
        learning_method="batch", random_state=seed,
    )  # fmt: skip
    model.fit(counts)
    yield steps[-1], lambda: model.components_ / model.components_.sum(axis=1, keepdims=True)


ENGINES: dict[str, Callable[[Any, int, int, tuple[int, ...]], Topics]] = {
    "jianghua": run_jianghua, "one_start": run_one_start, "tomotopy": run_tomotopy, "topica": run_topica,
    "gensim": run_gensim, "multicore": run_multicore, "sklearn": run_sklearn,
}  # fmt: skip
AT_ONCE = ("topica", "gensim", "multicore", "sklearn")  # one process per number of steps


# --- one fit in one process ----------------------------------------------------------------------------


def cpu() -> float:
    """Processor seconds of this process and its children so far."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def peak() -> int:
    """Highest resident memory of this process so far, MB. Not getrusage's: that counts what the
    parent held when it forked."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def run_one(task: dict[str, Any]) -> None:
    """Fit and print one JSON a checkpoint."""
    from scipy.sparse import load_npz

    prepare(task["engine"])
    start = cpu()
    counts = load_npz(task["path"])
    fitted, choosing, scoring, columns = split(counts)
    apart, begun = 0.0, cpu()
    for step, made in ENGINES[task["engine"]](
        fitted, task["topics"], task["seed"], tuple(task["steps"])
    ):
        paused = cpu()
        topics = made()
        row = {k: task[k] for k in ("engine", "corpus", "topics", "seed")}
        row |= {"step": step, "cpu": round(cpu() - begun - apart, 3), "start": round(start, 3)}
        row["memory"] = peak()
        if not task["memory"]:
            topics = topics / topics.sum(axis=1, keepdims=True)
            row |= measures(topics, fitted, choosing, scoring, columns, task["corpus"])
        print(json.dumps(row), flush=True)
        apart += cpu() - paused


def prepare(engine: str) -> None:
    """Import an engine, and what it compiles or loads from its cache."""
    __import__(MODULES[engine])
    if engine in OURS:
        __import__("jianghua.topics.engine")
    if engine in ("gensim", "multicore"):
        __import__("gensim.models")
    if engine == "sklearn":
        __import__("sklearn.decomposition")


def measures(
    topics: Any, fitted: Any, choosing: Any, scoring: Any, columns: Any, corpus: str
) -> dict[str, float]:
    """Held-out likelihood, coherence (NPMI by passages, ten words), exclusivity (share of a topic
    in its ten words), diversity (share of different ones among the 25 of each), and of planted
    topics the mean cosine with those found, matched one to one."""
    import numpy as np

    best = np.argsort(-topics, axis=1, kind="stable")
    share = topics / topics.sum(axis=0)
    found = {
        "held_out": held_out(choosing, scoring, topics),
        "npmi": npmi(fitted, best[:, :10]),
        "exclusivity": float(np.mean([share[k, row[:10]].mean() for k, row in enumerate(best)])),
        "diversity": len(np.unique(best[:, :25])) / best[:, :25].size,
    }
    if corpus.startswith("planted"):
        found["recovered"] = recovered(topics, planted(1, len(topics))[1][:, columns])
    return {name: round(value, 4) for name, value in found.items()}


def npmi(counts: Any, words: Any) -> float:
    """Mean normalised pointwise mutual information of pairs in passages (Bouma 2009)."""
    import numpy as np

    scores = []
    for row in words:
        held = (counts[:, row] > 0).astype(np.float64)
        pairs = np.asarray((held.T @ held).todense()) / counts.shape[0]
        alone = np.diag(pairs)
        joint = np.maximum(pairs, 1e-12)
        values = np.log(joint / np.outer(alone, alone)) / -np.log(joint)
        scores.append(values[np.triu_indices(len(row), 1)].mean())
    return float(np.mean(scores))


def recovered(topics: Any, truth: Any) -> float:
    """Mean cosine of true topics with those matched to them (Hungarian method)."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    units = [t / np.linalg.norm(t, axis=1, keepdims=True) for t in (truth, topics)]
    cosines = units[0] @ units[1].T
    return float(cosines[linear_sum_assignment(-cosines)].sum() / len(truth))


# --- all of them -----------------------------------------------------------------------------------------


def main() -> None:
    options = read_options()
    if options.one:
        run_one(json.loads(options.one))
        return
    rows = []
    for name in corpora(options):
        for topics in options.topics:
            path = make_corpus(name, topics, options.to)
            if path is None:
                print(json.dumps({"left out": name, "instead": "national"}))
                name = "national"
                path = make_corpus(name, topics, options.to)
            for engine in present(options.engines):
                for task in tasks(options, engine, name, str(path), topics):
                    rows += fit(task)
    if not options.memory:
        print_tables(rows)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Fits of topics against peers.")
    parser.add_argument("--quick", action="store_true", help="small corpora, few steps, one K")
    parser.add_argument("--corpora", nargs="+", default=["reports", "planted10k", "planted100k"])
    parser.add_argument("--topics", type=int, nargs="+", default=[20, 50, 100])
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--seeds", type=int, default=1, help="of ours")
    parser.add_argument("--peer-seeds", type=int, default=1)
    parser.add_argument("--steps", type=int, nargs="+", help="instead of those of each engine")
    parser.add_argument("--memory", action="store_true", help="no scoring: memory alone")
    parser.add_argument("--to", type=Path, default=ROOT / "build" / "bench", help="for corpora")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.quick:
        options.corpora, options.topics = ["national", "planted2k"], [20]
    return options


def corpora(options: argparse.Namespace) -> list[str]:
    return list(options.corpora)


def present(engines: list[str]) -> list[str]:
    """The engines that are installed; the others are named."""
    found = [name for name in engines if importlib.util.find_spec(MODULES[name])]
    if missing := sorted(set(engines) - set(found)):
        print(
            json.dumps({"not installed": missing, "try": "pip install -r requirements-bench.lock"})
        )
    return found


def tasks(
    options: argparse.Namespace, engine: str, corpus: str, path: str, topics: int
) -> Iterator[dict[str, Any]]:
    steps = tuple(options.steps or (QUICK if options.quick else STEPS)[engine])
    plans = [(step,) for step in steps] if engine in AT_ONCE else [steps]
    seeds = options.seeds if engine in OURS else options.peer_seeds
    for seed in range(1, seeds + 1):
        for plan in plans:
            yield {
                "engine": engine, "corpus": corpus, "path": path, "topics": topics, "seed": seed,
                "steps": plan, "memory": options.memory,
            }  # fmt: skip


def fit(task: dict[str, Any]) -> list[dict[str, Any]]:
    """Run one process and read its lines; a process that fails is one line that says so."""
    threads = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    done = subprocess.run(
        [sys.executable, __file__, "--one", json.dumps(task)], capture_output=True, text=True,
        env={**os.environ, **dict.fromkeys(threads, "1")}, check=False,
    )  # fmt: skip
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"engine')]
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word of why"])[-1]
        print(json.dumps({"failed": task["engine"], "why": last}))
    for row in rows:
        print(json.dumps(row), flush=True)
    return rows


# --- tables -----------------------------------------------------------------------------------------------


def print_tables(rows: list[dict[str, Any]]) -> None:
    """Per corpus and K: where each engine ends and when it is within NEAR of the best peer's end."""
    import pandas as pd

    if not rows:
        return
    table = pd.DataFrame(rows)
    for (corpus, topics), part in table.groupby(["corpus", "topics"], sort=False):
        ends = part.groupby(["engine", "seed"]).tail(1).groupby("engine").median(numeric_only=True)
        peers = ends[~ends.index.isin(OURS)]
        level = peers["held_out"].max() * (1 + NEAR) if len(peers) else ends["held_out"].max()
        ends["to_level"] = part[part["held_out"] >= level].groupby("engine")["cpu"].min()
        ends["whole_to_level"] = ends["to_level"] + ends["start"]
        print(f"\n{corpus}, {topics} topics; level {level:.4f} (best peer's end, less {NEAR:.1%})")
        print(ends.drop(columns=["topics", "seed"]).round(3).to_string())


if __name__ == "__main__":
    main()
