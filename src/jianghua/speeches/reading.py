"""A file of unknown origin becomes raw text: the only module that imports document readers."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.speeches.decoding import decode, is_text, plausibility
from jianghua.speeches.removals import Cut

if TYPE_CHECKING:
    from lxml.html import HtmlElement

LARGEST = 50 * 1024 * 1024  # bytes; no speech comes near, a dump or a disk image does
_LARGEST_XML = 100 * 1024 * 1024  # bytes of document.xml once unpacked
_MOST_PAGES = 1500


@dataclass(frozen=True)
class Source:
    """What a file says before any cleaning.

    ``text`` is the whole document as its format yields it, lines ending in LF. ``kind`` is txt,
    html, docx or pdf; ``encoding`` is empty where the format has one of its own. ``meta`` is what
    the format itself states (title, PubDate, ContentSource, author …). ``warnings`` are one line
    each. ``outside`` are the stretches of ``text`` that the format shows to be no part of the
    document proper: what surrounds the article on a web page, the running heads of a PDF.
    """

    text: str
    kind: str
    encoding: str = ""
    meta: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    outside: tuple[Cut, ...] = ()


def read_source(path: str | Path) -> Source:
    """The raw text of a txt, html, docx or pdf file, told apart by content rather than by name.

    Raises JianghuaError, saying what to do, for what holds no readable text: legacy .doc, scanned
    or locked PDF, images, archives, empty and oversized files.
    """
    path = Path(path)
    content = _content(path)
    reader = {"pdf": _read_pdf, "docx": _read_docx, "html": _read_html, "txt": _read_txt}
    kind = _kind(content, path)
    try:
        source = reader[kind](content, path)
    except JianghuaError:
        raise
    except Exception as error:  # a reader's own failure must not stop the other files
        found = f"cannot be read as {kind} ({type(error).__name__})"
        raise JianghuaError(found, path, "save it again as .docx or .txt") from error
    if not source.text.strip():
        raise JianghuaError("holds no text", path, "open it and save its text as .txt or .docx")
    return source


def _content(path: Path) -> bytes:
    if not path.is_file():
        found = "is a folder" if path.is_dir() else "is not a file"
        raise JianghuaError(found, path, "give the path of one document")
    if path.stat().st_size > LARGEST:
        raise JianghuaError("is larger than 50 MB", path, "split it into one file a speech")
    try:
        content = path.read_bytes()
    except OSError as error:
        why = error.strerror or "no reason given"
        raise JianghuaError(f"cannot be read ({why})", path, "check its permissions") from error
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xfe\xff"):
        raise JianghuaError("is empty", path, "get the file again")
    return content


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
    ("xl/workbook.xml", "an Excel file", "give one document a speech"),
    ("content.xml", "an OpenDocument file (.odt)", "open it in LibreOffice and save it as .docx"),
)
_HTML = re.compile(rb"<!doctype\s+html|<(?:html|head|body|meta|title|div|p)\b[^<>]*>", re.I)


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
    return "html" if _is_html(content, path) else "txt"


def _kind_of_zip(content: bytes, path: Path) -> str:
    try:
        names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise JianghuaError("is a damaged .docx or .zip", path, "get the file again") from error
    if "word/document.xml" in names:
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
    return Source(text, "txt", decoded.encoding, {}, (*decoded.warnings, *_doubts(text)))


def _doubts(text: str) -> Iterator[str]:
    """What a reader should know about a text that was read without an error."""
    han = len(re.findall("[\u4e00-\u9fff]", text))
    if han < 0.3 * len(re.sub(r"\s", "", text)):
        yield f"only {han} Chinese characters: is this a Chinese speech?"
    elif plausibility(text) < 0.25:
        yield "the characters are unusual: perhaps decoded wrongly"


# --- web pages -----------------------------------------------------------------------------------

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_SILENT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "iframe",
        "object",
        "svg",
        "select",
        "button",
    ]
)
_AROUND = re.compile(
    r"\b(?:nav|menu|crumbs?|breadcrumbs?|footer|foot|sidebar|aside|related|recommend|comments?|"
    r"share|toolbar|copyright|hot|rank|advert|ads?|pagination|pager|position|login)\b",
    re.I,
)  # fmt: skip
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.I)
_LARGEST_CHECKED = 1_000_000  # characters; trafilatura needs minutes beyond


def _read_html(content: bytes, path: Path) -> Source:
    content = _unwrapped(content)
    declared = _CHARSET.search(content[:4096])
    decoded = decode(content, declared[1].decode("ascii") if declared else "")
    root = _parsed(decoded.text, path)
    lines = list(_page_lines(root))
    text = "".join(line.text for line in lines)
    plain = _stripped(decoded.text)
    if len(_HAN.findall(text)) < 0.5 * len(_HAN.findall(plain)):
        remark = "the page is built wrongly; all of its text was taken, with what surrounds it"
        return Source(plain, "html", decoded.encoding, _page_meta(root), (remark,))
    main = _main_part(lines)
    warnings = (*decoded.warnings, *_doubts(text), *_second_opinion(decoded.text, lines, main))
    return Source(text, "html", decoded.encoding, _page_meta(root), warnings, _around(lines, main))


@dataclass(frozen=True, eq=False)
class _Line:
    """One line of a page as a browser would break it: its text with the break, its place."""

    text: str
    block: HtmlElement
    linked: int  # characters inside links


_HAN = re.compile("[\u4e00-\u9fff]")


def _stripped(page: str) -> str:
    """A page without its tags, for pages that no parser takes in whole."""
    page = re.sub(r"(?is)<(script|style)\b.*?</\1>|<!--.*?-->", "", page)
    page = re.sub(r"(?i)<(?:br|p|div|tr|li|h[1-6])\b[^>]*>", "\n", page)
    return html.unescape(re.sub(r"<[^<>]*>", "", page))


def _unwrapped(content: bytes) -> bytes:
    """The page inside a web archive (.mht); any other content as it is."""
    if b"multipart/related" not in content[:4096].lower():
        return content
    import email

    for part in email.message_from_bytes(content).walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            return payload if isinstance(payload, bytes) else content
    return content


def _parsed(text: str, path: Path) -> HtmlElement:
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    # lxml refuses a str that names an encoding, and stops at characters that XML forbids
    text = re.sub(r"<\?xml[^>]*\?>", "", text, count=1)
    text = re.sub(r"&#(?:x[fF]{3}[eEfF]|6553[45]|0+|x0+);|\x00", "", text)
    try:
        return document_fromstring(text, parser=HTMLParser(huge_tree=True))
    except (etree.ParserError, ValueError) as error:
        raise JianghuaError("is a web page without content", path, "save the page again") from error


def _page_lines(root: HtmlElement) -> Iterator[_Line]:
    """The page's visible text, line by line."""
    from lxml import etree

    line, linked, silent, links = "", 0, 0, 0
    block = root
    for event, node in etree.iterwalk(root, events=("start", "end")):
        tag = node.tag if isinstance(node.tag, str) else "script"
        opens = event == "start"
        if tag in _BLOCKS:
            yield from _finished(line, block, linked)
            line, linked, block = "", 0, _block_of(node, opens)
        silent += (1 if opens else -1) * (tag in _SILENT)
        links += (1 if opens else -1) * (tag == "a")
        piece = (node.text if opens and isinstance(node.tag, str) else None) if opens else node.tail
        if tag == "td" and opens and line.strip():
            line += "\t"
        if piece and not silent:
            shown = piece.replace("\n", "\v") if tag == "pre" else piece
            line, linked = line + shown, linked + len(shown.strip()) * bool(links)
    yield from _finished(line, block, linked)


