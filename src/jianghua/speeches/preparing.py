"""A path becomes a Speech: read, cleaned, described, dated."""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from jianghua.errors import JianghuaError
from jianghua.speeches.characters import shown
from jianghua.speeches.cleaning import clean
from jianghua.speeches.corpus import Speech
from jianghua.speeches.dating import Dating, date_speech
from jianghua.speeches.describing import Description, describe
from jianghua.speeches.doubts import doubts, why_no_speech
from jianghua.speeches.reading import Source, read_source
from jianghua.speeches.removals import Cleaned, Cut, Draft, Removal
from jianghua.speeches.scripts import simplified
from jianghua.speeches.voices import voice_doubts
from jianghua.speeches.volumes import speech_starts


@dataclass(frozen=True)
class Prepared:
    """A speech, what cleaning took out of its file, and what needs a second look."""

    speech: Speech
    removals: tuple[Removal, ...]
    warnings: tuple[str, ...]


def prepare_speech(path: str | Path) -> Prepared:
    """The speech in a file, cleaned, described and dated; several speeches count as one.

    Its ``source`` is the file's name, and the source that the page states; its ``rights`` are
    ``unknown`` unless the page says more. Raises JianghuaError where there is no text to read.
    """
    [prepared] = prepare_speeches(path, whole=True)
    return prepared


def prepare_speeches(path: str | Path, whole: bool = False) -> tuple[Prepared, ...]:
    """The speeches in a file: mostly one, several in a volume, unless it is to be taken whole.

    The removals of each rebuild the whole file; the other speeches of a volume are among them.
    """
    path = Path(path)
    source = read_source(path)
    cleaned = clean(source.text, source.outside)
    if not cleaned.text:
        why = "; ".join(["nothing is left after cleaning", *doubts(source.text)])
        raise JianghuaError(why, path, "see whether it holds a speech")
    if why := why_no_speech(cleaned.text, source.kind):
        raise JianghuaError(why, path, "save the speech itself, as .txt or .docx")
    starts = speech_starts(cleaned.text)
    if whole or len(starts) == 1:
        remark = f"looks like {len(starts)} speeches" if len(starts) > 1 else ""
        return (_prepared(path, source, cleaned, remark),)
    parts = _parts(source.text, cleaned, starts)
    bare = replace(source, meta={})  # what a page states holds for the volume
    return tuple(
        _prepared(path, bare, part, f"speech {number} of {len(starts)} in its file")
        for number, part in enumerate(parts, start=1)
    )


def _parts(raw: str, cleaned: Cleaned, starts: Sequence[int]) -> Iterator[Cleaned]:
    """Each speech of a volume alone: the others are removed from it."""
    draft = Draft(raw, cleaned.removals)
    for start, end in pairwise([*starts, len(cleaned.text)]):
        end = start + len(cleaned.text[start:end].rstrip())
        before = (Cut(0, starts[0], "title of the volume"), Cut(starts[0], start, "other speech"))
        part = draft.without((*before, Cut(end, len(cleaned.text), "other speech")))
        yield Cleaned(part.text, part.removals)


def _prepared(path: Path, source: Source, cleaned: Cleaned, remark: str) -> Prepared:
    portal = "\n".join(r.text for r in cleaned.removals if r.reason in _PORTAL_REASONS)
    text = simplified(cleaned.text)  # to be read by rules that know Simplified characters
    meta = {**source.meta, "portal": portal, "file": path.stem}
    about = _as_written(describe(text, meta), text, cleaned.text)
    when = _dated(text, about.title, portal, source)
    if when.year is None:
        when = date_speech(text, about.title, portal_years=_years(path.stem))
    speech = Speech(
        id=speech_id(cleaned.text), title=about.title, date=when.date, year=when.year,
        year_low=when.year_low, year_high=when.year_high, year_basis=when.year_basis,
        speaker=about.speaker, place=about.place, level=about.level, occasion=about.occasion,
        source=_stated_source(path, source, portal), rights=page_rights(portal), text=cleaned.text,
    )  # fmt: skip
    asides = (*voice_doubts(text), *_more_follows(portal))
    remarks = (
        *source.warnings, *doubts(cleaned.text), *asides, *_remarks(source.text, cleaned)
    )  # fmt: skip
    warnings = (*filter(None, [remark]), *remarks, *when.flags)
    return Prepared(speech, cleaned.removals, warnings)


