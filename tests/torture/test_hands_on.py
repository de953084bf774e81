"""What people and programs do to a project by hand: each ends in words, and nothing is lost."""

from __future__ import annotations

import csv
import gzip
import os
import re
import resource
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from jianghua.cli import main
from tests.torture.breaking import MINE, make_project

Change = Callable[[Path], object]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy speeches, and all that the verbs make of them."""
    folder = tmp_path_factory.mktemp("made")
    make_project(folder, ("compare",))
    return folder


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, in which the verbs run."""
    copy = Path(shutil.copytree(made, tmp_path / "project"))
    monkeypatch.chdir(copy)
    return copy


def holding(name: str, content: str | bytes) -> Change:
    """Another content in a file."""

    def change(project: Path) -> None:
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_bytes(content.encode() if isinstance(content, str) else content)

    return change


def without(name: str, then: Callable[[Path], object] = lambda path: None) -> Change:
    """Something else, or nothing, in the place of a file or folder."""

    def change(project: Path) -> None:
        path = project / name
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        path.parent.mkdir(exist_ok=True)
        then(path)

    return change


def changed(name: str, old: str, new: str) -> Change:
    """Some words of a file replaced by others."""

    def change(project: Path) -> None:
        text = (project / name).read_text("utf-8")
        assert old in text
        (project / name).write_text(text.replace(old, new), "utf-8")

    return change


def as_it_is(project: Path) -> None:
    pass


def counted(rows: str) -> Change:
    """Other counts, with these rows."""
    head = "speech,passage,word,count\n"
    return holding(f"{MINE}/counts.csv.gz", gzip.compress((head + rows).encode(), 1))


