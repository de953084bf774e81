"""The sample speeches are what their data card says."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

SAMPLE = Path(__file__).resolve().parents[1] / "corpus" / "sample"
TRUTH = list(csv.DictReader((SAMPLE / "truth.csv").read_text(encoding="utf-8").splitlines()))


def spoken(row: dict[str, str]) -> str:
    return (SAMPLE / "spoken" / (Path(row["file"]).stem + ".txt")).read_text(encoding="utf-8")


def by_year(year: int) -> Path:
    return next(SAMPLE / "raw" / row["file"] for row in TRUTH if row["year"] == str(year))


def test_every_file_has_a_truth() -> None:
    """truth.csv, the data card, raw/ and spoken/ speak of the same eight files."""
    listed = {row["file"] for row in TRUTH}
    card = (SAMPLE / "README.md").read_text(encoding="utf-8")
    assert len(listed) == len(TRUTH) == 8
    assert {path.name for path in (SAMPLE / "raw").iterdir()} == listed
    assert {path.stem for path in (SAMPLE / "spoken").iterdir()} == {Path(f).stem for f in listed}
    assert all(f"| {name} |" in card for name in listed)


@pytest.mark.parametrize("row", TRUTH, ids=lambda row: row["year"])
def test_a_speech_can_be_worked_with(row: dict[str, str]) -> None:
    """Each speech has 400 to 1,200 characters from salutation to full stop, three or four headings,
    and a year inside its own interval."""
    text = spoken(row)
    lines = text.splitlines()
    assert 400 <= len(re.sub(r"\s", "", text)) <= 1200
    assert re.search("同志[们們]：$", lines[0])
    assert lines[-1].endswith("。")
    assert len([line for line in lines if re.match("[一二三四]、", line)]) in (3, 4)
    assert int(row["year_low"]) <= int(row["year"]) <= int(row["year_high"])


@pytest.mark.parametrize(
    ("year", "encoding", "start"),
    [
        (1985, "utf-8-sig", b"\xef\xbb\xbf"),
        (1993, "gb18030", b""),
        (2009, "utf-8", b""),
        (2012, "gb18030", b"<!DOCTYPE"),
        (2016, "utf-16", b"\xff\xfe"),
        (2019, "utf-8", b"<!DOCTYPE"),
    ],
)
def test_encodings(year: int, encoding: str, start: bytes) -> None:
    """Text files are in the encoding that the card names, and the GB18030 ones in no narrower."""
    raw = by_year(year).read_bytes()
    assert raw.startswith(start)
    assert re.search("同志[们們]", raw.decode(encoding))
    if encoding == "gb18030":
        with pytest.raises(UnicodeDecodeError):
            raw.decode("gb2312")
        with pytest.raises(UnicodeDecodeError):
            raw.decode("utf-8")


def test_pdf_has_a_text_layer() -> None:
    """All the words of the PDF can be taken out, between its running heads and page numbers."""
    import pdfplumber

    row = next(row for row in TRUTH if row["year"] == "2006")
    with pdfplumber.open(by_year(2006)) as document:
        pages = [page.extract_text() for page in document.pages]
    lines = [line for page in pages for line in page.splitlines()[1:-1]]
    assert [page.splitlines()[-1] for page in pages] == ["— 1 —", "— 2 —"]
    assert len({page.splitlines()[0] for page in pages}) == 1
    assert re.sub(r"\s", "", spoken(row)) in re.sub(r"\s", "", "".join(lines))


def test_word_file_has_headings_list_and_table() -> None:
    """The Word file uses real heading and list styles, and a table of four rows."""
    import docx

    document = docx.Document(str(by_year(2024)))
    styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style]
    assert styles.count("Heading 1") == 4
    assert styles.count("List Number") == 3
    assert [len(table.rows) for table in document.tables] == [4]


def test_misleading_dates_are_there() -> None:
    """Where the card says that a file misleads, its surroundings name a later year than the true
    one, which a reader of portals must not believe."""
    for year, wrong, encoding in ((1985, "2020", "utf-8-sig"), (2012, "2023", "gb18030"),
                                  (2016, "2021", "utf-16"), (2019, "2021", "utf-8")):  # fmt: skip
        row = next(row for row in TRUTH if row["year"] == str(year))
        assert wrong in by_year(year).read_bytes().decode(encoding)
        assert wrong not in spoken(row)
