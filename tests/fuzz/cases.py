"""The battery: one hostile thing at a time, put into a folder among good documents.

A case says how it is made, which statuses are right for it, what its reason must say, and which
words its speech must and must not hold.
"""

from __future__ import annotations

import base64
import gzip
import os
import re
import socket
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.documents import (
    SPEECH,
    W,
    page,
    paragraphs,
    printed,
    sheet,
    word,
    word_paragraph,
    word_xml,
    zipped,
)
from tests.speeches.printed import pdf

USED, READ, REFUSED = {"added", "warned"}, {"warned"}, {"rejected", "skipped"}
ANY = USED | REFUSED
HEART = paragraphs()[3]  # a paragraph that must come through


@dataclass(frozen=True)
class Case:
    """``make`` writes into a folder of its own; ``name`` is the file that the record is about."""

    title: str
    name: str
    make: Callable[[Path], None]
    statuses: frozenset[str]
    says: str = ""
    holds: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    slow: bool = False


CASES: list[Case] = []


def case(
    title: str, name: str, content: bytes | str | Callable[[Path], None], statuses: set[str],
    says: str = "", holds: str | tuple[str, ...] = (), lacks: str | tuple[str, ...] = (),
    slow: bool = False,
) -> None:  # fmt: skip
    """Add a case to the battery."""

    def make(path: Path) -> None:
        if callable(content):
            content(path)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    one = lambda words: (words,) if isinstance(words, str) else words  # noqa: E731
    CASES.append(Case(title, name, make, frozenset(statuses), says, one(holds), one(lacks), slow))


def reworked(change: Callable[[str], str]) -> str:
    """The speech with a change, checked to be one."""
    text = change(SPEECH)
    assert text != SPEECH
    return text


# --- encodings ------------------------------------------------------------------------------------

for encoding in (
    "utf-8",
    "utf-8-sig",
    "gb18030",
    "gbk",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
):
    case(f"text in {encoding}", "a.txt", SPEECH.encode(encoding), {"added"}, holds=HEART)
