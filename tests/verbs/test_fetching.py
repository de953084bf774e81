"""Texts fetched from a server on this machine: good, slow, broken, redirecting, changed, too large."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua import store, verbs
from jianghua.cli import main
from jianghua.errors import JianghuaError
from jianghua.speeches.cleaning import clean
from jianghua.speeches.corpus import Corpus, Speech, read_corpus
from jianghua.speeches.fetching import AGENT, Limits, address_of, download, speech_lines
from tests import toy as made

COMMIT = "0123456789abcdef0123456789abcdef01234567"
QUICK = Limits(connect=2, silence=0.5, whole=1.0, size=200_000, tries=3, longest_wait=9, pause=0.25)


@dataclass
class Site:
    """What the server on this machine gives, by path; and what it was asked."""

    files: dict[str, bytes] = field(default_factory=dict)
    behaviour: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    base: str = ""

    def put(self, path: str, content: bytes, behaviour: Any = None) -> str:
        self.files[f"/a/b/{COMMIT}/{path}"] = content
        if behaviour:
            self.behaviour[f"/a/b/{COMMIT}/{path}"] = behaviour
        return f"GitHub a/b:{path}@{COMMIT}"


class Handler(BaseHTTPRequestHandler):
    site: Site

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        path = unquote(self.path)
        self.site.asked.append(path)
        self.site.agents.add(self.headers["User-Agent"])
        behaviour = self.site.behaviour.get(path)
        if callable(behaviour):
            behaviour(self, self.site.asked.count(path))
        elif path in self.site.files:
            self.give(self.site.files[path])
        else:
            self.send_error(404)

    def give(
        self, body: bytes, status: int = 200, announced: int | None = None, **head: str
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if announced is None else announced))
        for name, value in head.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def site() -> Iterator[Site]:
    it = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Here", (Handler,), {"site": it}))
    server.daemon_threads = True
    it.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield it
    server.shutdown()
    server.server_close()
    thread.join()


def as_kept(text: str) -> bytes:
    """A text as such repositories keep it: blank lines between indented paragraphs, no last newline."""
    return "\n\n".join(f"　　{line}" for line in text.splitlines()).encode()


def collection(tmp_path: Path, **sources: str) -> Path:
    """Toy speeches in a catalogue without texts, each with a source and its SHA-256."""
    folder = tmp_path / "corpus" / "toy"
    speeches = [
        Speech(name.replace("_", "-"), name, year=2018, source=source, text=said(name))
        for name, source in sources.items()
    ]
    store.write_catalog(folder, [store.catalog_row(speech) for speech in Corpus(tuple(speeches))])
    return folder


def said(name: str) -> str:
    return clean(made.TEXTS[name.replace("_", "-")][2]).text


def fetched(folder: Path, site: Site, limits: Limits = QUICK) -> tuple[list[str], int, list[float]]:
    waits: list[float] = []
    lines, missing = verbs.fetch(folder, site.base, limits, wait=waits.append)
    return lines, missing, waits


def test_texts_come_as_catalogued(site: Site, tmp_path: Path) -> None:
    """Indented paragraphs, Markdown, a record among others and a row of a table all come out as the
    text that the catalogue's SHA-256 belongs to; asked once per file, politely, with our name."""
    shi = said("shi-1")
    record = {"year": "2018", "content": shi.replace("\n", "\n\n").replace("技术", "\n技术\n", 1)}
    record["content"] += "\n\n\n本作品是中华人民共和国的\n法律\n、"
    records = "\n".join(json.dumps(r, ensure_ascii=False) for r in ({"year": "1954"}, record))
    table = f"1954\t旧\n2018\t　　{said('xiao-shi')}".replace("\n", "　　").replace(
        "旧　　", "旧\n"
    )
    folder = collection(
        tmp_path,
        tian_1=site.put("甲 报告.txt", as_kept(said("tian-1"))),
        tian_2=site.put("乙.md", f"# {said('tian-2')}".encode()),
        shi_1=site.put("all.jsonl", records.encode()),
        xiao_shi=site.put("t.txt", (table + "\n2019\t别的").encode()),
    )
    lines, missing, waits = fetched(folder, site)
    assert lines == ["4 of 4 texts are here and as catalogued"] and missing == 0
    assert {s.id: s.text for s in read_corpus(folder)} == {
        n: said(n) for n in ("tian-1", "tian-2", "shi-1", "xiao-shi")
    }
    assert waits == [0.25] * 3 and site.agents == {AGENT} and len(site.asked) == 4


