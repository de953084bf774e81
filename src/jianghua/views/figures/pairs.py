"""Figures of close reading: two speeches side by side, the year whose words a speech speaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jianghua.views.figures.drawing import (
    BLUE,
    FAINT,
    INK,
    ORANGE,
    SKY,
    Drawing,
    canvas,
    caption,
    need,
    say,
    shown,
    style,
    year_axis,
)
from jianghua.years.nearest import UNLIKE

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

THEMES = ("主题（%）", "themes (%)")
WORDS = ("用词（z 值）", "words (z)")
TERMS = ("仅一篇所用提法（次数）", "提法 of one alone (count)")
SIDES = ("橙：{}；蓝：{}", "orange: {}; blue: {}")
PAIR_BAND = (
    "横线：90% 区间，各篇按段落重抽样，只说这两篇本身",
    "lines: 90 % bands, passages resampled, of these two speeches alone",
)
SHARED = ("两篇共同段落 {} 处，{} 字", "{} shared passages, {} characters")
NEAREST = (
    "圆点：用词最近的年份；横条：90% 区间（段落与年份重抽样），说的是用词，不是讲话日期",
    "dot: the year whose words are nearest; bar: 90 % band (passages and years resampled); of the "
    "words, not of the day the speech was given",
)
OWN = (
    "竖线与灰条：讲话自己的年份及其可能范围",
    "stroke and grey bar: the speech's own year and its range",
)
NO_YEAR = (
    "空心：与各年都不甚相像（得分低于 0.03），不宜当作年份来读",
    "hollow: like none of these years (score under 0.03), to be read as no year",
)


def side_by_side(
    table: pd.DataFrame,
    n: int = 12,
    language: str = "zh",
    english: Mapping[str, str] | None = None,
) -> Drawing:
    """Two speeches: the themes that weigh most in either, the words that tell them apart, and the
    提法 that only one of them says."""
    need(table, "side_by_side", "part", "name", "a", "b", "low_a", "high_a", "score", "title_a")
    themes, words = (table[table["part"] == part] for part in ("theme", "word"))
    assert ((themes["low_a"] <= themes["a"]) & (themes["a"] <= themes["high_a"])).all(), "outside"
    assert abs(themes["a"].sum() - 1) < 1e-6, "shares of a speech must sum to 1"
    with style():
        figure = canvas(11, 0.26 * n + 1.7)
        left, middle, right = figure.subplots(1, 3)
        _pair_themes(left, themes, n, english if language == "en" else None)
        _mirror(
            middle, *_most(words.assign(size=words["score"].abs(), b_side=words["score"] > 0), n)
        )
        terms = table[table["part"] == "formulation"]
        _mirror(right, *_most(terms.assign(size=terms["a"] + terms["b"], b_side=terms["b"] > 0), n))
        for axes, head in ((left, THEMES), (middle, WORDS), (right, TERMS)):
            axes.set_title(say(head, language))
        caption(figure, _pair_notes(table, language), language)
    return Drawing(figure, table)


def _pair_themes(axes: Axes, rows: pd.DataFrame, n: int, english: Mapping[str, str] | None) -> None:
    weight = rows[["a", "b"]].max(axis=1).sort_values(ascending=False, kind="stable")
    rows = rows.loc[weight.index[:n]]
    for side, shift, colour in (("a", -0.16, ORANGE), ("b", 0.16, BLUE)):
        places = [place + shift for place in range(len(rows))]
        axes.hlines(places, 100 * rows[f"low_{side}"], 100 * rows[f"high_{side}"], color=colour,
                    alpha=0.4, linewidth=3)  # fmt: skip
        axes.plot(100 * rows[side], places, "o", color=colour, markersize=4)
    names = [shown((english or {}).get(name, name), 24) for name in rows["name"]]
    axes.set_yticks(range(len(rows)), names)
    axes.set_ylim(n - 0.4, -0.6)
    axes.set_xlim(left=0)
    axes.grid(axis="y", color="#eeeeee")
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)


def _most(rows: pd.DataFrame, n: int) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """The rows of greatest size on either side."""
    ordered = rows.sort_values("size", ascending=False, kind="stable")
    return ordered[~ordered["b_side"]].head(n), ordered[ordered["b_side"]].head(n), n


def _mirror(axes: Axes, a: pd.DataFrame, b: pd.DataFrame, n: int) -> None:
    """Bars to the left for A and to the right for B, the names along the middle line."""
    most = max([*a["size"], *b["size"], 1e-9])
    for rows, way, colour in ((a, -1, ORANGE), (b, 1, BLUE)):
        axes.barh(range(len(rows)), way * rows["size"], color=colour, alpha=0.45, height=0.8)
        for place, name in enumerate(rows["name"]):
            axes.annotate(shown(name, 12), (way * most * 0.02, place), va="center",
                          ha="right" if way < 0 else "left", fontsize=8)  # fmt: skip
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_xlim(-1.05 * most, 1.05 * most)
    axes.set_ylim(n - 0.4, -0.6)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")


def _pair_notes(table: pd.DataFrame, language: str) -> list[str]:
    first, passages = table.iloc[0], table[table["part"] == "passage"]
    sides = say(SIDES, language).format(
        *(shown(first[f"title_{s}"] or first[f"speech_{s}"]) for s in "ab")
    )
    shared = say(SHARED, language).format(len(passages), int(passages["a"].sum()))
    return [sides, say(PAIR_BAND, language), shared if len(passages) else ""]


# --- nearest year ---------------------------------------------------------------------------------


def nearest_year(table: pd.DataFrame, language: str = "zh") -> Drawing:
    """Which year's vocabulary each speech speaks, with its band, beside the year it is of (the
    first 60 speeches)."""
    need(table, "nearest_year", "speech", "title", "year", "nearest", "low", "high", "score")
    inside = (table["low"] <= table["nearest"]) & (table["nearest"] <= table["high"])
    assert inside.all(), "a nearest year lies outside its band"
    rows = table.head(60)
    with style():
        figure = canvas(9, 0.34 * len(rows) + 1.4)
        axes = figure.add_subplot()
        for place, row in enumerate(rows.to_dict("records")):
            _own_year(axes, place, row)
            axes.hlines(place, row["low"] - 0.4, row["high"] + 0.4, color=SKY, linewidth=5)
            face = BLUE if row["score"] >= UNLIKE else "white"
            axes.plot(
                [row["nearest"]], [place], "o", color=BLUE, markerfacecolor=face, markersize=6
            )
        axes.set_yticks(
            range(len(rows)),
            [shown(t or s, 20) for t, s in zip(rows["title"], rows["speech"], strict=True)],
        )
        axes.set_ylim(len(rows) - 0.4, -0.6)
        bounds = [rows["low"].min(), rows["high"].max(), *rows["year"].dropna()]
        year_axis(axes, [int(min(bounds)) - 1, int(max(bounds)) + 1], nbins=12)
        axes.grid(axis="both", color="#eeeeee")
        axes.set_axisbelow(True)
        notes = [NEAREST] + [OWN] * bool(rows["year"].notna().any())
        notes += [NO_YEAR] * bool((rows["score"] < UNLIKE).any())
        caption(figure, [say(note, language) for note in notes], language)
    return Drawing(figure, table)


def _own_year(axes: Axes, place: int, row: Mapping[Any, Any]) -> None:
    import pandas as pd

    if pd.isna(row["year"]):
        return
    low, high = (row.get(end) for end in ("year_low", "year_high"))
    if pd.notna(low) and pd.notna(high):
        axes.hlines(place + 0.28, low - 0.4, high + 0.4, color=FAINT, linewidth=3)
    axes.plot([row["year"]], [place + 0.28], "|", color=INK, markersize=7)
