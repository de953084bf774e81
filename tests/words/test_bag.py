"""Counts are conserved from words to bag to the pruned bag."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.words.bag import (
    EMPTIED,
    Bag,
    Tokens,
    align,
    count,
    prune,
    select_passages,
    speeches_per_word,
)
from jianghua.words.lexicon import Lexicon
from tests import toy as made


def tokens(*speeches: list[str]) -> Tokens:
    """Each speech is a list of passages, each passage a string of words with blanks between."""
    places, words = [], []
    for s, texts in enumerate(speeches):
        for n, text in enumerate(texts):
            places.append(Passage(Speech(f"s{s}", year=2000 + s), n))
            words.append(tuple(text.split()))
    return Tokens(tuple(places), tuple(words))


SMALL = tokens(["甲 乙 甲", ""], ["乙 丙"], ["甲 丁 丁 丁"])

any_tokens = st.lists(
    st.lists(st.text("甲乙丙丁戊 ", max_size=12), min_size=1, max_size=4), min_size=1, max_size=6
).map(lambda speeches: tokens(*speeches))


def occurrences(bag: Bag) -> Counter[str]:
    return Counter(dict(zip(bag.words, bag.totals.tolist(), strict=True)))


def test_counts_by_hand() -> None:
    """Three passages, words sorted by code point; the empty passage is told."""
    bag = count(SMALL)
    assert bag.words == ("丁", "丙", "乙", "甲")
    assert bag.counts.toarray().tolist() == [[0, 0, 1, 2], [0, 1, 1, 0], [3, 0, 0, 1]]
    assert bag.removed == {EMPTIED: 1}
    assert [p.speech.id for p in bag.passages] == ["s0", "s1", "s2"]


@given(made_up=any_tokens)
def test_counts_are_conserved(made_up: Tokens) -> None:
    """Each word is counted as often as it stands; no row and no column is empty."""
    if not any(made_up.words):
        with pytest.raises(JianghuaError, match="no words in any passage"):
            count(made_up)
        return
    bag = count(made_up)
    assert occurrences(bag) == Counter(word for words in made_up.words for word in words)
    assert bag.totals.all()
    assert bag.lengths.all()
    assert len(bag.passages) + bag.removed.get(EMPTIED, 0) == len(made_up.passages)


@given(made_up=any_tokens, least=st.integers(1, 4), most=st.floats(0.2, 1))
def test_kept_and_removed_are_all(made_up: Tokens, least: int, most: float) -> None:
    """What pruning kept and what it says it removed add up to what was there, each word for one
    reason only."""
    if not any(made_up.words):
        return
    bag = count(made_up)
    lexicon = Lexicon(frozenset({"甲"}), {"乙": "function word"})
    try:
        pruned = prune(bag, lexicon, min_speeches=least, max_share=most, shortest=2)
    except JianghuaError as error:
        assert "no word is left" in str(error)
        return
    removed = sum(n for reason, n in pruned.removed.items() if reason != EMPTIED)
    assert pruned.counts.sum() + removed == bag.counts.sum()
    assert len(pruned.passages) + pruned.removed.get(EMPTIED, 0) == len(made_up.passages)
    assert pruned.totals.all()
    assert pruned.lengths.all()
    assert "乙" not in pruned.words
    assert not {"丙", "丁", "戊"} & set(pruned.words)


def test_reasons_by_hand() -> None:
    """A word goes for the first reason that holds: set aside, short, rare, in too many passages."""
    bag = count(
        tokens(["的 改革 发展 少 稀有"], ["的 改革 发展 少"], ["的 改革 发展"], ["的 改革 粮食"])
    )
    pruned = prune(bag, Lexicon(frozenset(), {"的": "function word"}), 2, max_share=0.9)
    assert pruned.words == ("发展",)
    assert pruned.removed == {
        "set aside: function word": 4, "shorter than 2 characters": 2,
        "in fewer than 2 speeches": 2, "in too many passages": 4, EMPTIED: 1,
    }  # fmt: skip


def test_few_speeches_lower_the_floor() -> None:
    """With four speeches no word needs more than two of them, whatever is asked."""
    pruned = prune(count(tokens(["改革 开放"], ["改革"], ["粮食"], ["粮食"])), min_speeches=5)
    assert pruned.words == ("改革", "粮食")
    assert pruned.removed["in fewer than 2 speeches"] == 1


@given(order=st.permutations(range(6)))
def test_order_of_files_is_irrelevant(order: list[int]) -> None:
    """The same passages in another order have the same words and counts, row by row."""
    plain = made.toy_tokens()
    rows = [row for n in order for row in (2 * n, 2 * n + 1)]
    turned = count(
        Tokens(tuple(plain.passages[r] for r in rows), tuple(plain.words[r] for r in rows))
    )
    bag = count(plain)
    assert turned.words == bag.words
    assert (turned.counts != bag.counts[rows]).nnz == 0


def test_formulation_is_one_word() -> None:
    """The 提法 of the toy, which jieba alone cuts in two, is one word in each of three speeches."""
    bag = count(made.toy_tokens())
    column = bag.words.index(made.TIFA)
    assert bag.totals[column] == 3
    assert speeches_per_word(bag)[column] == 3
    assert not {"乡村", "振兴"} & set(bag.words)


def test_speeches_per_word_by_hand() -> None:
    """A word counts once a speech, however many of its passages hold it."""
    bag = count(tokens(["甲 甲", "甲"], ["甲 乙"]))
    assert dict(zip(bag.words, speeches_per_word(bag).tolist(), strict=True)) == {"乙": 1, "甲": 2}


def test_speeches_of_passages() -> None:
    """Each passage points to its speech, also where passages of a speech stand apart."""
    made_up = tokens(["甲"], ["乙"])
    apart = Tokens((*made_up.passages, made_up.passages[0]), (*made_up.words, ("丙",)))
    bag = count(apart)
    assert [bag.speeches[i].id for i in bag.speech_numbers] == ["s0", "s1", "s0"]


def test_align() -> None:
    """Counts move to the given words' columns; unknown words are dropped, absent ones are zero."""
    moved = align(count(SMALL), ("甲", "戊", "丁"))
    assert moved.toarray().tolist() == [[2, 0, 0], [0, 0, 0], [1, 0, 3]]


@given(rows=st.lists(st.integers(0, 11), min_size=1, max_size=12, unique=True))
def test_select_passages(rows: list[int]) -> None:
    """A choice of passages keeps their counts and no word that they do not hold."""
    bag = count(made.toy_tokens())
    part = select_passages(bag, rows)
    assert part.passages == tuple(bag.passages[r] for r in rows)
    assert part.totals.all()
    assert np.array_equal(align(part, bag.words).toarray(), bag.counts[rows].toarray())


def test_counts_are_read_only() -> None:
    """A bag is a value: writing into its counts is refused."""
    bag = count(tokens(["改革", "改革"], ["开放"]))
    with pytest.raises(ValueError, match="read-only"):
        bag.counts.data[0] = 7
