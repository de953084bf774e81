"""Does the 90 % band hold the truth in nine of ten corpora, and is a 5 % test wrong in 5 %?

Prints JSON: coverage by case (target 0.86–0.94) and false-positive rates at 5 % by number of
speeches. Mixtures are planted, not fitted, except in the case that says so: the band is on trial,
not the engine. Run: python benchmarks/calibration.py [--repetitions 200]
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix
from scipy.stats import t, ttest_ind

from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.store import read_bag
from jianghua.topics.engine import place
from jianghua.topics.lda import fit_topics
from jianghua.topics.model import TopicModel
from jianghua.topics.themes import Themes, name_themes
from jianghua.words.bag import Bag, select_passages
from jianghua.years.changes import change_points, compare_spans
from jianghua.years.nearest import UNLIKE, nearest_year
from jianghua.years.permutation import difference_test, robust_slope, trend_test
from jianghua.years.shares import compare_years
from jianghua.years.trends import smooth_trend

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

BETWEEN, WITHIN = 25.0, 2.0  # concentrations of speeches in a year, of passages in a speech
CORPUS = Path(__file__).resolve().parents[1] / "corpus"
NAMES = dict(enumerate("甲乙丙丁"))


def path_of_means(years: int) -> Floats:
    """Known shares that move: years × 4 themes; one rises, one falls, one is rare."""
    t = np.linspace(0, 1, years)
    shares = np.stack([0.15 + 0.35 * t, 0.5 - 0.3 * t, 0.05 + 0 * t, 0.3 - 0.05 * t], axis=1)
    return shares / shares.sum(axis=1, keepdims=True)


def plant(
    means: Floats,
    per_year: Sequence[int],
    passages: int,
    generator: np.random.Generator,
    between: float | Sequence[float] = BETWEEN,
) -> tuple[Themes, Floats]:
    """Themes with the posterior mean as mixture, and each speech's own true shares (S × 4).

    Year → speech (Dirichlet) → passage (Dirichlet) → topics of its words (multinomial, 40 to 120
    words); the mixture kept is (n + α) / (words + Σα), which is all that a perfect fit could know.
    """
    speeches, rows, truths, lengths = [], [], [], []
    alike = np.broadcast_to(between, len(means))
    for year, (mean, n) in enumerate(zip(means, per_year, strict=True), start=2000):
        for _ in range(n):
            own = generator.dirichlet(alike[year - 2000] * mean)
            theta = generator.dirichlet(WITHIN * own + 1e-6, max(2, generator.poisson(passages)))
            words = generator.integers(40, 121, len(theta))
            rows += [generator.multinomial(w, p) for w, p in zip(words, theta, strict=True)]
            speeches += [Speech(f"s{len(truths):04d}", year=year)] * len(theta)
            lengths.append(words)
            truths.append(own)
    alpha = WITHIN * np.average(means, axis=0, weights=per_year)
    return _themes(np.array(rows), speeches, alpha), np.array(truths)


def _themes(counts: NDArray[np.int64], speeches: Sequence[Speech], alpha: Floats) -> Themes:
    theta = counts + alpha
    theta = theta / theta.sum(axis=1, keepdims=True)
    places = tuple(Passage(speech, n) for n, speech in enumerate(speeches))
    bag = Bag(csr_matrix(counts.astype("int32")), tuple("wxyz"), places)
    model = TopicModel(np.eye(4), theta, bag, {"alpha": alpha.tolist(), "seed": 1})
    return name_themes(model, NAMES)


# --- coverage -------------------------------------------------------------------------------------


def coverage_of_years(
    per_year: int,
    passages: int,
    repetitions: int,
    finish: Callable[[Themes, int], Themes] = lambda themes, seed: themes,
    between: float | Sequence[float] = BETWEEN,
    fits: int = 0,
) -> dict[str, float]:
    """Share of bands (years × themes × repetitions) that hold the planted share of the year; for
    single speeches also the share that hold what the speech itself is made of."""
    means = path_of_means(6)
    held, own, width = [], [], []
    for seed in range(repetitions):
        generator = np.random.default_rng([7, seed])
        themes, truths = plant(means, [per_year] * 6, passages, generator, between)
        table = compare_years(finish(themes, seed), draws=400, seed=seed, fits=fits).table
        low, high = _square(table, "low"), _square(table, "high")
        held.append((low <= means) & (means <= high))
        width.append((high - low).mean())
        if per_year == 1:
            own.append((low <= truths) & (truths <= high))
    found = {"year": _rounded(held), "width": _rounded(width)}
    if not isinstance(between, float):
        by_year = np.mean(held, axis=(0, 2))
        found |= {"alike": _rounded(by_year[::2]), "diverse": _rounded(by_year[1::2])}
    return found | ({"speech": _rounded(own)} if own else {})


def _rounded(values: Sequence[object]) -> float:
    return round(float(np.mean(values)), 3)


def _square(table: pd.DataFrame, column: str) -> Floats:
    """A column as years × the four planted themes."""
    wide = table.pivot(index="year", columns="theme", values=column)
    return wide[[NAMES[k] for k in range(4)]].to_numpy(dtype=float)


def spoken_words(themes: Themes, seed: int) -> tuple[Bag, Floats]:
    """The same corpus in 48 words: each theme speaks nine of its own and, three times in ten, twelve
    that all speak in other proportions. The bag and the topics, 4 × 48."""
    generator = np.random.default_rng([8, seed])
    own = np.kron(np.eye(4), np.full(9, 1 / 9))
    spoken = np.hstack([0.7 * own, 0.3 * generator.dirichlet(np.ones(12), 4)])
    counts = np.zeros((len(themes.model.bag.passages), 48), dtype="int32")
    for k in range(4):
        number = themes.model.bag.counts[:, k].toarray().ravel()
        counts += generator.multinomial(number, spoken[k]).astype("int32")
    words = tuple(f"w{i:02d}" for i in range(48))
    return Bag(csr_matrix(counts), words, themes.model.bag.passages), spoken


def placed(themes: Themes, seed: int) -> Themes:
    """Mixtures inferred from the words under the planted topics."""
    bag, spoken = spoken_words(themes, seed)
    settings = themes.model.settings
    theta = place(bag.counts, spoken, np.array(settings["alpha"]))
    return name_themes(TopicModel(spoken, theta, bag, settings), NAMES)


def fitted(themes: Themes, seed: int) -> Themes:
    """LDA fitted to the words, its topics matched to the planted ones."""
    bag, spoken = spoken_words(themes, seed)
    model = fit_topics(bag, 4, seed=seed, passes=60)
    likeness = model.topic_words @ (spoken.T / np.linalg.norm(spoken, axis=1))
    topics, planted = linear_sum_assignment(-likeness)
    return name_themes(model, {int(t): NAMES[int(k)] for t, k in zip(topics, planted, strict=True)})


def blurred(themes: Themes, seed: int) -> Themes:
    """The same corpus, a third of the speeches dated to three years around a wrong best guess."""
    generator = np.random.default_rng([12, seed])
    dated: dict[str, Speech] = {}
    for number, speech in enumerate(themes.model.bag.speeches):
        year = int(speech.year or 0)
        if number % 3 == 2:
            low = int(np.clip(year - generator.integers(3), 2000, 2003))
            dated[speech.id] = replace(speech, year=low + 1, year_low=low, year_high=low + 2)
        else:
            dated[speech.id] = speech
    bag = themes.model.bag
    places = tuple(Passage(dated[p.speech.id], p.number) for p in bag.passages)
    model = themes.model
    again = Bag(bag.counts, bag.words, places)
    return name_themes(
        TopicModel(model.topic_words, model.passage_topics, again, model.settings), NAMES
    )


def coverage_of_trends(repetitions: int) -> dict[str, float]:
    """One speech a year for thirty years: does the smooth course's band hold the planted one?"""
    means = path_of_means(30)
    held, single = [], []
    for seed in range(repetitions):
        generator = np.random.default_rng([9, seed])
        themes, _ = plant(means, [1] * 30, 20, generator)
        years = compare_years(themes, draws=100, seed=seed)
        course = smooth_trend(years)
        low, high = _square(course, "low"), _square(course, "high")
        held.append((low <= means) & (means <= high))
        low, high = _square(years.table, "low"), _square(years.table, "high")
        single.append((low <= means) & (means <= high))
    return {"trend": _rounded(held), "band of the single speech": _rounded(single)}


