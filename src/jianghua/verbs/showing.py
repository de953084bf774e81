"""The verbs that show: draw, explore, kwic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jianghua import store
from jianghua.errors import JianghuaError
from jianghua.nouns import how_many
from jianghua.speeches.corpus import read_corpus, with_texts
from jianghua.verbs.comparing import halves
from jianghua.verbs.places import NO_TEXTS, project_of, themes_of

if TYPE_CHECKING:
    pass


def draw(names: Iterable[str], folder: Path, language: str = "zh") -> list[str]:
    """Draw every figure whose table is there (or the named ones), SVG and PNG beside the table."""
    from jianghua.views.figures import FIGURES

    names = list(names)
    english = english_names(folder) if language == "en" else {}
    chosen = names or [f for f in FIGURES if (folder / f"{f}.csv").is_file()]
    unknown = [f for f in chosen if f not in FIGURES]
    if unknown:
        raise JianghuaError(
            f"no figure {', '.join(unknown)}", "draw", f"one of {', '.join(FIGURES)}"
        )
    if not chosen:
        raise JianghuaError("no table of a figure", folder, "jianghua compare, which writes them")
    lines, wrong = [], []
    for figure in chosen:
        try:
            lines += _draw_one(figure, folder, language, english, asked=figure in names)
        except JianghuaError as error:  # the others are drawn all the same
            wrong.append(error)
    if len(wrong) > 1:
        told = "; ".join(f"{error.where}: {error.found}" for error in wrong)
        raise JianghuaError(told, folder, "jianghua compare")
    if wrong:
        raise wrong[0]
    return lines


def _draw_one(
    figure: str, folder: Path, language: str, english: dict[str, str], asked: bool
) -> list[str]:
    """Draw one figure from its table; an empty one is told, and refused where it was asked for."""
    from jianghua.views.figures import FIGURES, WITH_THEMES

    path = folder / f"{figure}.csv"
    table = store.read_table(path)
    if not len(table) and not asked:
        return [f"no {figure}: nothing was found, its table has no rows"]
    named = {"english": english} if figure in WITH_THEMES else {}
    try:
        drawing = FIGURES[figure](table, language=language, **named)
    except JianghuaError as error:
        raise JianghuaError(error.found, path, error.remedy) from error
    return [f"wrote {p}" for p in store.write_figure(folder / figure, drawing.images())]


def english_names(figures: Path) -> dict[str, str]:
    """English names of themes: from the guides, and from the names files of the project."""
    from jianghua.topics.guides import read_guides
    from jianghua.topics.themes import read_namings

    names = {guide.name: guide.english for guide in read_guides() if guide.english}
    for path in sorted(figures.absolute().parent.glob("corpus/*/themes.toml")):
        names |= {n.name: n.english for n in read_namings(path)[1] if n.english}
    return names


def explore(
    collection: Path,
    to: Path | None = None,
    language: str = "zh",
    spans: Sequence[tuple[int, int]] = (),
) -> list[str]:
    """Write the page to look around in and to hand on; it works offline and holds the passages of
    those speeches only whose rights allow it."""
    from jianghua.views.explorer import explorer_page

    themes, corpus = themes_of(collection), read_corpus(collection)
    counts = store.read_bag(collection) if (collection / "counts.csv.gz").is_file() else None
    spans = spans or halves(themes.model.bag)
    title = collection.absolute().name
    page = explorer_page(themes, counts, corpus, spans, title, language)
    path = (to or project_of(collection) / "figures") / "explorer.html"
    store.write_text(path, page)
    return [f"wrote {path}"]


def kwic(
    term: str, collection: Path, years: tuple[int, int] | None = None, width: int = 20
) -> Iterator[str]:
    """Lines in context, each as soon as its speech is read: date, speech, words left, the term,
    words right."""
    from jianghua.speeches.concordance import hits

    corpus = read_corpus(collection, texts=False)
    absent = found = 0
    for speech in with_texts(corpus, collection):
        absent += speech.text is None
        for hit in hits([speech], term, years, width):
            found += 1
            place = f"{hit.date or hit.year or '?'}  {hit.speech}"
            yield f"{place}  {hit.left:>{width}} 【{hit.hit}】 {hit.right}".replace("\n", " ")
    if absent == len(corpus):
        raise JianghuaError("no texts to search", collection, NO_TEXTS)
    yield how_many(found, "hit")
    if absent:
        yield f"not searched, for it has no text here: {how_many(absent, 'speech')}"
