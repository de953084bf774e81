"""The verbs that work on a collection as a whole: check, count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jianghua import store
from jianghua.errors import JianghuaError
from jianghua.nouns import how_many
from jianghua.speeches.characters import INVISIBLE, shown
from jianghua.speeches.corpus import Corpus, Speech, read_corpus, with_texts
from jianghua.verbs.places import NO_TEXTS, lexicon_of

if TYPE_CHECKING:
    from jianghua.speeches.passages import Passage


# --- check ----------------------------------------------------------------------------------------


def check(collection: Path) -> list[dict[str, str]]:
    """Every problem of a collection at once: dicts of kind, id and message."""
    corpus = read_corpus(collection)
    found = [
        *_wrong_fields(corpus),
        *_texts_problems(collection, corpus),
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
    if not all(terms):
        raise JianghuaError("an empty term", "--contexts", "one term or several, as 解放思想")
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


def _is_within(year: int, speech: Speech) -> bool:
    return (speech.year_low or year) <= year <= (speech.year_high or year)


_SAID = ("title", "speaker", "place", "occasion", "source", "rights")


def _wrong_fields(corpus: Corpus) -> Iterator[Problem]:
    """What is not said of a speech, and what holds characters that nobody sees."""
    for speech in corpus:
        for name in ("title", "year"):
            if not getattr(speech, name):
                yield "metadata", speech.id, f"has no {name}. Try: fill it in catalog.csv"
        if (year := speech.date[:4]) and not _is_within(int(year), speech):
            between = f"{speech.year_low}–{speech.year_high}"
            yield (
                "dating",
                speech.id,
                f"its date {speech.date} is not in {between}. Try: correct it",
            )
        for name in _SAID:
            if unseen := INVISIBLE.search(getattr(speech, name)):
                code = f"U+{ord(unseen[0]):04X}"
                yield "metadata", speech.id, f"its {name} holds {code}. Try: type it anew"


def _texts_problems(collection: Path, corpus: Corpus) -> Iterator[Problem]:
    """Where there are texts at all, each speech has one, and each is as it was listed."""
    if not (collection / "texts").is_dir():
        return
    listed = {row["id"]: row["sha256"] for row in store.read_rows(collection)}
    for speech in corpus:
        path = f"texts/{speech.id}.txt"
        if speech.text is None:
            yield "text", speech.id, f"no file {path}. Try: jianghua fetch, or put the text there"
        elif (sha256 := listed.pop(speech.id)) and store.digest(speech.text.encode()) != sha256:
            yield (
                "checksum", speech.id,
                "its text changed since it was listed. Try: restore the file, or, if the source "
                "was corrected, put the new SHA-256 in catalog.csv and say why in note",
            )  # fmt: skip
    yield from _unlisted_texts(collection / "texts", {speech.id for speech in corpus})


def _unlisted_texts(folder: Path, ids: Collection[str]) -> Iterator[Problem]:
    for path in sorted(folder.glob("*.txt")):
        if path.stem not in ids and not path.name.startswith("."):
            name = shown(path.name)
            yield "text", "", f"texts/{name} is in no row of catalog.csv. Try: jianghua add {name}"


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


# --- count ----------------------------------------------------------------------------------------


REPEATED = 0.8  # share of a passage that an older speech holds, from which on it is a repeat


def count(collection: Path, merge_variants: bool = False, repeats: str = "keep") -> list[str]:
    """Segment every text and write the unfiltered counts.

    ``repeats`` "once" leaves out passages of which an older speech holds four fifths or more, and
    says how many of each speech.
    """
    from jianghua.speeches.passages import passages
    from jianghua.words.counting import count_passages

    corpus = read_corpus(collection, texts=False)
    absent = [speech.id for speech in with_texts(corpus, collection) if not speech.text]
    if len(absent) == len(corpus):
        raise JianghuaError("no texts to count", collection, NO_TEXTS)
    # one speech after the other: its text is let go when it is counted
    pieces: Iterable[Passage] = (
        piece for speech in with_texts(corpus, collection) for piece in passages([speech])
    )
    lines = [f"{speech_id}: no text, not counted" for speech_id in absent]
    if repeats == "once":
        corpus = read_corpus(collection)
        pieces, said = _without_repeats(passages(corpus), corpus)
        lines += said
    with store.locked(collection, of="counts.csv.gz"):
        bag = count_passages(pieces, lexicon_of(collection), merge_variants)
        store.write_counts(collection, bag)
    counted = {*absent, *(speech.id for speech in bag.speeches)}
    lines += [f"{s.id}: no words are left, not counted" for s in corpus if s.id not in counted]
    lines += [f"{n} {reason}" for reason, n in bag.removed.items()]
    speeches, words = len(bag.speeches), int(bag.counts.sum())
    sums = (how_many(speeches, "speech"), how_many(len(bag.passages), "passage"))
    return [*lines, f"{', '.join(sums)}, {how_many(words, 'word')} counted"]


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
