"""Reuse: stretches that speeches share, exact or lightly edited, and speeches that are copies.

Every run of `GRAM` characters of every speech is hashed; equal hashes are candidates, so no shared
run of that length is missed (unlike MinHash on passages, which rarely meets one shared sentence in
two long passages). Runs on one diagonal are joined, small gaps between them are aligned character
by character, and what remains after stock phrases decides whether a stretch is reuse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import TYPE_CHECKING

from jianghua.errors import JianghuaError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from jianghua.speeches.corpus import Speech
    from jianghua.speeches.passages import Passage

COLUMNS = (
    "speech_a", "start_a", "end_a", "speech_b", "start_b", "end_b", "characters", "similarity", "kind",
)  # fmt: skip
DUPLICATE_COLUMNS = ("speech_a", "speech_b", "share_a", "share_b", "kind")

MASK = "〓"
GRAM = 8  # characters; shorter runs are mostly words and set phrases
_LARGEST_GAP = 24  # characters that an edit may replace, put in or take out
_LONGEST_NAME = 12  # characters that a mask may hide
_COMMON_SHARE, _COMMON_AT_LEAST = 0.2, 6  # a run in so many speeches is formula, not copying …
_NEVER_FORMULA = 200  # … unless the whole stretch is longer than any formula
_MANY, _NEIGHBOURS = 24, 3  # a run found more often is compared with its neighbours only
_LEAST_ALIKE = 0.7  # below, a stretch is a list of set phrases rather than an edited copy


@dataclass(frozen=True)
class Letters:
    """The letters of a speech, without blanks and punctuation: ``text[i]`` stood at ``place[i]``."""

    text: str
    place: tuple[int, ...]
    stock: tuple[bool, ...]


@dataclass(frozen=True)
class Run:
    """A stretch of the letters of two speeches, [a, a_end) and [b, b_end): aligned, it is ``size``
    letters long, of which ``equal`` are the same or hidden by a mask."""

    a: int
    a_end: int
    b: int
    b_end: int
    equal: int
    size: int


# --- letters -----------------------------------------------------------------------------

_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_MASKS = re.compile(r"〓+|[*＊×○]{2,}|[XＸxｘ]{2,}|_{2,}|某某?(?![些种个一人])")
_LETTER = re.compile(r"[^\W_]|〓")

# What ceremony and doctrine prescribe; sharing it says nothing about copying.
_STOCK = re.compile(
    r"各位代表|各位委员|各位领导|各位来宾|同志们|朋友们|女士们|先生们|"
    r"现?在?[，,]?我?(?:受|代表)[^。；\n]{0,30}(?:委托|政府|委员会|党组|市委|省委|县委)[^。；\n]{0,6}[，,]?向"
    r"(?:大会|会议|各位)[^。；\n]{0,12}报告[^。\n]{0,70}。?|"
    r"请(?:予|各位代表|各位)?(?:审议|审查)[^。\n]{0,60}。?|"
    r"(?:让我们)?(?:更加)?紧密(?:地)?团结在[^。；\n]{0,60}(?:周围|党中央)[，,]?|"
    r"高举[^，。；\n]{0,24}旗帜[，,]?|"
    r"(?:坚持)?以[^。；\n]{0,70}?为(?:指导|统领|指引|核心的党中央)[^，。；\n]{0,14}[，,]?|"
    r"(?:深入|认真|全面)*(?:学习)?(?:宣传)?(?:贯彻|落实)+[^。；\n]{0,50}?(?:精神|思想|理论|要求)[，,]?|"
    r"(?:在|由)[^，。；\n]{0,30}(?:坚强|正确|统一)?领导下[，,]?|"
    r"为(?:实现|夺取|建设|全面建)[^。\n]{0,60}(?:努力)?奋斗[！!。]?|"
    r"(?:最后[，,])?(?:祝|向)[^。！\n]{0,50}(?:快乐|愉快|健康|幸福|如意|圆满成功|敬意|感谢|问候|祝福|拜年)[！!。]?|"
    r"我的(?:讲话|报告|汇报)(?:就到这里|完了|到此结束)|谢谢大家|谢谢"
)


def letters(text: str) -> Letters:
    """Letters and digits of a text, width folded, every mask one 〓, with their places."""
    folded = text.translate(_WIDTH)
    formula = bytearray(len(text))
    for match in _STOCK.finditer(folded):
        formula[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    masks = {m.start(): m.end() for m in _MASKS.finditer(folded)}
    places: list[int] = []
    skip_to = 0
    for place, character in enumerate(folded):
        if place >= skip_to and (place in masks or _LETTER.match(character)):
            places.append(place)
            skip_to = masks.get(place, place)
    chosen = "".join(MASK if place in masks else folded[place] for place in places)
    return Letters(chosen, tuple(places), tuple(bool(formula[place]) for place in places))


# --- public ------------------------------------------------------------------------------


def find_reuse(corpus: Iterable[Speech], shortest: int = 30) -> pd.DataFrame:
    """One row per stretch that two speeches share, the longest first.

    Columns: speech_a, start_a, end_a, speech_b, start_b, end_b (ids and character offsets:
    ``text[start:end]`` is the stretch), characters (letters and digits of the longer side; blanks
    and punctuation do not count), similarity (0–1: share of them that are the same in the same
    order; what stands behind a mask 〓 counts as the same), kind (``exact``: nothing but
    punctuation or masks differs; ``edited``). Stretches in which fewer than ``shortest`` letters
    remain after stock phrases (salutations, closing formulas, runs that a fifth of the speeches
    share) are not rows. Where more than 24 speeches share a run, each is compared with its
    neighbours in the corpus only, so all copies appear but not all pairs.
    """
    import pandas as pd

    if shortest < GRAM:
        raise JianghuaError(
            f"shortest={shortest} is too short to tell", "find_reuse", f"{GRAM} or more"
        )
    speeches = [speech for speech in corpus if speech.text]
    texts = [letters(speech.text or "") for speech in speeches]
    rows = sorted(
        (_row(speeches, texts, a, b, run) for a, b, run in _stretches(texts, shortest)),
        key=lambda row: (-row[6], *row[:6]),
    )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def duplicates(corpus: Iterable[Speech], share: float = 0.8) -> pd.DataFrame:
    """One row per pair of speeches of which one repeats at least ``share`` of the other.

    Columns: speech_a, speech_b, share_a, share_b (0–1: share of the letters of each that stand in
    the other in runs of 30 and more), kind (``same``: letter for letter; ``near``; ``part``: only
    one side reaches ``share``).
    """
    import pandas as pd

    speeches = [speech for speech in corpus if speech.text]
    texts = [letters(speech.text or "") for speech in speeches]
    stretches = sorted(_stretches(texts, 30), key=lambda s: s[:2])
    rows = []
    for (a, b), group in groupby(stretches, key=lambda s: s[:2]):
        runs = [run for _, _, run in group]
        share_a = _covered((r.a, r.a_end) for r in runs) / len(texts[a].text)
        share_b = _covered((r.b, r.b_end) for r in runs) / len(texts[b].text)
        if max(share_a, share_b) >= share:
            kind = "near" if min(share_a, share_b) >= share else "part"
            kind = "same" if texts[a].text == texts[b].text else kind
            rows.append((speeches[a].id, speeches[b].id, share_a, share_b, kind))
    return pd.DataFrame(rows, columns=list(DUPLICATE_COLUMNS))


def repeated_shares(passages: Sequence[Passage], corpus: Iterable[Speech]) -> list[float]:
    """For each passage, the share of its characters (0–1) that an older speech of the corpus holds.

    Older means earlier in the corpus. Only passages of later speeches can be repeats.
    """
    speeches = [speech for speech in corpus if speech.text]
    rank = {speech.id: i for i, speech in enumerate(speeches)}
    spans: dict[str, list[tuple[int, int]]] = {}
    for row in find_reuse(speeches).itertuples():
        later = max(
            (row.speech_a, row.start_a, row.end_a),
            (row.speech_b, row.start_b, row.end_b),
            key=lambda side: rank[str(side[0])],
        )
        spans.setdefault(str(later[0]), []).append((int(str(later[1])), int(str(later[2]))))
    return [_share_inside(passage, spans.get(passage.speech.id, [])) for passage in passages]


def _share_inside(passage: Passage, spans: Iterable[tuple[int, int]]) -> float:
    if passage.start is None or not passage.text:
        return 0.0
    low, high = passage.start, passage.start + len(passage.text)
    inside = [(max(low, a), min(high, b)) for a, b in spans if a < high and b > low]
    return _covered(inside) / (high - low)


def _covered(spans: Iterable[tuple[int, int]]) -> int:
    total = reach = 0
    for start, end in sorted(spans):
        total += max(0, end - max(start, reach))
        reach = max(reach, end)
    return total


def _row(
    speeches: Sequence[Speech], texts: Sequence[Letters], a: int, b: int, run: Run
) -> tuple[str, int, int, str, int, int, int, float, str]:
    return (
        speeches[a].id, texts[a].place[run.a], texts[a].place[run.a_end - 1] + 1,
        speeches[b].id, texts[b].place[run.b], texts[b].place[run.b_end - 1] + 1,
        run.size, run.equal / run.size, "exact" if run.equal == run.size else "edited",
    )  # fmt: skip


# --- candidates --------------------------------------------------------------------------


def _stretches(texts: Sequence[Letters], shortest: int) -> Iterator[tuple[int, int, Run]]:
    """(a, b, run) with a < b for every shared stretch that is long enough and no formula."""
    if len(texts) < 2:
        return
    grams, owner, place = _grams(texts)
    common = _common(texts, grams, owner, place)
    for (a, b), runs in _exact_runs(grams, owner, place, len(texts)):
        for run in _chained(texts[a].text, texts[b].text, runs):
            if run.equal < max(shortest, _LEAST_ALIKE * run.size):
                continue
            if _own(texts[a], common[a], run) >= shortest:
                yield a, b, run


def _own(text: Letters, common: npt.NDArray[np.bool_], run: Run) -> int:
    """Letters of a stretch that are neither formula nor mask nor known to very many speeches."""
    formula = common[run.a : run.a_end] if run.size < _NEVER_FORMULA else [False] * run.size
    return sum(
        not stock and not shared and letter != MASK
        for letter, stock, shared in zip(
            text.text[run.a : run.a_end], text.stock[run.a : run.a_end], formula, strict=False
        )
    )


def _grams(
    texts: Sequence[Letters],
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Hash, speech and place of every gram, in the order of the corpus."""
    import numpy as np

    hashes, owners, places = [], [], []
    for index, text in enumerate(texts):
        codes = np.array([ord(c) for c in text.text], dtype=np.uint64)
        size = len(codes) - GRAM + 1
        if size < 1:
            continue
        rolled = np.zeros(size, dtype=np.uint64)
        for offset in range(GRAM):  # polynomial hash modulo 2**64, overflow intended
            rolled = rolled * np.uint64(0x9E3779B97F4A7C15) + codes[offset : offset + size]
        hashes.append(rolled)
        owners.append(np.full(size, index, dtype=np.int64))
        places.append(np.arange(size, dtype=np.int64))
    if not hashes:
        return np.zeros(0, np.uint64), np.zeros(0, np.int64), np.zeros(0, np.int64)
    return np.concatenate(hashes), np.concatenate(owners), np.concatenate(places)