def _block_of(node: HtmlElement, opens: bool) -> HtmlElement:
    """The block that the text after a tag belongs to."""
    if opens and node.tag != "br":
        return node
    parent = node.getparent()
    return node if parent is None else parent


def _finished(line: str, block: HtmlElement, linked: int) -> Iterator[_Line]:
    # a break in the page's source between two Chinese characters is no blank on the screen
    line = re.sub(r"(?<=[\u2e80-\uffef“”])[ \t]*[\r\n][ \t\r\n]*(?=[\u2e80-\uffef“”])", "", line)
    line = re.sub(r"[ \r\n\f]+", " ", line).strip(" ")
    for part in line.split("\v"):
        if part.strip():
            yield _Line(part + "\n", block, linked)


def _main_part(lines: list[_Line]) -> set[int]:
    """Numbers of the lines inside the element that holds most of the page's running text.

    What is named navigation, comments or footer does not count, unless most of the text is there:
    some sites give their articles such names.
    """
    prose = [(line, _weight(line), _is_around(line.block)) for line in lines]
    outside = sum(weight for _, weight, around in prose if around)
    trusted = outside <= 0.5 * sum(weight for _, weight, _ in prose)
    weights: Counter[HtmlElement] = Counter()
    for line, weight, around in prose:
        if weight and not (around and trusted):
            weights.update(dict.fromkeys(_ancestry(line.block), weight))
    if not weights:
        return set(range(len(lines)))
    main = _narrowest(weights, _ancestry(lines[0].block)[-1])
    inside = {n for n, line in enumerate(lines) if main in _ancestry(line.block)}
    if trusted:
        inside -= {n for n in inside if _is_around(lines[n].block, main)}
    return inside | _headline(lines, inside)


