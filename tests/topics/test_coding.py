"""Scores of coders: known coders give known precision, chance and agreement; nothing is guessed."""

from __future__ import annotations

import csv
import io
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from jianghua.errors import JianghuaError
from jianghua.topics.coding import (
    agreement,
    chance_p,
    read_answers,
    score,
    simulate_coder,
    verdict,
    wilson,
)
from jianghua.topics.validation import Gold, Item, Trial


def made_trial(topics: int = 8, items: int = 25) -> Trial:
    """A trial without texts: per topic ``items`` questions of four choices, a-d."""
    choices = ("a", "b", "c", "d")
    key = tuple(
        Gold(f"q{topic}-{n}", "labels", topic, f"主题{topic}", 1 + (n + topic) % 4, choices)
        for topic in range(topics)
        for n in range(items)
    )
    return Trial(tuple(Item(g.id, g.test, "", False, choices) for g in key), key, ())


def _sheet(
    rows: list[tuple[str, ...]], head: tuple[str, ...] = ("set", "coder", "item", "answer")
) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return out.getvalue().encode()


@pytest.mark.parametrize("accuracy", [0.25, 0.6, 0.9])
def test_simulated_coders_score_what_they_know(accuracy: float) -> None:
    """Coders who are right with a known probability get that precision: the band of all 200 items
    holds it, and each coder alone is within three standard errors."""
    trial = made_trial()
    coders = {f"c{n}": simulate_coder(trial, accuracy, seed=n) for n in range(4)}
    scores = score(trial.key, coders)
    everything = scores.topics.query("topic == -1 and test == 'all'").iloc[0]
    assert everything["low"] <= accuracy <= everything["high"]
    error = math.sqrt(accuracy * (1 - accuracy) / 200)
    alone = scores.coders.query("test == 'all'")["precision"]
    assert ((alone - accuracy).abs() < 3 * error).all()


@pytest.mark.parametrize(("accuracy", "expected"), [(0.25, 0.0), (0.7, 0.36), (1.0, 1.0)])
def test_agreement_of_simulated_coders(accuracy: float, expected: float) -> None:
    """Two independent coders of accuracy a agree with probability a² + (1−a)²/3 among four choices,
    by chance a quarter; alpha is (agreement − ¼) / ¾ up to sampling error."""
    if accuracy < 1:
        assert expected == pytest.approx(
            (accuracy**2 + (1 - accuracy) ** 2 / 3 - 0.25) / 0.75, abs=1e-3
        )
    trial = made_trial(topics=40)
    chosen = {c: simulate_coder(trial, accuracy, seed=n) for n, c in enumerate("ab")}
    assert agreement(trial.key, chosen) == pytest.approx(expected, abs=0.06)


def test_alpha_of_krippendorff() -> None:
    """The nominal example of Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, C:
    four observers, twelve units, missing data: 0.743."""
    observers = [
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    ]
    key = [Gold(f"q{n}", "labels", 0, "", 1, tuple("abcde")) for n in range(12)]
    chosen = {
        f"o{i}": {f"q{n}": int(v) for n, v in enumerate(row.split()) if v != "."}
        for i, row in enumerate(observers)
    }
    assert agreement(key, chosen) == pytest.approx(0.743, abs=5e-4)


def test_no_agreement_without_two() -> None:
    """One coder, or nothing answered by two, has no alpha."""
    trial = made_trial(1)
    assert math.isnan(agreement(trial.key, {"a": simulate_coder(trial, 0.5)}))
    first, second = trial.key[0].id, trial.key[1].id
    assert math.isnan(agreement(trial.key, {"a": {first: 1}, "b": {second: 2}}))


@given(st.integers(0, 30), st.integers(1, 30))
def test_chance_is_the_binomial_tail(right: int, n: int) -> None:
    """With equal chances the exact test is scipy's one-sided binomial test."""
    right = min(right, n)
    expected = binomtest(right, n, 0.25, alternative="greater").pvalue
    assert chance_p(right, [0.25] * n) == pytest.approx(expected, abs=1e-12)


def test_chance_of_unlike_tests() -> None:
    """One item of six choices and one of four: both right 1/24, one or more 1 − 5/6 · 3/4 (by hand)."""
    assert chance_p(2, [1 / 6, 1 / 4]) == pytest.approx(1 / 24)
    assert chance_p(1, [1 / 6, 1 / 4]) == pytest.approx(1 - 5 / 8)


