"""Measures of a fit, against values by hand and other implementations."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from jianghua.errors import JianghuaError
from jianghua.topics import trials
from jianghua.topics.coherence import c_npmi, c_v, count_windows
from jianghua.topics.lda import fit_topics
from jianghua.topics.trials import (
    choice_in_words,
    halves,
    held_out_likelihood,
    try_topics,
    unigram_likelihood,
)
from jianghua.words.bag import Tokens, select_passages
from tests import toy as made
from tests.toy import flat_model, two_words


def test_halves_are_the_whole() -> None:
    """The two halves of a passage add up to it, and neither is below zero."""
    bag, _ = made.planted_bag(3, 30)
    first, second = halves(bag.counts)
    assert ((first + second) != bag.counts).nnz == 0
    assert first.data.min() > 0
    assert second.data.min() > 0


def test_unigram_floor_by_hand() -> None:
    """Word frequencies 3/4 and 1/4 seen; held-out halves scored by them alone."""
    seen, unseen = two_words([[3, 1]]), two_words([[40, 0]])
    assert unigram_likelihood(seen, unseen) == pytest.approx(math.log(3 / 4))


def test_flat_topics_score_as_words_by_chance() -> None:
    """Topics that say every word alike score −ln W on any passages."""
    bag = two_words([[9, 4], [3, 8]])
    assert held_out_likelihood(flat_model(bag), bag) == pytest.approx(-math.log(2))


def test_held_out_rewards_the_planted() -> None:
    """Topics fitted to planted themes are far above the floor on passages they did not see."""
    bag, _ = made.planted_bag()
    seen, unseen = (select_passages(bag, rows) for rows in (range(150), range(150, 200)))
    model = fit_topics(seen, 4, seed=1)
    assert held_out_likelihood(model, unseen) > unigram_likelihood(seen, unseen) + 0.7


def test_trials_table() -> None:
    """A row per number and seed; the planted number is the best; workers change no digit."""
    bag, _ = made.planted_bag(4, 150)
    told: list[tuple[int, int]] = []
    table = try_topics(bag, (2, 4), 2, told=lambda done, of: told.append((done, of)))
    assert table[["topics", "seed"]].to_numpy().tolist() == [[2, 1], [2, 2], [4, 1], [4, 2]]
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    best = table.groupby("topics").median(numeric_only=True)
    assert best.loc[4, "held_out"] > best.loc[2, "held_out"] > table["unigram"].iloc[0]
    assert best.loc[4, "exclusivity"] > 0.9
    assert best.loc[4, "stability"] > 0.99
    again = try_topics(bag, (2, 4), 2, workers=2)
    pd.testing.assert_frame_equal(table, again, check_exact=True)
    third = table.query("seed == 2").assign(seed=3)
    assert "largest at 4" in choice_in_words(pd.concat([table, third]))


def test_one_seed_has_no_stability() -> None:
    """With one seed stability is a missing number, in a column of numbers, and is not spoken of."""
    table = try_topics(made.planted_bag(2, 60)[0], (2,), 1)
    assert table["stability"].dtype == "float64"
    assert table["stability"].isna().all()
    assert "different seeds" not in choice_in_words(table)


def test_texts_without_topics_are_told() -> None:
    """Words thrown together at random: no number of topics is said to be good without the warning
    that none is above the floor."""
    random = np.random.default_rng(0)
    bag = two_words(random.poisson(3, (80, 30)).tolist(), tuple(f"{i:02d}" for i in range(30)))
    assert "carry no topics yet" in choice_in_words(try_topics(bag, (2, 3), 1))


def test_trials_over_windows() -> None:
    """With the words in their order c_npmi and c_v are those of the fit's own heaviest words;
    without them both are empty, never a number."""
    bag, tokens = made.toy_bag(), made.toy_tokens()
    table = try_topics(bag, (2,), 2, tokens=tokens)
    seen = trials._split(bag)[0]
    model = fit_topics(seen, 2, seed=1)
    tops = [model.words_of(k, 10) for k in range(2)]
    counts = count_windows(tokens, [word for top in tops for word in top], 10, 110)
    assert table["c_npmi"][0] == pytest.approx(c_npmi(tops, counts[10]).mean())
    assert table["c_v"][0] == pytest.approx(c_v(tops, counts[110]).mean())
    without = try_topics(bag, (2,), 1)
    assert without[["c_npmi", "c_v"]].isna().all(axis=None)
    assert without["c_npmi"].dtype == "float64"


def test_strange_tokens_leave_coherence_undefined() -> None:
    """Texts that do not hold the topics' words give no coherence over windows."""
    other = Tokens(made.toy_tokens().passages[:1], (("别", "的"),))
    assert try_topics(made.toy_bag(), (2,), 1, tokens=other)["c_v"].isna().all()


