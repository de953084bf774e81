"""Every table that people get has a codebook line for each column."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from jianghua.topics.coding import score, simulate_coder
from jianghua.topics.model import TopicModel
from jianghua.topics.validation import draw_trial
from jianghua.views.codebook import codebook_of, columns_of, meaning, read_codebook

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "figures").glob("*.csv")), ids=lambda path: path.stem
)
def test_shipped_tables_are_in_the_codebook(path: Path) -> None:
    """Each table that is shipped, and each of its columns, has a meaning in views/codebook.csv."""
    rows = csv.DictReader(io.StringIO(codebook_of({path.name: path.read_bytes()}).decode()))
    assert [row["column"] for row in rows if not row["meaning"]] == []
    assert columns_of(path.read_bytes())


def test_tables_of_the_readme_are_in_the_codebook() -> None:
    """The README's tables, and the columns it names, have a meaning in views/codebook.csv."""
    known = read_codebook()
    rows = re.findall(
        r"^\| (\w+)\.csv \| [^|]* \| ([^|]*) \|", (ROOT / "README.md").read_text("utf-8"), re.M
    )
    assert len(rows) > 10
    for table, columns in rows:
        assert known.get((table, "")), table
        bare = re.sub(r"\([^)]*\)", "", columns)
        named = [c.strip() for c in bare.split(",") if re.fullmatch(r"\w+", c.strip())]
        assert [c for c in named if not meaning(known, table, c)] == [], table


def test_scores_are_in_the_codebook(toy_model: TopicModel) -> None:
    """So are the tables that validate writes."""
    trial = draw_trial(toy_model)
    scores = score(trial.key, {"a": simulate_coder(trial, 0.5)})
    known = read_codebook()
    for table, columns in (("validation", scores.topics), ("validation_coders", scores.coders)):
        assert known[table, ""] and all(meaning(known, table, column) for column in columns)
