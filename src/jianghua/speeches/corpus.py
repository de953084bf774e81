"""Speech and Corpus: what was said, when, where and by whom."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from jianghua.errors import JianghuaError, told
from jianghua.nouns import how_many
from jianghua.speeches.decoding import decoded_table
from jianghua.speeches.source import LARGEST, holds_file

LEVELS = ("national", "province", "city", "county", "township", "bureau")
CATALOG_COLUMNS = (
    "id", "title", "date", "year", "year_low", "year_high", "year_basis", "speaker",
    "place", "level", "occasion", "source", "rights", "sha256", "note",
)  # fmt: skip
SAFE_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")  # an id names a file, so nothing else may pass
DATE = re.compile(r"[12][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")
FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # how a cell begins that a spreadsheet would run


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
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True, repr=False)
class Corpus:
    """Speeches, oldest first, ids unique; undated speeches stand last. Never edited."""

    speeches: tuple[Speech, ...]

    def __repr__(self) -> str:
        """One line, as a notebook shows it."""
        years = [speech.year for speech in self.speeches if speech.year is not None]
        span = f", {min(years)}–{max(years)}" if years else ""
        return f"<Corpus: {how_many(len(self.speeches), 'speech')}{span}>"

    def __post_init__(self) -> None:
        ids = [speech.id for speech in self.speeches]
        twice = sorted(speech_id for speech_id, n in Counter(ids).items() if n > 1)
        if twice:
            found = f"ids used more than once: {told(twice)}"
            raise JianghuaError(found, "catalogue", "give every row an id of its own")
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


def read_corpus(folder: str | Path, texts: bool = True) -> Corpus:
    """The speeches listed in ``folder/catalog.csv``, with their texts where these are present.

    A speech whose ``texts/<id>.txt`` is absent has ``text=None``: shipped collections travel as
    catalogue and counts. All problems of the catalogue are reported in one error. Without
    ``texts`` none is read: `with_texts` reads them one by one.
    """
    folder = Path(folder)
    catalog = folder / "catalog.csv"
    if not holds_file(catalog):
        raise JianghuaError(
            "no catalog.csv", folder, f"jianghua add YOUR-FILES --to {folder}, which writes one"
        )
    problems: list[str] = []
    speeches: list[Speech] = []
    place = folder / "texts" if texts and (folder / "texts").is_dir() else None
    for number, row in enumerate(read_catalog(catalog), start=2):
        wrong = list(row_problems(row))
        problems += [f"row {number}: {problem}" for problem in wrong]
        if wrong:
            continue  # an unsafe id must not be looked for
        try:
            speeches.append(_speech_of_row(row, place))
        except UnicodeDecodeError:
            problems.append(f"row {number}: texts/{row['id']}.txt is not UTF-8")
    if problems:
        raise JianghuaError(told(problems), catalog, "correct these rows")
    return Corpus(tuple(speeches))


def read_catalog(path: Path, key: str = "id") -> list[dict[str, str]]:
    """Rows of a catalogue as text, exactly as written: an id ``001`` or ``NA`` stays what it is.

    Byte order marks and GB18030 (what Excel in China saves), semicolons and tabs are read; columns
    we do not know are kept; missing ones are filled with the empty string. The quote mark that
    keeps a spreadsheet from running a cell is not part of it. ``key`` is the column that a row
    cannot do without.
    """
    head, *rows = read_cells(path) or [[key]]
    if rows and key not in head:
        raise JianghuaError(f"no column named {key}", path, f"name the first column {key}")
    twice = sorted(name for name, n in Counter(head).items() if name and n > 1)
    if twice:
        raise JianghuaError(f"columns of one name: {told(twice)}", path, "rename or remove one")
    long = [str(n) for n, row in enumerate(rows, start=2) if any(row[len(head) :])]
    if long:
        found = f"more cells than columns in row {told(long)}"
        raise JianghuaError(found, path, "quote cells with commas")
    return [
        {
            **dict.fromkeys(CATALOG_COLUMNS, ""),
            **{name: unquoted(cell) for name, cell in zip(head, row, strict=False) if name},
        }
        for row in rows
    ]


def read_cells(path: Path) -> list[list[str]]:
    """The rows of a CSV file that hold anything, cell by cell, the first with its headings."""
    text = _decoded(path)
    named = re.match("sep=(.)\r?\n", text)  # Excel's way of saying it
    text = text[named.end() :] if named else text
    mark = named[1] if named else _mark(text)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    except csv.Error as error:
        raise JianghuaError(f"not readable as CSV: {error}", path, "save it as CSV UTF-8") from None
    if number := _swallowing(text, mark, rows):
        found = f"a quotation mark in row {number} is not closed where its cell ends"
        raise JianghuaError(found, path, 'close it; inside a cell in quotation marks write ""')
    return [row for row in rows if any(row)]


def _swallowing(text: str, mark: str, rows: Sequence[Sequence[str]]) -> int:
    """The first row that runs over several lines, where quotation marks are not set as they must
    be: the lines that follow may be rows that nobody would miss. 0 if there is none."""
    over = (n for n, row in enumerate(rows, start=1) if any("\n" in cell for cell in row))
    number = next(over, 0)
    if number:
        try:
            for _ in csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True):
                pass
        except csv.Error:
            return number
    return 0


def _mark(text: str) -> str:
    """What stands between the cells: the mark that the headings have most of."""
    head = text.lstrip("\r\n").partition("\n")[0]
    return max(",;\t", key=head.count)


def _decoded(path: Path) -> str:
    try:
        return decoded_table(path.read_bytes())
    except ValueError as error:
        raise JianghuaError(str(error), path, "save it as CSV UTF-8") from None


def unquoted(cell: str) -> str:
    """A cell without the quote mark that was put before a formula."""
    guarded = cell.startswith("'") and cell.lstrip("'").startswith(FORMULA)
    return cell[1:] if guarded else cell


def row_problems(row: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with a row of a catalogue, whatever lies beside it."""
    if not SAFE_ID.fullmatch(row["id"]):
        yield (f"id {row['id']!r} may hold only a-z, 0-9, - and _ (at most 64, no - or _ first)")
    if row.get("date") and not _is_date(row["date"]):
        yield f"date {row['date']!r} is not YYYY, YYYY-MM or YYYY-MM-DD"
    years = {name: row.get(name) or "" for name in ("year", "year_low", "year_high")}
    wrong = [name for name, year in years.items() if year and not _YEAR.fullmatch(year)]
    for name in wrong:
        yield f"{name} {row[name]!r} is not a year of four digits"
    low, year, high = years["year_low"], years["year"], years["year_high"]
    known = [y for y in (low, year, high) if y]
    if not wrong and known != sorted(known):
        yield f"year {year} does not lie in {low}–{high}"
    if row.get("level") and row["level"] not in LEVELS:
        yield f"level {row['level']!r} is none of {', '.join(LEVELS)}"


