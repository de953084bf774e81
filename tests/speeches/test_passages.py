"""Speeches are cut into passages that can be walked back to the page."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.speeches.corpus import Corpus, Speech
from jianghua.speeches.passages import LONGEST, SHORTEST, is_heading, passages

SENTENCE = (
    "我们要把每一件小事都当作大事来办，办一件成一件，件件有人问、件件有回音。"  # 36 characters
)


def cut(text: str) -> list[str]:
    return [passage.text or "" for passage in passages([Speech("a", text=text)])]


official = st.lists(
    st.one_of(
        st.sampled_from(["一、总的要求\n", "（二）抓落实\n", "第三章 保障\n", "同志们：\n", "\n", "　　", "\r\n"]),
        st.sampled_from([SENTENCE, SENTENCE * 4 + "\n", "好！”", "完", "；", "字" * 900, " " * 1500]),
        st.text(max_size=20),
    ),
    max_size=25,
).map("".join)  # fmt: skip


@given(text=st.one_of(official, st.text(max_size=300)))
def test_offsets_walk_back(text: str) -> None:
    """Every passage is the stretch of its speech that begins at `start`; passages are numbered from
    0, stand in order and do not overlap."""
    found = passages([Speech("a", text=text)])
    end = 0
    for number, passage in enumerate(found):
        assert passage.start is not None
        assert passage.text == text[passage.start : passage.start + len(passage.text or "")]
        assert passage.number == number
        assert passage.start >= end
        end = passage.start + len(passage.text or "")


@given(text=st.one_of(official, st.text(max_size=300)))
def test_nothing_but_blanks_is_lost(text: str) -> None:
    """The passages together hold every character of the speech that is not blank."""
    assert re.sub(r"\s", "", "".join(cut(text))) == re.sub(r"\s", "", text)


@given(text=official)
def test_no_passage_crosses_a_heading(text: str) -> None:
    """Headings stand at the start of a passage only, before its first other line."""
    for passage in passages([Speech("a", text=text)]):
        assert passage.start is not None
        before = text[: passage.start + 1].splitlines(keepends=True)
        first = passage.start + 1 - len(before[-1])
        whole_lines = text[first : passage.start + len(passage.text or "")].splitlines()
        lines = [line for line in whole_lines[:-1] if line.strip()]
        kinds = [is_heading(line) for line in lines]
        assert kinds == sorted(kinds, reverse=True)


@given(text=official)
def test_no_passage_is_endless(text: str) -> None:
    """A passage has at most twice the usual length, however long a sentence is."""
    assert all(0 < len(passage) <= 2 * LONGEST for passage in cut(text))


def test_usual_length() -> None:
    """Prose of short paragraphs gives passages between the two usual lengths, at paragraph ends;
    only the last may be shorter."""
    found = cut((SENTENCE + "\n") * 60)
    assert all(SHORTEST <= len(passage) <= LONGEST for passage in found[:-1])
    assert all(passage.endswith("。") for passage in found)
    assert len(found) == 12  # by hand: 36 × 5 = 180 is the first length over 175, and 60 / 5 = 12


def test_heading_belongs_below() -> None:
    """A section that is too short is not joined to the next one; two headings in a row open one."""
    text = f"一、开头\n{SENTENCE}\n二、正文\n（一）第一条\n{SENTENCE}\n"
    assert cut(text) == [f"一、开头\n{SENTENCE}", f"二、正文\n（一）第一条\n{SENTENCE}"]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("一、认清形势", True), ("（三）狠抓落实", True), ("第二章 任务", True), ("Ⅳ. 展望", True),
        ("总的要求", True), ("同志们：", False), (SENTENCE, False), ("", False), ("　", False),
        ("一是要抓紧，二是要抓实", False), ("三、" + "长" * 60, False), ("好。", False),
    ],
)  # fmt: skip
def test_headings(line: str, answer: bool) -> None:
    """A heading is numbered or short and never a sentence."""
    assert is_heading(line) is answer


def test_speeches_without_text() -> None:
    """A speech whose text is absent or empty has no passages; others keep the corpus' order."""
    corpus = Corpus((Speech("b", year=2, text="二。"), Speech("a", year=1), Speech("c", text="")))
    assert [passage.speech.id for passage in passages(corpus)] == ["b"]


def test_toy_has_twelve(toy: Corpus) -> None:
    """The toy corpus has two passages a speech, one for each of its sections."""
    found = passages(toy)
    assert [passage.number for passage in found] == [0, 1] * 6
    assert all((passage.text or "")[:2] in ("一、", "二、") for passage in found)
