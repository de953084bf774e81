"""A small sample of `make fuzz`: what is damaged at random is read or refused in words."""

from __future__ import annotations

import random

import pytest

from tests.fuzz.mutations import KINDS, mutated, outcomes


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_documents_are_read_or_refused(kind):
    """Of two dozen documents of a format none raises, hangs, grows, or comes back empty."""
    said = [outcome for outcome, _, _ in outcomes(kind, 2, seed=1)]
    assert len(said) == 24
    assert [one for one in said if one.startswith(("fault", "limit"))] == []
    assert said.count("used") > 0


def test_damage_is_the_same_for_the_same_seed():
    """A fault that was found can be found again."""
    content = bytes(range(256)) * 8
    first, again, other = (mutated(content, random.Random(seed)) for seed in (1, 1, 2))
    assert first == again != other
