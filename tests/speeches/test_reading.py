"""Reading: any file of a Chinese speech becomes its text, or one line that says what to do."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from hypothesis import given
from hypothesis import strategies as st
from printed import pdf, zipped

from jianghua.errors import JianghuaError
from jianghua.speeches.cleaning import clean
from jianghua.speeches.decoding import decode
from jianghua.speeches.preparing import prepare_speech
from jianghua.speeches.reading import read_source
from tests.examples import examples

SPEECH = (
    "同志们：\n今天我们在这里召开全县水利冬修动员会，目的只有一个，就是趁着农闲把渠道修好、把堤坝加固。"
    "刚才几位乡镇的负责同志都表了态，我听了很受鼓舞。下面，我讲两点意见。\n"
    "一、认识要到位\n水是庄稼的命，渠是水的路。去年夏天一场大雨，冲垮了十七处闸口，教训很深。\n"
    "二、措施要过硬\n每个村都要算清楚自己的账：有多少土方，出多少工，用多少料，哪一天完。\n"
)
TRADITIONAL = (
    "各位同仁：今天我們在這裡開會，討論地方經濟的發展問題。過去一年，大家為了國家的建設付出很多，"
    "我對各位的工作表示感謝。現在的關係是：農業要進步，實業要擴大，還要講求實際。\n"
)


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("gb18030", b""), ("gbk", b""),
        ("utf-16-le", b""), ("utf-16-be", b""), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"),
    ],
)  # fmt: skip
def test_simplified_text_is_read_in_every_encoding(tmp_path, encoding, mark):
    """A speech comes out character for character whatever encoding it was saved in."""
    source = read_source(written(tmp_path, "a.txt", mark + SPEECH.encode(encoding)))
    assert (source.kind, source.text, source.warnings) == ("txt", SPEECH, ())


@pytest.mark.parametrize("encoding", ["big5", "big5hkscs", "utf-16-le", "utf-8"])
def test_traditional_text_is_read_in_every_encoding(tmp_path, encoding):
    """Big5 is told from GB18030 by the characters that each would yield."""
    assert read_source(written(tmp_path, "a.txt", TRADITIONAL.encode(encoding))).text == TRADITIONAL


def test_every_single_line_is_enough_to_tell_gb18030_from_big5():
    """Sentences of ordinary length are decoded rightly one by one."""
    for line in SPEECH.splitlines()[1::2]:
        assert decode(line.encode("gbk")).text == line


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_broken_bytes_are_kept_and_counted(tmp_path, encoding):
    """Three bytes that stand for nothing become three marks, and a warning counts them."""
    raw = SPEECH.encode(encoding)
    cut = len("同志们：\n今天我们".encode(encoding))
    broken = raw[:cut] + b"\xff" + raw[cut:] + b"\xff\n\xff"
    source = read_source(written(tmp_path, "a.txt", broken))
    assert source.text.count("\ufffd") == 3
    assert source.text.replace("\ufffd", "") == SPEECH + "\n"
    assert any("3 places" in warning for warning in source.warnings)


@pytest.mark.parametrize("misread", ["latin-1", "gb18030"])
def test_text_saved_in_a_wrong_encoding_is_mended(tmp_path, misread):
    """UTF-8 that a program took for another encoding and saved again reads as it was meant."""
    wrong = SPEECH.encode("utf-8").decode(misread, "ignore")
    source = read_source(written(tmp_path, "a.txt", wrong.encode("utf-8")))
    assert "今天我们在" in source.text
    assert any("mended" in warning for warning in source.warnings)


@examples(60)
@given(st.binary(max_size=400), st.sampled_from(["", "gb2312", "big5", "nonsense"]))
def test_decoding_never_fails(content, declared):
    """Whatever the bytes, there is a text, and nothing is raised."""
    assert isinstance(decode(content, declared).text, str)


@examples(60)
@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\ufeff"), max_size=80))
def test_utf8_is_read_exactly(text):
    """Valid UTF-8 that holds Chinese prose is never taken for anything else."""
    assert decode((SPEECH + text.replace("\x00", "")).encode()).text == SPEECH + text.replace(
        "\x00", ""
    )


@pytest.mark.parametrize(
    ("name", "content", "found", "remedy"),
    [
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "97-2003", "save it as .docx"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password", "without"),
        ("a.txt", b"\x89PNG\r\n\x1a\n" + bytes(99), "picture", "OCR"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + bytes(99), "picture", "OCR"),
        ("a.rar", b"Rar!\x1a\x07" + bytes(99), "archive", "unpack"),
        ("a.txt", b"", "empty", "again"),
        ("a.txt", b"\xef\xbb\xbf \r\n", "empty", "again"),
        ("a.rtf", rb"{\rtf1\ansi abc}", "rich text", ".docx"),
        ("a.txt", bytes(range(256)) * 40, "not text", "UTF-8"),
        ("a.pdf", b"%PDF-1.4\nbroken", "damaged PDF", "again"),
        ("a.docx", b"PK\x03\x04broken", "damaged", "again"),
        ("a.ofd", zipped({"OFD.xml": "<a/>"}), "OFD", "PDF"),
        ("a.xlsx", zipped({"xl/workbook.xml": "<a/>"}), "Excel", "one document"),
        ("a.zip", zipped({"b.txt": "x"}), "archive", "unpack"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_what_to_do(tmp_path, name, content, found, remedy):
    """Each unreadable file gives one line: the file, what it is, what to try."""
    path = written(tmp_path, name, content)
    with pytest.raises(JianghuaError) as caught:
        read_source(path)
    message = str(caught.value)
    assert found in message
    assert remedy in message
    assert str(path) in message
    assert "\n" not in message


def test_an_oversized_file_is_refused_unread(tmp_path):
    """A sparse file of 60 MB is named too large without being loaded."""
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(60 * 1024 * 1024)
    with pytest.raises(JianghuaError, match="larger than 50 MB"):
        read_source(path)


# --- web pages


PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>水利冬修动员会讲话_清江县人民政府</title>
<meta name="ArticleTitle" content="在全县水利冬修动员会上的讲话"><meta name="PubDate" content="2014-11-03 09:20">
<meta name="ContentSource" content="县政府办"></head><body>
<div class="nav"><a href="/">首页</a><a href="/xw">新闻中心</a><a href="/zw">政务公开</a></div>
<div class="wrap"><h1>在全县水利冬修动员会上的讲话</h1><div class="info">发布时间：2014-11-03 浏览次数：88</div>
<div id="zoom">{body}</div></div>
<div class="related"><ul><li><a href="1">我县召开防汛会议，部署夏季工作。</a></li></ul></div>
<div class="footer">版权所有：清江县人民政府<script>var x = "脚本里的字";</script></div></body></html>"""


