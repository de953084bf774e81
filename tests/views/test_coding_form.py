"""A coder's form: it holds no key, loads nothing, and what is filled in there is what is scored."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import jianghua as jh
from jianghua.errors import JianghuaError
from jianghua.topics.coding import read_answers, score
from jianghua.topics.validation import Gold, Item, Trial
from jianghua.views.coding_form import SHEET_COLUMNS, coding_form, coding_sheet, form_wording
from jianghua.views.coding_widget import coding_widget

HOSTILE = "</script><script>window.ran=1</script><img src=x onerror='window.ran=2'>"


def made_trial(items: int = 5) -> Trial:
    """Questions whose third choice, of four, is right; one passage is hostile."""
    choices = ("水稻 种子", "学校 教师", HOSTILE, "芯片 专利")
    ids = [f"q{n:04d}" for n in range(1, items + 1)]
    passage = f"春耕要早。{HOSTILE}"
    seen = tuple(Item(i, "topic_intrusion", passage, False, choices) for i in ids)
    key = tuple(Gold(i, "topic_intrusion", 0, "种田", 3, choices) for i in ids)
    return Trial(seen, key, ())


def _data(page: str) -> Any:
    held = re.search(r'id="coding-data">(.*?)</script>', page, re.S)
    assert held
    return json.loads(held[1])


def test_page_holds_no_key() -> None:
    """The page holds id, test, passage and choices of each item: trials that differ in nothing but
    the key give the same page."""
    trial = made_trial()
    other = tuple(
        Gold(g.id, g.test, 99, "别的", 1 + n % 2, g.choices) for n, g in enumerate(trial.key)
    )
    page = coding_form(trial, "coder1")
    assert coding_form(Trial(trial.items, other, ("secret",)), "coder1") == page
    assert set(_data(page)["items"][0]) == {"id", "test", "passage", "in_words", "choices"}


def test_page_loads_nothing() -> None:
    """No address, one script named by its checksum, no eval; data cannot close their block."""
    page = coding_form(made_trial(), "coder1")
    assert not re.search(
        r"https?:|//[a-z]|src=|@import|url\(", re.sub("id=.coding-data.*", "", page)
    )
    assert "default-src 'none'" in page and page.count("<script") == 2
    assert "unsafe-eval" not in page and "eval(" not in page


def test_both_languages_say_everything() -> None:
    """Chinese and English wording have the same entries, and every entry the page names."""
    wording = form_wording()
    assert set(wording["zh"]) == set(wording["en"])
    named = set(re.findall(r'data-say="(\w+)"', coding_form(made_trial(), "c")))
    assert named <= set(wording["zh"])
    with pytest.raises(JianghuaError):
        coding_form(made_trial(), "c", "fr")


def test_plain_sheet_is_scored_like_the_form() -> None:
    """A sheet filled in with numbers by hand reads back; as made, it has no answers."""
    trial = made_trial()
    rows = [dict(zip(SHEET_COLUMNS, row, strict=True)) for row in coding_sheet(trial, "甲")]
    assert all(row["answer"] == "" for row in rows)
    lines = [f"{r['set']},甲,{r['item']},3" for r in rows]
    raw = "\n".join(["set,coder,item,answer", *lines]).encode("utf-8-sig")
    found = read_answers({"x.csv": raw}, trial.key, trial.checksum)
    assert score(trial.key, found).topics.iloc[0]["precision"] == 1


def test_widget_records_answers(toy_model: Any) -> None:
    """In Jupyter a choice is an answer, and going on and back finds it again."""
    coding = jh.validate(toy_model, tests=["word_intrusion"])
    box = coding_widget(coding)
    count, question, choices, buttons, _ = box.children
    first = coding.trial.order_for("coder1")[0]
    choices.value = 2
    assert coding.answers == {first.id: 2}
    buttons.children[1].click()
    assert choices.value is None and "2" in count.value
    buttons.children[0].click()
    assert choices.value == 2 and "<b>" in question.value
    assert "1 of" in repr(coding)
    assert coding.score().coders.iloc[0]["answered"] == 1
    assert "application/vnd.jupyter.widget-view+json" in coding._repr_mimebundle_()


def test_widget_shows_hostile_text_as_text() -> None:
    """Passages in the widget are escaped."""
    from jianghua.views.coding_widget import Coding

    box = coding_widget(Coding(made_trial()))
    assert "<script>" not in box.children[1].value and "&lt;script&gt;" in box.children[1].value


# --- in a browser ---------------------------------------------------------------------------------


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    """A tab with the network off, which may ask for nothing and in which nothing may go wrong."""
    context = browser.new_context(offline=True, accept_downloads=True)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text))
    page.on("request", lambda r: wrong.append(r.url) if r.url[:4] not in ("file", "blob") else None)
    yield page
    assert wrong == []
    context.close()


def _save(tab: Any, path: Path) -> bytes:
    with tab.expect_download() as waiting:
        tab.click("#save")
    waiting.value.save_as(path)
    return path.read_bytes()


def test_form_filled_in_is_scored(tab: Any, tmp_path: Path) -> None:
    """A coder answers by keys and by mouse, closes the page, goes on where they stopped, saves, and
    is scored: three of five right, one wrong, one open."""
    trial = made_trial()
    place = tmp_path / "coder1.html"
    place.write_text(coding_form(trial, "coder1"), encoding="utf-8")
    tab.goto(place.as_uri())
    for key in ("3", "Enter", "3", "Enter"):
        tab.keyboard.press(key)
    tab.click("#choices label:nth-child(1)")  # the third question, wrong
    three_answered = "第 3 题，共 5 题，已答 3 题"
    assert tab.inner_text("#count") == three_answered
    # A coder comes back after seconds; a program comes back within a millisecond, before the
    # browser has handed on what it stores. The page only reads when it opens, so asking again is safe.
    for _ in range(50):
        tab.reload()
        if tab.inner_text("#count") == three_answered:
            break
        tab.wait_for_timeout(100)
    assert tab.inner_text("#count") == three_answered
    assert tab.is_checked("#choices label:nth-child(1) input")
    tab.keyboard.press("PageDown")
    tab.keyboard.press("3")
    answers = read_answers(
        {"coder1.csv": _save(tab, tmp_path / "a.csv")}, trial.key, trial.checksum
    )
    assert not answers.notes
    row = score(trial.key, answers).coders.iloc[0]
    assert (row["answered"], row["right"], row["missing"]) == (4, 3, 1)
    assert tab.evaluate("window.ran") is None


def test_form_goes_on_from_a_csv(browser: Any, tab: Any, tmp_path: Path) -> None:
    """On another machine the saved CSV brings the answers back; a strange file brings nothing."""
    trial = made_trial()
    place = tmp_path / "form.html"
    place.write_text(coding_form(trial, "coder1", "en"), encoding="utf-8")
    tab.goto(place.as_uri())
    tab.keyboard.press("2")
    saved = tmp_path / "saved.csv"
    _save(tab, saved)
    context = browser.new_context(offline=True, accept_downloads=True)
    other = context.new_page()
    other.goto(place.as_uri())
    strange = tmp_path / "strange.csv"
    strange.write_text(f"set,item,answer\n{trial.checksum},q0001,77\nx,q0002,1\n", encoding="utf-8")
    other.set_input_files("#load", str(strange))
    other.wait_for_selector("#said:has-text('nothing was loaded')")
    other.set_input_files("#load", str(saved))
    other.wait_for_selector("#said:has-text('1 answers loaded')")
    assert _save(other, tmp_path / "again.csv") == saved.read_bytes()
    context.close()


def test_form_without_storage_says_so(tab: Any, tmp_path: Path) -> None:
    """Where the browser keeps nothing, the form works and tells the coder to save."""
    tab.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw 1; }})")
    place = tmp_path / "form.html"
    place.write_text(coding_form(made_trial(), "coder1", "en"), encoding="utf-8")
    tab.goto(place.as_uri())
    tab.keyboard.press("1")
    assert "Save CSV" in tab.inner_text("#said")
    tab.click("#language")
    assert tab.inner_text("#save") == "保存 CSV"
