"""Growth: time and memory of each verb against the size of the corpus, one JSON line a measure.

    python benchmarks/scale.py [--sizes 1000 3000 10000] [--workers 2 1] [--verbs add count]
                               [--to growth.jsonl] [--draw benchmarks/growth.png]

Every measure is a process of its own: seconds of wall time, processor time with children, and the
largest resident memory of it or a child. ``exponent`` is the slope of log processor time on log
passages over the three largest sizes (1 = time grows as the corpus does). With ``--to`` each measure
is added to that file as it comes, and one that the file has is not made again; ``--draw`` draws the
file, and measures only what ``--sizes`` names.

``add`` and ``count`` read speeches made of the paragraphs of real reports, drawn again and again
with one character in fifty changed ($JIANGHUA_SHARED/corpora/gwr-national; without it, of the words
of the lexicon). ``fit``, ``try`` and ``compare`` take planted topics: 40 topics over 20,000 words,
passages of about 75 words, 25 passages a speech, 70 years. Above 10,000 passages ``partitions`` fits
the same from Parquet, in partitions of 10,000 passages, and ``compare parts`` compares what it found.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import numpy as np

VERBS = ("add", "count", "fit", "compare", "try", "partitions", "compare parts")
COLOURS = ("#4477aa", "#66ccee", "#228833", "#ee6677", "#ccbb44", "#aa3377", "#777777")
IN_MEMORY = 100_000  # passages; larger ones are fitted from partitions only
IN_PARTS = 10_000  # passages of a partition; smaller corpora need none
TRIED = 10_000  # passages; `try` fits many times
A_SPEECH = 25  # passages
TOPICS, WORDS, LENGTH, YEARS = 40, 20_000, 75, range(1954, 2024)
ROOT = Path(__file__).resolve().parents[1]
Measures = list[dict[str, object]]
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
    # the status file, for getrusage would begin with the memory of the process that starts it
    script = (
        "import json,re,resource as r,sys,time; from jianghua.cli import main; t=time.perf_counter();"
        "s=main(sys.argv[1:]); w=time.perf_counter()-t;"
        "L=sys.modules.get('joblib.externals.loky');"
        "L and L.get_reusable_executor().shutdown();"  # workers count when they have ended
        "u=[r.getrusage(x) for x in (r.RUSAGE_SELF,r.RUSAGE_CHILDREN)];"
        "m=int(re.search(r'VmHWM:\\s+(\\d+)',open('/proc/self/status').read())[1]);"
        "print(json.dumps([s,w,sum(x.ru_utime+x.ru_stime for x in u),max(m,u[1].ru_maxrss)]),"
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


def measure(
    passages: int, workers: int, room: Path, verbs: Sequence[str]
) -> Iterator[dict[str, object]]:
    """Some verbs at one size."""

    def told(verb: str, words: list[str]) -> dict[str, object]:
        return {"verb": verb, "passages": passages, "workers": workers, **run(words)}

    if {"add", "count"} & {*verbs}:
        raw, texts = room / "raw", room / "texts" / "corpus" / "mine"
        write_speeches(raw, passages)
        yield told("add", ["add", str(raw), "--to", str(texts)])
        shutil.rmtree(raw)
        if "count" in verbs:
            yield told("count", ["count", str(texts)])
        shutil.rmtree(texts)
    if passages <= IN_MEMORY and {"fit", "compare", "try"} & {*verbs}:
        counts = room / "counts" / "corpus" / "mine"
        write_planted(counts, passages, None)
        yield told("fit", ["fit", str(counts), "--topics", str(TOPICS), "--no-guides"])
        if "compare" in verbs:
            yield told("compare", ["compare", str(counts), "--terms", "创新"])
        if "try" in verbs and passages <= TRIED:
            yield told("try", ["try", str(counts), "--topics", "20", "40", "--seeds", "2"])
    if passages > IN_PARTS and "partitions" in verbs:
        parts, where = room / "parts" / "corpus" / "mine", room / "parts" / "parquet"
        write_planted(parts, passages, where)
        fit = ["fit", str(parts), "--topics", str(TOPICS), "--no-guides"]
        yield told("partitions", [*fit, "--partitions", str(where)])
        yield told("compare parts", ["compare", str(parts), "--terms", "创新"])


def missing(found: Measures, passages: int, workers: int, verbs: Sequence[str]) -> list[str]:
    """The verbs of which there is no measure yet at this size."""
    known = {m["verb"] for m in found if (m["passages"], m["workers"]) == (passages, workers)}
    return [verb for verb in verbs if verb not in known]


def exponents(measures: Measures) -> Iterator[dict[str, object]]:
    """How the time of each verb grows: the slope over its three largest sizes."""
    for verb, workers in sorted({(m["verb"], m["workers"]) for m in measures}):
        own = [m for m in measures if (m["verb"], m["workers"]) == (verb, workers)]
        own = sorted(own, key=lambda m: m["passages"])[-3:]
        if len(own) > 1:
            x, y = (np.log([float(m[name]) for m in own]) for name in ("passages", "processor"))
            slope = round(float(np.polyfit(x, y, 1)[0]), 2)
            yield {"verb": verb, "workers": workers, "exponent": slope}


def draw(measures: Measures, to: Path) -> None:
    """Processor seconds and largest memory against passages, a line a verb; both axes by powers
    of ten. Broken lines: one worker."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot
    from matplotlib.ticker import LogLocator, NullFormatter

    figure, sides = pyplot.subplots(1, 2, figsize=(10, 4.6), layout="constrained")
    verbs = [verb for verb in VERBS if any(m["verb"] == verb for m in measures)]
    for (side, column), label in zip(
        zip(sides, ("processor", "MB"), strict=True), ("processor seconds", "MB"), strict=True
    ):
        for (verb, colour), workers in product(zip(verbs, COLOURS, strict=False), (2, 1)):
            own = [m for m in measures if (m["verb"], m["workers"]) == (verb, workers)]
            own.sort(key=lambda m: m["passages"])
            x, y = ([m[name] for m in own] for name in ("passages", column))
            style = {"color": colour, "ls": "-" if workers == 2 else ":", "marker": "o", "ms": 3}
            side.loglog(x, y, **style, label=verb if workers == 2 else None)
        side.set(xlabel="passages", ylabel=label)
        side.grid(alpha=0.3)
        side.yaxis.set_major_formatter("{x:g}")
        side.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        side.yaxis.set_minor_formatter(NullFormatter())
    sides[0].legend(frameon=False)
    figure.savefig(to, dpi=150)


