"""Source: what a file says before any cleaning; and the bytes of a file, read without risk."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jianghua.errors import JianghuaError
from jianghua.speeches.removals import Cut

LONGEST = 1_500_000  # characters; eighty hours of speaking
MOST_LINES = 60_000
LARGEST = 50 * 1024 * 1024  # bytes; no speech comes near, a dump or a disk image does
LARGEST_LIST = 256 << 20  # bytes of a catalogue, table or list; one of a million speeches has less


@dataclass(frozen=True)
class Source:
    """What a file says before any cleaning.

    ``text`` is the whole document as its format yields it, lines ending in LF. ``kind`` is txt,
    html, docx or pdf; ``encoding`` is empty where the format has one of its own. ``meta`` is what
    the format itself states (title, PubDate, ContentSource, author …). ``warnings`` are one line
    each. ``outside`` are the stretches of ``text`` that the format shows to be no part of the
    document proper: what surrounds the article on a web page, running heads, footnotes.
    """

    text: str
    kind: str
    encoding: str = ""
    meta: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    outside: tuple[Cut, ...] = ()


def holds_file(path: Path, most: int = LARGEST_LIST) -> bool:
    """Whether a file is there, or a link to one; what else has its name is refused, for to whoever
    put it there it is no absent file, and a pipe would be waited for. More than ``most`` bytes are
    refused before memory is taken for them."""
    if path.is_file():
        if (size := path.stat().st_size) > most:
            found = f"has {size >> 20} MB, at most {most >> 20} are read"
            raise JianghuaError(found, path, "see what it is, and move it away")
        return True
    if os.path.lexists(path):
        raise JianghuaError("is no ordinary file", path, "put the file itself there, or move it")
    return False


def read_bytes(path: Path) -> bytes:
    """The content of an ordinary file of at most 50 MB.

    Links are not followed, and devices, pipes and sockets not read: the file is looked at through
    the very handle that it is read from.
    """
    try:
        handle = os.open(path, os.O_RDONLY | _NO_LINK | _NO_WAIT)
    except (OSError, ValueError) as error:
        raise _why_not(path, error) from error
    try:
        before = os.fstat(handle)
        _check_ordinary(before, path)
        with os.fdopen(handle, "rb", closefd=False) as file:
            content = file.read(LARGEST + 1)
        after = os.fstat(handle)
    except OSError as error:
        raise _why_not(path, error) from error
    finally:
        os.close(handle)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise JianghuaError("changed while it was read", path, "add it again when it is whole")
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xfe\xff"):
        raise JianghuaError("is empty", path, "get the file again")
    return content


_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)  # a pipe that nobody writes to is opened at once, and left


def _check_ordinary(found: os.stat_result, path: Path) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise JianghuaError("is a folder", path, "give the path of one document")
    if not stat.S_ISREG(found.st_mode):
        raise JianghuaError("is no ordinary file", path, "give the path of one document")
    if found.st_size > LARGEST:
        raise JianghuaError("is larger than 50 MB", path, "split it into one file a speech")


def _why_not(path: Path, error: Exception) -> JianghuaError:
    if path.is_symlink():
        return JianghuaError("is a link", path, "give the path of the document itself")
    if not os.path.lexists(path):
        return JianghuaError("is not a file", path, "give the path of one document")
    why = getattr(error, "strerror", "") or str(error)
    return JianghuaError(f"cannot be read ({why})", path, "check its permissions")
