"""Fitted models: arrays, words and the manifest that vouches for them; nothing is executed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.nouns import checked
from jianghua.speeches.corpus import Corpus
from jianghua.speeches.passages import Passage
from jianghua.store.arrays import Form, damaged, forms_of, pack_arrays, unpack_arrays
from jianghua.store.counts import MOST, UNWRITABLE
from jianghua.store.manifests import MANIFEST, manifest_bytes, read_manifest
from jianghua.store.writing import digest, read_file, read_whole, write_folder
from jianghua.topics.model import TopicModel
from jianghua.words.bag import Bag

if TYPE_CHECKING:
    import numpy as np

_ARRAYS = {"topic_words": "f8", "passage_topics": "f8", "data": "i", "indices": "i", "indptr": "i",
           "speech": "i", "number": "i"}  # fmt: skip
ROUNDING = 1e-6  # by which a row of shares may miss 1
LARGEST_PRIOR = 1e9  # sums of larger ones overflow; no fit comes near


def write_model(folder: str | Path, model: TopicModel, inputs: Mapping[str, str]) -> None:
    """``arrays.npz``, ``words.txt`` and ``settings.json``, the manifest that names the other two by
    checksum and size; all three are the old ones or the new ones. ``inputs`` are checksums of what
    went in (corpus, lexicon …)."""
    arrays = _arrays_of(model)
    _check_arrays(arrays, len(model.bag.words), len(model.bag.speeches), folder)
    files = {
        "arrays.npz": pack_arrays(arrays),
        "words.txt": "".join(f"{word}\n" for word in model.bag.words).encode(),
    }
    manifest = {
        "settings": dict(model.settings),
        "removed": dict(model.bag.removed),
        "speeches": [speech.id for speech in model.bag.speeches],
        "checksum": model.checksum,
        "inputs": dict(inputs),
        "versions": versions(),
        "files": {name: digest(content) for name, content in files.items()},
        "bytes": {name: len(content) for name, content in files.items()},
        "arrays": forms_of(arrays),
    }
    write_folder(folder, {**files, MANIFEST: manifest_bytes(manifest)})


def _arrays_of(model: TopicModel) -> dict[str, np.ndarray]:
    import numpy as np

    counts = model.bag.counts
    return {
        "topic_words": model.topic_words,
        "passage_topics": model.passage_topics,
        "data": counts.data,
        "indices": counts.indices,
        "indptr": counts.indptr,
        "speech": model.bag.speech_numbers,
        "number": np.array([passage.number for passage in model.bag.passages]),
    }


def versions() -> dict[str, str]:
    """Versions of this program and of the libraries on which the numbers hang."""
    import platform
    from importlib.metadata import version

    names = ("jianghua", "gensim", "numba", "numpy", "scipy", "jieba", "rjieba")
    return {name: version(name) for name in names} | {"python": platform.python_version()}


@checked
def read_model(folder: str | Path, corpus: Corpus) -> TopicModel:
    """A model fitted to speeches of ``corpus``. Nothing in a model is executed.

    Raises JianghuaError in one line for a model that is not as it was written: the manifest says
    size and checksum of the files and the shape of every array, and the numbers must be a model's.
    """
    return read_whole(folder, lambda at: _read(at, corpus))


def _read(folder: Path, corpus: Corpus) -> TopicModel:
    manifest = read_manifest(folder)
    content = {name: _read_listed(name, manifest, folder) for name in ("words.txt", "arrays.npz")}
    try:
        return _model_of(content, manifest, corpus, folder)
    except MemoryError:
        raise JianghuaError(
            "the model is larger than the memory here", folder, "a machine with more memory"
        ) from None
    except (ValueError, IndexError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise damaged(str(error), folder) from None  # sealed by somebody, but no model


def _read_listed(name: str, manifest: Mapping[str, Any], folder: Path) -> bytes:
    """A file of a model, of the size and with the checksum that the manifest lists."""
    size, seal = manifest["bytes"].get(name), manifest["files"].get(name)
    content = read_file(folder / name, size) if type(size) is int else None
    if content is None or len(content) != size or digest(content) != seal:
        raise JianghuaError(
            "not the file that the manifest names", folder / name, "jianghua fit again"
        )
    return content


def _model_of(
    content: Mapping[str, bytes], manifest: Mapping[str, Any], corpus: Corpus, folder: Path
) -> TopicModel:
    from scipy.sparse import csr_matrix

    words = _words(content["words.txt"], folder)
    forms = _forms(manifest["arrays"], words, folder)
    speeches = _speeches(manifest["speeches"], corpus, folder)
    a = unpack_arrays(content["arrays.npz"], forms, folder / "arrays.npz")
    _check_arrays(a, len(words), len(speeches), folder)
    passages = tuple(
        Passage(speeches[s], n)
        for s, n in zip(a["speech"].tolist(), a["number"].tolist(), strict=True)
    )
    counts = csr_matrix((a["data"], a["indices"], a["indptr"]), shape=(len(passages), len(words)))
    bag = Bag(counts, words, passages, manifest["removed"])
    _check_settings(manifest["settings"], forms["topic_words"][1][0], folder)
    model = TopicModel(a["topic_words"], a["passage_topics"], bag, manifest["settings"])
    if model.checksum != manifest["checksum"]:
        raise damaged("its topics are not those that the manifest names", folder)
    return model


def _words(content: bytes, folder: Path) -> tuple[str, ...]:
    words = tuple(content.decode().split("\n"))
    if words[-1] or len(words) < 2 or "" in words[:-1]:
        raise damaged("its list of words is cut off", folder)
    if list(words[:-1]) != sorted(set(words[:-1])):
        raise damaged("its words are not sorted, or one stands twice", folder)
    return words[:-1]


def _speeches(ids: list[str], corpus: Corpus, folder: Path) -> list[Any]:
    known = {speech.id: speech for speech in corpus}
    missing = [speech_id for speech_id in ids if speech_id not in known]
    if missing:
        more = f" and {len(missing) - 1} more are" if missing[1:] else " is"
        raise JianghuaError(
            f"the model does not fit this corpus: {missing[0]!r}{more} missing", folder,
            "jianghua fit again",
        )  # fmt: skip
    return [known[speech_id] for speech_id in ids]


def _forms(listed: Mapping[str, Any], words: tuple[str, ...], folder: Path) -> dict[str, Form]:
    """dtype and shape of each array; shapes fit one another before any is allocated."""
    forms = {name: (str(dtype), tuple(shape)) for name, (dtype, shape) in listed.items()}
    whole = all(type(n) is int and n > 0 for _, shape in forms.values() for n in shape)
    kinds = all(name in forms and kind in forms[name][0] for name, kind in _ARRAYS.items())
    if set(forms) != set(_ARRAYS) or not whole or not kinds:
        raise damaged("its list of arrays", folder)
    shape = {name: form[1] for name, form in forms.items()}
    (topics, width), (passages, k) = shape["topic_words"], shape["passage_topics"]
    (entries,) = shape["data"]
    fit = (
        width == len(words) and k == topics >= 2 and shape["indptr"] == (passages + 1,)
        and shape["speech"] == shape["number"] == (passages,) and shape["indices"] == (entries,)
        and passages <= entries <= passages * width
    )  # fmt: skip
    if not fit:
        raise damaged("the shapes of its arrays do not fit one another", folder)
    return forms


def _check_arrays(a: Mapping[str, Any], words: int, speeches: int, where: object) -> None:
    """Shares are shares, counts are counts, and every number points to something."""
    import numpy as np

    for name in ("topic_words", "passage_topics"):
        rows = a[name]
        if not np.isfinite(rows).all() or (rows < 0).any():
            raise damaged(f"{name} holds numbers that are no shares", where)
        if np.abs(rows.sum(axis=1) - 1).max() > ROUNDING:
            raise damaged(f"rows of {name} do not sum to 1", where)
    starts, columns = a["indptr"], a["indices"]
    if starts[0] != 0 or starts[-1] != len(columns) or (np.diff(starts) < 1).any():
        raise damaged("a passage of its counts is empty or has no end", where)
    if columns.min() < 0 or len(np.unique(columns)) != words or columns.max() >= words:
        raise damaged("its counts and its words do not fit", where)
    later = np.diff(columns) > 0
    later[starts[1:-1] - 1] = True  # the first word of a passage may stand before the last one's
    if not later.all() or a["data"].min() < 1 or a["data"].max() > MOST:
        raise damaged("its counts are not counts", where)
    _check_places(a["speech"], a["number"], speeches, where)


def _check_places(speech: np.ndarray, number: np.ndarray, speeches: int, where: object) -> None:
    import numpy as np

    if speech.min() < 0 or number.min() < 0 or len(np.unique(speech)) != speeches:
        raise damaged("its passages and its speeches do not fit", where)
    if speech.max() >= speeches or len({*zip(speech.tolist(), number.tolist(), strict=True)}) < len(
        speech
    ):
        raise damaged("a passage stands twice or belongs to no speech", where)


def _check_settings(settings: Mapping[str, Any], topics: int, folder: Path) -> None:
    """What numbers are computed from, names topics or is told: none may be of another kind."""
    for name in sorted(_SETTINGS.keys() & settings.keys()):
        if not _SETTINGS[name](settings[name]):
            raise damaged(f"its setting {name}", folder)
    alpha, dead = settings.get("alpha", [1.0] * topics), settings.get("dead", [])
    if len(alpha) != topics or min(alpha) <= 0 or max(alpha) > LARGEST_PRIOR:
        raise damaged("its prior is not one number above zero a topic", folder)
    if len(settings.get("stability", alpha)) != topics:
        raise damaged("its stability is not one number a topic", folder)
    named = [guide["topic"] for guide in settings.get("guides", {}).values()]
    if not set(named + dead) <= set(range(topics)):
        raise damaged("it names topics that it does not have", folder)


def _is_whole(value: Any) -> bool:
    return type(value) is int


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and isfinite(value)


def _is_known(value: Any) -> bool:
    """A number, or what stands in JSON for one that is undefined."""
    return value is None or _is_number(value)


def _each(is_one: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """All of a list, or all values of names."""
    return lambda many: all(map(is_one, many.values() if isinstance(many, dict) else many))


def _is_guide(guide: Any) -> bool:
    return (
        isinstance(guide, dict)
        and _is_whole(guide.get("topic"))
        and isinstance(guide.get("words"), list)
        and all(isinstance(word, str) for word in (*guide["words"], guide.get("english", "")))
        and all(_is_known(guide.get(name)) for name in ("held", "steady", "theme_auc", "count_auc"))
    )


_SETTINGS: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("seed", "topics", "passes", "unsettled_passages", "lost_words"), _is_whole),
    **dict.fromkeys(("gain", "log_likelihood", "unigram_log_likelihood"), _is_known),
    "eta": lambda value: _is_number(value) and 0 < value < LARGEST_PRIOR,
    "alpha": lambda value: isinstance(value, list) and _each(_is_number)(value),
    "stability": lambda value: isinstance(value, list) and _each(_is_known)(value),
    "dead": lambda value: isinstance(value, list) and _each(_is_whole)(value),
    "likeness": lambda value: isinstance(value, dict) and _each(_is_known)(value),
    "guides": lambda value: (
        isinstance(value, dict)
        and not UNWRITABLE.search("".join(value))
        and _each(_is_guide)(value)
    ),
    "engine": lambda value: isinstance(value, str) and value.isprintable(),
    "converged": lambda value: type(value) is bool,
}
