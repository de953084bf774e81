"""Figures of years: what is drawn is the table; gaps, bands, counts and doubts are shown."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from jianghua.errors import JianghuaError
from jianghua.views import figures
from jianghua.views.figures import drawing
from tests.views.year_tables import year_tables


def written(drawing: Any) -> str:
    """All that a figure says, its texts one after another."""
    return "\n".join(text.get_text() for text in drawing.figure.findobj(Text))


def spoilt(name: str, column: str, value: float) -> pd.DataFrame:
    """A table with a false number in its first full row."""
    table = year_tables()[name].copy()
    row = table[column].first_valid_index()
    table[column] = table[column].astype(float)
    table.loc[row, column] = value
    return table


@pytest.mark.parametrize(
    ("name", "column", "value", "claim"),
    [
        ("trend", "low", 2.0, "below its band"),
        ("change_points", "high", 1900, "outside its band"),
        ("span_differences", "low", 2.0, "outside its band"),
        ("share_sensitivity", "spread", -1, "cannot be negative"),
        ("risers_and_fallers", "rate_a", -1, "cannot be negative"),
        ("heat", "share", 2.0, "outside 0 to 1"),
        ("place_years", "low", 2.0, "below its band"),
        ("distance_to_national", "low", 2.0, "outside its band"),
        ("lead_lag", "lag", 99, "outside its range"),
        ("nearest_year", "high", 1900, "outside its band"),
        ("side_by_side", "low_a", 2.0, "outside"),
    ],
)
def test_false_claims_are_not_drawn(name: str, column: str, value: float, claim: str) -> None:
    """A number outside its band, or one that cannot be, is refused."""
    with pytest.raises(JianghuaError, match=claim):
        figures.FIGURES[name](spoilt(name, column, value))


def test_a_course_bridges_no_gap() -> None:
    """Lines of the trend run within a stretch of five years and more; dots stand for all years."""
    table = year_tables()["trend"]
    axes = figures.trend(table, ["样机"]).figure.axes[0]
    lines = [
        line.get_xdata()
        for line in axes.lines
        if line.get_linestyle() == "-" and len(line.get_xdata()) > 2
    ]
    assert [(x[0], x[-1]) for x in lines] == [(2000, 2005), (2010, 2016)]
    [dots] = [line for line in axes.lines if line.get_marker() == "o"]
    assert len(dots.get_xdata()) == 14
    assert dots.get_ydata() == pytest.approx(
        100 * table.query("theme == '样机'")["share"].to_numpy()
    )


def test_the_planted_change_is_where_it_was_planted() -> None:
    """样机 rises and 丰收 falls in 2010, both within the band; the whole profile changes there."""
    table = year_tables()["change_points"].set_index("theme")
    for theme in ("样机", "丰收", "all themes"):
        row = table.loc[theme]
        assert row["low"] <= 2010 <= row["high"]
    assert table.loc["样机", "since"] > table.loc["样机", "before"]
    said = written(figures.change_points(table.reset_index()))
    assert "全部主题" in said
    assert "书声" not in said.split("\n")
    assert "all themes" in written(figures.change_points(table.reset_index(), language="en"))


def test_few_speeches_are_not_tested() -> None:
    """Where p is empty the figure says that nothing could be tested, and no dot is filled."""
    table = year_tables()["span_differences"].assign(p_holm=np.nan)
    drawing = figures.span_differences(table)
    assert "无从检验" in written(drawing)
    dots = [line for line in drawing.figure.axes[0].lines if line.get_marker() == "o"]
    assert {dot.get_markerfacecolor() for dot in dots} == {"white"}


def test_groups_have_their_speeches() -> None:
    """Each group stands once, with its number of speeches; the dots are the shares."""
    table = year_tables()["group_shares"]
    drawing = figures.group_shares(table)
    assert [t.get_text() for t in drawing.figure.axes[0].get_yticklabels()] == [
        "北山（14）", "南江（14）",
    ]  # fmt: skip
    first = table[table["theme"] == table["theme"].iloc[0]]
    [dots] = [line for line in drawing.figure.axes[0].lines if line.get_marker() == "o"]
    assert dots.get_xdata() == pytest.approx(100 * first["share"].to_numpy())


def test_heat_shows_grades_and_gaps() -> None:
    """Cells are grades: unsaid −1, coldest 0, hottest 5; a year without a report is −2."""
    table = year_tables()["heat"]
    cells = figures.heat(table).figure.axes[0].images[0].get_array()
    years = sorted(set(table["year"]))
    for column, year in enumerate(range(years[0], years[-1] + 1)):
        if year not in years:
            assert set(cells[:, column]) == {-2}
    assert set(np.unique(cells)) <= set(range(-2, 6))
    assert 5 in cells  # every toy passage that says a term is a large share of its year
    with pytest.raises(JianghuaError, match="no term 火箭"):
        figures.heat(table, ["火箭"])


def test_places_stand_beside_the_reference() -> None:
    """A panel a place and theme; the thin line is the reference in the years it has."""
    table = year_tables()["place_years"]
    axes = figures.place_years(table, ["样机"]).figure.axes
    assert [a.get_title(loc="left") for a in axes] == ["北山", "南江"]
    thin = [line for line in axes[0].lines if line.get_linewidth() == 0.7]
    rows = table.query("theme == '样机' and place == '北山'").sort_values("year")
    drawn = np.concatenate([line.get_ydata() for line in thin])
    assert drawn == pytest.approx(100 * rows["reference"].to_numpy())


def test_who_says_it_first() -> None:
    """The title counts terms before, with and after the reference; dots stand at the lags."""
    drawing = figures.lead_lag(year_tables()["lead_lag"])
    axes = drawing.figure.axes[0]
    assert axes.get_title(loc="left") == "北山\n先 1 · 同年 1 · 后 1"
    dots = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "o"]
    assert sorted(dots) == [-1, 0, 2]
    hidden = year_tables()["lead_lag"].assign(lag_low=pd.NA)
    with pytest.raises(JianghuaError, match="beginning is known"):
        figures.lead_lag(hidden)


def test_nearest_years_are_drawn_beside_the_own() -> None:
    """A speech that speaks like no year is hollow; one without a year has no stroke of its own."""
    table = year_tables()["nearest_year"].copy()
    table["score"] = [0.1] * (len(table) - 1) + [0.01]
    table.loc[0, ["year", "year_low", "year_high"]] = pd.NA
    axes = figures.nearest_year(table).figure.axes[0]
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [dot.get_xdata()[0] for dot in dots] == table["nearest"].tolist()
    assert [dot.get_markerfacecolor() == "white" for dot in dots] == [False] * (len(table) - 1) + [
        True
    ]
    assert len([line for line in axes.lines if line.get_marker() == "|"]) == len(table) - 1


def test_two_speeches() -> None:
    """Titles name both speeches, 提法 of one alone stand on its side, shared passages are counted."""
    table = year_tables()["side_by_side"]
    said = written(figures.side_by_side(table))
    assert table["title_a"].iloc[0] in said
    assert table["title_b"].iloc[0] in said
    assert "共同段落" not in said
    passage = table.head(1).assign(part="passage", name="1", a=40.0, b=40.0)
    more = pd.concat([table, passage], ignore_index=True)
    assert "两篇共同段落 1 处，40 字" in written(figures.side_by_side(more))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", sorted(year_tables()))
def test_nothing_is_cut_off(name: str, language: str) -> None:
    """All that is drawn lies within the figure, and no panel's title runs into its neighbour's."""
    figure = figures.FIGURES[name](year_tables()[name], language=language).figure
    (width, height), drawn = figure.get_size_inches(), figure.get_tightbbox()
    assert (drawn.min >= -0.02).all(), drawn
    assert drawn.x1 <= width + 0.02
    assert drawn.y1 <= height + 0.02
    titles = [a.title if a.get_title() else a._left_title for a in figure.axes]
    boxes = [title.get_window_extent() for title in titles if title.get_text()]
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("trend", "theme"), ("change_points", "gained"), ("span_differences", "theme"),
        ("share_sensitivity", "theme"), ("group_shares", "place"), ("theme_keyness", "word"),
        ("risers_and_fallers", "term"), ("heat", "term"), ("place_years", "place"),
        ("lead_lag", "term"), ("nearest_year", "title"), ("side_by_side", "name"),
    ],
)  # fmt: skip
def test_names_are_data(name: str, column: str) -> None:
    """A name that looks like a formula and has no end is written as it is, cut, inside the figure."""
    hostile = r"$\frac{$" + "\n\u200b" + "长" * 300
    table = year_tables()[name].copy()
    table[column] = table[column].where(table[column] != table[column].iloc[0], hostile)
    drawing = figures.FIGURES[name](table)
    assert r"$\frac{$" in written(drawing)
    assert drawing.figure.get_tightbbox().x1 <= drawing.figure.get_figwidth() + 0.02


LONG = "人民代表大会常务委员会·供给侧结构性改革·中国特色社会主义"


def unnamed_shares(by: str, keys: list[Any], topics: int = 12) -> pd.DataFrame:
    """Equal shares of topics that nobody named: number and three long words."""
    rows = [
        {by: key, "theme": f"{topic} {LONG}", "share": 1 / topics, "low": 0.0, "high": 0.5,
         "band": "speeches", "speeches": 3, "trend": 1 / topics, "run": 0, "slope": -0.0004,
         "p_holm": 0.01}
        for key in keys for topic in range(topics)
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("name", "by", "keys"),
    [
        ("theme_shares", "year", list(range(2000, 2010))),
        ("trend", "year", list(range(2000, 2010))),
        ("group_shares", "place", ["青川", "广元"]),
    ],
)
def test_long_titles_of_panels_do_not_overlap(name: str, by: str, keys: list[Any]) -> None:
    """Titles of neighbouring panels, and what stands beside them, keep apart; each has its number."""
    figure = figures.FIGURES[name](unnamed_shares(by, keys)).figure
    renderer = figure.canvas.get_renderer()
    titles = [
        text for axes in figure.axes for text in (axes.title, axes._left_title, axes._right_title)
        if text.get_text()
    ]  # fmt: skip
    boxes = [text.get_window_extent(renderer) for text in titles]
    assert sum(text.get_text()[:1].isdigit() for text in titles) == 12
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
    assert max(box.x1 for box in boxes) <= figure.bbox.x1


def test_names_of_neighbouring_eras_do_not_overlap() -> None:
    """Changes of all themes that follow one another every few years are named on several lines."""
    years = list(range(1990, 2020, 4))
    rows = [
        {"theme": "all themes", "year": year, "after": year - 1, "low": year, "high": year,
         "before": None, "since": None, "p": 0.01, "gained": f"{n} {LONG}"}
        for n, year in enumerate(years)
    ]  # fmt: skip
    figure = figures.change_points(pd.DataFrame(rows)).figure
    renderer = figure.canvas.get_renderer()
    boxes = [text.get_window_extent(renderer) for text in figure.axes[0].texts]
    assert len(boxes) == len(years)
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))


def test_a_change_of_nothing_has_no_minus() -> None:
    """A slope that rounds to nothing is +0.0, and minus is the sign, no hyphen."""
    assert drawing.change_in_points(-0.04) == "+0.0"
    assert drawing.change_in_points(-1.26) == "−1.3"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_notes_of_single_speeches_stay_on_the_figure(language: str) -> None:
    """The notes below one narrow panel are as wide as the figure at most."""
    table = pd.DataFrame(
        [{"id": "a", "title": "在会上的讲话", "year": 2012, "theme": "水", "share": 0.2, "low": 0.1,
          "high": 0.3, "band": "passages", "seed_share": 0.1, "reference": 0.1}]
    )  # fmt: skip
    figure = figures.speech_themes(table, language=language).figure
    box = figure._supxlabel.get_window_extent(figure.canvas.get_renderer())
    assert box.x0 >= 0
    assert box.x1 <= figure.bbox.x1
