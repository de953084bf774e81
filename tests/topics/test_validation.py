"""Questions for coders: planted topics give planted intruders, and nothing seen tells the key."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from jianghua.errors import JianghuaError
from jianghua.topics.model import TopicModel
from jianghua.topics.themes import SET_ASIDE, Themes, name_themes
from jianghua.topics.validation import TESTS, Trial, draw_trial
from tests.toy import planted_bag


@pytest.fixture(scope="module")
def planted() -> Themes:
    """Six topics without a common word, as planted: words k-00 … belong to topic k alone."""
    bag, mixtures = planted_bag(themes=6, passages=240)
    belongs = np.array([[word.startswith(f"{k}-") for word in bag.words] for k in range(6)])
    topic_words = np.where(belongs, bag.totals, 0.01)
    topic_words /= topic_words.sum(axis=1, keepdims=True)
    model = TopicModel(topic_words, mixtures, bag, settings={})
    return name_themes(model, {k: f"主题{'甲乙丙丁戊己'[k]}" for k in range(6)})


@pytest.fixture(scope="module")
def trial(planted: Themes) -> Trial:
    return draw_trial(planted, items=3)


def _planted_in(choice: str) -> set[str]:
    return {word[0] for word in choice.split()}


@pytest.mark.parametrize("test", ["word_intrusion", "word_set_intrusion"])
def test_planted_intruder_is_the_key(trial: Trial, test: str) -> None:
    """The right choice is the one whose words were planted in another topic; the others are of the
    topic asked about."""
    for gold in [g for g in trial.key if g.test == test]:
        planted = [_planted_in(choice) for choice in gold.choices]
        assert str(gold.topic) not in planted[gold.answer - 1]
        others = [p for n, p in enumerate(planted, start=1) if n != gold.answer]
        assert all(p == {str(gold.topic)} for p in others)


def test_topic_intruder_is_light_in_the_passage(planted: Themes, trial: Trial) -> None:
    """The right group of words is of a topic that the passage holds less of than of the others."""
    shares = {
        " ".join(sorted(_words_of(planted, row))): row
        for row in range(len(planted.model.bag.passages))
    }
    asked = [(i, g) for i, g in zip(trial.items, trial.key, strict=True) if "topic_i" in g.test]
    assert asked
    for item, gold in asked:
        row = next(
            r for words, r in shares.items() if set(item.passage.split()) <= set(words.split())
        )
        held = [planted.model.passage_topics[row, int(c[0])] for c in item.choices]
        assert held.index(min(held)) == gold.answer - 1
        assert max(held) == planted.model.passage_topics[row, gold.topic]


def _words_of(planted: Themes, row: int) -> list[str]:
    bag = planted.model.bag
    return [bag.words[i] for i in bag.counts[[row]].indices]


def test_label_is_the_theme_of_its_passage(planted: Themes, trial: Trial) -> None:
    """The right name is the theme's; passages of a planted topic speak its words most."""
    asked = [(i, g) for i, g in zip(trial.items, trial.key, strict=True) if g.test == "labels"]
    assert {g.topic for _, g in asked} == set(range(6))
    for item, gold in asked:
        said = Counter(word[0] for word in item.passage.split())
        assert said.most_common(1)[0][0] == str(gold.topic)
        assert item.choices[gold.answer - 1] == planted.members[gold.topic]


def test_every_topic_and_test_is_asked(trial: Trial) -> None:
    """With three items a topic each of six topics is asked three times a test; choices are six in
    word intrusion (Chang et al. 2009), four elsewhere (Ying et al. 2022), and none twice."""
    asked = Counter((g.test, g.topic) for g in trial.key)
    assert set(asked) == {(test, k) for test in TESTS for k in range(6)}
    assert set(asked.values()) <= {2, 3}  # the same question drawn twice is asked once
    for gold in trial.key:
        assert len(set(gold.choices)) == (6 if gold.test == "word_intrusion" else 4)