def _as_written(about: Description, read: str, text: str) -> Description:
    """The description in the characters of the text, where these are not the ones that were read."""
    if read == text:
        return about
    places = {
        name: read.find(value)
        for name in ("title", "salutation", "speaker", "place")
        if (value := getattr(about, name))
    }
    written = {
        name: text[start : start + len(getattr(about, name))]
        for name, start in places.items()
        if start >= 0
    }
    return replace(about, **written)


_PORTAL_REASONS = {
    "portal head", "portal tail", "page furniture", "outside the main text", "front matter",
}  # fmt: skip


def _dated(text: str, title: str, portal: str, source: Source) -> Dating:
    stated = " ".join(source.meta.get(name, "") for name in _DATE_FIELDS)
    if source.kind in {"docx", "pdf"}:  # nobody has uploaded a page: 2018.3.21 is the speech's day
        text = "\n".join([*_DAY_ALONE.findall(portal), text])
    years = _years(f"{portal} {stated}")
    return date_speech(text, title, portal_years=years, portal_text=f"{portal}\n{stated}")


_DAY_ALONE = re.compile(r"^[ \t（(]*((?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2})[ \t）)]*$", re.M)


def _years(words: str) -> list[int]:
    """Years of a page or a file name, also at the head of a day such as 20080512."""
    found = re.findall(r"(?<!\d)((?:19|20)\d\d)(?=(?:[01]\d[0-3]\d)?(?!\d))", words)
    return sorted(set(map(int, found)))


_DATE_FIELDS = ("PubDate", "pubdate", "publishdate", "article:published_time", "date", "created")


def _stated_source(path: Path, source: Source, portal: str) -> str:
    """The file's name, and the newspaper or site that the page names as its source."""
    fields = (source.meta.get(name, "") for name in ("ContentSource", "contentSource", "SiteName"))
    stated = next((value for value in fields if value), "")
    if not stated:
        match = re.search(r"来\s*源\s*[：:|｜]\s*([^\s　|｜（）()【】]{2,24})", portal)
        stated = match[1] if match else ""
    name = shown(path.name)
    return f"{name}; {stated}" if stated else name


def page_rights(portal: str) -> str:
    """The page's own sentence about rights, without the fields of the footer around it."""
    for piece in _FOOTER_BREAK.split(portal):
        if match := _OF_RIGHTS.search(piece):
            return " ".join(_window(piece, match).split())
    return "unknown"


_OF_RIGHTS = re.compile(
    r"版权所有|版权归|著作权归|all\s+rights\s+reserved|转载请注明|(?:不得|禁止|请勿|严禁)[^。\n]{0,8}转载"
    r"|未经[^\n。]{0,20}(?:授权|许可|同意)|©|copyright",
    re.I,
)
# What a footer sets between its fields, and the fields that follow the sentence about rights.
_FOOTER_BREAK = re.compile(
    r"[\n。|｜│┃]|[\s　]{2,}|[\s　]+(?=[^\s：:]{2,8}[：:])|[,，\s]*(?=[\u4e00-\u9fff]?ICP[备证]|[\u4e00-\u9fff]公网安备"
    r"|网站(?:标识|地图)|主办|承办|技术支持|(?:联系)?(?:电话|邮箱|地址|邮编))"
)
_LONGEST_RIGHTS = 80  # characters


