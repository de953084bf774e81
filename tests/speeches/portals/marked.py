"""Reads a portal style: ``⟦…⟧`` holds what the portal has written, ``⟪…⟫`` a mask."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Marked:
    """A copy from a portal and the speech in it. ``portal[i]`` tells whose character ``raw[i]`` is."""

    name: str
    raw: str
    speech: str
    portal: tuple[bool, ...]


def read_marked(path: Path) -> Marked:
    """The raw copy and the speech of one style."""
    marked = path.read_bytes().decode()
    raw, portal, inside = [], [], False
    for character in marked:
        if character in "⟦⟧":
            inside = character == "⟦"
        elif character not in "⟪⟫":
            raw.append(character)
            portal.append(inside)
    speech = re.sub("⟪[^⟫]*⟫", "〓", re.sub("⟦[^⟧]*⟧", "", marked))
    return Marked(path.stem, "".join(raw), speech, tuple(portal))


def styles() -> list[Marked]:
    """Every style in this folder, in order of its number."""
    return [read_marked(path) for path in sorted(FOLDER.glob("*.txt"))]
