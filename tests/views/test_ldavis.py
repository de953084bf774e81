"""The map of topics: its numbers, its safety, and what a real browser does with it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from jianghua.errors import JianghuaError
from jianghua.topics.model import TopicModel
from jianghua.topics.themes import name_themes
from jianghua.views import ldavis
from jianghua.views.ldavis import ldavis_frame, ldavis_page, topic_positions
from jianghua.views.markup import visible
from jianghua.words.bag import Bag
from tests.examples import examples

HOSTILE = (
    "</script><script>window.ran = 1</script>",
    '"><img src=x onerror="window.ran = 2">',
    "</script x><!--<script x='y",  # no ">" needed to leave a script block
    "it's & 'quoted'",
)


def made_model(topics: int = 4, words: tuple[str, ...] = (), passages: int = 30) -> TopicModel:
    """A model drawn at random, always the same; the first words weigh most in topic 0, and so on."""
    words = words or tuple(f"词{number:03d}" for number in range(60))
    random = np.random.default_rng(7)
    topic_words = random.dirichlet(np.full(len(words), 0.3), topics)
    passage_topics = random.dirichlet(np.full(topics, 0.4), passages)
    counts = random.integers(1, 5, (passages, len(words)))
    bag = Bag(csr_matrix(counts), words, passages=())
    return TopicModel(topic_words, passage_topics, bag, settings={})


class Outline(HTMLParser):
    """What an HTML parser makes of a page: its tags, and the text of each script."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.in_script = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.in_script = tag == "script"
        if self.in_script:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.in_script = False

    def handle_data(self, data: str) -> None:
        if self.in_script:
            self.scripts[-1] += data

    def count(self, name: str) -> int:
        return sum(tag == name for tag, _ in self.tags)