def test_what_is_here_is_not_asked_for(site: Site, tmp_path: Path) -> None:
    """Fetching again asks for nothing; after a loss, for what was lost."""
    folder = collection(tmp_path, tian_1=site.put("1.txt", as_kept(said("tian-1"))),
                        tian_2=site.put("2.txt", as_kept(said("tian-2"))))  # fmt: skip
    fetched(folder, site)
    (folder / "texts" / "tian-2.txt").unlink()
    asked = len(site.asked)
    fetched(folder, site)
    assert Counter(site.asked[asked:]) == {f"/a/b/{COMMIT}/2.txt": 1}


def test_two_speeches_of_one_file_ask_once(site: Site, tmp_path: Path) -> None:
    """A file that holds several speeches is fetched once in a run."""
    source = site.put("all.jsonl", b'{"year": "2018", "content": "x"}')
    folder = collection(tmp_path, tian_1=source, tian_2=source)
    lines, missing, _ = fetched(folder, site)
    assert missing == 2 and len(site.asked) == 1 and "differs" in lines[0]


def test_changed_text_is_kept_aside(site: Site, tmp_path: Path) -> None:
    """A text that is not the catalogued one never becomes the text; what came is there to compare."""
    folder = collection(tmp_path, tian_1=site.put("1.txt", as_kept(said("tian-2"))))
    lines, missing, _ = fetched(folder, site)
    assert missing == 1 and "differs from the catalogued text" in lines[0]
    assert not (folder / "texts").exists() and (folder / "fetched" / "tian-1.txt").is_file()


def test_partial_success_is_kept_and_told(site: Site, tmp_path: Path) -> None:
    """One file gone: the others come, the gone one is named, the status says that something is wrong."""
    folder = collection(
        tmp_path, tian_1=site.put("1.txt", as_kept(said("tian-1"))),
        tian_2=f"GitHub a/b:gone.txt@{COMMIT}", shi_1="a book",
    )  # fmt: skip
    lines, missing, _ = fetched(folder, site)
    told = "\n".join(lines)
    assert missing == 2 and "tian-2" in told and "404" in told
    assert "shi-1: its source names no address" in told and "1 of 3 texts are here" in told
    assert main(["fetch", str(folder), "--from", site.base]) == 1


def test_text_of_ones_own_is_not_overwritten(site: Site, tmp_path: Path) -> None:
    """Another text in the place of one to fetch stays, and is told."""
    folder = collection(tmp_path, tian_1=site.put("1.txt", as_kept(said("tian-1"))))
    store.write_text(folder / "texts" / "tian-1.txt", "mine")
    lines, missing, _ = fetched(folder, site)
    assert missing == 1 and "another text is in its place" in lines[0] and not site.asked


def _busy(times: int, status: int, **head: str) -> Any:
    def answer(handler: Any, nth: int) -> None:
        if nth <= times:
            handler.give(b"", status, **head)
        else:
            handler.give(as_kept(said("tian-1")))

    return answer


@pytest.mark.parametrize(
    ("status", "head", "waited"),
    [(429, {"Retry_After": "7"}, [7, 7]), (429, {"Retry_After": "9999"}, [9, 9]),
     (503, {}, [2, 4]), (502, {"Retry_After": "soon"}, [2, 4])],
)  # fmt: skip
def test_busy_servers_are_asked_again(
    site: Site, tmp_path: Path, status: int, head: dict[str, str], waited: list[float]
) -> None:
    """After the time the server asks for, within reason, or longer each time; and it comes."""
    folder = collection(tmp_path, tian_1=site.put("1.txt", b"", _busy(2, status, **head)))
    lines, missing, waits = fetched(folder, site)
    assert missing == 0 and waits == waited and len(site.asked) == 3, lines


def test_too_busy_is_told(site: Site, tmp_path: Path) -> None:
    """A server that stays busy is left alone after the last try."""
    folder = collection(tmp_path, tian_1=site.put("1.txt", b"", _busy(9, 429)))
    lines, missing, _ = fetched(folder, site)
    assert missing == 1 and "429" in lines[0] and len(site.asked) == 3


