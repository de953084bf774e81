"""What verbs make of a collection: where things go, whom they believe, what they say."""

from __future__ import annotations

import csv
import shutil
import warnings
from pathlib import Path

import pytest

from jianghua import store, verbs
from jianghua.errors import JianghuaError, JianghuaWarning
from jianghua.speeches.corpus import read_corpus
from jianghua.speeches.passages import passages
from jianghua.words.bag import count
from jianghua.words.segmentation import segment
from tests import toy as made


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """The toy corpus on disk, catalogued and counted."""
    folder = tmp_path / "corpus" / "toy"
    speeches = made.toy_corpus()
    for speech in speeches:
        store.write_speech(folder, speech, ())
    store.write_catalog(folder, [store.catalog_row(speech) for speech in speeches])
    verbs.count(folder)
    return folder


def statuses(folder: Path) -> dict[str, str]:
    with (folder / "added.csv").open(encoding="utf-8", newline="") as lines:
        return {Path(row["path"]).name: row["status"] for row in csv.DictReader(lines)}


def source(folder: Path, catalog: str, **texts: str) -> Path:
    """A folder of files with a catalogue of its own."""
    folder.mkdir()
    (folder / "catalog.csv").write_text(catalog, encoding="utf-8")
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


SPOKEN = made.TEXTS["tian-1"][2]


@pytest.mark.parametrize(
    ("collection", "project"),
    [("a/corpus/mine", "a"), ("a/mine", "a"), ("/corpus/mine", "/")],
)
def test_project_of_a_collection(collection: str, project: str) -> None:
    """The project lies above corpus/, or above a collection that is in no corpus/."""
    assert verbs.project_of(Path(collection)) == Path(project).absolute()


def test_several_seeds_are_told(collection: Path) -> None:
    """fit with seeds says which it took and whether others find its topics; one seed does not."""
    many = verbs.fit(collection, 2, guided=False, seeds=3)
    assert any(line.startswith("of 3 seeds, seed ") for line in many)
    assert any("found by other seeds" in line for line in many)
    assert not any("other seeds" in line for line in verbs.fit(collection, 2, guided=False))


def test_guides_are_checked_before_a_fit(collection: Path) -> None:
    """Where each seed word stands, what is missing, and what these speeches are too few for."""
    path = collection.parent / "guides.toml"
    path.write_text('["种田"]\nwords = ["粮食", "火箭"]\n', encoding="utf-8")
    said = "\n".join(verbs.check_guides(collection, None))
    texts = "".join(text for _, _, text in made.TEXTS.values())
    assert f"种田   粮食     {texts.count('粮食')} " in said
    assert "火箭 (missing)" in said
    assert "too few to carry a theme" in said


def test_counts_on_disk_are_the_counts(collection: Path) -> None:
    """What count writes is what passages, segment and count say, and it says how much."""
    tokens = segment(passages(read_corpus(collection)), verbs.lexicon_of(collection))
    bag, read = count(tokens), store.read_bag(collection)
    assert read.words == bag.words
    assert (read.counts != bag.counts).nnz == 0
    assert verbs.count(collection)[-1] == (
        f"6 speeches, 12 passages, {bag.counts.sum()} words counted"
    )


def test_own_words_are_heard(collection: Path) -> None:
    """Rows of corpus/lexicon keep a unit whole for the collections beside it."""
    own = collection.parent / "lexicon"
    own.mkdir()
    (own / "mine.csv").write_text("term,kind\n灌溉修到田头,word\n", encoding="utf-8")
    verbs.count(collection)
    assert "灌溉修到田头" in store.read_bag(collection).words


def test_speeches_without_text_are_told(collection: Path) -> None:
    """A speech whose text is absent is named and left out; with no text at all, count refuses."""
    (collection / "texts" / "shi-2.txt").unlink()
    lines = verbs.count(collection)
    assert "shi-2: no text, not counted" in lines
    assert len(store.read_bag(collection).speeches) == 5
    shutil.rmtree(collection / "texts")
    with pytest.raises(JianghuaError, match="no texts to count"):
        verbs.count(collection)


def test_a_catalogue_beside_the_files_is_believed(tmp_path: Path) -> None:
    """Id, title, date, place and rights that a researcher states go before what the text says; a
    file the catalogue does not list is skipped; a bad row stops its own file only."""
    mess = source(
        tmp_path / "mess",
        "id,title,date,place,level,year\n001,春耕讲话,1999-03,某县,county,\nbad,x,1999-13,,,\n",
        **{"001": SPOKEN, "bad": SPOKEN + "另说一句。", "other": SPOKEN},
    )
    mine = tmp_path / "corpus" / "mine"
    lines, rejected = verbs.add([mess], mine)
    assert rejected == 1
    found = statuses(mine)
    assert found.pop("001.txt") in ("added", "warned")
    assert {name: s for name, s in found.items() if name.endswith("txt")} == {
        "bad.txt": "rejected", "other.txt": "skipped",
    }  # fmt: skip
    [speech] = read_corpus(mine)
    assert (speech.id, speech.title, speech.date) == ("001", "春耕讲话", "1999-03")
    assert (speech.year, speech.year_basis, speech.place) == (1999, "catalogue", "某县")
    assert any("date '1999-13' is no" in line for line in lines)