def page(charset: str, body: str) -> bytes:
    return PAGE.format(charset=charset, body=body).encode(
        "gb18030" if charset != "utf-8" else charset
    )


def kept(source) -> str:
    text = source.text
    for cut in reversed(source.outside):
        text = text[: cut.start] + text[cut.end :]
    return text


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "gbk"])
def test_a_page_is_read_with_its_article_marked(tmp_path, charset):
    """Every visible line is in the text; what surrounds the article is marked as outside."""
    body = "".join(f"<p>　　{line}</p>" for line in SPEECH.splitlines())
    source = read_source(written(tmp_path, "a.html", page(charset, body)))
    assert source.kind == "html"
    assert [line.strip() for line in kept(source).splitlines()] == [
        "在全县水利冬修动员会上的讲话", *SPEECH.splitlines(),
    ]  # fmt: skip
    assert "新闻中心" in source.text
    assert "脚本里的字" not in source.text
    assert source.meta["PubDate"] == "2014-11-03 09:20"
    assert source.meta["h1"] == "在全县水利冬修动员会上的讲话"


@pytest.mark.parametrize("separator", ["<br>", "<br/><br/>", "</div><div>", "</p>\n<p>"])
def test_paragraphs_survive_however_a_page_separates_them(tmp_path, separator):
    """Line breaks, divisions and paragraphs all give lines of their own."""
    body = f"<div>{separator.join(SPEECH.splitlines())}</div>"
    source = read_source(written(tmp_path, "a.htm", page("utf-8", body)))
    assert [line.strip() for line in kept(source).splitlines() if line.strip()][
        1:
    ] == SPEECH.splitlines()


def test_breaks_in_the_source_of_a_page_are_no_breaks(tmp_path):
    """A browser joins lines of HTML source; between Chinese characters without a blank."""
    body = "<p>" + SPEECH.splitlines()[1].replace("，", "，\n   ") + "</p>"
    source = read_source(written(tmp_path, "a.html", page("utf-8", body)))
    assert SPEECH.splitlines()[1] in source.text


@pytest.mark.parametrize("nuisance", ["&#xFFFF;", "<b>" * 400, "<!-- </p> -->", "\x00"])
def test_a_page_with_nuisances_keeps_its_article(tmp_path, nuisance):
    """Forbidden characters, deep nesting and stray comments lose nothing."""
    body = "".join(f"<p>{line}</p>" for line in SPEECH.splitlines()) + nuisance
    source = read_source(written(tmp_path, "a.html", page("utf-8", body)))
    assert all(line in source.text for line in SPEECH.splitlines())


