"""Grouping: which passages belong to a year, a place, a span, and how much each counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Speech
from jianghua.words.bag import Bag

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Span = tuple[int, int]
By = str | Sequence[Span]
GROUPS = ("year", "place", "level", "speaker", "occasion", "id")
REUSE = ("keep", "once", "weight")
MOSTLY = 0.8  # of a passage repeated: then the passage is a repeat


@dataclass(frozen=True, eq=False)
class Group:
    """A year (place, span …) and the row numbers of its passages in the bag.

    ``maybe`` are passages of speeches of uncertain year that may belong here as well.
    """

    name: Any
    rows: NDArray[np.int64]
    maybe: NDArray[np.int64]


def column_of(by: By) -> str:
    """The name of the table column that holds the groups."""
    return by if isinstance(by, str) else "span"


def written(span: Span) -> str:
    """A span as it is printed: "1978–1992", or one year alone."""
    low, high = span
    return str(low) if low == high else f"{low}–{high}"


def is_uncertain(speech: Speech) -> bool:
    """Whether the year of a speech is an interval."""
    return speech.year is not None and _interval(speech) != (speech.year, speech.year)


def _interval(speech: Speech) -> Span:
    """The years a speech may be of; its best year lies inside whatever the catalogue says."""
    year = speech.year or 0
    low = speech.year_low if speech.year_low is not None else year
    high = speech.year_high if speech.year_high is not None else year
    return min(low, year), max(high, year)


def draw_years(
    speeches: Sequence[Speech], draws: int, generator: np.random.Generator
) -> dict[str, NDArray[np.int64]]:
    """Speech id → its year in each draw, for speeches of uncertain year: every year of the
    interval equally likely, for the catalogue states no more."""
    return {
        speech.id: generator.integers(*_interval(speech), size=draws, endpoint=True)
        for speech in speeches
        if is_uncertain(speech)
    }


def belongs(year: int, group: Any, by: By) -> bool:
    """Whether a year lies in a group of years or spans."""
    if isinstance(by, str):
        return bool(year == group)
    return any(written(span) == group and span[0] <= year <= span[1] for span in by)


def groups_of(speech: Speech, by: By) -> Iterator[Any]:
    """The groups that a speech belongs to by its best year (or place, level …)."""
    if isinstance(by, str):
        if by not in GROUPS:
            raise JianghuaError(f"cannot compare by {by!r}", "by", f"one of {', '.join(GROUPS)}")
        value = getattr(speech, by)
        if value not in (None, ""):
            yield value
    elif speech.year is not None:
        yield from (written((a, b)) for a, b in by if a <= speech.year <= b)


def _maybe(speech: Speech, by: By, known: Sequence[Any]) -> Iterator[Any]:
    """Further groups that a speech of uncertain year may belong to."""
    if (isinstance(by, str) and by != "year") or not is_uncertain(speech):
        return
    low, high = _interval(speech)
    own = set(groups_of(speech, by))
    for group in known:
        if group not in own and any(belongs(y, group, by) for y in range(low, high + 1)):
            yield group


def group_passages(bag: Bag, by: By) -> list[Group]:
    """The groups that have a speech, in order."""
    import numpy as np

    rows = _rows_by_speech(bag)
    sure: dict[Any, list[int]] = {}
    for speech in bag.speeches:
        for name in groups_of(speech, by):
            sure.setdefault(name, []).extend(rows[speech.id])
    maybe: dict[Any, list[int]] = {name: [] for name in sure}
    for speech in bag.speeches:
        for name in _maybe(speech, by, list(sure)):
            maybe[name].extend(rows[speech.id])
    return [
        Group(name, np.array(sorted(members)), np.array(sorted(maybe[name]), dtype=np.int64))
        for name, members in sorted(sure.items(), key=lambda item: str(item[0]))
    ]


def _rows_by_speech(bag: Bag) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, passage in enumerate(bag.passages):
        rows.setdefault(passage.speech.id, []).append(row)
    return rows


# --- repeats --------------------------------------------------------------------------------------


def reuse_weights(bag: Bag, reuse: str, repeats: pd.DataFrame | None = None) -> Floats:
    """Weight of each passage, P.

    "keep" counts every passage. "once" counts a repeated passage only where it stands first,
    "weight" divides it by its number of occurrences. Passages repeat one another when their words
    recur exactly or, with ``repeats`` (the table of `find_reuse`; needs texts), when at least
    four fifths of the later one stand in an earlier speech.
    """
    import numpy as np

    if reuse not in REUSE:
        raise JianghuaError(f"unknown reuse {reuse!r}", "reuse", "keep, once or weight")
    weights = np.ones(len(bag.passages))
    if reuse == "keep":
        return weights
    copies, first = _exact_copies(bag), np.ones(len(bag.passages), dtype=bool)
    for rows in copies:
        weights[rows] = 1 / len(rows)
        first[rows[1:]] = False
    if repeats is not None:
        times = _borrowed(bag, repeats)
        first &= times == 0
        weights = np.minimum(weights, 1 / (1 + times))
    return np.where(first, 1.0, 0.0) if reuse == "once" else weights


def _exact_copies(bag: Bag) -> list[list[int]]:
    """Row numbers of passages with exactly the same counts, in lists of two and more."""
    seen: dict[bytes, list[int]] = {}
    starts = bag.counts.indptr
    for row, (a, b) in enumerate(pairwise(starts)):
        key = blake2b(bag.counts.indices[a:b].tobytes(), digest_size=16)
        key.update(bag.counts.data[a:b].tobytes())
        seen.setdefault(key.digest(), []).append(row)
    return [rows for rows in seen.values() if len(rows) > 1]


def _borrowed(bag: Bag, repeats: pd.DataFrame) -> NDArray[np.int64]:
    """For each passage, P: how many earlier speeches hold four fifths of it."""
    import numpy as np

    columns = ["speech_a", "start_a", "end_a", "speech_b", "start_b", "end_b"]
    if missing := [name for name in columns if name not in repeats]:
        raise JianghuaError(f"no column {missing[0]}", "repeats", "jh.find_reuse(corpus)")
    age = {speech.id: i for i, speech in enumerate(bag.speeches)}
    stretches: dict[tuple[str, str], list[Span]] = {}
    for a, start_a, end_a, b, start_b, end_b in repeats[columns].itertuples(index=False):
        if a in age and b in age:
            later = (b, a, start_b, end_b) if age[a] < age[b] else (a, b, start_a, end_a)
            stretches.setdefault((later[0], later[1]), []).append((later[2], later[3]))
    times = np.zeros(len(bag.passages), dtype=np.int64)
    by_speech: dict[str, list[list[Span]]] = {}
    for (speech, _), spans in stretches.items():
        by_speech.setdefault(speech, []).append(spans)
    for row, passage in enumerate(bag.passages):
        if passage.start is not None and passage.text:
            end = passage.start + len(passage.text)
            for spans in by_speech.get(passage.speech.id, ()):
                held = _covered(passage.start, end, spans)
                times[row] += held >= MOSTLY * len(passage.text)
    return times


def _covered(start: int, end: int, spans: Sequence[Span]) -> int:
    """Characters of [start, end) that lie in the spans."""
    total, reach = 0, start
    for a, b in sorted(spans):
        total += max(0, min(b, end) - max(a, reach))
        reach = max(reach, min(b, end))
    return total
