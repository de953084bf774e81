"""Formulations: how often each 提法 stands in each year, beside the year it was coined."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jianghua.errors import JianghuaError
from jianghua.speeches.timeline import timeline
from jianghua.words.bag import Bag
from jianghua.years.grouping import Span
from jianghua.years.keyness import keyness

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


NUMERALS = "0123456789〇零一二三四五六七八九十百千万亿"


@dataclass(frozen=True)
class Coinage:
    """What is known of a 提法: the years in which it came up and went, where these are facts."""

    term: str
    first_year: int | None
    last_year: int | None
    aliases: tuple[str, ...] = ()


def read_coinages() -> dict[str, Coinage]:
    """The shipped table of dated formulations (words/data/tifa.csv), term → Coinage."""
    return {
        # the first spelling is the term itself
        entry.term: Coinage(entry.term, entry.first_year, entry.last_year, entry.spellings[1:])
        for entry in timeline()
    }


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Words as one string, so that the words that hold a term are found at the speed of a search."""

    text: str
    starts: NDArray[np.int64]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Characters of each word."""
        import numpy as np

        return np.diff(np.append(self.starts, len(self.text) + 1)) - 1

    def holding(self, term: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Positions of the words that hold a term, and how often each does. A term that begins with
        a numeral is not held by a longer number: 二十届三中全会 does not say 十届三中全会."""
        import numpy as np

        alone = f"(?<![{NUMERALS}])" if term[:1] in NUMERALS else ""
        found = re.finditer(alone + re.escape(term), self.text)
        places = [match.start() for match in found]
        words = np.searchsorted(self.starts, np.array(places, dtype=np.int64), side="right") - 1
        return np.unique(words, return_counts=True)


def vocabulary(words: Sequence[str]) -> Vocabulary:
    """The words of a bag, to be searched for terms."""
    import numpy as np

    lengths = [0, *(len(word) + 1 for word in words[:-1])]
    return Vocabulary("\n".join(words), np.cumsum(lengths))


def formulations(
    bag: Bag, terms: Sequence[str] | str | None = None, aliases: bool = False
) -> pd.DataFrame:
    """One row per 提法 and year of the corpus, zeros included: term, year, count, words, rate
    (count per 10,000 words of that year, nothing filtered), speeches, first_year, first_here,
    alone, last_year, last_here, alias_of.

    ``count`` is how often the term is said, alone or inside a longer unit that the lexicon keeps
    whole (创新 in 科技创新); ``alone`` counts the first only. ``first_year`` is the year the table
    of dated formulations gives, ``first_here`` the first year in this corpus that holds the term;
    ``last_year`` and ``last_here`` likewise. A keyword is not the formula: exact terms and aliases
    are never added up. ``aliases=True`` adds rows for the aliases of the terms that the bag holds,
    each under its own name, with the main term in ``alias_of`` (empty for main terms).
    Give an unfiltered bag, so that rates are of all words. One term may be given as a string;
    without ``terms``: every dated 提法 that the bag holds. A term that nobody says has zeros, for that is an answer too.
    """
    import pandas as pd

    coinages = read_coinages()
    mains = _wanted(bag, [terms] if isinstance(terms, str) else terms, aliases, coinages)
    years, totals, speeches = _yearly(bag)
    if not years:
        raise JianghuaError("no speech has a year", "formulations", "complete catalog.csv")
    if not mains:
        raise JianghuaError("none of the dated 提法 is said", "formulations", "name terms")
    searched = vocabulary(bag.words)
    corpus = pd.DataFrame({"year": years, "words": totals.sum(axis=1), "speeches": speeches})
    parts = [
        _timeline(term, main, coinages.get(main or term), searched, totals, corpus)
        for term, main in mains.items()
    ]
    return pd.concat(parts, ignore_index=True).sort_values(["term", "year"], ignore_index=True)


