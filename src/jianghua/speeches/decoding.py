"""Bytes of unknown encoding become text: by mark, by strictness, by what the text would say."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass

# The characters that make up most of any Chinese text, in simplified and in traditional form.
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而"
    "方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好"
    "应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向"
    "道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特"
    "件长求老头基资边流路级少图山统接知较将组见计别手期根论运农指几九区强放决西被干做必战先回则任取据处南给色"
    "光门即保治北造百规热领七海口东导压志世金增争济阶思术极交受联什认六共权收证改清己美再采转更单风切打白教速"
    "花带安场身车例真务具万每目至达走积示议声报完类八离华名确才科张信节话整空元况今集传土许步群广记需段研界林"
    "律且究观越织装影算低持众书布复容须际商非验连断深难近千周委素技备半办青省列习响约支般史感劳便团往历市何除"
    "消构府称太准精值号率族维划选标写存候亲快效院查江型按格养易置派层始却专状育厂京识适属包火住调满县局照参红"
    "细引听该铁价严，。、；：？！“”（）《》"
    "這個國時來們為於會對發動過說產種後學經進電裡現實兩體機當點從業應開還與關線內數無軍題黨員總設長頭資邊級圖"
    "統見別論運農幾區強決戰則據處門規熱領東導壓爭濟階術極聯認權證轉單風帶場車務達積議聲報類離華確張節話況傳許"
    "廣記觀織裝眾書複容須際驗連斷難備辦習響約勞團歷構稱準號維劃選標寫親層專狀廠識適屬滿縣參紅細聽該鐵價嚴並將"
)  # fmt: skip
_SUPERSETS = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb_2312": "gb18030", "gb_2312-80": "gb18030",
    "cp936": "gb18030", "x-gbk": "gb18030", "hz-gb-2312": "hz", "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs", "cp950": "big5hkscs", "x-x-big5": "big5hkscs",
    "unicode": "utf-16", "utf8": "utf-8",
}  # fmt: skip
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_CANDIDATES = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
_MISREADINGS = (
    ("gb18030", "utf-8"), ("latin-1", "utf-8"), ("cp1252", "utf-8"), ("latin-1", "gb18030"),
)  # fmt: skip
_SAMPLE = 40_000  # bytes; enough evidence, and even, so that UTF-16 stays aligned
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_PLAUSIBLE = 0.25  # share of common characters below which a text is hardly Chinese prose


@dataclass(frozen=True)
class Decoded:
    """Text, the encoding it was in, and what went wrong, one line each."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(content: bytes, declared: str = "") -> Decoded:
    """The text in some bytes: byte order mark, strict UTF-8, the declared encoding, then evidence.

    Bytes that stand for no character become U+FFFD and are counted in a warning. A declared
    encoding is believed only where it gives a text at all; gb2312 and gbk mean GB18030, which holds
    all their characters and more, and big5 means Big5-HKSCS.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _marked(content, mark, encoding)
    if b"\x00" not in content:
        try:
            return _mended(content.decode("utf-8"))
        except UnicodeDecodeError:
            pass
    return _decoded(content, _likeliest(content, _superset(declared)))


def _marked(content: bytes, mark: bytes, encoding: str) -> Decoded:
    """What the mark says, unless that is no Chinese and the bytes behind it are in another way."""
    marked = _decoded(content, encoding)
    if plausibility(marked.text[:_SAMPLE]) >= _PLAUSIBLE:
        return marked
    other = _decoded(content[len(mark) :], _likeliest(content[len(mark) :], ""))
    if plausibility(other.text[:_SAMPLE]) < _PLAUSIBLE:
        return marked
    remark = f"is marked as {encoding.removesuffix('-sig')}, but is {other.encoding}"
    return Decoded(other.text, other.encoding, (remark, *other.warnings))


def decoded_table(content: bytes) -> str:
    """The text of a table, list or sheet: UTF-8, what Excel saves in China (GB18030) or as Unicode
    text (UTF-16 with its mark). ValueError says what anything else is."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if content.startswith(b"PK\x03\x04"):
        raise ValueError("an Excel file, no CSV")
    for encoding in ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            return content.decode(encoding)
    raise ValueError("neither UTF-8 nor GB18030")


