"""A run of many fits that is stopped goes on where it was, and ends as if it had not been."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jianghua.store import kept
from jianghua.store.kept import kept_fits
from jianghua.topics.lda import fit_topics
from jianghua.topics.model import TopicModel
from jianghua.words.bag import Bag
from tests.toy import toy_guides


@pytest.fixture(autouse=True)
def worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Toy fits are kept, too."""
    monkeypatch.setattr(kept, "WORTH", 0.0)


class Fitter:
    """Fits, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, *arguments: Any, **how: Any) -> TopicModel:
        self.times += 1
        return fit_topics(*arguments, **how)


def stopped_after(folder: Path, bag: Bag, seeds: int) -> None:
    """A run that made some fits and was stopped."""
    with pytest.raises(KeyboardInterrupt), kept_fits(folder, fit_topics) as fit:
        for seed in range(seeds):
            fit(bag, 3, toy_guides(), seed)
        raise KeyboardInterrupt


def test_finished_fits_are_not_made_again(tmp_path: Path, toy_bag: Bag) -> None:
    """After a stop only the missing fits are made; all are the bits of an undisturbed run, and the
    memory is gone at the end."""
    stopped_after(tmp_path / "fits", toy_bag, 2)
    again = Fitter()
    with kept_fits(tmp_path / "fits", again) as fit:
        models = [fit(toy_bag, 3, toy_guides(), seed) for seed in range(3)]
    assert again.times == 1
    for seed, model in enumerate(models):
        whole = fit_topics(toy_bag, 3, toy_guides(), seed)
        assert np.array_equal(model.topic_words, whole.topic_words)
        assert np.array_equal(model.passage_topics, whole.passage_topics)
        assert model.settings == whole.settings
    assert not (tmp_path / "fits").exists()


@pytest.mark.parametrize("change", ["topics", "guides", "how", "counts"])
def test_other_fits_are_made(tmp_path: Path, toy_bag: Bag, change: str) -> None:
    """A fit of other topics, guides, options or counts is never taken for the one that was kept."""
    stopped_after(tmp_path / "fits", toy_bag, 1)
    changed = toy_bag.counts.copy()
    changed.data = changed.data + 1
    other = Bag(changed, toy_bag.words, toy_bag.passages)
    again = Fitter()
    with kept_fits(tmp_path / "fits", again) as fit:
        fit(
            other if change == "counts" else toy_bag,
            2 if change == "topics" else 3,
            () if change == "guides" else toy_guides(),
            0,
            **({"passes": 7} if change == "how" else {}),
        )
    assert again.times == 1


@pytest.mark.parametrize("place", [0, 30, 80, 300, -200, -1])
def test_a_damaged_fit_is_a_miss(tmp_path: Path, toy_bag: Bag, place: int) -> None:
    """A kept fit with one byte changed, anywhere, or cut off, is made again."""
    stopped_after(tmp_path / "fits", toy_bag, 1)
    [path] = (tmp_path / "fits").iterdir()
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    for damaged in (bytes(content), bytes(content[:place]), b""):
        path.write_bytes(damaged)
        again = Fitter()
        with pytest.raises(KeyboardInterrupt), kept_fits(tmp_path / "fits", again) as fit:
            fit(toy_bag, 3, toy_guides(), 0)
            raise KeyboardInterrupt
        assert again.times == 1


def test_quick_fits_are_not_kept(
    tmp_path: Path, toy_bag: Bag, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is made faster than it is read leaves no file."""
    monkeypatch.setattr(kept, "WORTH", 60.0)
    stopped_after(tmp_path / "fits", toy_bag, 1)
    assert not (tmp_path / "fits").exists()
