"""jianghua 讲话: topics of Chinese official speeches, compared across years.

The chain: read_corpus → passages → segment → count → prune → fit_topics → name_themes →
compare_years → figures. Names load when they are first used, so that importing stays quick.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # typing itself would be half of the time that this takes
if TYPE_CHECKING:
    from typing import Any

    from jianghua.speeches.concordance import concordance as concordance
    from jianghua.speeches.corpus import read_corpus as read_corpus
    from jianghua.speeches.dating import date_evidence as date_evidence
    from jianghua.speeches.passages import passages as passages
    from jianghua.speeches.preparing import read_speech as read_speech
    from jianghua.speeches.reuse import find_reuse as find_reuse
    from jianghua.store import read_bag as read_bag
    from jianghua.topics.guides import read_guides as read_guides
    from jianghua.topics.lda import fit_topics as fit_topics
    from jianghua.topics.lda import place_speeches as place_speeches
    from jianghua.topics.prototype import fit_prototype as fit_prototype
    from jianghua.topics.sensitivity import set_aside_effect as set_aside_effect
    from jianghua.topics.themes import name_themes as name_themes
    from jianghua.topics.themes import read_themes as read_themes
    from jianghua.topics.trials import try_topics as try_topics
    from jianghua.views import figures as figures
    from jianghua.views.coding_widget import validate as validate
    from jianghua.views.widgets import explore as explore
    from jianghua.words.bag import count as count
    from jianghua.words.bag import prune as prune
    from jianghua.words.lexicon import read_lexicon as read_lexicon
    from jianghua.words.segmentation import segment as segment
    from jianghua.years.changes import compare_spans as compare_spans
    from jianghua.years.formulations import formulations as formulations
    from jianghua.years.keyness import keyness as keyness
    from jianghua.years.nearest import nearest_year as nearest_year
    from jianghua.years.shares import compare_years as compare_years
    from jianghua.years.sidebyside import compare_speeches as compare_speeches

_HOME = {
    "read_corpus": "speeches.corpus",
    "read_speech": "speeches.preparing",
    "passages": "speeches.passages",
    "date_evidence": "speeches.dating",
    "find_reuse": "speeches.reuse",
    "concordance": "speeches.concordance",
    "read_lexicon": "words.lexicon",
    "segment": "words.segmentation",
    "count": "words.bag",
    "prune": "words.bag",
    "read_bag": "store",
    "read_guides": "topics.guides",
    "fit_topics": "topics.lda",
    "fit_prototype": "topics.prototype",
    "place_speeches": "topics.lda",
    "try_topics": "topics.trials",
    "name_themes": "topics.themes",
    "set_aside_effect": "topics.sensitivity",
    "read_themes": "topics.themes",
    "compare_years": "years.shares",
    "compare_spans": "years.changes",
    "compare_speeches": "years.sidebyside",
    "nearest_year": "years.nearest",
    "keyness": "years.keyness",
    "formulations": "years.formulations",
    "figures": "views.figures",
    "explore": "views.widgets",
    "validate": "views.coding_widget",
}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'jianghua' has no attribute {name!r}")
    from jianghua.nouns import checked

    module = import_module(f"jianghua.{_HOME[name]}")
    value = module if name == "figures" else checked(getattr(module, name))
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
