"""Names that somebody blotted out: ``**市委``, ``XX县``, ``x镇``, ``××同志``, ``某某``, ``___``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jianghua.speeches.removals import Cut

_LATIN = "A-Za-z0-9Ａ-Ｚａ-ｚ０-９À-ÖØ-öø-ɏ"
_HAN = "\u4e00-\u9fff"
_NUMERAL = "一二三四五六七八九十百千零"
_UNIT = "省市州盟县区旗镇乡村局厅"

_FORMS = (
    # a lone * is a bullet before a blank and a footnote at the end of a line, else a name
    rf"[*＊]{{2,}}|[*＊](?=[{_HAN}])|(?<=[{_HAN}])[*＊](?=[，。、；：？！”’）》])",
    # X光, X轴, 1+X and 互联网+X are words; 20XX年 is a blotted year
    rf"(?<![{_LATIN}+＋])[XxＸｘ]+(?![{_LATIN}+＋=光线轴型]|射线|染色体|-[A-Za-z])"
    r"|(?<=\d\d)[XxＸｘ]{2}(?=年)",
    # 7×24 and 3×5 are arithmetic
    # 7×24 and 3×5 are arithmetic, “数据要素×” is a campaign
    r"(?<!\d)(?<!要素)×(?=[^\d”’])|×{2,}",
    rf"某{{2,}}|某(?=[{_UNIT}](?:委|政府|直|长|人大|政协|级|的|[{_HAN}]?[{_UNIT}]))",
    r"[_＿]{2,}",
    # 二○○八年 is a year
    rf"(?<![{_NUMERAL}○〇、，,·.．])(?:[○◯]{{2,}}|〇{{2,}})(?![{_NUMERAL}○〇年])",
    rf"[□■△▲◇◆]{{2,}}(?=[{_HAN}])|(?<=[{_HAN}])[□■△▲◇◆]{{2,}}",
    rf"(?<![{_LATIN}])[OＯ]{{2,}}(?=[{_HAN}])",
    rf"(?<![{_LATIN}])[A-Z](?=[省市县镇乡](?![场值盈民况]))",
)
_MASK = re.compile(rf"(?:{'|'.join(_FORMS)})+")


def mask_cuts(text: str) -> Iterator[Cut]:
    """Every blotted-out name; a run of different signs is one mask."""
    for match in _MASK.finditer(text):
        yield Cut(match.start(), match.end(), "mask")
