"""The counts that travel with a collection: counts.csv.gz."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import read_corpus
from jianghua.speeches.passages import Passage
from jianghua.speeches.source import holds_file
from jianghua.store.writing import write_bytes
from jianghua.words.bag import Bag

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

COUNTS_COLUMNS = ("speech", "passage", "word", "count")
AT_ONCE = 200_000  # rows read before they become numbers
MOST = 2**31 - 1  # times that a word can stand in a passage
# What no name of a guide and no word of others holds: lists have one a line, tables are looked at in
# terminals, and half characters cannot be written at all.
UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
LARGEST = 8 << 30  # bytes of the packed table
LONGEST_LINE = 1 << 22  # bytes; a line without end would be held in memory whole


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


def read_bag(folder: str | Path, texts: bool = True) -> Bag:
    """The counts that travel with a collection, unfiltered; passages have no text, and without
    ``texts`` neither have their speeches."""
    path = Path(folder) / "counts.csv.gz"
    if not holds_file(path, LARGEST):
        raise JianghuaError("no counts.csv.gz", folder, f"jianghua count {folder}")
    rows = _read_rows(path, folder)
    corpus = read_corpus(folder, texts)
    order = {speech.id: i for i, speech in enumerate(corpus)}
    strangers = sorted(set(rows.speeches) - set(order))
    if strangers:
        raise JianghuaError(
            f"speeches that the catalogue does not list: {', '.join(strangers[:5])}",
            path,
            f"jianghua count {folder}",
        )
    passages = [
        (order[rows.speeches[speech]], number)
        for speech, number in zip(rows.speech.tolist(), rows.passage.tolist(), strict=True)
    ]
    places = sorted(set(passages))
    kept = tuple(Passage(corpus.speeches[at], number) for at, number in places)
    return Bag(_in_order(rows, passages, places), tuple(sorted(rows.words)), kept)


@dataclass(frozen=True, eq=False)
class _Rows:
    """The table in numbers, eight bytes a row: the ``word`` of each row, as a place in ``words``,
    and its ``count``; for each run of rows about one passage ``speech``, a place in ``speeches``,
    ``passage``, and where it ``starts``. A passage whose rows are scattered has several runs."""

    speeches: list[str]
    words: list[str]
    speech: NDArray[np.int64]
    passage: NDArray[np.int64]
    starts: NDArray[np.int64]
    word: NDArray[np.int32]
    count: NDArray[np.int32]


def _read_rows(path: Path, folder: str | Path) -> _Rows:
    import numpy as np

    speeches: dict[str, int] = {}
    words: dict[str, int] = {}
    runs: list[NDArray[np.int64]] = []
    word: list[NDArray[np.int32]] = []
    count: list[NDArray[np.int32]] = []
    before = 0
    for piece in _pieces(path, folder):
        about = np.stack([_places(piece["speech"], speeches), piece["passage"].to_numpy()])
        first = _run_starts(about)
        runs.append(np.vstack([about[:, first], before + first]))
        word.append(_places(piece["word"], words).astype(np.int32))
        count.append(piece["count"].to_numpy(np.int32))
        before += len(piece)
    if not all(name and "\n" not in name for name in words):
        raise JianghuaError(
            "a word of it is empty or has a line end", path, f"jianghua count {folder}"
        )
    found = np.concatenate(runs, axis=1)
    speech, passage, starts = found[:, _run_starts(found[:2])]  # runs go on from piece to piece
    both = np.concatenate(word), np.concatenate(count)
    return _Rows(list(speeches), list(words), speech, passage, starts, *both)


def _pieces(path: Path, folder: str | Path) -> Iterator[pd.DataFrame]:
    """The table piece by piece: its words as objects would be ten times the counts."""
    import pandas as pd

    kinds = dict(zip(COUNTS_COLUMNS, ("str", "int64", "str", "int64"), strict=True))
    some = False
    try:
        with _Unpacked(path) as file, pd.read_csv(
            file, dtype=kinds, keep_default_na=False, na_filter=False, encoding="utf-8",
            chunksize=AT_ONCE,
        ) as pieces:  # fmt: skip
            for piece in pieces:
                if not (set(piece) == set(kinds) and _are_counts(piece)):
                    break
                if len(piece):
                    some = True
                    yield piece
            else:
                if some:
                    return
    except (
        OSError,
        EOFError,
        ValueError,
        OverflowError,
        zlib.error,
        pd.errors.ParserError,
    ) as error:
        said = str(error).splitlines()[0].replace(_NO_NUMBER, "no whole number")
        raise JianghuaError(f"damaged: {said}", path, f"jianghua count {folder}") from None
    raise JianghuaError("not a table of counts", path, f"jianghua count {folder}")


_NO_NUMBER = "invalid literal for int() with base 10"  # in Python's words


class _Unpacked(gzip.GzipFile):
    """The table as it is unpacked; what has no line ends is no table."""

    _line = 0  # bytes since the last line end

    def read(self, size: int | None = -1) -> bytes:
        block = super().read(size)
        end = block.rfind(b"\n")
        self._line = len(block) - end - 1 if end >= 0 else self._line + len(block)
        if self._line > LONGEST_LINE:
            raise ValueError("a line without end")
        return block

    read1 = read


def _are_counts(piece: pd.DataFrame) -> bool:
    return bool(piece["count"].between(1, MOST).all() and piece["passage"].between(0, MOST).all())


def _places(values: pd.Series[str], known: dict[str, int]) -> NDArray[np.int64]:
    """Values as places in ``known``, which grows."""
    import numpy as np
    import pandas as pd

    codes, names = pd.factorize(values)
    places = [known.setdefault(name, len(known)) for name in names.tolist()]
    return np.array(places, dtype=np.int64)[codes]


def _run_starts(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Columns at which any of the keys (rows) changes, the first one too."""
    import numpy as np

    changed = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    return np.flatnonzero(np.concatenate([[True], changed]))


def _in_order(
    rows: _Rows, passages: Sequence[tuple[int, int]], places: Sequence[tuple[int, int]]
) -> csr_matrix:
    """Counts with words in sorted columns, and the runs' ``passages`` in the rows of ``places``."""
    import numpy as np
    from scipy.sparse import csr_matrix

    rank = np.empty(len(rows.words), np.int32)
    rank[sorted(range(len(rank)), key=rows.words.__getitem__)] = np.arange(len(rank))
    starts = np.append(rows.starts, len(rows.word))
    shape = (len(passages), len(rank))
    counts = csr_matrix((rows.count, rank[rows.word], starts), shape=shape)
    if passages == places:
        return counts
    row = {place: i for i, place in enumerate(places)}
    of = [row[passage] for passage in passages]
    ones = np.ones(len(of), np.int32)
    return csr_matrix((ones, (of, range(len(of)))), shape=(len(places), len(of))) @ counts