def _common(
    texts: Sequence[Letters],
    grams: npt.NDArray[np.uint64],
    owner: npt.NDArray[np.int64],
    place: npt.NDArray[np.int64],
) -> list[npt.NDArray[np.bool_]]:
    """For each speech, which letters stand in a gram that very many speeches hold."""
    import numpy as np

    marks = [np.zeros(len(text.text), dtype=bool) for text in texts]
    order = np.lexsort((owner, grams))
    if not len(order):
        return marks
    new_gram = _changes(grams[order])
    new_owner = new_gram | _changes(owner[order])
    group = np.cumsum(new_gram) - 1
    spread = np.bincount(group, weights=new_owner)[group]
    limit = max(_COMMON_AT_LEAST, _COMMON_SHARE * len(texts))
    for index in order[spread >= limit]:
        marks[owner[index]][place[index] : place[index] + GRAM] = True
    return marks


def _changes(values: npt.NDArray[np.generic]) -> npt.NDArray[np.bool_]:
    """Where a sorted array takes a new value; the first place is one."""
    import numpy as np

    return np.concatenate([[True], values[1:] != values[:-1]])


def _exact_runs(
    grams: npt.NDArray[np.uint64],
    owner: npt.NDArray[np.int64],
    place: npt.NDArray[np.int64],
    speeches: int,
) -> Iterator[tuple[tuple[int, int], list[Run]]]:
    """((a, b), runs by place in a): grams that follow each other on one diagonal are one run."""
    import numpy as np

    first, second = _meetings(grams, owner, place)
    pair = owner[first] * speeches + owner[second]
    diagonal = place[first] - place[second]
    order = np.lexsort((place[first], diagonal, pair))
    pair, diagonal, at = pair[order], diagonal[order], place[first][order]
    if not len(pair):
        return
    new = _changes(pair) | _changes(diagonal) | np.concatenate([[True], at[1:] != at[:-1] + 1])
    starts = np.flatnonzero(new)
    lengths = np.diff(np.append(starts, len(pair))) + GRAM - 1
    pair, diagonal, at = pair[starts], diagonal[starts], at[starts]
    by_place = np.lexsort((at, pair))
    table = zip(*(x[by_place].tolist() for x in (pair, diagonal, at, lengths)), strict=True)
    for key, rows in groupby(table, key=lambda row: row[0]):
        yield (
            divmod(key, speeches),
            [Run(a, a + n, a - d, a - d + n, n, n) for _, d, a, n in rows],
        )


