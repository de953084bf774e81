"""Panels: what the explorer in Jupyter shows, as HTML text; all that comes from data is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html import escape
from typing import Any
from urllib.parse import quote

from jianghua.topics.quality import DEAD, DUPLICATED, JUNK, MIXED, ONE_SPEECH
from jianghua.topics.renaming import Edit, stacks
from jianghua.topics.themes import SET_ASIDE
from jianghua.views.charts import YearShare, year_chart
from jianghua.views.contents import Found, Quote, Study, row_of, words_shown
from jianghua.views.markup import page_file, text_markup, visible
from jianghua.views.session import Session

Said = Mapping[str, str]
MOST_BARS = 8  # topics of a word that are listed


@cache
def widget_wording(language: str) -> Said:
    """The words of the widget in one language, key → text; zh or en."""
    import tomllib

    wording: dict[str, Said] = tomllib.loads(page_file("widget.toml"))
    return wording[language]


def shown(text: object) -> str:
    """Data as HTML: nothing runs, nothing is hidden, no sign turns its neighbours round."""
    return f"<bdi>{text_markup(visible(str(text)))}</bdi>"


def table(heads: Iterable[str], rows: Iterable[Sequence[str]], caption: str = "") -> str:
    """An HTML table; heads and cells are markup already."""
    head = "".join(f'<th scope="col">{cell}</th>' for cell in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    said = f"<caption>{caption}</caption>" if caption else ""
    return f"<table>{said}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def bar(share: float, colour: str = "#a9c6e3") -> str:
    """A bar as wide as a share (0–1) of its cell."""
    width = round(100 * min(max(share, 0.0), 1.0), 1)
    return (
        '<div style="width:130px"><div style="height:.8em;background:'
        f'{colour};width:{width}%"></div></div>'
    )


# --- a topic --------------------------------------------------------------------------------------


def topic_panel(session: Session, topic: int, said: Said) -> str:
    """What one topic is: name, weight, theme, measures, and the marks that ask for a look."""
    themes, model = session.themes, session.known.model
    name = themes.members[topic]
    others = [k for k in themes.topics_of(name) if k != topic] if name != SET_ASIDE else []
    called = session.called(topic, said["set_aside"])
    facts = [said["weight_of"].format(share=f"{model.weights[topic]:.1%}")]
    facts += [said["theme_of"].format(topics=", ".join(map(str, others)))] if others else []
    facts.append(_measures(session.known, topic, said))
    marks = "".join(
        f"<div>⚠ {shown(mark)}</div>" for mark in mark_lines(session.known, topic, said)
    )
    return f"<h3>{topic} {shown(called)}</h3><p>{'；'.join(map(shown, facts))}</p>{marks}"


def _measures(known: Study, topic: int, said: Said) -> str:
    row = row_of(known, topic)
    return said["measures"].format(
        coherence=f"{row['coherence']:.2f}",
        exclusivity=f"{row['exclusivity']:.2f}",
        one_speech=f"{row['one_speech']:.0%}",
    )


def mark_lines(known: Study, topic: int, said: Said) -> list[str]:
    """The marks of a topic in words."""
    row = row_of(known, topic)
    keys = {MIXED: "mixed", DUPLICATED: "duplicated", JUNK: "junk", ONE_SPEECH: "one_speech",
            DEAD: "dead"}  # fmt: skip
    facts = {"nearest": row["nearest"], "speech": row["speech"]}
    marks = [mark for mark in str(row["mark"]).split(", ") if mark]
    return [said[f"mark_{keys[mark]}"].format(**facts) for mark in marks]


def word_panel(known: Study, topic: int, by: str, weight: float, said: Said) -> str:
    """The words of a topic with bars: what of each word's occurrences falls to the topic."""
    words = words_shown(known, topic, by, weight)
    most = max((word.total for word in words), default=1) or 1
    rows = [
        [
            f"<b>{shown(w.word)}</b>" if w.seed else shown(w.word),
            f'<div style="position:relative">{bar(w.total / most, "#dcdcdc")}'
            f'<div style="position:absolute;top:0">{bar(w.here / most, "#1f5a94")}</div></div>',
            f"{w.here:,.0f}",
            f"{w.total:,}",
            f"{w.score:.4f}" if by == "probability" else f"{w.score:.2f}",
        ]
        for w in words
    ]
    return table((said["word"], "", said["here"], said["total"], said["score"]), rows)


def year_panel(years: Sequence[YearShare], name: str, said: Said) -> str:
    """A theme by year with bands and numbers of speeches, and the same as a table."""
    if not years:
        return f"<p>{shown(said['no_years'])}</p>"
    note = said["band"].format(most=max(y.speeches for y in years))
    note += said["single"] if any(y.speeches == 1 for y in years) else ""
    rows = [
        [str(y.year), f"{y.share:.1%}", f"{y.low:.1%}", f"{y.high:.1%}", str(y.speeches)]
        for y in years
    ]
    heads = (said["year"], said["share"], said["low"], said["high"], said["speeches"])
    return (
        f"{year_chart(years, visible(name), said['speeches'])}<p>{note}</p>"
        f"<details><summary>{said['table']}</summary>{table(heads, rows)}</details>"
    )


