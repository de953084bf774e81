"""Tables as CSV: no cell is a formula, text stays text, all digits kept."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import FORMULA, unquoted
from jianghua.store.writing import settled, write_text, write_together

if TYPE_CHECKING:
    import pandas as pd

TEXT_COLUMNS = (
    "id",
    "title",
    "theme",
    "term",
    "word",
    "band",
    "span",
    "span_a",
    "span_b",
    "place",
    "level",
    "speaker",
    "occasion",
    "speech",
    "name",
    "gained",
    "lost",
    "nearest_theme",
    "furthest_theme",
    "speech_a",
    "speech_b",
    "title_a",
    "title_b",
)


def write_rows(path: str | Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Replace a CSV file (UTF-8, LF). No cell is a formula to a spreadsheet."""
    write_text(path, rows_csv(columns, rows))


def rows_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """What `write_rows` writes."""
    lines = _Lines()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return "".join(lines)


class _Lines(list[str]):
    """Rows ending in LF. The writer quotes the signs of its own line end only, and a bare CR in a
    cell would be the end of a row to whoever reads it."""

    def write(self, row: str) -> None:
        self.append(row.removesuffix("\r\n") + "\n")


def _cell(value: Any) -> Any:
    """Text that a spreadsheet would run gets a quote mark before it, and so does text that already
    has one there, so that reading back takes off what was put on; numbers are left alone."""
    if value is None or value != value:  # None, NaN and pandas' missing values are empty cells
        return ""
    if isinstance(value, float):
        return repr(float(value))
    if isinstance(value, str) and value.lstrip("'").startswith(FORMULA):
        return f"'{value}"
    return value


def write_table(path: str | Path, table: pd.DataFrame) -> None:
    """Replace a CSV file by a table, all digits kept."""
    write_text(path, _table_csv(table))


def _table_csv(table: pd.DataFrame) -> str:
    rows = table.astype(object).where(table.notna(), None).itertuples(index=False, name=None)
    return rows_csv(list(table.columns), rows)


def write_tables(
    folder: str | Path, tables: Mapping[str, pd.DataFrame], gone: Iterable[str] = ()
) -> list[Path]:
    """Replace tables that belong together (name → table), all or none; returns their paths. Tables
    of the names in ``gone`` are removed with their images: they were of an earlier run."""
    files = {f"{name}.csv": _table_csv(table).encode() for name, table in tables.items()}
    write_together(folder, files)
    for name in gone:
        for kind in ("svg", "png", "csv"):
            (Path(folder) / f"{name}.{kind}").unlink(missing_ok=True)
    return [Path(folder) / name for name in files]


def read_table(path: str | Path) -> pd.DataFrame:
    """A table that `write_table` wrote; text columns stay text (an id 001 or a theme NA too)."""
    import pandas as pd

    path = settled(path)
    if not path.is_file():
        raise JianghuaError("no such table", path, "jianghua compare, which writes it")
    try:
        table = pd.read_csv(
            path, dtype=dict.fromkeys(TEXT_COLUMNS, "str"), keep_default_na=False, na_values=[""],
            encoding="utf-8",
        )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise JianghuaError(f"not readable as CSV: {error}", path, "jianghua compare") from None
    for column in table.select_dtypes(include=["object", "string"]).columns:
        table[column] = table[column].fillna("").astype(str).map(unquoted)
    return table
