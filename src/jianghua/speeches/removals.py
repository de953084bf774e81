"""What cleaning took out, and the arithmetic that puts it back."""

from __future__ import annotations

import html
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

MASK = "〓"  # the geta mark: printers' sign for a character that is missing


@dataclass(frozen=True)
class Removal:
    """Raw characters ``start`` … ``end`` that are not in the cleaned text, and why.

    Always ``raw[start:end] == text``. Most reasons leave nothing behind; `stand_in` names the few
    that leave a sign.
    """

    start: int
    end: int
    reason: str
    text: str

    @property
    def stand_in(self) -> str:
        """What stands in the cleaned text instead: 〓 for a mask, a line break for another sort of
        line ending and for a label that ran title and text together, the character for an HTML
        entity, otherwise nothing."""
        if self.reason == "mask":
            return MASK
        if self.reason in {"line ending", "label after title"}:
            return "\n"
        return html.unescape(self.text) if self.reason == "entity" else ""


@dataclass(frozen=True)
class Cleaned:
    """The words that are left, and every removal in order of its place in the raw text.

    ``rebuild(text, removals)`` is the raw text again, character for character.
    """

    text: str
    removals: tuple[Removal, ...] = ()


@dataclass(frozen=True)
class Cut:
    """Characters ``start`` … ``end`` of the text as it stands now, to be taken out."""

    start: int
    end: int
    reason: str


Step = Callable[[str], Iterable[Cut]]


@dataclass(frozen=True)
class Draft:
    """A raw text with some removals; ``text`` is what is left of it."""

    raw: str
    removals: tuple[Removal, ...] = ()

    @cached_property
    def text(self) -> str:
        return "".join(shown for _, _, shown, _ in self._pieces)

    @cached_property
    def _pieces(self) -> list[tuple[int, int, str, bool]]:
        """(raw start, raw end, characters shown, whether they are the raw ones) in order."""
        pieces, position = [], 0
        for removal in self.removals:
            pieces.append((position, removal.start, self.raw[position : removal.start], True))
            pieces.append((removal.start, removal.end, removal.stand_in, False))
            position = removal.end
        pieces.append((position, len(self.raw), self.raw[position:], True))
        return [piece for piece in pieces if piece[2]]

    @cached_property
    def _offsets(self) -> list[int]:
        """Where each piece begins in the text."""
        offsets, position = [], 0
        for _, _, shown, _ in self._pieces:
            offsets.append(position)
            position += len(shown)
        return offsets

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The raw characters behind the text's characters ``start`` … ``end`` (not empty)."""
        return self._raw_of(start)[0], self._raw_of(end - 1)[1]

    def _raw_of(self, offset: int) -> tuple[int, int]:
        """Start and end in the raw text of one character; a stand-in is all that it stands for."""
        number = bisect_right(self._offsets, offset) - 1
        start, end, _, is_raw = self._pieces[number]
        if not is_raw:
            return start, end
        place = start + offset - self._offsets[number]
        return place, place + 1

    def without(self, cuts: Iterable[Cut]) -> Draft:
        """The draft after the cuts. Earlier removals inside a cut keep their own reason, unless
        the cut leaves a sign: the sign stands for all of it."""
        new = [removal for cut in _apart(cuts) for removal in self._removals(cut)]
        if not new:  # most steps find nothing, and there may be a removal for every character
            return self
        inside = _Cover(new)
        kept = [old for old in self.removals if not inside.holds(old)]
        return Draft(self.raw, tuple(sorted([*kept, *new], key=lambda r: r.start)))

    def _removals(self, cut: Cut) -> Iterator[Removal]:
        start, end = self.raw_span(cut.start, cut.end)
        whole = Removal(start, end, cut.reason, self.raw[start:end])
        if whole.stand_in:
            yield whole
            return
        first = bisect_right(self._offsets, cut.start) - 1
        for number in range(first, len(self._pieces)):
            piece_start, piece_end, _, _ = self._pieces[number]
            if piece_start >= end:
                return
            low, high = max(start, piece_start), min(end, piece_end)
            yield Removal(low, high, cut.reason, self.raw[low:high])


class _Cover:
    """Whether a removal lies inside one of some others."""

    def __init__(self, removals: list[Removal]) -> None:
        self._removals, self._starts = removals, [r.start for r in removals]

    def holds(self, removal: Removal) -> bool:
        number = bisect_right(self._starts, removal.start) - 1
        return number >= 0 and removal.end <= self._removals[number].end


def _apart(cuts: Iterable[Cut]) -> Iterator[Cut]:
    """The cuts in order, without the empty ones; of two that overlap the first one wins."""
    position = 0
    for cut in sorted(cuts, key=lambda c: (c.start, -c.end)):
        start = max(cut.start, position)
        if start < cut.end:
            yield Cut(start, cut.end, cut.reason)
            position = cut.end


def apply(raw: str, steps: Iterable[Step]) -> Cleaned:
    """The raw text after every step, each seeing what the one before it has left."""
    draft = Draft(raw)
    for step in steps:
        draft = draft.without(step(draft.text))
    return Cleaned(draft.text, draft.removals)


def rebuild(text: str, removals: Iterable[Removal]) -> str:
    """The raw text, from what is left of it and what was taken out."""
    pieces, position, length = [], 0, 0
    for removal in removals:
        kept = removal.start - length
        pieces += [text[position : position + kept], removal.text]
        position += kept + len(removal.stand_in)
        length = removal.end
    return "".join([*pieces, text[position:]])
