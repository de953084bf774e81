"""Counts and results in the formats that other programs read.

A document is a passage, called ``speech:number``. Every format comes with ``metadata.csv``, one row a
document in the order of the counts, and with a codebook.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import FORMULA
from jianghua.store.tables import write_rows, write_table
from jianghua.store.writing import write_bytes, write_text
from jianghua.topics.themes import Themes
from jianghua.words.bag import Bag

if TYPE_CHECKING:
    import pandas as pd

METADATA = (
    "document", "speech", "passage", "title", "date", "year", "year_low", "year_high", "speaker",
    "place", "level", "occasion", "source", "rights",
)  # fmt: skip
WIDEST = 20_000_000  # cells of a wide table; no spreadsheet opens more


def documents_of(bag: Bag) -> list[str]:
    """The names of the passages, in order: ``speech:number``."""
    return [f"{passage.speech.id}:{passage.number}" for passage in bag.passages]


def export_counts(folder: str | Path, bag: Bag, form: str) -> list[Path]:
    """Write counts as ``long`` or ``wide`` CSV, ``matrixmarket`` or ``lda-c``, with metadata."""
    writers: Mapping[str, Callable[[Path, Bag], list[Path]]] = {
        "long": _write_long, "wide": _write_wide, "matrixmarket": _write_matrix, "lda-c": _write_ldac,
    }  # fmt: skip
    if form not in writers:
        raise JianghuaError(f"no format {form!r}", "export", f"one of {', '.join(writers)}")
    folder = Path(folder)
    metadata = folder / "metadata.csv"
    write_rows(metadata, METADATA, _metadata(bag))
    return [metadata, *writers[form](folder, bag)]


def _metadata(bag: Bag) -> Iterator[tuple[Any, ...]]:
    for document, passage in zip(documents_of(bag), bag.passages, strict=True):
        said = (getattr(passage.speech, name) for name in METADATA[3:])
        yield (document, passage.speech.id, passage.number, *said)


def _write_long(folder: Path, bag: Bag) -> list[Path]:
    """``counts.csv``: document, word, count; a row for each word of each passage."""
    documents, entries = documents_of(bag), bag.counts.tocoo()
    rows = (
        (documents[row], bag.words[column], int(n))
        for row, column, n in zip(entries.row, entries.col, entries.data, strict=True)
    )
    write_rows(folder / "counts.csv", ("document", "word", "count"), rows)
    return [folder / "counts.csv"]


def _write_wide(folder: Path, bag: Bag) -> list[Path]:
    """``counts_wide.csv``: a row a passage, a column a word."""
    passages, words = bag.counts.shape
    if passages * words > WIDEST:
        raise JianghuaError(
            f"{passages} × {words} cells are too many for a wide table", "export",
            "--pruned, or --format long or matrixmarket",
        )  # fmt: skip
    heads = [f"'{w}" if w.lstrip("'").startswith(FORMULA) else w for w in bag.words]
    rows = (
        (document, *bag.counts[[i]].toarray()[0].tolist())
        for i, document in enumerate(documents_of(bag))
    )
    write_rows(folder / "counts_wide.csv", ("document", *heads), rows)
    return [folder / "counts_wide.csv"]


def _write_matrix(folder: Path, bag: Bag) -> list[Path]:
    """``counts.mtx`` (documents × words, from 1), ``vocabulary.txt``, ``documents.txt``."""
    from scipy.io import mmwrite

    out = io.BytesIO()
    # "real": gensim reads no "integer", though whole numbers stand in either
    mmwrite(out, bag.counts.astype("float64"), field="real", symmetry="general")
    write_bytes(folder / "counts.mtx", out.getvalue())
    return [folder / "counts.mtx", *_write_names(folder, bag)]


def _write_ldac(folder: Path, bag: Bag) -> list[Path]:
    """``counts.ldac``, a line a document: number of words, then word:count, words from 0 (Blei's
    lda-c), ``vocabulary.txt``, ``documents.txt``."""
    lines = []
    for start, end in zip(bag.counts.indptr, bag.counts.indptr[1:], strict=False):
        pairs = zip(bag.counts.indices[start:end], bag.counts.data[start:end], strict=True)
        lines.append(f"{end - start} {' '.join(f'{w}:{n}' for w, n in pairs)}\n")
    write_text(folder / "counts.ldac", "".join(lines))
    return [folder / "counts.ldac", *_write_names(folder, bag)]


def _write_names(folder: Path, bag: Bag) -> list[Path]:
    files = {"vocabulary.txt": bag.words, "documents.txt": documents_of(bag)}
    for name, lines in files.items():
        write_text(folder / name, "".join(f"{line}\n" for line in lines))
    return [folder / name for name in files]


# --- results --------------------------------------------------------------------------------------

CODEBOOK = (
    ("topics", "", "a topic"),
    ("topics", "topic", "number of the topic, from 0"),
    ("topics", "theme", "name it was given, or set aside"),
    ("topics", "share", "share of all counted words, 0-1"),
    ("topic_words", "", "a topic and a word"),
    ("topic_words", "topic", "number of the topic"),
    ("topic_words", "word", "the word"),
    ("topic_words", "probability", "of the word in the topic; sums to 1 over the words of a topic"),
    ("passage_topics", "", "a passage and a topic"),
    ("passage_topics", "document", "speech:number, as in metadata"),
    ("passage_topics", "topic", "number of the topic"),
    ("passage_topics", "share", "of the topic in the passage, 0-1; sums to 1 over topics"),
    ("metadata", "", "a passage"),
    ("metadata", "document", "speech:number"),
)


def export_results(folder: str | Path, themes: Themes, parquet: bool = False) -> list[Path]:
    """Write what a model says as tidy tables, CSV or Parquet, with ``codebook.csv``."""
    if parquet and find_spec("pyarrow") is None:
        raise JianghuaError("Parquet needs pyarrow", "export", 'pip install "jianghua[scale]"')
    folder = Path(folder)
    paths = [folder / "codebook.csv"]
    write_rows(paths[0], ("table", "column", "meaning"), CODEBOOK)
    for name, table in result_tables(themes).items():
        paths.append(folder / f"{name}.{'parquet' if parquet else 'csv'}")
        if parquet:
            out = io.BytesIO()
            table.to_parquet(out, index=False)
            write_bytes(paths[-1], out.getvalue())
        else:
            write_table(paths[-1], table)
    return paths


def result_tables(themes: Themes) -> dict[str, pd.DataFrame]:
    """topics, topic_words, passage_topics, metadata: each a tidy table, see `CODEBOOK`."""
    import numpy as np
    import pandas as pd

    model = themes.model
    k, w = model.topic_words.shape
    documents = documents_of(model.bag)
    members = [themes.members[topic] for topic in range(k)]
    return {
        "topics": pd.DataFrame({"topic": range(k), "theme": members, "share": model.weights}),
        "topic_words": pd.DataFrame(
            {
                "topic": np.repeat(np.arange(k), w),
                "word": list(model.bag.words) * k,
                "probability": model.topic_words.ravel(),
            }
        ),
        "passage_topics": pd.DataFrame(
            {
                "document": np.repeat(np.array(documents, dtype=object), k),
                "topic": np.tile(np.arange(k), len(documents)),
                "share": model.passage_topics.ravel(),
            }
        ),
        "metadata": pd.DataFrame(list(_metadata(model.bag)), columns=list(METADATA)),
    }
