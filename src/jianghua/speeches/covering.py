"""The covering notice of an office (关于印发…讲话的通知) above the speech that it passes on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jianghua.speeches.removals import Cut
from jianghua.speeches.volumes import heading_starts

_NOTICE = re.compile(
    r"关于(?:印发|转发|批转)[^。；]{2,90}?(?:讲话|报告|发言|致辞|谈话)[^。；，]{0,12}通\s*知"
)
_LONGEST = 2500  # characters of a notice with its numbers, its addressees and its date


def covering_cuts(text: str) -> Iterator[Cut]:
    """All above the speech's own title, where that is a notice which passes the speech on."""
    notice = _NOTICE.search(text, 0, 600)
    if notice:
        below = (start for start in heading_starts(text) if start > notice.end())
        if (start := next(below, _LONGEST + 1)) <= _LONGEST:
            yield Cut(0, start, "covering notice")
