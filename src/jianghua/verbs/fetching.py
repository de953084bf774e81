"""The verb fetch: the texts of a collection, from the addresses its catalogue pins."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from jianghua import store
from jianghua.errors import JianghuaError
from jianghua.speeches.cleaning import clean
from jianghua.speeches.corpus import Speech, read_corpus
from jianghua.speeches.fetching import (
    GITHUB,
    Limits,
    Unreachable,
    address_of,
    download,
    speech_lines,
)
from jianghua.verbs.places import Told, silent

BASE = "JIANGHUA_FETCH_FROM"  # the environment may name a mirror


def fetch(
    name: Path,
    base: str = "",
    limits: Limits | None = None,
    told: Told = silent,
    wait: Callable[[float], None] = time.sleep,
) -> tuple[list[str], int]:
    """Fetch the texts that are not here yet; returns lines to print and how many are missing still.

    A text is put into ``texts/`` only if it has the catalogue's SHA-256 after cleaning; another one
    is kept in ``fetched/`` to be looked at. What was fetched stays when the rest fails.
    """
    collection = _collection(name)
    corpus = read_corpus(collection)
    expected = {row["id"]: row["sha256"] for row in store.read_rows(collection)}
    wanted = [speech for speech in corpus if not _is_here(speech, expected)]
    base = base or os.environ.get(BASE, "") or GITHUB
    fetcher = _Fetcher(collection, base, limits or Limits(), wait, {})
    lines, missing = _fetch_all(wanted, expected, fetcher, told)
    here = len(corpus) - missing
    return [*lines, f"{here} of {len(corpus)} texts are here and as catalogued"], missing


def _collection(name: Path) -> Path:
    """A folder, or the name of a collection in ``corpus``."""
    if (name / "catalog.csv").is_file():
        return name
    if (Path("corpus") / name / "catalog.csv").is_file():
        return Path("corpus") / name
    raise JianghuaError("no such collection", name, "a folder with a catalog.csv, or its name")


def _is_here(speech: Speech, expected: dict[str, str]) -> bool:
    return speech.text is not None and store.digest(speech.text.encode()) == expected[speech.id]


@dataclass(frozen=True)
class _Fetcher:
    """Where from, within which limits; files that hold several speeches are fetched once."""

    collection: Path
    base: str
    limits: Limits
    wait: Callable[[float], None]
    held: dict[str, bytes]

    def raw(self, address: str) -> bytes:
        if address not in self.held:
            if self.held:
                self.wait(self.limits.pause)
            self.held[address] = download(address, self.limits, self.wait)
        return self.held[address]


def _fetch_all(
    wanted: list[Speech], expected: dict[str, str], fetcher: _Fetcher, told: Told
) -> tuple[list[str], int]:
    lines, missing = [], 0
    for done, speech in enumerate(wanted):
        told(done, len(wanted))
        try:
            problem = _fetch_one(speech, expected[speech.id], fetcher)
        except Unreachable as error:
            lines.append(str(error))
            missing += len(wanted) - done
            break
        except JianghuaError as error:
            problem = str(error)
        missing += bool(problem)
        lines += [f"{speech.id}: {problem}"] if problem else []
    told(len(wanted), len(wanted))
    return lines, missing


def _fetch_one(speech: Speech, sha256: str, fetcher: _Fetcher) -> str:
    """Fetch one text and write it; what is wrong with it, if anything."""
    if speech.text is not None:
        return "another text is in its place. Try: move it away, then fetch again"
    address = address_of(speech.source, fetcher.base)
    if not address:
        return "its source names no address. Try: put the text in texts/ by hand"
    cleaned = clean(speech_lines(fetcher.raw(address), address, speech.year))
    if store.digest(cleaned.text.encode()) == sha256:
        store.write_speech(fetcher.collection, replace(speech, text=cleaned.text), cleaned.removals)
        return ""
    aside = fetcher.collection / "fetched" / f"{speech.id}.txt"
    store.write_text(aside, cleaned.text)
    return f"what is there differs from the catalogued text, kept in {aside}. Try: compare them"
