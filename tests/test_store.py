"""What is on disk is whole, the same for the same content, and comes back as it was."""

from __future__ import annotations

import gzip
import os
import random
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from jianghua import store
from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.speeches.removals import Removal
from jianghua.store import counts as counts_file
from jianghua.words.bag import Bag

HOSTILE = (
    "NA", "nan", "null", "None", "True", "001", "1e5", "=1+1", "-1", "+1", "@x", "＝x", "a,b", 'a"b', "'", "'=1",
    "a b", " 前空", "\u2028", "\x0b", "\x85", "\x1c", "\u200b", "😀", "提法", "#", ";", "\\", "\t",
)  # fmt: skip


def written_bag(folder: Path, words: tuple[str, ...]) -> Bag:
    """A collection of two speeches on disk whose bag holds the given words."""
    ordered = tuple(sorted(words))
    speeches = (Speech("001", year=1990), Speech("na", year=1991))
    counts = csr_matrix(
        np.vstack([np.arange(1, len(ordered) + 1), np.ones(len(ordered), int)]), dtype="int32"
    )
    bag = Bag(counts, ordered, (Passage(speeches[0], 0), Passage(speeches[1], 3)))
    store.write_catalog(folder, [store.catalog_row(speech) for speech in speeches])
    store.write_counts(folder, bag)
    return bag


def assert_same(one: Bag, other: Bag) -> None:
    assert one.words == other.words
    assert (one.counts != other.counts).nnz == 0
    assert [(p.speech.id, p.number) for p in one.passages] == [
        (p.speech.id, p.number) for p in other.passages
    ]


# --- whole or not at all --------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failing_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """When the disk gives out at either step, the old file stays whole and nothing lies beside it."""

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "catalog.csv"
    store.write_text(path, "old")
    monkeypatch.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), fail)
    with pytest.raises(OSError, match="No space left"):
        store.write_text(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_same_bytes_keep_their_time(tmp_path: Path) -> None:
    """Writing what is there already changes nothing, not even the time, so nothing is redone."""
    path = tmp_path / "deep" / "a.csv"
    store.write_text(path, "x")
    os.utime(path, (1, 1))
    store.write_text(path, "x")
    assert path.stat().st_mtime == 1
    store.write_text(path, "y")
    assert path.stat().st_mtime > 1


def test_files_are_readable_by_others(tmp_path: Path) -> None:
    """A file gets the permissions that any new file of this user gets."""
    store.write_text(tmp_path / "a", "x")
    (tmp_path / "b").write_text("x")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


# --- tables ---------------------------------------------------------------------------------------


def test_formulas_are_defused(tmp_path: Path) -> None:
    """No cell of text begins as a formula does, in ASCII or full width; numbers are left alone."""
    table = pd.DataFrame({"word": ["=1+1", "-甲", "＝乙", "@a", "甲"], "z": [-1.5, 2, 3, 4, 5]})
    store.write_table(tmp_path / "t.csv", table)
    lines = (tmp_path / "t.csv").read_text().splitlines()
    assert lines == ["word,z", "'=1+1,-1.5", "'-甲,2.0", "'＝乙,3.0", "'@a,4.0", "甲,5.0"]
    pd.testing.assert_frame_equal(store.read_table(tmp_path / "t.csv"), table, check_dtype=False)


@given(
    cells=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1),
        min_size=1, max_size=6,
    ),
    number=st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip
def test_any_table_comes_back(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str], number: float
) -> None:
    """Text comes back character for character, numbers to the last digit."""
    path = tmp_path_factory.mktemp("any") / "t.csv"
    store.write_table(path, pd.DataFrame({"theme": cells, "share": number}))
    back = store.read_table(path)
    assert back["theme"].tolist() == cells
    assert set(back["share"]) == {number}


def test_missing_cells(tmp_path: Path) -> None:
    """Missing numbers are empty cells and missing again; themes called NA or 001 stay names."""
    table = pd.DataFrame({"theme": ["NA", "001"], "year": pd.array([None, 1999], "Int64")})
    store.write_table(tmp_path / "t.csv", table)
    back = store.read_table(tmp_path / "t.csv")
    assert back["theme"].tolist() == ["NA", "001"]
    assert back["year"].isna().tolist() == [True, False]


def test_no_table(tmp_path: Path) -> None:
    """A table that is absent or empty is refused with the verb that writes it."""
    with pytest.raises(JianghuaError, match="jianghua compare"):
        store.read_table(tmp_path / "t.csv")
    (tmp_path / "t.csv").write_bytes(b"")
    with pytest.raises(JianghuaError, match="not readable"):
        store.read_table(tmp_path / "t.csv")


# --- speeches -------------------------------------------------------------------------------------