_YEAR = re.compile("[12][0-9]{3}")


def _is_date(cell: str) -> bool:
    """Whether a cell is a year, a month or a day of the calendar; 30 February is none."""
    if not DATE.fullmatch(cell):
        return False
    with suppress(ValueError):
        return bool(date.fromisoformat(f"{cell}-01-01"[:10]))
    return False


def with_texts(speeches: Iterable[Speech], folder: str | Path) -> Iterator[Speech]:
    """The speeches, each with its text of ``folder/texts`` where there is one, read when its turn
    comes."""
    for speech in speeches:
        path = Path(folder) / "texts" / f"{speech.id}.txt"
        try:
            yield replace(speech, text=_read_text(path))
        except UnicodeDecodeError:
            raise JianghuaError("not UTF-8", path, "save it as UTF-8") from None


def _speech_of_row(row: Mapping[str, str], texts: Path | None) -> Speech:
    year = _year(row["year"] or row["date"][:4])
    fields = {name: row[name] for name in CATALOG_COLUMNS if name not in _NOT_TEXT}
    return Speech(
        **fields,
        year=year,
        year_low=_year(row["year_low"]) or year,
        year_high=_year(row["year_high"]) or year,
        text=_read_text(texts / f"{row['id']}.txt") if texts else None,
    )


_NOT_TEXT = {"year", "year_low", "year_high", "sha256", "note"}


def _year(cell: str) -> int | None:
    return int(cell) if cell else None


def _read_text(path: Path) -> str | None:
    if path.is_symlink() or not path.is_file():
        return None
    if path.stat().st_size > LARGEST:
        raise JianghuaError("is larger than 50 MB", path, "put the text of one speech there")
    return path.read_bytes().decode("utf-8")  # read_text would rewrite \r\n
