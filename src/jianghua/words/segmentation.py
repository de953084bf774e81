"""Text becomes words: 提法 first and whole, the dictionary for the rest."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, chain
from typing import TYPE_CHECKING

from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.speeches.scripts import TRADITIONAL, simplified
from jianghua.words.bag import Tokens
from jianghua.words.lexicon import Lexicon, is_number, own_words, read_lexicon

if TYPE_CHECKING:
    import pandas as pd

# A unit of the lexicon weighs like a fairly common word (jieba's dictionary rests on 60 million
# tokens): enough to beat its own parts, not enough to tear a common word that runs across its
# edge. The shorter the unit, the likelier its characters meet by chance, so the less it weighs.
WEIGHTS = {2: 300, 3: 600, 4: 2000}
LONG_WEIGHT = 5000
PAYS = 3_000_000  # characters below which starting worker processes costs more than it saves
PIECE = 500  # jieba is quadratic in the length of a run without punctuation

_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f]"
)
_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ％．＋－]")
_SPACED_DIGITS = re.compile(r"(?<!\d)\d(?: \d)+(?!\d)")
# What `fold` changes: most passages hold none of it and are not touched.
_UNUSUAL = re.compile(rf"\d \d|{_INVISIBLE.pattern}|{_WIDE.pattern}|{TRADITIONAL.pattern}")
_PIECE = re.compile(rf"(?s).{{1,{PIECE}}}(?<=[，。；、：！？\n])|.{{1,{PIECE}}}")
_NUMERAL = "[0-9〇零○一二两三四五六七八九十百千万亿]"
_NUMBER = re.compile(
    rf"{_NUMERAL}(?:{_NUMERAL}|分之(?={_NUMERAL})|[.点](?={_NUMERAL})|(?<=[0-9])[,，](?=[0-9]{{3}}(?![0-9])))*"
    r"(?:%|‰|个百分点|年(?:度|底|初|末|代)?|月(?:份|底|初)?|日|(?:美|港|欧|日)?元)?"
)


def segment(
    passages: Iterable[Passage | str],
    lexicon: Lexicon | None = None,
    merge_variants: bool = False,
    workers: int = 1,
) -> Tokens:
    """Words of each passage, in order; a list of plain strings counts as one passage a string.

    Every unit of the lexicon is one word wherever it stands, unless a longer unit, an exception
    or a dictionary word running across its edge claims the characters (`contexts` shows which).
    Punctuation and the mask 〓 bound words and are none. Numbers, percentages and dates stay as
    tokens, so that counting can say how many were set aside (`Lexicon.class_of`). Widths, scripts
    and spaced digits are made equal first; the passages themselves stay as they are. With
    ``merge_variants`` a short or older form is written as its main form.
    """
    passages = as_passages(passages)
    lexicon = read_lexicon() if lexicon is None else lexicon
    texts = [passage.text or "" for passage in passages]
    if workers == 1 or sum(map(len, texts)) < PAYS:
        return Tokens(passages, tuple(_words_of(texts, lexicon, merge_variants)))
    from joblib import Parallel, delayed  # type: ignore[import-untyped, unused-ignore]

    size = -(-len(texts) // (4 * workers))
    parts = [texts[first : first + size] for first in range(0, len(texts), size)]
    words = Parallel(n_jobs=workers)(delayed(_words_of)(p, lexicon, merge_variants) for p in parts)
    return Tokens(passages, tuple(chain.from_iterable(words)))


def _words_of(
    texts: Sequence[str], lexicon: Lexicon, merge_variants: bool
) -> list[tuple[str, ...]]:
    return list(map(segmenter(lexicon, merge_variants).words, texts))


def as_passages(passages: Iterable[Passage | str]) -> tuple[Passage, ...]:
    """Passages as given; each plain string becomes the only passage of a speech of its own."""
    return tuple(
        Passage(Speech(f"text-{number:06d}", text=item), 0, 0, item)
        if isinstance(item, str)
        else item
        for number, item in enumerate(passages)
    )


def fold(text: str) -> str:
    """The text as it is counted: one width, one script, digits joined, nothing invisible."""
    if _UNUSUAL.search(text) is None:
        return text
    text = _INVISIBLE.sub("", text)
    text = _WIDE.sub(lambda wide: chr(ord(wide.group()) - 0xFEE0), text)
    text = _SPACED_DIGITS.sub(lambda digits: digits.group().replace(" ", ""), text)
    return simplified(text)


class Row:
    """A text cut into pieces. ``starts`` says where each begins, and last where the text ends."""

    def __init__(self, text: str, pieces: list[str]) -> None:
        self.text, self.pieces = text, pieces
        self.starts = list(accumulate(map(len, pieces), initial=0))

    def join(self, start: int, end: int) -> bool:
        """Make one piece of what stands from start to end, if both are edges of pieces."""
        starts = self.starts
        first = bisect_left(starts, start)
        if starts[first] != start:
            return False
        last = bisect_left(starts, end, first)
        if starts[last] != end:
            return False
        if last > first + 1:
            self.pieces[first:last] = [self.text[start:end]]
            del starts[first + 1 : last]
        return True

    def around(self, start: int, end: int) -> tuple[int, int]:
        """First and last + 1 of the pieces that hold the characters from start to end."""
        return bisect_right(self.starts, start) - 1, bisect_left(self.starts, end)

    def put(self, first: int, last: int, pieces: Sequence[str]) -> None:
        """Write the same characters as other pieces."""
        self.pieces[first:last] = pieces
        begin = self.starts[first]
        self.starts[first:last] = accumulate(map(len, pieces[:-1]), initial=begin)


class Segmenter:
    """Cuts texts with one lexicon. Built once a process; holds no global state of jieba."""

    def __init__(
        self, lexicon: Lexicon, merge_variants: bool = False, engine: str = "rjieba"
    ) -> None:
        self.lexicon = lexicon
        self.dictionary = _engine(engine, lexicon)
        self.units = sorted(lexicon.terms | _long_aside(lexicon))
        self.find = _finder(self.units)
        self.exceptions = sorted(lexicon.exceptions.items())
        self.find_exceptions = _finder([text for text, _ in self.exceptions])
        self.table = _Table(lexicon.variants if merge_variants else {})

    def words(self, text: str) -> tuple[str, ...]:
        """The words of one text, punctuation left out."""
        text = fold(text)
        return tuple(filter(None, map(self.table.__getitem__, self.pieces(text))))

    def cut(self, text: str) -> list[str]:
        """The text cut by the dictionary alone, long texts piece by piece."""
        if len(text) <= PIECE:
            return self.dictionary(text)
        return [word for piece in _PIECE.findall(text) for word in self.dictionary(piece)]

    def pieces(self, text: str) -> list[str]:
        """The folded text cut up without loss: joined, the pieces give the text again."""
        return self.row(text).pieces

    def row(self, text: str) -> Row:
        """The pieces of a folded text with their places."""
        row = Row(text, self.cut(text))
        for match in _NUMBER.finditer(text):
            row.join(*match.span())
        closed = self._cut_exceptions(row)
        for _, start, end in self.find(text):
            if closed and any(first <= start and end <= last for first, last in closed):
                continue
            if not row.join(start, end):
                self._free(row, start, end)
        return row

    def _cut_exceptions(self, row: Row) -> list[tuple[int, int]]:
        """Cut the strings that are not what they seem; their places, where no unit is inside."""
        places = []
        for number, start, end in self.find_exceptions(row.text):
            if row.join(start, end):
                first = bisect_left(row.starts, start)
                row.put(first, first + 1, self.exceptions[number][1])
                places.append((start, end))
        return places

    def _free(self, row: Row, start: int, end: int) -> None:
        """Cut a unit out of the words around it, where it has the better claim to its characters:
        inside a longer dictionary word whose rest is words too, or against a later unit
        (`_yields`). Else the other word keeps them: 会风 is not in 社会风气."""
        text, (first, last) = row.text, row.around(start, end)
        begin, finish = row.starts[first], row.starts[last]
        around, unit = text[begin:finish], text[start:end]
        if around in self.lexicon.terms or is_number(around) or not unit.isalpha():
            return
        left, right = self.cut(text[begin:start]), self.cut(text[end:finish])
        if last == first + 1:
            claims = all(len(part) > 1 for part in (*left, *right))
        else:
            inner = row.starts[last - 1]
            claims = begin == start and self._yields(text[inner:finish], len(unit), inner - start)
        if claims:
            row.put(first, last, (*left, unit, *right))

    def _yields(self, later: str, length: int, rest: int) -> bool:
        """Whether the unit ``later`` gives way to one of ``length`` that starts ``rest`` earlier:
        the longer unit wins, then the first, and no single character is left over."""
        return later in self.lexicon.terms and (length >= len(later) or rest == 1)


def _finder(patterns: Sequence[str]) -> Callable[[str], list[tuple[int, int, int]]]:
    """(number of the pattern, start, end) of the leftmost-longest places in a text."""
    import ahocorasick_rs as ac

    longest, fastest = ac.MatchKind.LeftmostLongest, ac.Implementation.ContiguousNFA
    return ac.AhoCorasick(patterns, longest, implementation=fastest).find_matches_as_indexes


def _long_aside(lexicon: Lexicon) -> set[str]:
    """Set-aside words long enough to be found as units: 同志们, 与此同时."""
    return {word for word in own_words(lexicon) if len(word) > 2}


class _Table(dict[str, str]):
    """Piece of text → the word it counts as, or the empty string; filled as pieces are met."""

    def __init__(self, variants: Mapping[str, str]) -> None:
        super().__init__()
        self.variants = dict(variants)

    def __missing__(self, piece: str) -> str:
        is_word = any(sign.isalnum() for sign in piece)
        self[piece] = word = self.variants.get(piece, piece) if is_word else ""
        return word


_SEGMENTERS: dict[tuple[str, bool, str], Segmenter] = {}


def segmenter(lexicon: Lexicon, merge_variants: bool = False, engine: str = "rjieba") -> Segmenter:
    """The segmenter for a lexicon, built at first use and kept for the life of the process."""
    key = (lexicon.checksum, merge_variants, engine)
    if key not in _SEGMENTERS:
        _SEGMENTERS[key] = Segmenter(lexicon, merge_variants, engine)
    return _SEGMENTERS[key]


def _engine(name: str, lexicon: Lexicon) -> Callable[[str], list[str]]:
    """A cutter of its own that knows the lexicon's words: rjieba, or jieba, its witness."""
    if name == "jieba":
        return _jieba(lexicon)
    import rjieba

    cutter = rjieba.Jieba()
    for word, weight in _new_words(lexicon, cutter.has_word):
        cutter.add_word(word, max(weight, cutter.suggest_freq(word)), None)
    return lambda text: cutter.cut(text, False)


