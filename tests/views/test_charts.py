"""Small charts: what is drawn is what the years say, and no line crosses a gap."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from jianghua.views.charts import YearShare, runs, sparkline, ticks, year_chart

SVG = "{http://www.w3.org/2000/svg}"


def year(number: int, share: float = 0.1) -> YearShare:
    return YearShare(number, share, share / 2, min(1.0, share * 2), 3)


def test_no_line_crosses_a_gap() -> None:
    """Five years with one missing make two runs; the chart has two lines and two bands, five dots."""
    years = [year(n) for n in (2001, 2002, 2004, 2005, 2006)]
    assert [len(run) for run in runs(years)] == [2, 3]
    drawn = ElementTree.fromstring(year_chart(years, "走势", "篇数"))
    assert [len(drawn.findall(f".//{SVG}{tag}")) for tag in ("polyline", "polygon", "circle")] == [
        2, 2, 5,
    ]  # fmt: skip


@given(
    st.dictionaries(st.integers(1900, 2100), st.floats(0, 1), min_size=1, max_size=40),
    st.text(max_size=20),
)
def test_any_years_make_a_chart(shares: dict[int, float], label: str) -> None:
    """Whatever the years, shares and label: well-formed SVG, a dot a year, at most eight labels."""
    years = [year(n, share) for n, share in sorted(shares.items())]
    drawn = ElementTree.fromstring(year_chart(years, label, label))
    assert len(years) == len(drawn.findall(f".//{SVG}circle"))
    assert len(ticks(years[0].year, years[-1].year)) <= 8


def test_a_sparkline_by_hand() -> None:
    """Three years, half, none and whole of the highest share; a year without speeches is a dot."""
    assert sparkline([(2001, 0.1), (2002, 0.0), (2004, 0.2)], 4) == "▅▁·█"
    assert sparkline([]) == ""
