"""Fitting: the same bits from the same seed, planted themes found, guides obeyed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix

from jianghua.errors import JianghuaError, JianghuaWarning
from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.topics.guides import Guide
from jianghua.topics.lda import as_gensim, fit_topics, place_speeches
from jianghua.topics.model import TopicModel
from jianghua.topics.stability import match_topics
from jianghua.words.bag import EMPTIED, Bag, Tokens, count
from tests import toy as made

ROOT = Path(__file__).resolve().parents[2]


def agreement(model: TopicModel, mixtures: np.ndarray) -> float:
    """Mean correlation of the planted mixtures with the topics that answer to them."""
    k = model.topics
    r = np.corrcoef(model.passage_topics.T, mixtures.T)[:k, k:]
    rows, partners = linear_sum_assignment(-r)
    return float(r[rows, partners].mean())


def fingerprint(model: TopicModel) -> str:
    return hashlib.sha256(model.topic_words.tobytes() + model.passage_topics.tobytes()).hexdigest()


@pytest.mark.parametrize("engine", ["scvb0", "gensim"])
def test_rows_sum_to_one_heaviest_first(engine: str) -> None:
    """Both arrays are float64, read-only distributions; topics stand by the words they hold."""
    bag, _ = made.planted_bag()
    model = fit_topics(bag, 4, seed=3, engine=engine)
    for array in (model.topic_words, model.passage_topics):
        assert array.dtype == np.float64
        assert not array.flags.writeable
        assert (array > 0).all()
        assert np.allclose(array.sum(axis=1), 1, atol=1e-12)
    assert (np.diff(model.weights) <= 0).all()
    assert model.weights.sum() == pytest.approx(1)


@pytest.mark.parametrize("passages", [12, 40, 200])
def test_planted_themes_are_found(passages: int) -> None:
    """Four themes without a common word are told apart, in few passages as in many: each topic's
    share follows one planted share (correlation over 0.95), in nine of ten corpora at least."""
    found = []
    for seed in range(1, 21):
        bag, mixtures = made.planted_bag(4, passages, seed)
        found.append(agreement(fit_topics(bag, 4, seed=seed), mixtures) > 0.95)
    assert sum(found) >= 18


def test_toy_themes_are_found(toy_bag: Bag) -> None:
    """Without any guide the three themes of the toy corpus come out, one topic each."""
    model = fit_topics(toy_bag, 3, seed=1)
    tops = {frozenset(model.words_of(k, 5)) for k in range(3)}
    for theme in (made.FIELDS, made.SCHOOL, made.LABORATORY):
        assert any(top <= set(theme) for top in tops)


def test_engines_agree() -> None:
    """gensim's fit of planted topics has the same topics as ours (cosine over 0.99 each)."""
    bag, _ = made.planted_bag()
    ours, theirs = (fit_topics(bag, 4, seed=1, engine=e) for e in ("scvb0", "gensim"))
    assert match_topics(ours, theirs)[1].min() > 0.99


def test_same_seed_same_bits() -> None:
    """A second fit, in another process with another hash seed and one thread, has the same bits."""
    bag, _ = made.planted_bag()
    script = (
        "from tests import toy\n"
        "from tests.topics.test_lda import fingerprint\n"
        "from jianghua.topics.lda import fit_topics\n"
        "print(fingerprint(fit_topics(toy.planted_bag()[0], 4, seed=5)))\n"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "123", "NUMBA_NUM_THREADS": "1"}
    again = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert again.returncode == 0, again.stderr
    assert fingerprint(fit_topics(bag, 4, seed=5)) == again.stdout.strip()
    assert fingerprint(fit_topics(bag, 4, seed=6)) != again.stdout.strip()


