"""A collection on disk: catalogue, texts, what cleaning removed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from jianghua.speeches.corpus import CATALOG_COLUMNS, Speech, read_catalog
from jianghua.speeches.removals import Removal
from jianghua.speeches.source import holds_file
from jianghua.store.tables import write_rows
from jianghua.store.writing import digest, write_text


def write_catalog(folder: str | Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Replace ``catalog.csv``; columns of the user's own come after ours."""
    own = [c for row in rows for c in row if c not in CATALOG_COLUMNS]
    columns = [*CATALOG_COLUMNS, *dict.fromkeys(own)]
    write_rows(
        Path(folder) / "catalog.csv",
        columns,
        ([row.get(column, "") for column in columns] for row in rows),
    )


def catalog_row(speech: Speech, note: str = "") -> dict[str, str]:
    """A speech as a row of the catalogue; its text is present as a checksum."""
    row = {c: getattr(speech, c) for c in CATALOG_COLUMNS if c not in ("sha256", "note")}
    text = {c: "" if value is None else str(value) for c, value in row.items()}
    checksum = "" if speech.text is None else digest(speech.text.encode())
    return {**text, "sha256": checksum, "note": note}


def read_rows(folder: str | Path) -> list[dict[str, str]]:
    """Rows of a collection's catalogue, none if it has no catalogue yet."""
    path = Path(folder) / "catalog.csv"
    return read_catalog(path) if holds_file(path) else []


def write_speech(folder: str | Path, speech: Speech, removals: Iterable[Removal]) -> None:
    """The text of a speech and the list of what cleaning took out of its file."""
    folder = Path(folder)
    # csv with every cell quoted and no formula mark: this file must rebuild the raw text exactly
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(("start", "end", "reason", "text"))
    writer.writerows(
        (r.start, r.end, r.reason, json.dumps(r.text, ensure_ascii=False)) for r in removals
    )
    write_text(folder / "removed" / f"{speech.id}.csv", out.getvalue())
    write_text(folder / "texts" / f"{speech.id}.txt", speech.text or "")


def read_removals(path: str | Path) -> tuple[Removal, ...]:
    """What cleaning took out of a file, as `write_speech` wrote it."""
    with Path(path).open(encoding="utf-8", newline="") as lines:
        return tuple(
            Removal(int(row["start"]), int(row["end"]), row["reason"], json.loads(row["text"]))
            for row in csv.DictReader(lines)
        )
