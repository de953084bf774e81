"""The progress bar of the command line."""

from __future__ import annotations

import io

import pytest

from jianghua.cli import _Bar


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_the_bar_says_how_far_and_what_was_gained(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal a bar shows passes done of those expected and what the last passes gained; into
    a file it writes nothing."""
    for stream in (Terminal(), io.StringIO()):
        monkeypatch.setattr("sys.stderr", stream)
        bar = _Bar("fit")
        bar.bar.mininterval = 0
        bar.gained(0.0123)
        bar(3, 9)
        bar(9, 9)
        shown = stream.getvalue()
        assert ("3/9" in shown) == ("0.0123 nats a word" in shown) == stream.isatty()
        assert stream.isatty() or not shown
