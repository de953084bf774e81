"""What the public functions take: a wrong kind of value is told in one line, with what makes the right one.

Annotations are the contract; they are read as they are written, so that nothing is imported for it.
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from functools import wraps
from math import isfinite
from numbers import Integral, Real
from pathlib import Path
from typing import Any, TypeVar

from jianghua.errors import JianghuaError

Function = TypeVar("Function", bound=Callable[..., Any])

_MADE_BY = {
    "Bag": 'jh.count(jh.segment(jh.passages(corpus))), or jh.read_bag("corpus/national")',
    "Tokens": "jh.segment(jh.passages(corpus))",
    "TopicModel": "jh.fit_topics(bag, 20)",
    "Themes": "jh.name_themes(model)",
    "Lexicon": "jh.read_lexicon()",
    "Corpus": 'jh.read_corpus("corpus/mine")',
    "Iterable[Speech]": 'jh.read_corpus("corpus/mine")',
    "Speech": 'jh.read_speech("a.txt"), or one of a corpus',
    "Passage": "jh.passages(corpus), or a list of texts",
    "Guide": "jh.read_guides()",
    "By": 'by="place" (year, level, speaker), or spans: [(1978, 1992), (2012, 2026)]',
    "Span": "two years, the earlier one first: (1978, 1992)",
    "Path": 'a path in quotation marks, "corpus/mine"',
    "pd.DataFrame": "jh.find_reuse(corpus)",
    "Switches": 'classes of words, ["place"]',
    "Mapping[int": 'numbers and names, {0: "创新"}',
    "Mapping[str, str": 'names and names, {"创新": "innovation"}',
    "Mapping[str, bool": '{"place": False}',
    "[str]": 'words in quotation marks, ["创新", "解放思想"]',
    "[int]": "whole numbers, [10, 20, 30]",
    "str": 'words in quotation marks, "创新"',
    "int": "a whole number without quotation marks, 20",
    "float": "a number without quotation marks, 0.5",
    "bool": "True or False",
}


_CALLED = {
    "Iterable[Speech]": "several speeches",
    "Iterable[Passage or str]": "passages or texts",
    "Iterable[Guide]": "guides",
    "Sequence[Guide]": "guides",
    "Iterable[int]": "several whole numbers",
    "int": "a whole number",
    "str": "a text",
    "Iterable[str]": "several texts",
    "Sequence[str]": "several texts",
    "Span": "a span of years",
    "tuple[int, int]": "a span of years",
    "Mapping[int, str]": "names by number",
    "Path": "a path",
    "By": "what to group by",
    "Collection[str]": "several texts",
    "Mapping[str, str]": "names by name",
    "Mapping[str, bool]": "True or False by name",
    "pd.DataFrame": "a table",
    "Switches": "several classes of words",
    "float": "a number",
    "bool": "True or False",
}
# What whole numbers of these names may be, in whatever function; the rest is the function's to say.
_BOUNDS = {
    "seed": (0, 2**63 - 1),
    "draws": (1, 100_000),
    "seeds": (1, 10_000),
    "fits": (0, 1_000),
    "workers": (1, 1_000),
    "passes": (1, 1_000_000),
    "min_speeches": (1, 10**9),
    "shortest": (1, 10**9),
    "width": (0, 10_000),
    "items": (1, 10_000),
    "n": (1, 10**9),
    "yardstick": (2, 1_000),
}


def _named(*names: str) -> Callable[[Any], bool]:
    return lambda value: any(kind.__name__ in names for kind in type(value).__mro__)


def _whole(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _many(is_one: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Many of a kind; what can be gone through only once is not looked into."""

    def fits(value: Any) -> bool:
        if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
            return False
        return not isinstance(value, Collection) or all(map(is_one, value))

    return fits


def _is_str(value: Any) -> bool:
    return isinstance(value, str) and not _HALVES.search(value)


def _is_span(value: Any) -> bool:
    return (
        isinstance(value, (list, tuple))
        and len(value) == 2
        and all(map(_whole, value))
        and value[0] <= value[1]
    )


