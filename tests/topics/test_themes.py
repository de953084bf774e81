"""Names of topics: what they add up to, and how they follow their words."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

from jianghua.errors import JianghuaError, JianghuaWarning
from jianghua.store import add_namings
from jianghua.topics.model import TopicModel
from jianghua.topics.themes import SET_ASIDE, name_themes, read_namings, read_themes


def topic_of(model: TopicModel, word: str) -> int:
    return int(model.topic_words[:, model.bag.words.index(word)].argmax())


def swapped(model: TopicModel) -> TopicModel:
    """The model with its topics in the opposite order, as another fit might number them."""
    settings = {**model.settings, "guides": {}}
    return TopicModel(
        model.topic_words[::-1].copy(), model.passage_topics[:, ::-1].copy(), model.bag, settings
    )


def test_every_topic_has_a_name(toy_model: TopicModel) -> None:
    """Given names come first, then those of guides, then number and words; none is missing."""
    themes = name_themes(toy_model, {topic_of(toy_model, "粮食"): "农业"})
    assert set(themes.members) == {0, 1, 2}
    assert themes.members[topic_of(toy_model, "粮食")] == "农业"
    assert themes.members[topic_of(toy_model, "学校")] == "办学"
    lab = topic_of(toy_model, "芯片")
    assert themes.members[lab].startswith(f"{lab} ")
    assert themes.english == {"种田": "fields", "办学": "school"}


def test_one_name_adds_up(toy_model: TopicModel) -> None:
    """Two topics of one name are one theme with the sum of their shares."""
    themes = name_themes(toy_model, {0: "田", 1: "校", 2: "校"})
    shares = themes.passage_themes[:, themes.names.index("校")]
    assert themes.topics_of("校") == [1, 2]
    assert np.array_equal(shares, toy_model.passage_topics[:, 1] + toy_model.passage_topics[:, 2])
    assert themes.passage_themes.sum(axis=1) == pytest.approx(1)


def test_heaviest_first(toy_model: TopicModel) -> None:
    """Themes stand by the words they hold, whatever order the names were given in."""
    themes = name_themes(toy_model, {2: "甲", 1: "乙", 0: "甲"})
    assert themes.names == ("甲", "乙")


def test_set_aside(toy_model: TopicModel) -> None:
    """A topic set aside is in no theme; what is left of a passage is told by its row's sum."""
    themes = name_themes(toy_model, {0: SET_ASIDE, 1: "乙", 2: "丙"})
    assert set(themes.names) == {"乙", "丙"}
    assert themes.passage_themes.sum(axis=1) == pytest.approx(1 - toy_model.passage_topics[:, 0])


@pytest.mark.parametrize("names", [{3: "甲"}, {-1: "甲"}, dict.fromkeys(range(3), SET_ASIDE)])
def test_refusals(toy_model: TopicModel, names: dict[int, str]) -> None:
    """Topics that do not exist, and nothing left to look at, are refused."""
    with pytest.raises(JianghuaError, match=r"do not exist|every topic"):
        name_themes(toy_model, names)


def test_names_follow_their_words(toy_model: TopicModel, tmp_path: Path) -> None:
    """In a fit with other numbers each name goes to the topic of its words."""
    path = tmp_path / "themes.toml"
    add_namings(path, toy_model)
    path.write_text(path.read_text().replace('name = ""', 'name = "创造"\nenglish = "invention"'))
    turned = swapped(toy_model)
    themes = read_themes(path, turned)
    for word, name in (("粮食", "种田"), ("学校", "办学"), ("芯片", "创造")):
        assert themes.members[topic_of(turned, word)] == name
    assert themes.english["创造"] == "invention"
    assert add_namings(path, turned) == 0
    assert read_themes(path, turned).members == themes.members


def test_adding_changes_nothing_of_people(toy_model: TopicModel, tmp_path: Path) -> None:
    """Names, reasons, comments and tables of one's own survive; a second call changes no byte."""
    path = tmp_path / "themes.toml"
    assert add_namings(path, toy_model) == 3
    head, _, rest = path.read_text().partition("[topic.2]")
    own = (
        f"{head}# mine\n[topic.2] # why not\n{rest.replace('guided', '因为我说')}\n[notes]\na = 1\n"
    )
    own = own.replace('why = "guided"', 'why = "看过" # twice')
    path.write_text(own)
    assert add_namings(path, toy_model) == 0
    kept = path.read_text()
    assert [line for line in kept.splitlines() if line] == [
        line for line in own.splitlines() if line
    ]
    add_namings(path, toy_model)
    assert path.read_text() == kept


