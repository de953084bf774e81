"""The map: one page on which the topics of a model lie near those with like words, offline.

Drawn by LDAvis (Sievert & Shirley 2014) as shipped with pyLDAvis, with the few changes listed in
``page/changes.toml``. The page holds all it needs, asks nothing of the network, and treats words,
names and titles as data: none of them can become markup or script.
"""

from __future__ import annotations

import html
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.topics.labels import divergences, scale_to_plane
from jianghua.topics.themes import SET_ASIDE
from jianghua.views.contents import LEAST, Study, leading_words, study
from jianghua.views.markup import page_file, safe_json, script_source, text_markup, visible

if TYPE_CHECKING:
    import numpy as np

    from jianghua.topics.model import TopicModel

    Array = np.ndarray[Any, np.dtype[np.float64]]

LAMBDA_STEP = 0.05  # 21 positions of the slider; each costs one ranking of K × W words
SHOWN_WORDS = 30  # bars of the chart
TABLE_WORDS = 12

# First in the page: LDAvis writes each click into the address, where its topic numbers (from 1)
# would contradict ours, and which a sandboxed frame forbids.
QUIET_HISTORY = "history.replaceState = history.pushState = function () {};"
NOTICE = """<!-- Drawn with LDAvis, Copyright 2013 AT&T Intellectual Property, MIT licence, changed
as listed in jianghua/views/page/changes.toml; and with d3, Copyright 2020 Mike Bostock, BSD
3-clause licence (https://d3js.org). -->"""


def ldavis_page(
    model: TopicModel,
    names: Mapping[int, str] | None = None,
    title: str = "",
    language: str = "zh",
    known: Study | None = None,
) -> str:
    """One HTML document that shows the topics of a model, their words and their distances.

    ``names`` maps topic numbers, which count from 0 here as everywhere, to names, as the members of
    themes do; topics may stay unnamed. ``language`` is that of the page's own wording, ``zh`` or ``en``. The same model gives
    the same bytes. Raises JianghuaError, listing all that is wrong, when shapes do not fit, rows do
    not sum to 1, or a name belongs to no topic.
    """
    _refuse_unfit(model, names or {}, language)
    wording = _wording(language)
    topics = _topics(model, names or {}, wording)
    title = visible(title or wording["title"])
    data = {
        "chart": _chart(known or study(model)),
        "names": {topic.number: topic.name for topic in topics if topic.name},
        "chart_title": wording["chart_title"],
    }
    scripts = ldavis_scripts(language)
    body = (
        f"<header>{_introduction(model, title, wording)}</header>"
        f"<nav aria-label={_quoted(wording['topics'])}>{_buttons(topics, wording)}</nav>\n"
        f'<main><div id="explorer" role="group" aria-label={_quoted(wording["chart"])}></div>\n'
        f"<noscript><p>{text_markup(wording['noscript'])}</p></noscript>\n"
        f"{_word_table(topics, wording)}</main>\n"
        f'<script type="application/json" id="explorer-data">{safe_json(data)}</script>\n'
    )
    return _document(title, wording["tag"], body, scripts)


def ldavis_frame(page: str, height: int = 900) -> str:
    """The page inside a frame for a notebook: its scripts run, but cannot reach the notebook.

    Previews that drop frames, as GitHub's does, show nothing of it: put a figure beside it.
    """
    return (
        f'<iframe sandbox="allow-scripts" width="100%" height="{int(height)}" '
        f'style="border:0" title="jianghua explorer" srcdoc="{html.escape(page)}"></iframe>'
    )


# --- what is wrong with the model -----------------------------------------------------------------


def _refuse_unfit(model: TopicModel, names: Mapping[int, str], language: str) -> None:
    problems = [*_misfits(model), *_odd_names(names, len(model.topic_words))]
    if language not in ("zh", "en"):
        problems.append(f"language {language!r} is neither zh nor en")
    if problems:
        raise JianghuaError("; ".join(problems), "explorer", "hand in a fitted model as it is")


def _misfits(model: TopicModel) -> list[str]:
    phi, theta, bag = model.topic_words, model.passage_topics, model.bag
    problems = []
    if phi.ndim != 2 or theta.ndim != 2 or not phi.size or not theta.size:
        return ["topic_words and passage_topics need at least one topic, word and passage"]
    if phi.shape[1] != len(bag.words) or bag.counts.shape[1] != len(bag.words):
        problems.append(
            f"topic_words knows {phi.shape[1]} words, counts {bag.counts.shape[1]}, "
            f"the bag {len(bag.words)}"
        )
    if theta.shape != (bag.counts.shape[0], len(phi)):
        problems.append(
            f"passage_topics is {theta.shape[0]} × {theta.shape[1]}, "
            f"not {bag.counts.shape[0]} passages × {len(phi)} topics"
        )
    for array, rows in (("topic_words", phi), ("passage_topics", theta)):
        problems += _odd_rows(array, rows)
    return problems


