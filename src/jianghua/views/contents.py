"""Contents: what both explorers show of a model, the widget and the page, as plain values.

Arrays are made once (`study`), answers are picked from them; nothing here knows HTML.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Corpus
from jianghua.speeches.passages import Passage, is_heading, passages
from jianghua.speeches.scripts import simplified
from jianghua.topics.model import TopicModel, best
from jianghua.topics.quality import topic_quality
from jianghua.topics.themes import Themes, label, name_themes
from jianghua.views.charts import sparkline
from jianghua.words.bag import Bag
from jianghua.years.shares import compare_years

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ORDERS = ("probability", "frex", "relevance")
LEAST = 1e-12  # a probability that has a logarithm
LAMBDA = 0.6  # Sievert & Shirley 2014, § 3.1
OURS = 0.5  # of a passage's words must stand in a text for the text to be the counted one
HEADINGS = 40  # passages richest in a topic, whose headings may name it


@dataclass(frozen=True, eq=False)
class Study:
    """A model with what is asked of it again and again.

    ``log_probability`` and ``log_lift`` K × W, natural logarithms of φ_kw and φ_kw / p_w, the terms
    of relevance (Sievert & Shirley 2014, eq. 1); ``given_word`` K × W, p(topic | word), columns sum
    to 1; ``years`` Y and ``year_words`` Y × W, occurrences; ``located`` P, passages with their text
    where a corpus has it; ``unread`` ids of speeches whose text is not the one that was counted.
    """

    model: TopicModel
    log_probability: Floats
    log_lift: Floats
    given_word: Floats
    years: tuple[int, ...]
    year_words: NDArray[np.int64]
    located: tuple[Passage, ...]
    unread: tuple[str, ...]

    @cached_property
    def quality(self) -> pd.DataFrame:
        """One row per topic, see `topic_quality`."""
        return topic_quality(self.model)

    @cached_property
    def topic_years(self) -> pd.DataFrame | None:
        """Columns of `compare_years`, each topic a theme of its own, named by its number; None
        where no speech has a year."""
        numbers = {k: str(k) for k in range(self.model.topics)}
        return years_of(name_themes(self.model, numbers))

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The automatic name of each topic, K."""
        return tuple(label(self.model, k) for k in range(self.model.topics))

    @cached_property
    def weights(self) -> tuple[float, ...]:
        """Share of all words that each topic holds, K."""
        return tuple(self.model.weights.tolist())

    @cached_property
    def courses(self) -> tuple[str, ...]:
        """The course of each topic over the years in a few signs, K."""
        numbers = range(self.model.topics)
        return tuple(sparkline(_trend(self.topic_years, str(k))) for k in numbers)

    @cached_property
    def has_texts(self) -> bool:
        """Whether any passage can be read."""
        return any(passage.text for passage in self.located)


def study(model: TopicModel, corpus: Corpus | None = None) -> Study:
    """Everything that is worked out once; half a second for two million words."""
    import numpy as np

    phi = np.maximum(model.topic_words, LEAST)
    overall = model.bag.totals / model.bag.totals.sum()
    joint = phi * model.weights[:, None]
    years, year_words = _by_year(model.bag)
    located, unread = _locate(model.bag, corpus) if corpus else (model.bag.passages, ())
    return Study(
        model,
        np.log(phi),
        np.log(phi / overall),
        joint / joint.sum(axis=0),
        years,
        year_words,
        located,
        unread,
    )


def years_of(themes: Themes) -> pd.DataFrame | None:
    """The table of `compare_years`; None where no speech has a year."""
    if not any(speech.year for speech in themes.model.bag.speeches):
        return None
    return compare_years(themes).table


def _by_year(bag: Bag) -> tuple[tuple[int, ...], NDArray[np.int64]]:
    import numpy as np
    from scipy.sparse import csr_matrix

    dated = [(row, p.speech.year) for row, p in enumerate(bag.passages) if p.speech.year]
    if not dated:
        return (), np.zeros((0, len(bag.words)), dtype=np.int64)
    rows, years = np.array(dated).T
    known, place = np.unique(years, return_inverse=True)
    ones = np.ones(len(rows), dtype=np.int64)
    by = csr_matrix((ones, (place, rows)), shape=(len(known), len(bag.passages)))
    return tuple(known.tolist()), np.asarray((by @ bag.counts).todense(), dtype=np.int64)


# --- texts ----------------------------------------------------------------------------------------


