"""Fits kept while a run of many lasts, so that a run that is stopped goes on where it was.

A kept fit is found again only under the same counts, options, versions and code; one that is not
exactly as it was written is made again. Whoever deletes them loses time, nothing else.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jianghua import topics
from jianghua.errors import JianghuaError
from jianghua.store.arrays import forms_of, pack_arrays, unpack_arrays
from jianghua.store.models import versions
from jianghua.store.writing import digest, read_file, write_bytes
from jianghua.topics.model import TopicModel

if TYPE_CHECKING:
    from jianghua.words.bag import Bag

    Fit = Callable[..., TopicModel]

WORTH = 0.5  # seconds; what is made faster is not kept
LARGEST = 1 << 33  # bytes of a kept fit


@contextmanager
def kept_fits(folder: str | Path, fit: Fit) -> Iterator[Fit]:
    """``fit`` with a memory in ``folder``: what an earlier run had finished is read, not made
    again. The memory is gone when the block ends well."""
    folder = Path(folder)

    def remembered(
        bag: Bag, topics: int, guides: Any = (), seed: int = 1, **how: Any
    ) -> TopicModel:
        path = folder / f"{_key(bag, topics, tuple(guides), seed, how)}.fit"
        known = _recall(path, bag)
        if known is not None:
            return known
        begun = time.monotonic()
        model = fit(bag, topics, guides, seed, **how)
        if time.monotonic() - begun > WORTH:
            write_bytes(path, _packed(model))
        return model

    yield remembered
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        folder.parent.rmdir()  # if it was made for this, it is empty now


def _key(bag: Bag, topics: int, guides: tuple[Any, ...], seed: int, how: dict[str, Any]) -> str:
    counts = bag.counts
    parts = (counts.data, counts.indices, counts.indptr, bag.speech_numbers)
    said = [
        *(digest(part.tobytes()) for part in parts), digest("\n".join(bag.words).encode()),
        topics, [astuple(guide) for guide in guides], seed, sorted(how.items()), versions(), _code(),
    ]  # fmt: skip
    return digest(json.dumps(said, default=str).encode())


def _code() -> str:
    """A checksum of the modules that fit: another version of them makes other fits."""
    sources = sorted(Path(topics.__path__[0]).glob("*.py"))
    return digest(b"".join(path.read_bytes() for path in sources))


def _packed(model: TopicModel) -> bytes:
    """One line of JSON that vouches for itself and for the arrays that follow it."""
    arrays = {"topic_words": model.topic_words, "passage_topics": model.passage_topics}
    content = pack_arrays(arrays)
    head = {"settings": model.settings, "arrays": forms_of(arrays), "content": digest(content)}
    line = json.dumps(head)
    return f"{digest(line.encode())} {line}\n".encode() + content


def _recall(path: Path, bag: Bag) -> TopicModel | None:
    """The fit that is kept there; None where there is none, or it is not as it was written."""
    try:
        packed = read_file(path, LARGEST) or b""
        line, _, content = packed.partition(b"\n")
        seal, _, said = line.decode().partition(" ")
        if digest(said.encode()) != seal:
            return None
        head = json.loads(said)
        if digest(content) != head["content"]:
            return None
        forms = {name: (dtype, tuple(shape)) for name, (dtype, shape) in head["arrays"].items()}
        arrays = unpack_arrays(content, forms, path)
    except (JianghuaError, ValueError, KeyError, TypeError):
        return None
    return TopicModel(arrays["topic_words"], arrays["passage_topics"], bag, head["settings"])
