"""Changes: in which year a theme changed, and how two spans of years differ."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.topics.themes import Themes
from jianghua.years.grouping import Span, draw_years, group_passages, reuse_weights, written
from jianghua.years.permutation import FEWEST_SPEECHES, difference_test, permuted
from jianghua.years.sentences import difference_said, points, printed_p
from jianghua.years.speechwise import SpeechShares, choose, dated, share_by_speech
from jianghua.years.uncertainty import (
    LEVEL,
    ShareDraws,
    difference_reach,
    draw_shares,
    material,
    stabilise,
)

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

PROFILE = "all themes"


@dataclass(frozen=True)
class _Search:
    """How sure a change must be, how many speeches stand on each side, how many random orders."""

    level: float
    shortest: int = 3
    permutations: int = 999


@dataclass(frozen=True, eq=False)
class _Change:
    """Speeches [start, end) change before speech ``at``."""

    start: int
    at: int
    end: int
    p: float


def change_points(
    themes: Themes,
    theme: str | None = None,
    level: float = 0.05,
    shortest: int = 3,
    permutations: int = 999,
    seed: int = 0,
) -> pd.DataFrame:
    """One row per change found, oldest first: where the shares before and after differ most.

    ``theme`` names one theme; without, all shares together change (the break of an era). Columns:
    theme, year (the first of the new state), after (the last year of the old one), low, high (years
    that the change may have begun in: 90 % of resamplings), before, since (mean share of speeches
    from the last change and to the next; empty for all themes), gained, lost (the theme that won or
    lost most), p, speeches_before, speeches_since, sentence, sentence_en.

    The largest CUSUM of speech means (arcsine scale) is compared with that of speeches in random
    order (Antoch & Hušková 2001), which pays for the search over years; a stretch that changes
    (p ≤ ``level``) is cut there and both parts are searched again (binary segmentation, Vostrikova
    1981). Speeches of one year stay together, at least ``shortest`` on each side. Beginnings are
    resampled within both parts (Antoch, Hušková & Veraverbeke 1995). A slow drift is also cut into
    steps, and speeches that repeat the last one's wording make p too small: read `smooth_trend`
    beside.
    """
    import numpy as np

    if not 0 < level < 1 or shortest < 2 or permutations < 199:
        raise JianghuaError(
            "level, shortest or permutations out of range",
            "change_points",
            "level=0.05, shortest=3, permutations=999",
        )
    found, search = dated(share_by_speech(themes)), _Search(level, shortest, permutations)
    choose(found.names, theme)
    return _changes(found, theme, search, np.random.default_rng(seed))


def theme_changes(themes: Themes, level: float = 0.05, seed: int = 0) -> pd.DataFrame:
    """The table of the figure change_points: changes of all themes together, then of each theme.

    Columns as `change_points`; ``theme`` "all themes" is their profile. Among T themes some change
    by chance alone, so each is held to ``level`` / T (Bonferroni), with permutations enough to
    reach it.
    """
    import numpy as np
    import pandas as pd

    found = dated(share_by_speech(themes))
    parts = [_changes(found, None, _Search(level), np.random.default_rng(seed))]
    if len(themes.names) > 1:
        each = level / len(themes.names)
        parts += _each_theme(found, _Search(each, permutations=max(999, round(5 / each))), seed)
    held = [part for part in parts if len(part)]
    return pd.concat(held, ignore_index=True) if held else parts[0]


_COLUMNS = (
    "theme", "year", "after", "low", "high", "before", "since", "gained", "lost", "p",
    "speeches_before", "speeches_since", "sentence", "sentence_en",
)  # fmt: skip


def _each_theme(found: SpeechShares, search: _Search, seed: int) -> Iterator[pd.DataFrame]:
    """The changes of each theme; all themes meet the same random orders of the speeches."""
    import numpy as np

    generator = np.random.default_rng(seed)
    cuts = _cuts(found.years, 0, len(found.years), search.shortest)
    highest = _highest_by_chance(stabilise(found.shares), cuts, search.permutations, generator)
    for t, name in enumerate(found.names):
        yield _changes(found, name, search, deepcopy(generator), highest[:, t])


def _changes(
    found: SpeechShares, theme: str | None, search: _Search, generator: np.random.Generator,
    by_chance: Floats | None = None,
) -> pd.DataFrame:  # fmt: skip
    """The table of `change_points`; ``by_chance`` is what `_highest_by_chance` gives for it."""
    import pandas as pd

    values = stabilise(found.shares[:, choose(found.names, theme)])
    segments = _segment(values, found.years, 0, len(values), search, generator, by_chance)
    changes = sorted(segments, key=lambda change: change.at)
    edges = [0, *(change.at for change in changes), len(values)]
    rows = [
        _change_row(
            change, edges[i], edges[i + 2], found, theme, _locate(values, found.years, change, search.shortest, generator)
        )
        for i, change in enumerate(changes)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _cuts(years: Floats, start: int, end: int, shortest: int) -> Ints:
    """Places between two years where [start, end) may be cut, as speeches from ``start``."""
    import numpy as np

    places = np.flatnonzero(np.diff(years[start:end]) > 0) + 1
    return places[(places >= shortest) & (places <= end - start - shortest)]


def _cusum(values: Floats, cuts: Ints) -> Floats:
    """n_a n_b / n · (mean_a − mean_b)² at each cut; values … × n × T give … × cuts × T."""
    import numpy as np

    n, at = values.shape[-2], cuts[:, None]
    blocks = np.add.reduceat(values, [0, *cuts.tolist()], axis=-2)  # sums from cut to cut
    sums = np.cumsum(blocks, axis=-2)
    return (sums[..., :-1, :] - sums[..., -1:, :] * at / n) ** 2 * n / (at * (n - at))


def _highest_by_chance(
    values: Floats, cuts: Ints, permutations: int, generator: np.random.Generator,
    together: bool = False,
) -> Floats:  # fmt: skip
    """The largest CUSUM of the speeches in each of so many random orders, orders × T; of all
    columns of ``values`` ``together``, orders × 1."""
    import numpy as np

    if not len(cuts):
        return np.zeros((permutations, 1 if together else values.shape[1]))
    found = []
    for orders in permuted(
        np.arange(len(values), dtype=np.int32), permutations, generator, values.size
    ):
        sums = _cusum(values[orders], cuts)
        found.append((sums.sum(axis=-1, keepdims=True) if together else sums).max(axis=-2))
    return np.concatenate(found)


def _segment(
    values: Floats, years: Floats, start: int, end: int, search: _Search,
    generator: np.random.Generator, by_chance: Floats | None = None,
) -> Iterator[_Change]:  # fmt: skip
    cuts = _cuts(years, start, end, search.shortest)
    if not len(cuts) or end - start < FEWEST_SPEECHES:
        return
    part = values[start:end]
    observed = _cusum(part, cuts).sum(axis=-1)
    if by_chance is None:
        by_chance = _highest_by_chance(part, cuts, search.permutations, generator, together=True)
    beyond = (by_chance >= observed.max() * (1 - 1e-9)).sum()
    p = float((1 + beyond) / (1 + search.permutations))
    if p > search.level:
        return
    at = start + int(cuts[observed.argmax()])
    yield _Change(start, at, end, p)
    for a, b in ((start, at), (at, end)):
        yield from _segment(values, years, a, b, search, generator)


def _locate(
    values: Floats, years: Floats, change: _Change, shortest: int, generator: np.random.Generator
) -> tuple[int, int]:
    """First and last year that the change may have begun in, from resampled residuals."""
    import numpy as np

    a, b = values[change.start : change.at], values[change.at : change.end]
    cuts = _cuts(years, change.start, change.end, shortest)
    begun = np.empty(400)
    for draw in range(len(begun)):
        again = np.vstack([part[generator.integers(len(part), size=len(part))] for part in (a, b)])
        begun[draw] = years[change.start + cuts[_cusum(again, cuts).sum(axis=-1).argmax()]]
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(begun, [tail, 1 - tail], method="inverted_cdf")
    here = years[change.at]
    return int(min(low, here)), int(max(high, here))


def _change_row(
    change: _Change, start: int, end: int, found: SpeechShares, theme: str | None,
    location: tuple[int, int],
) -> tuple[Any, ...]:  # fmt: skip
    before = found.shares[start : change.at].mean(axis=0)
    since = found.shares[change.at : end].mean(axis=0)
    gain = since - before
    gained, lost = found.names[int(gain.argmax())], found.names[int(gain.argmin())]
    own: tuple[float | None, float | None] = (None, None)
    if theme is not None:
        column = found.names.index(theme)
        own = (float(before[column]), float(since[column]))
    year, after = int(found.years[change.at]), int(found.years[change.at - 1])
    facts = (theme or PROFILE, year, after, *location, *own, gained, lost, change.p)
    said = (_change_said(*facts, language) for language in ("zh", "en"))
    return (*facts, change.at - start, end - change.at, *said)


def _change_said(
    theme: str, year: int, after: int, low: int, high: int, before: float | None,
    since: float | None, gained: str, lost: str, p: float, language: str,
) -> str:  # fmt: skip
    when = str(low) if low == high else f"{low}–{high}"
    if before is None or since is None:
        if language == "zh":
            return (
                f"各主题的比例在 {year} 年（区间 {when}）转变：“{gained}”增加最多，“{lost}”减少最多"
                f"（{printed_p(p)}）。"
            )
        return (
            f"The shares of all themes change in {year} (band {when}): “{gained}” gains most, "
            f"“{lost}” loses most ({printed_p(p)})."
        )
    if language == "zh":
        return (
            f"“{theme}”自 {year} 年（区间 {when}）由 {100 * before:.1f}% 变为 {100 * since:.1f}%，"
            f"即 {points(since - before)} 个百分点（{printed_p(p)}）。"
        )
    return (
        f"“{theme}” changes in {year} (band {when}) from {100 * before:.1f} % to "
        f"{100 * since:.1f} %, {points(since - before)} points ({printed_p(p)})."
    )


# --- spans ----------------------------------------------------------------------------------------


def compare_spans(
    themes: Themes, a: Span, b: Span, draws: int = 1000, seed: int = 0, reuse: str = "keep"
) -> pd.DataFrame:
    """One row per theme: how two spans of years differ.

    Columns: theme, share_a, share_b (of the words of each span, 0–1), difference (B − A), low, high
    (90 % band, from the draws of both spans, see `uncertainty`), band ("passages" where a span has
    a single speech), p, p_holm (permutation over speeches, see `difference_test`; empty where they
    are too few), speeches_a, speeches_b, span_a, span_b (as written), sentence, sentence_en.
    """
    import numpy as np
    import pandas as pd

    sides = _span_draws(themes, a, b, draws, seed, reuse)
    tested = difference_test(themes, a, b, seed=seed)
    difference = sides[1].share - sides[0].share
    reach = difference_reach(*sides)
    table = pd.DataFrame(
        {
            "theme": themes.names,
            "share_a": sides[0].share,
            "share_b": sides[1].share,
            "difference": difference,
            "low": np.maximum(difference - reach, -1),
            "high": np.minimum(difference + reach, 1),
            "band": "speeches" if all(side.several for side in sides) else "passages",
            **{c: tested[c].to_numpy() for c in ("p", "p_holm", "speeches_a", "speeches_b")},
            "span_a": written(a),
            "span_b": written(b),
        }
    )
    names, rows = (written(a), written(b)), list(table.itertuples())
    table["sentence"] = [difference_said(row, names, "zh") for row in rows]
    table["sentence_en"] = [difference_said(row, names, "en") for row in rows]
    return table


def _span_draws(
    themes: Themes, a: Span, b: Span, draws: int, seed: int, reuse: str
) -> tuple[ShareDraws, ShareDraws]:
    import numpy as np

    bag, generator = themes.model.bag, np.random.default_rng(seed)
    groups = {group.name: group for group in group_passages(bag, [a, b])}
    years = draw_years(bag.speeches, draws, generator)
    given = material(themes, bag.lengths * reuse_weights(bag, reuse), years, [a, b])
    sides = []
    for span in (a, b):
        group = groups.get(written(span))
        found = draw_shares(group, given, draws, generator) if group else None
        if found is None:
            raise JianghuaError(f"no speech of {written(span)}", "compare_spans", "another span")
        sides.append(found)
    return sides[0], sides[1]
