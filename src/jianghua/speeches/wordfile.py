"""Word files: paragraphs, tables, text boxes and notes, read as a stream with limits."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from jianghua.errors import JianghuaError
from jianghua.speeches.packed import TooMuch, parse_part
from jianghua.speeches.removals import Cut
from jianghua.speeches.source import LONGEST, Source

_DEEPEST = 2000  # elements in one another
_BODY = re.compile(r"word/document\d*\.xml")
_ASIDE = (  # parts beside the body, and why their words are no words of the speech
    (re.compile(r"word/header\d*\.xml"), "running head or foot"),
    (re.compile(r"word/footer\d*\.xml"), "running head or foot"),
    (re.compile(r"word/footnotes\d*\.xml"), "footnote"),
    (re.compile(r"word/endnotes\d*\.xml"), "footnote"),
    (re.compile(r"word/comments\d*\.xml"), "comment"),
)
# Deleted and moved words, field codes, properties, the second version of what newer Words draw.
_UNSEEN = frozenset({"del", "moveFrom", "instrText", "delText", "pPr", "rPr", "Fallback"})
_CORE = ("title", "creator", "subject", "keywords", "category", "description", "created",
         "modified")  # fmt: skip
_CORE_NAMES = {"creator": "author", "description": "comments"}


def read_docx(content: bytes, path: Path) -> Source:
    """The text of a Word file; notes, comments and running heads stand last, marked as outside."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    body = _part(archive, body_name(archive.namelist()), path)
    text = "\n".join(body.lines) + "\n"
    outside = []
    for name, reason in _asides(archive):
        words = "\n".join(line for line in _part(archive, name, path).lines if line.strip())
        if words:
            outside.append(Cut(len(text), len(text) + len(words) + 1, reason))
            text += words + "\n"
    remarks = (*_remarks(body.seen), *_outside_remarks(outside))
    return Source(text, "docx", "", _core(archive, path), remarks, tuple(outside))


def body_name(names: Iterable[str]) -> str:
    """The part that holds the document proper; empty where an archive is no Word file."""
    return min(filter(_BODY.fullmatch, names), default="")


def _asides(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    for pattern, reason in _ASIDE:
        for name in sorted(set(archive.namelist())):
            if pattern.fullmatch(name):
                yield name, reason


def _remarks(seen: Counter[str]) -> Iterator[str]:
    if seen["numPr"]:
        yield f"{seen['numPr']} paragraphs are numbered by Word; these numbers are not in the text"
    if seen["del"] or seen["ins"]:
        yield "tracked changes: insertions were kept, deletions left out"
    if seen["vanish"]:
        yield f"{seen['vanish']} characters that Word hides were left out"


def _outside_remarks(outside: list[Cut]) -> Iterator[str]:
    aside = Counter(cut.reason for cut in outside)
    for reason, what in (("footnote", "footnotes"), ("comment", "comments")):
        if aside[reason]:
            yield f"{what} were left out: see removed/"


# --- one part of the archive ----------------------------------------------------------------------


@dataclass
class _Level:
    """What is being gathered: the lines of the body, a cell or a text box."""

    lines: list[str] = field(default_factory=list)
    paragraph: list[str] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)


class _Part:
    """The lines of a part: paragraphs in order, also in tables, text boxes and content controls.

    A row of a table is a line with tabs. The words of a text box follow its paragraph. ``seen``
    counts what the reader may have to be told about.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.seen: Counter[str] = Counter()
        self._levels = [_Level(self.lines)]
        self._hidden = self._depth = self._length = 0
        self._reads = self._of_run = self._vanished = False
        self._opened_before = ""

    def open(self, tag: str, stated: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        self._depth += 1
        if self._depth > _DEEPEST:
            raise TooMuch(f"holds elements nested more than {_DEEPEST} deep")
        self._hidden += name in _UNSEEN
        if name == "rPr":  # in a run, and not in the properties of a paragraph's mark
            self._of_run = self._opened_before == "r"
        elif name == "vanish":
            self._vanished = self._of_run and _is_on(stated)
        self._opened_before = name
        if name in ("ins", "del", "numPr"):
            self.seen[name] += 1
        if not self._hidden:
            self._opened(name)

    def _opened(self, name: str) -> None:
        level = self._levels[-1]
        if name in ("tc", "txbxContent"):
            self._levels.append(_Level())
        elif name == "tr":
            level.cells = []
        elif name in _SIGNS:
            level.paragraph.append(_SIGNS[name])
        self._reads = name == "t"

    def words(self, words: str) -> None:
        if self._reads and self._vanished:
            self.seen["vanish"] += len(words)
        elif self._reads and not self._hidden:
            self._levels[-1].paragraph.append(words)
            self._length += len(words)
            if self._length > LONGEST:
                raise TooMuch(f"holds over {LONGEST} characters, more than any speech")

    def close(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        self._depth -= 1
        self._reads = False
        self._vanished &= name != "r"
        if not self._hidden:
            self._closed(name)
        self._hidden -= name in _UNSEEN

    def _closed(self, name: str) -> None:
        level = self._levels[-1]
        if name == "p":
            level.lines += "".join(level.paragraph).split("\n")
            level.lines += level.boxes
            level.paragraph, level.boxes = [], []
        elif name == "tc":
            inside = self._levels.pop().lines
            self._levels[-1].cells.append(" ".join(line for line in inside if line))
        elif name == "txbxContent":
            self._levels[-2].boxes += self._levels.pop().lines
        elif name == "tr":
            level.lines.append("\t".join(level.cells))


def _is_on(stated: dict[str, str]) -> bool:
    """Whether a property is switched on: it is, unless its ``val`` says otherwise."""
    values = [value for name, value in stated.items() if name.rpartition("}")[2] == "val"]
    return values not in (["0"], ["false"], ["off"])


_SIGNS = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-"}


def _part(archive: zipfile.ZipFile, name: str, path: Path) -> _Part:
    part = _Part()
    parse_part(archive, name, path, part.open, part.words, part.close)
    return part


def _core(archive: zipfile.ZipFile, path: Path) -> dict[str, str]:
    """What the file states about itself: title, author, created …"""
    if "docProps/core.xml" not in archive.namelist():
        return {}
    stated: dict[str, str] = {}
    inside: list[str] = []

    def words(piece: str) -> None:
        if inside and inside[-1] in _CORE:
            name = _CORE_NAMES.get(inside[-1], inside[-1])
            stated[name] = (stated.get(name, "") + piece)[:300]

    def opened(tag: str, _: dict[str, str]) -> None:
        inside.append(tag.rpartition("}")[2])

    try:
        parse_part(archive, "docProps/core.xml", path, opened, words, lambda tag: inside.pop())
    except JianghuaError:  # properties are no reason to lose the text
        return {}
    return {name: value.strip() for name, value in stated.items() if value.strip()}
