"""Start-up: bare Python, `--help`, and `kwic` up to its first line; one JSON line each.

    python benchmarks/starting.py [--runs 7] [--speeches 800]

``processor`` is the processor time of the process, ``seconds`` wall time (of ``kwic`` to the first
line of output); least of the runs, for a busy machine only adds. ``kwic`` searches copies of the
speeches in corpus/sample/raw.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
JIANGHUA = [sys.executable, "-m", "jianghua"]


def first_line(words: list[str]) -> tuple[float, float]:
    """Wall seconds to the first line of output, and processor seconds of the whole process."""
    started = time.perf_counter()
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        process.stdout.readline()
        wall = time.perf_counter() - started
        process.stdout.read()
        used = os.wait4(process.pid, 0)[2]
        process.returncode = 0
    return wall, used.ru_utime + used.ru_stime


def collection(folder: Path, speeches: int) -> Path:
    """So many speeches, catalogued: those of the sample again and again."""
    from jianghua import store
    from jianghua.cli import main
    from jianghua.speeches.corpus import Corpus, read_corpus

    sample = folder / "corpus" / "sample"
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123
    main(["add", str(ROOT / "corpus" / "sample" / "raw"), "--to", str(sample)])
    sys.stdout = sys.__stdout__
    known = list(read_corpus(sample))
    mine = folder / "corpus" / "mine"
    from dataclasses import replace

    copies = [replace(known[n % len(known)], id=f"s{n:05d}") for n in range(speeches)]
    for speech in Corpus(copies):
        store.write_speech(mine, speech, ())
    store.write_catalog(mine, [store.catalog_row(speech) for speech in copies])
    return mine


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--speeches", type=int, default=800)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        mine = collection(Path(folder), options.speeches)
        asked = {
            "python": [sys.executable, "-c", "print()"],
            "--help": [*JIANGHUA, "--help"],
            "kwic": [*JIANGHUA, "kwic", "创新", str(mine)],
        }
        for name, words in asked.items():
            runs = [first_line(words) for _ in range(options.runs)]
            wall, used = (round(min(column), 3) for column in zip(*runs, strict=True))
            print(json.dumps({"start": name, "seconds": wall, "processor": used}), flush=True)


if __name__ == "__main__":
    main()
