"""Passages are counted as they come: what is held is the counts, not the texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.words.bag import EMPTIED, Bag, nothing_counted
from jianghua.words.lexicon import Lexicon, read_lexicon
from jianghua.words.segmentation import chunks, segmenter
from jianghua.work import each

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_matrix

AT_ONCE = 1_000_000  # characters read before they are shared out to the workers


def count_passages(
    passages: Iterable[Passage],
    lexicon: Lexicon | None = None,
    merge_variants: bool = False,
    workers: int | None = None,
) -> Bag:
    """What ``count(segment(passages, …))`` gives, from passages that may come from a generator and
    are let go when counted: those of the bag have no text, nor have their speeches."""
    given = (read_lexicon() if lexicon is None else lexicon, merge_variants)
    growing = _Growing()
    for batch in _batches(passages):
        parts = list(chunks([passage.text or "" for passage in batch]))
        for words, counts in each(_counted, parts, given, workers, threads=True):
            growing.add(words, counts)
        growing.stand_for(batch)
    return growing.bag()


def _batches(passages: Iterable[Passage]) -> Iterator[list[Passage]]:
    batch, size = [], 0
    for passage in passages:
        batch.append(passage)
        size += len(passage.text or "")
        if size >= AT_ONCE:
            yield batch
            batch, size = [], 0
    yield batch


def _counted(
    lexicon: Lexicon, merge_variants: bool, texts: Sequence[str]
) -> tuple[list[str], csr_matrix]:
    """The words of some texts and how often each stands in each, texts × words."""
    import numpy as np
    from scipy.sparse import csr_matrix

    cutter = segmenter(lexicon, merge_variants)
    numbers, bounds = cutter.numbers_of(texts)
    used, columns = np.unique(numbers, return_inverse=True)
    ones = np.ones(len(columns), np.int32)
    counts = csr_matrix((ones, columns, bounds), shape=(len(texts), len(used)))
    counts.sum_duplicates()
    return cutter.vocabulary.words(used), counts


class _Growing:
    """A bag while it is being filled; columns in the order in which words were first met."""

    def __init__(self) -> None:
        self.columns: dict[str, int] = {}
        self.parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self.passages: list[Passage] = []
        self.speeches: dict[str, Speech] = {}

    def add(self, words: Sequence[str], counts: csr_matrix) -> None:
        import numpy as np

        place = [self.columns.setdefault(word, len(self.columns)) for word in words]
        columns = np.array(place, np.int32)[counts.indices]
        self.parts.append((counts.data, columns, np.diff(counts.indptr).astype(np.int32)))

    def stand_for(self, passages: Iterable[Passage]) -> None:
        """The passages of the rows added since, without their texts."""
        for passage in passages:
            speech = passage.speech
            if speech.id not in self.speeches:
                self.speeches[speech.id] = replace(speech, text=None)
            self.passages.append(Passage(self.speeches[speech.id], passage.number))

    def bag(self) -> Bag:
        import numpy as np
        from scipy.sparse import csr_matrix

        if not self.columns:
            raise nothing_counted()
        data, columns, lengths = (np.concatenate(rows) for rows in zip(*self.parts, strict=True))
        self.parts.clear()
        words = sorted(self.columns)
        order = np.empty(len(words), np.int32)
        order[[self.columns[word] for word in words]] = np.arange(len(words))
        starts = np.append(0, np.cumsum(lengths[lengths > 0]))
        shape = (len(starts) - 1, len(words))
        counts = csr_matrix((data, order[columns], starts), shape=shape, dtype=np.int32)
        kept = tuple(p for p, n in zip(self.passages, lengths, strict=True) if n)
        emptied = len(self.passages) - len(kept)
        return Bag(counts, tuple(words), kept, {EMPTIED: emptied} if emptied else {})
