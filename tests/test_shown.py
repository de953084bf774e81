"""What a notebook shows of a value: one short line, whatever the value holds."""

from __future__ import annotations

import jianghua as jh
from jianghua.speeches.corpus import Corpus, Speech
from jianghua.topics.model import TopicModel
from jianghua.words.bag import count
from tests import toy as made


def test_values_show_their_size_and_not_their_content(toy_model: TopicModel) -> None:
    """A corpus, its words, counts and lists fit on a line; no text of a speech is among it."""
    tokens, lexicon = made.toy_tokens(), jh.read_lexicon()
    bag = count(tokens)
    words = sum(map(len, tokens.words))
    long = Speech("a", "讲话", year=1990, text="今天讲三件事。" * 9999)
    assert repr(Corpus((long, Speech("b")))) == "<Corpus: 2 speeches, 1990–1990>"
    assert repr(Corpus(())) == "<Corpus: 0 speeches>"
    assert "三件事" not in repr(long)
    assert repr(tokens) == f"<Tokens: {len(tokens.passages)} passages, {words} words>"
    assert repr(bag).endswith(f"{words} words, {len(bag.words)} different ones>")
    assert f"{len(lexicon.terms)} units kept whole" in repr(lexicon)
    named = jh.name_themes(toy_model)
    for value in (bag, lexicon, toy_model, named, jh.compare_years(named, draws=100)):
        assert len(repr(value)) < 3000
