"""Figures of topics: by year, on a plane, and what the lists do to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jianghua.views.figures.drawing import (
    ABSENT,
    BLUE,
    FAINT,
    RED,
    SKY,
    Drawing,
    canvas,
    choose_themes,
    need,
    say,
    shown,
    style,
    theme_names,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

TOPIC_YEARS = ("各年各主题所占比例（%）", "share of each topic by year (%)")
MAP = ("距离近者用词相似；圆面积为所占比例", "near topics share words; area is share")
MOVED = (
    "逐年比例的平均变动（百分点）；蓝线：仅换种子；实心：超出种子所能致",
    "mean move of yearly shares (points); line: another seed alone; filled: beyond that",
)


# --- topics by year -------------------------------------------------------------------------------


def topic_years(
    table: pd.DataFrame, language: str = "zh", english: Mapping[str, str] | None = None
) -> Drawing:
    """Heat map: topics down, years across, each cell the topic's share of the year's words.

    The colour goes by the square root of the share, or two great topics would leave the rest pale.
    """
    from matplotlib.colors import PowerNorm

    need(table, "topic_years", "year", "topic", "theme", "share", "words")
    wide = table.pivot(index="topic", columns="year", values="share").sort_index()
    assert ((wide.sum() - 1).abs() < 1e-6).all(), "shares of a year must sum to 1"
    heads = table.drop_duplicates("topic").set_index("topic").loc[wide.index]
    names = theme_names(table, language, english)
    years = list(range(int(wide.columns.min()), int(wide.columns.max()) + 1))
    with style():
        figure = canvas(11, 0.24 * len(wide) + 1.3)
        axes = figure.add_subplot()
        cells = 100 * wide.reindex(columns=years)  # years without a report stay empty cells
        image = axes.imshow(
            cells, aspect="auto", cmap=_heat(), interpolation="none", norm=PowerNorm(0.5, vmin=0)
        )
        labels = [_topic_name(k, names[row["theme"]], row["words"]) for k, row in heads.iterrows()]
        axes.set_yticks(range(len(wide)), labels)
        marked = [year for year in years if year % 5 == 0 or len(years) <= 20]
        axes.set_xticks([year - years[0] for year in marked], list(map(str, marked)))
        axes.tick_params(length=2)
        figure.colorbar(image, ax=axes, shrink=0.5, pad=0.01)
        title = say(TOPIC_YEARS, language)
        gaps = len(years) > wide.shape[1]
        axes.set_title(f"{title}　{say(ABSENT, language)}" if gaps else title)
    return Drawing(figure, table)


def _topic_name(topic: Any, name: str, words: str) -> str:
    """Number, name if it has one of its own, and the heaviest words."""
    automatic = name.startswith(f"{topic} ")
    return f"{topic} {shown(words)}" if automatic else f"{topic} {name}｜{shown(words)}"


def _heat() -> Any:
    from matplotlib import colormaps

    return colormaps["YlGnBu"].with_extremes(bad="#d8d8d8")


# --- map of topics --------------------------------------------------------------------------------

FARTHEST = 10.0  # distances of topics are 1 at most; labels far out would never come apart


def topic_map(
    table: pd.DataFrame, language: str = "zh", english: Mapping[str, str] | None = None
) -> Drawing:
    """Topics on a plane: near ones use the same words, the area is the share of all words."""
    need(table, "topic_map", "topic", "theme", "share", "x", "y")
    assert abs(table["share"].sum() - 1) < 1e-6, "the topics hold all words"
    assert (table[["x", "y"]].abs() < FARTHEST).all(axis=None), "no topic is so far from the others"
    names = theme_names(table, language, english)
    with style():
        figure = canvas(9, 7)
        axes = figure.add_subplot()
        axes.scatter(
            table["x"], table["y"], s=2500 * table["share"] / table["share"].max(),
            color=SKY, alpha=0.6, edgecolor=BLUE, linewidth=0.8,
        )  # fmt: skip
        points = table[["x", "y"]].to_numpy()
        for row, shift in zip(table.itertuples(), _spread(points), strict=True):
            axes.annotate(
                _bubble_name(row.topic, names[str(row.theme)]), (row.x, row.y), (row.x, shift),
                ha="center", va="center", fontsize=8,
                arrowprops={"arrowstyle": "-", "color": FAINT, "linewidth": 0.5, "shrinkB": 0},
            )  # fmt: skip
        axes.set_axis_off()
        axes.margins(0.12)
        axes.set_title(say(MAP, language))
    return Drawing(figure, table)


def _bubble_name(topic: Any, name: str) -> str:
    return name if name.startswith(f"{topic} ") else f"{topic} {name}"


def _spread(points: Any) -> list[float]:
    """Heights for the labels of points, moved apart where two would be written on each other."""
    import numpy as np

    wide, high = np.maximum(np.ptp(points, axis=0), 1e-9) * (0.14, 0.032)
    heights: list[float] = [0.0] * len(points)
    placed: list[int] = []
    for i in np.argsort(-points[:, 1], kind="stable"):
        near = [heights[j] for j in placed if abs(points[j, 0] - points[i, 0]) < wide]
        height = float(points[i, 1])
        while any(abs(height - other) < high for other in near):
            height -= high / 4
        heights[i] = height
        placed.append(int(i))
    return heights


# --- what the set-aside list decides --------------------------------------------------------------


def set_aside_effect(
    table: pd.DataFrame,
    themes: Sequence[str] | None = None,
    language: str = "zh",
    english: Mapping[str, str] | None = None,
) -> Drawing:
    """How far yearly shares move when a class of words is not set aside, one panel a theme.

    The line is what another seed alone moves; a filled dot moves more than that, in level or course.
    """
    need(table, "set_aside_effect", "variant", "theme", "difference", "seed_difference", "beyond")
    table = table if themes is None else choose_themes(table, themes)
    assert (table["difference"].dropna() >= 0).all(), "a mean absolute difference is not negative"
    names = theme_names(table, language, english)
    variants = [v for v in dict.fromkeys(table["variant"]) if v != "another seed"]
    with style():
        figure = canvas(2.2 + 2.2 * len(names), 0.28 * len(variants) + 1.1)
        panels = figure.subplots(1, len(names), sharey=True, squeeze=False)[0]
        for axes, (theme, name) in zip(panels, names.items(), strict=True):
            rows = table[table["theme"] == theme].set_index("variant").loc[variants]
            _effect_panel(axes, rows, name)
        panels[0].set_yticks(range(len(variants)), [shown(v) for v in variants])
        panels[0].invert_yaxis()
        figure.supxlabel(say(MOVED, language), fontsize=8)
    return Drawing(figure, table)


def _effect_panel(axes: Axes, rows: pd.DataFrame, name: str) -> None:
    for place, (_, row) in enumerate(rows.iterrows()):
        face = RED if row["beyond"] else "none"
        axes.plot([row["difference"]], [place], "o", color=RED, markerfacecolor=face, markersize=5)
    axes.axvline(float(rows["seed_difference"].iloc[0]), color=BLUE, linewidth=1.2)
    axes.set_xlim(left=0)
    axes.set_title(name)
    axes.grid(axis="y", color="#eeeeee")
    axes.set_axisbelow(True)
