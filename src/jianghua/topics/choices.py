"""Choices: what a study decides before and after the fit, varied one by one.

Beside the number of topics and the seed: which words are set aside, which rare words are pruned, how
long a passage is, and whether the commonest words are taken out of the fitted topics (Schofield,
Magnusson & Mimno 2017, EACL, found that as good as taking them out before). What a choice moves is
read beside what another seed moves. `sensitivity` asks the same of themes and years.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.speeches.passages import Passage
from jianghua.topics.coherence import npmi
from jianghua.topics.guides import Guide
from jianghua.topics.lda import fit_topics
from jianghua.topics.model import TopicModel
from jianghua.topics.prototype import fit_all, seed_list
from jianghua.topics.quality import exclusivity
from jianghua.topics.sensitivity import NO_LIST, on_common_words, seed_words, without
from jianghua.topics.stability import match_topics
from jianghua.words.bag import Bag, prune
from jianghua.words.lexicon import CLASSES, Lexicon, read_lexicon

if TYPE_CHECKING:
    import pandas as pd

SET_ASIDE, MIN_SPEECHES, PASSAGES, FREQUENT = "set_aside", "min_speeches", "passages", "frequent"
VARY: Mapping[str, Sequence[Any]] = {
    SET_ASIDE: (NO_LIST,),
    MIN_SPEECHES: (2, 10),
    PASSAGES: (2, 4),
    FREQUENT: (20, 50),
}


def vary_choices(
    bag: Bag,
    topics: int = 30,
    guides: Sequence[Guide] = (),
    vary: Mapping[str, Iterable[Any]] = VARY,
    seeds: int | Iterable[int] = 3,
    lexicon: Lexicon | None = None,
    workers: int = 1,
    told: Callable[[int, int], None] = lambda done, of: None,
    fit: Callable[..., TopicModel] = fit_topics,
) -> pd.DataFrame:
    """One row per choice that is changed, the others left as `prune` and `read_lexicon` have them.

    ``bag`` is unfiltered. ``vary`` names the choices: "set_aside" (classes of words to leave in,
    or "no list"), "min_speeches" (in how many speeches a word must stand), "passages" (how many
    neighbouring passages of a speech are joined to one), "frequent" (how many of the commonest
    words are taken out after the fit). Columns:

    choice, value
    words, passages
                  in the bag, or left in the topics
    coherence, coherence_before
                  mean NPMI over the standard passages with the change and without it, by the
                  words that both have; for "frequent", whose topics are the same, by the words
                  that are left and by all
    exclusivity, exclusivity_before
                  the same of exclusivity
    likeness      mean cosine of topics matched with those of the standard, same seed, 0–1
    seed_likeness the same of the standard with other seeds: what a seed alone moves
    beyond        True where likeness is lower than that of any two seeds
    """
    import numpy as np
    import pandas as pd

    lexicon, seeds = lexicon or read_lexicon(), seed_list(seeds)
    if len(seeds) < 2:
        raise JianghuaError("one seed", "seeds", "two or more, to show what a seed moves")
    standard = prune(bag, lexicon, keep=seed_words(guides))
    changes = [(choice, value) for choice, values in vary.items() for value in values]
    bags = {
        change: _changed(bag, lexicon, guides, *change)
        for change in changes
        if change[0] != FREQUENT
    }
    plan = [
        (one, topics, tuple(guides), seed) for one in (standard, *bags.values()) for seed in seeds
    ]
    fits = iter(fit_all(plan, fit, workers, told))
    base = [next(fits) for _ in seeds]
    moved = {change: [next(fits) for _ in seeds] for change in bags}
    moved |= {
        c: [without_frequent(m, int(c[1])) for m in base] for c in changes if c[0] == FREQUENT
    }
    pairs = [float(match_topics(a, b)[1].mean()) for i, a in enumerate(base) for b in base[i + 1 :]]
    rows = [
        {"choice": change[0], "value": change[1], **_moves(moved[change], base),
         "seed_likeness": float(np.mean(pairs))}
        for change in changes
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    table["beyond"] = table["likeness"] < min(pairs)
    return table


def _changed(bag: Bag, lexicon: Lexicon, guides: Sequence[Guide], choice: str, value: Any) -> Bag:
    """The pruned bag with one choice changed."""
    kept = seed_words(guides)
    match choice:
        case "set_aside":
            classes = CLASSES if value == NO_LIST else (value,)
            unknown = set(classes) - set(CLASSES)
            if unknown:
                raise JianghuaError(
                    f"no class {value!r}", SET_ASIDE, f"{NO_LIST}, {', '.join(CLASSES)}"
                )
            return prune(bag, without(lexicon, classes), keep=kept)
        case "min_speeches":
            return prune(bag, lexicon, int(value), keep=kept)
        case "passages":
            return join_passages(prune(bag, lexicon, keep=kept), int(value))
    raise JianghuaError(f"unknown choice {choice!r}", "vary", ", ".join(VARY))


def join_passages(bag: Bag, n: int) -> Bag:
    """Each ``n`` neighbouring passages of a speech as one, which has the number of its first."""
    import numpy as np
    from scipy.sparse import csr_matrix

    if n < 1:
        raise JianghuaError(f"{n} passages joined to one", PASSAGES, "1 or more")
    group, firsts, seen = [], list[Passage](), 0
    for passage in bag.passages:
        same = bool(firsts) and firsts[-1].speech.id == passage.speech.id
        seen = seen + 1 if same else 0
        if seen % n == 0:
            firsts.append(replace(passage, text=""))
        group.append(len(firsts) - 1)
    ones = np.ones(len(group), dtype=bag.counts.dtype)
    joined = csr_matrix((ones, (group, np.arange(len(group)))), shape=(len(firsts), len(group)))
    return Bag((joined @ bag.counts).tocsr(), bag.words, tuple(firsts), bag.removed)


def without_frequent(model: TopicModel, n: int) -> TopicModel:
    """The model without the ``n`` commonest words of its bag; each topic sums to 1 again."""
    import numpy as np

    words = len(model.bag.words)
    if not 0 <= n < words:
        raise JianghuaError(f"{n} of {words} words", FREQUENT, f"0 to {words - 1}")
    stay = np.sort(np.argsort(-model.bag.totals, kind="stable")[n:])
    part = model.topic_words[:, stay]
    left = Bag(
        model.bag.counts[:, stay], tuple(model.bag.words[i] for i in stay), model.bag.passages
    )
    return replace(model, topic_words=part / part.sum(axis=1, keepdims=True), bag=left)


def _moves(changed: Sequence[TopicModel], base: Sequence[TopicModel]) -> dict[str, Any]:
    """What became of the fits of the same seeds, means over seeds."""
    import numpy as np

    rows = []
    for model, before in zip(changed, base, strict=True):
        after_the_fit = (
            model.passage_topics is before.passage_topics
        )  # the words left are the change
        new, old = (model, before) if after_the_fit else on_common_words(model, before)
        common = on_common_words(model, before)
        rows.append(
            {
                "coherence": npmi(new, before.bag).mean(),
                "coherence_before": npmi(old, before.bag).mean(),
                "exclusivity": exclusivity(new).mean(),
                "exclusivity_before": exclusivity(old).mean(),
                "likeness": match_topics(*common)[1].mean(),
            }
        )
    means = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
    bag = changed[0].bag
    return {"words": len(bag.words), "passages": len(bag.passages), **means}


def choices_in_words(table: pd.DataFrame) -> str:
    """The table of `vary_choices` read aloud: which choices make other topics than a seed does."""
    beyond = table[table["beyond"]]
    if beyond.empty:
        return "No choice moves the topics further than another seed does."
    moved = (
        f"{row['choice']} {row['value']} (cosine {row['likeness']:.2f})"
        for _, row in beyond.iterrows()
    )
    seed = table["seed_likeness"].iloc[0]
    return (
        f"These choices make other topics than another seed does (cosine {seed:.2f}): "
        f"{', '.join(moved)}. Say them with the result."
    )
