"""Text becomes words: 提法 first and whole, the dictionary for the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.words.bag import Tokens
from jianghua.words.dictionary import pieces, teach
from jianghua.words.folding import fold
from jianghua.words.lexicon import Lexicon, is_number, read_lexicon
from jianghua.words.names import find_names
from jianghua.words.quoted import find_quoted
from jianghua.words.rows import Row, Vocabulary
from jianghua.words.straddling import find_straddling
from jianghua.work import each

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

_UNSEEN = -2  # an entry of the dictionary that no text held yet
CHUNK = 50_000  # characters cut at a time: enough that threads seldom wait for each other

_DIGITS = "0123456789〇零一○一二两三四五六七八九十百千万亿"
_NUMERAL = f"[{_DIGITS}]"
_NUMBER = re.compile(
    rf"({_NUMERAL}+(?:(?:分之|[.点·]|(?<=[0-9])[,，](?=[0-9]{{3}}(?![0-9]))){_NUMERAL}+)*)"
    r"(?:%|‰|个百分点|年(?:度|底|初|末|代)?|月(?:份|底|初)?|(?:美|港|欧|日)?元|日)?"
)
_GOES_ON = _DIGITS + "分.点·,，%‰个年月美港欧日元"  # second signs of numbers


def segment(
    passages: Iterable[Passage | str] | str,
    lexicon: Lexicon | None = None,
    merge_variants: bool = False,
    workers: int | None = None,
) -> Tokens:
    """Words of each passage, in order; a plain string, alone or in a list, counts as a passage.

    Every unit of the lexicon is one word wherever it stands, unless a longer unit, an exception
    or a dictionary word running across its edge claims the characters (`contexts` shows which).
    Punctuation and the mask 〓 bound words and are none. Numbers, percentages and dates stay as
    tokens, so that counting can say how many were set aside (`Lexicon.class_of`). Widths, scripts
    and spaced digits are made equal first; the passages themselves stay as they are. With
    ``merge_variants`` a short or older form is written as its main form. ``workers`` are threads,
    one a processor where not said; they change no word.
    """
    passages = as_passages(passages)
    given = (read_lexicon() if lexicon is None else lexicon, merge_variants)
    parts = list(chunks([passage.text or "" for passage in passages]))
    words = each(_words_of, parts, given, workers, threads=True)
    return Tokens(passages, tuple(chain.from_iterable(words)))


def _words_of(
    lexicon: Lexicon, merge_variants: bool, texts: Sequence[str]
) -> list[tuple[str, ...]]:
    return segmenter(lexicon, merge_variants).words_of(texts)


def as_passages(passages: Iterable[Passage | str] | str) -> tuple[Passage, ...]:
    """Passages as given; each plain string becomes the only passage of a speech of its own."""
    given = [passages] if isinstance(passages, str) else passages
    return tuple(_as_passage(number, item) for number, item in enumerate(given))


def _as_passage(number: int, item: object) -> Passage:
    if isinstance(item, str):
        return Passage(Speech(f"text-{number:06d}", text=item), 0, 0, item)
    if isinstance(item, Passage):
        return item
    raise JianghuaError(
        f"{type(item).__name__} {number} is no passage", "segment", "jianghua.passages(corpus)"
    )


def chunks(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """The texts in order, so many at a time as are worth a worker's turn."""
    first, size = 0, 0
    for i, text in enumerate(texts, start=1):
        size += len(text)
        if size >= CHUNK or i == len(texts):
            yield texts[first:i]
            first, size = i, 0


