"""Bands carry mixtures, speeches, uncertain years and repeats."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted import drawn, speech, themes_of
from scipy.stats import beta, t

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.topics.posterior import concentrations, draw_mixtures, theme_concentrations
from jianghua.topics.themes import name_themes
from jianghua.words.bag import Bag
from jianghua.years.grouping import draw_years, group_passages, reuse_weights
from jianghua.years.shares import compare_years, share_sensitivity
from jianghua.years.uncertainty import ShareDraws, band_of, stabilise
from tests.examples import examples


def test_posterior_is_dirichlet():
    """Draws of a mixture have the quantiles of the Beta that a Dirichlet's parts follow."""
    parameters = np.array([[3.0, 5.0, 12.0]])
    draws = draw_mixtures(parameters, 20_000, np.random.default_rng(0))[:, 0, 0]
    expected = beta(3, 17).ppf([0.05, 0.5, 0.95])  # marginal of Dirichlet(3, 5, 12)
    assert np.quantile(draws, [0.05, 0.5, 0.95]) == pytest.approx(expected, abs=0.005)


def test_posterior_weighs_words():
    """Concentrations sum to the words of the passage and the prior's mass."""
    themes = themes_of([speech(1, 2001)], [np.array([[0.5, 0.3, 0.2], [0.2, 0.2, 0.6]])])
    assert concentrations(themes.model).sum(axis=1) == pytest.approx(themes.model.bag.lengths + 2)


def test_set_aside_mass_is_kept_apart():
    """What is set aside has the last column of the concentrations, and no share."""
    themes = themes_of([speech(1, 2001)], [np.full((4, 3), 1 / 3)])
    themes = name_themes(themes.model, {0: "丰收", 1: "书声", 2: "set aside"})
    parameters = theme_concentrations(themes)
    assert parameters[:, -1] == pytest.approx(parameters.sum(axis=1) / 3)
    assert compare_years(themes).table["share"].tolist() == pytest.approx([0.5, 0.5])


def test_band_of_two_speeches_is_students():
    """Two equal speeches: on the arcsine scale the band is mean ± t₁ · |a − b| / 2, the textbook
    interval of a mean of two (95 % quantile of t with one degree of freedom: 6.314)."""
    a, b = 0.30, 0.32
    draws = np.array([[a], [(a + b) / 2], [(a + b) / 2], [b]])  # the four resamples, exactly
    low, high = band_of(ShareDraws(np.array([0.31]), draws, 2, 2.0, True))
    middle, half = (
        stabilise(np.array(0.31)),
        abs(stabilise(np.array(a)) - stabilise(np.array(b))) / 2,
    )
    assert t.ppf(0.95, 1) == pytest.approx(6.314, abs=1e-3)
    assert low[0] == pytest.approx(np.sin(middle - 6.3138 * half) ** 2, abs=1e-4)
    assert high[0] == pytest.approx(np.sin(middle + 6.3138 * half) ** 2, abs=1e-4)


def test_one_passage_says_nothing():
    """A year of one passage has the band 0 to 1: nothing was seen twice."""
    table = compare_years(themes_of([speech(1, 2001)], [np.array([[0.6, 0.3, 0.1]])])).table
    assert table["low"].tolist() == [0, 0, 0]
    assert table["high"].tolist() == [1, 1, 1]
    assert set(table["band"]) == {"passages"}


