"""The explorer in Jupyter: controls around a session; what they show is made in `panels`.

A thin shell: each control says what was asked for, and one method answers. Only the tab that is
open is made, so that a click answers at once.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Corpus, read_corpus
from jianghua.topics import renaming
from jianghua.topics.model import TopicModel
from jianghua.topics.themes import SET_ASIDE, Themes, name_themes
from jianghua.views import panels
from jianghua.views.contents import LAMBDA, ORDERS, find, quotes, search, study, suggestions
from jianghua.views.ldavis import ldavis_frame, ldavis_page
from jianghua.views.markup import visible
from jianghua.views.session import BY_MARK, BY_WEIGHT, Session

if TYPE_CHECKING:
    import ipywidgets

TABS = ("words", "years", "passages", "search", "map", "log")
STYLE = (
    "<style>.jianghua table{border-collapse:collapse}.jianghua td,.jianghua th{padding:1px 8px;"
    "text-align:left}.jianghua mark{background:#ffe28a;color:#1a1a1a}.jianghua blockquote{margin:"
    "2px 0 2px 12px;line-height:1.6}.jianghua h3{margin:4px 0}.jianghua p{margin:4px 0;"
    "line-height:1.5}.jianghua select{font-family:monospace}</style>"
)


def explore(
    themes: Themes | TopicModel,
    corpus: Corpus | str | Path | None = None,
    names: str | Path | None = None,
    language: str = "zh",
) -> Explorer:
    """Topics to look at, search, name and join in Jupyter; works offline.

    ``corpus`` (a Corpus, or the folder of a collection) brings the passages behind the topics; a
    model that was counted from texts in this session has them already. ``names`` is a names file
    (``corpus/NAME/themes.toml``): its names are shown and every edit is saved there at once, with a
    line in ``themes.log.csv`` beside it; without it edits live in the session, and
    ``explorer.themes`` are the edited themes. ``language`` is zh or en.
    """
    if language not in ("zh", "en"):
        raise JianghuaError(f"language {language!r}", "explore", "zh or en")
    named = name_themes(themes) if isinstance(themes, TopicModel) else themes
    folder = None if corpus is None or isinstance(corpus, Corpus) else Path(corpus)
    texts = read_corpus(folder) if folder else corpus
    assert texts is None or isinstance(texts, Corpus)
    known = study(named.model, texts)
    return Explorer(Session(known, named, Path(names) if names else None), language, folder)


class Explorer:
    """What `explore` displays. ``themes`` are the themes as edited so far; `undo` takes back a step
    of the log, ``ledger.log``."""

    def __init__(self, session: Session, language: str = "zh", folder: Path | None = None) -> None:
        self.session = session
        self.language = language
        self.said = panels.widget_wording(language)
        self._folder = _linked(folder)
        self._shown: _Controls | None = None

    @property
    def themes(self) -> Themes:
        """The themes under the names they have now."""
        return self.session.themes

    @property
    def ledger(self) -> renaming.Ledger:
        """The names as they are now, and the log of edits."""
        return self.session.ledger

    def undo(self, step: int = 0) -> None:
        """Take back a step of the log, the last that stands if none is named."""
        self.session.undo(step)
        if self._shown:
            self._shown.names_changed()

    def __repr__(self) -> str:
        model = self.session.known.model
        return f"Explorer of {model.topics} topics, {len(self.themes.names)} themes"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """A widget where one can be shown; in a stored notebook the topics as a table."""
        self._shown = self._shown or _Controls(self)
        bundle = self._shown.whole._repr_mimebundle_() or {}
        table = panels.summary(self.session, self.said)
        return {**bundle, "text/html": table, "text/plain": repr(self)}


def _linked(folder: Path | None) -> str:
    """The folder as seen from where the notebook runs, for links; "" where there is none."""
    return Path(os.path.relpath(folder)).as_posix() if folder else ""


class _Controls:
    """The controls of an explorer and what each does. ``topic`` is the one being looked at."""

    def __init__(self, explorer: Explorer) -> None:
        self.explorer = explorer
        self.session = explorer.session
        self.said = explorer.said
        self._maps: dict[tuple[str, ...], str] = {}
        self._build()
        self._lay_out()
        self._wire()
        self.names_changed()
        self._years()  # worked out now, so that the first look at it does not wait

    @property
    def topic(self) -> int:
        return int(self.topics.value or 0)

    # --- building ---------------------------------------------------------------------------------

    def _build(self) -> None:
        import ipywidgets as w

        said, wide = self.said, w.Layout(width="97%")
        self.topics = w.Select(
            options=self._topic_options(BY_WEIGHT),
            value=0,
            rows=24,
            layout=wide,
            tooltip=said["topics"],
        )
        self.order = w.Dropdown(
            options=[(said["by_weight"], BY_WEIGHT), (said["by_mark"], BY_MARK)],
            description=said["order"], layout=wide,
        )  # fmt: skip
        some = w.Layout(width="190px")
        self.name = w.Text(placeholder=said["name"], tooltip=said["name"], layout=some)
        self.why = w.Text(placeholder=said["why"], tooltip=said["why"], layout=some)
        self.suggested = w.Dropdown(layout=w.Layout(width="300px"), description=said["suggested"])
        self.join_with = w.Dropdown(layout=w.Layout(width="300px"), description=said["join_with"])
        keys = ("rename", "set_aside", "join", "split_off", "undo", "redo", "undo_this")
        short = w.Layout(width="auto", min_width="64px")
        self.buttons = {
            key: w.Button(description=said[key], tooltip=said[key], layout=short) for key in keys
        }
        self.by = w.Dropdown(
            options=[(said[by], by) for by in ORDERS],
            value="relevance",
            description=said["rank_by"],
        )
        self.weight = w.FloatSlider(
            LAMBDA, min=0, max=1, step=0.05, description="λ", readout_format=".2f"
        )
        self.text = w.Text(
            placeholder=said["find"], description=said["search"], continuous_update=True
        )
        self.matches = w.Select(options=[], rows=6, description=said["found"], layout=wide)
        self.steps = w.Select(options=[], rows=10, description=said["log_of"], layout=wide)
        self.status, self.heading = w.HTML(), w.HTML()
        self.panels = {tab: w.HTML() for tab in TABS}

    def _lay_out(self) -> None:
        import ipywidgets as w

        b, p = self.buttons, self.panels
        left = w.VBox([self.order, self.topics], layout=w.Layout(min_width="340px", width="38%"))
        naming = w.VBox(
            [
                w.HBox([self.name, self.why, b["rename"]], layout=_wrap()),
                w.HBox([self.suggested, b["set_aside"], b["split_off"]], layout=_wrap()),
                w.HBox([self.join_with, b["join"], b["undo"], b["redo"]], layout=_wrap()),
            ]
        )
        inside = {
            "words": [w.HBox([self.by, self.weight], layout=_wrap()), p["words"]],
            "search": [self.text, self.matches, p["search"]],
            "log": [self.steps, b["undo_this"], p["log"]],
        }
        boxes = [w.VBox(inside.get(tab, [p[tab]])) for tab in TABS]
        self.tabs = w.Tab(boxes, titles=[self.said[tab] for tab in TABS])
        right = w.VBox([self.heading, naming, self.status, self.tabs], layout=w.Layout(width="60%"))
        self.whole = w.VBox(
            [w.HTML(STYLE), w.HBox([left, right], layout=_wrap())], layout=w.Layout(width="100%")
        )
        self.whole.add_class("jianghua")

    def _wire(self) -> None:
        self.topics.observe(self._topic_chosen, "value")
        self.order.observe(self._list_topics, "value")
        self.tabs.observe(self._open_tab, "selected_index")
        for control in (self.by, self.weight):
            control.observe(self._open_tab, "value")
        self.text.observe(self._searched, "value")
        self.matches.observe(self._open_tab, "value")
        self.suggested.observe(self._suggested, "value")
        for key, act in self._acts().items():
            self.buttons[key].on_click(lambda _, act=act: act())

    def _acts(self) -> dict[str, Callable[[], None]]:
        def edit(act: Callable[..., renaming.Step], *more: str) -> None:
            why = self.why.value
            self._do(lambda: self.session.do(lambda t: act(t, self.topic, *more, why)))

        return {
            "rename": self._rename,
            "set_aside": lambda: edit(renaming.set_aside),
            "join": lambda: edit(renaming.join, self.join_with.value or ""),
            "split_off": lambda: edit(renaming.split_off),
            "undo": lambda: self._do(self.session.undo),
            "redo": lambda: self._do(self.session.redo),
            "undo_this": lambda: self._do(lambda: self.session.undo(self.steps.value or 0)),
        }

    # --- what is asked for ------------------------------------------------------------------------

    def _rename(self) -> None:
        name, why, topic = self.name.value, self.why.value, self.topic
        self._do(lambda: self.session.do(lambda t: renaming.rename(t, topic, name, why)))

    def _do(self, act: Callable[[], renaming.Ledger]) -> None:
        """Make an edit, show what came of it, and whatever others have written meanwhile."""
        before = self.session.ledger
        try:
            after = act()
        except JianghuaError as error:
            self.session.look_again()
            self.names_changed(panels.note(error))
            return
        self.why.value = ""
        self.names_changed(self._told(before, after))

    def _told(self, before: renaming.Ledger, after: renaming.Ledger) -> str:
        step = after.log[-1].step if len(after.log) > len(before.log) else 0
        if not step:
            return panels.shown(self.said["nothing"])
        lines = [edit for edit in after.log if edit.step == step]
        told = self.said["done"].format(step=step, what=panels.step_text(lines, self.said))
        return panels.shown(f"{told} {self._kept()}")

    def _kept(self) -> str:
        path = self.session.path
        return self.said["saved"].format(path=path) if path else self.said["unsaved"]

    def _kept_where(self) -> str:
        path, lost = self.session.path, self.session.ledger.lost
        told = self.said["will_save"].format(path=path) if path else self.said["unsaved"]
        return told + (self.said["lost"].format(names="、".join(lost)) if lost else "")

    def names_changed(self, status: str = "") -> None:
        """Show all names anew; the topic that is looked at stays."""
        self._list_topics()
        names = [name for name in self.session.themes.names if name != self._theme()]
        self.join_with.options = [(visible(name), name) for name in names]
        self.steps.options = panels.step_lines(self.session, self.said)
        self.status.value = status or panels.shown(self._kept_where())
        self._topic_chosen()

    def _theme(self) -> str:
        return self.session.themes.members[self.topic]

    def _topic_options(self, order: str) -> list[tuple[str, int]]:
        aside = self.said["set_aside"]
        return [(self.session.line(k, aside), k) for k in self.session.listed(order)]

    def _list_topics(self, _: object = None) -> None:
        """Write the list anew; a list that is written anew forgets what was chosen."""
        topic = self.topic
        self.topics.unobserve(self._topic_chosen, "value")
        self.topics.options = self._topic_options(self.order.value)
        self.topics.value = topic
        self.topics.observe(self._topic_chosen, "value")

    def _topic_chosen(self, _: object = None) -> None:
        name = self._theme()
        self.heading.value = panels.topic_panel(self.session, self.topic, self.said)
        self.name.value = "" if name == SET_ASIDE else visible(self.session.name(self.topic))
        ideas = suggestions(self.session.known, self.topic)
        self.suggested.options = [("", ""), *((visible(idea), idea) for idea in ideas)]
        self._open_tab()

    def _suggested(self, change: Any) -> None:
        if change["new"]:
            self.name.value = change["new"]

    def _searched(self, _: object = None) -> None:
        words = search(self.session.known, self.text.value)
        self.matches.options = [(visible(word), word) for word in words]
        self.matches.value = words[0] if words else None
        self._open_tab()

    # --- the tab that is open ---------------------------------------------------------------------

    def _open_tab(self, _: object = None) -> None:
        tab = TABS[self.tabs.selected_index or 0]
        self.weight.disabled = self.by.value != "relevance"
        self.panels[tab].value = getattr(self, f"_{tab}")()

    def _words(self) -> str:
        return panels.word_panel(
            self.session.known, self.topic, self.by.value, self.weight.value, self.said
        )

    def _years(self) -> str:
        return panels.year_panel(self.session.years(self.topic), self._theme(), self.said)

    def _passages(self) -> str:
        known = self.session.known
        return panels.passage_panel(
            known, quotes(known, [self.topic]), self.said, self.explorer._folder
        )

    def _search(self) -> str:
        word, text = self.matches.value, self.text.value.strip()
        if word:
            return panels.found_panel(self.session, find(self.session.known, word), self.said)
        return panels.shown(self.said["nothing_found"].format(text=text)) if text else ""

    def _map(self) -> str:
        themes, language = self.session.themes, self.explorer.language
        names = tuple(themes.members[k] for k in range(themes.model.topics))
        if names not in self._maps:
            known = self.session.known
            page = ldavis_page(known.model, themes.members, language=language, known=known)
            self._maps = {names: ldavis_frame(page)}
        return self._maps[names]

    def _log(self) -> str:
        return "" if self.steps.options else panels.shown(self.said["no_steps"])


def _wrap() -> ipywidgets.Layout:
    import ipywidgets as w

    return w.Layout(flex_flow="row wrap")
