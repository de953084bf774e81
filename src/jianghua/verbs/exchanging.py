"""The verbs export and import: counts and results for other programs, counts from them."""

from __future__ import annotations

from pathlib import Path

from jianghua import store
from jianghua.errors import JianghuaError
from jianghua.nouns import how_many
from jianghua.verbs.places import model_folder, themes_of

FORMATS = ("long", "wide", "matrixmarket", "lda-c", "results", "parquet")


def export(
    collection: Path, form: str = "long", to: Path | None = None, pruned: bool = False
) -> list[str]:
    """Write the counts of a collection, all or those of its model, or what its model says."""
    folder = to or model_folder(collection).parent / "export" / form
    if form in ("results", "parquet"):
        paths = store.export_results(folder, themes_of(collection), form == "parquet")
    else:
        bag = themes_of(collection).model.bag if pruned else store.read_bag(collection)
        paths = store.export_counts(folder, bag, form)
    return [f"wrote {path}" for path in paths]


def import_counts(path: Path, collection: Path, metadata: Path | None = None) -> list[str]:
    """Make a collection of counts that another program wrote."""
    store.import_counts(path, collection, metadata)
    bag = store.read_bag(collection)
    lines = []
    if not any(speech.year for speech in bag.speeches):
        lines.append(f"no speech has a year. Try: fill in year in {collection / 'catalog.csv'}")
    if not bag.counts.shape[0]:
        raise JianghuaError("no counts", path, "see jianghua import -h")
    words = int(bag.counts.sum())
    return [
        *lines,
        f"{how_many(len(bag.speeches), 'speech')}, {how_many(len(bag.passages), 'passage')}, "
        f"{how_many(words, 'word')} imported",
    ]
