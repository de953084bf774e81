"""Where the things of a collection are, and the lexicon and themes that belong to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from jianghua import store
from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import read_corpus
from jianghua.speeches.source import holds_file

if TYPE_CHECKING:
    from jianghua.topics.themes import Themes
    from jianghua.words.lexicon import Lexicon

Told = Callable[[int, int], None]
NO_TEXTS = (
    "jianghua fetch NAME, which brings what the catalogue has addresses for; or put them in "
    "texts/ID.txt, jianghua check compares their SHA-256"
)


def silent(done: int, of: int) -> None:
    """No progress is shown."""


def project_of(collection: Path) -> Path:
    """The project folder that a collection belongs to."""
    parent = collection.absolute().parent
    return parent.parent if parent.name == "corpus" else parent


def model_folder(collection: Path) -> Path:
    """Where the model of a collection lives."""
    return project_of(collection) / "build" / collection.absolute().name / "model"


def results_of(collection: Path, figures: Path | None) -> Path:
    """The folder of a study's tables and figures; one that was named must be there."""
    if figures and not figures.is_dir():
        raise JianghuaError("no such folder", figures, "check the spelling")
    return figures or project_of(collection) / "figures"


def lexicon_of(collection: Path) -> Lexicon:
    """The shipped lexicon with the project's own rows from ``corpus/lexicon``."""
    from jianghua.words.lexicon import read_lexicon

    own = collection.absolute().parent / "lexicon"
    return read_lexicon(own if own.exists() else None)


def themes_of(collection: Path) -> Themes:
    """The fitted model of a collection under the names of its names file, if it has one."""
    from jianghua.topics.themes import name_themes, read_themes

    model = store.read_model(model_folder(collection), read_corpus(collection))
    names = store.settled(collection / "themes.toml")
    return read_themes(names, model) if holds_file(names) else name_themes(model)


def all_speeches_of(collection: Path, themes: Themes) -> Themes:
    """The themes of a model that shows a sample, with every speech of its partitions."""
    from jianghua.store.partitions import read_masses
    from jianghua.topics.partitions import speech_themes

    path = model_folder(collection).parent / "speeches.parquet"
    return speech_themes(themes, read_masses(path), read_corpus(collection, texts=False))
