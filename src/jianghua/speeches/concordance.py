"""Concordance: every place where a term stands, with the words around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from jianghua.errors import JianghuaError

if TYPE_CHECKING:
    import pandas as pd

    from jianghua.speeches.corpus import Speech


class Hit(NamedTuple):
    """One place where a term stands: the row of `concordance`."""

    speech: str
    title: str
    date: str
    year: int | None
    start: int
    left: str
    hit: str
    right: str


COLUMNS = Hit._fields
WIDEST = 10_000  # characters of context


def concordance(
    corpus: Iterable[Speech],
    term: str | Iterable[str],
    year: int | tuple[int, int] | None = None,
    width: int = 20,
) -> pd.DataFrame:
    """One row per hit of ``term`` (or of several terms), in the order of the corpus.

    Columns: speech (its id), title, date, year (Int64, empty where unknown), start (character
    offset of the hit in the speech), left and right (up to ``width`` characters of the same
    speech, never of another), hit. Terms are taken literally; where several start at one place
    the longest is the hit, and hits do not overlap. ``left + hit + right`` is a slice of the text.
    ``year`` keeps one year or a span (first, last); undated speeches are then left out. Speeches
    without a text have no rows.
    """
    import pandas as pd

    rows = list(hits(corpus, term, year, width))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"year": "Int64", "start": "int64"})


def hits(
    corpus: Iterable[Speech],
    term: str | Iterable[str],
    year: int | tuple[int, int] | None = None,
    width: int = 20,
) -> Iterator[Hit]:
    """The rows of `concordance`, each as soon as it is found."""
    pattern = _pattern(term)
    span = _span(year)
    if not 0 <= width <= WIDEST:
        found = f"width {width} is negative" if width < 0 else f"width {width}"
        raise JianghuaError(found, "concordance", f"20, or 0 for hits only, to {WIDEST}")
    for speech in corpus:
        if speech.text and _within(speech.year, span):
            yield from _hits(speech, speech.text, pattern, width)


def _pattern(term: str | Iterable[str]) -> re.Pattern[str]:
    terms = [term] if isinstance(term, str) else list(term)
    if not terms or not all(terms):
        raise JianghuaError("an empty term", "concordance", "one term or several, as “解放思想”")
    return re.compile(
        "|".join(re.escape(t) for t in sorted(set(terms), key=lambda t: (-len(t), t)))
    )


def _span(year: int | tuple[int, int] | None) -> tuple[int, int] | None:
    if year is None:
        return None
    low, high = (year, year) if isinstance(year, int) else year
    if low > high:
        raise JianghuaError(f"years {low}-{high} run backwards", "concordance", f"({high}, {low})")
    return low, high


def _within(year: int | None, span: tuple[int, int] | None) -> bool:
    return span is None or (year is not None and span[0] <= year <= span[1])


def _hits(speech: Speech, text: str, pattern: re.Pattern[str], width: int) -> Iterator[Hit]:
    for match in pattern.finditer(text):
        start, end = match.span()
        left, right = text[max(0, start - width) : start], text[end : end + width]
        yield Hit(speech.id, speech.title, speech.date, speech.year, start, left, match[0], right)
