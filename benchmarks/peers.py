"""The whole job, raw pages to yearly shares and a figure, as users of each tool would write it.

    python benchmarks/peers.py [--topics 20] [--runs 3] [--tools jianghua gensim tomotopy topica]

Raw pages are the national reports ($JIANGHUA_SHARED/corpora/gwr-national; without them the speeches
of corpus/sample repeated), each put into a portal's page of our own making: navigation, source line,
editor, share buttons. Every tool gets the same files and names, a process of its own, and writes

    topics, shares by year with a 90 % band, one PNG

The peers' scripts are what their tutorials show: trafilatura for the text, passages of two
paragraphs, ``jieba.lcut``, a common stop list, words of five passages or more, default settings,
bootstrap of passages for the band. BERTopic needs a sentence model from the web and is left out.

    seconds, processor, MB   wall and processor time and the largest resident memory of the process
    noise                    passages that hold the portal's own words, share of all (0 is best)
    held_out                 nats a word of the words all tools know, by document completion, each
                             topic narrowed to those words; passages held out: none saw their words
    coherence                NPMI of ten heaviest words by the reports' paragraphs whose characters
                             hold them, so that no tool's own cutting is the measure
    recovery                 rank correlation over years of a theme's share (the topic that holds
                             most of three probe words) and the plain count of three other words
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("JIANGHUA_SHARED", ROOT.parent / "shared"))
TOOLS = ("jianghua", "gensim", "tomotopy", "topica")
PAGE = """<html><head><title>{title}_某某门户网</title></head><body>
<div class="nav"><a href="/">首页</a> <a href="/news">新闻中心</a> <a href="/gov">政务公开</a></div>
<h1>{title}</h1><p>{year}-03-06 09:00 来源：某某门户网 作者：本网编辑 【字体：大 中 小】</p>
<div class="content">{body}</div><p>责任编辑：本网编辑</p>
<div class="share">分享到：微信 微博 打印本页 关闭窗口</div>
<div class="foot">网站地图 联系我们 版权所有 某某门户网 备案序号</div></body></html>"""
NOISE = ("责任编辑", "打印本页", "门户网", "网站地图", "分享到")
STOP = {
    "的", "了", "和", "是", "在", "我们", "要", "对", "与", "为", "等", "将", "并", "不",
    "也", "都", "把", "从", "以", "及", "上", "中", "更", "年", "一", "个", "有", "进一步",
    "必须", "继续", "加强", "推进", "坚持", "工作", "发展", "建设", "实现", "提高", "全面", "积极", "大力",
}  # fmt: skip
PROBES = {  # three words that choose the topic, three others that say what it should do
    "农业": (("粮食", "农民", "农业"), ("农村", "水利", "棉花")),
    "外交": (("和平", "外交", "友好"), ("世界", "国家关系", "霸权主义")),
    "创新": (("创新", "科技", "技术"), ("研发", "知识产权", "科技成果")),
    "国有企业": (("企业", "国有企业", "改革"), ("股份制", "亏损", "经营机制")),
}


# --- the same raw pages for all ---------------------------------------------------------------------


def write_pages(folder: Path) -> None:
    """A page of a portal for every report, one in ten paragraphs kept apart in held_out.json."""
    apart: list[str] = []
    paragraphs: list[str] = []
    for path in sorted((SHARED / "corpora" / "gwr-national").glob("*.txt")):
        year = "".join(letter for letter in path.stem if letter.isdigit())[:4]
        lines = [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip()]
        kept = [line for n, line in enumerate(lines) if n % 10 != 5]
        apart += [line for n, line in enumerate(lines) if n % 10 == 5 and len(line) > 80]
        paragraphs += [line for line in kept if len(line) > 80]
        body = "".join(f"<p>{line}</p>" for line in kept)
        page = PAGE.format(title=f"{year}年政府工作报告", year=year, body=body)
        (folder / f"{year}-{path.stem}.html").write_text(page, encoding="utf-8")
    for name, texts in (("held_out", apart), ("paragraphs", paragraphs)):
        (folder / f"{name}.json").write_text(json.dumps(texts, ensure_ascii=False), "utf-8")


# --- tools --------------------------------------------------------------------------------------------


def with_jianghua(pages: Path, topics: int, to: Path) -> dict[str, Any]:
    """Three verbs' worth of calls."""
    import jianghua as jh
    from jianghua import verbs

    collection = to / "corpus" / "mine"
    verbs.add([pages], collection)
    corpus = jh.read_corpus(collection)
    lexicon = jh.read_lexicon()
    pieces = jh.passages(corpus)
    bag = jh.prune(jh.count(jh.segment(pieces, lexicon)), lexicon)
    model = jh.fit_topics(bag, topics)
    themes = jh.name_themes(model)
    years = jh.compare_years(themes)
    (to / "figure.png").write_bytes(
        jh.figures.theme_shares(years, themes.names[:6]).images()["png"]
    )
    rows = [(passage.speech.year, passage.text) for passage in pieces]
    of = {(p.speech.id, p.number): i for i, p in enumerate(pieces)}
    places = [of[passage.speech.id, passage.number] for passage in bag.passages]
    theta = np.zeros((len(pieces), topics))
    theta[places] = model.passage_topics
    lengths = np.zeros(len(pieces))
    lengths[places] = bag.lengths
    return result(model.topic_words, list(bag.words), theta, lengths, rows)