def page_data(page: str) -> Any:
    """The JSON the page draws from, as a browser would read it."""
    found = re.search(r'id="explorer-data">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


# --- positions ------------------------------------------------------------------------------------


def test_distances_of_two_topics() -> None:
    """Two topics without a common word stand log 2 apart, the largest divergence there is (by
    hand: JSD of disjoint distributions is ln 2, and two points need one axis)."""
    positions = topic_positions(np.array([[0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5]]))
    assert np.log(2) == pytest.approx(abs(positions[0, 0] - positions[1, 0]), abs=1e-5)
    assert np.all(positions[:, 1] == 0)


def test_positions_agree_with_pyldavis() -> None:
    """Where pyLDAvis' own scaling works, ours gives the same map, up to turning an axis round."""
    from pyLDAvis._prepare import js_PCoA

    topic_words = made_model(6).topic_words
    theirs, ours = js_PCoA(topic_words), topic_positions(topic_words)
    assert np.allclose(np.abs(theirs), np.abs(ours), atol=1e-5)


@pytest.mark.parametrize("topics", [1, 2, 3, 120])
def test_positions_exist_for_any_number_of_topics(topics: int) -> None:
    """One topic, fewer topics than axes, and many alike topics all get two real coordinates."""
    random = np.random.default_rng(0)
    alike = random.dirichlet(np.full(9, 500.0), topics)
    positions = topic_positions(alike)
    assert positions.shape == (topics, 2)
    assert positions.dtype == np.float64
    assert np.isfinite(positions).all()


def test_axes_face_the_same_way() -> None:
    """The topic farthest out on an axis lies on its positive side, so a map never flips."""
    positions = topic_positions(made_model(9).topic_words)
    farthest = positions[np.abs(positions).argmax(axis=0), [0, 1]]
    assert (farthest > 0).all()


# --- the page as a document -----------------------------------------------------------------------


def test_same_model_same_bytes() -> None:
    """The page holds nothing random and no date, whatever order the names come in."""
    first = ldavis_page(made_model(), {2: "创新", 0: "农业"})
    assert first == ldavis_page(made_model(), {0: "农业", 2: "创新"})


def test_topics_keep_their_numbers() -> None:
    """Topics are not sorted by size: entry k of the chart is topic k of the model, named 'k+1' only
    inside LDAvis, and its share is the share of words (by hand: length-weighted mean of θ)."""
    model = made_model(5)
    chart = page_data(ldavis_page(model))["chart"]
    lengths = np.asarray(model.bag.counts.sum(axis=1)).ravel()
    expected = lengths @ model.passage_topics / lengths.sum() * 100
    assert [1, 2, 3, 4, 5] == chart["mdsDat"]["topics"] == chart["topic.order"]
    assert np.allclose(expected, chart["mdsDat"]["Freq"], atol=1e-4)


def test_most_probable_word_leads() -> None:
    """At λ = 1 the first word of a topic is its most probable one."""
    model = made_model(3)
    table = page_data(ldavis_page(model))["chart"]["tinfo"]
    rows = list(zip(table["Category"], table["logprob"], table["Term"], strict=True))
    for topic in range(3):
        _, likeliest = max((p, w) for c, p, w in rows if c == f"Topic{topic + 1}")
        assert model.bag.words[model.topic_words[topic].argmax()] == likeliest


def test_numbers_agree_with_pyldavis() -> None:
    """Shares of a word's occurrences by topic, and log probabilities, are those of pyLDAvis' own
    preparation (two ways, one answer); occurrences are those counted, not those it would expect."""
    import pyLDAvis

    model = made_model(4)
    chart = page_data(ldavis_page(model))["chart"]
    theirs = pyLDAvis.prepare(
        model.topic_words, model.passage_topics, model.bag.lengths, list(model.bag.words),
        model.bag.totals, sort_topics=False, n_jobs=1, mds=lambda rows: topic_positions(np.asarray(rows)),
    )  # fmt: skip
    tokens = theirs.token_table
    shares = dict(
        zip(zip(tokens["Term"], tokens["Topic"], strict=True), tokens["Freq"], strict=True)
    )
    ours = chart["token.table"]
    pairs = zip(ours["Term"], ours["Topic"], ours["Freq"], strict=True)
    expected = model.weights @ model.topic_words * model.bag.totals.sum()
    rounded = dict(zip(model.bag.words, 3 / expected, strict=True))  # theirs are whole occurrences
    known = [(abs(shares[t, k] - f), rounded[t]) for t, k, f in pairs if (t, k) in shares]
    assert len(known) > 100
    assert all(off <= allowed for off, allowed in known)
    info = theirs.topic_info
    logs = dict(zip(zip(info["Term"], info["Category"], strict=True), info["logprob"], strict=True))
    ours = chart["tinfo"]
    drawn = zip(ours["Term"], ours["Category"], ours["logprob"], strict=True)
    for term, category, value in drawn:
        if category != "Default" and (term, category) in logs:
            assert value == pytest.approx(logs[term, category], abs=1e-3)
    totals = dict(zip(model.bag.words, model.bag.totals.tolist(), strict=True))
    assert all(totals[t] == n for t, n in zip(ours["Term"], ours["Total"], strict=True))


def test_zero_probabilities_are_drawn() -> None:
    """Words and topics of probability 0, of which LDAvis would take the logarithm, do no harm."""
    bag = made_model(2, ("甲", "乙", "丙")).bag
    topic_words, passage_topics = np.array([[1, 0, 0], [0, 0.5, 0.5]]), np.tile([0.0, 1.0], (30, 1))
    model = TopicModel(topic_words, passage_topics, bag, settings={})
    data = page_data(ldavis_page(model))
    assert {"甲", "乙", "丙"} == set(data["chart"]["tinfo"]["Term"])


def test_only_fingerprinted_scripts() -> None:
    """The policy forbids all loading and lists exactly the scripts that the page contains."""
    page = ldavis_page(made_model(), {1: "民生"})
    outline = Outline(page)
    policy = next(a["content"] for t, a in outline.tags if "http-equiv" in a)
    runs = [s for s in outline.scripts if not s.startswith("{")]
    digests = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in runs]
    assert policy is not None
    assert [f"'sha256-{digest}'" for digest in digests] == re.findall(r"'sha256-[^']+'", policy)
    assert policy.startswith("default-src 'none'")
    assert "unsafe-eval" not in policy
    assert len(digests) == 4


