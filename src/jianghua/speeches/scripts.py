"""Scripts: Traditional characters read as Simplified ones, for matching and counting only.

The kept text stays as it was written. This module alone imports OpenCC.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from jianghua.speeches.characters import without_surrogates

# Characters that Simplified texts do not have, common ones only: two of them are no quotation.
TRADITIONAL = re.compile(
    "[們國會發個這來為對時動經務業產說學當無與從現過還進種農應問區員實點據導義體總設關黨開縣陽廣電機後長將給論領東"
    "車書門氣見軍劃議計資質處團內並結織號級約紅線統組織終網續維]"
)


def shows_traditional(text: str) -> bool:
    """Whether a text is written in Traditional characters, as against one that cites a few."""
    return len(TRADITIONAL.findall(text)) >= 2


def simplified(text: str) -> str:
    """The text in Simplified characters, character for character: offsets stay what they are.

    Taiwan's forms are read too. Where a phrase would change its length, its characters are
    converted one by one.
    """
    if not shows_traditional(text):
        return text
    text = without_surrogates(text)  # OpenCC takes none
    whole: str = _converter().convert(text)
    if len(whole) == len(text):
        return whole
    return "".join(_converter().convert(line) if _keeps(line) else _one_by_one(line)
                   for line in text.splitlines(keepends=True))  # fmt: skip


def _keeps(line: str) -> bool:
    return len(_converter().convert(line)) == len(line)


def _one_by_one(line: str) -> str:
    return "".join(_converter().convert(character) for character in line)


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("tw2s")
