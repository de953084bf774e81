"""Stop runs at random moments, and let runs race: how many ended as they must.

    python -m tests.torture.chances --kills 200 --stops 60 --races 20 --seed 1

A stopped run ends within five seconds with status 130 or 143, without a traceback and without a
process; SIGKILL leaves no process either, three seconds later. Only runs that the signal still
found at work are counted. After each, all that the project holds can be read, and every text is
what the catalogue says. Of two runs at the same time one may be refused; what is left is the model
of one of them, whole. At the end every verb runs to its end, and nothing lies beside its files.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jianghua.speeches.corpus import read_corpus
from jianghua.stopping import descendants
from jianghua.store import read_model
from jianghua.verbs import model_folder
from tests.torture.breaking import LINES, MINE, make_project, seen
from tests.torture.test_stopping import command

VERBS: dict[str, Sequence[str]] = {
    "add": ("add", "more", "--to", MINE),
    "count": ("count", MINE),
    "fit": ("fit", MINE, "--topics", "3", "--no-guides", "--seeds", "40"),
    "try": ("try", MINE, "--topics", "2", "3", "--seeds", "100"),
}
NEW_FILES = 40  # for add, at every run
GENTLE = (signal.SIGINT, signal.SIGTERM)


@dataclass
class Trials:
    """What was done, and what was wrong: runs stopped at work by verb and signal, races, faults."""

    project: Path
    dice: random.Random
    lasts: dict[str, float] = field(default_factory=dict)
    stopped: Counter[str] = field(default_factory=Counter)
    done_before: int = 0
    raced: int = 0
    wrong: list[str] = field(default_factory=list)
    files: int = 0

    def run(self, verb: str) -> subprocess.Popen[bytes]:
        """A verb, started; add has new files to read each time."""
        if verb == "add":
            self._renew_files()
        paths = (MINE, "more")
        return command(*(str(self.project / w) if w in paths else w for w in VERBS[verb]))

    def _renew_files(self) -> None:
        folder = self.project / "more"
        for path in folder.iterdir():
            path.unlink()
        for _ in range(NEW_FILES):
            self.files += 1
            text = f"在第{self.files}次会议上的讲话\n（2021年3月2日）\n" + LINES * 8
            (folder / f"{self.files}.txt").write_text(text, encoding="utf-8")

    def undisturbed(self) -> None:
        """Run every verb to its end, and note how long each lasts."""
        for verb in VERBS:
            begun = time.monotonic()
            running = self.run(verb)
            said = running.communicate()[1]
            self.lasts[verb] = time.monotonic() - begun
            if running.returncode:
                self.wrong.append(f"{verb}, undisturbed: {running.returncode} {said.decode()}")
        self.wrong += [f"left over: {path}" for path in _leftovers(self.project)]

    def stop(self, stop: signal.Signals) -> None:
        """Stop one run at a moment of its life, and look what is left."""
        verb = self.dice.choice(tuple(VERBS))
        running = self.run(verb)
        time.sleep(self.dice.uniform(0.03, self.lasts[verb]))
        below, alive = descendants(running.pid), running.poll() is None
        running.send_signal(stop)
        begun = time.monotonic()
        said = running.communicate(timeout=60)[1].decode(errors="replace")
        found = f"{verb} {stop.name}: {running.returncode}"
        # -stop: ended by the system before the interpreter listened; to a shell the same number
        if not alive or running.returncode not in (-stop, 128 + stop):
            self.done_before += 1
            self.wrong += [f"{found} {said}"] if running.returncode else []
        else:
            self.stopped[f"{verb} {stop.name}"] += 1
            self.wrong += [f"{found}: {w}" for w in _faults(stop, begun, below, said)]
        self.wrong += [f"{found}: left unreadable: {what}" for what in _unreadable(self.project)]

    def race(self) -> None:
        """Let two fits race."""
        seed = self.dice.randrange(1000)
        runs = []
        for one in (seed, seed + 1):
            where = self.project / MINE
            runs.append(command("fit", where, "--topics", 3, "--seed", one, "--no-guides"))
            time.sleep(self.dice.uniform(0, 0.3))
        said = [run.communicate()[1].decode() for run in runs]
        statuses = [run.returncode for run in runs]
        model = read_model(model_folder(self.project / MINE), read_corpus(self.project / MINE))
        whole = model.settings["seed"] in (seed, seed + 1) and set(statuses) in ({0}, {0, 1})
        self.raced += 1
        if not whole or any("Traceback" in one for one in said):
            self.wrong.append(f"race: {statuses} {said}")


def _faults(stop: signal.Signals, begun: float, below: Sequence[int], said: str) -> Iterator[str]:
    took = time.monotonic() - begun
    if took >= 5:
        yield f"took {took:.1f} s"
    if "Traceback" in said:
        yield said[-300:]
    deadline = time.monotonic() + (3 if stop == signal.SIGKILL else 0.5)
    while time.monotonic() < deadline and any(Path(f"/proc/{p}").exists() for p in below):
        time.sleep(0.05)
    orphans = [process for process in below if Path(f"/proc/{process}").exists()]
    if orphans:
        yield f"{len(orphans)} orphans"


def _unreadable(project: Path) -> Iterator[str]:
    try:
        seen(project)
    except Exception as error:
        yield repr(error)


def _leftovers(project: Path) -> Iterator[Path]:
    """Files of broken runs that no later run took away."""
    for path in project.rglob(".*"):
        if path.name != ".lock":
            yield path.relative_to(project)


def main() -> int:
    """Stop and race; print a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="runs killed at work")
    parser.add_argument(
        "--stops", type=int, default=60, help="runs stopped at work by Ctrl-C, TERM"
    )
    parser.add_argument("--races", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # behind & a shell makes us deaf to it
    with tempfile.TemporaryDirectory() as folder:
        trials = Trials(Path(folder).resolve(), random.Random(options.seed))
        make_project(trials.project, ("fit",))
        trials.undisturbed()
        wanted = [signal.SIGKILL] * options.kills
        wanted += [GENTLE[n % 2] for n in range(options.stops)]
        trials.dice.shuffle(wanted)
        for stop in wanted:
            before = trials.stopped.total()
            while trials.stopped.total() == before:
                trials.stop(stop)
        for _ in range(options.races):
            trials.race()
        trials.undisturbed()
    found = {
        "killed": sum(n for name, n in trials.stopped.items() if name.endswith("SIGKILL")),
        "stopped": dict(sorted(trials.stopped.items())), "done before": trials.done_before,
        "raced": trials.raced, "wrong": trials.wrong,
    }  # fmt: skip
    print(json.dumps(found))
    return 1 if trials.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
