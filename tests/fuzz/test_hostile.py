"""The battery, run as people would meet it: hostile files in a folder among good ones."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

import pytest

from jianghua.speeches.corpus import read_corpus
from jianghua.speeches.isolating import Reader
from jianghua.verbs.adding import add
from tests.fuzz.cases import CASES, Case
from tests.fuzz.documents import SPEECH, word

GOOD = {
    "good-1.txt": (SPEECH + "好一。\n").encode(),
    "zgood-2.docx": word(SPEECH + "好二。\n"),
}
QUICK = [case for case in CASES if not case.slow or os.environ.get("JIANGHUA_SLOW")]  # make fuzz


@pytest.fixture(scope="module")
def reader():
    """One reader for all cases, as one run of add has it."""
    with Reader() as one:
        yield one


def added(
    case: Case, folder: Path, reader: Reader
) -> tuple[list[dict[str, str]], dict[str, str], list[str]]:
    """Records, texts by id and the lines printed, of a case among good documents."""
    inside, to = folder / "files", folder / "project" / "corpus" / "mine"
    inside.mkdir()
    for name, content in GOOD.items():
        (inside / name).write_bytes(content)
    case.make(inside / case.name)
    lines, _ = add([inside], to, reader=reader)
    with (to / "added.csv").open(encoding="utf-8", newline="") as table:
        records = list(csv.DictReader(table))
    return records, {speech.id: speech.text or "" for speech in read_corpus(to)}, lines


def faults(case: Case, record: dict[str, str], texts: dict[str, str]) -> list[str]:
    """What is wrong with the record of a case."""
    text = texts.get(record["id"].split(" ")[0], "")
    wrong = []
    if record["status"] not in case.statuses:
        wrong.append(f"is {record['status']}")
    if record["status"] != "added" and not record["reason"]:
        wrong.append("has no reason")
    if not re.search(case.says, record["reason"]):
        wrong.append(f"does not say {case.says}")
    if record["status"] in ("added", "warned"):
        wrong += [f"lacks {words}" for words in case.holds if words not in text]
        wrong += [f"holds {words!r}" for words in case.lacks if words in text]
    return [f"{case.title}: {one} ({record['reason'][:150]})" for one in wrong]


@pytest.mark.parametrize("case", QUICK, ids=lambda case: case.title)
def test_a_hostile_file_is_used_or_refused_as_it_should(tmp_path, reader, case):
    """A case has the status, the reason and the words that it should have; the good documents
    beside it are used; and the sums printed are those of the records."""
    records, texts, lines = added(case, tmp_path, reader)
    good = {str(tmp_path / "files" / name) for name in GOOD}
    status = {record["path"]: record["status"] for record in records}
    [record] = [record for record in records if record["path"] not in good]
    assert faults(case, record, texts) == []
    assert all(status[path] in ("added", "warned") for path in good)
    total, *parts = map(int, re.findall(r"\d+", lines[-1]))
    assert total == len(records) == sum(parts) == len(GOOD) + 1
    assert all("\n" not in line for line in lines)