def test_page_refers_to_nothing_outside() -> None:
    """No tag of the page has an address to load or to follow."""
    outline = Outline(ldavis_page(made_model()))
    addresses = {"src", "href", "action", "data", "srcset", "xlink:href"}
    assert not [tag for tag, attributes in outline.tags if addresses & set(attributes)]
    assert ("html", {"lang": "zh-CN"}) in outline.tags
    assert ("meta", {"charset": "utf-8"}) in outline.tags
    assert outline.count("h1") == 1


def test_licences_travel_with_the_scripts() -> None:
    """The copyright lines of LDAvis and d3 stand in the page."""
    page = ldavis_page(made_model())
    assert page.count("Copyright 2013, AT&T Intellectual Property") >= 2
    assert "https://d3js.org v5.16.0 Copyright 2020 Mike Bostock" in page
    assert "MIT Licence" in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_wording_is_in_one_language(language: str) -> None:
    """Chinese pages hold none of LDAvis' English labels, English pages no Chinese ones."""
    page = ldavis_page(made_model(words=("a", "b", "c")), language=language)
    drawing = "".join(Outline(page).scripts)
    assert ("Most Salient Terms" in drawing) == (language == "en")
    assert ("最显著" in drawing) == (language == "zh")
    assert bool(re.search("[一-鿿]", page)) == (language == "zh")


@examples(40)
@given(
    words=st.lists(st.text(min_size=1, max_size=12), min_size=2, max_size=8, unique=True),
    name=st.text(min_size=1, max_size=20),
    title=st.text(max_size=20),
)
def test_words_are_data(words: list[str], name: str, title: str) -> None:
    """Whatever stands in words, names and title: the page has the same tags, and its data hold the
    words as they are, but for signs that cannot be seen, which stand as their codes."""
    model = made_model(2, tuple(sorted(words)))
    plain = Outline(ldavis_page(made_model(2, tuple(f"w{i}" for i in range(len(words))))))
    page = ldavis_page(model, {1: name}, title)
    outline = Outline(page)
    assert [tag for tag, _ in plain.tags] == [tag for tag, _ in outline.tags]
    assert set(map(visible, words)) == set(page_data(page)["chart"]["tinfo"]["Term"])
    assert {"1": visible(name)} == page_data(page)["names"]
    assert page.encode("utf-8")


@pytest.mark.parametrize("word", ["nan", "None", "NA", "1", "inf", "\u2028", "\ud800", "<b>"])
def test_awkward_words_stay_themselves(word: str) -> None:
    """Words that tables or scripts would take for something else come through as written."""
    page = ldavis_page(made_model(2, ("甲", word)))
    assert {"甲", visible(word)} == set(page_data(page)["chart"]["tinfo"]["Term"])
    assert not re.search("[\u2028\u2029]", "".join(Outline(page).scripts))
    assert page.encode("utf-8")


def test_themes_can_be_shown() -> None:
    """The members of themes serve as names: given ones are shown, "set aside" in the language of
    the page, and the stand-ins of unnamed topics once, not with their number twice."""
    themes = name_themes(made_model(3), {0: "农业", 2: "set aside"})
    page = ldavis_page(themes.model, themes.members)
    assert page_data(page)["names"] == {"0": "农业", "2": "不计"}
    assert f">{themes.members[1]} <small>" in page


# --- refusals -------------------------------------------------------------------------------------


def test_all_problems_at_once() -> None:
    """A model that does not fit is refused in one line that names every fault."""
    model = made_model(3)
    topic_words = model.topic_words * [[1], [2], [1]]
    model = TopicModel(topic_words, model.passage_topics[:-1], model.bag, settings={})
    with pytest.raises(JianghuaError) as refusal:
        ldavis_page(model, {3: "多余"}, language="fr")
    message = str(refusal.value)
    assert "1 rows of topic_words" in message
    assert "29 × 3, not 30 passages × 3 topics" in message
    assert "'多余' is given to topic 3" in message
    assert "'fr' is neither zh nor en" in message
    assert "\n" not in message


