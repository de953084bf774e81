"""Characters: what looks the same counts the same, what nobody sees is nothing."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

import jianghua as jh
from jianghua.speeches.characters import (
    INVISIBLE,
    LOOKALIKE,
    shown,
    without_lookalikes,
    without_surrogates,
)
from jianghua.words.folding import fold

ODD = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("社会主义⼀⼈⻛\u200b\ufe0f\U000e0101\xad\ud800\udfff２Ａ\uf98e歷"),
    )
)


@given(ODD)
def test_folding_twice_changes_nothing(text):
    """What is counted is folded once and for all, without unseen and half characters."""
    once = fold(text)
    assert fold(once) == once
    assert not INVISIBLE.search(once)
    assert not any("\ud800" <= c <= "\udfff" for c in once)


@given(ODD)
def test_lookalikes_are_changed_one_for_one(text):
    """Offsets stay what they are; nothing else is touched."""
    folded = without_surrogates(without_lookalikes(text))
    assert len(folded) == len(text)
    same = [a == b for a, b in zip(text, folded, strict=True) if not LOOKALIKE.match(a)]
    assert sum(not one for one in same) == sum("\ud800" <= c <= "\udfff" for c in text)


def test_a_lookalike_is_what_unicode_says():
    """Kangxi radicals and compatibility ideographs fold as NFKC has them."""
    for code in [*range(0x2F00, 0x2FD6), *range(0xF900, 0xFA0E)]:
        assert without_lookalikes(chr(code)) == unicodedata.normalize("NFKC", chr(code))


def test_hidden_characters_split_no_word():
    """社会主义 is one word whatever is sown into it, and radicals count as characters."""
    signs = ("\u200b", "\xad", "\ufe0f", "\U000e0100", "\u2060", "\ufeff")
    texts = [sign.join("社会主义") for sign in signs]
    assert set(jh.segment(texts).words) == {("社会主义",)}
    radicals, plain, broken = jh.segment(["⼀个⼈⺠", "一个人民", "社会\ud800主义"]).words
    assert radicals == plain
    assert broken


@given(st.text())
def test_a_name_can_always_be_shown(name):
    """No line break, no change of direction, no half character; plain names stay as they are."""
    printed = shown(name)
    printed.encode("utf-8")
    assert not [c for c in printed if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")]
    assert shown("第1篇 讲话.docx") == "第1篇 讲话.docx"
