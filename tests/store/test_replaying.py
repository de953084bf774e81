"""Tables of a run and of its replay agree, or it is said where they do not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.errors import JianghuaError
from jianghua.store.replaying import compare_tables
from jianghua.store.runs import Run, read_runs, record_run


@pytest.mark.parametrize(
    ("one", "two", "problem"),
    [
        ("a,b\n1,x\n", "a,b\n1,x\n", ""),
        ("a\n0.1234561\n", "a\n0.1234562\n", ""),
        ("a\n0.123456\n", "a\n0.123457\n", "cells differ: 1 in a"),
        ("a\n1234567.8\n", "a\n1234567.9\n", ""),
        ("a\n1234567\n", "a\n1234569\n", "cells differ: 1 in a"),
        ("a\nx\n", "a\ny\n", "cells differ: 1 in a"),
        ("a\n1\n", "a\n\n", "cells differ: 1 in a"),
        ("a\n1\n", "a\n1\n2\n", "1 rows, again 2"),
        ("a\n1\n", "b\n1\n", "has other columns"),
    ],
)
def test_what_agrees(tmp_path: Path, one: str, two: str, problem: str) -> None:
    """Six significant digits: differences beyond the sixth agree, others and other words do not."""
    for folder, text in (("p", one), ("q", two)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "t.csv").write_text(text, encoding="utf-8")
    [found] = compare_tables(tmp_path / "p", tmp_path / "q")
    assert found.problem.replace("0 rows", "1 rows") == problem


def test_missing_tables_are_named(tmp_path: Path) -> None:
    """A table that was not made again is said to be missing; one more does not matter."""
    (tmp_path / "p").mkdir()
    (tmp_path / "q").mkdir()
    (tmp_path / "p" / "t.csv").write_text("a\n1\n", encoding="utf-8")
    (tmp_path / "q" / "u.csv").write_text("a\n1\n", encoding="utf-8")
    assert [f.problem for f in compare_tables(tmp_path / "p", tmp_path / "q")] == [
        "was not made again"
    ]


words = st.text(max_size=10)


@given(st.lists(st.builds(Run, words, st.dictionaries(words, st.lists(words)), words), max_size=4))
def test_runs_come_back(tmp_path_factory: pytest.TempPathFactory, runs: list[Run]) -> None:
    """A record holds each run once, the newest last, whatever its words."""
    path = tmp_path_factory.mktemp("runs") / "runs.jsonl"
    for run in runs:
        record_run(path, run)
    newest = [run for n, run in enumerate(runs) if run not in runs[n + 1 :]]
    assert read_runs(path) == newest


def test_damaged_record(tmp_path: Path) -> None:
    """A record that is none ends in one line."""
    (tmp_path / "runs.jsonl").write_text('{"verb": "fit"}\n', encoding="utf-8")
    with pytest.raises(JianghuaError, match="not a record"):
        read_runs(tmp_path / "runs.jsonl")
