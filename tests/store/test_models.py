"""A model comes back bit for bit, or is refused in one line; nothing in it is executed."""

from __future__ import annotations

import io
import json
import os
import pickle
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from jianghua import store
from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Corpus, Speech
from jianghua.speeches.passages import Passage
from jianghua.store.arrays import pack_arrays
from jianghua.store.manifests import manifest_bytes
from jianghua.topics.lda import place_speeches
from jianghua.topics.model import TopicModel
from jianghua.words.bag import Bag

FILES = ("arrays.npz", "words.txt", "settings.json")
ODD_WORDS = (
    "NA",
    "null",
    "001",
    "=1+1",
    "a,b",
    "\u2028",
    "\x0b",
    "\x85",
    "\u200b",
    "😀",
    "\\",
    "\t",
    "'",
)


@pytest.fixture
def folder(tmp_path: Path, toy_model: TopicModel) -> Path:
    """The toy model on disk."""
    store.write_model(tmp_path / "model", toy_model, {"counts": "abc"})
    return tmp_path / "model"


def small_model(words: tuple[str, ...] = ("甲", "乙", "丙"), weight: float = 0.5) -> TopicModel:
    """Two topics of one passage each of two speeches."""
    ordered = tuple(sorted(words))
    speeches = (Speech("001", year=1990), Speech("na", year=1991))
    counts = csr_matrix(np.ones((2, len(ordered)), dtype="int32"))
    bag = Bag(counts, ordered, (Passage(speeches[0], 0), Passage(speeches[1], 3)))
    flat = np.full((2, len(ordered)), 1 / len(ordered))
    shares = np.array([[weight, 1 - weight]] * 2)
    return TopicModel(flat, shares, bag, {"alpha": [1.0, 1.0]})


