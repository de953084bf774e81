"""Public functions told the wrong thing: one line says what, and what makes the right one."""

from __future__ import annotations

import inspect

import pandas as pd
import pytest

import jianghua as jh
from jianghua.errors import JianghuaError
from jianghua.nouns import checked, how_many
from jianghua.speeches.corpus import Speech
from tests.toy import toy_bag

WRONG = {
    "None": None,
    "an empty list": [],
    "a number": 7,
    "not a number": float("nan"),
    "a set": {3},
}
FUNCTIONS = [name for name in jh.__all__ if name != "figures"]


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_first_value_is_one_line(name, wrong):
    """Nothing of another kind gets as far as a traceback of ours, in any public function."""
    function = getattr(jh, name)
    first, *others = inspect.signature(function).parameters.values()
    takes = str(first.annotation)
    if (wrong is None and "None" in takes) or (wrong == [] and "Iterable" in takes):
        pytest.skip("this one may be so")
    more = [None for one in others if one.default is inspect.Parameter.empty]
    with pytest.raises(JianghuaError) as caught:
        function(wrong, *more)
    assert "\n" not in str(caught.value)
    assert "Try: " in str(caught.value)


def test_one_speech_is_not_several():
    """A single speech in place of a list is answered with the list."""
    speech = Speech(id="a", title="", text="同志们：水渠要修。")
    with pytest.raises(JianghuaError, match=r"put it into a list: \[speech\]"):
        jh.passages(speech)
    assert len(jh.passages([speech])) == 1


@pytest.mark.parametrize("span", [(2010, 2000), "2000-2010", (2000,), (2000, "2010")])
def test_a_span_is_two_years_in_order(span):
    """Turned round, written as a text or halved, a span of years is refused."""
    with pytest.raises(JianghuaError, match="the earlier one first"):
        jh.keyness(toy_bag(), span, (2000, 2010))


SCALARS = {"int", "str", "float", "bool", "int | None", "str | None"}
NEITHER = {"int": "5", "str": 5, "float": "5", "bool": "yes"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_plain_parameter_is_checked(name):
    """A number where words belong, a text or a list where a number belongs: no plain parameter of
    any public function lets it through."""
    function = getattr(jh, name)
    parameters = inspect.signature(function).parameters
    plain = [p for p in parameters.values() if str(p.annotation) in SCALARS]
    for parameter in plain:
        for wrong in (NEITHER[parameter.annotation.split(" ")[0]], [], object()):
            with pytest.raises(JianghuaError, match=f"{parameter.name} is .*, not .* Try: "):
                checked(_like(function, parameter))(wrong)


def _like(function, parameter):
    """A function of one parameter of another function's."""

    def one(value):
        return value

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    one.__signature__ = inspect.Signature([parameter.replace(kind=kind, default=parameter.empty)])
    one.__name__ = function.__name__
    return one


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("seed", -1),
        ("seed", 10**100),
        ("draws", 10**9),
        ("seeds", 0),
        ("workers", 0),
        ("width", -1),
    ],
)
def test_numbers_out_of_range_are_told(name, value):
    """Numbers that no function takes under a name are refused before anything begins."""
    function = {"draws": jh.nearest_year, "seeds": jh.try_topics, "workers": jh.segment,
                "width": jh.concordance, "seed": jh.fit_topics}[name]  # fmt: skip
    with pytest.raises(JianghuaError, match=rf"{name} .*Try: a whole number from \d+ to \d+"):
        checked(_like(function, inspect.signature(function).parameters[name]))(value)


@pytest.mark.parametrize(
    "name", ["read_corpus", "read_bag", "read_lexicon", "read_guides", "read_speech"]
)
@pytest.mark.parametrize("path", ["a" * 300, "a/" * 3000, "a\0b"], ids=["name", "path", "NUL"])
def test_a_path_that_no_file_can_have(name, path):
    """A name longer than a file's, or with a NUL, is refused before a system is asked for it."""
    with pytest.raises(JianghuaError, match="no name that a file can have"):
        getattr(jh, name)(path)


def test_half_a_character_is_no_text():
    """Half of a character, which no table and no file takes, is refused wherever a text is wanted."""
    with pytest.raises(JianghuaError, match="half a character"):
        jh.formulations(toy_bag(), "\ud800")
    with pytest.raises(JianghuaError, match="not several texts or a text"):
        jh.formulations(toy_bag(), ["创新", "\ud800"])


def test_a_table_that_is_no_table_of_repeats(toy_model):
    """Repeats are the table of find_reuse, in its columns."""
    themes = jh.name_themes(toy_model)
    with pytest.raises(JianghuaError, match="no column speech_a"):
        jh.compare_years(themes, reuse="once", repeats=pd.DataFrame({"a": [1]}))
    for wrong in (5, "x", [1]):
        with pytest.raises(JianghuaError, match="repeats is"):
            jh.compare_years(themes, repeats=wrong)


@pytest.mark.parametrize("switches", [5, "place", object(), {"a", 5}])
def test_switches_are_classes(switches):
    """What is switched off is named by classes, and refits are bounded."""
    with pytest.raises(JianghuaError, match="switches is"):
        jh.set_aside_effect(toy_bag(), switches=switches)
    with pytest.raises(JianghuaError, match="yardstick"):
        jh.set_aside_effect(toy_bag(), yardstick=10**9)


def test_the_methods_of_a_model_are_checked(toy_model):
    """A text for a number, a topic that is not there, an order without words: one line each."""
    for ask in (
        lambda: toy_model.top_words("5"), lambda: toy_model.top_words(0),
        lambda: toy_model.words_of(99), lambda: toy_model.words_of(-1), lambda: toy_model.scores(5),
    ):  # fmt: skip
        with pytest.raises(JianghuaError, match="Try: "):
            ask()


def test_an_error_is_one_line_whatever_it_names():
    """A name with line ends in it stays on its line."""
    assert str(JianghuaError("is gone", "a\nb\r", "c\nd")) == "a\\nb\\r: is gone. Try: c\\nd"


def test_names_are_texts_by_number():
    """A list of names, or a number for a name, is refused before anything is renamed."""
    model = jh.fit_topics(toy_bag(), 2, passes=2)
    for names in (["水"], {0: 7}):
        with pytest.raises(JianghuaError, match="names by number"):
            jh.name_themes(model, names)


def test_no_theme_to_draw_is_told():
    """An empty choice of themes, or something without a table, is one line."""
    years = jh.compare_years(jh.name_themes(jh.fit_topics(toy_bag(), 2, passes=2)))
    for table, themes in ((years, []), (None, None), ("years", None)):
        with pytest.raises(JianghuaError, match="Try: "):
            jh.figures.theme_shares(table, themes)


def test_the_checked_function_is_the_documented_one():
    """Name, signature and docstring are those of the function itself."""
    from jianghua.topics.lda import fit_topics

    assert inspect.signature(jh.fit_topics) == inspect.signature(fit_topics)
    assert jh.fit_topics.__doc__ == fit_topics.__doc__


def test_numbers_have_their_nouns():
    """One is singular, none and many are plural."""
    assert [how_many(n, "speech") for n in (0, 1, 2)] == ["0 speeches", "1 speech", "2 speeches"]
    assert how_many(1, "passage") + how_many(3, "word") == "1 passage3 words"
