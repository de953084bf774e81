"""What each verb of the command line does: from a collection on disk to files beside it.

A collection is a folder ``corpus/NAME``; its project is the folder above ``corpus`` (or above the
collection, if that is not in a folder called corpus). Models go to ``build/NAME/model`` there,
tables and figures to ``figures``. Every verb returns what it has to say, line by line.
"""

from jianghua.verbs.adding import add
from jianghua.verbs.citing import cite
from jianghua.verbs.collecting import check, count, show_contexts
from jianghua.verbs.comparing import compare, compare_pair, place
from jianghua.verbs.exchanging import export, import_counts
from jianghua.verbs.fetching import fetch
from jianghua.verbs.modelling import check_guides, check_model, fit, name, pruned_bag, try_topics
from jianghua.verbs.packing import pack, replay, unpack
from jianghua.verbs.places import lexicon_of, model_folder, project_of, themes_of
from jianghua.verbs.showing import draw, english_names, explore, kwic
from jianghua.verbs.validating import make_sheets, score_sheets

__all__ = [
    "add",
    "check",
    "check_guides",
    "check_model",
    "cite",
    "compare",
    "compare_pair",
    "count",
    "draw",
    "english_names",
    "explore",
    "export",
    "fetch",
    "fit",
    "import_counts",
    "kwic",
    "lexicon_of",
    "make_sheets",
    "model_folder",
    "name",
    "pack",
    "place",
    "project_of",
    "pruned_bag",
    "replay",
    "score_sheets",
    "show_contexts",
    "themes_of",
    "try_topics",
    "unpack",
]  # fmt: skip
