"""Measures of the lexicon, the segmenter and the set-aside list, printed as one JSON.

    python benchmarks/words.py [FOLDER [LISTS]]

FOLDER holds gwr-national, gwr-provincial … with .txt files (default: $JIANGHUA_SHARED/corpora, or
../shared/corpora beside the repository), LISTS the stop lists of others as stopwords-NAME.txt
(default: FOLDER/wordlists). Speeds are characters per second of wall time, the median of three
runs, and ratios to plain ``jieba.lcut`` in the same run.

``topics``: what each list does to topics, mean and standard deviation over three seeds. All lists
get the same tokens (units kept whole), the same rules beside the list (no numbers, two characters
or more, five speeches or more, seed words of guides stay), the same passages held out (one in
ten), 30 topics, and the same guides, each with one half of its seed words. Scores on different
vocabularies do not compare: a list that takes away more words has fewer left to guess and fewer to
get wrong, and coherence is as good as the words a list leaves on show. So each is taken twice where
that matters: ``read``, on the words that a reader of these topics sees, and ``common``, on the words
that every list leaves in, with topics narrowed to them. Of the first, a list may be proud only if it
also wins the second.

    words, occurrences   left in: different ones, running ones
    lost_kept            share of the running words of our keep list and guides that the list would
                         remove (guides' words were protected here)
    npmi                 mean NPMI of the ten heaviest words of a topic by passages, the fitted
                         ones and the held-out ones (Lau et al. 2014)
    npmi_elsewhere       the same by the passages of the other collection, which no fit saw
    npmi_held_out        the same by the passages held out, so few that most rare pairs never meet
                         there (−1): it prefers lists that leave frequent words
    c_npmi_held_out      in windows of ten tokens of the held-out text as it was before any list
                         (Röder, Both & Hinneburg 2015); rarer still
    exclusivity          mean share of a topic in its ten heaviest words
    recovery             share of the seed words that the fit was not told whose likeliest topic is
                         that of their guide (30 topics: chance 0.03)
    gain                 held-out nats per word above the unigram floor of the same words, each
                         passage's mixture inferred from its other half. For ``common`` the same
                         occurrences are guessed from the same others, so the floor is one and
                         gains compare; for ``common from all`` every list may infer from all words
                         that it leaves in
    best                 the lists within a standard deviation of the best mean
"""

from __future__ import annotations

import csv
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, vstack

