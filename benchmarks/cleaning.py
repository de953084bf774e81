"""How much cleaning takes out, as one JSON: ``python benchmarks/cleaning.py [SHARED]``.

``corpora``: for each folder of texts below SHARED/corpora the removed characters and their share of
all characters, by reason; blanks are counted apart. In reports that are clean already every other
character removed is an error. ``styles``: for the portal styles of the tests, the share of portal
text that was found (recall) and of speech text that was lost. ``grafted``: how often a report with
the head and tail of a style around it comes out as it does alone.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "speeches"))

from portals.marked import Marked, styles  # noqa: E402

from jianghua.speeches.cleaning import clean  # noqa: E402
from jianghua.speeches.removals import Removal  # noqa: E402

SHARED = Path(os.environ.get("JIANGHUA_SHARED", ROOT / ".." / "shared"))


def corpus_figures(folder: Path) -> dict[str, object]:
    """Removed characters of all texts in a folder, by reason, with the time taken."""
    removed: Counter[str] = Counter()
    total, started = 0, time.perf_counter()
    paths = sorted(folder.glob("*.txt"))
    for path in paths:
        raw = path.read_bytes().decode("utf-8", "replace")
        total += len(raw)
        for removal in clean(raw).removals:
            removed[_counted_as(removal)] += len(removal.text)
    return {
        "texts": len(paths),
        "characters": total,
        "removed": dict(sorted(removed.items())),
        "removed_share_without_blanks": (sum(removed.values()) - removed["blank"]) / max(total, 1),
        "characters_with_words_removed": sum(
            count
            for reason, count in removed.items()
            if reason not in {"blank", "false line break"}
        ),
        "seconds": round(time.perf_counter() - started, 2),
    }


def _counted_as(removal: Removal) -> str:
    return removal.reason if removal.text.strip() or removal.reason != "page furniture" else "blank"


def style_figures(style: Marked) -> dict[str, float]:
    """Characters (blanks aside) of portal and speech in one style, and how many were removed."""
    gone = [False] * len(style.raw)
    for removal in clean(style.raw).removals:
        if removal.reason != "mask":
            gone[removal.start : removal.end] = [True] * len(removal.text)
    words = [n for n, character in enumerate(style.raw) if not character.isspace()]
    portal = [n for n in words if style.portal[n]]
    speech = [n for n in words if not style.portal[n]]
    return {
        "portal": len(portal),
        "portal_found": sum(gone[n] for n in portal),
        "speech": len(speech),
        "speech_lost": sum(gone[n] for n in speech),
    }


def all_style_figures() -> dict[str, object]:
    """Every style, and recall and loss over all of them."""
    each = {style.name: style_figures(style) for style in styles()}
    sums = {
        name: sum(figures[name] for figures in each.values()) for name in next(iter(each.values()))
    }
    return {
        "styles": len(each),
        "recall_of_portal_text": sums["portal_found"] / sums["portal"],
        "loss_of_speech_text": sums["speech_lost"] / sums["speech"],
        "not_perfect": {
            name: figures
            for name, figures in each.items()
            if figures["portal_found"] < figures["portal"] or figures["speech_lost"]
        },
    }


def grafted_figures(folders: list[Path]) -> dict[str, object]:
    """Heads and tails of the styles set around real reports, three reports a style.

    ``exact``: how often the report comes out as it does without a portal around it.
    """
    paths = [path for folder in folders for path in sorted(folder.glob("*.txt"))]
    trials, wrong = 0, []
    for number, style in enumerate(styles() if paths else []):
        head, tail = _surroundings(style)
        for step in (0, 60, 120) if (head + tail).strip() else ():
            path = paths[(number + step) % len(paths)]
            report = path.read_bytes().decode("utf-8", "replace").strip()
            trials += 1
            if clean(head + report + tail).text != clean(report).text:
                wrong.append(f"{style.name} around {path.stem}")
    return {"trials": trials, "exact": trials - len(wrong), "wrong": wrong}


def _surroundings(style: Marked) -> tuple[str, str]:
    """What a style has above and below the speech; nothing for those that also cut into it."""
    spoken = [n for n, portal in enumerate(style.portal) if not portal and style.raw[n].strip()]
    inside = style.portal[spoken[0] : spoken[-1]]
    if any(inside) and style.raw[spoken[0] - 2 : spoken[0]].endswith(("、", "# ")):
        return "", ""
    return style.raw[: spoken[0]], style.raw[spoken[-1] + 1 :]


def main() -> None:
    """Print the figures."""
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED
    names = ("corpora/gwr-national", "corpora/gwr-provincial", "corpora/five-year-plans", "seeds")
    folders = [shared / name for name in names if (shared / name).is_dir()]
    figures = {
        "corpora": {folder.name: corpus_figures(folder) for folder in folders},
        "styles": all_style_figures(),
        "grafted": grafted_figures([folder for folder in folders if "gwr" in folder.name]),
    }
    print(json.dumps(figures, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
