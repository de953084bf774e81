"""Effects agree with stm's published figures, with least squares, and with their own simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from planted import NAMES, drawn, speech
from scipy import stats

from jianghua.errors import JianghuaError
from jianghua.topics.posterior import draw_mixtures, theme_concentrations
from jianghua.years.effects import compose, effects, regress
from jianghua.years.uncertainty import shares_of

# R 4.2.2, stm 1.3.7, gadarianFit (341 texts, 171 treated): estimateEffect(1:3 ~ treatment,
# uncertainty = "None"), the stored parameters.
CONTROLS, TREATED = 170, 171
INTERCEPTS = np.array([0.4561515836, 0.1960041162, 0.3478443002])
INTERCEPT_ERRORS = np.array([0.0149393625, 0.0167721613, 0.0141367406])
TREATMENTS = np.array([-0.1796482612, 0.2720075561, -0.0923592950])
TREATMENT_ERRORS = np.array([0.0210965384, 0.0236847151, 0.0199631203])
MEANS = np.array([0.366064, 0.332407, 0.301529])  # of θ, six decimals
# the same with uncertainty = "Global", 200 draws
GLOBAL_TREATMENTS = np.array([-0.1593, 0.2442, -0.0849])
GLOBAL_ERRORS = np.array([0.0301, 0.0319, 0.0292])


def gadarian():
    """Shares of 341 texts with stm's group means and residual spread, and their design.

    θ itself is not at hand; least squares sees only the group means and the sum of squares, and
    these follow from intercept, its error (s / √170) and treatment. The treatment's errors and the
    grand means are not used in making the shares, so they are the witnesses.
    """
    treated = np.r_[np.zeros(CONTROLS), np.ones(TREATED)]
    pattern = np.r_[_standard(CONTROLS), _standard(TREATED)]
    spread = INTERCEPT_ERRORS * np.sqrt(CONTROLS) * np.sqrt(339 / 341)
    shares = INTERCEPTS + np.outer(treated, TREATMENTS) + np.outer(pattern, spread)
    return shares, np.column_stack([np.ones(341), treated])


def _standard(n: int) -> np.ndarray:
    """n numbers of mean 0 and mean square 1."""
    ramp = np.linspace(-1, 1, n)
    return ramp / np.sqrt((ramp**2).mean())


def test_gadarian_without_uncertainty():
    """Coefficients and errors are stm's to 1e-8: also the treatment's errors and the means of θ,
    which did not go into the shares."""
    shares, design = gadarian()
    found = regress(shares, design)
    assert found.freedom == 339
    assert found.coefficients == pytest.approx(np.array([INTERCEPTS, TREATMENTS]), abs=1e-8)
    assert found.errors[0] == pytest.approx(INTERCEPT_ERRORS, abs=1e-8)
    assert found.errors[1] == pytest.approx(TREATMENT_ERRORS, abs=1e-8)
    assert shares.mean(axis=0) == pytest.approx(MEANS, abs=1e-6)


def test_gadarian_with_uncertainty():
    """Composition over draws of θ whose treatment effect has stm's Global mean and the spread that
    its Global error leaves beside the regression's own gives stm's Global error."""
    shares, design = gadarian()
    own = regress(shares, design).errors[1]
    generator = np.random.default_rng(0)
    spread = np.sqrt(GLOBAL_ERRORS**2 - own**2)
    effects_drawn = generator.normal(GLOBAL_TREATMENTS, spread, (200, 3))
    draws = (shares + np.outer(design[:, 1], e - TREATMENTS) for e in effects_drawn)
    found = compose(draws, design)
    # simulation error of a mean and of a standard deviation over 200 draws, three times over
    assert found.coefficients[1] == pytest.approx(GLOBAL_TREATMENTS, abs=3 * 0.025 / np.sqrt(200))
    assert found.errors[1] == pytest.approx(GLOBAL_ERRORS, rel=3 / np.sqrt(400))


def corpus(speeches: int = 30, passages: int = 15):
    """A speech a year; the first theme gains a point a year; two places by turns."""
    generator = np.random.default_rng(0)
    gain = np.linspace(0, 0.3, speeches)
    means = np.stack([0.2 + gain, 0.5 - gain, np.full(speeches, 0.3)], axis=1)
    made = [speech(n, 1990 + n, place=("甲省", "乙省")[n % 2]) for n in range(speeches)]
    return drawn(made, means, generator, passages, between=80)


def test_speech_means_are_regressed():
    """Without uncertainty, the year's effect is scipy's regression on speech means."""
    themes = corpus()
    lengths, numbers = themes.model.bag.lengths, themes.model.bag.speech_numbers
    column = themes.passage_themes[:, themes.names.index(NAMES[0])]
    means = np.bincount(numbers, column * lengths) / np.bincount(numbers, lengths)
    witness = stats.linregress(1990 + np.arange(30), means)
    row = effects(themes, ["year"], draws=0).set_index(["theme", "term"]).loc[(NAMES[0], "year")]
    assert (row.estimate, row.error, row.p) == pytest.approx(
        (witness.slope, witness.stderr, witness.pvalue)
    )
    assert row.low > 0


def test_composition_agrees_with_simulation():
    """Drawing coefficients from each draw's normal, as stm does, gives the same mean and error."""
    themes = corpus(12, 5)
    parameters = theme_concentrations(themes)
    design = np.column_stack([np.ones(60), np.repeat(np.arange(12.0), 5)])
    generator = np.random.default_rng(1)
    draws = [shares_of(draw_mixtures(parameters, 1, generator)[0]) for _ in range(300)]
    found, simulated = compose(draws, design), []
    for shares in draws:
        one = regress(shares, design)
        simulated += [generator.normal(one.coefficients[1], one.errors[1]) for _ in range(20)]
    assert np.mean(simulated, axis=0) == pytest.approx(found.coefficients[1], abs=4e-4)
    assert np.std(simulated, axis=0) == pytest.approx(found.errors[1], rel=0.05)


