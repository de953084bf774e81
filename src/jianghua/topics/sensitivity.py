"""Sensitivity: which conclusions depend on the list of words that are set aside.

In the spirit of preText (Denny & Spirling 2018, Political Analysis 26(2)): a choice made before the
fit is undone, everything is fitted again, and what moves is measured. What another seed moves
stands beside it, for no fit is the only one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.topics.guides import Guide, check_guides
from jianghua.topics.lda import fit_topics
from jianghua.topics.model import TopicModel
from jianghua.topics.prototype import fit_all
from jianghua.topics.stability import match_topics
from jianghua.topics.themes import label
from jianghua.words.bag import Bag, prune, select_passages
from jianghua.words.lexicon import CLASSES, Lexicon, read_lexicon

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SEED = "another seed"
NO_LIST = "no list"
REST = "small classes"
LEVEL, COURSE = "level", "course"
SMALL = 0.02  # of the words left in: classes that bring back less are switched off together
FEWEST_YEARS = 3  # two points correlate whatever they are
# A move that at most one pair of seeds in ten makes is more than a seed's. With both rules, five
# classes of words drawn at random (each 3 % of the words of the national reports) were found to
# move 1 of 75 courses or levels.
RARE = 0.1

# and one too small to change a conclusion is not spoken of: a tenth of a theme's share, or a
# course nearly the same (preText, too, asks how far results move, not whether they do)
NOTABLE_SHIFT, SAME_COURSE = 0.1, 0.95
UNSTEADY = 0.8  # correlation over seeds below which a single fit should not speak for a theme
CLASSES_IN_CHINESE = {
    "function word": "虚词", "pronoun": "代词", "enumerator": "序列词", "intensifier": "程度词",
    "empty verb": "空泛动词", "address": "称呼语", "measure": "量词", "number": "数字",
    "time": "时间词", "portal": "网页用语", "mask": "遮盖符", "person": "人名", "place": "地名",
}  # fmt: skip

Switches = Iterable[str] | Mapping[str, Iterable[str]]


@dataclass(frozen=True)
class _Fitted:
    """A fit, and the yearly shares of the themes in it, Y × T, of the words left in."""

    model: TopicModel
    shares: Floats


@dataclass(frozen=True)
class _Move:
    """From one fit to another: cosine of matched topics, and three measures of T themes."""

    cosine: float
    shift: Floats
    difference: Floats
    correlation: Floats


def set_aside_effect(
    bag: Bag,
    guides: Sequence[Guide] = (),
    topics: int = 30,
    seeds: int = 2,
    switches: Switches | None = None,
    lexicon: Lexicon | None = None,
    min_speeches: int | None = None,
    yardstick: int = 5,
    workers: int = 1,
    told: Callable[[int, int], None] = lambda done, of: None,
) -> pd.DataFrame:
    """How topics and yearly shares of themes move when a class of words is not set aside.

    ``bag`` is unfiltered (`read_bag`, `count`): what is set aside must still be in it. It is pruned
    and fitted with the whole list, and again for each of ``switches``: classes to switch off one
    by one, or a mapping of a name to classes switched off together. The default is each class, the
    small ones (under 2 % of the words) together, and "no list". All fits have the same passages and
    the same ``seeds``, so they start alike and only the list differs; ``yardstick`` fits of the
    whole list, each compared with each, say what a seed alone moves. Words are not cut anew.

    One row per variant and theme. Themes are the guided topics or, without ``guides``, every topic
    of the first fit, followed by matching. Columns:

    variant       a name of ``switches``, "no list", "small classes", or "another seed": pairs of
                  fits of the whole list
    classes       what is switched off
    words         different words left in
    occurrences   running words left in
    cosine        of matched topics, on the words that both fits have (mean)
    theme
    share         mean of the yearly shares, 0–1, of the words left in
    shift         by how much that mean is above the whole list's, in percentage points; for
                  "another seed" its size
    difference    mean absolute difference of the yearly shares, in percentage points
    correlation   of the yearly shares (Pearson); empty where a theme never moves
    seed_difference, seed_correlation
                  the same for another seed, to be read beside them
    beyond        "level" where the shift is larger than in nine pairs of seeds in ten and over a
                  tenth of the theme's share; "course" where the correlation is lower than in nine
                  pairs in ten and under 0.95; "level and course", or empty

    Speeches without a year take no part in shares.
    """
    import pandas as pd

    lexicon = read_lexicon() if lexicon is None else lexicon
    off = _switched(switches)
    whole = prune(bag, lexicon, min_speeches, keep=seed_words(guides))
    _check(bag, whole, lexicon, seeds, yardstick)
    guides = check_guides(tuple(guides), whole, topics)

    def left(classes: Iterable[str]) -> Bag:
        other = prune(bag, without(lexicon, classes), min_speeches, keep=seed_words(guides))
        return _same_passages(other, whole)

    variants = {name: left(classes) for name, classes in off.items()}
    if switches is None:
        off, variants = _small_together(off, variants, whole, left)
    plan = [(whole, seed) for seed in range(1, max(seeds, yardstick) + 1)]
    plan += [(left_in, seed) for left_in in variants.values() for seed in range(1, seeds + 1)]
    fits = _followed(
        fit_all([(bag, topics, guides, seed) for bag, seed in plan], fit_topics, workers, told)
    )
    base = fits[: max(seeds, yardstick)]
    rest = iter(fits[len(base) :])
    groups = {name: [next(rest) for _ in range(seeds)] for name in variants}
    return pd.DataFrame(_rows(base, groups, off))


def seed_words(guides: Iterable[Guide]) -> set[str]:
    return {word for guide in guides for word in guide.words}


def _check(bag: Bag, whole: Bag, lexicon: Lexicon, seeds: int, yardstick: int) -> None:
    years = {speech.year for speech in whole.speeches} - {None}
    if seeds < 1 or yardstick < 2:
        raise JianghuaError(
            f"{seeds} seeds and a yardstick of {yardstick}",
            "set_aside_effect",
            "one seed or more, and two fits or more to show what a seed moves",
        )
    if len(years) < FEWEST_YEARS:
        raise JianghuaError(
            f"speeches of {len(years)} years", "set_aside_effect", f"{FEWEST_YEARS} years or more"
        )
    if not any(lexicon.class_of(word) for word in bag.words):
        raise JianghuaError(
            "no word of this bag is on the list, so nothing can be switched",
            "set_aside_effect",
            "the bag before prune: read_bag or count",
        )


def _switched(switches: Switches | None) -> dict[str, tuple[str, ...]]:
    """Name of a variant → the classes it switches off."""
    if switches is None:
        switches = (*CLASSES, NO_LIST)
    if isinstance(switches, Mapping):
        named = {name: tuple(classes) for name, classes in switches.items()}
    else:
        named = {name: CLASSES if name == NO_LIST else (name,) for name in switches}
    unknown = sorted({one for classes in named.values() for one in classes} - set(CLASSES))
    if unknown:
        raise JianghuaError(
            f"no such class: {', '.join(unknown)}", "switches", f"one of {', '.join(CLASSES)}"
        )
    if not named:
        raise JianghuaError("nothing to switch off", "switches", 'switches=["place"]')
    return named


def without(lexicon: Lexicon, classes: Iterable[str]) -> Lexicon:
    """The lexicon with some classes switched off."""
    gone = set(classes)
    aside = {word: one for word, one in lexicon.set_aside.items() if one not in gone}
    return replace(lexicon, set_aside=aside, classes=lexicon.classes - gone)


def _same_passages(bag: Bag, whole: Bag) -> Bag:
    """Without the passages that the whole list leaves without words: they would change how a fit
    starts, and so be taken for an effect of the words."""
    kept = {(passage.speech.id, passage.number) for passage in whole.passages}
    rows = [i for i, p in enumerate(bag.passages) if (p.speech.id, p.number) in kept]
    return select_passages(bag, rows)


def _small_together(
    off: Mapping[str, tuple[str, ...]],
    variants: Mapping[str, Bag],
    whole: Bag,
    left: Callable[[Iterable[str]], Bag],
) -> tuple[dict[str, tuple[str, ...]], dict[str, Bag]]:
    """Classes that bring back few words become one variant; a class that brings back none cannot
    move anything and is left out."""
    more = {name: bag.totals.sum() / whole.totals.sum() - 1 for name, bag in variants.items()}
    small = tuple(name for name in off if name != NO_LIST and 0 < more[name] < SMALL)
    kept = {name: off[name] for name in off if more[name] >= SMALL or name == NO_LIST}
    bags = {name: variants[name] for name in kept}
    if not small:
        return kept, bags
    return kept | {REST: small}, bags | {REST: left(small)}


def _followed(models: Sequence[TopicModel]) -> list[_Fitted]:
    """The themes of the first model in every model, by year."""
    import numpy as np

    bag = models[0].bag
    years = np.array([passage.speech.year or 0 for passage in bag.passages])
    of_year = years == np.unique(years[years > 0])[:, None]  # Y × P
    return [_Fitted(m, _yearly(m, _members(m, models[0]), of_year)) for m in models]


def _yearly(model: TopicModel, members: Sequence[int], of_year: NDArray[np.bool_]) -> Floats:
    masses = model.bag.lengths[:, None] * model.passage_topics[:, members]
    return (of_year @ masses) / (of_year @ model.bag.lengths)[:, None]


def _members(model: TopicModel, first: TopicModel) -> list[int]:
    """The topic of each theme: its guide's, or the one matched to the first fit's."""
    if first.guides:
        # in other fits the guide's topic counts even where it holds its seeds no longer
        guides = model.settings["guides"]
        return [guides[name]["topic"] for name in first.guides.values()]
    return match_topics(*on_common_words(first, model))[0].tolist()


def on_common_words(*models: TopicModel) -> list[TopicModel]:
    """The fits narrowed to the words that all of them have."""
    common = set.intersection(*(set(model.bag.words) for model in models))
    return [_narrowed(model, common) for model in models]


def _narrowed(model: TopicModel, common: set[str]) -> TopicModel:
    import numpy as np

    columns = [i for i, word in enumerate(model.bag.words) if word in common]
    words = tuple(model.bag.words[i] for i in columns)
    part = model.topic_words[:, columns]
    bag = Bag(model.bag.counts[:, columns], words, model.bag.passages)
    return replace(model, topic_words=part / np.sum(part, axis=1, keepdims=True), bag=bag)


def _rows(
    base: Sequence[_Fitted],
    groups: Mapping[str, Sequence[_Fitted]],
    off: Mapping[str, tuple[str, ...]],
) -> list[dict[str, Any]]:
    names = _names(base[0].model)
    pairs = [_move(b, a) for a, b in combinations(base, 2)]
    share = sum(fit.shares.mean(axis=0) for fit in base) / len(base)
    seed = replace(_mean(pairs), shift=_mean([_size(pair) for pair in pairs]).shift)
    moves = {SEED: seed}
    for name, fits in groups.items():
        same_seeds = zip(base[: len(fits)], fits, strict=True)
        moves[name] = _mean([_move(fit, whole) for whole, fit in same_seeds])
    return [
        {
            "variant": name,
            "classes": ", ".join(off.get(name, ())),
            "words": len(fits[0].model.bag.words),
            "occurrences": int(fits[0].model.bag.totals.sum()),
            "cosine": moves[name].cosine,
            "theme": theme,
            "share": float(sum(fit.shares[:, t].mean() for fit in fits) / len(fits)),
            "shift": float(moves[name].shift[t]),
            "difference": float(moves[name].difference[t]),
            "correlation": float(moves[name].correlation[t]),
            "seed_difference": float(seed.difference[t]),
            "seed_correlation": float(seed.correlation[t]),
            "beyond": "" if name == SEED else _beyond(moves[name], pairs, t, share[t]),
        }
        for name, fits in {SEED: base, **groups}.items()
        for t, theme in enumerate(names)
    ]


def _names(first: TopicModel) -> list[str]:
    return list(first.guides.values()) or [label(first, k) for k in range(first.topics)]


def _move(fit: _Fitted, other: _Fitted) -> _Move:
    """From ``other`` to ``fit``."""
    import numpy as np

    change = 100 * (fit.shares - other.shares)
    return _Move(
        float(match_topics(*on_common_words(fit.model, other.model))[1].mean()),
        change.mean(axis=0),
        np.abs(change).mean(axis=0),
        _correlations(fit.shares, other.shares),
    )


def _correlations(a: Floats, b: Floats) -> Floats:
    """Pearson's correlation of each column; nan for one that never moves."""
    import numpy as np

    x, y = a - a.mean(axis=0), b - b.mean(axis=0)
    scale = np.sqrt((x**2).sum(axis=0) * (y**2).sum(axis=0))
    return np.divide((x * y).sum(axis=0), scale, out=np.full(len(scale), np.nan), where=scale > 0)