@given(
    text=st.text(st.characters(exclude_categories=["Cs"])),
    taken=st.text(st.characters(exclude_categories=["Cs"])),
)
def test_any_speech_comes_back(
    tmp_path_factory: pytest.TempPathFactory, text: str, taken: str
) -> None:
    """A text and what was taken out of its file are written and read character for character."""
    folder = tmp_path_factory.mktemp("speech")
    removals = (Removal(3, 3 + len(taken), "portal", taken),)
    store.write_speech(folder, Speech("a", text=text), removals)
    assert (folder / "texts" / "a.txt").read_bytes().decode() == text
    assert store.read_removals(folder / "removed" / "a.csv") == removals


# --- counts ---------------------------------------------------------------------------------------


def test_hostile_words_survive(tmp_path: Path) -> None:
    """Words that tables take for something else come back as they are, and so do ids."""
    bag = written_bag(tmp_path, HOSTILE)
    assert_same(store.read_bag(tmp_path), bag)
    header = gzip.decompress((tmp_path / "counts.csv.gz").read_bytes()).decode().split("\n")[0]
    assert header == "speech,passage,word,count"


@given(
    words=st.sets(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), min_size=1),
        min_size=1, max_size=8,
    )
)  # fmt: skip
def test_any_words_survive(tmp_path_factory: pytest.TempPathFactory, words: set[str]) -> None:
    """Counts of any words are read back equal."""
    folder = tmp_path_factory.mktemp("words")
    assert_same(written_bag(folder, tuple(words)), store.read_bag(folder))


def test_same_counts_same_bytes(tmp_path: Path, toy_bag: Bag) -> None:
    """Counts are the same bytes wherever and whenever they are written."""
    for name in "ab":
        store.write_counts(tmp_path / name, toy_bag)
    one, other = (tmp_path / name / "counts.csv.gz" for name in "ab")
    assert one.read_bytes() == other.read_bytes()
    assert one.read_bytes()[4:8] == bytes(4)  # no time in the header of the archive


def test_row_order_is_irrelevant(tmp_path: Path) -> None:
    """Rows of counts in any order are the same bag."""
    bag = written_bag(tmp_path, ("甲", "乙", "丙"))
    path = tmp_path / "counts.csv.gz"
    head, *rows = gzip.decompress(path.read_bytes()).decode().splitlines()
    path.write_bytes(gzip.compress("\n".join([head, *rows[::-1], ""]).encode()))
    assert_same(store.read_bag(tmp_path), bag)


def test_pieces_of_counts_join(
    tmp_path: Path, toy_bag: Bag, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many rows are read at once, and in whatever order they stand, passages that go on in
    the next piece are one, and the bag is the same."""
    store.write_catalog(tmp_path, [store.catalog_row(one) for one in toy_bag.speeches])
    store.write_counts(tmp_path, toy_bag)
    path = tmp_path / "counts.csv.gz"
    head, *rows = gzip.decompress(path.read_bytes()).decode().splitlines()
    for seed, at_once in ((0, 1), (0, 2), (1, 3), (2, 7), (3, 1000)):
        random.Random(seed).shuffle(rows) if seed else None
        path.write_bytes(gzip.compress("\n".join([head, *rows, ""]).encode()))
        monkeypatch.setattr(counts_file, "AT_ONCE", at_once)
        assert_same(store.read_bag(tmp_path), toy_bag)


def damaged(content: bytes, how: str) -> bytes:
    plain = gzip.decompress(content)
    return {
        "cut": content[:-20],
        "flipped": content[:30] + bytes(b ^ 0xFF for b in content[30:40]) + content[40:],
        "no gzip": plain,
        "empty": b"",
        "header only": gzip.compress(plain.split(b"\n")[0] + b"\n"),
        "no counts": gzip.compress(plain.replace(b"count", b"times", 1)),
        "half a word": gzip.compress(plain.replace(b",1\n", b",1.5\n", 1)),
        "below one": gzip.compress(plain.replace(b",1\n", b",-1\n", 1)),
        "beyond counting": gzip.compress(plain.replace(b",1\n", b",2147483648\n", 1)),
        "stranger": gzip.compress(plain + b"x9,0,a,1\n"),
        "not UTF-8": gzip.compress(plain + b"001,0,\xff\xfe,1\n"),
        "another table": gzip.compress(b"a,b\n1,2,3\n4\n"),
    }[how]


@pytest.mark.parametrize(
    "how",
    ["cut", "flipped", "no gzip", "empty", "header only", "no counts", "half a word", "below one",
     "beyond counting", "stranger", "not UTF-8", "another table"],
)  # fmt: skip
def test_damaged_counts_are_refused(tmp_path: Path, how: str) -> None:
    """Counts that are torn, foreign or impossible are refused in one line that says what to do."""
    written_bag(tmp_path, ("甲", "乙"))
    path = tmp_path / "counts.csv.gz"
    path.write_bytes(damaged(path.read_bytes(), how))
    with pytest.raises(JianghuaError, match="Try: jianghua count") as error:
        store.read_bag(tmp_path)
    assert "\n" not in str(error.value)


def test_no_counts(tmp_path: Path) -> None:
    """A collection without counts names the verb that makes them."""
    with pytest.raises(JianghuaError, match=r"no counts\.csv\.gz.*jianghua count"):
        store.read_bag(tmp_path)
