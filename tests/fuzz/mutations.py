"""Documents damaged at random, and what reading makes of them: ``python -m tests.fuzz.mutations``.

Every damaged document must be read or refused in words: no traceback, nothing over time or memory.
Prints one JSON with the number of documents by outcome, the seed, and the first faults.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from jianghua.errors import JianghuaError
from jianghua.speeches.isolating import Reader
from tests.fuzz.documents import seeds, zipped

KINDS = ("txt", "html", "docx", "pdf")
SECONDS = 18.0
_TOKENS = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xff", b"<", b">", b"</div>", b"<script>", b"<!--",
    b"&#xFFFF;", b"&#xD800;", b"<![CDATA[", b"]]>", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"PK\x03\x04", b"endstream",
    b"endobj", b"/Kids [2 0 R]", b"/Length 99999999999", b"[" * 200, b"<div>" * 300, b"%PDF-1.4", b"\r", b"\xe2\x80\xae",
    b"\xe2\x80\x8b", b"**", b"\n\n2\xe3\x80\x81", b"\xa3\xac", b"charset=utf-16", b"-1", b"9" * 40, b"\xcc\x80" * 50,
]  # fmt: skip


def mutated(content: bytes, rng: random.Random) -> bytes:
    """The content with one to six random damages."""
    data = bytearray(content)
    for _ in range(rng.randint(1, 6)):
        rng.choice((_flip, _overwrite, _insert, _delete, _repeat, _cut, _swap))(data, rng)
    return bytes(data)


def mutated_inside(content: bytes, rng: random.Random) -> bytes:
    """A Word file whose main part is damaged, in an archive that is whole."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**parts, BODY: mutated(parts[BODY], rng)})


BODY = "word/document.xml"


def _place(data: bytearray, rng: random.Random) -> int:
    return rng.randrange(len(data) + 1)


def _flip(data: bytearray, rng: random.Random) -> None:
    if data:
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _overwrite(data: bytearray, rng: random.Random) -> None:
    at = _place(data, rng)
    new = rng.randbytes(rng.randint(1, 20))
    data[at : at + len(new)] = new


def _insert(data: bytearray, rng: random.Random) -> None:
    at = _place(data, rng)
    data[at:at] = rng.choice(_TOKENS)


def _delete(data: bytearray, rng: random.Random) -> None:
    at = _place(data, rng)
    del data[at : at + rng.randint(1, 200)]


def _repeat(data: bytearray, rng: random.Random) -> None:
    at = _place(data, rng)
    data[at:at] = data[at : at + rng.randint(1, 100)] * rng.randint(2, 40)


def _cut(data: bytearray, rng: random.Random) -> None:
    if rng.random() < 0.3:
        del data[_place(data, rng) :]


def _swap(data: bytearray, rng: random.Random) -> None:
    a, b = sorted((_place(data, rng), _place(data, rng)))
    size = rng.randint(1, 500)
    first, second = bytes(data[a : a + size]), bytes(data[b : b + size])
    data[a : a + size], data[b : b + size] = second, first


def outcome(path: Path, reader: Reader) -> str:
    """used, refused, or what went wrong."""
    try:
        found = reader.prepare(path)
    except JianghuaError as error:
        if re.search(r"took over|needs more than", error.found):
            return f"limit: {error.found}"
        unforeseen = re.search(r"cannot be read as \w+ \((\w+)\)", error.found)
        return f"refused, {unforeseen[1]}" if unforeseen else "refused"
    except Exception as error:
        return f"fault: {type(error).__name__}: {error}"
    broken = [one for one in found if not one.speech.text or re.search("[\ud800-\udfff]", one.speech.text)]  # fmt: skip
    return "fault: empty or half a character" if broken else "used"


def outcomes(kind: str, each: int, seed: int) -> Iterator[tuple[str, float, bytes]]:
    """Outcome, seconds and content of every damaged document of one format."""
    rng = random.Random(f"{kind} {seed}")
    with tempfile.TemporaryDirectory() as folder, Reader(seconds=SECONDS) as reader:
        path = Path(folder) / f"a.{kind}"
        for content in seeds(kind):
            for _ in range(each):
                inside = kind == "docx" and rng.random() < 0.7
                damaged = (mutated_inside if inside else mutated)(content, rng)
                path.write_bytes(damaged)
                begun = time.perf_counter()
                yield outcome(path, reader), time.perf_counter() - begun, damaged


def main() -> int:
    """Fuzz every format; 1 where a document was neither used nor refused in words."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=1000, help="damaged copies of a document")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", nargs="+", default=KINDS, choices=KINDS)
    parser.add_argument("--keep", type=Path, help="folder for the documents that were faults")
    options = parser.parse_args()
    report: dict[str, object] = {"seed": options.seed, "each": options.each}
    faults = 0
    for kind in options.kinds:
        counted: Counter[str] = Counter()
        slowest = 0.0
        for said, seconds, damaged in outcomes(kind, options.each, options.seed):
            counted[said] += 1
            slowest = max(slowest, seconds)
            if said.startswith(("fault", "limit")):
                faults += 1
                if options.keep:
                    options.keep.mkdir(parents=True, exist_ok=True)
                    (options.keep / f"{kind}-{faults}.{kind}").write_bytes(damaged)
        report[kind] = {"outcomes": dict(counted), "slowest_seconds": round(slowest, 2)}
    print(json.dumps({**report, "faults": faults}, ensure_ascii=False, indent=1))
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
