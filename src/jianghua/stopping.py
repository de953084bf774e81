"""Ctrl-C and SIGTERM: the work is dropped where it is, nothing it started stays behind.

What is on disk is whole at every moment (see `jianghua.store`), so stopping needs no farewell: the
main thread gets an exception to unwind, and if it does not within two seconds, because compiled
code or a pool of threads holds it, the process ends without it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

GRACE = 2.0  # seconds to unwind
SIGNALS = (signal.SIGINT, signal.SIGTERM)
TOLD = "stopped; what was written before is whole, and the next run goes on from there"


class Stopped(KeyboardInterrupt):
    """Somebody wants this process to end; ``status`` is how it is to exit."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.status = 128 + number


@contextmanager
def stoppable() -> Iterator[None]:
    """Inside, Ctrl-C and SIGTERM raise `Stopped` in the main thread. What is ignored stays
    ignored; in other threads nothing changes."""
    ours = [n for n in SIGNALS if signal.getsignal(n) not in (signal.SIG_IGN, _stop)]
    if not ours or threading.current_thread() is not threading.main_thread():
        yield
        return
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    threading.Thread(target=_watch, args=(reading,), daemon=True).start()
    # C code of the interpreter writes there at once, whatever the main thread is doing
    before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    handlers = {number: signal.signal(number, _stop) for number in ours}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(before)
        os.close(writing)  # ends the watch


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    sys.unraisablehook = threading.excepthook = _say_nothing  # what breaks now is not news
    raise Stopped(number)


def _say_nothing(broken: object) -> None:
    pass


def _watch(reading: int) -> None:
    heard = b""
    with suppress(OSError):
        while not (heard and heard[0] in SIGNALS):
            heard = os.read(reading, 1)
            if not heard:
                os.close(reading)
                return
    time.sleep(GRACE)
    leave(128 + heard[0])


def leave(status: int) -> NoReturn:
    """Say so, and end this process and all it started, now."""
    with suppress(OSError):
        os.write(2, f"jianghua: {TOLD}\n".encode())
    for process in descendants(os.getpid()):
        with suppress(OSError):
            os.kill(process, signal.SIGTERM)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(status)


def descendants(process: int) -> list[int]:
    """Numbers of the processes below one, as Linux tells; none where it does not."""
    children: dict[int, list[int]] = {}
    with suppress(OSError):
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError, ValueError, IndexError):
                parent = int(path.read_bytes().rpartition(b")")[2].split()[1])
                children.setdefault(parent, []).append(int(path.parent.name))
    found, new = [], [process]
    while new:
        new = [child for parent in new for child in children.get(parent, ())]
        found += new
    return found
