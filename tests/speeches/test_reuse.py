"""Reuse: planted copies are found where they were planted, formulas are not taken for copies."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Corpus, Speech
from jianghua.speeches.passages import passages
from jianghua.speeches.reuse import COLUMNS, duplicates, find_reuse, repeated_shares
from tests.examples import examples

# Our own prose; the three speeches share nothing but the ceremony around them.
OPENING = (
    "各位代表：\n我受县人民政府委托，向大会作工作报告，请大家审议，也请列席的同志多提宝贵意见。\n"
)
CLOSING = "\n让我们更加紧密地团结在党中央周围，为实现全县的美好明天而努力奋斗！谢谢大家！"
MILL = (
    "老磨坊旁边的水车转了三代人，去冬渠底淤得厉害，村里几个后生趁着枯水把石头一块块搬开，"
    "开春第一股水就顺着新砌的槽流到了坡上的梯田。王老汉蹲在田埂上说，这水比往年早来了半个月，秧苗能赶在谷雨前插完。"
)
BRIDGE = (
    "东门桥的栏杆换成了青石，桥头那家面馆也把炉子挪进了屋里，夜里再没有油烟往河面上飘。"
    "摆渡的船不再用了，停在芦苇边上做了个小小的书屋，放学的孩子常在那里写作业，一直写到路灯亮起来。"
)
SCHOOL = (
    "小学操场边上原来堆着煤渣，今年暑假清走以后铺了草皮，体育老师带着学生自己画的跑道线。"
    "校长说明年要把漏雨的两间教室翻修一遍，木料已经从林场拉回来，堆在食堂后头的棚子下面晾着。"
)
A = Speech("a", text=OPENING + MILL + "\n" + BRIDGE + CLOSING)


def test_a_copied_paragraph():
    """One copied paragraph is one exact row, at its place in both speeches."""
    b = Speech("b", text=OPENING + SCHOOL + "\n" + MILL + CLOSING)
    table = find_reuse([A, b])
    assert list(COLUMNS) == table.columns.tolist()
    assert len(table) == 1
    row = table.iloc[0]
    assert (row.speech_a, row.speech_b, row.kind, row.similarity) == ("a", "b", "exact", 1.0)
    assert MILL.rstrip("。") in A.text[row.start_a : row.end_a]
    assert MILL.rstrip("。") in b.text[row.start_b : row.end_b]


def test_shared_ceremony_is_no_reuse():
    """Two speeches that share salutation, opening and closing formulas only have no row."""
    b = Speech("b", text=OPENING + SCHOOL + CLOSING)
    assert find_reuse([A, b]).empty
    assert duplicates([A, b]).empty


def test_masked_copy():
    """A copy with its names masked is the same text: what the mask hides is aligned with it."""
    masked = A.text.replace("王老汉", "〓").replace("东门桥", "〓")
    table = find_reuse([A, Speech("b", text=masked)])
    assert table["kind"].tolist() == ["exact"]
    assert table["end_a"][0] - table["start_a"][0] > len(MILL + BRIDGE)
    assert duplicates([A, Speech("b", text=masked)])["kind"].tolist() == ["near"]


def test_edited_copy():
    """Some words changed, put in and taken out leave one edited row that says how alike it is."""
    edited = (
        MILL.replace("三代人", "好几代人").replace("趁着枯水", "").replace("半个月", "整整二十天")
    )
    b = Speech("b", text=OPENING + SCHOOL + "\n" + edited)
    table = find_reuse([A, b])
    assert table["kind"].tolist() == ["edited"]
    assert 0.8 < table["similarity"][0] < 1


def test_most_of_a_report_taken_over():
    """A speech of which four fifths stand in another is found, with its share."""
    b = Speech("b", text=MILL + BRIDGE + SCHOOL[: len(MILL + BRIDGE) // 4])
    row = duplicates([A, b], share=0.7).iloc[0]
    assert 0.75 < row.share_b < 0.85
    assert duplicates([Speech("x", text=MILL + BRIDGE), b], share=0.7).iloc[0].kind == "near"


def test_shuffled_text():
    """The same characters in another order are no reuse."""
    shuffled = list(MILL + BRIDGE)
    random.Random(1).shuffle(shuffled)
    assert find_reuse([A, Speech("b", text="".join(shuffled))]).empty


def test_what_all_speeches_say():
    """A sentence that a fifth of many speeches share is formula; a long copy among them is not."""
    slogan = "要像爱护自家门槛一样爱护每一条渠每一座桥每一片林子让后来的人走到这里还认得出来"
    own = [
        f"第{n}个故事讲的是{c * 3}地方的{c}人怎样" for n, c in enumerate("甲乙丙丁戊己庚辛壬癸子丑")
    ]
    crowd = [Speech(f"s{i:02}", text=words + slogan) for i, words in enumerate(own)]
    assert find_reuse(crowd).empty
    copies = [
        Speech(f"s{i:02}", text=words + MILL + BRIDGE + SCHOOL) for i, words in enumerate(own)
    ]
    assert len(find_reuse(copies)) == 66  # 12 speeches, 12 · 11 / 2 pairs


def test_many_copies_are_all_met():
    """Where more speeches share a text than are compared pair by pair, each still has a partner."""
    copies = [Speech(f"s{i:02}", text=f"{i}号。" + MILL + BRIDGE + SCHOOL) for i in range(40)]
    table = find_reuse(copies)
    assert {s.id for s in copies} == {*table["speech_a"], *table["speech_b"]}


def test_order_of_the_corpus():
    """The rows do not depend on the order in which a corpus was given."""
    speeches = [A, Speech("b", text=SCHOOL + MILL), Speech("c", text=BRIDGE + SCHOOL)]
    there, back = find_reuse(Corpus(tuple(speeches))), find_reuse(Corpus(tuple(speeches[::-1])))
    assert there.equals(back)
    assert len(there) == 3


def test_nothing_to_compare():
    """No speech, one speech, or speeches without text give an empty table with all columns."""
    for corpus in (
        [],
        [A],
        [Speech("x"), Speech("y")],
        [Speech("x", text="短"), Speech("y", text="")],
    ):
        assert list(COLUMNS) == find_reuse(corpus).columns.tolist()
        assert find_reuse(corpus).empty


def test_too_short_a_stretch():
    """A stretch of a few letters is refused."""
    with pytest.raises(JianghuaError):
        find_reuse([A], shortest=3)


@examples(60)
@given(
    st.text("春夏秋冬东西南北，。\n〓X", max_size=80),
    st.text("春夏秋冬东西南北，。\n〓X", max_size=80),
    st.integers(8, 30),
)
def test_every_row_holds(left, right, shortest):
    """Rows lie inside their speeches, are as long as asked, and exact means letter for letter."""
    texts = {"a": left + MILL, "b": MILL + right}
    table = find_reuse([Speech(i, text=t) for i, t in texts.items()], shortest)
    assert (table["characters"] >= len(MILL) - 20).any()  # MILL without its punctuation
    for row in table.itertuples():
        one = texts[row.speech_a][row.start_a : row.end_a]
        two = texts[row.speech_b][row.start_b : row.end_b]
        assert one and two
        assert shortest <= row.characters
        assert 0.7 <= row.similarity <= 1
        if row.kind == "exact" and not {"〓", "X"} & set(one + two):
            assert [c for c in one if c.isalnum()] == [c for c in two if c.isalnum()]


def test_repeated_shares_blame_the_later_speech():
    """A paragraph copied from an older speech is a repeat there, and none in the older one."""
    copied = "澄岭的茶山连着青澜的水库，三十里山路修了四年，去年腊月通了车，老人们说这是几辈子没敢想的事。"
    own = "砚湖镇今年要把粮站旧址改成图书室，钱从镇里的节余出，书由各村自己挑。"
    older = Speech(id="older", year=2001, text=f"同志们：\n{copied}")
    later = Speech(id="later", year=2005, text=f"{own}\n{copied}")
    pieces = passages([older, later])
    shares = dict(
        zip((p.speech.id for p in pieces), repeated_shares(pieces, [older, later]), strict=True)
    )
    assert shares["older"] == 0
    assert 0.4 < shares["later"] < 0.7
