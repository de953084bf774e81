"""The README does what it says: its Python runs, its commands run, both languages agree."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]


def _blocks(path, language):
    return re.findall(rf"```{language}\n(.*?)```", path.read_text(encoding="utf-8"), re.S)


@pytest.mark.parametrize("number", range(2))
def test_python_runs(number, tmp_path):
    """Each Python block of the README runs from the project folder, with warnings as errors."""
    code = _blocks(READMES[0], "python")[number]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_commands_run(tmp_path):
    """The three commands for one's own speeches run, the verbs of the table after them, and those
    over partitions."""
    blocks = _blocks(READMES[0], "sh")
    commands, scale = (
        re.findall(r"^(jianghua .*?)\s*(?:#.*)?$", block, re.M)
        for block in (blocks[1], next(block for block in blocks if "--partitions" in block))
    )
    table = re.findall(r"^\| `(jianghua [^`]*)`", READMES[0].read_text(encoding="utf-8"), re.M)
    assert len(commands) == 3 and len(table) == 7
    raw = str(ROOT / "corpus" / "sample" / "raw")
    for command in commands + table + scale:
        words = [raw if w == "corpus/sample/raw" else w for w in shlex.split(command)]
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=tmp_path, capture_output=True, text=True,
            env={**os.environ, "PYTHONWARNINGS": ""},
        )  # fmt: skip
        expected = (0, 1) if "check" in words else (0,)  # check may find something in the mess
        assert done.returncode in expected, (command, done.stderr)
    assert (tmp_path / "figures/mine/theme_shares.svg").is_file()
    assert (tmp_path / "figures/mine/explorer.html").is_file()


def test_both_languages_say_the_same_commands():
    """README.zh.md has the same code, comments apart, the same links and the same tables."""
    english, chinese = (path.read_text(encoding="utf-8") for path in READMES)

    def code(text):
        return [re.sub(r"#.*", "", b).split() for b in re.findall(r"```\w+\n(.*?)```", text, re.S)]

    def links(text):
        return sorted(re.findall(r"\]\(((?!README)[^)]+)\)", text))

    assert code(english) == code(chinese)
    assert links(english) == links(chinese)
    assert english.count("\n| ") == chinese.count("\n| ")


def test_links_lead_somewhere():
    """Every relative link of the READMES and the data card points at a file that is there."""
    for path in [*READMES, ROOT / "corpus" / "README.md"]:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
