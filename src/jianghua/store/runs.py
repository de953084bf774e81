"""The record of runs: which verb made what is in ``build`` and ``figures``, with which options."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from jianghua.errors import JianghuaError
from jianghua.speeches.source import holds_file
from jianghua.store.writing import write_text


@dataclass(frozen=True)
class Run:
    """One run of a verb: option → its words (none for a switch), and the version that ran."""

    verb: str
    options: Mapping[str, Sequence[str]]
    version: str


def record_run(path: str | Path, run: Run) -> None:
    """Add a run to the record, as its newest; the same run before is forgotten."""
    kept = [known for known in read_runs(path) if asdict(known) != asdict(run)]
    lines = (json.dumps(asdict(one), ensure_ascii=False) for one in (*kept, run))
    write_text(path, "".join(f"{line}\n" for line in lines))


def read_runs(path: str | Path) -> list[Run]:
    """The runs in a record, oldest first; none where there is no record."""
    path = Path(path)
    if not holds_file(path):
        return []
    try:
        return [
            _run(json.loads(line)) for line in path.read_text(encoding="utf-8").split("\n") if line
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise JianghuaError("not a record of runs", path, "remove it, and run again") from None


def _run(entry: Mapping[str, object]) -> Run:
    options = entry["options"]
    if not isinstance(options, dict) or not all(isinstance(v, list) for v in options.values()):
        raise ValueError("options")
    return Run(
        str(entry["verb"]),
        {str(name): [str(word) for word in words] for name, words in options.items()},
        str(entry["version"]),
    )
