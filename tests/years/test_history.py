"""Known history comes out of the national reports untold: signs and orders, not digits.

The reports are those of the State Council, 1954–2026; the counts come with the project.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from jianghua.store import read_bag
from jianghua.topics.lda import fit_topics
from jianghua.topics.themes import name_themes
from jianghua.words.bag import Bag, prune, select_passages
from jianghua.words.lexicon import read_lexicon
from jianghua.years.changes import change_points, compare_spans
from jianghua.years.formulations import formulations, risers_and_fallers
from jianghua.years.heat import heat_grades
from jianghua.years.nearest import nearest_year

NATIONAL = Path(__file__).resolve().parents[2] / "corpus" / "national"

pytestmark = pytest.mark.skipif(
    not (NATIONAL / "counts.csv.gz").is_file(), reason="the counts of corpus/national are not here"
)


@pytest.fixture(scope="module")
def national() -> Bag:
    """The shipped counts, unfiltered."""
    return read_bag(NATIONAL)


def rate(national: Bag, term: str, first: int, last: int) -> float:
    """Occurrences of a term per 10,000 words of some years."""
    table = formulations(national, [term])
    years = table[table["year"].between(first, last)]
    return float(10_000 * years["count"].sum() / years["words"].sum())


def test_the_language_of_class_struggle_ends_with_the_seventies(national):
    """阶级斗争 is said often in 1964–1979 and hardly after the reform began (Third Plenum, December
    1978: the first reports after it are those of 1979 and 1980)."""
    assert rate(national, "阶级斗争", 1964, 1979) > 20 * rate(national, "阶级斗争", 1980, 2026)


def test_the_market_economy_comes_after_1992(national):
    """市场经济 has its time after the Fourteenth Congress (October 1992), and none before."""
    assert rate(national, "市场经济", 1993, 2003) > 20 * rate(national, "市场经济", 1954, 1992)
    assert rate(national, "市场经济", 1993, 2003) > rate(national, "市场经济", 2013, 2026)
    fates = risers_and_fallers(national, (1979, 1992), (1993, 2003)).set_index("term")
    assert fates.loc["社会主义市场经济", "way"] == "new"


def test_the_scientific_outlook_is_of_2004_to_2012(national):
    """科学发展观 is new in 2004 and fades after the Eighteenth Congress (November 2012)."""
    table = formulations(national, ["科学发展观"])
    assert table["first_here"][0] == 2004
    inside = rate(national, "科学发展观", 2004, 2012)
    assert inside > 2 * rate(national, "科学发展观", 2013, 2026) > 0


def test_innovation_rises_after_2012(national):
    """创新 is said more in each era: before 2001, to 2012, and most after 2012."""
    eras = [rate(national, "创新", *span) for span in ((1978, 2000), (2001, 2012), (2013, 2026))]
    assert eras == sorted(eras)
    assert eras[2] > 1.5 * eras[1] > 3 * eras[0]


@pytest.mark.parametrize(("term", "year"), [("高质量发展", 2018), ("新质生产力", 2024)])
def test_new_formulations_have_their_first_report(national, term, year):
    """高质量发展 is first said in the report of 2018, 新质生产力 in that of 2024."""
    table = formulations(national, [term])
    assert set(table["first_here"]) == {year}
    assert table[table["year"] == table["year"].max()]["count"].item() > 0


def test_high_quality_development_boils(national):
    """高质量发展 is unsaid until 2017 and at the hottest grade in 2024, at both ends of its band."""
    table = heat_grades(national, ["高质量发展"]).set_index("year")
    assert set(table.loc[:2017, "grade"]) == {""}
    assert table.loc[2024, ["grade_low", "grade", "grade_high"]].tolist() == ["沸"] * 3


def test_reports_speak_the_words_of_their_time(national):
    """A report left out of the series lands within three years of its own, since 1980, in nine of
    ten cases."""
    recent = [i for i, p in enumerate(national.passages) if (p.speech.year or 0) % 6 == 0]

    table = nearest_year(select_passages(national, recent), national, draws=200)
    table = table[table["year"] >= 1980]
    assert (table["lag"].abs() <= 3).mean() >= 0.9


def test_the_break_of_1978(national):
    """Topics fitted to all reports, nobody told of reform: the greatest change of all shares begins
    with the reports that follow the Third Plenum of December 1978, and 2013–2026 differs from
    1978–1991 in half the themes."""
    themes = name_themes(fit_topics(prune(national, read_lexicon()), 12, seed=1, passes=25))
    changes = change_points(themes, permutations=199)
    breaks = changes[(changes["low"] <= 1981) & (changes["high"] >= 1978)]
    assert len(breaks) == 1
    assert breaks["year"].between(1978, 1981).all()
    spans = compare_spans(themes, (1978, 1991), (2013, 2026), draws=200)
    assert (spans["p_holm"] < 0.05).sum() >= 6
