"""Texts from where a catalogue says they are: pinned by commit, one at a time, within limits.

Networks are slow, cut off, changed behind one's back; whatever comes is measured against the
catalogue's SHA-256 before anyone calls it the text. This module alone asks the network for anything.
"""

from __future__ import annotations

import ipaddress
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from jianghua.errors import JianghuaError

if TYPE_CHECKING:
    from requests import Response, Session

GITHUB = "https://raw.githubusercontent.com"
REDIRECTS_TO = ("raw.githubusercontent.com", "github.com", "objects.githubusercontent.com")
AGENT = "jianghua (research on public speeches; one file at a time)"
BUSY = (429, 500, 502, 503, 504)
_SOURCE = re.compile(
    r"GitHub (?P<repository>[\w.-]+/[\w.-]+):(?P<path>.+)@(?P<commit>[0-9a-f]{40})$"
)


@dataclass(frozen=True)
class Limits:
    """What a download may take: seconds to connect, between bytes, for all; bytes; tries; redirects;
    the longest wait that a server may ask for; the pause between files."""

    connect: float = 10
    silence: float = 30
    whole: float = 300
    size: int = 30_000_000
    tries: int = 4
    redirects: int = 3
    longest_wait: float = 60
    pause: float = 1


class Unreachable(JianghuaError):
    """No server was reached: the next address would fail alike."""


def address_of(source: str, base: str = GITHUB) -> str:
    """The address of a catalogue's ``source`` (``GitHub owner/name:path@commit``), empty if it names
    none. ``base`` may be a mirror of GitHub's raw files."""
    match = _SOURCE.fullmatch(source.strip())
    if not match or ".." in match["path"].split("/"):
        return ""
    return f"{base.rstrip('/')}/{match['repository']}/{match['commit']}/{quote(match['path'])}"


def download(address: str, limits: Limits, wait: Callable[[float], None] = time.sleep) -> bytes:
    """The bytes at an address; JianghuaError says in one line what is in the way.

    Busy servers are asked again, after the time they ask for; redirects are followed to known hosts
    over https only; what is too large or too slow is given up.
    """
    import requests

    _refuse_plain(address)
    with requests.Session() as session:
        session.headers.update({"User-Agent": AGENT, "Accept-Encoding": "identity"})
        for attempt in range(1, limits.tries + 1):
            last = attempt == limits.tries
            try:
                with _asked(session, address, limits) as answer:
                    if answer.status_code == 200:
                        return _body(answer, limits, address)
                    if answer.status_code not in BUSY or last:
                        raise JianghuaError(
                            f"the server says {answer.status_code} {answer.reason}", address,
                            _REMEDIES.get(answer.status_code, "try again later"),
                        )  # fmt: skip
                    wait(_wanted(answer, attempt, limits))
            except requests.RequestException as error:
                if last:
                    raise _in_words(error, address) from None
                wait(min(2.0**attempt, limits.longest_wait))
    raise AssertionError("the last try returns or raises")


_REMEDIES = {
    404: "the file is gone from there: --from MIRROR, or put the text in place by hand",
    403: "--from MIRROR",
    429: "wait an hour, then fetch again: what is here already stays",
}


