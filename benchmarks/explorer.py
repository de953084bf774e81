"""Size and speed of the page: python benchmarks/explorer.py [speeches …], 60 and 800 if none named.

Speeches are planted (25 passages of about 100 words, 40 topics, up to 20,000 words, 73 years); the
page is made, opened in Chromium with the network off, and clicked. Prints JSON, times in seconds.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.topics.model import TopicModel
from jianghua.topics.themes import name_themes
from jianghua.views.explorer import explorer_page
from jianghua.words.bag import Bag
from jianghua.years.formulations import read_coinages

PASSAGES, TOPICS, WORDS = 25, 40, 20_000
TIMED = """async (act) => {
  const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  await drawn();
  const began = performance.now();
  document.querySelector(act).click();
  await drawn();
  return (performance.now() - began) / 1000;
}"""
CLICKS = ('#list button[data-topic="7"]', "#tab-years", "#tab-formulations", "#tab-keyness",
          "#tab-search", "#tab-about", "#tab-map")  # fmt: skip


def planted(speeches: int) -> TopicModel:
    """A model and the counts drawn from it; some of its words are dated 提法."""
    random = np.random.default_rng(1)
    topic_words = random.dirichlet(np.full(WORDS, 0.02), TOPICS) + 1e-9
    topic_words /= topic_words.sum(axis=1, keepdims=True)
    mixtures = random.dirichlet(np.full(TOPICS, 0.1), speeches * PASSAGES)
    counts = sum(_drawn(mixtures[:, k], topic_words[k], random) for k in range(TOPICS))
    said = np.flatnonzero(np.asarray(counts.sum(axis=0)).ravel())
    kept = topic_words[:, said] / topic_words[:, said].sum(axis=1, keepdims=True)
    own = [chr(0x4E00 + i // 300) + chr(0x4E00 + i % 300) for i in range(2 * WORDS)]
    words = tuple(sorted(dict.fromkeys([*list(read_coinages())[:400], *own]))[: len(said)])
    held = [Speech(f"s{n:04d}", f"讲话{n}", year=1954 + n % 73) for n in range(speeches)]
    places = tuple(Passage(held[i // PASSAGES], i % PASSAGES) for i in range(len(mixtures)))
    return TopicModel(kept, mixtures, Bag(csr_matrix(counts[:, said]), words, places), {})


def _drawn(shares: np.ndarray, chances: np.ndarray, random: np.random.Generator) -> csr_matrix:
    tokens = np.round(shares * 100).astype(int)
    words = np.searchsorted(chances.cumsum(), random.random(tokens.sum()))
    rows = np.repeat(np.arange(len(shares)), tokens)
    ones = np.ones(len(rows), dtype=np.int32)
    return csr_matrix((ones, (rows, np.minimum(words, WORDS - 1))), shape=(len(shares), WORDS))


def measure(speeches: int) -> dict[str, object]:
    """Seconds to make, open and click; megabytes."""
    model = planted(speeches)
    began = time.process_time()
    page = explorer_page(name_themes(model), model.bag, None, [(1954, 1990), (1991, 2026)])
    made = time.process_time() - began
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "explorer.html"
        place.write_text(page, encoding="utf-8")
        opened, clicks = _open(place)
        size = place.stat().st_size / 1e6
    return {"speeches": speeches, "words": len(model.bag.words), "MB": round(size, 1),
            "made, processor": round(made, 1), "opens": opened, "slowest click": max(clicks)}  # fmt: skip


def _open(place: Path) -> tuple[float, list[float]]:
    from playwright.sync_api import sync_playwright

    flags = ["--headless", "--no-sandbox", "--disable-gpu"]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        tab = browser.new_context(viewport={"width": 1366, "height": 768}, offline=True).new_page()
        began = time.perf_counter()
        tab.goto(place.as_uri())
        tab.wait_for_selector("#list button")
        opened = time.perf_counter() - began
        clicks = [tab.evaluate(TIMED, act) for act in CLICKS]
        browser.close()
    return round(opened, 2), [round(click, 3) for click in clicks]


if __name__ == "__main__":
    for number in map(int, sys.argv[1:] or ("60", "800")):
        print(json.dumps(measure(number), ensure_ascii=False))
