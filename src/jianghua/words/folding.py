"""One way of writing for counting; the passages themselves stay as they are."""

from __future__ import annotations

import re

from jianghua.speeches.scripts import TRADITIONAL, simplified

_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\\x00-\\x08\\x0e-\\x1f\\x7f"
_WIDE = "０-９Ａ-Ｚａ-ｚ％．＋－"
_DOTS = "•‧・"  # between the parts of a foreign name
# What `fold` changes, but for spaces: most passages hold none of it and are not touched.
_UNUSUAL = re.compile(f"[{_INVISIBLE}{_WIDE}{_DOTS}{TRADITIONAL.pattern.strip('[]')}]")
_REMOVED = re.compile(f"[{_INVISIBLE}]")
_ONE_WIDTH = {
    code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if re.match(f"[{_WIDE}]", chr(code))
}
_REWRITTEN = _ONE_WIDTH | dict.fromkeys(map(ord, _DOTS), "·")
_SPACED_DIGITS = re.compile(r"(?<!\d)\d(?: \d)+(?!\d)")


def fold(text: str) -> str:
    """The text as it is counted: one width, one script, digits joined, nothing invisible."""
    if _UNUSUAL.search(text):
        text = simplified(_REMOVED.sub("", text).translate(_REWRITTEN))
    if " " in text:
        text = _SPACED_DIGITS.sub(lambda digits: digits.group().replace(" ", ""), text)
    return text