def with_peer(fit: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """What a user writes around a sampler: text, words, counts, bands, figure."""

    def job(pages: Path, topics: int, to: Path) -> dict[str, Any]:
        import jieba
        import matplotlib
        import trafilatura

        matplotlib.use("Agg")
        import matplotlib.pyplot as plt

        rows = []
        for path in sorted(pages.glob("*.html")):
            lines = (trafilatura.extract(path.read_text("utf-8")) or "").splitlines()
            pairs = ["\n".join(lines[i : i + 2]) for i in range(0, len(lines), 2)]
            rows += [(int(path.name[:4]), text) for text in pairs if text]
        docs = [
            [w for w in jieba.lcut(text) if len(w) > 1 and w not in STOP and not w.isdigit()]
            for _, text in rows
        ]
        phi, words, theta = fit(docs, topics)
        lengths = np.array([len(doc) for doc in docs], float)
        years = np.array([year for year, _ in rows])
        chance = np.random.default_rng(0)
        for k in range(6):
            shares, low, high = [], [], []
            for year in np.unique(years):
                mine = np.flatnonzero(years == year)
                drawn = chance.choice(mine, (1000, len(mine)))
                weight = lengths[drawn].sum(axis=1).clip(1)
                draws = (theta[drawn, k] * lengths[drawn]).sum(axis=1) / weight
                shares.append((theta[mine, k] * lengths[mine]).sum() / lengths[mine].sum().clip(1))
                low.append(np.quantile(draws, 0.05))
                high.append(np.quantile(draws, 0.95))
            plt.plot(np.unique(years), shares)
            plt.fill_between(np.unique(years), low, high, alpha=0.3)
        plt.savefig(to / "figure.png")
        return result(phi, words, theta, lengths, rows)

    return job


def fit_gensim(docs: list[list[str]], topics: int) -> tuple[Any, list[str], Any]:
    """gensim's tutorial: filter_extremes, LdaModel with automatic priors, ten passes."""
    from gensim.corpora import Dictionary
    from gensim.models import LdaModel

    words = Dictionary(docs)
    words.filter_extremes(no_below=5, no_above=0.5)
    corpus = [words.doc2bow(doc) for doc in docs]
    model = LdaModel(
        corpus, topics, words, passes=10, alpha="auto", eta="auto", random_state=1, iterations=100
    )
    theta = np.zeros((len(docs), topics))
    for row, doc in enumerate(corpus):
        for k, share in model.get_document_topics(doc, minimum_probability=0):
            theta[row, k] = share
    return model.get_topics(), [words[i] for i in range(len(words))], theta


def fit_tomotopy(docs: list[list[str]], topics: int) -> tuple[Any, list[str], Any]:
    """tomotopy's example: 1,000 iterations."""
    import tomotopy as tp

    kept, rows = frequent(docs)
    model = tp.LDAModel(k=topics, seed=1)
    for doc in kept:
        model.add_doc(doc)
    model.train(1000, workers=2)
    theta = np.zeros((len(docs), topics))
    theta[rows] = [doc.get_topic_dist() for doc in model.docs]
    phi = np.array([model.get_topic_word_dist(k) for k in range(topics)])
    return phi, list(model.used_vocabs), theta


def frequent(docs: list[list[str]]) -> tuple[list[list[str]], list[int]]:
    """Passages with their words of five passages or more, and the rows that keep any."""
    frequency = Counter(word for doc in docs for word in set(doc))
    kept = [[word for word in doc if frequency[word] >= 5] for doc in docs]
    rows = [row for row, doc in enumerate(kept) if doc]
    return [kept[row] for row in rows], rows


def fit_topica(docs: list[list[str]], topics: int) -> tuple[Any, list[str], Any]:
    """topica's LDA with its defaults."""
    import topica

    kept, rows = frequent(docs)
    model = topica.LDA(topics, seed=1)
    model.fit(kept)
    theta = np.zeros((len(docs), topics))
    theta[rows] = model.doc_topic
    return np.asarray(model.topic_word), list(model.vocabulary), theta


JOBS: dict[str, Callable[..., dict[str, Any]]] = {
    "jianghua": with_jianghua,
    "gensim": with_peer(fit_gensim),
    "tomotopy": with_peer(fit_tomotopy),
    "topica": with_peer(fit_topica),
}


def result(phi: Any, words: list[str], theta: Any, lengths: Any, rows: Any) -> dict[str, Any]:
    """What a job hands over to be scored."""
    return {"phi": phi, "words": words, "theta": theta, "lengths": lengths, "rows": rows}


# --- scores -----------------------------------------------------------------------------------------


def score(tools: dict[str, Path], pages: Path, topics: int) -> dict[str, dict[str, float]]:
    """Scores of all tools by the same yardsticks."""
    import jieba

    found = {tool: dict(np.load(path, allow_pickle=False)) for tool, path in tools.items()}
    common = sorted(set.intersection(*(set(f["words"].tolist()) for f in found.values())))
    apart = json.loads((pages / "held_out.json").read_text("utf-8"))
    paragraphs = json.loads((pages / "paragraphs.json").read_text("utf-8"))
    known = {word: i for i, word in enumerate(common)}
    docs = [[known[w] for w in jieba.lcut(text) if w in known] for text in apart]
    docs = [doc for doc in docs if len(doc) > 9]
    return {
        tool: {
            "noise": round(noise(f), 4),
            "held_out": round(held_out(narrowed(f, common), docs), 3),
            "coherence": round(coherence(f, paragraphs), 3),
            "recovery": round(recovery(f), 2),
        }
        for tool, f in found.items()
    }


def noise(found: dict[str, Any]) -> float:
    """Share of the passages that hold words of the portal."""
    texts = found["texts"].tolist()
    return sum(any(word in text for word in NOISE) for text in texts) / len(texts)


def narrowed(found: dict[str, Any], common: list[str]) -> Any:
    """Topics over the common words, rows sum to 1."""
    column = {word: i for i, word in enumerate(found["words"].tolist())}
    phi = found["phi"][:, [column[word] for word in common]] + 1e-12
    return phi / phi.sum(axis=1, keepdims=True)


def held_out(phi: Any, docs: list[list[int]]) -> float:
    """Document completion: every other word gives a mixture, the others are scored."""
    total, words = 0.0, 0
    for doc in docs:
        given, asked = phi[:, doc[::2]], phi[:, doc[1::2]]
        theta = np.full(len(phi), 1 / len(phi))
        for _ in range(50):
            share = theta[:, None] * given
            theta = (share / share.sum(axis=0)).sum(axis=1) + 2 / len(phi)
            theta /= theta.sum()
        total += float(np.log(theta @ asked).sum())
        words += asked.shape[1]
    return total / words


def coherence(found: dict[str, Any], texts: list[str]) -> float:
    """Mean NPMI of the ten heaviest words of each topic, by paragraphs that hold their characters."""
    scores = []
    for row in found["phi"]:
        top = [found["words"][i] for i in np.argsort(-row)[:10]]
        holds = np.array([[word in text for text in texts] for word in top], float)
        p, both = holds.mean(axis=1), holds @ holds.T / len(texts)
        for i in range(10):
            for j in range(i):
                pair = both[i, j]
                meets = 0 < pair < 1
                pmi = np.log(pair / (p[i] * p[j])) / -np.log(pair) if meets else -float(pair == 0)
                scores.append(pmi)
    return float(np.mean(scores))


def recovery(found: dict[str, Any]) -> float:
    """Mean rank correlation of themes' yearly shares with counts of words nobody was told."""
    from scipy.stats import spearmanr

    words = {word: i for i, word in enumerate(found["words"].tolist())}
    years, texts = found["years"], found["texts"].tolist()
    mass = found["theta"] * found["lengths"][:, None]
    scores = []
    for probes, others in PROBES.values():
        held = [words[word] for word in probes if word in words]
        topic = int(np.argmax(found["phi"][:, held].sum(axis=1)))
        share, rate = [], []
        for year in np.unique(years):
            mine = np.flatnonzero(years == year)
            share.append(mass[mine, topic].sum() / mass[mine].sum())
            letters = sum(len(texts[i]) for i in mine)
            rate.append(sum(texts[i].count(word) for i in mine for word in others) / letters)
        scores.append(spearmanr(share, rate).statistic)
    return float(np.nanmean(scores))


# --- one table in one run ---------------------------------------------------------------------------


def run_one(tool: str, pages: Path, topics: int, to: Path) -> dict[str, float]:
    """One job in a process of its own."""
    import time

    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, __file__, "--one", tool, str(pages), str(topics), str(to)],
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{tool} failed")
    return {
        "seconds": time.perf_counter() - start,
        "processor": used.ru_utime + used.ru_stime,
        "MB": used.ru_maxrss / 1024,
    }