def _mean(moves: Sequence[_Move]) -> _Move:
    import numpy as np

    return _Move(
        float(np.mean([move.cosine for move in moves])),
        np.mean([move.shift for move in moves], axis=0),
        np.mean([move.difference for move in moves], axis=0),
        np.mean([move.correlation for move in moves], axis=0),
    )


def _size(move: _Move) -> _Move:
    """Which of two seeds came first means nothing, so neither does the sign of their shift."""
    return replace(move, shift=abs(move.shift))


def _beyond(move: _Move, pairs: Sequence[_Move], t: int, share: float) -> str:
    """What moves, theme t of mean share ``share`` (0–1), more than a seed and notably."""
    import numpy as np

    shift = np.quantile([abs(pair.shift[t]) for pair in pairs], 1 - RARE)
    correlation = np.quantile([pair.correlation[t] for pair in pairs], RARE)
    level = abs(move.shift[t]) > max(shift, 100 * share * NOTABLE_SHIFT)
    course = move.correlation[t] < min(correlation, SAME_COURSE)
    return " and ".join(word for word, is_so in ((LEVEL, level), (COURSE, course)) if is_so)


def effect_in_words(
    effect: pd.DataFrame, themes: Iterable[str] | None = None, language: str = "en"
) -> str:
    """The table of `set_aside_effect` read aloud, a line a theme (default: all), in English
    ("en") or Chinese ("zh"): what the list moves more than a seed does, or that it moves nothing
    that far, and a warning where another seed alone makes another course."""
    if language not in _SAID:
        raise JianghuaError(f"no wording in {language!r}", "language", "en or zh")
    known = list(dict.fromkeys(effect["theme"]))
    wanted = known if themes is None else list(themes)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise JianghuaError(
            f"no such theme: {', '.join(unknown)}", "themes", f"some of {', '.join(known)}"
        )
    return "\n".join(_line(effect[effect["theme"] == name], _SAID[language]) for name in wanted)


