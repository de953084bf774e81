"""Marks with which document viewers cut a text every few hundred characters: ``\\n\\n2、领``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from statistics import median

from jianghua.speeches.removals import Cut

_CANDIDATE = re.compile(r"(?:(?<=\n)|^)[ \t　]*(\d{1,4})[、.．][ \t　]*")
_FEWEST = 3  # two marks are no series
_SHORTEST = 60  # viewers cut by the hundred; list items are mostly shorter
_SPREAD = 0.35  # how far a piece may be from the median length
_ENDS = "。！？!?；;：:”’」』）)…\n"


def chunk_mark_cuts(text: str) -> Iterator[Cut]:
    """The marks of a viewer, with the line breaks around them, so that the cut word is whole.

    Numbering of the speech's own also ascends, but its items differ in length and end with a
    sentence. A series is taken for a viewer's only when its pieces are equally long and most of
    them break off in mid-sentence.
    """
    for series in _ascending(list(_CANDIDATE.finditer(text))):
        if _is_viewer(text, series):
            yield from (_cut_of(text, mark) for mark in series)


def _ascending(marks: list[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    """Runs of marks numbered n, n+1, n+2 …; other numbers may stand between."""
    waiting: dict[int, list[re.Match[str]]] = {}  # by the number that would carry a run on
    runs = []
    for mark in marks:
        number = int(mark[1])
        run = waiting.pop(number, None)
        if run is None:
            run = []
            runs.append(run)
        run.append(mark)
        waiting[number + 1] = run
    yield from (run for run in runs if len(run) >= _FEWEST)


def _is_viewer(text: str, series: list[re.Match[str]]) -> bool:
    lengths = [len(text[a.end() : b.start()].strip()) for a, b in pairwise(series)]
    middle = median(lengths)
    if middle < _SHORTEST:
        return False
    if _share_within(lengths, middle, 3) >= 0.8 and len(lengths) >= _FEWEST:
        return True  # nobody writes paragraphs of one length
    broken = sum(_breaks_off(text[max(0, mark.start() - 40) : mark.start()]) for mark in series[1:])
    return _share_within(lengths, middle, _SPREAD * middle) >= 0.8 and broken >= 0.5 * len(lengths)


def _share_within(lengths: list[int], middle: float, distance: float) -> float:
    return sum(abs(length - middle) <= distance for length in lengths) / len(lengths)


def _breaks_off(before: str) -> bool:
    before = before.rstrip()
    return bool(before) and before[-1] not in _ENDS


def _cut_of(text: str, mark: re.Match[str]) -> Cut:
    start = mark.start()
    while start > 0 and text[start - 1].isspace():
        start -= 1
    # the first mark stands at the head of the text: nothing is to be joined there
    if not _is_prose_before(text, start):
        start = mark.start()
    return Cut(start, mark.end(), "chunk mark")


def _is_prose_before(text: str, end: int) -> bool:
    line = text[text.rfind("\n", 0, end) + 1 : end]
    return len(line) >= _SHORTEST
