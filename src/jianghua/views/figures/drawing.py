"""Drawing: the style, the font and the parts that all figures share.

Chinese renders on a machine without a Chinese font: the font file comes with the package zhplot
(Noto Sans SC, SIL Open Font License) and is loaded by its path. Nothing here touches the user's
matplotlib settings. Only this package imports matplotlib.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
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
Words = tuple[str, str]  # the same said in Chinese and in English
BAND = ("色带：90% 区间（{}）", "band: 90 % ({})")
RESAMPLED = {
    "speeches": ("按篇重抽样", "speeches resampled"),
    "passages": (
        "仅一篇者按段落重抽样，篇间差异未知",
        "single speeches: passages resampled, differences between speeches unknown",
    ),
}
PARTY_CONGRESSES = ("细线：历次党代会", "thin lines: Party congresses")
ABSENT = ("灰带：无报告", "grey: no report")
SET_ASIDE = ("（不计）", "(set aside)")
DOTS = 150  # an inch, of PNG files
TITLE_LENGTH = 40  # longer titles are cut: laying out a very long line takes minutes
MOST_THEMES = 200  # a panel each; more take minutes to draw and cannot be read


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
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # where its cache is concerns nobody
    import matplotlib
    from matplotlib import font_manager

    if font_path() not in map(Path, (f.fname for f in font_manager.fontManager.ttflist)):
        font_manager.fontManager.addfont(font_path())
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(
            {
                # the other way round, “ ” … turn Western
                "font.family": ["Noto Sans SC", "DejaVu Sans"],
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


def say(words: Words, language: str) -> str:
    """Words in the language of the figure, "zh" or "en"."""
    return words[0 if language == "zh" else 1]


def canvas(width: float, height: float) -> Figure:
    """An empty figure, size in inches."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    # Lay out with the renderer and resolution of the PNG: widths of glyphs differ by renderer.
    figure = Figure(figsize=(width, height), dpi=DOTS, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def frame_of(table: Any) -> pd.DataFrame:
    """The table of a YearComparison, or a table as it is; JianghuaError for anything else."""
    frame = getattr(table, "table", table)
    if not hasattr(frame, "columns"):
        found = f"no table: {type(table).__name__}"
        raise JianghuaError(found, "figures", "jh.compare_years(themes), or a table of compare")
    return frame


# Columns that hold numbers, and those that name a row, in every table that has them.
NUMBERS = frozenset(
    (
        "a", "after", "b", "coherence", "count", "difference", "distance", "exclusivity",
        "first_reference", "first_year", "held_out", "high", "high_a", "lag", "lag_high",
        "lag_low", "low", "low_a", "nearest", "not_after", "not_before", "p", "p_holm",
        "passages", "precision", "rate", "rate_a", "rate_b", "repeated", "run", "score", "seed",
        "seed_difference", "share", "slope", "speeches", "spread", "stability", "topics", "trend",
        "uncertain", "weight", "x", "y", "year", "z",
    )
)  # fmt: skip
NAMES = frozenset({"place", "theme", "term"})
LARGEST = 1e12


def need(table: pd.DataFrame, figure: str, *columns: str) -> None:
    """Refuse a table that is empty, lacks a column or has in it what is of another kind, naming what
    writes the right one."""
    frame_of(table)
    missing = [c for c in columns if c not in table.columns]
    found = f"no column {', '.join(missing)}" if missing else "" if len(table) else "an empty table"
    for column in () if found else columns:
        found = found or _why_not(table[column], column)
    if found:
        raise JianghuaError(found, figure, "the table that jianghua compare writes")


def _why_not(cells: pd.Series[Any], column: str) -> str:
    """What in a column is of another kind, or nothing."""
    if column in NAMES and cells.isna().any():
        return f"a row without {column}"
    if column not in NUMBERS:
        return ""
    known = cells.dropna().tolist()
    strange = [cell for cell in known if not isinstance(cell, int | float) or abs(cell) > LARGEST]
    return f"{column} {str(strange[0])[:40]!r} is no number that it may be" if strange else ""


def rows_of(table: pd.DataFrame) -> Iterator[Any]:
    """The rows of a table, a field a column."""
    yield from table.itertuples()


def theme_names(
    table: pd.DataFrame, language: str, english: Mapping[str, str] | None
) -> dict[str, str]:
    """How each theme is written: in English where that is wanted and known."""
    themes = dict.fromkeys(table["theme"])
    if len(themes) > MOST_THEMES:
        found = f"{len(themes)} themes, a figure holds at most {MOST_THEMES}"
        raise JianghuaError(found, "figures", "jianghua compare --themes, or join topics by name")
    known = {"set aside": say(SET_ASIDE, language)}
    if language == "en":
        known |= english or {}
    return {theme: shown(known.get(theme, str(theme))) for theme in themes}


def shown(name: Any, length: int = TITLE_LENGTH) -> str:
    """A name as it is written on a figure: on one line, of signs that can be seen, not too long."""
    seen = "".join(sign if sign.isprintable() else " " for sign in str(name))
    return seen if len(seen) <= length else f"{seen[: length - 1]}…"


def fitted(name: str, inches: float, size: float = 9, lines: int = 2) -> str:
    """A name on as many lines as a panel of that width needs, the last one cut short if need be."""
    room = 72 * inches / size
    if signs(name) <= room:
        return name
    pieces = [part for piece in _broken(name, room) for part in _runs(piece.strip(" "), room)]
    if len(pieces) <= lines:
        return "\n".join(pieces)
    kept = pieces[:lines]
    while signs(kept[-1]) > room - 1:
        kept[-1] = kept[-1][:-1]
    return "\n".join(kept).rstrip("· 、，") + "…"


def _runs(piece: str, room: float) -> Iterator[str]:
    """A piece without a place to break, cut where the line is full."""
    line = ""
    for sign in piece:
        if line and signs(line + sign) > room:
            yield line
            line = ""
        line += sign
    yield line


def bracketed(name: str, inside: Any, language: str) -> str:
    """A name with something in the brackets of its language."""
    return f"{name}（{inside}）" if language == "zh" else f"{name} ({inside})"


def change_in_points(change: float) -> str:
    """A signed number with one decimal, which is never minus nothing."""
    return f"{round(change, 1) + 0.0:+.1f}".replace("-", "−")


def runs_of(years: Sequence[int]) -> list[list[int]]:
    """Years cut where one is missing: a gap is never bridged by a line."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return runs


def mark_congresses(axes: Axes, low: int, high: int, written: bool) -> None:
    """A thin line at each Party congress between two years, with its number where ``written``."""
    for number, year in enumerate(CONGRESSES, start=FIRST_CONGRESS):
        if low < year < high:
            axes.axvline(year, color=FAINT, linewidth=0.5, alpha=0.6, zorder=0)
            if written:
                axes.annotate(
                    str(number), (year, 1), (1, 0), xycoords=("data", "axes fraction"),
                    textcoords="offset points", fontsize=6, color=FAINT, va="top",
                )  # fmt: skip


def choose_themes(table: pd.DataFrame, themes: Sequence[str]) -> pd.DataFrame:
    """The rows of some themes, in the order asked for."""
    import pandas as pd

    themes = [themes] if isinstance(themes, str) else list(themes)
    if not themes:
        raise JianghuaError("no theme is chosen", "themes", "leave themes out to draw all")
    unknown = [theme for theme in themes if theme not in set(table["theme"])]
    if unknown:
        known = ", ".join(dict.fromkeys(table["theme"]))
        raise JianghuaError(f"no theme {', '.join(unknown)}", "themes", f"one of {known}")
    return pd.concat([table[table["theme"] == theme] for theme in themes], ignore_index=True)


def year_axis(axes: Axes, years: Sequence[int], nbins: int = 6) -> None:
    """Years as whole numbers, from the first to the last."""
    from matplotlib.ticker import MaxNLocator

    axes.set_xlim(min(years) - 1, max(years) + 1)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=nbins))


def band_note(table: pd.DataFrame, language: str) -> str:
    """What the band is, and what was resampled for it, from the column ``band``."""
    kinds = [say(RESAMPLED[kind], language) for kind in dict.fromkeys(table["band"])]
    return say(BAND, language).format("；".join(kinds) if language == "zh" else "; ".join(kinds))


def caption(figure: Figure, notes: Sequence[str], language: str, size: float = 8) -> None:
    """Notes under a figure, on as many lines as its width needs; a note is broken only where it is
    longer than a line."""
    room = 72 * figure.get_figwidth() / size - 2  # signs of a line, a Chinese one counting one
    comma, lines = ("；" if language == "zh" else "; "), [""]
    for piece in (piece for note in notes if note for piece in _broken(note, room)):
        joined = f"{lines[-1]}{comma}{piece}" if lines[-1] else piece
        if signs(joined) <= room:
            lines[-1] = joined
        else:
            lines.append(piece)
    figure.supxlabel("\n".join(lines), fontsize=size, color=INK, linespacing=1.4)


def signs(text: str) -> float:
    """Width of a text in Chinese signs; others take about half."""
    return sum(1.0 if ord(sign) > 0x2E7F else 0.56 for sign in text)


def _broken(note: str, room: float) -> list[str]:
    """A note in pieces that fit a line, cut at blanks, commas and dots where it has them."""
    pieces = [""]
    for part in re.findall(r"[^ ，、；·]*[ ，、；·]?", note):
        if pieces[-1] and signs(pieces[-1] + part) > room:
            pieces.append("")
        pieces[-1] += part
    return pieces


def absences(years: Sequence[int]) -> list[tuple[int, int]]:
    """First and last year of each gap between the years of a corpus."""
    runs = runs_of(years)
    return [(a[-1] + 1, b[0] - 1) for a, b in pairwise(runs)]


def mark_absences(axes: Axes, years: Sequence[int]) -> None:
    """Grey where the corpus has no speech."""
    for start, end in absences(years):
        axes.axvspan(start - 0.5, end + 0.5, color="#e6e6e6", zorder=0, linewidth=0)