def coverage_of_differences(per_year: int, repetitions: int) -> dict[str, float]:
    """Two spans of three years each: does the band of the difference hold the planted one?"""
    means = path_of_means(6)
    truth = means[3:].mean(axis=0) - means[:3].mean(axis=0)
    held = []
    for seed in range(repetitions):
        generator = np.random.default_rng([10, seed])
        themes, _ = plant(means, [per_year] * 6, 12, generator)
        table = compare_spans(themes, (2000, 2002), (2003, 2005), draws=400, seed=seed)
        table = table.set_index("theme").loc[list(NAMES.values())]
        held.append((table["low"] <= truth) & (truth <= table["high"]))
    return {"difference": _rounded(held)}


def bands(repetitions: int) -> dict[str, dict[str, float]]:
    """Coverage by case."""
    found = {
        f"{n} speeches a year, about {p} passages each": coverage_of_years(n, p, repetitions)
        for n, p in ((1, 8), (1, 40), (2, 12), (3, 12), (5, 12), (12, 12), (40, 5))
    }
    found["3 a year, speeches much alike"] = coverage_of_years(3, 12, repetitions, between=200.0)
    found["3 a year, every other year ten times as diverse"] = coverage_of_years(
        3, 12, repetitions, between=[80.0, 8.0] * 3
    )
    found["6 a year, a third of them of uncertain year"] = coverage_of_years(
        6, 12, repetitions, blurred
    )
    for n, passages in ((1, 25), (3, 12)):
        for name, finish, fits in (
            ("placed in the planted topics", placed, 0),
            ("topics fitted", fitted, 0),
            ("topics fitted, fits=4", fitted, 4),
        ):
            # fits cost most, and the figure is needed to a few points only
            times = repetitions // 2 if fits else repetitions
            found[f"{n} a year, {name}"] = coverage_of_years(n, passages, times, finish, fits=fits)
    found["30 years of one speech"] = coverage_of_trends(repetitions)
    for n in (1, 4):
        name = f"two spans of three years, {n} a year"
        found[name] = coverage_of_differences(n, repetitions)
    return found