def test_wilson_interval() -> None:
    """As scipy's Wilson interval; nothing answered says nothing."""
    there = binomtest(7, 10).proportion_ci(0.9, "wilson")
    assert wilson(0.7, 10) == pytest.approx((there.low, there.high))
    assert wilson(float("nan"), 0) == (0.0, 1.0)


def test_good_topics_pass_and_planted_bad_ones_do_not() -> None:
    """Coders who know seven topics and guess at the eighth: the eighth alone is named."""
    trial = made_trial()
    known, guessed = (simulate_coder(trial, a, seed=3) for a in (0.95, 0.25))
    coder = {g.id: (guessed if g.topic == 7 else known)[g.id] for g in trial.key}
    assert score(trial.key, {"a": coder}).rejected == [7]


def test_verdicts() -> None:
    """Half right and better than chance is published; less is not; with too few answers nobody knows."""
    assert verdict(0.5, 0.049, 0.001) == "publish"
    assert verdict(0.49, 0.001, 0.001) == "do not publish"
    assert verdict(0.9, 0.05, 0.001) == "do not publish"
    assert verdict(1.0, 0.0625, 0.0625) == "too few answers"


def test_missing_answers_are_missing_not_wrong() -> None:
    """Items left open lower no precision; they are counted as missing."""
    trial = made_trial(1)
    right = {g.id: g.answer for g in trial.key[:10]}
    scores = score(trial.key, {"a": right})
    assert scores.coders.iloc[0][["answered", "missing", "precision"]].tolist() == [10, 15, 1.0]
    assert scores.topics.iloc[0]["items"] == 10


def test_sheets_in_any_order_and_shape() -> None:
    """Numbers, the choice itself, full-width digits, Excel's 3.0, semicolons and GB18030 all read; the
    order of rows and files does not matter."""
    key = made_trial(1, 4).key
    ids = [g.id for g in key]
    rows = [
        ("", "甲", ids[0], "2"),
        ("", "甲", ids[1], "c"),
        ("", "甲", ids[2], "３"),
        ("", "甲", ids[3], "4.0"),
    ]
    plain = read_answers({"x.csv": _sheet(rows[::-1])}, key, "s")
    assert plain.chosen == {"甲": dict(zip(ids, (2, 3, 3, 4), strict=True))} and not plain.notes
    chinese = _sheet(rows).decode().replace(",", ";").encode("gb18030")
    assert read_answers({"y.csv": chinese}, key, "s") == plain


def test_what_cannot_be_used_is_named() -> None:
    """Other questions, unknown items, cells that name no choice, two answers to one item, a file that
    is no sheet: each is told, none counts."""
    key = made_trial(1, 4).key
    ids = [g.id for g in key]
    found = read_answers(
        {
            "a.csv": _sheet(
                [("s", "a", ids[0], "1"), ("s", "a", ids[1], "=cmd"), ("s", "a", "zz", "1")]
            ),
            "b.csv": _sheet(
                [("s", "a", ids[0], "2"), ("s", "a", ids[2], "9"), ("s", "a", ids[3], "1")]
            ),
            "c.csv": _sheet([("other", "c", ids[0], "1")]),
            "d.csv": b"\x00\xff\xfe\x80",
            "e.csv": b"x" * 6_000_000,
            "f.csv": b"",
        },
        key,
        "s",
    )
    assert found.chosen["a"] == {ids[3]: 1} and not found.chosen.get("c")
    told = "\n".join(found.notes)
    for part in (
        "'=cmd'",
        "unknown items: zz",
        "two answers",
        "other questions",
        "d.csv",
        "e.csv",
        "f.csv",
    ):
        assert part in told


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_named(raw: bytes) -> None:
    """Whatever a file holds, reading it ends with answers or a note, never with a crash."""
    key = made_trial(1, 2).key
    found = read_answers({"x.csv": b"item,answer\n" + raw}, key, "s")
    assert all(a in (1, 2, 3, 4) for answers in found.chosen.values() for a in answers.values())
    assert all(note.isprintable() for note in found.notes)


def test_no_answers_is_an_error() -> None:
    """Empty sheets end in one line that says what was wrong with them."""
    key = made_trial(1, 2).key
    with pytest.raises(JianghuaError, match="no answers"):
        score(key, read_answers({"d.csv": b"nothing"}, key, "s"))