def test_a_page_nested_beyond_measure_is_not_lost(tmp_path):
    """Where the parser gives up, the text is taken without it, and a warning says so."""
    body = "<div>" * 5000 + "".join(f"<p>{line}</p>" for line in SPEECH.splitlines())
    source = read_source(written(tmp_path, "a.html", page("utf-8", body)))
    assert all(line in source.text for line in SPEECH.splitlines())
    assert any("built wrongly" in warning for warning in source.warnings)


HEAD = ("在全县水利冬修动员会上的讲话", "县长 严立本", "（2015年11月2日）")


@pytest.mark.parametrize(
    ("above", "kept"),
    [
        ("<h1>{0}</h1><h4>{2}</h4><p>{1}</p>", HEAD),
        ("<h1>{0}</h1><i>2015年11月9日</i><p>来源：水利局</p><p>{1}</p><p>{2}</p>", HEAD),
        ("<table><tr><td>{0}</td></tr><tr><td>作者：办公室</td></tr></table>", HEAD[:1]),
        ("<ul class=nav><li>{0}</li></ul><p><a href=x>{0}</a></p>", ()),
        ("<h1>{0}</h1><div>2015年11月9日</div>", HEAD[:1]),
    ],
)
def test_the_head_of_a_speech_outside_its_article(tmp_path, above, kept):
    """Title, speaker and date stand above the article on many pages, and are the speech's; links
    are not, nor a bare date, which is mostly the day when the page went up."""
    article = "".join(f"<p>{line}</p>" for line in SPEECH.split("\n"))
    page = f"<html><body>{above.format(*HEAD)}<div>{article}</div></body></html>"
    source = read_source(written(tmp_path, "a.html", page.encode()))
    text = clean(source.text, source.outside).text
    assert set(text[: text.index("同志们")].split()) == set(" ".join(kept).split())


def test_an_article_with_a_misleading_name_is_found(tmp_path):
    """A site that calls its article hot or share does not lose it."""
    body = (
        "<div class='hot share'>"
        + "".join(f"<p>{line}</p>" for line in SPEECH.splitlines())
        + "</div>"
    )
    source = read_source(written(tmp_path, "a.html", page("utf-8", body)))
    assert all(line in kept(source) for line in SPEECH.splitlines())


@pytest.mark.parametrize("words", ['{"content": "同志们：今天开会。"}', '[{"text": "同志们"}]'])
def test_json_is_no_text(tmp_path, words):
    """An export of fields is refused, with what to do, rather than read with its brackets."""
    with pytest.raises(JianghuaError, match="JSON"):
        read_source(written(tmp_path, "a.txt", words.encode()))


def test_a_number_is_no_error_page(tmp_path):
    """A short speech that speaks of 500 households is a speech."""
    words = "乡亲们好，渡船修好了。\n500 户人家都能过河。\n404 号船夜里也开。\n票价不涨。"
    path = written(tmp_path, "a.txt", words.encode())
    assert prepare_speech(path).speech.text == words


def test_a_web_archive_is_read(tmp_path):
    """The page inside an .mht file is decoded from its transfer encoding."""
    import base64

    body = "".join(f"<p>{line}</p>" for line in SPEECH.splitlines())
    encoded = base64.encodebytes(page("utf-8", body)).decode()
    archive = (
        'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="xx"\n\n--xx\n'
        f'Content-Type: text/html; charset="utf-8"\nContent-Transfer-Encoding: base64\n\n{encoded}\n--xx--\n'
    )
    assert SPEECH.splitlines()[1] in read_source(written(tmp_path, "a.mht", archive.encode())).text


# --- Word


def test_word_files_give_paragraphs_tables_and_insertions(tmp_path):
    """Everything a reader sees in Word is there, in order; what was deleted is not."""
    document = docx.Document()
    document.core_properties.title = "水利冬修讲话"
    for line in SPEECH.splitlines():
        document.add_paragraph(line)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "土方", "三十万方"
    namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    paragraph = document.add_paragraph("年底")
    for tag, inner in (("ins", "<w:t>以前</w:t>"), ("del", "<w:delText>之后</w:delText>")):
        paragraph._p.append(
            parse_xml(f'<w:{tag} {namespace} w:id="1" w:author="a"><w:r>{inner}</w:r></w:{tag}>')
        )
    document.save(str(tmp_path / "a.docx"))
    source = read_source(tmp_path / "a.docx")
    assert source.text == SPEECH + "土方\t三十万方\n年底以前\n"
    assert source.meta["title"] == "水利冬修讲话"
    assert any("tracked changes" in warning for warning in source.warnings)


