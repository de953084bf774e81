"""The figure of what people made of the topics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jianghua.views.figures.drawing import (
    BLUE,
    FAINT,
    RED,
    Drawing,
    canvas,
    need,
    say,
    shown,
    style,
    theme_names,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

PANELS = {
    "all": ("各项合计", "all tests"),
    "word_intrusion": ("找出混入的词", "word intrusion"),
    "topic_intrusion": ("找出混入的主题", "topic intrusion"),
    "word_set_intrusion": ("找出混入的词组", "word-set intrusion"),
    "labels": ("选择名称", "labels"),
}
EVERYTHING = ("全部主题", "all topics")
PRECISION = (
    "答对比例（%）；横线：90% 区间（按题计）；虚线：猜测；空心：不宜发表；×：答案太少",
    "right answers (%); bars: 90 % (by item); dashed: guessing; hollow: not to be published; "
    "×: too few answers",
)


def validation(
    table: pd.DataFrame, language: str = "zh", english: Mapping[str, str] | None = None
) -> Drawing:
    """Precision of each topic, and of all, as dots with bars: a panel for each test."""
    need(table, "validation", "topic", "theme", "test", "precision", "low", "high", "verdict")
    answered = table[table["items"] > 0]
    within = (answered["low"] - 1e-9 <= answered["precision"]) & (
        answered["precision"] <= answered["high"] + 1e-9
    )
    assert within.all(), "a precision must lie in its band"
    names = theme_names(table.astype({"theme": str}), language, english)
    topics = sorted(set(answered["topic"]))
    heads = answered.drop_duplicates("topic").set_index("topic")["theme"]
    labels = [say(EVERYTHING, language) if k < 0 else f"{k} {names[str(heads[k])]}" for k in topics]
    tests = [test for test in PANELS if test in set(answered["test"])]
    with style():
        figure = canvas(2.2 * len(tests) + 2, 0.21 * len(topics) + 1.4)
        panels = figure.subplots(1, len(tests), sharey=True, squeeze=False)[0]
        for axes, test in zip(panels, tests, strict=True):
            _panel(axes, answered[answered["test"] == test], answered, topics)
            axes.set_title(say(PANELS[test], language))
        panels[0].set_yticks(range(len(topics)), [shown(label, 24) for label in labels])
        panels[0].set_ylim(len(topics) - 0.5, -0.5)
        figure.supxlabel(say(PRECISION, language), fontsize=8)
    return Drawing(figure, table)


def _panel(axes: Axes, rows: pd.DataFrame, table: pd.DataFrame, topics: list[int]) -> None:
    """One test: a dot and a bar per topic, its chance as a line."""
    verdicts = table[table["test"] == "all"].set_index("topic")["verdict"]
    for row in rows.to_dict("records"):
        place, verdict = topics.index(row["topic"]), verdicts.get(row["topic"], "")
        colour = RED if verdict == "do not publish" else BLUE
        low, middle, high = (100 * row[name] for name in ("low", "precision", "high"))
        axes.plot([low, high], [place, place], color=colour, linewidth=1.2)
        axes.plot(
            middle, place, "x" if verdict == "too few answers" else "o",
            color=colour, markersize=4.5, clip_on=False,
            markerfacecolor="white" if verdict == "do not publish" else colour,
        )  # fmt: skip
    axes.axvline(100 * rows["chance"].mean(), color=FAINT, linestyle="--", linewidth=0.8)
    axes.set_xlim(0, 100)
    axes.tick_params(length=2)
