"""The verb cite: the works a study rests on."""

from __future__ import annotations

from pathlib import Path

from jianghua import store
from jianghua.speeches.corpus import read_corpus
from jianghua.verbs.places import model_folder, results_of
from jianghua.views.citing import Reference, as_bibtex, as_text, references, uses_of


def cite(collection: Path | None = None, style: str = "bibtex", figures: Path | None = None) -> str:
    """What to cite: for a collection, what its model and its tables used; else the package."""
    entries = cited(collection, figures)
    return as_text(entries) if style == "text" else as_bibtex(entries)


def cited(collection: Path | None, figures: Path | None = None) -> list[Reference]:
    """The references of a collection's study."""
    if collection is None:
        return references({"always", "segmented", "model", "engine scvb0"})
    folder = results_of(collection, figures)
    read_corpus(collection, texts=False)  # refuses what is no collection
    tables = {path.stem for path in folder.glob("*.csv")} | {p.stem for p in folder.glob("*.html")}
    model = model_folder(collection)
    manifest = store.read_manifest(model) if (model / "settings.json").is_file() else None
    return references(uses_of(manifest, tables))
