"""Lists of contents (目录) of printed volumes and long reports: lines of titles and page numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jianghua.speeches.portal import DATE, TITLE, is_prose, is_salutation, lines
from jianghua.speeches.removals import Cut

_TITLED = re.compile(r"\W*(?:总\s*)?目\s*[录錄次]\s*(?:contents)?\W*|\W*contents\W*", re.I)
# 在全县大会上的讲话……………12: dots, middle dots or dashes lead to the page
_PAGE = r"[（(\[/]?(?P<page>\d{1,4})[)）\]]?[\s　]*"
_LED = re.compile(
    r"(?P<title>\S.{0,90}?)[\s　]*(?:[.．·•_]{3,}|[…⋯‥]+|(?:[.．·•…][\s　]){3,}|[─—-]{3,})[\s　.．…]*"
    + _PAGE
)
_PAGED = re.compile(r"(?P<title>\S.{1,90}?)[\s　]+" + _PAGE)
_LONGEST = 100  # characters of an entry
_FEWEST = {True: 2, False: 3}  # entries that make a list, under its heading and without one

Lines = list[tuple[int, str]]


def contents_cuts(text: str) -> Iterator[Cut]:
    """Lists of contents, with their heading.

    An entry leads to a page by dots, or by a blank where it stands under the heading (目录) or comes
    again below; under the heading one that comes again below needs no page. Pages never go down.
    An outline of one report without pages stays: it was printed with it, and perhaps spoken.
    """
    filled = [(start, line) for start, line in lines(text) if line.strip()]
    last = {_bare(line): number for number, (_, line) in enumerate(filled)}
    number = 0
    while number < len(filled):
        titled = bool(_TITLED.fullmatch(filled[number][1]))
        end, entries = _list_end(filled, number + titled, titled, last)
        if entries < _FEWEST[titled]:
            number += 1
            continue
        start, line = filled[end - 1]
        yield Cut(filled[number][0], start + len(line), "contents list")
        number = end


def _list_end(filled: Lines, place: int, titled: bool, last: dict[str, int]) -> tuple[int, int]:
    """(number of the line behind the entries that begin at ``place``, how many these are)."""
    end, entries, page = place, 0, 0
    patience = 2 if titled else 1  # lines until the next entry: a long title takes two
    while place < len(filled) and place - end < patience and _may_be_entry(filled[place][1]):
        found = _entry_page(filled[place][1], place, titled, last)
        place += 1
        if found is not None and (found == 0 or found >= page):
            counts = found > 0 or bool(TITLE.fullmatch(filled[place - 1][1].strip()))
            end, entries, page, patience = place, entries + counts, found or page, 2
    return end, entries


def _may_be_entry(line: str) -> bool:
    return len(line) <= _LONGEST and not (
        is_prose(line) or is_salutation(line) or DATE.fullmatch(line.strip())
    )


def _entry_page(line: str, place: int, titled: bool, last: dict[str, int]) -> int | None:
    """The page that an entry leads to, 0 for an entry without one, None for another line."""
    shown = line.strip()
    if led := _LED.fullmatch(shown):
        return int(led["page"])
    paged = _PAGED.fullmatch(shown)
    if paged and (titled or last.get(_bare(paged["title"]), 0) > place):
        return int(paged["page"])
    return 0 if titled and last[_bare(line)] > place else None


def _bare(line: str) -> str:
    """A title without signs and blanks, as list and text may set it apart."""
    return re.sub(r"\W", "", line)
