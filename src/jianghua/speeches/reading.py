"""A file of unknown origin becomes raw text: the only room that imports document readers."""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jianghua.errors import JianghuaError

LARGEST = 50 * 1024 * 1024  # bytes; no speech comes near, a dump or a disk image does
_LARGEST_PART = 100 * 1024 * 1024  # unpacked document.xml


@dataclass(frozen=True)
class Source:
    """What a file says before any cleaning.

    ``text`` is the whole document as its format yields it, lines ending in LF. ``kind`` is txt,
    html, docx or pdf; ``encoding`` is empty where the format has one of its own. ``meta`` is what
    the format itself states (title, PubDate, ContentSource, author …). ``warnings`` are one line
    each.
    """

    text: str
    kind: str
    encoding: str = ""
    meta: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


_SIGNATURES = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "bmp"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"RIFF", "media"),
    (b"ID3", "media"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
)


def read_source(path: str | Path) -> Source:
    """The raw text of a txt, html, docx or pdf file, told apart by content rather than by name.

    Raises JianghuaError, saying what to do, for what holds no readable text: legacy .doc, scanned
    or locked PDF, images, archives, empty and oversized files.
    """
    path = Path(path)
    content = _content(path)
    reader = {"pdf": _read_pdf, "docx": _read_docx, "html": _read_html, "txt": _read_txt}
    source = reader[_kind(content, path)](content, path)
    if not source.text.strip():
        raise JianghuaError("holds no text", path, "see whether the file opens elsewhere")
    return source


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise JianghuaError("is not a file", path, "check the path")
    if path.stat().st_size > LARGEST:
        raise JianghuaError("is larger than 50 MB", path, "split it into one file a speech")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise JianghuaError(
            f"cannot be read ({error.strerror})", path, "check permissions"
        ) from error
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise JianghuaError("is empty", path, "get the file again")
    return content


def _kind(content: bytes, path: Path) -> str:
    signed = next((kind for magic, kind in _SIGNATURES if content.startswith(magic)), "")
    if signed == "zip":
        return _kind_of_zip(content, path)
    if signed == "pdf":
        return "pdf"
    if signed == "ole":
        raise JianghuaError(
            "is a Word 97-2003 document (.doc)",
            path,
            "open it in Word or LibreOffice and save it as .docx",
        )
    if signed == "rtf":
        raise JianghuaError("is a rich text document (.rtf)", path, "save it as .docx")
    if signed in {"image", "media", "archive", "program"}:
        raise JianghuaError(
            f"is a binary file ({signed}), not a document", path, "give the document itself"
        )
    return "html" if _looks_like_html(content, path) else "txt"


def _kind_of_zip(content: bytes, path: Path) -> str:
    try:
        names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    except zipfile.BadZipFile as error:
        raise JianghuaError("is a damaged .docx or .zip", path, "get the file again") from error
    if "word/document.xml" in names:
        return "docx"
    raise JianghuaError(
        "is an archive without a Word document", path, "unpack it and add the files inside"
    )


def _looks_like_html(content: bytes, path: Path) -> bool:
    start = content[:4096].replace(b"\x00", b"").lower()
    if re.search(rb"<!doctype html|<html[\s>]|<head[\s>]|<body[\s>]", start):
        return True
    return path.suffix.lower() in {".html", ".htm", ".shtml", ".xhtml", ".mht"} and b"<" in start


def _read_txt(content: bytes, path: Path) -> Source:
    text, encoding, warnings = decode(content)
    return Source(text.replace("\r\n", "\n").replace("\r", "\n"), "txt", encoding, {}, warnings)


def decode(content: bytes, declared: str = "") -> tuple[str, str, tuple[str, ...]]:
    """Text, encoding and warnings of bytes."""
    for bom, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if content.startswith(bom):
            return content.decode(encoding, "replace"), encoding, ()
    try:
        return content.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError:
        text = content.decode("gb18030", "replace")
        return text, "gb18030", ()


def _read_html(content: bytes, path: Path) -> Source:
    import trafilatura

    text, encoding, warnings = decode(content)
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    body = (
        trafilatura.extract(
            text, favor_precision=True, include_comments=False, include_tables=False
        )
        or ""
    )
    return Source(body, "html", encoding, {}, warnings)


def _read_docx(content: bytes, path: Path) -> Source:
    import docx

    document = docx.Document(io.BytesIO(content))
    return Source("\n".join(p.text for p in document.paragraphs), "docx")


def _read_pdf(content: bytes, path: Path) -> Source:
    import pdfplumber

    with pdfplumber.open(io.BytesIO(content)) as pdf:
        return Source("\n".join(page.extract_text() or "" for page in pdf.pages), "pdf")