def test_missing_entries_are_added(toy_model: TopicModel, tmp_path: Path) -> None:
    """A topic whose entry someone deleted comes back, with its guide's name, the rest untouched."""
    path = tmp_path / "themes.toml"
    add_namings(path, toy_model)
    whole = path.read_text()
    path.write_text(whole[: whole.index("[topic.2]")])
    assert add_namings(path, toy_model) == 1
    assert path.read_text().strip() == whole.strip()


@pytest.mark.parametrize("checksum", ["", "another"])
def test_a_lost_name_is_told_and_kept(toy_model: TopicModel, tmp_path: Path, checksum: str) -> None:
    """A name that no topic answers to, in this fit or from another, is told and moves to [lost]
    with its reason; a later call leaves it there."""
    path = tmp_path / "themes.toml"
    add_namings(path, toy_model)
    entry = '[topic.9]\nname = "航天"\nwhy = "火箭多"\nwords = ["火箭", "卫星"]\n'
    text = path.read_text() + entry
    path.write_text(text.replace(toy_model.checksum, checksum) if checksum else text)
    with pytest.warns(JianghuaWarning, match="answers to: 航天"):
        assert "航天" not in read_themes(path, toy_model).names
    with pytest.warns(JianghuaWarning, match="航天"):
        add_namings(path, toy_model)
    after = path.read_text()
    assert "[lost.9-" in after
    assert 'why = "火箭多"' in after
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        add_namings(path, toy_model)
    assert path.read_text() == after
    assert [naming.topic for naming in read_namings(path)[1]] == [0, 1, 2]


def test_entries_of_the_same_words(toy_model: TopicModel, tmp_path: Path) -> None:
    """Of four entries with the same words three topics take one each, the fourth is kept as lost."""
    path = tmp_path / "themes.toml"
    words = str(toy_model.words_of(0, 10)).replace("'", '"')
    names = ["一号", "二号", "三号", "四号"]
    entries = [f'[topic.{k}]\nname = "{n}"\nwords = {words}\n' for k, n in enumerate(names, 4)]
    path.write_text('model = "other"\n' + "\n".join(entries))
    with pytest.warns(JianghuaWarning, match="四号"):
        add_namings(path, toy_model)
    assert all(path.read_text().count(name) == 1 for name in names)


@pytest.mark.parametrize(
    "text",
    [
        "[topic.a]\nname = '甲'\n",
        "[topic]\n3 = '甲'\n",
        "[topic.03]\nname = '甲'\n",
        "[topic.3\n",
        "\x00",
    ],
)
def test_bad_files(tmp_path: Path, text: str) -> None:
    """What is no names file is refused in one line."""
    path = tmp_path / "themes.toml"
    path.write_text(text)
    with pytest.raises(JianghuaError) as error:
        read_namings(path)
    assert "\n" not in str(error.value)
    with pytest.raises(JianghuaError, match="no such names file"):
        read_namings(tmp_path / "none.toml")


@pytest.mark.parametrize(
    "entry", ['nam = "种田"', 'name = ["种田"]', "name = 5", 'words = "水渠"', "words = [1]"]
)
def test_a_slip_in_an_entry_is_told(tmp_path: Path, entry: str) -> None:
    """A misspelt key or a value of another kind is refused with its place: no name is lost."""
    path = tmp_path / "themes.toml"
    path.write_text(f"[topic.1]\n{entry}\n", encoding="utf-8")
    with pytest.raises(JianghuaError, match=r"\[topic\.1\] (nam|name|words) = "):
        read_namings(path)


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    """A names file saved as GB18030 is told from one with a slip in its TOML."""
    path = tmp_path / "themes.toml"
    path.write_bytes('[topic.1]\nname = "种田"\n'.encode("gb18030"))
    with pytest.raises(JianghuaError, match="not UTF-8"):
        read_namings(path)


def test_set_aside_in_capitals(tmp_path: Path) -> None:
    """Set Aside, written by hand with capitals, takes the topic out and is no theme."""
    path = tmp_path / "themes.toml"
    path.write_text('[topic.1]\nname = "Set Aside "\n', encoding="utf-8")
    assert read_namings(path)[1][0].name == SET_ASIDE
