"""Counts from which rare words are held back, so that no text can be rebuilt from them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jianghua.errors import JianghuaError
from jianghua.words.bag import Bag, speeches_per_word

if TYPE_CHECKING:
    import numpy as np

HELD_BACK = "〓"  # the printers' mark for a missing character; the lexicon sets it aside as a mask


@dataclass(frozen=True)
class Withheld:
    """How much was held back: kinds of words, and occurrences, of so many in all."""

    words: int
    of_words: int
    occurrences: int
    of_occurrences: int


def hold_back(bag: Bag, fewer_than: int, keep: Collection[str] = ()) -> tuple[Bag, Withheld]:
    """Counts in which words said fewer than so many times, or in one speech only, are all ``〓``.

    The words of a passage stay as many as they were, so that shares and rates are as before; a model
    that leaves out such words anyway (``min_speeches`` two or more, and no fewer than
    ``fewer_than``) is the same. Words in ``keep`` stay.
    """
    import numpy as np

    if fewer_than < 1:
        raise JianghuaError(f"{fewer_than} occurrences", "hold back", "1 or more")
    rare = (bag.totals < fewer_than) | (speeches_per_word(bag) < 2)
    rare &= ~np.isin(np.array(bag.words, dtype=object), list(keep))
    told = Withheld(
        int(rare.sum()), len(bag.words), int(bag.totals[rare].sum()), int(bag.totals.sum())
    )
    return (_merged(bag, rare) if rare.any() else bag), told


def _merged(bag: Bag, rare: np.ndarray) -> Bag:
    """The bag with all rare words in one column."""
    import numpy as np
    from scipy.sparse import csr_matrix

    words = sorted({*(w for w, r in zip(bag.words, rare, strict=True) if not r), HELD_BACK})
    column = {word: i for i, word in enumerate(words)}
    target = np.array([column[HELD_BACK if r else w] for w, r in zip(bag.words, rare, strict=True)])
    entries = bag.counts.tocoo()
    shape = (len(bag.passages), len(words))
    counts = csr_matrix((entries.data, (entries.row, target[entries.col])), shape=shape)
    return Bag(counts, tuple(words), bag.passages, bag.removed)
