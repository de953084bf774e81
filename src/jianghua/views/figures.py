"""Figures: each a function of one table, drawn the same way everywhere.

Chinese renders on a machine without a Chinese font: the font file comes with the package zhplot
(Noto Sans SC, SIL Open Font License) and is loaded by its path. Nothing here touches the user's
matplotlib settings. This module alone imports matplotlib.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe & Ito's palette, safe for the colour-blind; the order also steps in lightness for print.
BLUE, ORANGE, GREEN, RED, SKY, PURPLE, YELLOW = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#F0E442",
)  # fmt: skip
INK, FAINT = "#222222", "#9a9a9a"
# The Party's national congresses since 1949, the Eighth first: periods behind the years.
FIRST_CONGRESS = 8
CONGRESSES = (1956, 1969, 1973, 1977, 1982, 1987, 1992, 1997, 2002, 2007, 2012, 2017, 2022)
WORDING = {
    "share": ("占全年词数的比例（%）", "share of the year's words (%)"),
    "speech_share": ("占该篇词数的比例（%）", "share of the speech's words (%)"),
    "year": ("年份", "year"),
    "speeches": ("篇数", "speeches"),
    "band": ("色带：90% 区间（{}）", "band: 90 % ({})"),
    "by_speeches": ("按篇重抽样", "speeches resampled"),
    "by_passages": (
        "仅一篇者按段落重抽样，篇间差异未知",
        "single speeches: passages resampled, differences between speeches unknown",
    ),
    "congresses": ("细线：第 n 次党代会", "thin lines: nth Party congress"),
    "rate": ("每万词次数", "per 10,000 words"),
    "coined": ("竖线：提出年份", "bar: year coined"),
    "absent": ("灰带：无报告", "grey: no report"),
    "keyness": ("z 值（对数优势比，信息先验）", "z (log-odds, informative prior)"),
    "single": ("* 仅见于一篇", "* in one speech only"),
    "map": ("距离近者用词相似；圆面积为所占比例", "near topics share words; area is share"),
    "held_out": ("留出似然（nat/词）", "held-out log-likelihood (nats/word)"),
    "coherence": ("一致性（NPMI）", "coherence (NPMI)"),
    "exclusivity": ("排他性", "exclusivity"),
    "stability": ("稳定性（余弦）", "stability (cosine)"),
    "topics": ("主题数", "number of topics"),
    "set_aside": ("（不计）", "(set aside)"),
    "moved": (
        "逐年比例的平均变动（百分点）；蓝线：仅换种子；实心：超出种子所能致",
        "mean move of yearly shares (points); line: another seed alone; filled: beyond that",
    ),
    "clues": ("文中线索所容许的年份", "years that the clues in the text allow"),
    "topic_years": ("各年各主题所占比例（%）", "share of each topic by year (%)"),
}  # fmt: skip
DOTS = 150  # an inch, of PNG files
TITLE_LENGTH = 40  # longer titles are cut: laying out a very long line takes minutes


@dataclass(frozen=True, repr=False)
class Drawing:
    """A figure and the table it shows. Jupyter displays it; `images` gives the files' bytes."""

    figure: Figure
    table: pd.DataFrame

    def __post_init__(self) -> None:
        with style():
            # Long labels need a second round; then freeze, for each round starts from the last
            # and would differ from it.
            self.figure.draw_without_rendering()
            self.figure.draw_without_rendering()
            self.figure.set_layout_engine("none")

    def __repr__(self) -> str:
        return f"Drawing of a table of {len(self.table)} rows"

    def images(self) -> dict[str, bytes]:
        """``svg`` and ``png`` (150 dots an inch): the same bytes for the same table."""
        with style():
            return {
                "svg": self._bytes("svg", {"Date": None, "Creator": None}),
                "png": self._bytes("png", {"Software": None}),
            }

    def _bytes(self, kind: str, metadata: Mapping[str, None]) -> bytes:
        out = io.BytesIO()
        self.figure.savefig(out, format=kind, dpi=DOTS, metadata=dict(metadata))
        return out.getvalue()

    def _repr_png_(self) -> bytes:
        with style():
            out = io.BytesIO()
            self.figure.savefig(out, format="png", dpi=100, metadata={"Software": None})
            return out.getvalue()


