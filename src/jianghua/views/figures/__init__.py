"""Figures: each a function of one table, of the same name as its files; see `drawing`."""

from collections.abc import Callable

from jianghua.views.figures.coders import validation
from jianghua.views.figures.drawing import Drawing, font_path
from jianghua.views.figures.speeches import date_clues, speech_themes
from jianghua.views.figures.topics import set_aside_effect, topic_choice, topic_map, topic_years
from jianghua.views.figures.words import formulation_timelines, keyness
from jianghua.views.figures.years import theme_shares

FIGURES: dict[str, Callable[..., Drawing]] = {
    figure.__name__: figure
    for figure in (
        theme_shares, topic_years, formulation_timelines, keyness, topic_map, speech_themes,
        topic_choice, date_clues, set_aside_effect,
        validation,
    )
}  # fmt: skip
WITH_THEMES = frozenset(
    {"theme_shares", "topic_years", "topic_map", "speech_themes", "set_aside_effect", "validation"}
)

__all__ = ["FIGURES", "WITH_THEMES", "Drawing", "font_path", *FIGURES]
