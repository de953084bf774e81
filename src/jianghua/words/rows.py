"""A text and where it is cut, as an array: joining thousands of places is one step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


class Row:
    """A text cut into pieces. ``edges`` is 1 where a piece begins, and where the text ends."""

    def __init__(self, text: str, edges: np.ndarray) -> None:
        import numpy as np

        self.text, self.edges = text, bytearray(edges)
        self.array = np.frombuffer(self.edges, np.uint8)  # the same bytes

    def pieces(self) -> list[str]:
        """The pieces as they are now; joined, they give the text again."""
        return [self.text[a:b] for a, b in pairwise(self.places().tolist())]

    def places(self) -> np.ndarray:
        """Where each piece begins, and where the last ends."""
        return self.array.view(bool).nonzero()[0]  # as bool four times as fast as as bytes

    def is_piece(self, start: int, end: int) -> bool:
        """Whether one piece, neither less nor more, stands from start to end."""
        return bool(self.edges[start]) and self.edges.find(1, start + 1) == end

    def around(self, start: int, end: int) -> tuple[int, int]:
        """The nearest edges between which the characters from start to end stand."""
        return self.edges.rfind(1, 0, start + 1), self.edges.find(1, end)

    def bounds(self, places: np.ndarray) -> np.ndarray:
        """Of each place (start, end), whether both are edges of pieces."""
        return (self.array[places[:, 0]] & self.array[places[:, 1]]).view(bool)

    def join(self, places: np.ndarray) -> np.ndarray:
        """Make one piece of every place (start, end) whose two ends are edges of pieces; the other
        places. Both n × 2, in order, none overlapping another."""

        fits = self.bounds(places)
        starts, ends = places[fits].T
        while len(starts):  # one step for each character of the longest
            starts = starts + 1
            inside = starts < ends
            starts, ends = starts[inside], ends[inside]
            self.array[starts] = 0
        return places[~fits]

    def put(self, start: int, pieces: Iterable[str]) -> None:
        """Cut the same characters, from ``start`` on, into these pieces."""
        for piece in pieces:
            self.edges[start : start + len(piece)] = b"\1" + bytes(len(piece) - 1)
            start += len(piece)


class Vocabulary(dict[str, int]):
    """Piece of text → number of the word it counts as, −1 for none; filled as pieces are met.

    Several threads may ask at once.
    """

    def __init__(self, variants: Mapping[str, str]) -> None:
        import numpy as np

        super().__init__()
        self._words = np.empty(1 << 10, object)  # by number; an array gives many words at once
        self._known = 0
        self._variants = dict(variants)
        self._lock = Lock()

    def words(self, numbers: np.ndarray) -> list[str]:
        """The words of these numbers."""
        return self._words[numbers].tolist()

    def __missing__(self, piece: str) -> int:
        word = self._variants.get(piece, piece)
        if not any(sign.isalnum() for sign in piece):
            self[piece] = -1
        elif word != piece:
            self[piece] = self[word]
        else:
            self._add(word)
        return self[piece]

    def _add(self, word: str) -> None:
        import numpy as np

        with self._lock:
            if word in self:  # another thread may have been here
                return
            if self._known == len(self._words):
                self._words = np.append(self._words, np.empty_like(self._words))
            self._words[self._known] = word
            self[word] = self._known
            self._known += 1
