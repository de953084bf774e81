"""Files of guides, and what is said of their seed words."""

from __future__ import annotations

from pathlib import Path

import pytest

from jianghua.errors import JianghuaError, JianghuaWarning
from jianghua.topics.guides import Guide, check_guides, read_guides
from jianghua.words.bag import Bag


def written(folder: Path, text: str) -> Path:
    path = folder / "guides.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_read_in_order(tmp_path: Path) -> None:
    """Guides come in the order of the file, words once each; a byte order mark does no harm."""
    text = '\ufeff["创新"]\nwords = ["研发", "创新", "研发"]\nenglish = "innovation"\n[b]\nwords = ["乙"]\n'
    assert read_guides(written(tmp_path, text)) == (
        Guide("创新", ("研发", "创新"), "innovation"),
        Guide("b", ("乙",)),
    )


def test_shipped_guides() -> None:
    """The shipped guides hold the three themes that the project asks about, with English names, and
    no word stands in two."""
    guides = read_guides()
    assert {"创新", "解放思想", "干部精气神"} <= {guide.name for guide in guides}
    words = [word for guide in guides for word in guide.words]
    assert len(words) == len(set(words))
    assert all(guide.english for guide in guides)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[a]\nwords = []\n[b]\n[c]\nwords = '研发'\n", r"\[a\] .*\[b\] .*\[c\]"),
        ("a = 1\n", r"\[a\] has no words"),
        ("[a]\nwords = [1]\n", r"\[a\] has no words"),
        ("[a\n", "not readable as TOML"),
    ],
)
def test_bad_files(tmp_path: Path, text: str, found: str) -> None:
    """All bad tables are named at once; a file that is no TOML is refused in one line."""
    with pytest.raises(JianghuaError, match=found) as error:
        read_guides(written(tmp_path, text))
    assert "\n" not in str(error.value)


def test_bytes_and_absence(tmp_path: Path) -> None:
    """A file in another encoding, and no file at all, are refused by name."""
    path = tmp_path / "guides.toml"
    with pytest.raises(JianghuaError, match="no such file"):
        read_guides(path)
    path.write_bytes('["创新"]\n'.encode("gb18030"))
    with pytest.raises(JianghuaError, match="not UTF-8"):
        read_guides(path)


def test_shared_words_are_told(toy_bag: Bag) -> None:
    """A word in two guides pulls two ways: both guides are named, and both keep it."""
    guides = (Guide("甲", ("粮食", "水稻")), Guide("乙", ("粮食",)))
    with pytest.warns(JianghuaWarning, match="粮食 \\(甲、乙\\)"):
        assert check_guides(guides, toy_bag, 3) == guides
