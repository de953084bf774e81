"""Text and data inside a page: always data, never markup or script."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import unicodedata
from importlib.resources import files

_NOT_IN_HTML = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def text_markup(text: str) -> str:
    """Text for HTML, between tags or in quotes; a character that no page may hold becomes �."""
    return html.escape(_NOT_IN_HTML.sub("\ufffd", text))


def safe_json(value: object) -> str:
    """JSON that no HTML parser takes for markup and no JavaScript parser for a line's end: all but
    plain ASCII is escaped, and so are < > and &."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def script_source(script: str) -> str:
    """How a Content-Security-Policy names the one script it lets run."""
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def visible(text: str) -> str:
    """Text in which every sign that cannot be seen, or turns others round, stands as its code;
    line ends stay line ends."""
    return "".join(
        f"⟨U+{ord(sign):04X}⟩" if unicodedata.category(sign) in _UNSEEN and sign != "\n" else sign
        for sign in text
    )


_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def page_file(name: str) -> str:
    """A file of the folder ``page``: what pages and widgets are made of."""
    return (files("jianghua.views") / "page" / name).read_text(encoding="utf-8")
