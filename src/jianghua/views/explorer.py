"""The explorer: one page to hand to a colleague, which opens anywhere and asks nothing of the web.

It carries its numbers, its charts and both languages. Words, names, titles and passages travel as
JSON and enter the page as text nodes only; the policy at its head lets no script run but its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.speeches.rights import may_hand_on
from jianghua.topics.themes import SET_ASIDE, Themes
from jianghua.views.contents import (
    Quote,
    Study,
    leading_words,
    quotes,
    row_of,
    study,
    suggestions,
    years_of,
)
from jianghua.views.ldavis import ldavis_page, ldavis_scripts
from jianghua.views.markup import page_file, safe_json, script_source, text_markup, visible
from jianghua.years.formulations import formulations
from jianghua.years.heat import heat_grades
from jianghua.years.keyness import keyness

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from jianghua.speeches.corpus import Corpus
    from jianghua.words.bag import Bag
    from jianghua.years.grouping import Span

LANGUAGES = ("zh", "en")
SCRIPTS = ("explorer-parts.js", "explorer-charts.js", "explorer.js")
MOST_WORDS = 20_000  # that can be searched for, the most said first
CANDIDATES = 30  # words of a topic under each order of words
KEY_WORDS = 60  # of either span
QUOTES = 4  # passages of a topic
LEAST_SHARE = 0.01  # of a word's occurrences in a topic, to be listed


def explorer_page(
    themes: Themes,
    counts: Bag | None = None,
    corpus: Corpus | None = None,
    spans: Sequence[Span] = (),
    title: str = "",
    language: str = "zh",
) -> str:
    """One HTML document: topics and their words, themes by year, formulations, keyness, search, map.

    ``counts`` is the unfiltered bag, for formulations; ``corpus`` brings the passages of those
    speeches whose ``rights`` let them be handed on (`may_hand_on`), and of no others; ``spans`` are
    the two spans of years for keyness. ``language`` is the one the page opens in, it speaks both.
    The same input gives the same bytes.
    """
    if language not in LANGUAGES:
        raise JianghuaError(f"language {language!r}", "explorer", "zh or en")
    known = _handed_on(study(themes.model, corpus))
    data = {
        "language": language,
        "title": visible(title),
        "wording": wordings(),
        **topics_data(known, themes),
        **words_data(known),
        "formulations": formulations_data(counts, known.years) if counts else None,
        "keyness": keyness_data(themes.model.bag, spans) if len(spans) == 2 else None,
        "maps": {
            one: ldavis_page(themes.model, themes.members, title, one, known) for one in LANGUAGES
        },
    }
    return _document(title, language, data)


def wordings() -> dict[str, dict[str, str]]:
    """What the page says, language → key → text."""
    import tomllib

    return tomllib.loads(page_file("explorer.toml"))


def _handed_on(known: Study) -> Study:
    """The study without the texts that may not leave the house."""
    open_ = {s.id for s in known.model.bag.speeches if may_hand_on(s.rights)}
    located = tuple(
        passage if passage.speech.id in open_ else replace(passage, start=None, text=None)
        for passage in known.located
    )
    return replace(known, located=located)


# --- topics and themes ----------------------------------------------------------------------------


def topics_data(known: Study, themes: Themes) -> dict[str, Any]:
    """Topics with their words and courses, themes with theirs; shares are 0–1."""
    model, bag = known.model, known.model.bag
    compared = years_of(themes)
    return {
        "counted": {
            "speeches": len(bag.speeches),
            "passages": len(bag.passages),
            "tokens": int(bag.lengths.sum()),
            "words": len(bag.words),
            "topics": model.topics,
        },
        "topics": [_topic(known, themes, k) for k in range(model.topics)],
        "themes": [
            {
                "name": visible(name),
                "english": visible(themes.english.get(name, "")),
                "topics": themes.topics_of(name),
                "years": _courses(compared, name),
            }
            for name in themes.names
        ],
        "texts": known.has_texts,
    }


def _topic(known: Study, themes: Themes, k: int) -> dict[str, Any]:
    name = themes.members[k]
    row = row_of(known, k)
    given = name not in (SET_ASIDE, known.labels[k])
    return {
        "name": visible(name) if given else "",
        "english": visible(themes.english.get(name, "")) if given else "",
        "label": visible(known.labels[k].removeprefix(f"{k} ")),
        "aside": name == SET_ASIDE,
        "share": _short(known.weights[k]),
        "marks": [mark for mark in str(row["mark"]).split(", ") if mark],
        "speech": visible(str(row["speech"])),
        **{c: _short(row[c]) for c in ("coherence", "exclusivity", "one_speech", "similarity")},
        "nearest": int(row["nearest"]),
        "suggested": [visible(idea) for idea in suggestions(known, k)],
        "words": candidates(known, k),
        "years": _courses(known.topic_years, str(k)),
        "quotes": [_quote(one) for one in quotes(known, [k], QUOTES)],
    }


def _courses(table: pd.DataFrame | None, name: str) -> list[list[float | None]]:
    """Of one theme: year, share, low, high, speeches of each year."""
    if table is None:
        return []
    rows = table[table["theme"] == name]
    columns = [rows[c].tolist() for c in ("year", "share", "low", "high", "speeches")]
    return [[y, _short(s), _short(a), _short(b), n] for y, s, a, b, n in zip(*columns, strict=True)]


def candidates(known: Study, topic: int) -> list[list[float | None]]:
    """The words that lead a topic in some order: number of the word, natural logarithms of its
    probability and lift, FREX, estimated occurrences in the topic, 1 for a guide's seed."""
    import numpy as np

    model = known.model
    log_p, lift, frex = (
        rows[topic] for rows in (known.log_probability, known.log_lift, model.scores("frex"))
    )
    best = {*leading_words(known, topic, CANDIDATES)}
    best |= {int(i) for i in np.argsort(-frex, kind="stable")[:CANDIDATES]}
    guides = model.settings.get("guides", {}).values()
    seeds = {word for guide in guides if guide["topic"] == topic for word in guide["words"]}
    here = known.given_word[topic] * model.bag.totals
    return [
        [i, _short(log_p[i]), _short(lift[i]), _short(frex[i]),
         round(float(here[i]), 1), int(model.bag.words[i] in seeds)]
        for i in sorted(best)
    ]  # fmt: skip


