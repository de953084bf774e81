"""Fitted models: arrays, words and the manifest that vouches for them; nothing is executed."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Corpus
from jianghua.speeches.passages import Passage
from jianghua.store.writing import digest, write_bytes, write_text
from jianghua.topics.model import TopicModel
from jianghua.words.bag import Bag

MODEL_FORMAT = 1


def write_model(folder: str | Path, model: TopicModel, inputs: Mapping[str, str]) -> None:
    """``arrays.npz``, ``words.txt`` and, last, ``settings.json``: the manifest that names the
    other two by checksum. ``inputs`` are checksums of what went in (corpus, lexicon …)."""
    import numpy as np

    folder = Path(folder)
    counts = model.bag.counts
    arrays = io.BytesIO()
    np.savez_compressed(
        arrays,
        topic_words=model.topic_words,
        passage_topics=model.passage_topics,
        data=counts.data,
        indices=counts.indices,
        indptr=counts.indptr,
        speech=model.bag.speech_numbers,
        number=np.array([p.number for p in model.bag.passages]),
    )
    words = "".join(f"{word}\n" for word in model.bag.words).encode()
    manifest = {
        "format": MODEL_FORMAT,
        "settings": dict(model.settings),
        "removed": dict(model.bag.removed),
        "speeches": [speech.id for speech in model.bag.speeches],
        "checksum": model.checksum,
        "inputs": dict(inputs),
        "versions": _versions(),
        "files": {"arrays.npz": digest(arrays.getvalue()), "words.txt": digest(words)},
    }
    write_bytes(folder / "arrays.npz", arrays.getvalue())
    write_bytes(folder / "words.txt", words)
    write_text(folder / "settings.json", json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    return {name: version(name) for name in ("jianghua", "gensim", "numba", "numpy", "scipy")}


def read_manifest(folder: str | Path) -> dict[str, Any]:
    """The manifest of a fitted model: format, settings, inputs, versions, files."""
    path = Path(folder) / "settings.json"
    if not path.is_file():
        raise JianghuaError("no fitted model", folder, "jianghua fit")
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        raise JianghuaError("not a manifest of a model", path, "jianghua fit again") from None
    if not isinstance(manifest, dict) or manifest.get("format") != MODEL_FORMAT:
        found = manifest.get("format") if isinstance(manifest, dict) else None
        raise JianghuaError(
            f"model format {found!r}, this version reads {MODEL_FORMAT}", path, "jianghua fit again"
        )
    return manifest


def read_model(folder: str | Path, corpus: Corpus) -> TopicModel:
    """A model fitted to speeches of ``corpus``. Nothing in a model is executed; a file that does
    not have the checksum of the manifest is refused."""
    import numpy as np
    from scipy.sparse import csr_matrix

    folder = Path(folder)
    manifest = read_manifest(folder)
    content = {name: _checked(folder / name, manifest) for name in ("arrays.npz", "words.txt")}
    try:
        with np.load(io.BytesIO(content["arrays.npz"]), allow_pickle=False) as arrays:
            a = {name: arrays[name] for name in arrays.files}
        words = tuple(content["words.txt"].decode().split("\n")[:-1])
        speeches = [corpus[speech_id] for speech_id in manifest["speeches"]]
        passages = tuple(
            Passage(speeches[s], int(n)) for s, n in zip(a["speech"], a["number"], strict=True)
        )
        counts = csr_matrix(
            (a["data"], a["indices"], a["indptr"]), shape=(len(passages), len(words))
        )
        bag = Bag(counts, words, passages, manifest["removed"])
        return TopicModel(a["topic_words"], a["passage_topics"], bag, manifest["settings"])
    except KeyError as error:
        raise JianghuaError(
            f"the model does not fit this corpus: {error} is missing", folder, "jianghua fit again"
        ) from None
    except (ValueError, IndexError, TypeError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise JianghuaError(f"damaged: {error}", folder, "jianghua fit again") from None


def _checked(path: Path, manifest: Mapping[str, Any]) -> bytes:
    content = path.read_bytes() if path.is_file() else b""
    files = manifest.get("files")
    if not isinstance(files, dict) or digest(content) != files.get(path.name):
        raise JianghuaError("not the file that the manifest names", path, "jianghua fit again")
    return content