def _refuse_plain(address: str) -> None:
    """https, or this very machine."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host)):
        return
    raise JianghuaError("not an https address", address, "--from https://…")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _asked(session: Session, address: str, limits: Limits) -> Response:
    """The answer after redirects, its body not read yet."""
    start, here = urlsplit(address), address
    for _ in range(limits.redirects + 1):
        answer = session.get(
            here, stream=True, allow_redirects=False, timeout=(limits.connect, limits.silence)
        )
        if not answer.is_redirect:
            return answer
        answer.close()
        here = urljoin(here, answer.headers["Location"])
        there = urlsplit(here)
        known = there.hostname == start.hostname or there.hostname in REDIRECTS_TO
        if not known or there.scheme != start.scheme or there.port != start.port:
            raise JianghuaError(f"redirects to {here[:120]}", address, "--from MIRROR")
    raise JianghuaError(f"more than {limits.redirects} redirects", address, "--from MIRROR")


def _body(answer: Response, limits: Limits, address: str) -> bytes:
    """The body, given up when it grows too large or takes too long."""
    end, parts, size = time.monotonic() + limits.whole, [], 0
    for part in answer.iter_content(1 << 10):
        size += len(part)
        if size > limits.size:
            raise JianghuaError(f"more than {limits.size:,} bytes", address, "look at it by hand")
        if time.monotonic() > end:
            raise JianghuaError(
                f"takes more than {limits.whole:.0f} seconds",
                address,
                "fetch again, or --from MIRROR",
            )
        parts.append(part)
    return b"".join(parts)


def _wanted(answer: Response, attempt: int, limits: Limits) -> float:
    """Seconds to wait before asking again: what the server says, else longer each time."""
    said = answer.headers.get("Retry-After", "")
    seconds = float(said) if re.fullmatch(r"\d{1,6}", said) else 2.0**attempt
    return min(seconds, limits.longest_wait)


def _in_words(error: Exception, address: str) -> JianghuaError:
    import requests

    if isinstance(error, requests.exceptions.ReadTimeout):
        return JianghuaError("the server fell silent", address, "fetch again, or --from MIRROR")
    if isinstance(error, requests.exceptions.SSLError):
        return Unreachable("its certificate is not trusted", address, "look at your network")
    if isinstance(error, requests.ConnectionError) and "IncompleteRead" not in str(error):
        return Unreachable(
            f"{urlsplit(address).hostname} cannot be reached", "fetch",
            "look at your network; --from MIRROR where it is blocked; what is here already stays",
        )  # fmt: skip
    return JianghuaError("the file was cut off on its way", address, "fetch again")


# --- from a file as it is kept there to the lines of one speech -----------------------------------


def speech_lines(raw: bytes, address: str, year: int | None) -> str:
    """The speech in a fetched file, one paragraph a line.

    A text file is one speech; of a table (JSON Lines, or a year and a text set apart by a tab) the
    record of the year is taken; heading marks of Markdown go. Blank lines, spaces at the edges,
    zero-width and private-use characters are left out.
    """
    text = _decoded(raw, address).replace("\r\n", "\n").replace("\r", "\n")
    name = urlsplit(address).path.rsplit("/", 1)[-1].lower()
    if name.endswith((".jsonl", ".json")):
        paragraphs = _of_records(text, year, address)
    elif _is_table(text):
        paragraphs = _of_table(text, year, address)
    else:
        paragraphs = iter(text.split("\n"))
    if name.endswith(".md"):
        paragraphs = (re.sub(r"^\s*#{1,6}\s+", "", line) for line in paragraphs)
    lines = (_UNSEEN.sub("", line).strip() for line in paragraphs)
    return "".join(f"{line}\n" for line in lines if line)


_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff\ue000-\uf8ff]")
_ROW = re.compile(r"^(?:19|20)\d\d\t", re.M)
_LICENCE = re.compile(r"^本作品是中华人民共和国的", re.M)  # how Wikisource's box begins


def _decoded(raw: bytes, address: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise JianghuaError("neither UTF-8 nor GB18030", address, "look at it by hand")


def _is_table(text: str) -> bool:
    return len(_ROW.findall(text)) > 1


def _of_table(text: str, year: int | None, address: str) -> Iterator[str]:
    """A row, its paragraphs set apart by the two ideographic spaces that open each."""
    for line in text.split("\n"):
        if line.startswith(f"{year}\t"):
            return iter(re.split("\u3000{2,}", line.partition("\t")[2].replace("\t", "\n")))
    raise JianghuaError(f"no record of {year}", address, "look at it by hand")


def _of_records(text: str, year: int | None, address: str) -> Iterator[str]:
    """A record whose blank lines part paragraphs; lines broken at links are joined."""
    for line in text.split("\n"):
        try:
            record = json.loads(line) if line.strip() else {}
        except (ValueError, RecursionError):
            raise JianghuaError("not a table of JSON records", address, "fetch again") from None
        if isinstance(record, dict) and str(record.get("year")) == str(year):
            body = _LICENCE.split(str(record.get("content", "")), maxsplit=1)[0]
            return (part.replace("\n", "") for part in re.split(r"\n\s*\n", body))
    raise JianghuaError(f"no record of {year}", address, "look at it by hand")
