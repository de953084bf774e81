"""What coders answered, and what follows for the topics: precision, chance, agreement.

One answer counts as right or wrong by the key. Intervals count items, not answers, for coders of
one item are not independent; under pure guessing they are, so the test against chance counts answers.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError
from jianghua.speeches.decoding import decoded_table
from jianghua.topics.validation import TESTS, Gold, Trial

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

ANSWER_COLUMNS = ("set", "coder", "item", "test", "answer")
LEVEL = 0.05  # of the test against chance
ENOUGH = 0.5  # precision from which a topic may be published
Z90 = 1.6448536269514722
SHEET_LIMIT = 5_000_000  # bytes; a sheet of a thousand items has about 1 MB


@dataclass(frozen=True)
class Answers:
    """What coders chose: ``chosen[coder][item]`` is a number from 1; items without an answer are
    absent. ``notes`` name all that could not be used."""

    chosen: Mapping[str, Mapping[str, int]]
    notes: tuple[str, ...] = ()


# --- reading sheets -------------------------------------------------------------------------------


def read_answers(sheets: Mapping[str, bytes], key: Sequence[Gold], checksum: str) -> Answers:
    """Answers in the sheets of all coders, file name → bytes, in any order.

    An answer is the number of a choice or the choice itself. Nothing is guessed: an unknown item, a
    cell that names no choice, a sheet of other questions, or two answers of one coder to one item
    are left out and named.
    """
    gold = {g.id: g for g in key}
    seen: dict[str, dict[str, set[int]]] = {}
    notes: list[str] = []
    for name, raw in sorted(sheets.items()):
        try:
            rows = _rows(raw)
        except (csv.Error, UnicodeDecodeError, ValueError) as error:
            notes.append(f"{_short(name)}: not read: {error}")
            continue
        coder, chosen, said = _sheet(name, rows, gold, checksum)
        notes += said
        for item, answer in chosen.items():
            seen.setdefault(coder, {}).setdefault(item, set()).update(answer)
    for coder, items in seen.items():
        twice = sorted(item for item, answers in items.items() if len(answers) > 1)
        notes += [f"{coder}: two answers to {', '.join(twice)}, left out"] if twice else []
    return Answers(
        {
            coder: {
                item: a for item, answers in items.items() if len(answers) == 1 for a in answers
            }
            for coder, items in sorted(seen.items())
        },
        tuple(notes),
    )


def _rows(raw: bytes) -> list[dict[str, str]]:
    """The rows of a sheet: UTF-8, UTF-16 or GB18030, commas, semicolons or tabs."""
    if len(raw) > SHEET_LIMIT:
        raise ValueError(f"{len(raw):,} bytes are no coder's sheet")
    text = decoded_table(raw)
    head = text.partition("\n")[0]
    mark = max(",;\t", key=head.count)
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=mark))
    missing = {"item", "answer"} - {str(c).strip() for c in (rows[0] if rows else ())}
    if missing:
        raise ValueError(f"no column {' and '.join(sorted(missing))}")
    return [{str(k).strip(): str(v or "").strip() for k, v in row.items()} for row in rows]


def _sheet(
    name: str, rows: Sequence[Mapping[str, str]], gold: Mapping[str, Gold], checksum: str
) -> tuple[str, dict[str, set[int]], list[str]]:
    """The coder of a sheet, item → answers, and what is odd about it."""
    named = sorted({row.get("coder", "") for row in rows} - {""})
    coder = _short(named[0] if len(named) == 1 else re.sub(r"\.\w+$", "", name))
    sets = sorted({row.get("set", "") for row in rows} - {"", checksum})
    if sets:
        return coder, {}, [f"{_short(name)}: of other questions ({_short(sets[0])}), left out"]
    chosen: dict[str, set[int]] = {}
    strange, odd = list[str](), list[str]()
    for row in rows:
        item, cell = row["item"], _plain(row["answer"])
        if item not in gold:
            strange.append(item)
        elif cell:
            number = _number(cell, gold[item].choices)
            odd += [] if number else [f"{item} {cell!r}"]
            chosen.setdefault(item, set()).update({number} if number else ())
    said = [("unknown items", strange), ("answers that name no choice", odd)]
    notes = [f"{_short(name)}: {len(w)} {what}: {_short('; '.join(w))}" for what, w in said if w]
    return coder, {item: answers for item, answers in chosen.items() if answers}, notes


def _plain(cell: str) -> str:
    """A cell in half-width characters, without the mark that keeps a spreadsheet from running it."""
    return unicodedata.normalize("NFKC", cell).strip().lstrip("'").strip()


def _number(cell: str, choices: Sequence[str]) -> int:
    """The number of the choice that a cell names, 0 if none."""
    named = [n for n, choice in enumerate(choices, start=1) if _plain(choice) == cell]
    if named:
        return named[0]
    digits = re.fullmatch(r"([1-9])(?:\.0*)?", cell)
    return int(digits[1]) if digits and int(digits[1]) <= len(choices) else 0


def _short(text: str, length: int = 80) -> str:
    seen = "".join(c if c.isprintable() else " " for c in text)
    return seen if len(seen) <= length else f"{seen[: length - 1]}…"


def simulate_coder(trial: Trial, accuracy: float, seed: int = 0) -> dict[str, int]:
    """Answers of a made-up coder, item → choice, who is right with a given probability and else picks
    a wrong choice by chance. No substitute for a person: it shows how scores behave."""
    import numpy as np

    random = np.random.default_rng(seed)
    answers = {}
    for gold in trial.key:
        wrong = [n for n in range(1, len(gold.choices) + 1) if n != gold.answer]
        right = random.random() < accuracy
        answers[gold.id] = gold.answer if right else int(random.choice(wrong))
    return answers


# --- scores ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scores:
    """Three tables and what was left out.

    ``topics``: a row per topic and test, and per topic over all tests (test ``all``); and the same
    over all topics (topic −1, theme empty). Columns: topic, theme, test, items (with an answer),
    answers, right, precision (0–1, mean over items of the share of right answers), low, high (90 %,
    Wilson 1927, counting items), chance (precision of guessing), p (exact, one-sided, of so many
    right answers by guessing), alpha (Krippendorff's, of the choices; empty where undefined), verdict
    (rows of a topic over all tests: see `verdict`).
    ``coders``: a row per coder and test: coder, test, items, answered, missing, right, precision,
    low, high, chance, p.
    """

    topics: pd.DataFrame
    coders: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def rejected(self) -> list[int]:
        """Topics that should not be published as they are."""
        rows = self.topics[self.topics["verdict"] == "do not publish"]
        return [int(topic) for topic in rows["topic"]]


def score(key: Sequence[Gold], answers: Answers | Mapping[str, Mapping[str, int]]) -> Scores:
    """How well coders found what is right, per topic, test and coder; see `Scores`."""
    import pandas as pd

    chosen = answers.chosen if isinstance(answers, Answers) else answers
    notes = answers.notes if isinstance(answers, Answers) else ()
    if not any(chosen.values()):
        raise JianghuaError(
            "no answers" + (f" ({'; '.join(notes)})" if notes else ""), "validate",
            "put the coders' CSV files where make said",
        )  # fmt: skip
    topics = sorted({(g.topic, g.theme) for g in key})
    groups = [((-1, ""), list(key))]
    groups += [(t, [g for g in key if (g.topic, g.theme) == t]) for t in topics]
    rows = [
        {"topic": topic, "theme": theme, "test": test, **_group(part, chosen, topic, test)}
        for (topic, theme), held in groups
        for test, part in _by_test(held)
    ]
    coders = [
        {"coder": coder, "test": test, **_one_coder(part, chosen[coder])}
        for coder in chosen
        for test, part in _by_test(key)
    ]
    return Scores(pd.DataFrame(rows), pd.DataFrame(coders), tuple(notes))


def _by_test(key: Sequence[Gold]) -> list[tuple[str, list[Gold]]]:
    tests = [(test, [g for g in key if g.test == test]) for test in TESTS]
    return [("all", list(key)), *((test, part) for test, part in tests if part)]


def _group(
    key: Sequence[Gold], chosen: Mapping[str, Mapping[str, int]], topic: int, test: str
) -> dict[str, Any]:
    judged = _judged(key, chosen.values())
    counted = _counted(judged)
    asked = sum(len(right) for _, right in judged)
    most = chance_p(asked, [1 / len(g.choices) for g, right in judged for _ in right])
    whole = topic >= 0 and test == "all"
    return {
        **counted,
        "alpha": agreement(key, chosen),
        "verdict": verdict(counted["precision"], counted["p"], most) if whole else "",
    }


def _one_coder(key: Sequence[Gold], chosen: Mapping[str, int]) -> dict[str, Any]:
    counted = _counted(_judged(key, [chosen]))
    answered = counted.pop("answers")
    return {
        **counted,
        "items": len(key),
        "answered": answered,
        "missing": len(key) - answered,
    }


_Judged = list[tuple[Gold, list[bool]]]


def _judged(key: Sequence[Gold], coders: Iterable[Mapping[str, int]]) -> _Judged:
    """Items with an answer, and which of their answers are right."""
    coders = list(coders)
    all_items = [(g, [c[g.id] == g.answer for c in coders if g.id in c]) for g in key]
    return [(gold, right) for gold, right in all_items if right]


def _counted(judged: _Judged) -> dict[str, Any]:
    import math

    right = sum(sum(answers) for _, answers in judged)
    chances = [1 / len(gold.choices) for gold, answers in judged for _ in answers]
    shares = [sum(answers) / len(answers) for _, answers in judged]
    precision = sum(shares) / len(shares) if shares else math.nan
    low, high = wilson(precision, len(shares))
    return {
        "items": len(shares), "answers": len(chances), "right": right, "precision": precision,
        "low": low, "high": high,
        "chance": sum(chances) / len(chances) if chances else math.nan,
        "p": chance_p(right, chances),
    }  # fmt: skip


def wilson(share: float, n: int, z: float = Z90) -> tuple[float, float]:
    """The score interval of a share of n trials (Wilson 1927), 90 % unless told; 0–1 for n = 0."""
    if n == 0:
        return 0.0, 1.0
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)


def chance_p(right: int, chances: Sequence[float]) -> float:
    """Probability of at least ``right`` successes by guessing, where trials have these chances.

    Exact: the Poisson-binomial tail, which is the binomial one where all chances are alike.
    """
    import numpy as np

    if not len(chances):
        return 1.0
    odds = np.ones(1)
    for chance in chances:
        odds = np.convolve(odds, [1 - chance, chance])
    return float(min(1.0, odds[right:].sum()))


def verdict(precision: float, p: float, best_p: float) -> str:
    """Whether a topic may be published: at least half of it found, and better than guessing at 5 %.

    ``best_p`` is the p of all answers right: where even that is 5 % or more, answers are too few.
    """
    if best_p >= LEVEL:
        return "too few answers"
    return "publish" if precision >= ENOUGH and p < LEVEL else "do not publish"


def agreement(key: Sequence[Gold], chosen: Mapping[str, Mapping[str, int]]) -> float:
    """Krippendorff's alpha (2011) of the choices, nominal; NaN where it is not defined.

    Choices stand in an order of chance, the same for all coders, so that picking the same number
    means picking the same thing, and by guessing all numbers are as likely.
    """
    import numpy as np

    data = np.array([[chosen[c].get(g.id, np.nan) for g in key] for c in chosen], dtype=float)
    both = data[:, (~np.isnan(data)).sum(axis=0) >= 2] if data.size else data
    if not both.size or len(np.unique(both[~np.isnan(both)])) < 2:
        return float("nan")
    return _alpha(both)


def _alpha(data: np.ndarray) -> float:
    import krippendorff

    return float(krippendorff.alpha(reliability_data=data, level_of_measurement="nominal"))
