"""Lexicon: which strings are one word, and which words are set aside, for what reason."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from jianghua.errors import JianghuaError, JianghuaWarning, told
from jianghua.speeches.decoding import decoded_table
from jianghua.speeches.source import holds_file
from jianghua.words.names import is_name

CLASSES = (
    "function word", "pronoun", "enumerator", "intensifier", "empty verb", "address",
    "measure", "number", "time", "portal", "mask", "person", "place",
)  # fmt: skip
KINDS = (
    "tifa", "campaign", "meeting", "plan", "law", "institution", "office", "title of address",
    "numeric formula", "cadre talk", "party building", "economy", "rural", "social policy",
    "security", "diplomacy", "ecology", "culture", "science", "governance", "ideology", "event",
    "project", "place", "word",
)  # fmt: skip
REMOVE = "remove"
_SHIPPED = ("tifa.csv", "lexicon.csv", "set_aside.csv", "keep.csv", "exceptions.csv")
_WORD = re.compile(r"[\w·+\-./]+")
_DIGIT = "0-9〇零○Ｏ一二两三四五六七八九十百千万亿兆"
_NUMBER = re.compile(
    rf"(?:第|约|近|超)?(?:百分之|千分之|万分之)?[{_DIGIT}][{_DIGIT}.,，点·/:：\-—~～]*"
    r"(?:多|余|来|几)?[万亿]*(?:%|％|‰|个百分点|年(?:度|底|初|末|代|份|间)?|月(?:份|底|初)?|日|号|"
    r"(?:美|港|欧|日)?元|度|[a-zA-Z]{1,2})?"
)


_NO_NUMBERS = frozenset({"万一", "一一", "万万", "千千万万", "三三两两", "千百", "万千"})


@dataclass(frozen=True, repr=False)
class Lexicon:
    """Units kept whole and words set aside. No word is in both.

    ``terms`` are one word wherever they stand; ``kinds`` and ``first_years`` say what and since
    when, where that is a fact; ``variants`` gives the main form of a short or older form.
    ``set_aside`` maps a word to its class (one of `CLASSES`), ``reasons`` says why where that is
    not plain. ``exceptions`` maps a longer string, in which a term means something else, to the
    words that string is made of. ``keep`` are words that no list may set aside.
    """

    terms: frozenset[str] = frozenset()
    set_aside: Mapping[str, str] = field(default_factory=dict)
    variants: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    first_years: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    exceptions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    keep: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset(CLASSES)

    def __repr__(self) -> str:
        """One line, as a notebook shows it."""
        return (
            f"<Lexicon: {len(self.terms)} units kept whole, {len(self.set_aside)} words set aside, "
            f"{len(self.variants)} variants>"
        )

    def __post_init__(self) -> None:
        both = sorted(self.terms & set(self.set_aside))
        if both:
            raise JianghuaError(
                f"both kept whole and set aside: {' '.join(both)}", "lexicon", "choose one"
            )
        for name in ("set_aside", "variants", "kinds", "first_years", "reasons", "exceptions"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __reduce__(self) -> tuple[Callable[..., Lexicon], tuple[object, ...]]:
        """Travel to a worker process; read-only mappings cannot travel as such."""
        names = self.__dataclass_fields__
        values = (getattr(self, name) for name in names)
        return Lexicon, tuple(dict(v) if isinstance(v, Mapping) else v for v in values)

    @cached_property
    def checksum(self) -> str:
        """SHA-256 over everything that can change a count, in an order that is always the same."""
        content = [
            sorted(self.terms),
            sorted(self.set_aside.items()),
            sorted(self.variants.items()),
            sorted((text, list(words)) for text, words in self.exceptions.items()),
            sorted(self.classes),
        ]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()

    def class_of(self, word: str) -> str:
        """The class for which ``word`` is set aside; empty when it counts as a word.

        Numbers, masks and names of persons are recognised by their shape: nobody could list them.
        """
        if word in self.set_aside:
            return self.set_aside[word]
        if word in self.terms or word in self.keep:
            return ""
        if "number" in self.classes and is_number(word):
            return "number"
        if "person" in self.classes and is_name(word):
            return "person"
        return "mask" if "mask" in self.classes and is_mask(word) else ""


def is_number(word: str) -> bool:
    """Whether a token is a number, percentage, sum of money or date rather than a word."""
    return word not in _NO_NUMBERS and bool(_NUMBER.fullmatch(word))


def is_mask(word: str) -> bool:
    """Whether a token only hides a name: XX, ××, 某某."""
    return bool(re.fullmatch(r"[xX]{2,}|[×＊*〓○]+|某+", word))


def read_lexicon(
    folder: str | Path | None = None, classes: Mapping[str, bool] | None = None
) -> Lexicon:
    """The shipped tables and, in ``folder`` (usually ``corpus/lexicon``), your own ``*.csv``.

    A table is known by its columns: ``term,kind,…`` (words/data/README.md), ``word,class,reason``,
    ``word,reason`` (the keep list) or ``text,words,reason`` (exceptions). Your rows come last and
    win: they add, override, or with kind or class ``remove`` withdraw. Where a word is kept whole
    and set aside, the later row wins; a word of the keep list is never set aside until it is
    removed from that list. ``classes`` switches classes: ``{"place": False}`` keeps place names.
    One error tells the bad rows, of many the first ones and how many there are.
    """
    active = _active_classes(classes or {})
    draft = _Draft()
    shipped = files("jianghua") / "words" / "data"
    for name in _SHIPPED:
        if (shipped / name).is_file():
            draft.read(name, (shipped / name).read_bytes())
    for path in _own_tables(folder):
        draft.read(path.name, path.read_bytes())
    if draft.problems:
        raise JianghuaError(told(draft.problems), folder or "lexicon", "correct these rows")
    return draft.finished(active)


def _active_classes(switches: Mapping[str, bool]) -> frozenset[str]:
    unknown = sorted(set(switches) - set(CLASSES))
    if unknown:
        raise JianghuaError(
            f"no such class: {', '.join(unknown)}", "classes", f"one of {', '.join(CLASSES)}"
        )
    return frozenset(name for name in CLASSES if switches.get(name, True))


def _own_tables(folder: str | Path | None) -> list[Path]:
    if folder is None:
        return []
    if not Path(folder).is_dir():
        raise JianghuaError("no such folder", folder, "make it, or leave folder out")
    beside = sorted(path for path in Path(folder).iterdir() if not path.name.startswith("."))
    tables = [path for path in beside if path.suffix.lower() == ".csv" and holds_file(path)]
    if unread := [path.name for path in beside if path not in tables and path.suffix != ".md"]:
        said = f"{folder}: holds what is no table in CSV and was not read: {told(unread)}"
        warnings.warn(said, JianghuaWarning, stacklevel=3)
    return tables


class _Draft:
    """The tables while they are being read; a `Lexicon` once `finished`."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.terms: dict[str, dict[str, str]] = {}
        self.aside: dict[str, dict[str, str]] = {}
        self.keep: dict[str, str] = {}
        self.exceptions: dict[str, tuple[str, ...]] = {}
        self.dictionary = {
            "lexicon": self._add_term,
            "tifa": self._add_tifa,
            "set aside": self._set_aside,
            "keep": self._keep,
            "exceptions": self._add_exception,
        }

    def read(self, name: str, raw: bytes) -> None:
        try:
            rows = list(_rows(raw))
            header = rows.pop(0)[1]
            take = self.dictionary[_kind_of_table(header)]
        except (ValueError, csv.Error, KeyError) as error:
            self.problems.append(f"{name}: not one of the tables of a lexicon ({error.args[0]})")
            return
        for line, row in rows:
            problem = take(row)
            if problem:
                self.problems.append(f"{name} line {line}: {problem}")

    def _add_term(self, row: dict[str, str]) -> str:
        term = row["term"]
        if row.get("kind") == REMOVE:
            return "" if self.terms.pop(term, None) else f"{term!r} is not there to remove"
        problem = _problem_of_term(row)
        if not problem:
            self.terms[term] = row
            self.aside.pop(term, None)
        return problem

    def _add_tifa(self, row: dict[str, str]) -> str:
        """A dated formulation and its aliases; those with punctuation inside are several words,
        and so are those that hold the formulation: it is what is counted (十四五 in 十四五规划)."""
        main = _plain(row["term"])
        whole = bool(_WORD.fullmatch(main)) and len(main) > 1
        for alias in [main, *map(_plain, re.split(r"[;；|]", row.get("aliases", "")))]:
            if len(alias) < 2 or not _WORD.fullmatch(alias) or (whole and main in alias != main):
                continue
            entry = {**row, "term": alias, "kind": row.get("kind", "")}
            entry["variant_of"] = main if whole and alias != main else ""
            self.terms.setdefault(alias, entry)
        return ""

    def _set_aside(self, row: dict[str, str]) -> str:
        word = row["word"]
        if row["class"] == REMOVE:
            return "" if self.aside.pop(word, None) else f"{word!r} is not there to remove"
        if row["class"] not in CLASSES:
            return f"class {row['class']!r} is none of {', '.join(CLASSES)}"
        if not word or word in self.keep:
            return f"{word!r} is on the keep list" if word else "no word"
        self.aside[word] = row
        return ""

    def _keep(self, row: dict[str, str]) -> str:
        word, reason = row["word"], row["reason"]
        if reason == REMOVE:
            return "" if self.keep.pop(word, None) else f"{word!r} is not there to remove"
        self.keep[word] = reason
        self.aside.pop(word, None)
        return "" if word else "no word"

    def _add_exception(self, row: dict[str, str]) -> str:
        text, words = row["text"], tuple(row["words"].split())
        if row.get("reason") == REMOVE:
            return "" if self.exceptions.pop(text, None) else f"{text!r} is not there to remove"
        if "".join(words) != text or not text:
            return f"the words {row['words']!r} do not make up {text!r}"
        self.exceptions[text] = words
        return ""

    def _is_phrase(self, term: str) -> bool:
        """A dated formulation that is a verb with a unit as its object (构建 + 新发展格局) dates
        a speech as it stands, but it is the object that must come out whole."""
        verb = self.aside.get(term[:2], {}).get("class") in ("empty verb", "intensifier")
        if "aliases" not in self.terms[term] or not (verb or "这个" in term):
            return False
        known = (self.terms.get(part) for part in _parts(term))
        return any(row is not None and "aliases" not in row for row in known)

    def finished(self, active: frozenset[str]) -> Lexicon:
        phrases = {term for term in self.terms if self._is_phrase(term)}
        no_units = self.aside.keys() | phrases
        terms = {t: row for t, row in self.terms.items() if t not in no_units}
        aside = {w: row for w, row in self.aside.items() if row["class"] in active}
        years = {t: row["first_year"] for t, row in terms.items() if row.get("first_year")}
        main = {t: row["variant_of"] for t, row in terms.items() if row.get("variant_of")}
        return Lexicon(
            terms=frozenset(terms),
            set_aside={w: row["class"] for w, row in aside.items()},
            variants={t: end for t in main if (end := _end_of_chain(t, main)) in terms},
            kinds={t: row["kind"] for t, row in terms.items()},
            first_years={t: int(year) for t, year in years.items() if year.isdigit()},
            reasons={w: row["reason"] for w, row in aside.items() if row.get("reason")},
            exceptions=self.exceptions,
            keep=frozenset(self.keep),
            classes=active,
        )


