"""Units that the text itself marks: coinages in quotation marks, and titles of laws.

Official speech puts a formulation in quotation marks when it is coined or cited: “双随机”, “四上”,
“一核两翼三中心”. No list holds them all; the marks do. Without marks the same characters are cut
by the lexicon and the dictionary: a row in ``corpus/lexicon/`` keeps them whole there too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from jianghua.words.lexicon import is_number
from jianghua.words.names import is_name

if TYPE_CHECKING:
    from jianghua.words.lexicon import Lexicon
    from jianghua.words.rows import Row

Place = tuple[int, int]

_SIGN = "[\u4e00-\u9fff〇A-Za-z0-9+]"
_NUMERAL = "[一二三四五六七八九十百千万两双]"
# In 1,759 quoted strings of 190 reports that no list held, those of up to six characters were
# nearly all coinages; longer ones read like sentences unless numerals give them their beat.
_COINAGE = re.compile(rf"{_SIGN}{{2,6}}|(?={_SIGN}*?{_NUMERAL}{_SIGN}+{_NUMERAL}){_SIGN}{{7,10}}")
_CITED = re.compile(r"“([^“”\n]+)”|「([^「」\n]+)」|『([^『』\n]+)』|‘([^‘’\n]+)’|\"([^\"\n]+)\"")
_OF_A_LAW = "法|条例|准则|公约|宪章|章程|办法|规定|细则|通则|规则"
_TITLE = re.compile(
    rf"《(?:中华人民共和国)?([\u4e00-\u9fff]{{1,12}}(?:{_OF_A_LAW}))(?:（[^（）\n]+）)?》"
)
_LONG = 3  # characters: a kept unit of so many stays visible inside a coinage


def find_quoted(row: Row, lexicon: Lexicon) -> Iterator[Place]:
    """Places of coinages and of titles of laws in a text cut into words."""
    for match in _CITED.finditer(row.text):
        start, end = match.span(match.lastindex or 0)
        if _is_coinage(row.text[start:end], lexicon) and not _holds_unit(row, start, end, lexicon):
            yield start, end
    for match in _TITLE.finditer(row.text):
        yield match.span(1)


def _is_coinage(text: str, lexicon: Lexicon) -> bool:
    """Whether it has the form of one; what would be read as a person's name (“金桥”) is left alone."""
    if "的" in text or text.isascii() or not _COINAGE.fullmatch(text):
        return False
    return not (text in lexicon.exceptions or is_number(text) or is_name(text))


def _holds_unit(row: Row, start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether a kept unit is a part of it, so that the unit is what is counted: 实体经济十条."""
    while start < end:
        after = row.edges.find(1, start + 1)
        if after - start >= _LONG and row.text[start:after] in lexicon.terms:
            return True
        start = after
    return False