def _line(rows: pd.DataFrame, said: Mapping[str, Any]) -> str:
    """What the rows of one theme say."""
    variants = [row for row in _spoken(rows, said) if row["variant"] != SEED]
    most = max(variants, key=lambda row: row["difference"])
    parts = [part for kind in (LEVEL, COURSE) if (part := _part(kind, variants, said))]
    parts = parts or [said["nothing"].format(**most)]
    if most["seed_correlation"] < UNSTEADY:
        parts.append(said["unsteady"].format(**most))
    return said["line"].format(theme=most["theme"], parts=said["joint"].join(parts))


def _spoken(rows: pd.DataFrame, said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows with their variants in the words of a language."""
    records = [{str(key): value for key, value in row.items()} for row in rows.to_dict("records")]
    return [
        row | {"variant": said["variants"].get(row["variant"], row["variant"])} for row in records
    ]


def _part(kind: str, variants: Sequence[Mapping[str, Any]], said: Mapping[str, Any]) -> str:
    """The variants that move a theme's level, or its course, more than a seed does."""
    moved = [row for row in variants if kind in row["beyond"]]
    each = [said[f"{kind} of one"].format(**row) for row in moved]
    return said[kind].format(each=said["comma"].join(each), **moved[0]) if moved else ""


_SAID: dict[str, dict[str, Any]] = {
    "en": {
        "line": "{theme}: {parts}.",
        "joint": "; ",
        "comma": ", ",
        LEVEL: "its level moves with the list ({each})",
        f"{LEVEL} of one": "{variant} {shift:+.1f} points",
        COURSE: "its course moves with the list (correlation of the yearly shares: {each}, "
        "another seed {seed_correlation:.2f})",
        f"{COURSE} of one": "{variant} {correlation:.2f}",
        "nothing": "the list moves neither its level nor its course notably more than another "
        "seed does (the most: {variant} {difference:.1f} points a year, another seed "
        "{seed_difference:.1f} on average)",
        "unsteady": "another seed alone gives it another course (correlation "
        "{seed_correlation:.2f}), so no single fit should speak for it",
        "variants": {
            NO_LIST: "with no list",
            REST: "without the small classes",
            **{name: f"without {name}s" for name in CLASSES},
            "address": "without forms of address",
            "time": "without words of time",
            "portal": "without words of portals",
        },
    },
    "zh": {
        "line": "{theme}：{parts}。",
        "joint": "；",
        "comma": "，",
        LEVEL: "占比高低随停用词表而变（{each}）",
        f"{LEVEL} of one": "{variant} {shift:+.1f} 个百分点",
        COURSE: "逐年走势随停用词表而变（与用全表时逐年占比的相关系数：{each}，"
        "只换随机种子 {seed_correlation:.2f}）",
        f"{COURSE} of one": "{variant} {correlation:.2f}",
        "nothing": "停用词表对占比高低和逐年走势的影响都不明显大于换一个随机种子（最大的是{variant}，"
        "平均每年 {difference:.1f} 个百分点，换种子平均 {seed_difference:.1f}）",
        "unsteady": "只换随机种子走势就不同（相关系数 {seed_correlation:.2f}），不宜只凭一次拟合下结论",
        "variants": {
            NO_LIST: "完全不用停用词表",
            REST: "不停用各小类",
            **{name: f"不停用{chinese}" for name, chinese in CLASSES_IN_CHINESE.items()},
        },
    },
}
