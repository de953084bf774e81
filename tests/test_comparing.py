"""The verb compare: a table for each question, of its own collection or placed in another's model."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from jianghua import cli, store, verbs
from jianghua.errors import JianghuaError, JianghuaWarning
from jianghua.verbs.comparing import GROUPS, PANEL, SPEECHES, YEARS
from jianghua.views.figures import FIGURES
from tests import toy as made


def collect(folder: Path, place: bool = False) -> Path:
    """The toy corpus on disk, catalogued, counted and fitted; with places, two of three years."""
    for speech in made.toy_corpus():
        store.write_speech(folder, speech, ())
    rows = [store.catalog_row(speech) for speech in made.toy_corpus()]
    for number, row in enumerate(rows):
        row |= {"place": ("北山", "南江")[number % 2], "level": "county"} if place else {}
    store.write_catalog(folder, rows)
    verbs.count(folder)
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fitted collection, and the same speeches as a panel of two places."""
    root = tmp_path_factory.mktemp("comparing")
    collect(root / "corpus" / "toy")
    collect(root / "corpus" / "panel", place=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", JianghuaWarning)
        verbs.fit(root / "corpus" / "toy", 3, guided=False, min_speeches=2)
    return root


def tables(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.csv")}


def test_every_table_has_a_figure() -> None:
    """Whatever compare writes, draw draws under the same name."""
    assert set(YEARS | GROUPS | SPEECHES | PANEL) | {"side_by_side"} <= set(FIGURES)


def test_tables_of_years(project: Path, tmp_path: Path) -> None:
    """A collection gets the table of each question; few passages are told to widen the bands."""
    lines = verbs.compare(project / "corpus" / "toy", to=tmp_path)
    of_several_fits = {"topic_choice", "topic_stability"}
    assert tables(tmp_path) == set(YEARS) - of_several_fits
    assert any("--fits 4" in line for line in lines)
    lines = verbs.compare(project / "corpus" / "toy", to=tmp_path, fits=2, only=["theme_shares"])
    assert any(line.startswith("2 refits; least alike") for line in lines)
    assert not any("--fits 4" in line for line in lines)


def test_one_table_alone(project: Path, tmp_path: Path) -> None:
    """--only writes these tables and no other; a table that there is not is named with those there are."""
    verbs.compare(project / "corpus" / "toy", to=tmp_path, only=["keyness"])
    assert tables(tmp_path) == {"keyness"}
    with pytest.raises(JianghuaError, match=r"no table 火箭.*theme_shares"):
        verbs.compare(project / "corpus" / "toy", to=tmp_path, only=["火箭"])


def test_groups_other_than_years(project: Path, tmp_path: Path) -> None:
    """By place there are shares alone, a row a place and theme."""
    verbs.compare(project / "corpus" / "toy", to=tmp_path, by="place")
    assert tables(tmp_path) == {"group_shares"}
    table = store.read_table(tmp_path / "group_shares.csv")
    assert table.columns[0] == "place"
    assert table.groupby("place")["share"].sum().tolist() == pytest.approx(
        [1] * table["place"].nunique()
    )


def test_places_of_several_years(project: Path, tmp_path: Path) -> None:
    """Where a place has three years, the placed speeches are a panel."""
    verbs.place(project / "corpus" / "panel", project / "corpus" / "toy", to=tmp_path)
    assert tables(tmp_path) == set(PANEL)
    assert set(store.read_table(tmp_path / "place_years.csv")["place"]) == {"北山", "南江"}


def test_single_speeches_in_another_model(project: Path, tmp_path: Path) -> None:
    """Without places the speeches are placed one by one, in the themes asked for and in their order."""
    toy = project / "corpus" / "toy"
    names = list(dict.fromkeys(verbs.themes_of(toy).names))[::-1][:2]
    verbs.place(toy, toy, names, to=tmp_path)
    assert tables(tmp_path) == set(SPEECHES)
    table = store.read_table(tmp_path / "speech_themes.csv")
    assert table["theme"].tolist() == names * 6


def test_two_speeches(project: Path, tmp_path: Path) -> None:
    """Two speeches are set side by side, shared passages are told; an unknown id is an error."""
    toy = project / "corpus" / "toy"
    lines = verbs.compare_pair(toy, "tian-1", "shi-1", to=tmp_path)
    assert lines[0] == "shared passages: 0, 0 characters"
    table = store.read_table(tmp_path / "side_by_side.csv")
    assert set(table["part"]) >= {"theme", "word"}
    assert table.query("part == 'theme'")["a"].sum() == pytest.approx(1)
    with pytest.raises(JianghuaError, match="no speech nobody"):
        verbs.compare_pair(toy, "tian-1", "nobody", to=tmp_path)


def test_a_table_that_cannot_be_made(project: Path, tmp_path: Path) -> None:
    """What cannot be made is told and stops no other table, nor passes an old one for new."""
    toy = project / "corpus" / "toy"
    verbs.compare(toy, to=tmp_path)
    lines = verbs.compare(toy, to=tmp_path, spans=[(1900, 1901), (1902, 1903)])
    told = [line for line in lines if line.startswith("no keyness")]
    assert told == ["no keyness: no speech of 1900–1901; that of an earlier run is removed"]
    assert not (tmp_path / "keyness.csv").exists()


def test_options_reach_the_verb(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command line passes its options on, and an empty table is told when drawing."""
    toy, to = str(project / "corpus" / "toy"), str(tmp_path)
    assert cli.main(["compare", toy, "--reuse", "once", "--only", "change_points", "--to", to]) == 0
    assert cli.main(["compare", toy, "--speeches", "tian-1", "shi-1", "--to", to]) == 0
    assert tables(tmp_path) == {"change_points", "side_by_side"}
    capsys.readouterr()
    assert cli.main(["draw", "--figures", to]) == 0
    said = capsys.readouterr().out
    assert "no change_points: nothing was found" in said
    assert (tmp_path / "side_by_side.svg").is_file()
    with pytest.raises(SystemExit) as usage:
        cli.main(["compare", toy, "--by", "weather"])
    assert usage.value.code == 2
