"""What a lexicon still lacks: units worth keeping whole, words that carry nothing here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.words.folding import fold
from jianghua.words.lexicon import Lexicon, read_lexicon
from jianghua.words.segmentation import segmenter

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from jianghua.words.bag import Bag

LONGEST = 5  # words in a suggested unit
SHOWN = 3  # contexts beside a suggestion


def suggest_terms(
    source: Iterable[Speech | Passage | str],
    lexicon: Lexicon | None = None,
    n: int = 200,
    fewest: int = 5,
) -> pd.DataFrame:
    """Runs of two to five words that behave like one: candidates for your own lexicon.

    One row per candidate, best first: term, count, cohesion (of its weakest seam: normalised
    pointwise mutual information, −1 to 1; Bouma 2009), left_entropy and right_entropy (bits, of
    the words beside it: a whole unit has free neighbours, Harris 1955, Jin & Tanaka-Ishii 2006;
    each punctuation mark counts as a neighbour of its own), score (cohesion × the smaller entropy
    × log2 of the count) and contexts (up to three, to judge by). ``source`` is a corpus, passages
    or plain strings. A run has at least ``fewest`` places and begins and ends with a word that is
    not set aside.
    """
    import pandas as pd

    stream = _stream([_text(item) for item in source], lexicon or read_lexicon())
    runs = _runs(stream.ids)
    tables = [_candidates(size, stream, runs, fewest) for size in range(2, LONGEST + 1)]
    table = pd.concat(tables, ignore_index=True)
    table = table.sort_values(["score", "term"], ascending=[False, True])
    table = table.drop_duplicates("term").head(n).reset_index(drop=True)
    spans = zip(table.pop("places"), table.pop("size"), strict=True)
    table["contexts"] = [_contexts(stream.pieces, places, size) for places, size in spans]
    return table


def _text(item: Speech | Passage | str) -> str:
    return item if isinstance(item, str) else item.text or ""


@dataclass(frozen=True)
class _Stream:
    """All pieces of all texts in one row. ``ids`` numbers the words, −1 where no unit may run
    across; ``inner`` says, by id, whether a word may stand only inside a unit."""

    pieces: Sequence[str]
    ids: np.ndarray
    inner: np.ndarray


@dataclass(frozen=True)
class _Runs:
    """Runs of one length, by the place they start: a code per distinct run (−1: none), a count."""

    codes: np.ndarray
    counts: np.ndarray


def _stream(texts: Iterable[str], lexicon: Lexicon) -> _Stream:
    import numpy as np

    cut = segmenter(lexicon).pieces
    pieces = [piece for text in texts for piece in (*cut(fold(text)), "\n")]
    words = sorted({piece for piece in set(pieces) if _may_join(piece, lexicon)})
    number = {word: i for i, word in enumerate(words)}
    ids = np.array([number.get(piece, -1) for piece in pieces], dtype=np.int64)
    inner = np.array([_only_inside(word, lexicon) for word in words], dtype=bool)
    return _Stream(pieces, ids, inner)


def _only_inside(word: str, lexicon: Lexicon) -> bool:
    """Set aside, except a single character that is set aside for a stated reason: those are left
    over where the dictionary lacks a word, which is what we look for (提 + 振)."""
    return bool(lexicon.class_of(word)) and not (len(word) == 1 and word in lexicon.reasons)


def _may_join(piece: str, lexicon: Lexicon) -> bool:
    return piece.isalpha() and lexicon.class_of(piece) not in ("number", "mask", "address")


def _runs(ids: np.ndarray) -> list[_Runs]:
    """Runs of one word, two words … `LONGEST` words."""
    import numpy as np

    runs = [_counted(ids)]
    for size in range(2, LONGEST + 1):
        before = runs[-1].codes
        last = np.append(ids[size - 1 :], np.full(min(size - 1, len(ids)), -1))
        pair = np.where((before >= 0) & (last >= 0), before * (len(ids) + 1) + last, -1)
        _, codes = np.unique(np.append(pair, -1), return_inverse=True)
        runs.append(_counted(codes[:-1] - 1))
    return runs


def _counted(codes: np.ndarray) -> _Runs:
    import numpy as np

    count = np.bincount(codes[codes >= 0], minlength=1)
    return _Runs(codes, np.where(codes >= 0, count[codes], 0))


def _candidates(size: int, stream: _Stream, runs: list[_Runs], fewest: int) -> pd.DataFrame:
    """Frequent runs of one length with their measures, one row each."""
    import numpy as np
    import pandas as pd

    ids, run = stream.ids, runs[size - 1]
    places = np.flatnonzero(run.counts >= fewest)
    places = places[~stream.inner[ids[places]] & ~stream.inner[ids[places + size - 1]]]
    kinds, first, group = np.unique(run.codes[places], return_index=True, return_inverse=True)
    left = _entropy(group, _neighbours(ids, places - 1), len(kinds))
    right = _entropy(group, _neighbours(ids, places + size), len(kinds))
    starts = places[first]
    cohesion, count = _cohesion(starts, size, runs), run.counts[starts]
    by_kind = np.split(places[np.argsort(group, kind="stable")], np.cumsum(np.bincount(group))[:-1])
    return pd.DataFrame(
        {
            "term": ["".join(stream.pieces[start : start + size]) for start in starts],
            "count": count,
            "cohesion": cohesion,
            "left_entropy": left,
            "right_entropy": right,
            "score": cohesion * np.minimum(left, right) * np.log2(count),
            "places": [tuple(kind[:SHOWN]) for kind in by_kind[: len(kinds)]],
            "size": size,
        }
    )


def _cohesion(starts: np.ndarray, size: int, runs: list[_Runs]) -> np.ndarray:
    """Normalised pointwise mutual information across the weakest seam of each run."""
    import numpy as np

    total = runs[0].counts.astype(bool).sum()
    whole = runs[size - 1].counts[starts]
    seams = [
        whole * total / (runs[k - 1].counts[starts] * runs[size - k - 1].counts[starts + k])
        for k in range(1, size)
    ]
    weakest = np.log(np.min(seams, axis=0))
    return weakest / -np.log(np.minimum(whole / total, 0.999))


def _neighbours(ids: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Words at these places; every end of a clause is a neighbour unlike any other."""
    import numpy as np

    inside = (places >= 0) & (places < len(ids))
    words = np.where(inside, ids[np.clip(places, 0, len(ids) - 1)], -1)
    return np.where(words >= 0, words, -1 - places)


