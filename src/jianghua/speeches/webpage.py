"""Web pages: every visible line of one, and which of them surround the article."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jianghua.errors import JianghuaError
from jianghua.speeches.decoding import decode
from jianghua.speeches.portal import DATE, SPEAKER, TITLE, is_furniture
from jianghua.speeches.removals import Cut
from jianghua.speeches.source import LONGEST, Source

if TYPE_CHECKING:
    from lxml.html import HtmlElement

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
        "rt",
        "rp",
    ]
)
_AROUND = re.compile(
    r"\b(?:nav|menu|crumbs?|breadcrumbs?|footer|foot|sidebar|aside|related|recommend|comments?|"
    r"share|toolbar|copyright|hot|rank|advert|ads?|pagination|pager|position|login|wm-ipp)\b",
    re.I,
)  # fmt: skip
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.I)
_MOST_TAGS = 300_000
_MOST_CHECKED = 20_000  # tags; trafilatura needs minutes beyond
_SAVE_TEXT = "open the page and save its text as .txt"


def read_html(content: bytes, path: Path) -> Source:
    """The visible text of a page; what surrounds its article is marked as outside."""
    content = _unwrapped(content)
    declared = _CHARSET.search(content[:4096])
    decoded = decode(content, declared[1].decode("ascii") if declared else "")
    if (tags := decoded.text.count("<")) > _MOST_TAGS:
        raise JianghuaError(f"holds {tags} tags, more than any article", path, _SAVE_TEXT)
    root = _parsed(decoded.text, path)
    lines = list(_page_lines(root))
    text = "".join(line.text for line in lines)
    plain = _stripped(decoded.text)
    if len(_HAN.findall(text)) < 0.5 * len(_HAN.findall(plain)):
        remark = "the page is built wrongly; all of its text was taken, with what surrounds it"
        return Source(plain, "html", decoded.encoding, _page_meta(root), (remark,))
    main = _main_part(lines)
    warnings = (
        *decoded.warnings,
        *_second_opinion(decoded.text, lines, main),
        *_links(lines, main),
    )
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
        silent += (1 if opens else -1) * (tag in _SILENT or _is_hidden_within(node))
        links += (1 if opens else -1) * (tag == "a")
        piece = (node.text if opens and isinstance(node.tag, str) else None) if opens else node.tail
        if tag == "td" and opens and line.strip():
            line += "\t"
        if piece and not silent:
            shown = piece.replace("\n", "\v") if tag == "pre" else piece
            line, linked = line + shown, linked + len(shown.strip()) * bool(links)
    yield from _finished(line, block, linked)


def _is_hidden_within(node: HtmlElement) -> bool:
    """Whether an element inside a line is not shown: marks set between words against copying."""
    inline = isinstance(node.tag, str) and node.tag not in _BLOCKS
    return inline and (_is_hidden(node) or bool(_UNSHOWN.search(_style(node))))


def _is_hidden(node: HtmlElement) -> bool:
    """Whether a node takes no place. A block that is only invisible, or of no size, may be the
    article, which a script shows or whose parts have sizes of their own."""
    return "display:none" in _style(node) or node.get("hidden") is not None


def _style(node: HtmlElement) -> str:
    return str(node.get("style", "")).replace(" ", "").lower()


_UNSHOWN = re.compile(r"visibility:hidden|font-size:0(?:px|pt|em)?(?:;|!|$)")


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
    return inside | _head_of_speech(lines, inside)


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
        if ancestor.tag in {"nav", "aside", "footer"} or _AROUND.search(names):
            return True
        if _is_hidden(ancestor):
            return True
    return False


def _head_of_speech(lines: list[_Line], inside: set[int]) -> set[int]:
    """The headline, and the lines above the main part that have the shape of a title, a date in
    brackets or Chinese numerals (a bare one is when the page went up), an office with a name."""
    first = min(inside, default=0)
    headline = _headline(lines, first)
    above = range(max([first - _HEAD_LINES, *(n + 1 for n in headline)]), first)
    near = {n for n in above if n >= 0 and _heads_speech(lines[n])}
    return headline | near


_HEAD_LINES = 8  # above the main part in which the speech's own head may stand
_OWN_DATE = re.compile(
    r"[\s　]*(?:[（(][^（）()]{4,40}[）)]|[—\-–]*[一二][一二三四五六七八九〇○零]{3}年\S{0,12})[\s　]*"
)


def _heads_speech(line: _Line) -> bool:
    shown = line.text.strip()
    if line.linked or len(shown) > 60 or _is_around(line.block) or is_furniture(shown):
        return False
    if _OWN_DATE.fullmatch(shown):
        return bool(DATE.fullmatch(shown))
    titled = TITLE.fullmatch(shown) and re.search("在.{2,}上的?|关于", shown)
    return bool(titled or SPEAKER.fullmatch(shown))


def _headline(lines: list[_Line], first: int) -> set[int]:
    """The line of the last <h1> (or <h2>) above line ``first``, which often stands outside."""
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


def _links(lines: list[_Line], main: set[int]) -> Iterator[str]:
    """A warning where most of the main part can be clicked."""
    words = sum(len(lines[n].text.strip()) for n in main)
    linked = sum(lines[n].linked for n in main)
    if linked > 0.5 * words:
        yield f"{linked} of {words} characters are links: perhaps a list of articles"


def _second_opinion(page: str, lines: list[_Line], main: set[int]) -> Iterator[str]:
    """A warning where trafilatura sees another main text than we do."""
    if page.count("<") > _MOST_CHECKED or len(page) > LONGEST:
        return
    import trafilatura

    theirs = trafilatura.extract(page, favor_precision=True, include_comments=False) or ""
    ours = re.sub(r"\s", "", "".join(lines[n].text for n in sorted(main)))
    pieces = [re.sub(r"\s", "", piece) for piece in theirs.split("\n")]
    total = sum(len(piece) for piece in pieces)
    missing = sum(len(piece) for piece in pieces if piece not in ours)
    if total > 200 and missing > 0.3 * total:
        yield f"{missing} characters that may belong to the text were taken for page furniture"
