"""Stop runs at random moments, and let runs race: how many ended as they must.

    python -m tests.torture.chances --times 20 --seed 1

A stopped run ends within five seconds with status 130 or 143 (0 where it was done before), without
a traceback and without a process; SIGKILL leaves no process either, three seconds later. Of two
runs at the same time one may be refused; what is left is the model of one of them, whole.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from jianghua import store
from jianghua.speeches.corpus import read_corpus
from jianghua.stopping import descendants
from jianghua.verbs import model_folder
from tests.torture.breaking import MINE, make_project
from tests.torture.test_stopping import command

VERBS: tuple[Sequence[str], ...] = (
    ("add", "more", "--to", MINE),
    ("count", MINE),
    ("fit", MINE, "--topics", "3", "--no-guides", "--seeds", "40"),
    ("try", MINE, "--topics", "2", "3", "--seeds", "200"),
)
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)


def stopped(project: Path, dice: random.Random) -> str:
    """Stop one run; what was wrong, or nothing."""
    words, stop = dice.choice(VERBS), dice.choice(STOPS)
    running = command(*(str(project / w) if w in (MINE, "more") else w for w in words))
    time.sleep(dice.uniform(0.1, 4))
    below = descendants(running.pid)
    running.send_signal(stop)
    begun = time.monotonic()
    _, said = running.communicate(timeout=60)
    took = time.monotonic() - begun
    time.sleep(3 if stop == signal.SIGKILL else 0.3)
    orphans = [process for process in below if Path(f"/proc/{process}").exists()]
    # -stop: ended by the system before the interpreter listened; to a shell it is the same number
    allowed = (0, 1, -stop, 128 + stop)
    fine = took < 5 and running.returncode in allowed and not orphans and b"Traceback" not in said
    store.read_model(model_folder(project / MINE), read_corpus(project / MINE))
    found = (
        f"{words[0]} {stop.name}: {running.returncode} after {took:.1f} s, {len(orphans)} orphans"
    )
    return "" if fine else f"{found}: {said.decode()[-300:]}"


def raced(project: Path, dice: random.Random) -> str:
    """Let two fits race; what was wrong, or nothing."""
    seed = dice.randrange(1000)
    fits = {seed + i: ("fit", project / MINE, "--topics", 3, "--seed", seed + i) for i in (0, 1)}
    runs = []
    for words in fits.values():
        runs.append(command(*words, "--no-guides"))
        time.sleep(dice.uniform(0, 0.3))
    said = [run.communicate()[1].decode() for run in runs]
    statuses = [run.returncode for run in runs]
    model = store.read_model(model_folder(project / MINE), read_corpus(project / MINE))
    whole = model.settings["seed"] in fits and 0 in statuses and set(statuses) <= {0, 1}
    return "" if whole and not any("Traceback" in one for one in said) else f"{statuses} {said}"


def main() -> int:
    """Stop and race; print a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    dice = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder).resolve()
        make_project(project, ("fit",))
        stops = [stopped(project, dice) for _ in range(options.times)]
        races = [raced(project, dice) for _ in range(options.times)]
    wrong = list(filter(None, stops + races))
    print(json.dumps({"stopped": len(stops), "raced": len(races), "wrong": wrong}))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
