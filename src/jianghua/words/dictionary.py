"""The dictionary that cuts what no unit claims: jieba's words and weights, without its hidden
Markov model, which makes words up.

Neither jieba's nor rjieba's global dictionary is touched, nor any cache in a shared folder read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import chain, pairwise
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from jianghua.words.lexicon import Lexicon, own_words
from jianghua.words.names import CUES

if TYPE_CHECKING:
    import numpy as np

# A unit of the lexicon weighs like a fairly common word (jieba's dictionary rests on 60 million
# tokens): enough to beat its own parts, not enough to tear a common word that runs across its
# edge. The shorter the unit, the likelier its characters meet by chance, so the less it weighs.
WEIGHTS = {2: 300, 3: 600, 4: 2000}
LONG_WEIGHT = 5000
PIECE = 500  # jieba is quadratic in the length of a run without punctuation

_PIECE = re.compile(rf"(?s).{{1,{PIECE}}}(?<=[，。；、：！？\n])|.{{1,{PIECE}}}")
_MARKS = tuple(
    "\n !\"'()*,-./:;?[]·—‘’“”…、。〈〉《》「」『』【】〓（），：；？！"
)  # get an entry, to be known at sight
_SIGNS = "+#&._%-"  # stand in words, beside Han characters, Latin letters and digits


@dataclass(frozen=True)
class Cut:
    """How a dictionary cuts a text: ``edges`` (n + 1, uint8) are 1 where a piece begins and where
    the text ends; ``units``, ``exceptions`` and ``cues`` (start, end; n × 2) are the
    leftmost-longest places of the lexicon's, and of words beside which names stand."""

    edges: np.ndarray
    units: np.ndarray
    exceptions: np.ndarray
    cues: np.ndarray


class Dictionary(Protocol):
    """Cuts text, and numbers the words it holds."""

    entries: int

    def cut(self, text: str) -> Cut:
        """The cut of a text."""

    def look_up(self, text: str, edges: np.ndarray) -> np.ndarray:
        """For each piece from edge to edge a number below ``entries``, or −1."""


def teach(lexicon: Lexicon, engine: str = "trie") -> Dictionary:
    """A dictionary of its own that knows the lexicon's words: compiled, or one of its witnesses."""
    if engine == "trie":
        return Trie(lexicon)
    return Witness(lexicon, _jieba(lexicon) if engine == "jieba" else _rjieba(lexicon))


class Trie:
    """jieba's cut, compiled; the lexicon's units are found on the way (`trie`)."""

    def __init__(self, lexicon: Lexicon) -> None:
        import numpy as np

        frequency, total = _frequencies()
        added = dict(_taught(lexicon))
        total += sum(times - frequency.get(word, 0) for word, times in added.items())
        words = frequency | added
        sought = (*_sought(lexicon), _MARKS)
        self.entries = 1 << sum(map(len, chain(words, *sought))).bit_length()
        table = np.zeros(2 * self.entries, np.int64)  # a key and its weight share a cache line
        self.keys, self.weights = table[::2], table[1::2].view(np.float64)
        self.weights[self._plant(words)] = [log(n or 1) - log(total) for n in words.values()]
        self.unknown = -log(total)
        self.marks = np.zeros(self.entries, np.uint8)
        for bit, strings in enumerate(sought):
            self.marks[self._plant(strings)] |= 1 << bit

    def _plant(self, words: Collection[str]) -> np.ndarray:
        import numpy as np

        from jianghua.words.trie import codes_of, plant

        ends = np.cumsum(np.fromiter(map(len, words), np.int64, len(words)))
        return plant(self.keys, codes_of("".join(words)), ends)

    def cut(self, text: str) -> Cut:
        import numpy as np

        from jianghua.words.trie import codes_of, cut, leftmost

        edges, longest = np.zeros(len(text) + 1, np.uint8), np.zeros((SOUGHT, len(text)), np.int32)
        cut(
            self.keys, self.weights, self.marks, _signs(), codes_of(text), self.unknown,
            edges, longest,
        )  # fmt: skip
        return Cut(edges, *map(leftmost, longest))

    def look_up(self, text: str, edges: np.ndarray) -> np.ndarray:
        from jianghua.words.trie import codes_of, look_up

        return look_up(self.keys, codes_of(text), edges)


