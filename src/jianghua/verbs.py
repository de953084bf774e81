"""What each verb of the command line does: from a collection on disk to files beside it.

A collection is a folder ``corpus/NAME``; its project is the folder above ``corpus`` (or above the
collection, if that is not in a folder called corpus). Models go to ``build/NAME/model`` there,
tables and figures to ``figures``. Every function returns what it has to say, line by line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jianghua import store
from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Corpus, Speech, read_catalog, read_corpus, row_problems

if TYPE_CHECKING:
    import pandas as pd

    from jianghua.speeches.passages import Passage
    from jianghua.speeches.preparing import Prepared
    from jianghua.topics.guides import Guide
    from jianghua.topics.model import TopicModel
    from jianghua.topics.themes import Themes
    from jianghua.words.bag import Bag
    from jianghua.words.lexicon import Lexicon

Told = Callable[[int, int], None]
NO_TEXTS = (
    "the catalogue names the source and the SHA-256 of each text: put them in texts/ID.txt, "
    "jianghua check compares them"
)


def _silent(done: int, of: int) -> None:
    return None


# --- where things are -----------------------------------------------------------------------------


def project_of(collection: Path) -> Path:
    """The project folder that a collection belongs to."""
    parent = collection.absolute().parent
    return parent.parent if parent.name == "corpus" else parent


def model_folder(collection: Path) -> Path:
    """Where the model of a collection lives."""
    return project_of(collection) / "build" / collection.absolute().name / "model"


def lexicon_of(collection: Path) -> Lexicon:
    """The shipped lexicon with the project's own rows from ``corpus/lexicon``."""
    from jianghua.words.lexicon import read_lexicon

    own = collection.absolute().parent / "lexicon"
    return read_lexicon(own if own.is_dir() else None)


def themes_of(collection: Path) -> Themes:
    """The fitted model of a collection under the names of its names file, if it has one."""
    from jianghua.topics.themes import name_themes, read_themes

    model = store.read_model(model_folder(collection), read_corpus(collection))
    names = collection / "themes.toml"
    return read_themes(names, model) if names.is_file() else name_themes(model)


# --- add ------------------------------------------------------------------------------------------


def add(
    paths: Sequence[Path], collection: Path, rights: str = "", told: Told = _silent
) -> tuple[list[str], int]:
    """Read, clean, date and catalogue files; returns lines to print and the number rejected.

    A folder with a ``catalog.csv`` of its own (columns id, title, date, …) describes its files
    ``<id>.txt`` (or another suffix): what it states goes before what the texts say. One record
    per file found goes to ``added.csv``; a bad file never stops the others.
    """
    from jianghua.speeches.preparing import walk

    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise JianghuaError("no such file or folder", ", ".join(missing), "check the spelling")
    stated = _Stated()
    rows = {row["id"]: row for row in store.read_rows(collection)}
    files = sorted(set(walk(paths)))
    records: list[tuple[str, str, str, str]] = []
    for done, (path, skip) in enumerate(files):
        told(done, len(files))
        skip = skip or stated.why_skip(path)
        record = ("skipped", "", skip) if skip else _add_one(path, stated, collection, rows, rights)
        records.append((str(path), *record))
    told(len(files), len(files))
    store.write_catalog(collection, sorted(rows.values(), key=_by_year))
    store.write_rows(collection / "added.csv", ("path", "status", "id", "reason"), records)
    return _added_lines(records), sum(status == "rejected" for _, status, _, _ in records)


class _Stated:
    """What catalogues beside the files say; each is read once."""

    def __init__(self) -> None:
        self._folders: dict[Path, dict[str, dict[str, str]]] = {}

    def row(self, path: Path) -> dict[str, str]:
        return self._catalog(path.parent).get(path.stem, {})

    def why_skip(self, path: Path) -> str:
        known = self._catalog(path.parent)
        return "not in the folder's catalog.csv" if known and path.stem not in known else ""

    def _catalog(self, folder: Path) -> dict[str, dict[str, str]]:
        if folder not in self._folders:
            path = folder / "catalog.csv"
            rows = read_catalog(path) if path.is_file() else []
            self._folders[folder] = {row["id"]: row for row in rows}
        return self._folders[folder]


