"""Common words that run across an edge of a unit."""

from __future__ import annotations

import pytest

from jianghua.words.lexicon import read_lexicon
from jianghua.words.segmentation import segment, segmenter


def words_of(text: str) -> list[str]:
    return list(segment(text).words[0])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("我们要确保民生", ["我们", "要", "确保", "民生"]),
        ("加大招商宣传", ["加大", "招商", "宣传"]),
        ("扶持广大中小企业", ["扶持", "广大", "中小企业"]),
        ("招投标制度", ["招投标", "制度"]),
        ("新的国家安全观念", ["新", "的", "国家安全", "观念"]),
        ("反垄断法律", ["反垄断", "法律"]),
    ],
)  # fmt: skip
def test_common_word_keeps_its_stray_character(text: str, words: list[str]) -> None:
    """A character that seldom stands alone goes to the common word it makes with the unit's edge."""
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("扶贫攻坚战", "扶贫攻坚"),  # 攻坚战 is a word, but 战 makes a new word of the unit
        ("发展文化产业带", "文化产业"),
        ("落实领导责任制", "领导责任"),
        ("从保民生做起", "保民生"),  # 从 is met alone too often to be stray
        ("十一届三中全会上", "十一届三中全会"),
        ("第一产业链条", "第一产业"),
    ],
)  # fmt: skip
def test_unit_is_whole_beside_a_suffix_or_a_word_of_one_character(text: str, unit: str) -> None:
    """What stands beside a unit as a word of its own, or makes a new word of it, tears nothing."""
    assert unit in words_of(text)


def test_every_unit_is_whole_between_words_that_are_often_alone() -> None:
    """Between 在 and 的 each unit of the lexicon comes out as it does between commas."""
    units = sorted(read_lexicon().terms)
    cutter = segmenter(read_lexicon())
    bare = cutter.words_of([f"，{unit}，" for unit in units])
    framed = cutter.words_of([f"在{unit}的" for unit in units])
    torn = [u for u, a, b in zip(units, bare, framed, strict=True) if a == (u,) and u not in b]
    assert len(torn) < 10, torn  # 在线|上: the dictionary's own