TRADITIONAL = SPEECH.translate(
    str.maketrans(
        "县园动员会讲话树负责人请来务时间办题面积样连数准备资",
        "縣園動員會講話樹負責人請來務時間辦題面積樣連數準備資",
    )
)
case("text in Big5", "a.txt", TRADITIONAL.encode("big5hkscs", "ignore"), USED, holds="縣果園")
gbk = SPEECH.encode("gbk")
case(
    "GBK with three broken bytes",
    "a.txt",
    gbk[:300] + b"\xff" + gbk[300:600] + b"\xff\xff" + gbk[600:],
    READ,
    "could not be decoded",
    HEART[-20:],
)
case("UTF-8 cut in the middle", "a.txt", SPEECH.encode()[:-5], READ, "1 place", HEART)
half = SPEECH.index("二、")
case(
    "halves in two encodings",
    "a.txt",
    SPEECH[:half].encode() + SPEECH[half:].encode("gbk"),
    READ,
    "others in gb18030",
    (HEART, "苗圃今年出苗"),
)
case(
    "halves the other way round",
    "a.txt",
    SPEECH[:half].encode("gbk") + SPEECH[half:].encode(),
    READ,
    "others in gb18030",
    (HEART, "苗圃今年出苗"),
)
case("UTF-8 read as Latin-1", "a.txt", SPEECH.encode().decode("latin-1"), READ, "mended", HEART)
case("UTF-8 read as Windows-1252", "a.txt", SPEECH.encode().decode("cp1252", "ignore"), REFUSED)
case("UTF-8 read as GBK", "a.txt", SPEECH.encode().decode("gbk", "ignore"), REFUSED, "damaged")
case(
    "Japanese in Shift JIS",
    "a.txt",
    ("国民の皆様に政府の方針について説明を申し上げます。" * 20).encode("shift-jis"),
    REFUSED,
    "no Chinese",
)
case(
    "Korean in EUC-KR",
    "a.txt",
    ("정부의 방침을 국민 여러분께 설명합니다. " * 20).encode("euc-kr"),
    REFUSED,
    "decoded wrongly",
)
case(
    "a mark of the other order",
    "a.txt",
    b"\xff\xfe" + SPEECH.encode("utf-16-be"),
    READ,
    "marked as utf-16",
    HEART,
)
case(
    "words in a private font",
    "a.txt",
    reworked(lambda t: t.replace("价钱和品种", "价\ue123和品种")),
    READ,
    "1 characters of a private font",
    HEART,
)
case("GBK read as Latin-1", "a.txt", SPEECH.encode("gbk").decode("latin-1"), READ, "mended", HEART)
case(
    "a paragraph of 锟斤拷",
    "a.txt",
    reworked(lambda t: t.replace("价钱和品种", "锟斤拷锟斤拷锟斤拷")),
    READ,
    "damaged before",
    HEART,
)
case(
    "replacement characters",
    "a.txt",
    reworked(lambda t: t.replace("价钱", "\ufffd\ufffd")),
    READ,
    "unreadable",
    HEART,
)
case(
    "NUL characters in UTF-8",
    "a.txt",
    reworked(lambda t: t.replace("。", "。\x00")),
    USED,
    holds=HEART.split("。")[0],
)
case(
    "bytes of a surrogate",
    "a.txt",
    SPEECH.encode() + b"\xed\xa0\x80\xed\xb0\x80",
    READ,
    "decoded",
    HEART,
)
case(
    "random bytes",
    "a.txt",
    bytes((i * 7919 + i // 251) % 256 for i in range(20_000)),
    REFUSED,
    "not text",
)
case(
    "a page in GBK labelled UTF-8", "a.html", page(charset="utf-8").encode("gbk"), USED, holds=HEART
)
case("a page in UTF-8 labelled GBK", "a.html", page(charset="gbk").encode(), USED, holds=HEART)
case("a page in GBK without a label", "a.html", page(charset="").encode("gbk"), USED, holds=HEART)
case(
    "gb2312 with a character beyond it",
    "a.html",
    page(SPEECH.replace("剪刀", "镕基㑇刀"), "gb2312").encode("gb18030"),
    USED,
    holds="镕基㑇刀",
)
case("a page in UTF-16", "a.html", page(charset="utf-16").encode("utf-16"), USED, holds=HEART)

# --- characters -----------------------------------------------------------------------------------

UNSEEN = {"zero width": "\u200b", "soft hyphen": "\xad", "variation selector": "\ufe0f", "its supplement": "\U000e0100", "direction": "\u202e", "word joiner": "\u2060", "mark in the middle": "\ufeff", "control": "\x01"}  # fmt: skip
for what, sign in UNSEEN.items():
    case(f"{what} in every word", "a.txt", sign.join(SPEECH), USED, holds=HEART, lacks=sign)
case(
    "Kangxi radicals",
    "a.txt",
    reworked(lambda t: t.replace("一", "⼀").replace("人", "⼈")),
    READ,
    "radicals",
)
case(
    "compatibility forms",
    "a.txt",
    reworked(lambda t: t.replace("年", "\uf98e")),
    READ,
    "compatibility",
)
case(
    "full-width digits",
    "a.txt",
    reworked(lambda t: t.replace("2013", "２０１３")),
    USED,
    holds="２０１３",
)
case(
    "an entity for a surrogate",
    "a.html",
    page(SPEECH + "&#xD800;&#xDFFF;&#56320;"),
    USED,
    holds=HEART,
)
case(
    "English",
    "a.txt",
    "Comrades, the old orchards must be renewed this spring, and everyone has to help.\n" * 30,
    REFUSED,
    "English",
)
case(
    "Japanese",
    "a.txt",
    "みなさん、この春には古い果樹園を新しくしなければなりません。どうかよろしくお願いします。\n"
    * 30,
    READ,
    "Japanese",
)
case(
    "Korean",
    "a.txt",
    "여러분, 올봄에는 오래된 과수원을 새로 고쳐야 합니다. 모두 함께 해 주시기 바랍니다.\n" * 30,
    REFUSED | READ,
    "Korean",
)
case(
    "Russian",
    "a.txt",
    "Товарищи, этой весной нужно обновить старые сады, и каждый должен помочь.\n" * 30,
    REFUSED,
    "Russian",
)
case(
    "control and colour codes",
    "a.txt",
    reworked(lambda t: t.replace("。", "。\x1b[31m")),
    USED,
    holds=HEART.split("。")[0],
    lacks="\x1b",
)
case("CR alone ends lines", "a.txt", SPEECH.replace("\n", "\r"), USED, holds=HEART)
case("one line of two million characters", "a.txt", "改造果园要抓紧" * 300_000, ANY, slow=True)
case("80,000 times one rare character", "a.txt", "㐀" * 80_000, ANY)
case("nine point nine per cent, endlessly", "a.txt", "9.9%" * 200_000, ANY, slow=True)
case("a million blanks", "a.txt", SPEECH + " \t　" * 400_000 + "完", ANY, slow=True)
case("a million empty lines", "a.txt", SPEECH + "\n" * 1_000_000 + "完", ANY, slow=True)
case("a hundred thousand stars", "a.txt", SPEECH + "*" * 100_000, ANY)
case("a hundred thousand brackets", "a.txt", SPEECH + "（" * 100_000, ANY)
case(
    "a hundred thousand numbered lines",
    "a.txt",
    SPEECH + "".join(f"{n}、好\n" for n in range(100_000)),
    ANY,
    slow=True,
)
case("tags by the hundred thousand", "a.txt", SPEECH + "<p " * 100_000, ANY, slow=True)
case("many dates", "a.txt", SPEECH + "2012年3月5日，" * 50_000, ANY, slow=True)
case("words of one letter", "a.txt", SPEECH + "a b c d e f " * 50_000, ANY, slow=True)

# --- pages ----------------------------------------------------------------------------------------

case(
    "a forbidden character", "a.html", page().replace("同志们", "&#xFFFF;同志们"), USED, holds=HEART
)
case("nested 300 deep", "a.html", page().replace("<div", "<div>" * 300 + "<div"), USED, holds=HEART)
case("nested 100,000 deep", "a.html", "<html><body>" + "<div>" * 100_000 + page(), ANY, holds=HEART)
case("an unclosed title", "a.html", page().replace("</title>", ""), USED, holds=HEART)
case("an unclosed comment", "a.html", page().replace("</head>", "<!-- </head>"), ANY)
case(
    "an unclosed script",
    "a.html",
    page().replace("</body>", "<script>var a = 1;"),
    USED,
    holds=HEART,
    lacks="var a",
)
MHT = 'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html; charset="{}"\r\nContent-Transfer-Encoding: {}\r\n\r\n{}\r\n--b--\r\n'
case(
    "MHTML in base64",
    "a.mht",
    MHT.format("utf-8", "base64", base64.encodebytes(page().encode()).decode()),
    USED,
    holds=HEART,
)
case(
    "MHTML named html",
    "a.html",
    MHT.format("gbk", "base64", base64.encodebytes(page(charset="gbk").encode("gbk")).decode()),
    USED,
    holds=HEART,
)
case("MHTML without its part", "a.mht", MHT.format("utf-8", "base64", "")[:-30], REFUSED)
NAV = '<div class="top"><a href="/">首页</a> <a href="/a">要闻</a> <a href="/b">公告栏</a></div>'
FOOT = '<div class="bottom">主办：县政府办公室 技术支持：某公司 备案号：00000000</div>'
SHORT = "\n".join(paragraphs()[:4])
case(
    "a short page with navigation",
    "a.html",
    page(SHORT, around=NAV).replace("</body>", FOOT + "</body>"),
    USED,
    holds=HEART,
    lacks=("公告栏", "技术支持"),
)
case(
    "a page not found",
    "a.html",
    page(
        "404\n抱歉，您访问的页面不存在或已被删除！\n请检查网址是否正确，或者返回首页。", around=NAV
    ),
    REFUSED,
    "error page",
)
case(
    "a page not found, in English",
    "a.html",
    "<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center><hr><center>nginx</center></body></html>",
    REFUSED,
)
case(
    "a captcha",
    "a.html",
    page("安全验证\n您的访问过于频繁，请输入验证码后继续访问。\n看不清，换一张"),
    REFUSED,
    "login or a check|error page",
)
case(
    "a login",
    "a.html",
    page("用户登录\n用户名：\n密码：\n忘记密码？\n请先登录后查看全文。"),
    REFUSED,
    "login|nothing is left",
)
case("JavaScript wanted", "a.html", page("请开启JavaScript后重新访问本页面。"), REFUSED)
LINKS = "".join(
    f'<li><a href="/{n}">县里召开第{n}次果园工作例会</a> 2013-03-{n % 28 + 1:02}</li>'
    for n in range(60)
)
case(
    "a list of links",
    "a.html",
    f"<html><body><ul>{LINKS}</ul></body></html>",
    REFUSED | READ,
    "list of links|characters are left",
)
case(
    "a list of headlines with commas",
    "a.html",
    f"<html><body><ul>{LINKS.replace('召开', '开会，讨论')}</ul></body></html>",
    REFUSED | READ,
)
case(
    "a page of scripts",
    "a.html",
    "<html><body><script>document.write('同志们')</script></body></html>",
    REFUSED,
)
case("an empty page", "a.html", "<html><body></body></html>", REFUSED)
case(
    "200,000 paragraphs",
    "a.html",
    "<html><body>" + "<p>我们要把果园管好，把果子卖好。</p>" * 200_000 + "</body></html>",
    ANY,
    slow=True,
)
case("a page of 200,000 tags in a row", "a.html", page(around="<b>" * 200_000), ANY, slow=True)
case(
    "attributes by the hundred thousand",
    "a.html",
    page(around="<p " + 'a="1" ' * 100_000 + ">"),
    ANY,
    slow=True,
)
case(
    "an entity bomb",
    "a.html",
    '<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'
    + page().removeprefix("<!DOCTYPE html>")
    + "&c;",
    USED,
    holds=HEART,
)
SECRET = "/etc/hostname"
case(
    "an external entity",
    "a.html",
    f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{SECRET}">]>'
    + page(SPEECH + "&x;").removeprefix("<!DOCTYPE html>"),
    USED,
    holds=HEART,
)
case(
    "a page in XHTML with a declaration",
    "a.xhtml",
    '<?xml version="1.0" encoding="gb2312"?>' + page(charset="gb2312"),
    USED,
    holds=HEART,
)
case(
    "a page without a body",
    "a.html",
    "".join(f"<p>{line}" for line in paragraphs()),
    USED,
    holds=HEART,
)
case(
    "a page in a frame set",
    "a.html",
    "<html><frameset><frame src='a.htm'></frameset></html>",
    REFUSED,
)
case(
    "text in divs and breaks",
    "a.html",
    "<html><body><div>" + "<br>".join(paragraphs()) + "</div></body></html>",
    USED,
    holds=HEART,
)
case(
    "text in one table cell",
    "a.html",
    "<html><body><table><tr><td>" + "<br/>".join(paragraphs()) + "</td></tr></table></body></html>",
    USED,
    holds=HEART,
)
case(
    "readings above the characters",
    "a.html",
    page().replace("果", "<ruby>果<rp>(</rp><rt>guo</rt><rp>)</rp></ruby>"),
    USED,
    holds=HEART,
    lacks="guo",
)
case(
    "marks against copying",
    "a.html",
    page().replace("，", "<span style='display: none'>某某网首发</span>，"),
    USED,
    holds=HEART,
    lacks="某某网首发",
)
case(
    "a paragraph of no size whose parts have one",
    "a.html",
    re.sub(f"<p>(?=[^<]*{HEART})", "<p style='font-size: 0; visibility: hidden'>", page()),
    USED,
    holds=HEART,
)
case("text that is escaped twice", "a.html", page(SPEECH.replace("，", "&amp;nbsp;，")), USED)

# --- Word files -----------------------------------------------------------------------------------


def body(extra: str, where: int = 4) -> bytes:
    """A Word file with XML of our own below a paragraph."""
    pieces = [*map(word_paragraph, paragraphs())]
    return word(body="".join([*pieces[:where], extra, *pieces[where:]]))


BOMB = (
    '<!DOCTYPE w [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "&a;" * 10}">' for n in range(9))
    + "]>"
)
XXE = f'<!DOCTYPE w [<!ENTITY x SYSTEM "file://{SECRET}">]>'
case("a Word file", "a.docx", word(), {"added"}, holds=HEART)
case(
    "words that Word hides",
    "a.docx",
    body(
        "<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>秘书的备忘</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>这句要讲出来。</w:t></w:r></w:p>'
    ),
    READ,
    "5 characters that Word hides",
    (HEART, "这句要讲出来"),
    "秘书的备忘",
)
case(
    "tracked insertion and deletion",
    "a.docx",
    body(
        '<w:p><w:ins w:id="1"><w:r><w:t>新添一句，大家记住。</w:t></w:r></w:ins><w:del w:id="2"><w:r><w:delText>删去一句</w:delText></w:r></w:del></w:p>'
    ),
    READ,
    "tracked",
    (HEART, "新添一句"),
    "删去一句",
)
case(
    "a content control",
    "a.docx",
    body(
        "<w:sdt><w:sdtContent>"
        + word_paragraph("控件里的一段话，也要读到。")
        + "</w:sdtContent></w:sdt>"
    ),
    USED,
    holds=(HEART, "控件里的一段话"),
)
case(
    "a content control in a line",
    "a.docx",
    body(
        "<w:p><w:r><w:t>前面</w:t></w:r><w:sdt><w:sdtContent><w:r><w:t>中间</w:t></w:r></w:sdtContent></w:sdt><w:r><w:t>后面</w:t></w:r></w:p>"
    ),
    USED,
    holds="前面中间后面",
)
BOX = (
    "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><w:txbxContent>"
    + word_paragraph("框里的一句话，也要读到。")
    + "</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>"
    + word_paragraph("框里的一句话，也要读到。")
    + "</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
)
case("a text box, once", "a.docx", body(BOX), USED, holds=(HEART, "框里的一句话"))
NOTES = f'<w:footnotes xmlns:w="{W}"><w:footnote>{word_paragraph("脚注里的说明。")}</w:footnote></w:footnotes>'
case(
    "footnotes",
    "a.docx",
    word(parts={"word/footnotes.xml": NOTES}),
    READ,
    "footnotes",
    HEART,
    "脚注里的说明",
)
HEADER = f'<w:hdr xmlns:w="{W}">{word_paragraph("内部材料 注意保存")}</w:hdr>'
case(
    "a running head",
    "a.docx",
    word(parts={"word/header1.xml": HEADER}),
    USED,
    holds=HEART,
    lacks="内部材料",
)
case(
    "a nested table",
    "a.docx",
    body(
        "<w:tbl><w:tr><w:tc><w:tbl><w:tr><w:tc>"
        + word_paragraph("内格")
        + "</w:tc></w:tr></w:tbl></w:tc><w:tc>"
        + word_paragraph("外格")
        + "</w:tc></w:tr></w:tbl>"
    ),
    USED,
    holds="内格\t外格",
)
case(
    "an entity bomb in Word",
    "a.docx",
    word(parts={"word/document.xml": word_xml(word_paragraph("&a8;"), BOMB)}),
    REFUSED,
    "entities",
)
case(
    "an external entity in Word",
    "a.docx",
    word(parts={"word/document.xml": word_xml(word_paragraph("&x;"), XXE)}),
    REFUSED,
    "entities",
)
case(
    "an entity bomb in UTF-16",
    "a.docx",
    word(
        parts={
            "word/document.xml": word_xml(word_paragraph("&a8;"), BOMB)
            .replace("UTF-8", "UTF-16")
            .encode("utf-16")
        }
    ),
    REFUSED,
    "entities",
)
case(
    "100,000 nested elements",
    "a.docx",
    word(parts={"word/document.xml": word_xml("<w:sdt>" * 100_000)}),
    REFUSED,
    "nested|damaged",
)
case(
    "200,000 paragraphs in Word",
    "a.docx",
    word(body=word_paragraph("果园要管好，果子要卖好。") * 200_000),
    ANY,
    slow=True,
)
case(
    "a zip bomb",
    "a.docx",
    lambda path: path.write_bytes(bomb("word/document.xml", 1_500)) and None,
    REFUSED,
    "100 MB",
    slow=True,
)
case(
    "a zip bomb that lies about its size",
    "a.docx",
    lambda path: path.write_bytes(lying(bomb("word/document.xml", 300), 300 << 20)) and None,
    REFUSED,
    "100 MB|damaged|packed",
    slow=True,
)
case(
    "a picture of a gigabyte, not needed",
    "a.docx",
    lambda path: (
        path.write_bytes(
            bomb(
                "word/media/a.png",
                1_000,
                {"word/document.xml": word_xml("".join(map(word_paragraph, paragraphs())))},
            )
        )
        and None
    ),
    USED,
    holds=HEART,
    slow=True,
)
case(
    "a linked local picture",
    "a.docx",
    word(
        parts={
            "word/_rels/document.xml.rels": f'<Relationships><Relationship Id="r1" Type="image" Target="file://{SECRET}" TargetMode="External"/></Relationships>'
        }
    ),
    USED,
    holds=HEART,
)
case(
    "slipped paths in the archive",
    "a.docx",
    word(parts={"../../../tmp/jianghua-slipped.txt": "x"}),
    USED,
    holds=HEART,
)
case("a truncated Word file", "a.docx", word()[:-200], REFUSED, "damaged")
case(
    "a Word file with a broken checksum",
    "a.docx",
    word().replace(b"\x00\x00\x00\x00", b"\x01\x00\x00\x00", 1),
    ANY,
)
case(
    "XML that breaks off",
    "a.docx",
    word(parts={"word/document.xml": word_xml("<w:p>").replace("</w:document>", "")}),
    REFUSED,
    "damaged",
)
case("a Word file without text", "a.docx", word(body="<w:p/>"), REFUSED, "no text")
case("an encrypted zip", "a.docx", b"".join([word()[:6], b"\x01", word()[7:]]), ANY)
case("Word 97", "a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), REFUSED, "docx")
case("WPS", "a.wps", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), REFUSED, "docx")
case("rich text", "a.rtf", rb"{\rtf1\ansi\ansicpg936 \'cd\'ac\'d6\'be}", REFUSED, "docx")
case(
    "OpenDocument",
    "a.odt",
    zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}),
    REFUSED,
    "docx",
)
case("Excel", "a.xlsx", sheet([["编号", "标题"], ["1", "讲话"]]), REFUSED, "Excel")
case("a zip of texts", "a.zip", zipped({"a.txt": SPEECH}), REFUSED, "unpack")
case(
    "EPUB", "a.epub", zipped({"mimetype": "application/epub+zip", "OEBPS/a.xhtml": page()}), REFUSED
)

