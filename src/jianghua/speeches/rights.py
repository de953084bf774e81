"""Rights: which texts may be handed on with results."""

from __future__ import annotations

import re

# What must be said in so many words; whatever is doubtful stays at home.
_OPEN = re.compile(
    r"\b(?:CC0|CC[ -]BY(?![ -](?:NC|ND))(?:[ -]SA)?|public domain|MIT|own writing|open licen[cs]e"
    r"|may be (?:shared|handed on))\b|公有领域|自己撰写|可以?(?:公开|转载|分享|传播)",
    re.I,
)
_CLOSED = re.compile(r"\b(?:not|no|never|unclear|unknown|restricted|only)\b|不|未|勿|禁", re.I)


def may_hand_on(rights: str) -> bool:
    """Whether a catalogue's ``rights`` allow that the text is given to others with the results.

    Only where they say so: CC0, CC BY, CC BY-SA, public domain, MIT, open licence, own writing, may
    be shared, 公有领域, 自己撰写, 可公开, 可转载, 可分享, and nothing beside it that takes it back
    (not, no, unclear, only, 不, 未 …).
    """
    return bool(_OPEN.search(rights)) and not _CLOSED.search(rights)
