"""Figures of panels: places by years, their distance from the centre, who says a 提法 first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.views.figures.drawing import (
    BLUE,
    FAINT,
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
    rows_of,
    runs_of,
    say,
    shown,
    style,
    theme_names,
    year_axis,
)
from jianghua.views.figures.years import SHARE

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

MOST_THEMES = 6
REFERENCE = ("细黑线：对照文集（全国）同年", "thin black line: the reference (national), same year")
NUMBER = ("{} 地共 {} 篇", "places: {}, speeches: {}")
DISTANCE = (
    "与全国同年报告的距离（JS 距离，已减去抽样噪声；0 为相同，1 为毫无相同）",
    "distance from the national report of the year (Jensen–Shannon, noise subtracted; 0 same, 1 "
    "nothing in common)",
)
LAG = ("比全国晚的年数", "years after the national reports")
FIRST = (
    "蓝：先于全国，灰：同年，红：晚于全国",
    "blue: before the national reports, grey: same year, red: after",
)
OPEN = (
    "横条：因缺年而不能断定的范围，空心：孰先孰后不能断定",
    "bars: range that missing years leave open, hollow: order cannot be told",
)
KNOWN = (
    "只计两边起始年份皆可知者，列出其中各地多有者，地名下为全部计数",
    "only terms whose beginning is known on both sides; listed: those of most places, counted "
    "under the name: all",
)
WHO = {"place": BLUE, "same year": FAINT, "reference": RED, "cannot tell": INK}
TOLD = ("先 {} · 同年 {} · 后 {}", "before {} · same year {} · after {}")


def place_years(
    table: pd.DataFrame,
    themes: Sequence[str] | None = None,
    language: str = "zh",
    english: Mapping[str, str] | None = None,
) -> Drawing:
    """Shares of themes over the years, a row a theme and a column a place, with bands; where the
    table has a reference, its share as a thin line. Six themes at most: those given, or the first."""
    need(table, "place_years", "place", "year", "theme", "share", "low", "high", "band", "speeches")
    assert (table["low"] <= table["share"]).all(), "a share lies below its band"
    assert (table["share"] <= table["high"]).all(), "a share lies above its band"
    chosen = list(themes or dict.fromkeys(table["theme"]))[:MOST_THEMES]
    part = choose_themes(table, chosen)
    names, places = theme_names(part, language, english), sorted(set(table["place"]))
    years = sorted(set(table["year"]))
    with style():
        figure = canvas(1 + 2.2 * len(places), 1.35 * len(chosen) + 1.0)
        grid = figure.subplots(len(chosen), len(places), sharex=True, sharey="row", squeeze=False)
        for row, theme in zip(grid, chosen, strict=True):
            row[0].set_ylabel(fitted(names[theme], 1.3))
            for axes, place in zip(row, places, strict=True):
                rows = part[(part["theme"] == theme) & (part["place"] == place)]
                _course(axes, rows.set_index("year").sort_index(), "share")
                year_axis(axes, years, nbins=5)
            row[0].set_ylim(0, 105 * _top(part[part["theme"] == theme]))
        for axes, place in zip(grid[0], places, strict=True):
            axes.set_title(shown(place, 16))
        caption(figure, _panel_notes(table, language), language)
    return Drawing(figure, table)


def _top(rows: pd.DataFrame) -> float:
    """The highest end of the bands, and of the reference where there is one."""
    ends = [rows[column].max() for column in ("high", "reference") if column in rows]
    return float(max(end for end in ends if end == end))


def _panel_notes(table: pd.DataFrame, language: str) -> list[str]:
    speeches = int(table.drop_duplicates(["place", "year"])["speeches"].sum())
    number = say(NUMBER, language).format(table["place"].nunique(), speeches)
    known = say(REFERENCE, language) if "reference" in table else ""
    return [say(SHARE, language), known, band_note(table, language), number]


def _course(axes: Axes, rows: pd.DataFrame, column: str, scale: float = 100) -> None:
    """A line with its band over the years of one place, never across a gap."""
    for run in runs_of(rows.index.tolist()):
        part = scale * rows.loc[run, [column, "low", "high"]]
        if len(run) > 1:
            axes.fill_between(run, part["low"], part["high"], color=SKY, alpha=0.45, linewidth=0)
            axes.plot(run, part[column], color=BLUE, linewidth=1.2)
        else:
            axes.vlines(run, part["low"], part["high"], color=SKY, linewidth=2)
            axes.plot(run, part[column], "o", color=BLUE, markersize=3)
        if "reference" in rows:
            axes.plot(run, scale * rows.loc[run, "reference"], color=INK, linewidth=0.7)


def distance_to_national(table: pd.DataFrame, language: str = "zh") -> Drawing:
    """How far each place's themes lie from those of the national report of the year, with the band;
    a panel a place, on one scale."""
    need(
        table,
        "distance_to_national",
        "place",
        "year",
        "distance",
        "low",
        "high",
        "band",
        "speeches",
    )
    inside = (table["low"] <= table["distance"]) & (table["distance"] <= table["high"])
    assert inside.all(), "a distance lies outside its band"
    places, years = sorted(set(table["place"])), sorted(set(table["year"]))
    columns = min(4, len(places))
    with style():
        rows = -(-len(places) // columns)
        figure = canvas(1 + 2.4 * columns, 1.9 * rows + 0.8)
        panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
        for axes, place in zip(panels, places, strict=False):
            part = table[table["place"] == place].set_index("year").sort_index()
            _course(axes, part, "distance", scale=1)
            axes.set_title(bracketed(shown(place, 16), int(part["speeches"].sum()), language))
            year_axis(axes, years, nbins=5)
        panels[0].set_ylim(0, 1.05 * _top(table))
        for axes in panels[len(places) :]:
            axes.set_visible(False)
        counted = "括号内为篇数" if language == "zh" else "in brackets: speeches"
        caption(figure, [say(DISTANCE, language), band_note(table, language), counted], language)
    return Drawing(figure, table)


def lead_lag(
    table: pd.DataFrame, terms: Sequence[str] | None = None, language: str = "zh"
) -> Drawing:
    """Who says a 提法 first: a panel a place, a row a term, years after the reference; the count of
    terms before, with and after it beside the name. Without ``terms``: those whose beginning is
    known on both sides in most places, 40 at most, the oldest on top."""
    need(table, "lead_lag", "place", "term", "first_reference", "lag", "lag_low", "lag_high", "who")
    whole = table["lag_low"].notna() & table["lag_high"].notna()
    known = table[whole] if terms is None else table[table["term"].isin(terms)]
    if not len(known):
        raise JianghuaError(
            "no term whose beginning is known on both sides", "lead_lag", "longer series, or terms"
        )
    inside = (table["lag_low"] <= table["lag"]) & (table["lag"] <= table["lag_high"])
    assert inside[whole].all(), "a lag lies outside its range"
    chosen = list(terms) if terms else _told_most(known, 40)
    places = sorted(set(table["place"]))
    with style():
        wide = 2.1 if language == "zh" else 2.6
        figure = canvas(1.6 + wide * len(places), 0.2 * len(chosen) + 1.4)
        panels = figure.subplots(1, len(places), sharex=True, sharey=True, squeeze=False)[0]
        for axes, place in zip(panels, places, strict=True):
            _lags(axes, table[table["place"] == place], known[known["place"] == place], chosen)
            axes.set_title(f"{shown(place, 16)}\n{_told(known[known['place'] == place], language)}")
        first = known.drop_duplicates("term").set_index("term")["first_reference"]
        labels = [
            bracketed(shown(term, 16), first[term], language) if term in first else shown(term)
            for term in chosen
        ]
        panels[0].set_yticks(range(len(chosen)), labels)
        panels[0].set_ylim(len(chosen) - 0.4, -0.6)
        hidden = (known["lag_low"] < known["lag_high"])[known["term"].isin(chosen)].any()
        notes = [LAG, FIRST] + [OPEN] * bool(hidden) + [KNOWN] * (terms is None)
        said = "括号内为全国首见年" if language == "zh" else "in brackets: first national year"
        caption(figure, [*(say(note, language) for note in notes), said], language)
    return Drawing(figure, table)


def _told_most(known: pd.DataFrame, n: int) -> list[str]:
    places = known.groupby("term")["place"].nunique()
    kept = set(places.sort_values(ascending=False, kind="stable").index[:n])
    first = known.drop_duplicates("term").set_index("term")["first_reference"]
    return sorted(kept, key=lambda term: (int(first[term]), str(term)))


def _lags(axes: Axes, own: pd.DataFrame, known: pd.DataFrame, chosen: Sequence[str]) -> None:
    axes.axvline(0, color=INK, linewidth=0.8)
    for row in rows_of(own[own["term"].isin(chosen)]):
        place, sure = list(chosen).index(row.term), row.Index in known.index
        if sure:
            axes.hlines(place, row.lag_low, row.lag_high, color=SKY, linewidth=4)
            told = row.who != "cannot tell"
            axes.plot([row.lag], [place], "o", color=WHO[row.who], markersize=4,
                      markerfacecolor=WHO[row.who] if told else "white")  # fmt: skip
    axes.grid(axis="y", color="#eeeeee")
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)


def _told(known: pd.DataFrame, language: str) -> str:
    who: Any = known["who"].value_counts()
    return say(TOLD, language).format(*(who.get(w, 0) for w in ("place", "same year", "reference")))
