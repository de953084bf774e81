"""Shares of themes: what they add up to, and what their bands say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.topics.lda import place_speeches
from jianghua.topics.model import TopicModel
from jianghua.topics.themes import SET_ASIDE, Themes, name_themes
from jianghua.words.bag import Bag
from jianghua.years.shares import compare_years, speech_table, topic_years
from tests import toy as made


def themes_of(rows: list[tuple[str, int | None, list[int], float]]) -> Themes:
    """Two themes, 甲 and 乙. A row is a passage: speech, year, its counts of two words, share of 甲."""
    speeches = {name: Speech(name, year=year, place=name[0]) for name, year, _, _ in rows}
    numbers = dict.fromkeys(speeches, 0)
    places = []
    for name, *_ in rows:
        places.append(Passage(speeches[name], numbers[name]))
        numbers[name] += 1
    bag = Bag(csr_matrix([counts for _, _, counts, _ in rows]), ("丙", "丁"), tuple(places))
    mixtures = np.array([[a, 1 - a] for *_, a in rows])
    return name_themes(TopicModel(np.full((2, 2), 0.5), mixtures, bag, {}), {0: "甲", 1: "乙"})


def share(themes: Themes, theme: str = "甲", **options: object) -> dict[object, float]:
    """Group → share of a theme."""
    comparison = compare_years(themes, draws=100, **options)  # type: ignore[arg-type]
    rows = comparison.table[comparison.table["theme"] == theme]
    return dict(zip(rows[comparison.by], rows["share"], strict=True))


def test_long_passages_count_for_more() -> None:
    """Shares are weighted by words, by hand: (8 · 1 + 2 · 0.5) / 10 = 0.9."""
    themes = themes_of([("a", 1990, [4, 4], 1.0), ("b", 1990, [2, 0], 0.5)])
    assert share(themes) == {1990: pytest.approx(0.9)}


def test_shares_of_a_year_sum_to_one(toy_model: TopicModel) -> None:
    """Whatever is set aside, the shares of each year sum to 1 and lie in their bands."""
    for names in ({}, {0: SET_ASIDE}, {0: "甲", 2: "甲"}):
        table = compare_years(name_themes(toy_model, names)).table
        assert table.groupby("year")["share"].sum().to_numpy() == pytest.approx(1)
        assert (table["low"] <= table["share"]).all()
        assert (table["share"] <= table["high"]).all()


def test_theme_is_the_sum_of_its_topics(toy_model: TopicModel) -> None:
    """A theme's share equals the sum over its topics, year by year."""
    themes = name_themes(toy_model, {0: "甲", 1: "乙", 2: "甲"})
    topics = topic_years(themes).query("topic != 1").groupby("year")["share"].sum()
    assert share(themes) == pytest.approx(topics.to_dict())


def test_toy_years(toy_model: TopicModel) -> None:
    """Fields lead in 2018 and are gone by 2023; there are no rows for years without a speech."""
    fields = share(name_themes(toy_model), "种田")
    assert list(fields) == [2018, 2019, 2020, 2023]
    assert fields[2018] > 0.8
    assert fields[2023] < 0.1


def test_band_says_what_was_resampled(toy_model: TopicModel) -> None:
    """Years of one speech say "passages", others "speeches", with the number of speeches."""
    table = compare_years(name_themes(toy_model)).table.drop_duplicates("year").set_index("year")
    assert table["band"].to_dict() == {
        2018: "speeches", 2019: "passages", 2020: "passages", 2023: "speeches",
    }  # fmt: skip
    assert table["speeches"].to_dict() == {2018: 2, 2019: 1, 2020: 1, 2023: 2}
    assert table["words"].sum() == toy_model.bag.counts.sum()


def test_same_speeches_no_width() -> None:
    """A year of speeches that all say the same has a band without width; one where they differ has
    not, though the passages' mixtures are the same set."""
    alike = [(f"{c}", 1990, [3, 1], a) for c in "abcd" for a in (1.0, 0.0)]
    apart = [(f"{c}", 1990, [3, 1], a) for c, a in zip("aabbccdd", [1, 1, 0, 0] * 2, strict=True)]
    flat = compare_years(themes_of(alike)).table.iloc[0]
    wide = compare_years(themes_of(apart)).table.iloc[0]
    assert flat["share"] == wide["share"] == pytest.approx(0.5)
    assert (flat["low"], flat["high"]) == pytest.approx((0.5, 0.5))
    assert wide["high"] - wide["low"] > 0.5


def test_band_by_hand() -> None:
    """Two speeches, all 甲 and all 乙: drawing two of two gives 甲 0, 1/2, 1 with 1/4, 1/2, 1/4, so a
    90 % band is the whole range."""
    row = compare_years(themes_of([("a", 1990, [1, 1], 1.0), ("b", 1990, [1, 1], 0.0)])).table.iloc[
        0
    ]
    assert (row["low"], row["share"], row["high"]) == (0, 0.5, 1)


def test_same_seed_same_band(toy_model: TopicModel) -> None:
    """Bands are drawn from a seed: the same one gives the same table."""
    themes = name_themes(toy_model)
    assert compare_years(themes, seed=3).table.equals(compare_years(themes, seed=3).table)
    assert not compare_years(themes, seed=3).table.equals(compare_years(themes, seed=4).table)


def test_by_place_and_span(toy_model: TopicModel) -> None:
    """Groups may be places or spans of years, which may overlap; names of groups are the column."""
    themes = name_themes(toy_model)
    assert list(share(themes, "种田", by="place")) == ["农业局", "县里", "科技园"]
    spans = share(themes, "种田", by=[(2018, 2019), (2018, 2023)])
    assert list(spans) == ["2018–2019", "2018–2023"]
    assert spans["2018–2019"] > spans["2018–2023"]
    with pytest.raises(JianghuaError, match="one of year, place"):
        compare_years(themes, by="colour")


