"""Every write is whole or not at all, whenever the power goes.

The rules, in the order of what they cost:

* One file (`write_bytes`) is written beside its target, flushed, and renamed over it.
* Files that belong together in a folder of their own, as a model (`write_folder`), are written to a
  folder beside it, flushed, and the two folders change places in one step of the file system.
* Files that belong together in a folder shared with others, as tables among figures
  (`write_together`), are written to a folder in there, flushed, and committed by renaming it; then
  they move to their places. Whoever comes next, reader (`settled`) or writer, ends a move that was
  broken off, so that after the commit all are new and before it all are old.

Whatever a killed run left beside its targets begins with a dot, carries its process number, and is
swept by the next process that writes there.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from jianghua.errors import JianghuaError
from jianghua.store.locking import locked

Found = TypeVar("Found")
COMMITTED = ".committed"  # the folder of files that are published but not yet in their places
PATIENCE = 10.0  # seconds to wait for another process where a write lasts only a moment


def write_bytes(path: str | Path, content: bytes) -> None:
    """Replace a file: readers see the old bytes or the new ones, never a part.

    A file that already holds these bytes keeps its time, so that nothing is redone after it.
    """
    path = Path(path)
    if _holds(path, content):
        return
    refuse_place(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _named(path):
        beside = _beside(path)
        try:
            _write_new(beside, content)
            beside.replace(path)
        except BaseException:
            with suppress(OSError):
                beside.unlink()
            raise
        _flush_folder(path.parent)


def refuse_place(path: Path) -> None:
    """Refuse to write where a folder, a device or a pipe stands: a rename would put a file there."""
    if path.is_dir():
        raise JianghuaError("is a folder, not a file", path, "another name, or move it away")
    if os.path.lexists(path) and not (path.is_symlink() or path.is_file()):
        raise JianghuaError("is no ordinary file", path, "another name")


def write_text(path: str | Path, text: str) -> None:
    """Replace a UTF-8 file, line ends as they are in the text."""
    write_bytes(path, text.encode("utf-8"))


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


# --- a folder of its own --------------------------------------------------------------------------


def write_folder(folder: str | Path, files: Mapping[str, bytes]) -> None:
    """Replace a folder by these files (name → bytes) in one step.

    Files of other names that somebody put there stay; subfolders are not ours and stay too.
    """
    folder = Path(folder).resolve()  # a link stays a link
    with locked(folder.parent, PATIENCE), _named(folder):
        _restore(folder)
        if all(_holds(folder / name, content) for name, content in files.items()):
            return
        beside = _beside(folder)
        try:
            _fill(beside, files)
            _change_places(beside, folder)
            _flush_folder(folder.parent)
            _keep_strangers(beside, folder, files)
        finally:
            shutil.rmtree(beside, ignore_errors=True)


def _change_places(new: Path, folder: Path) -> None:
    if not folder.exists():
        new.rename(folder)
    elif not _exchanged(new, folder):
        folder.rename(_aside(folder))
        new.rename(folder)
        _aside(folder).rename(new)


def _aside(folder: Path) -> Path:
    """Where the old folder stands for a moment on file systems that cannot exchange two."""
    return folder.with_name(f".{folder.name}.old")


def _restore(folder: Path) -> None:
    """End an exchange in two steps that was broken off."""
    old = _aside(folder)
    if old.is_dir():
        if folder.exists():
            shutil.rmtree(old)
        else:
            old.rename(folder)


def _exchanged(one: Path, other: Path) -> bool:
    """Let two paths change places in one step (Linux); whether that could be done."""
    exchange = getattr(ctypes.CDLL(None), "renameat2", None) if os.name == "posix" else None
    here, both = -100, 2  # AT_FDCWD, RENAME_EXCHANGE of renameat2(2)
    return exchange is not None and exchange(here, bytes(one), here, bytes(other), both) == 0


def _keep_strangers(old: Path, folder: Path, files: Mapping[str, bytes]) -> None:
    if not old.is_dir():
        return
    for path in old.iterdir():
        if path.name not in files and not path.name.startswith("."):
            path.rename(folder / path.name)


def read_whole(folder: str | Path, read: Callable[[Path], Found]) -> Found:
    """What ``read`` makes of a folder that `write_folder` wrote; it is asked again where another
    process replaced the folder meanwhile, so that all it saw is of one writing."""
    folder = Path(folder)
    for _ in range(9):
        at = folder if folder.exists() or not _aside(folder).is_dir() else _aside(folder)
        before = _identity(at)
        try:
            found = read(at)
        except JianghuaError:
            if _identity(at) == before:
                raise
        else:
            if _identity(at) == before:
                return found
    raise JianghuaError("is being replaced again and again", folder, "again in a moment")


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def read_file(path: Path, most: int) -> bytes | None:
    """An ordinary file of at most ``most`` bytes, None if it is absent; links, devices and pipes
    are refused."""
    if path.is_symlink():
        raise JianghuaError("is a link", path, "put the file itself there")
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | _NO_WAIT)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise JianghuaError(
            f"cannot be read ({error.strerror})", path, "check its permissions"
        ) from None
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise JianghuaError("is no ordinary file", path, "put the file itself there")
        if found.st_size > most:
            raise JianghuaError(
                f"has {found.st_size} bytes, at most {most} are right", path, "the file as written"
            )
        with os.fdopen(handle, "rb", buffering=0, closefd=False) as file:
            return file.read(found.st_size)
    finally:
        os.close(handle)


_NO_WAIT = getattr(os, "O_NONBLOCK", 0)  # a pipe that nobody writes to is opened at once, and left


# --- files among others ---------------------------------------------------------------------------


def write_together(folder: str | Path, files: Mapping[str, bytes]) -> None:
    """Replace several files of a folder (name → bytes), all or none."""
    folder = Path(folder)
    with locked(folder, PATIENCE), _named(folder):
        _finish(folder)
        changed = {n: c for n, c in files.items() if not _holds(folder / n, c)}
        for name in changed:  # said before the commit, which must be able to end
            refuse_place(folder / name)
        if changed:
            _commit(folder, changed)
            _finish(folder)


def _commit(folder: Path, files: Mapping[str, bytes]) -> None:
    beside = _beside(folder / "set")
    try:
        _fill(beside, files)
        beside.rename(folder / COMMITTED)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    _flush_folder(folder)


def _finish(folder: Path) -> None:
    """Move committed files to their places."""
    committed = folder / COMMITTED
    if not committed.is_dir():
        return
    for path in sorted(committed.iterdir()):
        path.replace(folder / path.name)
    _flush_folder(folder)
    committed.rmdir()


def settled(path: str | Path) -> Path:
    """Where the newest bytes of a file are that `write_together` wrote: at ``path``, once a move
    that was broken off is ended; beside it where this process may not write."""
    path = Path(path)
    committed = path.parent / COMMITTED
    if committed.is_dir():
        with suppress(OSError, JianghuaError), locked(path.parent):
            _finish(path.parent)
    waiting = committed / path.name
    return waiting if waiting.is_file() else path


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """An error of the disk names what was to be written, not a passing name beside it."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


