"""One way of writing for counting; the passages themselves stay as they are."""

from __future__ import annotations

import re

from jianghua.speeches.characters import (
    INVISIBLE,
    LOOKALIKE,
    SURROGATE,
    without_lookalikes,
    without_surrogates,
)
from jianghua.speeches.scripts import TRADITIONAL, simplified

_WIDE = "０-９Ａ-Ｚａ-ｚ％．＋－"
_DOTS = "•‧・"  # between the parts of a foreign name
# What `fold` changes, but for spaces: most passages hold none of it and are not touched.
# Characters beyond the first 65,536 are all looked at: one range is tested quicker than ten.
_SETS = "".join(p.pattern.strip("[]") for p in (INVISIBLE, LOOKALIKE, SURROGATE, TRADITIONAL))
_BEYOND = "\U00010000-\U0010ffff"
_UNUSUAL = re.compile(f"[{_WIDE}{_DOTS}{re.sub(f'[{_BEYOND}]-?', '', _SETS)}{_BEYOND}]")
_ONE_WIDTH = {
    chr(code): chr(code - 0xFEE0)
    for code in range(0xFF01, 0xFF5F)
    if re.match(f"[{_WIDE}]", chr(code))
}
_REWRITTEN = _ONE_WIDTH | dict.fromkeys(_DOTS, "·")
# few: quicker than translate()
_TO_REWRITE = re.compile(f"[{''.join(map(re.escape, _REWRITTEN))}]")
_SPACED_DIGITS = re.compile(r"(?<!\d)\d(?: \d)+(?!\d)")


def fold(text: str) -> str:
    """The text as it is counted: one width, one script, digits joined, nothing invisible, radicals
    and compatibility forms as the characters they show."""
    if _UNUSUAL.search(text):
        seen = without_lookalikes(without_surrogates(INVISIBLE.sub("", text)))
        text = simplified(_TO_REWRITE.sub(lambda sign: _REWRITTEN[sign.group()], seen))
    if " " in text:
        text = _SPACED_DIGITS.sub(lambda digits: digits.group().replace(" ", ""), text)
    return text
