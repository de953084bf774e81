"""The first sheet of an Excel file, as rows of text."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from jianghua.errors import JianghuaError
from jianghua.speeches.packed import parse_part
from jianghua.speeches.source import read_bytes

_SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")
_MOST_CELLS = 2_000_000
# Formats that Excel has of its own for days (ECMA-376, 18.8.30 numFmt), also in Chinese versions.
_DAY_FORMATS = frozenset([*range(14, 18), 22, *range(27, 37), *range(50, 59)])
_DAY_FORMAT = re.compile(r"(?<!\[)[yYdD]")
_FIRST_DAY = datetime(1899, 12, 30)


def read_sheet(path: Path) -> list[list[str]]:
    """Rows of the first sheet; days as YYYY-MM-DD, whole numbers without a point."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(read_bytes(path)))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise JianghuaError("is a damaged Excel file", path, "save it as CSV UTF-8") from error
    names = archive.namelist()
    sheet = min(filter(_SHEET.fullmatch, names), key=lambda n: (len(n), n), default="")
    if not sheet:
        raise JianghuaError("holds no sheet", path, "save it as CSV UTF-8")
    book = _Book(archive, path, names)
    return list(book.rows(sheet))


@dataclass
class _Cell:
    kind: str = ""
    style: int = 0
    column: int = 0
    words: str = ""


@dataclass
class _Gathered:
    """What the handlers of a part have seen so far."""

    shared: list[str] = field(default_factory=list)
    formats: list[int] = field(default_factory=list)
    own: dict[int, str] = field(default_factory=dict)
    rows: list[list[_Cell]] = field(default_factory=list)
    cells: int = 0
    inside: list[str] = field(default_factory=list)


class _Book:
    def __init__(self, archive: zipfile.ZipFile, path: Path, names: list[str]) -> None:
        self._archive, self._path = archive, path
        self._found = _Gathered()
        for name in ("xl/sharedStrings.xml", "xl/styles.xml"):
            if name in names:
                self._stream(name)

    def rows(self, sheet: str) -> Iterator[list[str]]:
        self._stream(sheet)
        for row in self._found.rows:
            cells = [""] * max((cell.column + 1 for cell in row), default=0)
            for cell in row:
                cells[cell.column] = self._shown(cell)
            if any(cells):
                yield cells

    def _stream(self, name: str) -> None:
        parse_part(self._archive, name, self._path, self._opened, self._words, self._closed)

    def _opened(self, tag: str, stated: dict[str, str]) -> None:
        name, found = tag.rpartition("}")[2], self._found
        found.inside.append(name)
        if name == "si":
            found.shared.append("")
        elif name == "numFmt":
            found.own[int(stated.get("numFmtId", 0))] = stated.get("formatCode", "")
        elif name == "xf" and "cellXfs" in found.inside:
            found.formats.append(int(stated.get("numFmtId", 0)))
        elif name == "row":
            found.rows.append([])
        elif name == "c" and found.rows:
            self._open_cell(stated)

    def _open_cell(self, stated: dict[str, str]) -> None:
        row = self._found.rows[-1]
        self._found.cells += 1
        column = _column(stated.get("r", ""), len(row))
        if self._found.cells > _MOST_CELLS or column > 1000:
            raise JianghuaError("is too large for a catalogue", self._path, "save it as CSV UTF-8")
        row.append(_Cell(stated.get("t", ""), int(stated.get("s", 0) or 0), column))

    def _words(self, words: str) -> None:
        inside, found = self._found.inside, self._found
        if inside[-1] == "t" and "si" in inside and "rPh" not in inside:
            found.shared[-1] += words
        elif inside[-1] in ("v", "t") and found.rows and found.rows[-1] and "c" in inside:
            found.rows[-1][-1].words += words

    def _closed(self, _: str) -> None:
        self._found.inside.pop()

    def _shown(self, cell: _Cell) -> str:
        if cell.kind == "s":
            number = int(cell.words) if cell.words.isdecimal() else -1
            return self._found.shared[number] if 0 <= number < len(self._found.shared) else ""
        if cell.kind or not cell.words:
            return cell.words
        if self._is_day(cell.style):
            return _day(cell.words)
        return re.sub(r"\.0+$", "", cell.words)

    def _is_day(self, style: int) -> bool:
        if style >= len(self._found.formats):
            return False
        number = self._found.formats[style]
        return number in _DAY_FORMATS or bool(_DAY_FORMAT.search(self._found.own.get(number, "")))


def _column(place: str, after: int) -> int:
    """The number, from 0, of the column that a cell's place such as ``AB12`` names."""
    letters = re.match("[A-Z]{1,3}", place)
    if not letters:
        return after
    number = 0
    for letter in letters[0]:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


def _day(words: str) -> str:
    try:
        return (_FIRST_DAY + timedelta(days=float(words))).strftime("%Y-%m-%d")
    except (ValueError, OverflowError):
        return words
