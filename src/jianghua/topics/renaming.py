"""Renaming: what topics are called, changed step by step, with a log that undoes and replays."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from jianghua.errors import JianghuaError
from jianghua.topics.model import TopicModel
from jianghua.topics.themes import SET_ASIDE, Themes, label, name_themes

RENAME, ASIDE, JOIN, SPLIT, UNDO, REDO = "rename", "set aside", "join", "split off", "undo", "redo"
LONGEST_NAME = 60  # characters; a name is a label, not a sentence
LONGEST_WHY = 300


@dataclass(frozen=True)
class Edit:
    """One line of the log: a topic was called ``old`` and is called ``new`` from here on.

    Lines of one ``step`` were made in one go (a theme of three topics renamed is three lines).
    An empty name is the automatic one. ``why`` is the reason given, ``english`` the English name
    that went with ``old``, ``of`` the step that an undo or redo is about, else 0, and ``model`` the
    checksum of the fit whose topic numbers these are.
    """

    step: int
    action: str
    topic: int
    old: str
    new: str
    why: str = ""
    english: str = ""
    of: int = 0
    model: str = ""


@dataclass(frozen=True)
class Step:
    """Something to be done to names: ``seen`` topic → name it must have, ``targets`` topic → new
    name, why, and for undo and redo the number of the step they are about."""

    action: str
    seen: Mapping[int, str]
    targets: Mapping[int, str]
    why: str = ""
    of: int = 0


@dataclass(frozen=True)
class Ledger:
    """The names of a model's topics, topic → name ("" automatic), the English of names, and the
    log of edits that led to them. Where they come from a file: ``fit``, the checksum of the fit
    that the file belongs to, and ``lost``, names there that answer to no topic here."""

    names: Mapping[int, str]
    english: Mapping[str, str] = field(default_factory=dict)
    log: tuple[Edit, ...] = ()
    fit: str = ""
    lost: tuple[str, ...] = ()


def ledger_of(themes: Themes, log: Sequence[Edit] = ()) -> Ledger:
    """The names that themes carry; only a guided topic holds its automatic name as a given one,
    for it would take its guide's name otherwise."""
    model = themes.model
    free = {k: label(model, k) for k in themes.members if k not in model.guides}
    names = {k: "" if name == free.get(k) else name for k, name in themes.members.items()}
    return Ledger(names, themes.english, tuple(log))


def themes_under(ledger: Ledger, model: TopicModel) -> Themes:
    """The topics of the model under the names of the ledger."""
    return name_themes(model, ledger.names, ledger.english)


# --- what can be done -----------------------------------------------------------------------------


def rename(themes: Themes, topic: int, name: str, why: str = "") -> Step:
    """The theme of a topic under another name; topics that were joined stay together."""
    new, old = fit_name(name), themes.members[topic]
    if new in themes.names and new != old:
        raise JianghuaError(
            f"there is a theme {new} already, of topics {_listed(themes.topics_of(new))}",
            f"topic {topic}",
            "join the topic with it, or take another name",
        )
    topics = [topic] if old == SET_ASIDE else themes.topics_of(old)
    return _step(RENAME, themes, dict.fromkeys(topics, new), why)


def set_aside(themes: Themes, topic: int, why: str = "") -> Step:
    """A topic taken out of all themes; the others of its theme stay."""
    return _step(ASIDE, themes, {topic: SET_ASIDE}, why)


def join(themes: Themes, topic: int, theme: str, why: str = "") -> Step:
    """A topic put into another theme; that theme's name is no automatic one from here on."""
    if theme not in themes.names:
        raise JianghuaError(f"no theme {theme}", f"topic {topic}", "one of the themes there are")
    return _step(JOIN, themes, dict.fromkeys([topic, *themes.topics_of(theme)], theme), why)


def split_off(themes: Themes, topic: int, why: str = "") -> Step:
    """A topic out of its theme, or back from being set aside, under its guide's name if that is
    free, else under its automatic one."""
    guided = themes.model.guides.get(topic, "")
    taken = guided in themes.names and themes.topics_of(guided) != [topic]
    own = label(themes.model, topic) if taken else guided
    return _step(SPLIT, themes, {topic: own}, why)


def undo(log: Sequence[Edit], checksum: str, step: int = 0) -> Step:
    """A step taken back, the last one that stands if none is named."""
    lines = _lines(log, UNDO, stacks(log, checksum)[0], step)
    return Step(
        UNDO, {e.topic: e.new for e in lines}, {e.topic: e.old for e in lines}, "", lines[0].step
    )


