"""Dating: the year of a speech, as an interval, from what stands in its words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from jianghua.speeches import clues
from jianghua.speeches.clues import Clue

if TYPE_CHECKING:
    import pandas as pd

    from jianghua.speeches.corpus import Speech

COLUMNS = ("string", "start", "kind", "not_before", "not_after", "source", "weight")


@dataclass(frozen=True)
class Dating:
    """When a speech was given. ``date`` is ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD`` or empty;
    ``year`` the best single year in ``year_low`` … ``year_high``; ``year_basis`` is ``stated``,
    ``evidence``, ``portal`` or empty; ``flags`` are contradictions, one line each."""

    date: str = ""
    year: int | None = None
    year_low: int | None = None
    year_high: int | None = None
    year_basis: str = ""
    flags: tuple[str, ...] = ()


def date_evidence(speech: Speech | str) -> pd.DataFrame:
    """One row per clue to the year, in the order of the text.

    Columns: string, start (character offset; -1 in the title), kind, not_before, not_after
    (Int64, empty where that side is open), source, weight (what a year outside loses, in natural
    log-odds).
    """
    import pandas as pd

    text, title = (speech, "") if isinstance(speech, str) else (speech.text or "", speech.title)
    rows = [asdict(clue) for clue in sorted(find_clues(text, title), key=lambda c: c.start)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({"not_before": "Int64", "not_after": "Int64", "weight": "float64"})


def find_clues(text: str, title: str = "") -> list[Clue]:
    """Every clue of a text and its title."""
    formulations = [
        Clue(string, start, entry.kind, entry.first_year, entry.last_year, entry.source, 4.0)
        for entry, string, start in clues.timeline_hits(text)
    ]
    return clues.stated_dates(text, title) + formulations


def date_speech(
    text: str, title: str = "", portal_years: Sequence[int] = (), portal_text: str = ""
) -> Dating:
    """The date of a speech from its own words; a portal's year is the last resort."""
    found = find_clues(text, title)
    stated = [clue for clue in found if clue.kind == "stated date"]
    if stated:
        best = max(stated, key=lambda clue: len(clue.source))
        year = int(best.source[:4])
        return Dating(best.source, year, year, year, "stated")
    bounds = [clue.not_before for clue in found if clue.not_before]
    if bounds:
        return Dating("", max(bounds), max(bounds), max(bounds) + 3, "evidence")
    if portal_years:
        return Dating("", max(portal_years), FIRST, max(portal_years), "portal")
    return Dating()


FIRST = clues.FIRST_YEAR


def dating_problems(corpus: Iterable[Speech]) -> list[str]:
    """Contradictions between the catalogue and the words, one line each."""
    return [
        f"{speech.id}: {flag}"
        for speech in corpus
        if speech.text
        for flag in date_speech(speech.text, speech.title).flags
    ]