FIT = ("fit", MINE, "--topics", "3")
IMPORT = ("import", "i.csv", "--to", "corpus/new")
CASES: dict[str, tuple[Change, Sequence[str], str]] = {
    "no seeds": (as_it_is, (*FIT, "--seeds", "0"), "--seeds: 0 seeds"),
    "fewer than no seeds": (as_it_is, (*FIT, "--seeds", "-2"), "--seeds: -2 seeds"),
    "a seed below nothing": (as_it_is, (*FIT, "--seed", "-1"), "seed -1. Try: a whole number"),
    "one topic": (as_it_is, ("fit", MINE, "--topics", "1"), "1 topics for 12 passages"),
    "no topic": (as_it_is, ("try", MINE, "--topics", "0"), "0 topics for"),
    "more topics than passages": (as_it_is, ("fit", MINE, "--topics", "12"), "from 2 to 11"),
    "topics beyond counting": (as_it_is, ("fit", MINE, "--topics", "9" * 30), "from 2 to 11"),
    "no trials": (as_it_is, ("try", MINE, "--topics", "2", "--seeds", "0"), "0 seeds"),
    "no speeches a word": (as_it_is, (*FIT, "--min-speeches", "0"), "--min-speeches: 0 speeches"),
    "coders drawn by no seed": (
        as_it_is, ("validate", MINE, "make", "--seed", "-1"), "seed -1. Try: a whole number",
    ),
    "an id twice": (
        lambda p: (p / MINE / "catalog.csv").write_text("id\na\na\n"),
        ("check", MINE), "ids used more than once: a. Try: give every row",
    ),
    "a catalogue that is a folder": (
        without(f"{MINE}/catalog.csv", Path.mkdir), ("check", MINE), "is no ordinary file",
    ),
    "adding to a catalogue that is a pipe": (
        without(f"{MINE}/catalog.csv", os.mkfifo),
        ("add", "more", "--to", MINE), "is no ordinary file",
    ),
    "a catalogue that links to itself": (
        without(f"{MINE}/catalog.csv", lambda path: path.symlink_to(path)),
        ("count", MINE), "is no ordinary file",
    ),
    "counts that are a pipe": (
        without(f"{MINE}/counts.csv.gz", os.mkfifo), FIT, "is no ordinary file",
    ),
    "counts in whose place a folder stands": (
        without(f"{MINE}/counts.csv.gz", Path.mkdir), ("count", MINE), "Try: another name",
    ),
    "names that are a pipe": (
        without(f"{MINE}/themes.toml", os.mkfifo), ("compare", MINE), "is no ordinary file",
    ),
    "names that are a folder": (
        without(f"{MINE}/themes.toml", Path.mkdir), ("name", MINE), "is no ordinary file",
    ),
    "names in no UTF-8": (
        holding(f"{MINE}/themes.toml", b"\xff\xfe\x00"), ("name", MINE), "is not UTF-8",
    ),
    "a log that is a folder": (
        as_it_is, ("name", MINE, "--replay", "corpus"), "is no ordinary file",
    ),
    "guides that are a pipe": (
        without("corpus/guides.toml", os.mkfifo), FIT, "is no ordinary file",
    ),
    "guides without end": (
        as_it_is, (*FIT, "--guides", os.devnull), "is no ordinary file",
    ),
    "a lexicon that is a file": (holding("corpus/lexicon", ""), ("count", MINE), "no such folder"),
    "a table of a lexicon that is a pipe": (
        without("corpus/lexicon/own.csv", os.mkfifo), ("count", MINE), "is no ordinary file",
    ),
    "build is a file": (
        without("build", Path.touch), FIT, "move the file away that stands where a folder",
    ),
    "figures is a file": (
        without("figures", Path.touch), ("compare", MINE), "where a folder is needed",
    ),
    "words for numbers in a table": (
        lambda p: holding(
            "figures/theme_shares.csv",
            "\n".join(
                line if line.startswith("year,") else line.replace(",0.", ",x.")
                for line in (p / "figures" / "theme_shares.csv").read_text("utf-8").splitlines()
            ),
        )(p),
        ("draw", "theme_shares"), "is no number that it may be. Try: the table that jianghua compare",
    ),
    "a catalogue of four gigabytes": (
        lambda p: os.truncate(p / MINE / "catalog.csv", 4 << 30),
        ("check", MINE), "has 4096 MB, at most 256 are read",
    ),
    "a text larger than any speech": (
        lambda p: os.truncate(p / MINE / "texts" / "tian-1.txt", 51 << 20),
        ("count", MINE), "tian-1.txt: is larger than 50 MB",
    ),
    "a catalogue with a thousand bad rows": (
        holding(f"{MINE}/catalog.csv", "id\n" + "A\n" * 1000), ("check", MINE), "and 990 more",
    ),
    "a column that stands twice": (
        holding(f"{MINE}/catalog.csv", "id,year,year\na,1990,1991\n"),
        ("check", MINE), "columns of one name: year",
    ),
    "a day that no calendar has": (
        holding(f"{MINE}/catalog.csv", "id,date\na,2012-02-30\n"),
        ("check", MINE), "date '2012-02-30' is not",
    ),
    "counts without a line end": (counted("tian-1,0," + "x" * 5_000_000), FIT, "a line without end"),
    "a passage before the first": (counted("tian-1,-1,粮食,1\n"), FIT, "not a table of counts"),
    "a passage beyond counting": (counted(f"tian-1,{2**63 - 1},粮食,1\n"), FIT, "not a table of"),
    "a count beyond counting": (counted(f"tian-1,0,粮食,{10**40}\n"), FIT, "damaged: "),
    "a word of two lines": (counted('tian-1,0,"粮\n食",1\n'), FIT, "empty or has a line end"),
    "names nested without end": (
        holding(f"{MINE}/themes.toml", "a=" + "[" * 5000), ("name", MINE), "nested too deeply",
    ),
    "a number of ten thousand digits": (
        holding("corpus/guides.toml", "a=" + "9" * 10_000), FIT, "not readable as TOML",
    ),
    "a record of runs nested without end": (
        holding("build/mine/runs.jsonl", "[" * 100_000), ("count", MINE), "not a record of runs",
    ),
    "seeds without number": (as_it_is, (*FIT, "--seeds", "9" * 9), "from 1 to 1000"),
    "trials without number": (
        as_it_is, ("try", MINE, "--topics", "2", "--seeds", "9" * 9), "from 1 to 1000",
    ),
    "refits without number": (as_it_is, ("compare", MINE, "--fits", "9" * 9), "999999999 fits"),
    "questions without number": (
        as_it_is, ("validate", MINE, "make", "--items", "9" * 9), "999999999 items",
    ),
    "a context wider than a speech": (
        as_it_is, ("kwic", "粮食", MINE, "--width", "9" * 12), "width 9{12}",
    ),
    "the contexts of nothing": (as_it_is, ("check", MINE, "--contexts", ""), "an empty term"),
    "an archive in the place of a pipe": (
        lambda p: os.mkfifo(p / "pipe"), ("pack", MINE, "--to", "pipe"), "is no ordinary file",
    ),
    "more themes than a figure holds": (
        holding(
            "figures/theme_shares.csv",
            "year,theme,share,low,high,band,speeches,words\n"
            + "".join(f"2018,t{n},0.004,0,1,speeches,1,1\n" for n in range(250)),
        ),
        ("draw", "theme_shares"), "250 themes, a figure holds at most 200",
    ),
    "digits below nothing": (
        as_it_is, ("replay", "figures", "figures", "--digits", "-5000"), "-5000 digits",
    ),
    "counts of others beyond counting": (
        holding("i.csv", "document,word,count\na,b,99999999999\n"), IMPORT, "is no count",
    ),
    "counts of others without end": (
        holding("i.csv", "document,word,count\na,b,inf\n"), IMPORT, "is no count",
    ),
    "counts of others that add up beyond counting": (
        holding("i.csv", "document,word,count\n" + "a,b,2000000000\n" * 2), IMPORT, "4000000000 times",
    ),
    "a word of others of two lines": (
        holding("i.csv", 'document,word,count\na,"b\nc",1\n'), IMPORT, "no line of text",
    ),
    "counts of others from a device": (
        as_it_is, ("import", "/dev/zero", "--to", "corpus/new"), "/dev/zero: is no ordinary file",
    ),
    "metadata of others from a device": (
        holding("i.csv", "document,word,count\na,b,1\n"), (*IMPORT, "--metadata", "/dev/zero"),
        "/dev/zero: is no ordinary file",
    ),
    "a volume of others that is a pipe": (
        lambda p: os.mkfifo(p / "v.json"), ("import", "v.json", "--to", "corpus/new"),
        "v.json: is no ordinary file",
    ),
    "a count of others that is a word": (
        holding("i.csv", "document,word,count\na,b,1\na,c,三\n"), IMPORT, "line 3: '三' is no count",
    ),
    "a count of others left empty": (
        holding("i.csv", "document,word,count\na,b,\n"), IMPORT, "line 2: '' is no count",
    ),
    "a row of others cut short": (
        holding("i.csv", "document,word,count\na,b\n"), IMPORT, "line 2: 2 cells, not 3",
    ),
    "a document of others in no year": (
        lambda p: [
            holding(name, text)(p)
            for name, text in (
                ("i.csv", "document,word,count\na,b,1\n"), ("metadata.csv", "id,year\na,1.5\n"),
            )
        ],
        IMPORT, "metadata.csv: a: year '1.5' is not a year",
    ),
    "an archive in the place of a catalogue": (
        as_it_is, ("pack", MINE, "--to", f"{MINE}/catalog.csv"), "no archive of ours",
    ),
    "results that are not there": (as_it_is, ("pack", MINE, "--figures", "nope"), "no such folder"),
    "citing no collection": (as_it_is, ("cite", "corpus/none"), "no catalog.csv"),
    "edits that are not there": (as_it_is, ("name", MINE, "--replay", "nope"), "nope: no such file"),
    "edits that are none": (
        as_it_is, ("name", MINE, "--replay", f"{MINE}/catalog.csv"), "not a log of edits. Try",
    ),
    "a quotation mark that swallows rows": (
        changed(f"{MINE}/catalog.csv", "讲话1,", '"讲话1,'),
        ("count", MINE), "a quotation mark in row 2 is not closed",
    ),
    "a catalogue that is an Excel file": (
        holding(f"{MINE}/catalog.csv", b"PK\x03\x04"), ("check", MINE), "an Excel file, no CSV",
    ),
    "a table of a lexicon that is an Excel file": (
        holding("corpus/lexicon/own.csv", b"PK\x03\x04"), ("count", MINE), "an Excel file, no CSV",
    ),
    "a record of runs that is a folder": (
        without("build/mine/runs.jsonl", Path.mkdir), ("count", MINE), "is no ordinary file",
    ),
}  # fmt: skip