def resealed(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change a manifest and let it vouch for itself again, as a forger would."""
    manifest = json.loads((folder / "settings.json").read_text())
    change(manifest)
    del manifest["format"], manifest["sha256"]
    (folder / "settings.json").write_bytes(manifest_bytes(manifest))


def with_file(folder: Path, name: str, content: bytes, **forms: Any) -> None:
    """Another file in a model, and a manifest that vouches for it."""
    (folder / name).write_bytes(content)

    def vouch(manifest: dict[str, Any]) -> None:
        manifest["files"][name] = store.digest(content)
        manifest["bytes"][name] = len(content)
        manifest["arrays"] |= forms

    resealed(folder, vouch)


def with_arrays(folder: Path, **changed: Any) -> None:
    """Other arrays in a model, listed and vouched for."""
    with np.load(folder / "arrays.npz") as arrays:
        all_of = {name: arrays[name] for name in arrays.files} | changed
    forms = {name: [a.dtype.str, list(a.shape)] for name, a in all_of.items()}
    with_file(folder, "arrays.npz", pack_arrays(all_of), **forms)


def assert_refused(folder: Path, corpus: Corpus, match: str = "Try: ") -> None:
    """Reading ends in one line that says what to try."""
    with pytest.raises(JianghuaError, match=match) as error:
        store.read_model(folder, corpus)
    assert "\n" not in str(error.value)
    assert "Try: " in str(error.value)


# --- there and back -------------------------------------------------------------------------------


def test_model_comes_back(folder: Path, toy: Corpus, toy_model: TopicModel) -> None:
    """Arrays come back bit for bit, with words, counts, settings and what had been removed."""
    back = store.read_model(folder, toy)
    assert np.array_equal(back.topic_words, toy_model.topic_words)
    assert np.array_equal(back.passage_topics, toy_model.passage_topics)
    assert back.bag.words == toy_model.bag.words
    assert (back.bag.counts != toy_model.bag.counts).nnz == 0
    assert back.bag.passages == tuple(
        Passage(toy[p.speech.id], p.number) for p in toy_model.bag.passages
    )
    assert back.settings == toy_model.settings
    assert back.bag.removed == toy_model.bag.removed
    assert back.checksum == toy_model.checksum
    manifest = store.read_manifest(folder)
    assert next(iter(manifest)) == "format"
    assert manifest["inputs"] == {"counts": "abc"}
    assert set(manifest["versions"]) >= {"jianghua", "gensim", "numpy", "numba", "python"}
    for name in ("arrays.npz", "words.txt"):
        content = (folder / name).read_bytes()
        assert manifest["files"][name] == store.digest(content)
        assert manifest["bytes"][name] == len(content)
    assert {path.name for path in folder.iterdir()} == set(FILES)


def test_odd_words(tmp_path: Path) -> None:
    """Odd words, soft line ends among them, keep their columns in a model's list of words."""
    model = small_model(ODD_WORDS)
    store.write_model(tmp_path / "model", model, {})
    speeches = Corpus(model.bag.speeches)
    assert store.read_model(tmp_path / "model", speeches).bag.words == model.bag.words


def test_same_model_same_bytes(tmp_path: Path, toy_model: TopicModel) -> None:
    """A model is the same bytes wherever it is written; written again, it keeps its times."""
    for name in "ab":
        store.write_model(tmp_path / name, toy_model, {})
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
        os.utime(tmp_path / "a" / name, (1, 1))
    store.write_model(tmp_path / "a", toy_model, {})
    assert {(tmp_path / "a" / name).stat().st_mtime for name in FILES} == {1}


def test_a_new_model_replaces_the_old_one(tmp_path: Path) -> None:
    """The folder holds the last model written and nothing of the one before; a stranger's note in
    it stays."""
    for weight in (0.25, 0.75):
        model = small_model(weight=weight)
        store.write_model(tmp_path / "model", model, {})
        (tmp_path / "model" / "note.md").write_text("mine")
    back = store.read_model(tmp_path / "model", Corpus(model.bag.speeches))
    assert back.passage_topics[0, 0] == 0.75
    assert {p.name for p in (tmp_path / "model").iterdir()} == {*FILES, "note.md"}
    assert [p.name for p in tmp_path.iterdir()] == ["model"]


@pytest.mark.parametrize("value", [np.nan, np.inf, -0.5, 2.0])
def test_numbers_that_are_no_shares_are_not_written(tmp_path: Path, value: float) -> None:
    """A fit that went wrong leaves no model behind: what is not finite or sums to something else
    than one is refused."""
    model = small_model()
    broken = model.passage_topics.copy()
    broken[0, 0] = value
    model = TopicModel(model.topic_words, broken, model.bag, model.settings)
    with pytest.raises(JianghuaError, match=r"no shares|do not sum to 1"):
        store.write_model(tmp_path / "model", model, {})
    assert list(tmp_path.iterdir()) == []


def test_undefined_settings_are_null(tmp_path: Path) -> None:
    """A setting that is undefined travels as null: NaN is no JSON."""
    model = small_model()
    model = TopicModel(model.topic_words, model.passage_topics, model.bag, {"x": [float("nan"), 1]})
    store.write_model(tmp_path, model, {})
    assert store.read_manifest(tmp_path)["settings"] == {"x": [None, 1]}


# --- damage ---------------------------------------------------------------------------------------


def test_every_flipped_bit_is_seen(folder: Path, toy: Corpus, tmp_path: Path) -> None:
    """Of 300 flipped bits, each is refused in one line, or changed nothing that was written."""
    dice = random.Random(8)
    whole = store.read_model(folder, toy)
    for _ in range(300):
        name = dice.choice(FILES)
        content = bytearray((folder / name).read_bytes())
        place = dice.randrange(len(content))
        kept = content[place]
        content[place] ^= 1 << dice.randrange(8)
        (folder / name).write_bytes(content)
        assert_refused_or_same(folder, toy, whole)
        content[place] = kept
        (folder / name).write_bytes(content)


def assert_refused_or_same(folder: Path, corpus: Corpus, whole: TopicModel) -> None:
    try:
        back = store.read_model(folder, corpus)
    except JianghuaError as error:
        assert "\n" not in str(error) and "Try: " in str(error)
        return
    assert np.array_equal(back.topic_words, whole.topic_words)
    assert np.array_equal(back.passage_topics, whole.passage_topics)
    assert (back.settings, back.bag.removed) == (whole.settings, whole.bag.removed)
    assert back.bag.words == whole.bag.words


@pytest.mark.parametrize("name", FILES)
def test_cut_and_grown_files(folder: Path, toy: Corpus, name: str) -> None:
    """A file cut anywhere, or with something after its end, is refused."""
    content = (folder / name).read_bytes()
    cuts = [content[: len(content) * part // 20] for part in range(20)]
    for damaged in [*cuts, content + b"\0", content + content, content + b"PK\x05\x06"]:
        (folder / name).write_bytes(damaged)
        assert_refused(folder, toy)


@pytest.mark.parametrize("name", FILES)
def test_files_of_another_model(tmp_path: Path, name: str) -> None:
    """One file of another model among the three is refused: never a mixture."""
    for other, weight in (("a", 0.25), ("b", 0.75)):
        model = small_model(("甲", "乙", other), weight)
        store.write_model(tmp_path / other, model, {})
    shutil.copy(tmp_path / "b" / name, tmp_path / "a" / name)
    assert_refused(tmp_path / "a", Corpus(model.bag.speeches), "not the file|not those")


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("arrays.npz", b"torn", "not the file that the manifest names"),
        ("words.txt", "甲\n".encode(), "not the file that the manifest names"),
        ("words.txt", None, "not the file that the manifest names"),
        ("settings.json", None, "no fitted model"),
        ("settings.json", b"{", "not a manifest"),
        ("settings.json", b"\xff", "not a manifest"),
        ("settings.json", b"", "not a manifest"),
        ("settings.json", b"[" * 100_000, "not a manifest"),
        ("settings.json", b'{"format": ' + b"9" * 5000 + b"}", "not a manifest"),
        ("settings.json", b'{"format": 2, "x": NaN}', "not a manifest"),
        ("settings.json", b'{"format": 2, "format": 2}', "not a manifest"),
        ("settings.json", b"[1]", "model format None"),
        ("settings.json", b"2", "model format None"),
        ("settings.json", b'{"format": 99}', "model format 99, this version reads 2"),
        ("settings.json", b'{"format": 1}', "model format 1, this version reads 2"),
        ("settings.json", b'{"format": true}', "model format True"),
        ("settings.json", b'{"format": "2"}', "model format 2"),
        ("settings.json", b'{"format": 2, "files": 7}', "entries are not those"),
        ("settings.json", pickle.dumps({"format": 2}), "a pickle, never opened"),
    ],
)  # fmt: skip
def test_foreign_models_are_refused(
    folder: Path, toy: Corpus, name: str, content: bytes | None, found: str
) -> None:
    """A model that is torn, foreign or newer is refused in one line that says what to do."""
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)
    assert_refused(folder, toy, f"{found}.*Try: ")


