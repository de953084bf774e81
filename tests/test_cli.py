"""The command line: help, exit codes, one-line errors, and the whole chain on the sample speeches."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from jianghua import cli, store, verbs
from jianghua.cli import main
from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import read_corpus

RAW = Path(__file__).resolve().parents[1] / "corpus" / "sample" / "raw"
VERBS = ("add", "check", "count", "fit", "try", "name", "compare", "draw", "explore", "kwic")


@dataclass(frozen=True)
class Said:
    """The exit status of a command and what it printed."""

    status: int
    out: str
    err: str


def say(*arguments: object) -> Said:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("default")
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as left:
            status = int(left.code or 0)
    return Said(status, out.getvalue(), err.getvalue())


@dataclass(frozen=True)
class Chain:
    """A project in which every verb was run once on the sample speeches."""

    folder: Path
    said: dict[str, Said]

    @property
    def collection(self) -> Path:
        return self.folder / "corpus" / "sample"


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """add → check → count → fit → try → name → compare → draw → explore → kwic."""
    folder = tmp_path_factory.mktemp("project")
    raw = folder / "mess"
    shutil.copytree(RAW, raw)
    (raw / "notes.xyz").write_bytes(b"\x00\x01")
    (raw / "empty.txt").write_bytes(b"")
    mine, figures = folder / "corpus" / "sample", folder / "figures"
    steps = {
        "add": ("add", raw, "--to", mine, "--rights", "our own"),
        "check": ("check", mine, "--json"),
        "count": ("count", mine),
        "fit": ("fit", mine, "--topics", 3, "--seed", 2),
        "try": ("try", mine, "--topics", 2, 3, "--seeds", 1),
        "name": ("name", mine),
        "compare": ("compare", mine, "--terms", "解放思想", "火箭"),
        "place": ("compare", mine, "--model", mine),
        "draw": ("draw", "--figures", figures),
        "explore": ("explore", mine),
        "kwic": ("kwic", "思想", mine),
    }
    return Chain(folder, {name: say(*arguments) for name, arguments in steps.items()})


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


# --- help and usage -------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(verb: str) -> None:
    """-h says what a verb does, with an example that its own parser accepts."""
    said = say(verb, "-h")
    assert said.status == 0
    [example] = re.findall(r"example:\s+jianghua\s+(.*)", said.out.replace("\n", " "))
    assert cli.build_parser().parse_args(example.split()).verb == verb


@pytest.mark.parametrize("verb", VERBS)
def test_help_shows_only_defaults_that_say_something(verb: str) -> None:
    """No option ends in (default: None), False or an empty list; numbers and words are shown."""
    out = say(verb, "-h").out
    assert not re.search(r"\(default:\s+(None|False|\[\]|)\)", out)
    assert verb != "fit" or "(default: 20)" in out


def test_verbs_are_listed() -> None:
    """The help of the program names every verb; without a verb it is wrong usage."""
    said = say("-h")
    assert all(f"    {verb} " in said.out for verb in VERBS)
    assert say().status == 2
    assert say("--version").out.startswith("jianghua 0.")


@pytest.mark.parametrize(
    "wrong",
    [
        ("dance",), ("fit",), ("fit", "c", "--topics", "many"), ("add", "x"), ("kwic", "词"),
        ("compare", "c", "--years", "1978"), ("compare", "c", "--years", "1990-1980", "1-2"),
        ("compare", "c", "--years", "a-b", "1-2"), ("draw", "--language", "fr"),
    ],
)  # fmt: skip
def test_wrong_usage(wrong: tuple[str, ...]) -> None:
    """Wrong usage ends with status 2 and a usage line, not with a traceback."""
    said = say(*wrong)
    assert said.status == 2
    assert said.err.startswith("usage: jianghua")
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "failing",
    [
        ("add", "nowhere", "--to", "HERE/c"), ("check", "HERE"), ("count", "HERE"),
        ("fit", "HERE", "--topics", "3"), ("try", "HERE"), ("name", "HERE"), ("compare", "HERE"),
        ("draw", "--figures", "HERE"), ("draw", "pie", "--figures", "HERE"), ("explore", "HERE"),
        ("kwic", "词", "HERE"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_line(tmp_path: Path, failing: tuple[str, ...]) -> None:
    """Each verb, pointed at nothing, says in one line what is wrong and what to try, status 1, and
    leaves nothing behind."""
    said = say(*(argument.replace("HERE", str(tmp_path)) for argument in failing))
    assert said.status == 1
    assert said.err.startswith("jianghua: ")
    assert "Try: " in said.err
    assert said.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_traceback_only_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--debug lets the error through; what nobody foresaw is a line without it, too."""
    with pytest.raises(JianghuaError):
        main(["check", str(tmp_path), "--debug"])

    def break_down(*_: object) -> None:
        raise RuntimeError("first\nsecond")

    monkeypatch.setattr(verbs, "check", break_down)
    said = say("check", tmp_path)
    assert (said.status, said.err.count("\n")) == (1, 1)
    assert "RuntimeError: first" in said.err
    with pytest.raises(RuntimeError):
        main(["check", str(tmp_path), "--debug"])


