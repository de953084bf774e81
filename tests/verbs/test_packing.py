"""A study in one zip: the same bytes, no texts, made again elsewhere with the same tables."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from jianghua import store, verbs
from jianghua.cli import main
from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import read_corpus
from jianghua.store.archives import MANIFEST
from tests import toy as made

CLOSED = made.TEXTS["tian-1"][2]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy corpus counted, fitted and compared by verbs, with a notebook that quotes a speech."""
    home = tmp_path_factory.mktemp("project")
    folder = home / "corpus" / "toy"
    speeches = made.toy_corpus()
    for speech in speeches:
        store.write_speech(folder, speech, ())
    rows = [store.catalog_row(speech) for speech in speeches]
    rows[0]["rights"] = "own writing, may be shared"
    store.write_catalog(folder, rows)
    where = str(folder)
    assert main(["count", where]) == 0
    assert main(["fit", where, "--topics", "3", "--seed", "0", "--no-guides"]) == 0
    assert main(["compare", where, "--terms", made.TIFA, "芯片", "$(touch x)'"]) == 0
    cell = {"cell_type": "code", "outputs": [{"text": CLOSED}], "execution_count": 3, "source": "1"}
    notebook = {"cells": [cell, {"cell_type": "markdown", "source": "问"}], "nbformat": 4}
    (home / "notebooks").mkdir()
    (home / "notebooks" / "01.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def archive(project: Path) -> Path:
    path = project / "out" / "toy.zip"
    verbs.pack(project / "corpus" / "toy", path)
    return path


def _names(archive: Path) -> set[str]:
    with zipfile.ZipFile(archive) as packed:
        return set(packed.namelist())


def _read(archive: Path, name: str) -> str:
    with zipfile.ZipFile(archive) as packed:
        return packed.read(name).decode("utf-8")


def test_archive_has_its_parts(archive: Path) -> None:
    """Data, code, results and documents lie where archives of the field expect them."""
    assert {
        "README.md", "Makefile", MANIFEST, "data/corpus/toy/catalog.csv",
        "data/corpus/toy/counts.csv.gz", "data/corpus/guides.toml", "code/pyproject.toml",
        "code/src/jianghua/__init__.py", "code/src/jianghua/words/data/tifa.csv",
        "results/figures/theme_shares.csv", "results/model/settings.json", "docs/codebook.csv",
        "docs/methods.en.txt", "docs/methods.zh.txt", "docs/citation.bib",
        "code/notebooks/01.ipynb",
    } <= _names(archive)  # fmt: skip


def test_same_study_same_bytes(project: Path, archive: Path, tmp_path: Path) -> None:
    """Packing twice gives the same files, in the same order, at the same time of day."""
    again = tmp_path / "again.zip"
    verbs.pack(project / "corpus" / "toy", again)
    assert _entries(again) == _entries(archive)


def _entries(archive: Path) -> list[tuple[object, ...]]:
    """All but the source of jianghua itself, which may be edited while the tests run."""
    with zipfile.ZipFile(archive) as packed:
        return [
            (e.filename, e.date_time, e.external_attr, e.CRC)
            for e in packed.infolist()
            if not e.filename.startswith(("code/src/", MANIFEST))
        ]


def test_only_free_texts_are_packed(project: Path, archive: Path) -> None:
    """The one text whose rights say so is in the archive, no sentence of the others is anywhere."""
    texts = [n for n in _names(archive) if "/texts/" in n]
    assert texts == ["data/corpus/toy/texts/tian-1.txt"]
    sentence = made.TEXTS["shi-1"][2].splitlines()[1][:20]
    with zipfile.ZipFile(archive) as packed:
        assert not [n for n in packed.namelist() if sentence.encode() in packed.read(n)]


def test_quoting_results_stay_at_home(project: Path, tmp_path: Path) -> None:
    """A table that quotes a text that may not be handed on, escaped or not, is left out and named."""
    figures = tmp_path / "figures"
    shutil.copytree(project / "figures", figures)
    quote = made.TEXTS["shi-1"][2].replace("\n", "")
    (figures / "quotes.csv").write_text(f"a\n{quote}\n", encoding="utf-8")
    (figures / "page.html").write_text(json.dumps(quote), encoding="utf-8")
    lines = verbs.pack(project / "corpus" / "toy", tmp_path / "x.zip", figures=figures)
    told = "\n".join(lines)
    assert "quotes.csv: quotes" in told and "page.html: quotes" in told
    assert not any("quotes.csv" in n or "page.html" in n for n in _names(tmp_path / "x.zip"))


def test_notebooks_have_no_output(archive: Path) -> None:
    """Notebooks are packed as questions: their answers may quote."""
    notebook = json.loads(_read(archive, "code/notebooks/01.ipynb"))
    assert notebook["cells"][0]["outputs"] == [] and notebook["cells"][0]["execution_count"] is None


def test_every_column_has_a_meaning(archive: Path) -> None:
    """The codebook in the archive says of each table what a row is and of each column what it means."""
    rows = list(csv.DictReader(io.StringIO(_read(archive, "docs/codebook.csv"))))
    assert {"theme_shares.csv", "catalog.csv", "counts.csv"} <= {row["table"] for row in rows}
    assert [f"{r['table']}: {r['column']}" for r in rows if not r["meaning"]] == []


def test_replayed_elsewhere_the_tables_agree(project: Path, tmp_path: Path) -> None:
    """Unpacked in an empty folder, `make replay` fits and compares anew: every table made again agrees
    to six digits though rare words were held back, and a term that looks like a command is only a
    term. A cell changed in a table is found."""
    verbs.pack(project / "corpus" / "toy", tmp_path / "held.zip", hold_back=2)
    there = tmp_path / "reviewer"
    verbs.unpack(tmp_path / "held.zip", there)
    python = f"J={sys.executable} -m jianghua"
    done = subprocess.run(["make", "replay", python], cwd=there, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout.splitlines()
    assert any(line.startswith("theme_shares.csv: ") and "agree" in line for line in said)
    assert not list(there.rglob("x"))
    table = there / "results" / "again" / "theme_shares.csv"
    table.write_text(table.read_text("utf-8").replace("0.", "0.5", 3), encoding="utf-8")
    lines, same = verbs.replay(there / "results" / "figures", there / "results" / "again")
    assert not same and sum("cells differ" in line for line in lines) == 1


def test_held_back_words_are_gone(project: Path, tmp_path: Path) -> None:
    """Words held back are in the archive as one mark, passages are as long as before, and the archive
    says how many they were."""
    path = tmp_path / "held.zip"
    lines = verbs.pack(project / "corpus" / "toy", path, hold_back=2)
    before = store.read_bag(project / "corpus" / "toy")
    verbs.unpack(path, tmp_path / "there")
    after = store.read_bag(tmp_path / "there" / "data" / "corpus" / "toy")
    assert (before.lengths == after.lengths).all() and "〓" in after.words
    rare = [w for w, n in zip(before.words, before.totals, strict=True) if n < 2]
    assert rare and not set(rare) & set(after.words)
    assert any(line.startswith("held back: ") for line in lines)
    assert "〓" in _read(path, "README.md")


def test_methods_say_what_was_done(archive: Path) -> None:
    """Both methods paragraphs name K, the priors, the seed and what people have not done yet."""
    english, chinese = (_read(archive, f"docs/methods.{x}.txt") for x in ("en", "zh"))
    for said in ("K = 3", "seed 0", "η = ", "not tested these topics"):
        assert said in english
    for said in ("K = 3", "随机种子 0", "尚未经过人工检验", "篇讲话（2018–2023 年）"):
        assert said in chinese


def test_unpack_needs_a_new_folder(archive: Path, tmp_path: Path) -> None:
    """Nothing is unpacked over files that are there."""
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(JianghuaError, match="is there already"):
        verbs.unpack(archive, tmp_path)


def test_archive_without_a_model(tmp_path: Path) -> None:
    """A collection that was only counted is packed with what there is, and no methods are invented."""
    folder = tmp_path / "corpus" / "toy"
    speeches = made.toy_corpus()
    for speech in speeches:
        store.write_speech(folder, speech, ())
    store.write_catalog(folder, [store.catalog_row(speech) for speech in speeches])
    verbs.count(folder)
    verbs.pack(folder)
    names = _names(tmp_path / "build" / "toy.zip")
    assert "data/corpus/toy/counts.csv.gz" in names and "docs/methods.en.txt" not in names
    assert len(read_corpus(folder)) == 6
