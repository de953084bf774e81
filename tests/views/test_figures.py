"""Figures are functions of their tables: claims, drawn lines, bytes; never a glance at pixels."""

from __future__ import annotations

import contextlib
import warnings
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import pytest

from jianghua.errors import JianghuaError
from jianghua.speeches.dating import date_evidence
from jianghua.topics.coding import score, simulate_coder
from jianghua.topics.labels import topic_map
from jianghua.topics.model import TopicModel
from jianghua.topics.quality import topic_stability
from jianghua.topics.themes import name_themes
from jianghua.topics.trials import try_topics
from jianghua.topics.validation import draw_trial
from jianghua.views import figures
from jianghua.views.figures import drawing
from jianghua.views.figures.drawing import NAMES, NUMBERS, need
from jianghua.words.bag import Bag, count
from jianghua.years.formulations import formulations
from jianghua.years.keyness import keyness
from jianghua.years.shares import compare_years, speech_table, topic_years
from tests import toy as made
from tests.views.year_tables import year_tables

EFFECT = pd.DataFrame(
    [
        ("another seed", "甲", 0.4, 0.4, ""),
        ("no list", "甲", 0.9, 0.4, "level"),
        ("place", "甲", 0.2, 0.4, ""),
    ],
    columns=["variant", "theme", "difference", "seed_difference", "beyond"],
)
HOSTILE = (r"$\frac{$", "a_b^c \\alpha", "<b>&\"'", "长" * 300, "=1+1", "甲\n乙\x1f丙\u200b\u2028")


def shares(years: dict[int, int], themes: tuple[str, ...] = ("甲", "乙")) -> pd.DataFrame:
    """A table of shares by year → speeches, of equal themes with a band of a tenth."""
    share = 1 / len(themes)
    rows = [
        (year, theme, share, share * 0.9, share * 1.1, "speeches" if n > 1 else "passages", n, 900)
        for year, n in years.items()
        for theme in themes
    ]
    columns = ["year", "theme", "share", "low", "high", "band", "speeches", "words"]
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture(scope="module")
def tables(toy_model: TopicModel, toy_bag: Bag) -> dict[str, pd.DataFrame]:
    """The table of each figure, made from the toy corpus."""
    themes = name_themes(toy_model)
    years = compare_years(themes)
    trial = draw_trial(themes)
    coders = {"a": simulate_coder(trial, 0.9), "b": simulate_coder(trial, 0.2, seed=1)}
    keyed = keyness(toy_bag, (2018, 2018), (2023, 2023))
    terms = formulations(count(made.toy_tokens()), [made.TIFA, "芯片", "火箭"])
    return year_tables() | {
        "theme_shares": years.table,
        "validation": score(trial.key, coders).topics,
        "topic_years": topic_years(themes),
        "topic_map": topic_map(themes),
        "formulation_timelines": terms,
        "keyness": keyed.assign(span_a="2018", span_b="2023"),
        "speech_themes": speech_table(themes, years),
        "topic_choice": try_topics(made.planted_bag(2, 60)[0], (2, 3), 2),
        "topic_stability": topic_stability(themes).assign(stability=0.8),
        "set_aside_effect": EFFECT,
        "date_clues": date_evidence("同志们：\n刚刚闭幕的党的二十届三中全会，提到高质量发展。"),
    }


FIGURES = ("theme_shares", "validation", "topic_years", "topic_map", "formulation_timelines", "keyness",
           "speech_themes", "topic_choice", "topic_stability", "date_clues", "set_aside_effect",
           *year_tables())  # fmt: skip


def written(drawing: Any) -> str:
    """All that a figure says, its texts one after another."""
    from matplotlib.text import Text

    return "\n".join(text.get_text() for text in drawing.figure.findobj(Text))


@pytest.mark.parametrize("name", FIGURES)
def test_same_table_same_bytes(tables: dict[str, Any], name: str) -> None:
    """Each figure is drawn in both languages without a warning (a missing glyph would be one), and
    twice to the same bytes."""
    assert set(FIGURES) == set(figures.FIGURES)
    draw = figures.FIGURES[name]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw(tables[name], language="en")
        first, second = (draw(tables[name]).images() for _ in range(2))
    assert first == second
    urls = {part.split("/")[0] for part in first["svg"].decode().split("://")[1:]}
    assert urls <= {"www.w3.org", "purl.org", "creativecommons.org"}, "only the names of formats"
    assert first["svg"].startswith(b"<?xml")
    assert first["png"].startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["theme_shares", "topic_years"])
def test_settings_of_the_user_are_untouched(tables: dict[str, Any], name: str) -> None:
    """Whatever the user set stays set, and does not reach our figures."""
    plain = figures.FIGURES[name](tables[name])._repr_png_()
    with matplotlib.rc_context({"font.size": 31, "axes.facecolor": "red", "text.usetex": False}):
        before = dict(matplotlib.rcParams)
        assert figures.FIGURES[name](tables[name])._repr_png_() == plain
        assert dict(matplotlib.rcParams) == before


