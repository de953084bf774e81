"""Bag: how often each word stands in each passage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from jianghua.speeches.passages import Passage


@dataclass(frozen=True)
class Tokens:
    """Words of each passage in order: ``words[i]`` are the words of ``passages[i]``."""

    passages: tuple[Passage, ...]
    words: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class Bag:
    """Counts P × W: passages in rows, words (sorted) in columns; no empty row or column.

    ``removed`` says what `prune` left out: reason → number of occurrences (or of passages, for
    the reason ``passage left empty``).
    """

    counts: csr_matrix
    words: tuple[str, ...]
    passages: tuple[Passage, ...]
    removed: Mapping[str, int] = field(default_factory=dict)
