"""The compiled engine: said when it has to be compiled, and usable where nothing can be written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter."""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip


def test_compiling_is_said_once(tmp_path: Path) -> None:
    """With an empty cache the engine says that it compiles; from the filled one it loads in
    silence, however old the cache looks beside a source that was checked out again."""
    first = run("import jianghua.topics.engine", NUMBA_CACHE_DIR=str(tmp_path))
    assert "compiling the fitting engine" in first.stderr
    kept = list(tmp_path.rglob("*.nbi"))
    assert kept
    for index in kept:
        os.utime(index, (0, 0))
    second = run("import jianghua.topics.engine", NUMBA_CACHE_DIR=str(tmp_path))
    assert (second.returncode, second.stderr) == (0, "")


def test_no_cache_costs_time_only() -> None:
    """Where numba finds no folder for its cache, as for a function of no file, the function is
    compiled all the same."""
    code = (
        "from jianghua.compiling import compiled\n"
        "def double(x):\n    return 2 * x\n"
        "print(compiled('int64(int64)', 'a test')(double)(4))\n"
    )
    done = run(code)
    assert done.stdout == "8\n"
    assert "(double)" in done.stderr


@pytest.mark.parametrize(("kind", "left"), [("nbi", 0), ("nbc", 40)])
def test_a_damaged_cache_costs_time_only(tmp_path: Path, kind: str, left: int) -> None:
    """Machine code that was cut off, as by a loss of power, is made anew, and kept again."""
    code = "from jianghua.words.trie import look_up"
    run(code, NUMBA_CACHE_DIR=str(tmp_path))
    kept = list(tmp_path.rglob(f"*.{kind}"))
    assert len(kept) >= 4
    for path in kept:
        path.write_bytes(path.read_bytes()[:left])
    for _ in range(2):
        done = run(code, NUMBA_CACHE_DIR=str(tmp_path))
        assert (done.returncode, done.stderr) == (0, "")
    assert all(path.stat().st_size > left for path in kept)
