"""Passage: a piece of a speech small enough to be about one thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jianghua.speeches.corpus import Corpus, Speech

# Official prose has about 1.75 characters a word; 100 to 200 words are 175 to 350 characters.
SHORTEST, LONGEST = 175, 350

_HEADING = re.compile(
    r"\s*(第[一二三四五六七八九十百]+[章节部编]|[一二三四五六七八九十]{1,3}[、.．]|"
    r"[（(][一二三四五六七八九十]{1,3}[）)]|[IVXⅠ-Ⅻ]+[、.．])"
)
_SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;\n]+[”’」』）)]*|[^。！？!?；;\n]+")


@dataclass(frozen=True)
class Passage:
    """A stretch of a speech. ``start`` is its character offset there: ``speech.text[start:start +
    len(text)] == text``. Both are None where only counts travel. ``number`` counts from 0."""

    speech: Speech
    number: int
    start: int | None = None
    text: str | None = None


def is_heading(line: str) -> bool:
    """Whether a line is a section heading: numbered or short, and not a sentence."""
    line = line.strip()
    if not line or len(line) > 50 or line[-1] in "。；;，,、：:！!？?”":
        return False
    return bool(_HEADING.match(line)) or (len(line) <= 20 and not re.search(r"[，。；]", line))


def passages(corpus: Corpus | Iterable[Speech]) -> tuple[Passage, ...]:
    """Every speech with a text, cut into passages of about 100–200 words.

    A passage ends at a sentence, holds whole paragraphs where these are short, and never crosses
    a section heading; a heading belongs to the passage below it. Only the last passage before a
    heading may be shorter. Speeches without a text have no passages.
    """
    return tuple(
        Passage(speech, number, start, text)
        for speech in corpus
        if speech.text
        for number, (start, text) in enumerate(_cut(speech.text))
    )


def _cut(text: str) -> Iterator[tuple[int, str]]:
    for section_start, section_end in _sections(text):
        yield from _cut_section(text, section_start, section_end)


def _sections(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of the stretches between headings; a run of headings opens one section."""
    start, position, body_seen = 0, 0, False
    for line in text.splitlines(keepends=True):
        heading = is_heading(line)
        if heading and body_seen:
            yield start, position
            start, body_seen = position, False
        body_seen = body_seen or not (heading or not line.strip())
        position += len(line)
    if start < position:
        yield start, position


def _cut_section(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    first, length = start, 0
    for match in _SENTENCE.finditer(text, start, end):
        size = len(match.group().strip())
        ends_paragraph = text[first : match.start()].endswith("\n")
        full = length >= SHORTEST and (ends_paragraph or length + size > LONGEST)
        if full or (length and length + size > 2 * LONGEST):
            yield from _trimmed(text, first, match.start())
            first, length = match.start(), 0
        length += size
    yield from _trimmed(text, first, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """The stretch without blank edges; a stretch of one endless sentence is cut by length."""
    body = text[start:end]
    start += len(body) - len(body.lstrip())
    body = body.strip()
    for offset in range(0, len(body), 2 * LONGEST):
        piece = body[offset : offset + 2 * LONGEST]
        yield start + offset, piece
