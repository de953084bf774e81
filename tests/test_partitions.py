"""Counts in partitions: what goes in comes out, and topics do not depend on the cut."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from jianghua import store
from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Corpus
from jianghua.topics import partitions as fitting
from jianghua.topics.lda import fit_topics
from jianghua.topics.partitions import (
    fit_partitions,
    place_partition,
    sampled_model,
    speech_masses,
)
from jianghua.words.bag import Bag, prune
from tests.toy import planted_bag, toy_bag, toy_guides

pytest.importorskip("pyarrow", reason="the extra `scale` is not installed")
from jianghua.store.partitions import (
    cut,
    list_partitions,
    read_partition,
    write_partitions,
)


def same(a: Bag, b: Bag) -> bool:
    """Whether two bags hold the same counts for the same passages and words."""
    here, there = ([(p.speech.id, p.speech.year, p.number) for p in bag.passages] for bag in (a, b))
    return here == there and a.words == b.words and (a.counts != b.counts).nnz == 0


@pytest.fixture(scope="module")
def planted() -> Bag:
    """Four themes planted in 400 passages."""
    return planted_bag(themes=4, passages=400)[0]


def test_counts_survive_the_way(tmp_path: Path) -> None:
    """A bag cut, written and read is the bag: every count, passage, year and word."""
    bag = toy_bag()
    parts = cut(bag, 3)
    addresses = write_partitions(str(tmp_path / "parts"), parts)
    assert list_partitions(str(tmp_path / "parts")) == addresses
    assert len(addresses) == 3
    for part, address in zip(parts, addresses, strict=True):
        assert same(part, read_partition(address))
    assert sum(int(part.counts.sum()) for part in parts) == int(bag.counts.sum())


def test_no_speech_is_cut_in_two() -> None:
    """Every speech lies in one partition, whatever number is asked for."""
    for wanted in (1, 2, 5, 100):
        parts = cut(toy_bag(), wanted)
        ids = [speech.id for part in parts for speech in part.speeches]
        assert ids == [speech.id for speech in toy_bag().speeches]
        assert len(parts) <= wanted


def test_an_object_store_holds_them_too() -> None:
    """An address that fsspec knows is as good as a folder."""
    write_partitions("memory://counts", cut(toy_bag(), 2))
    assert same(read_partition(list_partitions("memory://counts")[1]), cut(toy_bag(), 2)[1])


def test_old_parts_go_when_new_ones_are_there(tmp_path: Path) -> None:
    """After a second writing only its parts are left."""
    where = tmp_path / "parts"
    write_partitions(str(where), cut(toy_bag(), 4))
    write_partitions(str(where), cut(toy_bag(), 2))
    assert len(list(where.glob("part-*"))) == len(list_partitions(str(where))) == 2


def test_damage_is_refused(tmp_path: Path) -> None:
    """A part with one other byte, a foreign manifest and an absent one are one line each."""
    where = str(tmp_path / "parts")
    path = Path(write_partitions(where, cut(toy_bag(), 2))[0])
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(JianghuaError, match="not the part that the manifest names"):
        read_partition(str(path))
    (tmp_path / "parts" / "partitions.json").write_text(json.dumps({"format": 99}))
    with pytest.raises(JianghuaError, match="not a manifest this version reads"):
        list_partitions(where)
    with pytest.raises(JianghuaError, match="no partitions of counts"):
        list_partitions(str(tmp_path))


@pytest.mark.parametrize("sampled", [20_000, 150])
def test_topics_do_not_depend_on_the_cut(
    planted: Bag, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sampled: int
) -> None:
    """One partition or five: the same words left out, the same topics but for rounding, also
    where the start has seen a part of the passages only."""
    monkeypatch.setattr(fitting, "SAMPLE", sampled)
    fits = []
    for parts in (1, 5):
        where = str(tmp_path / str(parts))
        write_partitions(where, cut(planted, parts))
        fits.append(fit_partitions(list_partitions(where), read_partition, 4, workers=1))
    assert fits[0].words == fits[1].words
    assert fits[0].removed == fits[1].removed
    np.testing.assert_allclose(fits[0].topic_words, fits[1].topic_words, atol=1e-5)
    assert fits[0].settings["converged"]


def test_a_small_sample_shows_every_word(
    planted: Bag, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model whose sample lacks words takes one passage more for each, the same however the
    corpus is cut, and can be written and read."""
    monkeypatch.setattr(fitting, "SAMPLE", 10)
    shown = []
    for parts in (1, 5):
        addresses = write_partitions(str(tmp_path / str(parts)), cut(planted, parts))
        found = fit_partitions(addresses, read_partition, 4, workers=1)
        assert len(found.drawn.words) < len(found.words)
        shown.append(sampled_model(found, addresses, read_partition))
    assert (shown[0].bag.totals > 0).all()
    assert same(shown[0].bag, shown[1].bag)
    assert shown[0].settings["sampled"] == len(shown[0].bag.passages) / 400
    store.write_model(tmp_path / "model", shown[0], {})
    speeches = Corpus(shown[0].bag.speeches)
    assert store.read_model(tmp_path / "model", speeches).checksum == shown[0].checksum


def test_topics_are_those_of_a_fit_in_memory(planted: Bag, tmp_path: Path) -> None:
    """Partitions and memory agree: likelihood within half a hundredth, topics matched at 0.95."""
    write_partitions(str(tmp_path), cut(planted, 3))
    found = fit_partitions(list_partitions(str(tmp_path)), read_partition, 4, workers=1)
    model = fit_topics(prune(planted), 4, seed=1)
    assert found.words == model.bag.words
    apart = found.settings["log_likelihood"] - model.settings["log_likelihood"]
    assert abs(apart) < 0.005 * abs(model.settings["log_likelihood"])
    unit = [
        t / np.linalg.norm(t, axis=1, keepdims=True) for t in (found.topic_words, model.topic_words)
    ]
    assert (unit[0] @ unit[1].T).max(axis=1).min() > 0.95


def test_a_guide_keeps_its_topic(tmp_path: Path) -> None:
    """Seed words steer here as in memory: the guide's topic holds them."""
    guides = toy_guides()
    write_partitions(str(tmp_path), cut(toy_bag(), 3))
    found = fit_partitions(
        list_partitions(str(tmp_path)), read_partition, 3, guides=guides, workers=1
    )
    for guide in guides:
        topic = found.topic_words[found.settings["guides"][guide.name]["topic"]]
        heaviest = {found.words[i] for i in np.argsort(-topic)[:6]}
        assert set(guide.words) <= heaviest


def test_masses_of_speeches_add_up(tmp_path: Path) -> None:
    """Every word of a speech lies in some topic, once."""
    bag = toy_bag()
    write_partitions(str(tmp_path), cut(bag, 2))
    parts = list_partitions(str(tmp_path))
    found = fit_partitions(parts, read_partition, 3, workers=1)
    for part in parts:
        kept, mixtures = place_partition(found, read_partition, part)
        table = speech_masses(found, read_partition, part)
        assert list(table["speech"]) == [speech.id for speech in kept.speeches]
        np.testing.assert_allclose(mixtures.sum(axis=1), 1)
        np.testing.assert_allclose(table["words"].sum(), kept.lengths.sum())