def _meetings(
    grams: npt.NDArray[np.uint64], owner: npt.NDArray[np.int64], place: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Indices (first, second) of grams that are the same in two speeches, first speech earlier."""
    import numpy as np

    order = np.lexsort((place, owner, grams))
    group = np.cumsum(_changes(grams[order])) if len(order) else order
    many = np.bincount(group)[group] > _MANY if len(order) else order
    firsts, seconds = [order[:0]], [order[:0]]
    for step in range(1, min(_MANY, len(order))):
        here, there = order[:-step], order[step:]
        meet = (group[:-step] == group[step:]) & (owner[here] != owner[there])
        meet &= ~many[:-step] | (step <= _NEIGHBOURS)
        firsts.append(here[meet])
        seconds.append(there[meet])
    return np.concatenate(firsts), np.concatenate(seconds)


# --- alignment ---------------------------------------------------------------------------


def _chained(text_a: str, text_b: str, runs: Iterable[Run]) -> Iterator[Run]:
    """Runs (by place in a) joined across small gaps, as far as both texts go forward."""
    still_open: list[Run] = []
    for run in runs:
        yield from (chain for chain in still_open if chain.a_end + _LARGEST_GAP < run.a)
        still_open = [chain for chain in still_open if chain.a_end + _LARGEST_GAP >= run.a]
        near = [chain for chain in still_open if _joins(chain, run)]
        if near:
            chain = min(near, key=lambda c: (_gap(c, run), c.a))
            still_open.remove(chain)
            run = _joined(text_a, text_b, chain, run)
        elif any(
            c.a <= run.a < run.a_end <= c.a_end and c.b <= run.b < run.b_end <= c.b_end
            for c in still_open
        ):
            continue
        still_open.append(run)
    yield from still_open


def _gap(chain: Run, run: Run) -> int:
    return max(run.a - chain.a_end, run.b - chain.b_end)


def _joins(chain: Run, run: Run) -> bool:
    """Whether a run goes on where a chain ends: a gap no longer than what stands on either side.

    Two runs may overlap by some letters (a repeated letter at the edit); they count once.
    """
    overlap = min(run.a - chain.a_end, run.b - chain.b_end)
    allowed = min(_LARGEST_GAP, 2 + min(chain.equal, run.equal))
    return overlap > -GRAM and _gap(chain, run) <= allowed


def _joined(text_a: str, text_b: str, chain: Run, run: Run) -> Run:
    overlap = max(0, chain.a_end - run.a, chain.b_end - run.b)
    a, b = run.a + overlap, run.b + overlap
    equal, size = _aligned(text_a[chain.a_end : a], text_b[chain.b_end : b])
    kept = max(0, run.equal - overlap)
    return Run(
        chain.a, run.a_end, chain.b, run.b_end, chain.equal + equal + kept, chain.size + size + kept
    )


def _aligned(gap_a: str, gap_b: str) -> tuple[int, int]:
    """(equal, size) of two short strings; a mask equals the one to twelve letters it hides."""
    size = max(len(gap_a), len(gap_b))
    if _hides(gap_a, gap_b) or _hides(gap_b, gap_a):
        return size, size
    return sum(
        m.size for m in SequenceMatcher(None, gap_a, gap_b, False).get_matching_blocks()
    ), size


def _hides(masked: str, open_: str) -> bool:
    if MASK not in masked:
        return False
    parts = (re.escape(part) for part in masked.split(MASK))
    return bool(re.fullmatch(f".{{1,{_LONGEST_NAME}}}".join(parts), open_, re.DOTALL))