def test_english_names() -> None:
    """In English no Chinese is left where the names are known; unknown ones stay as they are."""
    table = shares({1990: 2, 1991: 1})
    said = written(
        figures.theme_shares(table, language="en", english={"甲": "fields", "乙": "school"})
    )
    assert "fields" in said
    assert not [sign for sign in said if "一" <= sign <= "鿿"]
    assert "乙" in written(figures.theme_shares(table, language="en", english={"甲": "fields"}))


@pytest.mark.parametrize(
    ("years", "themes"),
    [({1990: 3}, "甲"), ({1990: 1, 1991: 1}, "甲乙丙丁戊己庚"), (dict.fromkeys(range(1954, 2027), 1), "甲乙")],
)  # fmt: skip
def test_any_number_of_years_and_themes(years: dict[int, int], themes: str) -> None:
    """One year or seventy, one theme or seven: there is a panel for each theme under its name."""
    said = written(figures.theme_shares(shares(years, tuple(themes)))).split("\n")
    assert all(theme in said for theme in themes)


def test_a_gap_is_not_bridged() -> None:
    """No line and no band runs across a year without a speech."""
    drawing = figures.theme_shares(
        shares(dict.fromkeys([*range(1960, 1965), *range(1975, 1990)], 2))
    )
    axes = drawing.figure.axes[0]
    lines = [line.get_xdata() for line in axes.lines if line.get_linestyle() == "-"]
    runs = [np.asarray(x) for x in lines if len(x) > 2]
    assert [(x[0], x[-1]) for x in runs] == [(1960, 1964), (1975, 1989)]
    assert all((np.diff(x) == 1).all() for x in runs)
    bands = [c.get_paths()[0].vertices[:, 0] for c in axes.collections]
    assert sorted((x.min(), x.max()) for x in bands) == [(1960, 1964), (1975, 1989)]


def test_what_is_drawn_is_the_table(tables: dict[str, Any]) -> None:
    """The points of a panel are the shares of the table, in per cent; the bars its speeches."""
    drawing = figures.theme_shares(tables["theme_shares"], ["办学"])
    rows = tables["theme_shares"].query("theme == '办学'")
    panel, bars = drawing.figure.axes
    [dots] = [line for line in panel.lines if line.get_marker() == "o"]
    assert dots.get_ydata() == pytest.approx(100 * rows["share"].to_numpy())
    assert [bar.get_height() for bar in bars.patches] == rows["speeches"].tolist()


def test_bands_say_what_was_resampled() -> None:
    """The note names the kind of band, both where both occur."""
    single, several = (drawing.RESAMPLED[kind][0] for kind in ("passages", "speeches"))
    said = written(figures.theme_shares(shares({1990: 1, 1991: 2})))
    assert single in said
    assert several in said
    assert several not in written(figures.theme_shares(shares({1990: 1, 1991: 1})))


@pytest.mark.parametrize(
    ("column", "value", "claim"),
    [("share", 0.7, "sum to 1"), ("low", 0.9, "below its band"), ("high", 0.1, "above its band")],
)
def test_false_claims_are_not_drawn(column: str, value: float, claim: str) -> None:
    """Shares that do not sum to one or lie outside their bands are refused, not drawn."""
    table = shares({1990: 2})
    table.loc[0, column] = value
    with pytest.raises(JianghuaError, match=claim):
        figures.theme_shares(table)


@pytest.mark.parametrize("name", FIGURES)
def test_cells_of_another_kind_are_told(tables: dict[str, Any], name: str) -> None:
    """Words and impossible numbers where numbers should be, and rows without a name, are refused
    before anything is drawn, and named."""
    table = tables[name]
    numbers = [column for column in table if column in NUMBERS]
    told = [(column, value) for column in numbers for value in ("x", 10**30)]
    told += [(column, None) for column in table if column in NAMES]
    refused = 0
    for column, value in told:
        with contextlib.suppress(JianghuaError):
            need(table.assign(**{column: value}), name, column)
            continue
        refused += 1
    assert refused == len(told) > 0
    with pytest.raises(JianghuaError, match=f"{name}: "):
        figures.FIGURES[name](table.assign(**dict.fromkeys(numbers, "x")))


def test_places_far_out_are_not_drawn(tables: dict[str, Any]) -> None:
    """Topics farther from one another than topics can be are refused: their labels would be moved
    apart without end."""
    for far in (1e11, float("nan")):
        with pytest.raises(JianghuaError, match="so far from the others"):
            figures.topic_map(tables["topic_map"].assign(y=far))


@pytest.mark.parametrize("name", FIGURES)
def test_other_tables_are_refused(tables: dict[str, Any], name: str) -> None:
    """An empty table, and one without a column, are refused with what writes the right one."""
    with pytest.raises(JianghuaError, match="an empty table"):
        figures.FIGURES[name](tables[name].head(0))
    with pytest.raises(JianghuaError, match=r"no column .* Try"):
        figures.FIGURES[name](pd.DataFrame({"x": [1]}))


