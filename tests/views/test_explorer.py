"""The page to hand on: its numbers, what it keeps at home, and what a real browser does with it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Corpus, Speech
from jianghua.speeches.passages import Passage
from jianghua.topics.model import TopicModel
from jianghua.topics.themes import Themes, name_themes
from jianghua.views.explorer import explorer_page, wordings
from jianghua.words.bag import Bag, count
from jianghua.years.shares import compare_years
from tests import toy as made

HOSTILE = (
    "</script><script>window.ran = 1</script>",
    '"><img src=x onerror="window.ran = 2">',
    "\u202e=HYPERLINK(1)",
    "=1+1",
)
SECTIONS = ("topics", "years", "formulations", "keyness", "search", "map", "about")


@pytest.fixture(scope="module")
def themes(toy_model: TopicModel) -> Themes:
    return name_themes(toy_model)


@pytest.fixture(scope="module")
def page(themes: Themes, toy: Corpus) -> str:
    """The toy corpus as a page, its texts not to be handed on."""
    counts = count(made.toy_tokens())
    return explorer_page(themes, counts, toy, [(2018, 2019), (2020, 2023)], "玩具")


@pytest.fixture(scope="module")
def hostile_page(toy_model: TopicModel) -> str:
    """The toy model with hostile words, names, titles and ids."""
    words = (*HOSTILE, *toy_model.bag.words[len(HOSTILE) :])
    speeches = {
        s.id: Speech(s.id, HOSTILE[1], year=s.year, rights="own writing")
        for s in toy_model.bag.speeches
    }
    passages = tuple(Passage(speeches[p.speech.id], p.number) for p in toy_model.bag.passages)
    bag = Bag(toy_model.bag.counts, words, passages)
    model = TopicModel(toy_model.topic_words, toy_model.passage_topics, bag, {})
    named = name_themes(model, {0: HOSTILE[0], 1: HOSTILE[2]}, {HOSTILE[0]: HOSTILE[1]})
    return explorer_page(named, bag, None, [(2018, 2019), (2020, 2023)], HOSTILE[1])


def data_of(page: str) -> Any:
    found = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


# --- the document ---------------------------------------------------------------------------------


def test_shares_are_those_of_compare_years(page: str, themes: Themes) -> None:
    """Each theme's years are the rows of compare_years, to five digits."""
    table = compare_years(themes).table
    for theme in data_of(page)["themes"]:
        rows = table[table["theme"] == theme["name"]]
        expected = rows[["year", "share", "low", "high", "speeches"]].to_numpy(dtype=float)
        assert np.allclose(expected, np.array(theme["years"]), atol=1e-5)


def test_words_agree_with_the_map(page: str, toy_model: TopicModel) -> None:
    """Relevance at λ = 0.6 leads with the same words here as in LDAvis' own table (two ways, one
    answer), and probability with those of the model."""
    data = data_of(page)
    chart = json.loads(re.search(r'explorer-data">(.*?)</script>', data["maps"]["zh"], re.S)[1])  # type: ignore[index]
    info = chart["chart"]["tinfo"]
    for k, topic in enumerate(data["topics"]):
        ours = sorted(topic["words"], key=lambda e: -(0.6 * e[1] + 0.4 * e[2]))[:5]
        rows = zip(info["Category"], info["logprob"], info["loglift"], info["Term"], strict=True)
        theirs = sorted(
            (-(0.6 * p + 0.4 * lift), term) for c, p, lift, term in rows if c == f"Topic{k + 1}"
        )[:5]
        assert [data["words"][e[0]] for e in ours] == [term for _, term in theirs]
        best = max(topic["words"], key=lambda e: e[1])
        assert data["words"][best[0]] == toy_model.words_of(k, 1)[0]


def test_counts_of_years_are_conserved(page: str, toy_model: TopicModel) -> None:
    """The occurrences of every word over the years are its total, as all toy speeches are dated."""
    data = data_of(page)
    for total, text in zip(data["totals"], data["word_years"], strict=True):
        numbers = list(map(int, text.split()))
        assert total == sum(numbers[1::2])
    assert sum(data["year_words"]) == toy_model.bag.counts.sum()


def test_texts_stay_at_home(page: str, themes: Themes, toy: Corpus) -> None:
    """No sentence leaves with a speech whose rights do not say so; where they stand is told."""
    assert data_of(page)["texts"] is False
    assert all(q["start"] is None for t in data_of(page)["topics"] for q in t["quotes"])
    sentence = next(iter(toy)).text[8:20]  # type: ignore[index]
    assert sentence not in json.dumps(data_of(page), ensure_ascii=False)


