"""Dating: the year of a speech, as an interval, from what stands in its words.

The rule. A date on a line of its own at the head or foot, or the only one in the title, is
*stated* and taken. Otherwise every year from 1949 on has a score, and the scores are read as
log-probabilities:

1. A clue takes its weight from the years two years outside its bounds, half of it one year outside,
   twice four and more years outside. Where a
   year is looked back on or planned for, the later of the two possible years is likelier, for
   such speeches are mostly given in the first months; so is the year that is named last itself.
2. The timeline gives each year what the formulations present and absent make of it: a term of a
   given kind is more or less usual in the year it came up, the next years, after it went
   (`USUAL`). Terms are not independent, so this sum counts only with `TRUST`. Absence weighs by
   the length of the text.
3. ``year`` is the median of the probabilities; ``year_low`` … ``year_high`` the shortest run of
   years that holds `MASS` of them.

The youngest formulation dates the last edit, the largest consistent cluster dates the speech.
Where one or two young strings stand against everything else (without them the best years lie
years earlier and the rest of the text fits these far better), the speech is dated by the rest and
flagged as recycled, with both years; where the rest leans less, it is flagged as perhaps recycled
and keeps the later year.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from jianghua.speeches import clues
from jianghua.speeches.clues import FIRST_YEAR, Clue
from jianghua.speeches.scripts import simplified
from jianghua.speeches.timeline import Entry, timeline

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from jianghua.speeches.corpus import Speech

    Floats = npt.NDArray[np.float64]

COLUMNS = ("string", "start", "kind", "not_before", "not_after", "source", "weight")

TRUST = 0.35
MASS = 0.9

# Share of speeches of `USUAL_LENGTH` characters that hold a term of a kind, by the years since it
# came up and, after `_GONE`, since it went. Counted on provincial government work reports of even
# years, then smoothed by hand: rare cells (persons, offices, terms long gone) are guesses, and the
# first column is set well above the count, for reports are given in January and other speeches all
# year round.
USUAL_LENGTH = 14_000
_AGES = (0, 1, 2, 4, 8, 15, 999)
_GONE = (1, 3, 8, 999)
USUAL = {
    "formulation": (0.08, 0.30, 0.31, 0.31, 0.29, 0.25, 0.16, 0.06, 0.02, 0.004, 0.003),
    "campaign": (0.25, 0.40, 0.40, 0.40, 0.30, 0.16, 0.07, 0.25, 0.06, 0.02, 0.003),
    "policy": (0.06, 0.20, 0.30, 0.30, 0.28, 0.21, 0.12, 0.04, 0.025, 0.006, 0.003),
    "law": (0.02, 0.12, 0.04, 0.03, 0.02, 0.015, 0.01, 0.01, 0.005, 0.003, 0.002),
    "event": (0.04, 0.15, 0.12, 0.13, 0.13, 0.12, 0.12, 0.02, 0.01, 0.004, 0.003),
    "office": (0.02, 0.05, 0.05, 0.04, 0.035, 0.035, 0.04, 0.01, 0.005, 0.003, 0.002),
    "person": (0.08, 0.30, 0.40, 0.35, 0.35, 0.28, 0.10, 0.02, 0.005, 0.003, 0.002),
}
_FAMILY = {"tifa": "formulation", "title": "formulation", "campaign": "campaign", "plan": "policy",
           "law": "law", "event": "event", "meeting": "event", "institution": "office",
           "person": "person"}  # fmt: skip

_FAR = 4  # years outside its bounds, beyond which a clue takes no more
_LESS_LIKELY = {
    "a year looked back on": (0, 1.5),
    "a year planned for": (0, 1.5),
    "year named": (1, 0.5),
}

_LATE_EDITS = 2  # so many young strings may have been put in
_RECYCLED_GAP = 2  # years between the cluster and the edit
_SURELY, _PERHAPS = 2.5, 1.0  # log-odds by which the rest prefers the earlier years


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


# --- public ----------------------------------------------------------------------------------


def date_evidence(speech: Speech | str) -> pd.DataFrame:
    """One row per clue to the year, in the order of the text.

    Columns: string, start (character offset; -1 in the title), kind (``stated date``, ``relative
    year``, ``year named``, ``plan``, ``meeting``, ``anniversary``, or the kind of the timeline:
    tifa, campaign, law, event, institution, person, title), not_before, not_after (Int64, empty
    where that side is open; after a formulation's not_after it is only seldom said), source,
    weight (what a year outside loses, natural log-odds).
    """
    import pandas as pd

    text, title = (speech, "") if isinstance(speech, str) else (speech.text or "", speech.title)
    rows = [asdict(clue) for clue in sorted(find_clues(text, title), key=lambda c: c.start)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))  # leaves out the row of the timeline
    return frame.astype(
        {"start": "int64", "not_before": "Int64", "not_after": "Int64", "weight": "float64"}
    )


def find_clues(text: str, title: str = "") -> list[Clue]:
    """Every clue of a text and its title; Traditional characters are read as Simplified ones."""
    text, title = simplified(text), simplified(title)
    in_title = [replace(clue, start=-1) for clue in clues.year_clues(title)]
    return [
        *clues.stated_dates(text, title),
        *in_title,
        *clues.year_clues(text),
        *clues.plan_clues(text),
        *clues.meeting_clues(text),
        *clues.peoples_congress_clues(text),
        *clues.turnover_clues(text),
        *clues.anniversary_clues(text),
        *clues.formulation_clues(text),
    ]


def date_speech(
    text: str, title: str = "", portal_years: Sequence[int] = (), portal_text: str = ""
) -> Dating:
    """The date of a speech from its own words; what a portal says only bounds it from above.

    ``portal_years`` and ``portal_text`` are what stands around the speech on its page: a
    「2023年度」, an upload date. They never count as stated, and date a speech alone only where its
    words say nothing (``year_basis`` ``portal``, an interval of `PORTAL_REACH` years).
    """
    found = find_clues(text, title)
    portal = clues.portal_clues(portal_text, tuple(portal_years))
    stated = [clue for clue in found if clue.kind == "stated date"]
    if stated:
        return _by_statement(stated, [c for c in found if c.kind != "stated date"], len(text))
    if found:
        return _by_evidence(found, portal, len(text))
    return _by_portal(portal)


def dating_problems(corpus: Iterable[Speech]) -> list[str]:
    """Contradictions between catalogue and words, one line for each: a stated year against the
    evidence, a recycled text, a catalogue year outside the interval that the words allow."""
    problems = []
    for speech in corpus:
        if speech.text:
            dating = date_speech(speech.text)
            problems += [f"{speech.id}: {flag}" for flag in dating.flags]
            problems += [f"{speech.id}: {line}" for line in _against_catalogue(speech, dating)]
    return problems


def _against_catalogue(speech: Speech, dating: Dating) -> list[str]:
    low, high = dating.year_low, dating.year_high
    if speech.year is None or low is None or high is None:
        return []
    listed = (speech.year_low or speech.year, speech.year_high or speech.year)
    if listed[0] <= high and low <= listed[1]:
        return []
    return [f"catalogue says {speech.year}, its words say {_span(low, high)} ({dating.year_basis})"]


def _span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}-{high}"


# --- the three bases -------------------------------------------------------------------------

PORTAL_REACH = 10  # years that a portal's text may be older than its page


def _by_statement(stated: Sequence[Clue], rest: Sequence[Clue], length: int) -> Dating:
    best = max(stated, key=lambda clue: (len(clue.source), -clue.start))
    year = int(best.source[:4])
    flags = []
    others = sorted({clue.source[:4] for clue in stated} - {str(year)})
    if others:
        flags.append(f"states {best.source} and also {', '.join(others)}")
    # a line that fits no other clue is more likely a slip of the pen or of a copier
    if rest:
        low, high = _interval(_probabilities(rest, length))
        if not low - 1 <= year <= high + 1:
            flags.append(f"states {best.source}, but its words point to {_span(low, high)}")
    return Dating(best.source, year, year, year, "stated", tuple(flags))


def _by_evidence(found: Sequence[Clue], portal: Sequence[Clue], length: int) -> Dating:
    edited = _late_edit(found, length)
    kept = [c for c in found if c not in edited.strings] if edited and edited.sure else list(found)
    chances = _probabilities([*kept, *portal], length)
    year, (low, high) = _median(chances), _interval(chances)
    flags = [_of_edit(edited, year)] if edited else []
    flags += _against_portal(portal, low, high)
    said = [c for c in kept if c.source in ("this year", "last year")]
    if said and low == high:
        return Dating(str(year), year, year, year, "stated", tuple(flags))
    return Dating("", year, low, high, "evidence", tuple(flags))


def _of_edit(edit: Edit, year: int) -> str:
    strings = "、".join(dict.fromkeys(clue.string for clue in edit.strings))
    if edit.sure:
        return f"recycled: a speech of {year}, edited not before {edit.year} ({strings})"
    return f"perhaps recycled: without {strings} ({edit.year}) its words point to {edit.cluster}"


def _against_portal(portal: Sequence[Clue], low: int, high: int) -> list[str]:
    """A year that the page gives to the speech outside its words; a page older than its words."""
    uploaded = {c.not_after for c in portal if c.source == clues.UPLOAD and c.not_after}
    claimed = {c.not_after for c in portal if c.source == clues.CLAIM and c.not_after} - uploaded
    wrong = {y for y in claimed if not low <= y <= high + 1} | {y for y in uploaded if y < low}
    return [f"the portal says {year}, the words say {_span(low, high)}" for year in sorted(wrong)]


def _by_portal(portal: Sequence[Clue]) -> Dating:
    years = [clue.not_after for clue in portal if clue.not_after is not None]
    if not years:
        return Dating()
    return Dating("", max(years), max(years) - PORTAL_REACH, max(years), "portal")


@dataclass(frozen=True)
class Edit:
    """Young ``strings``, of ``first`` to ``year``, in a speech whose others point to ``cluster``."""

    strings: tuple[Clue, ...]
    first: int
    year: int
    cluster: int
    sure: bool


def _late_edit(found: Sequence[Clue], length: int) -> Edit | None:
    """The one or two youngest strings, where all others date the speech years earlier."""
    bounds = sorted({c.not_before or 0 for c in found if _bounds_below(c)}, reverse=True)
    edits = [_edit_from(year, found, length) for year in bounds[:_LATE_EDITS]]
    gain, edit = max((e for e in edits if e), key=lambda e: e[0], default=(0.0, None))
    if edit and gain > _SURELY:
        return replace(edit, sure=True)
    return edit if edit and gain > _PERHAPS and edit.cluster < edit.first - _RECYCLED_GAP else None


def _edit_from(year: int, found: Sequence[Clue], length: int) -> tuple[float, Edit] | None:
    """The clues of ``year`` and later as an edit, and by how much the others prefer to be older."""
    young = tuple(c for c in found if _bounds_below(c) and (c.not_before or 0) >= year)
    rest = [clue for clue in found if clue not in young]
    if len({clue.string for clue in young}) > _LATE_EDITS or not rest:
        return None
    scores = _log_scores(rest, length)
    early, late = scores[: year - FIRST_YEAR], scores[year - FIRST_YEAR :]
    cluster = FIRST_YEAR + int(early.argmax())
    if cluster > year - _RECYCLED_GAP:
        return None
    last = max(clue.not_before or 0 for clue in young)
    return float(early.max() - late.max()), Edit(young, year, last, cluster, False)


def _bounds_below(clue: Clue) -> bool:
    """Whether a clue is a sure first year. Laws are not: drafts are named years before."""
    sure = clue.weight >= clues.SURE["high"] and clue.kind != "law"
    return clue.not_before is not None and sure and (bool(clue.term) or clue.kind == "meeting")


# --- scores ----------------------------------------------------------------------------------


@cache
def _last_year() -> int:
    """One year beyond the youngest row of the timeline."""
    return max(entry.first_year for entry in timeline()) + 1


def _log_scores(found: Sequence[Clue], length: int) -> Floats:
    """Score of each year from FIRST_YEAR on (rule 1 and 2)."""
    import numpy as np

    last = max([_last_year(), *(c.not_before or 0 for c in found if c.kind == "relative year")])
    years = np.arange(FIRST_YEAR, last + 1)
    scores = TRUST * _usage(found, length, last)
    for clue in found:
        if clue.not_before is not None:
            scores -= clue.weight * np.clip(clue.not_before - years, 0, _FAR) / 2
        if clue.not_after is not None and not clue.term:  # a term that went is rare, not impossible
            scores -= clue.weight * np.clip(years - clue.not_after, 0, _FAR) / 2
        if clue.source.startswith("local party congress"):
            since = np.isin((years - ("last year" in clue.source)) % 5, clues.TURNOVER_YEARS)
            scores -= clue.weight * ~since
        if clue.source in _LESS_LIKELY or clue.kind in _LESS_LIKELY:
            step, loss = _LESS_LIKELY.get(clue.source) or _LESS_LIKELY[clue.kind]
            scores -= loss * (years == (clue.not_before or 0) + step)
    return scores


def _probabilities(found: Sequence[Clue], length: int) -> Floats:
    import numpy as np

    scores = _log_scores(found, length)
    chances = np.exp(scores - scores.max())
    return chances / chances.sum()


def _usage(found: Sequence[Clue], length: int, last: int) -> Floats:
    """Log-likelihood of the formulations that the text holds and of those it does not."""
    import numpy as np

    spoken = {clue.term for clue in found}
    present = np.array([entry.term in spoken for entry in _known_terms()])
    national = np.array(["全国" in entry.scope for entry in _known_terms()])
    rates, coined = _rates(last)
    rates = 1 - (1 - rates) ** min(2.0, max(length, 200) / USUAL_LENGTH)
    silent = ~present & national  # what one province says is not missing in another
    held = np.log(rates[:, present]).sum(axis=1)
    return held + (np.log1p(-rates) * coined)[:, silent].sum(axis=1)


@cache
def _known_terms() -> tuple[Entry, ...]:
    return tuple(entry for entry in timeline() if not clues.counted_elsewhere(entry))


@cache
def _rates(last: int) -> tuple[Floats, Floats]:
    """Years × terms: how usual each term is in each year, and whether it was coined (1) or not (0).

    Before that its first rate stands: rule 1 has taken its weight from those years already.
    """
    import numpy as np

    terms = _known_terms()
    years = range(FIRST_YEAR, last + 1)
    usual = [[USUAL[_FAMILY[t.kind]][_stage(t, year)] for t in terms] for year in years]
    coined = [[float(year >= t.first_year) for t in terms] for year in years]
    return np.array(usual), np.array(coined)


def _stage(entry: Entry, year: int) -> int:
    if entry.last_year and year > entry.last_year:
        return len(_AGES) + next(i for i, end in enumerate(_GONE) if year - entry.last_year <= end)
    return next(i for i, end in enumerate(_AGES) if year - entry.first_year <= end)


def _median(chances: Floats) -> int:
    import numpy as np

    return FIRST_YEAR + int(np.searchsorted(np.cumsum(chances), 0.5))


def _interval(chances: Floats) -> tuple[int, int]:
    """The shortest run of years that holds MASS; of several the likeliest."""
    import numpy as np

    total = np.concatenate([[0.0], np.cumsum(chances)])
    for width in range(1, len(chances) + 1):
        held = total[width:] - total[:-width]
        if held.max() >= MASS:
            low = FIRST_YEAR + int(held.argmax())
            return low, low + width - 1
    return FIRST_YEAR, FIRST_YEAR + len(chances) - 1
