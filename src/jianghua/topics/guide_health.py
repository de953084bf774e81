"""The health of guides: can the corpus carry them, and do their topics say more than their words?

Before a fit: where the seed words stand. After it: whether a guided topic tells more about where a
theme is spoken of than the plain count of its seed words does, which is a hard rival.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from jianghua.nouns import how_many
from jianghua.topics.guides import Guide
from jianghua.topics.lda import fit_topics
from jianghua.topics.model import HOLDING_WORDS, TopicModel
from jianghua.words.bag import Bag, align, select_words, speeches_per_word

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# In samples of 2 to 32 national reports, guided fits of three seeds gave a theme the same course over
# passages (correlation 0.8) in three cases of four where 20 passages held a seed word, not below.
FEWEST_PASSAGES, FEWEST_SPEECHES = 20, 3
STEADY_SHARE = 0.8  # correlation over speeches below which a single fit should not speak
MISSING, DOUBLED, SHARED = "missing", "doubled", "shared"


def guide_health(bag: Bag, guides: Iterable[Guide]) -> pd.DataFrame:
    """One row per guide and seed word, before any fit: can this bag carry the guides?

    Columns: guide, word, count (occurrences), passages, speeches (in which it stands), problem:
    empty or, joined by commas, "missing" (not in the bag: never said, or pruned), "shared" with
    the guides named after it, "doubled" (twice in its guide).
    """
    import numpy as np
    import pandas as pd

    guides = tuple(guides)
    places = {word: i for i, word in enumerate(bag.words)}
    passages = np.asarray((bag.counts > 0).sum(axis=0)).ravel()
    table = np.column_stack([bag.totals, passages, speeches_per_word(bag)])
    rows = [
        (
            guide.name,
            word,
            *_numbers(table, places.get(word)),
            _problem(guide, word, guides, places),
        )
        for guide in guides
        for word in dict.fromkeys(guide.words)
    ]
    return pd.DataFrame(rows, columns=["guide", "word", "count", "passages", "speeches", "problem"])


def _numbers(table: NDArray[np.int64], row: int | None) -> list[int]:
    return [0, 0, 0] if row is None else [int(n) for n in table[row]]


def _problem(guide: Guide, word: str, guides: Sequence[Guide], places: dict[str, int]) -> str:
    others = [other.name for other in guides if other is not guide and word in other.words]
    found = {
        MISSING: word not in places,
        f"{SHARED} with {'、'.join(others)}": bool(others),
        DOUBLED: Counter(guide.words)[word] > 1,
    }
    return ", ".join(problem for problem, is_so in found.items() if is_so)


def guide_reach(bag: Bag, guides: Iterable[Guide]) -> pd.DataFrame:
    """One row per guide: guide, words (seed words in the bag), count, passages and speeches that
    hold any of them, carries (True where that is enough to carry a theme: twenty passages of three
    speeches)."""
    import numpy as np
    import pandas as pd

    rows = []
    for guide in guides:
        held = align(bag, list(dict.fromkeys(guide.words)))
        some = np.flatnonzero(np.diff(held.indptr))
        speeches = len(np.unique(bag.speech_numbers[some]))
        known = int((np.asarray(held.sum(axis=0)) > 0).sum())
        enough = len(some) >= FEWEST_PASSAGES and speeches >= FEWEST_SPEECHES
        rows.append((guide.name, known, int(held.sum()), len(some), speeches, enough))
    columns = ["guide", "words", "count", "passages", "speeches", "carries"]
    return pd.DataFrame(rows, columns=columns)


def health_in_words(bag: Bag, guides: Iterable[Guide]) -> list[str]:
    """What is wrong with the guides before a fit, a sentence each; nothing where all is well."""
    guides = tuple(guides)
    health = guide_health(bag, guides)
    bad = health[health["problem"] != ""]
    lines = [
        f"guide {name}: "
        + ", ".join(f"{row['word']} ({row['problem']})" for _, row in rows.iterrows())
        for name, rows in bad.groupby("guide", sort=False)
    ]
    return lines + too_small_in_words(bag, guides)


def too_small_in_words(bag: Bag, guides: Iterable[Guide]) -> list[str]:
    """A sentence for each guide that this corpus is too small to carry."""
    reach = guide_reach(bag, guides)
    return [
        f"guide {row['guide']}: its seed words stand in {row['passages']} passages of "
        f"{how_many(row['speeches'], 'speech')}, too few to carry a theme ({FEWEST_PASSAGES} of "
        f"{FEWEST_SPEECHES} are needed): count the words instead"
        for _, row in reach[~reach["carries"]].iterrows()
    ]


def doubts_in_words(model: TopicModel) -> list[str]:
    """What a fit leaves to doubt about its guides, a sentence each: their topics do not hold their
    seed words, move with the seed, or do not beat the count (the last two where that was tried)."""
    lines = []
    for name, guide in model.settings["guides"].items():
        if name not in model.guides.values():
            lines.append(
                f"guide {name}: its topic {guide['topic']} holds {guide['held']} of its "
                f"{len(guide['words'])} seed words among its {HOLDING_WORDS} heaviest; it goes unnamed"
            )
        steady = guide.get("steady")
        if steady is not None and steady < STEADY_SHARE:
            lines.append(
                f"guide {name}: its share moves with the seed (correlation over speeches "
                f"{steady:.2f}); let no single fit speak for it"
            )
        if "theme_auc" in guide and not guide["theme_auc"] > guide["count_auc"]:
            lines.append(
                f"guide {name}: its topic tells its hidden seed words no better "
                f"({guide['theme_auc']:.2f}) than a count of the others does "
                f"({guide['count_auc']:.2f}); show the count"
            )
    return lines


# --- against the plain count ----------------------------------------------------------------------


def themes_against_counts(
    bag: Bag,
    topics: int,
    guides: Iterable[Guide],
    seed: int = 1,
    fit: Callable[..., TopicModel] = fit_topics,
) -> pd.DataFrame:
    """One row per guide of two seed words or more: does its topic beat the count of its words?

    Half of the seed words (every second by how often they stand) are taken out of the bag and the
    topics fitted with the other half; then the halves change places. The hidden words tell where
    the theme is spoken of, and neither rival has seen them. Columns: guide, theme and count (how
    well the topic's words, or the count of the shown seed words, tell passages that hold a hidden
    word from those that do not: area under the ROC curve, mean of the two halves; 0.5 is
    guessing; passages of equal count go by length), passages (that hold a hidden word, mean), beats (theme above count).
    """
    import pandas as pd

    guides = tuple(guides)
    order = {word: -n for word, n in zip(bag.words, bag.totals.tolist(), strict=True)}
    halves = [_shown_and_hidden(guide, order) for guide in guides]
    kept = [(shown, hidden) for shown, hidden in halves if shown.words and hidden.words]
    tables = [
        _trial(bag, topics, [pair[i] for pair in kept], [pair[1 - i] for pair in kept], seed, fit)
        for i in (0, 1)
        if kept
    ]
    columns = ["guide", "theme", "count", "passages"]
    if not tables:
        return pd.DataFrame(columns=[*columns, "beats"])
    table = pd.concat(tables).groupby("guide", sort=False)[columns[1:]].mean().reset_index()
    table["beats"] = table["theme"] > table["count"]
    return table


def _shown_and_hidden(guide: Guide, order: dict[str, int]) -> tuple[Guide, Guide]:
    """Two guides of every second seed word that the bag holds, by how often they stand."""
    words = sorted({word for word in guide.words if word in order}, key=lambda w: (order[w], w))
    return Guide(guide.name, tuple(words[::2])), Guide(guide.name, tuple(words[1::2]))


def _trial(
    bag: Bag,
    topics: int,
    shown: Sequence[Guide],
    hidden: Sequence[Guide],
    seed: int,
    fit: Callable[..., TopicModel],
) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    gone = {word for guide in hidden for word in guide.words}
    rest = select_words(bag, ["hidden" if word in gone else "" for word in bag.words])
    model = fit(rest, topics, shown, seed)
    kept = {(p.speech.id, p.number) for p in rest.passages}
    rows = [i for i, p in enumerate(bag.passages) if (p.speech.id, p.number) in kept]
    found = []
    for guide, other in zip(shown, hidden, strict=True):
        target = np.asarray(align(bag, other.words)[rows].sum(axis=1)).ravel() > 0
        counted = np.asarray(align(rest, guide.words).sum(axis=1)).ravel().astype(float)
        counted += rest.lengths / rest.lengths.sum()  # ties go by length, as the topic's words do
        topic = model.settings["guides"][guide.name]["topic"]
        theme = model.passage_topics[:, topic] * rest.lengths
        found.append((guide.name, auc(theme, target), auc(counted, target), int(target.sum())))
    return pd.DataFrame(found, columns=["guide", "theme", "count", "passages"])


def tell_rivals(model: TopicModel, trial: pd.DataFrame) -> TopicModel:
    """The model with what `themes_against_counts` found in the settings of its guides:
    ``theme_auc`` and ``count_auc``."""
    told = {name: dict(guide) for name, guide in model.settings["guides"].items()}
    for _, row in trial.iterrows():
        if row["guide"] in told:
            told[row["guide"]] |= {"theme_auc": row["theme"], "count_auc": row["count"]}
    return replace(model, settings={**model.settings, "guides": told})


def auc(scores: Floats, target: NDArray[np.bool_]) -> float:
    """Chance that a passage of the target scores above another one, ties counting half, 0–1 (area
    under the ROC curve; Mann & Whitney 1947). nan where all passages are of one kind."""
    from scipy.stats import rankdata

    inside = int(target.sum())
    outside = len(target) - inside
    if not inside or not outside:
        return float("nan")
    ranks = float(rankdata(scores)[target].sum())
    return (ranks - inside * (inside + 1) / 2) / (inside * outside)