def _locate(bag: Bag, corpus: Corpus) -> tuple[tuple[Passage, ...], tuple[str, ...]]:
    """The passages of a bag with start and text, and the speeches whose text is another one."""
    wanted = {speech.id for speech in bag.speeches}
    cut = {(p.speech.id, p.number): p for p in passages(s for s in corpus if s.id in wanted)}
    located = tuple(cut.get((p.speech.id, p.number), p) for p in bag.passages)
    read = {p.speech.id for p in cut.values()}
    missing = {p.speech.id for p in located if p.text is None} & read
    other = _strangers(bag, located) | missing
    kept = tuple(
        own if own.speech.id in other else found
        for own, found in zip(bag.passages, located, strict=True)
    )
    return kept, tuple(sorted(other))


def _strangers(bag: Bag, located: Sequence[Passage]) -> set[str]:
    """Speeches whose passages do not hold the words that were counted in them."""
    held, all_words = Counter[str](), Counter[str]()
    for row, passage in enumerate(located):
        if passage.text:
            text = simplified(passage.text)
            words = _words_of_row(bag, row)
            held[passage.speech.id] += sum(word in text for word in words)
            all_words[passage.speech.id] += len(words)
    return {speech for speech, n in all_words.items() if held[speech] < OURS * n}


@dataclass(frozen=True)
class Quote:
    """A passage that shows a topic: its speech, its place there (``start`` in characters), the
    topic's share of it (0–1), its text in pieces, (text, whether it is one of the topic's words),
    and the words of the speech before and after it."""

    speech: str
    title: str
    year: int | None
    number: int
    share: float
    start: int | None = None
    pieces: tuple[tuple[str, bool], ...] = ()
    before: str = ""
    after: str = ""


def quotes(
    known: Study, topics: Sequence[int], n: int = 5, context: int = 160, per_speech: int = 1
) -> list[Quote]:
    """The passages richest in some topics, at most ``per_speech`` a speech; with text if any has."""
    import numpy as np

    shares = known.model.passage_topics[:, list(topics)].sum(axis=1)
    words = [word for k in topics for word in known.model.words_of(k, 30)]
    taken: Counter[str] = Counter()
    found: list[Quote] = []
    for row in np.argsort(-shares, kind="stable"):
        passage = known.located[row]
        if taken[passage.speech.id] == per_speech or (known.has_texts and not passage.text):
            continue
        taken[passage.speech.id] += 1
        counted = _words_of_row(known.model.bag, row)
        pieces = tuple(marked(passage.text or "", words, counted))
        found.append(_quote(passage, float(shares[row]), pieces, context))
        if len(found) == n:
            break
    return found


def _words_of_row(bag: Bag, row: int) -> list[str]:
    """The words counted in a passage."""
    part = slice(bag.counts.indptr[row], bag.counts.indptr[row + 1])
    return [bag.words[word] for word in bag.counts.indices[part]]


def _quote(
    passage: Passage, share: float, pieces: tuple[tuple[str, bool], ...], context: int
) -> Quote:
    speech, start = passage.speech, passage.start
    facts = (speech.id, speech.title, speech.year, passage.number, share)
    if passage.text is None or start is None:
        return Quote(*facts)
    whole, end = speech.text or "", start + len(passage.text)
    return Quote(
        *facts, start, pieces, whole[max(0, start - context) : start], whole[end : end + context]
    )


def marked(
    text: str, words: Sequence[str], others: Sequence[str] = ()
) -> Iterator[tuple[str, bool]]:
    """The text in pieces, in order: (piece, whether it is one of the words), longest words first.

    ``others`` are words of the text beside these: inside one of them no shorter word is marked.
    """
    wanted = set(words)
    longest = sorted({*wanted, *others} - {""}, key=lambda word: (-len(word), word))
    if not longest:
        yield text, False
        return
    plain = simplified(text)  # character for character, so that places agree
    at = 0
    for match in re.finditer("|".join(map(re.escape, longest)), plain):
        if match.group() in wanted:
            if match.start() > at:
                yield text[at : match.start()], False
            yield text[match.start() : match.end()], True
            at = match.end()
    if at < len(text):
        yield text[at:], False


# --- words ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShownWord:
    """A word of a topic: ``score`` in the order asked for, its estimated occurrences in the topic,
    its occurrences in all, and whether it is a seed of the topic's guide."""

    word: str
    score: float
    here: float
    total: int
    seed: bool


def scores(known: Study, topic: int, by: str, weight: float = LAMBDA) -> Floats:
    """Scores of all words in a topic, W: probability, FREX, or relevance with λ = ``weight``."""
    match by:
        case "relevance":
            return weight * known.log_probability[topic] + (1 - weight) * known.log_lift[topic]
        case "probability" | "frex":
            return known.model.scores(by)[topic]
    raise JianghuaError(f"unknown order of words {by!r}", "by", ", ".join(ORDERS))