def _quote(one: Quote) -> dict[str, Any]:
    return {
        "speech": visible(one.speech),
        "title": visible(one.title),
        "year": one.year,
        "number": one.number,
        "start": one.start,
        "share": _short(one.share),
        "pieces": [[visible(text), int(own)] for text, own in one.pieces],
    }


def _short(number: float) -> float | None:
    """Five digits; None for what is not known."""
    return round(float(number), 5) if number == number else None


# --- words ----------------------------------------------------------------------------------------


def words_data(known: Study) -> dict[str, Any]:
    """Every word, its occurrences, and for the most said ones where they live.

    ``word_topics`` "k n k n …": topics and thousandths of the word's occurrences in them;
    ``word_years`` "i n i n …": positions in ``years`` and occurrences there. Empty for words beyond
    the most said ones, which are known only as words of their topics.
    """
    import numpy as np

    bag = known.model.bag
    searched = set(np.argsort(-bag.totals, kind="stable")[:MOST_WORDS].tolist())
    places = range(len(bag.words))
    return {
        "words": [visible(word) for word in bag.words],
        "totals": bag.totals.tolist(),
        "years": list(known.years),
        "year_words": known.year_words.sum(axis=1).tolist(),
        "word_topics": [_topics_of_word(known, i) if i in searched else "" for i in places],
        "word_years": [_sparse(known.year_words[:, i]) if i in searched else "" for i in places],
    }


