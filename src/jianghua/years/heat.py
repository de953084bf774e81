"""Heat: how hot a 提法 is in a year, in six grades 沸 烫 热 暖 温 冷 on a scale that can be changed.

The grades are those of the China Media Project (Qian Gang). Two of its lines are published as
shares of articles: 沸 from 0.0518, 烫 from 0.0129 (chinamediaproject.org, 7 August 2018). They lie
a factor of four apart; the lines below are ours, going on by that factor. They are bound to one
newspaper: here a passage stands for an article, so give a scale of your own where that will not do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jianghua.errors import JianghuaError
from jianghua.words.bag import Bag
from jianghua.years.formulations import read_coinages, vocabulary
from jianghua.years.uncertainty import LEVEL

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ENGLISH = {
    "沸": "boiling",
    "烫": "scalding",
    "热": "hot",
    "暖": "warm",
    "温": "tepid",
    "冷": "cold",
}
UNSAID = ""


@dataclass(frozen=True)
class HeatScale:
    """A name, and for each grade, hottest first, the share of passages (0–1) it begins at."""

    name: str
    grades: tuple[tuple[str, float], ...]

    def __post_init__(self) -> None:
        lines = [line for _, line in self.grades]
        if not lines or lines != sorted(set(lines), reverse=True) or min(lines) < 0:
            raise JianghuaError("grades must fall from line to line", self.name, '("沸", 0.05), …')

    def grade(self, share: float) -> str:
        """The grade of a share; empty where nothing was said."""
        if share <= 0:
            return UNSAID
        return next((name for name, line in self.grades if share >= line), self.grades[-1][0])


CHINA_MEDIA_PROJECT = HeatScale(
    "China Media Project 2018, lines below 烫 extrapolated",
    (("沸", 0.0518), ("烫", 0.0129), ("热", 0.0032), ("暖", 0.0008), ("温", 0.0002), ("冷", 0.0)),
)


def heat_grades(
    bag: Bag, terms: Sequence[str] | None = None, scale: HeatScale = CHINA_MEDIA_PROJECT
) -> pd.DataFrame:
    """One row per 提法 and year, zeros included.

    Columns: term, year, share (0–1, of the year's passages that say the term, alone or in a longer
    unit), low, high (90 %: Wilson 1927 with the passages' effective number where speeches differ,
    Korn & Graubard 1998), passages, speeches, grade, grade_low, grade_high (the grades of the
    ends), english, scale (its name). Give an unfiltered bag.
    """
    import numpy as np
    import pandas as pd

    held = set(bag.words)
    wanted = list(terms) if terms is not None else [t for t in read_coinages() if t in held]
    years = np.array([passage.speech.year or 0 for passage in bag.passages])
    if not wanted or not years.any():
        raise JianghuaError("no 提法 or no year to grade", "heat_grades", "terms, or catalog.csv")
    says = _says(bag, wanted)
    parts = []
    for year in sorted(set(years[years > 0].tolist())):
        rows = np.flatnonzero(years == year)
        speech = bag.speech_numbers[rows]
        share, low, high = _shares_said(says[rows], speech)
        parts.append(
            pd.DataFrame({"term": wanted, "year": year, "share": share, "low": low, "high": high,
                          "passages": len(rows), "speeches": len(set(speech.tolist()))})
        )  # fmt: skip
    table = pd.concat(parts).sort_values(["term", "year"], kind="stable", ignore_index=True)
    for column, of in (("grade", "share"), ("grade_low", "low"), ("grade_high", "high")):
        table[column] = [scale.grade(value) for value in table[of]]
    return table.assign(
        english=[ENGLISH.get(grade, grade) for grade in table["grade"]], scale=scale.name
    )


def _says(bag: Bag, terms: Sequence[str]) -> NDArray[np.bool_]:
    """Whether each passage says each term, P × terms."""
    import numpy as np

    held = (bag.counts > 0).tocsc()
    says = np.zeros((len(bag.passages), len(terms)), dtype=bool)
    searched = vocabulary(bag.words)
    for column, term in enumerate(terms):
        words, _ = searched.holding(term)
        if len(words):
            says[:, column] = np.asarray(held[:, words].sum(axis=1)).ravel() > 0
    return says


def _shares_said(
    says: NDArray[np.bool_], speech: NDArray[np.int64]
) -> tuple[Floats, Floats, Floats]:
    """Share of the passages that say each term, and the ends of its band."""
    import numpy as np
    from scipy.stats import t

    share, n = says.mean(axis=0), np.full(says.shape[1], float(len(says)))
    _, place = np.unique(speech, return_inverse=True)
    clusters = int(place.max()) + 1
    freedom = np.inf
    if clusters > 1:
        freedom = clusters - 1
        residuals = np.zeros((clusters, says.shape[1]))
        np.add.at(residuals, place, says - share)
        variance = clusters / (clusters - 1) * (residuals**2).sum(axis=0) / len(says) ** 2
        n = np.minimum(n, np.maximum(share * (1 - share) / np.maximum(variance, 1e-12), 1))
        n = np.where(share * (1 - share) > 0, n, len(says))
    z = float(t.ppf((1 + LEVEL) / 2, freedom))
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    low, high = np.minimum(middle - reach, share), np.maximum(middle + reach, share)
    return share, np.where(share == 0, 0.0, np.maximum(low, 0.0)), np.minimum(high, 1.0)