@examples(15)
@given(st.integers(0, 10_000), st.integers(1, 4), st.sampled_from(["keep", "once", "weight"]))
def test_shares_lie_in_their_bands(seed, per_year, reuse):
    """Shares of a year sum to 1 and lie in their bands, however the corpus is drawn."""
    generator = np.random.default_rng(seed)
    speeches = [speech(n, 2000 + n // per_year) for n in range(2 * per_year)]
    means = generator.dirichlet(np.ones(3), len(speeches))
    years = compare_years(drawn(speeches, means, generator, 5), draws=100, reuse=reuse)
    table = years.table
    assert table.groupby("year")["share"].sum().tolist() == pytest.approx([1.0, 1.0])
    assert ((table.low >= 0) & (table.low <= table.share)).all()
    assert ((table.share <= table.high) & (table.high <= 1)).all()
    assert set(table["band"]) == {"speeches" if per_year > 1 else "passages"}


def test_same_seed_same_band():
    """The same seed gives the same table, another seed nearly the same."""
    generator = np.random.default_rng(3)
    themes = drawn([speech(n, 2000 + n // 5) for n in range(20)], [[0.5, 0.3, 0.2]] * 20, generator)
    one, two, other = (compare_years(themes, seed=s).table for s in (0, 0, 1))
    pd.testing.assert_frame_equal(one, two)
    assert np.abs(one.low - other.low).max() < 0.02


def test_mixtures_widen_the_band():
    """Passages all alike still have a band: their words leave the mixture open."""
    themes = themes_of([speech(1, 2001)], [np.tile([0.5, 0.3, 0.2], (20, 1))])
    row = compare_years(themes).table.iloc[0]
    # By hand: 20 passages of 102 words (prior included) give the share 0.5 a standard error of
    # 0.5 / √2040; composition counts it twice, in the mixtures and in the passages drawn with
    # them (as V and var β do in stm), hence √2; t with 19 degrees of freedom is 1.729.
    expected = 2 * 1.729 * 0.5 / np.sqrt(2040) * np.sqrt(2)
    assert row.high - row.low == pytest.approx(expected, rel=0.15)


# --- uncertain years ------------------------------------------------------------------------------


def uncertain_corpus():
    """2016 and 2018 speak of the harvest, an undatable speech of 2016–2018 of machines."""
    speeches = [speech(1, 2016), speech(2, 2016), speech(3, 2016), speech(4, 2017, 2016, 2018)]
    harvest, machines = np.tile([0.9, 0.05, 0.05], (10, 1)), np.tile([0.05, 0.05, 0.9], (10, 1))
    return themes_of(speeches, [harvest, harvest, harvest, machines])


def test_years_are_drawn_from_their_interval():
    """Each year of the interval is drawn as often as the others; certain speeches draw none."""
    drawn_years = draw_years(
        [speech(1, 2017, 2016, 2018), speech(2, 2016)], 3000, np.random.default_rng(0)
    )
    assert list(drawn_years) == ["s0001"]
    values, times = np.unique(drawn_years["s0001"], return_counts=True)
    assert values.tolist() == [2016, 2017, 2018]
    assert np.abs(times / 3000 - 1 / 3).max() < 0.04


def test_an_uncertain_speech_widens_its_neighbour():
    """A speech that may be of 2016 widens the band of 2016 and leaves its share alone."""
    themes = uncertain_corpus()
    years = compare_years(themes)
    machines = years.table[(years.table.year == 2016) & (years.table.theme == "样机")].iloc[0]
    assert machines.share == pytest.approx(0.05, abs=0.01)
    assert machines.high > 0.2
    assert years.uncertain.to_dict("records") == [
        {"id": "s0004", "year": 2017, "year_low": 2016, "year_high": 2018}
    ]


def test_a_place_does_not_depend_on_the_year():
    """An uncertain year does not move a speech out of its place."""
    speeches = [speech(n, 2017, 2010, 2020, "甘肃") for n in range(4)]
    themes = drawn(speeches, [[0.5, 0.3, 0.2]] * 4, np.random.default_rng(0))
    groups = group_passages(themes.model.bag, "place")
    assert [(g.name, len(g.rows), len(g.maybe)) for g in groups] == [("甘肃", 80, 0)]


# --- repeats --------------------------------------------------------------------------------------


def test_repeats_are_kept_once_or_weighed():
    """A passage said twice weighs 1 and 1, 1 and 0, or a half each."""
    same, other = np.array([[0.8, 0.1, 0.1]]), np.array([[0.1, 0.8, 0.1], [0.1, 0.1, 0.8]])
    themes = themes_of([speech(0, 2000), speech(1, 2001), speech(2, 2002)], [other, same, same])
    assert reuse_weights(themes.model.bag, "keep").tolist() == [1, 1, 1, 1]
    assert reuse_weights(themes.model.bag, "once").tolist() == [1, 1, 1, 0]
    assert reuse_weights(themes.model.bag, "weight").tolist() == [1, 1, 0.5, 0.5]
    assert compare_years(themes, reuse="once").emptied == (2002,)
    table = share_sensitivity(themes)
    assert table[table.year == 2002]["once"].isna().all()
    assert table[table.year == 2002]["repeated"].tolist() == [1, 1, 1]


def test_edited_repeats_come_from_the_table_of_reuse():
    """A passage of which an earlier speech holds four fifths is a repeat; half is not enough."""
    text = "甲乙丙丁戊己庚辛壬癸"
    speeches = [Speech("a", year=2000, text=text), Speech("b", year=2001, text=text)]
    themes = themes_of([speech(0, 2000), speech(1, 2001)], [np.eye(3)[:1], np.eye(3)[1:2]])
    bag = themes.model.bag
    passages = tuple(Passage(s, 0, 0, text) for s in speeches)
    bag = Bag(bag.counts, bag.words, passages)
    columns = ["speech_a", "start_a", "end_a", "speech_b", "start_b", "end_b"]
    found = {end: pd.DataFrame([("a", 0, end, "b", 0, end)], columns=columns) for end in (5, 8)}
    assert reuse_weights(bag, "once", found[8]).tolist() == [1, 0]
    assert reuse_weights(bag, "weight", found[8]).tolist() == [1, 0.5]
    assert reuse_weights(bag, "once", found[5]).tolist() == [1, 1]


# --- fits -----------------------------------------------------------------------------------------


def test_other_fits_widen_the_band(toy_model):
    """Refits are matched to the topics, told with their cosines, and widen the band."""
    themes = name_themes(toy_model)
    alone, refitted = compare_years(themes), compare_years(themes, fits=2)
    assert alone.fits.empty
    assert len(refitted.fits) == 2 * len(themes.names)
    assert refitted.fits["cosine"].between(0, 1).all()
    assert refitted.table["share"].tolist() == alone.table["share"].tolist()
    width = refitted.table.high - refitted.table.low - (alone.table.high - alone.table.low)
    assert (width > -1e-12).all()
    assert width.max() > 0


def test_bad_arguments_say_what_to_try():
    """Too few draws, negative fits and unknown groups are refused with a remedy."""
    themes = themes_of([speech(1, 2001)], [np.full((2, 3), 1 / 3)])
    for arguments in ({"draws": 50}, {"fits": -1}, {"by": "colour"}, {"reuse": "twice"}):
        with pytest.raises(JianghuaError, match="Try"):
            compare_years(themes, **arguments)
