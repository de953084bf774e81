"""Office files are XML in a zip archive: one part streamed with limits, nothing fetched or expanded."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

from jianghua.errors import JianghuaError

_LARGEST = 100 * 1024 * 1024  # bytes of one part once unpacked


Opened = Callable[[str, dict[str, str]], Any]
Heard = Callable[[str], Any]


class TooMuch(Exception):
    """A part goes beyond a limit; says which."""


def parse_part(
    archive: zipfile.ZipFile, name: str, path: Path, opened: Opened, words: Heard, closed: Heard
) -> None:
    """Stream one part through handlers; a part with entities of its own is refused unread."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.CharacterDataHandler = words
    parser.EntityDeclHandler = _refuse_entities
    parser.ExternalEntityRefHandler = lambda *_: 0
    try:
        for piece in _unpacked(archive, name):
            parser.Parse(piece)
        parser.Parse(b"", True)
    except TooMuch as error:
        raise JianghuaError(
            str(error), path, "open it and save it anew, or its text alone as .txt"
        ) from None
    except (
        expat.ExpatError,
        zipfile.BadZipFile,
        OSError,
        EOFError,
        ValueError,
        zlib.error,
    ) as error:
        raise JianghuaError("is a damaged Office file", path, "get the file again") from error
    except (RuntimeError, NotImplementedError) as error:  # zipfile's words for a password
        found = "is packed in a way that Word does not use, perhaps with a password"
        raise JianghuaError(found, path, "save it again as .docx") from error


def _refuse_entities(*_: Any) -> None:
    raise TooMuch("declares entities, which Word never does")


def _unpacked(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A part piece by piece, whatever size the archive states for it."""
    total = 0
    with archive.open(name) as packed:
        while piece := packed.read(1 << 20):
            total += len(piece)
            if total > _LARGEST:
                raise TooMuch("unpacks to more than 100 MB")
            yield piece