def _wanted(
    bag: Bag, terms: Sequence[str] | None, aliases: bool, coinages: Mapping[str, Coinage]
) -> dict[str, str]:
    """Terms to count → the main term where they are an alias, else empty."""
    held = set(bag.words)
    wanted = list(terms) if terms is not None else [t for t in coinages if t in held]
    if "" in wanted:
        raise JianghuaError("an empty term", "formulations", "one term or several, as 解放思想")
    mains = dict.fromkeys(wanted, "")
    for term in wanted if aliases else ():
        for alias in coinages[term].aliases if term in coinages else ():
            if alias in held:
                mains.setdefault(alias, term)
    return mains


def _timeline(
    term: str,
    main: str,
    known: Coinage | None,
    searched: Vocabulary,
    totals: NDArray[np.int64],
    corpus: pd.DataFrame,
) -> pd.DataFrame:
    """The rows of one term; ``corpus`` has year, words, speeches."""
    held, times = searched.holding(term)
    said = totals[:, held] @ times
    alone = held[times * len(term) == searched.lengths[held]]
    here = corpus["year"][said > 0]
    table = corpus.assign(
        term=term,
        count=said,
        rate=10_000 * said / corpus["words"],
        first_year=known.first_year if known else None,
        first_here=here.min() if len(here) else None,
        alone=totals[:, alone].sum(axis=1),
        last_year=known.last_year if known else None,
        last_here=here.max() if len(here) else None,
        alias_of=main,
    )
    whole = ("first_year", "first_here", "last_year", "last_here")
    return table[list(_COLUMNS)].astype(dict.fromkeys(whole, "Int64"))


_COLUMNS = (
    "term", "year", "count", "words", "rate", "speeches", "first_year", "first_here", "alone",
    "last_year", "last_here", "alias_of",
)  # fmt: skip


def disagreements(table: pd.DataFrame) -> pd.DataFrame:
    """One row per 提法 that this corpus says outside the years of the table of dated formulations.

    ``table`` is that of `formulations`. Columns: term, kind ("before first_year" or "after
    last_year"), first_year, last_year, first_here, last_here, years (how many years say it
    outside), count (how often there). Before: the table is wrong, the text was edited later, the
    speech is misdated, or the words meant something else then. After: mostly history retold.
    """
    import pandas as pd

    said = table[table["count"] > 0]
    early = said[(said["year"] < said["first_year"]).fillna(False)].assign(kind="before first_year")
    late = said[(said["year"] > said["last_year"]).fillna(False)].assign(kind="after last_year")
    facts = ["term", "kind", "first_year", "last_year", "first_here", "last_here"]
    found = pd.concat([early, late]).groupby(facts, sort=False, dropna=False)
    counted = found.agg(years=("year", "nunique"), count=("count", "sum")).reset_index()
    return counted.sort_values(["kind", "count", "term"], ascending=[False, False, True],
                               ignore_index=True)  # fmt: skip


def risers_and_fallers(
    bag: Bag, span_a: Span, span_b: Span, terms: Sequence[str] | None = None
) -> pd.DataFrame:
    """One row per 提法 of either span, from the steepest riser to the steepest faller.

    Columns: term, rate_a, rate_b (occurrences as words of their own per 10,000 words), z, log_odds,
    count_a, count_b, speeches_a, speeches_b, single, span_a, span_b, largest (as in `keyness`: the
    words of the whole bag are the reference, only the terms are shown), way ("new": not in A,
    "gone": not in B, "rises", "falls", or "steady" where |z| < 1.96).
    """
    import numpy as np

    wanted = set(terms) if terms is not None else set(read_coinages())
    table = keyness(bag, span_a, span_b)
    totals = table["count_a"].sum(), table["count_b"].sum()
    table = table[table["word"].isin(wanted)].rename(columns={"word": "term"})
    table = table.reset_index(drop=True)
    table.insert(1, "rate_a", 10_000 * table["count_a"] / totals[0])
    table.insert(2, "rate_b", 10_000 * table["count_b"] / totals[1])
    table["way"] = np.select(
        [table["count_a"] == 0, table["count_b"] == 0, table["z"] >= 1.96, table["z"] <= -1.96],
        ["new", "gone", "rises", "falls"],
        "steady",
    )
    return table


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
