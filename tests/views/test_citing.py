"""What to cite follows what was used, and is BibTeX that a parser reads."""

from __future__ import annotations

import re

from jianghua.views.citing import as_bibtex, as_text, references, uses_of

EVERYTHING = {"always", "segmented", "model", "engine scvb0", "engine gensim", "explorer", "validation",
              "keyness", "topic_map", "topic_choice", "theme_shares", "trend", "heat",
              "span_differences", "distance_to_national", "nearest_year", "share_sensitivity"}  # fmt: skip
REQUIRED = {"article": "journal", "inproceedings": "booktitle", "book": "publisher", "misc": "note"}


def parsed(bibtex: str) -> list[tuple[str, str, dict[str, str]]]:
    """(type, key, fields) of each entry; fails on braces that do not close and on stray text."""
    entries, rest = [], bibtex
    while rest.strip():
        head = re.match(r"\s*@(\w+)\{([^,\s]+),", rest)
        assert head, rest[:80]
        body, end = _braced(rest, rest.index("{"))
        fields = {}
        inner = body.partition(",")[2]
        while inner.strip(" \n,"):
            name = re.match(r"[\s,]*(\w+) = (?=\{)", inner)
            assert name, inner[:80]
            value, stop = _braced(inner, name.end())
            fields[name[1]] = value
            inner = inner[stop:]
        entries.append((head[1], head[2], fields))
        rest = rest[end:]
    return entries


def _braced(text: str, start: int) -> tuple[str, int]:
    depth = 0
    for i in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[i], 0)
        if depth == 0:
            return text[start + 1 : i], i + 1
    raise AssertionError("a brace does not close")


def test_bibtex_parses() -> None:
    """Every entry has a key of its own, an author, a title, a year, and where it appeared."""
    entries = parsed(as_bibtex(references(EVERYTHING)))
    keys = [key for _, key, _ in entries]
    assert len(keys) == len(set(keys)) >= 20
    for kind, key, fields in entries:
        assert {"author", "title", "year", REQUIRED[kind]} <= set(fields), key
        assert re.fullmatch(r"[12]\d{3}", fields["year"])
        assert not re.search(r"(?<!\\)[&%#]", " ".join(fields.values()))
        assert all(c.isascii() or ord(c) > 0x2E80 for v in fields.values() for c in v), key


def test_only_what_was_used() -> None:
    """Without a model no paper on models; with gensim's engine Hoffman and not Foulds; a table brings
    its papers."""
    assert {e["key"] for e in references(uses_of(None, []))} == {"jianghua", "jieba"}
    fitted = {
        e["key"] for e in references(uses_of({"settings": {"engine": "gensim"}}, ["keyness"]))
    }
    assert {"hoffman2010", "monroe2008", "blei2003"} <= fitted and "foulds2013" not in fitted
    assert {"chang2009", "ying2022", "hayes2007"} <= {e["key"] for e in references({"validation"})}


def test_text_is_a_list() -> None:
    """As text, one work a line, sorted, names before years."""
    lines = as_text(references(EVERYTHING)).splitlines()
    assert lines == sorted(lines, key=str.casefold)
    assert all(re.search(r"^.+ \([12]\d{3}\)\. .+\.$", line) for line in lines)
    assert any(line.startswith("Blei, D. M., Ng, A. Y. & Jordan, M. I. (2003). ") for line in lines)
