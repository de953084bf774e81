"""Preparing: a path becomes a speech with its removals and remarks."""

from __future__ import annotations

import hashlib

import docx
import pytest
from portals.marked import FOLDER, read_marked

from jianghua.errors import JianghuaError
from jianghua.speeches.cleaning import rebuild
from jianghua.speeches.preparing import page_rights, prepare_speech, read_speech, walk
from jianghua.speeches.reading import read_source

STYLE = read_marked(FOLDER / "03-government.txt")


@pytest.fixture
def copy(tmp_path):
    path = tmp_path / "讲话 1.txt"
    path.write_bytes(STYLE.raw.encode("gb18030"))
    return path


def test_a_portal_copy_becomes_a_described_speech(copy):
    """Title, level, occasion and source are filled, and the removals rebuild what was read."""
    prepared = prepare_speech(copy)
    speech = prepared.speech
    assert speech.title == "在全市工业倍增行动推进会上的讲话"
    assert (speech.level, speech.occasion) == ("city", "工作会议讲话")
    assert speech.source == "讲话 1.txt; 市政府办公室"
    assert rebuild(speech.text, prepared.removals) == read_source(copy).text


def test_the_id_depends_on_the_words_alone(copy, tmp_path):
    """Another name and encoding give the same id; it is the SHA-256 of the text."""
    other = tmp_path / "other.txt"
    other.write_bytes(STYLE.raw.encode("utf-16"))
    speech = read_speech(copy)
    assert read_speech(other).id == speech.id
    assert speech.id == hashlib.sha256(speech.text.encode()).hexdigest()[:10]


def test_rights_are_the_pages_words_or_unknown(tmp_path):
    """A copyright line is quoted; without one the rights are unknown."""
    paths = {name: tmp_path / f"{name}.txt" for name in ("07-people", "20-clean")}
    for name, path in paths.items():
        path.write_bytes(read_marked(FOLDER / f"{name}.txt").raw.encode())
    assert "版权所有" in read_speech(paths["07-people"]).rights
    assert read_speech(paths["20-clean"]).rights == "unknown"


@pytest.mark.parametrize(
    ("footer", "rights"),
    [
        (
            "版权所有：青川县政府办公室 川ICP备00000001号 地址：县府前路1号 邮编：628100 技术支持：某公司",
            "版权所有：青川县政府办公室",
        ),
        ("主办：青川县政府 | 版权所有 青川县政府 | 网站地图", "版权所有 青川县政府"),
        (
            "Copyright © 2003-2024 青川网 All Rights Reserved 川公网安备00000000号",
            "Copyright © 2003-2024 青川网 All Rights Reserved",
        ),
        (
            "版权归青川网所有，可转载；不得用于商业。电话：000",
            "版权归青川网所有，可转载；不得用于商业",
        ),
        ("主办：青川县政府 邮编：628100", "unknown"),
    ],
)
def test_of_a_footer_only_the_sentence_about_rights_is_kept(footer, rights):
    """Licence numbers, addresses and hosts are no rights; what takes a right back stays beside it."""
    assert page_rights(footer) == rights


def test_a_footer_without_marks_is_bounded():
    """What cannot be parted is cut to eighty characters around the words about rights."""
    long = page_rights("青川" * 200 + "版权所有" + "新闻" * 200)
    assert "版权所有" in long
    assert len(long) == 80


def test_a_page_keeps_what_surrounded_the_article_as_removals(tmp_path):
    """Navigation of a web page is a removal like any other."""
    lines = "".join(f"<p>{line}</p>" for line in STYLE.speech.splitlines() if line.strip())
    path = tmp_path / "a.html"
    path.write_text(
        f'<html><body><ul class="nav"><li>首页</li><li>公开</li></ul><div>{lines}</div></body></html>',
        encoding="utf-8",
    )
    prepared = prepare_speech(path)
    assert prepared.speech.text.split() == STYLE.speech.split()
    assert "outside the main text" in {removal.reason for removal in prepared.removals}


def test_a_page_without_a_speech_is_refused(tmp_path):
    """A file that holds nothing but page furniture gives one line."""
    path = tmp_path / "a.txt"
    path.write_text("首页 > 新闻 > 正文\n上一篇：无\n下一篇：无\n版权所有", encoding="utf-8")
    with pytest.raises(JianghuaError, match="nothing is left"):
        prepare_speech(path)


def test_a_day_alone_in_a_document_is_the_speechs(tmp_path):
    """A document has no day of upload: 2018.3.21 below its title is when the speech was given."""
    document = docx.Document()
    for line in ("在渡口工作会议上的讲话", "2018.3.21", "同志们：", "渡口的石阶要换成条石。" * 30):
        document.add_paragraph(line)
    document.save(str(tmp_path / "a.docx"))
    assert prepare_speech(tmp_path / "a.docx").speech.date == "2018-03-21"


@pytest.mark.parametrize("name", ["渡口19990821.txt", "1999年渡口.txt"])
def test_the_name_of_a_file_bounds_a_speech_that_says_nothing(tmp_path, name):
    """Where words and page are silent a year in the file's name counts as a portal's does."""
    path = tmp_path / name
    path.write_text("乡亲们：\n" + "渡口的石阶要换成条石。" * 30, encoding="utf-8")
    speech = prepare_speech(path).speech
    assert (speech.year, speech.year_basis) == (1999, "portal")


def test_folders_are_walked_in_order_and_nothing_is_skipped_silently(tmp_path):
    """Files in order of their names; hidden ones, links and missing ones with a reason."""
    (tmp_path / "b").mkdir()
    for name in ("b/2.txt", "b/1.txt", "a.txt", ".hidden", "~$a.docx"):
        (tmp_path / name).write_text("x")
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "z").symlink_to(tmp_path)
    found = [
        (path.relative_to(tmp_path).as_posix(), why)
        for path, why in walk([tmp_path, tmp_path / "no.txt"])
    ]
    assert found == [
        (".hidden", "is hidden"), ("a.txt", ""), ("b/1.txt", ""), ("b/2.txt", ""), ("link.txt", "is a link"),
        ("z", "is a link"), ("~$a.docx", "is a lock file of Word"), ("no.txt", "does not exist"),
    ]  # fmt: skip
