"""Figures of the choice of a model: how many topics, and which of them other seeds find too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jianghua.views.figures.drawing import (
    BLUE,
    FAINT,
    RED,
    SKY,
    Drawing,
    bracketed,
    canvas,
    need,
    rows_of,
    say,
    shown,
    style,
    theme_names,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

TOPICS = ("主题数", "number of topics")
FLOOR = ("词频基线 {:.2f}", "word frequencies alone {:.2f}")
SEEDS = (
    "每点一个随机种子，线过中位数；虚线：随机水平",
    "a dot a seed, the line through medians; dashed: what chance gives",
)
MEASURES = {
    "held_out": ("留出似然（nat/词）", "held-out log-likelihood (nats/word)"),
    "coherence": ("一致性（段落 NPMI）", "coherence (NPMI, passages)"),
    "c_npmi": ("一致性（c_npmi）", "coherence (c_npmi)"),
    "c_v": ("一致性（c_v）", "coherence (c_v)"),
    "exclusivity": ("排他性", "exclusivity"),
    "diversity": ("多样性", "diversity"),
    "stability": ("稳定性（词，余弦）", "stability (words, cosine)"),
    "stability_passages": ("稳定性（段落，余弦）", "stability (passages, cosine)"),
    "single_speech": ("主要出自一篇的主题占比", "share of topics one speech carries"),
}
NEEDED = ("held_out", "coherence", "exclusivity", "stability")
COLUMNS = 4
STABILITY = (
    "与其他种子的拟合中对应主题的余弦（平均）；圆面积为所占比例",
    "mean cosine with the matched topics of other seeds; area is share",
)
STEADY = 0.7  # as in topics.prototype: below it other seeds do not find the topic again
UNSTEADY = ("线左：其他种子未再得到的主题", "left of the line: not found by other seeds")
MARKS = {
    "mixed": ("混合", "mixed"),
    "duplicated": ("重复", "duplicated"),
    "junk": ("空泛", "junk"),
    "one speech": ("单篇", "one speech"),
    "dead": ("空", "dead"),
}


def topic_choice(table: pd.DataFrame, language: str = "zh") -> Drawing:
    """Each measure of the trials against the number of topics: a dot a seed, the line through
    medians; dashed what chance alone would give. Measures that the table leaves empty, and topics
    of one speech where there are none, have no panel."""
    need(table, "topic_choice", "topics", "seed", *NEEDED)
    assert (table["held_out"] < 0).all(), "a log-likelihood of words is negative"
    panels = [measure for measure in MEASURES if _says_something(table, measure)]
    with style():
        rows = -(-len(panels) // COLUMNS)
        figure = canvas(10, 2.3 * rows + 0.6)
        grid = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
        for axes in grid[len(panels) :]:
            axes.set_axis_off()
        for axes, measure in zip(grid, panels, strict=False):
            _measure_panel(axes, table, measure, language)
        figure.supxlabel(
            bracketed(say(TOPICS, language), say(SEEDS, language), language), fontsize=8
        )
    return Drawing(figure, table)


def _says_something(table: pd.DataFrame, measure: str) -> bool:
    if measure not in table or table[measure].isna().all():
        return measure == "held_out"
    return measure != "single_speech" or bool((table[measure] > 0).any())


def _measure_panel(axes: Axes, table: pd.DataFrame, measure: str, language: str) -> None:
    by = table.groupby("topics")
    medians = by[measure].median()
    axes.plot(table["topics"], table[measure], "o", color=SKY, markersize=3.5)
    axes.plot(medians.index, medians, "-", color=BLUE, linewidth=1.3)
    if f"{measure}_chance" in table:
        chance = by[f"{measure}_chance"].median()
        axes.plot(chance.index, chance, "--", color=FAINT, linewidth=1)
        axes.set_ylim(0, 1)
    if measure == "held_out" and "unigram" in table:
        floor = say(FLOOR, language).format(table["unigram"].median())
        axes.annotate(
            floor, (1, 0), (0, 3), xycoords="axes fraction", textcoords="offset points",
            ha="right", fontsize=7, color=FAINT,
        )  # fmt: skip
    axes.set_title(say(MEASURES[measure], language), fontsize=8)
    tried = sorted(set(table["topics"]))
    axes.set_xticks(tried[:: -(-len(tried) // 6)])


def topic_stability(
    table: pd.DataFrame, language: str = "zh", english: Mapping[str, str] | None = None
) -> Drawing:
    """Topics by how well other seeds find them again, steadiest first; the area is the share of all
    words, red left of the line; what is suspicious about a topic stands behind its words."""
    need(table, "topic_stability", "topic", "theme", "share", "stability", "mark", "words")
    known = table[table["stability"].notna()].sort_values("stability", kind="stable")
    need(known, "topic_stability", "stability")
    assert known["stability"].between(-1, 1 + 1e-9).all(), "a cosine lies between -1 and 1"
    names = theme_names(known, language, english)
    with style():
        figure = canvas(8, 0.2 * len(known) + 1.1)
        axes = figure.add_subplot()
        places = range(len(known))
        steady = known["stability"] >= STEADY
        axes.hlines(places, 0, known["stability"], color="#dddddd", linewidth=0.8, zorder=0)
        axes.scatter(
            known["stability"], places, s=1500 * known["share"],
            c=[BLUE if is_so else RED for is_so in steady], alpha=0.8, linewidth=0,
        )  # fmt: skip
        axes.axvline(STEADY, color=FAINT, linewidth=0.8, linestyle="--")
        labels = [_topic_label(row, names, language) for row in rows_of(known)]
        axes.set_yticks(places, labels, fontsize=8)
        axes.set_xlim(0, 1.03)
        axes.margins(y=0.02)
        axes.set_title(say(STABILITY, language))
        if not steady.all():
            axes.set_xlabel(say(UNSTEADY, language), fontsize=8)
    return Drawing(figure, table)


def _topic_label(row: object, names: Mapping[str, str], language: str) -> str:
    """Number, name, heaviest words, and the marks of a topic."""
    topic, theme, words, mark = (getattr(row, f) for f in ("topic", "theme", "words", "mark"))
    marks = [say(MARKS[one], language) for one in str(mark or "").split(", ") if one in MARKS]
    name = names[theme] if not names[theme].startswith(f"{topic} ") else ""
    said = f"{topic} {name}｜{shown(words)}" if name else f"{topic} {shown(words)}"
    return f"{said}（{'、'.join(marks)}）" if marks else said
