"""The counts that travel with a collection: counts.csv.gz."""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import read_corpus
from jianghua.speeches.passages import Passage
from jianghua.store.writing import write_bytes
from jianghua.words.bag import Bag

if TYPE_CHECKING:
    import pandas as pd

COUNTS_COLUMNS = ("speech", "passage", "word", "count")


def write_counts(folder: str | Path, bag: Bag) -> None:
    """Replace ``counts.csv.gz``: speech, passage, word, count, in that order, the same bytes for
    the same counts. The order of words in a passage is gone."""
    write_bytes(Path(folder) / "counts.csv.gz", packed_counts(bag))


def packed_counts(bag: Bag) -> bytes:
    """The content of ``counts.csv.gz``."""
    packer = zlib.compressobj(level=9, wbits=31)  # what gzip.compress gives, without its clock
    packed = [packer.compress(text.encode()) for text in _lines(bag)]
    return b"".join([*packed, packer.flush()])


def _lines(bag: Bag) -> Iterator[str]:
    """The table, a passage at a time: its text is many times the counts."""
    yield _csv([COUNTS_COLUMNS])
    counts = bag.counts
    for row, passage in enumerate(bag.passages):
        part = slice(counts.indptr[row], counts.indptr[row + 1])
        columns, times = counts.indices[part].tolist(), counts.data[part].tolist()
        at = passage.speech.id, passage.number
        yield _csv([(*at, bag.words[i], n) for i, n in zip(columns, times, strict=True)])


def _csv(rows: Iterable[Sequence[object]]) -> str:
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows(rows)
    return lines.getvalue()


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
