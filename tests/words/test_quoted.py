"""Coinages in quotation marks and titles of laws are one word without any list."""

from __future__ import annotations

import pytest

from jianghua.words.lexicon import read_lexicon
from jianghua.words.quoted import find_quoted
from jianghua.words.segmentation import segment, segmenter


def words(text: str) -> tuple[str, ...]:
    """The words of one text."""
    return segment(text).words[0]


@pytest.mark.parametrize("marks", ["“”", "「」", "『』", "‘’", '""'])
@pytest.mark.parametrize("coinage", ["四稻", "七禾共种", "一畦两垄五行", "三畦六垄九行稻"])
def test_a_coinage_is_one_word(marks: str, coinage: str) -> None:
    """What stands alone in quotation marks is one word, whatever the marks."""
    assert coinage not in words(f"全镇推行{coinage}做法")
    assert coinage in words(f"全镇推行{marks[0]}{coinage}{marks[1]}做法")


@pytest.mark.parametrize(
    "quoted",
    ["村里的小事", "我们今天下午都到地里去看看", "走，去看", "百分之五", "12345", "王某某"],
)
def test_other_things_in_marks_are_cut_as_ever(quoted: str) -> None:
    """Sentences, numbers, names and what holds punctuation are no coinages."""
    assert words(f"他说“{quoted}”。") == words(f"他说 {quoted} 。")


def test_a_kept_unit_stays_visible_inside() -> None:
    """A unit of the lexicon with something beside it is what is counted."""
    assert words("印发“实体经济十条”") == ("印发", "实体经济", "十条")


def test_stray_mark_swallows_no_sentence() -> None:
    """A mark without a partner, or one that closes on the next line, marks nothing."""
    for text in ("推行“七禾共种做法", "推行七禾共种”做法", "推行“七禾\n共种”做法"):
        assert "七禾共种" not in words(text)


def test_title_of_a_law_is_one_word() -> None:
    """The title without 中华人民共和国 and without what stands in brackets; other titles are not."""
    assert "稻田养护条例" in words("修订《中华人民共和国稻田养护条例（草案）》")
    assert "稻田养护条例" not in words("修订稻田养护条例")
    assert "关于稻田养护的几点意见" not in words("印发《关于稻田养护的几点意见》")


def test_places_lie_between_the_marks() -> None:
    """A place holds no mark, and every place begins and ends where a piece does."""
    lexicon = read_lexicon()
    row = segmenter(lexicon).row("抓好“七禾共种”，修订《稻田养护条例》")
    places = list(find_quoted(row, lexicon))
    assert [row.text[start:end] for start, end in places] == ["七禾共种", "稻田养护条例"]
    assert all(row.is_piece(start, end) for start, end in places)