def test_uncertainty_widens_errors():
    """Errors with the mixtures' uncertainty are not smaller than without."""
    themes = corpus(12, 4)
    known, drawn_ = (effects(themes, ["year"], unit="passage", draws=d) for d in (0, 200))
    assert (drawn_["error"] > known["error"] * 0.98).all()


def test_words_are_contrasts():
    """A place enters as a difference from the first place; all effects of a term sum to zero over
    themes, for shares sum to one."""
    table = effects(corpus(), ["year", "place"], draws=20)
    assert table["term"].unique().tolist() == ["intercept", "year", "place: 甲省"]
    sums = table.groupby("term")["estimate"].sum()
    assert sums["intercept"] == pytest.approx(1)
    assert sums[["year", "place: 甲省"]].tolist() == pytest.approx([0, 0], abs=1e-9)


def test_a_table_of_covariates_may_have_holes():
    """Speeches without a covariate are left out and counted; passages carry a warning."""
    table = pd.DataFrame({"reform": [0.0, 1.0] * 10}, index=[f"s{n:04d}" for n in range(20)])
    found = effects(corpus(), table, unit="passage", draws=0)
    assert set(found["speeches"]) == {20}
    assert set(found["units"]) == {300}
    assert "10 speeches" in found["note"][0]
    assert "not independent" in found["note"][0]


def test_bad_designs_are_refused():
    """Unknown, repeated and too many covariates are refused with a remedy; few speeches have no p."""
    twice = pd.DataFrame({"a": range(30), "b": range(30)}, [f"s{n:04d}" for n in range(30)])
    for wrong, message in ((["colour"], "colour"), ([], "named"), (twice, "repeat")):
        with pytest.raises(JianghuaError, match=message):
            effects(corpus(), wrong)
    with pytest.raises(JianghuaError, match="2 units"):
        effects(corpus(2), ["year"])
    assert effects(corpus(5), ["year"], draws=0)["p"].isna().all()
