"""Verbs over partitions and on a cluster: the same results as here and in memory."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from jianghua import cli, store, verbs
from jianghua.speeches.corpus import read_corpus
from jianghua.work import cluster
from tests import toy as made

pytest.importorskip("distributed", reason="the extra `scale` is not installed")


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """The toy corpus on disk, catalogued."""
    folder = tmp_path / "corpus" / "toy"
    for speech in made.toy_corpus():
        store.write_speech(folder, speech, ())
    store.write_catalog(folder, [store.catalog_row(speech) for speech in made.toy_corpus()])
    return folder


@pytest.fixture(scope="module")
def running() -> Iterator[None]:
    """A local cluster for all tests of this file."""
    with cluster("local"):
        yield


def files(folder: Path) -> dict[str, bytes]:
    """What stands in a folder, by path."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(paths)}


def test_a_cluster_changes_no_byte(collection: Path, running: None) -> None:
    """add, count, fit, try and compare write the same bytes on a cluster as here."""
    found = []
    raw = Path("corpus/sample/raw")
    for name in ("there", "here"):
        project = collection.parent.parent.parent / name
        mine = project / "corpus" / "mine"
        run = [
            ["add", str(raw), "--to", str(mine)],
            ["count", str(mine)],
            ["fit", str(mine), "--topics", "4", "--no-guides"],
            ["try", str(mine), "--topics", "2", "3", "--seeds", "2"],
            ["compare", str(mine), "--terms", "创新"],
        ]
        for words in run:
            if name == "here":
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr("jianghua.work.active_client", lambda: None)
                    assert cli.main(words) in (0, 1)
            else:
                assert cli.main(words) in (0, 1)
        found.append(files(project))
    assert found[0] == found[1]


def test_count_and_fit_over_partitions(
    collection: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Partitions hold the counts of the collection; topics fitted to them serve every other verb,
    and shares count all speeches."""
    from jianghua.store.partitions import list_partitions, read_masses, read_partition
    from jianghua.verbs.scaling import count_partitions

    where = str(collection.parent.parent / "parts")
    count_partitions(collection, where, speeches=2)
    parts = [read_partition(address) for address in list_partitions(where)]
    assert len(parts) == 3
    verbs.count(collection)
    whole = store.read_bag(collection)
    assert sum(int(part.counts.sum()) for part in parts) == int(whole.counts.sum())

    fit = ["fit", str(collection), "--topics", "3", "--no-guides", "--min-speeches", "2"]
    assert cli.main([*fit, "--partitions", where]) == 0
    assert "a sample; the shares count all" in capsys.readouterr().out
    folder = verbs.model_folder(collection)
    model = store.read_model(folder, read_corpus(collection))
    masses = read_masses(folder.parent / "speeches.parquet")
    assert set(masses["speech"]) == {speech.id for speech in whole.speeches}
    np.testing.assert_allclose(masses["words"].sum(), model.bag.lengths.sum())
    for words in (["name"], ["compare", "--terms", "创新"], ["explore"]):
        assert cli.main([words[0], str(collection), *words[1:]]) == 0
    years = store.read_table(collection.parent.parent / "figures" / "theme_shares.csv")
    assert years.groupby("year")["words"].first().sum() == pytest.approx(masses["words"].sum())
    assert set(years.loc[years["speeches"] == 1, "band"]) == {"none"}
    assert years.groupby("year")["share"].sum().to_numpy() == pytest.approx(1)


def test_tables_count_every_speech_of_the_partitions(
    collection: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the model shows a sample, spans, topics by year and their map still hold all speeches,
    and a line says which tables do not."""
    from jianghua.store.partitions import read_masses
    from jianghua.topics import partitions
    from jianghua.verbs.scaling import count_partitions

    monkeypatch.setattr(partitions, "SAMPLE", 5)
    where = str(collection.parent.parent / "parts")
    count_partitions(collection, where, speeches=2)
    fit = ["fit", str(collection), "--topics", "3", "--no-guides", "--min-speeches", "2"]
    assert cli.main([*fit, "--partitions", where]) == 0
    folder = verbs.model_folder(collection)
    model = store.read_model(folder, read_corpus(collection))
    assert model.settings["sampled"] < 1
    assert cli.main(["compare", str(collection)]) == 0
    assert "passages of the sample" in capsys.readouterr().out

    masses = read_masses(folder.parent / "speeches.parquet")
    topics = masses[["0", "1", "2"]].sum().to_numpy()
    tables = {
        name: store.read_table(collection.parent.parent / "figures" / f"{name}.csv")
        for name in ("topic_map", "topic_years", "span_differences")
    }
    # whole words of a topic in a speech: rounding moves a share by less than a word a speech
    assert tables["topic_map"]["share"].to_numpy() == pytest.approx(
        topics / topics.sum(), abs=len(masses) / topics.sum()
    )
    said = {word for words in tables["topic_years"]["words"] for word in words.split()}
    assert said <= set(model.bag.words)
    sides = tables["span_differences"].iloc[0]
    assert sides["speeches_a"] + sides["speeches_b"] == len(masses)


def test_partitions_that_are_not_there(
    collection: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line says that nothing was counted to that place."""
    fit = ["fit", str(collection), "--topics", "3", "--partitions", str(collection / "none")]
    assert cli.main(fit) == 1
    assert "no partitions of counts" in capsys.readouterr().err


def test_a_cluster_by_address(collection: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--cluster local starts one and ends it; the counts are the same."""
    verbs.count(collection)
    before = (collection / "counts.csv.gz").read_bytes()
    shutil.rmtree(collection.parent.parent / "build", ignore_errors=True)
    assert cli.main(["count", str(collection), "--cluster", "local"]) == 0
    assert (collection / "counts.csv.gz").read_bytes() == before