def _ancestry(element: HtmlElement) -> list[HtmlElement]:
    return [element, *element.iterancestors()]


def _weight(line: _Line) -> int:
    """Characters of running text: sentences, not links."""
    text = line.text.strip()
    if len(text) < 15 or not re.search(r"[，。；]", text) or line.linked > 0.5 * len(text):
        return 0
    return len(text)


def _narrowest(weights: Counter[HtmlElement], root: HtmlElement) -> HtmlElement:
    """The innermost element that still holds nearly all of what its parent holds."""
    element = root
    while True:
        heavy = [child for child in element if weights[child] >= 0.8 * weights[element]]
        if not heavy or (heavy[0].tag == "p" and weights[element] > weights[heavy[0]]):
            return element
        element = heavy[0]


def _is_around(element: HtmlElement, within: HtmlElement | None = None) -> bool:
    """Whether an element is named as navigation, comments, footer … (below ``within``)."""
    for ancestor in _ancestry(element):
        if ancestor is within or ancestor.tag in {"html", "body"}:
            return False
        names = f"{ancestor.get('class', '')} {ancestor.get('id', '')}".replace("_", " ")
        style = ancestor.get("style", "").replace(" ", "").lower()
        if ancestor.tag in {"nav", "aside", "footer"} or _AROUND.search(names):
            return True
        if "display:none" in style or ancestor.get("hidden") is not None:
            return True
    return False


def _headline(lines: list[_Line], inside: set[int]) -> set[int]:
    """The lines of the last <h1> (or <h2>) above the main part, which often stands outside it."""
    first = min(inside, default=0)
    for tag in ("h1", "h2"):
        above = [n for n in range(first) if lines[n].block.tag == tag]
        if above and len(lines[above[-1]].text) > 6:
            return {above[-1]}
    return set()


def _around(lines: list[_Line], main: set[int]) -> tuple[Cut, ...]:
    cuts, position = [], 0
    for number, line in enumerate(lines):
        end = position + len(line.text)
        if number not in main:
            cuts.append(Cut(position, end, "outside the main text"))
        position = end
    return tuple(cuts)


def _page_meta(root: HtmlElement) -> dict[str, str]:
    """What the page's meta tags state, its <title> as ``title`` and its first <h1> as ``h1``."""
    meta: dict[str, str] = {}
    for tag in root.iter("meta"):
        name = tag.get("name") or tag.get("property") or tag.get("itemprop")
        if name and tag.get("content"):
            meta.setdefault(name, " ".join(tag.get("content").split())[:300])
    for name in ("title", "h1"):
        found = root.find(f".//{name}")
        if found is not None and (shown := " ".join(found.text_content().split())):
            meta[name] = shown[:300]
    return meta


def _second_opinion(page: str, lines: list[_Line], main: set[int]) -> Iterator[str]:
    """A warning where trafilatura sees another main text than we do."""
    if len(page) > _LARGEST_CHECKED:
        return
    import trafilatura

    theirs = trafilatura.extract(page, favor_precision=True, include_comments=False) or ""
    ours = re.sub(r"\s", "", "".join(lines[n].text for n in sorted(main)))
    pieces = [re.sub(r"\s", "", piece) for piece in theirs.split("\n")]
    total = sum(len(piece) for piece in pieces)
    missing = sum(len(piece) for piece in pieces if piece not in ours)
    if total > 200 and missing > 0.3 * total:
        yield f"{missing} characters that may belong to the text were taken for page furniture"