@pytest.mark.parametrize("seed", range(1, 6))
def test_guides_hold_their_topics(seed: int) -> None:
    """Whatever the seed, a guide's topic is the planted theme of its two seed words, even where
    these are not its commonest, and the seed words are marked in the list."""
    bag, mixtures = made.planted_bag(4, 120, seed)
    guides = (Guide("丙", ("2-05", "2-07"), "C"), Guide("甲", ("0-04", "0-09")))
    model = fit_topics(bag, 4, guides, seed)
    held = {name: topic for topic, name in model.guides.items()}
    for name, theme in (("丙", 2), ("甲", 0)):
        share = model.passage_topics[:, held[name]]
        assert np.corrcoef(share, mixtures[:, theme])[0, 1] > 0.95
        assert all(word.startswith(f"{theme}-") for word in model.words_of(held[name], 10))
    table = model.top_words(20).query("seed")
    assert set(table["word"]) == {"2-05", "2-07", "0-04", "0-09"}
    assert model.settings["guides"]["丙"]["english"] == "C"


def test_gensim_model_is_the_same() -> None:
    """The LdaModel has our topics in our order, and infers nearly our mixtures."""
    bag, _ = made.planted_bag()
    model = fit_topics(bag, 4, seed=1)
    lda = as_gensim(model)
    assert np.allclose(lda.get_topics(), model.topic_words, atol=1e-6)
    assert [w for w, _ in lda.show_topic(2, 10)] == model.words_of(2, 10)
    row = bag.counts[0]
    inferred = lda[list(zip(row.indices.tolist(), row.data.tolist(), strict=True))]
    theirs = np.zeros(4)
    for topic, share in inferred:
        theirs[topic] = share
    assert np.abs(theirs - model.passage_topics[0]).max() < 0.05


def test_gensim_coherence_runs(toy_bag: Bag, toy_model: TopicModel) -> None:
    """gensim's CoherenceModel gives the LdaModel the coherence of our lists of words."""
    from gensim.corpora import Dictionary
    from gensim.models import CoherenceModel

    lda, corpus = as_gensim(toy_model), _corpus(toy_bag)
    own = CoherenceModel(model=lda, corpus=corpus, coherence="u_mass", topn=8)
    lists = CoherenceModel(
        topics=[toy_model.words_of(k, 8) for k in range(3)], corpus=corpus, coherence="u_mass",
        dictionary=Dictionary.from_corpus(corpus, lda.id2word),
    )  # fmt: skip
    assert own.get_coherence() < 0
    assert own.get_coherence() == pytest.approx(lists.get_coherence())


def _corpus(bag: Bag) -> list[list[tuple[int, int]]]:
    rows = [bag.counts[i] for i in range(len(bag.passages))]
    return [list(zip(r.indices.tolist(), r.data.tolist(), strict=True)) for r in rows]


def test_pyldavis_reads_the_gensim_model(toy_bag: Bag, toy_model: TopicModel) -> None:
    """`pyLDAvis.gensim_models.prepare` takes the LdaModel, its topics in our order."""
    import pyLDAvis.gensim_models
    from gensim.corpora import Dictionary
    from gensim.models import LdaModel

    lda, corpus = as_gensim(toy_model), _corpus(toy_bag)
    assert isinstance(lda, LdaModel)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own
        prepared = pyLDAvis.gensim_models.prepare(
            lda, corpus, Dictionary.from_corpus(corpus, lda.id2word), R=5, n_jobs=1,
            sort_topics=False,
        )  # fmt: skip
    assert prepared.topic_order == [1, 2, 3]
    shares = np.sort(prepared.topic_coordinates["Freq"])
    assert np.allclose(shares, np.sort(100 * toy_model.weights), atol=3)


def test_gensim_places_new_texts_as_we_do() -> None:
    """New passages get nearly the same shares by gensim's inference and by `place_speeches`."""
    model = fit_topics(made.planted_bag()[0], 4, seed=1)
    new, _ = made.planted_bag(4, 40, seed=9)
    placed = place_speeches(model, new)
    lda = as_gensim(model)
    theirs = lda.inference(_corpus(placed.bag))[0]
    theirs /= theirs.sum(axis=1, keepdims=True)
    assert np.abs(theirs - placed.passage_topics).max() < 0.05


