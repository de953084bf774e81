"""Line breaks that no paragraph asked for: after every ；, in mid-sentence, at a fixed width."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from jianghua.speeches.portal import is_furniture, is_salutation
from jianghua.speeches.removals import Cut

_GAP = re.compile(r"(?<![ \t　])[ \t　]*\n\s*")
_ENUMERATED = re.compile(
    r"\s*(?:第?[一二三四五六七八九十百]{1,4}(?:[、.．,，]|是|要|章|节|条)|"
    r"[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,3}[、.．)）](?!\d)|[①-⑳]|"
    r"—|--|[●•·◆■▲★*-]\s*)"
)
_ENDS = "。！？!?…：:.．”’」』）)】〗》"
_LONG = 60  # no heading is longer
_NARROWEST = 12  # characters; shorter lines are verse or lists
_FEW_BREAKS = 3  # broken paragraphs; from here on it is a habit of the copy and no slip


@dataclass(frozen=True)
class _Habits:
    """How this copy breaks its lines."""

    after_semicolons: bool  # every ； ends a line
    width: int  # lines are filled to this width, or 0
    blank_between: bool  # and its paragraphs stand apart by a blank line or an indent
    pairs: Counter[str]  # how often two characters stand side by side
    broken: bool  # paragraphs are cut in two by mistake now and then


def false_break_cuts(text: str) -> Iterator[Cut]:
    """Breaks inside a sentence; the lines on both sides become one."""
    gaps = list(_gaps(text))
    habits = _habits(text, gaps)
    for before, gap, after in gaps:
        if _is_false(before, gap.group(), after, habits):
            yield Cut(gap.start(), gap.end(), "false line break")


_Gap = tuple[str, re.Match[str], str]


def _gaps(text: str) -> Iterator[_Gap]:
    """(line before, the break with its blanks, line after) where both lines have words."""
    start = 0
    for gap in _GAP.finditer(text):
        before, after = text[start : gap.start()].strip(), _next_line(text, gap.end())
        start = gap.end()
        if before and after:
            yield before, gap, after


def _next_line(text: str, start: int) -> str:
    end = text.find("\n", start)
    return text[start:] if end < 0 else text[start:end]


def _habits(text: str, gaps: list[_Gap]) -> _Habits:
    semicolons = len(re.findall(r"[；;]", text))
    at_end = len(re.findall(r"[；;][ \t　]*(?:\n|$)", text))
    width = _width(text)
    apart = sum(_stands_apart(gap.group()) for _, gap, _ in gaps)
    pairs = Counter(a + b for a, b in pairwise(text))
    cut_words = sum(
        _breaks_off(before, after) and pairs[before[-1] + after[0]] > 1 for before, _, after in gaps
    )
    return _Habits(
        after_semicolons=semicolons >= 2 and at_end >= 0.9 * semicolons,
        width=width,
        blank_between=bool(width) and 0.03 * len(gaps) <= apart <= 0.6 * len(gaps),
        pairs=pairs,
        broken=cut_words >= _FEW_BREAKS,
    )


def _width(text: str) -> int:
    """The width to which lines are filled, or 0 when most lines are paragraphs of their own."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    lengths = sorted(len(line) for line in lines)
    if (
        len(lines) < 6
        or lengths[int(len(lengths) * 0.9)] < _NARROWEST
        or lengths[int(len(lengths) * 0.98)] > 120
    ):
        return 0
    width = lengths[int(len(lengths) * 0.9)]
    full = [line for line in lines if abs(len(line) - width) <= 4]
    broken = [line for line in full if line[-1] not in _ENDS]
    return width if len(full) >= 0.4 * len(lines) and len(broken) >= 0.5 * len(full) else 0


def _is_false(before: str, gap: str, after: str, habits: _Habits) -> bool:
    if _opens_paragraph(gap, after, habits) or _is_apart(before) or _is_apart(after):
        return False
    full = bool(habits.width) and len(before) >= habits.width - 5
    last = before[-1]
    if last in "；;":
        return habits.after_semicolons or full
    if last in "，,、":
        return True
    if last in _ENDS:
        return full and (habits.blank_between or last not in "。！？!?…：:")
    if habits.width:
        return full or after[0] in "，。、；：！？）”’》"
    return _breaks_off(before, after) and (habits.broken or habits.pairs[before[-1] + after[0]] > 1)


def _is_apart(line: str) -> bool:
    """Lines that are whole by their nature: greetings, and what a portal has set."""
    return is_salutation(line) or (len(line) < 120 and is_furniture(line))


def _opens_paragraph(gap: str, after: str, habits: _Habits) -> bool:
    if _is_indented(gap) or (habits.blank_between and gap.count("\n") > 1):
        return True
    return bool(_ENUMERATED.match(after))


def _is_indented(gap: str) -> bool:
    return re.search(r"\n(?:　| {2,}|\t)", gap) is not None


def _stands_apart(gap: str) -> bool:
    """Whether a blank line or an indent marks the next line as a paragraph."""
    return gap.count("\n") > 1 or _is_indented(gap)


def _breaks_off(before: str, after: str) -> bool:
    """Whether a paragraph ends without an end, and the next line could carry it on."""
    if len(before) <= _LONG or before[-1] in _ENDS + "，,、；;" or _ENUMERATED.match(after):
        return False
    return bool(re.search(r"[，。；,;]", before))