@pytest.mark.parametrize("odd", [np.nan, np.inf, -0.5])
def test_odd_numbers_are_refused(odd: float) -> None:
    """Shares that are missing, endless or negative are refused, not drawn."""
    model = made_model(2)
    passage_topics = model.passage_topics.copy()
    passage_topics[4] = [odd, 1 - odd]
    with pytest.raises(JianghuaError, match="first: row 4"):
        ldavis_page(TopicModel(model.topic_words, passage_topics, model.bag, settings={}))


def test_another_ldavis_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pyLDAvis whose script differs from the one we change is refused in words."""
    monkeypatch.setattr(ldavis, "_pyldavis_file", lambda name: "var LDAvis;")
    with pytest.raises(JianghuaError, match=r"pyLDAvis: its script .* Try: install"):
        ldavis_page(made_model())


def test_frame_holds_the_page() -> None:
    """The frame is sandboxed without the right to reach its surroundings, and holds the page
    character for character."""
    page = ldavis_page(made_model(words=("a", "b", *HOSTILE)), {0: HOSTILE[1]})
    [(tag, attributes)] = Outline(ldavis_frame(page)).tags
    assert tag == "iframe"
    assert attributes["sandbox"] == "allow-scripts"
    assert page == attributes["srcdoc"]


# --- in a browser ---------------------------------------------------------------------------------


@pytest.fixture
def opened(open_offline: Callable[[str], Any]) -> Callable[[str], Any]:
    """Opens a page and gives the frame of the map."""

    def open_page(html: str) -> Any:
        frame = open_offline(html).frames[-1]
        frame.wait_for_selector("#explorer svg .dot")
        return frame

    return open_page


def until(frame: Any, condition: str) -> None:
    """Waits until JavaScript holds; Playwright's own waiting needs the eval our policy forbids."""
    for _ in range(100):
        if frame.evaluate(condition):
            return
        frame.wait_for_timeout(50)
    raise AssertionError(f"never came true: {condition}")


def bars(frame: Any) -> set[str]:
    return set(frame.locator("#explorer svg .terms").all_text_contents())


def title_of(frame: Any) -> str:
    return str(frame.locator("#explorer .bubble-tool").text_content())


def likeliest(model: Any, topic: int) -> set[str]:
    return {model.bag.words[column] for column in (-model.topic_words[topic]).argsort()[:30]}


def test_click_shows_the_words_of_a_topic(opened: Any) -> None:
    """A click on a circle, or on a button, shows the words of the topic with that number."""
    model = made_model(4)
    frame = opened(ldavis_page(model, {2: "创新"}))
    frame.locator("#explorer-topic3").dispatch_event("click")
    assert likeliest(model, 2) == bars(frame)
    assert title_of(frame).startswith("2 创新：最相关的 30 个词")
    frame.wait_for_selector('nav button[value="3"][aria-pressed="true"]')
    frame.locator("nav button", has_text="0 ").first.click()
    assert likeliest(model, 0) == bars(frame)
    assert title_of(frame).startswith("0：")
    frame.wait_for_selector('nav button[value="1"][aria-pressed="true"]')
    frame.locator("nav button").first.click()
    assert title_of(frame).startswith("最显著的 30 个词")


def test_circles_carry_our_numbers_and_names(opened: Any) -> None:
    """The labels on the map are the model's numbers, from 0, with the names beside them."""
    frame = opened(ldavis_page(made_model(3), {1: "农业"}))
    assert frame.locator("#explorer svg .txt").all_text_contents() == ["0", "1 农业", "2"]