def test_unknown_choices_are_refused(tables: dict[str, Any]) -> None:
    """A theme or term that the table does not have is named, with what to choose from."""
    with pytest.raises(JianghuaError, match=r"no theme 火箭.*种田"):
        figures.theme_shares(tables["theme_shares"], ["种田", "火箭"])
    with pytest.raises(JianghuaError, match="no term 卫星"):
        figures.formulation_timelines(tables["formulation_timelines"], ["芯片", "卫星"])


@pytest.mark.parametrize("hostile", HOSTILE)
def test_names_are_data(tables: dict[str, Any], hostile: str) -> None:
    """A dollar in a name starts no formula, a very long name is cut, nothing is run or lost."""
    for name, column in (("theme_shares", "theme"), ("topic_map", "theme"), ("topic_years", "theme"),
                         ("formulation_timelines", "term"), ("keyness", "word"),
                         ("speech_themes", "title")):  # fmt: skip
        table = tables[name].copy()
        table[column] = table[column].where(table[column] != table[column].iloc[0], hostile)
        seen = "".join(sign if sign.isprintable() else " " for sign in hostile[:15])
        assert seen in written(figures.FIGURES[name](table))


def test_font_has_the_characters() -> None:
    """The font has every character of GB 2312 (6,763) and the quotation marks of the language."""
    from matplotlib.ft2font import FT2Font

    held = FT2Font(str(figures.font_path())).get_charmap()
    lead, trail = range(0xB0, 0xF8), range(0xA1, 0xFF)
    signs = {bytes([a, b]).decode("gb2312", "ignore") for a in lead for b in trail} - {""}
    assert len(signs) == 6763
    assert {
        sign for sign in signs | set("“”‘’《》、。，；：？！·—…％") if ord(sign) not in held
    } == set()


def test_keyness_has_a_word_on_one_side(tables: dict[str, Any]) -> None:
    """With fewer words than places no word stands on both sides: each on the side it leans to."""
    table = tables["keyness"]
    assert len(table) < 40
    sides = figures.keyness(table).figure.axes
    earlier, later = ([t.get_text().rstrip("*") for t in a.get_yticklabels()] for a in sides)
    assert set(earlier) == set(table.query("z < 0")["word"])
    assert set(later) == set(table.query("z > 0")["word"])
    assert [axes.get_title(loc="left") for axes in sides] == ["2018", "2023"]
    assert later[0] == table["word"].iloc[0]
    assert earlier[0] == table["word"].iloc[-1]


def test_heat_map_has_all_years(tables: dict[str, Any]) -> None:
    """Years without a speech are empty columns, not left out; every year of a short span is named."""
    axes = figures.topic_years(tables["topic_years"]).figure.axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == list(
        map(str, range(2018, 2024))
    )
    cells = axes.images[0].get_array()
    assert cells.shape == (3, 6)
    assert np.ma.getmaskarray(cells)[:, 3:5].all()
    assert cells.sum(axis=0).compressed() == pytest.approx(100)


def test_timelines(tables: dict[str, Any]) -> None:
    """Each term's bars are its rates; a term nobody says has a strip too; gaps are grey."""
    table = tables["formulation_timelines"]
    strips = figures.formulation_timelines(table, ["芯片", "火箭"]).figure.axes
    assert [axes.get_ylabel() for axes in strips] == ["芯片", "火箭"]
    rates = table.query("term == '芯片'")["rate"].tolist()
    heights = [bar.get_height() for bar in strips[0].containers[0]]
    assert heights == pytest.approx(rates)


def test_speeches_without_guides_or_year(toy_model: TopicModel) -> None:
    """Where there is no plain count and no year, the speech's share stands alone."""
    plain = TopicModel(
        toy_model.topic_words.copy(), toy_model.passage_topics.copy(), toy_model.bag, {}
    )
    table = speech_table(name_themes(plain))
    table["year"] = pd.array([None] * len(table), "Int64")
    assert "讲话1" in written(figures.speech_themes(table)).split("\n")


def test_one_seed_is_drawn() -> None:
    """Trials with one seed have no stability and a figure all the same."""
    assert figures.topic_choice(try_topics(made.planted_bag(2, 60)[0], (2, 3), 1)).images()


def test_missing_font_is_said(monkeypatch: pytest.MonkeyPatch, tables: dict[str, Any]) -> None:
    """Without the package of the Chinese font the error names what to install."""
    figures.font_path.cache_clear()
    monkeypatch.setattr(drawing, "find_spec", lambda name: None)
    with pytest.raises(JianghuaError, match="pip install zhplot"):
        figures.topic_map(tables["topic_map"])
    figures.font_path.cache_clear()


def test_notebooks_show_the_drawing(tables: dict[str, Any]) -> None:
    """Jupyter gets a PNG, and the table travels with the figure."""
    drawing = figures.topic_map(tables["topic_map"])
    assert drawing._repr_png_().startswith(b"\x89PNG")
    assert drawing.table is tables["topic_map"]
