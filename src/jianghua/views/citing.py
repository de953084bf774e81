"""What a study should cite: this package, the libraries behind it, the paper behind each measure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import Any

Reference = Mapping[str, str]  # key, type, and the fields of BibTeX

# BibTeX of the older kind sorts and prints ASCII only; others read these as well.
_LATEX = {
    "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "$": r"\$",
    "Ř": r"{\v R}", "ř": r"{\v r}", "ů": r"{\r u}", "ä": r'{\"a}', "ö": r'{\"o}', "ü": r'{\"u}',
}  # fmt: skip


def uses_of(manifest: Mapping[str, Any] | None, tables: Collection[str]) -> set[str]:
    """What a study used: its tables by name, and the parts of its model."""
    used = {"always", "segmented", *tables}
    if manifest:
        settings = manifest.get("settings", {})
        used |= {"model", f"engine {settings.get('engine')}"}
        used |= {"guides"} if settings.get("guides") else set()
    return used


def references(uses: Collection[str]) -> list[Reference]:
    """The references of a study, in the order of the table they come from."""
    table = tomllib.loads((files("jianghua.views") / "references.toml").read_text(encoding="utf-8"))
    return [
        _filled({"key": key, **{k: v for k, v in entry.items() if k != "when"}})
        for key, entry in table.items()
        if set(entry["when"]) & set(uses)
    ]


def _filled(entry: dict[str, str]) -> Reference:
    """An entry with the version of its package where it names one."""
    if entry["key"] == "jianghua":
        return {**entry, "note": f"Version {_version('jianghua')}"}
    return {
        **entry,
        **{k: v.format(jieba=_version("jieba")) for k, v in entry.items() if k == "note"},
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def as_bibtex(entries: Sequence[Reference]) -> str:
    """BibTeX entries; ``software`` goes as ``misc``, which every style knows."""
    return "\n".join(_entry(entry) for entry in entries)


def _entry(entry: Reference) -> str:
    kind = "misc" if entry["type"] == "software" else entry["type"]
    fields = "".join(
        f"  {name} = {{{_latex(name, value)}}},\n"
        for name, value in entry.items()
        if name not in ("key", "type")
    )
    return f"@{kind}{{{entry['key']},\n{fields}}}\n"


def _latex(name: str, value: str) -> str:
    """A value for LaTeX; titles keep their capitals."""
    written = "".join(_LATEX.get(c, c) for c in value)
    return f"{{{written}}}" if name == "title" else written


def as_text(entries: Sequence[Reference]) -> str:
    """One reference a line, as a list of works writes them, by author and year."""
    return "".join(f"{line}\n" for line in sorted(map(_line, entries), key=str.casefold))


def _line(entry: Reference) -> str:
    authors = [_name(author) for author in entry["author"].split(" and ")]
    shown = authors[0] if len(authors) == 1 else f"{', '.join(authors[:-1])} & {authors[-1]}"
    where = entry.get("journal") or entry.get("booktitle") or entry.get("publisher") or ""
    number = f"({entry['number']})" if "number" in entry else ""
    volume = f" {entry['volume']}{number}" if "volume" in entry else ""
    pages = f", {entry['pages']}" if "pages" in entry else ""
    ends = [f"{where}{volume}{pages}", entry.get("note", "")]
    tail = " ".join(f"{end}." for end in ends if end)
    return f"{shown} ({entry['year']}). {entry['title']}. {tail}".replace("--", "–").strip()


def _name(author: str) -> str:
    """Family name and initials; a name in braces is written as it is."""
    if author.startswith("{"):
        return author.strip("{}")
    family, _, given = author.partition(", ")
    return f"{family}, {' '.join(f'{part[0]}.' for part in re.split('[ -]', given) if part)}"