def do_one(tool: str, pages: Path, topics: int, to: Path) -> None:
    """The job of one tool; leaves what is scored in a file without objects."""
    found = JOBS[tool](pages, topics, to)
    years, texts = zip(*found.pop("rows"), strict=True)
    words = np.array(found.pop("words"))
    np.savez(to / "found.npz", years=np.array(years), texts=np.array(texts), words=words, **found)


def main() -> None:
    """Run every tool and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--topics", type=int, default=20)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--tools", nargs="+", default=TOOLS, choices=TOOLS)
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        tool, pages, topics, to = options.one
        do_one(tool, Path(pages), int(topics), Path(to))
        return
    tools = [tool for tool in options.tools if find_spec(tool)]
    for tool in set(options.tools) - set(tools):
        print(json.dumps({"tool": tool, "left out": "not installed"}))
    with tempfile.TemporaryDirectory() as name:
        pages = Path(name) / "pages"
        pages.mkdir()
        write_pages(pages)
        if not list(pages.glob("*.html")):
            raise SystemExit("no national reports to read: set JIANGHUA_SHARED")
        times: dict[str, list[dict[str, float]]] = {tool: [] for tool in tools}
        places = {}
        for run in range(options.runs):
            for tool in tools:
                to = Path(name) / f"{tool}-{run}"
                to.mkdir()
                times[tool].append(run_one(tool, pages, options.topics, to))
                places[tool] = to / "found.npz"
        scores = score(places, pages, options.topics)
    for tool in tools:
        spent = {
            what: round(statistics.median(t[what] for t in times[tool]), 1)
            for what in ("seconds", "processor", "MB")
        }
        print(json.dumps({"tool": tool, **spent, **scores[tool]}))


if __name__ == "__main__":
    main()
