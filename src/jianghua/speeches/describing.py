"""What a speech says about itself: title, salutation, speaker, place, level, occasion."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from jianghua.speeches.portal import TITLE_WORD


@dataclass(frozen=True)
class Description:
    """Each field is empty where the text does not say. ``level`` is one of national, province,
    city, county, township, bureau; ``occasion`` is one of a fixed set of labels."""

    title: str = ""
    salutation: str = ""
    speaker: str = ""
    place: str = ""
    level: str = ""
    occasion: str = ""


_SALUTATION = re.compile(
    r"[^，。；\n]{0,40}(?:同志|代表|委员|领导|朋友|来宾)们?[^。；\n]{0,20}[：:！!]"
)


def describe(text: str, meta: Mapping[str, str] | None = None) -> Description:
    """What the first lines and the format's own statements say about the speech."""
    head = [line.strip() for line in text[:3000].split("\n") if line.strip()][:12]
    salutation = next((line for line in head if _SALUTATION.fullmatch(line)), "")
    title = next((line for line in head[:3] if len(line) < 60 and TITLE_WORD.search(line)), "")
    return Description(title or (meta or {}).get("title", ""), salutation)
