"""Several speeches in one file (讲话汇编): where each begins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from jianghua.speeches.portal import DATE, SPEAKER, is_prose, is_salutation

_HEADING = re.compile(
    r"[\s　#*《【—–－-]*(?:第?[一二三四五六七八九十百\d]{1,4}[、．.篇]?[\s　]*)?[^。！？；：:，,]{3,60}?"
    r"(?:讲话|报告|发言|致辞|致词|演讲|党课|谈话|开幕词|闭幕词|主持词|贺词|祝词)(?:稿|提纲|要点|摘要|全文)?"
    r"[\s》】*]*(?:[（(].{0,24}[）)])?[\s　]*"
)
_NEAR = 4  # filled lines below a heading in which a date or a greeting must stand
_SHORTEST = 150  # characters; what is shorter is a table of contents or a notice


def speech_starts(text: str) -> tuple[int, ...]:
    """Where the speeches of a text begin: (0,) for a single one.

    A speech begins at a line that names one (…讲话, …报告) with a date or a greeting just below it
    and a few hundred characters of prose before the next; a title that comes twice is one speech
    with its title repeated. Prose above the first heading belongs to the first speech; the title of
    the volume does not.
    """
    lines = list(_filled_lines(text))
    found = [n for n, (_, line) in enumerate(lines) if _opens(lines, n, line)]
    titles = [_name(lines, n) for n in found]
    starts = [_start(lines, n) for k, n in enumerate(found) if titles[k] not in titles[:k]]
    starts = _with_prose(starts, text)
    if len(starts) < 2:
        return (0,)
    above = text[: starts[0]].split("\n")
    return (0 if any(map(is_prose, above)) else starts[0], *starts[1:])


def heading_starts(text: str) -> Iterator[int]:
    """Where the lines begin that are titles of speeches, with a date or a greeting just below."""
    lines = list(_filled_lines(text))
    yield from (start for n, (start, line) in enumerate(lines) if _opens(lines, n, line))


def _name(lines: Sequence[tuple[int, str]], number: int) -> str:
    """A title with the date below it: reports of two years may have one title."""
    near = [line for _, line in lines[number + 1 : number + 1 + _NEAR]]
    date = next((line for line in near if re.search(r"年.{1,8}月", line) and len(line) < 60), "")
    return re.sub(r"\W", "", lines[number][1] + date)


def _filled_lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, line
        start += len(line) + 1


def _opens(lines: Sequence[tuple[int, str]], number: int, line: str) -> bool:
    """Whether a line is the title of a speech: by its words, and by a date or greeting below."""
    if len(line) > 90 or not _HEADING.fullmatch(line):
        return False
    for _, below in lines[number + 1 : number + 1 + _NEAR]:
        if _HEADING.fullmatch(below) and not _is_subtitle(below):
            return False  # a table of contents, or a title above its own repetition
        if is_salutation(below) or DATE.fullmatch(below.strip()):
            return True
        if is_prose(below) or not (len(below) < 40 or SPEAKER.fullmatch(below)):
            return False
    return False


def _is_subtitle(line: str) -> bool:
    return line.strip().startswith(("—", "–", "-", "－", "（"))


def _start(lines: Sequence[tuple[int, str]], number: int) -> int:
    """Where a title begins: a subtitle (——在…会上的讲话) has its title on the line above."""
    above = lines[number - 1] if number else (0, "")
    has_title = _is_subtitle(lines[number][1]) and 0 < len(above[1].strip()) <= 40
    return above[0] if has_title and not is_prose(above[1]) else lines[number][0]


def _with_prose(starts: Sequence[int], text: str) -> list[int]:
    return [
        start for start, end in pairwise([*starts, len(text)])
        if sum(len(line) for line in text[start:end].split("\n") if is_prose(line)) >= _SHORTEST
    ]  # fmt: skip
