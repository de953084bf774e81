"""TopicModel: which words make a topic, and how much of each topic every passage holds."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.nouns import checked

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from jianghua.words.bag import Bag

    Floats = NDArray[np.float64]


HOLDING_WORDS = 20  # heaviest words of a topic among which its guide's seeds are looked for
HOLDS = 3  # so many of them must be there
LEAST = sys.float_info.min  # stands for a probability of 0 where its logarithm is wanted


@dataclass(frozen=True, eq=False)
class TopicModel:
    """K topics of a bag.

    ``topic_words`` K × W and ``passage_topics`` P × K are float64 and read-only, rows sum to 1;
    topics stand heaviest first (by words) and keep their numbers, 0 … K − 1, everywhere.
    ``settings`` holds what went in and how the fit ended (see `jianghua.topics.lda.fit_topics`).
    """

    topic_words: Floats
    passage_topics: Floats
    bag: Bag
    settings: Mapping[str, Any]

    def __post_init__(self) -> None:
        for array in (self.topic_words, self.passage_topics):
            array.setflags(write=False)

    def __repr__(self) -> str:
        """One line, as a notebook shows it: size, and how the fit ended."""
        size = (
            f"{self.topics} topics, {len(self.bag.passages)} passages, {len(self.bag.words)} words"
        )
        return f"<TopicModel: {'; '.join([size, *ending_in_words(self.settings)])}>"

    @property
    def topics(self) -> int:
        """The number of topics, K."""
        return self.topic_words.shape[0]

    @property
    def weights(self) -> Floats:
        """Share of all words that each topic holds, K, sums to 1."""
        mass = self.bag.lengths @ self.passage_topics
        return mass / mass.sum()

    @property
    def guides(self) -> dict[int, str]:
        """Guided topics: topic number → name of its guide.

        A guide whose topic does not hold its seed words (three among its twenty heaviest, or all
        where it has fewer) gave its name to something else: that topic is left without a name.
        """
        return {
            guide["topic"]: name
            for name, guide in self.settings.get("guides", {}).items()
            if guide.get("held", HOLDS) >= min(HOLDS, len(guide.get("words", ())))
        }

    @cached_property
    def checksum(self) -> str:
        """Twelve hex digits that name this model by its twenty heaviest words a topic.

        Words, not arrays: the last bits of an array belong to a processor, its words do not.
        """
        lists = "\n".join(" ".join(self.words_of(k, 20)) for k in range(self.topics))
        return hashlib.sha256(lists.encode()).hexdigest()[:12]

    @checked
    def words_of(self, topic: int, n: int = 10, by: str = "probability") -> list[str]:
        """The n words that stand for a topic, best first."""
        if not 0 <= topic < self.topics:
            raise JianghuaError(f"no topic {topic}", "words_of", f"0 to {self.topics - 1}")
        scores = self.scores(by)[topic]
        return [self.bag.words[i] for i in best(scores, n)]

    @checked
    def top_words(self, n: int = 10, by: str = "probability") -> pd.DataFrame:
        """One row per topic and word, best first: topic, rank (from 1), word, score, seed.

        ``by`` is an order of `scores`; ``seed`` marks the words that a guide had named for this
        topic before the fit.
        """
        import pandas as pd

        scores = self.scores(by)
        seeds = {g["topic"]: set(g["words"]) for g in self.settings.get("guides", {}).values()}
        rows = [
            (topic, rank, self.bag.words[i], float(scores[topic, i]),
             self.bag.words[i] in seeds.get(topic, ()))
            for topic in range(self.topics)
            for rank, i in enumerate(best(scores[topic], n), start=1)
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=["topic", "rank", "word", "score", "seed"])

    @cached_property
    def _frex(self) -> Floats:
        return frex(self.topic_words)  # ranks the whole vocabulary: once is enough

    @checked
    def scores(self, by: str) -> Floats:
        """K × W, higher is better: ``probability`` of the word in the topic, ``frex``, ``lift``,
        ``score`` or ``relevance`` (λ = 0.6), each as the function of its name has it."""
        match by:
            case "probability":
                return self.topic_words
            case "frex":
                return self._frex
            case "lift":
                return lift(self.topic_words, self.bag.totals)
            case "score":
                return score(self.topic_words)
            case "relevance":
                return relevance(self.topic_words, self.bag.totals)
        raise JianghuaError(
            f"unknown order of words {by!r}", "by", "probability, frex, lift, score or relevance"
        )


def ending_in_words(settings: Mapping[str, Any]) -> list[str]:
    """How a fit ended: whether it converged, what its last passes gained, what it knows; nothing
    of what the settings do not tell."""
    said = []
    settings = {name: value for name, value in settings.items() if value is not None}
    if {"converged", "passes"} <= set(settings):
        state = "converged" if settings["converged"] else "NOT CONVERGED: read the topics with care"
        said.append(f"{state} after {settings['passes']} passes")
    if "gain" in settings:
        still = "" if settings.get("converged") else "still "
        said.append(f"its last five passes {still}gained {settings['gain']:.4f} nats a word")
    if {"log_likelihood", "unigram_log_likelihood"} <= set(settings):
        gain = settings["log_likelihood"] - settings["unigram_log_likelihood"]
        said.append(f"{gain:.3f} nats a word above word frequencies")
    return said


def best(scores: Floats, n: int) -> list[int]:
    """Positions of the n highest scores, best first, ties in the words' own order."""
    import numpy as np

    if n < 1:
        return []
    falling = -scores
    if n < len(falling):  # only these few are sorted
        few = np.flatnonzero(falling <= np.partition(falling, n - 1)[n - 1])
    else:
        few = np.arange(len(falling))
    return few[np.argsort(falling[few], kind="stable")][:n].tolist()


