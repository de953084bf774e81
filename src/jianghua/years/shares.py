"""Shares of themes by year (or place, level, speaker, span), each with its band."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Speech
from jianghua.topics.themes import Themes

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Span = tuple[int, int]
GROUPS = ("year", "place", "level", "speaker", "occasion", "id")
LEVEL = 0.9  # of the bands


@dataclass(frozen=True, eq=False)
class YearComparison:
    """``table``: one row per year (or other group) and theme.

    Columns: year (or place, level, speaker, occasion, id, span), theme, share (0–1, of the words
    not set aside; the shares of a year sum to 1), low, high (90 % band), band (what was resampled:
    "speeches", or "passages" where a year has a single speech, which leaves the speech itself
    unquestioned), speeches, words (counted after pruning). ``left_out`` counts speeches without
    a year (or place …), and those of a year without any word that counts.
    """

    table: pd.DataFrame
    by: str = "year"
    left_out: int = 0


def compare_years(
    themes: Themes,
    by: str | Sequence[Span] = "year",
    draws: int = 1000,
    seed: int = 0,
    reuse: str = "keep",
) -> YearComparison:
    """Share of each theme in each year's words, with a 90 % band.

    ``by`` is "year", "place", "level", "speaker", "occasion", "id" or a list of spans
    ``[(1978, 1991), (2012, 2026)]``. Shares are weighted by words: a long speech counts for more.
    The band comes from drawing whole speeches with replacement, because passages of one speech
    are not independent (cluster bootstrap, Davison & Hinkley 1997, § 3.8); a year with a single
    speech can only be resampled by its passages, and ``band`` says so. ``reuse`` "keep" counts
    repeated passages as often as they stand, "once" counts a passage whose words recur exactly
    only where it stands first, "weight" divides it by its number of occurrences.
    """
    import numpy as np
    import pandas as pd

    if draws < 100:
        raise JianghuaError(f"{draws} draws carry no 90 % band", "draws", "100 or more")
    generator = np.random.default_rng(seed)
    weights = themes.model.bag.lengths * _reuse_weights(themes, reuse)
    masses = themes.passage_themes * weights[:, None]
    groups, left_out = _groups(themes, by)
    column = "span" if not isinstance(by, str) else by
    rows: list[dict[str, Any]] = []
    for group, members in groups:
        if masses[members].any():
            rows += _group_rows(column, group, members, masses, themes, draws, generator)
        else:
            left_out += len(set(themes.model.bag.speech_numbers[members].tolist()))
    if not rows:
        raise JianghuaError(f"no speech has a {column}", "compare_years", "complete catalog.csv")
    return YearComparison(pd.DataFrame(rows), column, left_out)


def _groups(
    themes: Themes, by: str | Sequence[Span]
) -> tuple[list[tuple[Any, NDArray[np.int64]]], int]:
    """(group, its passages' row numbers) in order, and how many speeches belong to none."""
    import numpy as np

    bag = themes.model.bag
    members: dict[Any, list[int]] = {}
    for row, passage in enumerate(bag.passages):
        for group in _groups_of(passage.speech, by):
            members.setdefault(group, []).append(row)
    placed = {bag.passages[row].speech.id for rows in members.values() for row in rows}
    ordered = sorted(members.items(), key=lambda item: str(item[0]))
    return [(g, np.array(rows)) for g, rows in ordered], len(bag.speeches) - len(placed)


def _groups_of(speech: Speech, by: str | Sequence[Span]) -> Iterator[Any]:
    if isinstance(by, str):
        if by not in GROUPS:
            raise JianghuaError(f"cannot compare by {by!r}", "by", f"one of {', '.join(GROUPS)}")
        value = getattr(speech, by)
        if value not in (None, ""):
            yield value
    elif speech.year is not None:
        yield from (f"{a}–{b}" for a, b in by if a <= speech.year <= b)


def _group_rows(
    column: str,
    group: Any,
    members: NDArray[np.int64],
    masses: Floats,
    themes: Themes,
    draws: int,
    generator: np.random.Generator,
) -> Iterator[dict[str, Any]]:

    bag = themes.model.bag
    speech = bag.speech_numbers[members]
    several = len(set(speech.tolist())) > 1
    units = _sums(masses[members], speech) if several else masses[members]
    total = units.sum(axis=0)
    low, high = _band(units, draws, generator)
    for t, name in enumerate(themes.names):
        share = float(total[t] / total.sum())
        yield {
            column: group,
            "theme": name,
            "share": share,
            "low": min(float(low[t]), share),
            "high": max(float(high[t]), share),
            "band": "speeches" if several else "passages",
            "speeches": len(set(speech.tolist())),
            "words": int(bag.lengths[members].sum()),
        }


def _sums(values: Floats, labels: NDArray[np.int64]) -> Floats:
    """Rows of ``values`` summed by label, in the order of the labels."""
    import numpy as np

    _, place = np.unique(labels, return_inverse=True)
    sums = np.zeros((place.max() + 1, values.shape[1]))
    np.add.at(sums, place, values)
    return sums


def _band(units: Floats, draws: int, generator: np.random.Generator) -> tuple[Floats, Floats]:
    """Percentile band of the shares when the units (rows) are drawn with replacement."""
    import numpy as np

    chosen = generator.multinomial(len(units), np.full(len(units), 1 / len(units)), size=draws)
    sums = chosen @ units
    shares = sums / np.maximum(sums.sum(axis=1, keepdims=True), 1e-300)
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(shares, [tail, 1 - tail], axis=0)
    return low, high


def _reuse_weights(themes: Themes, reuse: str) -> Floats:
    """Weight of each passage, P: passages with exactly the same counts repeat one another."""
    import numpy as np

    bag = themes.model.bag
    if reuse not in ("keep", "once", "weight"):
        raise JianghuaError(f"unknown reuse {reuse!r}", "reuse", "keep, once or weight")
    if reuse == "keep":
        return np.ones(len(bag.passages))
    seen: dict[bytes, list[int]] = {}
    for row in range(len(bag.passages)):
        part = bag.counts[row]
        seen.setdefault(part.indices.tobytes() + part.data.tobytes(), []).append(row)
    weights = np.ones(len(bag.passages))
    for rows in seen.values():
        weights[rows[1:]] = 0.0
        if reuse == "weight":
            weights[rows] = 1 / len(rows)
    return weights


def topic_years(themes: Themes) -> pd.DataFrame:
    """One row per year and topic: year, topic, label, share (0–1, of all words of the year)."""
    import numpy as np
    import pandas as pd

    model = themes.model
    masses = model.passage_topics * model.bag.lengths[:, None]
    rows = []
    for year, members in _groups(themes, "year")[0]:
        shares = masses[members].sum(axis=0) / masses[members].sum()
        rows += [
            (year, k, themes.members[k], float(share), " ".join(model.words_of(k, 4)))
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
    seeds = _seed_shares(themes)
    pairs = list(zip(table["id"], table["theme"], strict=True))
    table["seed_share"] = pd.Series([seeds.get(pair) for pair in pairs], table.index, "float64")
    if reference is not None:
        near = [_reference(speeches[i], name, reference) for i, name in pairs]
        table["reference"] = pd.Series(near, table.index, "float64")
    return table.reset_index(drop=True)


def _seed_shares(themes: Themes) -> dict[tuple[str, str], float]:
    """(speech id, guide name) → share of the speech's words that are the guide's seed words."""
    import numpy as np

    bag = themes.model.bag
    column = {word: i for i, word in enumerate(bag.words)}
    totals = _sums(bag.lengths[:, None].astype(float), bag.speech_numbers)[:, 0]
    shares: dict[tuple[str, str], float] = {}
    for name, guide in themes.model.settings.get("guides", {}).items():
        held = np.asarray(bag.counts[:, [column[w] for w in guide["words"]]].sum(axis=1))
        hits = _sums(held.reshape(-1, 1).astype(float), bag.speech_numbers)[:, 0]
        shares |= {(s.id, name): float(hits[i] / totals[i]) for i, s in enumerate(bag.speeches)}
    return shares


def _reference(speech: Speech, theme: str, reference: YearComparison) -> float | None:
    rows = reference.table[reference.table["theme"] == theme]
    if speech.year is None:
        return None
    low, high = speech.year_low or speech.year, speech.year_high or speech.year
    near = rows[(rows["year"] >= low) & (rows["year"] <= high)]
    return float(near["share"].mean()) if len(near) else None
