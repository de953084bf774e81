"""What several test files look at: the toy corpus, its bag, and a model fitted to it."""

from __future__ import annotations

import pytest
from hypothesis import settings

from jianghua.speeches.corpus import Corpus
from jianghua.topics.lda import fit_topics
from jianghua.topics.model import TopicModel
from jianghua.words.bag import Bag
from tests import toy as made
from tests.examples import AT_LEAST

# The same examples at every run, so that whoever clones this sees what we saw; no time limit, for
# the first call of anything loads a dictionary or a compiler.
settings.register_profile("same", deadline=None, derandomize=True, max_examples=max(60, AT_LEAST))
settings.load_profile("same")


@pytest.fixture(scope="session")
def toy() -> Corpus:
    """Six speeches, four years, three themes (see toy.py)."""
    return made.toy_corpus()


@pytest.fixture(scope="session")
def toy_bag() -> Bag:
    """Its twelve passages, pruned."""
    return made.toy_bag()


@pytest.fixture(scope="session")
def toy_model(toy_bag: Bag) -> TopicModel:
    """Three topics, two of them guided: fields and school; the third finds the laboratory."""
    return fit_topics(toy_bag, 3, made.toy_guides(), seed=1)
