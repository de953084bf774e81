"""Whether something quotes texts: runs of Chinese characters that stand in them too."""

from __future__ import annotations

import re
from collections.abc import Iterable

RUN = 24  # Han characters in a row, longer than any title or formulation

_HAN = re.compile("[^㐀-鿿豈-﫿]+")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|&#x([0-9a-fA-F]{1,6});|&#([0-9]{1,7});")


def quoted_runs(document: str, texts: Iterable[str], run: int = RUN) -> list[str]:
    """Runs of ``run`` Han characters that a document shares with the texts, all else taken out.

    Characters that JSON or HTML escapes are read; at most one run is told per line of the document.
    """
    whole = "\n".join(_HAN.sub("", text) for text in texts)
    half = run // 2
    # every shared run covers one of these blocks, so that few windows need a search
    blocks = {whole[i : i + half] for i in range(0, len(whole), half)}
    lines = (_HAN.sub("", line) for line in _ESCAPED.sub(_character, document).splitlines())
    return [found for line in lines if (found := _first_shared(line, whole, blocks, run))]


def _first_shared(line: str, whole: str, blocks: set[str], run: int) -> str:
    half = run // 2
    near = (i for i in range(len(line) - half + 1) if line[i : i + half] in blocks)
    starts = (s for i in near for s in range(max(0, i - half), min(i, len(line) - run) + 1))
    return next((line[s : s + run] for s in starts if line[s : s + run] in whole), "")


def _character(match: re.Match[str]) -> str:
    sixteen = match[1] or match[2]
    number = int(sixteen, 16) if sixteen else int(match[3])
    return chr(number) if number < 0x110000 else ""
