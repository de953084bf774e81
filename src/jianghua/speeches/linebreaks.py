"""Line breaks that no paragraph asked for: after every ；, in mid-sentence, at a fixed width."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jianghua.speeches.removals import Cut

_GAP = re.compile(r"[ \t　]*\n[\s]*")
_ENUMERATED = re.compile(
    r"[ \t　]*(?:第?[一二三四五六七八九十百]{1,4}(?:[、.．,，]|是|要|章|节|条)|"
    r"[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,3}[、.．)）](?!\d)|[①-⑳]|"
    r"—|--|[●•·◆■▲★*-][ \t　]*)"
)
_SALUTATION = re.compile(
    r"[ \t　]*[^，。；\n]{0,40}(?:同志|代表|委员|领导|朋友|来宾|先生|女士|同事|同学|书记|老师)们?"
    r"[^，。；\n]{0,20}[：:！!，,][ \t　]*"
)
_ENDS = "。！？!?…：:”’」』）)】〗》"
_LONG = 60  # no heading is longer


@dataclass(frozen=True)
class _Habits:
    """How this text breaks its lines."""

    after_semicolons: bool  # every ； ends a line: a portal did it
    width: int  # lines are filled to this width, or 0


def false_break_cuts(text: str) -> Iterator[Cut]:
    """Breaks inside a sentence; the lines on both sides become one."""
    habits = _habits(text)
    start = 0
    for gap in _GAP.finditer(text):
        before, after = text[start : gap.start()], _next_line(text, gap.end())
        start = gap.end()
        if after and _is_false(before, gap.group(), after, habits):
            yield Cut(gap.start(), gap.end(), "false line break")


def _next_line(text: str, start: int) -> str:
    end = text.find("\n", start)
    return text[start:] if end < 0 else text[start:end]


def _habits(text: str) -> _Habits:
    semicolons = len(re.findall(r"[；;]", text))
    at_end = len(re.findall(r"[；;][ \t　]*(?:\n|$)", text))
    return _Habits(semicolons >= 2 and at_end >= 0.9 * semicolons, _width(text))


def _width(text: str) -> int:
    """The width to which lines are filled, or 0 when most lines are paragraphs of their own."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    lengths = sorted(len(line) for line in lines)
    if len(lines) < 6 or lengths[-1] > 120:
        return 0
    width = lengths[int(len(lengths) * 0.9)]
    full = [line for line in lines if abs(len(line) - width) <= 3]
    broken = [line for line in full if line[-1] not in _ENDS]
    return width if len(full) >= 0.4 * len(lines) and len(broken) >= 0.5 * len(full) else 0


def _is_false(before: str, gap: str, after: str, habits: _Habits) -> bool:
    before = before.rstrip()
    if not before or _SALUTATION.fullmatch(before) or _opens_paragraph(gap, after):
        return False
    last = before[-1]
    if last in "；;":
        return habits.after_semicolons or bool(habits.width)
    if last in "，,、":
        return True
    if last in _ENDS:
        return bool(habits.width) and last not in "。！？!?…：:" and len(before) >= habits.width - 3
    if habits.width:
        return len(before) >= habits.width - 3 or _continues(after)
    return len(before) > _LONG and bool(re.search(r"[，。；,;]", before))


def _opens_paragraph(gap: str, after: str) -> bool:
    indented = re.search(r"\n(?:　　|    | {2,})$", gap) is not None
    return indented or bool(_ENUMERATED.match(after)) or bool(_SALUTATION.fullmatch(after))


def _continues(after: str) -> bool:
    return bool(after) and after[0] in "，。、；：！？）”’》"
