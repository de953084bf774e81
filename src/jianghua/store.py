"""The file formats. The only module that writes files; every write is whole or not at all."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import (
    CATALOG_COLUMNS,
    FORMULA,
    Corpus,
    Speech,
    read_catalog,
    read_corpus,
    unquoted,
)
from jianghua.speeches.passages import Passage
from jianghua.speeches.removals import Removal
from jianghua.topics.model import TopicModel
from jianghua.words.bag import Bag

if TYPE_CHECKING:
    import pandas as pd

MODEL_FORMAT = 1
COUNTS_COLUMNS = ("speech", "passage", "word", "count")
TEXT_COLUMNS = (
    "id",
    "title",
    "theme",
    "term",
    "word",
    "band",
    "span",
    "span_a",
    "span_b",
    "place",
    "level",
    "speaker",
    "occasion",
)


# --- whole or not at all --------------------------------------------------------------------------


def write_bytes(path: str | Path, content: bytes) -> None:
    """Replace a file: readers see the old bytes or the new ones, never a part.

    A file that already holds these bytes keeps its time, so that nothing is redone after it.
    """
    path = Path(path)
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise


def _umask() -> int:
    """The permissions a new file may not have; mkstemp alone would make files private."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_text(path: str | Path, text: str) -> None:
    """Replace a UTF-8 file, line ends as they are in the text."""
    write_bytes(path, text.encode("utf-8"))


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


# --- tables ---------------------------------------------------------------------------------------