# --- nearest year ---------------------------------------------------------------------------------


def nearest_years(passages: int | None = None) -> dict[str, float]:
    """Provincial reports against the national series: does the band hold the report's own year?
    With ``passages``, so many in a row of each report alone."""
    provinces, national = (read_bag(CORPUS / name) for name in ("provinces", "national"))
    if passages is not None:
        generator, rows = np.random.default_rng(13), []
        for number in range(len(provinces.speeches)):
            own = np.flatnonzero(provinces.speech_numbers == number)
            first = int(generator.integers(max(1, len(own) - passages)))
            rows += own[first : first + passages].tolist()
        provinces = select_passages(provinces, rows)
    table = nearest_year(provinces, national, draws=400)
    held = (table["low"] <= table["year"]) & (table["year"] <= table["high"])
    return {
        "reports": len(table),
        "held": _rounded(held.tolist()),
        "width in years": float((table["high"] - table["low"]).median()),
        "within a year": _rounded((table["lag"].abs() <= 1).tolist()),
        "like none": _rounded((table["score"] < UNLIKE).tolist()),
    }


# --- false positives ------------------------------------------------------------------------------


def false_positives(speeches: int, repetitions: int) -> dict[str, float]:
    """No effect, 25 passages a speech: how often each test finds one at 5 % (first theme)."""
    mean = np.array([[0.3, 0.3, 0.1, 0.3]] * speeches)
    middle = 2000 + speeches // 2
    wrong: dict[str, list[bool]] = {}
    for seed in range(repetitions):
        themes, _ = plant(mean, [1] * speeches, 25, np.random.default_rng([11, seed]), between=10)
        name = themes.names[seed % 4]
        for test, p in _all_tests(themes, name, middle, seed).items():
            wrong.setdefault(test, []).append(bool(p < 0.05))
    return {test: _rounded(values) for test, values in wrong.items()}


def _all_tests(themes: Themes, name: str, middle: int, seed: int) -> dict[str, float]:
    sides = ((2000, middle - 1), (middle, 2999))
    found = {}
    for method in ("permutation", "t"):
        found[f"trend, {method}"] = trend_test(themes, name, method, 499, seed)["p"][0]
        difference = difference_test(themes, *sides, "year", name, method, 499, seed)
        found[f"difference, {method}"] = difference["p"][0]
    found["change point"] = min([1.0, *change_points(themes, name, permutations=499)["p"]])
    column = themes.passage_themes[:, themes.names.index(name)]
    late = np.array([(p.speech.year or 0) >= middle for p in themes.model.bag.passages])
    found["passages as units"] = float(ttest_ind(column[late], column[~late]).pvalue)
    labels = themes.model.bag.speech_numbers
    slope, error, freedom = robust_slope(column[:, None], late.astype(float), labels)
    found["cluster-robust"] = float(2 * t.sf(abs(slope[0] / error[0]), freedom))
    return found


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=200)
    asked = parser.parse_args()
    started = time.perf_counter()
    found = {
        "repetitions": asked.repetitions,
        "coverage of 90 % bands": bands(asked.repetitions),
        "nearest year of provincial reports": {
            "whole": nearest_years(),
            "five passages": nearest_years(5),
        },
        "false positives at 5 %": {
            f"{n} speeches": false_positives(n, 2 * asked.repetitions) for n in (6, 10, 20, 50)
        },
        "seconds": round(time.perf_counter() - started),
    }
    print(json.dumps(found, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
