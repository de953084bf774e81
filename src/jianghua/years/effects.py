"""Effects: shares of themes regressed on what is known about the speeches, as estimateEffect does.

Least squares for each theme. With the mixtures' uncertainty by the method of composition (Tanner
1996, § 3.3; Roberts, Stewart & Airoldi 2016, § 3.3): every draw of the mixtures is regressed, and
the coefficients' variance is the mean of the draws' variances plus the variance of their estimates.
stm simulates from the draws' normals instead; the moments are the same, without the noise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.topics.posterior import draw_mixtures, theme_concentrations
from jianghua.topics.themes import Themes
from jianghua.words.bag import Bag
from jianghua.years.permutation import FEWEST_SPEECHES
from jianghua.years.uncertainty import LEVEL, shares_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

UNITS = ("speech", "passage")
INTERCEPT = "intercept"


@dataclass(frozen=True, eq=False)
class Regression:
    """Coefficients J × K (terms × themes), their covariance K × J × J, degrees of freedom."""

    coefficients: Floats
    covariance: Floats
    freedom: int

    @property
    def errors(self) -> Floats:
        """Standard errors, J × K."""
        import numpy as np

        return np.sqrt(np.einsum("kjj->jk", self.covariance))


def regress(shares: Floats, design: Floats) -> Regression:
    """Least squares of shares N × K on a design N × J of full rank (by QR, as R's lm)."""
    import numpy as np

    freedom = len(design) - design.shape[1]
    if freedom < 1:
        raise JianghuaError(
            f"{len(design)} units for {design.shape[1]} terms", "effects", "fewer covariates"
        )
    q, r = np.linalg.qr(design)
    if (np.abs(np.diag(r)) < 1e-10 * np.abs(np.diag(r)).max()).any():
        raise JianghuaError(
            "the covariates repeat one another", "effects", "leave out the one that follows"
        )
    coefficients = np.linalg.solve(r, q.T @ shares)
    variance = ((shares - design @ coefficients) ** 2).sum(axis=0) / freedom
    inverse = np.linalg.inv(r)
    return Regression(coefficients, variance[:, None, None] * (inverse @ inverse.T), freedom)


def compose(draws: Iterable[Floats], design: Floats) -> Regression:
    """The regressions of several draws of the shares (each N × K) as one: Rubin's within plus
    between, the method of composition in closed form."""
    import numpy as np

    found = [regress(shares, design) for shares in draws]
    coefficients = np.array([one.coefficients for one in found])
    centred = coefficients - coefficients.mean(axis=0)
    between = np.einsum("djk,dik->kji", centred, centred) / max(len(found) - 1, 1)
    within = np.mean([one.covariance for one in found], axis=0)
    return Regression(coefficients.mean(axis=0), within + between, found[0].freedom)


def effects(
    themes: Themes,
    covariates: Sequence[str] | pd.DataFrame,
    unit: str = "speech",
    draws: int = 100,
    seed: int = 0,
) -> pd.DataFrame:
    """One row per theme and term: theme, term, estimate (change of the share, 0–1, per unit of the
    covariate), error, t, low, high (90 % band), p, units, speeches, note.

    ``covariates`` names fields of the speeches (year, place, level, speaker, occasion) or is a
    table indexed by speech id. Numbers enter as they are, words as differences from the first
    in order ("place: 甘肃"). ``unit`` "speech" regresses word-weighted speech means, each speech
    once; "passage" passages, as stm does with documents: then ``note`` warns when speeches have
    several, for passages of one speech are no independent evidence. ``draws=0`` takes the mixtures
    as known (stm's uncertainty="None"). Under 6 speeches p is empty. Speeches with an empty
    covariate are left out and counted in ``note``.
    """
    import numpy as np

    if unit not in UNITS or draws < 0 or draws == 1:
        raise JianghuaError("unknown unit or too few draws", "effects", "speech or passage; 0 or 2")
    bag = themes.model.bag
    known, terms, design = design_of(bag, covariates)
    parameters = theme_concentrations(themes)
    total = _averaging(bag, known, unit)
    mean = parameters / parameters.sum(axis=1, keepdims=True)
    if unit == "passage":
        design = design[bag.speech_numbers[np.flatnonzero(known[bag.speech_numbers])]]
    else:
        design = design[known]
    if draws:
        generator = np.random.default_rng(seed)
        sets = (total(draw_mixtures(parameters, 1, generator)[0]) for _ in range(draws))
        found = compose(sets, design)
    else:
        found = regress(total(mean), design)
    return _effects_table(themes, terms, found, unit, known)


def design_of(
    bag: Bag, covariates: Sequence[str] | pd.DataFrame
) -> tuple[NDArray[np.bool_], list[str], Floats]:
    """(speeches whose covariates are all known S, terms, design S × J with an intercept first)."""
    import numpy as np
    import pandas as pd

    if isinstance(covariates, pd.DataFrame):
        table = covariates.reindex([speech.id for speech in bag.speeches])
    else:
        names = [covariates] if isinstance(covariates, str) else list(covariates)
        wrong = [n for n in names if n not in ("year", "place", "level", "speaker", "occasion")]
        if wrong or not names:
            raise JianghuaError(
                f"no covariate {', '.join(wrong) or 'named'}", "effects", "year, place, level …"
            )
        table = pd.DataFrame({n: [getattr(s, n) for s in bag.speeches] for n in names})
    table = table.replace("", np.nan)
    known = table.notna().all(axis=1).to_numpy()
    columns, terms = [np.ones(len(table))], [INTERCEPT]
    for name in table:
        for term, values in _coded(str(name), table[name], known):
            terms.append(term)
            columns.append(values)
    return known, terms, np.column_stack(columns)


def _coded(name: str, values: pd.Series[Any], known: NDArray[np.bool_]) -> list[tuple[str, Floats]]:
    """A number as it is; words as 0 and 1 against the first word (R's treatment contrasts)."""
    import numpy as np
    import pandas as pd

    if pd.api.types.is_numeric_dtype(values):
        return [(name, np.nan_to_num(values.to_numpy(dtype=float)))]
    numbers = pd.to_numeric(values, errors="coerce")
    if numbers[known].notna().all():
        return [(name, np.nan_to_num(numbers.to_numpy(dtype=float)))]
    levels = sorted({str(v) for v, k in zip(values, known, strict=True) if k})
    return [
        (f"{name}: {level}", np.array([str(v) == level for v in values], dtype=float))
        for level in levels[1:]
    ]


def _averaging(bag: Bag, known: NDArray[np.bool_], unit: str) -> Callable[[Floats], Floats]:
    """From mixtures of passages P × (T + 1) to shares of the units that have covariates."""
    import numpy as np

    numbers, lengths = bag.speech_numbers, bag.lengths

    def of_passages(mixtures: Floats) -> Floats:
        return shares_of(mixtures[known[numbers]])

    def of_speeches(mixtures: Floats) -> Floats:
        masses = np.zeros((len(known), mixtures.shape[1]))
        np.add.at(masses, numbers, mixtures * lengths[:, None])
        return shares_of(masses[known])

    return of_passages if unit == "passage" else of_speeches


def _effects_table(
    themes: Themes, terms: Sequence[str], found: Regression, unit: str, known: NDArray[np.bool_]
) -> pd.DataFrame:
    import numpy as np
    import pandas as pd
    from scipy.stats import t

    speeches = int(known.sum())
    estimate, error = found.coefficients, found.errors
    statistic = estimate / np.maximum(error, 1e-300)
    p = 2 * t.sf(np.abs(statistic), found.freedom)
    if speeches < FEWEST_SPEECHES:
        p = np.full_like(p, np.nan)
    reach = error * t.ppf((1 + LEVEL) / 2, found.freedom)
    rows = [
        (name, term, *(float(a[j, k]) for a in (estimate, error, statistic)),
         float(estimate[j, k] - reach[j, k]), float(estimate[j, k] + reach[j, k]), float(p[j, k]))
        for k, name in enumerate(themes.names)
        for j, term in enumerate(terms)
    ]  # fmt: skip
    columns = ["theme", "term", "estimate", "error", "t", "low", "high", "p"]
    units = found.freedom + len(terms)
    return pd.DataFrame(rows, columns=columns).assign(
        units=units, speeches=speeches, note=_note(unit, units, speeches, len(known) - speeches)
    )


def _note(unit: str, units: int, speeches: int, left_out: int) -> str:
    notes = []
    if unit == "passage" and units > speeches:
        notes.append("passages of one speech are not independent: errors are too small")
    if speeches < FEWEST_SPEECHES:
        notes.append(f"only {speeches} speeches: chance cannot be told from effect")
    if left_out:
        notes.append(f"{left_out} speeches without a covariate left out")
    return "; ".join(notes)
