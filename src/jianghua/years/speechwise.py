"""Speeches as the units of evidence: one row of shares a speech."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Speech
from jianghua.topics.themes import Themes
from jianghua.years.grouping import reuse_weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class SpeechShares:
    """Shares of the themes in each speech, S × T, rows sum to 1; ``words`` that count, S."""

    names: tuple[str, ...]
    speeches: tuple[Speech, ...]
    shares: Floats
    words: Floats

    @property
    def years(self) -> Floats:
        """The best year of each speech, S; nan where there is none."""
        import numpy as np

        return np.array([np.nan if s.year is None else s.year for s in self.speeches], dtype=float)

    def of(self, chosen: Bools) -> SpeechShares:
        """Some of the speeches."""
        import numpy as np

        rows = np.flatnonzero(chosen)
        speeches = tuple(self.speeches[i] for i in rows)
        return SpeechShares(self.names, speeches, self.shares[rows], self.words[rows])


def share_by_speech(themes: Themes, reuse: str = "keep") -> SpeechShares:
    """Word-weighted shares of each speech; a speech of which nothing counts is not in it."""
    import numpy as np

    bag = themes.model.bag
    weights = bag.lengths * reuse_weights(bag, reuse)
    masses = np.zeros((len(bag.speeches), len(themes.names)))
    np.add.at(masses, bag.speech_numbers, themes.passage_themes * weights[:, None])
    words = masses.sum(axis=1)
    kept = np.flatnonzero(words > 0)
    return SpeechShares(
        themes.names,
        tuple(bag.speeches[i] for i in kept),
        masses[kept] / words[kept, None],
        words[kept],
    )


def dated(found: SpeechShares) -> SpeechShares:
    """The speeches that have a year, oldest first."""
    import numpy as np

    with_year = found.of(~np.isnan(found.years))
    if not with_year.speeches:
        raise JianghuaError("no speech has a year", "years", "complete catalog.csv")
    order = np.argsort(with_year.years, kind="stable")
    return SpeechShares(
        found.names,
        tuple(with_year.speeches[i] for i in order),
        with_year.shares[order],
        with_year.words[order],
    )


def choose(names: tuple[str, ...], theme: str | None) -> list[int]:
    """Positions of one theme, or of all."""
    if theme is None:
        return list(range(len(names)))
    if theme not in names:
        raise JianghuaError(f"no theme named {theme!r}", "theme", f"one of {', '.join(names)}")
    return [names.index(theme)]
