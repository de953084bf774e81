"""Counts out to other programs and in from them: nothing is added, lost or moved."""

from __future__ import annotations

import bz2
import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.io import mmread
from scipy.sparse import csr_matrix

from jianghua import store
from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Speech, read_corpus
from jianghua.speeches.passages import Passage
from jianghua.store.exporting import export_counts, export_results, result_tables
from jianghua.store.importing import import_counts
from jianghua.topics.model import TopicModel
from jianghua.topics.themes import name_themes
from jianghua.words.bag import Bag, count
from tests import toy as made

FILES = {
    "long": "counts.csv", "wide": "counts_wide.csv", "matrixmarket": "counts.mtx",
    "lda-c": "counts.ldac",
}  # fmt: skip


def as_dict(bag: Bag) -> dict[tuple[str, int, str], int]:
    entries = bag.counts.tocoo()
    return {
        (bag.passages[r].speech.id, bag.passages[r].number, bag.words[c]): int(n)
        for r, c, n in zip(entries.row, entries.col, entries.data, strict=True)
    }


@pytest.mark.parametrize("form", FILES)
def test_there_and_back(tmp_path: Path, form: str) -> None:
    """Counts exported in each format and imported again are the same, with years, titles, places."""
    bag = count(made.toy_tokens())
    export_counts(tmp_path / "out", bag, form)
    folder = tmp_path / "corpus" / "back"
    assert import_counts(tmp_path / "out" / FILES[form], folder) == 6
    assert as_dict(store.read_bag(folder)) == as_dict(bag)
    corpus = read_corpus(folder)
    for speech in made.toy_corpus():
        assert (corpus[speech.id].year, corpus[speech.id].title) == (speech.year, speech.title)
        assert corpus[speech.id].place == speech.place


words = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=6
)


@given(st.dictionaries(words.filter(str.strip), st.integers(1, 99), min_size=1, max_size=6),
       st.sampled_from(sorted(FILES)))  # fmt: skip
def test_any_word_travels(
    tmp_path_factory: pytest.TempPathFactory, said: dict[str, int], form: str
) -> None:
    """Words with commas, quotes, formula marks or spaces come back as they were."""
    tmp_path = tmp_path_factory.mktemp("x")
    order = sorted(said)
    counts = csr_matrix(np.array([[said[word] for word in order]], dtype="int32"))
    bag = Bag(counts, tuple(order), (Passage(Speech("a", year=2001), 0),))
    export_counts(tmp_path, bag, form)
    import_counts(tmp_path / FILES[form], tmp_path / "back")
    assert as_dict(store.read_bag(tmp_path / "back")) == as_dict(bag)


def test_matrixmarket_is_documents_by_words(tmp_path: Path) -> None:
    """scipy, and whatever else reads MatrixMarket, sees passages in rows and words in columns."""
    bag = made.toy_bag()
    export_counts(tmp_path, bag, "matrixmarket")
    assert (mmread(tmp_path / "counts.mtx") != bag.counts).nnz == 0
    assert (tmp_path / "vocabulary.txt").read_text("utf-8").split() == list(bag.words)


def test_gensim_reads_the_exports(tmp_path: Path) -> None:
    """gensim's own readers of LDA-C and MatrixMarket give the counts back."""
    from gensim.corpora import BleiCorpus, MmCorpus

    bag = made.toy_bag()
    for form in ("lda-c", "matrixmarket"):
        export_counts(tmp_path, bag, form)
    blei = BleiCorpus(str(tmp_path / "counts.ldac"), fname_vocab=str(tmp_path / "vocabulary.txt"))
    dense = bag.counts.toarray()
    for corpus in (blei, MmCorpus(str(tmp_path / "counts.mtx"))):
        found = np.zeros_like(dense)
        for row, document in enumerate(corpus):
            for column, n in document:
                found[row, column] = n
        assert (found == dense).all()
    assert [blei.id2word[i] for i in range(len(bag.words))] == list(bag.words)


def test_words_are_no_formulas(tmp_path: Path) -> None:
    """A word that a spreadsheet would run is guarded, also as the head of a column."""
    bag = Bag(csr_matrix(np.array([[2]])), ("=1+1",), (Passage(Speech("a"), 0),))
    for form in ("long", "wide"):
        export_counts(tmp_path, bag, form)
        cells = [
            c
            for row in csv.reader((tmp_path / FILES[form]).read_text("utf-8").splitlines())
            for c in row
        ]
        assert not any(cell.startswith("=") for cell in cells) and "'=1+1" in cells


