"""Runs that are stopped, killed, or race each other leave whole files and nothing else."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jianghua import store
from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import read_corpus
from jianghua.stopping import descendants
from jianghua.verbs import model_folder
from tests.toy import toy_corpus

HERE = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module", autouse=True)
def heard() -> Iterator[None]:
    """A shell runs what stands behind & deaf to Ctrl-C, and its children inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collection of the toy speeches, counted."""
    collection = tmp_path_factory.mktemp("stopping") / "corpus" / "mine"
    for speech in toy_corpus():
        store.write_speech(collection, speech, ())
    store.write_catalog(collection, [store.catalog_row(speech) for speech in toy_corpus()])
    counting = command("count", collection)
    assert (counting.communicate(), counting.returncode)[1] == 0
    return collection


@pytest.fixture
def collection(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(made, tmp_path / "corpus" / "mine"))


def command(*words: object, **environment: str) -> subprocess.Popen[bytes]:
    """The command, started, in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "jianghua", *map(str, words)], start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(HERE / "src"), **environment},
    )  # fmt: skip


# --- Ctrl-C and SIGTERM ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stop", "after"),
    [(signal.SIGINT, 0.3), (signal.SIGTERM, 0.8), (signal.SIGINT, 1.5), (signal.SIGTERM, 2.5)],
)
def test_a_signal_ends_a_run(collection: Path, stop: signal.Signals, after: float) -> None:
    """Ctrl-C and SIGTERM end a run within five seconds in one line, with status 130 or 143 and no
    process left behind, whatever it was doing."""
    running = command("try", collection, "--topics", 2, 3, 4, "--seeds", 400)
    time.sleep(after)
    below = descendants(running.pid)
    running.send_signal(stop)
    begun = time.monotonic()
    _, said = running.communicate(timeout=30)
    assert time.monotonic() - begun < 5
    assert running.returncode == 128 + stop
    assert said.decode().splitlines()[-1].startswith("jianghua: stopped; ")
    assert b"Traceback" not in said
    time.sleep(0.2)
    assert not [process for process in below if Path(f"/proc/{process}").exists()]


def working(program: str, said: bytes) -> subprocess.Popen[bytes]:
    """A process that runs the program and has said this."""
    running = subprocess.Popen(
        [sys.executable, "-u", "-c", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert running.stdout and running.stdout.readline() == said
    return running


def left_after_its_death(running: subprocess.Popen[bytes], below: list[int]) -> list[int]:
    """Kill a process; which of those below it are there ten seconds later."""
    running.kill()
    running.communicate(timeout=60)  # waits for those who share its output, too
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any(Path(f"/proc/{p}").exists() for p in below):
        time.sleep(0.1)
    return [process for process in below if Path(f"/proc/{process}").exists()]


def test_workers_end_with_a_killed_parent() -> None:
    """Processes that share the work end by themselves when their parent is killed."""
    program = (
        "import time\nfrom jianghua.work import each\n"
        "list(each(time.sleep, [0.1, 0.1] + [60] * 4, workers=2, told=print))\n"
    )
    running = working(program, b"1 6\n")
    below = descendants(running.pid)
    assert len(below) >= 2
    assert left_after_its_death(running, below) == []


def test_workers_that_are_still_starting_end_with_a_killed_parent() -> None:
    """A parent that is killed before its workers were ready for work leaves none of them."""
    program = (
        "import time\nfrom jianghua.work import each\n"
        "print('begun')\nlist(each(time.sleep, [60] * 4, workers=2))\n"
    )
    running = working(program, b"begun\n")
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and len(below := descendants(running.pid)) < 3:
        time.sleep(0.01)
    assert left_after_its_death(running, below) == []


def test_compiled_code_cannot_hold_a_run(tmp_path: Path) -> None:
    """A main thread that never comes back to Python is left after the time of grace."""
    program = (
        "import ctypes, sys\nfrom jianghua.stopping import stoppable\n"
        "with stoppable():\n while True:\n  try:\n   print('ready', flush=True)\n"
        "   while True: ctypes.CDLL(None).sleep(60)\n  except KeyboardInterrupt: pass\n"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert running.stdout and running.stdout.readline() == b"ready\n"
    running.send_signal(signal.SIGTERM)
    _, said = running.communicate(timeout=20)
    assert running.returncode == 143
    assert said.decode().count("\n") == 1


# --- one writer at a time -------------------------------------------------------------------------


def test_a_second_writer_is_refused_by_name(collection: Path) -> None:
    """Who writes where another process is writing gets one line that names it; readers read on."""
    with store.locked(model_folder(collection).parent, of="model"):
        second = command("fit", collection, "--topics", 3, "--no-guides")
        reader = command("kwic", "粮食", collection)
        assert f"process {os.getpid()} is writing here" in second.communicate()[1].decode()
        assert second.returncode == 1
        assert (reader.communicate(), reader.returncode)[1] == 0
    third = command("fit", collection, "--topics", 3, "--no-guides")
    said = third.communicate()
    assert third.returncode == 0, said


def test_the_lock_of_the_dead_is_free(tmp_path: Path) -> None:
    """A holder that is killed holds nothing; its lock file is taken and then removed."""
    program = (
        "import sys, time\nfrom jianghua.store.locking import locked\n"
        "with locked(sys.argv[1]):\n print('held', flush=True)\n time.sleep(60)\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "c")], stdout=subprocess.PIPE
    )
    assert holder.stdout and holder.stdout.readline() == b"held\n"
    refused = pytest.raises(JianghuaError, match=f"process {holder.pid} is writing here")
    with refused, store.locked(tmp_path / "c"):
        pass
    holder.kill()
    holder.communicate()
    with store.locked(tmp_path / "c"):
        store.write_text(tmp_path / "c" / "x", "1")
    assert [path.name for path in (tmp_path / "c").iterdir()] == ["x"]


def test_races_never_mix(collection: Path) -> None:
    """Two fits at the same time leave the one or the other whole; a reader beside them always sees
    a whole model."""
    runs = [command("fit", collection, "--topics", k, "--no-guides") for k in (3, 4)]
    seen = set()
    corpus = read_corpus(collection)
    while any(run.poll() is None for run in runs):
        with contextlib.suppress(JianghuaError):  # not there yet
            seen.add(store.read_model(model_folder(collection), corpus).topics)
        time.sleep(0.01)
    said = [run.communicate()[1].decode() for run in runs]
    assert all(text.count("\n") <= 1 for text in said), said
    statuses = sorted(run.returncode for run in runs)
    assert statuses in ([0, 0], [0, 1])
    assert store.read_model(model_folder(collection), corpus).topics in (3, 4)
    assert seen <= {3, 4}
    left = {path.name for path in model_folder(collection).parent.iterdir()}
    assert left <= {"model", "runs.jsonl"}


# --- every step -----------------------------------------------------------------------------------


def test_every_step_may_be_the_last() -> None:
    """Broken at steps all along its way, killed or with a full disk, a verb leaves the state of
    before or of after, and its next run ends as if nothing had happened (a sample; `make torture`
    breaks every step of every verb)."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.torture.breaking", "fit", "--every", "6"],
        cwd=HERE, capture_output=True, check=False,
    )  # fmt: skip
    found = json.loads(done.stdout.splitlines()[-1] if done.stdout else "{}")
    assert found.get("faults") == [], done.stderr.decode()[-2000:]
    assert sum(found["broken"].values()) >= 6
