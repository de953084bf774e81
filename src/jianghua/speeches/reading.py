"""A file of unknown origin becomes raw text: told apart by content, given to the reader of its kind."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from jianghua.errors import JianghuaError
from jianghua.speeches.characters import without_surrogates
from jianghua.speeches.decoding import decode, is_text
from jianghua.speeches.source import LARGEST, LONGEST, MOST_LINES, Source, read_bytes
from jianghua.speeches.wordfile import body_name, read_docx

__all__ = ["LARGEST", "Source", "read_source"]


def read_source(path: str | Path) -> Source:
    """The raw text of a txt, html, docx or pdf file, told apart by content rather than by name.

    Raises JianghuaError, saying what to do, for what holds no readable text: legacy .doc, scanned
    or locked PDF, images, archives, empty and oversized files.
    """
    path = Path(path)
    content = read_bytes(path)
    kind = _kind(content, path)
    try:
        source = _reader(kind)(content, path)
    except (JianghuaError, MemoryError):
        raise
    except Exception as error:  # a reader's own failure must not stop the other files
        found = f"cannot be read as {kind} ({type(error).__name__})"
        raise JianghuaError(found, path, "save it again as .docx or .txt") from error
    if not source.text.strip():
        raise JianghuaError("holds no text", path, "open it and save its text as .txt or .docx")
    _check_length(source.text, path)
    return replace(source, text=without_surrogates(source.text))


def _check_length(text: str, path: Path) -> None:
    lines = sum(not line.isspace() for line in text.splitlines())
    for number, most, what in ((len(text), LONGEST, "characters"), (lines, MOST_LINES, "lines")):
        if number > most:
            found = f"holds {number} {what}, more than any speech"
            raise JianghuaError(found, path, "split it into one file a speech")


def _reader(kind: str) -> Callable[[bytes, Path], Source]:
    """Readers are imported when a file needs them: most folders hold one kind."""
    if kind == "pdf":
        from jianghua.speeches.printed import read_pdf as reader
    elif kind == "docx":
        return read_docx
    elif kind == "html":
        from jianghua.speeches.webpage import read_html as reader
    else:
        return _read_txt
    return reader


# --- which kind of file --------------------------------------------------------------------------

_SIGNATURES = (
    (b"PK\x03\x04", "zip"), (b"{\\rtf", "rtf"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"),
    (b"II*\x00", "picture"), (b"MM\x00*", "picture"), (b"RIFF", "picture"),
    (b"ID3", "recording"), (b"\x00\x00\x00\x18ftyp", "recording"), (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"), (b"\x1f\x8b", "archive"), (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"), (b"\x7fELF", "program"), (b"MZ\x90", "program"),
    (b"SQLite format 3", "database"),
)  # fmt: skip
_REMEDIES = {
    "rtf": (
        "is a rich text document (.rtf)",
        "open it in Word or LibreOffice and save it as .docx",
    ),
    "picture": ("is a picture", "run text recognition (OCR) and give the recognised text"),
    "recording": ("is a recording", "give a written text"),
    "archive": ("is an archive", "unpack it and give the documents inside"),
    "program": ("is a program", "give a document"),
    "database": ("is a database", "export the speeches, one text file each"),
}
_IN_ZIP = (
    ("OFD.xml", "an OFD document", "open it in an OFD reader and save it as PDF or .docx"),
    ("ppt/presentation.xml", "a PowerPoint file", "save its text as .docx"),
    (
        "xl/workbook.xml",
        "an Excel file",
        "give one document a speech; name it catalog.xlsx if it describes the files beside it",
    ),
    ("content.xml", "an OpenDocument file (.odt)", "open it in LibreOffice and save it as .docx"),
)
_HTML = re.compile(rb"<!doctype\s+html|<(?:html|head|body|meta|title|div|p)\b[^<>]*>", re.I)

_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,100}<\?xml\s")


def _kind(content: bytes, path: Path) -> str:
    if b"%PDF-" in content[:1024]:
        return "pdf"
    signed = next((kind for magic, kind in _SIGNATURES if content.startswith(magic)), "")
    if signed == "zip":
        return _kind_of_zip(content, path)
    if signed == "ole":
        raise _ole_error(content, path)
    if signed:
        found, remedy = _REMEDIES[signed]
        raise JianghuaError(found, path, remedy)
    if _is_html(content, path):
        return "html"
    if _XML.match(content):
        remedy = "open it in the program that made it, and save it as .docx or .txt"
        raise JianghuaError("is an XML file", path, remedy)
    return "txt"


def _kind_of_zip(content: bytes, path: Path) -> str:
    try:
        names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise JianghuaError("is a damaged .docx or .zip", path, "get the file again") from error
    if body_name(names):
        return "docx"
    for name, found, remedy in _IN_ZIP:
        if name in names:
            raise JianghuaError(f"is {found}", path, remedy)
    raise JianghuaError("is an archive", path, "unpack it and give the documents inside")


def _ole_error(content: bytes, path: Path) -> JianghuaError:
    if "EncryptedPackage".encode("utf-16-le") in content:
        found = "is a Word document locked with a password"
        return JianghuaError(found, path, "open it with the password and save it without")
    found = "is a Word 97-2003 document (.doc, .wps)"
    return JianghuaError(found, path, "open it in Word, WPS or LibreOffice and save it as .docx")


def _is_html(content: bytes, path: Path) -> bool:
    start = content[:8192].replace(b"\x00", b"")
    if b"multipart/related" in start.lower() and b"mime-version" in start.lower():
        return True
    named = path.suffix.lower() in {".html", ".htm", ".shtml", ".xhtml", ".mht", ".jsp", ".aspx"}
    first = _HTML.search(start)
    return first is not None and (
        named or not start[: first.start()].strip(b"\xef\xbb\xbf\xff\xfe \t\r\n") or b"</" in start
    )


# --- plain text ----------------------------------------------------------------------------------


def _read_txt(content: bytes, path: Path) -> Source:
    decoded = decode(content)
    if not is_text(decoded.text):
        raise JianghuaError("is not text in any known encoding", path, "save it as UTF-8 text")
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    if _is_json(text):
        remedy = "save the words of each speech as a .txt of its own"
        raise JianghuaError("is a JSON export, not a text", path, remedy)
    return Source(text, "txt", decoded.encoding, {}, decoded.warnings)


def _is_json(text: str) -> bool:
    shown = text.strip()
    if shown[:1] + shown[-1:] not in {"{}", "[]"}:
        return False
    try:
        return isinstance(json.loads(shown), dict | list)
    except (ValueError, RecursionError):
        return False
