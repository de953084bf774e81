"""validate: sheets out to coders, their answers in, tables and verdicts; from the command line."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from jianghua import store, verbs
from jianghua.cli import main
from jianghua.topics.model import TopicModel
from tests import toy as made


@pytest.fixture
def collection(tmp_path: Path, toy_model: TopicModel) -> Path:
    """The toy corpus with a fitted model of three topics."""
    folder = tmp_path / "corpus" / "toy"
    speeches = made.toy_corpus()
    for speech in speeches:
        store.write_speech(folder, speech, ())
    store.write_catalog(folder, [store.catalog_row(speech) for speech in speeches])
    store.write_model(verbs.model_folder(folder), toy_model, {})
    return folder


def here(collection: Path) -> Path:
    return verbs.model_folder(collection).parent / "validation"


def make(collection: Path, *options: str) -> int:
    return main(["validate", str(collection), "make", "--tests", "word_intrusion", *options])


def answer(collection: Path, coder: str, wrong: int = 0) -> None:
    """A coder fills in the plain sheet with what the key says, but for the first answers."""
    sheet = (here(collection) / "sheets" / f"{coder}.csv").read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(sheet, newline="")))
    _, key = store.read_key(here(collection) / "key" / "key.csv")
    right = {gold.id: gold.answer for gold in key}
    for n, row in enumerate(rows):
        row["answer"] = str(right[row["item"]] % 6 + 1 if n < wrong else right[row["item"]])
    lines = [list(row.values()) for row in rows]
    store.write_rows(here(collection) / "answers" / f"{coder}.csv", list(rows[0]), lines)


def test_key_is_apart_from_what_coders_see(collection: Path) -> None:
    """The folder of sheets holds a form and a plain sheet per coder and neither key nor topic."""
    assert make(collection, "--coders", "3") == 0
    sheets = sorted(p.name for p in (here(collection) / "sheets").iterdir())
    assert sheets == [f"coder{n}.{kind}" for n in (1, 2, 3) for kind in ("csv", "html")]
    head = (here(collection) / "sheets" / "coder1.csv").read_text("utf-8").splitlines()[0]
    assert "topic" not in head and "theme" not in head and "right" not in head
    assert (here(collection) / "key" / "key.csv").is_file()


def test_filled_sheets_are_scored(collection: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two coders, one of three items wrong in one sheet: 5 of 6 right; tables are written and drawn."""
    make(collection)
    answer(collection, "coder1")
    answer(collection, "coder2", wrong=1)
    assert main(["validate", str(collection), "score"]) == 0
    figures = verbs.project_of(collection) / "figures"
    table = store.read_table(figures / "validation.csv")
    assert table.iloc[0][["items", "answers", "right"]].tolist() == [3, 6, 5]
    assert store.read_table(figures / "validation_coders.csv")["right"].tolist() == [3, 3, 2, 2]
    assert "precision 0.83" in capsys.readouterr().out
    assert main(["draw", "validation", "--figures", str(figures)]) == 0


def test_answers_are_not_mixed_with_other_questions(
    collection: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Making the same questions again is harmless; new ones are refused while answers are there."""
    make(collection)
    answer(collection, "coder1")
    assert make(collection) == 0
    assert make(collection, "--seed", "2") == 1
    assert "answers to other questions are here" in capsys.readouterr().err


def test_no_answers_is_one_line(collection: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Scoring before anybody answered, or without a key, ends in one line."""
    assert main(["validate", str(collection), "score"]) == 1
    make(collection)
    assert main(["validate", str(collection), "score"]) == 1
    err = capsys.readouterr().err.strip().splitlines()
    assert len(err) == 2 and "no key to questions" in err[0] and "no answers" in err[1]


def test_damaged_key(collection: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A key that is none ends in one line."""
    store.write_text(here(collection) / "key" / "key.csv", "set,item\n1,2\n")
    assert main(["validate", str(collection), "score"]) == 1
    assert "not a key" in capsys.readouterr().err