# --- PDF ------------------------------------------------------------------------------------------


def deflated(size: int, deep: int) -> bytes:
    """A PDF whose page holds a stream that unpacks to ``size`` megabytes, packed ``deep`` times."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(b"0 " * (1 << 19)) for _ in range(size)) + packer.flush()
    for _ in range(deep - 1):
        data = zlib.compress(data, 9)
    filters = "/FlateDecode " * deep
    head = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>\nendobj\n"
    stream = f"4 0 obj\n<< /Length {len(data)} /Filter [{filters}] >>\nstream\n".encode()
    return (
        head + stream + data + b"\nendstream\nendobj\ntrailer\n<< /Size 5 /Root 1 0 R >>\n%%EOF\n"
    )


def looped(kids: str) -> bytes:
    """A PDF whose tree of pages runs in a circle."""
    return f"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [{kids}] /Count 2 >>\nendobj\n3 0 obj\n<< /Type /Pages /Kids [2 0 R] /Parent 2 0 R /Count 1 >>\nendobj\ntrailer\n<< /Size 4 /Root 1 0 R >>\n%%EOF\n".encode()


PDF = printed()
case("a PDF", "a.pdf", PDF, {"added", "warned"}, holds=HEART[:30])
case("a PDF named txt", "a.txt", PDF, USED, holds=HEART[:30])
case("a Word file named txt", "a.txt", word(), {"added"}, holds=HEART)
case("a Word file named pdf", "a.pdf", word(), {"added"}, holds=HEART)
case("a page named txt", "a.txt", page(), USED, holds=HEART)
case("a text named html", "a.html", SPEECH, USED, holds=HEART)
case("a text named docx", "a.docx", SPEECH, USED, holds=HEART)
case("gzip named txt", "a.txt", gzip.compress(SPEECH.encode()), REFUSED, "archive")
case("a PDF cut short", "a.pdf", PDF[: len(PDF) // 2], ANY)
case(
    "a PDF with false offsets", "a.pdf", re.sub(rb"\d{10} 00000 n", b"0000000099 00000 n", PDF), ANY
)
case("a PDF whose pages run in a circle", "a.pdf", looped("2 0 R 3 0 R"), REFUSED)
case("a chain of pages in a circle", "a.pdf", looped("3 0 R"), REFUSED)
case(
    "a deflate bomb",
    "a.pdf",
    lambda path: path.write_bytes(deflated(1_000, 1)) and None,
    REFUSED,
    slow=True,
)
case(
    "a deflate bomb three deep",
    "a.pdf",
    lambda path: path.write_bytes(deflated(1_000, 3)) and None,
    REFUSED,
    slow=True,
)
case(
    "100,000 nested arrays",
    "a.pdf",
    PDF.replace(b"/MediaBox [", b"/Odd " + b"[" * 100_000 + b"]" * 100_000 + b" /MediaBox [", 1),
    ANY,
    slow=True,
)
case("a scan without text", "a.pdf", pdf([[], []]), REFUSED, "OCR")
case(
    "a PDF locked with a password",
    "a.pdf",
    PDF.replace(
        b"/Root 1 0 R >>",
        b"/Root 1 0 R /Encrypt << /Filter /Standard /V 1 /R 2 /O <"
        + b"00" * 32
        + b"> /U <"
        + b"00" * 32
        + b"> /P -4 >> /ID [<00><00>] >>",
    ),
    REFUSED,
    "password|damaged",
)
UNNAMED = printed("".join(chr(33 + ord(c) % 600) if c > "\x7f" else c for c in SPEECH))
UNNAMED = UNNAMED.replace(b"/UniGB-UCS2-H", b"/Identity-H").replace(
    b"/Ordering (GB1)", b"/Ordering (Identity)"
)
case(
    "a PDF without a character table",
    "a.pdf",
    UNNAMED,
    REFUSED | READ,
    "cannot be read|OCR|Chinese characters|unusual|damaged",
)
case(
    "a PDF with radicals",
    "a.pdf",
    printed(SPEECH.replace("一", "⼀").replace("人", "⼈")),
    USED,
    holds="一棵一棵地看",
)
case(
    "a PDF with a link to a script",
    "a.pdf",
    PDF.replace(
        b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert(1)) >>"
    ),
    USED,
    holds=HEART[:30],
)

# --- files that are none --------------------------------------------------------------------------

case("an empty file", "a.txt", b"", REFUSED, "empty")
case("a file of blanks", "a.txt", " \n\t\n" * 50, REFUSED, "empty")
case("a file of NULs", "a.txt", bytes(5000), REFUSED, "empty")
case("a byte order mark alone", "a.txt", b"\xef\xbb\xbf", REFUSED, "empty")


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(4 << 30)


def link(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


def bound(path: Path) -> None:
    """A socket; the name of one is short, so it is made from within its folder."""
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
    finally:
        os.chdir(here)


def folder(path: Path) -> None:
    path.mkdir()
    (path / "inside.txt").write_text(SPEECH + "里面的。", encoding="utf-8")


def bomb(name: str, megabytes: int, parts: dict[str, str | bytes] | None = None) -> bytes:
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for other, content in (parts or {}).items():
            archive.writestr(other, content)
        with archive.open(name, "w", force_zip64=True) as part:
            part.write(word_xml("")[:-22].encode() if name.endswith("xml") else b"")
            for _ in range(megabytes):
                part.write(b" " * (1 << 20))
    return buffer.getvalue()


def lying(archive: bytes, size: int) -> bytes:
    """The archive with every statement of a size made small."""
    import struct

    for number in range(size, size + 500):
        archive = archive.replace(struct.pack("<Q", number), struct.pack("<Q", 1000))
        archive = archive.replace(struct.pack("<L", number), struct.pack("<L", 1000))
    return archive


case("a sparse file of four gigabytes", "a.txt", sparse, REFUSED, "50 MB")
case("a pipe", "a.txt", lambda path: os.mkfifo(path), REFUSED, "ordinary")
case("a socket", "a.txt", bound, REFUSED, "ordinary")
case("a link to a device", "a.txt", link("/dev/zero"), REFUSED, "link")
case("a link to a file outside", "a.txt", link(SECRET), REFUSED, "link")
case("a link to its own folder", "a", link("."), REFUSED, "link")
case("a link to nothing", "a.txt", link("nowhere"), REFUSED, "link")
case("a folder named like a text", "a.txt", folder, ANY)
case("a hidden file", ".a.txt", SPEECH, REFUSED, "hidden")
case("a lock file of Word", "~$a.docx", b"\x05user", REFUSED, "lock")
case("a name of 255 bytes", "果" * 83 + "a.txt", SPEECH, USED, holds=HEART)
case("a name with a line break", "a\nb.txt", SPEECH, USED, holds=HEART)
case("a name that turns direction", "a\u202etxt.exe.txt", SPEECH, USED, holds=HEART)
case("a name with a terminal code", "a\x1b[2Jb.txt", SPEECH, USED, holds=HEART)
case("a name that is a formula", "=1+1.txt", SPEECH, USED, holds=HEART)
case("a name that is no UTF-8", os.fsdecode(b"\xb2\xe2\xca\xd4.txt"), SPEECH, USED, holds=HEART)
case("a name with blanks", " a .txt", SPEECH, USED, holds=HEART)
case("no suffix", "讲话", SPEECH, USED, holds=HEART)
case("a table", "a.csv", "年,果园\n2012,3\n2013,4\n", REFUSED, "table")
case(
    "a Word document of 2003 in XML",
    "a.doc",
    '<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument xmlns:w="x"><w:body><w:p><w:r><w:t>同志们</w:t></w:r></w:p></w:body></w:wordDocument>',
    REFUSED,
    "XML",
)
case(
    "a page named doc",
    "a.doc",
    page().replace("<html>", "<html xmlns:o='urn:schemas-microsoft-com:office:office'>"),
    USED,
    holds=HEART,
)
case(
    "a shortcut",
    "a.url",
    "[InternetShortcut]\r\nURL=http://example.org/a.html\r\n",
    REFUSED,
    "Chinese",
)
case(
    "a mail in base64",
    "a.eml",
    "From: a@example.org\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
    + base64.encodebytes(SPEECH.encode()).decode(),
    REFUSED | READ,
)
case("numbers alone", "a.txt", "12 13 14,5 16%\n" * 200, REFUSED)
case("marks alone", "a.txt", "。，、；：？！……——" * 200, ANY)
case(
    "a picture inside a page",
    "a.html",
    page(around="<img src='data:image/png;base64," + "iVBORw0KGgo" * 1_500_000 + "'>"),
    USED,
    holds=HEART,
    slow=True,
)
case("a program", "a.txt", b"\x7fELF" + bytes(range(256)) * 20, REFUSED, "program")
case("a picture", "a.jpg", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20, REFUSED, "picture")
