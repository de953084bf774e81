"""Figures: each a function of one table, of the same name as its files; see `drawing`."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from jianghua.errors import JianghuaError
from jianghua.views.figures.changes import change_points, group_shares, span_differences
from jianghua.views.figures.choice import topic_choice, topic_stability
from jianghua.views.figures.coders import validation
from jianghua.views.figures.drawing import Drawing, font_path
from jianghua.views.figures.pairs import nearest_year, side_by_side
from jianghua.views.figures.panels import distance_to_national, lead_lag, place_years
from jianghua.views.figures.speeches import date_clues, speech_themes
from jianghua.views.figures.topics import set_aside_effect, topic_map, topic_years
from jianghua.views.figures.wordings import heat, risers_and_fallers, theme_keyness
from jianghua.views.figures.words import formulation_timelines, keyness
from jianghua.views.figures.years import share_sensitivity, theme_shares, trend


def _telling(figure: Callable[..., Drawing]) -> Callable[..., Drawing]:
    """A figure that tells in one line what is wrong with a table that somebody made or changed."""

    @wraps(figure)
    def draw(*given: Any, **named: Any) -> Drawing:
        try:
            return figure(*given, **named)
        except JianghuaError:
            raise
        except Exception as error:  # pyarrow, matplotlib and pandas have kinds of their own
            false = "is false" if isinstance(error, AssertionError) else "cannot be drawn"
            found = f"the table {false}: {' '.join(str(error).split())[:200]}"
            remedy = "jianghua compare, which writes it anew"
            raise JianghuaError(found, figure.__name__, remedy) from error

    return draw


FIGURES: dict[str, Callable[..., Drawing]] = {
    figure.__name__: _telling(figure)
    for figure in (
        trend, change_points, span_differences, share_sensitivity, group_shares, theme_keyness,
        risers_and_fallers, heat, place_years, distance_to_national, lead_lag, nearest_year,
        side_by_side,
        theme_shares, topic_years, formulation_timelines, keyness, topic_map, speech_themes,
        topic_choice, topic_stability, date_clues, set_aside_effect,
        validation,
    )
}  # fmt: skip
globals().update(FIGURES)  # jh.figures.theme_shares is the one that tells
WITH_THEMES = frozenset(
    {
        "change_points", "group_shares", "place_years", "set_aside_effect", "share_sensitivity",
        "side_by_side", "span_differences", "speech_themes", "theme_keyness", "theme_shares",
        "topic_map", "topic_stability", "topic_years", "trend", "validation",
    }
)  # fmt: skip

__all__ = ["FIGURES", "WITH_THEMES", "Drawing", "font_path", *FIGURES]
