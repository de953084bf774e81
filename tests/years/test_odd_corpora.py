"""Odd corpora (one speech, no years, equal passages, places missing) get an answer or one line."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted import speech, themes_of

from jianghua.errors import JianghuaError
from jianghua.topics.themes import Themes
from jianghua.years.changes import change_points, compare_spans
from jianghua.years.effects import effects
from jianghua.years.keyness import theme_keyness
from jianghua.years.nearest import nearest_year
from jianghua.years.panels import distance_to, lead_lag, place_years
from jianghua.years.permutation import difference_test, trend_test
from jianghua.years.shares import compare_years, share_sensitivity
from jianghua.years.sidebyside import compare_speeches
from jianghua.years.trends import smooth_trend
from tests.examples import examples

EARLY, LATE = (2000, 2003), (2004, 2007)
QUESTIONS = {
    "years": lambda t: compare_years(t, draws=100).table,
    "spans": lambda t: compare_years(t, by=[EARLY, (2002, 2007)], draws=100, reuse="once").table,
    "sensitivity": share_sensitivity,
    "trend": lambda t: trend_test(t, permutations=199),
    "t": lambda t: trend_test(t, method="t"),
    "difference": lambda t: difference_test(t, EARLY, LATE, permutations=199),
    "places": lambda t: difference_test(t, "甲", "乙", by="place", method="t"),
    "changes": lambda t: change_points(t, permutations=199, shortest=2),
    "compared": lambda t: compare_spans(t, EARLY, LATE, draws=100),
    "course": lambda t: smooth_trend(compare_years(t, draws=100), gap=3),
    "effects": lambda t: effects(t, ["year", "place"], draws=2),
    "panel": lambda t: place_years(t, draws=100),
    "distance": lambda t: distance_to(t, t, draws=100),
    "nearest": lambda t: nearest_year(t.model.bag, t.model.bag, draws=100),
    "pair": lambda t: compare_speeches(t, "s0000", "s0001", draws=100).themes,
    "wording": lambda t: theme_keyness(t, "丰收", EARLY, LATE),
    "leads": lambda t: lead_lag(t.model.bag, t.model.bag, ["0a", "1b"]),
}

odd_speech = st.tuples(
    st.none() | st.integers(2000, 2007),  # year
    st.integers(0, 2),  # years of doubt on either side
    st.sampled_from(["", "甲", "乙"]),
    st.lists(
        st.sampled_from([(1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (0.5, 0.3, 0.2)]), min_size=1, max_size=4
    ),
)


def odd_themes(drawn: list[tuple]) -> Themes:
    speeches = [
        speech(n, year, year and year - doubt, year and year + doubt, place)
        for n, (year, doubt, place, _) in enumerate(drawn)
    ]
    return themes_of(speeches, [np.array(mixtures) for *_, mixtures in drawn])


@examples(12)
@given(st.lists(odd_speech, min_size=1, max_size=9), st.sampled_from(sorted(QUESTIONS)))
def test_an_answer_or_one_line(drawn, question):
    """Every question gets a table or a JianghuaError, never another error or a warning."""
    with suppress(JianghuaError):
        assert isinstance(QUESTIONS[question](odd_themes(drawn)), pd.DataFrame)


@pytest.mark.parametrize("question", sorted(set(QUESTIONS) - {"pair"}))
def test_a_plain_corpus_is_answered(question):
    """A corpus of eight dated speeches in two places answers every question."""
    mixtures = [(1.0, 0.0, 0.0), (0.5, 0.3, 0.2), (0.0, 0.0, 1.0)]
    drawn = [(2000 + n, 0, "甲乙"[n % 2], mixtures) for n in range(8)]
    assert QUESTIONS[question](odd_themes(drawn)) is not None


def test_an_uncertain_speech_counts_in_its_spans():
    """A speech of 2002–2005 widens both spans that it may belong to, and stands in its best one."""
    harvest, machines = np.tile([0.9, 0.05, 0.05], (6, 1)), np.tile([0.05, 0.05, 0.9], (6, 1))
    speeches = [speech(n, 2000 + n // 2) for n in range(8)] + [speech(8, 2004), speech(9, 2004)]
    certain = themes_of(speeches, [harvest] * 8 + [machines] * 2)
    speeches[8] = speech(8, 2004, 2002, 2005)
    doubtful = themes_of(speeches, [harvest] * 8 + [machines] * 2)
    highs = []
    for themes in (certain, doubtful):
        table = compare_years(themes, by=[EARLY, LATE]).table.set_index(["span", "theme"])
        assert table.loc[("2004–2007", "样机"), "speeches"] == 2
        highs.append(table.loc[("2000–2003", "样机"), "high"])
    assert highs[1] > 1.5 * highs[0]
