"""What a notebook shows when a researcher explores topics."""

from __future__ import annotations

from dataclasses import dataclass

from jianghua.topics.model import TopicModel
from jianghua.topics.themes import Themes
from jianghua.views.explorer import explorer_frame, explorer_page


@dataclass(frozen=True, repr=False)
class Explorer:
    """The explorer page in a frame of its own; Jupyter displays it."""

    page: str

    def __repr__(self) -> str:
        return f"Explorer page of {len(self.page):,} characters (displayed by Jupyter)"

    def _repr_html_(self) -> str:
        return explorer_frame(self.page)


def explore(themes: Themes | TopicModel, language: str = "zh") -> Explorer:
    """Topics, their words and their distances, to click through in Jupyter; works offline."""
    if isinstance(themes, TopicModel):
        return Explorer(explorer_page(themes, None, language=language))
    return Explorer(explorer_page(themes.model, themes.members, language=language))
