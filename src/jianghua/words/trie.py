"""The likeliest cut of a text by a weighted list of words, compiled with numba.

The words are a trie in one hash table: an entry (a first character, or a character after an entry)
is the slot where it is found. The cut is jieba's without its hidden Markov model: of all ways to
cut a run of signs into words, the one of the highest product of frequencies. The kernels release
the interpreter lock: as many texts are cut at once as there are threads.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jianghua.compiling import compiled

Codes = NDArray[np.uint32]
Ints = NDArray[np.int64]

NONE = -1
OUTSIDE, INSIDE, LATIN = 0, 1, 2  # how a sign stands: alone, in words, in words and runs


def codes_of(text: str) -> Codes:
    """The code points of a text."""
    return np.frombuffer(bytearray(text.encode("utf-32-le", "surrogatepass")), np.uint32)


@compiled("int64(int64[:], int64, int64)")
def _slot(keys, entry, code):  # type: ignore[no-untyped-def]
    """Where the character after an entry is, or the empty slot where it would be."""
    key = (entry << 21 | code) + 1
    slot = (key * 0x9E3779B97F4A7C1 >> 20) & (len(keys) - 1)
    while keys[slot] != key and keys[slot] != 0:
        slot = (slot + 1) & (len(keys) - 1)
    return slot


@compiled("int64[::1](int64[:], uint32[::1], int64[::1])")
def plant(keys, codes, ends):  # type: ignore[no-untyped-def]
    """Write words into the table; the entry of each. Word i ends before ``codes[ends[i]]``."""
    entries = np.empty(len(ends), np.int64)
    start = 0
    for i in range(len(ends)):
        entry = len(keys)
        for at in range(start, ends[i]):
            slot = _slot(keys, entry, codes[at])
            keys[slot] = (entry << 21 | codes[at]) + 1
            entry = slot
        entries[i], start = entry, ends[i]
    return entries


@compiled(
    "void(int64[:], float64[:], uint8[::1], uint8[::1], uint32[::1], float64, "
    "uint8[::1], int32[:,::1])",
)
def cut(keys, weights, marks, signs, codes, unknown, edges, longest):  # type: ignore[no-untyped-def]
    """Write the likeliest cut into ``edges`` (n + 1 zeros: 1 where a piece begins and at the end),
    and into ``longest`` (marks × n zeros) where the longest marked word from each place ends.

    ``weights`` are log-probabilities by entry, 0 where no word ends; ``marks`` (bits, by entry)
    tell the words that are looked for; ``unknown`` is the weight of a character that begins no
    word; ``signs`` says by code point how a sign stands.
    """
    n = len(codes)
    best, after = np.zeros(n + 1), np.empty(n, np.int64)
    for i in range(n - 1, -1, -1):
        after[i], top, entry = i + 1, -np.inf, len(keys)
        inside = signs[codes[i]] != OUTSIDE
        for at in range(i, n):
            entry = _slot(keys, entry, codes[at])
            if keys[entry] == 0:
                break
            inside = inside and signs[codes[at]] != OUTSIDE
            if inside and weights[entry] < 0 and weights[entry] + best[at + 1] >= top:
                top, after[i] = weights[entry] + best[at + 1], at + 1
            if marks[entry]:
                for k in range(len(longest)):
                    if marks[entry] >> k & 1:
                        longest[k, i] = at + 1
        if signs[codes[i]] != OUTSIDE:
            best[i] = top if top > -np.inf else unknown + best[i + 1]
    edges[n] = 1
    at, in_run = 0, False
    while at < n:
        latin = after[at] == at + 1 and signs[codes[at]] == LATIN
        edges[at] = not (latin and in_run)
        at, in_run = after[at], latin


@compiled("int64[:,::1](int32[::1])")
def leftmost(longest):  # type: ignore[no-untyped-def]
    """Places (start, end), n × 2, of the leftmost-longest words, none overlapping another."""
    places = np.empty((len(longest), 2), np.int64)
    at, found = 0, 0
    while at < len(longest):
        if longest[at]:
            places[found, 0], places[found, 1] = at, longest[at]
            found += 1
        at = max(at + 1, longest[at])
    return places[:found].copy()


@compiled("int64[::1](int64[:], uint32[::1], int64[::1])")
def look_up(keys, codes, edges):  # type: ignore[no-untyped-def]
    """The entry of each piece from edge to edge, or `NONE`."""
    entries = np.full(len(edges) - 1, NONE)
    for i in range(len(entries)):
        entry, at = len(keys), edges[i]
        while at < edges[i + 1]:
            entry = _slot(keys, entry, codes[at])
            if keys[entry] == 0:
                break
            at += 1
        if at == edges[i + 1]:
            entries[i] = entry
    return entries