def _add_one(
    path: Path, stated: _Stated, collection: Path, rows: dict[str, dict[str, str]], rights: str
) -> tuple[str, str, str]:
    """Add one file; (status, id, reason)."""
    from jianghua.speeches.preparing import prepare_speech

    try:
        prepared = prepare_speech(path)
        speech = _as_stated(prepared, stated.row(path), rights)
    except JianghuaError as error:
        return "rejected", "", error.found + (f". Try: {error.remedy}" if error.remedy else "")
    row = store.catalog_row(speech)
    if rows.get(speech.id, {}).get("sha256") == row["sha256"]:
        return "skipped", speech.id, "already in the collection"
    if speech.id in rows:
        return "rejected", speech.id, "another text has this id. Try: a new id in its catalogue"
    row["note"] = "; ".join(prepared.warnings)
    store.write_speech(collection, speech, prepared.removals)
    rows[speech.id] = row
    return ("warned" if prepared.warnings else "added"), speech.id, row["note"]


def _as_stated(prepared: Prepared, row: Mapping[str, str], rights: str) -> Speech:
    """The speech with what a catalogue says of it; an unusable cell is an error, not a guess."""
    speech = prepared.speech
    if rights:
        speech = replace(speech, rights=rights)
    if not row:
        return speech
    problems = list(row_problems(row))
    if problems:
        raise JianghuaError("; ".join(problems), "catalog.csv", "correct the row")
    texts = ("title", "date", "speaker", "place", "level", "occasion", "source", "rights")
    said: dict[str, Any] = {name: row[name] for name in texts if row.get(name)}
    year = row.get("year") or row.get("date", "")[:4]
    if year:
        low, high = (int(row.get(name) or year) for name in ("year_low", "year_high"))
        basis = row.get("year_basis") or "catalogue"
        said |= {"year": int(year), "year_low": low, "year_high": high, "year_basis": basis}
        said.setdefault("date", year)
    return replace(speech, id=row["id"], **said)


def _by_year(row: Mapping[str, str]) -> tuple[str, str, str]:
    return row["year"] or "9999", row["date"], row["id"]


def _added_lines(records: Sequence[tuple[str, str, str, str]]) -> list[str]:
    lines = [f"{path}: {status}: {reason}" for path, status, _, reason in records if reason]
    sums = Counter(status for _, status, _, _ in records)
    counted = ", ".join(f"{sums[s]} {s}" for s in ("added", "warned", "skipped", "rejected"))
    return [*lines, f"{len(records)} files found: {counted}"]


# --- check ----------------------------------------------------------------------------------------


def check(collection: Path) -> list[dict[str, str]]:
    """Every problem of a collection at once: dicts of kind, id and message."""
    corpus = read_corpus(collection)
    found = [
        *_missing_fields(corpus),
        *_changed_texts(collection),
        *_same_titles(corpus),
        *_counts_problems(collection, corpus),
    ]
    texts = [speech for speech in corpus if speech.text]
    if texts:
        found += _content_problems(texts)
    return [dict(zip(("kind", "id", "message"), problem, strict=True)) for problem in found]


def show_contexts(collection: Path, terms: Sequence[str]) -> list[str]:
    """Where the characters of each term stand, and what the segmenter made of them there."""
    from jianghua.speeches.passages import passages
    from jianghua.words.segmentation import contexts

    corpus = read_corpus(collection)
    pieces = passages(corpus)
    if not pieces:
        raise JianghuaError("no texts to look at", collection, NO_TEXTS)
    lexicon = lexicon_of(collection)
    lines = []
    for term in terms:
        table = contexts(term, pieces, lexicon)
        lines += [
            f"{row['speech']}  {row['left']:>12} 【{term}】 {row['right']}  → {row['word']}"
            for row in table.to_dict("records")
        ]
        lines.append(f"{term}: {len(table)} places, {int(table['whole'].sum())} as one word")
    return [line.replace("\n", " ") for line in lines]


Problem = tuple[str, str, str]


def _missing_fields(corpus: Corpus) -> Iterator[Problem]:
    for speech in corpus:
        for name in ("title", "year"):
            if not getattr(speech, name):
                yield "metadata", speech.id, f"has no {name}. Try: fill it in catalog.csv"


def _changed_texts(collection: Path) -> Iterator[Problem]:
    for row in store.read_rows(collection):
        path = collection / "texts" / f"{row['id']}.txt"
        if path.is_file() and row["sha256"] and store.digest(path.read_bytes()) != row["sha256"]:
            yield (
                "checksum", row["id"],
                "its text changed since it was listed. Try: restore the file, or, if the source "
                "was corrected, put the new SHA-256 in catalog.csv and say why in note",
            )  # fmt: skip