def _odd_rows(array: str, rows: Array) -> list[str]:
    import numpy as np

    with np.errstate(invalid="ignore"):
        fine = (np.abs(rows.sum(axis=1) - 1) < 1e-3) & (rows >= 0).all(axis=1)
    if fine.all():
        return []
    first = int(np.flatnonzero(~fine)[0])
    return [f"{(~fine).sum()} rows of {array} are no shares that sum to 1 (first: row {first})"]


def _odd_names(names: Mapping[int, str], topics: int) -> list[str]:
    return [
        f"name {name!r} is given to topic {number!r}, but topics are 0 to {topics - 1}"
        for number, name in names.items()
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < topics
    ]


# --- numbers --------------------------------------------------------------------------------------


def topic_positions(topic_words: Array) -> Array:
    """K × 2 places of the topics on a plane, the same as on the figure `topic_map`.

    pyLDAvis' own scaling gives complex numbers for many or alike topics and fails for one.
    """
    import numpy as np

    places = scale_to_plane(divergences(topic_words))
    return np.round(places, 6) + 0.0  # no minus zero


def _chart(known: Study) -> dict[str, Any]:
    """The tables LDAvis draws from, with our numbers; its topic numbers are ours plus 1.

    pyLDAvis would put the occurrences that the model expects in the place of those counted.
    """
    model = known.model
    bars = [*_salient(known), *(bar for k in range(model.topics) for bar in _relevant(known, k))]
    places = topic_positions(model.topic_words)
    drawn = sorted({bar[0] for bar in bars})
    tokens = [(i, k, float(known.given_word[k, i])) for i in drawn for k in _holders(known, i)]
    words = [visible(word) for word in model.bag.words]
    columns = zip(*bars, strict=True)
    terms, here, total, category, log_probability, log_lift = map(list, columns)
    return {
        "mdsDat": {
            "x": places[:, 0].tolist(),
            "y": places[:, 1].tolist(),
            "topics": [k + 1 for k in range(model.topics)],
            "cluster": [1] * model.topics,
            "Freq": [round(100 * share, 5) for share in known.weights],
        },
        "tinfo": {
            "Term": [words[i] for i in terms],
            "Freq": here,
            "Total": total,
            "Category": category,
            "logprob": log_probability,
            "loglift": log_lift,
        },
        "token.table": {
            "Term": [words[i] for i, _, _ in tokens],
            "Topic": [k + 1 for _, k, _ in tokens],
            "Freq": [round(share, 5) for _, _, share in tokens],
        },
        "R": min(SHOWN_WORDS, len(words)),
        "lambda.step": LAMBDA_STEP,
        "plot.opts": {"xlab": "", "ylab": ""},
        "topic.order": [k + 1 for k in range(model.topics)],
    }


def _salient(known: Study) -> Iterator[tuple[Any, ...]]:
    """The bars of all topics: the most salient words (Chuang, Manning & Heer 2012), p(w) times the
    divergence of p(topic | w) from p(topic); LDAvis wants their rank as their logarithms."""
    import numpy as np

    totals = known.model.bag.totals
    given = np.maximum(known.given_word, LEAST)
    telling = (given * np.log(given / np.maximum(known.model.weights, LEAST)[:, None])).sum(axis=0)
    best = np.argsort(-totals * telling, kind="stable")[:SHOWN_WORDS]
    for rank, i in enumerate(best):
        n, place = int(totals[i]), len(best) - rank
        yield int(i), n, n, "Default", place, place


def _relevant(known: Study, topic: int) -> Iterator[tuple[Any, ...]]:
    """The bars of a topic: all words that lead it at some λ."""
    totals, given = known.model.bag.totals, known.given_word[topic]
    for i in leading_words(known, topic, SHOWN_WORDS, round(1 / LAMBDA_STEP) + 1):
        yield (
            i,
            round(float(given[i] * totals[i]), 4),
            int(totals[i]),
            f"Topic{topic + 1}",
            round(float(known.log_probability[topic, i]), 5),
            round(float(known.log_lift[topic, i]), 5),
        )


def _holders(known: Study, word: int) -> list[int]:
    """Topics that hold at least half an occurrence of a word, and the one that holds most of it."""
    shares = known.given_word[:, word]
    held = shares * known.model.bag.totals[word]
    return [k for k in range(len(shares)) if held[k] >= 0.5 or k == int(shares.argmax())]


@dataclass(frozen=True)
class _Topic:
    """One topic as the page speaks of it; ``name`` is empty where nobody gave one."""

    number: int
    name: str
    share: float  # of all counted words
    likeliest: tuple[str, ...]
    exclusive: tuple[str, ...]  # by FREX

    @property
    def called(self) -> str:
        return f"{self.number} {self.name or _stand_in(self.exclusive)}"


