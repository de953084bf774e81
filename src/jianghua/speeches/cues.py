"""What a format sets before each line: the cues of subtitles and transcripts, numbers of lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from jianghua.speeches.portal import lines
from jianghua.speeches.removals import Cut

_TIME = r"(?:\d{1,2}[:：])?\d{1,2}[:：]\d{2}(?:[.,]\d{1,3})?"
_VOICE = r"(?:说话人|发言人|讲话人|[Ss]peaker)[ _]?[\dA-Z一二三四五六七八九]{1,2}"
_SUBTITLE = re.compile(
    rf"(?m)^(?:\d{{1,5}}[ \t]*\n)?[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}[^\n]*(?:\n|$)"
)
_HEADER = re.compile(r"\s*WEBVTT[^\n]*\n")
_CUE = re.compile(
    rf"(?m)^[ \t]*(?:[\[【(（]{_TIME}[\]】)）]|{_TIME}(?=\s))[ \t]*(?:{_VOICE}[ \t]*(?:[:：]|$))?[ \t]*"
    rf"|^[ \t]*{_VOICE}[ \t]*[(（\[]?{_TIME}[)）\]]?[ \t]*[:：]?[ \t]*"
)
_FEWEST = 5


def cue_cuts(text: str) -> Iterator[Cut]:
    """The numbers and times of subtitles; times and voices before every other line at least."""
    subtitles = list(_SUBTITLE.finditer(text))
    if len(subtitles) >= _FEWEST:
        if header := _HEADER.match(text):
            yield Cut(header.start(), header.end(), "time code")
        yield from (Cut(m.start(), m.end(), "time code") for m in subtitles)
        return
    cues = list(_CUE.finditer(text))
    filled = sum(bool(line.strip()) for line in text.split("\n"))
    if len(cues) >= max(_FEWEST, 0.4 * filled):
        yield from (Cut(m.start(), m.end(), "time code") for m in cues)


_NUMBERED = re.compile(r"[ \t]*(\d{1,4})[ \t|│]{1,2}(?=\S|[ \t　])")
_FEWEST_NUMBERED = 10


def line_number_cuts(text: str) -> Iterator[Cut]:
    """Numbers that count the lines of a print: nearly every line has one, the next one more, and
    many a line ends inside its sentence. What counts points (1、 2.) has a mark behind it."""
    filled = [(start, line) for start, line in lines(text) if line.strip()]
    found = [(start, m) for start, line in filled if (m := _NUMBERED.match(line))]
    if len(found) < max(_FEWEST_NUMBERED, 0.9 * len(filled)):
        return
    steps = [int(below[1]) - int(above[1]) for (_, above), (_, below) in pairwise(found)]
    whole = sum(line.rstrip()[-1] in "。！？；" for _, line in filled)
    if steps.count(1) >= 0.9 * len(steps) and whole <= 0.7 * len(filled):
        yield from (Cut(start, start + m.end(), "line number") for start, m in found)
