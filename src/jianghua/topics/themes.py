"""Themes: topics under the names people gave them, or set aside."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError, JianghuaWarning
from jianghua.speeches.source import holds_file
from jianghua.topics.guides import read_toml
from jianghua.topics.model import TopicModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SET_ASIDE = "set aside"
NAMING_WORDS = 10  # words that identify a topic in the names file
SAME_TOPIC = 5  # of these must agree before a name is carried to a topic of another fit


@dataclass(frozen=True, eq=False)
class Themes:
    """Named themes, each the sum of one or more topics.

    ``names`` T, heaviest first; ``members`` topic → theme name or "set aside", every topic of the
    model accounted for; ``passage_themes`` P × T, the share of a passage's words in each theme:
    rows sum to 1 less what is set aside. ``english`` theme name → English name, where given.
    """

    names: tuple[str, ...]
    members: Mapping[int, str]
    passage_themes: NDArray[np.float64]
    model: TopicModel
    english: Mapping[str, str]

    def topics_of(self, name: str) -> list[int]:
        """The topics that a theme is made of."""
        return [topic for topic, member in self.members.items() if member == name]


def name_themes(
    model: TopicModel,
    names: Mapping[int, str] | None = None,
    english: Mapping[str, str] | None = None,
) -> Themes:
    """Give topics names; topics of the same name become one theme, "set aside" takes one out.

    A topic without a name keeps its guide's name or, having none, its number and three heaviest
    FREX words, so that nothing is lost.
    """
    import numpy as np

    names = dict(names or {})
    unknown = sorted(set(names) - set(range(model.topics)))
    if unknown:
        raise JianghuaError(
            f"topics {unknown} do not exist", "name_themes", f"numbers 0 to {model.topics - 1}"
        )
    members = {k: names.get(k) or model.guides.get(k) or label(model, k) for k in _all(model)}
    kept = [name for name in dict.fromkeys(members.values()) if name != SET_ASIDE]
    if not kept:
        raise JianghuaError("every topic is set aside", "name_themes", "keep at least one")
    belongs = np.array([[members[k] == name for name in kept] for k in _all(model)], dtype=float)
    order = np.argsort(-(model.weights @ belongs), kind="stable")
    shares = (model.passage_topics @ belongs)[:, order]
    shares.setflags(write=False)
    guided = {
        name: str(guide["english"])
        for name, guide in model.settings.get("guides", {}).items()
        if guide.get("english")
    }
    return Themes(
        tuple(kept[i] for i in order), members, shares, model, {**guided, **(english or {})}
    )


def _all(model: TopicModel) -> range:
    return range(model.topics)


def label(model: TopicModel, topic: int) -> str:
    """A name for a topic that has none: its number and three FREX words."""
    return f"{topic} {'·'.join(model.words_of(topic, 3, 'frex'))}"


@dataclass(frozen=True)
class Naming:
    """One topic of the names file: what it is called, why, and the words it was known by."""

    topic: int
    name: str = ""
    why: str = ""
    english: str = ""
    words: tuple[str, ...] = ()


def read_namings(path: str | Path) -> tuple[str, tuple[Naming, ...]]:
    """The model checksum and the entries of a names file, as written."""
    path = Path(path)
    if not holds_file(path):
        raise JianghuaError(
            "no such names file", path, f"jianghua name {path.parent}, which writes one"
        )
    table = read_toml(path)
    entries = table.get("topic", {})
    if not isinstance(entries, Mapping):
        raise JianghuaError("topic is no table", path, '[topic.3] name = "创新"')
    problems = [
        f"[topic.{key}]{what}" for key, entry in entries.items() for what in _wrong(key, entry)
    ]
    if problems:
        raise JianghuaError(
            f"not a topic's entry: {', '.join(problems)}", path, '[topic.3] name = "创新"'
        )
    namings = (_naming(int(key), entry) for key, entry in entries.items())
    return str(table.get("model", "")), tuple(namings)


def _naming(topic: int, entry: Mapping[str, Any]) -> Naming:
    said = {field: str(entry.get(field, "")) for field in ("name", "why", "english")}
    if said["name"].strip().lower() == SET_ASIDE:
        said["name"] = SET_ASIDE
    return Naming(topic, words=tuple(map(str, entry.get("words", ()))), **said)


def _wrong(key: str, entry: object) -> list[str]:
    """What keeps an entry from being a naming; a misspelt key would lose a name in silence."""
    if not (re.fullmatch("0|[1-9][0-9]{0,3}", key) and isinstance(entry, Mapping)):
        return [""]
    return [
        f" {field} = {value!r}"
        for field, value in entry.items()
        if not (
            _is_words(value)
            if field == "words"
            else field in ("name", "why", "english") and isinstance(value, str)
        )
    ]


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def read_themes(path: str | Path, model: TopicModel) -> Themes:
    """Themes from a names file.

    The file belongs to one fit, named by its checksum. For another fit (a changed list, another
    processor) each name follows its words: it goes to the topic that shares at least five of the
    ten words the topic was known by, and a name that finds no topic is told, not misplaced.
    """
    checksum, namings = read_namings(path)
    numbers = numbers_here(checksum, namings, model)
    names = {numbers[n.topic]: n.name for n in namings if n.name and n.topic in numbers}
    english = {n.name: n.english for n in namings if n.english}
    return name_themes(model, names, english)


def numbers_here(checksum: str, namings: tuple[Naming, ...], model: TopicModel) -> dict[int, int]:
    """Number in the names file → number in ``model``; a name without a topic is told.

    In the fit that the checksum names, and in a file by hand that names none, topics keep their
    numbers; to another fit they go by words.
    """
    if checksum in (model.checksum, ""):
        numbers = {n.topic: n.topic for n in namings if n.topic < model.topics}
    else:
        numbers = _by_words(namings, model)
    lost = [n.name for n in namings if n.name and n.topic not in numbers]
    if lost:
        warnings.warn(
            f"no topic of this fit answers to: {', '.join(lost)}. "
            "Their topics carry automatic names; look at them and name them again",
            JianghuaWarning,
            stacklevel=3,
        )
    return numbers


def _by_words(namings: tuple[Naming, ...], model: TopicModel) -> dict[int, int]:
    """Numbers of topics that share most words with an entry, one to one, best first."""
    words = [set(model.words_of(k, NAMING_WORDS)) for k in _all(model)]
    pairs = sorted(
        (-len(words[k] & set(n.words)), place, n.topic, k)
        for place, n in enumerate(namings)
        for k in _all(model)
    )
    numbers: dict[int, int] = {}
    for minus_shared, _, topic, k in pairs:
        if -minus_shared >= SAME_TOPIC and topic not in numbers and k not in numbers.values():
            numbers[topic] = k
    return numbers