class Segmenter:
    """Cuts texts with one lexicon. Built once a process; holds no global state of jieba."""

    def __init__(
        self, lexicon: Lexicon, merge_variants: bool = False, engine: str = "trie"
    ) -> None:
        import numpy as np

        self.lexicon = lexicon
        self.dictionary = teach(lexicon, engine)
        self.cut_again = lru_cache(maxsize=50_000)(self.cut)  # few strings, met again and again
        self.vocabulary = Vocabulary(lexicon.variants if merge_variants else {})
        self.numbers = np.full(
            self.dictionary.entries + 1, _UNSEEN, np.int32
        )  # by entry, the last for none

    def words(self, text: str) -> tuple[str, ...]:
        """The words of one text, punctuation left out."""
        return self.words_of([text])[0]

    def words_of(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        """The words of each text."""
        numbers, bounds = self.numbers_of(texts)
        words = self.vocabulary.words(numbers)
        return [tuple(words[a:b]) for a, b in pairwise(bounds.tolist())]

    def numbers_of(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """The words of all texts as numbers in ``vocabulary``, one array, and, texts + 1, where
        each text begins in it."""
        import numpy as np

        folded = [fold(text) for text in texts]
        row = self.row("\n".join(folded))
        edges = row.places()
        numbers = self._numbered(row.text, edges)
        starts, numbers = edges[:-1][numbers >= 0], numbers[numbers >= 0]
        ends = np.cumsum([len(text) + 1 for text in folded])
        return numbers, np.append(0, np.searchsorted(starts, ends))

    def _numbered(self, text: str, edges: np.ndarray) -> np.ndarray:
        """The number in the vocabulary of each piece from edge to edge."""
        import numpy as np

        entries = self.dictionary.look_up(text, edges)
        numbers = self.numbers[entries]
        new = np.flatnonzero(numbers == _UNSEEN)
        numbers[new] = [self.vocabulary[text[edges[i] : edges[i + 1]]] for i in new.tolist()]
        held = new[entries[new] >= 0]
        self.numbers[entries[held]] = numbers[held]
        return numbers

    def cut(self, text: str) -> list[str]:
        """The text cut by the dictionary alone."""
        return pieces(text, self.dictionary.cut(text).edges)

    def pieces(self, text: str) -> list[str]:
        """The folded text cut up without loss: joined, the pieces give the text again."""
        return self.row(text).pieces()

    def row(self, text: str) -> Row:
        """The pieces of a folded text with their places."""
        cut = self.dictionary.cut(text)
        row = Row(text, cut.edges)
        numbers = list(_numbers(text))
        row.join(_places(number.span(1) for number in numbers))
        row.join(_places(map(re.Match.span, numbers)))
        closed = self._cut_exceptions(row, cut.exceptions)
        for start, end in row.join(_outside(cut.units, closed)).tolist():
            if row.edges[start] and row.edges[end]:  # since the unit before was cut out
                row.put(start, [text[start:end]])
            else:
                self._free(row, start, end)
        for start, parts in find_straddling(row, cut.units, self.cut_again):
            row.put(start, parts)
        for find in (find_names(row, cut.cues.tolist()), find_quoted(row, self.lexicon)):
            for start, end in find:
                row.put(start, [text[start:end]])
        return row

    def _cut_exceptions(self, row: Row, places: np.ndarray) -> np.ndarray:
        """Cut the strings that are not what they seem; their places, where no unit is inside."""
        fits = row.bounds(places)
        for start, end in places[fits].tolist():
            row.put(start, self.lexicon.exceptions[row.text[start:end]])
        return places[fits]

    def _free(self, row: Row, start: int, end: int) -> None:
        """Cut a unit out of the words around it, where it has the better claim to its characters:
        inside a longer dictionary word whose rest is words too, or against a later unit
        (`_yields`). Else the other word keeps them: 会风 is not in 社会风气."""
        text, (begin, finish) = row.text, row.around(start, end)
        around, unit = text[begin:finish], text[start:end]
        if around in self.lexicon.terms or is_number(around) or not unit.isalpha():
            return
        left, right = self.cut_again(text[begin:start]), self.cut_again(text[end:finish])
        if row.is_piece(begin, finish):
            claims = all(len(part) > 1 for part in (*left, *right))
        else:
            inner = row.edges.rfind(1, 0, finish)
            claims = begin == start and self._yields(text[inner:finish], len(unit), inner - start)
        if claims:
            row.put(begin, (*left, unit, *right))

    def _yields(self, later: str, length: int, rest: int) -> bool:
        """Whether the unit ``later`` gives way to one of ``length`` that starts ``rest`` earlier:
        the longer unit wins, then the first, and no single character is left over."""
        return later in self.lexicon.terms and (length >= len(later) or rest == 1)


def _numbers(text: str) -> Iterator[re.Match[str]]:
    """Numbers of two signs or more, each tried where its numerals begin: few places of a text."""
    import numpy as np

    from jianghua.words.trie import codes_of

    signs = _signs_of_numbers()[codes_of(text + "\n")]
    numeral, goes_on = signs[:-1] & 1, signs[1:] >> 1
    begins = numeral > np.append(0, numeral[:-1])
    behind = 0
    for start in np.flatnonzero(begins & goes_on).tolist():
        if start >= behind and (found := _NUMBER.match(text, start)):
            behind = found.end()
            yield found


@cache
def _signs_of_numbers() -> np.ndarray:
    """By code point: 1 for a numeral, 2 for what a number goes on with, 3 for both."""
    import numpy as np

    signs = np.zeros(0x110000, np.uint8)
    for bit, which in enumerate((_DIGITS, _GOES_ON)):
        signs[[ord(sign) for sign in which]] |= 1 << bit
    return signs


def _places(spans: Iterable[Sequence[int]]) -> np.ndarray:
    """(start, end) of each, n × 2."""
    import numpy as np

    return np.fromiter(chain.from_iterable(spans), np.int64).reshape(-1, 2)


def _outside(places: np.ndarray, closed: np.ndarray) -> np.ndarray:
    """The places that lie in none of the closed ones."""
    import numpy as np

    if not len(closed):
        return places
    nearest = closed[np.searchsorted(closed[:, 0], places[:, 0], side="right") - 1]
    return places[(places[:, 0] < nearest[:, 0]) | (places[:, 1] > nearest[:, 1])]


_SEGMENTERS: dict[tuple[str, bool, str], Segmenter] = {}


def segmenter(lexicon: Lexicon, merge_variants: bool = False, engine: str = "trie") -> Segmenter:
    """The segmenter for a lexicon, built at first use and kept for the life of the process."""
    key = (lexicon.checksum, merge_variants, engine)
    if key not in _SEGMENTERS:
        _SEGMENTERS[key] = Segmenter(lexicon, merge_variants, engine)
    return _SEGMENTERS[key]


def contexts(
    term: str,
    passages: Iterable[Passage | str] | str,
    lexicon: Lexicon | None = None,
    width: int = 12,
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
            begin, finish = row.around(start, end)
            left, right = text[max(0, start - width) : start], text[end : end + width]
            word, whole = text[begin:finish], row.is_piece(start, end)
            rows.append((passage.speech.id, passage.number, start, left, right, word, whole))
    columns = ["speech", "passage", "start", "left", "right", "word", "whole"]
    return pd.DataFrame(rows, columns=columns)
