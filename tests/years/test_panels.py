"""Panels: places by years, their distance from the centre, and who says a 提法 first."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from planted import drawn, speech, themes_of
from scipy.sparse import csr_matrix
from scipy.spatial.distance import jensenshannon

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.words.bag import Bag
from jianghua.years.panels import (
    distance_to,
    jensen_shannon,
    lead_lag,
    lead_lag_by_place,
    place_years,
)
from jianghua.years.shares import compare_years

MEANS = {"近省": [0.5, 0.3, 0.2], "远省": [0.1, 0.1, 0.8]}


def panel(years: int = 4, seed: int = 0):
    """Two places, a speech a year each: one speaks like the centre, one does not."""
    speeches = [
        speech(2 * y + i, 2000 + y, place=p) for y in range(years) for i, p in enumerate(MEANS)
    ]
    means = [MEANS[s.place] for s in speeches]
    return drawn(speeches, means, np.random.default_rng(seed), between=200)


def centre(years: int = 4):
    """A national report a year."""
    speeches = [speech(900 + y, 2000 + y, place="中央") for y in range(years)]
    return drawn(speeches, [MEANS["近省"]] * years, np.random.default_rng(9), between=200)


def test_cells_are_shares():
    """Each place and year has shares that sum to one, in their bands; a lone place agrees with
    compare_years."""
    table = place_years(panel())
    sums = table.groupby(["place", "year"])["share"].sum()
    assert len(sums) == 8
    assert sums.tolist() == pytest.approx([1] * 8)
    assert ((table.low <= table.share) & (table.share <= table.high)).all()
    alone = place_years(centre())
    assert alone["share"].tolist() == pytest.approx(compare_years(centre()).table["share"].tolist())


def test_distance_is_scipys():
    """Jensen–Shannon distance agrees with scipy, base 2."""
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.1, 0.8])
    assert jensen_shannon(p, q) == pytest.approx(jensenshannon(p, q, base=2))
    assert jensen_shannon(p, p) == 0


def test_the_far_place_is_farther():
    """The place that speaks otherwise is farther in each year, by the theme that it overdoes."""
    table = distance_to(panel(), centre())
    far, near = (table[table.place == p].set_index("year") for p in ("远省", "近省"))
    assert (far["distance"] > near["distance"]).all()
    assert (far["low"] > 0.1).all()
    assert set(far["furthest_theme"]) == {"样机"}
    assert (far["furthest_by"] > 0).all()


def test_noise_is_not_distance():
    """Places that speak like the centre are nearly at distance zero once corrected, and less far
    than as measured."""
    near = distance_to(panel(), centre()).query("place == '近省'")
    assert (near["distance"] <= near["uncorrected"]).all()
    assert near["distance"].mean() < 0.6 * near["uncorrected"].mean()


def test_themes_must_be_the_same():
    """Shares of other themes cannot be compared, and a corpus without places has no panel."""
    other = themes_of([speech(1, 2000)], [np.full((4, 2), 0.5)])
    with pytest.raises(JianghuaError, match="place_speeches"):
        distance_to(panel(), other)
    with pytest.raises(JianghuaError, match="place and a year"):
        place_years(other)


# --- who says it first ----------------------------------------------------------------------------


def says(place: str, years: dict[int, str]) -> list[tuple[Passage, str]]:
    """A speech per year that says the given words."""
    return [(Passage(Speech(f"{place}-{y}", year=y, place=place), 0), w) for y, w in years.items()]


def bag_of(rows: list[tuple[Passage, str]]) -> Bag:
    words = tuple(sorted({w for _, text in rows for w in text.split()}))
    counts = [[text.split().count(w) for w in words] for _, text in rows]
    return Bag(csr_matrix(np.array(counts, dtype="int32")), words, tuple(p for p, _ in rows))


def test_leads_and_lags_by_hand():
    """A new word of 2001 at the centre and 2003 in the place: two years later; one the place said
    in its first report cannot be dated there; one it said first leads."""
    national = bag_of(
        says("中央", {2000: "旧", 2001: "旧 新", 2002: "新", 2003: "新 后", 2004: "新"})
    )
    local = bag_of(says("省", {2000: "旧", 2001: "旧", 2002: "后", 2003: "新 后"}))
    table = lead_lag(local, national, ["新", "旧", "后", "无"]).set_index("term")
    assert table.loc["新", ["lag", "lag_low", "lag_high", "who"]].tolist() == [2, 2, 2, "reference"]
    assert table.loc["后", ["lag", "who"]].tolist() == [-1, "place"]
    assert table.loc["旧", "who"] == "cannot tell"
    assert table.loc["旧", ["lag_low", "lag_high"]].isna().all()
    assert "无" not in table.index


def test_missing_reports_leave_the_order_open():
    """Said in 2005 after a gap since 2000, the word may have been new there from 2001 on: against
    2003 at the centre, two years before to two after."""
    national = bag_of(says("中央", {2000: "旧", 2001: "旧", 2002: "旧", 2003: "新"}))
    local = bag_of(says("省", {2000: "旧", 2005: "新"}))
    row = lead_lag(local, national, ["新"]).iloc[0]
    assert (row.lag, row.lag_low, row.lag_high, row.who) == (2, -2, 2, "cannot tell")


def test_places_are_summed_up():
    """Counts of leads and lags and the median are those of the rows."""
    table = pd.DataFrame(
        {"place": "省", "lag": [-1, 0, 1, 2, 9], "lag_low": [-1, 0, 1, 2, None],
         "lag_high": [-1, 0, 1, 2, 9],
         "who": ["place", "same year", "reference", "reference", "cannot tell"]}
    )  # fmt: skip
    row = lead_lag_by_place(table).iloc[0]
    assert (row.terms, row.leads, row.same_year, row.follows, row.untold) == (4, 1, 1, 2, 1)
    assert row.median_lag == 0.5
    assert row.low <= row.median_lag <= row.high
