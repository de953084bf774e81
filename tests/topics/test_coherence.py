"""Coherence, against values by hand, brute force and gensim."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.topics.coherence import c_npmi, c_v, count_windows, npmi
from jianghua.words.bag import Tokens
from tests.toy import flat_model, two_words


def test_npmi_by_hand() -> None:
    """甲 stands in 3 of 4 passages, 乙 in 2, both in 2: ln((2/4) / (3/4 · 2/4)) / −ln(2/4) =
    ln(4/3) / ln 2 = 0.415."""
    bag = two_words([[1, 1], [2, 3], [1, 0], [0, 0]])
    assert npmi(flat_model(bag), bag) == pytest.approx([math.log(4 / 3) / math.log(2)] * 2)


@pytest.mark.parametrize(
    ("counts", "value"),
    [
        ([[1, 0], [0, 1]], -1),  # never together
        ([[1, 1], [2, 5], [0, 0]], 1),  # always together
        ([[1, 1], [2, 5]], np.nan),  # in every passage: 0 / 0
        ([[1, 1], [1, 0], [0, 1], [0, 0]], 0),  # together by chance: 1/4 = 1/2 · 1/2
    ],
)
def test_npmi_at_its_ends(counts: list[list[int]], value: float) -> None:
    """−1 for words that never meet, 0 for chance, 1 for words that always do (Bouma 2009); of a
    pair that every passage holds nothing can be said."""
    bag = two_words(counts)
    assert npmi(flat_model(bag), bag)[0] == pytest.approx(value, nan_ok=True)


def test_npmi_agrees_with_gensim() -> None:
    """Over passages as they stand, without windows, gensim's c_npmi gives the same coherence (it
    adds 1e-12 to each probability, so words must meet)."""
    from gensim.corpora import Dictionary
    from gensim.models import CoherenceModel

    random = np.random.default_rng(4)
    counts = (random.random((60, 6)) < 0.6).astype(int) + np.eye(60, 6, dtype=int)
    bag = two_words(counts.tolist(), tuple("甲乙丙丁戊己"))
    texts = [[bag.words[j] for j in np.flatnonzero(row)] for row in counts]
    # a window as wide as any passage; each word once a passage, for gensim miscounts repetitions
    theirs = CoherenceModel(
        topics=[list(bag.words)], texts=texts, dictionary=Dictionary(texts), coherence="c_npmi",
        window_size=50, processes=1,
    ).get_coherence()  # fmt: skip
    assert npmi(flat_model(bag), bag)[0] == pytest.approx(theirs, abs=1e-6)


def test_words_that_are_not_held_take_no_part() -> None:
    """A word missing from the held-out passages neither helps nor harms; with one word left there
    is no coherence to speak of."""
    bag = two_words([[1, 1, 1], [1, 0, 1], [0, 1, 0]], ("甲", "乙", "丙"))
    fewer = two_words([[1, 1], [1, 0], [0, 1]])
    assert npmi(flat_model(bag), fewer)[0] == npmi(flat_model(fewer), fewer)[0]
    assert np.isnan(npmi(flat_model(bag), two_words([[1]], ("甲",)))[0])


# --- windows --------------------------------------------------------------------------------------

TEXTS = st.lists(st.lists(st.sampled_from("甲乙丙丁戊"), max_size=14), min_size=1, max_size=4)


def said(texts: Sequence[Sequence[str]]) -> Tokens:
    places = tuple(Passage(Speech(f"s{i}"), 0) for i in range(len(texts)))
    return Tokens(places, tuple(map(tuple, texts)))


def windows_of(texts: Sequence[Sequence[str]], width: int) -> list[set[str]]:
    """Every window, written out: the naive way."""
    return [
        set(text[first : first + width])
        for text in texts
        if text
        for first in range(max(1, len(text) - width + 1))
    ]


@given(TEXTS, st.integers(1, 16))
def test_windows_are_those_written_out(texts: list[list[str]], width: int) -> None:
    """Counts of words and pairs equal those of all windows written out, repeated words and short
    and empty passages included."""
    found = count_windows(said(texts), "甲乙丙丁", width)[width]
    windows = windows_of(texts, width)
    assert found.windows == len(windows)
    naive = [[sum({a, b} <= one for one in windows) for b in found.words] for a in found.words]
    assert found.both.tolist() == naive


def test_c_npmi_by_hand() -> None:
    """Windows of two words over 甲乙丙甲: 甲乙, 乙丙, 丙甲. p(甲) = p(乙) = 2/3, together 1/3:
    ln((1/3) / (4/9)) / −ln(1/3) = ln(3/4) / ln 3."""
    counts = count_windows(said(["甲乙丙甲"]), "甲乙", 2)[2]
    assert c_npmi([["甲", "乙"]], counts)[0] == pytest.approx(math.log(3 / 4) / math.log(3))


def test_c_v_by_hand() -> None:
    """Two words with NPMI n have the vectors (1, n) and (n, 1); each has the cosine
    (1 + n)² / ((1 + n) √2 √(1 + n²)) with their sum."""
    counts = count_windows(said(["甲乙丙甲"]), "甲乙", 2)[2]
    n = math.log(3 / 4) / math.log(3)
    expected = (1 + n) / math.sqrt(2 * (1 + n * n))
    assert c_v([["甲", "乙"]], counts)[0] == pytest.approx(expected)


def test_a_word_that_no_window_holds_leaves_it_undefined() -> None:
    """A topic with an unseen word has no coherence; the others keep theirs."""
    counts = count_windows(said(["甲乙丙甲"]), "甲乙丁", 2)[2]
    for measure in (c_npmi, c_v):
        assert np.isnan(measure([["甲", "丁"]], counts)[0])
        assert not np.isnan(measure([["甲", "丁"], ["甲", "乙"]], counts)[1])
    assert np.isnan(c_npmi([["甲", "乙"]], count_windows(said([[]]), "甲乙", 2)[2])[0])


def of_gensim(texts: list[list[str]], top: list[str], measure: str, width: int) -> float:
    from gensim.corpora import Dictionary
    from gensim.models import CoherenceModel

    return CoherenceModel(
        topics=[top], texts=texts, dictionary=Dictionary(texts), coherence=measure,
        window_size=width, processes=1,
    ).get_coherence()  # fmt: skip


@pytest.mark.parametrize(("measure", "ours"), [("c_npmi", c_npmi), ("c_v", c_v)])
@pytest.mark.parametrize("width", [4, 12])
def test_windows_agree_with_gensim(
    measure: str, ours: Callable[..., np.ndarray], width: int
) -> None:
    """Where no word stands twice in a passage gensim counts rightly, and the numbers are its own,
    to its rounding."""
    random = np.random.default_rng(2)
    vocabulary = [f"{i:02d}" for i in range(18)]
    texts = [random.permutation(vocabulary)[: random.integers(3, 18)].tolist() for _ in range(60)]
    top = vocabulary[:6]
    counts = count_windows(said(texts), top, width)[width]
    assert ours([top], counts)[0] == pytest.approx(of_gensim(texts, top, measure, width), abs=1e-9)


def test_where_gensim_forgets() -> None:
    """In 甲乙甲丙 with windows of three, 甲 stands in both windows; gensim drops it when its first
    copy leaves, and so sees the pair 甲丙 never where it stands in one window of two."""
    texts = [list("甲乙甲丙"), list("乙丁戊"), list("丁戊丙")]
    counts = count_windows(said(texts), "甲丙", 3)[3]
    assert counts.both.tolist() == [[2, 1], [1, 2]]
    exact = math.log((1 / 4) / (2 / 4 * 2 / 4)) / math.log(4)
    assert c_npmi([["甲", "丙"]], counts)[0] == pytest.approx(exact, abs=1e-9)
    assert of_gensim(texts, ["甲", "丙"], "c_npmi", 3) < exact - 0.1
