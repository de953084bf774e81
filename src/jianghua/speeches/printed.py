"""PDF files: printed lines with their places become paragraphs again."""

from __future__ import annotations

import io
import re
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jianghua.errors import JianghuaError
from jianghua.speeches.characters import without_lookalikes
from jianghua.speeches.columns import lines_in_reading_order
from jianghua.speeches.decoding import plausibility
from jianghua.speeches.removals import Cut
from jianghua.speeches.source import Source

_MOST_PAGES = 1500
_PATIENCE = 6.0  # seconds for the slower of two readers


@dataclass(frozen=True)
class _Printed:
    """A printed line: its words, where it begins and ends on the page (points), its height."""

    text: str
    left: float = 0.0
    right: float = 0.0
    height: float = 0.0


_Page = list[_Printed]


def read_pdf(content: bytes, path: Path) -> Source:
    """The text layer of a PDF; running heads, feet and page numbers are marked as outside."""
    second = _pdfium_pages(content, path)
    pages, warnings = _better(_modern(_plumber_pages(content)), _modern(second))
    letters = sum(len(line.text) for page in pages for line in page)
    if blank := sum(not page for page in pages) if letters else 0:
        warnings = (*warnings, f"{blank} of {len(pages)} pages hold no text that can be read")
    if letters < 10 * len(pages):
        raise JianghuaError(
            "is a scanned PDF without text", path, "run text recognition (OCR) and give the result"
        )
    text, outside = _pages_as_text(pages)
    if plausibility(text) < 0 or "(cid:" in text:
        raise JianghuaError(
            "is a PDF whose characters cannot be read", path, "save it as .docx, or run OCR"
        )
    return Source(text, "pdf", "", _pdf_meta(content), warnings, outside)


def _pdfium_pages(content: bytes, path: Path) -> list[_Page]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        found = "is a PDF locked with a password" if locked else "is a damaged PDF"
        remedy = "save it without the password" if locked else "get the file again"
        raise JianghuaError(found, path, remedy) from error
    if len(document) > _MOST_PAGES:
        raise JianghuaError(f"has {len(document)} pages", path, "split it into one file a speech")
    return [_shown_by_pdfium(document, number) for number in range(len(document))]


def _shown_by_pdfium(document: Any, number: int) -> _Page:
    """The lines of a page; none where the page is damaged, which must not cost the others."""
    import pypdfium2

    try:
        words = document[number].get_textpage().get_text_bounded().replace("\ufffe", "")
    except pypdfium2.PdfiumError:
        return []
    return [_Printed(line.strip()) for line in words.splitlines() if line.strip()]


def _plumber_pages(content: bytes) -> list[_Page]:
    """Lines with their places, or no pages where pdfplumber cannot read the file."""
    import logging

    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    begun = time.monotonic()
    pages = []
    try:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            for page in pdf.pages:
                pages.append(_printed_lines(page))
                page.close()  # what a page has drawn is kept otherwise
                if time.monotonic() - begun > _PATIENCE:
                    return []
        return pages
    except Exception:  # whatever it stumbles over, the other reader has the file open already
        return []


def _printed_lines(page: Any) -> _Page:
    found = lines_in_reading_order(page)
    return [
        _Printed(line["text"], line["x0"], line["x1"], line["bottom"] - line["top"])
        for line in found
    ]


_SECOND_READING = (
    "read without knowing where lines begin: paragraphs may be run together, and characters may be "
    "missing where the file embeds no Chinese font. Compare with the file"
)


def _better(first: list[_Page], second: list[_Page]) -> tuple[list[_Page], tuple[str, ...]]:
    """The reading that looks more like Chinese; pdfplumber's where both do, for its places."""
    ours, theirs = (_joined(pages) for pages in (first, second))
    if not first or _quality(ours) < _quality(theirs) - 0.1 or len(ours) < 0.7 * len(theirs):
        return second, (_SECOND_READING,)
    return first, ()


def _joined(pages: list[_Page]) -> str:
    return "".join(line.text for page in pages for line in page)


def _quality(text: str) -> float:
    """Plausibility, or −1 for text without a character table or with one character over and over."""
    han = re.findall("[\u4e00-\u9fff]", text)
    if "(cid:" in text or (len(han) > 200 and len(set(han)) < 0.02 * len(han)):
        return -1.0
    return plausibility(text)


def _modern(pages: list[_Page]) -> list[_Page]:
    """Radicals that some character tables give instead of the characters (⼀ for 一) folded."""
    return [[replace(line, text=without_lookalikes(line.text)) for line in page] for page in pages]


def _pages_as_text(pages: list[_Page]) -> tuple[str, tuple[Cut, ...]]:
    """Printed lines end in one break, paragraphs in two; and the running heads and feet."""
    running = _running(pages)
    left, right = _margins(pages)
    text, outside = "", []
    for number, page in enumerate(pages):
        for place, line in enumerate(page):
            if (number, place) in running:
                outside.append(
                    Cut(len(text), len(text) + len(line.text) + 1, "running head or foot")
                )
                text += line.text + "\n"
                continue
            starts = line.left > left + 1.2 * line.height
            if starts and text and not text.endswith("\n\n"):
                text += "\n"
            text += line.text + "\n"
            if line.right and line.right < right - 3 * line.height:
                text += "\n"
    return text, tuple(outside)


def _margins(pages: list[_Page]) -> tuple[float, float]:
    """Where most lines begin and end."""
    lines = [line for page in pages for line in page if line.right]
    if not lines:
        return 0.0, 0.0
    left = Counter(round(line.left) for line in lines if len(line.text) > 10).most_common(1)
    right = Counter(round(line.right / 5) * 5 for line in lines if len(line.text) > 10).most_common(
        1
    )
    return (float(left[0][0]) if left else 0.0), (float(right[0][0]) if right else 0.0)


def _running(pages: list[_Page]) -> set[tuple[int, int]]:
    """(page, line) of heads, feet and page numbers: the outermost lines that recur on most pages."""
    edges = [
        (number, place, _slot(place, len(page)), re.sub(r"\d+", "#", page[place].text))
        for number, page in enumerate(pages)
        for place in _outermost(len(page))
    ]
    seen = Counter((slot, shape) for _, _, slot, shape in edges)
    enough = max(2, len(pages) // 2)
    return {
        (number, place)
        for number, place, slot, shape in edges
        if seen[slot, shape] >= enough or re.fullmatch(r"[-—–·\s]*#[-—–·\s]*|第?\s*#\s*页.*", shape)
    }


def _outermost(lines: int) -> Iterable[int]:
    return sorted({0, 1, lines - 2, lines - 1} & set(range(lines)))


def _slot(place: int, lines: int) -> int:
    return place if place < 2 else place - lines


def _pdf_meta(content: bytes) -> dict[str, str]:
    import pypdfium2

    found = pypdfium2.PdfDocument(content).get_metadata_dict()
    return {name.lower(): value for name, value in found.items() if value}
