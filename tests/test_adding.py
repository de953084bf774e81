"""add: every file found has one record, whatever happens; what is good is kept."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import read_corpus
from jianghua.speeches.isolating import Reader, shared_reader
from jianghua.verbs.adding import STATUSES, add
from tests.examples import examples
from tests.fuzz.documents import SPEECH, page, word


@pytest.fixture(scope="module")
def reader():
    with Reader() as one:
        yield one


def speech(number: int) -> str:
    return SPEECH.replace("八万株", f"{number}万株")


def records(collection: Path) -> list[dict[str, str]]:
    with (collection / "added.csv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


NAMES = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=("Cs",)), min_size=1, max_size=12
)
NAME = NAMES.filter(lambda name: name.strip(".")) | st.sampled_from(
    ["a.txt", "b.html", "c.docx", ".x", "~$a.docx"]
)
CONTENT = st.one_of(
    st.binary(max_size=60),
    st.integers(0, 3).map(lambda n: speech(n).encode()),
    st.integers(0, 3).map(lambda n: page(speech(n)).encode()),
    st.integers(0, 3).map(lambda n: word(speech(n))),
    st.just(None),
)
TREE = st.dictionaries(st.tuples(st.sampled_from(["", "x", "y/z"]), NAME), CONTENT, max_size=6)


@examples(12)
@given(tree=TREE)
def test_the_accounts_add_up_for_any_folder(tmp_path_factory, tree):
    """As many records as files and links, each with a status; the sums printed are the same; what
    is used is in the catalogue."""
    folder, to = tmp_path_factory.mktemp("any"), tmp_path_factory.mktemp("to") / "corpus" / "a"
    written = set()
    for (inside, name), content in tree.items():
        (folder / inside).mkdir(parents=True, exist_ok=True)
        path = folder / inside / name
        if path.exists() or path.is_symlink() or len(os.fsencode(name)) > 255:
            continue
        path.symlink_to("nowhere") if content is None else path.write_bytes(content)
        written.add(path)
    lines, _ = add([folder], to, reader=shared_reader())
    found = records(to)
    assert len(found) == len(written)
    sums = Counter(record["status"] for record in found)
    assert set(sums) <= set(STATUSES)
    assert list(map(int, re.findall(r"\d+", lines[-1]))) == [
        len(written),
        *(sums[s] for s in STATUSES),
    ]
    ids = {i for r in found if r["status"] in ("added", "warned") for i in r["id"].split()}
    assert ids == {one.id for one in read_corpus(to)}
    assert all(record["reason"] or record["status"] == "added" for record in found)


class Interrupted(Reader):
    """A reader that somebody stops at the third file."""

    asked = 0

    def prepare(self, path, whole=False):
        self.asked += 1
        if self.asked == 3:
            raise KeyboardInterrupt
        return super().prepare(path, whole)


def test_a_run_that_is_stopped_keeps_its_work_and_says_what_is_left(tmp_path, reader):
    """Two files are in, three are unread; the next run takes up where this one stopped."""
    folder, to = tmp_path / "files", tmp_path / "corpus" / "a"
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.txt").write_text(speech(number), encoding="utf-8")
    with Interrupted() as stopped, pytest.raises(KeyboardInterrupt):
        add([folder], to, reader=stopped)
    assert Counter(r["status"] for r in records(to)) == {"added": 2, "unread": 3}
    assert len(read_corpus(to)) == 2
    lines, _ = add([folder], to, reader=reader)
    assert lines[-1] == "5 files found: 3 added, 0 warned, 2 skipped, 0 rejected"
    assert len(read_corpus(to)) == 5


def test_files_that_nobody_meant_are_one_line(tmp_path, reader):
    """What editors and systems leave in a folder is told in one line with its sorts, is no reason to
    fail, and stands in added.csv one by one."""
    folder, to = tmp_path / "files", tmp_path / "corpus" / "a"
    folder.mkdir()
    (folder / "a.txt").write_text(SPEECH, encoding="utf-8")
    odd = [
        ".DS_Store",
        "._a.txt",
        "~$a.docx",
        ".~lock.a.odt#",
        "Thumbs.db",
        "desktop.ini",
        "Icon\r",
    ]
    for name in odd:
        (folder / name).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    lines, rejected = add([folder], to, reader=reader)
    assert rejected == 0
    assert lines[-2:] == [
        "7 ignored, hidden: .DS_Store, ._a.txt, .~lock.a.odt#; files of the system: Icon\\r, Thumbs.db, "
        "desktop.ini; lock files of Word: ~$a.docx",
        "8 files found: 1 added, 0 warned, 7 skipped, 0 rejected",
    ]
    assert {Path(r["path"]).name for r in records(to) if r["status"] == "skipped"} >= set(odd[:-1])


def test_the_records_are_written_before_the_first_file_is_read(tmp_path):
    """Whoever kills the run at its first file finds all files listed as unread."""
    folder, to = tmp_path / "files", tmp_path / "corpus" / "a"
    folder.mkdir()
    (folder / "a.txt").write_text(SPEECH, encoding="utf-8")
    seen = []

    class Looking(Reader):
        def prepare(self, path, whole=False):
            seen.extend(records(to))
            return super().prepare(path, whole)

    with Looking() as one:
        add([folder], to, reader=one)
    assert [(r["path"], r["status"], r["reason"]) for r in seen] == [
        (str(folder / "a.txt"), "unread", "not yet read")
    ]


def test_a_broken_catalogue_costs_no_speech(tmp_path, reader):
    """Files beside a catalogue that cannot be read are read without it, and warned of it."""
    (tmp_path / "catalog.csv").write_text("no,such,columns\n1,2,3\n")
    (tmp_path / "a.txt").write_text(SPEECH, encoding="utf-8")
    add([tmp_path], tmp_path / "corpus" / "a", reader=reader)
    by = {Path(r["path"]).name: r for r in records(tmp_path / "corpus" / "a")}
    assert by["a.txt"]["status"] == "warned"
    assert "no column named id or file" in by["a.txt"]["reason"]
    assert by["catalog.csv"]["status"] == "skipped"


def test_a_catalogue_is_followed_and_its_gaps_are_told(tmp_path, reader):
    """Dates as people write them are taken; an ambiguous one costs its file; a row without a file
    is told."""
    folder, to = tmp_path / "files", tmp_path / "corpus" / "a"
    folder.mkdir()
    (folder / "catalog.csv").write_text(
        "file;id;date;place\n讲话.txt;;二〇一二年三月;某县\nb.txt;b;05/03/2012;\nc.txt;c;2014;\n",
        encoding="gbk",
    )
    (folder / "讲话.txt").write_text(speech(1), encoding="utf-8")
    (folder / "b.txt").write_text(speech(2), encoding="utf-8")
    lines, rejected = add([folder], to, reader=reader)
    assert rejected == 1
    assert any("may be 2012-05-03 or 2012-03-05" in line for line in lines)
    assert any("lists files that are not there: c.txt" in line for line in lines)
    [one] = read_corpus(to)
    assert (one.date, one.year, one.place, one.year_basis) == ("2012-03", 2012, "某县", "catalogue")


def test_a_volume_gives_several_ids_in_one_record(tmp_path, reader):
    """A file of two speeches is one record with two ids."""
    other = SPEECH.replace("果园改造动员会", "苗圃扩建现场会").replace(
        "2013年3月6日", "2014年9月2日"
    )
    (tmp_path / "v.txt").write_text(f"{SPEECH}\n{other}", encoding="utf-8")
    to = tmp_path / "corpus" / "a"
    add([tmp_path / "v.txt"], to, reader=reader)
    [record] = records(to)
    assert set(record["id"].split()) == {one.id for one in read_corpus(to)}
    assert len(read_corpus(to)) == 2
    assert record["status"] == "warned"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_what_may_not_be_read_is_told(tmp_path, reader):
    """A file and a folder without permission have records with the system's reason."""
    (tmp_path / "files" / "shut").mkdir(parents=True)
    (tmp_path / "files" / "a.txt").write_text(SPEECH, encoding="utf-8")
    (tmp_path / "files" / "a.txt").chmod(0)
    (tmp_path / "files" / "shut").chmod(0)
    add([tmp_path / "files"], tmp_path / "corpus" / "a", reader=reader)
    (tmp_path / "files" / "shut").chmod(0o700)
    assert all("denied" in r["reason"] for r in records(tmp_path / "corpus" / "a"))


def test_a_path_that_is_not_there_is_refused_before_anything(tmp_path):
    """A misspelt path stops the run, and nothing is written."""
    with pytest.raises(JianghuaError, match="no such file"):
        add([tmp_path / "nowhere"], tmp_path / "corpus" / "a")
    assert not (tmp_path / "corpus").exists()
