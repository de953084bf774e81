"""The names file of a collection: themes.toml, in which people write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jianghua.speeches.source import holds_file
from jianghua.store.locking import locked
from jianghua.store.writing import PATIENCE, settled, write_text
from jianghua.topics.model import TopicModel


def add_namings(path: str | Path, model: TopicModel) -> int:
    """Add the topics that the names file does not have; returns how many were added.

    Existing entries and comments stay as people wrote them. If the file belongs to another fit,
    its entries move to the topics that their words belong to; an entry that finds no topic is
    kept below, under ``[lost]``, so that no name and no reason is ever thrown away.
    """
    path = Path(path)
    with locked(path.parent, PATIENCE, of=path.name):
        return _add(path, model)


def _add(path: Path, model: TopicModel) -> int:
    import tomlkit

    from jianghua.topics.themes import numbers_here, read_namings

    settled(path)  # an edit that was broken off after it was published
    begun = holds_file(path)
    checksum, namings = read_namings(path) if begun else (model.checksum, ())
    text = path.read_text(encoding="utf-8-sig") if begun else _NAMES_HEAD
    document = tomlkit.parse(text)
    old = document.get("topic", {})
    moved = numbers_here(checksum, namings, model)
    topics = tomlkit.table(is_super_table=True)
    lost = document.get("lost", tomlkit.table(is_super_table=True))
    for key in list(old):
        if int(key) not in moved:
            lost[f"{key}-{checksum or 'unknown'}"] = old[key]
    come_from = {new: before for before, new in moved.items()}
    added = 0
    for k in range(model.topics):
        known = k in come_from
        topics[str(k)] = old[str(come_from[k])] if known else _new_entry(model, k)
        added += not known
    document["model"] = model.checksum
    document["topic"] = topics
    if lost:
        document["lost"] = lost
    write_text(path, tomlkit.dumps(document))
    return added


def _new_entry(model: TopicModel, topic: int) -> Any:
    import tomlkit

    from jianghua.topics.themes import NAMING_WORDS

    entry = tomlkit.table()
    entry["name"] = model.guides.get(topic, "")
    entry["why"] = "guided" if topic in model.guides else ""
    entry["words"] = model.words_of(topic, NAMING_WORDS)
    return entry


_NAMES_HEAD = """\
# Names of topics. name: what you call it; topics of one name are one theme; "set aside" takes a
# topic out; empty keeps an automatic label. why: your reason. english: the name on English
# figures. words: how the topic is known when the model is fitted again; leave them as they are.
"""
