"""Growth: time and memory of each verb against the size of the corpus, one JSON line a measure.

    python benchmarks/scale.py [--largest 10000] [--workers 1 2]

Every measure is a process of its own: seconds of wall time, processor time with children, and the
largest resident memory of it or a child. ``exponent`` is the slope of log time on log passages over
the three largest sizes (1 = time grows as the corpus does).

``add`` and ``count`` read speeches made of the paragraphs of real reports, drawn again and again
with one character in fifty changed ($JIANGHUA_SHARED/corpora/gwr-national; without it, of the words
of the lexicon). ``fit``, ``try`` and ``compare`` take planted topics: 40 topics over 20,000 words,
passages of about 75 words, 25 passages a speech, 70 years. From 20,000 passages on ``partitions``
fits the same from Parquet, in partitions of 10,000 passages.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
IN_MEMORY = 100_000  # passages; larger ones are fitted from partitions only
TRIED = 10_000  # passages; `try` fits many times
A_SPEECH = 25  # passages
TOPICS, WORDS, LENGTH, YEARS = 40, 20_000, 75, range(1954, 2024)
ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("JIANGHUA_SHARED", ROOT.parent / "shared"))


# --- texts ----------------------------------------------------------------------------------------


def write_speeches(folder: Path, passages: int) -> None:
    """Speeches of paragraphs drawn from reports, each dated by its title."""
    random.seed(passages)
    paragraphs = list(_paragraphs())
    folder.mkdir()
    for number in range(passages // A_SPEECH):
        year = YEARS[number % len(YEARS)]
        drawn = random.choices(paragraphs, k=A_SPEECH)
        lines = [f"{year}年第{number}次工作会议上的讲话", *map(_with_noise, drawn)]
        (folder / f"speech-{number:06d}.txt").write_text("\n".join(lines), encoding="utf-8")


def _paragraphs() -> Iterator[str]:
    found = sorted((SHARED / "corpora" / "gwr-national").glob("*.txt"))
    for path in found:
        yield from (
            line for line in path.read_text("utf-8").splitlines() if 120 <= len(line) <= 300
        )
    if not found:
        from jianghua.words.lexicon import read_lexicon

        terms = sorted(read_lexicon().terms)
        for _ in range(2_000):
            yield "，".join(random.choices(terms, k=30)) + "。"


def _with_noise(text: str) -> str:
    letters = list(text)
    for place in random.sample(range(len(letters)), len(letters) // 50):
        letters[place] = random.choice("的一是在人有我他这中大来上国")
    return "".join(letters)


# --- counts ---------------------------------------------------------------------------------------


def planted(first: int, passages: int):
    """A bag of planted topics: passages ``first`` … of an endless corpus, whole speeches."""
    from scipy.sparse import csr_matrix

    from jianghua.speeches.corpus import Speech
    from jianghua.speeches.passages import Passage
    from jianghua.words.bag import Bag

    world = np.random.default_rng(0)
    ranks = 1 / np.arange(1, WORDS + 1)
    topics = np.cumsum(world.gamma(0.05, size=(TOPICS, WORDS)) * ranks, axis=1)
    topics /= topics[:, -1:]
    chance = np.random.default_rng([1, first])
    mixtures = np.cumsum(chance.dirichlet(np.full(TOPICS, 0.1), passages), axis=1)
    lengths = np.maximum(chance.poisson(LENGTH, passages), 5)
    rows = np.repeat(np.arange(passages), lengths)
    of = (chance.random(len(rows))[:, None] > mixtures[rows]).sum(axis=1).clip(max=TOPICS - 1)
    columns = np.empty(len(rows), np.int32)
    for k in range(TOPICS):
        mine = of == k
        columns[mine] = np.searchsorted(topics[k], chance.random(mine.sum()))
    ones = np.ones(len(rows), np.int32)
    counts = csr_matrix((ones, (rows, columns.clip(max=WORDS - 1))), shape=(passages, WORDS))
    counts.sum_duplicates()
    held = np.flatnonzero(np.asarray(counts.sum(axis=0)).ravel())
    numbers = range(first // A_SPEECH, -(-(first + passages) // A_SPEECH))
    speeches = [Speech(f"s{n:07d}", year=YEARS[n % len(YEARS)]) for n in numbers]
    places = tuple(Passage(speeches[i // A_SPEECH], i % A_SPEECH) for i in range(passages))
    return Bag(counts[:, held], tuple(f"w{i:05d}" for i in held), places)


def write_planted(collection: Path, passages: int, where: Path | None) -> None:
    """A collection of planted counts: catalogue and counts.csv.gz, or partitions at ``where``."""
    from jianghua import store
    from jianghua.store.partitions import publish_parts, write_part

    speeches = passages // A_SPEECH
    rows = ({"id": f"s{n:07d}", "year": str(YEARS[n % len(YEARS)])} for n in range(speeches))
    store.write_catalog(collection, list(rows))
    if where is None:
        store.write_counts(collection, planted(0, passages))
        return
    starts = range(0, passages, 10_000)
    publish_parts(
        str(where),
        [write_part(str(where), n, planted(first, 10_000)) for n, first in enumerate(starts)],
    )


# --- measures -------------------------------------------------------------------------------------


def run(words: list[str]) -> dict[str, float]:
    """One verb in a process of its own: seconds, processor seconds, megabytes."""
    script = (
        "import json,resource,sys,time; from jianghua.cli import main; t=time.perf_counter();"
        "s=main(sys.argv[1:]); w=time.perf_counter()-t; u=[resource.getrusage(x) for x in"
        " (resource.RUSAGE_SELF,resource.RUSAGE_CHILDREN)];"
        "print(json.dumps([s,w,sum(x.ru_utime+x.ru_stime for x in u),max(x.ru_maxrss for x in u)]),"
        "file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, text=True, check=False
    )
    try:
        status, wall, processor, memory = json.loads(done.stderr.splitlines()[-1])
    except (ValueError, IndexError):
        raise SystemExit(f"{words}: {done.stderr[-2000:]}") from None
    if status not in (0, 1):
        raise SystemExit(f"{words}: {done.stderr[-2000:]}")
    return {"seconds": round(wall, 2), "processor": round(processor, 2), "MB": round(memory / 1024)}


def measure(passages: int, workers: int, room: Path) -> Iterator[dict[str, object]]:
    """Every verb at one size."""

    def told(verb: str, words: list[str]) -> dict[str, object]:
        return {"verb": verb, "passages": passages, "workers": workers, **run(words)}

    if passages <= IN_MEMORY:
        raw, texts = room / "raw", room / "texts" / "corpus" / "mine"
        write_speeches(raw, passages)
        yield told("add", ["add", str(raw), "--to", str(texts)])
        yield told("count", ["count", str(texts)])
        counts = room / "counts" / "corpus" / "mine"
        write_planted(counts, passages, None)
        fit = ["fit", str(counts), "--topics", str(TOPICS), "--no-guides"]
        yield told("fit", fit)
        yield told("compare", ["compare", str(counts), "--terms", "创新"])
        if passages <= TRIED:
            yield told("try", ["try", str(counts), "--topics", "20", "40", "--seeds", "2"])
    if passages >= 20_000:
        parts, where = room / "parts" / "corpus" / "mine", room / "parts" / "parquet"
        write_planted(parts, passages, where)
        fit = ["fit", str(parts), "--topics", str(TOPICS), "--no-guides"]
        yield told("partitions", [*fit, "--partitions", str(where)])


def exponents(measures: list[dict[str, object]]) -> Iterator[dict[str, object]]:
    """How the time of each verb grows: the slope over its three largest sizes."""
    for verb, workers in sorted({(m["verb"], m["workers"]) for m in measures}):
        own = [m for m in measures if (m["verb"], m["workers"]) == (verb, workers)][-3:]
        if len(own) > 1:
            x, y = (np.log([float(m[name]) for m in own]) for name in ("passages", "processor"))
            slope = round(float(np.polyfit(x, y, 1)[0]), 2)
            yield {"verb": verb, "workers": workers, "exponent": slope}


def main() -> None:
    """Measure all sizes up to the largest."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--largest", type=int, default=10_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()
    measures = []
    for workers in options.workers:
        os.sched_setaffinity(0, set(range(workers)))  # children inherit it
        for passages in (size for size in SIZES if size <= options.largest):
            with tempfile.TemporaryDirectory() as room:
                for one in measure(passages, workers, Path(room)):
                    measures.append(one)
                    print(json.dumps(one), flush=True)
    for one in exponents(measures):
        print(json.dumps(one), flush=True)


if __name__ == "__main__":
    main()
