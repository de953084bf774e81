"""Counts that other programs wrote: document-term tables, MatrixMarket, LDA-C, extracted features.

A document called ``speech:number`` is a passage of a speech; any other name is a speech of one
passage, and in extracted features (HathiTrust) a volume is a speech and its pages are passages.
"""

from __future__ import annotations

import bz2
import csv
import hashlib
import io
import json
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jianghua.errors import JianghuaError, JianghuaWarning, told
from jianghua.speeches.corpus import CATALOG_COLUMNS, SAFE_ID, Speech, row_problems, unquoted
from jianghua.speeches.decoding import decoded_table
from jianghua.speeches.passages import Passage
from jianghua.speeches.source import holds_file
from jianghua.store.collections import write_catalog
from jianghua.store.counts import MOST, UNWRITABLE, write_counts
from jianghua.words.bag import Bag

LARGEST = 2_000_000_000  # bytes of a file, packed and unpacked
_NAMES = {
    "document": ("document", "doc", "doc_id", "docid", "document_id", "id", "docname", "speech"),
    "word": ("word", "term", "feature", "token", "lemma"),
    "count": ("count", "n", "freq", "frequency", "value"),
}
_PASSAGE = re.compile(r"(.+):(\d{1,7})")

Count = tuple[str, int, str, int]  # document, passage, word, count


@dataclass
class _Draft:
    """What was read: counts by (document, passage) and word, and what is known of documents."""

    counts: dict[tuple[str, int], dict[str, int]] = field(default_factory=dict)
    rows: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, document: str, word: str, n: int, passage: int | None = None) -> None:
        if not word or not document or UNWRITABLE.search(word + document):
            raise ValueError(f"{document!r} or {word!r} is empty or no line of text")
        split = _PASSAGE.fullmatch(document)
        if passage is None and split:
            document, passage = split[1], int(split[2])
        words = self.counts.setdefault((document, passage or 0), {})
        words[word] = words.get(word, 0) + n
        if words[word] > MOST:
            raise ValueError(f"{word!r} is counted {words[word]} times in a passage")


def import_counts(path: str | Path, folder: str | Path, metadata: str | Path | None = None) -> int:
    """Make a collection of counts: ``catalog.csv`` and ``counts.csv.gz``; returns the speeches.

    ``path`` is a CSV file (long: document, word, count; wide: a row a document, a column a word), a
    ``.mtx`` or ``.ldac`` file with ``vocabulary.txt`` and ``documents.txt`` beside it, a JSON file of
    extracted features (also ``.bz2``), or a folder of those. ``metadata`` (or ``metadata.csv`` beside
    it) describes documents; its columns become those of the catalogue. A catalogue that is there
    already is an error.
    """
    path, folder = Path(path), Path(folder)
    if (folder / "catalog.csv").is_file():
        raise JianghuaError("a collection is there already", folder, "name a new one")
    draft = _read(path)
    beside = (path if path.is_dir() else path.parent) / "metadata.csv"
    source = Path(metadata) if metadata else beside
    if metadata or beside.is_file():
        _describe(draft, source)
    ids = _ids(sorted({document for document, _ in draft.counts}))
    if not ids:
        raise JianghuaError("no counts", path, "see jianghua import -h for the formats")
    catalog = [_catalog_row(ids[d], d, draft.rows.get(d, {})) for d in sorted(ids)]
    _check_rows(catalog, source)
    if strangers := sorted(set(draft.rows) - set(ids)):
        said = f"{source}: describes documents that have no counts: {told(strangers)}"
        warnings.warn(said, JianghuaWarning, stacklevel=2)
    write_counts(folder, _bag(draft, ids))
    write_catalog(folder, sorted(catalog, key=lambda row: (row["year"] or "9999", row["id"])))
    return len(ids)


def _check_rows(catalog: Iterable[Mapping[str, str]], source: Path) -> None:
    problems = [f"{row['title']}: {what}" for row in catalog for what in row_problems(row)]
    if problems:
        raise JianghuaError(told(problems), source, "correct what is said of these documents")


def _bag(draft: _Draft, ids: Mapping[str, str]) -> Bag:
    """The counts read, passages in order of ids and numbers."""
    from scipy.sparse import csr_matrix

    kept = sorted(
        ((ids[d], n, words) for (d, n), words in draft.counts.items()), key=lambda p: p[:2]
    )
    words = sorted({word for _, _, counted in kept for word in counted})
    column = {word: i for i, word in enumerate(words)}
    entries = [
        (n, row, column[word])
        for row, (_, _, counted) in enumerate(kept)
        for word, n in counted.items()
    ]
    data, rows, columns = zip(*entries, strict=True)
    counts = csr_matrix((data, (rows, columns)), shape=(len(kept), len(words)), dtype="int32")
    return Bag(counts, tuple(words), tuple(Passage(Speech(i), n) for i, n, _ in kept))


