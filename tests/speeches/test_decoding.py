"""Decoding: bytes of any origin become text, and what could not be decoded is counted."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.speeches.decoding import decode, is_text
from tests.fuzz.documents import SPEECH

ENCODINGS = st.sampled_from(
    ["", "gb2312", "gbk", "utf-8", "big5", "utf-16", "latin-1", "nonsense", "\x00"]
)


@given(content=st.binary(max_size=300), declared=ENCODINGS)
def test_every_sign_for_lost_bytes_is_counted(content, declared):
    """Whatever the bytes: a text without half characters, and the number of lost places told."""
    decoded = decode(content, declared)
    assert not re.search("[\ud800-\udfff]", decoded.text)
    lost = decoded.text.count("\ufffd")
    told = [
        int(n)
        for w in decoded.warnings
        for n in re.findall(r"in (\d+) place|, (\d+) char", w)[0]
        if n
    ]
    assert not told or told == [lost]
    if lost and b"\xef\xbf\xbd" not in content:
        assert told == [lost]


@given(st.lists(st.booleans(), min_size=8, max_size=8))
def test_lines_in_two_encodings_are_each_read_in_theirs(which):
    """However lines of UTF-8 and of GBK are mixed, the text is whole, and both are told where
    there is enough of each."""
    lines = [f"{line}\n" for line in SPEECH.splitlines() if len(line) > 25] * 2
    content = b"".join(
        line.encode("gbk" if gbk else "utf-8") for line, gbk in zip(lines, which, strict=False)
    )
    decoded = decode(content)
    assert decoded.text == "".join(lines[: len(which)])
    assert bool(decoded.warnings) == (0 < sum(which[: len(lines)]) < len(lines[: len(which)]))


def test_three_broken_bytes_are_no_second_encoding():
    """Damage is told as damage, not as another encoding."""
    content = SPEECH.encode("gbk")
    broken = content[:100] + b"\xff" + content[101:]
    assert any("could not be decoded" in warning for warning in decode(broken).warnings)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (SPEECH, True), (SPEECH.replace("，", "，\x00"), True), ("\x01".join(SPEECH), True), ("", False),
        ("\x00\x01\x02" * 50, False), ("a\x00\x01\x02\x03" * 50, False), ("\ufffd" * 9 + "人", False),
    ],
)  # fmt: skip
def test_a_text_is_told_from_a_program(text, is_one):
    """Chinese prose with control characters sown into it is a text; control characters are none."""
    assert is_text(text) is is_one