def leading_words(known: Study, topic: int, n: int, steps: int = 21) -> list[int]:
    """The words (by number, ascending) that are among the n most relevant for some λ of 0 … 1."""
    import numpy as np

    log_p, lift = known.log_probability[topic], known.log_lift[topic]
    orders = (weight * log_p + (1 - weight) * lift for weight in np.linspace(0, 1, steps))
    return sorted({i for order in orders for i in best(order, n)})


def words_shown(
    known: Study, topic: int, by: str = "relevance", weight: float = LAMBDA, n: int = 20
) -> list[ShownWord]:
    """The n best words of a topic in one of the three orders."""
    import numpy as np

    model, values = known.model, scores(known, topic, by, weight)
    guides = model.settings.get("guides", {}).values()
    seeds = {word for guide in guides if guide["topic"] == topic for word in guide["words"]}
    totals = model.bag.totals
    return [
        ShownWord(
            model.bag.words[i],
            float(values[i]),
            float(known.given_word[topic, i] * totals[i]),
            int(totals[i]),
            model.bag.words[i] in seeds,
        )
        for i in np.argsort(-values, kind="stable")[:n]
    ]


@dataclass(frozen=True)
class Found:
    """Where a word lives: ``topics`` topic → share of its occurrences (0–1, sums to 1 over all
    topics), ``rates`` year → occurrences per 10,000 counted words, and its occurrences."""

    word: str
    total: int
    topics: Mapping[int, float]
    rates: Mapping[int, float]


def search(known: Study, text: str, n: int = 12) -> list[str]:
    """Counted words that hold the text, the word itself first, then the most said."""
    text = simplified("".join(text.split()))
    totals = known.model.bag.totals
    held = [i for i, word in enumerate(known.model.bag.words) if text and text in word]
    order = sorted(held, key=lambda i: (known.model.bag.words[i] != text, -totals[i], i))
    return [known.model.bag.words[i] for i in order[:n]]


def find(known: Study, word: str) -> Found:
    """The topics and years of a counted word."""
    import numpy as np

    model = known.model
    place = model.bag.words.index(word)
    shares = known.given_word[:, place]
    topics = {int(k): float(shares[k]) for k in np.argsort(-shares, kind="stable")}
    all_words = np.maximum(known.year_words.sum(axis=1), 1)
    rates = 10_000 * known.year_words[:, place] / all_words
    return Found(
        word,
        int(model.bag.totals[place]),
        topics,
        dict(zip(known.years, map(float, rates), strict=True)),
    )


# --- names ----------------------------------------------------------------------------------------


def suggestions(known: Study, topic: int, n: int = 4) -> list[str]:
    """Names that a topic might have: its guide's, headings typical of its passages, FREX words."""
    model = known.model
    words = model.words_of(topic, 3, "frex")
    guide = [model.guides[topic]] if topic in model.guides else []
    return list(dict.fromkeys([*guide, *_headings(known, topic)[:2], "·".join(words), *words]))[:n]


def _headings(known: Study, topic: int) -> list[str]:
    """Headings over the passages richest in a topic, those first whose passages hold more of it."""
    import numpy as np

    shares = known.model.passage_topics[:, topic]
    own = set(known.model.words_of(topic, 30))
    weight: dict[str, float] = {}
    for row in np.argsort(-shares, kind="stable")[:HEADINGS]:
        first = (known.located[row].text or "").partition("\n")[0]
        bare = _NUMBER.sub("", first).strip()
        if is_heading(first) and 2 <= len(bare) <= 20 and any(word in bare for word in own):
            weight[bare] = weight.get(bare, 0.0) + float(shares[row])
    return sorted(weight, key=lambda heading: -weight[heading])


_NUMBER = re.compile(
    r"^\s*(第[一二三四五六七八九十百]+[章节部编]|[（(]?[一二三四五六七八九十0-9]{1,3}[）)]?[、.．]?)\s*"
)


def _trend(table: pd.DataFrame | None, name: str) -> list[tuple[int, float]]:
    """(year, share) of one theme in a table of `compare_years`, oldest first."""
    if table is None:
        return []
    rows = table[table["theme"] == name]
    return [(int(y), float(s)) for y, s in zip(rows["year"], rows["share"], strict=True)]


def row_of(known: Study, topic: int) -> dict[str, Any]:
    """What `topic_quality` says of a topic, column → value."""
    return {str(k): v for k, v in known.quality.iloc[topic].to_dict().items()}
