"""Speech and Corpus: what was said, when, where and by whom."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jianghua.errors import JianghuaError

LEVELS = ("national", "province", "city", "county", "township", "bureau")
CATALOG_COLUMNS = (
    "id", "title", "date", "year", "year_low", "year_high", "year_basis", "speaker",
    "place", "level", "occasion", "source", "rights", "sha256", "note",
)  # fmt: skip
SAFE_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")  # an id names a file, so nothing else may pass
DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True)
class Speech:
    """One speech: its words and what is known about it.

    ``date`` is ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``, or empty. ``year`` is the best single year,
    ``year_low`` … ``year_high`` the interval it lies in, ``year_basis`` how we know: ``stated``
    (the speech says so), ``evidence`` (dated by its formulations), ``portal`` (only a web page
    says so), ``catalogue`` (the researcher says so). ``text`` is None where only counts travel.
    An unknown year is None; other unknown fields are empty.
    """

    id: str
    title: str = ""
    date: str = ""
    year: int | None = None
    year_low: int | None = None
    year_high: int | None = None
    year_basis: str = ""
    speaker: str = ""
    place: str = ""
    level: str = ""
    occasion: str = ""
    source: str = ""
    rights: str = ""
    text: str | None = None


@dataclass(frozen=True)
class Corpus:
    """Speeches, oldest first, ids unique; undated speeches stand last. Never edited."""

    speeches: tuple[Speech, ...]

    def __post_init__(self) -> None:
        ids = [speech.id for speech in self.speeches]
        twice = sorted({i for i in ids if ids.count(i) > 1}) if len(set(ids)) < len(ids) else []
        if twice:
            raise JianghuaError(f"ids used more than once: {', '.join(twice)}", "catalogue")
        object.__setattr__(self, "speeches", tuple(sorted(self.speeches, key=_age)))

    def __len__(self) -> int:
        return len(self.speeches)

    def __iter__(self) -> Iterator[Speech]:
        return iter(self.speeches)

    def __getitem__(self, speech_id: str) -> Speech:
        for speech in self.speeches:
            if speech.id == speech_id:
                return speech
        raise KeyError(speech_id)


def _age(speech: Speech) -> tuple[int, str, str]:
    return (speech.year if speech.year is not None else 9999, speech.date, speech.id)


def read_corpus(folder: str | Path) -> Corpus:
    """The speeches listed in ``folder/catalog.csv``, with their texts where these are present.

    A speech whose ``texts/<id>.txt`` is absent has ``text=None``: shipped collections travel as
    catalogue and counts. All problems of the catalogue are reported in one error.
    """
    folder = Path(folder)
    catalog = folder / "catalog.csv"
    if not catalog.is_file():
        raise JianghuaError(
            "no catalog.csv", folder, f"jianghua add YOUR-FILES --to {folder}, which writes one"
        )
    problems: list[str] = []
    speeches: list[Speech] = []
    for number, row in enumerate(read_catalog(catalog), start=2):
        try:
            speeches.append(_speech_of_row(row, folder))
        except JianghuaError as error:
            problems.append(f"line {number}: {error}")
    if problems:
        raise JianghuaError("; ".join(problems), catalog, "correct these rows")
    return Corpus(tuple(speeches))


def read_catalog(path: Path) -> list[dict[str, str]]:
    """Rows of a catalogue as text, exactly as written: an id ``001`` or ``NA`` stays what it is.

    Byte order marks and GB18030 (what Excel in China saves) are read; columns we do not know
    are kept; missing ones are filled with the empty string.
    """
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="strict")
    rows = list(csv.DictReader(text.splitlines(keepends=True)))
    if rows and "id" not in rows[0]:
        raise JianghuaError("no column named id", path, "name the first column id")
    return [
        {**dict.fromkeys(CATALOG_COLUMNS, ""), **{k: v or "" for k, v in row.items() if k}}
        for row in rows
    ]


def _speech_of_row(row: dict[str, str], folder: Path) -> Speech:
    speech_id = row["id"]
    if not SAFE_ID.fullmatch(speech_id):
        raise JianghuaError(
            f"id {speech_id!r} may hold only a-z, 0-9, - and _ (at most 64, no - or _ first)"
        )
    if row["date"] and not DATE.fullmatch(row["date"]):
        raise JianghuaError(f"date {row['date']!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
    if row["level"] and row["level"] not in LEVELS:
        raise JianghuaError(f"level {row['level']!r} is none of {', '.join(LEVELS)}")
    year = _year(row["year"] or row["date"][:4])
    fields = {name: row[name] for name in CATALOG_COLUMNS if name not in _NOT_TEXT}
    return Speech(
        **fields,
        year=year,
        year_low=_year(row["year_low"]) or year,
        year_high=_year(row["year_high"]) or year,
        text=_read_text(folder / "texts" / f"{speech_id}.txt"),
    )


_NOT_TEXT = {"year", "year_low", "year_high", "sha256", "note"}


def _year(cell: str) -> int | None:
    if not cell:
        return None
    if not re.fullmatch(r"[12]\d{3}", cell):
        raise JianghuaError(f"year {cell!r} is not a year of four digits")
    return int(cell)


def _read_text(path: Path) -> str | None:
    if path.is_symlink() or not path.is_file():
        return None
    return path.read_bytes().decode("utf-8")  # read_text would rewrite \r\n
