"""Footnotes: the notes an editor printed below a speech, and the marks that point to them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from jianghua.speeches.portal import lines
from jianghua.speeches.removals import Cut

_MARK = r"(?:[①-⑳]|[\[〔【［]\d{1,3}[\]〕】］])"
_NOTE = re.compile(rf"[\s　]*({_MARK})")
_HEADING = re.compile(r"[\s　【\[]*(?:注\s*释|脚\s*注|尾\s*注|附\s*注|注|参考文献)[】\]\s　：:]*")
# A mark that points stands behind what it explains; one that counts (：①…；②…) before it.
_POINTER = re.compile(
    rf"(?<![：:；;，,、\s　])(?<!^){_MARK}(?=[。！？；，、：”’」）)]|\s|$)|(?<=[。！？”」]){_MARK}"
)


def note_cuts(text: str) -> Iterator[Cut]:
    """Runs of lines that begin with the marks 1, 2, 3 …, where each mark has pointed to them from
    the text above; and these marks."""
    filled = [(start, line) for start, line in lines(text) if line.strip()]
    marks = [match[1] if (match := _NOTE.match(line)) else "" for _, line in filled]
    pointers = list(_POINTER.finditer(text)) if any(marks) else []
    number = 0
    while number < len(filled):
        notes = _run(marks, number)
        above = bisect_left(pointers, filled[number][0], key=re.Match.start)
        pointing = pointers[max(above - len(notes), 0) : above]
        if not notes or [m[0] for m in pointing] != notes:
            number += 1
            continue
        headed = number and _HEADING.fullmatch(filled[number - 1][1])
        yield from (Cut(m.start(), m.end(), "footnote mark") for m in pointing)
        start, (last, line) = filled[number - bool(headed)][0], filled[number + len(notes) - 1]
        yield Cut(max(start - 1, 0), last + len(line), "footnote")
        number += len(notes)


def _run(marks: Sequence[str], start: int) -> list[str]:
    """The marks with which lines begin from ``start`` on, as long as they count on from 1."""
    run: list[str] = []
    while (end := start + len(run)) < len(marks):
        if not marks[end] or _value(marks[end]) != len(run) + 1:
            break
        run.append(marks[end])
    return run


def _value(mark: str) -> int:
    return ord(mark) - ord("①") + 1 if len(mark) == 1 else int(mark[1:-1])
