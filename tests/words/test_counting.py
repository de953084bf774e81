"""Counting: passages that come and go give the counts of passages that are kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.words import counting, segmentation
from jianghua.words.bag import EMPTIED, count
from jianghua.words.counting import count_passages
from jianghua.words.lexicon import read_lexicon
from jianghua.words.segmentation import segment
from tests.examples import examples

LEXICON = read_lexicon()


def as_speeches(texts):
    return [Passage(Speech(f"s{i // 2}", text=text), i, 0, text) for i, text in enumerate(texts)]


def same(bag, other):
    assert bag.words == other.words and bag.removed == other.removed
    assert (bag.counts != other.counts).nnz == 0
    at = [(passage.speech.id, passage.number) for passage in bag.passages]
    assert at == [(passage.speech.id, passage.number) for passage in other.passages]


@examples(60)
@given(st.lists(st.text(st.sampled_from("改革开放的三农，。〓2年 "), max_size=30), max_size=12))
def test_a_generator_is_counted_like_tokens(texts):
    """The bag is that of `count` on `segment`, words sorted, empty passages left out and told."""
    pieces = as_speeches([*texts, "改革"])
    same(count_passages(iter(pieces), LEXICON), count(segment(pieces, LEXICON)))


def test_batches_and_chunks_change_nothing(monkeypatch):
    """Where a batch or a chunk ends does not show in the counts."""
    pieces = as_speeches(["改革开放，三农。", "", "推动高质量发展", "2023年", "中国梦想"] * 9)
    whole = count_passages(pieces, LEXICON)
    monkeypatch.setattr(counting, "AT_ONCE", 40)
    monkeypatch.setattr(segmentation, "CHUNK", 10)
    same(count_passages(pieces, LEXICON, workers=3), whole)
    assert whole.removed == {EMPTIED: 9}


def test_texts_are_let_go():
    """What is kept of a passage is its speech and number, and one speech for all its passages."""
    bag = count_passages(as_speeches(["改革", "开放", "发展"]), LEXICON)
    assert {passage.text for passage in bag.passages} == {None}
    assert {passage.speech.text for passage in bag.passages} == {None}
    assert bag.passages[0].speech is bag.passages[1].speech


def test_nothing_to_count_is_said():
    """Without any word there is an error in one line, not an empty bag."""
    with pytest.raises(JianghuaError, match="no words"):
        count_passages(as_speeches(["", "，"]), LEXICON)


def test_variants_are_merged_when_asked():
    """merge_variants writes a short form as its main form here too."""
    pieces = as_speeches(["中纪委决定"])
    assert "中央纪委" in count_passages(pieces, LEXICON, merge_variants=True).words
    assert "中纪委" in count_passages(pieces, LEXICON).words
