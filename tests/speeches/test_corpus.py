"""A catalogue becomes a Corpus, cell by cell and character by character."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Corpus, Speech, read_catalog, read_corpus
from jianghua.store import write_catalog


def collection(folder: Path, catalog: str, encoding: str = "utf-8", **texts: str) -> Path:
    """A collection on disk: its catalogue, and texts by id."""
    (folder / "texts").mkdir(exist_ok=True)
    (folder / "catalog.csv").write_bytes(catalog.encode(encoding))
    for speech_id, text in texts.items():
        (folder / "texts" / f"{speech_id}.txt").write_bytes(text.encode())
    return folder


def test_ids_stay_as_written(tmp_path: Path) -> None:
    """An id 001, 1e5 or na is neither a number nor a missing value."""
    corpus = read_corpus(collection(tmp_path, "id,year\n001,1999\n1e5,2000\nna,2001\n"))
    assert [speech.id for speech in corpus] == ["001", "1e5", "na"]


def test_cells_na_are_text(tmp_path: Path) -> None:
    """A title NA and a speaker null stay these words."""
    [speech] = read_corpus(collection(tmp_path, "id,title,speaker\na,NA,null\n"))
    assert (speech.title, speech.speaker, speech.year) == ("NA", "null", None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_spreadsheets_save(tmp_path: Path, encoding: str, end: str) -> None:
    """Byte order marks, GB18030 and every kind of line end are read alike."""
    rows = ["id,title,place", 'a,"在会上的讲话, 一",某县', "b,镕,某市", ""]
    first, second = read_corpus(collection(tmp_path, end.join(rows), encoding))
    assert (first.title, first.place) == ("在会上的讲话, 一", "某县")
    assert second.title == "镕"


def test_all_problems_at_once(tmp_path: Path) -> None:
    """One error names every bad cell of every row, by the row's number, in one line."""
    catalog = (
        "id,date,year,level\n"
        "../x,2019-3-5,99,state\n"
        "good,2019-03-05,2019,city\n"
        "b,2019-13-01,,\n"
        "c,２０１９,,\n"
    )
    with pytest.raises(JianghuaError) as error:
        read_corpus(collection(tmp_path, catalog))
    message = str(error.value)
    for part in ("row 2: id '../x'", "row 2: date '2019-3-5'", "row 2: year '99'",
                 "row 2: level 'state'", "row 4: date '2019-13-01'", "row 5: date '２０１９'"):  # fmt: skip
        assert part in message
    assert "row 3" not in message
    assert "\n" not in message


@pytest.mark.parametrize(
    "bad", ["../x", "a/b", "", "..", "-a", "A", "a.b", "讲话", "a" * 65, "a\n"]
)
def test_unsafe_ids_are_refused(tmp_path: Path, bad: str) -> None:
    """No id may name a file outside texts/."""
    with pytest.raises(JianghuaError, match="may hold only"):
        read_corpus(collection(tmp_path, f'id,title\n"{bad}",x\n'))


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A text that is a link to somewhere else is not read."""
    folder = collection(tmp_path, "id\na\n")
    (tmp_path / "secret").write_text("别处的字")
    (folder / "texts" / "a.txt").symlink_to(tmp_path / "secret")
    assert read_corpus(folder)["a"].text is None


def test_years_that_contradict(tmp_path: Path) -> None:
    """A year outside its own interval is refused; an interval alone is not."""
    with pytest.raises(JianghuaError, match="row 2: year 1990 does not lie in 1995–1999"):
        read_corpus(collection(tmp_path, "id,year,year_low,year_high\na,1990,1995,1999\n"))


@pytest.mark.parametrize(
    ("catalog", "found"),
    [
        ("title\nx\n", "no column named id"),
        ("id,title\na,one,two\n", "more cells than columns in row 2"),
        ("id,title\na," + "长" * 200_000, "not readable as CSV"),
    ],
)
def test_catalogues_that_are_none(tmp_path: Path, catalog: str, found: str) -> None:
    """What cannot be a catalogue is refused in a sentence; a shifted row is not read as if whole."""
    with pytest.raises(JianghuaError, match=found):
        read_corpus(collection(tmp_path, catalog))


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    """A catalogue in no known encoding, and a text that is not UTF-8, are told by name."""
    folder = collection(tmp_path, "id\na\n")
    (folder / "texts" / "a.txt").write_bytes("讲话".encode("gb18030"))
    with pytest.raises(JianghuaError, match=r"texts/a\.txt is not UTF-8"):
        read_corpus(folder)
    (folder / "catalog.csv").write_bytes(b"id,title\na,\xff\xff\xff\n")
    with pytest.raises(JianghuaError, match="neither UTF-8 nor GB18030"):
        read_corpus(folder)


def test_no_catalogue(tmp_path: Path) -> None:
    """A folder without a catalogue is refused with the verb that makes one."""
    with pytest.raises(JianghuaError, match=r"no catalog\.csv.*jianghua add"):
        read_corpus(tmp_path)


def test_text_is_kept_character_for_character(tmp_path: Path) -> None:
    """Carriage returns, tabs and blanks at the end stay where they are; no file means no text."""
    text = "\ufeff同志们：\r\n\r\n　　一、\t好。 \n"
    corpus = read_corpus(collection(tmp_path, "id\na\nb\n", a=text))
    assert corpus["a"].text == text
    assert corpus["b"].text is None


def test_oldest_first(tmp_path: Path) -> None:
    """Speeches stand by year, date and id, the undated last, whatever order the rows have."""
    catalog = "id,date,year\nz,,\nc,2001,\nb,2001-05,\na,2001,\nd,,1954\n"
    corpus = read_corpus(collection(tmp_path, catalog))
    assert [speech.id for speech in corpus] == ["d", "a", "c", "b", "z"]


def test_interval_of_a_year(tmp_path: Path) -> None:
    """Without an interval of its own a speech's year is its interval; the date gives the year."""
    speech, _ = read_corpus(
        collection(tmp_path, "id,date,year_low,year_high\na,1992-10-12,,\nb,1993,1990,1995\n")
    )
    assert (speech.year, speech.year_low, speech.year_high) == (1992, 1992, 1992)


def test_ids_are_unique() -> None:
    """An id used twice is refused and named; an id that is not there is a KeyError."""
    with pytest.raises(JianghuaError, match="more than once: a"):
        Corpus((Speech("a"), Speech("b"), Speech("a")))
    with pytest.raises(KeyError):
        Corpus((Speech("a"),))["b"]


@given(cell=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30))
def test_any_title_comes_back(tmp_path_factory: pytest.TempPathFactory, cell: str) -> None:
    """Whatever characters a title has, soft breaks, formulas and quote marks included, it is written
    and read back as it was."""
    folder = tmp_path_factory.mktemp("any")
    write_catalog(folder, [{"id": "a", "title": cell, "own": cell}, {"id": "b", "title": "x"}])
    first, second = read_catalog(folder / "catalog.csv")
    assert (first["title"], first["own"], second["title"]) == (cell, cell, "x")
