"""Two folders of tables compared: a run and its replay."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from jianghua.errors import JianghuaError

MOST_DIGITS = 17  # no more are in a number of eight bytes


@dataclass(frozen=True)
class TableDifference:
    """A table of both folders, or of one: ``problem`` is empty where all cells agree; ``largest`` is
    the largest difference of two numbers, ``cells`` how many cells were compared."""

    table: str
    problem: str
    largest: float
    cells: int


def compare_tables(packed: str | Path, again: str | Path, digits: int = 6) -> list[TableDifference]:
    """Each CSV table of ``packed`` against its namesake in ``again``, in order of names.

    Numbers agree when they differ by less than half a unit of the last of ``digits`` significant
    digits of the larger (or of 1, if it is smaller); all else must be the same to the character.
    """
    if not 1 <= digits <= MOST_DIGITS:
        raise JianghuaError(f"{digits} digits", "replay", f"1 to {MOST_DIGITS}")
    tables = sorted(path.name for path in Path(packed).glob("*.csv"))
    return [_compare(name, Path(packed) / name, Path(again) / name, digits) for name in tables]


def _compare(name: str, packed: Path, again: Path, digits: int) -> TableDifference:
    if not again.is_file():
        return TableDifference(name, "was not made again", 0.0, 0)
    try:
        one, two = _rows(packed), _rows(again)
    except (UnicodeDecodeError, csv.Error) as error:
        return TableDifference(name, f"cannot be read: {error}", 0.0, 0)
    if one[:1] != two[:1]:
        return TableDifference(name, "has other columns", 0.0, 0)
    if len(one) != len(two):
        return TableDifference(name, f"{len(one) - 1} rows, again {len(two) - 1}", 0.0, 0)
    return _compare_cells(name, one, two, digits)


def _compare_cells(
    name: str, one: list[list[str]], two: list[list[str]], digits: int
) -> TableDifference:
    columns, largest, cells = one[0] if one else [], 0.0, 0
    wrong: dict[str, int] = {}
    for row, row_again in zip(one[1:], two[1:], strict=True):
        for column, a, b in zip_longest(columns, row, row_again, fillvalue=""):
            cells += 1
            gap = _gap(a, b)
            largest = max(largest, gap) if math.isfinite(gap) else largest
            if gap >= 0.5 * 10.0**-digits * _size(a, b):
                wrong[column] = wrong.get(column, 0) + 1
    said = ", ".join(f"{n} in {column}" for column, n in wrong.items())
    return TableDifference(name, f"cells differ: {said}" if wrong else "", largest, cells)


def _rows(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def _gap(a: str, b: str) -> float:
    """How far two cells are apart: 0 if the same, a difference of numbers, else infinite."""
    if a == b:
        return 0.0
    try:
        gap = abs(float(a) - float(b))
    except ValueError:
        return math.inf
    return gap if not math.isnan(gap) else math.inf


def _size(a: str, b: str) -> float:
    try:
        return max(1.0, abs(float(a)), abs(float(b)))
    except ValueError:
        return 1.0
