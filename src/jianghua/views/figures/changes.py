"""Figures of change: when a theme changed, how two spans or groups differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

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
    say,
    shown,
    signs,
    style,
    theme_names,
    year_axis,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

PROFILE = "all themes"
ALL_THEMES = ("全部主题", "all themes")
CHANGED = (
    "三角：新状态的第一年（上为增，下为减），横条：起始年的 90% 区间，数字：前后各段的平均比例（%）",
    "triangles: first year of the new state (up: more), bars: 90 % band of that year, numbers: "
    "mean share before and after (%)",
)
ERAS = (
    "菱形与竖线：全部主题一起转变，文字为增加最多的主题",
    "diamonds and lines: all themes together change; named: the theme that gains most",
)
SEARCHED = (
    "各主题按 0.05/主题数检验（置换，按篇），未列者未见转变；缓慢的移动也会被切成几步",
    "each theme tested at 0.05 / number of themes (speeches permuted), those not listed show no "
    "change; a slow drift is cut into steps too",
)
DIFFERENCE = ("{b} 减 {a}（百分点）", "{b} less {a} (points)")
TESTED = (
    "实心：经 Holm 校正的置换检验 p < 0.05；{a}：{n} 篇，{b}：{m} 篇",
    "filled: p < 0.05 in a permutation test after Holm; speeches: {n} ({a}), {m} ({b})",
)
UNTESTED = ("讲话太少，无从检验", "too few speeches to test")
GAINER_INCHES = 1.2  # at most, for a name over its year in small print
SIGNS_ACROSS = 75  # small signs that fit between the first year and the last
GROUP_SHARE = ("占该组词数的比例（%）", "share of the group's words (%)")


# --- change points --------------------------------------------------------------------------------


def change_points(
    table: pd.DataFrame, language: str = "zh", english: Mapping[str, str] | None = None
) -> Drawing:
    """When each theme changed and how far, a row a theme, those that changed first on top; the
    changes of all themes together are lines through all rows."""
    need(table, "change_points", "theme", "year", "after", "low", "high", "before", "since", "p")
    table = table.astype({"before": float, "since": float})  # all themes together have neither
    inside = (table["low"] <= table["year"]) & (table["year"] <= table["high"])
    assert inside.all(), "a change lies outside its band"
    names = theme_names(table, language, english) | {PROFILE: say(ALL_THEMES, language)}
    first = table.groupby("theme", sort=False)["year"].min().sort_values(kind="stable")
    themes = [PROFILE] * (PROFILE in first) + [theme for theme in first.index if theme != PROFILE]
    with style():
        figure = canvas(9.5, 0.34 * len(themes) + 1.3)
        axes = figure.add_subplot()
        years = [int(table[["low", "after"]].min().min()) - 3, int(table["high"].max()) + 4]
        a_sign, levels = (years[1] - years[0]) / SIGNS_ACROSS, 0
        for place, theme in enumerate(themes):
            rows = table[table["theme"] == theme]
            levels += _changes(axes, place, rows, names, language, english, a_sign)
        axes.set_yticks(range(len(themes)), [names[theme] for theme in themes])
        axes.set_ylim(len(themes) - 0.4, -1.3 - 0.35 * max(0, levels - 3))
        year_axis(axes, years, nbins=16)
        axes.grid(axis="y", color="#eeeeee")
        axes.set_axisbelow(True)
        axes.tick_params(axis="y", length=0)
        notes = [CHANGED] + [ERAS] * (PROFILE in themes) + [SEARCHED]
        caption(figure, [say(note, language) for note in notes], language)
    return Drawing(figure, table)


def _changes(
    axes: Axes, place: int, rows: pd.DataFrame, names: Mapping[str, str], language: str,
    english: Mapping[str, str] | None, a_sign: float,
) -> int:  # fmt: skip
    """Draw the changes of one row; how many levels the names above it take, for eras."""
    gainers = [_gainer(row, language, english) for row in rows_of(rows)]
    levels = _levels(rows["year"].tolist(), [a_sign * (signs(g) + 1) / 2 for g in gainers])
    era = place == 0 and bool((rows["theme"] == PROFILE).all())
    for row, gainer, level in zip(rows_of(rows), gainers, levels, strict=True):
        axes.hlines(place, row.low - 0.4, row.high + 0.4, color=SKY, linewidth=6, alpha=0.7)
        up = era or row.since > row.before
        marker, colour = ("D", INK) if era else ("^" if up else "v", BLUE if up else RED)
        axes.plot([row.year], [place], marker, color=colour, markersize=5)
        if era:
            axes.axvline(row.year - 0.5, color=INK, linewidth=0.6, linestyle=(0, (4, 3)), zorder=1)
        axes.annotate(
            gainer if era else _step(row), (row.year, place), (0, 5 + 9 * level * era),
            textcoords="offset points", fontsize=6, ha="center", va="bottom", color=INK,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.3, "alpha": 0.85},
        )  # fmt: skip
    return (1 + max(levels)) * era


def _levels(years: Sequence[int], halves: Sequence[float]) -> list[int]:
    """For each name, centred over its year, the lowest line on which it overprints no other; half
    of its width lies on either side."""
    ends: list[float] = []  # where each line is taken up to
    levels = []
    for year, half in zip(years, halves, strict=True):
        level = next((n for n, end in enumerate(ends) if end < year - half), len(ends))
        ends[level : level + 1] = [year + half]
        levels.append(level)
    return levels


def _step(row: Any) -> str:
    return f"{100 * row.before:.1f}→{100 * row.since:.1f}"


def _gainer(row: Any, language: str, english: Mapping[str, str] | None) -> str:
    gained = str(row.gained)
    name = shown((english or {}).get(gained, gained) if language == "en" else gained)
    return fitted(name, GAINER_INCHES, size=6, lines=1)


# --- two spans ------------------------------------------------------------------------------------


def span_differences(
    table: pd.DataFrame,
    themes: Sequence[str] | None = None,
    language: str = "zh",
    english: Mapping[str, str] | None = None,
) -> Drawing:
    """How the share of each theme differs between two spans of years, greatest gain on top, with
    its band; filled where the difference is more than chance."""
    need(
        table,
        "span_differences",
        "theme",
        "difference",
        "low",
        "high",
        "p_holm",
        "span_a",
        "span_b",
    )
    table = table if themes is None else choose_themes(table, themes)
    inside = (table["low"] <= table["difference"]) & (table["difference"] <= table["high"])
    assert inside.all(), "a difference lies outside its band"
    names = theme_names(table, language, english)
    rows = table.sort_values("difference", ascending=False, kind="stable").reset_index()
    with style():
        figure = canvas(8, 0.24 * len(rows) + 1.4)
        axes = figure.add_subplot()
        axes.axvline(0, color=INK, linewidth=0.8)
        axes.hlines(rows.index, 100 * rows["low"], 100 * rows["high"], color=SKY, linewidth=4)
        for place, row in enumerate(rows.to_dict("records")):
            colour = BLUE if row["difference"] > 0 else RED
            face = colour if row["p_holm"] < 0.05 else "white"
            axes.plot([100 * row["difference"]], [place], "o", color=colour, markerfacecolor=face,
                      markersize=5)  # fmt: skip
        axes.set_yticks(rows.index, [names[theme] for theme in rows["theme"]])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.grid(axis="y", color="#eeeeee")
        axes.set_axisbelow(True)
        first = rows.iloc[0]
        said = {"a": first["span_a"], "b": first["span_b"]}
        axes.set_title(say(DIFFERENCE, language).format(**said))
        tested = {**said, "n": first["speeches_a"], "m": first["speeches_b"]}
        note = TESTED if rows["p_holm"].notna().any() else UNTESTED
        caption(
            figure, [band_note(table, language), say(note, language).format(**tested)], language
        )
    return Drawing(figure, table)


# --- groups other than years ----------------------------------------------------------------------


def group_shares(
    years: Any,
    themes: Sequence[str] | None = None,
    language: str = "zh",
    english: Mapping[str, str] | None = None,
) -> Drawing:
    """Shares by place, level or speaker (the first column): a panel a theme, a row a group with
    its band and number of speeches."""
    table = getattr(years, "table", years)
    need(table, "group_shares", "theme", "share", "low", "high", "band", "speeches")
    table = table if themes is None else choose_themes(table, themes)
    names = theme_names(table, language, english)
    heads = table.drop_duplicates(table.columns[0])
    groups = heads[table.columns[0]].astype(str).tolist()
    counts = zip(groups, heads["speeches"], strict=True)
    labels = [bracketed(shown(group, 16), n, language) for group, n in counts]
    columns = min(4, len(names))
    with style():
        rows = -(-len(names) // columns)
        figure = canvas(1.4 + 2.3 * columns, rows * (0.24 * len(groups) + 0.55) + 0.6)
        panels = figure.subplots(rows, columns, sharey=True, squeeze=False).ravel()
        for axes, (theme, name) in zip(panels, names.items(), strict=False):
            part = table[table["theme"] == theme]
            _group_panel(axes, part.set_index(part.columns[0]), groups, fitted(name, 2.05))
        for axes in panels[len(names) :]:
            axes.set_visible(False)
        panels[0].set_yticks(range(len(groups)), labels)
        panels[0].invert_yaxis()
        notes = [say(GROUP_SHARE, language), band_note(table, language)]
        counted = "括号内为篇数" if language == "zh" else "in brackets: speeches"
        caption(figure, [*notes, counted], language)
    return Drawing(figure, table)


def _group_panel(axes: Axes, rows: pd.DataFrame, groups: Sequence[str], name: str) -> None:
    rows = rows.set_axis(rows.index.astype(str))
    places = [groups.index(group) for group in rows.index]
    axes.hlines(places, 100 * rows["low"], 100 * rows["high"], color=SKY, linewidth=4)
    axes.plot(100 * rows["share"], places, "o", color=BLUE, markersize=4)
    axes.set_xlim(left=0)
    axes.set_title(name)
    axes.grid(axis="y", color="#eeeeee")
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", color=FAINT)