def test_interruption(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends with status 130 and a line."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(verbs, "check", stop)
    assert say("check", tmp_path).status == 130


@pytest.mark.parametrize(
    ("number", "remedy"),
    [(28, "free space"), (122, "quota"), (30, "a disk that can be written"), (13, "may write")],
)
def test_errors_of_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, remedy: str
) -> None:
    """A full disk, a quota, a folder or disk that cannot be written: one line that names the file
    and what to do."""

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    (tmp_path / "c" / "texts").mkdir(parents=True)
    (tmp_path / "c" / "texts" / "a.txt").write_text("粮食要收好。", encoding="utf-8")
    (tmp_path / "c" / "catalog.csv").write_text("id,title,year\na,讲话,1990\n", encoding="utf-8")
    monkeypatch.setattr(os, "fsync", fail)
    said = say("count", tmp_path / "c")
    assert (said.status, said.err.count("\n")) == (1, 1)
    assert f"{tmp_path / 'c' / 'counts.csv.gz'}: {os.strerror(number)}. Try: " in said.err
    assert remedy in said.err
    assert {path.name for path in (tmp_path / "c").iterdir()} == {"texts", "catalog.csv"}


@pytest.mark.parametrize("topics", [-1, 0, 1, 10**4, 10**30])
def test_impossible_numbers_of_topics(chain: Chain, tmp_path: Path, topics: int) -> None:
    """Numbers of topics that mean nothing are refused in words, by fit and try, and no model is
    written."""
    shutil.copytree(chain.collection, tmp_path / "corpus" / "sample")
    for verb in ("fit", "try"):
        said = say(verb, tmp_path / "corpus" / "sample", "--topics", topics)
        assert said.status == 1
        assert said.err.splitlines()[-1].startswith(f"jianghua: topics: {topics} topics for ")
        assert "Try: a whole number from 2 to " in said.err
    assert not (tmp_path / "build").exists()


def test_check_model_says_what_changed(chain: Chain, tmp_path: Path) -> None:
    """check --model finds nothing after a fit; after a new catalogue and new words it names both."""
    shutil.copytree(chain.folder / "corpus", tmp_path / "corpus")
    shutil.copytree(chain.folder / "build", tmp_path / "build")
    mine = tmp_path / "corpus" / "sample"
    assert say("check", mine, "--model").out == "no problems\n"
    table = store.read_rows(mine)
    store.write_catalog(mine, [{**row, "note": "again"} for row in table])
    (mine.parent / "lexicon").mkdir()
    (mine.parent / "lexicon" / "own.csv").write_text("term,kind\n火箭班车,word\n", encoding="utf-8")
    said = say("check", mine, "--model", "--json")
    assert said.status == 1
    assert [problem["id"] for problem in json.loads(said.out)] == ["catalog", "lexicon"]


