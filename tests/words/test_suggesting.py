"""Suggestions: hidden units are found, words dealt by chance are told from words with a place."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.words.bag import Bag
from jianghua.words.lexicon import Lexicon, read_lexicon
from jianghua.words.suggesting import suggest_set_aside, suggest_terms

EMPTY = Lexicon(set_aside={"的": "function word", "了": "function word", "要": "function word"})
BEFORE = ["看好", "学会", "写出", "守住", "走进", "记住", "问到", "谈起"]
AFTER = ["大门", "账本", "牌子", "歌声", "道理", "日子", "味道", "故事"]


def _texts(unit: str) -> list[str]:
    """The unit between free neighbours, and its words apart in other clauses."""
    return [f"{b}{unit}{a}。" for b in BEFORE for a in AFTER] + [
        f"{b}苹果，{a}梨子。" for b, a in zip(BEFORE, AFTER, strict=True)
    ]


def test_a_unit_unknown_to_the_lexicon_is_suggested_first():
    """Words that stand together between free neighbours are the best candidate."""
    table = suggest_terms(_texts("蚂蚁森林"), EMPTY)
    assert table["term"][0] == "蚂蚁森林"
    assert table["count"][0] == 64


def test_entropy_of_known_neighbours():
    """Eight neighbours equally often on each side are 3 bits (log2 8)."""
    row = suggest_terms(_texts("蚂蚁森林"), EMPTY).iloc[0]
    assert row["left_entropy"] == pytest.approx(3)
    assert row["right_entropy"] == pytest.approx(3)


def test_cohesion_by_hand():
    """Two words seen only together have the highest cohesion, 1: PMI = −log p (Bouma 2009)."""
    row = suggest_terms(_texts("蚂蚁森林"), EMPTY).iloc[0]
    assert row["cohesion"] == pytest.approx(1)


def test_a_part_with_one_neighbour_is_not_suggested_before_the_whole():
    """A piece that always goes on the same way is no unit: its right entropy is 0."""
    table = suggest_terms(_texts("蚂蚁森林公园"), EMPTY).set_index("term")
    assert table.index[0] == "蚂蚁森林公园"
    assert "蚂蚁森林" not in table.index or table.loc["蚂蚁森林", "right_entropy"] == 0


def test_units_neither_begin_nor_end_with_set_aside_words():
    """的 may stand inside a candidate, never at its edge; nothing runs across a mark."""
    table = suggest_terms([f"{b}春天的故事{a}。" for b in BEFORE for a in AFTER], EMPTY)
    assert "春天的故事" in set(table["term"])
    assert not any(term[0] == "的" or term[-1] == "的" for term in table["term"])
    assert not any("，" in term or "。" in term for term in table["term"])


def test_characters_left_over_may_begin_a_unit():
    """A single character set aside with a reason is a word cut up, and may be put together."""
    left = Lexicon(
        set_aside={"提": "function word", "振": "function word"},
        reasons={"提": "left over", "振": "left over"},
    )
    assert "提振" in set(suggest_terms(_texts("提振"), left)["term"])


def test_what_the_lexicon_knows_is_not_suggested():
    """A unit that is already kept whole is no candidate."""
    known = Lexicon(terms=frozenset({"蚂蚁森林"}))
    assert "蚂蚁森林" not in set(suggest_terms(_texts("蚂蚁森林"), known)["term"])


def test_contexts_mark_the_candidate():
    """Up to three contexts show the candidate between 【 and 】."""
    contexts = suggest_terms(_texts("蚂蚁森林"), EMPTY)["contexts"][0]
    assert 1 <= len(contexts) <= 3 and all("【蚂蚁森林】" in line for line in contexts)


def test_any_source_gives_the_same():
    """Strings, passages and speeches give the same table."""
    texts = _texts("蚂蚁森林")
    speeches = [Speech(f"s{i}", text=text) for i, text in enumerate(texts)]
    parts = [Passage(speech, 0, 0, speech.text) for speech in speeches]
    tables = [suggest_terms(source, EMPTY) for source in (texts, speeches, parts)]
    assert tables[0].equals(tables[1]) and tables[0].equals(tables[2])


@pytest.mark.parametrize("texts", [[], [""], ["改革。"], ["改革开放"] * 2])
def test_too_little_text_suggests_nothing(texts):
    """Where nothing occurs five times the table is empty, with its columns."""
    table = suggest_terms(texts, EMPTY)
    assert len(table) == 0
    assert list(table.columns[:3]) == ["term", "count", "cohesion"]


def test_hidden_units_are_found_again():
    """Of units of the shipped lexicon that are hidden from it, most come back in the list."""
    shipped = read_lexicon()
    hidden = ["最后一公里", "营商环境", "高标准农田", "黑臭水体", "揭榜挂帅"]
    blind = Lexicon(terms=shipped.terms - set(hidden), set_aside=shipped.set_aside)
    texts = [text for unit in hidden for text in _texts(unit)]
    found = set(suggest_terms(texts, blind, n=50)["term"])
    assert len(found & set(hidden)) >= 4


def _bag(counts: list[list[int]], words: str) -> Bag:
    passages = tuple(Passage(Speech(f"s{i}"), 0) for i in range(len(counts)))
    return Bag(csr_matrix(np.array(counts)), tuple(words), passages)


def test_words_dealt_evenly_carry_nothing():
    """A word once in every passage carries less than one that fills a single passage."""
    counts = [[2, 0, 4] for _ in range(19)] + [[2, 40, 4]]
    table = suggest_set_aside(_bag(counts, "甲乙丙"))
    assert list(table["word"])[-1] == "乙"
    assert table.set_index("word").loc["乙", "information"] > 1


def test_entropy_by_hand():
    """A word spread evenly over 20 passages has log2 20 bits, one in a single passage 0."""
    counts = [[2, 0] for _ in range(19)] + [[2, 40]]
    table = suggest_set_aside(_bag(counts, "甲乙")).set_index("word")
    assert table.loc["甲", "entropy"] == pytest.approx(math.log2(20))
    assert table.loc["乙", "entropy"] == pytest.approx(0)


def test_same_seed_same_answer():
    """Shuffling repeats with the seed."""
    counts = np.random.default_rng(3).poisson(2, (30, 6)).tolist()
    bag = _bag(counts, "甲乙丙丁戊己")
    assert suggest_set_aside(bag).equals(suggest_set_aside(bag))


def test_rare_words_are_not_judged():
    """Fewer than ten places cannot be told from chance."""
    assert list(suggest_set_aside(_bag([[9, 10], [0, 0]], "甲乙"))["word"]) == ["乙"]
