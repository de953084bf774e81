"""Contents: the list of a volume is taken out, what only looks like one stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.speeches.cleaning import clean, rebuild
from jianghua.speeches.contents import contents_cuts
from jianghua.speeches.preparing import prepare_speeches
from tests.fuzz.documents import SPEECH
from tests.speeches.test_volumes import SECOND

FIRST_TITLE, SECOND_TITLE = "在全县果园改造动员会上的讲话", "在全县水渠清淤现场会上的讲话"
SHAPES = {
    "dotted leaders": f"目  录\n{FIRST_TITLE}…………………………1\n{SECOND_TITLE}………………27\n",
    "full stops": f"目录\n1. {FIRST_TITLE}...............1\n2. {SECOND_TITLE}..........（27）\n",
    "tabs of a Word file": f"目录\n{FIRST_TITLE}\t1\n{SECOND_TITLE}\t27\n",
    "no pages": f"目录\n{FIRST_TITLE}\n{SECOND_TITLE}\n",
    "spaced dots": f"目 录\n\n{FIRST_TITLE} · · · · · · 1\n\n{SECOND_TITLE} · · · · · · 27\n",
    "titles on two lines": (
        f"目录\n在全县果园\n改造动员会上的讲话……1\n在全县水渠清淤\n现场会上的讲话……27\n附：{SECOND_TITLE[1:]}……30\n"
    ),
    "no heading": f"{FIRST_TITLE}……1\n{SECOND_TITLE}……27\n编后记……………90\n",
}


@pytest.mark.parametrize("contents", SHAPES.values(), ids=SHAPES)
def test_the_list_of_a_volume_belongs_to_no_speech(contents, tmp_path):
    """Title of the volume and list of contents are removed, each with its reason."""
    path = tmp_path / "汇编.txt"
    raw = f"果园水渠讲话汇编\n{contents}{SPEECH}\n{SECOND}"
    path.write_text(raw, encoding="utf-8")
    first, second = prepare_speeches(path)
    assert first.speech.text == SPEECH.strip()
    assert second.speech.text == SECOND.strip()
    taken = {r.reason: r.text for r in first.removals}
    assert "果园水渠讲话汇编" in taken["title of the volume"]
    assert "水渠清淤" in "".join(r.text for r in first.removals if r.reason == "contents list")
    assert all(rebuild(one.speech.text, one.removals) == raw for one in (first, second))


def test_the_outline_of_one_long_report_is_taken_out_too():
    """Headings listed with their pages above a single report are no words of it."""
    outline = "目录\n一、把苗子备好……1\n二、把责任落到人……3\n"
    assert clean(outline + SPEECH).text == clean(SPEECH).text


@pytest.mark.parametrize(
    "stays",
    [
        "全县三件事\n一、修渠\n二、修路\n三、修学校\n",  # headings
        "粮食总产……1200\n油料总产……800\n水果总产……500\n",  # a table: pages do not go down
        "目录\n一、先把断面量准\n二、再把责任落到人\n一、先把断面量准\n二、再把责任落到人\n",
        "公共服务目录\n全县共有三十项。\n",
        "我想说的是……\n那一年……\n渠道修成了……\n",
        "目录\n",
    ],
)
def test_what_only_looks_like_contents_stays(stays):
    """Headings, tables, dots of silence and a word alone are kept."""
    assert not list(contents_cuts(SPEECH + stays + SECOND))


@given(st.text(alphabet="目录在会上的讲话…·. \t\n12一、", max_size=300))
def test_any_text_keeps_the_law(text):
    """Body and removals rebuild every text."""
    cleaned = clean(text)
    assert rebuild(cleaned.text, cleaned.removals) == text
