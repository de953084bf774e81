"""Reading apart: a file that hangs, grows or breaks its reader costs nothing but itself."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jianghua.errors import JianghuaError
from jianghua.speeches.isolating import Reader
from jianghua.speeches.preparing import prepare_speeches, read_speech
from tests.fuzz.cases import deflated

RAW = Path(__file__).parents[2] / "corpus" / "sample" / "raw"
ENDLESS = "我们要把果园管好，把果子卖好；" * 60_000  # takes seconds, whatever the machine


@pytest.fixture(scope="module")
def reader():
    with Reader() as one:
        yield one


@pytest.mark.parametrize("path", sorted(RAW.iterdir()), ids=lambda path: path.suffix)
def test_the_worker_reads_as_we_would(reader, path):
    """What comes back through the pipe is what reading in this process gives, to the last field."""
    assert reader.prepare(path) == prepare_speeches(path)


def test_errors_come_back_in_words(reader, tmp_path):
    """An error of the worker is the same error here: found, where, what to try."""
    path = tmp_path / "leer.txt"
    path.write_bytes(b"")
    with pytest.raises(JianghuaError, match="is empty") as caught:
        reader.prepare(path)
    assert (caught.value.where, caught.value.remedy) == (str(path), "get the file again")


def test_a_file_that_takes_too_long_is_given_up(tmp_path):
    """The worker is stopped in time, the file named, and the next file read."""
    slow = tmp_path / "slow.txt"
    slow.write_text(ENDLESS, encoding="utf-8")
    with Reader(seconds=0.6) as reader:
        begun = time.monotonic()
        with pytest.raises(JianghuaError, match=r"slow\.txt: took over 0\.6 s"):
            reader.prepare(slow)
        assert time.monotonic() - begun < 20
    with Reader(seconds=30) as reader:
        assert reader.prepare(next(RAW.glob("*GBK.txt")))


def test_a_worker_of_a_large_process_is_not_replaced(monkeypatch):
    """What the parent holds is not counted as the worker's: one worker reads file after file."""
    started, popen = [], subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: started.append(a) or popen(*a, **k))
    held = b"\x01" * (450 << 20)
    with Reader() as reader:
        for path in sorted(RAW.iterdir())[:3]:
            reader.prepare(path)
    assert len(held) == 450 << 20
    assert len(started) == 1


def test_a_file_that_needs_too_much_memory_is_given_up(tmp_path):
    """The limit of memory holds for the worker alone, and the next file is read by a fresh one."""
    big = tmp_path / "big.pdf"
    big.write_bytes(deflated(250, 1))
    with Reader(memory=280 << 20) as reader:
        with pytest.raises(JianghuaError, match="needs more than 280 MB"):
            reader.prepare(big)
        assert reader.prepare(next(RAW.glob("*GBK.txt")))


def test_a_worker_that_dies_is_replaced():
    """Killed between two files, the worker is not missed."""
    path = next(RAW.glob("*GBK.txt"))
    with Reader() as reader:  # a worker that has read much may have been replaced already
        before = reader.prepare(path)
        worker = reader._started()
        worker.kill()
        worker.wait()
        assert reader.prepare(path) == before


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes under /proc")
def test_no_worker_outlives_its_parent(tmp_path):
    """When a reading process is killed, its worker is gone too, even in the middle of a file."""
    slow = tmp_path / "slow.txt"
    slow.write_text(ENDLESS, encoding="utf-8")
    code = (
        "import sys, threading; from jianghua.speeches.isolating import Reader; r = Reader()\n"
        "r._started(); print(r._worker.pid, flush=True); r.prepare(sys.argv[1])"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, slow], stdout=subprocess.PIPE)
    worker = int(parent.stdout.readline())
    time.sleep(0.3)
    assert Path(f"/proc/{worker}").exists()
    parent.kill()
    parent.wait()
    parent.stdout.close()
    for _ in range(600):
        if not _lives(worker):
            return
        time.sleep(0.05)
    pytest.fail("the worker lives on")


def _lives(process: int) -> bool:
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_a_speech_is_read_alone_or_with_others():
    """read_speech gives the speech that add would catalogue."""
    path = next(RAW.glob("*GBK.txt"))
    assert read_speech(path) == prepare_speeches(path)[0].speech


def test_messages_are_plain_json(reader):
    """Nothing but JSON in ASCII crosses the pipe, so nothing that is read can run."""
    import io

    from jianghua.speeches.isolating import receive, send

    pipe = io.BytesIO()
    send(pipe, {"path": "\udcff讲话.txt"})
    assert json.loads(pipe.getvalue()[8:]) == {"path": "\udcff讲话.txt"}
    pipe.seek(0)
    assert receive(pipe) == {"path": "\udcff讲话.txt"}
    assert receive(io.BytesIO(pipe.getvalue()[:12])) is None
