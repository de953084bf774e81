"""What the explorers show, as values: orders of words, words found, passages and their places."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Corpus, Speech
from jianghua.topics.model import TopicModel
from jianghua.views.contents import (
    find,
    marked,
    quotes,
    scores,
    search,
    study,
    suggestions,
    words_shown,
)
from tests.toy import TIFA


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=3), max_size=4))
def test_marks_leave_the_text_whole(text: str, words: list[str]) -> None:
    """The pieces of a marked text, put together, are the text."""
    assert text == "".join(piece for piece, _ in marked(text, words))


def test_the_longest_word_is_marked() -> None:
    """Of two words that begin at one place the longer is marked, inside another word none is, and
    Traditional text is marked where its Simplified form is a word (by hand)."""
    assert list(marked("科技创新要", ["科技", "科技创新"])) == [("科技创新", True), ("要", False)]
    assert not any(own for _, own in marked("社会主义", ["社会"], ["社会主义"]))
    traditional = "我們發展農業"
    assert ("農業", True) in list(marked(traditional, ["农业"]))


def test_relevance_at_its_ends(toy_model: TopicModel) -> None:
    """λ = 1 orders words by probability, λ = 0 by lift (Sievert & Shirley 2014, eq. 1)."""
    known = study(toy_model)
    for topic in range(3):
        by_probability = [w.word for w in words_shown(known, topic, "probability", n=8)]
        assert by_probability == [w.word for w in words_shown(known, topic, "relevance", 1.0, 8)]
        lift = np.log(toy_model.scores("lift")[topic])
        assert np.allclose(lift, scores(known, topic, "relevance", 0.0))
    with pytest.raises(JianghuaError, match="unknown order"):
        scores(known, 0, "beauty")


def test_a_word_is_shared_out_whole(toy_model: TopicModel) -> None:
    """The shares of a word over all topics sum to 1, its occurrences over the years to its total."""
    known = study(toy_model)
    found = find(known, TIFA)
    assert sum(found.topics.values()) == pytest.approx(1)
    assert known.year_words[:, toy_model.bag.words.index(TIFA)].sum() == found.total == 3
    assert found.rates[2018] > found.rates[2020] == 0


def test_the_word_itself_is_found_first(toy_model: TopicModel) -> None:
    """The word asked for leads, then those that hold it, the most said first."""
    known = study(toy_model)
    assert search(known, "课 堂")[0] == "课堂"
    assert search(known, "粮") == ["粮食"]
    assert search(known, "") == search(known, "没有") == []


def test_a_passage_is_where_it_says(toy_model: TopicModel, toy: Corpus) -> None:
    """The text of a passage stands in its speech from the character named, one a speech."""
    known = study(toy_model, toy)
    found = quotes(known, [0], n=6)
    assert len({one.speech for one in found}) == len(found)
    for one in found:
        text = "".join(piece for piece, _ in one.pieces)
        assert one.start is not None
        assert text == (toy[one.speech].text or "")[one.start : one.start + len(text)]
        assert [q.share for q in found] == sorted((q.share for q in found), reverse=True)


def test_another_text_is_not_shown(toy_model: TopicModel, toy: Corpus) -> None:
    """A text that is not the one that was counted is named, and no passage of it is shown."""
    first = next(iter(toy))
    other = "天" * len(first.text or "") + "。"
    corpus = Corpus(tuple(replace(s, text=other) if s.id == first.id else s for s in toy))
    bare = {s.id: Speech(s.id, year=s.year) for s in toy_model.bag.speeches}
    passages = tuple(
        replace(p, speech=bare[p.speech.id], start=None, text=None) for p in toy_model.bag.passages
    )
    model = replace(toy_model, bag=replace(toy_model.bag, passages=passages))
    known = study(model, corpus)
    assert known.unread == (first.id,)
    assert first.id not in {q.speech for k in range(3) for q in quotes(known, [k], 6)}
    assert known.has_texts


def test_names_are_suggested(toy_model: TopicModel, toy: Corpus) -> None:
    """A guided topic is offered its guide's name first; headings over its passages are offered
    without their number."""
    known = study(toy_model, toy)
    for topic, name in toy_model.guides.items():
        assert suggestions(known, topic)[0] == name
    offered = {idea for topic in range(3) for idea in suggestions(known, topic, 9)}
    assert offered & {"校舍", "实验室", "芯片", "专利", "样机", "备好春耕"}
    assert not any(idea.startswith(("一、", "二、")) for idea in offered)