def test_pyldavis_runs(toy_model: TopicModel) -> None:
    """pyLDAvis prepares the model's arrays, with the topics in our order."""
    import pyLDAvis

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own
        prepared = pyLDAvis.prepare(
            toy_model.topic_words, toy_model.passage_topics, toy_model.bag.lengths,
            list(toy_model.bag.words), toy_model.bag.totals, R=5, n_jobs=1, sort_topics=False,
        )  # fmt: skip
    assert prepared.topic_order == [1, 2, 3]
    assert np.allclose(prepared.topic_coordinates["Freq"], 100 * toy_model.weights)


def test_placing_the_training_passages() -> None:
    """Passages placed in the model fitted to them get nearly the mixtures of the fit; the topics
    are the same array."""
    bag, _ = made.planted_bag()
    model = fit_topics(bag, 4, seed=1)
    placed = place_speeches(model, bag)
    assert np.abs(placed.passage_topics - model.passage_topics).max() < 1e-3
    assert np.array_equal(placed.topic_words, model.topic_words)
    assert placed.bag.removed["unknown to the model"] == 0


def test_placing_strangers(toy_model: TopicModel) -> None:
    """A new passage goes to the theme of its words; what the model does not know is counted."""
    new = Passage(Speech("new", year=2030), 0)
    silent = Passage(Speech("new", year=2030), 1)
    words = (("学校", "教师", "学生", "火箭", "火箭"), ("火箭",))
    placed = place_speeches(toy_model, count(Tokens((new, silent), words)))
    assert toy_model.guides[int(placed.passage_topics[0].argmax())] == "办学"
    assert placed.bag.removed == {"unknown to the model": 3, EMPTIED: 1}
    with pytest.raises(JianghuaError, match="share no word"):
        place_speeches(toy_model, count(Tokens((new,), (("火箭",),))))


@pytest.mark.parametrize(
    "wrong",
    [
        {"topics": 1}, {"topics": 0}, {"topics": 12}, {"topics": 500}, {"topics": 2.5},
        {"topics": True}, {"topics": float("nan")}, {"topics": "3"}, {"seed": -1}, {"seed": 1.5},
        {"passes": 0}, {"passes": True}, {"engine": "mallet"},
        {"topics": 2, "guides": [Guide(n, ("粮食",)) for n in "甲乙丙"]},
    ],
)  # fmt: skip
def test_refusals(toy_bag: Bag, wrong: dict[str, Any]) -> None:
    """What cannot be fitted is refused in one line before anything is fitted."""
    with pytest.raises(JianghuaError) as error:
        fit_topics(toy_bag, **{"topics": 3, **wrong})
    assert "\n" not in str(error.value)


def test_unreached_convergence_is_said(toy_bag: Bag) -> None:
    """A fit stopped before its end says so; one with time enough says it converged, above the
    likelihood of word frequencies alone."""
    assert fit_topics(toy_bag, 3, seed=1, passes=2).settings["converged"] is False
    settings = fit_topics(toy_bag, 3, seed=1).settings
    assert settings["converged"] is True
    assert settings["log_likelihood"] > settings["unigram_log_likelihood"]


def test_missing_seed_words_are_named(toy_bag: Bag) -> None:
    """A seed word that the bag lacks is named with its guide; a guide of such words only is left
    out, and the fit goes on without it."""
    guides = (Guide("种田", ("粮食", "拖拉机")), Guide("航天", ("火箭",)))
    with pytest.warns(JianghuaWarning) as told:
        model = fit_topics(toy_bag, 3, guides, seed=1)
    text = " ".join(str(warning.message) for warning in told)
    assert "拖拉机 (种田)" in text
    assert "none of their words: 航天" in text
    assert list(model.guides.values()) == ["种田"]


