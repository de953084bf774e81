"""Timeline: the dated formulations of ``words/data/tifa.csv``, and where a text holds them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_UNWRITTEN = re.compile(r"[\s“”‘’\"'「」『』《》〈〉]")


def bare(text: str) -> str:
    """The text without blanks and quotation marks, which come and go inside a formulation."""
    return _UNWRITTEN.sub("", text)


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
    note: str = ""
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
        note=row["note"],
        not_in=tuple(bare(s) for s in _NOT_IN.findall(row["note"]) for s in s.split("、")),
    )


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
