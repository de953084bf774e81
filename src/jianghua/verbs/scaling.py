"""The verbs for more speeches than one memory holds: count and fit over partitions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jianghua import store
from jianghua.errors import JianghuaError
from jianghua.nouns import how_many
from jianghua.speeches.corpus import read_corpus, with_texts
from jianghua.verbs.modelling import chosen_guides, fit_lines, inputs_of
from jianghua.verbs.places import NO_TEXTS, Told, lexicon_of, model_folder, silent
from jianghua.work import each

if TYPE_CHECKING:
    from jianghua.speeches.corpus import Speech
    from jianghua.store.partitions import Part
    from jianghua.words.lexicon import Lexicon

SPEECHES = 500  # a partition


def count_partitions(
    collection: Path,
    where: str,
    speeches: int = SPEECHES,
    merge_variants: bool = False,
    told: Told = silent,
) -> list[str]:
    """Segment every text and write the unfiltered counts to partitions at ``where``, a folder or
    an address that every worker reaches."""
    from jianghua.store.partitions import publish_parts

    corpus = read_corpus(collection, texts=False)
    groups = [corpus.speeches[i : i + speeches] for i in range(0, len(corpus), speeches)]
    given = (collection.absolute(), where, lexicon_of(collection), merge_variants)
    found = list(each(_count_part, list(enumerate(groups)), given, told=told))
    parts = [part for part in found if part is not None]
    if not parts:
        raise JianghuaError("no texts to count", collection, NO_TEXTS)
    publish_parts(where, parts)
    counted, passages = sum(p.speeches for p in parts), sum(p.passages for p in parts)
    absent = len(corpus) - counted
    lines = [f"{how_many(absent, 'speech')} without text or words, not counted"] if absent else []
    return [
        *lines,
        f"{how_many(counted, 'speech')}, {how_many(passages, 'passage')} in "
        f"{how_many(len(parts), 'partition')}: {where}",
    ]


def _count_part(
    collection: Path,
    where: str,
    lexicon: Lexicon,
    merge_variants: bool,
    group: tuple[int, Sequence[Speech]],
) -> Part | None:
    from jianghua.speeches.passages import passages
    from jianghua.store.partitions import write_part
    from jianghua.words.counting import count_passages

    number, speeches = group
    read = (speech for speech in with_texts(speeches, collection) if speech.text)
    pieces = [piece for speech in read for piece in passages([speech])]
    if not pieces:
        return None
    return write_part(where, number, count_passages(pieces, lexicon, merge_variants, workers=1))


def fit_partitions(
    collection: Path,
    where: str,
    topics: int,
    seed: int = 1,
    guides: Path | None = None,
    guided: bool = True,
    min_speeches: int | None = None,
    told: Told = silent,
) -> list[str]:
    """Fit topics to the partitions at ``where``.

    Writes a model of a sample of the passages, which every other verb reads as any model, and
    beside it ``speeches.parquet``: how many words of each topic every speech of all partitions
    holds. `compare` takes its shares from there.
    """
    from jianghua.store.partitions import list_partitions, read_partition, write_masses
    from jianghua.topics import partitions as fitting

    parts = list_partitions(where)
    chosen, unused = chosen_guides(collection, guides, topics) if guided else ((), ())
    folder = model_folder(collection)
    with store.locked(folder.parent, of="model"):
        found = fitting.fit_partitions(
            parts, read_partition, topics, lexicon_of(collection), chosen, seed, min_speeches,
            told=told,
        )  # fmt: skip
        masses = fitting.all_masses(found, parts, read_partition)
        model = fitting.sampled_model(found, parts, read_partition)
        store.write_model(folder, model, inputs_of(collection))
        write_masses(folder.parent / "speeches.parquet", masses)
    note = f"guides not used, to leave half of the topics free: {', '.join(unused)}"
    said = [f"left out: {n} {reason}" for reason, n in sorted(found.removed.items())]
    shown = f"the model shows {len(model.bag.passages)} passages, a sample; the shares count all"
    return [*said, *([note] if unused else []), *fit_lines(model), shown, f"wrote {folder}"]
