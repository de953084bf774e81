"""Choices varied one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.topics.choices import (
    choices_in_words,
    join_passages,
    vary_choices,
    without_frequent,
)
from jianghua.topics.lda import fit_topics
from jianghua.words.bag import Bag, count
from jianghua.words.lexicon import Lexicon
from tests import toy as made

NO_WORDS = Lexicon(classes=frozenset())  # the planted words look like numbers


def test_joined_passages_keep_every_word() -> None:
    """Passages 0–1, 2 of a speech and 0 of the next: joined by twos the words add up, speeches
    never mix, and the number is that of the first."""
    a, b = Speech("a"), Speech("b")
    places = (Passage(a, 0), Passage(a, 1), Passage(a, 4), Passage(b, 0))
    bag = Bag(csr_matrix([[1, 0], [2, 1], [0, 3], [5, 0]]), ("甲", "乙"), places)
    joined = join_passages(bag, 2)
    assert joined.counts.toarray().tolist() == [[3, 1], [0, 3], [5, 0]]
    assert [(p.speech.id, p.number) for p in joined.passages] == [("a", 0), ("a", 4), ("b", 0)]
    assert join_passages(bag, 1).counts.toarray().tolist() == bag.counts.toarray().tolist()


def test_frequent_words_leave_the_topics() -> None:
    """The commonest words are gone, each topic sums to one, and what is left keeps its order."""
    model = fit_topics(made.planted_bag(2, 60)[0], 2)
    common = {model.bag.words[i] for i in np.argsort(-model.bag.totals, kind="stable")[:3]}
    left = without_frequent(model, 3)
    assert not common & set(left.bag.words)
    assert left.topic_words.sum(axis=1) == pytest.approx(1)
    order = [word for word in model.words_of(0, 20) if word not in common]
    assert left.words_of(0, len(order)) == order


def test_what_choices_move() -> None:
    """One row a change; planted themes are found whatever the passages and the common words, and
    leave no choice to speak of; the toy's list of empty words decides what its topics are."""
    bag, _ = made.planted_bag(3, 90)
    vary = {"min_speeches": (2,), "passages": (2,), "frequent": (3,)}
    table = vary_choices(bag, 3, vary=vary, seeds=2, lexicon=NO_WORDS)
    assert table["choice"].tolist() == ["min_speeches", "passages", "frequent"]
    assert (table["likeness"] > 0.95).all()
    assert table["passages"].tolist() == [90, 45, 90]
    assert table["words"].iloc[2] == table["words"].iloc[0] - 3
    assert table["likeness"].iloc[2] == pytest.approx(1)
    assert table["coherence"].iloc[2] != table["coherence_before"].iloc[2]
    toy = count(made.toy_tokens())
    listed = vary_choices(
        toy, 2, vary={"set_aside": ("no list",)}, seeds=2, lexicon=made.toy_lexicon()
    )
    assert listed["words"][0] > 18
    assert listed["likeness"][0] < 1


@pytest.mark.parametrize(
    ("vary", "found"),
    [
        ({"weather": (1,)}, "unknown choice"),
        ({"set_aside": ("verbs",)}, "no class"),
        ({"passages": (0,)}, "joined to one"),
        ({"frequent": (10**6,)}, "words"),
    ],
)
def test_choices_that_are_none(vary: dict, found: str) -> None:
    """A choice or value that does not exist is refused by name."""
    with pytest.raises(JianghuaError, match=found):
        vary_choices(made.planted_bag(2, 60)[0], 2, vary=vary, seeds=2, lexicon=NO_WORDS)


def test_one_seed_shows_nothing() -> None:
    """Without a second seed nobody knows what a seed moves."""
    with pytest.raises(JianghuaError, match="two or more"):
        vary_choices(made.planted_bag(2, 60)[0], 2, seeds=1)


def test_reading_names_what_moves() -> None:
    """Choices beyond a seed are named with their cosine; else it says that none is."""
    table = pd.DataFrame(
        {"choice": ["frequent", "passages"], "value": [20, 2], "likeness": [0.95, 0.4],
         "seed_likeness": 0.8, "beyond": [False, True]}
    )  # fmt: skip
    assert "passages 2 (cosine 0.40)" in choices_in_words(table)
    assert "frequent" not in choices_in_words(table)
    assert choices_in_words(table.assign(beyond=False)).startswith("No choice")