def _jieba(lexicon: Lexicon) -> Callable[[str], list[str]]:
    import jieba

    cutter = jieba.Tokenizer()
    # not initialize(): it would load, unchecked, whatever lies in the shared temporary folder
    cutter.FREQ, cutter.total = cutter.gen_pfdict(cutter.get_dict_file())
    cutter.initialized = True
    for word, weight in _new_words(lexicon, cutter.FREQ.get):
        cutter.add_word(word, max(weight, cutter.suggest_freq(word)))
    return lambda text: cutter.lcut(text, HMM=False)


def _new_words(lexicon: Lexicon, known: Callable[[str], object]) -> list[tuple[str, int]]:
    """Words to teach the dictionary, with the least weight each must have."""
    units = [(term, WEIGHTS.get(len(term), LONG_WEIGHT)) for term in sorted(lexicon.terms)]
    return units + [(word, 1) for word in sorted(own_words(lexicon)) if not known(word)]


def contexts(
    term: str, passages: Iterable[Passage | str], lexicon: Lexicon | None = None, width: int = 12
) -> pd.DataFrame:
    """Where the characters of ``term`` stand, for a person to look at.

    One row per place: speech, passage, start (in the folded passage), left, right, word (what
    the segmenter made of it) and whole (whether it is the term).
    """
    import pandas as pd

    cutter = segmenter(read_lexicon() if lexicon is None else lexicon)
    rows = []
    for passage in as_passages(passages):
        text = fold(passage.text or "")
        row = cutter.row(text)
        for match in re.finditer(re.escape(term), text):
            start, end = match.span()
            first, last = row.around(start, end)
            word = text[row.starts[first] : row.starts[last]]
            left, right = text[max(0, start - width) : start], text[end : end + width]
            whole = last == first + 1 and word == term
            rows.append((passage.speech.id, passage.number, start, left, right, word, whole))
    columns = ["speech", "passage", "start", "left", "right", "word", "whole"]
    return pd.DataFrame(rows, columns=columns)
