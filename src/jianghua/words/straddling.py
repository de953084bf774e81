"""Common words that run across an edge of a unit: 确保|民生, not 确|保民生.

A dictionary weighs a character that seldom stands alone like any word, so a unit may leave such a
character stray beside it. Where that character and the unit's nearest ones are a common word, and
what is left of the unit is words too, the common word is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from jianghua.words.dictionary import times

if TYPE_CHECKING:
    import numpy as np

    from jianghua.words.rows import Row

Cutter = Callable[[str], Sequence[str]]

# Times in jieba's 60 million tokens. Of the strings that these two change in 190 reports all but six
# in 140 are as they should be, read by eye.
_ALONE = 12_000  # a character that is met alone as often as this is a word of its own
_COMMON = 100  # a word that is met as often as this may claim a stray character
_NUMERALS = frozenset("〇零一二三四五六七八九十百千万亿两几数第半双")
# What makes a new word of a unit (文化产业带, 领导责任制), and so is no stray character behind one.
_SUFFIXES = frozenset(
    "业链园州社感节院局额权器界馆奖户费库型圈网化性率区县制学员者家师法税量线站机厂部处所会党军队"
    "市省乡镇村路街港湾山河湖江海岛带群体系类品物料款金价值卡证券书表册单号点层级期日"
)


def find_straddling(
    row: Row, places: np.ndarray, cut: Cutter
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Where each such word or unit begins, and the pieces that the characters are.

    ``places`` (n × 2) are those of units, of which only pieces of the row are looked at; ``cut``
    cuts what is left of one."""
    from jianghua.words.trie import codes_of

    edges, stray = row.array, _is_stray()[codes_of(row.text)]
    whole = places[row.bounds(places)]
    led = whole[whole[:, 0] > 0]
    alone = edges[led[:, 0] - 1] & stray[led[:, 0] - 1]
    for start, end in led[alone > 0].tolist():
        found = _before(row.text[start - 1], row.text[start:end], cut)
        if found and row.is_piece(start, end):
            yield start - 1, found
    followed = whole[whole[:, 1] < len(row.text)]
    alone = edges[followed[:, 1] + 1] & stray[followed[:, 1]] >> 1
    for start, end in followed[alone > 0].tolist():
        found = _behind(row.text[start:end], row.text[end], cut)
        if found and row.is_piece(start, end):
            yield start, found


@cache
def _is_stray() -> np.ndarray:
    """By code point: 1 for a Han character that seldom stands alone, 3 if it is no suffix either."""
    import numpy as np

    flags = np.zeros(0x110000, np.uint8)
    for sign in map(chr, range(0x4E00, 0xA000)):
        if 0 < times(sign) < _ALONE and sign not in _NUMERALS:
            flags[ord(sign)] = 1 if sign in _SUFFIXES else 3
    return flags


def _before(stray: str, unit: str, cut: Cutter) -> tuple[str, ...]:
    """The stray character's word and the rest of the unit behind it; nothing if they are none."""
    for at in range(1, len(unit) - 1):
        if times(word := stray + unit[:at]) >= _COMMON and (rest := _words(unit[at:], cut)):
            return word, *rest
    return ()


def _behind(unit: str, stray: str, cut: Cutter) -> tuple[str, ...]:
    """The rest of the unit and the stray character's word behind it; nothing if they are none."""
    for at in range(len(unit) - 1, 1, -1):
        if times(word := unit[at:] + stray) >= _COMMON and (rest := _words(unit[:at], cut)):
            return *rest, word
    return ()


def _words(text: str, cut: Cutter) -> Sequence[str]:
    """The words of a text, none of which is a single character."""
    words = cut(text)
    return words if all(len(word) > 1 for word in words) else ()
