"""Same speeches, options, seed and versions: the same bytes, wherever and however it is run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from jianghua import store
from jianghua.speeches.corpus import Speech, read_corpus
from jianghua.verbs import model_folder
from tests.toy import toy_corpus

HERE = Path(__file__).resolve().parents[2]
PROGRAM = """
import os, sys
os.umask(int(sys.argv[2], 8))

def no_network(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.bind"):
        raise RuntimeError(event)

sys.addaudithook(no_network)
os.chdir(sys.argv[1])
from jianghua import work
from jianghua.cli import main
if os.environ.get("ALONE"):  # nothing is shared out
    here = work._here
    work._here = lambda do, items, workers, threads: here(do, items, 1, threads)
MINE = "corpus/mine"
for words in (
    ["count", MINE], ["fit", MINE, "--topics", "3", "--seeds", "2", "--no-guides"],
    ["try", MINE, "--topics", "2", "3", "--seeds", "2"], ["name", MINE], ["compare", MINE, "--years", "2018-2019", "2020-2023", "--terms",
     "\\u4e61\\u6751\\u632f\\u5174"],
    ["draw", "theme_shares", "--figures", "figures"],
):
    assert main(words) == 0, words
    if words[0] == sys.argv[3]:
        break
"""


def made(
    folder: Path, speeches: Sequence[Speech], umask: str, last: str = "", **environment: str
) -> Path:
    """A project in which the speeches were written in this order, and the chain was run, in a
    process that ends where anything reaches for the network."""
    for speech in speeches:
        store.write_speech(folder / "corpus" / "mine", speech, ())
    rows = [store.catalog_row(speech) for speech in toy_corpus()]
    store.write_catalog(folder / "corpus" / "mine", rows)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), umask, last], capture_output=True, check=False,
        env={**os.environ, "PYTHONPATH": str(HERE / "src"), **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a project but the record of its runs."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project made in one way."""
    folder = tmp_path_factory.mktemp("first")
    return made(
        folder, toy_corpus().speeches, "022", PYTHONHASHSEED="0", TZ="UTC", LC_ALL="C.UTF-8"
    )


def test_same_again_same_bytes(first: Path, tmp_path: Path) -> None:
    """Another hash seed, locale, time zone, umask, order of creation and number of workers change no
    byte of catalogue, counts, model, trials, names, tables or figures."""
    speeches = toy_corpus().speeches[::-1]
    second = made(
        tmp_path, speeches, "077", PYTHONHASHSEED="4711", TZ="Asia/Shanghai", LC_ALL="C",
        OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", PYTHONUTF8="0", ALONE="1",
    )  # fmt: skip
    one, other = contents(first), contents(second)
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []


def test_another_processor_same_top_words(first: Path, tmp_path: Path) -> None:
    """With the kernels of another processor the ten heaviest words of every topic are the same, and
    shares differ by less than a thousandth."""
    other = made(tmp_path, toy_corpus().speeches, "022", "fit", OPENBLAS_CORETYPE="Nehalem")
    models = [
        store.read_model(model_folder(at / "corpus" / "mine"), read_corpus(at / "corpus" / "mine"))
        for at in (first, other)
    ]
    for topic in range(3):
        assert models[0].words_of(topic) == models[1].words_of(topic)
    assert abs(models[0].passage_topics - models[1].passage_topics).max() < 1e-3


def test_settings_name_what_went_in(first: Path) -> None:
    """The manifest names counts, catalogue and lists by checksum, seed, options and versions."""
    collection = first / "corpus" / "mine"
    manifest = store.read_manifest(model_folder(collection))
    for name, file in (("counts", "counts.csv.gz"), ("catalog", "catalog.csv")):
        assert manifest["inputs"][name] == store.digest((collection / file).read_bytes())
    assert manifest["inputs"]["lexicon"]
    assert manifest["settings"].keys() >= {
        "seed", "topics", "engine", "alpha", "eta", "passes", "converged", "min_speeches",
    }  # fmt: skip
    assert manifest["versions"].keys() >= {"jianghua", "numpy", "scipy", "numba", "gensim"}
