"""Formulations: how often each 提法 stands in each year, beside the year it was coined."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from jianghua.errors import JianghuaError
from jianghua.words.bag import Bag

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Coinage:
    """What is known of a 提法: the years in which it came up and went, where these are facts."""

    term: str
    first_year: int | None
    last_year: int | None


def read_coinages() -> dict[str, Coinage]:
    """The shipped table of dated formulations (words/data/tifa.csv), term → Coinage."""
    table = files("jianghua") / "words" / "data" / "tifa.csv"
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    return {
        row["term"]: Coinage(row["term"], _year(row["first_year"]), _year(row["last_year"]))
        for row in rows
    }


def _year(cell: str) -> int | None:
    return int(cell) if cell.isdigit() else None


def formulations(bag: Bag, terms: Sequence[str] | None = None) -> pd.DataFrame:
    """One row per 提法 and year of the corpus, zeros included: term, year, count, words, rate
    (count per 10,000 words of that year, nothing filtered), speeches, first_year, first_here,
    alone.

    ``count`` is how often the term is said, alone or inside a longer unit that the lexicon keeps
    whole (创新 in 科技创新); ``alone`` counts the first only. ``first_year`` is the year the table
    of dated formulations gives, ``first_here`` the first year in this corpus that holds the term.
    Give an unfiltered bag, so that rates are of all words. Without ``terms``: every dated 提法
    that the bag holds. A term that nobody says has zeros, for that is an answer too.
    """
    import numpy as np
    import pandas as pd

    coinages = read_coinages()
    held = set(bag.words)
    wanted = list(terms) if terms is not None else [t for t in coinages if t in held]
    years, totals, speeches = _yearly(bag)
    if not years:
        raise JianghuaError("no speech has a year", "formulations", "complete catalog.csv")
    words = totals.sum(axis=1)
    parts = []
    for term in wanted:
        times = np.array([word.count(term) for word in bag.words])
        said, alone = totals @ times, totals @ (np.array(bag.words) == term)
        parts.append(
            pd.DataFrame(
                {
                    "term": term,
                    "year": years,
                    "count": said,
                    "words": words,
                    "rate": 10_000 * said / words,
                    "speeches": speeches,
                    "first_year": coinages[term].first_year if term in coinages else None,
                    "first_here": min(
                        (y for y, n in zip(years, said, strict=True) if n), default=None
                    ),
                    "alone": alone,
                }
            ).astype({"first_year": "Int64", "first_here": "Int64"})
        )
    if not parts:
        raise JianghuaError("none of the dated 提法 is said", "formulations", "name terms")
    return pd.concat(parts, ignore_index=True).sort_values(["term", "year"], ignore_index=True)


def _yearly(bag: Bag) -> tuple[list[int], NDArray[np.int64], list[int]]:
    """Years with speeches, occurrences of each word in each (years × W), number of speeches."""
    import numpy as np

    by: dict[int, list[int]] = {}
    for row, passage in enumerate(bag.passages):
        if passage.speech.year is not None:
            by.setdefault(passage.speech.year, []).append(row)
    years = sorted(by)
    totals = [np.asarray(bag.counts[by[year]].sum(axis=0)).ravel() for year in years]
    speeches = [len({bag.passages[row].speech.id for row in by[year]}) for year in years]
    return years, np.array(totals, dtype=np.int64).reshape(len(years), len(bag.words)), speeches
