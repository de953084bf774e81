"""The explorer in Jupyter, operated without a browser: what each control does and shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import jianghua as jh
from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Corpus
from jianghua.store.edits import log_of, read_edits
from jianghua.topics.model import TopicModel
from jianghua.topics.themes import name_themes, read_themes
from jianghua.views.widgets import TABS

HOSTILE = '</script><img src=x onerror="window.ran=1">\u202e文'


def controls(explorer: Any) -> Any:
    """The controls of a displayed explorer."""
    explorer._repr_mimebundle_()
    return explorer._shown


def opened(explorer: Any, tab: str) -> Any:
    shown = controls(explorer)
    shown.tabs.selected_index = TABS.index(tab)
    return shown


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_tab_opens(toy_model: TopicModel, toy: Corpus, language: str) -> None:
    """Each tab shows something for each topic, from a model as from named themes."""
    for themes in (toy_model, name_themes(toy_model, {0: "发明创造"})):
        shown = controls(jh.explore(themes, toy, language=language))
        shown.text.value = "粮"
        for index, tab in enumerate(TABS):
            shown.tabs.selected_index = index
            for topic in range(3):
                shown.topics.value = topic
                assert shown.panels[tab].value or tab == "log" or not shown.steps.options


def test_a_stored_notebook_shows_the_topics(toy_model: TopicModel) -> None:
    """Where no widget can be shown, the topics are there as a table, without any passage."""
    bundle = jh.explore(name_themes(toy_model, {0: "发明创造"}))._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "发明创造" in bundle["text/html"]
    assert "<blockquote" not in bundle["text/html"]


def test_a_rename_is_saved_and_found_again(toy_model: TopicModel, tmp_path: Path) -> None:
    """A name typed in is in the list, in themes.toml, in the log, and in the next explorer."""
    names = tmp_path / "themes.toml"
    explorer = jh.explore(toy_model, names=names)
    shown = controls(explorer)
    shown.topics.value = 2
    shown.name.value, shown.why.value = "试制", "样机"
    shown.buttons["rename"].click()
    assert "试制" in {k: line for line, k in shown.topics.options}[2]
    assert shown.topics.value == 2
    assert read_themes(names, toy_model).members[2] == "试制"
    assert [edit.why for edit in read_edits(log_of(names))] == ["样机"]
    assert jh.explore(toy_model, names=names).themes.members[2] == "试制"


def test_edits_without_a_file_live_in_the_session(toy_model: TopicModel) -> None:
    """Set aside, join, split off and undo change ``explorer.themes``, and the undone are gone."""
    explorer = jh.explore(name_themes(toy_model))
    shown = controls(explorer)
    before = dict(explorer.themes.members)
    shown.topics.value = 0
    shown.buttons["set_aside"].click()
    assert explorer.themes.members[0] == "set aside"
    shown.buttons["split_off"].click()
    assert before == explorer.themes.members
    shown.join_with.value = before[1]
    shown.buttons["join"].click()
    assert explorer.themes.topics_of(before[1]) == [0, 1]
    for _ in range(3):
        shown.buttons["undo"].click()
    assert before == explorer.themes.members
    shown.buttons["redo"].click()
    assert explorer.themes.members[0] == "set aside"
    explorer.undo()
    assert before == explorer.themes.members


def test_a_refused_edit_is_told(toy_model: TopicModel) -> None:
    """A name that another theme has is refused in the status line, and nothing changes."""
    explorer = jh.explore(name_themes(toy_model))
    shown = controls(explorer)
    before = dict(explorer.themes.members)
    shown.topics.value = 1
    shown.name.value = before[2]
    shown.buttons["rename"].click()
    assert "join" in shown.status.value
    assert before == explorer.themes.members


def test_two_explorers_see_each_other(toy_model: TopicModel, tmp_path: Path) -> None:
    """Of two notebooks that rename the same topic the second is refused and shown the first's name;
    another topic it may rename, and both names stand."""
    names = tmp_path / "themes.toml"
    one, two = (controls(jh.explore(toy_model, names=names)) for _ in range(2))
    for shown, topic, name in ((one, 0, "甲"), (two, 0, "乙"), (two, 1, "丙")):
        shown.topics.value = topic
        shown.name.value = name
        shown.buttons["rename"].click()
    assert two.session.themes.members[0] == "甲"
    members = read_themes(names, toy_model).members
    assert (members[0], members[1]) == ("甲", "丙")


def test_search_finds_topics_and_years(toy_model: TopicModel) -> None:
    """A 提法 is found with the topics it lives in; what is not counted is told."""
    shown = opened(jh.explore(toy_model), "search")
    shown.text.value = "乡村"
    assert shown.matches.value == "乡村振兴"
    assert "2018" in shown.panels["search"].value
    shown.text.value = "没有这个词"
    assert "没有这个词" in shown.panels["search"].value


def test_counts_alone_say_how_to_get_texts(toy_model: TopicModel) -> None:
    """Without texts the passages tab says where they stand and names jianghua fetch."""
    model = without_texts(toy_model)
    shown = opened(jh.explore(model), "passages")
    assert "jianghua fetch" in shown.panels["passages"].value
    assert "<mark>" not in shown.panels["passages"].value


def without_texts(model: TopicModel) -> TopicModel:
    """The same model, as it is when read from a file."""
    from jianghua.speeches.corpus import Speech
    from jianghua.speeches.passages import Passage
    from jianghua.words.bag import Bag

    bag = model.bag
    bare = {s.id: Speech(**{**vars(s), "text": None}) for s in bag.speeches}
    passages = tuple(Passage(bare[p.speech.id], p.number) for p in bag.passages)
    return TopicModel(
        model.topic_words,
        model.passage_topics,
        Bag(bag.counts, bag.words, passages),
        model.settings,
    )


def test_texts_from_a_corpus(toy_model: TopicModel, toy: Corpus) -> None:
    """A corpus brings the passages back to a model of counts, the topic's words marked."""
    shown = opened(jh.explore(without_texts(toy_model), toy), "passages")
    for topic in range(3):
        shown.topics.value = topic
        word = toy_model.words_of(topic, 1)[0]
        assert f"<mark>{word}</mark>" in shown.panels["passages"].value


