"""A path becomes a Speech: read, cleaned, described, dated."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from jianghua.errors import JianghuaError
from jianghua.speeches.cleaning import clean
from jianghua.speeches.corpus import Speech
from jianghua.speeches.describing import describe
from jianghua.speeches.reading import read_source
from jianghua.speeches.removals import Removal

SUFFIXES = {".txt", ".html", ".htm", ".shtml", ".docx", ".pdf", ".doc", ".md"}


@dataclass(frozen=True)
class Prepared:
    """A speech, what cleaning took out of its file, and what needs a second look."""

    speech: Speech
    removals: tuple[Removal, ...]
    warnings: tuple[str, ...]


def prepare_speech(path: str | Path) -> Prepared:
    """The speech in a file, cleaned, described and dated."""
    path = Path(path)
    source = read_source(path)
    cleaned = clean(source.text, source.outside)
    if not cleaned.text:
        raise JianghuaError("nothing is left after cleaning", path, "see whether it holds a speech")
    about = describe(cleaned.text, source.meta)
    speech = Speech(
        id=speech_id(cleaned.text), title=about.title, speaker=about.speaker, place=about.place,
        level=about.level, occasion=about.occasion, source=path.name, rights="unknown",
        text=cleaned.text,
    )  # fmt: skip
    return Prepared(speech, cleaned.removals, source.warnings)


def speech_id(text: str) -> str:
    """The first ten hexadecimal digits of the SHA-256 of the text: same words, same id."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def read_speech(path: str | Path) -> Speech:
    """The speech in a txt, html, docx or pdf file."""
    return prepare_speech(path).speech


def walk(paths: Iterable[str | Path]) -> Iterator[tuple[Path, str]]:
    """(file, "") for each file to read, (path, reason) for each one to skip; folders in order."""
    for path in map(Path, paths):
        if path.is_dir() and not path.is_symlink():
            yield from walk(sorted(path.iterdir()))
        else:
            yield path, _why_skip(path)


def _why_skip(path: Path) -> str:
    if path.is_symlink():
        return "is a link"
    return "is hidden" if path.name.startswith(".") else ""