def test_numbers_that_word_sets_are_announced(tmp_path):
    """Numbers of numbered lists are not in the file's text; the reader is told how many."""
    document = docx.Document()
    document.add_paragraph(SPEECH.splitlines()[1])
    document.add_paragraph("认识要到位", style="List Number")._p.get_or_add_pPr().append(
        parse_xml(
            '<w:numPr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
            '<w:numId w:val="1"/></w:numPr>'
        )
    )
    document.save(str(tmp_path / "a.docx"))
    assert any("1 paragraphs" in w for w in read_source(tmp_path / "a.docx").warnings)


# --- PDF


def printed_pages() -> list[list[tuple[float, float, str]]]:
    """Three pages of a speech: a running head, lines of 38 characters, a page number."""
    lines = []
    for paragraph in SPEECH.splitlines() * 3:
        indented = "　　" + paragraph
        lines += [indented[i : i + 38] for i in range(0, len(indented), 38)]
    pages = []
    for number, first in enumerate(range(0, len(lines), 14), start=1):
        body = [
            (72 + 24 * line.startswith("　　"), 740 - 20 * row, line.strip("　"))
            for row, line in enumerate(lines[first : first + 14])
        ]
        pages.append([(240, 800, "县水利局文件"), *body, (290, 40, f"— {number} —")])
    return pages


def test_a_pdf_gives_its_lines_without_running_heads(tmp_path):
    """Heads and page numbers are marked as outside; the words of all lines are there in order."""
    source = read_source(written(tmp_path, "a.pdf", pdf(printed_pages())))
    assert source.kind == "pdf"
    assert "".join(kept(source).split()) == "".join(SPEECH.split()) * 3
    assert source.text.count("县水利局文件") == len(printed_pages())


def test_printed_lines_become_paragraphs_again(tmp_path):
    """Lines that end at the margin are joined across pages; indented ones open a paragraph."""
    source = read_source(written(tmp_path, "a.pdf", pdf(printed_pages())))
    assert clean(source.text, source.outside).text == (SPEECH * 3).strip()


@pytest.mark.parametrize("columns", [2, 3])
@pytest.mark.parametrize("shift", [0.0, 7.0])
def test_columns_are_read_one_after_the_other(tmp_path, columns, shift):
    """A page in columns below a headline is read down each column, whether or not the lines of
    the columns stand side by side; in two of them paragraphs are whole."""
    width = 450 // columns // 12 - 2
    lines = [
        ("　　" + line + "　" * width)[k : k + width]
        for line in (SPEECH * 2).splitlines()
        for k in range(0, len(line) + 2, width)
    ]
    height = -(-len(lines) // columns)
    printed = [
        (150.0, 800.0, "在全县水利冬修动员会上作的讲话全文"),
        (235.0, 775.0, "（1985年11月2日）"),
    ]
    for n, line in enumerate(lines):
        column, row = divmod(n, height)
        indent = 24 if line.startswith("　　") else 0
        left = 60 + column * (450 // columns) + indent
        printed.append((left, 750 - 16 * row - shift * column, line.strip("　")))
    source = read_source(written(tmp_path, "a.pdf", pdf([printed])))
    cleaned = clean(source.text, source.outside).text
    whole = "在全县水利冬修动员会上作的讲话全文\n（1985年11月2日）\n" + (SPEECH * 2).strip()
    assert cleaned.replace("\n", "") == whole.replace("\n", "")
    assert columns > 2 or cleaned == whole  # lines of ten characters may be verse: not joined


def test_a_printed_table_is_read_row_by_row(tmp_path):
    """Short cells side by side are rows of a table, not columns of prose."""
    cells = [(60.0 + 250 * (n % 2), 700.0 - 20 * (n // 2), f"{n}号闸") for n in range(24)]
    head = [(60.0, 760.0, "闸门检修一览，各村照此办理，完工以后逐个签字，不许代签代办")]
    source = read_source(written(tmp_path, "a.pdf", pdf([head + cells])))
    assert source.text.split()[1:5] == ["0号闸", "1号闸", "2号闸", "3号闸"]


def test_radicals_of_a_pdf_are_read_as_characters(tmp_path):
    """⼀ and ⻛, which some character tables give for 一 and 风, are folded."""
    lines = [(72, 740 - 20 * n, line) for n, line in enumerate(SPEECH.splitlines())]
    lines.append((72, 500, "⼀⼼⼀意⼲⼯作，改变作⻛。"))
    assert (
        "一心一意干工作，改变作风。" in read_source(written(tmp_path, "a.pdf", pdf([lines]))).text
    )


def test_a_scanned_pdf_is_refused(tmp_path):
    """Pages without text are named a scan, with the remedy."""
    with pytest.raises(JianghuaError, match=r"scanned PDF.*OCR"):
        read_source(written(tmp_path, "a.pdf", pdf([[], []])))