def _read(path: Path) -> _Draft:
    """The counts of a file, or of all files of extracted features in a folder."""
    if not path.exists():
        raise JianghuaError("no such file or folder", path, "check the spelling")
    if path.is_dir():
        volumes = sorted(p for p in path.iterdir() if p.name.endswith((".json", ".json.bz2")))
        known = [
            path / name for name in ("counts.mtx", "counts.ldac", "counts.csv", "counts_wide.csv")
        ]
        found = volumes or [p for p in known if p.is_file()][:1]
    else:
        found = [path]
    draft = _Draft()
    for one in found:
        _read_file(one, draft)
    return draft


def _read_file(path: Path, draft: _Draft) -> None:
    holds_file(path, LARGEST)
    try:
        if path.name.endswith((".json", ".json.bz2")):
            _read_features(path, draft)
        elif path.suffix == ".mtx":
            _read_matrix(path, draft)
        elif path.suffix == ".ldac":
            _read_ldac(path, draft)
        else:
            _read_table(path, draft)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, EOFError, OSError,
            csv.Error, RecursionError) as error:  # fmt: skip
        remedy = "correct it; see jianghua import -h for the formats"
        raise JianghuaError(f"not counts: {_said(error)}", path, remedy) from None


def _said(error: Exception) -> str:
    """What is wrong, in words; where Python has none for it, that the parts are not as they ought."""
    if isinstance(error, OSError):
        return error.strerror or "cannot be unpacked"
    if isinstance(error, ValueError | csv.Error) and str(error):
        return str(error).splitlines()[0]
    return "its parts are missing, cut off or of another kind"


def _whole(cell: object) -> int:
    """A count: a whole number that is not negative."""
    try:
        n = float(str(cell))
    except ValueError:
        n = -1
    if not 0 <= n <= MOST or n != int(n):
        raise ValueError(f"{str(cell)[:40]!r} is no count")
    return int(n)


# --- tables ---------------------------------------------------------------------------------------


def _read_table(path: Path, draft: _Draft) -> None:
    rows = csv.reader(io.StringIO(_text(path), newline=""))
    before = csv.field_size_limit(10_000_000)  # of all tables, also those read afterwards
    try:
        _read_rows(rows, draft)
    except (ValueError, csv.Error) as error:
        raise ValueError(f"line {rows.line_num or 1}: {error}") from None
    finally:
        csv.field_size_limit(before)


def _read_rows(rows: Iterator[list[str]], draft: _Draft) -> None:
    head = [unquoted(cell) for cell in next(rows, [])]
    low = [cell.strip().lower() for cell in head]
    places = {what: _place(low, names) for what, names in _NAMES.items()}
    if places["word"] >= 0 and places["count"] >= 0 and places["document"] >= 0:
        _read_long(rows, places, low, draft)
    elif len(head) > 1:
        _read_wide(rows, head, draft)
    else:
        raise ValueError("no columns document, word, count, and no column a word")


def _place(head: Sequence[str], names: Sequence[str]) -> int:
    return next((head.index(name) for name in names if name in head), -1)


def _read_long(
    rows: Iterable[list[str]], places: Mapping[str, int], head: Sequence[str], draft: _Draft
) -> None:
    passage = head.index("passage") if "passage" in head else -1
    for row in filter(None, rows):
        if len(row) < len(head):
            raise ValueError(f"{len(row)} cells, not {len(head)}")
        document, word, n = (row[places[name]] for name in ("document", "word", "count"))
        if _whole(n):
            number = _whole(row[passage]) if passage >= 0 else None
            draft.add(unquoted(document), unquoted(word), _whole(n), number)


def _read_wide(rows: Iterable[list[str]], head: Sequence[str], draft: _Draft) -> None:
    if len(set(head[1:])) < len(head) - 1:
        raise ValueError("a word has two columns")
    for row in filter(None, rows):
        if len(row) != len(head):
            raise ValueError(f"{row[0]!r} has {len(row)} cells, not {len(head)}")
        for word, n in zip(head[1:], row[1:], strict=True):
            if n.strip() and _whole(n):
                draft.add(unquoted(row[0]), word, _whole(n))


def _text(path: Path) -> str:
    holds_file(path, LARGEST)
    return decoded_table(path.read_bytes())


# --- matrices -------------------------------------------------------------------------------------


def _names_beside(path: Path) -> tuple[list[str], list[str]]:
    """Words and documents from the files beside a matrix; documents may have no names."""
    if not path.with_name("vocabulary.txt").is_file():
        raise ValueError("no vocabulary.txt beside it")
    words = _text(path.with_name("vocabulary.txt")).split("\n")
    documents = path.with_name("documents.txt")
    names = _text(documents).split("\n") if documents.is_file() else []
    return [w for w in words if w], [d for d in names if d]


