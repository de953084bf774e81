"""From a raw text to the words of the speech, with a record of everything taken out."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from jianghua.speeches.characters import INVISIBLE
from jianghua.speeches.chunkmarks import chunk_mark_cuts
from jianghua.speeches.contents import contents_cuts
from jianghua.speeches.covering import covering_cuts
from jianghua.speeches.cues import cue_cuts, line_number_cuts
from jianghua.speeches.heads import run_on_cuts
from jianghua.speeches.linebreaks import false_break_cuts
from jianghua.speeches.masks import mask_cuts
from jianghua.speeches.notes import note_cuts
from jianghua.speeches.portal import (
    front_matter_cuts,
    furniture_cuts,
    glued_head_cuts,
    glued_tail_cuts,
    head_cuts,
    page_stamp_cuts,
    tail_cuts,
    watermark_cuts,
)
from jianghua.speeches.removals import Cleaned, Cut, Removal, Step, apply, rebuild

__all__ = ["STEPS", "Cleaned", "Removal", "clean", "rebuild"]

_ENTITY = re.compile(r"&(?:#\d{1,6}|#[xX][0-9a-fA-F]{1,5}|[A-Za-z]{2,8});")
_LINE_ENDING = re.compile(r"\r(?!\n)|[\x0b\x0c\x85\u2028\u2029]")
_RETURN = re.compile("\r")  # what is left of CRLF
_NO_CHARACTER = re.compile("[\ufffc-\uffff\ufdd0-\ufdef]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_TAG = re.compile(
    r"</?(?:p|br|div|span|font|strong|b|i|u|em|a|img|table|tbody|tr|td|th|center|h[1-6]|ul|ol|li|"
    r"section|script|style|o:p)(?:\s[^<>\n]{0,300})?/?>",
    re.I,
)


def clean(raw: str, outside: Iterable[Cut] = ()) -> Cleaned:
    """The speech in a raw text, and what was removed around and inside it.

    ``outside`` are stretches that the file's format has shown to be no part of the document; they
    bring reasons of their own. The other reasons: portal head, portal tail, page furniture,
    watermark, front matter, translation, covering notice, footnote, footnote mark, time code,
    line number, contents list, chunk mark, jamming, markup, entity, line ending, label after title,
    invisible character, unreadable character, private-use character, false line break, mask, blank.
    ``rebuild(cleaned.text, cleaned.removals) == raw`` for every text.
    """
    return apply(raw, (lambda _: outside, *STEPS))


def entity_cuts(text: str) -> Iterator[Cut]:
    """HTML entities left in the text; the character they name takes their place."""
    for match in _ENTITY.finditer(text):
        if len(html.unescape(match.group())) == 1:
            yield Cut(match.start(), match.end(), "entity")


def tag_cuts(text: str) -> Iterator[Cut]:
    """HTML tags left in the text."""
    yield from _all(_TAG, text, "markup")


def markdown_cuts(text: str) -> Iterator[Cut]:
    """Heading and emphasis signs, in a text that is written in Markdown.

    ``**`` is also the commonest mask; it is a sign of emphasis only in a text with Markdown
    headings or with whole lines set in it.
    """
    headings = list(re.finditer(r"^#{1,6}[ \t]+(?=\S)", text, re.M))
    bold = re.findall(r"^\*\*[^*\n]+\*\*$", text, re.M)
    if not headings and len(bold) < 2:
        return
    for match in headings:
        yield Cut(match.start(), match.end(), "markup")
    for match in _EMPHASIS.finditer(text):
        width = len(match[1] or match[2])
        yield Cut(match.start(), match.start() + width, "markup")
        yield Cut(match.end() - width, match.end(), "markup")
    for match in re.finditer(r"^(?:-{3,}|\*{3,})[ \t]*(?:\n|$)", text, re.M):
        yield Cut(match.start(), match.end(), "markup")


# one star is emphasis only between blanks or stops: 在*市 is a mask
_EMPHASIS = re.compile(
    r"(?<!\*)(\*\*)[^*\n]{1,80}\*\*|(?<![\w*])(\*)(?=\S)[^*\n]{1,80}(?<=\S)\*(?![\w*])"
)


def translation_cuts(text: str) -> Iterator[Cut]:
    """Lines in Latin letters between the lines of a Chinese speech, where a page has both."""
    foreign = [m for m in re.finditer(r"^[^\n]+$", text, re.M) if _is_foreign(m.group())]
    letters = sum(end - start for start, end in (m.span() for m in foreign))
    if len(foreign) >= _FEWEST_FOREIGN and len(_HAN.findall(text)) >= max(200, letters / 8):
        yield from (Cut(m.start(), m.end(), "translation") for m in foreign)


_HAN = re.compile("[\u3400-\u9fff]")
_FEWEST_FOREIGN = 3


def _is_foreign(line: str) -> bool:
    return not _HAN.search(line) and len(re.findall(r"[A-Za-z\u00c0-\u024f]{2,}", line)) >= 3


def line_ending_cuts(text: str) -> Iterator[Cut]:
    """Line endings other than LF; LF takes the place of those that stand alone."""
    yield from _all(_LINE_ENDING, text, "line ending")


def unseen_cuts(text: str) -> Iterator[Cut]:
    """Characters that no reader sees, private ones, and those that decoding could not read."""
    yield from _all(_RETURN, text, "invisible character")
    yield from _all(INVISIBLE, text, "invisible character")
    yield from _all(_NO_CHARACTER, text, "unreadable character")
    yield from _all(_PRIVATE, text, "private-use character")


def jamming_cuts(text: str) -> Iterator[Cut]:
    """Strings of stray signs that forums sow against copying (``$ _ @! u2 s/ |% Q) X+ u0``)."""
    for match in _JAMMING.finditer(text):
        signs = len(re.findall(r"[^\w\s]", match.group()))
        if signs >= 0.2 * len(match.group()) and len(match.group().split()) >= 5:
            yield Cut(match.start(), match.end(), "jamming")


_JAMMING = re.compile(r"(?<![!-~])(?:[!-~]{1,4}[ \t]+){4,}[!-~]{1,4}(?![!-~])")


def label_cuts(text: str) -> Iterator[Cut]:
    """范文 (model text) behind the title; where the text runs on, a line break takes its place."""
    match = _LABELLED.search(text[:4000])
    if match:
        glued = text[match.end() : match.end() + 1] not in {"", "\n"}
        reason = "label after title" if glued else "portal head"
        yield Cut(match.start(1), match.end(1), reason)


_LABELLED = re.compile(
    r"(?m:^)[ \t　]*[^。！？；，,：:>\n]{4,60}?(?:讲话|报告|发言|致辞|演讲|党课|谈话)稿?(范文|范本|模板)"
    r"(?=\s*\n|为|在|同志们|各位|尊敬的|今天|根据|按照|这次|首先)"
)


def blank_cuts(text: str) -> Iterator[Cut]:
    """Blank lines and the blanks at both ends of a line."""
    for match in re.finditer(
        r"\A\s+|(?<!\s)\s+\Z|(?<=\n)[^\S\n]+|(?<!\s)[^\S\n]+(?=\n)|(?<=\n)\n+", text
    ):
        yield Cut(match.start(), match.end(), "blank")


def _all(pattern: re.Pattern[str], text: str, reason: str) -> Iterator[Cut]:
    for match in pattern.finditer(text):
        yield Cut(match.start(), match.end(), reason)


STEPS: tuple[Step, ...] = (
    entity_cuts,
    tag_cuts,
    line_ending_cuts,
    unseen_cuts,
    jamming_cuts,
    front_matter_cuts,
    markdown_cuts,
    cue_cuts,
    line_number_cuts,
    page_stamp_cuts,
    contents_cuts,
    chunk_mark_cuts,
    label_cuts,
    translation_cuts,
    false_break_cuts,
    note_cuts,
    glued_head_cuts,
    run_on_cuts,
    head_cuts,
    tail_cuts,
    covering_cuts,
    glued_head_cuts,
    glued_tail_cuts,
    furniture_cuts,
    watermark_cuts,
    mask_cuts,
    blank_cuts,
)
