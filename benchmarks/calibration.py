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
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.topics.model import TopicModel
from jianghua.topics.themes import Themes, name_themes
from jianghua.words.bag import Bag
from jianghua.years.shares import compare_years

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ALPHA = np.full(4, 0.5)
BETWEEN, WITHIN = 25.0, 2.0  # concentrations of speeches in a year, of passages in a speech
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
    between: float = BETWEEN,
) -> tuple[Themes, Floats]:
    """Themes with the posterior mean as mixture, and each speech's own true shares (S × 4).

    Year → speech (Dirichlet) → passage (Dirichlet) → topics of its words (multinomial, 40 to 120
    words); the mixture kept is (n + α) / (words + Σα), which is all that a perfect fit could know.
    """
    speeches, rows, truths, lengths = [], [], [], []
    for year, (mean, n) in enumerate(zip(means, per_year, strict=True), start=2000):
        for _ in range(n):
            own = generator.dirichlet(between * mean)
            theta = generator.dirichlet(WITHIN * own + 1e-2, max(2, generator.poisson(passages)))
            words = generator.integers(40, 121, len(theta))
            rows += [generator.multinomial(w, p) for w, p in zip(words, theta, strict=True)]
            speeches += [Speech(f"s{len(truths):04d}", year=year)] * len(theta)
            lengths.append(words)
            truths.append(own)
    return _themes(np.array(rows), speeches), np.array(truths)


def _themes(counts: NDArray[np.int64], speeches: Sequence[Speech]) -> Themes:
    theta = counts + ALPHA
    theta = theta / theta.sum(axis=1, keepdims=True)
    places = tuple(Passage(speech, n) for n, speech in enumerate(speeches))
    bag = Bag(csr_matrix(counts.astype("int32")), tuple("wxyz"), places)
    model = TopicModel(np.eye(4), theta, bag, {"alpha": ALPHA.tolist(), "seed": 1})
    return name_themes(model, NAMES)


# --- coverage -------------------------------------------------------------------------------------


def coverage_of_years(
    per_year: int, passages: int, repetitions: int, uncertain: bool = False
) -> dict[str, float]:
    """Share of bands (years × themes × repetitions) that hold the planted share of the year; for
    single speeches also the share that hold what the speech itself is made of."""
    means = path_of_means(6)
    held, own, width = [], [], []
    for seed in range(repetitions):
        generator = np.random.default_rng([7, seed])
        themes, truths = plant(means, [per_year] * 6, passages, generator)
        table = compare_years(themes, draws=400, seed=seed).table
        low, high = _square(table, "low", themes), _square(table, "high", themes)
        held.append((low <= means) & (means <= high))
        width.append((high - low).mean())
        if per_year == 1:
            own.append((low <= truths) & (truths <= high))
    found = {"year": float(np.mean(held)), "width": float(np.mean(width))}
    return found | ({"speech": float(np.mean(own))} if own else {})


def _square(table, column: str, themes: Themes) -> Floats:  # type: ignore[no-untyped-def]
    """A column as years × the four planted themes."""
    wide = table.pivot(index="year", columns="theme", values=column)
    return wide[[NAMES[k] for k in range(4)]].to_numpy()


def bands(repetitions: int) -> dict[str, dict[str, float]]:
    """Coverage of `compare_years` by case."""
    cases: dict[str, Callable[[], dict[str, float]]] = {
        f"{n} speeches a year, about {p} passages each": lambda n=n, p=p: coverage_of_years(
            n, p, repetitions
        )
        for n, p in ((1, 8), (1, 40), (2, 12), (3, 12), (5, 12), (12, 12), (40, 5))
    }
    return {name: case() for name, case in cases.items()}


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=200)
    asked = parser.parse_args()
    started = time.perf_counter()
    found = {"coverage of 90 % bands": bands(asked.repetitions)}
    found["seconds"] = round(time.perf_counter() - started)  # type: ignore[assignment]
    print(json.dumps(found, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