# --- passages -------------------------------------------------------------------------------------


def passage_panel(known: Study, quotes: Sequence[Quote], said: Said, folder: str = "") -> str:
    """The passages that show a topic; where there is no text, where they stand and how to read it."""
    parts = []
    if known.unread:
        parts.append(f"<p>{shown(said['unread'].format(ids=', '.join(known.unread)))}</p>")
    if known.has_texts:
        parts.append(f"<p>{said['typical']}</p>")
    else:
        parts.append(f"<p>{shown(said['no_texts'])}</p><p>{said['counts_only']}</p>")
    return "".join([*parts, *(_quote(one, said, folder) for one in quotes)])


def _quote(one: Quote, said: Said, folder: str) -> str:
    head = (
        f"{shown(one.year or '?')} {shown(one.title or one.speech)} · {_place(one, said, folder)}"
    )
    head += f" · {said['share_here'].format(share=f'{one.share:.0%}')}"
    if not one.pieces:
        return f"<p>{head}</p>"
    text = "".join(_piece(text, own) for text, own in one.pieces)
    context = (
        f"<details><summary>{said['context']}</summary><p>…{_lines(one.before)}"
        f"<b>{text}</b>{_lines(one.after)}…</p></details>"
    )
    return f"<p>{head}</p><blockquote>{text}</blockquote>{context}"


def _place(one: Quote, said: Said, folder: str) -> str:
    """Where a passage stands; a link to its text where a folder holds it."""
    if one.start is None:
        return f"{shown(one.speech)} {said['passage'].format(number=one.number)}"
    place = f"{shown(one.speech)} {said['place'].format(number=one.number, start=f'{one.start:,}')}"
    if not folder:
        return place
    address = quote(f"{folder}/texts/{one.speech}.txt")
    return f'<a href="{escape(address)}" target="_blank" rel="noopener">{place}</a>'


def _piece(text: str, own: bool) -> str:
    return f"<mark>{_lines(text)}</mark>" if own else _lines(text)


def _lines(text: str) -> str:
    return text_markup(visible(text)).replace("\n", "<br>")


# --- search, log, summary -------------------------------------------------------------------------


def found_panel(session: Session, found: Found, said: Said) -> str:
    """In which topics a word lives, and how often it is said each year."""
    rows = [
        [f"{k} {shown(session.called(k, said['set_aside']))}",
         bar(share), f"{share:.0%}"]
        for k, share in list(found.topics.items())[:MOST_BARS]
        if share >= 0.005
    ]  # fmt: skip
    intro = said["lives_in"].format(word=found.word, total=f"{found.total:,}")
    topics = f"<p>{shown(intro)}</p>{table((said['topics'], '', said['share']), rows)}"
    if not found.rates:
        return f"{topics}<p>{shown(said['no_years'])}</p>"
    most = max(found.rates.values()) or 1.0
    years = [[str(y), bar(rate / most), f"{rate:.1f}"] for y, rate in found.rates.items()]
    return topics + (
        '<div style="max-height:260px;overflow:auto" tabindex="0" role="region" '
        f'aria-label="{said["rate"]}">{table((said["year"], "", said["rate"]), years)}</div>'
    )


def step_lines(session: Session, said: Said) -> list[tuple[str, int]]:
    """(what a step of the log did, its number), the last first; ✓ where it stands."""
    checksum = session.known.model.checksum
    standing, _ = stacks(session.ledger.log, checksum)
    steps: dict[int, list[Edit]] = {}
    for edit in session.ledger.log:
        if edit.model == checksum:
            steps.setdefault(edit.step, []).append(edit)
    return [
        (f"{number} {'✓' if number in standing else '·'} {step_text(lines, said)}", number)
        for number, lines in reversed(steps.items())
    ]


def step_text(lines: Sequence[Edit], said: Said) -> str:
    """One step in words: rename 3: 世界·国际 → 外交."""
    first = lines[0]
    action = said[f"action_{first.action.replace(' ', '_')}"]
    about = f" {first.of}" if first.of else ""
    topics = ", ".join(str(edit.topic) for edit in lines)
    old, new = (_called(name, said) for name in (first.old, first.new))
    why = f"（{visible(first.why)}）" if first.why else ""
    return f"{action}{about} [{topics}] {old} → {new}{why}"


def _called(name: str, said: Said) -> str:
    return said["set_aside"] if name == SET_ASIDE else visible(name) or said["automatic"]


def summary(session: Session, said: Said) -> str:
    """The topics as a table without anything to operate: what a stored notebook shows."""
    model = session.known.model
    rows = [
        [str(k), shown(_called(session.name(k), said)), f"{model.weights[k]:.1%}",
         shown(" ".join(model.words_of(k, 8)))]
        for k in range(model.topics)
    ]  # fmt: skip
    heads = ("", said["name"], said["share"], said["words"])
    return f"<p>{shown(said['static'])}</p>{table(heads, rows)}"


def note(error: Any) -> str:
    """An error in the status line."""
    return f'<span style="color:#b3261e">{shown(error)}</span>'