def write_rows(path: str | Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Replace a CSV file (UTF-8, LF). No cell is a formula to a spreadsheet."""
    write_text(path, _csv(columns, rows))


def _csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def _cell(value: Any) -> Any:
    """Text that a spreadsheet would run gets a quote mark before it, and so does text that already
    has one there, so that reading back takes off what was put on; numbers are left alone."""
    if value is None or value != value:  # None, NaN and pandas' missing values are empty cells
        return ""
    if isinstance(value, float):
        return repr(float(value))
    if isinstance(value, str) and value.lstrip("'").startswith(FORMULA):
        return f"'{value}"
    return value


def write_table(path: str | Path, table: pd.DataFrame) -> None:
    """Replace a CSV file by a table, all digits kept."""
    rows = table.astype(object).where(table.notna(), None).itertuples(index=False, name=None)
    write_rows(path, list(table.columns), rows)


def read_table(path: str | Path) -> pd.DataFrame:
    """A table that `write_table` wrote; text columns stay text (an id 001 or a theme NA too)."""
    import pandas as pd

    path = Path(path)
    if not path.is_file():
        raise JianghuaError("no such table", path, "jianghua compare, which writes it")
    try:
        table = pd.read_csv(
            path, dtype=dict.fromkeys(TEXT_COLUMNS, "str"), keep_default_na=False, na_values=[""],
            encoding="utf-8",
        )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise JianghuaError(f"not readable as CSV: {error}", path, "jianghua compare") from None
    for column in table.select_dtypes(include=["object", "string"]).columns:
        table[column] = table[column].fillna("").astype(str).map(unquoted)
    return table


# --- a collection: catalogue, texts, what cleaning removed ----------------------------------------


def write_catalog(folder: str | Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Replace ``catalog.csv``; columns of the user's own come after ours."""
    own = [c for row in rows for c in row if c not in CATALOG_COLUMNS]
    columns = [*CATALOG_COLUMNS, *dict.fromkeys(own)]
    write_rows(
        Path(folder) / "catalog.csv",
        columns,
        ([row.get(column, "") for column in columns] for row in rows),
    )


def catalog_row(speech: Speech, note: str = "") -> dict[str, str]:
    """A speech as a row of the catalogue; its text is present as a checksum."""
    row = {c: getattr(speech, c) for c in CATALOG_COLUMNS if c not in ("sha256", "note")}
    text = {c: "" if value is None else str(value) for c, value in row.items()}
    checksum = "" if speech.text is None else digest(speech.text.encode())
    return {**text, "sha256": checksum, "note": note}


def read_rows(folder: str | Path) -> list[dict[str, str]]:
    """Rows of a collection's catalogue, none if it has no catalogue yet."""
    path = Path(folder) / "catalog.csv"
    return read_catalog(path) if path.is_file() else []


def write_speech(folder: str | Path, speech: Speech, removals: Iterable[Removal]) -> None:
    """The text of a speech and the list of what cleaning took out of its file."""
    folder = Path(folder)
    # csv with every cell quoted and no formula mark: this file must rebuild the raw text exactly
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(("start", "end", "reason", "text"))
    writer.writerows(
        (r.start, r.end, r.reason, json.dumps(r.text, ensure_ascii=False)) for r in removals
    )
    write_text(folder / "removed" / f"{speech.id}.csv", out.getvalue())
    write_text(folder / "texts" / f"{speech.id}.txt", speech.text or "")


def read_removals(path: str | Path) -> tuple[Removal, ...]:
    """What cleaning took out of a file, as `write_speech` wrote it."""
    with Path(path).open(encoding="utf-8", newline="") as lines:
        return tuple(
            Removal(int(row["start"]), int(row["end"]), row["reason"], json.loads(row["text"]))
            for row in csv.DictReader(lines)
        )


# --- counts ---------------------------------------------------------------------------------------


def write_counts(folder: str | Path, bag: Bag) -> None:
    """Replace ``counts.csv.gz``: speech, passage, word, count, in that order, the same bytes for
    the same counts. The order of words in a passage is gone."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(COUNTS_COLUMNS)
    counts = bag.counts
    for row, passage in enumerate(bag.passages):
        part = slice(counts.indptr[row], counts.indptr[row + 1])
        for column, n in zip(counts.indices[part], counts.data[part], strict=True):
            writer.writerow((passage.speech.id, passage.number, bag.words[column], int(n)))
    packed = gzip.compress(lines.getvalue().encode(), compresslevel=9, mtime=0)
    write_bytes(Path(folder) / "counts.csv.gz", packed)


def read_bag(folder: str | Path) -> Bag:
    """The counts that travel with a collection, unfiltered; passages have no text."""
    import pandas as pd
    from scipy.sparse import csr_matrix

    path = Path(folder) / "counts.csv.gz"
    if not path.is_file():
        raise JianghuaError("no counts.csv.gz", folder, f"jianghua count {folder}")
    try:
        table = pd.read_csv(
            path, dtype=dict(zip(COUNTS_COLUMNS, ("str", "int64", "str", "int64"), strict=True)),
            keep_default_na=False, na_filter=False, encoding="utf-8",
        )  # fmt: skip
    except (OSError, EOFError, ValueError, zlib.error, pd.errors.ParserError) as error:
        raise JianghuaError(
            f"damaged: {str(error).splitlines()[0]}", path, f"jianghua count {folder}"
        ) from None
    if tuple(table.columns) != COUNTS_COLUMNS or not len(table) or (table["count"] < 1).any():
        raise JianghuaError("not a table of counts", path, f"jianghua count {folder}")
    corpus = read_corpus(folder)
    order = {speech.id: i for i, speech in enumerate(corpus)}
    strangers = sorted(set(table["speech"]) - set(order))
    if strangers:
        raise JianghuaError(
            f"speeches that the catalogue does not list: {', '.join(strangers[:5])}",
            path,
            f"jianghua count {folder}",
        )
    table["order"] = table["speech"].map(order)
    table = table.sort_values(["order", "passage", "word"], kind="stable")
    keys = table[["order", "passage"]].drop_duplicates()
    rows = table.groupby(["order", "passage"], sort=True).ngroup().to_numpy()
    words, columns = _sorted_codes(table["word"])
    counts = csr_matrix(
        (table["count"].to_numpy("int32"), (rows, columns)), shape=(len(keys), len(words))
    )
    passages = (
        Passage(corpus.speeches[o], n)
        for o, n in zip(keys["order"].tolist(), keys["passage"].tolist(), strict=True)
    )
    return Bag(counts, words, tuple(passages))


def _sorted_codes(words: pd.Series[str]) -> tuple[tuple[str, ...], Any]:
    import numpy as np
    import pandas as pd

    codes, names = pd.factorize(words)
    ordered = sorted(names.tolist())
    rank = {word: i for i, word in enumerate(ordered)}

    return tuple(ordered), np.array([rank[word] for word in names.tolist()])[codes]


# --- models ---------------------------------------------------------------------------------------


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


# --- names of topics ------------------------------------------------------------------------------


def add_namings(path: str | Path, model: TopicModel) -> int:
    """Add the topics that the names file does not have; returns how many were added.

    Existing entries and comments stay as people wrote them. If the file belongs to another fit,
    its entries move to the topics that their words belong to; an entry that finds no topic is
    kept below, under ``[lost]``, so that no name and no reason is ever thrown away.
    """
    import tomlkit

    from jianghua.topics.themes import numbers_here, read_namings

    path = Path(path)
    text = path.read_text(encoding="utf-8-sig") if path.is_file() else _NAMES_HEAD
    checksum, namings = read_namings(path) if path.is_file() else (model.checksum, ())
    document = tomlkit.parse(text)
    old = document.get("topic", {})
    moved = numbers_here(checksum, namings, model)
    topics = tomlkit.table(is_super_table=True)
    lost = document.get("lost", tomlkit.table(is_super_table=True))
    for key in list(old):
        if int(key) not in moved:
            lost[f"{key}-{checksum or 'unknown'}"] = old[key]
    come_from = {new: before for before, new in moved.items()}
    added = 0
    for k in range(model.topics):
        known = k in come_from
        topics[str(k)] = old[str(come_from[k])] if known else _new_entry(model, k)
        added += not known
    document["model"] = model.checksum
    document["topic"] = topics
    if lost:
        document["lost"] = lost
    write_text(path, tomlkit.dumps(document))
    return added


def _new_entry(model: TopicModel, topic: int) -> Any:
    import tomlkit

    from jianghua.topics.themes import NAMING_WORDS

    entry = tomlkit.table()
    entry["name"] = model.guides.get(topic, "")
    entry["why"] = "guided" if topic in model.guides else ""
    entry["words"] = model.words_of(topic, NAMING_WORDS)
    return entry


_NAMES_HEAD = """\
# Names of topics. name: what you call it; topics of one name are one theme; "set aside" takes a
# topic out; empty keeps an automatic label. why: your reason. english: the name on English
# figures. words: how the topic is known when the model is fitted again; leave them as they are.
"""


# --- figures and pages ----------------------------------------------------------------------------


def write_figure(stem: str | Path, images: Mapping[str, bytes]) -> list[Path]:
    """Replace the images of a figure: suffix (svg, png) → bytes. Returns their paths."""
    paths = [Path(f"{stem}.{suffix}") for suffix in images]
    for path, image in zip(paths, images.values(), strict=True):
        write_bytes(path, image)
    return paths