def test_same_seed_same_questions(planted: Themes, trial: Trial) -> None:
    """The same seed gives the same questions, another seed others; a test asked alone is the same."""
    assert draw_trial(planted, items=3) == trial
    assert draw_trial(planted, items=3, seed=2).checksum != trial.checksum
    alone = draw_trial(planted, tests=["labels"], items=3)
    whole = {g.choices[g.answer - 1] for g in trial.key if g.test == "labels"}
    assert {g.choices[g.answer - 1] for g in alone.key} == whole


def test_places_of_right_choices_follow_chance(planted: Themes) -> None:
    """Over many draws each place among the choices is right about as often, and ids say nothing."""
    golds = [g for seed in range(40) for g in draw_trial(planted, tests=["labels"], seed=seed).key]
    places = Counter(g.answer for g in golds)
    # 240 answers over 4 places: 60 expected, sd 6.7; four sds
    assert len(golds) == 240 and all(33 < places[n] < 87 for n in (1, 2, 3, 4))
    numbers = [int(g.id[1:]) for g in golds]
    assert abs(np.corrcoef(numbers, [g.topic for g in golds])[0, 1]) < 0.25


def test_coders_get_an_order_of_their_own(trial: Trial) -> None:
    """All coders answer the same items, test by test, in different orders."""
    one, two = trial.order_for("coder1"), trial.order_for("coder2")
    assert set(one) == set(two) == set(trial.items) and one != two
    assert [i.test for i in one] == sorted((i.test for i in one), key=TESTS.index)


def test_texts_are_shown_where_they_fit(planted: Themes) -> None:
    """A passage at hand is shown as text; one whose text does not hold its counted words, or is
    missing, by its words."""
    places = [(p.speech.id, p.number) for p in planted.model.bag.passages]
    texts = {place: "。".join(_words_of(planted, row)) for row, place in enumerate(places)}
    trial = draw_trial(planted, texts, ["topic_intrusion"])
    assert all(item.passage in texts.values() and not item.in_words for item in trial.items)
    strange = draw_trial(planted, dict.fromkeys(places, "别的一段话"), ["topic_intrusion"])
    assert all(item.in_words for item in strange.items)


def test_set_aside_topics_are_not_asked(planted: Themes) -> None:
    """Nobody is asked about a topic that was set aside."""
    members = {**planted.members, 0: SET_ASIDE}
    without = draw_trial(name_themes(planted.model, members))
    assert 0 not in {g.topic for g in without.key}


def test_automatic_label_goes_without_its_number(planted: Themes) -> None:
    """A coder never sees the number of a topic, which an automatic label begins with."""
    trial = draw_trial(planted.model, tests=["labels"])
    assert all(not choice[:2].strip().isdigit() for i in trial.items for choice in i.choices)


def test_what_cannot_be_asked_is_named(toy_model: TopicModel) -> None:
    """Three topics leave no fourth to intrude on a passage, and no four labels: told, not faked."""
    trial = draw_trial(toy_model)
    assert any("topic_intrusion" in line and "fewer than 4" in line for line in trial.left_out)
    assert any(line.startswith("labels: fewer than 4") for line in trial.left_out)
    assert {g.test for g in trial.key} <= {"word_intrusion", "word_set_intrusion"}


@pytest.mark.parametrize("options", [{"tests": ["guessing"]}, {"items": 0}])
def test_odd_wishes_are_refused(planted: Themes, options: dict[str, object]) -> None:
    """A test nobody knows and no items at all are refused in one line."""
    with pytest.raises(JianghuaError):
        draw_trial(planted, **options)  # type: ignore[arg-type]


def test_nothing_to_ask() -> None:
    """One topic has no stranger: an error that says why, instead of an empty form."""
    bag, _ = planted_bag(themes=2, passages=8)
    everything = np.ones((1, len(bag.words))) / len(bag.words)
    model = TopicModel(everything, np.ones((8, 1)), bag, settings={})
    with pytest.raises(JianghuaError, match="nothing to ask"):
        draw_trial(model)
