"""Break every step that a verb takes in the file system, one after the other, and look what is left.

    python -m tests.torture.breaking                 every verb, every step, both ways
    python -m tests.torture.breaking fit --every 5   one verb, every fifth step

A step is opening a file to write, writing to it, flushing it, renaming, exchanging, making or
removing something below the project. At step N the run is either killed (SIGKILL; a write gets half
of its bytes onto the disk) or finds the disk full from there on. Then, read as users read it, all
that the project holds must be of before or of after the verb, never of both; and the same verb, run
again, must end with the bytes of an undisturbed run and nothing beside them.
"""

from __future__ import annotations

import argparse
import builtins
import contextlib
import errno
import io
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jianghua import cli, store
from jianghua.speeches.corpus import Speech, read_corpus
from jianghua.store import writing
from tests.toy import TEXTS

KINDS = ("kill", "full")
GROWING = {"open", "write", "fsync", "mkdir"}  # steps that a full disk refuses


# --- breaking -------------------------------------------------------------------------------------


@dataclass
class Steps:
    """Counts the steps of a run below a folder and breaks the Nth."""

    below: str
    breaks_at: int
    kind: str
    taken: int = 0
    full: bool = False

    def take(self, name: str, path: object, half: Callable[[], object] = lambda: None) -> None:
        """One step; ``half`` is what of it reaches the disk when it is broken."""
        if not str(Path(os.fsdecode(path)).absolute()).startswith(self.below):  # type: ignore[arg-type]
            return
        self.taken += 1
        if self.full and name in GROWING:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if self.taken == self.breaks_at:
            half()
            if self.kind == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            self.full = True
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Written:
    """A file opened to write whose writes are steps."""

    def __init__(self, file: Any, path: object, steps: Steps) -> None:
        self._file, self._path, self._steps = file, path, steps

    def write(self, content: Any) -> int:
        def half() -> None:
            self._file.write(content[: len(content) // 2])
            self._file.flush()

        self._steps.take("write", self._path, half)
        return self._file.write(content)  # type: ignore[no-any-return]

    def __enter__(self) -> Written:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def patch(steps: Steps) -> None:
    """Let everything in this process that changes the file system be a step."""
    opened = io.open

    def open_counted(file: Any, mode: str = "r", *rest: Any, **how: Any) -> Any:
        if isinstance(file, int) or not set(mode) & set("wax+"):
            return opened(file, mode, *rest, **how)
        steps.take("open", file)
        return Written(opened(file, mode, *rest, **how), file, steps)

    io.open = builtins.open = open_counted
    for name in ("rename", "replace", "mkdir", "rmdir", "unlink", "link"):
        setattr(os, name, _counted(name, getattr(os, name), steps))
    fsync, exchanged = os.fsync, writing._exchanged

    def fsync_counted(handle: int) -> None:
        steps.take("fsync", Path(f"/proc/self/fd/{handle}").readlink())
        fsync(handle)

    def exchanged_counted(one: Path, other: Path) -> bool:
        steps.take("exchange", one)
        return exchanged(one, other)

    os.fsync, writing._exchanged = fsync_counted, exchanged_counted


def _counted(name: str, do: Callable[..., Any], steps: Steps) -> Callable[..., Any]:
    def counted(path: Any, *rest: Any, **how: Any) -> Any:
        at = path
        if how.get("dir_fd") is not None:
            at = Path(f"/proc/self/fd/{how['dir_fd']}").readlink() / os.fsdecode(path)
        steps.take(name, at)
        return do(path, *rest, **how)

    return counted


# --- runs -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """How a run ended: exit status (-9 if killed), what it said on stderr, steps it took."""

    status: int
    said: str
    steps: int


def run(project: Path, arguments: Sequence[str], breaks_at: int = 0, kind: str = "") -> Run:
    """Run a command in a child of this process, which has loaded everything already."""
    with tempfile.TemporaryDirectory() as notes:
        said, count = Path(notes) / "said", Path(notes) / "count"
        child = os.fork()
        if child == 0:
            _be_command(project, arguments, Steps(str(project), breaks_at, kind), said, count)
        _, ended = os.waitpid(child, 0)
        steps = int(count.read_text()) if count.exists() else 0
        return Run(os.waitstatus_to_exitcode(ended), said.read_text(), steps)


def _be_command(
    project: Path, arguments: Sequence[str], steps: Steps, said: Path, count: Path
) -> None:
    status = 99
    try:
        os.chdir(project)
        os.dup2(os.open(said, os.O_WRONLY | os.O_CREAT), 2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
        plain_open = io.open
        patch(steps)
        status = cli.main(list(arguments))
        with plain_open(count, "w") as file:
            file.write(str(steps.taken))
    except BaseException as error:
        os.write(2, f"Traceback: {error!r}".encode())
    finally:
        sys.stderr.flush()
        os._exit(status)


# --- the project ----------------------------------------------------------------------------------

MINE = "corpus/mine"
CHAIN = (
    ("count", MINE),
    ("fit", MINE, "--topics", "3", "--seed", "1", "--no-guides"),
    ("try", MINE, "--topics", "2", "3", "--seeds", "1"),
    ("name", MINE),
    ("compare", MINE, "--years", "2018-2019", "2020-2023"),
    ("draw", "theme_shares", "topic_map"),
    ("explore", MINE),
)
# What each verb does to a project in which the whole chain was run before: its result must differ.
SECOND: dict[str, tuple[str, ...]] = {
    "add": ("add", "more", "--to", MINE, "--rights", "ours"),
    "count": ("count", MINE),
    "fit": ("fit", MINE, "--topics", "4", "--seed", "2", "--no-guides"),
    "try": ("try", MINE, "--topics", "2", "--seeds", "2"),
    "name": ("name", MINE),
    "compare": ("compare", MINE, "--years", "2018-2018", "2019-2023"),
    "draw": ("draw", "theme_shares", "topic_map", "--language", "en"),
    "explore": ("explore", MINE, "--language", "en"),
}
LINES = "各位同志：\n今天开会，讲三件事。粮食要收好，种子要留好，学校要办好。水稻黄了，农民忙了，学生也要上学。\n"


def make_project(folder: Path, verbs: Sequence[str]) -> None:
    """The toy speeches as a collection, what ``verbs`` need made from them, two files to add."""
    speeches = [
        Speech(speech_id, f"讲话{n}", str(year), year, year, year, "stated", place=place, text=text)
        for n, (speech_id, (year, place, text)) in enumerate(TEXTS.items(), start=1)
    ]
    for speech in speeches:
        store.write_speech(folder / MINE, speech, ())
    store.write_catalog(folder / MINE, [store.catalog_row(speech) for speech in speeches])
    (folder / "more").mkdir()
    for n in (1, 2):
        text = f"在第{n}次会议上的讲话\n（2021年3月{n}日）\n" + LINES * 4 * n
        (folder / "more" / f"{n}.txt").write_text(text, encoding="utf-8")
    here = Path.cwd()
    os.chdir(folder)
    needed = {"count", "fit", *(() if set(verbs) <= {"count", "fit", "add"} else SECOND)}
    for arguments in CHAIN:  # in this process: what it loads and compiles, its children have
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            assert arguments[0] not in needed or cli.main(list(arguments)) == 0, arguments
    os.chdir(here)


def change_inputs(folder: Path, verb: str) -> None:
    """What must have changed for a verb to write something else than before."""
    if verb == "count":
        (folder / "corpus" / "lexicon").mkdir()
        rows = "term,kind\n水稻黄了,word\n"
        (folder / "corpus" / "lexicon" / "own.csv").write_text(rows, encoding="utf-8")
    if verb == "name":
        assert run(folder, SECOND["fit"]).status == 0


# --- what is left ---------------------------------------------------------------------------------


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder and its checksum; empty folders count."""
    return {
        str(path.relative_to(folder)): store.digest(path.read_bytes()) if path.is_file() else ""
        for path in sorted(folder.rglob("*"))
    }


def seen(folder: Path) -> dict[str, Any]:
    """What users find in a project, read as the verbs read it: part → its state."""
    mine, figures, build = folder / MINE, folder / "figures", folder / "build" / "mine"
    corpus = read_corpus(mine)
    for row in store.read_rows(mine):
        text = (mine / "texts" / f"{row['id']}.txt").read_bytes()
        assert store.digest(text) == row["sha256"], f"text of {row['id']}"
    model = store.read_model(build / "model", corpus)
    bag = store.read_bag(mine)
    tables = sorted({p.name for p in figures.glob("*.csv")})
    images = [p for p in figures.glob("*.*") if p.suffix in (".svg", ".png", ".html")]
    plain = {path.name: path for path in (build / "trials.csv", mine / "themes.toml")}
    return {
        "model": [model.checksum, model.settings["seed"], len(model.bag.words)],
        "counts": [int(bag.counts.sum()), len(bag.words)],
        "tables": [store.read_table(figures / name).to_csv() for name in tables],
        **{name: store.digest(path.read_bytes()) for name, path in plain.items() if path.exists()},
    } | _images(images)


def _images(images: Sequence[Path]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in sorted(images):
        content = writing.settled(path).read_bytes()
        found.setdefault(path.stem, []).append(store.digest(content))
    return found


@dataclass(frozen=True)
class Fault:
    """Something that a broken run left behind and must not have."""

    verb: str
    kind: str
    step: int
    what: str


@contextmanager
def copy_of(project: Path) -> Iterator[Path]:
    """A copy that may be broken."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(shutil.copytree(project, Path(folder).resolve() / "project"))


def broken(project: Path, verb: str, every: int, first: int) -> tuple[int, list[Fault]]:
    """Break a verb at every Nth step from ``first`` on, both ways; trials made and faults found."""
    arguments = SECOND[verb]
    with copy_of(project) as before:
        change_inputs(before, verb)
        with copy_of(before) as after:
            undisturbed = run(after, arguments)
            assert undisturbed.status == 0, undisturbed
            goal, old, new = tree(after), seen(before), seen(after)
            assert verb == "add" or old != new, f"{verb} changes nothing"
        faults, trials = [], 0
        for step in range(first, undisturbed.steps + 1, every):
            for kind in KINDS:
                trials += 1
                with copy_of(before) as project:
                    what = _what_is_wrong(project, arguments, step, kind, (old, new), goal)
                faults += [Fault(verb, kind, step, what)] if what else []
    return trials, faults


def _what_is_wrong(
    project: Path, arguments: Sequence[str], step: int, kind: str,
    states: tuple[dict[str, Any], dict[str, Any]], goal: dict[str, str],
) -> str:  # fmt: skip
    ended = run(project, arguments, step, kind)
    if kind == "full" and (wrong := _wrong_words(ended)):
        return wrong
    try:
        found = seen(project)
    except Exception as error:
        return f"unreadable: {error!r}"
    old, new = states
    mixed = [part for part in found if found[part] not in (old.get(part), new.get(part))]
    if mixed:
        return f"neither old nor new: {mixed}"
    again = run(project, arguments)
    if again.status != 0:
        return f"the next run failed: {again}"
    ended_as = tree(project)
    differ = [n for n in goal.keys() | ended_as.keys() if goal.get(n) != ended_as.get(n)]
    differ = [n for n in differ if not n.endswith("added.csv")]  # it tells what this run did
    return f"the next run ended otherwise: {sorted(differ)}" if differ else ""


def _wrong_words(ended: Run) -> str:
    """A full disk is an exit status of 1 and one line, or was no obstacle."""
    lines = ended.said.splitlines()
    if "Traceback" in ended.said or ended.status not in (0, 1):
        return f"ended badly: {ended}"
    if ended.status == 1 and not any("No space left" in line for line in lines):
        return f"does not say why: {ended}"
    return ""


def main() -> int:
    """Break verbs; print a line for each and one line of JSON at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verbs", nargs="*", help="default: all")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--first", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder).resolve() / "project"
        project.mkdir()
        make_project(project, options.verbs or tuple(SECOND))
        counts, faults = {}, []
        for verb in options.verbs or SECOND:
            counts[verb], found = broken(project, verb, options.every, options.first)
            faults += found
            print(f"{verb}: broken {counts[verb]} times, {len(found)} faults", file=sys.stderr)
    print(json.dumps({"broken": counts, "faults": [asdict(fault) for fault in faults]}))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
