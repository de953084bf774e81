"""Figures of themes by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jianghua.views.figures.drawing import (
    BLUE,
    FAINT,
    INK,
    PARTY_CONGRESSES,
    SKY,
    Drawing,
    band_note,
    canvas,
    choose_themes,
    frame_of,
    mark_congresses,
    need,
    runs_of,
    say,
    style,
    theme_names,
    year_axis,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

SHARE = ("占全年词数的比例（%）", "share of the year's words (%)")
SPEECHES = ("篇数", "speeches")


def theme_shares(
    years: Any,
    themes: Sequence[str] | None = None,
    language: str = "zh",
    english: Mapping[str, str] | None = None,
) -> Drawing:
    """Share of each theme by year, one panel a theme, with its band and the number of speeches.

    ``years`` is a YearComparison by year, or its table; ``themes`` chooses and orders panels;
    ``english`` gives English names for ``language="en"`` (`Themes.english`).
    """
    table = frame_of(years)
    need(table, "theme_shares", "year", "theme", "share", "low", "high", "band", "speeches")
    if themes is None:
        _assert_shares(table)
    else:
        table = choose_themes(table, themes)
    names = theme_names(table, language, english)
    columns = min(4, len(names))
    rows = -(-len(names) // columns)
    with style():
        wide, high = (3.1, 1.55) if len(names) > 4 else (3.6 if columns > 1 else 8, 2.4)
        figure = canvas(wide * columns, high * rows + 1.1)
        grid = figure.add_gridspec(rows + 1, columns, height_ratios=[high] * rows + [0.35])
        first: Axes | None = None
        for i, (theme, name) in enumerate(names.items()):
            axes = figure.add_subplot(grid[i // columns, i % columns], sharex=first)
            first = first or axes
            _share_panel(axes, table[table["theme"] == theme], name, written=len(names) <= 4)
        for column in range(columns):
            _speeches_panel(figure.add_subplot(grid[rows, column], sharex=first), table, language)
        figure.supylabel(say(SHARE, language), fontsize=9)
        notes = (band_note(table, language), say(PARTY_CONGRESSES, language))
        figure.supxlabel("　".join(notes), fontsize=8, color=INK)
    return Drawing(figure, table)


def _assert_shares(table: pd.DataFrame) -> None:
    """The claims of the figure: shares of a year sum to one, and each lies in its band."""
    sums = table.groupby("year")["share"].sum()
    assert ((sums - 1).abs() < 1e-6).all(), "shares of a year must sum to 1"
    assert (table["low"] <= table["share"]).all(), "a share lies below its band"
    assert (table["share"] <= table["high"]).all(), "a share lies above its band"


def _share_panel(axes: Axes, rows: pd.DataFrame, name: str, written: bool) -> None:
    rows = rows.set_index("year").sort_index()
    years = rows.index.tolist()
    for run in runs_of(years):
        part = 100 * rows.loc[run, ["share", "low", "high"]]
        if len(run) > 1:
            axes.fill_between(run, part["low"], part["high"], color=SKY, alpha=0.45, linewidth=0)
            axes.plot(run, part["share"], color=BLUE, linewidth=1.3)
        else:
            axes.vlines(run, part["low"], part["high"], color=SKY, linewidth=2)
    if len(years) <= 15 or len(runs_of(years)) > 1:
        lonely = [run[0] for run in runs_of(years) if len(run) == 1] if len(years) > 15 else years
        axes.plot(lonely, 100 * rows.loc[lonely, "share"], "o", color=BLUE, markersize=3)
    axes.set_ylim(bottom=0)
    axes.set_title(name)
    axes.tick_params(labelbottom=False)
    year_axis(axes, years)
    mark_congresses(axes, min(years), max(years), written)


def _speeches_panel(axes: Axes, table: pd.DataFrame, language: str) -> None:
    speeches = table.drop_duplicates("year").set_index("year")["speeches"]
    axes.bar(speeches.index, speeches, color=FAINT, width=0.8)
    axes.set_ylim(0, max(2, speeches.max() * 1.1))
    axes.set_yticks([int(speeches.max())])
    axes.set_title(say(SPEECHES, language), fontsize=7, color=INK)