def test_columns_beside_their_chance() -> None:
    """Planted topics are found by every seed, over words and passages, far above chance; none is
    carried by one speech of a hundred, none is dead, and none shares its words."""
    row = try_topics(made.planted_bag(4, 200)[0], (4,), 2).iloc[0]
    assert row["stability"] > 0.99 > row["stability_chance"] + 0.2
    assert row["stability_passages"] > 0.95 > row["stability_passages_chance"] + 0.2
    assert row["single_speech"] == row["dead"] == 0
    assert row["diversity"] == 1


def reading(held_out: list[float], stability: list[float]) -> pd.DataFrame:
    """Trials of 10, 20, 30 … topics, three seeds each, a little apart."""
    rows = [
        {"topics": 10 * (i + 1), "held_out": held_out[i] + s / 1000, "unigram": -8.0,
         "stability": stability[i] + s / 100, "stability_chance": 0.4, "single_speech": 0.0,
         "dead": 0, "seed": s}
        for i in range(len(held_out)) for s in (0, 1, 2)
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("held_out", "stability", "range_"),
    [
        ([-7.5, -7.02, -7.0, -6.99], [0.9, 0.85, 0.85, 0.6], "20 to 30"),  # the last is unstable
        ([-7.5, -7.02, -7.0, -6.99], [0.9, 0.85, 0.6, 0.6], "10 to 30"),  # one: with its neighbours
        ([-7.0, -7.3, -7.5, -7.6], [0.9, 0.9, 0.9, 0.9], "10 to 20"),  # the first: with the next
        ([-7.0, -7.0, -7.0, -7.0], [0.9, 0.9, 0.9, 0.9], "10 to 40"),  # nothing decides
    ],
)
def test_a_range_is_read_never_one_number(
    held_out: list[float], stability: list[float], range_: str
) -> None:
    """Of the numbers that reach 95 % of the gain, those as stable as the best of them."""
    assert choice_in_words(reading(held_out, stability)).startswith(f"{range_} topics")
    assert range_.split()[-1] in choice_in_words(reading(held_out, stability), "zh")


def test_reading_warns() -> None:
    """Topics of one speech and topics without words are told; another language is refused."""
    table = reading([-7.5, -7.0], [0.9, 0.9]).assign(single_speech=0.5, dead=[0, 0, 0, 0, 0, 2])
    assert "one speech carries up to 50% of these" in choice_in_words(table)
    assert "from 20 topics on" in choice_in_words(table)
    with pytest.raises(JianghuaError, match="no wording"):
        choice_in_words(table, "la")


@pytest.mark.parametrize(
    ("table", "speeches", "why"),
    [
        (reading([-7.5, -7.0], [0.9, 0.9]).query("seed < 2"), 40, "seeds: 2, of at least 3"),
        (reading([-7.0], [0.9]), 40, "numbers of topics tried: 1, of at least 2"),
        (reading([-7.5, -7.0], [0.9, 0.9]), 1, "speeches: 1, of at least 10"),
    ],
)
def test_thin_trials_recommend_nothing(table: pd.DataFrame, speeches: int, why: str) -> None:
    """Two seeds, one number of topics or one speech give no range, and the reason is said."""
    said = choice_in_words(table, speeches=speeches)
    assert why in said
    assert "can be defended" not in said
    assert "说不出" in choice_in_words(table, "zh", speeches)


def test_refusals() -> None:
    """Nothing to try, and too few passages to hold some out, are refused."""
    bag, _ = made.planted_bag(2, 60)
    with pytest.raises(JianghuaError, match="nothing to try"):
        try_topics(bag, ())
    with pytest.raises(JianghuaError, match="too few to hold some out"):
        try_topics(two_words([[1, 2], [2, 1]]), (2,))
