"""The head of a speech as lines, also where a copy has run title, date, greeting and text together."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jianghua.speeches.portal import DATE, TITLE, is_furniture, is_prose, is_salutation, lines
from jianghua.speeches.removals import Cut

_YEAR = r"(?:[12１２][\d０-９]{3}|[一二][一二三四五六七八九〇○零O0]{3})"
_DAY = (
    rf"[（(\[【]?\s*{_YEAR}\s*年\s*[\d０-９一二三四五六七八九十]{{1,3}}\s*月"
    r"(?:\s*[\d０-９一二三四五六七八九十]{1,3}\s*[日号])?\s*[）)\]】]?"
)
# A greeting at the head comes before any sentence, and what it greets has no comma but inside.
_GREETING = r"(?:尊敬的|各位|同志们|女士们|朋友们|老师们|同学们|亲爱的)[^。；！？\n]{0,60}?[：:！!]"
_GOES_ON = r"(?=[\s　]|$|同志们|各位|尊敬的|今天|为|根据|这次|按照|下面|首先|大家)"
_BEFORE = r"[\s　]*[^。！？；，,\n]{4,200}?"
_GREETED, _DATED = re.compile(_BEFORE + _GREETING), re.compile(_BEFORE + _DAY + _GOES_ON)
_MARK = r"[>＞»›|｜]"
_LABELLED = rf"[^\s　：:]{{2,8}}[：:][\s　]*{_DAY}"
_WHOLE = rf"{_LABELLED}|{_DAY}{_GOES_ON}|{_GREETING}"
_PART = re.compile(rf"{_WHOLE}|(?:(?!{_WHOLE}|{_MARK})\S)+")


def head_lines(text: str) -> Iterator[tuple[int, str]]:
    """(start, line) of each line that holds anything.

    Where the first one is running text that opens with title and date, or title and greeting, each
    of these comes as if it stood on a line of its own.
    """
    for start, line in lines(text):
        if line.strip():
            yield from _parts(text, start, line)
            rest = start + len(line) + 1
            yield from ((rest + s, below) for s, below in lines(text[rest:]) if below.strip())
            return


def _parts(text: str, start: int, line: str) -> Iterator[tuple[int, str]]:
    """The parts of a run-on opening and what follows them; or the line whole."""
    opening = run_on_opening(line)
    for place, part in opening:
        yield start + place, part
    end = opening[-1][0] + len(opening[-1][1]) if opening else 0
    if line[end:].strip():
        yield start + end, line[end:]


def run_on_opening(line: str) -> list[tuple[int, str]]:
    """(start, part) of title, date, speaker and greeting that open a line of running text.

    Empty where no part is a title: a sentence may name a report and its date.
    """
    if not is_prose(line):
        return []
    for shape in (_GREETED, _DATED):
        opening = shape.match(line[:400])
        parts = (
            [(m.start(), m.group()) for m in _PART.finditer(line, 0, opening.end())]
            if opening
            else []
        )
        closes = bool(parts) and (shape is _DATED or is_salutation(parts[-1][1]))
        if closes and any(_is_title(part) for _, part in parts):
            return _joined(line, parts)
    return []


def _is_title(part: str) -> bool:
    return len(part) >= 5 and bool(TITLE.fullmatch(part)) and not is_furniture(part)


def _joined(line: str, found: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The parts, with a title that a blank has cut in two (在全县 农田水利会议上的讲话) as one."""
    for number, (start, part) in enumerate(found[:-1]):
        after_start, after = found[number + 1]
        opens = part.startswith(("在", "关于")) and not TITLE.fullmatch(part)
        if opens and _is_title(after) and not after.startswith(("在", "关于")):
            whole = (start, line[start : after_start + len(after)])
            return [*found[:number], whole, *found[number + 2 :]]
    return found


def run_on_cuts(text: str) -> Iterator[Cut]:
    """What a portal says before and between the parts of a run-on opening."""
    start, line = next(((s, line) for s, line in lines(text) if line.strip()), (0, ""))
    opening = run_on_opening(line)
    if not opening:
        return
    title = max((place for place in opening if _is_title(place[1])), key=lambda p: len(p[1]))[0]
    if re.search(_MARK, line[:title]) or any(_is_portals(p) for s, p in opening if s < title):
        yield Cut(start, start + title, "portal head")
    for place, part in opening:
        if place > title and _is_portals(part):
            yield Cut(start + place, start + place + len(part), "portal head")


def _is_portals(part: str) -> bool:
    return is_furniture(part) and not (DATE.fullmatch(part.strip()) or is_salutation(part))
