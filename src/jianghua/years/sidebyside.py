"""Two speeches side by side: themes, words, 提法 of one alone, and passages they share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Speech
from jianghua.topics.themes import Themes
from jianghua.words.bag import Bag
from jianghua.years.formulations import read_coinages, vocabulary
from jianghua.years.grouping import group_passages
from jianghua.years.keyness import contrast, side_of
from jianghua.years.uncertainty import band_of, difference_reach, draw_shares, material

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class SpeechComparison:
    """Two speeches, A and B.

    ``themes``: one row per theme: theme, share_a, low_a, high_a, share_b, low_b, high_b, difference
    (B − A), low, high (90 %), band ("passages": what is resampled; the band is of these speeches).
    ``keyness``: as `jianghua.years.keyness.keyness`, positive is B; span_a and span_b are the ids.
    ``formulations``: one row per dated 提法 that only one of them says: term, speech, count, rate
    (per 10,000 words of it), first_year. ``shared``: the table of `find_reuse` for the two; None
    where a text is not at hand.
    """

    themes: pd.DataFrame
    keyness: pd.DataFrame
    formulations: pd.DataFrame
    shared: pd.DataFrame | None


def compare_speeches(
    themes: Themes,
    a: str,
    b: str,
    bag: Bag | None = None,
    speeches: Iterable[Speech] | None = None,
    draws: int = 1000,
    seed: int = 0,
) -> SpeechComparison:
    """Compare two speeches, given by their ids.

    ``bag`` is the unfiltered bag for words and 提法 (without: the pruned one of the themes, which
    misses rare terms); ``speeches`` hold the texts for shared passages (without: the speeches that
    the themes know, which have texts only where the corpus has).
    """
    if a == b:
        raise JianghuaError("a speech compared with itself", "compare_speeches", "two ids")
    counted = bag if bag is not None else themes.model.bag
    rows = [_rows(counted, name) for name in (a, b)]
    sides = [side_of(counted, counted.counts, r.tolist()) for r in rows]
    words = contrast(counted, counted.totals.astype(float), sides[0], sides[1], (a, b))
    return SpeechComparison(
        _theme_rows(themes, a, b, draws, seed),
        words.astype({"count_a": "int64", "count_b": "int64"}),
        _said_by_one(counted, (a, b), rows),
        _shared(speeches if speeches is not None else themes.model.bag.speeches, a, b),
    )


def pair_table(found: SpeechComparison, a: Speech, b: Speech, most: int = 30) -> pd.DataFrame:
    """The table of the figure side_by_side: one row per theme, telling word, 提法 or passage.

    Columns: part ("theme", "word", "formulation", "passage"), name, a, b, low_a, high_a, low_b,
    high_b, score, speech_a, speech_b, title_a, title_b. By part, a and b are shares (0–1) with
    their bands and score is B − A; counts of a word and its z, the ``most`` for either side;
    counts of a 提法 that one alone says, and the year it was coined; characters of a shared
    passage, with low and high the offsets where it begins and ends, and its similarity.
    """
    import pandas as pd

    parts = [_theme_part(found), _word_part(found.keyness, most), _term_part(found, a.id)]
    if found.shared is not None:
        parts.append(_passage_part(found.shared, a.id))
    table = pd.concat([part.reindex(columns=_PAIR) for part in parts if len(part)])
    held = {"speech_a": a.id, "speech_b": b.id, "title_a": a.title, "title_b": b.title}
    return table.reset_index(drop=True).assign(**held)


_PAIR = ["part", "name", "a", "b", "low_a", "high_a", "low_b", "high_b", "score"]


def _theme_part(found: SpeechComparison) -> pd.DataFrame:
    renamed = {"theme": "name", "share_a": "a", "share_b": "b", "difference": "score"}
    return found.themes.rename(columns=renamed).assign(part="theme")


def _word_part(keyness: pd.DataFrame, most: int) -> pd.DataFrame:
    import pandas as pd

    told = pd.concat([keyness[keyness["z"] > 0].head(most), keyness[keyness["z"] < 0].tail(most)])
    renamed = {"word": "name", "count_a": "a", "count_b": "b", "z": "score"}
    return told.rename(columns=renamed).astype({"a": float, "b": float}).assign(part="word")


def _term_part(found: SpeechComparison, a: str) -> pd.DataFrame:
    table = found.formulations
    first = table["speech"] == a
    return table.rename(columns={"term": "name", "first_year": "score"}).assign(
        part="formulation",
        a=table["count"].where(first, 0).astype(float),
        b=table["count"].where(~first, 0).astype(float),
        score=table["first_year"].astype("float64"),
    )


def _passage_part(shared: pd.DataFrame, a: str) -> pd.DataFrame:
    """Shared passages; the older speech may stand on either side of ``shared``."""
    import pandas as pd

    rows = [
        (row.start_a, row.end_a, row.start_b, row.end_b)
        if row.speech_a == a
        else (row.start_b, row.end_b, row.start_a, row.end_a)
        for row in shared.itertuples()
    ]
    table = pd.DataFrame(rows, columns=["low_a", "high_a", "low_b", "high_b"]).astype(float)
    return table.assign(
        part="passage", name=[str(n) for n in range(1, len(rows) + 1)], score=list(shared["similarity"]),
        a=table["high_a"] - table["low_a"], b=table["high_b"] - table["low_b"],
    )  # fmt: skip


def _rows(bag: Bag, speech_id: str) -> NDArray[np.int64]:
    import numpy as np

    rows = [i for i, passage in enumerate(bag.passages) if passage.speech.id == speech_id]
    if not rows:
        raise JianghuaError(f"no speech {speech_id}", "compare_speeches", "an id of the catalogue")
    return np.array(rows)


def _theme_rows(themes: Themes, a: str, b: str, draws: int, seed: int) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    bag, generator = themes.model.bag, np.random.default_rng(seed)
    groups = {group.name: group for group in group_passages(bag, "id")}
    given = material(themes, bag.lengths.astype(float), {}, "id")
    found = []
    for name in (a, b):
        shares = draw_shares(groups[name], given, draws, generator) if name in groups else None
        if shares is None:
            raise JianghuaError(f"no word of {name} is in the model", "compare_speeches", "its bag")
        found.append(shares)
    reach, difference = difference_reach(*found), found[1].share - found[0].share
    (low_a, high_a), (low_b, high_b) = map(band_of, found)
    return pd.DataFrame(
        {
            "theme": themes.names,
            "share_a": found[0].share, "low_a": low_a, "high_a": high_a,
            "share_b": found[1].share, "low_b": low_b, "high_b": high_b,
            "difference": difference,
            "low": np.maximum(difference - reach, -1), "high": np.minimum(difference + reach, 1),
            "band": "passages",
        }
    )  # fmt: skip


def _said_by_one(bag: Bag, ids: tuple[str, str], rows: list[NDArray[np.int64]]) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    totals = [np.asarray(bag.counts[r].sum(axis=0)).ravel() for r in rows]
    said, searched = [], vocabulary(bag.words)
    for term, coinage in read_coinages().items():
        columns, times = searched.holding(term)
        counts = [int(total[columns] @ times) for total in totals]
        for side in (0, 1):
            if counts[side] and not counts[1 - side]:
                rate = 10_000 * counts[side] / totals[side].sum()
                said.append((term, ids[side], counts[side], float(rate), coinage.first_year))
    table = pd.DataFrame(said, columns=["term", "speech", "count", "rate", "first_year"])
    table = table.astype({"first_year": "Int64"})
    return table.sort_values(["speech", "count", "term"], ascending=[True, False, True],
                             ignore_index=True)  # fmt: skip


def _shared(speeches: Iterable[Speech], a: str, b: str) -> pd.DataFrame | None:
    from jianghua.speeches.reuse import find_reuse

    pair = [speech for speech in speeches if speech.id in (a, b) and speech.text]
    return find_reuse(pair) if len(pair) == 2 else None