def test_progress_is_told() -> None:
    """Every pass is heard of once, and the last is the last that was expected."""
    heard: list[tuple[int, int]] = []
    bag, _ = made.planted_bag()
    model = fit_topics(bag, 4, told=lambda done, of: heard.append((done, of)))
    first = heard[0][0]  # after the passes of the starts
    assert [done for done, _ in heard] == list(range(first, model.settings["passes"] + 1))
    assert heard[-1][0] == heard[-1][1]
    assert all(done <= of <= 200 for done, of in heard)


def test_threads_change_nothing() -> None:
    """Fits that run side by side in threads have the bits of fits that run alone."""
    bag, _ = made.planted_bag()
    alone = [fingerprint(fit_topics(bag, 4, seed=seed)) for seed in range(4)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda seed: fingerprint(fit_topics(bag, 4, seed=seed)), range(4)))
    assert together == alone


def test_counts_on_disk_are_as_good(tmp_path: Path) -> None:
    """Counts mapped from files, as of corpora larger than memory, give the same bits."""
    bag, _ = made.planted_bag()
    parts = []
    for name in ("data", "indices", "indptr"):
        np.save(tmp_path / f"{name}.npy", getattr(bag.counts, name))
        parts.append(np.load(tmp_path / f"{name}.npy", mmap_mode="r"))
    counts = csr_matrix(tuple(parts), shape=bag.counts.shape, copy=False)
    mapped = Bag(counts, bag.words, bag.passages)
    assert fingerprint(fit_topics(mapped, 4, seed=2)) == fingerprint(fit_topics(bag, 4, seed=2))


def test_dead_topics_are_named() -> None:
    """Topics beyond what a corpus holds are named where they hold next to nothing: twelve
    topics of passages that all say the same three words the same number of times."""
    speeches = [Speech(f"s{n}", year=2000 + n) for n in range(40)]
    bag = Bag(
        csr_matrix(np.tile(np.array([9, 5, 2] + [0] * 12, "int32"), (40, 1)) + _diagonal(40, 15)),
        tuple(f"词{n:02d}" for n in range(15)),
        tuple(Passage(speech, 0) for speech in speeches),
    )
    model = fit_topics(bag, 12, seed=1)
    shares = model.weights * 12
    assert model.settings["dead"] == np.flatnonzero(shares < 0.01).tolist()
    assert model.settings["lost_words"] == 0


def _diagonal(rows: int, columns: int) -> np.ndarray:
    """One word more in every passage, each word in some passage."""
    return np.eye(columns, dtype="int32")[np.arange(rows) % columns]


@pytest.mark.parametrize("alpha", [[0.5, 0.5], [0.2, 0.2, float("nan")], [0.2, 0.0, 0.2]])
def test_priors_that_are_none_are_refused(toy_model: TopicModel, alpha: list[float]) -> None:
    """A model whose alpha is damaged neither places speeches nor becomes a gensim model."""
    damaged = replace(toy_model, settings={**toy_model.settings, "alpha": alpha})
    for use in (as_gensim, lambda model: place_speeches(model, model.bag)):
        with pytest.raises(JianghuaError, match="no priors"):
            use(damaged)


def test_a_count_of_millions_is_fitted() -> None:
    """A word counted a hundred million times in a passage is fitted like any other."""
    huge = made.two_words(
        [[100_000_000, 1, 1], [1, 4, 0], [2, 2, 1], [1, 1, 1]], ("甲", "乙", "丙")
    )
    assert np.isfinite(fit_topics(huge, 2, passes=3).topic_words).all()


def test_what_passes_gain_is_told() -> None:
    """One number a pass, nats a word of the last five; the last is the gain in the settings."""
    bag, _ = made.planted_bag(3, 40)
    gains: list[float] = []
    model = fit_topics(bag, 3, gained=gains.append)
    assert gains[-1] == model.settings["gain"]
    assert model.settings["passes"] >= len(gains) > 1
    assert max(gains[1:]) > gains[-1]
