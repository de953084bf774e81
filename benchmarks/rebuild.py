"""Can a text be put together again from its counts?

An attacker holds the counts of a speech's passages and bigrams of all other speeches of the series (a
strong position: same genre, same formulas) and orders the words of each passage by beam search. Told:
how many neighbouring pairs of words, and how many sentences of five words and more, come out as they
were; for counts as shipped, for counts with rare words held back, and for words in random order.
"""

from __future__ import annotations

import itertools
import json
import math
import os
import re
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

from jianghua.speeches.corpus import Corpus, Speech
from jianghua.speeches.passages import passages
from jianghua.words.bag import Tokens, count
from jianghua.words.lexicon import read_lexicon
from jianghua.words.segmentation import segment
from jianghua.words.withholding import HELD_BACK, hold_back

SHARED = Path(os.environ.get("JIANGHUA_SHARED", Path(__file__).parents[2] / "shared"))
REPORTS = SHARED / "corpora" / "gwr-national"
PASSAGES, BEAM, LEVELS = 40, 20, (0, 5, 20)


def main() -> None:
    if not REPORTS.is_dir():
        print(json.dumps({"skipped": f"no texts in {REPORTS.name}"}))
        return
    tokens = segment(passages(corpus()), read_lexicon())
    chosen = np.random.default_rng(1).permutation(len(tokens.words))[:PASSAGES]
    held = {n: rare_words(tokens, n) for n in LEVELS}
    found = {
        name: Counter()
        for name in ["true order", "random order", *(f"held back {n}" for n in LEVELS)]
    }
    for i in chosen:
        attack(tokens, int(i), held, found)
    print(json.dumps({name: shares(told) for name, told in found.items()}, indent=1))


def corpus() -> Corpus:
    paths = sorted(REPORTS.glob("gwr-*.txt"))
    return Corpus(
        tuple(Speech(p.stem, year=int(p.stem[4:]), text=p.read_text("utf-8")) for p in paths)
    )


def rare_words(tokens: Tokens, fewer_than: int) -> set[str]:
    """Words that counts held back at this level do not name."""
    bag = count(tokens)
    kept = set(hold_back(bag, fewer_than)[0].words) if fewer_than else set(bag.words)
    return set(bag.words) - kept


def attack(tokens: Tokens, i: int, held: dict[int, set[str]], found: dict[str, Counter]) -> None:
    words = list(tokens.words[i])
    pairs = known_pairs(tokens, tokens.passages[i].speech.id)
    sentences = sentences_of(tokens, i)
    shuffled = [words[j] for j in np.random.default_rng(i).permutation(len(words))]
    judge(found["true order"], words, words, sentences)  # what the judge sees when all is right
    judge(found["random order"], words, shuffled, sentences)
    for level, rare in held.items():
        bag = [HELD_BACK if word in rare else word for word in words]
        judge(found[f"held back {level}"], words, ordered(bag, pairs), sentences)


def known_pairs(tokens: Tokens, speech: str) -> dict[str, dict[str, float]]:
    """Log of how often a word follows another in all other speeches; 0.01 for what never does."""
    seen: dict[str, Counter] = defaultdict(Counter)
    for passage, words in zip(tokens.passages, tokens.words, strict=True):
        if passage.speech.id != speech:
            for a, b in itertools.pairwise(words):
                seen[a][b] += 1
    return {
        a: {b: math.log((n + 0.01) / (sum(nexts.values()) + 1)) for b, n in nexts.items()}
        for a, nexts in seen.items()
    }


def ordered(bag: list[str], pairs: dict[str, dict[str, float]]) -> list[str]:
    """The words in the likeliest order that a beam search finds."""
    never, empty = math.log(0.01 / 1000), {}
    beams = [(0.0, (word,), Counter(bag) - Counter([word])) for word in sorted(set(bag))][
        : 4 * BEAM
    ]
    for _ in range(len(bag) - 1):
        grown = [
            (score + pairs.get(line[-1], empty).get(word, never), line, left, word)
            for score, line, left in beams
            for word in left
        ]
        best = sorted(grown, key=lambda g: -g[0])[:BEAM]
        beams = [(score, (*line, word), left - Counter([word])) for score, line, left, word in best]
    return list(beams[0][1])


def sentences_of(tokens: Tokens, i: int) -> list[tuple[str, ...]]:
    """The sentences of a passage as words, those of five words and more."""
    parts = [s for s in re.split("[。！？；\n]", tokens.passages[i].text or "") if s.strip()]
    rows = segment(parts, read_lexicon()).words
    return [tuple(words) for words in rows if len(words) >= 5]


def judge(told: Counter, words: list[str], guess: list[str], sentences: list) -> None:
    true = Counter(itertools.pairwise(words))
    told["pairs"] += sum(true.values())
    told["pairs right"] += sum((true & Counter(itertools.pairwise(guess))).values())
    line = "\n".join(guess)
    told["sentences"] += len(sentences)
    told["sentences right"] += sum("\n".join(s) in line for s in sentences)


def shares(told: Counter) -> dict[str, float]:
    return {
        "pairs": round(told["pairs right"] / told["pairs"], 3),
        "sentences": round(told["sentences right"] / told["sentences"], 4),
        "of sentences": told["sentences"],
    }


if __name__ == "__main__":
    main()
