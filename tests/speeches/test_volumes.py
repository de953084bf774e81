"""Volumes: several speeches in one file become several; one speech stays one."""

from __future__ import annotations

import pytest
from portals.marked import styles

from jianghua.speeches.cleaning import rebuild
from jianghua.speeches.preparing import prepare_speech, prepare_speeches
from jianghua.speeches.reading import read_source
from jianghua.speeches.volumes import speech_starts
from tests.fuzz.documents import SPEECH

SECOND = (
    "在全县水渠清淤现场会上的讲话\n"
    "（二〇一四年十月九日）\n"
    "各位乡长、各位站长：\n"
    "站在这条渠边上开会，比坐在礼堂里听得清楚。渠底的淤泥有一尺多厚，水从哪里过来？"
    "去年也清过，清到一半就停了，今年又从头清，这样的工作方法一定要改。\n"
    "第一，先把断面量准。每隔二十米打一根桩，桩上写清楚挖到多深，谁来挖，谁来验，一根桩都不能少。"
    "量不准就开工，等于白干，去年东渠返工的事情大家都还记得，那一次误了整整半个月的农时。\n"
    "第二，再把责任落到人。渠长的名字刻在石头上，立在渠口，群众看得见，上级查得到，水不通就找他。"
    "清出来的泥不许堆在路边，一律运到洼地里去垫田，这件事由各村自己商量着办，县里只看结果。\n"
)
VOLUME = f"果园水渠讲话汇编\n目录\n在全县果园改造动员会上的讲话\n在全县水渠清淤现场会上的讲话\n{SPEECH}\n{SECOND}"


def test_each_speech_of_a_volume_is_its_own(tmp_path):
    """Two titles, each with a date and a greeting below: two speeches, with their own dates."""
    path = tmp_path / "汇编.txt"
    path.write_text(VOLUME, encoding="utf-8")
    first, second = prepare_speeches(path)
    assert first.speech.title == "在全县果园改造动员会上的讲话"
    assert second.speech.title == "在全县水渠清淤现场会上的讲话"
    assert (first.speech.year, second.speech.date) == (2013, "2014-10-09")
    assert second.speech.text == SECOND.strip()
    assert "speech 2 of 2 in its file" in second.warnings


def test_what_is_removed_rebuilds_the_volume(tmp_path):
    """Each speech, with its list of removals, gives the whole file again."""
    path = tmp_path / "汇编.txt"
    path.write_text(VOLUME.replace("责任落到人", "责任落到**人"), encoding="utf-8")
    for one in prepare_speeches(path):
        assert rebuild(one.speech.text, one.removals) == read_source(path).text


def test_a_volume_may_be_taken_whole(tmp_path):
    """Where somebody lists the file as one speech it is one, and the doubt is told."""
    path = tmp_path / "汇编.txt"
    path.write_text(VOLUME, encoding="utf-8")
    one = prepare_speech(path)
    assert "苗圃今年出苗" in one.speech.text
    assert "立在渠口" in one.speech.text
    assert "looks like 2 speeches" in one.warnings


@pytest.mark.parametrize("style", styles(), ids=lambda style: style.name)
def test_one_speech_stays_one(style):
    """No speech of our own, with headings, lists and quotations, is torn apart."""
    if "several" not in style.name:
        assert speech_starts(style.speech) == (0,)


@pytest.mark.parametrize(
    "text",
    [
        SPEECH + SPEECH,  # a title printed twice
        SPEECH + "\n关于果园改造的报告\n",  # a title at the end
        "讲话\n报告\n发言\n2012年3月5日\n" + SPEECH,  # a table of contents
        SPEECH.replace("二、再把苗子备好", "二、学习书记在全县大会上的讲话"),  # a heading
        "",
        "\n\n",
    ],
)
def test_what_only_looks_like_several_is_one(text):
    """Repeated titles, contents and headings open no speech."""
    assert speech_starts(text) == (0,)