def test_tables_of_other_makers(tmp_path: Path) -> None:
    """tidytext's doc_id, term, n and a table in GB18030 with ids that name no file are read."""
    table = tmp_path / "tidy.csv"
    table.write_bytes(
        'doc_id,term,n\n"报告, 一",粮食,2\n"报告, 一",学校,1.0\nb,粮食,0\n'.encode("gb18030")
    )
    about = tmp_path / "about.csv"
    about.write_text('doc_id,year,party\n"报告, 一",1999,甲\n', encoding="utf-8")
    assert import_counts(table, tmp_path / "c", about) == 1
    [speech] = read_corpus(tmp_path / "c")
    assert (speech.title, speech.year, len(speech.id)) == ("报告, 一", 1999, 10)
    assert store.read_rows(tmp_path / "c")[0]["party"] == "甲"
    assert store.read_bag(tmp_path / "c").words == ("学校", "粮食")


def test_extracted_features(tmp_path: Path) -> None:
    """A volume becomes a speech and its pages passages; parts of speech are added up, pages without a
    body stay out; packed volumes read too."""
    page = {"body": {"tokenPosCount": {"粮食": {"NN": 2, "VV": 1}, "学校": {"NN": 1}}}}
    volume = {"htid": "x.1", "metadata": {"title": "卷一", "pubDate": "1956"},
              "features": {"pages": [{"body": None}, page]}}  # fmt: skip
    for name, pack in (("x.1.json", bytes), ("y.json.bz2", bz2.compress)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / name).write_bytes(pack(json.dumps(volume).encode()))
        assert import_counts(folder, folder / "c") == 1
        bag = store.read_bag(folder / "c")
        assert [(k[1:], n) for k, n in as_dict(bag).items()] == [((1, "学校"), 1), ((1, "粮食"), 3)]
        [speech] = read_corpus(folder / "c")
        assert (speech.title, speech.year) == ("卷一", 1956)


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.csv", ""), ("a.csv", "document,word,count\na,b,-1\n"), ("a.csv", "document,word,count\na,b,1.5\n"),
     ("a.csv", "document,甲,甲\na,1,1\n"), ("a.csv", "document,甲,乙\na,1\n"), ("a.mtx", "x"),
     ("a.ldac", "2 0:1\n"), ("a.json", "[]"), ("a.json", '{"features": 1}'), ("a.csv", "document,甲\n")],
)  # fmt: skip
def test_what_is_no_table_of_counts(tmp_path: Path, name: str, text: str) -> None:
    """Broken tables end in one line, and no collection is left behind."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "vocabulary.txt").write_text("甲\n", encoding="utf-8")
    with pytest.raises(JianghuaError) as caught:
        import_counts(tmp_path / name, tmp_path / "c")
    assert "\n" not in str(caught.value) and not (tmp_path / "c").exists()


def test_no_collection_is_overwritten(tmp_path: Path) -> None:
    """Importing into a collection that is there is refused."""
    (tmp_path / "a.csv").write_text("document,word,count\na,b,1\n", encoding="utf-8")
    import_counts(tmp_path / "a.csv", tmp_path / "c")
    with pytest.raises(JianghuaError, match="there already"):
        import_counts(tmp_path / "a.csv", tmp_path / "c")


@pytest.mark.parametrize("parquet", [False, True])
def test_results_are_tidy(tmp_path: Path, toy_model: TopicModel, parquet: bool) -> None:
    """What the model says comes back from CSV and Parquet; words of a topic and topics of a passage
    sum to 1; each column is in the codebook."""
    if parquet:
        pytest.importorskip("pyarrow")
    import pandas as pd

    paths = export_results(tmp_path, name_themes(toy_model), parquet)
    read = pd.read_parquet if parquet else pd.read_csv
    tables = {p.stem: read(p) for p in paths if p.stem != "codebook"}
    sums = tables["topic_words"].groupby("topic")["probability"].sum()
    assert sums.to_numpy() == pytest.approx(1)
    sums = tables["passage_topics"].groupby("document")["share"].sum()
    assert sums.to_numpy() == pytest.approx(1) and len(sums) == 12
    shares = tables["passage_topics"]["share"].to_numpy().reshape(12, 3)
    assert shares == pytest.approx(toy_model.passage_topics, abs=0)
    known = {
        (r["table"], r["column"]) for r in csv.DictReader(paths[0].read_text("utf-8").splitlines())
    }
    for name in ("topics", "topic_words", "passage_topics"):
        assert {(name, column) for column in tables[name]} <= known
    assert set(result_tables(name_themes(toy_model))) == set(tables)