def test_labels_do_not_cover_each_other(opened: Any) -> None:
    """Topics with the same words lie on one spot; their labels can still be read."""
    made = made_model(6)
    alike = np.tile(made.topic_words[0], (6, 1))
    model = TopicModel(alike, made.passage_topics, made.bag, settings={})
    frame = opened(ldavis_page(model, dict(enumerate(("农业", "工业", "教育", "外交", "创新")))))
    boxes = frame.evaluate(
        """() => Array.from(document.querySelectorAll("#explorer .txt"), (text) => {
            const box = text.getBBox();
            return [box.y, box.y + box.height];
        }).sort((a, b) => a[0] - b[0])"""
    )
    assert len(boxes) == 6
    assert all(above[1] <= below[0] for above, below in pairwise(boxes))


def test_axis_follows_the_topic(opened: Any) -> None:
    """The longest bar of a chosen topic ends at the place that the axis gives its count."""
    model = made_model(4)
    frame = opened(ldavis_page(model))
    frame.locator("nav button").nth(2).click()
    frame.wait_for_timeout(100)
    longest = frame.evaluate(
        """() => {
            const bars = Array.from(document.querySelectorAll("#explorer .bar-totals"));
            const bar = bars.reduce((a, b) => +a.getAttribute("width") > +b.getAttribute("width") ? a : b);
            const ticks = Array.from(document.querySelectorAll("#explorer .xaxis .tick"));
            const [last] = ticks.slice(-1);
            const place = +last.getAttribute("transform").match(/[0-9.]+/)[0];
            const value = +last.textContent.replace(/,/g, "");
            return [bar.__data__.Total, bar.getAttribute("width") * value / place];
        }"""
    )
    assert longest[0] == pytest.approx(longest[1], rel=0.02)


def test_slider_moves_with_the_keyboard(opened: Any) -> None:
    """Moving λ toward 0 with the arrow keys brings up words of higher lift."""
    model = made_model(3, tuple(f"词{number:03d}" for number in range(200)))
    frame = opened(ldavis_page(model))
    frame.locator("nav button").nth(1).click()
    before = bars(frame)
    frame.locator("#explorer-lambda").focus()
    for _ in range(20):
        frame.locator("#explorer-lambda").press("ArrowLeft")
    until(frame, "document.getElementById('explorer-lambda-value').textContent === '0'")
    assert before != bars(frame)


@pytest.mark.parametrize("framed", [False, True])
def test_hostile_words_are_shown_and_run_nothing(opened: Any, framed: bool) -> None:
    """Markup in words, names and title is shown as text, in the page and in the notebook's frame."""
    page = ldavis_page(made_model(2, tuple(sorted(("甲", *HOSTILE)))), {0: HOSTILE[0]}, HOSTILE[1])
    frame = opened(ldavis_frame(page) if framed else page)
    frame.locator("nav button").nth(1).click()
    frame.locator("#explorer svg .terms").first.dispatch_event("mouseover")
    assert set(HOSTILE) <= bars(frame)
    assert HOSTILE[1] == frame.locator("h1").text_content()
    assert HOSTILE[0] in title_of(frame)
    assert frame.locator("img").count() == 0
    assert frame.evaluate("typeof window.ran") == "undefined"


def test_frame_cannot_reach_the_notebook(opened: Any) -> None:
    """A script in the frame, even if one ran, may not read the document around it."""
    frame = opened(ldavis_frame(ldavis_page(made_model(2))))
    reached = frame.evaluate("() => { try { return parent.document.title } catch { return null } }")
    assert reached is None


@pytest.mark.parametrize("width", [1366, 1280, 1000])
def test_fits_a_laptop(opened: Any, width: int) -> None:
    """At the widths of laptops, side bar open or not, nothing is cut off to the right."""
    frame = opened(ldavis_page(made_model(12), {0: "很长的主题名称" * 5}))
    frame.page.set_viewport_size({"width": width, "height": 800})
    until(frame, "document.documentElement.scrollWidth <= innerWidth")
    right = frame.evaluate(
        "document.querySelector('#explorer > svg').getBoundingClientRect().right"
    )
    assert right <= width


def test_one_topic_can_be_opened(opened: Any) -> None:
    """A model of a single topic has a page too."""
    model = made_model(1)
    frame = opened(ldavis_page(model))
    frame.locator("#explorer-topic1").dispatch_event("click")
    assert likeliest(model, 0) == bars(frame)
