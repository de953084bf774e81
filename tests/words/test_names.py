"""Names of persons: whole beside a title, set aside by choice, never made of other words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.words.bag import count, prune
from jianghua.words.lexicon import read_lexicon
from jianghua.words.names import is_name
from jianghua.words.segmentation import segment
from tests.examples import examples

LEXICON = read_lexicon()


def words(text):
    return segment([text], LEXICON).words[0]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("省长贺岚屿在会上讲了话", ["贺岚屿"]),
        ("县委书记 谭柚", ["谭柚"]),
        ("向覃砚秋同志学习", ["覃砚秋"]),
        ("镇长孟笠说得好", ["孟笠"]),
        ("学习姚钿烁、邢暮沂、龚岫等同志的事迹", []),
        ("学习劳模姚钿烁、邢暮沂、龚岫等人的事迹", ["姚钿烁", "邢暮沂", "龚岫"]),
        ("市长欧阳砺陪同", ["欧阳砺"]),
        ("石砚舟烈士的老家", ["石砚舟"]),
        ("省人民政府代省长 任蘅皋", ["任蘅皋"]),
        ("书记路过村口", []),
        ("主任安排好了", []),
        ("省长高度重视", []),
        ("主席和总理都来了", []),
        ("各级书记要带头", []),
        ("书记任组长", []),
        ("女同志和老同志", []),
        ("有关单位同志参加", []),
        ("对方同志不同意", []),
        ("书记张口就来", []),
        ("全体党员同志", []),
    ],
)
def test_names_beside_titles(text, names):
    """A name beside a title or 同志 is one token of the class person; words beside them are not."""
    found = [word for word in words(text) if LEXICON.class_of(word) == "person"]
    assert found == names


def test_foreign_names_by_their_dot():
    """A foreign name is one token however its dot is written."""
    for dot in "·•・‧":
        assert "埃德加·斯诺" in words(f"记者埃德加{dot}斯诺写过这里")
    assert LEXICON.class_of("埃德加·斯诺") == "person"


def test_a_name_is_set_aside_or_kept_by_choice():
    """By default a name is left out of topics; with the class switched off it stays a word."""
    tokens = segment(["省长贺岚屿抓粮食", "粮食丰收，省长贺岚屿来了"], LEXICON)
    bag = count(tokens)
    assert "贺岚屿" in bag.words
    assert "贺岚屿" not in prune(bag, LEXICON).words
    switched = read_lexicon(classes={"person": False})
    assert "贺岚屿" in prune(bag, switched).words


def test_words_of_the_dictionary_and_the_lexicon_are_no_names():
    """What the dictionary or a list holds is judged by these, not by its shape."""
    assert not any(map(is_name, ["高峰", "许可证", "严肃性", "和平", "万元户", "李", "改革", ""]))
    assert not [term for term in LEXICON.terms if LEXICON.class_of(term) == "person"]
    parts = {word for text in LEXICON.exceptions.values() for word in text}
    assert not [word for word in parts if LEXICON.class_of(word) == "person"]


@examples(80)
@given(
    st.text(
        st.sampled_from("省长书记同志王李任马高、和在，丽华建国的·斯诺埃\n 主席张"), max_size=25
    )
)
def test_no_character_is_lost(text):
    """Whatever stands around titles, the words are the text without its marks."""
    found = "".join(words(text)).replace("·", "")
    assert found == "".join(sign for sign in text if sign.isalnum())