from jianghua.speeches.corpus import Corpus, Speech
from jianghua.speeches.passages import Passage, passages
from jianghua.topics.coherence import TOP
from jianghua.topics.engine import place
from jianghua.topics.guides import Guide, read_guides
from jianghua.topics.lda import fit_topics
from jianghua.topics.model import TopicModel
from jianghua.topics.trials import HELD_OUT, halves
from jianghua.words.bag import Bag, Tokens, align, count, prune, select_passages
from jianghua.words.counting import count_passages
from jianghua.words.folding import fold
from jianghua.words.lexicon import Lexicon, read_lexicon
from jianghua.words.segmentation import as_passages, segment, segmenter
from jianghua.words.suggesting import suggest_terms

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("JIANGHUA_SHARED", ROOT / ".." / "shared"))
COLLECTIONS = ("gwr-national", "gwr-provincial")
LISTS = ("hit", "baidu", "cn", "scu", "iso", "qhchina-zh-sim", "marimo-zh-hans")
TOPICS, SEEDS, WINDOW = 30, 3, 10


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED / "corpora"
    lists = Path(sys.argv[2]) if len(sys.argv) > 2 else folder / "wordlists"
    lexicon = read_lexicon()
    lines = {name: _lines(folder / name) for name in COLLECTIONS}
    report = {
        "units": len(lexicon.terms),
        "set_aside": len(lexicon.set_aside),
        "checks": _checks(lexicon),
        "coverage": {name: _coverage(texts, lexicon) for name, texts in lines.items()},
        "places_of_units": _places(lines["gwr-national"], lexicon),
        "hidden_units_found": _recall(lines["gwr-provincial"], lexicon),
        "throughput": _throughput(lines["gwr-national"] + lines["gwr-provincial"], lexicon),
        "topics": _topics_of_all(folder, lists, lexicon),
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
        for start, end in cutter.dictionary.cut(text).units.tolist():
            broken = not row.is_piece(*row.around(start, end))
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
    """Characters a second, the best of five rounds that take turns: other work on the machine slows
    all alike. Ours cuts all texts three times over, so that starting threads is part of it."""
    import jieba

    plain = jieba.Tokenizer()
    plain.FREQ, plain.total = plain.gen_pfdict(plain.get_dict_file())
    plain.initialized = True
    sample, many = texts[::10], [*texts, *texts, *texts]
    works: dict[str, tuple[Callable[[], object], Sequence[str]]] = {
        "jieba.lcut": (lambda: [plain.lcut(text) for text in sample], sample),
        "one core": (lambda: segment(many, lexicon, workers=1), many),
        "two cores": (lambda: segment(many, lexicon, workers=2), many),
        "counted on two cores": (lambda: count_passages(as_passages(many), lexicon), many),
    }
    segmenter(lexicon)
    speeds = dict.fromkeys(works, 0)
    for _ in range(5):
        for name, (work, given) in works.items():
            speeds[name] = max(speeds[name], _speed(work, given))
    ratios = {f"{name} / jieba": round(speeds[name] / speeds["jieba.lcut"], 1) for name in speeds}
    return {"characters": sum(map(len, many)), **speeds, **ratios}


def _speed(work: Callable[[], object], texts: Sequence[str]) -> int:
    start = time.perf_counter()
    work()
    return round(sum(map(len, texts)) / (time.perf_counter() - start))


# --- what each list does to topics ----------------------------------------------------------------


@dataclass(frozen=True)
class _Text:
    """A collection before any list: tokens, their counts, and which passages are held out (P)."""

    tokens: Tokens
    bag: Bag
    out: np.ndarray


def _topics_of_all(folder: Path, lists: Path, lexicon: Lexicon) -> dict[str, object]:
    texts = {name: _read(folder / name, lexicon) for name in COLLECTIONS}
    first, second = texts.values()
    lexicons = _lexicons(lists, lexicon)
    tables = {
        name: _topics(text, second.bag if text is first else first.bag, lexicons)
        for name, text in texts.items()
    }
    return {**tables, "lists not found": [name for name in LISTS if name not in lexicons]}


def _topics(text: _Text, elsewhere: Bag, lexicons: Mapping[str, Lexicon]) -> dict[str, object]:
    """One entry per list: measure → [mean, standard deviation] over seeds; and the best on each."""
    guides = read_guides()
    kept = {word for guide in guides for word in guide.words}
    bags = {name: prune(text.bag, lexicon, keep=kept) for name, lexicon in lexicons.items()}
    common = sorted(set.intersection(*(set(bag.words) for bag in bags.values())))
    plan = [(name, seed) for name in bags for seed in range(1, SEEDS + 1)]

    def run(job: tuple[str, int]) -> dict[str, float]:
        model, told = _fit(bags[job[0]], text, guides, job[1])
        return _scores(text, elsewhere, model, common) | {
            "recovery": _recovery(model, told, guides)
        }

    with ThreadPoolExecutor(2) as pool:
        scored = dict(zip(plan, pool.map(run, plan), strict=True))
    found = {
        name: _means([scores for job, scores in scored.items() if job[0] == name]) for name in bags
    }
    left = {
        name: {
            "words": len(bag.words),
            "occurrences": int(bag.totals.sum()),
            "lost_kept": _lost(text.bag, lexicons[name], lexicons["ours"].keep | kept),
        }
        for name, bag in bags.items()
    }
    tables = {name: {**left[name], **found[name]} for name in bags}
    return {**tables, "common words": len(common), "best": _best(found)}


def _best(found: Mapping[str, Mapping[str, list[float]]]) -> dict[str, list[str]]:
    """For each measure the lists that are not clearly behind: within the larger deviation."""
    best = {}
    for key in next(iter(found.values())):
        mean, spread = max(row[key] for row in found.values())
        best[key] = [
            name for name, row in found.items() if mean - row[key][0] <= max(spread, row[key][1])
        ]
    return best


def _read(folder: Path, lexicon: Lexicon) -> _Text:
    paths = sorted(folder.glob("*.txt"))
    speeches = tuple(Speech(path.stem, text=path.read_text("utf-8")) for path in paths)
    tokens = segment(passages(Corpus(speeches)), lexicon)
    full = [i for i, words in enumerate(tokens.words) if words]
    tokens = Tokens(*(tuple(row[i] for i in full) for row in (tokens.passages, tokens.words)))
    out = np.random.default_rng(0).random(len(full)) < HELD_OUT
    return _Text(tokens, count(tokens), out)


def _lexicons(lists: Path, lexicon: Lexicon) -> dict[str, Lexicon]:
    """Each list as a lexicon. The shape of a number is no merit of a list: all drop numbers."""
    words: dict[str, set[str]] = {"no list": set()}
    for name in LISTS:
        path = lists / f"stopwords-{name}.txt"
        if path.is_file():
            words[name] = set(path.read_text("utf-8").split())
    theirs = {
        name: Lexicon(
            terms=lexicon.terms - aside,
            set_aside=dict.fromkeys(aside, "function word"),
            keep=lexicon.keep - aside,
            classes=frozenset({"number"}),
        )
        for name, aside in words.items()
    }
    return theirs | {"ours": lexicon}


def _lost(bag: Bag, theirs: Lexicon, wanted: Set[str]) -> float:
    totals = {word: int(n) for word, n in zip(bag.words, bag.totals, strict=True) if word in wanted}
    lost = sum(n for word, n in totals.items() if word in theirs.set_aside)
    return round(lost / sum(totals.values()), 3)


def _fit(
    bag: Bag, text: _Text, guides: Sequence[Guide], seed: int
) -> tuple[TopicModel, Sequence[Guide]]:
    """A fit of the passages not held out, and the guides with the half of the words it was told."""
    unseen = {(p.speech.id, p.number) for p in _held_out(text)}
    rows = [i for i, p in enumerate(bag.passages) if (p.speech.id, p.number) not in unseen]
    told = [replace(guide, words=guide.words[seed % 2 :: 2]) for guide in guides]
    return fit_topics(select_passages(bag, rows), TOPICS, told, seed), told


def _held_out(text: _Text) -> Iterable[Passage]:
    return (p for p, out in zip(text.tokens.passages, text.out, strict=True) if out)


def _scores(
    text: _Text, elsewhere: Bag, model: TopicModel, common: Sequence[str]
) -> dict[str, float]:
    scores: dict[str, float] = {}
    for name, words in (("read", model.bag.words), ("common", common)):
        phi = _narrowed(model, words)
        best = np.argsort(-phi, axis=1, kind="stable")[:, :TOP]
        tops = [[words[i] for i in row] for row in best]
        shares = np.take_along_axis(phi / phi.sum(axis=0), best, axis=1)
        own = _coherences(text, elsewhere, tops) | {
            "exclusivity": float(shares.mean()),
            "gain": _gain(text, model, words, words),
        }
        scores |= {f"{key} {name}": value for key, value in own.items()}
    return scores | {"gain common from all": _gain(text, model, model.bag.words, common)}


def _narrowed(model: TopicModel, words: Sequence[str]) -> np.ndarray:
    """Topics on some words, K × words; rows sum to 1 again."""
    column = {word: i for i, word in enumerate(model.bag.words)}
    part = model.topic_words[:, [column[word] for word in words]]
    return part / part.sum(axis=1, keepdims=True)


def _coherences(text: _Text, elsewhere: Bag, tops: Sequence[Sequence[str]]) -> dict[str, float]:
    words = sorted({word for top in tops for word in top})
    counts = align(text.bag, words)
    tokens = [row for row, out in zip(text.tokens.words, text.out, strict=True) if out]
    return {
        "npmi": _npmi(counts, words, tops),
        "npmi_elsewhere": _npmi(align(elsewhere, words), words, tops),
        "npmi_held_out": _npmi(counts[np.flatnonzero(text.out)], words, tops),
        "c_npmi_held_out": _npmi(_windows(tokens, words), words, tops),
    }


def _windows(rows: Sequence[Sequence[str]], words: Sequence[str]) -> csr_matrix:
    """Which words stand in which window of ten tokens: windows × words; a shorter passage is one
    window."""
    column = {word: i for i, word in enumerate(words)}
    return vstack([_windows_of(row, column) for row in rows]).tocsr()


def _windows_of(row: Sequence[str], column: dict[str, int]) -> csr_matrix:
    windows = max(1, len(row) - WINDOW + 1)
    places = [
        (window, column[word])
        for i, word in enumerate(row)
        if word in column
        for window in range(max(0, i - WINDOW + 1), min(i + 1, windows))
    ]
    at = np.array(places, dtype=np.int64).reshape(-1, 2).T
    return csr_matrix((np.ones(len(places)), at), shape=(windows, len(column)))


def _npmi(counts: csr_matrix, words: Sequence[str], tops: Sequence[Sequence[str]]) -> float:
    """Mean NPMI (Bouma 2009) of the pairs of each topic's words, over topics. Pairs that never
    meet count −1; a word that the rows do not hold takes no part."""
    held = (counts > 0).astype(np.float64)
    both = (held.T @ held).toarray() / held.shape[0]
    column = {word: i for i, word in enumerate(words)}
    means = []
    for top in tops:
        known = [column[word] for word in top if both[column[word], column[word]] > 0]
        a, b = np.array(list(combinations(known, 2)), dtype=np.int64).reshape(-1, 2).T
        joint, apart = both[a, b], both[a, a] * both[b, b]
        with np.errstate(divide="ignore", invalid="ignore"):
            values = np.where(joint > 0, np.log(joint / apart) / -np.log(joint), -1.0)
        means.append(values.mean() if len(values) else np.nan)
    return float(np.nanmean(means))


def _gain(text: _Text, model: TopicModel, given: Sequence[str], asked: Sequence[str]) -> float:
    """Document completion (Wallach et al. 2009, § 5.1) above the words' own frequencies: from the
    ``given`` words of one half of a passage, the ``asked`` words of the other."""
    rows = tuple(_held_out(text))
    first, second = (
        Bag(half, text.bag.words, rows)
        for half in halves(text.bag.counts[np.flatnonzero(text.out)])
    )
    alpha = np.array(model.settings["alpha"])
    mixtures = place(align(first, given), _narrowed(model, given), alpha)
    phi, entries = _narrowed(model, asked), align(second, asked).tocoo()
    p = np.einsum("ik,ki->i", mixtures[entries.row], phi[:, entries.col])
    frequency = np.asarray(align(model.bag, asked).sum(axis=0)).ravel()
    above = np.log(p) - np.log(frequency / frequency.sum())[entries.col]
    return float((entries.data * above).sum() / entries.data.sum())


def _recovery(model: TopicModel, told: Sequence[Guide], guides: Sequence[Guide]) -> float:
    column = {word: i for i, word in enumerate(model.bag.words)}
    topic_of = {name: topic for topic, name in model.guides.items()}
    likeliest = (model.weights[:, None] * model.topic_words).argmax(axis=0)
    found = [
        likeliest[column[word]] == topic_of[guide.name]
        for half, guide in zip(told, guides, strict=True)
        if guide.name in topic_of
        for word in set(guide.words) - set(half.words)
        if word in column
    ]
    return float(np.mean(found))


def _means(scores: Sequence[Mapping[str, float]]) -> dict[str, list[float]]:
    values = {key: [one[key] for one in scores] for key in scores[0]}
    return {
        key: [round(statistics.mean(row), 3), round(statistics.stdev(row), 3)]
        for key, row in values.items()
    }


if __name__ == "__main__":
    main()
