"""Printed pages set in columns: their lines in the order in which they are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from statistics import median
from typing import Any

_Line = dict[str, Any]  # pdfplumber's: text, chars, x0, x1, top, bottom
_Segment = tuple[float, float]  # where words begin and end without a wide gap

_DEEPEST = 3  # so often a page is halved: eight columns at most
_FEWEST = 6  # lines of a column
_NARROWEST = 0.2  # of the printed width: a column of prose, not of a table
_MOST_CROSSING = 0.4  # headlines across both columns, as a share of the lines of one
_WIDE = 1.2  # gap between two columns, in heights of the line
_LIKELIEST = 12  # places that are tried as a gutter


def lines_in_reading_order(page: Any, depth: int = _DEEPEST) -> list[_Line]:
    """The lines of a page of pdfplumber, column by column between lines that cross them all.

    A column's lines are stretched to the width of the page, so that what is set in and what ends
    early shows as it does on a page without columns.
    """
    found = page.extract_text_lines(return_chars=True, strip=True)
    gutter = _gutter(found) if depth else None
    if gutter is None:
        return list(found)
    margins = _margins(found)
    ordered: list[_Line] = []
    for crosses, lines in groupby(found, lambda line: _crosses(line, gutter)):
        band = list(lines)
        above = len(band) if crosses else _above_columns(band, gutter)
        ordered += band[:above]
        if columns := band[above:]:
            ordered += _columns(page, columns, gutter, margins, depth)
    return ordered


def _above_columns(band: Sequence[_Line], gutter: float) -> int:
    """How many lines stand above the first of the left column: a centred date crosses no gutter."""
    first = next((n for n, line in enumerate(band) if line["x0"] < gutter), 0)
    return first if first and band[first - 1]["bottom"] <= band[first]["top"] else 0


def _margins(lines: Sequence[_Line]) -> tuple[float, float]:
    return min(line["x0"] for line in lines), max(line["x1"] for line in lines)


def _gutter(lines: Sequence[_Line]) -> float | None:
    """Where a page is cut in two columns of prose, if it is."""
    segments = [segment for line in lines for segment in _segments(line)]
    if len(segments) < 2 * _FEWEST:
        return None
    begins = Counter(round(start) for start, _ in segments).most_common(_LIKELIEST)
    width = max(end for _, end in segments) - min(start for start, _ in segments)
    places = [start - 1.0 for start, count in begins if count >= _FEWEST / 2]
    return max(
        (place for place in places if _parts(segments, place, width)),
        key=lambda place: _balance(segments, place),
        default=None,
    )


def _segments(line: _Line) -> Iterator[_Segment]:
    chars = sorted(line["chars"], key=lambda char: char["x0"])
    chars = [char for char in chars if not char["text"].isspace()]
    wide = _WIDE * (line["bottom"] - line["top"])
    start = 0
    for number in range(1, len(chars) + 1):
        if number == len(chars) or chars[number]["x0"] - chars[number - 1]["x1"] > wide:
            yield chars[start]["x0"], chars[number - 1]["x1"]
            start = number


def _balance(segments: Sequence[_Segment], place: float) -> int:
    return min(
        sum(end <= place for _, end in segments), sum(start >= place for start, _ in segments)
    )


def _parts(segments: Sequence[_Segment], place: float, width: float) -> bool:
    """Whether most of a page lies on both sides of a place, in lines as long as prose has."""
    left = [end - start for start, end in segments if end <= place]
    right = [end - start for start, end in segments if start >= place]
    fewer = min(len(left), len(right))
    crossing = len(segments) - len(left) - len(right)
    if fewer < _FEWEST or crossing > _MOST_CROSSING * fewer:
        return False
    return min(median(left), median(right)) >= _NARROWEST * width


def _crosses(line: _Line, gutter: float) -> bool:
    return any(start < gutter < end for start, end in _segments(line))


def _columns(
    page: Any, band: list[_Line], gutter: float, margins: tuple[float, float], depth: int
) -> list[_Line]:
    """The left half of a band of lines, then the right one; the band as it is where the halves
    would lose a character."""
    left, above, right, below = page.bbox
    top = max(above, min(line["top"] for line in band))
    bottom = min(below, max(line["bottom"] for line in band))
    boxes = ((left, top, gutter, bottom), (gutter, top, right, bottom))
    halves = [lines_in_reading_order(page.within_bbox(box), depth - 1) for box in boxes]
    if _characters([*halves[0], *halves[1]]) != _characters(band):
        return band
    return [line for half in halves if half for line in _stretched(half, margins)]


def _characters(lines: Sequence[_Line]) -> Counter[str]:
    return Counter(char["text"] for line in lines for char in line["chars"])


def _stretched(half: Sequence[_Line], margins: tuple[float, float]) -> Iterator[_Line]:
    left, right = _margins(half)
    for line in half:
        begins, ends = margins[0] + line["x0"] - left, margins[1] - right + line["x1"]
        yield {**line, "x0": begins, "x1": ends}
