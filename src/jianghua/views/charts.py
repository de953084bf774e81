"""Charts as SVG text: small ones for a widget, where a drawing library would be too slow.

Escaped throughout; a band is drawn wherever there is one, and no line crosses years without speeches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from jianghua.views.markup import text_markup

WIDTH, HEIGHT = 640, 230
LEFT, RIGHT, TOP, BOTTOM = 48, 8, 12, 58
LINE, BAND, GREY = "#1f5a94", "#a9c6e3", "#595959"
BARS = "▁▂▃▄▅▆▇█"
GAP = "·"


@dataclass(frozen=True)
class YearShare:
    """Share (0–1) of a year with the ends of its band and the number of speeches it rests on."""

    year: int
    share: float
    low: float
    high: float
    speeches: int


def runs(years: Sequence[YearShare]) -> list[list[YearShare]]:
    """Stretches of years that follow each other, oldest first."""
    found: list[list[YearShare]] = [[*years[:1]]] if years else []
    for before, after in pairwise(years):
        if after.year - before.year > 1:
            found.append([])
        found[-1].append(after)
    return found


def year_chart(years: Sequence[YearShare], label: str, speeches: str) -> str:
    """Shares by year with their bands, and below each year a bar for its number of speeches."""
    if not years:
        return ""
    top = max(y.high for y in years) * 1.05 or 1.0
    scale = _Scale(years[0].year, years[-1].year, top)
    parts = [
        *_axis(scale),
        *(mark for run in runs(years) for mark in _course(run, scale)),
        *_feet(years, scale, speeches),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'style="max-width:{WIDTH}px;width:100%" font-size="11" font-family="sans-serif" '
        f'aria-label="{text_markup(label)}">{"".join(parts)}</svg>'
    )


@dataclass(frozen=True)
class _Scale:
    first: int
    last: int
    top: float

    def x(self, year: float) -> float:
        span = max(self.last - self.first, 1)
        inner = WIDTH - LEFT - RIGHT - 20
        return round(LEFT + 10 + inner * (year - self.first) / span, 1)

    def y(self, share: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - share / self.top), 1)


def _axis(scale: _Scale) -> Iterator[str]:
    for part in (0.0, 0.5, 1.0):
        share = part * scale.top
        y = scale.y(share)
        yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}" stroke="#ddd"/>'
        yield f'<text x="{LEFT - 4}" y="{y + 4}" text-anchor="end" fill="{GREY}">{share:.1%}</text>'
    for year in ticks(scale.first, scale.last):
        yield (
            f'<text x="{scale.x(year)}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle" '
            f'fill="{GREY}">{year}</text>'
        )


def ticks(first: int, last: int) -> list[int]:
    """At most eight years to write under an axis, round ones where there are many."""
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 1000) if (last - first) / s <= 7)
    return [year for year in range(first, last + 1) if year % step == 0]


def _course(run: Sequence[YearShare], scale: _Scale) -> Iterator[str]:
    if len(run) > 1:
        ends = [(scale.x(y.year), scale.y(y.low)) for y in run]
        ends += [(scale.x(y.year), scale.y(y.high)) for y in reversed(run)]
        yield f'<polygon points="{_points(ends)}" fill="{BAND}"/>'
        line = _points([(scale.x(y.year), scale.y(y.share)) for y in run])
        yield f'<polyline points="{line}" fill="none" stroke="{LINE}" stroke-width="1.5"/>'
    else:
        x, low, high = scale.x(run[0].year), scale.y(run[0].low), scale.y(run[0].high)
        yield f'<line x1="{x}" x2="{x}" y1="{low}" y2="{high}" stroke="{BAND}" stroke-width="5"/>'
    for y in run:
        yield (
            f'<circle cx="{scale.x(y.year)}" cy="{scale.y(y.share)}" r="2.5" fill="{LINE}">'
            f"<title>{y.year}: {y.share:.1%} ({y.low:.1%}–{y.high:.1%}), n = {y.speeches}</title>"
            "</circle>"
        )


def _feet(years: Sequence[YearShare], scale: _Scale, label: str) -> Iterator[str]:
    most = max(y.speeches for y in years)
    base = HEIGHT - 16
    for y in years:
        tall = max(1.0, round(16 * y.speeches / most, 1))
        yield (
            f'<rect x="{scale.x(y.year) - 2}" y="{base - tall}" width="4" height="{tall}" '
            f'fill="#8a8a8a"/>'
        )
    yield f'<text x="{LEFT}" y="{HEIGHT - 3}" fill="{GREY}">{text_markup(label)}</text>'


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in places)


def sparkline(trend: Sequence[tuple[int, float]], width: int = 12) -> str:
    """A course in ``width`` signs, each the mean share of an equal stretch of years; · for a
    stretch without speeches."""
    if not trend:
        return ""
    first, last = trend[0][0], trend[-1][0]
    stretch = max((last - first + 1) / width, 1.0)
    cells: dict[int, list[float]] = {}
    for year, share in trend:
        cells.setdefault(int((year - first) / stretch), []).append(share)
    means = {cell: sum(values) / len(values) for cell, values in cells.items()}
    top = max(means.values()) or 1.0
    return "".join(
        BARS[min(7, int(8 * means[cell] / top))] if cell in means else GAP
        for cell in range(int((last - first) / stretch) + 1)
    )
