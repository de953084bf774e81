"""Two speeches side by side: themes, words, 提法 of one alone, shared passages."""

from __future__ import annotations

import pytest

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Speech
from jianghua.topics.themes import name_themes
from jianghua.words.bag import count
from jianghua.years.formulations import read_coinages
from jianghua.years.shares import compare_years
from jianghua.years.sidebyside import compare_speeches
from tests import toy as made


@pytest.fixture(scope="module")
def pair(toy_model):
    """The fields of 2018 and the laboratory of 2023."""
    bag = count(made.toy_tokens())
    return compare_speeches(name_themes(toy_model), "tian-1", "shi-1", bag, made.toy_corpus())


def test_shares_are_those_of_the_speeches(pair, toy_model):
    """Shares agree with compare_years by speech, and the difference is theirs."""
    table = compare_years(name_themes(toy_model), by="id").table.set_index(["id", "theme"])["share"]
    for row in pair.themes.itertuples():
        assert row.share_a == pytest.approx(table["tian-1", row.theme])
        assert row.share_b == pytest.approx(table["shi-1", row.theme])
        assert row.difference == pytest.approx(row.share_b - row.share_a)
        assert row.low <= row.difference <= row.high


def test_words_tell_them_apart(pair):
    """芯片 is the laboratory's, 粮食 the fields'."""
    z = pair.keyness.set_index("word")["z"]
    assert z["芯片"] > 0.5
    assert z["粮食"] < -0.5
    assert pair.keyness["word"].iloc[0] in made.LABORATORY
    assert (z[[w for w in made.FIELDS if w in z]] < 0).all()
    assert set(pair.keyness["span_a"]) == {"tian-1"}


def test_formulations_of_one_alone(pair):
    """乡村振兴 stands in the speech of 2018 alone, once; the table of dated 提法 gives its year."""
    row = pair.formulations.set_index("term").loc[made.TIFA]
    assert (row.speech, row["count"]) == ("tian-1", 1)
    assert row.first_year == read_coinages()[made.TIFA].first_year


def test_shared_passages_need_texts(toy_model):
    """A copied sentence is found where texts are at hand; without texts the answer is unknown."""
    sentence = "水渠从上游修到下游要先丈量土地再商定工时然后分段包给各个小组最后由大家一起验收放水"
    speeches = [
        Speech("tian-1", year=2001, text=f"山里的雨水存不住。{sentence}。谷子已经收完。"),
        Speech("shi-1", year=2002, text=f"今年的旱情比去年重。{sentence}。孩子都去上学。"),
    ]
    themes = name_themes(toy_model)
    assert compare_speeches(themes, "tian-1", "shi-1", speeches=[]).shared is None
    shared = compare_speeches(themes, "tian-1", "shi-1", speeches=speeches).shared
    assert shared["kind"].tolist() == ["exact"]
    assert shared["characters"][0] >= len(sentence)


def test_ids_are_checked(toy_model):
    """A speech is not compared with itself, and an unknown id is named."""
    themes = name_themes(toy_model)
    with pytest.raises(JianghuaError, match="itself"):
        compare_speeches(themes, "shi-1", "shi-1")
    with pytest.raises(JianghuaError, match="no speech nobody"):
        compare_speeches(themes, "shi-1", "nobody")
