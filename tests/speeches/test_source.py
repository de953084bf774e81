"""Source: the bytes of a file are read only when it is an ordinary one that stands still."""

from __future__ import annotations

import os
import threading

import pytest

from jianghua.errors import JianghuaError
from jianghua.speeches import source
from jianghua.speeches.source import LARGEST, read_bytes


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, monkeypatch):
    """What was read may be half of the old and half of the new."""
    path = tmp_path / "a.txt"
    path.write_text("同志们")
    real, looked = os.fstat, []

    def written_meanwhile(handle):
        looked.append(handle)
        if len(looked) == 2:
            with path.open("a") as file:
                file.write("又一句")
        return real(handle)

    monkeypatch.setattr(source.os, "fstat", written_meanwhile)
    with pytest.raises(JianghuaError, match="changed while it was read"):
        read_bytes(path)


def test_a_pipe_is_left_at_once(tmp_path):
    """Nobody writes to the pipe, and nobody waits for it."""
    path = tmp_path / "a.txt"
    os.mkfifo(path)
    caught = []

    def read() -> None:
        try:
            read_bytes(path)
        except JianghuaError as error:
            caught.append(error.found)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    thread.join(60)
    assert caught == ["is no ordinary file"]


@pytest.mark.parametrize(("size", "found"), [(LARGEST + 1, "larger than 50 MB"), (0, "empty")])
def test_size_is_looked_at_first(tmp_path, size, found):
    """A sparse file over the limit is not read; an empty one holds nothing."""
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(size)
    with pytest.raises(JianghuaError, match=found):
        read_bytes(path)


@pytest.mark.parametrize(
    ("make", "found"),
    [("link", "is a link"), ("folder", "is a folder"), ("nothing", "is not a file")],
)
def test_what_is_no_file_is_named(tmp_path, make, found):
    """Links are not followed, folders not read."""
    path = tmp_path / "a.txt"
    if make == "link":
        (tmp_path / "b.txt").write_text("同志们")
        path.symlink_to(tmp_path / "b.txt")
    elif make == "folder":
        path.mkdir()
    with pytest.raises(JianghuaError, match=found):
        read_bytes(path)