@cache
def font_path() -> Path:
    """The Chinese font file; JianghuaError when the package that carries it is not installed."""
    spec = find_spec("zhplot")
    places = spec.submodule_search_locations if spec else None
    path = Path(next(iter(places or [""]))) / "fonts" / "NotoSansSC-Regular.ttf"
    if not path.is_file():
        raise JianghuaError("the Chinese font is missing", "figures", "pip install zhplot")
    return path


@contextmanager
def style() -> Iterator[None]:
    """Our drawing style, for the time of drawing only."""
    import matplotlib
    from matplotlib import font_manager

    if font_path() not in map(Path, (f.fname for f in font_manager.fontManager.ttflist)):
        font_manager.fontManager.addfont(font_path())
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(
            {
                "font.family": [
                    "Noto Sans SC",
                    "DejaVu Sans",
                ],  # the other way round, “ ” … turn Western
                "font.size": 9,
                "text.parse_math": False,  # a $ in a title is a dollar
                "text.color": INK,
                "axes.edgecolor": FAINT,
                "axes.labelcolor": INK,
                "axes.spines.top": False,
                "axes.spines.right": False,
                "axes.titlesize": 9,
                "axes.titlelocation": "left",
                "xtick.color": INK,
                "ytick.color": INK,
                "xtick.labelsize": 8,
                "ytick.labelsize": 8,
                "svg.hashsalt": "jianghua",
                "pdf.fonttype": 42,
            }
        )
        yield


def _say(key: str, language: str) -> str:
    return WORDING[key][0 if language == "zh" else 1]


