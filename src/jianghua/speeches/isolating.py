"""Files are read in a process of their own, which may hang, crash or grow without harm.

The worker gets one path at a time and answers with plain JSON, each message after its length.
It has less than a gigabyte of memory, and is killed and replaced when a file takes too long.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Speech
from jianghua.speeches.removals import Removal

if TYPE_CHECKING:
    from jianghua.speeches.preparing import Prepared

SECONDS = 18.0  # for one file; a report of thirty pages takes a tenth of a second
MEMORY = 900 << 20  # bytes of address space for the worker; with ours less than a gigabyte
_RECYCLED = 400 << 20  # bytes of memory from which on a worker is replaced after its file
_LARGEST_ANSWER = 1 << 30
_SIMPLER = "open it, and save its text alone as .txt"
_COMMAND = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from jianghua.speeches.isolating import serve; serve(int(sys.argv[2]))"
)


class Reader:
    """Reads files in a worker that is started at the first file and ends with the ``with`` block,
    or with this process, however that ends."""

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds, self._memory = seconds, memory
        self._worker: subprocess.Popen[bytes] | None = None
        self._used = self._late = False
        self._lock = threading.Lock()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the worker at once, whatever it is doing."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.kill()
        for pipe in (worker.stdin, worker.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]
        worker.wait()

    def prepare(self, path: str | Path, whole: bool = False) -> tuple[Prepared, ...]:
        """The speeches of a file, as `preparing.prepare_speeches` gives them, or its error."""
        with self._lock:
            answer = self._answer({"path": os.fspath(path), "whole": whole})
        if "error" in answer:
            raise JianghuaError(**answer["error"])
        return tuple(map(_prepared, answer["speeches"]))

    def _answer(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the worker says; a worker that breaks early on its second file or later may have
        been worn out by the ones before, so a fresh one tries again."""
        used, begun = self._used, time.monotonic()
        answer = self._asked(request)
        if answer is None and used and time.monotonic() - begun < self._seconds / 5:
            answer = self._asked(request)
        if answer is None:
            return {"error": {**self._what_happened(), "where": request["path"]}}
        return answer

    def _asked(self, request: Mapping[str, Any]) -> Mapping[str, Any] | None:
        worker = self._started()
        self._late, self._used = False, True
        timer = threading.Timer(self._seconds, self._stop, (worker,))
        timer.start()
        try:
            send(worker.stdin, request)
            answer = receive(worker.stdout)
        except (OSError, ValueError):
            answer = None
        except BaseException:  # interrupted: the worker's next answer would be to this question
            self.close()
            raise
        finally:
            timer.cancel()
        if answer is None or answer["memory"] > _RECYCLED:
            self.close()
        return None if answer is None or "exhausted" in answer else answer

    def _started(self) -> subprocess.Popen[bytes]:
        if self._worker is not None and self._worker.poll() is not None:
            self.close()  # it died while nobody asked it anything
        if self._worker is None:
            self._used = False
            self._worker = subprocess.Popen(
                [sys.executable, "-P", "-c", _COMMAND, json.dumps(sys.path), str(self._memory)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        return self._worker

    def _stop(self, worker: subprocess.Popen[bytes]) -> None:
        self._late = True
        worker.kill()

    def _what_happened(self) -> dict[str, str]:
        if self._late:
            return {"found": f"took over {self._seconds:g} s to read", "remedy": _SIMPLER}
        found = f"needs more than {self._memory >> 20} MB to read, or breaks its reader"
        return {"found": found, "remedy": _SIMPLER}


def _prepared(answer: Mapping[str, Any]) -> Prepared:
    from jianghua.speeches.preparing import Prepared

    removals = tuple(Removal(*removal) for removal in answer["removals"])
    return Prepared(Speech(**answer["speech"]), removals, tuple(answer["warnings"]))


def shared_reader() -> Reader:
    """The reader of this process for files that are read one by one."""
    return _reader_of(os.getpid())


@cache
def _reader_of(process: int) -> Reader:  # a forked child must not talk to its parent's worker
    reader = Reader()
    atexit.register(reader.close)
    return reader


# --- messages -------------------------------------------------------------------------------------


def send(pipe: IO[bytes] | None, message: Mapping[str, Any]) -> None:
    """Write a message: eight bytes of length, then JSON in ASCII (a path may hold any bytes)."""
    assert pipe is not None
    content = json.dumps(message).encode("ascii")
    pipe.write(struct.pack(">Q", len(content)) + content)
    pipe.flush()


def receive(pipe: IO[bytes] | None) -> Any:
    """Read a message; None where the other side has ended."""
    assert pipe is not None
    head = pipe.read(8)
    if len(head) < 8:
        return None
    (length,) = struct.unpack(">Q", head)
    content = pipe.read(length) if length <= _LARGEST_ANSWER else b""
    return json.loads(content) if len(content) == length else None


# --- the worker -----------------------------------------------------------------------------------


def serve(memory: int) -> None:
    """Answer requests on standard input until it ends. Nothing else that libraries print counts."""
    _limit(memory)
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    while (request := receive(sys.stdin.buffer)) is not None:
        try:
            answer = _read(request)
        except MemoryError:
            answer = {"exhausted": True}
        send(answers, {**answer, "memory": _peak()})


def _read(request: Mapping[str, Any]) -> dict[str, Any]:
    from jianghua.speeches.preparing import prepare_speeches

    try:
        found = prepare_speeches(request["path"], request["whole"])
    except JianghuaError as error:
        said = {"found": error.found, "where": error.where, "remedy": error.remedy}
        return {"error": said}
    except RecursionError:
        said = {"found": "is nested too deeply to be read", "remedy": _SIMPLER}
        return {"error": {**said, "where": request["path"]}}
    return {
        "speeches": [
            {
                "speech": asdict(one.speech),
                "removals": [(r.start, r.end, r.reason, r.text) for r in one.removals],
                "warnings": one.warnings,
            }
            for one in found
        ]
    }


def _limit(memory: int) -> None:
    """No more memory than this, no core files, no life after the parent; Ctrl-C is the parent's."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(ImportError):  # other systems have no such limits: time still holds there
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        parent_death_signal = 1  # PR_SET_PDEATHSIG, prctl(2)
        ctypes.CDLL(None).prctl(parent_death_signal, signal.SIGKILL)


def _peak() -> int:
    """Bytes of memory that this process held at most."""
    with suppress(OSError):  # Linux hands ru_maxrss on from the parent, which may be a large one
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        if found := re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE):
            return int(found[1]) << 10
    try:
        import resource
    except ImportError:
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
