"""Figures of themes by year: shares, their smooth course, what repeats change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jianghua.views.figures.drawing import (
    BLUE,
    FAINT,
    INK,
    PARTY_CONGRESSES,
    RED,
    SKY,
    Drawing,
    band_note,
    canvas,
    caption,
    change_in_points,
    choose_themes,
    fitted,
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
    from matplotlib.figure import Figure

    Panel = Callable[[Axes, pd.DataFrame, str], None]

SHARE = ("占全年词数的比例（%）", "share of the year's words (%)")
SPEECHES = ("篇数", "speeches")
TREND = (
    "曲线：局部线性回归；色带：曲线的 90% 区间；灰点：各年比例",
    "line: local linear regression; band: 90 % band of the line; grey dots: share of each year",
)
SLOPE = (
    "右上数字：每十年变化的百分点，* 为置换检验经 Holm 校正 p < 0.05；年份不足五连则无曲线",
    "number beside the name: change in ten years, in percentage points, * permutation test p < 0.05 after Holm; no line for fewer than "
    "five years in a row",
)
SPREAD = (
    "重复段落保留、只计一次、按次数折算及剔除年份不定者，四种算法之间的最大差（百分点）；每点为一年，红线为中位数",
    "largest difference (points) between keeping repeated passages, counting them once, weighing "
    "them, and leaving out speeches of uncertain year; a dot a year, red: median",
)


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
    notes = [band_note(table, language), say(PARTY_CONGRESSES, language)]
    with style():
        names = theme_names(table, language, english)
        figure = _by_theme(table, names, language, notes, _share_panel, beside=0)
    return Drawing(figure, table)


def trend(
    table: pd.DataFrame,
    themes: Sequence[str] | None = None,
    language: str = "zh",
    english: Mapping[str, str] | None = None,
) -> Drawing:
    """Smooth course of each theme's share with its band, one panel a theme; no line bridges a gap.

    Beside the name: the change in ten years, starred where it is more than chance.
    """
    columns = ("year", "theme", "share", "trend", "low", "high", "run", "slope", "p_holm")
    need(table, "trend", *columns, "speeches")
    table = table if themes is None else choose_themes(table, themes)
    held = table[table["trend"].notna()]
    assert (held["low"] <= held["trend"] + 1e-9).all(), "a course lies below its band"
    assert (held["trend"] <= held["high"] + 1e-9).all(), "a course lies above its band"
    notes = [say(TREND, language), say(SLOPE, language), say(PARTY_CONGRESSES, language)]
    with style():
        names = theme_names(table, language, english)
        figure = _by_theme(table, names, language, notes, _trend_panel, beside=0.5)
    return Drawing(figure, table)


def _by_theme(
    table: pd.DataFrame, names: Mapping[str, str], language: str, notes: Sequence[str],
    draw: Panel, beside: float,
) -> Figure:  # fmt: skip
    """A panel a theme over the years, four in a row; beneath them the number of speeches.
    ``beside``: inches that a panel needs beside its name."""
    columns = min(4, len(names))
    rows = -(-len(names) // columns)
    wide, high = (3.1, 1.55) if len(names) > 4 else (3.6 if columns > 1 else 8, 2.4)
    figure = canvas(wide * columns, high * rows + 1.1)
    grid = figure.add_gridspec(rows + 1, columns, height_ratios=[high] * rows + [0.35])
    years = sorted(set(table["year"]))
    first: Axes | None = None
    for i, (theme, name) in enumerate(names.items()):
        axes = figure.add_subplot(grid[i // columns, i % columns], sharex=first)
        first = first or axes
        rows_here = table[table["theme"] == theme].sort_values("year")
        draw(axes, rows_here, fitted(name, wide - 0.55 - beside))
        axes.set_ylim(bottom=0)
        axes.tick_params(labelbottom=False)
        year_axis(axes, years)
        mark_congresses(axes, years[0], years[-1], written=len(names) <= 4)
    for column in range(columns):
        _speeches_panel(figure.add_subplot(grid[rows, column], sharex=first), table, language)
    figure.supylabel(say(SHARE, language), fontsize=9)
    caption(figure, notes, language)
    return figure


def _assert_shares(table: pd.DataFrame) -> None:
    """The claims of the figure: shares of a year sum to one, and each lies in its band."""
    sums = table.groupby("year")["share"].sum()
    assert ((sums - 1).abs() < 1e-6).all(), "shares of a year must sum to 1"
    assert (table["low"] <= table["share"]).all(), "a share lies below its band"
    assert (table["share"] <= table["high"]).all(), "a share lies above its band"


def _share_panel(axes: Axes, rows: pd.DataFrame, name: str) -> None:
    rows = rows.set_index("year")
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
    axes.set_title(name)


def _trend_panel(axes: Axes, rows: pd.DataFrame, name: str) -> None:
    axes.plot(rows["year"], 100 * rows["share"], "o", color=FAINT, markersize=2)
    for _, part in rows[rows["trend"].notna()].groupby("run"):
        low, high = 100 * part["low"], 100 * part["high"]
        axes.fill_between(part["year"], low, high, color=SKY, alpha=0.45, linewidth=0)
        axes.plot(part["year"], 100 * part["trend"], color=BLUE, linewidth=1.5)
    axes.set_title(name)
    star = "*" * bool(rows["p_holm"].iloc[0] < 0.05)
    axes.set_title(change_in_points(100 * rows["slope"].iloc[0]) + star, loc="right", fontsize=8)


def _speeches_panel(axes: Axes, table: pd.DataFrame, language: str) -> None:
    speeches = table.drop_duplicates("year").set_index("year")["speeches"]
    axes.bar(speeches.index, speeches, color=FAINT, width=0.8)
    axes.set_ylim(0, max(2, speeches.max() * 1.1))
    axes.set_yticks([int(speeches.max())])
    axes.set_title(say(SPEECHES, language), fontsize=7, color=INK)


# --- repeats and uncertain years ------------------------------------------------------------------


def share_sensitivity(
    table: pd.DataFrame,
    themes: Sequence[str] | None = None,
    language: str = "zh",
    english: Mapping[str, str] | None = None,
) -> Drawing:
    """How far the share of a year hangs on what is done with repeats and uncertain years, a row a
    theme, the most sensitive first; the year that moves most is named."""
    need(table, "share_sensitivity", "year", "theme", "spread", "repeated", "speeches", "uncertain")
    table = table if themes is None else choose_themes(table, themes)
    assert (table["spread"] >= 0).all(), "a spread cannot be negative"
    names = theme_names(table, language, english)
    order = table.groupby("theme", sort=False)["spread"].max()
    order = order.sort_values(ascending=False, kind="stable").head(30)
    with style():
        figure = canvas(8, 0.24 * len(order) + 1.2)
        axes = figure.add_subplot()
        for place, theme in enumerate(order.index):
            rows = table[table["theme"] == theme]
            axes.plot(
                100 * rows["spread"], [place] * len(rows), "o", color=SKY, alpha=0.7, markersize=4
            )
            axes.plot([100 * rows["spread"].median()], [place], "|", color=RED, markersize=10)
            most = rows.loc[rows["spread"].idxmax()]
            axes.annotate(
                str(most["year"]), (100 * most["spread"], place), (5, 0),
                textcoords="offset points", va="center", fontsize=7,
            )  # fmt: skip
        axes.set_yticks(range(len(order)), [names[theme] for theme in order.index])
        axes.set_ylim(len(order) - 0.4, -0.6)
        axes.set_xlim(0, 112 * max(float(order.max()), 1e-4))
        axes.grid(axis="y", color="#eeeeee")
        caption(figure, [say(SPREAD, language), _repeats(table, language)], language)
    return Drawing(figure, table)


def _repeats(table: pd.DataFrame, language: str) -> str:
    years = table.drop_duplicates("year")
    speeches, uncertain = int(years["speeches"].sum()), int(years["uncertain"].sum())
    repeated = 100 * years["repeated"].max()
    if language == "zh":
        return f"{speeches} 篇，年份不定 {uncertain} 篇；重复段落至多占一年词数的 {repeated:.1f}%"
    return (
        f"speeches: {speeches}, of uncertain year: {uncertain}; repeated passages hold at most "
        f"{repeated:.1f} % of a year's words"
    )
