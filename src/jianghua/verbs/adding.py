"""The verb add: files of unknown origin become speeches of a collection, each accounted for."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jianghua import store
from jianghua.errors import JianghuaError
from jianghua.nouns import how_many
from jianghua.speeches.characters import shown
from jianghua.speeches.corpus import Speech, row_problems
from jianghua.verbs.places import Told, silent
from jianghua.work import active_client, each

if TYPE_CHECKING:
    from jianghua.speeches.isolating import Reader
    from jianghua.speeches.preparing import Prepared
    from jianghua.speeches.statements import Statements

STATUSES = ("added", "warned", "skipped", "rejected")
_PAUSE = 5.0  # seconds of work that a sudden end may cost
# By name, for by content they are text: what accompanies documents and is none.
_DATA = frozenset(
    [
        ".csv",
        ".tsv",
        ".json",
        ".jsonl",
        ".js",
        ".css",
        ".py",
        ".r",
        ".toml",
        ".yaml",
        ".yml",
        ".ini",
        ".log",
        ".bib",
        ".sh",
        ".bat",
    ]
)


@dataclass(frozen=True)
class Record:
    """What became of one file: status added, warned, skipped, rejected, or unread for a run that
    ended before it; the ids of its speeches; the reason where it was not simply added."""

    path: str
    status: str = "unread"
    id: str = ""
    reason: str = "not yet read"


def add(
    paths: Sequence[Path],
    collection: Path,
    rights: str = "",
    told: Told = silent,
    reader: Reader | None = None,
) -> tuple[list[str], int]:
    """Read, clean, date and catalogue files; returns lines to print and the number rejected.

    A folder with a ``catalog.csv`` or ``catalog.xlsx`` of its own describes its files: what it
    states goes before what the texts say. ``added.csv`` holds one record per file found, written
    before the first one is read; a bad file never stops the others, and a run that is stopped
    keeps what it has done. A ``reader`` that is given goes on living.
    """
    from jianghua.speeches.isolating import Reader
    from jianghua.speeches.preparing import walk

    missing = [str(path) for path in paths if not _is_there(path)]
    if missing:
        raise JianghuaError("no such file or folder", ", ".join(missing), "check the spelling")
    files = sorted(set(walk(paths)))
    with (
        store.locked(collection, of="catalog.csv"),
        nullcontext(reader) if reader else Reader() as own,
    ):
        run = _Run(collection, rights, [Record(_named(path)) for path, _ in files])
        run.save()
        plan = [(path, run.why_skip(path, skip)) for path, skip in files]
        prepared = _prepared(own, [(p, run.is_whole(p)) for p, skip in plan if not skip])
        try:
            for number, (path, skip) in enumerate(plan):
                told(number, len(files))
                run.take(number, path, skip, prepared)
        finally:
            run.save()
    told(len(files), len(files))
    return run.lines(), sum(record.status == "rejected" for record in run.records)


Outcome = tuple["Prepared", ...] | JianghuaError


def _prepared(reader: Reader, asked: Sequence[tuple[Path, bool]]) -> Iterator[Outcome]:
    """The speeches of each file, or what is wrong with it, in order: read here when its turn
    comes, or by the workers of a cluster, each with a reader of its own."""
    if active_client() is not None:
        return each(_prepare_there, [(path.absolute(), whole) for path, whole in asked])
    return (_tried(reader, path, whole) for path, whole in asked)


def _prepare_there(asked: tuple[Path, bool]) -> Outcome:
    from jianghua.speeches.isolating import shared_reader

    return _tried(shared_reader(), *asked)


def _tried(reader: Reader, path: Path, whole: bool) -> Outcome:
    try:
        return reader.prepare(path, whole=whole)
    except JianghuaError as error:
        return error


def _is_there(path: Path) -> bool:
    with suppress(OSError, ValueError):
        path.lstat()
        return True
    return False


def _named(path: Path) -> str:
    """A path as it can be written: bytes that are no text as escapes."""
    name = str(path)
    return name if name.encode("utf-8", "replace").decode() == name else shown(name)


class _Run:
    """One run of add: the catalogue as it grows, and the records."""

    def __init__(self, collection: Path, rights: str, records: list[Record]) -> None:
        self.records = records
        self._collection, self._rights = collection, rights
        self._rows = {row["id"]: row for row in store.read_rows(collection)}
        self._stated: dict[Path, Statements] = {}
        self._listed: dict[Path, set[str]] = {}
        self._saved = 0.0

    def save(self) -> None:
        """Write catalogue and records as they stand."""
        table = ((r.path, r.status, r.id, r.reason) for r in self.records)
        store.write_catalog(self._collection, sorted(self._rows.values(), key=_by_year))
        columns = ("path", "status", "id", "reason")
        store.write_rows(self._collection / "added.csv", columns, table)
        self._saved = time.monotonic()

    def why_skip(self, path: Path, skip: str) -> str:
        """Why a file is not read; empty where it is."""
        own = self._collection.absolute() in path.absolute().parents
        known = self._statements(path.parent)
        return skip or ("belongs to the collection" if own else _why_skip(path, known))

    def is_whole(self, path: Path) -> bool:
        """Whether a catalogue beside the file says that it is one speech."""
        try:
            return bool(self._statements(path.parent).row(path))
        except JianghuaError:  # a row that cannot be used is told when the file's turn comes
            return True

    def take(self, number: int, path: Path, skip: str, prepared: Iterator[Outcome]) -> None:
        """Record what became of a file; one that is not skipped is the next of ``prepared``."""
        try:
            status, ids, reason = (
                ("skipped", "", skip) if skip else self._added(path, next(prepared))
            )
        except JianghuaError as error:
            remedy = f". Try: {error.remedy}" if error.remedy else ""
            status, ids, reason = "rejected", "", error.found + remedy
        self.records[number] = Record(_named(path), status, ids, reason)
        if time.monotonic() - self._saved > _PAUSE:
            self.save()

    def _statements(self, folder: Path) -> Statements:
        from jianghua.speeches.statements import read_statements

        if folder not in self._stated:
            self._stated[folder] = read_statements(folder)
            self._listed[folder] = set(self._stated[folder].rows)
        return self._stated[folder]

    def _added(self, path: Path, found: Outcome) -> tuple[str, str, str]:
        """(status, ids, reason) of a file that was read."""
        stated = self._statements(path.parent)
        self._listed[path.parent].discard(stated.key(path))
        if isinstance(found, JianghuaError):
            raise found
        row = stated.row(path)
        speeches = [_as_stated(one, row, self._rights) for one in found]
        problem = [stated.problem] if stated.problem else []
        if (named := stated.rows[stated.key(path)]["id"] if row else "") and not row["id"]:
            problem.append(f"id {named!r} of the catalogue cannot name a file, so it has another")
        outcomes = [
            self._keep(speech, one, problem) for speech, one in zip(speeches, found, strict=True)
        ]
        return _together(outcomes)

    def _keep(
        self, speech: Speech, prepared: Prepared, problem: Sequence[str]
    ) -> tuple[str, str, str]:
        row = store.catalog_row(speech)
        known = self._rows.get(speech.id)
        if known and known["sha256"] == row["sha256"]:
            return "skipped", speech.id, "already in the collection"
        if known:
            found, remedy = "another text has this id", "a new id in its catalogue"
            return "rejected", speech.id, f"{found}. Try: {remedy}"
        row["note"] = "; ".join((*problem, *prepared.warnings))
        store.write_speech(self._collection, speech, prepared.removals)
        self._rows[speech.id] = row
        return ("warned" if row["note"] else "added"), speech.id, row["note"]

    def lines(self) -> list[str]:
        """What to print: files that were not simply added, rows without a file, the sums."""
        from jianghua.speeches.preparing import NOT_MEANT

        told = [r for r in self.records if r.reason and r.reason not in NOT_MEANT]
        said = [f"{shown(r.path)}: {r.status}: {r.reason}" for r in told]
        sums = Counter(record.status for record in self.records)
        counted = ", ".join(f"{sums[status]} {status}" for status in STATUSES)
        total = f"{how_many(len(self.records), 'file')} found: {counted}"
        return [*said, *self._ignored(NOT_MEANT), *self._absent(), total]

    def _ignored(self, sorts: Mapping[str, str]) -> Iterator[str]:
        """Of the files skipped, those that nobody meant to add, in one line."""
        names: dict[str, list[str]] = {}
        for record in self.records:
            if record.reason in sorts:
                names.setdefault(sorts[record.reason], []).append(Path(record.path).name)
        if names:
            parts = [f"{sort}: {_some(found, 3)}" for sort, found in names.items()]
            yield f"{sum(map(len, names.values()))} ignored, {'; '.join(parts)}"

    def _absent(self) -> Iterator[str]:
        for folder, names in self._listed.items():
            if names:
                where, listed = shown(str(folder)), _some(sorted(names), 10)
                yield f"{where}: its catalogue lists files that are not there: {listed}"


def _some(names: Sequence[str], most: int) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(map(shown, names[:most])) + more


def _why_skip(path: Path, stated: Statements) -> str:
    from jianghua.speeches.statements import CATALOGUES

    if path.name in CATALOGUES:
        return stated.problem or "describes the files beside it"
    if stated.rows and not stated.key(path):
        return "not in the folder's catalogue"
    if path.suffix.lower() in (".csv", ".tsv"):
        return (
            "is a table, no document; one that describes the files beside it is named catalog.csv"
        )
    return "is data or a program, no document" if path.suffix.lower() in _DATA else ""


def _together(outcomes: Sequence[tuple[str, str, str]]) -> tuple[str, str, str]:
    """One record for all the speeches of a file: the gravest status, all ids, each reason once."""
    statuses = {status for status, _, _ in outcomes}
    gravest = next(s for s in ("rejected", "warned", "added", "skipped") if s in statuses)
    reasons = dict.fromkeys(reason for _, _, reason in outcomes if reason)
    return gravest, " ".join(id for _, id, _ in outcomes), "; ".join(reasons)


def _as_stated(prepared: Prepared, row: Mapping[str, str], rights: str) -> Speech:
    """The speech with what a catalogue says of it; an unusable cell is an error, not a guess."""
    speech = prepared.speech
    if rights:
        speech = replace(speech, rights=rights)
    if not row:
        return speech
    unnamed = row.get("file") and not row["id"]
    problems = list(row_problems({**row, "id": speech.id} if unnamed else row))
    if problems:
        raise JianghuaError("; ".join(problems), "catalogue", "correct the row")
    texts = ("title", "date", "speaker", "place", "level", "occasion", "source", "rights")
    said: dict[str, Any] = {name: row[name] for name in texts if row.get(name)}
    year = row.get("year") or row.get("date", "")[:4]
    if year:
        low, high = (int(row.get(name) or year) for name in ("year_low", "year_high"))
        basis = row.get("year_basis") or "catalogue"
        said |= {"year": int(year), "year_low": low, "year_high": high, "year_basis": basis}
        said.setdefault("date", year)
    return replace(speech, id=row["id"] or speech.id, **said)


def _by_year(row: Mapping[str, str]) -> tuple[str, str, str]:
    return row["year"] or "9999", row["date"], row["id"]