def test_output_that_cannot_be_written(chain: Chain) -> None:
    """A full disk behind standard output is an error in one line, not a traceback at the end."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "jianghua", "kwic", "思想", str(chain.collection)],
            stdout=full, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.decode().startswith("jianghua: kwic: No space left on device")
    assert done.stderr.count(b"\n") == 1


def test_control_characters_are_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    """No text moves the cursor, colours the terminal or turns the direction of writing."""
    cli.say(["甲\x1b[31m乙\u202e丙\x07丁\r戊\tA"])
    out = capsys.readouterr().out
    assert out == "甲\\x1b[31m乙\\x202e丙\\x07丁\\x0d戊\\x09A\n"


def test_a_narrow_terminal_does_not_stop_us(chain: Chain) -> None:
    """Where the terminal cannot write Chinese, escapes stand for it; python -m is the command."""
    done = subprocess.run(
        [sys.executable, "-m", "jianghua", "kwic", "思想", str(chain.collection)],
        capture_output=True, env={"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert rb"\u601d\u60f3" in done.stdout
    assert done.stderr == b""


def test_a_reader_who_has_had_enough(chain: Chain) -> None:
    """Piped into `head`, a command ends quietly."""
    words = [sys.executable, "-m", "jianghua", "kwic", "思想", str(chain.collection)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


# --- the chain ------------------------------------------------------------------------------------


def test_every_verb_ran(chain: Chain) -> None:
    """Each verb of the chain did its work; add said that something was rejected; no traceback."""
    statuses = {name: said.status for name, said in chain.said.items()}
    found = len(json.loads(chain.said["check"].out))
    assert statuses.pop("check") == (1 if found else 0)
    rejected = sum(row["status"] == "rejected" for row in rows(chain.collection / "added.csv"))
    assert statuses.pop("add") == (1 if rejected else 0)
    assert set(statuses.values()) == {0}, {n: s.err for n, s in chain.said.items() if s.status}
    assert not any("Traceback" in said.out + said.err for said in chain.said.values())


def test_added_accounts_for_every_file(chain: Chain) -> None:
    """added.csv has one row for each file found, good or bad, with a reason where it is not simply
    added; what is added is in the catalogue with text and list of removals."""
    records = rows(chain.collection / "added.csv")
    files = {str(path) for path in (chain.folder / "mess").iterdir()}
    assert {row["path"] for row in records} == files
    assert len(records) == len(files)
    assert {row["status"] for row in records} <= {"added", "warned", "skipped", "rejected"}
    assert all(row["reason"] for row in records if row["status"] != "added")
    ids = {row["id"] for row in records if row["status"] in ("added", "warned")}
    assert len(ids) == len(list(RAW.iterdir()))
    corpus = read_corpus(chain.collection)
    assert {speech.id for speech in corpus} == ids
    assert all(speech.text and speech.rights == "our own" for speech in corpus)
    for kind, suffix in (("texts", "txt"), ("removed", "csv")):
        assert {p.name for p in (chain.collection / kind).iterdir()} == {
            f"{i}.{suffix}" for i in ids
        }


def test_checksums_are_of_the_texts(chain: Chain) -> None:
    """The catalogue's checksum is that of the file of the text, byte for byte."""
    for row in rows(chain.collection / "catalog.csv"):
        text = (chain.collection / "texts" / f"{row['id']}.txt").read_bytes()
        assert row["sha256"] == store.digest(text)


def test_files_of_the_chain(chain: Chain) -> None:
    """What the verbs write lies where it is said to lie, and nothing else."""
    found = {
        str(path.relative_to(chain.folder))
        for path in chain.folder.rglob("*")
        if path.is_file() and not {"mess", "texts", "removed"} & set(path.parts)
    }
    names = ("theme_shares", "topic_years", "topic_map", "formulation_timelines", "keyness",
             "topic_choice", "speech_themes")  # fmt: skip
    expected = {f"figures/{name}.{kind}" for name in names for kind in ("csv", "svg", "png")}
    expected |= {
        f"corpus/sample/{n}" for n in ("catalog.csv", "added.csv", "counts.csv.gz", "themes.toml")
    }
    expected |= {f"build/sample/model/{n}" for n in ("arrays.npz", "words.txt", "settings.json")}
    expected |= {"build/sample/trials.csv", "build/sample/runs.jsonl", "figures/explorer.html"}
    assert expected <= found
    assert not [name for name in found - expected if name.startswith(("corpus", "build"))]


def test_columns_are_the_published_ones(chain: Chain) -> None:
    """The table of shares has the columns that others rely on, and its years sum to one."""
    table = store.read_table(chain.folder / "figures" / "theme_shares.csv")
    columns = "year theme share low high band speeches words seed_share"
    assert table.columns.tolist() == columns.split()
    assert table.groupby("year")["share"].sum().to_numpy() == pytest.approx(1)
    assert set(table["year"]) == {speech.year for speech in read_corpus(chain.collection)}


def test_topics_keep_their_numbers(chain: Chain) -> None:
    """Model, names file, tables and explorer page speak of the same topics under the same numbers."""
    corpus = read_corpus(chain.collection)
    model = store.read_model(chain.folder / "build" / "sample" / "model", corpus)
    heads = {k: model.words_of(k, 4) for k in range(3)}
    themes = verbs.themes_of(chain.collection)
    text = (chain.collection / "themes.toml").read_text(encoding="utf-8")
    for k, words in heads.items():
        entry = text.split(f"[topic.{k}]")[1]
        assert re.findall('"([^"]+)"', entry.split("words =")[1])[:4] == words
    for name in ("topic_map", "topic_years"):
        table = pd.read_csv(chain.folder / "figures" / f"{name}.csv").drop_duplicates("topic")
        rows_of = table.set_index("topic")
        assert {k: rows_of["words"][k].split() for k in heads} == heads
        assert {k: rows_of["theme"][k] for k in heads} == dict(themes.members)
    page = (chain.folder / "figures" / "explorer.html").read_text(encoding="utf-8")
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]
    for k, words in heads.items():
        number, *_ = max(data["topics"][k]["words"], key=lambda word: word[1])
        assert data["words"][number] == words[0]