def _slow(handler: Any, _: int) -> None:
    time.sleep(1)
    with suppress(OSError):
        handler.give(b"late")


def _dripping(handler: Any, _: int) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        for _drop in range(40):
            handler.wfile.write(b"x" * 100)
            time.sleep(0.1)
    except OSError:
        pass  # the client has had enough


def _truncated(handler: Any, _: int) -> None:
    handler.give(as_kept(said("tian-1"))[:100], announced=5000)


def _oversized(handler: Any, _: int) -> None:
    with suppress(OSError):
        handler.give(b"x" * 3_000_000)


@pytest.mark.parametrize(
    ("behaviour", "problem"),
    [(_slow, "fell silent"), (_dripping, "takes more than"), (_truncated, "cut off"),
     (_oversized, "more than 200,000 bytes")],
)  # fmt: skip
def test_bad_servers_end_in_one_line(
    site: Site, tmp_path: Path, behaviour: Any, problem: str
) -> None:
    """Silence, a drip, a file cut off, a file too large: given up in bounded time, told in one line,
    nothing half written."""
    limits = Limits(connect=2, silence=0.4, whole=0.6, size=200_000, tries=1, pause=0)
    folder = collection(tmp_path, tian_1=site.put("1.txt", b"", behaviour))
    start = time.monotonic()
    lines, missing, _ = fetched(folder, site, limits)
    assert missing == 1 and problem in lines[0] and "\n" not in lines[0]
    assert time.monotonic() - start < 4 and not (folder / "texts").exists()


def _to(where: str) -> Any:
    return lambda handler, _: handler.give(b"", 302, Location=where)


def test_redirects_within_the_site_are_followed(site: Site, tmp_path: Path) -> None:
    """A redirect to the same host is followed; one in a circle is not for ever."""
    site.put("2.txt", as_kept(said("tian-1")))
    good = site.put("1.txt", b"", _to(f"/a/b/{COMMIT}/2.txt"))
    circle = site.put("3.txt", b"", _to(f"/a/b/{COMMIT}/3.txt"))
    folder = collection(tmp_path, tian_1=good, tian_2=circle)
    lines, missing, _ = fetched(folder, site)
    assert missing == 1 and "more than 3 redirects" in lines[0]


@pytest.mark.parametrize(
    "where",
    ["http://192.0.2.1/x", "https://example.org/x", "file:///etc/passwd", "http://127.0.0.1:9/x"],
)
def test_redirects_elsewhere_are_refused(site: Site, tmp_path: Path, where: str) -> None:
    """No redirect leads to another host, scheme or port that nobody agreed to."""
    folder = collection(tmp_path, tian_1=site.put("1.txt", b"", _to(where)))
    lines, missing, _ = fetched(folder, site)
    assert missing == 1 and "redirects to" in lines[0] and len(site.asked) == 1


def test_offline_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing answers, one line says so for all texts, and the status is 1."""
    source = f"GitHub a/b:x.txt@{COMMIT}"
    folder = collection(tmp_path, tian_1=source, tian_2=source, shi_1=source)
    base = "http://127.0.0.1:9"
    lines, missing = verbs.fetch(folder, base, QUICK, wait=lambda _: None)
    assert missing == 3 and len(lines) == 2 and "cannot be reached" in lines[0]


def test_plain_http_is_refused() -> None:
    """Nothing is fetched over plain http but from this machine."""
    with pytest.raises(JianghuaError, match="not an https address"):
        download("http://example.org/x", QUICK)


@given(st.text(max_size=60))
def test_no_source_leads_elsewhere(source: str) -> None:
    """Whatever a catalogue says, an address lies below the base, or is none."""
    address = address_of(f"GitHub a/b:{source}@{COMMIT}")
    assert address == "" or address.startswith("https://raw.githubusercontent.com/a/b/0123")
    assert ".." not in address.split("/") and " " not in address


@given(st.binary(max_size=200), st.sampled_from(["x.txt", "x.md", "x.jsonl"]))
def test_any_bytes_become_lines_or_a_line(raw: bytes, name: str) -> None:
    """Whatever comes is read as lines without blanks, or refused in one line."""
    try:
        lines = speech_lines(raw, f"https://h/{name}", 1999).split("\n")
    except JianghuaError as error:
        assert "\n" not in str(error)
    else:
        assert lines[-1] == "" and all(line.strip() for line in lines[:-1])