def redo(log: Sequence[Edit], checksum: str) -> Step:
    """What was undone last, done again."""
    lines = _lines(log, REDO, stacks(log, checksum)[1], 0)
    return Step(
        REDO, {e.topic: e.old for e in lines}, {e.topic: e.new for e in lines}, "", lines[0].step
    )


def _step(action: str, themes: Themes, targets: Mapping[int, str], why: str) -> Step:
    names = ledger_of(themes).names
    return Step(
        action, {k: names[k] for k in targets}, targets, " ".join(why.split())[:LONGEST_WHY]
    )


def _lines(log: Sequence[Edit], action: str, steps: list[int], step: int) -> list[Edit]:
    if not steps or (step and step not in steps):
        raise JianghuaError(
            f"nothing to {action}" + (f" at step {step}" if step else ""), "log", "see the log"
        )
    return [edit for edit in log if edit.step == (step or steps[-1])]


def _listed(topics: Iterable[int]) -> str:
    return ", ".join(map(str, topics))


def fit_name(name: str) -> str:
    """A name as it may stand in a file: one line, no signs that cannot be seen."""
    name = " ".join(name.split())
    unseen = [f"U+{ord(c):04X}" for c in name if unicodedata.category(c)[0] == "C"]
    problems = [
        *(["empty"] if not name else []),
        *([f"{len(name)} characters long"] if len(name) > LONGEST_NAME else []),
        *([f"holds signs that cannot be seen, {', '.join(unseen)}"] if unseen else []),
        *(["means something else"] if name == SET_ASIDE else []),
    ]
    if problems:
        raise JianghuaError(
            "; ".join(problems), "name of a topic", f"1 to {LONGEST_NAME} visible characters"
        )
    return name


# --- doing it -------------------------------------------------------------------------------------


def record(ledger: Ledger, step: Step, model: TopicModel) -> Ledger:
    """The ledger after one more step; the same ledger if the step changes nothing.

    Raises JianghuaError, and changes nothing, where a topic is not called what was seen, or no
    theme would be left.
    """
    _refuse_changed(ledger, step)
    changed = {k: new for k, new in sorted(step.targets.items()) if ledger.names[k] != new}
    if not changed:
        return ledger
    number = 1 + max((edit.step for edit in ledger.log), default=0)
    edits = tuple(
        Edit(number, step.action, k, old, new, step.why, ledger.english.get(old, ""), step.of,
             model.checksum)
        for k, new in changed.items() for old in [ledger.names[k]]
    )  # fmt: skip
    after = replace(ledger, names={**ledger.names, **changed}, log=(*ledger.log, *edits))
    themes_under(after, model)
    return after


def _refuse_changed(ledger: Ledger, step: Step) -> None:
    moved = [k for k, name in step.seen.items() if ledger.names.get(k) != name]
    if moved:
        now = "; ".join(f"topic {k} is called “{ledger.names.get(k, '')}” by now" for k in moved)
        raise JianghuaError(now, "names", "look again; it was changed in between")


def stacks(log: Sequence[Edit], checksum: str) -> tuple[list[int], list[int]]:
    """Steps of this fit that stand, oldest first, and undone ones that can be done again."""
    standing: list[int] = []
    undone: list[int] = []
    for edit in {edit.step: edit for edit in log if edit.model == checksum}.values():
        if edit.action in (UNDO, REDO):
            leaves, enters = (standing, undone) if edit.action == UNDO else (undone, standing)
            leaves[:] = [step for step in leaves if step != edit.of]
            enters.append(edit.of)
        else:
            standing.append(edit.step)
            undone = []
    return standing, undone


def steps_of(log: Sequence[Edit], checksum: str) -> list[Step]:
    """The steps of one fit in a log, in order; those of other fits are left out, for their numbers
    mean other topics."""
    numbers: dict[int, list[Edit]] = {}
    for edit in log:
        if edit.model == checksum:
            numbers.setdefault(edit.step, []).append(edit)
    return [
        Step(
            lines[0].action,
            {edit.topic: edit.old for edit in lines},
            {edit.topic: edit.new for edit in lines},
            lines[0].why,
            lines[0].of,
        )
        for lines in numbers.values()
    ]


def replay(log: Sequence[Edit], ledger: Ledger, model: TopicModel) -> Ledger:
    """The ledger after all edits that a log holds of this fit, step by step.

    Raises JianghuaError at the first step that finds a topic under another name than it had.
    """
    for step in steps_of(log, model.checksum):
        ledger = record(ledger, step, model)
    return ledger
