"""One writer at a time. Readers never wait; the lock of a process that dies is free at once."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

from jianghua.errors import JianghuaError

_held: set[tuple[int, int, Path]] = set()  # process, thread, lock


@contextmanager
def locked(folder: str | Path, patience: float = 0.0, of: str = "") -> Iterator[None]:
    """Hold a folder, or the file ``of`` in it, for writing.

    The folder is made if absent, and gone again if nothing was written there. Another process that holds it is waited for ``patience`` seconds, then named in a
    `JianghuaError`. Entering again in the same thread is no second lock.
    """
    folder = Path(folder).absolute()
    lock = folder / f".{of}.lock" if of else folder / ".lock"
    key = os.getpid(), threading.get_ident(), lock
    if key in _held:
        yield
        return
    made = _make(folder)
    file = _acquire(lock, time.monotonic() + patience)
    _held.add(key)
    try:
        yield
    finally:
        _held.discard(key)
        _release(lock, file)
        for new in made:
            with suppress(OSError):
                new.rmdir()


def _make(folder: Path) -> list[Path]:
    """Make a folder; the folders that were not there before, innermost first."""
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return made


def _acquire(path: Path, deadline: float) -> FileIO:
    while True:
        file = open(path, "a+b", buffering=0, opener=_no_link)  # noqa: SIM115
        try:
            if _flock(file) and _is_still(path, file):
                with suppress(OSError):  # on a full disk nobody can read who holds it
                    file.truncate(0)
                    file.write(f"{os.getpid()}\n".encode())
                return file
            if time.monotonic() >= deadline:
                raise JianghuaError(
                    f"process {_holder(file)} is writing here", path.parent,
                    "wait until it is done, or stop it",
                )  # fmt: skip
        except BaseException:
            file.close()
            raise
        file.close()
        time.sleep(0.05)


def _no_link(path: str, flags: int) -> int:
    """Open what stands at a path itself: a link that somebody laid there would empty another file."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)


def _flock(file: FileIO) -> bool:
    """Take the lock if nobody holds it; where the system knows no such locks, all may write."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_still(path: Path, file: FileIO) -> bool:
    """Whether the file we locked is the one at this path: its last holder removed its own."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _holder(file: FileIO) -> str:
    file.seek(0)
    return file.read(20).decode("ascii", "replace").strip() or "of unknown number"


def _release(path: Path, file: FileIO) -> None:
    with suppress(OSError):  # while we hold it, so that nobody waits at a file that is gone
        path.unlink()
    file.close()