def _entropy(group: np.ndarray, neighbours: np.ndarray, groups: int) -> np.ndarray:
    """Entropy in bits of the neighbours within each group."""
    import numpy as np

    order = np.lexsort((neighbours, group))
    g, x = group[order], neighbours[order]
    new = np.append(True, (g[1:] != g[:-1]) | (x[1:] != x[:-1]))[: len(g)]
    count = np.diff(np.append(np.flatnonzero(new), len(g)))
    share = count / np.bincount(group, minlength=groups)[g[new]]
    return np.bincount(g[new], weights=-share * np.log2(share), minlength=groups)


def _contexts(pieces: Sequence[str], places: Sequence[int], size: int) -> tuple[str, ...]:
    return tuple(
        "".join(pieces[max(0, place - 6) : place]).split("\n")[-1]
        + "【" + "".join(pieces[place : place + size]) + "】"
        + "".join(pieces[place + size : place + size + 6]).split("\n")[0]
        for place in places
    )  # fmt: skip


def suggest_set_aside(
    bag: Bag, n: int = 200, shuffles: int = 10, seed: int = 0, fewest: int | None = None
) -> pd.DataFrame:
    """Words that carry nothing in *this* corpus: spread over passages as if dealt by chance.

    One row per word, emptiest first: word, count, passages, entropy (bits, of its spread over
    passages), shuffled (the same after dealing all tokens anew over the passages, mean of
    ``shuffles``) and information = shuffled − entropy (Gerlach, Shi & Amaral 2019,
    doi:10.1038/s42256-019-0112-6). Rare words cannot be told from chance, and do no harm:
    words with fewer than ``fewest`` places (without it, one in a thousand words of the bag, and
    ten at least) are left out.
    """
    import numpy as np
    import pandas as pd

    counts = bag.counts.tocoo()
    words = np.repeat(counts.col, counts.data)
    dealt = np.repeat(counts.row, counts.data)
    random = np.random.default_rng(seed)
    entropy = _spread(words, dealt, len(bag.words))
    rounds = [_spread(words, random.permutation(dealt), len(bag.words)) for _ in range(shuffles)]
    shuffled = np.mean(rounds, axis=0)
    total = np.bincount(words, minlength=len(bag.words))
    table = pd.DataFrame(
        {
            "word": bag.words,
            "count": total,
            "passages": np.bincount(counts.col, minlength=len(bag.words)),
            "entropy": entropy,
            "shuffled": shuffled,
            "information": shuffled - entropy,
        }
    )
    fewest = max(10, len(words) // 1000) if fewest is None else fewest
    table = table[table["count"] >= fewest].sort_values(["information", "word"])
    return table.head(n).reset_index(drop=True)


def _spread(words: np.ndarray, passages: np.ndarray, size: int) -> np.ndarray:
    """Entropy of each word's places over passages."""
    return _entropy(words, passages, size)
