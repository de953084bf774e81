"""What topics are called, changed step by step: nothing is lost, everything can be taken back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.errors import JianghuaError
from jianghua.topics.model import TopicModel
from jianghua.topics.renaming import (
    Ledger,
    Step,
    fit_name,
    join,
    ledger_of,
    record,
    redo,
    rename,
    replay,
    set_aside,
    split_off,
    stacks,
    themes_under,
    undo,
)
from jianghua.topics.themes import SET_ASIDE, label, name_themes


def done(ledger: Ledger, model: TopicModel, *steps: object) -> Ledger:
    """The ledger after steps, each a function of the themes it finds."""
    for step in steps:
        ledger = record(ledger, step(themes_under(ledger, model)), model)  # type: ignore[operator]
    return ledger


def start(model: TopicModel) -> Ledger:
    return ledger_of(name_themes(model))


def topic_called(model: TopicModel, name: str) -> int:
    return next(k for k, given in name_themes(model).members.items() if given == name)


def test_a_renamed_theme_keeps_its_topics_together(toy_model: TopicModel) -> None:
    """Renaming one topic of a theme of two renames both, in one step of two lines."""
    fields, school = topic_called(toy_model, "种田"), topic_called(toy_model, "办学")
    ledger = done(
        start(toy_model),
        toy_model,
        lambda themes: join(themes, school, "种田"),
        lambda themes: rename(themes, school, "田与校"),
    )
    themes = themes_under(ledger, toy_model)
    assert sorted((fields, school)) == themes.topics_of("田与校")
    assert [edit.step for edit in ledger.log] == [1, 2, 2]


def test_a_taken_name_is_refused(toy_model: TopicModel) -> None:
    """A rename to the name of another theme would join them unasked; it is refused in words."""
    themes = name_themes(toy_model)
    with pytest.raises(JianghuaError, match=r"there is a theme 办学 already.*join"):
        rename(themes, topic_called(toy_model, "种田"), " 办学 ")


def test_all_set_aside_is_refused(toy_model: TopicModel) -> None:
    """The last theme cannot be set aside, and the ledger stays as it was."""
    ledger = done(start(toy_model), toy_model, *(lambda t, k=k: set_aside(t, k) for k in range(2)))
    with pytest.raises(JianghuaError, match="every topic is set aside"):
        done(ledger, toy_model, lambda themes: set_aside(themes, 2))


def test_split_off_from_the_theme_of_its_guide(toy_model: TopicModel) -> None:
    """A guided topic leaves a theme that carries its guide's name under its number and words."""
    fields, school = topic_called(toy_model, "种田"), topic_called(toy_model, "办学")
    ledger = done(
        start(toy_model),
        toy_model,
        lambda themes: join(themes, school, "种田"),
        lambda themes: split_off(themes, fields),
    )
    themes = themes_under(ledger, toy_model)
    assert label(toy_model, fields) == themes.members[fields]
    assert [school] == themes.topics_of("种田")
    again = done(ledger, toy_model, lambda themes: rename(themes, fields, "田"))
    assert themes_under(again, toy_model).members[fields] == "田"


@pytest.mark.parametrize(
    "name", ["", "  ", "x" * 61, "a\u202eb", "\u200b", "a\x07", "set aside", "\ud800"]
)
def test_odd_names_are_refused(name: str) -> None:
    """Names that cannot be seen, are endless or mean something else never reach a file."""
    with pytest.raises(JianghuaError):
        fit_name(name)


def test_names_become_one_line() -> None:
    """Blanks and line ends inside a name are single blanks (by hand)."""
    assert fit_name("  科技 \n 创新\t") == "科技 创新"


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["rename", "aside", "join", "split", "undo", "redo"]),
        st.integers(0, 2),
        st.integers(0, 5),
    ),
    max_size=12,
)


def tried(ledger: Ledger, model: TopicModel, action: str, topic: int, n: int) -> Ledger:
    themes = themes_under(ledger, model)
    steps = {
        "rename": lambda: rename(themes, topic, f"名{n}"),
        "aside": lambda: set_aside(themes, topic),
        "join": lambda: join(themes, topic, themes.names[n % len(themes.names)]),
        "split": lambda: split_off(themes, topic),
        "undo": lambda: undo(ledger.log, model.checksum),
        "redo": lambda: redo(ledger.log, model.checksum),
    }
    try:
        return record(ledger, steps[action](), model)
    except JianghuaError:
        return ledger


@given(ACTIONS)
def test_whatever_was_done(toy_model: TopicModel, actions: list[tuple[str, int, int]]) -> None:
    """After any edits: a replay of the log gives the same names, and undoing all gives the first."""
    first = ledger = start(toy_model)
    for action in actions:
        ledger = tried(ledger, toy_model, *action)
    assert ledger.names == replay(ledger.log, first, toy_model).names
    while stacks(ledger.log, toy_model.checksum)[0]:
        ledger = record(ledger, undo(ledger.log, toy_model.checksum), toy_model)
    assert first.names == ledger.names
    assert set(range(3)) == set(themes_under(ledger, toy_model).members)


def test_an_early_step_can_be_undone(toy_model: TopicModel) -> None:
    """A step is undone out of order where no later one touched its topics, else refused."""
    ledger = done(
        start(toy_model),
        toy_model,
        lambda themes: rename(themes, 0, "甲"),
        lambda themes: rename(themes, 1, "乙"),
    )
    out = record(ledger, undo(ledger.log, toy_model.checksum, 1), toy_model)
    assert {k: n for k, n in out.names.items() if n in ("甲", "乙")} == {1: "乙"}
    later = done(ledger, toy_model, lambda themes: rename(themes, 0, "丙"))
    with pytest.raises(JianghuaError, match="topic 0 is called “丙” by now"):
        record(later, undo(later.log, toy_model.checksum, 1), toy_model)
    with pytest.raises(JianghuaError, match="nothing to undo at step 9"):
        undo(later.log, toy_model.checksum, 9)


def test_edits_of_another_fit_are_not_replayed(toy_model: TopicModel) -> None:
    """The numbers of another fit mean other topics: its edits change nothing here."""
    ledger = done(start(toy_model), toy_model, lambda themes: rename(themes, 0, "甲"))
    foreign = [edit.__class__(**{**vars(edit), "model": "another"}) for edit in ledger.log]
    assert start(toy_model).names == replay(foreign, start(toy_model), toy_model).names


def test_nothing_changed_is_no_step(toy_model: TopicModel) -> None:
    """A step that leaves every name as it is leaves no line in the log."""
    ledger = done(start(toy_model), toy_model, lambda themes: set_aside(themes, 0))
    assert ledger is record(ledger, Step("set aside", {}, {0: SET_ASIDE}), toy_model)