def _canvas(width: float, height: float) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    # Lay out with the renderer and resolution of the PNG: widths of glyphs differ by renderer.
    figure = Figure(figsize=(width, height), dpi=DOTS, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _frame(table: Any) -> pd.DataFrame:
    """The table of a YearComparison, or a table as it is."""
    return getattr(table, "table", table)


def _need(table: pd.DataFrame, figure: str, *columns: str) -> None:
    missing = [c for c in columns if c not in table.columns]
    if missing or not len(table):
        found = f"no column {', '.join(missing)}" if missing else "an empty table"
        raise JianghuaError(found, figure, "the table that jianghua compare writes")


def _names(table: pd.DataFrame, language: str, english: Mapping[str, str] | None) -> dict[str, str]:
    """How each theme is written: in English where that is wanted and known."""
    known = {"set aside": _say("set_aside", language)}
    if language == "en":
        known |= english or {}
    return {theme: _shown(known.get(theme, str(theme))) for theme in table["theme"]}


def _shown(name: Any, length: int = TITLE_LENGTH) -> str:
    """A name as it is written on a figure: on one line, of signs that can be seen, not too long."""
    seen = "".join(sign if sign.isprintable() else " " for sign in str(name))
    return seen if len(seen) <= length else f"{seen[: length - 1]}…"


def _runs(years: Sequence[int]) -> list[list[int]]:
    """Years cut where one is missing: a gap is never bridged by a line."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return runs


def _mark_congresses(axes: Axes, low: int, high: int, written: bool) -> None:
    for number, year in enumerate(CONGRESSES, start=FIRST_CONGRESS):
        if low < year < high:
            axes.axvline(year, color=FAINT, linewidth=0.5, alpha=0.6, zorder=0)
            if written:
                axes.annotate(
                    str(number), (year, 1), (1, 0), xycoords=("data", "axes fraction"),
                    textcoords="offset points", fontsize=6, color=FAINT, va="top",
                )  # fmt: skip


# --- themes by year -------------------------------------------------------------------------------


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
    table = _frame(years)
    _need(table, "theme_shares", "year", "theme", "share", "low", "high", "band", "speeches")
    if themes is None:
        _assert_shares(table)
    else:
        table = _chosen(table, themes)
    names = _names(table, language, english)
    columns = min(4, len(names))
    rows = -(-len(names) // columns)
    with style():
        wide, high = (3.1, 1.55) if len(names) > 4 else (3.6 if columns > 1 else 8, 2.4)
        figure = _canvas(wide * columns, high * rows + 1.1)
        grid = figure.add_gridspec(rows + 1, columns, height_ratios=[high] * rows + [0.35])
        first: Axes | None = None
        for i, (theme, name) in enumerate(names.items()):
            axes = figure.add_subplot(grid[i // columns, i % columns], sharex=first)
            first = first or axes
            _share_panel(axes, table[table["theme"] == theme], name, written=len(names) <= 4)
        for column in range(columns):
            _speeches_panel(figure.add_subplot(grid[rows, column], sharex=first), table, language)
        figure.supylabel(_say("share", language), fontsize=9)
        notes = (_band_note(table, language), _say("congresses", language))
        figure.supxlabel("　".join(notes), fontsize=8, color=INK)
    return Drawing(figure, table)


def _assert_shares(table: pd.DataFrame) -> None:
    """The claims of the figure: shares of a year sum to one, and each lies in its band."""
    sums = table.groupby("year")["share"].sum()
    assert ((sums - 1).abs() < 1e-6).all(), "shares of a year must sum to 1"
    assert (table["low"] <= table["share"]).all(), "a share lies below its band"
    assert (table["share"] <= table["high"]).all(), "a share lies above its band"


def _chosen(table: pd.DataFrame, themes: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    unknown = [theme for theme in themes if theme not in set(table["theme"])]
    if unknown:
        known = ", ".join(dict.fromkeys(table["theme"]))
        raise JianghuaError(f"no theme {', '.join(unknown)}", "themes", f"one of {known}")
    return pd.concat([table[table["theme"] == theme] for theme in themes], ignore_index=True)


def _share_panel(axes: Axes, rows: pd.DataFrame, name: str, written: bool) -> None:
    rows = rows.set_index("year").sort_index()
    years = rows.index.tolist()
    for run in _runs(years):
        part = 100 * rows.loc[run, ["share", "low", "high"]]
        if len(run) > 1:
            axes.fill_between(run, part["low"], part["high"], color=SKY, alpha=0.45, linewidth=0)
            axes.plot(run, part["share"], color=BLUE, linewidth=1.3)
        else:
            axes.vlines(run, part["low"], part["high"], color=SKY, linewidth=2)
    if len(years) <= 15 or len(_runs(years)) > 1:
        lonely = [run[0] for run in _runs(years) if len(run) == 1] if len(years) > 15 else years
        axes.plot(lonely, 100 * rows.loc[lonely, "share"], "o", color=BLUE, markersize=3)
    axes.set_ylim(bottom=0)
    axes.set_title(name)
    axes.tick_params(labelbottom=False)
    _year_axis(axes, years)
    _mark_congresses(axes, min(years), max(years), written)


def _year_axis(axes: Axes, years: Sequence[int]) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_xlim(min(years) - 1, max(years) + 1)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))


def _speeches_panel(axes: Axes, table: pd.DataFrame, language: str) -> None:
    speeches = table.drop_duplicates("year").set_index("year")["speeches"]
    axes.bar(speeches.index, speeches, color=FAINT, width=0.8)
    axes.set_ylim(0, max(2, speeches.max() * 1.1))
    axes.set_yticks([int(speeches.max())])
    axes.set_title(_say("speeches", language), fontsize=7, color=INK)


def _band_note(table: pd.DataFrame, language: str) -> str:
    kinds = [_say(f"by_{kind}", language) for kind in dict.fromkeys(table["band"])]
    return _say("band", language).format("；".join(kinds) if language == "zh" else "; ".join(kinds))


# --- topics by year -------------------------------------------------------------------------------


def topic_years(
    table: pd.DataFrame, language: str = "zh", english: Mapping[str, str] | None = None
) -> Drawing:
    """Heat map: topics down, years across, each cell the topic's share of the year's words.

    The colour goes by the square root of the share, or two great topics would leave the rest pale.
    """
    from matplotlib.colors import PowerNorm

    _need(table, "topic_years", "year", "topic", "theme", "share", "words")
    wide = table.pivot(index="topic", columns="year", values="share").sort_index()
    assert ((wide.sum() - 1).abs() < 1e-6).all(), "shares of a year must sum to 1"
    heads = table.drop_duplicates("topic").set_index("topic").loc[wide.index]
    names = _names(table, language, english)
    years = list(range(int(wide.columns.min()), int(wide.columns.max()) + 1))
    with style():
        figure = _canvas(11, 0.24 * len(wide) + 1.3)
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
        title = _say("topic_years", language)
        gaps = len(years) > wide.shape[1]
        axes.set_title(f"{title}　{_say('absent', language)}" if gaps else title)
    return Drawing(figure, table)


def _topic_name(topic: Any, name: str, words: str) -> str:
    """Number, name if it has one of its own, and the heaviest words."""
    automatic = name.startswith(f"{topic} ")
    return f"{topic} {_shown(words)}" if automatic else f"{topic} {name}｜{_shown(words)}"


def _heat() -> Any:
    from matplotlib import colormaps

    return colormaps["YlGnBu"].with_extremes(bad="#d8d8d8")


# --- formulations ---------------------------------------------------------------------------------


def formulation_timelines(
    table: pd.DataFrame, terms: Sequence[str] | None = None, language: str = "zh"
) -> Drawing:
    """Rate of each 提法 per 10,000 words by year, one strip a term, and the year it was coined.

    Without ``terms``: the twenty said most, in the order of their first year here.
    """
    _need(table, "formulation_timelines", "term", "year", "count", "rate", "first_year")
    chosen = list(terms) if terms else _most_said(table, 20)
    absent = [term for term in chosen if term not in set(table["term"])]
    if absent:
        raise JianghuaError(
            f"no term {', '.join(absent)} in the table", "terms", "give them to compare --terms"
        )
    years = sorted(set(table["year"]))
    assert (table["rate"] >= 0).all(), "a rate cannot be negative"
    with style():
        figure = _canvas(9.5, 0.42 * len(chosen) + 1.0)
        panels = figure.subplots(len(chosen), 1, sharex=True, squeeze=False)[:, 0]
        for axes, term in zip(panels, chosen, strict=True):
            _term_strip(axes, table[table["term"] == term], term, years)
        _year_axis(panels[-1], years)
        panels[-1].spines["bottom"].set_visible(True)
        panels[-1].tick_params(labelbottom=True, bottom=True)
        panels[0].set_title(f"{_say('rate', language)}　{_say('coined', language)}")
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
    for start, end in _absences(years):
        axes.axvspan(start - 0.5, end + 0.5, color="#e6e6e6", zorder=0, linewidth=0)
    axes.set_ylabel(_shown(term), rotation=0, ha="right", va="center")
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(bottom=False, labelbottom=False, length=0, labelsize=6)


def _absences(years: Sequence[int]) -> list[tuple[int, int]]:
    """First and last year of each gap between the years of a corpus."""
    runs = _runs(years)
    return [(a[-1] + 1, b[0] - 1) for a, b in pairwise(runs)]


# --- keyness --------------------------------------------------------------------------------------


def keyness(table: pd.DataFrame, n: int = 20, language: str = "zh") -> Drawing:
    """The words most typical of either of two spans of years, by z."""
    _need(table, "keyness", "word", "z", "single", "span_a", "span_b")
    ordered = table.sort_values("z", ascending=False)
    later = ordered[ordered["z"] > 0].head(n)
    earlier = ordered[ordered["z"] < 0].tail(n).iloc[::-1]
    assert len(later) or len(earlier), "no word sets the two spans apart"
    with style():
        figure = _canvas(8.5, 0.2 * n + 1.2)
        sides = figure.subplots(1, 2, sharex=True)  # one scale: bars compare across
        for axes, rows, colour, span in (
            (sides[0], earlier, ORANGE, table["span_a"].iloc[0]),
            (sides[1], later, BLUE, table["span_b"].iloc[0]),
        ):
            words = [
                _shown(w) + "*" * bool(s) for w, s in zip(rows["word"], rows["single"], strict=True)
            ]
            axes.barh(range(len(rows)), rows["z"].abs(), color=colour, height=0.75)
            axes.set_yticks(range(len(rows)), words, fontsize=9)
            axes.invert_yaxis()
            axes.set_title(str(span))
            axes.tick_params(length=0)
        starred = any(side["single"].any() for side in (later, earlier))
        note = f"　{_say('single', language)}" if starred else ""
        figure.supxlabel(_say("keyness", language) + note, fontsize=8)
    return Drawing(figure, table)


# --- map of topics --------------------------------------------------------------------------------


def topic_map(
    table: pd.DataFrame, language: str = "zh", english: Mapping[str, str] | None = None
) -> Drawing:
    """Topics on a plane: near ones use the same words, the area is the share of all words."""
    _need(table, "topic_map", "topic", "theme", "share", "x", "y")
    assert abs(table["share"].sum() - 1) < 1e-6, "the topics hold all words"
    names = _names(table, language, english)
    with style():
        figure = _canvas(9, 7)
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
        axes.set_title(_say("map", language))
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


# --- single speeches ------------------------------------------------------------------------------


def speech_themes(
    table: pd.DataFrame,
    themes: Sequence[str] | None = None,
    language: str = "zh",
    english: Mapping[str, str] | None = None,
) -> Drawing:
    """Themes in single speeches: a dot and band each; beside them the plain count of seed words
    (hollow), and the reference collection in the speech's years (line)."""
    _need(table, "speech_themes", "id", "title", "year", "theme", "share", "low", "high")
    table = table if themes is None else _chosen(table, themes)
    names = _names(table, language, english)
    ids = list(dict.fromkeys(table["id"]))
    with style():
        figure = _canvas(2.0 + 2.4 * len(names), 0.42 * len(ids) + 1.3)
        panels = figure.subplots(1, len(names), sharey=True, squeeze=False)[0]
        for axes, (theme, name) in zip(panels, names.items(), strict=True):
            _speech_panel(axes, table[table["theme"] == theme].set_index("id").loc[ids], name)
        heads = table.drop_duplicates("id").set_index("id").loc[ids]
        panels[0].set_yticks(range(len(ids)), [_speech_name(row) for _, row in heads.iterrows()])
        panels[0].invert_yaxis()
        figure.supxlabel(_speech_note(table, language), fontsize=8)
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


def _speech_name(row: Any) -> str:
    import pandas as pd

    title, year = _shown(row["title"], 18), row["year"]
    return title if pd.isna(year) or year == "" else f"{title}（{int(year)}）"


def _speech_note(table: pd.DataFrame, language: str) -> str:
    notes = [_say("speech_share", language), _band_note(table, language)]
    if "seed_share" in table:
        notes.append(
            "菱形：种子词直接计数" if language == "zh" else "diamond: plain seed-word count"
        )
    if "reference" in table:
        notes.append(
            "竖线：对照文集同年份" if language == "zh" else "bar: reference collection, same years"
        )
    return "；".join(notes) if language == "zh" else "; ".join(notes)


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
    _need(table, "set_aside_effect", "variant", "theme", "difference", "seed_difference", "beyond")
    table = table if themes is None else _chosen(table, themes)
    assert (table["difference"].dropna() >= 0).all(), "a mean absolute difference is not negative"
    names = _names(table, language, english)
    variants = [v for v in dict.fromkeys(table["variant"]) if v != "another seed"]
    with style():
        figure = _canvas(2.2 + 2.2 * len(names), 0.28 * len(variants) + 1.1)
        panels = figure.subplots(1, len(names), sharey=True, squeeze=False)[0]
        for axes, (theme, name) in zip(panels, names.items(), strict=True):
            rows = table[table["theme"] == theme].set_index("variant").loc[variants]
            _effect_panel(axes, rows, name)
        panels[0].set_yticks(range(len(variants)), [_shown(v) for v in variants])
        panels[0].invert_yaxis()
        figure.supxlabel(_say("moved", language), fontsize=8)
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


# --- clues to a date ------------------------------------------------------------------------------


def date_clues(table: pd.DataFrame, language: str = "zh") -> Drawing:
    """The years that each clue of a speech allows, in the order of the text (`date_evidence`).

    A bar that is open to a side is dotted; heavier bars are surer clues.
    """
    _need(table, "date_clues", "string", "kind", "not_before", "not_after", "weight")
    rows = table[table["not_before"].notna() | table["not_after"].notna()].head(60)
    if not len(rows):
        raise JianghuaError("no clue bounds the year", "date_clues", "another speech")
    both = rows["not_before"].notna() & rows["not_after"].notna()
    backward = both & (rows["not_before"] > rows["not_after"])
    assert not backward.any(), "a clue must not end before it begins"
    bounds = [*rows["not_before"].dropna(), *rows["not_after"].dropna()]
    low, high = int(min(bounds)) - 3, int(max(bounds)) + 4
    with style():
        figure = _canvas(8, 0.23 * len(rows) + 1.0)
        axes = figure.add_subplot()
        for place, (_, row) in enumerate(rows.iterrows()):
            _clue_line(axes, place, row, low, high)
        axes.set_yticks(range(len(rows)), [_shown(s, 24) for s in rows["string"]])
        axes.invert_yaxis()
        _year_axis(axes, [low, high])
        axes.grid(axis="x", color="#eeeeee")
        axes.set_title(_say("clues", language))
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


# --- choice of the number of topics ---------------------------------------------------------------


def topic_choice(table: pd.DataFrame, language: str = "zh") -> Drawing:
    """Held-out likelihood, coherence, exclusivity and stability against the number of topics:
    a dot a seed, the line through medians; the dashed line is the unigram floor."""
    measures = ("held_out", "coherence", "exclusivity", "stability")
    _need(table, "topic_choice", "topics", "seed", *measures)
    assert (table["held_out"] < 0).all(), "a log-likelihood of words is negative"
    with style():
        figure = _canvas(10, 2.9)
        for axes, measure in zip(figure.subplots(1, 4), measures, strict=True):
            medians = table.groupby("topics")[measure].median()
            axes.plot(table["topics"], table[measure], "o", color=SKY, markersize=4)
            axes.plot(medians.index, medians, "-", color=BLUE, linewidth=1.3)
            axes.set_title(_say(measure, language))
            axes.set_xticks(sorted(set(table["topics"])))
        figure.supxlabel(_say("topics", language), fontsize=9)
    return Drawing(figure, table)


FIGURES: dict[str, Callable[..., Drawing]] = {
    figure.__name__: figure
    for figure in (
        theme_shares, topic_years, formulation_timelines, keyness, topic_map, speech_themes,
        topic_choice, date_clues, set_aside_effect,
    )
}  # fmt: skip
WITH_THEMES = frozenset(
    {"theme_shares", "topic_years", "topic_map", "speech_themes", "set_aside_effect"}
)
