"""Session: what somebody exploring themes has before them and has changed so far, without a widget."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from jianghua.store.edits import read_ledger, save_step
from jianghua.topics import renaming
from jianghua.topics.renaming import Ledger, Step, ledger_of, record, themes_under
from jianghua.topics.themes import SET_ASIDE, Themes
from jianghua.views.charts import YearShare
from jianghua.views.contents import Study, row_of, years_of
from jianghua.views.markup import visible

if TYPE_CHECKING:
    import pandas as pd

BY_WEIGHT, BY_MARK = "weight", "mark"
DIGIT_WIDE = "\u2007"  # a blank as wide as a digit


class Session:
    """Themes under edit: ``ledger`` holds names and log; with ``path`` every edit is saved there.

    The only thing here that changes; each edit goes through `do`.
    """

    def __init__(self, known: Study, themes: Themes, path: Path | None = None) -> None:
        self.known = known
        self.path = path
        self.ledger = self._read() if path and path.is_file() else ledger_of(themes)
        self.themes = themes_under(self.ledger, known.model)
        self._tables: dict[tuple[tuple[int, ...], ...], pd.DataFrame | None] = {}

    def _read(self) -> Ledger:
        assert self.path is not None
        return read_ledger(self.path, self.known.model)

    def do(self, act: Callable[[Themes], Step]) -> Ledger:
        """Make an edit of the themes as they are, save it if there is a file, and take over what
        others have written there. Raises JianghuaError, and changes nothing, if it cannot be."""
        step = act(self.themes)
        model = self.known.model
        after = save_step(self.path, model, step) if self.path else record(self.ledger, step, model)
        self._take(after)
        return after

    def look_again(self) -> None:
        """Read names and log anew, for somebody else may have written them."""
        if self.path and self.path.is_file():
            self._take(self._read())

    def undo(self, step: int = 0) -> Ledger:
        """Take back a step of the log, the last that stands if none is named."""
        checksum = self.known.model.checksum
        self.look_again()
        return self.do(lambda _: renaming.undo(self.ledger.log, checksum, step))

    def redo(self) -> Ledger:
        """Do again what was undone last."""
        self.look_again()
        return self.do(lambda _: renaming.redo(self.ledger.log, self.known.model.checksum))

    def _take(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.themes = themes_under(ledger, self.known.model)

    # --- what is shown ----------------------------------------------------------------------------

    def name(self, topic: int) -> str:
        """What a topic is called; "" for one with an automatic name."""
        name = self.themes.members[topic]
        return "" if name == self.known.labels[topic] else name

    def called(self, topic: int, set_aside: str = SET_ASIDE) -> str:
        """What to call a topic on the screen: its name, or the words of its automatic one."""
        name = self.themes.members[topic]
        named = self.name(topic) or name.removeprefix(f"{topic} ")
        return set_aside if name == SET_ASIDE else visible(named)

    def listed(self, order: str = BY_WEIGHT) -> list[int]:
        """Topics in the order asked for: heaviest first, or those marked by `topic_quality` first."""
        topics = list(range(self.known.model.topics))
        if order == BY_MARK:
            topics.sort(key=lambda k: not row_of(self.known, k)["mark"])
        return topics

    def line(self, topic: int, set_aside: str = SET_ASIDE) -> str:
        """A topic in one line: number, course over the years, name, share of all words, mark."""
        mark = "⚠" if row_of(self.known, topic)["mark"] else ""
        number = str(topic).rjust(2, DIGIT_WIDE)
        weight, course = self.known.weights[topic], self.known.courses[topic]
        return f"{number} {course} {self.called(topic, set_aside)} {weight:.1%} {mark}".rstrip()

    def years(self, topic: int) -> list[YearShare]:
        """The course of the topic's theme, of all words not set aside; of the topic itself, of all
        words, where it is set aside."""
        theme = self.themes.members[topic]
        if theme == SET_ASIDE:
            return year_shares(self.known.topic_years, str(topic))
        return year_shares(self._compared(), theme)

    def _compared(self) -> pd.DataFrame | None:
        """`compare_years` of the themes as they are; what only has another name is not redone."""
        names = self.themes.names
        groups = tuple(tuple(self.themes.topics_of(name)) for name in names)
        if groups not in self._tables:
            self._tables[groups] = _numbered(years_of(self.themes), names)
        table = self._tables[groups]
        return table if table is None else table.assign(theme=[names[t] for t in table["theme"]])


def _numbered(table: pd.DataFrame | None, names: tuple[str, ...]) -> pd.DataFrame | None:
    """The table with themes as positions in ``names``, which outlive their names."""
    place = {name: t for t, name in enumerate(names)}
    return table if table is None else table.assign(theme=[place[n] for n in table["theme"]])


def year_shares(table: pd.DataFrame | None, theme: str) -> list[YearShare]:
    """The years of one theme in a table of `compare_years`, oldest first."""
    if table is None:
        return []
    rows = table[table["theme"] == theme]
    columns = (rows[name] for name in ("year", "share", "low", "high", "speeches"))
    return [
        YearShare(int(year), float(share), float(low), float(high), int(speeches))
        for year, share, low, high, speeches in zip(*columns, strict=True)
    ]