def _superset(declared: str) -> str:
    name = declared.strip().strip("\"'").lower()
    name = _SUPERSETS.get(name, name)
    return name if name in {*_CANDIDATES, "gb18030", "hz", "utf-16"} else ""


def _likeliest(content: bytes, declared: str) -> str:
    sample = content[:_SAMPLE]
    scores = {name: plausibility(sample.decode(name, "replace")) for name in _CANDIDATES}
    # any bytes at all are characters in UTF-16: without a mark it must yield good Chinese
    trusted = [name for name in _CANDIDATES if "16" not in name or scores[name] >= _PLAUSIBLE]
    best = max(trusted, key=lambda name: scores[name])
    if declared and plausibility(sample.decode(declared, "replace")) >= scores[best] - 0.1:
        return declared
    return best


def plausibility(text: str) -> float:
    """How much a text looks like Chinese prose: share of its non-ASCII characters that are common,
    less twice the share of those that no text should hold."""
    foreign = [c for c in text if c > "\x7f" or c == "\x00"]
    if not foreign:
        return 0.0
    common = sum(c in _COMMON for c in foreign)
    wrong = sum(c in "\ufffd\x00" or "\ue000" <= c <= "\uf8ff" for c in foreign)
    return (common - 2 * wrong) / len(foreign)


def _decoded(content: bytes, encoding: str) -> Decoded:
    text = content.decode(encoding, "replace").removeprefix("\ufeff")
    lost = text.count("\ufffd")
    if lost and encoding in _IN_LINES and (mixed := _line_by_line(content, encoding, lost)):
        return mixed
    return Decoded(text, encoding.removesuffix("-sig"), _lost_line(lost, encoding))


def _lost_line(lost: int, encoding: str) -> tuple[str, ...]:
    noun = "place" if lost == 1 else "places"
    return (f"bytes in {lost} {noun} could not be decoded as {encoding}",) if lost else ()


_IN_LINES = ("utf-8", "utf-8-sig", "gb18030")
_FOREIGN_BYTES = 60  # of each encoding; fewer are taken for damage


def _line_by_line(content: bytes, encoding: str, lost: int) -> Decoded | None:
    """A text put together from files in two encodings, each line in its own; None if it is none."""
    lines: list[str] = []
    sizes = dict.fromkeys(("utf-8", "gb18030"), 0)
    for line in content.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True):
        own = _own_encoding(line) or encoding
        lines.append(line.decode(own, "replace"))
        if own in sizes:
            sizes[own] += sum(byte > 0x7F for byte in line)
    text = "".join(lines)
    left = text.count("\ufffd")
    if min(sizes.values()) < _FOREIGN_BYTES or left > 0.2 * lost:
        return None
    remark = "some lines are in utf-8, others in gb18030; each was decoded as its own"
    return Decoded(text, "utf-8 and gb18030", (remark, *_lost_line(left, "either")))


def _own_encoding(line: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            line.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return ""


def _mended(text: str) -> Decoded:
    """Text that was saved after being read in a wrong encoding (``鎴戜滑`` for 我们), mended."""
    if plausibility(text[:_SAMPLE]) >= _PLAUSIBLE:
        return Decoded(text, "utf-8")
    for read_as, meant in _MISREADINGS:
        mended = text.encode(read_as, "ignore").decode(meant, "replace")
        if plausibility(mended[:_SAMPLE]) >= 2 * _PLAUSIBLE and len(mended) >= 0.3 * len(text):
            lost = mended.count("\ufffd")
            remark = f"was {meant} once read as {read_as}; mended, {lost} characters lost"
            return Decoded(mended, "utf-8", (remark,))
    return Decoded(text, "utf-8")


def is_text(text: str) -> bool:
    """Whether a decoded file can be a text at all, and not a program or a picture."""
    words = _CONTROL.sub("", text)
    if not words:
        return False
    controls, lost = len(text) - len(words), text.count("\ufffd")
    few = controls <= 0.02 * len(text) or plausibility(words) >= _PLAUSIBLE
    return few and controls <= 0.6 * len(text) and lost <= 0.15 * len(text)
