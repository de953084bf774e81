"""The verb validate: sheets for coders, and the scores of their answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jianghua import store
from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Corpus, read_corpus
from jianghua.speeches.rights import may_hand_on
from jianghua.topics.coding import Scores, read_answers, score
from jianghua.topics.validation import TESTS, Trial, draw_trial
from jianghua.verbs.places import NO_TEXTS, model_folder, project_of, themes_of


def validation_folder(collection: Path) -> Path:
    """Where sheets, answers and key of a collection lie."""
    return model_folder(collection).parent / "validation"


def make_sheets(
    collection: Path,
    coders: int = 2,
    seed: int = 1,
    tests: Sequence[str] = (),
    items: int = 1,
    language: str = "zh",
) -> list[str]:
    """Draw questions and write a form and a plain sheet per coder, and the key in a folder apart."""
    from jianghua.views.coding_widget import texts_of

    if not 1 <= coders <= 99:
        raise JianghuaError(f"{coders} coders", "validate", "1 to 99")
    corpus = read_corpus(collection)
    themes = themes_of(collection)
    trial = draw_trial(themes, texts_of(corpus), tests or TESTS, items, seed)
    folder = validation_folder(collection)
    _refuse_to_mix(folder, trial)
    names = [f"coder{n}" for n in range(1, coders + 1)]
    for coder in names:
        _write_sheets(folder / "sheets", trial, coder, language)
    store.write_key(folder / "key" / "key.csv", trial)
    return [
        *_asked_lines(trial),
        *_text_lines(trial, corpus, collection),
        *_where_lines(folder, names),
    ]


def _refuse_to_mix(folder: Path, trial: Trial) -> None:
    """New questions beside answers to old ones would lose people's work."""
    key = folder / "key" / "key.csv"
    if not key.is_file() or not any((folder / "answers").glob("*.csv")):
        return
    if store.read_key(key)[0] != trial.checksum:
        raise JianghuaError(
            "answers to other questions are here", folder / "answers",
            f"jianghua validate … score first, then move {folder} away",
        )  # fmt: skip


def _write_sheets(folder: Path, trial: Trial, coder: str, language: str) -> None:
    from jianghua.views.coding_form import SHEET_COLUMNS, coding_form, coding_sheet

    store.write_text(folder / f"{coder}.html", coding_form(trial, coder, language))
    store.write_rows(folder / f"{coder}.csv", SHEET_COLUMNS, coding_sheet(trial, coder, language))


def _asked_lines(trial: Trial) -> list[str]:
    tests = {
        test: [i for i in trial.items if i.test == test] for test in (g.test for g in trial.key)
    }
    counted = ", ".join(f"{len(part)} {test}" for test, part in sorted(tests.items()))
    return [f"left out: {line}" for line in trial.left_out] + [
        f"{len(trial.items)} questions ({counted}), set {trial.checksum}"
    ]


def _text_lines(trial: Trial, corpus: Corpus, collection: Path) -> list[str]:
    """Whether coders read texts, and who may be given them."""
    words = sum(1 for item in trial.items if item.in_words)
    read = sum(1 for item in trial.items if item.passage) - words
    closed = [s.id for s in corpus if s.text and not may_hand_on(s.rights)]
    lines = [
        f"{words} passages are shown by their counted words: their texts are not here ({NO_TEXTS})"
    ]
    note = (
        f"{read} passages are shown as text, and {len(closed)} speeches may not be handed on: "
        "give the sheets to coders of the project only"
    )
    return (lines if words else []) + ([note] if read and closed else [])


def _where_lines(folder: Path, coders: Sequence[str]) -> list[str]:
    return [
        f"give each coder their form, {folder / 'sheets'}/{coders[0]}.html … (or the .csv)",
        f"put what they save into {folder / 'answers'}, then: jianghua validate … score",
        f"the key is in {folder / 'key'}: keep it from coders",
    ]


# --- score ----------------------------------------------------------------------------------------


def score_sheets(
    collection: Path, answers: Sequence[Path] = (), to: Path | None = None
) -> list[str]:
    """Score the coders' CSV files; writes the tables ``validation`` (that of the figure) and
    ``validation_coders``, and says which topics should not be published."""
    folder = validation_folder(collection)
    checksum, key = store.read_key(folder / "key" / "key.csv")
    found = read_answers(_sheets(answers or [folder / "answers"]), key, checksum)
    scores = score(key, found)
    target = to or project_of(collection) / "figures"
    store.write_table(target / "validation.csv", scores.topics)
    store.write_table(target / "validation_coders.csv", scores.coders)
    wrote = [f"wrote {target / name}.csv" for name in ("validation", "validation_coders")]
    return [*scores.notes, *_score_lines(scores), *wrote]


def _sheets(paths: Sequence[Path]) -> dict[str, bytes]:
    """File name → bytes of all CSV files named or in folders named."""
    missing = [str(p) for p in paths if not p.exists()]
    if missing:
        raise JianghuaError(
            "no answers", ", ".join(missing), "put the coders' CSV files there, or --answers FOLDER"
        )
    files = [f for p in paths for f in (sorted(p.glob("*.csv")) if p.is_dir() else [p])]
    return {str(f) if len(paths) > 1 else f.name: f.read_bytes() for f in files if f.is_file()}


def _score_lines(scores: Scores) -> list[str]:
    everything = scores.topics[scores.topics["topic"] < 0]
    topics = scores.topics[(scores.topics["topic"] >= 0) & (scores.topics["test"] == "all")]
    few = int((topics["verdict"] == "too few answers").sum())
    lines = [
        f"{row.test}: precision {row.precision:.2f} ({row.low:.2f}–{row.high:.2f}), chance "
        f"{row.chance:.2f}, p {row.p:.2g}, alpha {row.alpha:.2f}, {row.answers} answers"
        for row in everything.itertuples()
    ]
    missing = scores.coders[(scores.coders["test"] == "all") & (scores.coders["missing"] > 0)]
    lines += [f"{row.coder}: {row.missing} questions not answered" for row in missing.itertuples()]
    lines += [
        f"topic {row.topic} {row.theme}: do not publish as it is (precision {row.precision:.2f}, "
        f"p {row.p:.2g})"
        for row in topics[topics["verdict"] == "do not publish"].itertuples()
    ]
    return lines + ([f"{few} topics have too few answers for a verdict"] if few else [])