_KINDS: dict[str, Callable[[Any], bool]] = {
    **{noun: _named(noun) for noun in ("Bag", "Tokens", "TopicModel", "Themes", "Lexicon", "Speech", "Corpus")},
    "None": lambda value: value is None,
    "str": _is_str,
    "int": _whole,
    "Path": lambda value: isinstance(value, (str, os.PathLike)),
    "pd.DataFrame": _named("DataFrame"),
    "Switches": lambda value: _many(_is_str)(value) or isinstance(value, Mapping),
    "Span": _is_span,
    "By": lambda value: _is_str(value) or _many(_is_span)(value),
    "tuple[int, int]": _is_span,
    "Iterable[Speech]": _many(_named("Speech")),
    "Iterable[Passage or str]": _many(_named("Passage", "str")),
    "Iterable[Guide]": _many(_named("Guide")),
    "Sequence[Guide]": _many(_named("Guide")),
    "Iterable[int]": _many(_whole),
    "Iterable[str]": _many(_is_str),
    "Sequence[str]": _many(_is_str),
    "Collection[str]": _many(_is_str),
    "Mapping[int, str]": lambda value: isinstance(value, Mapping) and all(map(_is_str, value.values())),
    "Mapping[str, str]": lambda value: isinstance(value, Mapping) and all(map(_is_str, [*value, *value.values()])),
    "Mapping[str, bool]": lambda value: isinstance(value, Mapping) and all(map(_is_str, value)),
    "float": lambda value: isinstance(value, Real) and not isinstance(value, bool) and isfinite(value),
    "bool": lambda value: isinstance(value, bool) or type(value).__name__ == "bool",
}  # fmt: skip
_HALVES = re.compile("[\ud800-\udfff]")  # no text: no file and no table takes them
_LONGEST_NAME, _LONGEST_PATH = 255, 4096  # bytes that Linux takes; no system takes more
_SHORT = 40  # characters of a value that is shown as it is


def how_many(number: int, noun: str) -> str:
    """A number with its noun in English: 1 speech, 2 speeches, 0 passages."""
    ending = "" if number == 1 else ("es" if noun.endswith(("ch", "sh", "s", "x")) else "s")
    return f"{number} {noun}{ending}"


def checked(function: Function) -> Function:
    """A function that refuses values of another kind than its annotations name, and numbers that
    no function takes under that name."""
    signature = inspect.signature(function)
    wanted = {
        name: kinds
        for name, parameter in signature.parameters.items()
        if (kinds := _kinds(str(parameter.annotation)))
    }

    @wraps(function)
    def call(*given: Any, **named: Any) -> Any:
        for name, value in signature.bind(*given, **named).arguments.items():
            if name in wanted and not any(_KINDS[kind](value) for kind in wanted[name]):
                raise _wrong(function.__name__, name, value, wanted[name])
            if name in _BOUNDS and _whole(value):
                _refuse_beyond(function.__name__, name, value)
            if "Path" in wanted.get(name, ()) and value is not None:
                _refuse_unopenable(function.__name__, name, value)
        return function(*given, **named)

    return call  # type: ignore[return-value]


def _refuse_beyond(function: str, name: str, value: int) -> None:
    low, high = _BOUNDS[name]
    if not low <= value <= high:
        raise JianghuaError(
            f"{name} {_as_found(value)}", function, f"a whole number from {low} to {high}"
        )


def _refuse_unopenable(function: str, name: str, value: Any) -> None:
    """Refuse what no system takes for a path: a name too long for a file, or a NUL in it."""
    if isinstance(value, (str, os.PathLike)):
        path = Path(value)
        longest = max(
            (len(part.encode("utf-8", "surrogatepass")) for part in path.parts), default=0
        )
        if "\0" in str(path) or longest > _LONGEST_NAME or len(str(path)) > _LONGEST_PATH:
            found = f"{name} is no name that a file can have"
            raise JianghuaError(found, function, _MADE_BY["Path"])


def _kinds(annotation: str) -> list[str]:
    """The kinds that an annotation names; none where it names one that is not known here."""
    kinds = annotation.replace("Passage | str", "Passage or str").split(" | ")
    known = all(kind in _KINDS for kind in kinds)
    return kinds if known else []


def _wrong(function: str, name: str, value: Any, kinds: list[str]) -> JianghuaError:
    found = "None" if value is None else _as_found(value)
    noun = next(n for n in _MADE_BY if any(n in kind for kind in kinds))
    remedy = "put it into a list: [speech]" if _one_of_many(value, kinds) else _MADE_BY[noun]
    wanted = " or ".join(_CALLED.get(kind, f"a {kind}") for kind in kinds if kind != "None")
    return JianghuaError(f"{name} is {found}, not {wanted}", function, remedy)


def _as_found(value: Any) -> str:
    """A value as it may stand in a line: itself, where it is plain and short."""
    if isinstance(value, str) and _HALVES.search(value):
        return "half a character"
    if isinstance(value, (str, int, float, list, tuple, dict)):
        with suppress(ValueError):  # a number of more digits than Python writes
            shown = repr(value)
            if len(shown) <= _SHORT and shown.isprintable():
                return shown
    return f"of type {type(value).__name__}"


def _one_of_many(value: Any, kinds: list[str]) -> bool:
    return _named("Speech")(value) and "Iterable[Speech]" in kinds
