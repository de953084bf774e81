"""Characters that are not what they look like: unseen ones, radicals, compatibility forms."""

from __future__ import annotations

import re
import unicodedata

# What no reader sees: controls, soft hyphens, joiners, direction marks, variation selectors, tags.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Radicals and compatibility ideographs: other code points than the characters they show.
LOOKALIKE = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f]")
SURROGATE = re.compile("[\ud800-\udfff]")

# Radicals that stand for whole characters but that Unicode does not fold (CJK Radicals Supplement).
_RADICALS = str.maketrans(
    "⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳⺟⻑⻒⻤",
    "民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟母長镸鬼",
)


def without_lookalikes(text: str) -> str:
    """Radicals and compatibility forms as the characters they show (⼀ is 一), one for one."""
    if LOOKALIKE.search(text) is None:
        return text
    return LOOKALIKE.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text).translate(_RADICALS)


def without_surrogates(text: str) -> str:
    """Halves of characters, which no file can hold, as the sign for an unreadable character."""
    return SURROGATE.sub("\ufffd", text) if SURROGATE.search(text) else text


def shown(name: str) -> str:
    """A file's name as it may be printed and written: what is no text in it as an escape."""
    printable = "".join(_escaped(c) for c in name)
    return printable.encode("utf-8", "backslashreplace").decode()


def _escaped(character: str) -> str:
    if "\udc80" <= character <= "\udcff":  # a byte of a name that is no UTF-8
        return f"\\x{ord(character) - 0xDC00:02x}"
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    return character.encode("unicode_escape").decode() if hidden else character
