"""Footnotes go with their marks; what counts points stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.speeches.cleaning import clean, rebuild
from tests.examples import examples

NOTED = (
    "同志们：\n磨坊的石磨换了三回，推磨的人还是那几户。[1]今年改用电磨，先从河东试起，试好了再到河西去。\n"
    "大家记住这句话。[2]\n注释\n[1] 指河东五户。\n[2] 原稿此处有涂改。"
)


def test_notes_and_their_marks_go():
    """Notes below a speech go with their heading and the marks in the text; the words stay."""
    text = clean(NOTED).text
    assert text.endswith("试好了再到河西去。\n大家记住这句话。")
    assert "推磨的人还是那几户。今年改用电磨" in text


def test_notes_without_a_heading():
    """Printed notes need no heading where every mark above has its note, in order."""
    page = NOTED.replace("注释\n", "").replace("[1]", "①").replace("[2]", "②")
    assert clean(page).text == clean(NOTED).text


@pytest.mark.parametrize(
    "points",
    [
        "做好两件事：①把磨坊修好；②把账目公开。\n①磨坊的事由河东负责。\n②账目的事由会计负责。",
        "我讲两点。\n①磨坊的事由河东负责。\n②账目的事由会计负责。",
        "这话有人记下了。[2]\n[1] 磨坊的事由河东负责。\n[2] 账目的事由会计负责。",
    ],
)
def test_points_are_no_notes(points):
    """Points that a speaker counts, and marks that do not fit the lines below, are left alone."""
    assert clean(points).text == points


def test_a_last_sentence_with_a_mark_is_no_portals():
    """A sentence that ends in the mark of a lost note still closes the speech above the portal."""
    page = (
        "同志们：\n"
        + "磨坊的石磨换了三回，推磨的人还是那几户人家，谁也没有说过一句怨言，大家都看在眼里。" * 2
    )
    page += "\n大家记住这句话。[2]\n发表评论\n上一篇：河西的桥\n"
    assert clean(page).text.endswith("大家记住这句话。[2]")


@given(st.lists(st.sampled_from(["[1]", "[2]", "①", "②", "磨坊。", "\n", "：", "注释\n", "河东"])))
@examples(60)
def test_any_marks_can_be_put_back(pieces):
    """Whatever marks stand where, text and removals give the file again."""
    raw = "".join(pieces)
    cleaned = clean(raw)
    assert rebuild(cleaned.text, cleaned.removals) == raw