def _read_matrix(path: Path, draft: _Draft) -> None:
    from scipy.io import mminfo, mmread
    from scipy.sparse import coo_matrix

    words, documents = _names_beside(path)
    rows, columns, stated, *_ = mminfo(path)
    if columns != len(words):
        raise ValueError(f"{columns} columns, but {len(words)} words in vocabulary.txt")
    if documents and rows != len(documents):
        raise ValueError(f"{rows} rows, but {len(documents)} documents in documents.txt")
    if stated > path.stat().st_size:  # before memory is taken for them
        raise ValueError(f"{stated} entries in {path.stat().st_size} bytes")
    entries = coo_matrix(mmread(path))
    for row, column, n in zip(entries.row, entries.col, entries.data, strict=True):
        if _whole(n):
            draft.add(documents[row] if documents else f"d{row + 1}", words[column], _whole(n))


def _read_ldac(path: Path, draft: _Draft) -> None:
    words, documents = _names_beside(path)
    lines = [line for line in _text(path).split("\n") if line.strip()]
    names = documents or [f"d{n}" for n in range(1, len(lines) + 1)]
    if len(names) != len(lines):
        raise ValueError(f"{len(lines)} lines, but {len(names)} documents in documents.txt")
    for name, line in zip(names, lines, strict=True):
        pairs = [pair.partition(":") for pair in line.split()[1:]]
        if len(pairs) != _whole(line.split()[0]):
            raise ValueError(f"{name}: {len(pairs)} words, not {line.split()[0]}")
        for word, _, n in pairs:
            if _whole(word) >= len(words):
                raise ValueError(f"{name}: word {word}, but {len(words)} words in vocabulary.txt")
            if _whole(n):
                draft.add(name, words[_whole(word)], _whole(n))


# --- extracted features ---------------------------------------------------------------------------


def _read_features(path: Path, draft: _Draft) -> None:
    """A volume as HathiTrust's Extracted Features have it: pages, and in each the words of its body
    by part of speech; parts of speech are added up."""
    raw = path.read_bytes()
    if path.suffix == ".bz2":
        unpacker = bz2.BZ2Decompressor()
        raw = unpacker.decompress(raw, LARGEST)
        if not unpacker.eof:
            raise ValueError("too large, or cut off")
    volume = json.loads(raw)
    about = volume.get("metadata") or {}
    name = str(volume.get("htid") or volume.get("id") or path.name.split(".json")[0])
    draft.rows[name] = {
        "title": str(about.get("title") or ""),
        "year": _year_of(about.get("pubDate") or about.get("dateCreated")),
        "source": name,
    }
    for number, page in enumerate(volume["features"]["pages"]):
        for word, parts in _body(page):
            draft.add(name, word, sum(map(_whole, parts.values())), number)


def _body(page: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    body = page.get("body")
    counted = body.get("tokenPosCount") if isinstance(body, dict) else None
    return iter((counted or {}).items())


def _year_of(date: object) -> str:
    found = re.search(r"[12][0-9]{3}", str(date or ""))
    return found[0] if found else ""


# --- what is known of documents -------------------------------------------------------------------


def _describe(draft: _Draft, path: Path) -> None:
    """Take what a table of metadata says; of a speech's passages the first row counts."""
    try:
        rows = list(csv.DictReader(io.StringIO(_text(path), newline="")))
    except (OSError, ValueError, csv.Error) as error:
        found = f"not readable as CSV: {_said(error)}"
        raise JianghuaError(found, path, "save it as CSV UTF-8") from None
    first = next(iter(rows[0]), None) if rows else None
    for row in rows:
        said = {str(k): unquoted(str(v or "")) for k, v in row.items() if k}
        name = next((said[n] for n in _NAMES["document"] if said.get(n)), said.get(first or "", ""))
        split = _PASSAGE.fullmatch(name)
        draft.rows.setdefault(split[1] if split else name, said)


def _ids(documents: Sequence[str]) -> dict[str, str]:
    """Document → id that may name a file: its own name where that is one, else ten hex digits."""
    return {
        d: d
        if SAFE_ID.fullmatch(d)
        else hashlib.sha256(d.encode("utf-8", "replace")).hexdigest()[:10]
        for d in documents
    }


def _catalog_row(speech_id: str, document: str, said: Mapping[str, str]) -> dict[str, str]:
    left = ("document", "speech", "passage", "id", "sha256")
    row = {**dict.fromkeys(CATALOG_COLUMNS, ""), **{k: v for k, v in said.items() if k not in left}}
    row["id"] = speech_id
    row["title"] = row["title"] or document
    row["year"] = row["year"] or _year_of(row["date"])
    row["year_basis"] = row["year_basis"] or ("catalogue" if row["year"] else "")
    return row
