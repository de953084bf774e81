"""A guide that does not hold its topic does not name it."""

from dataclasses import replace

import pytest

from jianghua.topics.guides import Guide
from jianghua.topics.lda import fit_topics
from jianghua.topics.themes import name_themes
from tests.toy import planted_bag


@pytest.fixture(scope="module")
def model():
    """Four planted themes; one guide of a theme's own words, one of words from all of them."""
    bag, _ = planted_bag()
    guides = [
        Guide("held", ("0-00", "0-01", "0-02", "0-03")),
        Guide("mixed", ("0-18", "1-18", "2-18", "3-18")),
    ]
    return fit_topics(bag, 4, guides)


def test_a_guide_that_holds_names_its_topic(model):
    """The seed words of a planted theme stand among the heaviest of its topic."""
    assert model.settings["guides"]["held"]["held"] >= 3
    assert "held" in model.guides.values()


def test_the_count_of_held_seeds_is_what_the_words_say(model):
    """The number in the settings is that of seed words among the twenty heaviest."""
    for guide in model.settings["guides"].values():
        heaviest = set(model.words_of(guide["topic"], 20))
        assert guide["held"] == len(heaviest & set(guide["words"]))


def test_a_guide_that_holds_too_little_goes_unnamed(model):
    """With fewer than three seeds held, the topic has an automatic name instead of the guide's."""
    guides = {name: {**g, "held": 2} for name, g in model.settings["guides"].items()}
    weak = replace(model, settings={**model.settings, "guides": guides})
    assert weak.guides == {}
    assert "held" not in name_themes(weak).names
