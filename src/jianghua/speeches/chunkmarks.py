"""Marks with which document viewers cut a text every few hundred characters: ``\\n\\n2、领``."""

from __future__ import annotations

import re
from collections import defaultdict, deque
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


_Run = list[re.Match[str]]


def _ascending(marks: _Run) -> Iterator[_Run]:
    """Runs of marks numbered n, n+1, n+2 …; other numbers may stand between."""
    waiting: defaultdict[int, deque[_Run]] = defaultdict(lambda: deque(maxlen=4))
    runs: list[_Run] = []
    for mark in marks:
        candidates = waiting[int(mark[1])]
        if candidates:
            run = min(reversed(candidates), key=lambda run: _strangeness(run, mark))
            candidates.remove(run)
        else:
            runs.append(run := [])
        run.append(mark)
        waiting[int(mark[1]) + 1].append(run)
    yield from (run for run in runs if len(run) > 1)


def _strangeness(run: _Run, mark: re.Match[str]) -> float:
    """How far a mark is from where the run would have its next one: a list of the speech's own may
    stand between the viewer's marks, and count to the same number."""
    if len(run) < 2:
        return float("inf")
    usual = run[-1].start() - run[-2].start()
    return abs(mark.start() - run[-1].start() - usual)


def _is_viewer(text: str, run: _Run) -> bool:
    lengths = [len(text[a.end() : b.start()].strip()) for a, b in pairwise(run)]
    middle = median(lengths)
    broken = sum(_breaks_off(text[max(0, mark.start() - 40) : mark.start()]) for mark in run[1:])
    if len(run) < _FEWEST:  # too few to be regular; but viewers cut at round numbers
        return broken == 1 and middle >= 200 and middle % 50 == 0
    if middle < _SHORTEST:
        return False
    if _share_within(lengths, middle, 3) >= 0.8:
        return True  # nobody writes paragraphs of one length
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