def test_left_out_speeches_are_counted() -> None:
    """Speeches without a year, or outside all spans, are counted; a year of which nothing counts is
    named."""
    themes = themes_of([("a", 1990, [1, 1], 0.5), ("b", None, [1, 1], 0.5), ("c", 1999, [1, 0], 1)])
    assert compare_years(themes).left_out == 1
    assert compare_years(themes, by=[(1990, 1995)]).left_out == 2
    comparison = compare_years(name_themes(themes.model, {0: SET_ASIDE, 1: "乙"}))
    assert comparison.emptied == (1999,)
    assert comparison.table["year"].tolist() == [1990]


def test_reuse_by_hand() -> None:
    """A passage repeated twice later: kept, 甲 has 2/3 of 1990 and 1/2 of 1991; counted once, nothing
    of it in 1991; weighted, (1/3) / (1/3 + 1) of either year's other passage."""
    themes = themes_of(
        [
            ("a", 1990, [2, 2], 1.0), ("a", 1990, [1, 3], 0.0),
            ("b", 1991, [2, 2], 1.0), ("b", 1991, [3, 1], 0.0), ("b", 1991, [2, 2], 1.0),
        ]
    )  # fmt: skip
    assert share(themes) == pytest.approx({1990: 1 / 2, 1991: 2 / 3})
    assert share(themes, reuse="once") == pytest.approx({1990: 1 / 2, 1991: 0})
    assert share(themes, reuse="weight") == pytest.approx(
        {1990: (1 / 3) / (1 / 3 + 1), 1991: (2 / 3) / (2 / 3 + 1)}
    )
    with pytest.raises(JianghuaError, match="keep, once or weight"):
        compare_years(themes, reuse="twice")


def test_a_year_of_repeats_only_is_told() -> None:
    """With reuse counted once, a year that only repeats has no row, and is named."""
    themes = themes_of([("a", 1990, [2, 2], 1.0), ("b", 1991, [2, 2], 1.0)])
    comparison = compare_years(themes, reuse="once")
    assert comparison.table["year"].unique().tolist() == [1990]
    assert comparison.emptied == (1991,)


@pytest.mark.parametrize("draws", [0, 99])
def test_few_draws_are_refused(toy_model: TopicModel, draws: int) -> None:
    """A band from a handful of draws is refused."""
    with pytest.raises(JianghuaError, match="draws carry no"):
        compare_years(name_themes(toy_model), draws=draws)


def test_no_year_at_all() -> None:
    """A corpus without any year cannot be compared, and says what to complete."""
    with pytest.raises(JianghuaError, match=r"no speech has a year.*catalog\.csv"):
        compare_years(themes_of([("a", None, [1, 1], 0.5)]))


def test_topic_years_sum_to_one(toy_model: TopicModel) -> None:
    """Each year's topics hold all its words, under the model's own numbers and words."""
    table = topic_years(name_themes(toy_model, {0: SET_ASIDE}))
    assert table.groupby("year")["share"].sum().to_numpy() == pytest.approx(1)
    first = table.drop_duplicates("topic").set_index("topic")["words"].str.split().str[0]
    assert first.to_dict() == {k: toy_model.words_of(k, 1)[0] for k in range(3)}


def test_speech_table(toy_model: TopicModel) -> None:
    """One row per speech and theme, oldest first; the plain count of seed words beside the model
    agrees with the counts; the reference is the mean over the years a speech may be of."""
    themes = name_themes(toy_model)
    placed = place_speeches(toy_model, made.toy_bag())
    speeches = tuple(
        replace(p, speech=replace(p.speech, year_low=2018, year_high=2019))
        for p in placed.bag.passages
    )
    bag = Bag(placed.bag.counts, placed.bag.words, speeches, placed.bag.removed)
    there = TopicModel(
        toy_model.topic_words.copy(), placed.passage_topics.copy(), bag, placed.settings
    )
    reference = compare_years(themes)
    table = speech_table(name_themes(there, themes.members), reference)
    assert list(dict.fromkeys(table["id"])) == list(made.TEXTS)
    row = table[(table["id"] == "tian-1") & (table["theme"] == "种田")].iloc[0]
    rows = [i for i, p in enumerate(bag.passages) if p.speech.id == "tian-1"]
    seeds = [bag.words.index(word) for word in ("粮食", "水稻", "化肥")]
    assert row["seed_share"] == bag.counts[rows][:, seeds].sum() / bag.counts[rows].sum()
    both = reference.table.query("theme == '种田' and year < 2020")["share"].mean()
    assert row["reference"] == pytest.approx(both)


def test_the_count_stands_beside_the_share(toy_model: TopicModel) -> None:
    """The seed words of 种田 in 2018 are counted by hand from the texts; a theme without a guide has
    none."""
    table = compare_years(name_themes(toy_model)).table
    row = table[(table["year"] == 2018) & (table["theme"] == "种田")].iloc[0]
    texts = "".join(text for year, _, text in made.TEXTS.values() if year == 2018)
    said = sum(texts.count(word) for word in ("粮食", "水稻", "化肥"))
    assert row["seed_share"] == said / row["words"]
    assert table[~table["theme"].isin(["种田", "办学"])]["seed_share"].isna().all()


def test_speech_table_without_guides(toy_model: TopicModel) -> None:
    """Without guides there is no plain count: missing numbers, in a column of numbers."""
    plain = TopicModel(
        toy_model.topic_words.copy(), toy_model.passage_topics.copy(), toy_model.bag, {}
    )
    table = speech_table(name_themes(plain))
    assert table["seed_share"].isna().all()
    assert table["seed_share"].dtype == "float64"
