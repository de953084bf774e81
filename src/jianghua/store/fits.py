"""Finished fits of a study, kept until the study is done, so that a broken-off run goes on."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.store.arrays import unpack_arrays
from jianghua.store.models import versions
from jianghua.store.writing import write_folder
from jianghua.topics.lda import fit_topics
from jianghua.topics.model import TopicModel

if TYPE_CHECKING:
    from jianghua.topics.guides import Guide
    from jianghua.words.bag import Bag


def keep_fits(
    folder: str | Path, fit: Callable[..., TopicModel] = fit_topics
) -> Callable[..., TopicModel]:
    """``fit``, but each finished fit is kept in ``folder`` and taken from there when it is asked
    for again: same bag, topics, guides, seed, options, versions and code, or it is fitted anew."""
    folder = Path(folder)

    def kept(
        bag: Bag, topics: int, guides: Sequence[Guide] = (), seed: int = 1, **how: Any
    ) -> TopicModel:
        place = folder / _key(bag, topics, guides, seed, how)
        found = _read(place, bag, topics)
        if found is None:
            found = fit(bag, topics, guides, seed, **how)
            write_folder(place, _files(found))
        return found

    return kept


def forget_fits(folder: str | Path) -> None:
    """Drop the fits kept in a folder, and the folder around it if no other study is left in it:
    the study that they were for is done."""
    with suppress(OSError):
        shutil.rmtree(folder)
        Path(folder).parent.rmdir()


def _key(bag: Bag, topics: int, guides: Sequence[Guide], seed: int, how: Mapping[str, Any]) -> str:
    """Twenty hex digits of all that decides the bits of a fit."""
    asked = {
        "guides": [(guide.name, guide.words, guide.english) for guide in guides],
        "how": dict(how), "seed": seed, "topics": topics, "versions": versions(),
        "words": bag.words, "passages": [(p.speech.id, p.number) for p in bag.passages],
        "shape": bag.counts.shape,
    }  # fmt: skip
    sha = hashlib.sha256(json.dumps(asked, ensure_ascii=False, sort_keys=True).encode())
    for array in (bag.counts.data, bag.counts.indices, bag.counts.indptr):
        sha.update(array.dtype.str.encode() + array.tobytes())
    for module in ("engine.py", "lda.py"):  # a version number does not change while one works
        source = Path(__file__).parents[1] / "topics" / module
        sha.update(source.read_bytes() if source.is_file() else b"")
    return sha.hexdigest()[:20]


def _files(model: TopicModel) -> dict[str, bytes]:
    import numpy as np

    out = io.BytesIO()
    # not packed: that would take a tenth of the time of the fit
    np.savez(out, topic_words=model.topic_words, passage_topics=model.passage_topics)
    settings = json.dumps(dict(model.settings), ensure_ascii=False)
    return {"arrays.npz": out.getvalue(), "settings.json": settings.encode()}


def _read(place: Path, bag: Bag, topics: int) -> TopicModel | None:
    """A kept fit; None where there is none or it is not whole."""
    forms = {
        "topic_words": ("<f8", (topics, len(bag.words))),
        "passage_topics": ("<f8", (len(bag.passages), topics)),
    }
    try:
        arrays = unpack_arrays((place / "arrays.npz").read_bytes(), forms, place)
        settings = json.loads((place / "settings.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError, JianghuaError):
        return None
    return TopicModel(arrays["topic_words"], arrays["passage_topics"], bag, settings)