def test_a_second_add_skips(chain: Chain, tmp_path: Path) -> None:
    """Adding the same files again adds nothing, changes no byte of the catalogue, and says so."""
    mine = tmp_path / "corpus" / "sample"
    shutil.copytree(chain.collection, mine)
    before = (mine / "catalog.csv").read_bytes()
    say("add", chain.folder / "mess", "--to", mine)
    again = rows(mine / "added.csv")
    was = {row["path"]: row["status"] for row in rows(chain.collection / "added.csv")}
    for row in again:
        expected = "skipped" if was[row["path"]] in ("added", "warned") else was[row["path"]]
        assert row["status"] == expected
    assert (mine / "catalog.csv").read_bytes() == before


def test_same_again_same_bytes(chain: Chain, tmp_path: Path) -> None:
    """Counting, fitting and comparing the same collection elsewhere gives the same bytes."""
    shutil.copytree(chain.collection, tmp_path / "corpus" / "sample")
    mine = tmp_path / "corpus" / "sample"
    say("count", mine)
    say("fit", mine, "--topics", 3, "--seed", 2)
    say("compare", mine, "--terms", "解放思想", "火箭")
    for name in ("corpus/sample/counts.csv.gz", "build/sample/model/arrays.npz",
                 "build/sample/model/settings.json", "figures/theme_shares.csv"):  # fmt: skip
        assert (tmp_path / name).read_bytes() == (chain.folder / name).read_bytes(), name


def test_kwic_shows_date_and_speech(chain: Chain) -> None:
    """A line a hit, with date and id of the speech, the words in brackets, and their number."""
    *hits, last = chain.said["kwic"].out.splitlines()
    assert last == f"{len(hits)} hits"
    ids = {speech.id for speech in read_corpus(chain.collection)}
    assert len(hits) == sum((s.text or "").count("思想") for s in read_corpus(chain.collection)) > 0
    assert all("【思想】" in line and line.split()[1] in ids for line in hits)
    one = say("kwic", "思想", chain.collection, "--year", "1900-1901")
    assert one.out.splitlines() == ["0 hits"]


def test_check_finds_what_was_changed(chain: Chain, tmp_path: Path) -> None:
    """A text edited after it was listed, a lost year and a second copy are all told at once."""
    mine = tmp_path / "corpus" / "sample"
    shutil.copytree(chain.collection, mine)
    table = store.read_rows(mine)
    first, second = table[0]["id"], table[1]["id"]
    with (mine / "texts" / f"{first}.txt").open("a", encoding="utf-8") as text:
        text.write("添一句。")
    table[1] |= {"title": "", "date": "", "year": "", "year_low": "", "year_high": ""}
    copy = {**table[2], "id": "copy", "title": "另一篇"}
    shutil.copy(mine / "texts" / f"{table[2]['id']}.txt", mine / "texts" / "copy.txt")
    store.write_catalog(mine, [*table, copy])
    said = say("check", mine, "--json")
    problems = [(p["kind"], p["id"]) for p in json.loads(said.out)]
    assert said.status == 1
    assert ("checksum", first) in problems
    assert problems.count(("metadata", second)) == 2
    assert any(kind == "duplicate" and "copy" in ids for kind, ids in problems)
    assert ("counts", "copy") in problems


def test_a_false_table_is_not_drawn(chain: Chain, tmp_path: Path) -> None:
    """A table that someone changed by hand is refused in one line that names it."""
    text = (chain.folder / "figures" / "theme_shares.csv").read_text(encoding="utf-8")
    head, first, rest = text.split("\n", 2)
    cells = first.split(",")
    cells[2] = "0.99999"
    (tmp_path / "theme_shares.csv").write_text("\n".join([head, ",".join(cells), rest]))
    said = say("draw", "theme_shares", "--figures", tmp_path)
    assert said.status == 1
    assert "theme_shares.csv: the table is false: shares of a year must sum to 1" in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["theme_shares.csv"]
