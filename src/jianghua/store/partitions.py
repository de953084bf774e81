"""Counts in partitions: a folder of Parquet files, here or in an object store.

    WHERE/part-00000-….parquet   speech, year, passage, word, count: whole speeches, unfiltered
    WHERE/partitions.json       written last: format, and each part's SHA-256, speeches, passages

``WHERE`` is a path or an address that fsspec knows (``s3://…``, ``gs://…``, ``memory://…``). Needs
the extra ``scale``. Nothing in these files is executed.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.store.writing import digest, write_bytes
from jianghua.words.bag import Bag

if TYPE_CHECKING:
    import pandas as pd

PARTITIONS_FORMAT = 1
MANIFEST = "partitions.json"
COLUMNS = ("speech", "year", "passage", "word", "count")


@dataclass(frozen=True)
class Part:
    """What the manifest says of a partition."""

    name: str
    sha256: str
    speeches: int
    passages: int
    removed: Mapping[str, int]


def write_partitions(where: str, bags: Iterable[Bag]) -> list[str]:
    """Replace the partitions at ``where``, one a bag; returns their addresses."""
    return publish_parts(where, [write_part(where, n, bag) for n, bag in enumerate(bags)])


def write_part(where: str, number: int, bag: Bag) -> Part:
    """Write one part; no reader sees it before `publish_parts`."""
    files, root = _files(where)
    files.makedirs(root, exist_ok=True)
    content = _packed(bag)
    seal = digest(content)
    name = f"part-{number:05d}-{seal[:12]}.parquet"
    _put(files, f"{root}/{name}", content)
    return Part(name, seal, len(bag.speeches), len(bag.passages), dict(bag.removed))


def publish_parts(where: str, parts: Sequence[Part]) -> list[str]:
    """Make these the partitions at ``where``; returns their addresses.

    The manifest is written last and names every part by its content, so a reader meets the old
    partitions or the new ones; parts that no manifest names any more are removed after it.
    """
    files, root = _files(where)
    said = {part.name: {k: v for k, v in asdict(part).items() if k != "name"} for part in parts}
    manifest = {"format": PARTITIONS_FORMAT, "parts": said}
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    _put(files, f"{root}/{MANIFEST}", text.encode())
    for path in files.glob(f"{root}/part-*.parquet"):
        if path.rpartition("/")[2] not in said:
            files.rm(path)
    return [f"{where.rstrip('/')}/{part.name}" for part in parts]


def list_partitions(where: str) -> list[str]:
    """Addresses of the partitions that the manifest at ``where`` names."""
    return [f"{where.rstrip('/')}/{name}" for name in _manifest(where)["parts"]]


def read_partition(address: str) -> Bag:
    """The unfiltered counts of one partition; speeches have id and year only.

    A part that does not have the checksum of the manifest is refused.
    """
    where, _, name = address.rpartition("/")
    said = _manifest(where)["parts"].get(name)
    files, path = _files(address)
    content = files.cat_file(path) if said and files.exists(path) else b""
    if not said or digest(content) != said.get("sha256"):
        raise JianghuaError("not the part that the manifest names", address, "count again")
    return _bag(content, said.get("removed", {}))


def write_masses(path: str | Path, masses: pd.DataFrame) -> None:
    """Replace the table of how many words of each topic every speech holds (Parquet)."""
    out = io.BytesIO()
    masses.to_parquet(out, engine="pyarrow", index=False, compression="zstd")
    write_bytes(path, out.getvalue())


def read_masses(path: str | Path) -> pd.DataFrame:
    """The table that `write_masses` wrote."""
    import pandas as pd

    try:
        return pd.read_parquet(path, engine="pyarrow")
    except (ValueError, OSError) as error:
        raise JianghuaError(f"not readable as Parquet: {error}", path, "jianghua fit") from None


# --- a part ---------------------------------------------------------------------------------------


def _packed(bag: Bag) -> bytes:
    import numpy as np
    import pyarrow as pa
    from pyarrow import parquet

    entries = bag.counts.tocoo()
    of = bag.speech_numbers[entries.row]
    years = pa.array([speech.year for speech in bag.speeches], pa.int32())
    numbers = np.array([passage.number for passage in bag.passages], dtype=np.int32)
    table = pa.table(
        {
            "speech": _coded(of, [speech.id for speech in bag.speeches]),
            "year": years.take(pa.array(of)),
            "passage": numbers[entries.row],
            "word": _coded(entries.col, bag.words),
            "count": entries.data.astype(np.int32),
        }
    )
    out = io.BytesIO()
    parquet.write_table(table, out, compression="zstd")
    return out.getvalue()


def _coded(codes: Any, names: Sequence[str]) -> Any:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(list(names)))


def _bag(content: bytes, removed: dict[str, int]) -> Bag:
    import numpy as np
    from pyarrow import parquet
    from scipy.sparse import csr_matrix

    table = parquet.read_table(io.BytesIO(content), columns=list(COLUMNS)).combine_chunks()
    of, ids = _decoded(table["speech"])
    column, words = _decoded(table["word"])
    numbers, years = (table[name].to_numpy() for name in ("passage", "year"))
    first = np.unique(of, return_index=True)[1]  # a row of each speech
    speeches = [_speech(ids[of[row]], years[row]) for row in first]
    # one number for a passage: sorting pairs takes ten times as long
    span = int(numbers.max()) + 1
    keys, rows = np.unique(of.astype(np.int64) * span + numbers, return_inverse=True)
    order = np.argsort(np.array(words, dtype=object), kind="stable")
    counts = csr_matrix(
        (table["count"].to_numpy().astype("int32"), (rows, np.argsort(order)[column])),
        shape=(len(keys), len(words)),
    )
    passages = tuple(Passage(speeches[key // span], key % span) for key in keys.tolist())
    return Bag(counts, tuple(words[i] for i in order), passages, removed)


def _decoded(column: Any) -> tuple[Any, list[str]]:
    """Codes and names of a column of text; only names that occur."""
    coded = column.dictionary_encode().combine_chunks()
    coded = coded.chunk(0) if hasattr(coded, "chunk") else coded
    return coded.indices.to_numpy(), coded.dictionary.to_pylist()


def _speech(speech_id: str, year: Any) -> Speech:
    known = year is not None and year == year
    return Speech(speech_id, year=int(year)) if known else Speech(speech_id)


# --- files, here or elsewhere ---------------------------------------------------------------------


def _files(where: str) -> tuple[Any, str]:
    """The file system of an address and the path on it."""
    try:
        import fsspec
        import pyarrow  # noqa: F401
    except ImportError:
        raise JianghuaError(
            "Parquet needs pyarrow and fsspec", where, "pip install 'jianghua[scale]'"
        ) from None
    try:
        files, path = fsspec.core.url_to_fs(where)
    except (ValueError, ImportError) as error:
        raise JianghuaError(f"no such kind of address: {error}", where, "a folder") from None
    return files, path.rstrip("/")


def _put(files: Any, path: str, content: bytes) -> None:
    """Object stores put a file whole; on a disk it is written beside and renamed."""
    from fsspec.implementations.local import LocalFileSystem

    if isinstance(files, LocalFileSystem):
        write_bytes(path, content)
    else:
        files.pipe_file(path, content)


def _manifest(where: str) -> dict[str, Any]:
    files, root = _files(where)
    path = f"{root}/{MANIFEST}"
    if not files.exists(path):
        raise JianghuaError("no partitions of counts", where, "jianghua count --partitions")
    try:
        found = json.loads(files.cat_file(path))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("format") != PARTITIONS_FORMAT:
        raise JianghuaError(
            "not a manifest this version reads", f"{where}/{MANIFEST}", "count again"
        )
    if not isinstance(found.get("parts"), dict):
        raise JianghuaError("the manifest names no parts", f"{where}/{MANIFEST}", "count again")
    return found


def cut(bag: Bag, parts: int) -> Sequence[Bag]:
    """A bag in parts of whole speeches, in their order, about the same number of passages each."""
    import numpy as np

    from jianghua.words.bag import select_passages

    parts = min(parts, len(bag.speeches))
    number = bag.speech_numbers
    starts = np.flatnonzero(np.diff(number, prepend=-1))  # first passage of each speech
    of = np.minimum(starts * parts // len(bag.passages), parts - 1)[number]
    return [select_passages(bag, np.flatnonzero(of == p).tolist()) for p in np.unique(of)]