def _topics(
    model: TopicModel, names: Mapping[int, str], wording: Mapping[str, str]
) -> tuple[_Topic, ...]:
    ranked = zip(model.weights, _words(model, "probability"), _words(model, "frex"), strict=True)
    return tuple(
        _Topic(k, _given_name(names.get(k, ""), k, exclusive, wording), share, likeliest, exclusive)
        for k, (share, likeliest, exclusive) in enumerate(ranked)
    )


def _words(model: TopicModel, by: str) -> list[tuple[str, ...]]:
    numbers = range(model.topics)
    return [tuple(map(visible, model.words_of(k, TABLE_WORDS, by))) for k in numbers]


def _stand_in(words: Sequence[str]) -> str:
    return "·".join(words[:3])


def _given_name(name: str, topic: int, words: Sequence[str], wording: Mapping[str, str]) -> str:
    """A name that a person or a guide gave; what themes call an unnamed topic is none."""
    if name == f"{topic} {_stand_in(words)}":
        return ""
    return wording["set_aside"] if name == SET_ASIDE else visible(name)


# --- the page -------------------------------------------------------------------------------------


def _introduction(model: TopicModel, title: str, wording: Mapping[str, str]) -> str:
    counted = wording["counted"].format(
        passages=f"{model.bag.counts.shape[0]:,}",
        tokens=f"{int(model.bag.lengths.sum()):,}",
        words=f"{len(model.bag.words):,}",
        topics=len(model.topic_words),
    )
    return (
        f"<h1>{text_markup(title)}</h1><p>{text_markup(wording['guide'])}</p>"
        f"<p>{text_markup(counted)} {text_markup(wording['numbers'])}</p>"
    )


def _buttons(topics: Sequence[_Topic], wording: Mapping[str, str]) -> str:
    """One button a topic; its value is LDAvis' number, in which 0 stands for all topics."""
    labels = [text_markup(wording["all"])]
    labels += [f"{text_markup(topic.called)} <small>{topic.share:.1%}</small>" for topic in topics]
    items = (
        f'<li><button type="button" value="{value}" aria-pressed="false">{label}</button></li>\n'
        for value, label in enumerate(labels)
    )
    return f"<ol>{''.join(items)}</ol>"


def _word_table(topics: Sequence[_Topic], wording: Mapping[str, str]) -> str:
    heads = "".join(
        f'<th scope="col">{text_markup(wording[key])}</th>'
        for key in ("number", "name", "share", "words", "exclusive")
    )
    rows = "".join(
        f"<tr><td>{topic.number}</td><td>{text_markup(topic.name)}</td><td>{topic.share:.1%}</td>"
        f"<td>{text_markup(' '.join(topic.likeliest))}</td><td>{text_markup(' '.join(topic.exclusive))}</td>"
        "</tr>\n"
        for topic in topics
    )
    return (
        f"<details><summary>{text_markup(wording['table'])}</summary>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></details>"
    )


def _document(title: str, language: str, body: str, scripts: tuple[str, ...]) -> str:
    """Quiet history first, the rest after the body they work on; nothing else may run."""
    policy = "; ".join(
        (
            "default-src 'none'",
            "style-src 'unsafe-inline'",  # LDAvis sets style attributes
            f"script-src {' '.join(script_source(script) for script in scripts)}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    first, *others = (f"<script>{script}</script>" for script in scripts)
    style = _pyldavis_file("LDAVIS_CSS_LOCAL") + page_file("ldavis.css")
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width">\n'
        f"<title>{text_markup(title)}</title>\n{NOTICE}\n<style>{style}</style>\n{first}\n</head>\n"
        f"<body>\n{body}{chr(10).join(others)}\n</body>\n</html>\n"
    )


def _quoted(text: str) -> str:
    return f'"{text_markup(text)}"'


# --- scripts and wording --------------------------------------------------------------------------


def ldavis_scripts(language: str) -> tuple[str, ...]:
    """The scripts of the page in a language, in order; a page around its frame must allow them."""
    drawing = _adapted(_pyldavis_file("LDAVIS_LOCAL"), language)
    return QUIET_HISTORY, _pyldavis_file("D3_LOCAL"), drawing, page_file("ldavis.js")


def _adapted(script: str, language: str) -> str:
    """LDAvis' script with the changes of ``page/changes.toml`` made."""
    for change in tomllib.loads(page_file("changes.toml"))["change"]:
        if change.get("language", language) != language:
            continue
        if script.count(change["old"]) != change["times"]:
            raise JianghuaError(
                f"its script does not hold {change['old']!r} {change['times']} times",
                "pyLDAvis",
                "install pyLDAvis 3.4.1, whose script this page knows",
            )
        script = script.replace(change["old"], change["new"])
    return script


def _pyldavis_file(name: str) -> str:
    from pyLDAvis import urls

    return Path(getattr(urls, name)).read_text(encoding="utf-8").strip() + "\n"


def _wording(language: str) -> dict[str, str]:
    wording: dict[str, str] = tomllib.loads(page_file("ldavis.toml"))[language]
    return wording
