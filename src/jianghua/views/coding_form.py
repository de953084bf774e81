"""The form in which a coder answers: one page that works offline and holds no key.

Answers stay in the coder's browser and leave it as a CSV file. The same questions can be answered in
a plain sheet.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files

from jianghua.errors import JianghuaError
from jianghua.topics.validation import Item, Trial
from jianghua.views.markup import safe_json, script_source, text_markup

SHEET_CHOICES = 6
SHEET_COLUMNS = (
    "set", "coder", "item", "test", "question", "passage",
    *(f"choice_{n}" for n in range(1, SHEET_CHOICES + 1)), "answer",
)  # fmt: skip

_BODY = """<header><h1 id="heading"></h1>
<button type="button" id="language" data-say="other_language"></button></header>
<noscript><p>请允许本页运行脚本，或改用 CSV 表。 Let this page run its script, or use the CSV sheet.</p></noscript>
<details open><summary data-say="guide"></summary>
<p data-say="guide_1"></p><p data-say="guide_2"></p><p data-say="guide_3"></p><p data-say="guide_4"></p>
</details>
<main>
<p id="count" aria-live="polite"></p><progress id="bar" aria-labelledby="count"></progress>
<h2 id="question" style="font-size:1.05rem"></h2>
<p id="passage_note" style="margin:0"></p><div id="passage"></div>
<fieldset><legend data-say="choices"></legend><div id="choices"></div></fieldset>
<p id="said" role="status"></p>
</main>
<footer>
<button type="button" id="back" data-say="back"></button>
<button type="button" id="next" data-say="next"></button>
<button type="button" id="open" data-say="open"></button>
<button type="button" id="save" data-say="save"></button>
<label class="file"><span data-say="load"></span><input type="file" id="load" accept=".csv,text/csv"></label>
</footer>
"""


def coding_form(trial: Trial, coder: str, language: str = "zh") -> str:
    """One HTML document with the questions of a trial in a coder's own order, in Chinese or English.

    What the page holds is what the coder may see: neither the key nor the number of any topic. It
    loads nothing and sends nothing.
    """
    wording = form_wording()
    if language not in wording:
        raise JianghuaError(f"language {language!r}", "coding_form", "zh or en")
    data = {
        "set": trial.checksum,
        "coder": coder,
        "language": language,
        "wording": wording,
        "items": [_seen(item) for item in trial.order_for(coder)],
    }
    script = _page_file("coding.js")
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src {script_source(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{wording[language]["tag"]}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{text_markup(wording[language]['title'])} · {text_markup(coder)}</title>\n"
        f"<style>{_page_file('coding.css')}</style>\n</head>\n<body>\n{_BODY}"
        f'<script type="application/json" id="coding-data">{safe_json(data)}</script>\n'
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def _seen(item: Item) -> dict[str, object]:
    return {
        "id": item.id,
        "test": item.test,
        "passage": item.passage,
        "in_words": item.in_words,
        "choices": list(item.choices),
    }


def coding_sheet(trial: Trial, coder: str, language: str = "zh") -> Iterator[tuple[str, ...]]:
    """The same questions as rows of a table (`SHEET_COLUMNS`), the answer left open."""
    wording = form_wording()[language]
    for item in trial.order_for(coder):
        choices = (*item.choices, *("",) * (SHEET_CHOICES - len(item.choices)))
        question = wording[item.test]
        yield (trial.checksum, coder, item.id, item.test, question, item.passage, *choices, "")


def form_wording() -> dict[str, dict[str, str]]:
    """What the form says, by language."""
    wording: dict[str, dict[str, str]] = tomllib.loads(_page_file("coding.toml"))
    return wording


def _page_file(name: str) -> str:
    return (files("jianghua.views") / "page" / name).read_text(encoding="utf-8")
