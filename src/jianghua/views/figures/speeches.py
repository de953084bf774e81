"""Figures of single speeches: their themes, the clues to their date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.views.figures.drawing import (
    BLUE,
    INK,
    RED,
    SKY,
    Drawing,
    band_note,
    bracketed,
    canvas,
    caption,
    choose_themes,
    fitted,
    need,
    say,
    shown,
    style,
    theme_names,
    year_axis,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

SPEECH_SHARE = ("占该篇词数的比例（%）", "share of the speech's words (%)")
CLUES = ("文中线索所容许的年份", "years that the clues in the text allow")


# --- single speeches ------------------------------------------------------------------------------


def speech_themes(
    table: pd.DataFrame,
    themes: Sequence[str] | None = None,
    language: str = "zh",
    english: Mapping[str, str] | None = None,
) -> Drawing:
    """Themes in single speeches: a dot and band each; beside them the plain count of seed words
    (hollow), and the reference collection in the speech's years (line)."""
    need(table, "speech_themes", "id", "title", "year", "theme", "share", "low", "high")
    table = table if themes is None else choose_themes(table, themes)
    names = theme_names(table, language, english)
    ids = list(dict.fromkeys(table["id"]))
    with style():
        figure = canvas(2.0 + 2.4 * len(names), 0.42 * len(ids) + 1.3)
        panels = figure.subplots(1, len(names), sharey=True, squeeze=False)[0]
        for axes, (theme, name) in zip(panels, names.items(), strict=True):
            _speech_panel(
                axes, table[table["theme"] == theme].set_index("id").loc[ids], fitted(name, 2.15)
            )
        heads = table.drop_duplicates("id").set_index("id").loc[ids]
        panels[0].set_yticks(
            range(len(ids)), [_speech_name(row, language) for _, row in heads.iterrows()]
        )
        panels[0].invert_yaxis()
        caption(figure, _speech_notes(table, language), language)
    return Drawing(figure, table)


def _speech_panel(axes: Axes, rows: pd.DataFrame, name: str) -> None:
    places = range(len(rows))
    axes.hlines(places, 100 * rows["low"], 100 * rows["high"], color=SKY, linewidth=4)
    axes.plot(100 * rows["share"], places, "o", color=BLUE, markersize=5)
    if "seed_share" in rows:
        axes.plot(
            100 * rows["seed_share"], places, "D", markerfacecolor="none", color=RED, markersize=4
        )
    if "reference" in rows:
        axes.plot(100 * rows["reference"], places, "|", color=INK, markersize=11)
    axes.set_xlim(left=0)
    axes.set_title(name)
    axes.grid(axis="y", color="#eeeeee")
    axes.set_axisbelow(True)


def _speech_name(row: Any, language: str) -> str:
    import pandas as pd

    title, year = shown(row["title"], 18), row["year"]
    return title if pd.isna(year) or year == "" else bracketed(title, int(year), language)


def _speech_notes(table: pd.DataFrame, language: str) -> list[str]:
    notes = [say(SPEECH_SHARE, language), band_note(table, language)]
    if "seed_share" in table:
        notes.append(
            "菱形：种子词直接计数" if language == "zh" else "diamond: plain seed-word count"
        )
    if "reference" in table:
        notes.append(
            "竖线：对照文集同年份" if language == "zh" else "bar: reference collection, same years"
        )
    return notes


# --- clues to a date ------------------------------------------------------------------------------


def date_clues(table: pd.DataFrame, language: str = "zh") -> Drawing:
    """The years that each clue of a speech allows, in the order of the text (`date_evidence`).

    A bar that is open to a side is dotted; heavier bars are surer clues.
    """
    need(table, "date_clues", "string", "kind", "not_before", "not_after", "weight")
    rows = table[table["not_before"].notna() | table["not_after"].notna()].head(60)
    if not len(rows):
        raise JianghuaError("no clue bounds the year", "date_clues", "another speech")
    both = rows["not_before"].notna() & rows["not_after"].notna()
    backward = both & (rows["not_before"] > rows["not_after"])
    assert not backward.any(), "a clue must not end before it begins"
    bounds = [*rows["not_before"].dropna(), *rows["not_after"].dropna()]
    low, high = int(min(bounds)) - 3, int(max(bounds)) + 4
    with style():
        figure = canvas(8, 0.23 * len(rows) + 1.0)
        axes = figure.add_subplot()
        for place, (_, row) in enumerate(rows.iterrows()):
            _clue_line(axes, place, row, low, high)
        axes.set_yticks(range(len(rows)), [shown(s, 24) for s in rows["string"]])
        axes.invert_yaxis()
        year_axis(axes, [low, high])
        axes.grid(axis="x", color="#eeeeee")
        axes.set_title(say(CLUES, language))
    return Drawing(figure, table)


def _clue_line(axes: Axes, place: int, row: Any, low: int, high: int) -> None:
    """A bar from the first year to the end of the last; dotted toward a side that is open."""
    import pandas as pd

    start, end = row["not_before"], row["not_after"]
    left = float(low if pd.isna(start) else start)
    right = float(high if pd.isna(end) else end + 1)
    is_open = left == low or right == high
    width = 1.0 + min(float(row["weight"]), 12.0) / 3
    axes.plot(
        [left, right], [place, place], color=SKY if is_open else BLUE, linewidth=width,
        linestyle=(0, (1, 0.6)) if is_open else "solid", solid_capstyle="butt",
    )  # fmt: skip
    for year, side in ((left, left > low), (right, right < high)):
        if side:
            axes.plot([year], [place], "|", color=INK, markersize=7)
