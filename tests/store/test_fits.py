"""Fits kept until a study is done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jianghua.store.fits import forget_fits, keep_fits
from jianghua.topics.guides import Guide
from jianghua.topics.lda import fit_topics
from jianghua.topics.model import TopicModel
from jianghua.topics.trials import try_topics
from tests.toy import planted_bag

BAG = planted_bag(3, 80)[0]


class Power:
    """A fit that fails after some fits, as a machine that is switched off."""

    def __init__(self, lasts: int = 99) -> None:
        self.fits, self.lasts = 0, lasts

    def __call__(self, *job: Any, **how: Any) -> TopicModel:
        if self.fits == self.lasts:
            raise KeyboardInterrupt
        self.fits += 1
        return fit_topics(*job, **how)


def test_a_broken_off_study_goes_on(tmp_path: Path) -> None:
    """What was finished before is not fitted again, and the table is the undisturbed one."""
    with pytest.raises(KeyboardInterrupt):
        try_topics(BAG, (2, 3), 2, fit=keep_fits(tmp_path, Power(3)))
    rest = Power()
    table = try_topics(BAG, (2, 3), 2, fit=keep_fits(tmp_path, rest))
    assert rest.fits == 1
    pd.testing.assert_frame_equal(table, try_topics(BAG, (2, 3), 2), check_exact=True)


def test_another_question_is_another_fit(tmp_path: Path) -> None:
    """Another seed, number of topics, guide, option or bag is fitted; the same is not."""
    power = Power()
    fit = keep_fits(tmp_path, power)
    other = planted_bag(3, 80, seed=5)[0]
    guide = Guide("甲", ("0-00", "0-01"))
    questions: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
        ((BAG, 3, (), 1), {}), ((BAG, 3, (), 2), {}), ((BAG, 2, (), 1), {}),
        ((BAG, 3, (guide,), 1), {}), ((BAG, 3, (), 1), {"passes": 7}), ((other, 3, (), 1), {}),
    ]  # fmt: skip
    for n, (job, how) in enumerate(questions, start=1):
        fit(*job, **how)
        fit(*job, **how)
        assert power.fits == n


def test_kept_is_what_was_fitted(tmp_path: Path) -> None:
    """Arrays to the bit, and all settings."""
    fit = keep_fits(tmp_path)
    first, second = (fit(BAG, 3, (), 1) for _ in range(2))
    assert np.array_equal(first.topic_words, second.topic_words)
    assert np.array_equal(first.passage_topics, second.passage_topics)
    assert dict(first.settings) == dict(second.settings)


@pytest.mark.parametrize("name", ["arrays.npz", "settings.json"])
def test_a_damaged_fit_is_fitted_again(tmp_path: Path, name: str) -> None:
    """A file cut short is no fit, and no error either."""
    power = Power()
    fit = keep_fits(tmp_path, power)
    fit(BAG, 3, (), 1)
    file = next(tmp_path.glob(f"*/{name}"))
    file.write_bytes(file.read_bytes()[:-20])
    assert fit(BAG, 3, (), 1).topics == 3
    assert power.fits == 2


def test_forgotten_when_done(tmp_path: Path) -> None:
    """The folder goes, and the one around it when no other study is in it; forgetting nothing is
    nothing."""
    for study in ("fit", "try"):
        keep_fits(tmp_path / "unfinished" / study)(BAG, 2, (), 1)
    forget_fits(tmp_path / "unfinished" / "try")
    assert [path.name for path in (tmp_path / "unfinished").iterdir()] == ["fit"]
    forget_fits(tmp_path / "unfinished" / "fit")
    forget_fits(tmp_path / "unfinished" / "fit")
    assert not list(tmp_path.iterdir())