def test_an_empty_path_is_not_the_folder_one_stands_in(project: Path) -> None:
    """A variable that the shell did not know is wrong usage, and writes nothing."""
    before = sorted(project.rglob("*"))
    for words in (("add", "more", "--to", ""), ("add", "", "--to", MINE), ("count", "")):
        with pytest.raises(SystemExit, match="2"):
            main(words)
    assert sorted(project.rglob("*")) == before


@pytest.mark.parametrize("name", CASES)
def test_it_ends_in_words(project: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 1 and one line that says what was found, where, and what to try."""
    change, words, said = CASES[name]
    change(project)
    texts = {path: path.read_bytes() for path in (project / MINE / "texts").iterdir()}
    assert main(words) == 1
    [line] = [
        line
        for line in capsys.readouterr().err.splitlines()
        if not line.startswith("jianghua: note: ")
    ]
    assert re.search(said, line), line
    assert ". Try: " in line
    assert "unforeseen" not in line
    assert texts == {path: path.read_bytes() for path in (project / MINE / "texts").iterdir()}


TOLD: dict[str, tuple[Change, str]] = {
    "a text that is gone": (without(f"{MINE}/texts/tian-1.txt"), "text: tian-1: no file texts/"),
    "a text that is a folder": (
        without(f"{MINE}/texts/tian-1.txt", Path.mkdir), "text: tian-1: no file texts/",
    ),
    "a text that is a pipe": (
        without(f"{MINE}/texts/tian-1.txt", os.mkfifo), "text: tian-1: no file texts/",
    ),
    "a text that is a link out of here": (
        without(f"{MINE}/texts/tian-1.txt", lambda path: path.symlink_to("/etc/hostname")),
        "text: tian-1: no file texts/",
    ),
    "a text that nobody listed": (
        holding(f"{MINE}/texts/stray.txt", "粮食"), "text: texts/stray.txt is in no row",
    ),
    "a title with a character that nobody sees": (
        changed(f"{MINE}/catalog.csv", "讲话1,", "讲\0话1,"),
        r"metadata: tian-1: its title holds U\+0000",
    ),
    "a date of another year": (
        changed(f"{MINE}/catalog.csv", "讲话1,2018,2018", "讲话1,1958,2018"),
        "dating: tian-1: its date 1958 is not in 2018–2018",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_check_tells(project: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What does not fit together in a collection is told by check, with what to try."""
    assert main(("check", MINE)) == 0, capsys.readouterr().out
    change, said = TOLD[name]
    change(project)
    assert main(("check", MINE)) == 1
    line, total = capsys.readouterr().out.splitlines()[-2:]
    assert re.match(said, line), line
    assert (". Try: " in line, total) == (True, "1 problems")


def test_what_is_not_read_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A list that is no CSV, and rows about documents without counts, are named in a note."""
    holding("corpus/lexicon/own.xlsx", b"PK")(project)
    assert main(("count", MINE)) == 0
    assert "not read: own.xlsx" in capsys.readouterr().err
    holding("i.csv", "document,word,count\na,b,1\n")(project)
    holding("metadata.csv", "id,year\nz,2001\n")(project)
    assert main(IMPORT) == 0
    assert "have no counts: z" in capsys.readouterr().err


@pytest.mark.parametrize("goal", ["s3://bucket/mine", f"{MINE}/texts", f"{MINE}/removed/more"])
def test_a_goal_of_a_wrong_kind_is_refused(project: Path, goal: str) -> None:
    """An address makes no folder of its name, and nothing is written among the speeches."""
    before = sorted(project.rglob("*"))
    for verb in (("add", "more"), ("export", MINE), ("compare", MINE)):
        with pytest.raises(SystemExit, match="2"):
            main((*verb, "--to", goal))
    assert sorted(project.rglob("*")) == before


def test_a_speech_without_words_is_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A text of blanks alone is not counted, and count says so."""
    holding(f"{MINE}/texts/tian-1.txt", "\u3000" * 99)(project)
    assert main(("count", MINE)) == 0
    assert "tian-1: no words are left, not counted" in capsys.readouterr().out


def test_a_link_at_a_lock_is_not_followed(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A link where the lock should be empties no other file, and is told in one line."""
    (project / "precious").write_text("kept")
    (project / MINE / ".catalog.csv.lock").symlink_to(project / "precious")
    assert main(("add", "more", "--to", MINE)) == 1
    assert "Try: another place, or remove the link" in capsys.readouterr().err
    assert (project / "precious").read_text() == "kept"


def test_an_environment_of_nonsense(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Variables on which libraries stumble are left out of account, each in one line."""
    nonsense = {
        "SOURCE_DATE_EPOCH": "-1", "OMP_NUM_THREADS": "abc", "NUMBA_DISABLE_JIT": "1",
        "MPLBACKEND": "x",
    }  # fmt: skip
    for name, value in nonsense.items():
        monkeypatch.setenv(name, value)
    assert main(("draw", "theme_shares")) == 0
    said = capsys.readouterr().err.splitlines()
    assert [re.findall(r"note: (\w+)=", line) for line in said] == [
        ["SOURCE_DATE_EPOCH"], ["OMP_NUM_THREADS"], ["NUMBA_DISABLE_JIT"],
    ]  # fmt: skip


def test_too_little_memory_is_told_beforehand(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where compiled code could not have its memory, a run ends in words before it starts."""
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (700 << 20, resource.RLIM_INFINITY))
    assert main(FIT) == 1
    assert "fit: only 700 MB of memory are allowed here. Try: " in capsys.readouterr().err


def test_coherence_that_is_undefined_is_empty(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Words that stand in every passage say nothing of coherence: its cell is empty, not 1."""
    words = ("粮食", "水稻", "学校", "课本")
    rows = [
        f"{speech},{n},{word},{1 + n * place % 5}\n"
        for speech in ("tian-1", "tian-2") for n in range(4) for place, word in enumerate(words)
    ]  # fmt: skip
    counted("".join(rows))(project)
    chosen = ("--topics", "2", "--seeds", "1", "--min-speeches", "1", "--counts-only")
    assert main(("try", MINE, *chosen)) == 0
    with (project / "build" / "mine" / "trials.csv").open(encoding="utf-8") as table:
        [trial] = csv.DictReader(table)
    assert (trial["coherence"], trial["c_npmi"]) == ("", "")
    assert "NaN" in capsys.readouterr().out