def frex(topic_words: Floats, weight: float = 0.5) -> Floats:
    """Frequent and exclusive words, K × W, 0 … 1 (Bischof & Airoldi 2012, eq. 8; as in R's stm).

    The weighted harmonic mean of two ranks within a topic: the rank of the word's probability,
    and the rank of its exclusivity, the topic's share in the word over all topics.
    """
    from scipy.stats import rankdata

    words = topic_words.shape[1]
    frequency = rankdata(topic_words, axis=1) / words
    exclusivity = rankdata(shares_of_words(topic_words), axis=1) / words
    return 1 / (weight / frequency + (1 - weight) / exclusivity)


def shares_of_words(topic_words: Floats) -> Floats:
    """Each topic's share in a word over all topics, K × W; 0 where no topic holds the word."""
    import numpy as np

    return topic_words / np.maximum(topic_words.sum(axis=0), LEAST)


def lift(topic_words: Floats, totals: NDArray[np.int64]) -> Floats:
    """Probability of a word in a topic over its share of the corpus, K × W (Taddy 2012; as in R's
    stm). ``totals`` are its occurrences, W."""
    return topic_words / (totals / totals.sum())


def score(topic_words: Floats) -> Floats:
    """β (ln β − mean of ln β over topics), K × W (`score` of R's lda and stm packages)."""
    import numpy as np

    logs = np.log(np.maximum(topic_words, LEAST))
    return topic_words * (logs - logs.mean(axis=0))


def relevance(topic_words: Floats, totals: NDArray[np.int64], weight: float = 0.6) -> Floats:
    """λ ln φ + (1 − λ) ln(φ / p), K × W (Sievert & Shirley 2014, eq. 1; readers did best near
    λ = 0.6). ``totals`` are the words' occurrences in the corpus, W; p is their share of it."""
    import numpy as np

    logs = np.log(np.maximum(topic_words, LEAST))
    return weight * logs + (1 - weight) * (logs - np.log(totals / totals.sum()))
