"""The key to coders' questions: a table that coders never see."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import unquoted
from jianghua.store.tables import write_rows
from jianghua.topics.validation import Gold, Trial

KEY_COLUMNS = ("set", "item", "test", "topic", "theme", "answer", "choices")
BETWEEN = " | "  # choices in one cell


def write_key(path: str | Path, trial: Trial) -> None:
    """Replace the key of a trial: which choice of each item is right, and which topic it tests."""
    rows = (
        (trial.checksum, g.id, g.test, g.topic, g.theme, g.answer, BETWEEN.join(g.choices))
        for g in trial.key
    )
    write_rows(path, KEY_COLUMNS, rows)


def read_key(path: str | Path) -> tuple[str, tuple[Gold, ...]]:
    """The checksum of the questions, and the key of each."""
    path = Path(path)
    if not path.is_file():
        raise JianghuaError("no key to questions", path, "jianghua validate corpus/NAME make")
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
        gold = tuple(_gold({k: unquoted(v) for k, v in row.items()}) for row in rows)
        return rows[0]["set"], gold
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, csv.Error) as error:
        raise JianghuaError(f"not a key: {error}", path, "jianghua validate … make again") from None


def _gold(row: dict[str, str]) -> Gold:
    return Gold(
        row["item"], row["test"], int(row["topic"]), row["theme"], int(row["answer"]),
        tuple(row["choices"].split(BETWEEN)),
    )  # fmt: skip