def _topics_of_word(known: Study, word: int) -> str:
    import numpy as np

    shares = known.given_word[:, word]
    return _sparse(np.where(shares >= LEAST_SHARE, np.round(1000 * shares), 0).astype(int))


def _sparse(values: np.ndarray[Any, Any]) -> str:
    import numpy as np

    return " ".join(f"{i} {values[i]}" for i in np.flatnonzero(values))


# --- formulations, keyness ------------------------------------------------------------------------


def formulations_data(counts: Bag, years: Iterable[int]) -> dict[str, Any] | None:
    """The dated 提法 that the counts hold: term, first_year, years (year, count, rate per 10,000,
    share of passages, grade of heat), years without it left out. None where there is none."""
    try:
        table, heat = formulations(counts), heat_grades(counts)
    except JianghuaError:  # no dated 提法 is said, or no year known
        return None
    graded = heat.set_index(["term", "year"])[["share", "grade"]]
    said = table[table["count"] > 0].join(graded, on=["term", "year"])
    terms = [_formulation(str(term), rows) for term, rows in said.groupby("term", sort=True)]
    words = table[["year", "words"]].drop_duplicates().itertuples(index=False)
    return {"terms": terms, "years": [[int(y), int(n)] for y, n in words]}


def _formulation(term: str, rows: pd.DataFrame) -> dict[str, Any]:
    first = rows["first_year"].iloc[0]
    columns = (rows[c].tolist() for c in ("year", "count", "rate", "share", "grade"))
    return {
        "term": visible(term),
        "first": int(first) if first == first and first is not None else None,
        "years": [
            [int(year), int(count), round(rate, 3), _short(share), grade]
            for year, count, rate, share, grade in zip(*columns, strict=True)
        ],
    }


def keyness_data(bag: Bag, spans: Sequence[Span]) -> dict[str, Any]:
    """The words most typical of either span: word, z, log-odds, count and speeches in A and in B,
    1 where one speech alone carries the word."""
    table = keyness(bag, *spans)
    chosen = [
        *range(min(KEY_WORDS, len(table))),
        *range(max(0, len(table) - KEY_WORDS), len(table)),
    ]
    rows = table.iloc[sorted(set(chosen))]
    names = ("word", "z", "log_odds", "count_a", "count_b", "speeches_a", "speeches_b", "single")
    return {
        "spans": [str(table["span_a"].iloc[0]), str(table["span_b"].iloc[0])],
        "rows": [
            [visible(str(word)), round(z, 3), round(odds, 3), *map(int, others)]
            for word, z, odds, *others in zip(*(rows[n].tolist() for n in names), strict=True)
        ],
    }


# --- the page -------------------------------------------------------------------------------------


def _document(title: str, language: str, data: dict[str, Any]) -> str:
    wording = data["wording"][language]
    scripts = [page_file(name) for name in SCRIPTS]
    heading = text_markup(" · ".join(filter(None, (wording["title"], visible(title)))))
    own = (script for one in LANGUAGES for script in ldavis_scripts(one))
    allowed = " ".join(dict.fromkeys(map(script_source, (*scripts, *own))))
    policy = "; ".join(
        (
            "default-src 'none'",
            "style-src 'unsafe-inline'",
            f"script-src {allowed}",  # the map's too: a frame inside obeys its page
            "img-src data:",  # a chart on its way to a PNG file
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    inside = "\n".join(f"<script>{script}</script>" for script in scripts)
    return (
        f'<!DOCTYPE html>\n<html lang="{wording["tag"]}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{heading}</title>\n<style>{page_file('explorer.css')}</style>\n</head>\n<body>\n"
        f'<header><h1>{heading}</h1></header>\n<main id="main"></main>\n'
        f"<noscript><p>{text_markup(wording['noscript'])}</p></noscript>\n"
        f'<script type="application/json" id="data">{safe_json(data)}</script>\n'
        f"{inside}\n</body>\n</html>\n"
    )
