"""What a notebook shows when a researcher explores topics."""

from __future__ import annotations

import pytest

import jianghua as jh
from jianghua.topics.model import TopicModel
from jianghua.topics.themes import name_themes


@pytest.mark.parametrize("language", ["zh", "en"])
def test_explorer_is_one_frame(toy_model: TopicModel, language: str) -> None:
    """Jupyter gets the page in a sandboxed frame, for a model as for named themes."""
    plain = jh.explore(toy_model, language)
    named = jh.explore(name_themes(toy_model, {0: "发明创造"}), language)
    for shown in (plain, named):
        frame = shown._repr_html_()
        assert frame.lstrip().startswith("<iframe")
        assert "sandbox=" in frame
    assert "发明创造" in named.page
    assert "发明创造" not in plain.page