def _window(piece: str, match: re.Match[str]) -> str:
    """A piece, or where it is long what stands around the words about rights."""
    if len(piece) <= _LONGEST_RIGHTS:
        return piece
    start = max(0, min(match.start() - 20, len(piece) - _LONGEST_RIGHTS))
    return piece[start : start + _LONGEST_RIGHTS]


def _remarks(raw: str, cleaned: Cleaned) -> Iterator[str]:
    """What a reader should check in the cleaned text."""
    portal = sum(
        len(r.text) for r in cleaned.removals if r.reason in {"portal head", "portal tail"}
    )
    if portal > 0.5 * len(raw):
        yield f"cleaning took out {portal} of {len(raw)} characters: see removed/"
    if len(cleaned.text) < 200:
        yield f"only {len(cleaned.text)} characters are left: perhaps no whole speech"
    if "\ufffd" in raw:
        yield f"{raw.count(chr(0xFFFD))} characters were unreadable and are missing"
    if private := sum(map(len, _PRIVATE_IN_WORDS.findall(raw))):
        yield f"{private} characters of a private font cannot be known and are missing: see removed/"


_PRIVATE_IN_WORDS = re.compile("(?<=[\u3400-\u9fff])[\ue000-\uf8ff]+(?=[\u3400-\u9fff])")


def _more_follows(portal: str) -> Iterator[str]:
    """Whether the page says that it shows a part: pages to turn, pages not yet read."""
    if _MORE.search(portal):
        yield "the page says that there are more pages: perhaps a part of the speech"


_GAP = "[ \\t　\\n]{0,4}"
_ONE_OF = rf"[\[【(（]?{_GAP}%d{_GAP}[\]】)）]?"
_FIRST_TWO = f"{_ONE_OF % 1}{_GAP}{_ONE_OF % 2}"
_MORE = re.compile(
    r"还剩\s*\d+\s*页|剩余\s*\d+\s*[%％页]|未完待续"
    rf"|{_FIRST_TWO}[^\n]{{0,30}}下一?页|上一?页{_GAP}{_FIRST_TWO}"
)


def speech_id(text: str) -> str:
    """The first ten hexadecimal digits of the SHA-256 of the text: same words, same id."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def read_speech(path: str | Path) -> Speech:
    """The speech in a txt, html, docx or pdf file; a file that hangs its reader is given up."""
    from jianghua.speeches.isolating import shared_reader

    [prepared] = shared_reader().prepare(path, whole=True)
    return prepared.speech


def walk(paths: Iterable[str | Path]) -> Iterator[tuple[Path, str]]:
    """(file, "") for each file to read, (path, reason) for each one left out; folders in order.

    Hidden files and links are left out, so that nothing outside the given folders is read.
    """
    waiting = list(map(Path, paths))[::-1]
    while waiting:
        path = waiting.pop()
        reason, inside = _found(path)
        if inside is None:
            yield path, reason
        else:
            waiting += sorted(inside, reverse=True)


# Why nobody asked for a file that lies in a folder, and what to call several such.
NOT_MEANT = {
    "is hidden": "hidden",
    "is a lock file of Word": "lock files of Word",
    "is a file of the system": "files of the system",
}
_OF_THE_SYSTEM = {"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"}


def _found(path: Path) -> tuple[str, list[Path] | None]:
    """(why a path is left out, or nothing; what is inside where it is a folder)."""
    if path.name.startswith("~$"):
        return "is a lock file of Word", None
    if path.name.startswith(".") and path.name not in {".", ".."}:
        return "is hidden", None
    if path.name.lower() in _OF_THE_SYSTEM:
        return "is a file of the system", None
    try:
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode):
            return "", list(path.iterdir())
    except FileNotFoundError:
        return "does not exist", None
    except OSError as error:
        return f"cannot be opened ({error.strerror})", None
    if stat.S_ISLNK(mode):
        return "is a link", None
    return ("" if stat.S_ISREG(mode) else "is no ordinary file"), None
