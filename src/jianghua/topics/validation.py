"""Questions by which people test topics: blind for whoever answers, with the key kept apart.

Word intrusion and topic intrusion (Chang et al. 2009), word-set intrusion and the choice of a label
(Ying, Montgomery & Stewart 2022). In each, one choice is right, and whoever guesses finds it with a
known chance. `jianghua.topics.coding` counts the answers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from jianghua.errors import JianghuaError
from jianghua.topics.model import TopicModel
from jianghua.topics.themes import SET_ASIDE, Themes, label, name_themes

if TYPE_CHECKING:
    import numpy as np

    Random = np.random.Generator

TESTS = ("word_intrusion", "topic_intrusion", "word_set_intrusion", "labels")
SHOWN_WORDS = 5  # words of the topic beside one intruder, as in Chang et al. 2009
HEAVY = 10  # an intruder is among so many heaviest words of another topic …
LIGHT = 0.6  # … and in this lower part of the topic it intrudes on, as in oolong
TOPIC_WORDS = 8  # words that stand for a topic among choices
SETS, SET_WORDS, SET_POOL = 3, 4, 20  # sets of a topic's words, drawn from its heaviest
PASSAGE_WORDS = 30  # shown for a passage whose text is not at hand
LABELS = 4  # choices of a label
TYPICAL = 20  # passages among which the one for a label is drawn
MOST_ITEMS = 1000  # of a test and topic; nobody answers more

Texts = Mapping[tuple[str, int], str]
_Thing = TypeVar("_Thing")


@dataclass(frozen=True)
class Item:
    """One question as a coder sees it.

    ``passage`` is a text, or counted words in no order where ``in_words``, or empty; the coder picks
    one of ``choices``.
    """

    id: str
    test: str
    passage: str
    in_words: bool
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Gold:
    """The key to one item: which choice is right, from 1, and which topic it tests."""

    id: str
    test: str
    topic: int
    theme: str
    answer: int
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Trial:
    """Items, their keys in the same order, and what could not be asked, and why."""

    items: tuple[Item, ...]
    key: tuple[Gold, ...]
    left_out: tuple[str, ...]

    @property
    def checksum(self) -> str:
        """Ten hex digits that name these items, and nothing of their keys."""
        seen = "\n".join(f"{i.id} {i.test} {i.passage} {' | '.join(i.choices)}" for i in self.items)
        return hashlib.sha256(seen.encode()).hexdigest()[:10]

    def order_for(self, coder: str) -> tuple[Item, ...]:
        """The items as one coder gets them: test by test, within a test in an order of their own."""
        rank = {test: n for n, test in enumerate(TESTS)}
        own = {i.id: hashlib.sha256(f"{self.checksum} {coder} {i.id}".encode()) for i in self.items}
        return tuple(sorted(self.items, key=lambda i: (rank[i.test], own[i.id].hexdigest())))


@dataclass(frozen=True)
class _Question:
    """An item with its key, before choices are shuffled and an id is given; ``right`` stands first."""

    test: str
    topic: int
    choices: tuple[str, ...]
    passage: str = ""
    in_words: bool = False


def draw_trial(
    themes: Themes | TopicModel,
    texts: Texts | None = None,
    tests: Sequence[str] = TESTS,
    items: int = 1,
    seed: int = 1,
) -> Trial:
    """Questions about every topic that is not set aside, ``items`` of each test and topic.

    ``texts`` maps (speech id, number of passage) to its text; a passage without one is shown by its
    counted words. The same themes, texts and seed give the same questions; ids and the order of
    choices follow chance alone, so that they say nothing about what is right.
    """
    import numpy as np

    themes = themes if isinstance(themes, Themes) else name_themes(themes)
    _refuse(tests, items, seed)
    asked: list[_Question] = []
    left_out: list[str] = []
    for test in [t for t in TESTS if t in tests]:
        random = np.random.default_rng([seed, TESTS.index(test)])
        questions, missing = _ask(test, themes, texts or {}, items, random)
        asked += questions
        left_out += missing
    if not asked:
        raise JianghuaError("nothing to ask", "validate", "; ".join(left_out) or "name a test")
    return _shuffled(asked, themes, left_out, np.random.default_rng([seed, len(TESTS)]))


def _refuse(tests: Sequence[str], items: int, seed: int) -> None:
    unknown = [test for test in tests if test not in TESTS]
    if unknown:
        raise JianghuaError(f"no test {', '.join(unknown)}", "validate", f"of {', '.join(TESTS)}")
    if not 1 <= items <= MOST_ITEMS:
        raise JianghuaError(f"{items} items a topic", "validate", f"1 or more, to {MOST_ITEMS}")
    if seed < 0:
        raise JianghuaError(f"seed {seed}", "validate", "a whole number from 0")


def _ask(
    test: str, themes: Themes, texts: Texts, items: int, random: Random
) -> tuple[list[_Question], list[str]]:
    """The questions of one test; what has none is named, with the reason."""
    if test == "labels":
        return _label_questions(themes, texts, items, random)
    ask: Callable[[Themes, int, Texts, Random], _Question | str] = {
        "word_intrusion": _word_intrusion,
        "topic_intrusion": _topic_intrusion,
        "word_set_intrusion": _word_set_intrusion,
    }[test]
    found, missing = [], list[str]()
    for topic in [k for k, name in themes.members.items() if name != SET_ASIDE]:
        drawn = [ask(themes, topic, texts, random) for _ in range(items)]
        found += [q for q in drawn if isinstance(q, _Question)]
        missing += [f"{test}, topic {topic}: {q}" for q in drawn[:1] if isinstance(q, str)]
    unique = {(q.topic, q.passage, frozenset(q.choices)): q for q in found}
    return list(unique.values()), missing


def _shuffled(
    asked: Sequence[_Question], themes: Themes, left_out: Sequence[str], random: Random
) -> Trial:
    """Items and keys under ids that follow chance, choices in an order that follows chance."""
    items, key = [], []
    for number, position in enumerate(random.permutation(len(asked)), start=1):
        question = asked[position]
        order = random.permutation(len(question.choices))
        choices = tuple(question.choices[i] for i in order)
        right = int((order == 0).argmax()) + 1
        name = f"q{number:04d}"
        theme = themes.members[question.topic]
        items.append(Item(name, question.test, question.passage, question.in_words, choices))
        key.append(Gold(name, question.test, question.topic, theme, right, choices))
    return Trial(tuple(items), tuple(key), tuple(left_out))


# --- words that do not belong ---------------------------------------------------------------------


def _word_intrusion(themes: Themes, topic: int, _: Texts, random: Random) -> _Question | str:
    """Five heaviest words of a topic and one that is light here and heavy in another topic."""
    model = themes.model
    shown = model.words_of(topic, SHOWN_WORDS)
    strangers = [w for w in _strangers(model, topic) if not _overlaps(w, shown)]
    if len(shown) < SHOWN_WORDS or not strangers:
        return "no word is light here and heavy in another topic"
    return _Question("word_intrusion", topic, (_pick(strangers, random), *shown))


def _strangers(model: TopicModel, topic: int) -> list[str]:
    """Words among the heaviest of other topics, in the lower part of this one."""
    light = set(model.words_of(topic, len(model.bag.words))[_lightest(model) :])
    others = (model.words_of(k, HEAVY) for k in range(model.topics) if k != topic)
    return sorted({word for words in others for word in words} & light)


def _lightest(model: TopicModel) -> int:
    return round((1 - LIGHT) * len(model.bag.words))


def _overlaps(word: str, shown: Iterable[str]) -> bool:
    """创新 beside 创新能力 would be found, or hidden, by its characters."""
    return any(word in other or other in word for other in shown)


def _word_set_intrusion(themes: Themes, topic: int, _: Texts, random: Random) -> _Question | str:
    """Three sets of four words of a topic, and one set of another topic without a word of this."""
    model = themes.model
    own = model.words_of(topic, SET_POOL)
    if len(own) < SETS * SET_WORDS:
        return f"fewer than {SETS * SET_WORDS} words"
    pools = {
        k: [word for word in model.words_of(k, SET_POOL) if word not in own]
        for k in range(model.topics)
        if k != topic
    }
    pools = {k: words for k, words in pools.items() if len(words) >= SET_WORDS}
    if not pools:
        return f"no other topic has {SET_WORDS} heavy words of its own"
    drawn = [own[i] for i in random.permutation(len(own))[: SETS * SET_WORDS]]
    other = pools[_pick(sorted(pools), random)]
    stranger = [other[i] for i in random.permutation(len(other))[:SET_WORDS]]
    sets = [stranger, *(drawn[n::SETS] for n in range(SETS))]
    return _Question("word_set_intrusion", topic, tuple(" ".join(words) for words in sets))


# --- topics that do not belong to a passage -------------------------------------------------------


def _topic_intrusion(themes: Themes, topic: int, texts: Texts, random: Random) -> _Question | str:
    """A passage, the three topics it holds most of, and one of the half it holds least of.

    The passage is drawn where this topic is the heaviest, in the half where the third topic weighs
    most: ranks two and three of a passage with a single topic are noise.
    """
    import numpy as np

    model = themes.model
    shares = model.passage_topics
    if model.topics < SETS + 1:
        return f"fewer than {SETS + 1} topics"
    rows = np.flatnonzero(shares.argmax(axis=1) == topic)
    if not len(rows):
        return "no passage holds most of it"
    third = np.sort(shares[rows], axis=1)[:, -3]
    row = int(_pick(rows[np.argsort(-third, kind="stable")][: -(-len(rows) // 2)].tolist(), random))
    order = np.argsort(-shares[row], kind="stable").tolist()
    stranger = _pick(order[max(SETS, model.topics // 2) :], random)
    choices = tuple(" ".join(model.words_of(k, TOPIC_WORDS)) for k in (stranger, *order[:SETS]))
    if len(set(choices)) < len(choices):
        return "two topics have the same words"
    return _Question("topic_intrusion", topic, choices, *_passage(model, row, texts, random))


def _passage(model: TopicModel, row: int, texts: Texts, random: Random) -> tuple[str, bool]:
    """A passage for coders: its text, or its most frequent counted words in no order."""
    import numpy as np

    bag = model.bag
    counts = bag.counts[[row]]
    words = [bag.words[i] for i in counts.indices[np.argsort(-counts.data, kind="stable")]]
    place = bag.passages[row]
    text = place.text or texts.get((place.speech.id, place.number), "")
    if text and _belongs(text, words):
        return text, False
    shown = words[:PASSAGE_WORDS]
    return " ".join(shown[i] for i in random.permutation(len(shown))), True


def _belongs(text: str, words: Sequence[str]) -> bool:
    """Whether a text holds the words counted for it; counts may be older than a corrected text."""
    from jianghua.speeches.scripts import simplified

    read = simplified(text)
    return sum(word in read for word in words) >= 0.8 * len(words)


# --- labels ---------------------------------------------------------------------------------------


def _label_questions(
    themes: Themes, texts: Texts, items: int, random: Random
) -> tuple[list[_Question], list[str]]:
    """A typical passage of each theme, its name, and the names of three that it holds little of."""
    names = {name: _bare(themes, name) for name in themes.names}
    if len(set(names.values())) < LABELS:
        return [], [f"labels: fewer than {LABELS} themes with different names"]
    return [
        _label_question(themes, t, names, texts, int(row), random)
        for t, name in enumerate(themes.names)
        for row in _typical(themes, t, items, random)
    ], []


def _typical(themes: Themes, theme: int, items: int, random: Random) -> list[int]:
    """Passages among those that hold most of a theme, without repeats."""
    import numpy as np

    best = np.argsort(-themes.passage_themes[:, theme], kind="stable")[: max(TYPICAL, items)]
    return random.permutation(best)[:items].tolist()


def _label_question(
    themes: Themes, theme: int, names: Mapping[str, str], texts: Texts, row: int, random: Random
) -> _Question:
    import numpy as np

    right = names[themes.names[theme]]
    order = np.argsort(themes.passage_themes[row], kind="stable")
    others = [names[themes.names[i]] for i in order if names[themes.names[i]] != right]
    low = list(dict.fromkeys(others))[: max(LABELS - 1, len(others) // 2)]
    wrong = [low[i] for i in random.permutation(len(low))[: LABELS - 1]]
    members = themes.topics_of(themes.names[theme])
    topic = max(members, key=lambda k: float(themes.model.passage_topics[row, k]))
    passage = _passage(themes.model, row, texts, random)
    return _Question("labels", topic, (right, *wrong), *passage)


def _bare(themes: Themes, name: str) -> str:
    """A theme's name for coders: an automatic one goes without the number of its topic."""
    automatic = {label(themes.model, k): k for k in themes.topics_of(name)}
    return name.partition(" ")[2] if name in automatic else name


def _pick(things: Sequence[_Thing], random: Random) -> _Thing:
    return things[int(random.integers(len(things)))]