class Witness:
    """A cutter of others, with Aho–Corasick for the units: slower, and the proof that ours cuts
    like it."""

    entries = 0

    def __init__(self, lexicon: Lexicon, cut: Callable[[str], Sequence[str]]) -> None:
        self._cut = cut
        self._find = tuple(_finder(sorted(words)) for words in _sought(lexicon))

    def cut(self, text: str) -> Cut:
        import numpy as np

        edges = np.zeros(len(text) + 1, np.uint8)
        lengths = [len(piece) for piece in self._cut(text)]
        edges[np.append(0, np.cumsum(lengths, dtype=np.int64))] = 1
        found = ([place for _, *place in find(text)] for find in self._find)
        return Cut(edges, *(np.array(places, np.int64).reshape(-1, 2) for places in found))

    def look_up(self, text: str, edges: np.ndarray) -> np.ndarray:
        import numpy as np

        return np.full(len(edges) - 1, -1)


SOUGHT = 3


def _sought(lexicon: Lexicon) -> tuple[Collection[str], ...]:
    """The strings that are looked for, as `Cut` names them."""
    return units(lexicon), lexicon.exceptions, CUES


def units(lexicon: Lexicon) -> frozenset[str]:
    """What is found whole: terms, and set-aside words too long to be left to chance (与此同时)."""
    return lexicon.terms | {word for word in own_words(lexicon) if len(word) > 2}


def _finder(patterns: Sequence[str]) -> Callable[[str], list[tuple[int, int, int]]]:
    """(number of the pattern, start, end) of the leftmost-longest places in a text."""
    import ahocorasick_rs as ac

    longest = ac.MatchKind.LeftmostLongest
    return ac.AhoCorasick(patterns, longest).find_matches_as_indexes


def pieces(text: str, edges: np.ndarray) -> list[str]:
    """The text from edge to edge; joined, the pieces give it again."""
    return [text[a:b] for a, b in pairwise(edges.nonzero()[0].tolist())]


def times(word: str) -> int:
    """How often jieba's dictionary met the word in 60 million, before any lexicon; 0 for no word."""
    return _frequencies()[0].get(word, 0)


@cache
def _frequencies() -> tuple[dict[str, int], int]:
    """jieba's dictionary: word → occurrences, and their sum."""
    where = find_spec("jieba")
    assert where is not None and where.submodule_search_locations
    fields = (Path(where.submodule_search_locations[0]) / "dict.txt").read_text("utf-8").split()
    times = list(map(int, fields[1::3]))
    return dict(zip(fields[::3], times, strict=True)), sum(times)


@cache
def _signs() -> np.ndarray:
    """By code point: whether jieba keeps the sign in words (`trie.INSIDE`), and in Latin runs."""
    import numpy as np

    from jianghua.words.trie import INSIDE, LATIN

    signs = np.zeros(0x110000, np.uint8)
    signs[0x4E00:0x9FD6] = INSIDE
    signs[[ord(sign) for sign in _SIGNS]] = INSIDE
    signs[[code for code in range(128) if chr(code).isalnum()]] = LATIN
    return signs


def _taught(lexicon: Lexicon) -> Iterable[tuple[str, int]]:
    """What the lexicon adds to the dictionary: word and weight, at least what jieba suggests."""
    import rjieba

    cutter = rjieba.Jieba()
    for word, weight in _new_words(lexicon, cutter.has_word):
        times = max(weight, cutter.suggest_freq(word))
        cutter.add_word(word, times, None)
        yield word, times


def _rjieba(lexicon: Lexicon) -> Callable[[str], Sequence[str]]:
    import rjieba

    cutter = rjieba.Jieba()
    for word, times in _taught(lexicon):
        cutter.add_word(word, times, None)
    return lambda text: cutter.cut(text, False)


def _jieba(lexicon: Lexicon) -> Callable[[str], Sequence[str]]:
    import jieba

    cutter = jieba.Tokenizer()
    # not initialize(): it would load, unchecked, whatever lies in the shared temporary folder
    cutter.FREQ, cutter.total = cutter.gen_pfdict(cutter.get_dict_file())
    cutter.initialized = True
    for word, times in _taught(lexicon):
        cutter.total -= cutter.FREQ.get(word, 0)  # add_word counts what it replaces twice
        cutter.add_word(word, times)
    return lambda text: [w for piece in _PIECE.findall(text) for w in cutter.lcut(piece, HMM=False)]


def _new_words(lexicon: Lexicon, known: Callable[[str], object]) -> list[tuple[str, int]]:
    """Words to teach the dictionary, with the least weight each must have."""
    # long exceptions too, to be found whole and cut as told: else 生态环境部|门上|门
    exceptions = {text for text in lexicon.exceptions if len(text) > 4}
    whole = sorted(lexicon.terms | exceptions)
    units = [(term, WEIGHTS.get(len(term), LONG_WEIGHT)) for term in whole]
    return units + [(word, 1) for word in sorted(own_words(lexicon)) if not known(word)]
