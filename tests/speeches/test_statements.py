"""Statements: a catalogue as people keep it is read, or refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.errors import JianghuaError
from jianghua.speeches.statements import read_statements, understood, written_date
from tests.fuzz.documents import sheet


@pytest.mark.parametrize(
    ("cell", "date"),
    [
        ("2012", "2012"), ("2012-03", "2012-03"), ("2012-03-05", "2012-03-05"), ("", ""), ("  ", ""),
        ("2012年3月5日", "2012-03-05"), ("2012年3月", "2012-03"), ("2012 年 3 月 5 日", "2012-03-05"),
        ("二〇一二年三月五日", "2012-03-05"), ("二○一二年十一月廿三日", "2012-11-23"),
        ("二零一二年十月", "2012-10"), ("一九九九年三十一日", None), ("１９７８年１２月", "1978-12"), ("２０１２", "2012"),
        ("2012/3/5", "2012-03-05"), ("2012.3.5", "2012-03-05"), ("2012/03", "2012-03"), ("20120305", "2012-03-05"),
        ("2012.0", "2012"), ("2012.00", "2012"), ("2012年度", "2012"), ("2012.12", "2012-12"), ("2012.1", None),
        ("民国三十八年", "1949"), ("民国元年", "1912"), ("民国38年10月1日", "1949-10-01"),
        ("2012-03-05 00:00:00", "2012-03-05"), ("2012-03-05T08:30", "2012-03-05"), ("25/03/2012", "2012-03-25"),
        ("03/25/2012", "2012-03-25"), ("05/05/2012", "2012-05-05"), ("05/03/2012", None), ("1990年代", None),
        ("二十世纪九十年代", None), ("9999", None), ("0012", None), ("2012-13-01", None), ("2012-02-30", None),
        ("去年", None), ("41000", None), ("2012-3-5-6", None), ("②〇一二", "2012"), ("n.d.", None),
    ],
)  # fmt: skip
def test_dates_are_read_or_refused(cell, date):
    """A date as people write it, or None where it must be refused; by the calendar, by hand."""
    if date is None:
        with pytest.raises(ValueError, match="write YYYY"):
            written_date(cell)
    else:
        assert written_date(cell) == date


@given(
    st.dates(),
    st.sampled_from(["{0}-{1}-{2}", "{0}年{1}月{2}日", "{0}/{1}/{2}", "{0}.{1:02}.{2:02}"]),
)
def test_any_day_is_read_in_any_order_of_ours(day, style):
    """Every day of 1800 to 2100 comes back from every way of writing it; other years are refused."""
    cell = style.format(day.year, day.month, day.day)
    if 1800 <= day.year <= 2100:
        assert written_date(cell) == day.isoformat()
    else:
        with pytest.raises(ValueError, match="write YYYY"):
            written_date(cell)


@given(st.text(max_size=12))
def test_any_cell_is_a_date_or_refused(cell):
    """Whatever stands in a cell: a date of ours, or words."""
    try:
        date = written_date(cell)
    except ValueError as error:
        assert "write YYYY" in str(error)
    else:
        assert len(date) in (0, 4, 7, 10)


def test_a_day_that_may_be_two_names_both():
    """05/03/2012 is refused with both days that it may be."""
    with pytest.raises(ValueError, match=r"2012-05-03 or 2012-03-05"):
        written_date("05/03/2012")


ROWS = [["id", "title", "date"], ["a1", "果园讲话", "2012年3月"], ["a2", "水渠，讲话", "2013"]]


def csv(mark: str = ",") -> str:
    return "".join(mark.join(f'"{cell}"' for cell in row) + "\r\n" for row in ROWS)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("catalog.csv", csv().encode()), ("catalog.csv", csv().encode("utf-8-sig")),
        ("catalog.csv", csv().encode("gb18030")), ("catalog.csv", csv(";").encode("gbk")),
        ("catalog.csv", csv("\t").encode("utf-16")), ("catalog.csv", ("sep=;\r\n" + csv(";")).encode()),
        ("catalog.csv", csv().replace("id", "编号").replace("title", "标题").replace("date", "讲话日期").encode("gbk")),
        ("catalog.csv", (csv() + '"","",""\r\n\r\n').encode()), ("catalog.xlsx", sheet(ROWS)),
    ],
)  # fmt: skip
def test_a_catalogue_is_read_however_it_was_saved(tmp_path, name, content):
    """Commas, semicolons, tabs, encodings, headings and Excel give the same rows."""
    (tmp_path / name).write_bytes(content)
    found = read_statements(tmp_path)
    assert found.problem == ""
    row = found.row(Path("somewhere/a1.txt"))
    assert (row["title"], row["date"]) == ("果园讲话", "2012-03")
    assert found.row(Path("a2.docx"))["title"] == "水渠，讲话"
    assert found.row(Path("a3.txt")) == {}


def test_days_and_numbers_of_excel(tmp_path):
    """Day 40973 of Excel is 2012-03-05 (its own calendar), 2012.0 a year, an id 7 is no 7.0."""
    rows = [["id", "date", "year"], [7, 40973, 2012]]
    (tmp_path / "catalog.xlsx").write_bytes(sheet(rows, days=[(1, 1)]))
    row = read_statements(tmp_path).row(Path("7.txt"))
    assert (row["id"], row["date"], row["year"]) == ("7", "2012-03-05", "2012")


def test_a_file_may_be_listed_by_its_name(tmp_path):
    """A column of file names tells which row is whose; an id that cannot name a file is left out."""
    (tmp_path / "catalog.csv").write_text(
        "文件名,编号,标题\n讲话 一.docx,第1号,果园\n", encoding="utf-8"
    )
    row = read_statements(tmp_path).row(tmp_path / "讲话 一.docx")
    assert (row["title"], row["id"]) == ("果园", "")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"title\nx\n", "no column named id or file"), (b"id,id\na,b\n", "two columns id"),
        (b"id,title\na,b,c\n", "more cells than columns in row 2"), (b"", "is empty"),
        (b"id,title\na,\xff\xff\n", "neither UTF-8 nor GB18030"),
    ],
)  # fmt: skip
def test_a_catalogue_that_is_none_is_told(tmp_path, content, problem):
    """Where the rows cannot be had, the problem is said in words and nothing is raised."""
    (tmp_path / "catalog.csv").write_bytes(content)
    found = read_statements(tmp_path)
    assert problem in found.problem
    assert not found.rows


def test_a_row_that_stands_twice_is_nobodys(tmp_path):
    """Two rows for one file: neither is taken."""
    (tmp_path / "catalog.csv").write_text("id,year\na,1999\na,2001\nb,1999\n")
    found = read_statements(tmp_path)
    assert found.row(Path("b.txt"))["year"] == "1999"
    with pytest.raises(JianghuaError, match="more than once"):
        found.row(Path("a.txt"))


def test_all_that_cannot_be_understood_is_told_at_once():
    """One error names every cell of the row."""
    with pytest.raises(JianghuaError, match=r"date '1990年代' is a span.*year 'x' is not a date"):
        understood({"id": "a", "date": "1990年代", "year": "x"})
