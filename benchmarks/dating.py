"""How well the words alone date a speech: prints one JSON object.

    python benchmarks/dating.py FOLDER...

Each folder holds ``catalog.csv`` (id, title, year) and ``<id>.txt``. Without arguments: the folder
``corpora`` of JIANGHUA_SHARED. The reports are dated three ways: as they are (title not given),
with title, date lines and every explicit year blanked, and with the ordinals of five-year plans
blanked too. What these figures are not: a held-out test. How usual terms are (USUAL) was counted on provincial
reports of even years; but first years of the table were checked against all these reports (a term
found before its first year led to a correction), and the thresholds for recycled texts and some
patterns were chosen while the figures of all of them were in sight. Odd years are thus nearly, not
wholly, unseen, and all of it is one genre given mostly in January to March.
"""

from __future__ import annotations

import csv
import json
import os
import re
import statistics
import sys
import time
from pathlib import Path

from jianghua.speeches.clues import YEAR, plain
from jianghua.speeches.dating import Dating, date_speech

_YEARS = re.compile(
    rf"{YEAR}|(?<!\d)(?:1 ?9|2 ?0) ?\d ?\d(?!\d)|[一二][九〇][〇一二三四五六七八九]{{2}}(?=年)"
)
_HEADER = re.compile(r"年|月|届|会议|政府工作报告|省长|总理|主席|[^。]{0,20}$")
_SALUTATION = re.compile(r"各位代表|同志们|各位")
_ORDINALS = re.compile(r"[“\"]?十?[一二三四五六七八九十]五[”\"](?!普法)|十?[一二三四五六七八九十]五(?=规划|计划|时期|期间)"
                       r"|第十?[一二三四五六七八九十]个五年(?=规划|计划)")  # fmt: skip


def blanked(text: str, ordinals: bool) -> str:
    """The text without its lines before the salutation, without years, optionally without plans."""
    lines = text.split("\n")
    salutation = next((i for i, line in enumerate(lines[:8]) if _SALUTATION.match(line.strip())), 0)
    body = "\n".join(lines[salutation:])
    foot = body.rstrip().rsplit("\n", 1)[-1]
    if len(foot) < 30 and _YEARS.search(plain(foot)):
        body = body[: body.rindex(foot)]
    body = _YEARS.sub("□", plain(body))
    return _ORDINALS.sub("□", body) if ordinals else body


def excerpt(text: str, length: int = 3500) -> str:
    """As much from the middle as a short speech has."""
    return text[max(0, len(text) // 2 - length // 2) :][:length]


def figures(dated: list[tuple[int, Dating]]) -> dict[str, float]:
    """Shares of reports, except ``reports`` (a number) and ``median_width`` (years)."""
    if not dated:
        return {"reports": 0}
    held = [
        d.year_low <= y <= d.year_high if d.year_low and d.year_high else False for y, d in dated
    ]
    widths = [d.year_high - d.year_low + 1 for _, d in dated if d.year_low and d.year_high]
    near = [d.year is not None and abs(d.year - y) <= 1 for y, d in dated]
    return {
        "reports": len(dated),
        "interval_right": round(sum(held) / len(dated), 3),
        "median_width": statistics.median(widths) if widths else float("nan"),
        "within_one_year": round(sum(near) / len(dated), 3),
        "exact": round(sum(d.year == y for y, d in dated) / len(dated), 3),
        "flagged_recycled": round(
            sum(any("recycled" in f for f in d.flags) for _, d in dated) / len(dated), 3
        ),
    }


def edited(reports: list[tuple[str, int, str]]) -> dict[str, float]:
    """Short blanked texts of 1990-2016 into which somebody wrote two formulations of 2022-2023."""
    old = [(y, excerpt(blanked(t, False))) for _, y, t in reports if 1990 <= y <= 2016]
    late = "贯彻党的二十大精神，发展新质生产力。"
    dated = [(y, date_speech(f"{text}\n{late}")) for y, text in old]
    found = [(y, d) for y, d in dated if any(f.startswith("recycled") for f in d.flags)]
    return {"found": round(len(found) / max(1, len(dated)), 3), **figures(dated)}


def read(folder: Path) -> list[tuple[str, int, str]]:
    with (folder / "catalog.csv").open(encoding="utf-8-sig", newline="") as rows:
        return [
            (row["id"], int(row["year"]), (folder / f"{row['id']}.txt").read_text(encoding="utf-8"))
            for row in csv.DictReader(rows)
        ]


def split(dated: list[tuple[int, Dating]]) -> dict[str, dict[str, float]]:
    late = [(y, d) for y, d in dated if 1990 <= y <= 2026]
    return {
        "all_years": figures(dated),
        "1990-2026": figures(late),
        "1990-2026_even": figures([(y, d) for y, d in late if y % 2 == 0]),
        "1990-2026_odd": figures([(y, d) for y, d in late if y % 2]),
    }


def main(folders: list[Path]) -> None:
    result: dict[str, object] = {}
    for folder in folders:
        reports = read(folder)
        start = time.perf_counter()
        unblanked = [(y, date_speech(t)) for _, y, t in reports]
        seconds = time.perf_counter() - start
        result[folder.name] = {
            "as_it_is": figures(unblanked),
            "seconds_each": round(seconds / len(reports), 3),
            "not_exact": [
                i for (i, y, _), (_, d) in zip(reports, unblanked, strict=True) if d.year != y
            ],
            "years_blanked": split([(y, date_speech(blanked(t, False))) for _, y, t in reports]),
            "years_blanked_3500_characters": split(
                [(y, date_speech(excerpt(blanked(t, False)))) for _, y, t in reports]
            ),
            "years_blanked_3500_characters_edited": edited(reports),
            "years_and_plans_blanked": split(
                [(y, date_speech(blanked(t, True))) for _, y, t in reports]
            ),
        }
    print(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    beside = Path(__file__).resolve().parents[2] / "shared"
    shared = Path(os.environ.get("JIANGHUA_SHARED", beside)) / "corpora"
    folders = [Path(name) for name in sys.argv[1:]] or [
        shared / name for name in ("gwr-national", "gwr-provincial")
    ]
    if missing := [str(folder) for folder in folders if not (folder / "catalog.csv").is_file()]:
        sys.exit(f"no reports in {', '.join(missing)}: set JIANGHUA_SHARED, or name folders")
    main(folders)
