"""Heads: title, date, speaker and greeting are found, with line breaks or without."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.speeches.cleaning import clean, rebuild
from jianghua.speeches.heads import head_lines, run_on_opening
from jianghua.speeches.preparing import prepare_speech

BODY = (
    "站在这条渠边上开会，比坐在礼堂里听得清楚。渠底的淤泥有一尺多厚，水从哪里过来？去年也清过，"
    "清到一半就停了，今年又从头清，这样的工作方法一定要改。先把断面量准，再把责任落到人，"
    "渠长的名字刻在石头上，立在渠口，群众看得见，上级查得到，水不通就找他。谢谢大家！"
)
TITLE = "在全县水渠清淤现场会上的讲话"


@pytest.mark.parametrize(
    ("opening", "speaker"),
    [
        (f"{TITLE}（2014年10月9日）同志们：", ""),
        (f"{TITLE}2014年10月9日同志们：", ""),
        (f"{TITLE} （2014年10月9日） 县长 李明 同志们：", "李明"),
        (f"{TITLE} 县长 李明 （二〇一四年十月九日） 各位乡长、各位站长：", "李明"),
        (f"{TITLE} 2014 年 10 月 9 日 ", ""),
        (f"首页 > 公开 > 正文 {TITLE} 发布时间：2015年3月1日 来源：县府办 （2014年10月9日） 同志们：", ""),
    ],
)  # fmt: skip
def test_a_page_in_one_line_has_its_title_and_date(opening, speaker, tmp_path):
    """Title, day and speaker are what the opening says; the day of the page is not the speech's."""
    path = tmp_path / "a.txt"
    path.write_text(opening + BODY, encoding="utf-8")
    found = prepare_speech(path)
    assert (found.speech.title, found.speech.date) == (TITLE, "2014-10-09")
    assert (found.speech.year_basis, found.speech.speaker) == ("stated", speaker)
    assert found.speech.text.startswith(TITLE)
    assert rebuild(found.speech.text, found.removals) == opening + BODY


def test_a_day_behind_the_last_sentence_is_the_speechs(tmp_path):
    """Without line breaks a closing date stands behind the last full stop."""
    path = tmp_path / "a.txt"
    path.write_text(f"同志们：{BODY}（2014年10月9日）", encoding="utf-8")
    assert prepare_speech(path).speech.date == "2014-10-09"


@pytest.mark.parametrize(
    "opening",
    [
        "根据省政府工作报告（2014年10月9日），我们",
        "去年这个时候，书记在全县大会上作了讲话。2014年10月9日，",
        "县里的报告2014年10月9日印发以后，",
        "同志们：",
    ],
)
def test_a_sentence_that_names_a_report_is_no_head(opening):
    """Prose stays prose: nothing is split off where a sentence goes on."""
    assert run_on_opening(opening + BODY) == []


@given(
    st.text(alphabet="在会上的讲话报告同志们：（2014年10月9日）。，> 来源首页\n一二", max_size=200)
)
def test_the_lines_of_a_head_stand_where_they_say(text):
    """Each line is found at its offset, in order, and cleaning still rebuilds the text."""
    end = 0
    for start, line in head_lines(text + BODY):
        assert start >= end
        assert (text + BODY)[start : start + len(line)] == line
        end = start + len(line)
    cleaned = clean(text + BODY)
    assert rebuild(cleaned.text, cleaned.removals) == text + BODY