def _same_titles(corpus: Corpus) -> Iterator[Problem]:
    by: dict[tuple[str, int | None, str, str], list[str]] = {}
    for speech in corpus:
        key = (speech.title, speech.year, speech.place, speech.speaker)
        by.setdefault(key, []).append(speech.id)
    for (title, year, *_), ids in by.items():
        if title and len(ids) > 1:
            yield "duplicate", " ".join(ids), f"share the title {title} and the year {year}"


def _counts_problems(collection: Path, corpus: Corpus) -> Iterator[Problem]:
    if not (collection / "counts.csv.gz").is_file():
        return
    try:
        counted = {speech.id for speech in store.read_bag(collection).speeches}
    except JianghuaError as error:
        yield "counts", "", str(error)
        return
    for speech in corpus:
        if speech.id not in counted:
            yield "counts", speech.id, "is not in counts.csv.gz. Try: jianghua count"


def _content_problems(speeches: Sequence[Speech]) -> Iterator[Problem]:
    from jianghua.speeches.dating import dating_problems
    from jianghua.speeches.reuse import duplicates

    for line in dating_problems(speeches):
        speech_id, _, message = line.partition(": ")
        yield "dating", speech_id, message
    for row in duplicates(speeches).itertuples():
        yield (
            "duplicate",
            f"{row.speech_a} {row.speech_b}",
            f"share {row.share_a:.0%} and {row.share_b:.0%} of their text. "
            "Try: keep one, or jianghua count --repeats once",
        )


# --- count, fit, try, name ------------------------------------------------------------------------


REPEATED = 0.8  # share of a passage that an older speech holds, from which on it is a repeat


def count(collection: Path, merge_variants: bool = False, repeats: str = "keep") -> list[str]:
    """Segment every text and write the unfiltered counts.

    ``repeats`` "once" leaves out passages of which an older speech holds four fifths or more, and
    says how many of each speech.
    """
    from jianghua.speeches.passages import passages
    from jianghua.words.bag import count as count_words
    from jianghua.words.segmentation import segment

    corpus = read_corpus(collection)
    absent = [speech.id for speech in corpus if not speech.text]
    if len(absent) == len(corpus):
        raise JianghuaError("no texts to count", collection, NO_TEXTS)
    pieces = passages(corpus)
    lines = [f"{speech_id}: no text, not counted" for speech_id in absent]
    if repeats == "once":
        pieces, said = _without_repeats(pieces, corpus)
        lines += said
    tokens = segment(pieces, lexicon_of(collection), merge_variants=merge_variants)
    bag = count_words(tokens)
    store.write_counts(collection, bag)
    lines += [f"{n} {reason}" for reason, n in bag.removed.items()]
    speeches, words = len(bag.speeches), int(bag.counts.sum())
    return [*lines, f"{speeches} speeches, {len(bag.passages)} passages, {words} words counted"]


def _without_repeats(
    pieces: Sequence[Passage], corpus: Corpus
) -> tuple[tuple[Passage, ...], list[str]]:
    from jianghua.speeches.reuse import repeated_shares

    shares = repeated_shares(pieces, corpus)
    kept = tuple(p for p, share in zip(pieces, shares, strict=True) if share < REPEATED)
    gone = Counter(
        p.speech.id for p, share in zip(pieces, shares, strict=True) if share >= REPEATED
    )
    lines = [f"{speech_id}: {n} repeated passages left out" for speech_id, n in gone.items()]
    return kept, [*lines, f"{len(pieces) - len(kept)} of {len(pieces)} passages were repeats"]


def pruned_bag(
    collection: Path, min_speeches: int | None = None, guides: Sequence[Guide] = ()
) -> Bag:
    """The counts of a collection, pruned for a topic model; seed words of guides stay."""
    from jianghua.words.bag import prune

    seeds = {word for guide in guides for word in guide.words}
    bag = store.read_bag(collection)
    return prune(bag, lexicon_of(collection), min_speeches, keep=seeds)


def fit(
    collection: Path,
    topics: int,
    seed: int = 1,
    guides: Path | None = None,
    guided: bool = True,
    min_speeches: int | None = None,
    engine: str = "scvb0",
) -> list[str]:
    """Prune, fit and write the model; says what was left out and whether the fit converged."""
    from jianghua.topics.lda import fit_topics

    chosen, unused = _guides(collection, guides, topics) if guided else ((), ())
    bag = pruned_bag(collection, min_speeches, chosen)
    model = fit_topics(bag, topics, chosen, seed, engine)
    store.write_model(model_folder(collection), model, _inputs(collection))
    note = f"guides not used, to leave half of the topics free: {', '.join(unused)}"
    lines = [*_removed_lines(bag), *([note] if unused else []), *_fit_lines(model)]
    return [*lines, f"wrote {model_folder(collection)}"]


