"""Documents of every format, made from texts of our own: what the hostile ones are hidden among."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from tests.speeches.portals.marked import styles
from tests.speeches.printed import pdf

SPEECH = (
    "在全县果园改造动员会上的讲话\n"
    "2013年3月6日\n"
    "同志们：\n"
    "开春以后，老果园改造要马上动手。前天我到坡上看了三个村，树老了，枝密了，果子一年比一年小，再不改，明年就没有人来收了。"
    "今天把各村的负责人请来，就是要把任务定下来，把时间定下来，把办法定下来。\n"
    "一、先把底数摸清\n"
    "哪一片要挖，哪一片要剪，哪一片可以再等两年，都要一棵一棵地看，一户一户地问，不能坐在办公室里估。"
    "上次报上来的数字，有两个村连面积都加错了，这样的账我不认，请回去重新算。\n"
    "二、再把苗子备好\n"
    "苗圃今年出苗八万株，只够一半的村用，另一半要到外县去买，价钱和品种由农技站统一谈，谁也不许自己去拉没有检疫的苗。"
    "钱从改造资金里出，先垫后补，月底结账，超支的部分自己想办法。\n"
    "三、把人组织起来\n"
    "一个技术员带五个村，吃住在村里，一直到六月底。年轻人愿意学剪枝的，县里管饭，教会为止，学成的发一把好剪刀。"
    "干得好的村，年底在这里发言；干得不好的村，也在这里发言，讲讲为什么没有干好。\n"
)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def paragraphs(text: str = SPEECH) -> list[str]:
    """The filled lines of a text."""
    return [line for line in text.split("\n") if line.strip()]


def page(text: str = SPEECH, charset: str = "utf-8", around: str = "") -> str:
    """A plain web page with a text in it."""
    body = "".join(f"<p>　　{line}</p>\n" for line in paragraphs(text))
    return (
        f'<!DOCTYPE html><html><head><meta charset="{charset}"><title>果园改造</title></head>'
        f"<body>{around}<div class='article'>{body}</div></body></html>"
    )


def word_paragraph(text: str) -> str:
    """A paragraph in Word's XML."""
    return f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def word_xml(body: str, doctype: str = "") -> str:
    """The main part of a Word file."""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{doctype}'
        f'<w:document xmlns:w="{W}" xmlns:mc="{MC}"><w:body>{body}</w:body></w:document>'
    )


def word(text: str = SPEECH, parts: dict[str, str | bytes] | None = None, body: str = "") -> bytes:
    """A Word file with a text, with other parts beside or instead."""
    body = body or "".join(map(word_paragraph, paragraphs(text)))
    parts = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": word_xml(body),
        **(parts or {}),
    }
    return zipped(parts)


def zipped(parts: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive, always the same bytes for the same parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return buffer.getvalue()


def printed(text: str = SPEECH) -> bytes:
    """A PDF with a text layer, 38 characters a line, 34 lines a page."""
    lines = [line[i : i + 38] for line in paragraphs(text) for i in range(0, len(line), 38)]
    pages = [lines[i : i + 34] for i in range(0, len(lines), 34)]
    return pdf([[(72, 780 - 20 * n, line) for n, line in enumerate(page)] for page in pages])


def sheet(
    rows: Sequence[Sequence[str | int | float]], days: Sequence[tuple[int, int]] = ()
) -> bytes:
    """An Excel file: text as shared strings, numbers as numbers, those at ``days`` as days."""
    strings: list[str] = []
    lines = []
    for r, row in enumerate(rows):
        cells = ""
        for c, value in enumerate(row):
            place = f"{chr(65 + c)}{r + 1}"
            if isinstance(value, str):
                strings.append(value)
                cells += f'<c r="{place}" t="s"><v>{len(strings) - 1}</v></c>'
            else:
                cells += f'<c r="{place}" s="{int((r, c) in days)}"><v>{value}</v></c>'
        lines.append(f"<row>{cells}</row>")
    shared = "".join(f"<si><t>{text}</t></si>" for text in strings)
    return zipped(
        {
            "xl/workbook.xml": "<workbook/>",
            "xl/sharedStrings.xml": f"<sst>{shared}</sst>",
            "xl/styles.xml": '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
            "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{''.join(lines)}</sheetData></worksheet>",
        }
    )


def seeds(kind: str, number: int = 12) -> list[bytes]:
    """Documents of one format to be mutated: portal copies of our own, in several encodings."""
    texts = [style.raw for style in styles()[:number]]
    if kind == "txt":
        encodings = ("utf-8", "gb18030", "utf-16", "utf-8-sig")
        return [text.encode(encodings[n % 4], "replace") for n, text in enumerate(texts)]
    if kind == "html":
        charsets = ("utf-8", "gb18030")
        return [page(t, charsets[n % 2]).encode(charsets[n % 2]) for n, t in enumerate(texts)]
    escaped = [t.replace("&", "&amp;").replace("<", "&lt;") for t in texts]
    if kind == "docx":
        stored = zipfile.ZIP_STORED  # so that a changed byte reaches the XML at times
        return [
            word(text) if n % 2 else zipped({"word/document.xml": word_xml("".join(map(word_paragraph, paragraphs(text))))}, stored)
            for n, text in enumerate(escaped)
        ]  # fmt: skip
    return [printed(text) for text in texts]