def _parts(term: str) -> tuple[str, ...]:
    """Every string of three characters or more after a verb of two."""
    last = len(term) + 1
    return tuple(term[i:j] for i in range(2, last) for j in range(i + 3, last))


# What Chinese users call the columns; 类别 may be a kind or a class, which its values tell.
_COLUMNS = {
    "词": "word", "词语": "word", "词条": "word", "停用词": "word", "搁置词": "word",
    "术语": "term", "提法": "term", "种类": "kind", "类": "class", "类别": "class", "分类": "class",
    "理由": "reason", "原因": "reason", "备注": "note", "来源": "source", "别名": "aliases",
    "提出年份": "first_year", "首见年份": "first_year", "文本": "text", "切分": "words",
}  # fmt: skip


def _rows(raw: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, row) of a CSV file, the header's names first; UTF-8 or what Excel saves in China, cut
    at the commas, semicolons or tabs of its first line, headings in English or Chinese."""
    text = decoded_table(raw)
    first = text.partition("\n")[0]
    delimiter = max(",;\t，；", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = [_COLUMNS.get(name.strip(), name.strip().lower()) for name in next(reader, [])]
    lines = [
        (reader.line_num, [cell.strip() for cell in cells])
        for cells in reader
        if any(cell.strip() for cell in cells)
    ]
    header = _settled(names, [cells for _, cells in lines])
    yield 1, dict.fromkeys(header, "")
    for line, cells in lines:
        yield line, dict(zip(header, [*cells, *[""] * len(header)], strict=False))


def _settled(names: list[str], rows: Iterable[list[str]]) -> list[str]:
    """Names of columns in which word and class, where all classes are kinds, are term and kind."""
    pair = {"word", "term"}.intersection(names), {"class", "kind"}.intersection(names)
    if not all(len(part) == 1 for part in pair):
        return names
    [word], [sort] = pair
    place = names.index(sort)
    values = {row[place] for row in rows if len(row) > place} - {REMOVE}
    kinds = (word, sort) != ("word", "class") or (
        values <= set(KINDS) and not values <= set(CLASSES)
    )
    return [{word: "term", sort: "kind"}.get(name, name) if kinds else name for name in names]


def _kind_of_table(header: Mapping[str, str]) -> str:
    columns = set(header)
    for name, wanted in (
        ("tifa", {"term", "aliases"}),
        ("lexicon", {"term", "kind"}),
        ("set aside", {"word", "class"}),
        ("keep", {"word", "reason"}),
        ("exceptions", {"text", "words"}),
    ):
        if wanted <= columns:
            return name
    raise KeyError(
        f"its columns are {', '.join(header) or 'none'}; they should be term,kind for words kept "
        "whole, or word,class for words set aside"
    )


def _problem_of_term(row: dict[str, str]) -> str:
    term, year = row["term"], row.get("first_year", "")
    if len(term) < 2 or not _WORD.fullmatch(term):
        return f"{term!r} is not a unit of two characters or more without punctuation"
    if row["kind"] not in KINDS:
        return f"kind {row['kind']!r} is none of {', '.join(KINDS)}"
    if year and not re.fullmatch(r"1[89]\d\d|20\d\d", year):
        return f"first_year {year!r} is not a year"
    return ""


def _plain(term: str) -> str:
    return re.sub(r"[“”\"'‘’《》「」\s]", "", term)


def _end_of_chain(term: str, main: Mapping[str, str]) -> str:
    seen = {term}
    while main.get(term) and main[term] not in seen:
        term = main[term]
        seen.add(term)
    return term


def own_words(lexicon: Lexicon) -> Iterable[str]:
    """Set-aside words of several characters: they too must come out of the text in one piece."""
    return (word for word in lexicon.set_aside if len(word) > 1)