def test_texts_travel_where_rights_allow(themes: Themes, toy: Corpus) -> None:
    """Passages of speeches under an open licence are in the page, of the others none."""
    free = Corpus(tuple(replace(s, rights="CC BY 4.0" if n % 2 else "") for n, s in enumerate(toy)))
    bag = themes.model.bag
    speeches = {s.id: s for s in free}
    passages = tuple(replace(p, speech=speeches[p.speech.id]) for p in bag.passages)
    model = replace(themes.model, bag=Bag(bag.counts, bag.words, passages))
    data = data_of(explorer_page(name_themes(model), corpus=free))
    quotes = [quote for topic in data["topics"] for quote in topic["quotes"]]
    assert quotes
    assert all(speeches[q["speech"]].rights for q in quotes)
    for quote in quotes:
        text = "".join(piece for piece, _ in quote["pieces"])
        assert text == speeches[quote["speech"]].text[quote["start"] :][: len(text)]  # type: ignore[index]


def test_same_input_same_bytes(page: str, themes: Themes, toy: Corpus) -> None:
    """The page holds nothing random and no date."""
    counts = count(made.toy_tokens())
    assert page == explorer_page(themes, counts, toy, [(2018, 2019), (2020, 2023)], "玩具")


def test_nothing_can_be_loaded(page: str) -> None:
    """The policy forbids all loading, the page names no address of the web to load from."""
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None and policy[1].startswith("default-src 'none'")
    assert "unsafe-eval" not in policy[1] and "http" not in policy[1]
    assert not re.search(r"<(?:link|img|iframe|script)[^>]* (?:src|href)=", page)


def test_both_languages_say_the_same() -> None:
    """Chinese and English wording have the same keys and the same places to fill."""
    zh, en = wordings()["zh"], wordings()["en"]
    assert set(zh) == set(en)
    for key in zh:
        assert set(re.findall(r"\{\w+\}", zh[key])) == set(re.findall(r"\{\w+\}", en[key])), key


def test_an_unknown_language_is_refused(themes: Themes) -> None:
    """The page opens in Chinese or English, and says so."""
    with pytest.raises(JianghuaError, match="zh or en"):
        explorer_page(themes, language="fr")


# --- in a browser ---------------------------------------------------------------------------------


@pytest.fixture
def opened(open_offline: Callable[[str], Any]) -> Callable[[str], Any]:
    """Opens a page and waits for its topics."""

    def open_page(html: str) -> Any:
        tab = open_offline(html)
        tab.wait_for_selector("#list button")
        return tab

    return open_page


def go(tab: Any, section: str) -> None:
    tab.click(f"#tab-{section}")


def test_every_section_in_both_languages(opened: Any, page: str) -> None:
    """A click through all sections in both languages shows each of them, its name in that language,
    and no wording that was not filled in."""
    tab = opened(page)
    for language, button in (("zh", "中文"), ("en", "English")):
        tab.get_by_role("button", name=button, exact=True).click()
        wording = wordings()[language]
        assert wording["title"] in tab.locator("h1").text_content()
        for section in SECTIONS:
            tab.get_by_role("tab", name=wording[f"tab_{section}"], exact=True).click()
            shown = tab.locator("#panel").text_content()
            assert len(shown) > 5
            assert not re.search(r"\{\w+\}|undefined|NaN", shown)


def test_a_topic_is_chosen_and_searched(opened: Any, page: str, toy_model: TopicModel) -> None:
    """A chosen topic shows its words; a searched word shows its topic, and a click leads there."""
    tab = opened(page)
    tab.click('#list button[data-topic="1"]')
    table = tab.locator("#words details")
    table.locator("summary").click()
    tab.select_option("#detail select", "probability")
    tab.locator("#words details summary").click()
    first = tab.locator("#words tbody th").first.text_content()
    assert first == toy_model.words_of(1, 1)[0]
    go(tab, "search")
    tab.fill("#panel input", "乡村")
    assert tab.locator("#found button").first.text_content() == made.TIFA
    tab.locator("#found p.picks button").first.click()
    assert tab.locator("#list button[aria-pressed=true]").count() == 1


def test_charts_and_tables_are_saved(opened: Any, hostile_page: str, themes: Themes) -> None:
    """The buttons save SVG that is well-formed, PNG that is one, and CSV without a live formula."""
    from xml.etree import ElementTree

    tab = opened(hostile_page)
    files = {}
    for kind in ("SVG", "PNG", "CSV"):
        with tab.expect_download() as waiting:
            tab.locator("#words button.save", has_text=kind).click()
        files[kind] = Path(waiting.value.path()).read_bytes()
    assert ElementTree.fromstring(files["SVG"]).tag == "{http://www.w3.org/2000/svg}svg"
    assert files["PNG"].startswith(b"\x89PNG")
    rows = list(csv.reader(io.StringIO(files["CSV"].decode("utf-8-sig"))))
    assert len(rows) > 5
    text = [cell for row in rows[1:] for cell in row if not re.fullmatch(r"-?[\d.]+", cell)]
    assert not [cell for cell in text if re.match(r"[=+\-@\t\r＝＋－＠]", cell)]
    assert "'=1+1" in text


