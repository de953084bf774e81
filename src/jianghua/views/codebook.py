"""The codebook: what a row of each table is, and what each column means."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path


def codebook_of(tables: Mapping[str, bytes]) -> bytes:
    """A CSV with a row per table (column empty: what a row is) and per column of it: table, column,
    meaning. ``tables`` maps the names of CSV files to their content; unknown columns have no meaning.
    """
    known = read_codebook()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("table", "column", "meaning"))
    for name, content in sorted(tables.items()):
        table = Path(name).stem
        writer.writerow((name, "", known.get((table, ""), "")))
        writer.writerows((name, c, meaning(known, table, c)) for c in columns_of(content))
    return out.getvalue().encode()


def columns_of(content: bytes) -> list[str]:
    """The columns of a CSV file."""
    return next(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")), [])


def meaning(known: Mapping[tuple[str, str], str], table: str, column: str) -> str:
    """What a column means in a table: its own meaning there, or the one it has everywhere."""
    return known.get((table, column)) or known.get(("*", column), "")


def read_codebook() -> dict[tuple[str, str], str]:
    """(table, column) → meaning; table ``*``: in all tables; column empty: what a row is."""
    text = (files("jianghua.views") / "codebook.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return {(row["table"], row["column"]): row["meaning"] for row in rows}
