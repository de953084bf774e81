"""Shares of themes by year (or place, level, speaker, span), each with its band."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Speech
from jianghua.topics.model import TopicModel
from jianghua.topics.themes import Themes
from jianghua.words.bag import Bag, align
from jianghua.work import each
from jianghua.years.grouping import (
    GROUPS,
    REUSE,
    By,
    Group,
    Span,
    column_of,
    draw_years,
    group_passages,
    is_uncertain,
    reuse_weights,
)
from jianghua.years.refits import matched_themes, refit
from jianghua.years.uncertainty import (
    LEVEL,
    NOTHING,
    Material,
    ShareDraws,
    band_of,
    draw_shares,
    lend,
    material,
    stabilise,
)

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["GROUPS", "LEVEL", "Span", "YearComparison", "compare_years", "share_sensitivity",
           "speech_table", "topic_years"]  # fmt: skip
FEWEST_DRAWS = 100
MOST_FITS = 1000  # more would be a slip of the hand, and run for days
SHARED_OUT = 20_000  # passages from which on drawing is shared out


@dataclass(frozen=True, eq=False)
class YearComparison:
    """``table``: one row per year (or other group) and theme.

    Columns: year (or place, level, speaker, occasion, id, span), theme, share (0–1, of the words
    not set aside; the shares of a year sum to 1), low, high (90 % band), band (what was resampled:
    "speeches", or "passages" where a year has a single speech, which leaves the speech itself
    unquestioned: such a band is of the speech, not of what another speech of that year would have
    said), speeches, words (counted after pruning), seed_share (plain share of the seed words of the
    theme's guide in the year's words, 0–1: the count beside the model; empty for a theme without a
    guide). ``left_out`` counts speeches in no row, for want
    of a year (or place …) or of words that count; ``emptied`` names groups that have no row
    because ``reuse`` or setting aside left nothing of them.

    ``uncertain``: one row per speech whose year is an interval: id, year, year_low, year_high.
    ``fits``: one row per refit and theme: seed, theme, cosine (of the matched topics, the lowest),
    and the mean share over the words; empty unless ``fits`` were asked for.
    """

    table: pd.DataFrame
    by: str = "year"
    left_out: int = 0
    emptied: tuple[Any, ...] = ()
    uncertain: pd.DataFrame | None = None
    fits: pd.DataFrame | None = None


def compare_years(
    themes: Themes,
    by: By = "year",
    draws: int = 1000,
    seed: int = 0,
    reuse: str = "keep",
    fits: int = 0,
    repeats: pd.DataFrame | None = None,
    pool: bool = True,
) -> YearComparison:
    """Share of each theme in each year's words, with a 90 % band.

    ``by`` is "year", "place", "level", "speaker", "occasion", "id" or a list of spans
    ``[(1978, 1991), (2012, 2026)]``. Shares are weighted by words: a long speech counts for more.
    The band carries the posterior of every passage's mixture and the drawing of speeches (see
    `uncertainty`); a speech dated 2016–2018 counts in each draw in the year that its draw falls
    on, and in ``share``, ``speeches`` and ``words`` in its best year. ``reuse`` "keep" counts
    repeated passages as often as they stand, "once" only where they stand first, "weight" divided
    by their number; ``repeats`` is the table of `find_reuse`, to find edited repeats too.
    ``fits=10`` fits the topics ten times more with other seeds, matches them, and adds the
    spread between fits to the band (Rubin 1987, eq. 3.1.5). ``pool`` lets years of few speeches
    lean on the other years for how much speeches differ, and speeches of few passages for how much
    passages do (see `moderation`): bands half as wide with two speeches a year; ``pool=False`` where
    some years are far more diverse than others.
    """
    import numpy as np
    import pandas as pd

    _check(draws, fits)
    bag = themes.model.bag
    groups = group_passages(bag, by)
    column = column_of(by)
    if not groups:
        raise JianghuaError(f"no speech has a {column}", "compare_years", "complete catalog.csv")
    generator = np.random.default_rng(seed)
    years = draw_years(bag.speeches, draws, generator)
    given = material(themes, bag.lengths * reuse_weights(bag, reuse, repeats), years, by)
    # few passages are drawn faster than they are shared out
    workers = 1 if len(bag.passages) < SHARED_OUT else None
    shares = each(_drawn, list(enumerate(groups)), (given, draws, seed), workers, threads=True)
    found = list(zip(groups, shares, strict=True))
    others, matches = _refits(themes, fits, given)
    known = [shares for _, shares in found if shares is not None]
    lent = lend(known) if pool else NOTHING
    seeds = _seed_counts(themes)
    rows = [
        row
        for group, shares in found
        if shares is not None
        for row in _group_rows(
            column,
            group,
            shares,
            themes,
            band_of(shares, _between(group, shares, others), lent),
            seeds,
        )
    ]
    if not rows:
        raise JianghuaError("nothing is left to compare", "compare_years", "keep more themes")
    return YearComparison(
        pd.DataFrame(rows),
        column,
        _left_out(bag, [group for group, shares in found if shares is not None]),
        tuple(group.name for group, shares in found if shares is None),
        _uncertain_speeches(bag.speeches),
        matches,
    )


def _drawn(given: Material, draws: int, seed: int, group: tuple[int, Group]) -> ShareDraws | None:
    """Draws of one group, from a stream of its own: whoever draws, and when, is all the same."""
    import numpy as np

    return draw_shares(group[1], given, draws, np.random.default_rng([seed, group[0]]))


def _check(draws: int, fits: int) -> None:
    if draws < FEWEST_DRAWS:
        raise JianghuaError(f"{draws} draws carry no 90 % band", "draws", "100 or more")
    if not 0 <= fits <= MOST_FITS:
        raise JianghuaError(f"{fits} fits", "fits", f"0 for none, 10 for ten more, to {MOST_FITS}")


def _refits(themes: Themes, fits: int, given: Material) -> tuple[list[Floats], pd.DataFrame]:
    """Masses of the same themes (P × T) in other fits, and how well their topics match."""
    import pandas as pd

    masses, rows = [], []
    for model in refit(themes.model, fits):
        passages, cosines = matched_themes(themes, model)
        masses.append(passages * given.weights[:, None])
        mean = masses[-1].sum(axis=0) / masses[-1].sum()
        for name, cosine, share in zip(themes.names, cosines, mean, strict=True):
            rows.append((model.settings["seed"], name, float(cosine), float(share)))
    return masses, pd.DataFrame(rows, columns=["seed", "theme", "cosine", "share"])


def _between(group: Group, shares: ShareDraws, others: Sequence[Floats]) -> Floats | float:
    """Variance between fits, T: (1 + 1/m) B of Rubin 1987, on the scale of the band."""
    import numpy as np

    if not others:
        return 0.0
    sums = np.array([masses[group.rows].sum(axis=0) for masses in others])
    all_fits = np.vstack([shares.share, sums / sums.sum(axis=1, keepdims=True)])
    return stabilise(all_fits).var(axis=0, ddof=1) * (1 + 1 / len(all_fits))


def _group_rows(
    column: str,
    group: Group,
    shares: ShareDraws,
    themes: Themes,
    band: tuple[Floats, Floats],
    seeds: Mapping[str, Floats],
) -> Iterator[dict[str, Any]]:
    import numpy as np

    bag = themes.model.bag
    low, high = band
    speeches = len(np.unique(bag.speech_numbers[group.rows]))
    words = int(bag.lengths[group.rows].sum())
    for t, name in enumerate(themes.names):
        yield {
            column: group.name,
            "theme": name,
            "share": float(shares.share[t]),
            "low": float(low[t]),
            "high": float(high[t]),
            "band": "speeches" if shares.several else "passages",
            "speeches": speeches,
            "words": words,
            "seed_share": float(seeds[name][group.rows].sum() / words) if name in seeds else nan,
        }


def _left_out(bag: Bag, kept: Sequence[Group]) -> int:
    """Speeches that stand in none of the groups."""
    numbers = bag.speech_numbers
    held = {int(number) for group in kept for number in numbers[group.rows]}
    return len(bag.speeches) - len(held)


def _uncertain_speeches(speeches: Sequence[Speech]) -> pd.DataFrame:
    import pandas as pd

    rows = [(s.id, s.year, s.year_low, s.year_high) for s in speeches if is_uncertain(s)]
    return pd.DataFrame(rows, columns=["id", "year", "year_low", "year_high"])


def share_sensitivity(
    themes: Themes, by: By = "year", repeats: pd.DataFrame | None = None
) -> pd.DataFrame:
    """One row per year (or other group) and theme: what repeats and uncertain years change.

    Columns: year (…), theme, keep, once, weight (share with repeated passages kept, counted once,
    weighed; empty where nothing is left), certain (share without the speeches whose year is an
    interval), spread (largest less smallest of the four), repeated (share of the words that stand
    in repeated passages, 0–1), speeches, uncertain (speeches whose year is an interval).
    """
    import numpy as np
    import pandas as pd

    bag = themes.model.bag
    certain = np.array([not is_uncertain(p.speech) for p in bag.passages], dtype=float)
    weights = {way: bag.lengths * reuse_weights(bag, way, repeats) for way in REUSE}
    weights["certain"] = bag.lengths * certain
    rows: list[dict[str, Any]] = []
    for group in group_passages(bag, by):
        members = group.rows
        ways = {way: _mean_shares(themes, w, members) for way, w in weights.items()}
        speeches = {bag.passages[row].speech.id: bag.passages[row].speech for row in members}
        unlike = weights["weight"][members] < bag.lengths[members]
        repeated = bag.lengths[members][unlike].sum() / bag.lengths[members].sum()
        for t, name in enumerate(themes.names):
            shares = {way: float(values[t]) for way, values in ways.items()}
            known = [share for share in shares.values() if share == share]
            rows.append(
                {column_of(by): group.name, "theme": name, **shares,
                 "spread": max(known) - min(known), "repeated": float(repeated),
                 "speeches": len(speeches),
                 "uncertain": sum(map(is_uncertain, speeches.values()))}
            )  # fmt: skip
    return pd.DataFrame(rows)


def _mean_shares(themes: Themes, weights: Floats, rows: NDArray[np.int64]) -> Floats:
    """Shares of the themes in some passages, T; nan where the weights leave nothing."""
    import numpy as np

    masses = weights[rows] @ themes.passage_themes[rows]
    total = masses.sum()
    return masses / total if total > 0 else np.full(len(masses), np.nan)


def topic_years(themes: Themes, told_by: TopicModel | None = None) -> pd.DataFrame:
    """One row per year and topic: year, topic, theme, share (0–1, of all words of the year), words
    (its four heaviest; of the model ``told_by`` where the themes' own bag has topics for words)."""
    import numpy as np
    import pandas as pd

    model = themes.model
    masses = model.passage_topics * model.bag.lengths[:, None]
    words = [" ".join((told_by or model).words_of(k, 4)) for k in range(model.topics)]
    rows = []
    for group in group_passages(model.bag, "year"):
        shares = masses[group.rows].sum(axis=0) / masses[group.rows].sum()
        rows += [
            (group.name, k, themes.members[k], float(share), words[k])
            for k, share in enumerate(np.asarray(shares))
        ]
    return pd.DataFrame(rows, columns=["year", "topic", "theme", "share", "words"])


def speech_table(themes: Themes, reference: YearComparison | None = None) -> pd.DataFrame:
    """One row per speech and theme: id, title, year, theme, share, low, high, band, words,
    seed_share (share of the speech's words that are seed words of the theme's guide: the plain
    count beside the model), reference (mean share of the theme in ``reference`` over the years
    that the speech may be of)."""
    import pandas as pd

    table = compare_years(themes, by="id").table.drop(columns="speeches")
    speeches = {speech.id: speech for speech in themes.model.bag.speeches}
    order = {speech_id: i for i, speech_id in enumerate(speeches)}
    table = table.sort_values("id", key=lambda ids: ids.map(order), kind="stable")
    table.insert(1, "title", [speeches[i].title for i in table["id"]])
    table.insert(
        2, "year", pd.Series([speeches[i].year for i in table["id"]], table.index, "Int64")
    )
    if reference is not None:
        pairs = zip(table["id"], table["theme"], strict=True)
        near = [_reference(speeches[i], name, reference) for i, name in pairs]
        table["reference"] = pd.Series(near, table.index, "float64")
    return table.reset_index(drop=True)


def _seed_counts(themes: Themes) -> dict[str, Floats]:
    """Theme of a guide's name → how often its seed words stand in each passage, P."""
    import numpy as np

    guides = themes.model.settings.get("guides", {})
    bag = themes.model.bag
    return {
        name: np.asarray(align(bag, guide["words"]).sum(axis=1)).ravel().astype(float)
        for name, guide in guides.items()
    }


def _reference(speech: Speech, theme: str, reference: YearComparison) -> float | None:
    rows = reference.table[reference.table["theme"] == theme]
    if speech.year is None:
        return None
    low, high = speech.year_low or speech.year, speech.year_high or speech.year
    near = rows[(rows["year"] >= low) & (rows["year"] <= high)]
    return float(near["share"].mean()) if len(near) else None
