"""Measures of the lexicon and the segmenter, printed as one JSON.

    python benchmarks/words.py [FOLDER]

FOLDER holds gwr-national, gwr-provincial … with .txt files (default: $JIANGHUA_SHARED/corpora, or
../shared/corpora beside the repository). Speeds are characters per second of wall time, the
median of three runs, and ratios to plain ``jieba.lcut`` in the same run.
"""

from __future__ import annotations

import csv
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from jianghua.words import segmentation
from jianghua.words.lexicon import Lexicon, read_lexicon
from jianghua.words.segmentation import fold, segment, segmenter
from jianghua.words.suggesting import suggest_terms

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("JIANGHUA_SHARED", ROOT / ".." / "shared"))


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED / "corpora"
    lexicon = read_lexicon()
    lines = {name: _lines(folder / name) for name in ("gwr-national", "gwr-provincial")}
    report = {
        "units": len(lexicon.terms),
        "set_aside": len(lexicon.set_aside),
        "checks": _checks(lexicon),
        "coverage": {name: _coverage(texts, lexicon) for name, texts in lines.items()},
        "places_of_units": _places(lines["gwr-national"], lexicon),
        "hidden_units_found": _recall(lines["gwr-provincial"], lexicon),
        "throughput": _throughput(lines["gwr-national"] + lines["gwr-provincial"], lexicon),
    }
    print(json.dumps(report, ensure_ascii=False, indent=1))


def _lines(folder: Path) -> list[str]:
    paths = sorted(folder.glob("*.txt"))
    return [line for path in paths for line in path.read_text("utf-8").splitlines() if line]


def _checks(lexicon: Lexicon) -> dict[str, float]:
    """Share of the hand-written contexts in which every expected word comes out."""
    import jieba

    path = ROOT / "tests" / "words" / "checks.csv"
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    texts, wanted = [row["text"] for row in rows], [set(row["words"].split()) for row in rows]
    plain = jieba.Tokenizer()
    plain.FREQ, plain.total = plain.gen_pfdict(plain.get_dict_file())
    plain.initialized = True
    cuts = {"jianghua": segment(texts, lexicon).words, "jieba": [plain.lcut(t) for t in texts]}
    right = {
        name: sum(words <= set(cut) for words, cut in zip(wanted, found, strict=True))
        for name, found in cuts.items()
    }
    return {"contexts": len(rows), **{name: round(n / len(rows), 3) for name, n in right.items()}}


def _coverage(texts: Sequence[str], lexicon: Lexicon) -> float:
    """Share of characters inside units kept whole."""
    words = [word for found in segment(texts, lexicon).words for word in found]
    inside = sum(len(word) for word in words if word in lexicon.terms)
    return round(inside / sum(map(len, texts)), 3)


def _places(texts: Sequence[str], lexicon: Lexicon) -> dict[str, int]:
    """Places of a unit's characters (leftmost-longest): kept whole, or split by another word."""
    cutter, whole, split = segmenter(lexicon), 0, 0
    for text in map(fold, texts):
        row = cutter.row(text)
        for _, start, end in cutter.find(text):
            first, last = row.around(start, end)
            broken = last > first + 1
            whole, split = whole + (not broken), split + broken
    return {"whole": whole, "split": split}


def _recall(texts: Sequence[str], lexicon: Lexicon) -> dict[str, object]:
    """Share of hidden units, each split by the dictionary and given at least ten times, that come
    back among the first n suggestions (a fifth of the units is hidden, seed 1)."""
    hidden = set(random.Random(1).sample(sorted(lexicon.terms), len(lexicon.terms) // 5))
    blind = replace(lexicon, terms=lexicon.terms - hidden, variants={}, kinds={}, first_years={})
    found = [word for words in segment(texts, lexicon).words for word in words]
    count = {unit: found.count(unit) for unit in hidden & set(found)}
    cut = segmenter(blind)
    goal = {u for u, times in count.items() if times >= 10 and len(cut.words(u)) > 1}
    table = suggest_terms(texts, blind, n=10_000)
    ranks = {term: rank for rank, term in enumerate(table["term"])}
    shares = {
        str(n): round(sum(ranks.get(unit, n) < n for unit in goal) / len(goal), 3)
        for n in (1000, 2000, 5000, 10_000)
    }
    return {"hidden": len(goal), **shares}


def _throughput(texts: Sequence[str], lexicon: Lexicon) -> dict[str, float]:
    import jieba

    plain = jieba.Tokenizer()
    plain.FREQ, plain.total = plain.gen_pfdict(plain.get_dict_file())
    plain.initialized = True
    sample = texts[:: max(1, len(texts) // 1500)]
    segmenter(lexicon).words("开始")
    segmentation.PAYS = 0
    segment(texts[:100], lexicon, workers=2)  # starts the worker processes
    speeds = {
        "jieba.lcut": _speed(lambda: [plain.lcut(text) for text in sample], sample),
        "one core": _speed(lambda: segment(texts, lexicon), texts),
        "two cores": _speed(lambda: segment(texts, lexicon, workers=2), texts),
    }
    ratios = {f"{name} / jieba": round(speeds[name] / speeds["jieba.lcut"], 1) for name in speeds}
    return {"characters": sum(map(len, texts)), **speeds, **ratios}


def _speed(work: Callable[[], object], texts: Sequence[str]) -> int:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return round(sum(map(len, texts)) / statistics.median(times))


if __name__ == "__main__":
    main()
