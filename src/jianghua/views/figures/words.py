"""Figures of words: formulations by year, keyness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jianghua.errors import JianghuaError
from jianghua.views.figures.drawing import (
    ABSENT,
    BLUE,
    ORANGE,
    RED,
    Drawing,
    absences,
    canvas,
    caption,
    mark_absences,
    need,
    say,
    shown,
    style,
    year_axis,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

RATE = ("每万词次数", "per 10,000 words")
TOPS = ("左侧小字为各提法的最高值", "small number: the highest of each term")
COINED = ("竖线：提出年份", "bar: year coined")
KEYNESS = ("z 值（对数优势比，信息先验）", "z (log-odds, informative prior)")
SINGLE = ("* 仅见于一篇", "* in one speech only")


# --- formulations ---------------------------------------------------------------------------------


def formulation_timelines(
    table: pd.DataFrame, terms: Sequence[str] | None = None, language: str = "zh"
) -> Drawing:
    """Rate of each 提法 per 10,000 words by year, one strip a term, and the year it was coined.

    Without ``terms``: the twenty said most, in the order of their first year here.
    """
    need(table, "formulation_timelines", "term", "year", "count", "rate", "first_year")
    chosen = list(terms) if terms else _most_said(table, 20)
    absent = [term for term in chosen if term not in set(table["term"])]
    if absent:
        raise JianghuaError(
            f"no term {', '.join(absent)} in the table", "terms", "give them to compare --terms"
        )
    years = sorted(set(table["year"]))
    assert (table["rate"] >= 0).all(), "a rate cannot be negative"
    with style():
        figure = canvas(9.5, 0.42 * len(chosen) + 1.0)
        panels = figure.subplots(len(chosen), 1, sharex=True, squeeze=False)[:, 0]
        for axes, term in zip(panels, chosen, strict=True):
            _term_strip(axes, table[table["term"] == term], term, years)
        year_axis(panels[-1], years)
        panels[-1].spines["bottom"].set_visible(True)
        panels[-1].tick_params(labelbottom=True, bottom=True)
        gaps = [ABSENT] * bool(absences(years))
        notes = [say(note, language) for note in (RATE, TOPS, COINED, *gaps)]
        caption(figure, notes, language)
    return Drawing(figure, table)


def _most_said(table: pd.DataFrame, n: int) -> list[str]:
    peaks = table.groupby("term")["rate"].max().sort_values(ascending=False, kind="stable")[:n]
    first = table[table["count"] > 0].groupby("term")["year"].min()
    return sorted(peaks.index, key=lambda term: (first.get(term, 9999), term))


def _term_strip(axes: Axes, rows: pd.DataFrame, term: str, years: Sequence[int]) -> None:
    axes.bar(rows["year"], rows["rate"], color=BLUE, width=0.85)
    top = max(float(rows["rate"].max()), 1e-9)
    axes.set_ylim(0, top * 1.25)
    axes.set_yticks([top], [f"{top:.1f}" if top >= 0.05 else "0"])
    coined = rows["first_year"].dropna()
    if len(coined) and years[0] <= int(coined.iloc[0]) <= years[-1]:
        axes.axvline(int(coined.iloc[0]) - 0.5, color=RED, linewidth=1.2)
    mark_absences(axes, years)
    axes.set_ylabel(shown(term), rotation=0, ha="right", va="center")
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(bottom=False, labelbottom=False, length=0, labelsize=6)


# --- keyness --------------------------------------------------------------------------------------


def keyness(table: pd.DataFrame, n: int = 20, language: str = "zh") -> Drawing:
    """The words most typical of either of two spans of years, by z."""
    need(table, "keyness", "word", "z", "single", "span_a", "span_b")
    ordered = table.sort_values("z", ascending=False)
    later = ordered[ordered["z"] > 0].head(n)
    earlier = ordered[ordered["z"] < 0].tail(n).iloc[::-1]
    assert len(later) or len(earlier), "no word sets the two spans apart"
    with style():
        figure = canvas(8.5, 0.2 * n + 1.2)
        sides = figure.subplots(1, 2, sharex=True)  # one scale: bars compare across
        for axes, rows, colour, span in (
            (sides[0], earlier, ORANGE, table["span_a"].iloc[0]),
            (sides[1], later, BLUE, table["span_b"].iloc[0]),
        ):
            words = [
                shown(w) + "*" * bool(s) for w, s in zip(rows["word"], rows["single"], strict=True)
            ]
            axes.barh(range(len(rows)), rows["z"].abs(), color=colour, height=0.75)
            axes.set_yticks(range(len(rows)), words, fontsize=9)
            axes.invert_yaxis()
            axes.set_title(str(span))
            axes.tick_params(length=0)
        starred = any(side["single"].any() for side in (later, earlier))
        note = f"　{say(SINGLE, language)}" if starred else ""
        figure.supxlabel(say(KEYNESS, language) + note, fontsize=8)
    return Drawing(figure, table)