def read_measures(path: Path | None) -> Measures:
    """The measures that a file holds, the last one of each cell."""
    if path is None or not path.is_file():
        return []
    found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return list({(m["verb"], m["workers"], m["passages"]): m for m in found}.values())


def keep(one: dict[str, object], path: Path | None) -> None:
    """Print a measure, and add it to the file."""
    print(json.dumps(one), flush=True)
    if path is not None:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(one) + "\n")


def main() -> None:
    """Measure what is asked for and not known yet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 3_000, 10_000])
    parser.add_argument("--workers", type=int, nargs="+", default=[2, 1])
    parser.add_argument("--verbs", nargs="+", default=list(VERBS), choices=VERBS)
    parser.add_argument("--to", type=Path)
    parser.add_argument("--draw", type=Path)
    options = parser.parse_args()
    measures = read_measures(options.to)
    for workers, passages in product(options.workers, options.sizes):
        os.sched_setaffinity(0, set(range(workers)))  # children inherit it
        wanted = missing(measures, passages, workers, options.verbs)
        with tempfile.TemporaryDirectory() as room:
            for one in measure(passages, workers, Path(room), wanted):
                measures.append(one)
                keep(one, options.to)
    for one in exponents(measures):
        print(json.dumps(one), flush=True)
    if options.draw:
        draw(measures, options.draw)


if __name__ == "__main__":
    main()
