"""Nearest year: which year's vocabulary does a speech speak?

Each year of a reference series is a word distribution (its words and, with falling weight, those
of the years beside it), half and half with the words of the whole series (Jelinek–Mercer smoothing,
Zhai & Lafferty 2004, § 3). Half whatever the year's length: a prior of so many words would leave
the shortest reports nearest to the whole, and a speech of another genre nearest to these. A speech
is nearest to the year under which its words are likeliest, as in the dating of documents by de
Jong, Rode & Hiemstra 2005.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from jianghua.errors import JianghuaError
from jianghua.words.bag import Bag, align
from jianghua.years.uncertainty import LEVEL

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SMOOTHING = 0.5  # weight of the whole series in each year
UNLIKE = 0.03  # a score below: so do one in a hundred five-passage pieces of provincial reports
REACH = 2  # years on either side that lend their words, with weights falling in a line


def year_scores(bag: Bag, reference: Bag, draws: int = 1000, seed: int = 0) -> pd.DataFrame:
    """One row per speech of ``bag`` and year of ``reference``.

    Columns: speech, year, score (nats a word by which the year's words beat those of the whole
    series), chance (share of the draws in which the year is nearest, 0–1), inside (whether the year
    lies in the 90 % band), known (share of the speech's words that the series knows), passages. The
    draws take the passages of the speech and the years of the series with replacement. A speech is
    never compared with itself: its id is left out of the series.
    """
    import numpy as np
    import pandas as pd

    if draws < 100:
        raise JianghuaError(f"{draws} draws carry no 90 % band", "draws", "100 or more")
    counts = align(bag, reference.words)
    numbers, parts = bag.speech_numbers, []
    series = _series(reference)
    whole = _years(series)
    for number, speech in enumerate(bag.speeches):
        rows = np.flatnonzero(numbers == number)
        others = {name: said for name, said in series.items() if name != speech.id}
        years, log_odds = whole if len(others) == len(series) else _years(others)
        generator = np.random.default_rng([seed, number])
        passages = counts[rows]
        scores = passages @ log_odds.T  # passages × years
        nearest = _nearest_draws(scores, years, draws, generator)
        low, high = _band(nearest)
        total = max(int(passages.sum()), 1)
        parts.append(
            pd.DataFrame(
                {
                    "speech": speech.id,
                    "year": years,
                    "score": scores.sum(axis=0) / total,
                    "chance": [(nearest == year).mean() for year in years],
                    "inside": [low <= year <= high for year in years],
                    "known": total / max(int(bag.lengths[rows].sum()), 1),
                    "passages": len(rows),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def nearest_year(bag: Bag, reference: Bag, draws: int = 1000, seed: int = 0) -> pd.DataFrame:
    """One row per speech of ``bag``: the year of ``reference`` whose vocabulary it speaks.

    Columns: speech, title, year, year_low, year_high (its own, where known), nearest, low, high (90 % band of years),
    lag (nearest − year), score, known, passages, sentence, sentence_en. Give unfiltered bags, cut
    with the same lexicon. ``low`` … ``high`` says how well the words settle the year, not when the
    speech was given: an old-fashioned speaker speaks an earlier year. A ``score``
    under 0.03 says that the speech speaks like none of these years: then read no year into it. Under three passages the band
    is the whole series.
    """
    import pandas as pd

    scores = year_scores(bag, reference, draws, seed)
    speeches = {speech.id: speech for speech in bag.speeches}
    rows = []
    for name, part in scores.groupby("speech", sort=False):
        best = part.sort_values("score", kind="stable").iloc[-1]
        inside = part[part["inside"]]["year"]
        speech = speeches[str(name)]
        year, low, high = int(best["year"]), int(inside.min()), int(inside.max())
        low, high = min(low, year), max(high, year)
        lag = year - speech.year if speech.year is not None else None
        alike = float(best["score"]) >= UNLIKE
        said = (_said(year, low, high, alike, zh) for zh in (True, False))
        own = (speech.year, speech.year_low, speech.year_high)
        rows.append((name, speech.title, *own, year, low, high, lag, float(best["score"]),
                     float(best["known"]), int(best["passages"]), *said))  # fmt: skip
    columns = ["speech", "title", "year", "year_low", "year_high", "nearest", "low", "high", "lag",
               "score", "known", "passages", "sentence", "sentence_en"]  # fmt: skip
    whole = dict.fromkeys(("year", "year_low", "year_high", "lag"), "Int64")
    return pd.DataFrame(rows, columns=columns).astype(whole)


def _said(year: int, low: int, high: int, alike: bool, zh: bool) -> str:
    when = f"{low}–{high}" if low < high else str(low)
    if zh and alike:
        return f"用词最近于 {year} 年（90% 区间 {when}）。"
    if zh:
        return f"用词与各年都不甚相像，最近者为 {year} 年（90% 区间 {when}）。"
    if alike:
        return f"Speaks the vocabulary of {year} (90 % band {when})."
    return f"Speaks like none of these years; the nearest is {year} (90 % band {when})."


def _series(reference: Bag) -> dict[str, tuple[int, Floats]]:
    """Speech id → its year and its word counts, W."""
    import numpy as np

    numbers = reference.speech_numbers
    series = {}
    for number, speech in enumerate(reference.speeches):
        if speech.year is not None:
            rows = np.flatnonzero(numbers == number)
            total = np.asarray(reference.counts[rows].sum(axis=0), dtype=np.float64).ravel()
            series[speech.id] = speech.year, total
    return series


def _years(series: Mapping[str, tuple[int, Floats]]) -> tuple[list[int], Floats]:
    """Years of a series, and log-odds of each word in each (see `_log_odds`), years × W."""
    import numpy as np

    totals: dict[int, Floats] = {}
    for year, words in series.values():
        totals[year] = totals.get(year, 0.0) + words
    if len(totals) < 2:
        raise JianghuaError("a series needs two years", "nearest_year", "a longer reference")
    years = sorted(totals)
    return years, _log_odds(years, np.array([totals[year] for year in years]))


def _log_odds(years: Sequence[int], words: Floats) -> Floats:
    """log of each word's probability in a year over that in the whole series, years × W."""
    import numpy as np

    apart = np.abs(np.subtract.outer(years, years))
    lent = np.maximum(1 - apart / (REACH + 1), 0) @ words
    whole = words.sum(axis=0) + 0.5
    whole = whole / whole.sum()
    own = lent / np.maximum(lent.sum(axis=1, keepdims=True), 1e-300)
    return np.log((1 - SMOOTHING) * own / whole + SMOOTHING)


def _nearest_draws(
    scores: Floats, years: Sequence[int], draws: int, generator: np.random.Generator
) -> NDArray[np.int64]:
    """The nearest year in each draw. A year missing from a draw of years cannot be nearest, so
    that a peculiar report does not settle the matter alone."""
    import numpy as np

    passages, n = scores.shape[0], len(years)
    if passages < 3:
        return generator.choice(np.array(years), draws)
    times = generator.multinomial(passages, np.full(passages, 1 / passages), size=draws)
    present = generator.multinomial(n, np.full(n, 1 / n), size=draws) > 0
    drawn = np.where(present, times @ scores, -np.inf)
    return np.array(years)[drawn.argmax(axis=1)]


def _band(nearest: NDArray[np.int64]) -> tuple[int, int]:
    import numpy as np

    tail = (1 - LEVEL) / 2
    low, high = np.quantile(nearest, [tail, 1 - tail], method="inverted_cdf")
    return int(low), int(high)
