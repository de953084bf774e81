"""Edits of topic names: themes.toml changed entry by entry, each change a line in a log beside it.

Several notebooks may write at once. Each reads, changes and writes under one lock, touches only the
entries it means to change, and refuses where one of these is not what its reader saw.
"""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError, JianghuaWarning
from jianghua.speeches.corpus import unquoted
from jianghua.speeches.source import holds_file
from jianghua.store.locking import locked
from jianghua.store.namings import add_namings
from jianghua.store.tables import rows_csv
from jianghua.store.writing import PATIENCE, settled, write_together
from jianghua.topics.renaming import (
    Edit,
    Ledger,
    Step,
    ledger_of,
    record,
    replay,
    steps_of,
)
from jianghua.topics.themes import Naming, name_themes, numbers_here, read_namings

if TYPE_CHECKING:
    from jianghua.topics.model import TopicModel

EDIT_COLUMNS = tuple(field.name for field in fields(Edit))


def log_of(names: str | Path) -> Path:
    """The log beside a names file: themes.toml → themes.log.csv."""
    return Path(names).with_suffix(".log.csv")


def read_edits(path: str | Path) -> tuple[Edit, ...]:
    """The lines of a log, oldest first; none where there is no log."""
    path = settled(path)
    if not holds_file(path):
        return ()
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
        return tuple(_edit(row) for row in rows)
    except (KeyError, ValueError, TypeError, csv.Error):
        remedy = "put the file aside; the names need no log"
        raise JianghuaError("not a log of edits", path, remedy) from None


def _edit(row: dict[str, Any]) -> Edit:
    numbers = ("step", "topic", "of")
    cells: dict[str, Any] = {name: unquoted(row[name]) for name in EDIT_COLUMNS}
    return Edit(**{**cells, **{name: int(cells[name]) for name in numbers}})


def read_ledger(path: str | Path, model: TopicModel) -> Ledger:
    """Names, English names and log as the files have them; a file that is missing says nothing.

    Names of another fit go to the topics that their words belong to, as in `read_themes`; those
    that find none are ``lost``.
    """
    log = read_edits(log_of(path))
    path = settled(path)
    if not holds_file(path):
        return ledger_of(name_themes(model), log)
    checksum, namings = read_namings(path)
    numbers = _numbers(checksum, namings, model)
    names = {numbers[n.topic]: n.name for n in namings if n.name and n.topic in numbers}
    english = {n.name: n.english for n in namings if n.english}
    remembered = {edit.old: edit.english for edit in log if edit.english}
    found = ledger_of(name_themes(model, names, {**remembered, **english}), log)
    lost = tuple(n.name for n in namings if n.name and n.topic not in numbers)
    return replace(found, fit=checksum, lost=lost)


def _numbers(checksum: str, namings: tuple[Naming, ...], model: TopicModel) -> Mapping[int, int]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", JianghuaWarning)  # what is lost is in the ledger
        return numbers_here(checksum, namings, model)


def save_step(path: str | Path, model: TopicModel, step: Step, fit: str = "") -> Ledger:
    """Do one step to a names file and its log; returns what the files hold then.

    A file that is missing is begun. A file of another fit, the one the editor saw (``fit``), is
    moved to this one, and names that find no topic are kept there under ``[lost]``. Raises
    JianghuaError, and changes nothing, where the file has gone to yet another fit in between, or a
    topic is not called what was seen.
    """
    path = Path(path)
    with locked(path.parent, PATIENCE), locked(path.parent, PATIENCE, of=path.name):
        before = read_ledger(path, model)
        if before.fit not in ("", fit, model.checksum):
            raise JianghuaError(
                "belongs to another fit by now; somebody else saved names of theirs",
                path, "a names file of your own, or jianghua name, which moves the names here",
            )  # fmt: skip
        after = record(before, step, model)
        if after is not before:
            _settle(path, model)
            changed = after.log[len(before.log) :]
            log = rows_csv(EDIT_COLUMNS, _rows(after.log)).encode()
            names = _with_names(path, changed, after).encode()
            # a name without its line could not be undone, a line without its name would be false
            write_together(path.parent, {path.name: names, log_of(path).name: log})
        return replace(after, fit=model.checksum)


def replay_log(path: str | Path, model: TopicModel, log: str | Path) -> int:
    """Do all steps of another log to a names file, or none; returns how many there were.

    Raises JianghuaError where a step finds a topic under another name than it had, or the log holds
    no step of this fit.
    """
    path = Path(path)
    if not holds_file(settled(log)):
        raise JianghuaError("no such file", log, "check the spelling")
    edits = read_edits(log)
    steps = steps_of(edits, model.checksum)
    if not steps:
        raise JianghuaError("no edits of this fit", log, f"a log of fit {model.checksum}")
    with locked(path.parent, PATIENCE, of=path.name):
        before = read_ledger(path, model)
        replay(edits, before, model)
        for step in steps:
            save_step(path, model, step, before.fit)
    return len(steps)


def _settle(path: Path, model: TopicModel) -> None:
    """Make the names file one of this fit with an entry for every topic."""
    checksum, namings = read_namings(path) if path.is_file() else ("", ())
    if checksum != model.checksum or len(namings) < model.topics:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", JianghuaWarning)
            add_namings(path, model)


def _with_names(path: Path, edits: Sequence[Edit], after: Ledger) -> str:
    """The names file with these edits made; comments and all other entries stay as they are."""
    import tomlkit

    document = tomlkit.parse(path.read_text(encoding="utf-8-sig"))
    topics: Any = document["topic"]
    for edit in edits:
        entry = topics[str(edit.topic)]
        entry["name"] = edit.new
        if edit.why:
            entry["why"] = edit.why
        entry.pop("english", None)
        if after.english.get(edit.new):
            entry["english"] = after.english[edit.new]
    return tomlkit.dumps(document)


def _rows(log: Sequence[Edit]) -> Iterator[tuple[Any, ...]]:
    return (tuple(getattr(edit, name) for name in EDIT_COLUMNS) for edit in log)