def test_an_id_cannot_leave_the_folder(tmp_path: Path) -> None:
    """A catalogue that would write outside the collection is refused, file by file."""
    mess = source(tmp_path / "mess", "id,title\n../../x,x\n", **{"x": SPOKEN})
    (mess / "catalog.csv").write_text("id,title\nX Y,x\n")
    (mess / "X Y.txt").write_text(SPOKEN)
    mine = tmp_path / "corpus" / "mine"
    _, rejected = verbs.add([mess], mine)
    assert rejected == 1
    assert not (mine / "texts").exists()


def test_another_text_of_the_same_id(tmp_path: Path) -> None:
    """A second text under an id that is taken is refused; the first stays."""
    mine = tmp_path / "corpus" / "mine"
    for n, text in enumerate((SPOKEN, SPOKEN + "补上一句要紧的话。")):
        folder = source(tmp_path / f"mess{n}", "id,title,date\nsame,讲话,1999\n", same=text)
        _, rejected = verbs.add([folder], mine)
    assert rejected == 1
    assert "补上一句" not in (read_corpus(mine)["same"].text or "")


def test_a_title_like_a_formula(tmp_path: Path) -> None:
    """A title that a spreadsheet would run is defused in the file and itself in the corpus, also
    after the catalogue has been rewritten."""
    mine = tmp_path / "corpus" / "mine"
    first = source(tmp_path / "a", 'id,title,date\na,"=HYPERLINK(""x"")",1999\n', a=SPOKEN)
    second = source(tmp_path / "b", "id,title,date\nb,讲话,2000\n", b=SPOKEN + "再说一句。")
    verbs.add([first], mine)
    verbs.add([second], mine)
    assert read_corpus(mine)["a"].title == '=HYPERLINK("x")'
    assert (
        ",=" not in (mine / "catalog.csv").read_text()
        and ',"=' not in (mine / "catalog.csv").read_text()
    )


def test_columns_of_ones_own_survive(collection: Path, tmp_path: Path) -> None:
    """A column that a researcher added to the catalogue is still there after more files."""
    rows = store.read_rows(collection)
    store.write_catalog(collection, [{**row, "coder": "李"} for row in rows])
    verbs.add(
        [source(tmp_path / "b", "id,title,date\nb,讲话,2000\n", b=SPOKEN + "再说一句。")],
        collection,
    )
    coders = {row["id"]: row.get("coder") for row in store.read_rows(collection)}
    assert coders.pop("b") == ""
    assert set(coders.values()) == {"李"}


def test_missing_paths_stop_before_anything(tmp_path: Path) -> None:
    """A misspelt path is told, all of them at once, before a file is written."""
    with pytest.raises(JianghuaError, match=r"one.*two"):
        verbs.add([tmp_path / "one", tmp_path / "two"], tmp_path / "corpus" / "mine")
    assert list(tmp_path.iterdir()) == []


def test_unused_guides_are_named(collection: Path) -> None:
    """Guides take half of the topics at most; those left out are named."""
    (collection.parent / "guides.toml").write_text(
        "".join(
            f'["{n}"]\nwords = ["{w}"]\n'
            for n, w in (("田", "粮食"), ("校", "学校"), ("室", "芯片"))
        ),
        encoding="utf-8",
    )
    lines = verbs.fit(collection, 4, min_speeches=2)
    assert any("guides not used" in line and line.endswith("室") for line in lines)
    model = store.read_model(verbs.model_folder(collection), read_corpus(collection))
    assert set(model.guides.values()) == {"田", "校"}
    lines = verbs.fit(collection, 4, guides=collection.parent / "guides.toml", min_speeches=2)
    assert not any("guides not used" in line for line in lines)


def test_names_reach_the_tables(collection: Path) -> None:
    """A name written into the names file is the theme of the tables; unknown themes are refused."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", JianghuaWarning)
        verbs.fit(collection, 3, guided=False, min_speeches=2)
    verbs.name(collection)
    path = collection / "themes.toml"
    path.write_text(path.read_text().replace('name = ""', 'name = "我的主题"', 1))
    verbs.compare(collection)
    table = store.read_table(collection.parents[1] / "figures" / "theme_shares.csv")
    assert "我的主题" in set(table["theme"])
    verbs.place(collection, collection, ["我的主题"])
    placed = store.read_table(collection.parents[1] / "figures" / "speech_themes.csv")
    assert set(placed["theme"]) == {"我的主题"}
    assert placed["id"].tolist() == list(made.TEXTS)
    with pytest.raises(JianghuaError, match=r"no theme 火箭.*我的主题"):
        verbs.place(collection, collection, ["火箭"])


def test_a_model_of_an_older_catalogue(collection: Path) -> None:
    """When a speech was taken out of the catalogue, the old model is refused, not half used."""
    verbs.fit(collection, 3, guided=False, min_speeches=2)
    store.write_catalog(collection, store.read_rows(collection)[1:])
    with pytest.raises(JianghuaError, match="does not fit this corpus"):
        verbs.compare(collection)


def test_halves_of_the_years(collection: Path) -> None:
    """Without spans the years are cut where half of the speeches are on each side."""
    verbs.fit(collection, 3, guided=False, min_speeches=2)
    verbs.compare(collection)
    table = store.read_table(collection.parents[1] / "figures" / "keyness.csv")
    assert set(table["span_a"]) == {"2018–2019"}
    assert set(table["span_b"]) == {"2020–2023"}
