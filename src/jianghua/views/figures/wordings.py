"""Figures of wording: themes worded differently, 提法 that rise, fall, run hot or cold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.views.figures.drawing import (
    BLUE,
    FAINT,
    ORANGE,
    Drawing,
    canvas,
    caption,
    choose_themes,
    need,
    say,
    shown,
    style,
    theme_names,
)
from jianghua.views.figures.words import KEYNESS, SINGLE

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

GRADES = ("冷", "温", "暖", "热", "烫", "沸")
HEATS = {"冷": "cold", "温": "tepid", "暖": "warm", "热": "hot", "烫": "scalding", "沸": "boiling"}
COLOURS = ("#4575b4", "#91bfdb", "#e0e8c8", "#fee090", "#fc8d59", "#b2182b")
RATES = (
    "每万词次数；空心：{a}，实心：{b}；按 z 值取最突出者",
    "per 10,000 words; hollow: {a}, filled: {b}; the most distinct by z",
)
RISE, FALL = ("上升", "risers"), ("下降", "fallers")
EXPECTED = ("按各主题写出每个词的概率计数", "words counted by the chance that the theme wrote them")
HEATED = ("当年段落中说到该提法者的比例", "share of the year's passages that say it")
COUNTED = (
    "每年至多 {} 篇，{}–{} 段：只说一段，已占 {:.1f}%–{:.1f}%",
    "speeches a year: {} at most; passages: {} to {}, of which one is {:.1f} to {:.1f} %",
)
SURE = (
    "白点：90% 区间不出此级；空白：未见；灰带：无报告",
    "white dot: 90 % band within the grade; blank: unsaid; grey: no report",
)


# --- the same theme in other words ----------------------------------------------------------------


def theme_keyness(
    table: pd.DataFrame,
    themes: Sequence[str] | None = None,
    n: int = 8,
    language: str = "zh",
    english: Mapping[str, str] | None = None,
) -> Drawing:
    """The words that set two spans of the same theme apart, by z: a row a theme (six at most), the
    earlier span left, the later right."""
    need(table, "theme_keyness", "theme", "word", "z", "single", "span_a", "span_b")
    chosen = list(themes or dict.fromkeys(table["theme"]))[:6]
    part = choose_themes(table, chosen)
    names = theme_names(part, language, english)
    with style():
        figure = canvas(8.5, len(chosen) * (0.19 * n + 0.5) + 0.7)
        rows = figure.subplots(len(chosen), 2, sharex="row", squeeze=False)
        for (left, right), theme in zip(rows, chosen, strict=True):
            ordered = part[part["theme"] == theme].sort_values("z", ascending=False)
            later, earlier = ordered[ordered["z"] > 0], ordered[ordered["z"] < 0].iloc[::-1]
            _key_bars(left, earlier.head(n), n, ORANGE)
            _key_bars(right, later.head(n), n, BLUE)
            left.set_title(f"{names[theme]}　{table['span_a'].iloc[0]}")
            right.set_title(str(table["span_b"].iloc[0]))
        notes = [say(note, language) for note in (KEYNESS, EXPECTED)]
        starred = say(SINGLE, language) if part["single"].any() else ""
        caption(figure, [*notes, starred], language)
    return Drawing(figure, table)


def _key_bars(axes: Axes, rows: pd.DataFrame, n: int, colour: str) -> None:
    words = [
        shown(w, 16) + "*" * bool(s) for w, s in zip(rows["word"], rows["single"], strict=True)
    ]
    axes.barh(range(len(rows)), rows["z"].abs(), color=colour, height=0.75)
    axes.set_yticks(range(len(rows)), words)
    axes.set_ylim(n - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)


# --- risers and fallers ---------------------------------------------------------------------------


def risers_and_fallers(table: pd.DataFrame, n: int = 20, language: str = "zh") -> Drawing:
    """The 提法 whose rate rose and fell most between two spans of years, a line from one to the
    other."""
    columns = ("term", "rate_a", "rate_b", "z", "single", "span_a", "span_b")
    need(table, "risers_and_fallers", *columns)
    assert (table[["rate_a", "rate_b"]] >= 0).all(axis=None), "a rate cannot be negative"
    ordered = table.sort_values("z", ascending=False, kind="stable")
    risers, fallers = (
        ordered[ordered["z"] > 0].head(n),
        ordered[ordered["z"] < 0].iloc[::-1].head(n),
    )
    with style():
        figure = canvas(9.5, 0.21 * max(len(risers), len(fallers), 4) + 1.2)
        for axes, rows, colour, head in zip(
            figure.subplots(1, 2), (risers, fallers), (BLUE, ORANGE), (RISE, FALL), strict=True
        ):
            _rates(axes, rows, colour)
            axes.set_title(say(head, language))
        first = table.iloc[0]
        note = say(RATES, language).format(a=first["span_a"], b=first["span_b"])
        single = risers["single"].any() or fallers["single"].any()
        caption(figure, [note, say(SINGLE, language) if single else ""], language)
    return Drawing(figure, table)


def _rates(axes: Axes, rows: pd.DataFrame, colour: str) -> None:
    places = range(len(rows))
    axes.hlines(places, rows["rate_a"], rows["rate_b"], color=FAINT, linewidth=1)
    axes.plot(rows["rate_a"], places, "o", color=colour, markerfacecolor="white", markersize=5)
    axes.plot(rows["rate_b"], places, "o", color=colour, markersize=5)
    terms = [
        shown(t, 16) + "*" * bool(s) for t, s in zip(rows["term"], rows["single"], strict=True)
    ]
    axes.set_yticks(places, terms)
    axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    axes.margins(x=0.03)
    axes.grid(axis="y", color="#eeeeee")
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)


# --- heat -----------------------------------------------------------------------------------------


def heat(table: pd.DataFrame, terms: Sequence[str] | None = None, language: str = "zh") -> Drawing:
    """How hot each 提法 was in each year, in six grades; terms in the order of their first year.

    Without ``terms``: all of the table, the 40 hottest where there are more.
    """
    need(
        table,
        "heat",
        "passages",
        "speeches",
        "term",
        "year",
        "share",
        "grade",
        "grade_low",
        "grade_high",
    )
    assert table["share"].between(0, 1).all(), "a share lies outside 0 to 1"
    chosen = list(terms) if terms else _hottest(table, 40)
    absent = [term for term in chosen if term not in set(table["term"])]
    if absent:
        raise JianghuaError(f"no term {', '.join(absent)}", "heat", "give them to compare --terms")
    years = list(range(int(table["year"].min()), int(table["year"].max()) + 1))
    grades = table["grade"].fillna("").map(_rank)
    wide = table.assign(rank=grades).pivot(index="term", columns="year", values="rank")
    with style():
        figure = canvas(10.5, 0.2 * len(chosen) + 1.5)
        axes = figure.add_subplot()
        cells = wide.loc[chosen].reindex(columns=years, fill_value=-2)
        axes.imshow(cells, aspect="auto", interpolation="none", **_scale())
        _sure_cells(axes, table, chosen, years[0])
        axes.set_yticks(range(len(chosen)), [shown(term, 20) for term in chosen])
        marked = [year for year in years if year % 5 == 0 or len(years) <= 20]
        axes.set_xticks([year - years[0] for year in marked], list(map(str, marked)))
        axes.tick_params(length=2)
        _legend(axes, language)
        caption(figure, _heat_notes(table, language), language)
    return Drawing(figure, table)


def _rank(grade: str) -> int:
    """Position of a grade, coldest 0; unsaid −1, and so the names of another scale."""
    return GRADES.index(grade) if grade in GRADES else -1


def _scale() -> dict[str, Any]:
    from matplotlib.colors import BoundaryNorm, ListedColormap

    colours = ListedColormap(["#d8d8d8", "#ffffff", *COLOURS])
    return {"cmap": colours, "norm": BoundaryNorm([x - 0.5 for x in range(-2, 7)], 8)}


def _hottest(table: pd.DataFrame, n: int) -> list[str]:
    peaks = table.groupby("term")["share"].max()
    peaks = peaks[peaks > 0].sort_values(ascending=False, kind="stable")[:n]
    first = table[table["share"] > 0].groupby("term")["year"].min()
    return sorted(peaks.index, key=lambda term: (first[term], term)) or list(peaks.index)


def _sure_cells(axes: Axes, table: pd.DataFrame, chosen: Sequence[str], start: int) -> None:
    """A dot where both ends of the band lie in the grade itself."""
    same = (table["grade_low"] == table["grade"]) & (table["grade_high"] == table["grade"])
    rows = table[same & table["term"].isin(chosen) & (table["share"] > 0)]
    places = [list(chosen).index(term) for term in rows["term"]]
    axes.plot(rows["year"] - start, places, "o", color="white", markersize=2)


def _legend(axes: Axes, language: str) -> None:
    from matplotlib.patches import Patch

    names = [grade if language == "zh" else HEATS[grade] for grade in GRADES]
    patches = [Patch(facecolor=c, label=n) for c, n in zip(COLOURS, names, strict=True)]
    axes.legend(handles=patches[::-1], loc="lower left", bbox_to_anchor=(0, 1.0), ncols=6,
                frameon=False, fontsize=8, handlelength=1, handleheight=1)  # fmt: skip


def _heat_notes(table: pd.DataFrame, language: str) -> list[str]:
    most = int(table.drop_duplicates("year")["speeches"].max())
    few, many = int(table["passages"].min()), int(table["passages"].max())
    counted = say(COUNTED, language).format(most, few, many, 100 / many, 100 / few)
    return [say(HEATED, language), say(SURE, language), counted]
