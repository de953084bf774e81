"""A short run of benchmarks/calibration.py: bands and tests are near what they claim."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARK = Path(__file__).resolve().parents[2] / "benchmarks" / "calibration.py"


@pytest.fixture(scope="module")
def calibration() -> ModuleType:
    """The benchmark as a module."""
    spec = importlib.util.spec_from_file_location("calibration", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("per_year", "passages"), [(3, 12), (12, 6)])
def test_bands_hold_the_planted_share(calibration, per_year, passages):
    """In 50 planted corpora of six years and four themes the 90 % band holds in 86 to 97 %."""
    assert 0.86 <= calibration.coverage_of_years(per_year, passages, 50)["year"] <= 0.97


def test_a_single_speech_speaks_for_itself_only(calibration):
    """The band of a single speech holds what that speech is made of, not what its year is."""
    found = calibration.coverage_of_years(1, 30, 50)
    assert found["speech"] >= 0.83
    assert found["year"] < 0.75


def test_passages_lie_and_permutations_do_not(calibration):
    """With no effect, tests on passages find one in a third of the corpora or more; permutation over
    speeches in about one of twenty (200 corpora: at most 9 %)."""
    found = calibration.false_positives(10, 200)
    assert found["passages as units"] > 0.3
    for test in ("trend, permutation", "difference, permutation", "change point"):
        assert found[test] <= 0.09
