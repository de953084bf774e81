"""Clues to the year of a speech: what in its words can only be, or is hardly, of some years.

Nothing is decided here; `jianghua.speeches.dating` weighs the clues.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

FIRST_YEAR = 1949


@dataclass(frozen=True)
class Clue:
    """A string of the speech that points to years.

    ``start`` is its character offset (-1 where it stands in the title or on the portal's page).
    The year lies in ``not_before`` … ``not_after`` (None: no bound on that side); a year outside
    loses ``weight`` (natural log-odds). ``source`` says why.
    """

    string: str
    start: int
    kind: str
    not_before: int | None
    not_after: int | None
    source: str
    weight: float


@dataclass(frozen=True)
class Entry:
    """A row of ``words/data/tifa.csv``: see TIFA.md beside it."""

    term: str
    spellings: tuple[str, ...]
    first_year: int
    last_year: int | None
    kind: str
    source: str
    confidence: str
    scope: str = "全国"
    not_in: tuple[str, ...] = ()  # longer strings in which the term is not meant


_NOT_IN = re.compile(r"not in ([^;]+)")


@cache
def timeline() -> tuple[Entry, ...]:
    """The dated formulations, meetings, plans, laws and events that ship with the program."""
    table = files("jianghua") / "words/data/tifa.csv"
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    return tuple(_entry(row) for row in rows)


def _entry(row: dict[str, str]) -> Entry:
    aliases = [alias.strip() for alias in re.split(r"[;|；]", row["aliases"]) if alias.strip()]
    return Entry(
        term=row["term"],
        spellings=tuple(dict.fromkeys(bare(s) for s in (row["term"], *aliases))),
        first_year=int(row["first_year"]),
        last_year=int(row["last_year"]) if row["last_year"] else None,
        kind=row["kind"],
        source=row["source"],
        confidence=row["confidence"],
        scope=row["scope"],
        not_in=tuple(bare(s) for s in _NOT_IN.findall(row["note"]) for s in s.split("、")),
    )


# --- reading numbers ----------------------------------------------------------------------

_PLAIN = str.maketrans("０１２３４５６７８９○Ｏ零〇－—–～", "0123456789〇〇〇〇----")
_HAN_DIGIT = {digit: str(value) for value, digit in enumerate("〇一二三四五六七八九")}
_UNWRITTEN = re.compile(r"[\s“”‘’\"'「」『』《》〈〉]")


def plain(text: str) -> str:
    """The text with full-width digits, rings and dashes made one kind: same length, same offsets."""
    return text.translate(_PLAIN)


def bare(text: str) -> str:
    """The text without blanks and quotation marks, which come and go inside a formulation."""
    return _UNWRITTEN.sub("", text)


def number(numeral: str) -> int:
    """十八 → 18, 二〇一二 → 2012, 30 → 30.

    >>> number("二十"), number("一百"), number("七十五")
    (20, 100, 75)
    """
    if numeral.isascii():
        return int(numeral)
    if not re.search("[十百]", numeral):
        return int("".join(_HAN_DIGIT[d] for d in numeral))
    hundreds, _, rest = numeral.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    value = 100 * int(_HAN_DIGIT[hundreds or "一"]) if "百" in numeral else 0
    value += 10 * int(_HAN_DIGIT[tens.strip("〇") or "一"]) if ten else 0
    ones = ones.strip("〇")
    return value + (int(_HAN_DIGIT[ones]) if ones else 0)


HAN_YEAR = r"(?:一九[四五六七八九]|二〇[〇一二三四])[〇一二三四五六七八九]"
YEAR = rf"(?:(?<!\d)(?:19[4-9]|20[0-4])\d(?!\d)|{HAN_YEAR})"
_NUMERAL = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
DATE = (
    rf"(?P<year>{YEAR})\s*年\s*(?:(?P<month>{_NUMERAL})\s*月\s*(?:(?P<day>{_NUMERAL})\s*[日号])?)?"
    rf"|(?P<year2>{YEAR})[-./](?P<month2>\d{{1,2}})[-./](?P<day2>\d{{1,2}})(?!\d)"
)


def read_date(match: re.Match[str]) -> str:
    """``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD`` of a match of DATE, as far as it makes sense."""
    year = number(match["year"] or match["year2"])
    month = number(match["month"] or match["month2"] or "0")
    day = number(match["day"] or match["day2"] or "0")
    if not 1 <= month <= 12:
        return f"{year}"
    return f"{year}-{month:02}-{day:02}" if 1 <= day <= 31 else f"{year}-{month:02}"


# --- dates that the speech states of itself ------------------------------------------------

_HEAD_LINES, _HEAD_CHARACTERS = 12, 600
_SALUTATION = re.compile(r"\s*(各位|同志们|尊敬的|女士们|朋友们|同学们)")
_DATE_LINE = re.compile(rf"^[\s(（\[【-]*(?:时间[:：]\s*)?(?:{DATE})[\s)）\]】]*$")
_OCCASION_LINE = re.compile(
    rf"^[\s(（-]*(?:{DATE})[,，]?.{{0,60}}?(会上|会议上|大会|会议|上的?讲话|通过|报告|班上|仪式上|时的讲话)"
)
_TITLE_YEAR = re.compile(rf"(?P<year>{YEAR})年(?!度|来|代|以来|底|前)(?:(?P<month>)(?P<day>))?")


def stated_dates(text: str, title: str = "") -> list[Clue]:
    """Dates on lines of their own at the head or the foot, and the year in the title.

    The head ends at the salutation. A date inside a sentence is not one of these.
    """
    return [
        Clue(match[0].strip(), start, "stated date", int(date[:4]), int(date[:4]), date, 12.0)
        for start, line in (*_head(text), *_foot(text))
        if (match := _DATE_LINE.match(plain(line)) or _OCCASION_LINE.match(plain(line)))
        for date in [read_date(match)]
    ]


def _head(text: str) -> Iterator[tuple[int, str]]:
    position = 0
    for line in text[:_HEAD_CHARACTERS].splitlines(keepends=True)[:_HEAD_LINES]:
        if _SALUTATION.match(line):
            return
        yield position, line.rstrip()
        position += len(line)


def _foot(text: str) -> Iterator[tuple[int, str]]:
    """The last two lines that hold anything, where both are short."""
    position = len(text)
    lines = 0
    for line in reversed(text[-400:].splitlines(keepends=True)):
        position -= len(line)
        if line.strip() and len(line.strip()) < 30:
            yield position, line.rstrip()
            lines += 1
        if len(line.strip()) >= 30 or lines == 2:
            return


# --- formulations of the timeline ----------------------------------------------------------


def timeline_hits(
    text: str, entries: Sequence[Entry] | None = None
) -> list[tuple[Entry, str, int]]:
    """(entry, string, start) of the first place of each entry that stands in the text.

    A term inside a longer term at the same place is not a hit of its own: 行政监察法 is no 监察法.
    """
    kept = [i for i, c in enumerate(text) if not _UNWRITTEN.match(c)]
    squeezed = "".join(text[i] for i in kept)
    spans = _spans(squeezed, entries if entries is not None else timeline())
    hits: dict[str, tuple[Entry, str, int]] = {}
    for start, end, entry in _outermost(spans):
        first, last = kept[start], kept[end - 1]
        hits.setdefault(entry.term, (entry, text[first : last + 1], first))
    return list(hits.values())


def _spans(text: str, entries: Iterable[Entry]) -> Iterator[tuple[int, int, Entry | None]]:
    """Every place of every spelling; None where a term is not meant."""
    for entry in entries:
        for spelling in entry.spellings:
            yield from ((at, at + len(spelling), entry) for at in _places(text, spelling))
        for spelling in entry.not_in:
            yield from ((at, at + len(spelling), None) for at in _places(text, spelling))


def _places(text: str, string: str) -> Iterator[int]:
    at = text.find(string)
    while at >= 0:
        yield at
        at = text.find(string, at + 1)


def _outermost(
    spans: Iterable[tuple[int, int, Entry | None]],
) -> Iterator[tuple[int, int, Entry]]:
    reach = -1
    for start, end, entry in sorted(spans, key=lambda s: (s[0], -s[1], s[2] is not None)):
        if end > reach:
            reach = end
            if entry:
                yield start, end, entry