# --- steps ----------------------------------------------------------------------------------------


def _holds(path: Path, content: bytes) -> bool:
    return (
        path.is_file()
        and not path.is_symlink()
        and path.stat().st_size == len(content)
        and path.read_bytes() == content
    )


def _fill(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir()
    for name, content in files.items():
        _write_new(folder / name, content)
    _flush_folder(folder)


def _write_new(path: Path, content: bytes) -> None:
    """A file that is on the disk when this returns."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """A rename is on the disk only when its folder is; where folders cannot be flushed, the
    system does it in its own time."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# --- leftovers ------------------------------------------------------------------------------------

_swept: set[tuple[int, Path]] = set()  # by process: a fork inherits this set, not its truth


def _beside(path: Path) -> Path:
    """A name beside a target that nobody else uses; leftovers there are swept at first."""
    key = os.getpid(), path.parent.absolute()
    if key not in _swept:
        _sweep(path.parent)
        _swept.add(key)
    return path.with_name(f".{path.name[:40]}.{os.getpid()}-{secrets.token_hex(4)}.new")


def _sweep(folder: Path) -> None:
    for path in folder.glob(".*.new"):
        owner = path.name.removesuffix(".new").rpartition(".")[2].partition("-")[0]
        if owner.isdecimal() and not _lives(int(owner)):
            with suppress(OSError):
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _lives(process: int) -> bool:
    """Whether another process of this number runs; our own number was somebody else's before."""
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it runs under another user
        return True
    return True