# --- Word ----------------------------------------------------------------------------------------

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_UNSEEN = {f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr")}
_CORE = ("title", "author", "subject", "keywords", "category", "comments", "created", "modified")


def _read_docx(content: bytes, path: Path) -> Source:
    import docx

    size = zipfile.ZipFile(io.BytesIO(content)).getinfo("word/document.xml").file_size
    if size > _LARGEST_XML:
        raise JianghuaError("unpacks to more than 100 MB", path, "split it into one file a speech")
    document = docx.Document(io.BytesIO(content))
    body = document.element.body
    text = "\n".join(_docx_lines(body)) + "\n"
    core = {name: str(getattr(document.core_properties, name) or "") for name in _CORE}
    meta = {name: value for name, value in core.items() if value}
    return Source(text, "docx", "", meta, (*_docx_warnings(body), *_doubts(text)))


def _docx_lines(element: Any) -> Iterator[str]:
    """Paragraphs in order, inside tables, text boxes and content controls too; a row is a line."""
    for child in element:
        if child.tag in _UNSEEN or child.tag == _MC_FALLBACK:
            continue
        if child.tag == f"{_W}p":
            yield from _docx_text(child).split("\n")
            yield from (
                line
                for box in child.iter(f"{_W}txbxContent")
                if _is_seen(box)
                for line in _docx_lines(box)
            )
        elif child.tag == f"{_W}tr":
            yield "\t".join(" ".join(_docx_lines(cell)) for cell in child.iter(f"{_W}tc"))
        else:
            yield from _docx_lines(child)


def _is_seen(box: Any) -> bool:
    return not any(ancestor.tag == _MC_FALLBACK for ancestor in box.iterancestors())


def _docx_text(paragraph: Any) -> str:
    """The words of a paragraph: insertions kept, deletions and field codes left out."""
    pieces = []
    for node in paragraph.iterchildren():
        if node.tag in _UNSEEN or node.tag in {_MC_FALLBACK, f"{_W}txbxContent"}:
            continue
        if node.tag == f"{_W}t":
            pieces.append(node.text or "")
        elif node.tag in {f"{_W}br", f"{_W}cr"}:
            pieces.append("\n")
        elif node.tag == f"{_W}tab":
            pieces.append("\t")
        elif node.tag == f"{_W}noBreakHyphen":
            pieces.append("-")
        else:
            pieces.append(_docx_text(node))
    return "".join(pieces)


def _docx_warnings(body: Any) -> Iterator[str]:
    numbered = sum(1 for _ in body.iter(f"{_W}numPr"))
    if numbered:
        yield f"{numbered} paragraphs are numbered by Word; these numbers are not in the text"
    if any(True for _ in body.iter(f"{_W}del", f"{_W}ins")):
        yield "tracked changes: insertions were kept, deletions left out"


# --- PDF -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Printed:
    """A printed line: its words, where it begins and ends on the page (points), its height."""

    text: str
    left: float = 0.0
    right: float = 0.0
    height: float = 0.0


_Page = list[_Printed]


def _read_pdf(content: bytes, path: Path) -> Source:
    second = _pdfium_pages(content, path)
    pages, warnings = _better(_modern(_plumber_pages(content)), _modern(second))
    letters = sum(len(line.text) for page in pages for line in page)
    if letters < 10 * len(pages):
        raise JianghuaError(
            "is a scanned PDF without text", path, "run text recognition (OCR) and give the result"
        )
    text, outside = _pages_as_text(pages)
    if plausibility(text) < 0 or "(cid:" in text:
        raise JianghuaError(
            "is a PDF whose characters cannot be read", path, "save it as .docx, or run OCR"
        )
    return Source(text, "pdf", "", _pdf_meta(content), (*warnings, *_doubts(text)), outside)


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
    pages = []
    for page in document:
        shown = page.get_textpage().get_text_bounded().replace("\ufffe", "")
        pages.append([_Printed(line.strip()) for line in shown.splitlines() if line.strip()])
    return pages


def _plumber_pages(content: bytes) -> list[_Page]:
    """Lines with their places, or no pages where pdfplumber cannot read the file."""
    import logging

    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            return [_printed_lines(page) for page in pdf.pages]
    except Exception:  # whatever it stumbles over, the other reader has the file open already
        return []


def _printed_lines(page: Any) -> _Page:
    found = page.extract_text_lines(return_chars=False, strip=True)
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


# Radicals that stand for whole characters but that Unicode does not fold (CJK Radicals Supplement).
_RADICALS = str.maketrans(
    "⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
    "民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟",
)


def _modern(pages: list[_Page]) -> list[_Page]:
    """Radicals that some character tables give instead of the characters (⼀ for 一) folded."""
    return [[replace(line, text=_folded(line.text)) for line in page] for page in pages]


def _folded(text: str) -> str:
    import unicodedata

    folded = re.sub("[\u2e80-\u2fdf]", lambda m: unicodedata.normalize("NFKC", m[0]), text)
    return folded.translate(_RADICALS)


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
