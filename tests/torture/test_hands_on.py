"""What people and programs do to a project by hand: each ends in words, and nothing is lost."""

from __future__ import annotations

import os
import re
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


def as_it_is(project: Path) -> None:
    pass


FIT = ("fit", MINE, "--topics", "3")
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
        ("draw", "theme_shares"), "cannot be drawn: .*Try: jianghua compare",
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
