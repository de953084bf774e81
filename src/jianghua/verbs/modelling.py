"""The verbs that fit topics: fit, try, name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jianghua import store
from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import read_corpus
from jianghua.speeches.source import holds_file
from jianghua.verbs.places import Told, lexicon_of, model_folder, silent

if TYPE_CHECKING:
    from jianghua.topics.guides import Guide
    from jianghua.topics.model import TopicModel
    from jianghua.words.bag import Bag, Tokens


def pruned_bag(
    collection: Path, min_speeches: int | None = None, guides: Sequence[Guide] = ()
) -> Bag:
    """The counts of a collection, pruned for a topic model; seed words of guides stay."""
    from jianghua.words.bag import prune

    seeds = {word for guide in guides for word in guide.words}
    if min_speeches is not None and min_speeches < 1:
        raise JianghuaError(f"{min_speeches} speeches", "--min-speeches", "a whole number from 1")
    bag = store.read_bag(collection, texts=False)
    return prune(bag, lexicon_of(collection), min_speeches, keep=seeds)


def fit(
    collection: Path,
    topics: int,
    seed: int = 1,
    guides: Path | None = None,
    guided: bool = True,
    min_speeches: int | None = None,
    engine: str = "scvb0",
    seeds: int = 1,
    told: Told = silent,
    gained: Callable[[float], None] = lambda gain: None,
) -> list[str]:
    """Prune, fit and write the model; says what was left out and whether the fit converged.

    With several ``seeds``, counted from ``seed``, the fit most like the others is written, the
    topics that the others do not find are named, and guides are tried against plain counts.
    """
    from jianghua.topics.guide_health import tell_rivals, themes_against_counts, too_small_in_words
    from jianghua.topics.lda import fit_topics
    from jianghua.topics.prototype import MOST_SEEDS, fit_prototype

    if not 1 <= seeds <= MOST_SEEDS:
        raise JianghuaError(f"{seeds} seeds", "--seeds", f"a whole number from 1 to {MOST_SEEDS}")
    chosen, unused = chosen_guides(collection, guides, topics) if guided else ((), ())
    inputs = inputs_of(collection)
    bag = pruned_bag(collection, min_speeches, chosen)
    plan = range(seed, seed + seeds)
    folder = model_folder(collection)
    # one fit tells of its passes, several of fits
    fit_one = partial(fit_topics, told=told, gained=gained) if seeds == 1 else fit_topics
    fits_told = silent if seeds == 1 else told
    with (
        store.locked(folder.parent, of="model"),
        store.kept_fits(_unfinished(collection, "fit"), fit_one) as one,
    ):
        model = fit_prototype(
            bag, topics, chosen, plan, workers=2, told=fits_told, fit=one, engine=engine
        )
        if seeds > 1 and chosen:
            model = tell_rivals(model, themes_against_counts(bag, topics, chosen, seed, one))
        model = replace(model, settings={**model.settings, "min_speeches": min_speeches})
        _check_same(collection, inputs)
        store.write_model(folder, model, inputs)
    note = f"guides not used, to leave half of the topics free: {', '.join(unused)}"
    notes = [*([note] if unused else []), *too_small_in_words(bag, chosen)]
    lines = [*_removed_lines(bag), *notes, *fit_lines(model)]
    return [*lines, f"wrote {folder}"]


def _unfinished(collection: Path, verb: str) -> Path:
    """Where the fits of a run of several are kept until it is done."""
    return model_folder(collection).parent / "unfinished" / verb


def chosen_guides(
    collection: Path, path: Path | None, topics: int
) -> tuple[tuple[Guide, ...], tuple[str, ...]]:
    """The guides to fit with, and the names of those beyond half of the topics."""
    from jianghua.topics.guides import read_guides

    own = collection.absolute().parent / "guides.toml"
    guides = read_guides(path or (own if holds_file(own) else None))
    most = len(guides) if path else max(1, topics // 2)
    return guides[:most], tuple(guide.name for guide in guides[most:])


def inputs_of(collection: Path) -> dict[str, str]:
    """Checksums of what a model is fitted to."""
    files = {"counts": "counts.csv.gz", "catalog": "catalog.csv"}
    found = {
        name: store.digest((collection / file).read_bytes())
        for name, file in files.items()
        if (collection / file).is_file()
    }
    return found | {"lexicon": lexicon_of(collection).checksum}


def _check_same(collection: Path, inputs: Mapping[str, str]) -> None:
    changed = [name for name, seal in inputs_of(collection).items() if inputs.get(name) != seal]
    if changed:
        raise JianghuaError(
            f"{', '.join(changed)} changed while topics were fitted", collection,
            "jianghua fit again",
        )  # fmt: skip


def check_model(collection: Path) -> list[dict[str, str]]:
    """What changed since the model of a collection was fitted: dicts of kind, id and message."""
    folder = model_folder(collection)
    manifest = store.read_manifest(folder)
    store.read_model(folder, read_corpus(collection))  # raises where it is damaged
    now = {**inputs_of(collection), **store.versions()}
    then = {**manifest["inputs"], **manifest["versions"]}
    return [
        {"kind": "model", "id": name, "message": _changed(then[name], now.get(name, ""))}
        for name in then
        if now.get(name) != then[name]
    ]


def _changed(then: str, now: str) -> str:
    return f"{then[:12]} when it was fitted, {now[:12] or 'gone'} now. Try: jianghua fit again"


def _removed_lines(bag: Bag) -> list[str]:
    return [f"left out: {n} {reason}" for reason, n in sorted(bag.removed.items())]


def fit_lines(model: TopicModel) -> list[str]:
    """What a fit has to say: size, convergence, guides that do not hold, topics in words."""
    from jianghua.topics.guide_health import doubts_in_words
    from jianghua.topics.model import ending_in_words

    lines = [
        f"{model.topics} topics, {len(model.bag.passages)} passages, {len(model.bag.words)} words",
        "; ".join(ending_in_words(model.settings)),
        *_doubts_of_the_fit(model.settings),
    ]
    return (
        lines
        + doubts_in_words(model)
        + _seed_lines(model)
        + [
            f"  {k:>3} {100 * model.weights[k]:4.1f} %  "
            f"{f'[{model.guides[k]}] ' if k in model.guides else ''}"
            f"{' '.join(model.words_of(k, 8))}"
            for k in range(model.topics)
        ]
    )


def _doubts_of_the_fit(settings: Mapping[str, Any]) -> list[str]:
    """Topics that hold nothing, mixtures that did not settle, words lost; a line each."""
    lines = []
    if dead := settings.get("dead"):
        lines.append(
            f"dead topics, which hold next to no words: {', '.join(map(str, dead))}; try fewer topics"
        )
    if moving := settings.get("unsettled_passages"):
        lines.append(f"passages whose shares had not quite settled: {moving}")
    if lost := settings.get("lost_words"):
        lines.append(f"words to which no topic gives a probability: {lost}")
    return lines


def _seed_lines(model: TopicModel) -> list[str]:
    """Which of several seeds was taken, and which topics the others do not find."""
    from jianghua.topics.prototype import STEADY, unsteady

    likeness = model.settings.get("likeness")
    if not likeness:
        return []
    seed = model.settings["seed"]
    astray = [f"{k} {model.guides.get(k, '')}".strip() for k in unsteady(model)]
    said = f"not found by other seeds (stability below {STEADY}): {', '.join(astray)}"
    return [
        f"of {len(likeness)} seeds, seed {seed} is most like the others "
        f"(mean cosine of its topics with theirs {likeness[str(seed)]:.2f})",
        said if astray else "every topic is found by other seeds too",
    ]


def try_topics(
    collection: Path,
    topics: Sequence[int],
    seeds: int,
    min_speeches: int | None,
    told: Told = silent,
    windows: bool = True,
) -> list[str]:
    """Fit every number of topics with every seed; writes the trials and the figure's table.

    A run that is broken off goes on with the fits it had finished. Coherence over windows needs
    the texts: without them, or without ``windows``, its columns stay empty.
    """
    from jianghua.topics.lda import fit_topics
    from jianghua.topics.trials import choice_in_words
    from jianghua.topics.trials import try_topics as run

    path = model_folder(collection).parent / "trials.csv"
    with (
        store.locked(path.parent, of=path.name),
        store.kept_fits(_unfinished(collection, "try"), fit_topics) as one,
    ):
        bag = pruned_bag(collection, min_speeches)
        table = run(
            bag, topics, seeds, workers=2, told=told,
            tokens=_tokens(collection) if windows else None, fit=one,
        )  # fmt: skip
        store.write_table(path, table)
    return [
        table.round(3).to_string(index=False),
        choice_in_words(table, speeches=len(bag.speeches)),
        f"wrote {path}",
    ]


def _tokens(collection: Path) -> Tokens | None:
    """The words of all passages in their order; None where only counts are at hand."""
    from jianghua.speeches.passages import passages
    from jianghua.words.segmentation import segment

    corpus = read_corpus(collection)
    if any(speech.text is None for speech in corpus):
        return None
    return segment(passages(corpus), lexicon_of(collection))


def check_guides(collection: Path, guides: Path | None) -> list[str]:
    """Where the seed words of guides stand in a collection, and what is wrong with them."""
    from jianghua.topics.guide_health import guide_health, guide_reach, health_in_words
    from jianghua.topics.guides import read_guides

    own = collection.absolute().parent / "guides.toml"
    chosen = read_guides(guides or (own if holds_file(own) else None))
    bag = store.read_bag(collection)
    tables = (guide_health(bag, chosen), guide_reach(bag, chosen))
    return [*(table.to_string(index=False) for table in tables), *health_in_words(bag, chosen)]


def name(collection: Path, log: Path | None = None) -> list[str]:
    """Add the topics that the names file does not have yet; do the edits of a log, if one is given."""
    from jianghua.store.edits import replay_log

    model = store.read_model(model_folder(collection), read_corpus(collection))
    path = collection / "themes.toml"
    added = store.add_namings(path, model)
    lines = [f"{added} topics added to {path}, the others left as they are"]
    if log:
        lines.append(f"{replay_log(path, model, log)} steps of {log} done")
    return lines
