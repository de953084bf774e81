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
    import pandas as pd


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
    (per 10,000 words of that year, nothing filtered), speeches, first_year, first_here.

    ``first_year`` is the year the table of dated formulations gives, ``first_here`` the first
    year in this corpus that holds the term. Give an unfiltered bag, so that rates are of all
    words. Without ``terms``: every dated 提法 that the bag holds. Terms that the bag does not
    hold as words have zeros, for a term that nobody says is an answer too.
    """
    import numpy as np
    import pandas as pd

    coinages = read_coinages()
    held = set(bag.words)
    wanted = list(terms) if terms is not None else [t for t in coinages if t in held]
    years = np.array([p.speech.year or 0 for p in bag.passages])
    if not (years > 0).any():
        raise JianghuaError("no speech has a year", "formulations", "complete catalog.csv")
    column = {word: i for i, word in enumerate(bag.words)}
    rows = []
    for year in sorted(set(years[years > 0].tolist())):
        part = bag.counts[np.flatnonzero(years == year)]
        totals = np.asarray(part.sum(axis=0)).ravel()
        speeches = len({p.speech.id for p, y in zip(bag.passages, years, strict=True) if y == year})
        for term in wanted:
            n = int(totals[column[term]]) if term in column else 0
            rows.append((term, year, n, int(totals.sum()), speeches))
    table = pd.DataFrame(rows, columns=["term", "year", "count", "words", "speeches"])
    table.insert(4, "rate", 10_000 * table["count"] / table["words"])
    first_here = table[table["count"] > 0].groupby("term")["year"].min()
    table["first_year"] = (
        table["term"].map({t: c.first_year for t, c in coinages.items()}).astype("Int64")
    )
    table["first_here"] = table["term"].map(first_here).astype("Int64")
    return table.sort_values(["term", "year"], ignore_index=True)