@pytest.mark.parametrize("name", ["lda.model", "m.pkl", "m.joblib", "lda.model.id2word", "x.state"])
def test_pickles_are_refused_by_name(tmp_path: Path, toy: Corpus, name: str) -> None:
    """Models of programs that run what they load are named, never opened, as folder or file."""
    (tmp_path / name).write_bytes(pickle.dumps(Trap(tmp_path / "ran")))
    assert_refused(tmp_path, toy, f"{name} is never opened: it could run code")
    assert_refused(tmp_path / name, toy, f"{name} is never opened: it could run code")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
@pytest.mark.parametrize("name", FILES)
def test_no_ordinary_file(folder: Path, toy: Corpus, name: str, kind: str) -> None:
    """A link, a pipe or a folder in the place of a file is refused at once."""
    (folder / name).rename(folder.parent / name)
    if kind == "link":
        (folder / name).symlink_to(folder.parent / name)
    else:
        os.mkfifo(folder / name) if kind == "pipe" else (folder / name).mkdir()
    assert_refused(folder, toy, "is a link|no ordinary file|is a folder")


class Trap:
    """Pickled, it would create a file when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return (open, (str(self.path), "w"))


def test_nothing_in_a_model_is_executed(folder: Path, toy: Corpus) -> None:
    """Arrays that hide a program are refused, and the program does not run."""
    hidden = io.BytesIO()
    np.savez(hidden, topic_words=np.array([Trap(folder / "ran")], dtype=object))
    with_file(folder, "arrays.npz", hidden.getvalue())
    assert_refused(folder, toy, "damaged")
    with np.load(folder / "arrays.npz") as _:
        pass  # it is an archive all the same
    assert not (folder / "ran").exists()


# --- forged: vouched for, but no model ------------------------------------------------------------


def npy(dtype: str, shape: str, content: bytes = b"") -> bytes:
    """An npy file with any header."""
    head = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    head += b" " * (63 - (10 + len(head)) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + content


def archive(folder: Path, **members: bytes) -> bytes:
    """The arrays of a model with other members in their places."""
    out = io.BytesIO()
    with zipfile.ZipFile(folder / "arrays.npz") as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, members.get(name.removesuffix(".npy"), old.read(name)))
    return out.getvalue()


def test_sizes_are_compared_before_memory_is_taken(folder: Path, toy: Corpus) -> None:
    """Headers that claim terabytes, and members that unpack to more than listed, are refused."""
    huge = [3, 10**12]
    claims = {"topic_words": npy("<f8", "(3, 1000000000000)")}
    with_file(folder, "arrays.npz", archive(folder, **claims), topic_words=["<f8", huge])
    assert_refused(folder, toy, "shapes of its arrays do not fit")


def test_a_bomb_is_refused(folder: Path, toy: Corpus) -> None:
    """A member that unpacks to a hundred times what its header says is not unpacked."""
    words = len(store.read_model(folder, toy).bag.words)
    bomb = npy("<f8", f"(3, {words})", bytes(20_000_000))
    with_file(folder, "arrays.npz", archive(folder, topic_words=bomb))
    assert len((folder / "arrays.npz").read_bytes()) < 200_000
    assert_refused(folder, toy, "another shape or size than listed")


@pytest.mark.parametrize(
    ("name", "change", "found"),
    [
        ("topic_words", lambda a: a * np.nan, "no shares"),
        ("topic_words", lambda a: a * 2, "do not sum to 1"),
        ("topic_words", lambda a: a - 0.5, "no shares"),
        ("topic_words", lambda a: a[::-1].copy(), "not those that the manifest names"),
        ("topic_words", lambda a: a.astype("float32"), "list of arrays"),
        ("topic_words", lambda a: a[:, :-1].copy(), "shapes"),
        ("passage_topics", lambda a: a + np.inf, "no shares"),
        ("passage_topics", lambda a: a[:, :-1].copy(), "shapes"),
        ("passage_topics", lambda a: a[:-1].copy(), "shapes"),
        ("data", lambda a: a * 0, "not counts"),
        ("data", lambda a: -a, "not counts"),
        ("data", lambda a: a.astype(np.int64) * 2**33, "not counts"),
        ("data", lambda a: a.astype(float), "list of arrays"),
        ("indices", lambda a: a + 1000, "do not fit"),
        ("indices", lambda a: a - 1, "do not fit"),
        ("indices", lambda a: a[::-1].copy(), "not counts"),
        ("indptr", lambda a: a[::-1].copy(), "no end"),
        ("indptr", lambda a: a + 1, "no end"),
        ("speech", lambda a: a - 1, "do not fit"),
        ("speech", lambda a: a * 0, "do not fit"),
        ("number", lambda a: a * 0, "stands twice"),
        ("number", lambda a: a - 9, "do not fit"),
    ],
)
def test_numbers_that_are_no_model(
    folder: Path, toy: Corpus, name: str, change: Callable[[Any], Any], found: str
) -> None:
    """Arrays that are listed and vouched for, but hold what no fit leaves, are refused."""
    with np.load(folder / "arrays.npz") as arrays:
        changed = change(arrays[name])
    with_arrays(folder, **{name: changed})
    assert_refused(folder, toy, found)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "cut off"), (b"\xff\n", "damaged"), (b"a\n\nb\n", "cut off"), (b"b\na\n", "not sorted"),
        (b"a\na\n", "stands twice"), (b"a\nb", "cut off"), (b"a\nb\n", "shapes"),
    ],
)  # fmt: skip
def test_words_that_are_no_list(folder: Path, toy: Corpus, content: bytes, found: str) -> None:
    """A list of words that is cut, unsorted, doubled or not UTF-8 is refused."""
    with_file(folder, "words.txt", content)
    assert_refused(folder, toy, found)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("settings", {"guides": {"x": {"topic": 99, "words": []}}}), ("settings", {"guides": []}),
        ("settings", {"alpha": [1.0]}), ("settings", []), ("speeches", "tian-1"),
        ("speeches", ["tian-1", "tian-1"]), ("speeches", [1]), ("removed", {"x": -1}),
        ("arrays", {}), ("arrays", {"topic_words": 7}), ("arrays", []), ("files", {}),
        ("bytes", {"words.txt": "7"}), ("bytes", {"words.txt": -1}), ("checksum", "0" * 12),
    ],
)  # fmt: skip
def test_a_forged_manifest(folder: Path, toy: Corpus, key: str, value: object) -> None:
    """A manifest that vouches for itself but says what cannot be is refused."""
    resealed(folder, lambda manifest: manifest.update({key: value}))
    assert_refused(folder, toy)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("gain", "x"), ("gain", 10**400), ("gain", True), ("log_likelihood", [1]), ("eta", 0),
        ("eta", None), ("alpha", None), ("alpha", [0.1, 0.0, 0.1]), ("alpha", ["a"] * 3),
        ("alpha", {"a": 1}), ("alpha", [1e300] * 3), ("eta", 1e308), ("dead", [7]),
        ("dead", ["0"]), ("dead", 1), ("stability", [0.5]),
        ("stability", "abc"), ("likeness", [1]), ("likeness", {"1": "x"}), ("seed", None),
        ("seed", "1"), ("passes", 1.5), ("converged", "yes"), ("engine", 5), ("engine", "a\nb"),
        ("guides", {"x": 1}), ("guides", {"x": {"topic": 0, "words": [["a"]]}}),
        ("guides", {"x": {"topic": 0, "words": [], "english": 5}}),
        ("guides", {"x": {"topic": 0, "words": [], "held": "3"}}),
        ("guides", {"x": {"topic": True, "words": []}}),
        ("guides", {"\x1b": {"topic": 0, "words": []}}),
        ("guides", {"a\nb": {"topic": 0, "words": []}}),
    ],
)  # fmt: skip
def test_a_forged_setting(folder: Path, toy: Corpus, name: str, value: object) -> None:
    """A setting that numbers are computed from, or that is told, may be of no other kind."""
    resealed(folder, lambda manifest: manifest["settings"].update({name: value}))
    assert_refused(folder, toy)


def test_what_is_undefined_is_not_told(folder: Path, toy: Corpus) -> None:
    """A model whose settings leave something open shows the rest of it, and cannot place speeches
    without its priors."""
    opened = {"gain": None, "log_likelihood": None}
    resealed(folder, lambda manifest: manifest.update({"settings": opened}))
    model = store.read_model(folder, toy)
    assert "gained" not in repr(model)
    with pytest.raises(JianghuaError, match="no priors"):
        place_speeches(model, model.bag)


def test_a_model_of_other_speeches(folder: Path) -> None:
    """A model whose speeches the catalogue no longer lists is refused."""
    assert_refused(
        folder,
        Corpus((Speech("other"),)),
        "does not fit this corpus: 'tian-1' and 5 more are missing",
    )
