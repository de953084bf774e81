"""Bag: how often each word stands in each passage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from jianghua.errors import JianghuaError
from jianghua.nouns import how_many
from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_matrix

    from jianghua.words.lexicon import Lexicon

EMPTIED = "passages left without words"


@dataclass(frozen=True, repr=False)
class Tokens:
    """Words of each passage in order: ``words[i]`` are the words of ``passages[i]``."""

    passages: tuple[Passage, ...]
    words: tuple[tuple[str, ...], ...]

    def __repr__(self) -> str:
        """One line, as a notebook shows it."""
        words = how_many(sum(map(len, self.words)), "word")
        return f"<Tokens: {how_many(len(self.passages), 'passage')}, {words}>"


@dataclass(frozen=True, eq=False, repr=False)
class Bag:
    """Counts P × W: passages in rows, words (sorted) in columns; no empty row or column.

    ``removed`` says what `prune` left out: reason → occurrences of words (or number of passages,
    for the reason "passages left without words").
    """

    counts: csr_matrix
    words: tuple[str, ...]
    passages: tuple[Passage, ...]
    removed: Mapping[str, int] = field(default_factory=dict)

    def __repr__(self) -> str:
        """One line, as a notebook shows it."""
        passages = how_many(len(self.passages), "passage")
        speeches = how_many(len(self.speeches), "speech")
        words = how_many(int(self.counts.sum()), "word")
        return f"<Bag: {passages} of {speeches}, {words}, {len(self.words)} different ones>"

    def __post_init__(self) -> None:
        self.counts.sum_duplicates()  # sorted once, so that nothing wants to write later
        for array in (self.counts.data, self.counts.indices, self.counts.indptr):
            array.setflags(write=False)

    @cached_property
    def lengths(self) -> np.ndarray:
        """Words in each passage, P."""
        return _fixed(self.counts.sum(axis=1))

    @cached_property
    def totals(self) -> np.ndarray:
        """Occurrences of each word, W."""
        return _fixed(self.counts.sum(axis=0))

    @cached_property
    def speeches(self) -> tuple[Speech, ...]:
        """The speeches that have passages here, oldest first as in their corpus."""
        return tuple({passage.speech.id: passage.speech for passage in self.passages}.values())

    @cached_property
    def speech_numbers(self) -> np.ndarray:
        """For each passage, P, the position of its speech in `speeches`."""
        position = {speech.id: i for i, speech in enumerate(self.speeches)}
        return _fixed([position[passage.speech.id] for passage in self.passages])


def _fixed(numbers: object) -> np.ndarray:
    """Whole numbers in a row that nothing writes to, for they are worked out once."""
    import numpy as np

    row = np.asarray(numbers, dtype=np.int64).ravel()
    row.setflags(write=False)
    return row


def count(tokens: Tokens) -> Bag:
    """Every word of every passage, nothing filtered; only passages without any word are missing,
    and they are counted in ``removed``."""
    from scipy.sparse import csr_matrix

    words = sorted({word for passage in tokens.words for word in passage})
    column = {word: i for i, word in enumerate(words)}
    kept = [i for i, passage in enumerate(tokens.words) if passage]
    if not kept:
        raise nothing_counted()
    data, indices, starts = [], [], [0]
    for i in kept:
        for word, n in sorted(Counter(tokens.words[i]).items()):
            indices.append(column[word])
            data.append(n)
        starts.append(len(data))
    counts = csr_matrix((data, indices, starts), shape=(len(kept), len(words)), dtype="int32")
    emptied = len(tokens.words) - len(kept)
    removed = {EMPTIED: emptied} if emptied else {}
    return Bag(counts, tuple(words), tuple(tokens.passages[i] for i in kept), removed)


def nothing_counted() -> JianghuaError:
    """What is said when no passage holds a word."""
    return JianghuaError(
        "no words in any passage", "count", "check that the speeches have texts: jianghua check"
    )


def prune(
    bag: Bag,
    lexicon: Lexicon | None = None,
    min_speeches: int | None = None,
    max_share: float = 1.0,
    shortest: int = 2,
    keep: Collection[str] = (),
) -> Bag:
    """A smaller bag for topic models; what was left out, and why, stands in ``removed``.

    Left out, in this order: words that the lexicon sets aside (by class); words shorter than
    ``shortest`` characters unless the lexicon keeps them; words in fewer than ``min_speeches``
    speeches; words in more than the share ``max_share`` of passages; passages left without words.
    Words in ``keep`` (the seed words of guides, say) stay whatever the rules.
    Without ``min_speeches``: five, but at most a tenth of the speeches; a number given is lowered
    to half the speeches at most. Where one speech is enough, a word must still be said twice.
    """
    reasons = reasons_to_prune(standing_of(bag), lexicon, min_speeches, max_share, shortest, keep)
    return select_words(bag, reasons)


@dataclass(frozen=True)
class Standing:
    """Where the words of a corpus stand: per word (W) its count and the number of speeches and of
    passages that hold it, beside the numbers of all speeches and passages."""

    words: tuple[str, ...]
    totals: np.ndarray
    in_speeches: np.ndarray
    in_passages: np.ndarray
    speeches: int
    passages: int


def standing_of(bag: Bag) -> Standing:
    """Where the words of a bag stand."""
    import numpy as np

    in_passages = np.asarray((bag.counts > 0).sum(axis=0)).ravel()
    in_speeches = speeches_per_word(bag)
    speeches, passages = len(bag.speeches), len(bag.passages)
    return Standing(bag.words, bag.totals, in_speeches, in_passages, speeches, passages)


def reasons_to_prune(
    standing: Standing,
    lexicon: Lexicon | None = None,
    min_speeches: int | None = None,
    max_share: float = 1.0,
    shortest: int = 2,
    keep: Collection[str] = (),
) -> np.ndarray:
    """Why each word is left out by the rules of `prune`: W strings, empty for words that stay."""
    import numpy as np

    enough = _floor(min_speeches, standing.speeches)
    whole = lexicon.terms | lexicon.keep if lexicon else frozenset()
    reasons = np.array(["" for _ in standing.words], dtype=object)
    reasons[standing.in_passages > max_share * standing.passages] = "in too many passages"
    reasons[standing.in_speeches < enough] = f"in fewer than {enough} speeches"
    if enough == 1:
        reasons[(reasons == "") & (standing.totals < 2)] = "said only once"
    for i, word in enumerate(standing.words):
        set_aside = lexicon.class_of(word) if lexicon else ""
        if word in keep:
            reasons[i] = ""
        elif set_aside:
            reasons[i] = f"set aside: {set_aside}"
        elif len(word) < shortest and word not in whole:
            reasons[i] = f"shorter than {shortest} characters"
    return reasons


def _floor(asked: int | None, speeches: int) -> int:
    """In how many speeches a word must stand."""
    if asked is None:
        return min(5, max(1, speeches // 10))
    return min(asked, max(1, speeches // 2))


def select_words(bag: Bag, reasons: Sequence[str] | np.ndarray) -> Bag:
    """The bag without the words that have a reason (W strings, empty for words that stay)."""
    import numpy as np

    why = np.asarray(reasons, dtype=object)
    removed = Counter(bag.removed)
    for reason in sorted(set(why) - {""}):
        removed[reason] += int(bag.totals[why == reason].sum())
    stay = np.flatnonzero(why == "")
    counts = bag.counts[:, stay]
    full = np.flatnonzero(np.diff(counts.indptr))
    if not len(stay) or not len(full):
        raise JianghuaError(
            "no word is left",
            "prune",
            "lower min_speeches, or switch off a class of set-aside words",
        )
    if len(full) < len(bag.passages):
        removed[EMPTIED] += len(bag.passages) - len(full)
    words = tuple(bag.words[i] for i in stay)
    return Bag(counts[full], words, tuple(bag.passages[i] for i in full), dict(removed))


def select_passages(bag: Bag, rows: Sequence[int]) -> Bag:
    """The bag of some passages (row numbers), without the words that these do not hold."""
    import numpy as np

    counts = bag.counts[np.asarray(rows, dtype=np.int64)]
    held = np.flatnonzero(np.asarray(counts.sum(axis=0)).ravel())
    words = tuple(bag.words[i] for i in held)
    return Bag(counts[:, held], words, tuple(bag.passages[i] for i in rows), bag.removed)


def align(bag: Bag, words: Sequence[str]) -> csr_matrix:
    """Counts of the given words in each passage, P × len(words); absent words are zero."""
    import numpy as np
    from scipy.sparse import csr_matrix

    column = {word: i for i, word in enumerate(words)}
    target = np.array([column.get(word, -1) for word in bag.words], dtype=np.int64)
    entries = bag.counts.tocoo()
    known = target[entries.col] >= 0
    return csr_matrix(
        (entries.data[known], (entries.row[known], target[entries.col[known]])),
        shape=(len(bag.passages), len(words)),
        dtype=bag.counts.dtype,
    )


def speeches_per_word(bag: Bag) -> np.ndarray:
    """In how many speeches each word stands, W."""
    import numpy as np
    from scipy.sparse import csr_matrix

    speech = bag.speech_numbers
    rows = csr_matrix(
        (np.ones(len(speech), dtype=np.int32), (speech, np.arange(len(speech)))),
        shape=(len(bag.speeches), len(speech)),
    )
    return np.asarray(((rows @ bag.counts) > 0).sum(axis=0)).ravel()
