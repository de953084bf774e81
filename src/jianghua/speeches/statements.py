"""What a researcher's own catalogue says of the files beside it, however they wrote it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import CATALOG_COLUMNS, SAFE_ID, read_cells, unquoted
from jianghua.speeches.source import holds_file
from jianghua.speeches.spreadsheet import read_sheet

CATALOGUES = ("catalog.csv", "catalog.xlsx")
_HEADINGS = {
    "编号": "id", "序号": "id", "文件": "file", "文件名": "file", "filename": "file", "标题": "title",
    "题目": "title", "日期": "date", "时间": "date", "讲话日期": "date", "讲话时间": "date", "年份": "year",
    "年": "year", "年度": "year", "讲话人": "speaker", "发言人": "speaker", "姓名": "speaker", "地点": "place",
    "地区": "place", "地方": "place", "层级": "level", "级别": "level", "场合": "occasion", "来源": "source",
    "版权": "rights", "备注": "note",
}  # fmt: skip


@dataclass(frozen=True)
class Statements:
    """Rows of a folder's catalogue by the file they describe, as it names it (id or file name).

    ``doubled`` are the names that stand more than once: nobody knows which row is meant.
    ``problem`` says why there are no rows though there is a catalogue.
    """

    rows: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    doubled: frozenset[str] = frozenset()
    problem: str = ""

    def key(self, path: Path) -> str:
        """The name under which a file is listed; empty if it is not."""
        names = (path.name, path.stem)
        return next((name for name in names if name in self.rows), "")

    def row(self, path: Path) -> dict[str, str]:
        """What is said of a file: cells of the catalogue, dates as YYYY-MM-DD; empty if nothing.

        Raises JianghuaError, with all problems of the row, where a cell cannot be understood.
        """
        key = self.key(path)
        if not key:
            return {}
        if key in self.doubled:
            raise JianghuaError(f"{key} stands more than once in the catalogue", path.parent)
        return understood(self.rows[key])


def read_statements(folder: Path) -> Statements:
    """The catalogue of a folder of files: ``catalog.csv``, or ``catalog.xlsx`` where there is none.

    Commas, semicolons or tabs; UTF-8, UTF-16 or GB18030; headings in English or Chinese. A row
    tells its file by the column ``file`` (its name) or else ``id`` (its name without suffix).
    """
    path = next((p for name in CATALOGUES if _is_there(p := folder / name)), None)
    if path is None:
        return Statements()
    try:
        holds_file(path)
        cells = read_sheet(path) if path.suffix == ".xlsx" else read_cells(path)
        rows = list(_rows(cells, path))
    except JianghuaError as error:
        return Statements(problem=f"{path.name} {error.found}, so it describes no file here")
    names = Counter(_name(row) for row in rows)
    doubled = frozenset(name for name, n in names.items() if n > 1)
    return Statements({_name(row): row for row in rows if _name(row)}, doubled)


def _is_there(path: Path) -> bool:
    with suppress(OSError):  # a path that is too long for the system
        return path.is_file() and not path.is_symlink()
    return False


def _name(row: Mapping[str, str]) -> str:
    return row.get("file") or row["id"]


def _rows(cells: list[list[str]], path: Path) -> Iterator[dict[str, str]]:
    if not cells:
        raise JianghuaError("is empty", path, "fill it, or take it away")
    heads = [_heading(cell) for cell in cells[0]]
    if not {"id", "file"} & set(heads):
        raise JianghuaError("has no column named id or file", path, "name the first column id")
    twice = [head for head, n in Counter(filter(None, heads)).items() if n > 1]
    if twice:
        raise JianghuaError(f"has two columns {', '.join(twice)}", path, "take one away")
    for number, row in enumerate(cells[1:], start=2):
        if any(row[len(heads) :]):
            raise JianghuaError(f"has more cells than columns in row {number}", path)
        stated = zip(heads, row, strict=False)
        named = {head: unquoted(cell.strip()) for head, cell in stated if head}
        yield {**dict.fromkeys(CATALOG_COLUMNS, ""), **named}


def _heading(cell: str) -> str:
    name = unicodedata.normalize("NFKC", cell).strip().lower()
    return _HEADINGS.get(name, name)


def understood(row: Mapping[str, str]) -> dict[str, str]:
    """A row with its date and years as the project writes them. Beside a file name, an id that
    cannot name a file of ours is left out. All that cannot be understood is told in one error."""
    read, wrong = dict(row), []
    if row.get("file") and not SAFE_ID.fullmatch(row["id"]):
        read["id"] = ""
    for name in ("date", "year", "year_low", "year_high"):
        try:
            written = written_date(row.get(name) or "")
        except ValueError as error:
            wrong.append(f"{name} {row[name]!r} {error}")
            continue
        read[name] = written if name == "date" else written[:4]
    if wrong:
        raise JianghuaError("; ".join(wrong), "catalogue", "correct the row")
    return read


# --- dates ----------------------------------------------------------------------------------------

_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_CHINESE = "〇零○一二三四五六七八九"
_SEPARATOR = r"\s*[-/.年]\s*"
_DAY = re.compile(
    rf"(\d{{4}}){_SEPARATOR}(\d{{1,2}})(?:\s*[-/.月]\s*(\d{{1,2}})\s*[日号]?|\s*月)?"
    r"(?:[\sT]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?"
)
_RUN_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_YEAR_ALONE = re.compile(r"(\d{4})(?:\.0+|\s*年度?)?")
_REPUBLIC = re.compile(r"民国\s*(\d{1,2}|元)\s*年(.*)")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_HOW = "write YYYY, YYYY-MM or YYYY-MM-DD"


def written_date(cell: str) -> str:
    """A date as people write it (2012年3月5日, 二〇一二年三月, 2012/3/5, 2012.0, 民国三十八年) as YYYY,
    YYYY-MM or YYYY-MM-DD; empty for an empty cell. ValueError says why one cannot be understood."""
    shown = _arabic(unicodedata.normalize("NFKC", cell).strip())
    if not shown:
        return ""
    if re.search("年代|世纪", shown):
        raise ValueError(f"is a span of years: {_HOW}, or give year_low and year_high")
    if match := _REPUBLIC.fullmatch(shown):
        years = 1 if match[1] == "元" else int(match[1])
        shown = f"{1911 + years}年{match[2]}"
    if match := _DAY_FIRST.fullmatch(shown):
        return _day_first(*map(int, match.groups()))
    if match := _YEAR_ALONE.fullmatch(shown):
        return _checked(int(match[1]))
    if re.fullmatch(r"\d{4}\.1", shown):
        raise ValueError(f"may be January or an October that lost its zero: {_HOW}")
    if match := _DAY.fullmatch(shown) or _RUN_TOGETHER.fullmatch(shown):
        return _checked(*(int(part) for part in match.groups() if part))
    raise ValueError(f"is not a date: {_HOW}")


def _arabic(text: str) -> str:
    """Chinese numerals of a date as digits: 二〇一二年十一月廿三日 is 2012年11月23日."""
    text = text.replace("廿", "二十").replace("卅", "三十")
    text = re.sub(rf"[{_CHINESE}]?十[一二三四五六七八九]?", _tens, text)
    return text.translate(_DIGITS)


def _tens(match: re.Match[str]) -> str:
    tens, _, ones = match[0].partition("十")
    return (tens or "一") + (ones or "〇")


def _day_first(first: int, second: int, year: int) -> str:
    if first <= 12 and second <= 12 and first != second:
        raise ValueError(
            f"may be {year}-{first:02}-{second:02} or {year}-{second:02}-{first:02}: {_HOW}"
        )
    month, day = (first, second) if second > 12 else (second, first)
    return _checked(year, month, day)


def _checked(year: int, month: int | None = None, day: int | None = None) -> str:
    from datetime import date

    if not 1800 <= year <= 2100:
        raise ValueError(f"is no year of a speech: {_HOW}")
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        raise ValueError(f"is no day of the calendar: {_HOW}") from None
    parts = [f"{year}", *(f"{part:02}" for part in (month, day) if part)]
    return "-".join(parts)
