"""Panels: places by years, how far each stands from the centre, and who says a 提法 first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Speech
from jianghua.topics.themes import Themes
from jianghua.words.bag import Bag
from jianghua.years.formulations import read_coinages, vocabulary
from jianghua.years.grouping import Group, reuse_weights
from jianghua.years.shares import YearComparison
from jianghua.years.uncertainty import (
    LEVEL,
    ShareDraws,
    band_of,
    draw_shares,
    lend,
    material,
)

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Cell = tuple[str, int]  # place, year


def place_years(
    themes: Themes,
    draws: int = 1000,
    seed: int = 0,
    reuse: str = "keep",
    reference: YearComparison | None = None,
) -> pd.DataFrame:
    """One row per place, year and theme: place, year, theme, share, low, high, band, speeches,
    words, as in `compare_years`; with a ``reference`` of the same themes also reference (its share
    of the theme in that year, empty where it has none). Speeches of uncertain year stand in their
    best year; speeches without a place or a year are in no row."""
    import numpy as np
    import pandas as pd

    rows: list[dict[str, Any]] = []
    bag = themes.model.bag
    numbers, lengths = bag.speech_numbers, bag.lengths
    cells = _cells(themes, draws, seed, reuse)
    lent = lend([found for _, found in cells.values()])
    for (place, year), (group, found) in cells.items():
        low, high = band_of(found, lent=lent)
        speeches = len(np.unique(numbers[group.rows]))
        words = int(lengths[group.rows].sum())
        for t, name in enumerate(themes.names):
            rows.append(
                {"place": place, "year": year, "theme": name, "share": float(found.share[t]),
                 "low": float(low[t]), "high": float(high[t]),
                 "band": "speeches" if found.several else "passages",
                 "speeches": speeches, "words": words}
            )  # fmt: skip
    table = pd.DataFrame(rows)
    if reference is None:
        return table
    there = reference.table.set_index(["year", "theme"])["share"].rename("reference")
    return table.join(there, on=["year", "theme"])


def _cells(
    themes: Themes, draws: int, seed: int, reuse: str = "keep"
) -> dict[Cell, tuple[Group, ShareDraws]]:
    import numpy as np

    bag, generator = themes.model.bag, np.random.default_rng(seed)
    members: dict[Cell, list[int]] = {}
    for row, passage in enumerate(bag.passages):
        speech = passage.speech
        if speech.place and speech.year is not None:
            members.setdefault((speech.place, speech.year), []).append(row)
    if not members:
        raise JianghuaError("no speech has a place and a year", "panel", "complete catalog.csv")
    given = material(themes, bag.lengths * reuse_weights(bag, reuse), {}, "year")
    none = np.array([], dtype=np.int64)
    groups = {cell: Group(cell, np.array(rows), none) for cell, rows in sorted(members.items())}
    found = {cell: (g, draw_shares(g, given, draws, generator)) for cell, g in groups.items()}
    return {cell: (g, shares) for cell, (g, shares) in found.items() if shares is not None}


# --- distance -------------------------------------------------------------------------------------


def distance_to(themes: Themes, reference: Themes, draws: int = 500, seed: int = 0) -> pd.DataFrame:
    """One row per place and year that the reference has too: how far their themes lie apart.

    Columns: place, year, distance (Jensen–Shannon distance of the shares, 0 the same, 1 nothing in
    common; Endres & Schindelin 2003, base 2), low, high (90 %, basic bootstrap), uncorrected,
    nearest_theme and furthest_theme (whose shares differ least and most), furthest_by (difference
    of that share, place − reference), band, speeches. Noise alone drives shares apart, so
    ``distance`` is corrected by the bias that the draws show (Davison & Hinkley 1997, § 2.2.1);
    ``uncorrected`` is as measured. Both must have the same themes: place the speeches in the
    reference's topics (`place_speeches`), or fit both together.
    """
    import numpy as np
    import pandas as pd

    if themes.names != reference.names and set(themes.names) != set(reference.names):
        raise JianghuaError(
            "the themes are not those of the reference", "distance_to", "place_speeches"
        )
    order = [reference.names.index(name) for name in themes.names]
    numbers = themes.model.bag.speech_numbers
    centre = _by_year(reference, draws, seed + 1)
    rows: list[tuple[Any, ...]] = []
    for (place, year), (group, here) in _cells(themes, draws, seed).items():
        there = centre.get(year)
        if there is None:
            continue
        share = there.share[order]
        measured = float(jensen_shannon(here.share, share))
        # on the scale of the divergence, where the noise of both sides adds up
        drawn = jensen_shannon(here.draws, there.draws[:, order]) ** 2
        tail = (1 - LEVEL) / 2
        moved = np.r_[drawn.mean(), np.quantile(drawn, [1 - tail, tail])]
        corrected, low, high = np.sqrt(np.clip(2 * measured**2 - moved, 0, 1)).tolist()
        gap = here.share - share
        near, far = int(np.abs(gap).argmin()), int(np.abs(gap).argmax())
        rows.append(
            (place, year, corrected, min(low, corrected), max(high, corrected), measured, themes.names[near], themes.names[far],
             float(gap[far]), "speeches" if here.several and there.several else "passages",
             len(np.unique(numbers[group.rows])))
        )  # fmt: skip
    columns = ["place", "year", "distance", "low", "high", "uncorrected", "nearest_theme",
               "furthest_theme", "furthest_by", "band", "speeches"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _by_year(reference: Themes, draws: int, seed: int) -> dict[int, ShareDraws]:
    import numpy as np

    bag, generator = reference.model.bag, np.random.default_rng(seed)
    members: dict[int, list[int]] = {}
    for row, passage in enumerate(bag.passages):
        if passage.speech.year is not None:
            members.setdefault(passage.speech.year, []).append(row)
    given = material(reference, bag.lengths.astype(float), {}, "year")
    none = np.array([], dtype=np.int64)
    found = {
        year: draw_shares(Group(year, np.array(rows), none), given, draws, generator)
        for year, rows in sorted(members.items())
    }
    return {year: shares for year, shares in found.items() if shares is not None}


def jensen_shannon(p: Floats, q: Floats) -> Floats:
    """Distance between shares (last axis), 0 to 1: root of the divergence in bits."""
    import numpy as np

    def entropy(shares: Floats) -> Floats:
        return -(shares * np.log2(np.maximum(shares, 1e-300))).sum(axis=-1)

    divergence = entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2
    return np.sqrt(np.clip(divergence, 0, 1))


# --- who says it first ----------------------------------------------------------------------------


def lead_lag(bag: Bag, reference: Bag, terms: Sequence[str] | None = None) -> pd.DataFrame:
    """One row per place and 提法 that both say: who said it first.

    Columns: place, term, first (year in the place), first_reference, lag (place − reference, years:
    positive is later), lag_low, lag_high, who ("place", "reference", "same year", "cannot tell"),
    first_year (of the table of dated formulations). A year without a report hides when a term came
    up: ``lag_low`` … ``lag_high`` runs from the first year it may have been said in to the one it
    was, on both sides. Where a series begins with the term, its beginning is unknown: ``lag_low``
    or ``lag_high`` is empty, and ``who`` cannot be told unless the other end settles it. Terms count
    alone or inside longer units. Give unfiltered bags; without ``terms``, every dated 提法.
    """
    import pandas as pd

    coinages = read_coinages()
    wanted = list(terms) if terms is not None else list(coinages)
    centre = _firsts(reference, wanted, lambda speech: "reference").get("reference", {})
    rows: list[tuple[Any, ...]] = []
    for place, firsts in sorted(_firsts(bag, wanted, lambda speech: speech.place).items()):
        for term in wanted:
            if term in firsts and term in centre:
                (here_low, here), (there_low, there) = firsts[term], centre[term]
                low = None if here_low is None else here_low - there
                high = None if there_low is None else here - there_low
                coined = coinages[term].first_year if term in coinages else None
                rows.append(
                    (place, term, here, there, here - there, low, high, _who(low, high), coined)
                )
    columns = ["place", "term", "first", "first_reference", "lag", "lag_low", "lag_high", "who",
               "first_year"]  # fmt: skip
    whole = dict.fromkeys(("lag_low", "lag_high", "first_year"), "Int64")
    return pd.DataFrame(rows, columns=columns).astype(whole)


def _who(low: int | None, high: int | None) -> str:
    if low is not None and low > 0:
        return "reference"
    if high is not None and high < 0:
        return "place"
    return "same year" if low == high == 0 else "cannot tell"


def _firsts(
    bag: Bag, terms: Sequence[str], place_of: Any
) -> Mapping[str, dict[str, tuple[int | None, int]]]:
    """Place → term → (first year it may have been said in, first year it was)."""
    import numpy as np

    members: dict[str, dict[int, list[int]]] = {}
    for row, passage in enumerate(bag.passages):
        speech: Speech = passage.speech
        if place_of(speech) and speech.year is not None:
            members.setdefault(place_of(speech), {}).setdefault(speech.year, []).append(row)
    searched = vocabulary(bag.words)
    columns = {term: searched.holding(term)[0] for term in terms}
    found: dict[str, dict[str, tuple[int | None, int]]] = {}
    for place, by_year in members.items():
        years = sorted(by_year)
        totals = np.array([np.asarray(bag.counts[by_year[y]].sum(axis=0)).ravel() for y in years])
        said = {t: np.flatnonzero(totals[:, c].sum(axis=1)) for t, c in columns.items() if len(c)}
        found[place] = {
            term: (years[at[0] - 1] + 1 if at[0] else None, years[at[0]])
            for term, at in said.items()
            if len(at)
        }
    return found


def lead_lag_by_place(table: pd.DataFrame, draws: int = 1000, seed: int = 0) -> pd.DataFrame:
    """One row per place: place, terms (whose order can be told), leads, same_year, follows (how many
    terms the place says before, with, after the reference), untold, median_lag, low, high (90 %:
    terms drawn with replacement). ``table`` is that of `lead_lag`. The median is over terms whose
    beginning is known on both sides."""
    import numpy as np
    import pandas as pd

    generator = np.random.default_rng(seed)
    rows: list[tuple[Any, ...]] = []
    for place, part in table.groupby("place"):
        known = part[part["lag_low"].notna() & part["lag_high"].notna()]["lag"].to_numpy()
        ends: tuple[float, ...] = (np.nan, np.nan, np.nan)
        if len(known):
            drawn = np.median(generator.choice(known, (draws, len(known))), axis=1)
            tail = (1 - LEVEL) / 2
            ends = (float(np.median(known)), *map(float, np.quantile(drawn, [tail, 1 - tail])))
        who = part["who"].value_counts()
        told = [int(who.get(w, 0)) for w in ("place", "same year", "reference", "cannot tell")]
        rows.append((place, sum(told[:3]), *told, *ends))
    columns = ["place", "terms", "leads", "same_year", "follows", "untold", "median_lag", "low",
               "high"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