def test_hostile_data_are_text(opened: Any, hostile_page: str) -> None:
    """Markup in words, names and titles is shown as text in every section and in the map; signs that
    turn text round stand as their codes."""
    tab = opened(hostile_page)
    assert HOSTILE[0] in tab.locator("#list").text_content()
    assert "⟨U+202E⟩" in tab.locator("#list").text_content()
    for section in SECTIONS:
        go(tab, section)
        if section == "search":
            tab.fill("#panel input", "<img")
            assert HOSTILE[1] in tab.locator("#found").text_content()
    go(tab, "map")
    frame = tab.frame_locator("iframe")
    frame.locator("svg .terms", has_text="<img").first.wait_for()
    assert tab.locator("img").count() == frame.locator("img").count() == 0
    assert tab.evaluate("typeof window.ran") == "undefined"


# Every control has a name, every picture a text, every text enough contrast, ids stand once, and
# the page has a language and a heading: what axe-core's rules button-name, label, image-alt,
# color-contrast, duplicate-id and html-has-lang ask, as far as this page has such things.
CHECK = """() => {
  const wrong = [];
  const shown = (e) => e.getClientRects().length > 0;
  const named = (e) => (e.getAttribute("aria-label") || (e.labels && e.labels.length && e.labels[0].textContent)
    || e.textContent || e.title || "").trim();
  for (const e of document.querySelectorAll("button, input, select, summary, iframe, [role=img], [role=region]")) {
    if (shown(e) && !named(e)) wrong.push("no name: " + e.outerHTML.slice(0, 80));
  }
  const ids = Array.from(document.querySelectorAll("[id]"), (e) => e.id);
  if (new Set(ids).size !== ids.length) wrong.push("an id stands twice");
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (!/, 0\\)$/.test(colour) && colour !== "transparent") return light(colour);
    }
    return 1;
  };
  for (const e of document.querySelectorAll("body *")) {
    const own = Array.from(e.childNodes).some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !shown(e) || e.closest(":disabled")) continue;
    const ink = light(e.closest("svg") ? getComputedStyle(e).fill : getComputedStyle(e).color);
    const [a, b] = [ink, ground(e)].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) wrong.push("contrast: " + e.outerHTML.slice(0, 80));
  }
  if (!document.documentElement.lang || document.querySelectorAll("h1").length !== 1) wrong.push("no language or heading");
  return wrong;
}"""


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_everyone_can_use_it(opened: Any, page: str, size: tuple[int, int]) -> None:
    """On a laptop and a phone: every control has a name, text has a contrast of 4.5, ids are unique,
    and nothing is cut off to the right."""
    tab = opened(page)
    tab.set_viewport_size({"width": size[0], "height": size[1]})
    for button in ("中文", "English"):
        tab.get_by_role("button", name=button, exact=True).click()
        for section in SECTIONS:
            go(tab, section)
            assert tab.evaluate(CHECK) == [], section
            assert tab.evaluate("document.documentElement.scrollWidth") <= size[0], section


def test_the_keyboard_reaches_everything(opened: Any, page: str) -> None:
    """Arrows walk the tabs, Tab goes from there into the section, and the tables open by keyboard."""
    tab = opened(page)
    tab.focus("#tab-topics")
    for section in (*SECTIONS[1:], SECTIONS[0]):
        tab.keyboard.press("ArrowRight")
        assert tab.evaluate("document.activeElement.id") == f"tab-{section}"
        assert tab.get_attribute("#panel", "aria-labelledby") == f"tab-{section}"
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.closest('#panel') !== null")
    tab.locator("#list button").nth(2).focus()
    tab.keyboard.press("Enter")
    assert tab.get_attribute('#list button[data-topic="2"]', "aria-pressed") == "true"
    tab.locator("#words summary").focus()
    tab.keyboard.press("Enter")
    tab.locator("#words table caption").wait_for()


def test_a_page_without_years_or_formulations(opened: Any, toy_model: TopicModel) -> None:
    """Where no speech has a year and only a model is at hand, every section says what is missing."""
    speeches = {s.id: Speech(s.id) for s in toy_model.bag.speeches}
    passages = tuple(Passage(speeches[p.speech.id], p.number) for p in toy_model.bag.passages)
    bag = Bag(toy_model.bag.counts, toy_model.bag.words, passages)
    model = TopicModel(toy_model.topic_words, toy_model.passage_topics, bag, {})
    tab = opened(explorer_page(name_themes(model)))
    wording = wordings()["zh"]
    for section, key in (
        ("years", "no_years"),
        ("formulations", "no_formulations"),
        ("keyness", "no_keyness"),
    ):
        go(tab, section)
        assert wording[key] in tab.locator("#panel").text_content()
