"""Tables of the figures of years, changes, panels and pairs, made from small planted corpora."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.topics.lda import fit_topics
from jianghua.topics.themes import Themes, name_themes
from jianghua.words.bag import Bag, count
from jianghua.years.changes import compare_spans, theme_changes
from jianghua.years.formulations import risers_and_fallers
from jianghua.years.heat import heat_grades
from jianghua.years.keyness import theme_wordings
from jianghua.years.nearest import nearest_year
from jianghua.years.panels import distance_to, lead_lag, place_years
from jianghua.years.shares import compare_years, share_sensitivity
from jianghua.years.sidebyside import compare_speeches, pair_table
from jianghua.years.trends import trend_table
from tests import toy as made

sys.path.insert(0, str(Path(__file__).parents[1] / "years"))
from planted import drawn, speech

YEARS = (*range(2000, 2006), 2008, *range(2010, 2017))  # two gaps, one year alone
SPANS = (2000, 2005), (2010, 2016)


def planted(place: str = "", seed: int = 3) -> Themes:
    """A speech a year; 样机 takes the place of 丰收 from 2010 on."""
    speeches = [speech(100 * seed + n, year, place=place) for n, year in enumerate(YEARS)]
    means = [[0.6, 0.3, 0.1] if year < 2010 else [0.2, 0.3, 0.5] for year in YEARS]
    return drawn(speeches, means, np.random.default_rng(seed), passages=12, between=100)


def panel() -> Themes:
    """Two places of the same years."""
    speeches, means = [], []
    for number, (place, mean) in enumerate((("北山", [0.6, 0.3, 0.1]), ("南江", [0.2, 0.3, 0.5]))):
        speeches += [speech(50 * number + n, y, place=place) for n, y in enumerate(YEARS)]
        means += [mean] * len(YEARS)
    return drawn(speeches, means, np.random.default_rng(5), passages=8, between=100)


def said(first: dict[str, int], place: str = "", start: int = 2000, end: int = 2010) -> Bag:
    """A report a year in which each term is said from its first year on."""
    words = sorted([*first, "话"])
    rows = [
        [int(word == "话" or year >= first.get(word, 0)) for word in words]
        for year in range(start, end + 1)
    ]
    passages = tuple(
        Passage(Speech(f"{place or 'n'}{y}", year=y, place=place), 0) for y in range(start, end + 1)
    )
    return Bag(csr_matrix(np.array(rows, dtype="int32")), tuple(words), passages)


def lags() -> pd.DataFrame:
    """乡村振兴 a year before the centre, 高质量发展 with it, 营商环境 two years later."""
    centre = said({"乡村振兴": 2004, "高质量发展": 2005, "营商环境": 2006})
    place = said({"乡村振兴": 2003, "高质量发展": 2005, "营商环境": 2008}, "北山")
    return lead_lag(place, centre)


def pair() -> pd.DataFrame:
    """The fields of 2018 and the laboratory of 2023."""
    bag = made.toy_bag()
    themes = name_themes(fit_topics(bag, 3, seed=1))
    speeches = {one.id: one for one in made.toy_corpus()}
    found = compare_speeches(themes, "tian-1", "shi-1", count(made.toy_tokens()), speeches.values())
    return pair_table(found, speeches["tian-1"], speeches["shi-1"])


@cache
def year_tables() -> dict[str, pd.DataFrame]:
    """The table of each figure, under its name."""
    themes, bag = planted(), count(made.toy_tokens())
    years = compare_years(themes, draws=100)
    return {
        "trend": trend_table(themes, years),
        "change_points": theme_changes(themes),
        "span_differences": compare_spans(themes, *SPANS, draws=100),
        "share_sensitivity": share_sensitivity(themes),
        "group_shares": compare_years(panel(), by="place", draws=100).table,
        "theme_keyness": theme_wordings(themes, themes.names[:2], *SPANS),
        "risers_and_fallers": risers_and_fallers(
            bag, (2018, 2019), (2020, 2023), [made.TIFA, "芯片", "粮食"]
        ),
        "heat": heat_grades(bag, [made.TIFA, "芯片"]),
        "place_years": place_years(panel(), draws=100, reference=years),
        "distance_to_national": distance_to(panel(), themes, draws=100),
        "lead_lag": lags(),
        "nearest_year": nearest_year(bag, bag, draws=100),
        "side_by_side": pair(),
    }
