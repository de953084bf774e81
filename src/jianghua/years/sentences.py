"""Sentences: what a test found, in plain Chinese and English, and what it cannot know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jianghua.nouns import how_many

CLEAR = 0.05  # p below which a sentence claims a difference


def points(share: float) -> str:
    """A share as percentage points with a sign: +3.2."""
    return f"{100 * share:+.1f}"


def printed_p(p: float) -> str:
    """p as people print it."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def too_few(speeches: int, language: str) -> str:
    """What cannot be known from a handful of speeches."""
    if language == "zh":
        return (
            f"仅有 {speeches} 篇讲话：篇与篇之间的偶然差异无从估计，"
            "所见变化是真是偶然，无法判断；请增加讲话。"
        )
    return (
        f"Only {how_many(speeches, 'speech')}: how much speeches differ by chance cannot be estimated, so "
        "whether the change seen is more than chance cannot be known; add speeches."
    )


def trend_said(row: Any, language: str) -> str:
    if row.p != row.p:
        return too_few(row.speeches, language)
    band, clear = (points(row.low), points(row.high)), row.p < CLEAR
    if language == "zh":
        way = ("上升" if row.slope > 0 else "下降") if clear else "升降未定，估计为"
        return (
            f"“{row.theme}”每十年{way} {points(row.slope)} 个百分点"
            f"（90% 区间 {band[0]} 至 {band[1]}；{row.speeches} 篇，{printed_p(row.p)}）。"
        )
    way = ("rises" if row.slope > 0 else "falls") if clear else "shows no clear trend:"
    return (
        f"“{row.theme}” {way} {points(row.slope)} points in ten years (90 % band {band[0]} to "
        f"{band[1]}; {how_many(row.speeches, 'speech')}, {printed_p(row.p)})."
    )


def difference_said(row: Any, sides: Sequence[str], language: str) -> str:
    """The difference between two sides in one sentence; row as in `difference_test`."""
    speeches = row.speeches_a + row.speeches_b
    if row.p != row.p:
        return too_few(speeches, language)
    clear, more = row.p < CLEAR, row.difference > 0
    size, low, high = points(row.difference), points(row.low), points(row.high)
    if language == "zh":
        claim = ("多于" if more else "少于") if clear else "未见可靠差别，相较"
        return (
            f"“{row.theme}”在 {sides[1]} {claim} {sides[0]}：{size} 个百分点"
            f"（90% 区间 {low} 至 {high}；{row.speeches_a} 与 {row.speeches_b} 篇，{printed_p(row.p)}）。"
        )
    claim = (
        ("takes more room" if more else "takes less room") if clear else "does not clearly differ"
    )
    return (
        f"“{row.theme}” {claim} in {sides[1]} than in {sides[0]}: {size} points (90 % band {low} "
        f"to {high}; {row.speeches_a} and {how_many(row.speeches_b, 'speech')}, {printed_p(row.p)})."
    )