def test_hostile_names_and_titles_are_text(toy_model: TopicModel) -> None:
    """Markup in a name is shown as text, a sign that turns text round as its code."""
    shown = controls(jh.explore(name_themes(toy_model, {0: HOSTILE})))
    for index in range(len(TABS)):
        if TABS[index] != "map":
            shown.tabs.selected_index = index
    made = "".join([shown.heading.value, *(panel.value for panel in shown.panels.values())])
    assert "<img" not in made
    assert "\u202e" not in made + shown.topics.options[0][0]
    assert "⟨U+202E⟩" in shown.heading.value


def test_hostile_words_and_titles_are_text(toy_model: TopicModel) -> None:
    """Markup in words, titles and texts makes no element in any tab but those we write."""
    from html.parser import HTMLParser

    from jianghua.speeches.corpus import Speech
    from jianghua.speeches.passages import Passage
    from jianghua.words.bag import Bag

    bag, text = toy_model.bag, f"{HOSTILE}粮食。"
    words = (HOSTILE, "<b>'&", *bag.words[2:])
    passages = tuple(
        Passage(Speech(p.speech.id, HOSTILE, year=p.speech.year, text=text), p.number, 0, text)
        for p in bag.passages
    )
    model = TopicModel(
        toy_model.topic_words, toy_model.passage_topics, Bag(bag.counts, words, passages), {}
    )
    shown = controls(jh.explore(model))
    shown.text.value = "<"
    tags: set[str] = set()

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            tags.add(tag)

    for index, tab in enumerate(TABS):
        shown.tabs.selected_index = index
        for topic in range(3):
            shown.topics.value = topic
            Tags().feed(shown.panels[tab].value + shown.heading.value)
            assert "\u202e" not in shown.panels[tab].value
    assert HOSTILE in shown.matches.value or "<b>" in shown.matches.value
    assert tags <= {
        "h3", "p", "bdi", "div", "table", "thead", "tbody", "tr", "th", "td", "b", "svg", "line",
        "text", "polygon", "polyline", "circle", "title", "rect", "details", "summary", "mark",
        "blockquote", "br", "iframe",
    }  # fmt: skip


def test_an_unknown_language_is_refused(toy_model: TopicModel) -> None:
    """The interface speaks Chinese and English, and says so."""
    with pytest.raises(JianghuaError, match="zh or en"):
        jh.explore(toy_model, language="fr")


def test_speeches_without_a_year(toy_model: TopicModel) -> None:
    """Where no speech has a year the tab of years says so, and the rest works."""
    from jianghua.speeches.corpus import Speech
    from jianghua.speeches.passages import Passage
    from jianghua.words.bag import Bag

    bag = toy_model.bag
    passages = tuple(Passage(Speech(p.speech.id), p.number) for p in bag.passages)
    model = TopicModel(
        toy_model.topic_words, toy_model.passage_topics, Bag(bag.counts, bag.words, passages), {}
    )
    shown = opened(jh.explore(model), "years")
    assert "catalog.csv" in shown.panels["years"].value
    shown.tabs.selected_index = TABS.index("search")
    shown.text.value = "粮食"
    assert "catalog.csv" in shown.panels["search"].value
