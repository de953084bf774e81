"""Edits of topic names: themes.toml changed entry by entry, each change a line in a log beside it.

Several notebooks may write at once. Each reads, changes and writes under one lock, touches only the
entries it means to change, and refuses where one of these is not what its reader saw.
"""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError, JianghuaWarning
from jianghua.speeches.corpus import unquoted
from jianghua.store.locking import locked
from jianghua.store.namings import add_namings
from jianghua.store.tables import write_rows
from jianghua.store.writing import PATIENCE, write_text
from jianghua.topics.renaming import Edit, Ledger, Step, ledger_of, record
from jianghua.topics.themes import Naming, name_themes, numbers_here, read_namings

if TYPE_CHECKING:
    from jianghua.topics.model import TopicModel

EDIT_COLUMNS = tuple(field.name for field in fields(Edit))


def log_of(names: str | Path) -> Path:
    """The log beside a names file: themes.toml → themes.log.csv."""
    return Path(names).with_suffix(".log.csv")


def read_edits(path: str | Path) -> tuple[Edit, ...]:
    """The lines of a log, oldest first; none where there is no log."""
    path = Path(path)
    if not path.is_file():
        return ()
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
        return tuple(_edit(row) for row in rows)
    except (KeyError, ValueError, TypeError, csv.Error) as error:
        raise JianghuaError(
            f"not a log of edits: {error}", path, "put the file aside; the names need no log"
        ) from None


def _edit(row: dict[str, Any]) -> Edit:
    numbers = ("step", "topic", "of")
    cells: dict[str, Any] = {name: unquoted(row[name]) for name in EDIT_COLUMNS}
    return Edit(**{**cells, **{name: int(cells[name]) for name in numbers}})


def read_ledger(path: str | Path, model: TopicModel) -> Ledger:
    """Names, English names and log as the files have them; a file that is missing says nothing."""
    path = Path(path)
    log = read_edits(log_of(path))
    if not path.is_file():
        return ledger_of(name_themes(model), log)
    checksum, namings = read_namings(path)
    numbers = numbers_here(checksum, namings, model)
    names = {numbers[n.topic]: n.name for n in namings if n.name and n.topic in numbers}
    english = {n.name: n.english for n in namings if n.english}
    remembered = {edit.old: edit.english for edit in log if edit.english}
    return ledger_of(name_themes(model, names, {**remembered, **english}), log)


def save_step(path: str | Path, model: TopicModel, step: Step) -> Ledger:
    """Do one step to a names file and its log; returns what the files hold then.

    A file that is missing is begun, a file of another fit is moved to this one if no name is lost
    by it. Raises JianghuaError, and changes nothing, where a topic is not called what was seen.
    """
    path = Path(path)
    with locked(path.parent, PATIENCE, of=path.name):
        _settle(path, model)
        before = read_ledger(path, model)
        after = record(before, step, model)
        if after is not before:
            changed = after.log[len(before.log) :]
            write_text(path, _with_names(path, changed, after))
            # the names first: a name without its line is an edit by hand, a line without its
            # name would be false
            write_rows(log_of(path), EDIT_COLUMNS, _rows(after.log))
        return after


def _settle(path: Path, model: TopicModel) -> None:
    """Make the names file one of this fit with an entry for every topic, or refuse."""
    checksum, namings = read_namings(path) if path.is_file() else ("", ())
    if checksum != model.checksum:
        _refuse_loss(path, checksum, namings, model)
    if checksum != model.checksum or len(namings) < model.topics:
        add_namings(path, model)


def _refuse_loss(path: Path, checksum: str, namings: tuple[Naming, ...], model: TopicModel) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", JianghuaWarning)  # said below, as an error
        kept = numbers_here(checksum, namings, model)
    lost = [naming.name for naming in namings if naming.name and naming.topic not in kept]
    if lost:
        raise JianghuaError(
            f"belongs to another fit, and no topic here answers to {', '.join(lost)}",
            path,
            f"jianghua name {path.parent}, which keeps them under [lost]",
        )


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
