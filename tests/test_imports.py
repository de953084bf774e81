"""The public names, and what importing them costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

import jianghua as jh


def run(code: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", jh.__all__)
def test_public_names_resolve(name: str) -> None:
    """Every public name is there, says what it is, and is listed."""
    assert (getattr(jh, name).__doc__ or "").strip()
    assert name in dir(jh)


def test_unknown_names_are_refused() -> None:
    """A name that is not public is an AttributeError that names it."""
    with pytest.raises(AttributeError, match="no attribute 'no_such_name'"):
        _ = jh.no_such_name


def test_import_loads_nothing_heavy() -> None:
    """`import jianghua`, and building the command line, load no outside library."""
    heavy = "numpy pandas scipy gensim numba matplotlib jieba rjieba trafilatura docx tqdm tomlkit"
    loaded = run(
        "import sys, jianghua, jianghua.cli; jianghua.cli.build_parser(); "
        f"print(*[name for name in {heavy.split()} if name in sys.modules])"
    )
    assert loaded.split() == []


def test_every_module_imports() -> None:
    """Each module can be imported by itself, the first of all."""
    out = run(
        "import pkgutil, importlib, jianghua\n"
        "for module in pkgutil.walk_packages(jianghua.__path__, 'jianghua.'):\n"
        "    if not module.name.endswith('__main__'):\n"
        "        importlib.import_module(module.name)\n"
        "        print(module.name)\n"
    )
    assert "jianghua.topics.engine" in out.split()
