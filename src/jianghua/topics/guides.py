"""Guides: themes a researcher names before the fit, each with its seed words."""

from __future__ import annotations

import tomllib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError, JianghuaWarning
from jianghua.speeches.source import holds_file

if TYPE_CHECKING:
    from jianghua.words.bag import Bag


@dataclass(frozen=True)
class Guide:
    """A named theme and the words that steer one topic toward it."""

    name: str
    words: tuple[str, ...]
    english: str = ""


def read_guides(path: str | Path | None = None) -> tuple[Guide, ...]:
    """The guides of a TOML file: a table per theme with ``words`` and, if wanted, ``english``.

    Without a path: ``corpus/guides.toml`` here, or the guides that come with jianghua.
    """
    path = Path(path) if path is not None else shipped_guides()
    if not holds_file(path):
        raise JianghuaError("no such file of guides", path, "name a .toml file")
    tables = read_toml(path)
    problems = [f"[{name}] has no words = [...]" for name, t in tables.items() if not _is_guide(t)]
    if problems:
        raise JianghuaError("; ".join(problems), path, 'words = ["创新", "研发"]')
    return tuple(
        Guide(name, tuple(dict.fromkeys(table["words"])), str(table.get("english", "")))
        for name, table in tables.items()
    )


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file; what is wrong with it is one line."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise JianghuaError("is not UTF-8", path, "save it as UTF-8 in your editor") from None
    except RecursionError:
        raise JianghuaError(
            "not readable as TOML: nested too deeply", path, "flat tables"
        ) from None
    except ValueError as error:  # also numbers of more digits than Python reads
        found = f"not readable as TOML: {str(error)[:200]}"
        raise JianghuaError(found, path, "correct that line") from None


def shipped_guides() -> Path:
    """The file of guides here, in the package, or in the checkout."""
    here = Path("corpus/guides.toml")
    packaged = Path(__file__).with_name("guides.toml")  # in a wheel
    checkout = Path(__file__).resolve().parents[3] / "corpus" / "guides.toml"
    return next((path for path in (here, packaged) if path.is_file()), checkout)


def _is_guide(table: object) -> bool:
    return (
        isinstance(table, Mapping)
        and isinstance(table.get("words"), list)
        and bool(table["words"])
        and all(isinstance(word, str) and word for word in table["words"])
    )


def check_guides(guides: tuple[Guide, ...], bag: Bag, topics: int) -> tuple[Guide, ...]:
    """The guides with the seed words that the bag holds; says which are missing or shared.

    A guide none of whose words is in the bag steers nothing: it is left out, with a warning.
    """
    if len(guides) > topics:
        raise JianghuaError(
            f"{len(guides)} guides for {topics} topics", "guides", f"topics={len(guides)} or more"
        )
    known = set(bag.words)
    owners: dict[str, list[str]] = {}
    for guide in guides:
        for word in guide.words:
            owners.setdefault(word, []).append(guide.name)
    shared = [f"{word} ({'、'.join(names)})" for word, names in owners.items() if len(names) > 1]
    missing = [f"{word} ({names[0]})" for word, names in owners.items() if word not in known]
    if shared:
        _warn(f"seed words shared by several guides pull against each other: {', '.join(shared)}")
    if missing:
        _warn(f"seed words that the corpus does not hold or that were pruned: {', '.join(missing)}")
    held = [Guide(g.name, tuple(w for w in g.words if w in known), g.english) for g in guides]
    empty = [guide.name for guide in held if not guide.words]
    if empty:
        _warn(f"guides left out because the corpus holds none of their words: {', '.join(empty)}")
    return tuple(guide for guide in held if guide.words)


def _warn(text: str) -> None:
    warnings.warn(text, JianghuaWarning, stacklevel=3)