def _guides(
    collection: Path, path: Path | None, topics: int
) -> tuple[tuple[Guide, ...], tuple[str, ...]]:
    """The guides to fit with, and the names of those beyond half of the topics."""
    from jianghua.topics.guides import read_guides

    own = collection.absolute().parent / "guides.toml"
    guides = read_guides(path or (own if own.is_file() else None))
    most = len(guides) if path else max(1, topics // 2)
    return guides[:most], tuple(guide.name for guide in guides[most:])


def _inputs(collection: Path) -> dict[str, str]:
    return {
        "counts": store.digest((collection / "counts.csv.gz").read_bytes()),
        "catalog": store.digest((collection / "catalog.csv").read_bytes()),
        "lexicon": lexicon_of(collection).checksum,
    }


def _removed_lines(bag: Bag) -> list[str]:
    return [f"left out: {n} {reason}" for reason, n in sorted(bag.removed.items())]


def _fit_lines(model: TopicModel) -> list[str]:
    from jianghua.topics.model import HOLDING_WORDS

    settings = model.settings
    state = "converged" if settings["converged"] else "NOT CONVERGED: read the topics with care"
    gain = settings["log_likelihood"] - settings["unigram_log_likelihood"]
    lines = [
        f"{model.topics} topics, {len(model.bag.passages)} passages, {len(model.bag.words)} words",
        f"{state} after {settings['passes']} passes; {gain:.3f} nats a word above word frequencies",
    ]
    lines += [
        f"guide {name}: its topic {guide['topic']} holds {guide['held']} of its "
        f"{len(guide['words'])} seed words among its {HOLDING_WORDS} heaviest; it goes unnamed"
        for name, guide in settings["guides"].items()
        if name not in model.guides.values()
    ]
    return lines + [
        f"  {k:>3} {100 * model.weights[k]:4.1f} %  {model.guides.get(k, '')} "
        f"{' '.join(model.words_of(k, 8))}"
        for k in range(model.topics)
    ]


def try_topics(
    collection: Path,
    topics: Sequence[int],
    seeds: int,
    min_speeches: int | None,
    told: Told = _silent,
) -> list[str]:
    """Fit every number of topics with every seed; writes the trials and the figure's table."""
    from jianghua.topics.trials import choice_in_words
    from jianghua.topics.trials import try_topics as run

    table = run(pruned_bag(collection, min_speeches), topics, seeds, workers=2, told=told)
    path = model_folder(collection).parent / "trials.csv"
    store.write_table(path, table)
    return [table.round(3).to_string(index=False), choice_in_words(table), f"wrote {path}"]


def name(collection: Path) -> list[str]:
    """Add the topics that the names file does not have yet."""
    model = store.read_model(model_folder(collection), read_corpus(collection))
    path = collection / "themes.toml"
    added = store.add_namings(path, model)
    return [f"{added} topics added to {path}, the others left as they are"]


# --- compare --------------------------------------------------------------------------------------


def compare(
    collection: Path,
    spans: Sequence[tuple[int, int]] = (),
    terms: Sequence[str] = (),
    to: Path | None = None,
) -> list[str]:
    """Write the tables of a collection's figures: shares, topics by year, map, formulations,
    keyness of two spans."""
    from jianghua.topics.labels import topic_map
    from jianghua.years.formulations import formulations
    from jianghua.years.keyness import keyness
    from jianghua.years.shares import compare_years, topic_years

    folder = to or project_of(collection) / "figures"
    themes = themes_of(collection)
    years = compare_years(themes)
    tables = {
        "theme_shares": years.table,
        "topic_years": topic_years(themes),
        "topic_map": topic_map(themes),
        "formulation_timelines": formulations(store.read_bag(collection), terms or None),
    }
    lines = [f"{years.left_out} speeches without a year left out"] if years.left_out else []
    lines += [f"{year}: no words are left, not in the figures" for year in years.emptied]
    spans = spans or _halves(themes.model.bag)
    if len(spans) == 2:
        tables["keyness"] = keyness(themes.model.bag, spans[0], spans[1])
    else:
        lines.append("all speeches are of one year: no two spans to compare")
    trials = model_folder(collection).parent / "trials.csv"
    if trials.is_file():
        tables["topic_choice"] = store.read_table(trials)
    return lines + _write_tables(folder, tables)


def _write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    for table_name, table in tables.items():
        store.write_table(folder / f"{table_name}.csv", table)
    return [f"wrote {folder / table_name}.csv" for table_name in tables]


def _halves(bag: Bag) -> list[tuple[int, int]]:
    """The years of a bag cut in two where half of the speeches are on each side."""
    years = sorted(speech.year for speech in bag.speeches if speech.year)
    if not years or years[0] == years[-1]:
        return []
    middle = next((y for y in years[len(years) // 2 :] if y > years[0]), years[-1])
    return [(years[0], middle - 1), (middle, years[-1])]


def place(
    collection: Path, reference: Path, names: Sequence[str] = (), to: Path | None = None
) -> list[str]:
    """Place the speeches of a collection in the themes of another collection's model; writes
    the table of the figure speech_themes."""
    from jianghua.topics.lda import place_speeches
    from jianghua.topics.themes import name_themes
    from jianghua.years.shares import compare_years, speech_table

    themes = themes_of(reference)
    placed = place_speeches(themes.model, store.read_bag(collection))
    there = name_themes(placed, themes.members, themes.english)
    table = speech_table(there, compare_years(themes))
    strange = [name for name in names if name not in there.names]
    if strange:
        raise JianghuaError(
            f"no theme {', '.join(strange)}", "themes", f"one of {', '.join(there.names)}"
        )
    if names:
        table = table[table["theme"].isin(names)]
        table = table.sort_values("theme", key=lambda t: t.map(list(names).index), kind="stable")
    folder = to or project_of(collection) / "figures"
    unknown = placed.bag.removed["unknown to the model"]
    known = int(placed.bag.counts.sum())
    line = f"{known} words placed, {unknown} unknown to the model or set aside"
    return [line, *_write_tables(folder, {"speech_themes": table})]


# --- draw, explore, kwic --------------------------------------------------------------------------


def draw(names: Iterable[str], folder: Path, language: str = "zh") -> list[str]:
    """Draw every figure whose table is there (or the named ones), SVG and PNG beside the table."""
    from jianghua.views.figures import FIGURES, WITH_THEMES

    english = english_names(folder) if language == "en" else {}
    chosen = list(names) or [f for f in FIGURES if (folder / f"{f}.csv").is_file()]
    unknown = [f for f in chosen if f not in FIGURES]
    if unknown:
        raise JianghuaError(
            f"no figure {', '.join(unknown)}", "draw", f"one of {', '.join(FIGURES)}"
        )
    if not chosen:
        raise JianghuaError("no table of a figure", folder, "jianghua compare, which writes them")
    lines = []
    for figure in chosen:
        path = folder / f"{figure}.csv"
        try:
            named = {"english": english} if figure in WITH_THEMES else {}
            drawing = FIGURES[figure](store.read_table(path), language=language, **named)
        except AssertionError as claim:
            raise JianghuaError(f"the table is false: {claim}", path, "jianghua compare") from claim
        lines += [f"wrote {p}" for p in store.write_figure(folder / figure, drawing.images())]
    return lines


def english_names(figures: Path) -> dict[str, str]:
    """English names of themes: from the guides, and from the names files of the project."""
    from jianghua.topics.guides import read_guides
    from jianghua.topics.themes import read_namings

    names = {guide.name: guide.english for guide in read_guides() if guide.english}
    for path in sorted(figures.absolute().parent.glob("corpus/*/themes.toml")):
        names |= {n.name: n.english for n in read_namings(path)[1] if n.english}
    return names


def explore(collection: Path, to: Path | None = None, language: str = "zh") -> list[str]:
    """Write the page that shows the topics of a model; it works offline."""
    from jianghua.views.explorer import explorer_page

    themes = themes_of(collection)
    path = (to or project_of(collection) / "figures") / "explorer.html"
    title = collection.absolute().name
    store.write_text(path, explorer_page(themes.model, themes.members, title, language))
    return [f"wrote {path}"]


def kwic(
    term: str, collection: Path, years: tuple[int, int] | None = None, width: int = 20
) -> list[str]:
    """Lines in context: date, speech, words left, the term, words right."""
    from jianghua.speeches.concordance import concordance

    corpus = read_corpus(collection)
    absent = sum(1 for speech in corpus if speech.text is None)
    if absent == len(corpus):
        raise JianghuaError("no texts to search", collection, NO_TEXTS)
    hits = concordance(corpus, term, year=years, width=width)
    lines = [
        f"{row['date'] or row['year'] or '?'}  {row['speech']}  "
        f"{row['left']:>{width}} 【{row['hit']}】 {row['right']}".replace("\n", " ")
        for row in hits.to_dict("records")
    ]
    note = [f"{absent} speeches have no text here and were not searched"] if absent else []
    return [*lines, f"{len(hits)} hits", *note]
