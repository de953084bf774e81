"""Segmentation: units whole, ordinary words right, nothing lost."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Speech
from jianghua.speeches.passages import Passage
from jianghua.words import segmentation
from jianghua.words.folding import fold
from jianghua.words.lexicon import Lexicon, is_number, read_lexicon
from jianghua.words.segmentation import contexts, segment, segmenter
from tests.examples import examples

SHARED = Path(
    os.environ.get("JIANGHUA_SHARED", Path(__file__).resolve().parents[2] / ".." / "shared")
)
LEXICON = read_lexicon()


def words(text: str, lexicon: Lexicon = LEXICON, **settings: bool) -> list[str]:
    return list(segment([text], lexicon, **settings).words[0])


def small(*terms: str, **parts: dict[str, object]) -> Lexicon:
    return Lexicon(terms=frozenset(terms), **parts)


def checks() -> list[dict[str, str]]:
    path = Path(__file__).with_name("checks.csv")
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def test_three_hundred_contexts():
    """In at least 98 % of contexts written for this test the expected words come out whole."""
    rows = checks()
    got = segment([row["text"] for row in rows], LEXICON).words
    wrong = [
        row["text"]
        for row, found in zip(rows, got, strict=True)
        if not set(row["words"].split()) <= set(found)
    ]
    assert len(rows) >= 300
    assert len(wrong) <= 0.02 * len(rows), wrong


def test_every_term_alone_is_one_word():
    """Each of the thousands of units, standing by itself between marks, is one word."""
    units = sorted(LEXICON.terms)
    got = segment([f"，{unit}。" for unit in units], LEXICON).words
    split = [unit for unit, found in zip(units, got, strict=True) if found != (fold(unit),)]
    assert split == []


def test_a_unit_in_quotation_marks():
    """Quotation marks bound a unit: “三农”工作 is 三农 and 工作."""
    assert words("抓好“三农”工作") == ["抓好", "三农", "工作"]


def test_longest_unit_wins():
    """Of two units that begin together the longer is taken, and a unit inside it is not found."""
    lexicon = small("中国特色", "中国特色社会主义", "社会主义")
    assert words("中国特色社会主义", lexicon) == ["中国特色社会主义"]


def test_a_unit_is_not_found_inside_another_word():
    """Characters that meet by chance are no unit: 中国梦 in 中国梦想, 一把手 in 一把手术刀 …"""
    assert "中国梦" not in words("儿时的中国梦想")
    assert "一把手" not in words("医生要一把手术刀")
    assert "会风" not in words("社会风气", small("会风"))
    assert words("发展中国家电产业")[:3] == ["发展", "中国", "家电"]
    assert "教育部" not in words("教育部门的同志")


def test_a_unit_is_cut_out_of_a_longer_dictionary_word():
    """Where only the dictionary holds a longer word, the unit is still one word."""
    lexicon = small("省委")
    assert "省委" in words("中共浙江省委决定", lexicon)


def test_overlapping_units_give_way_in_order():
    """Of two units that overlap the longer wins, then the first; no single character is left."""
    lexicon = small("科技创新", "创新平台", "水资源", "资源配置", "基本公共服务", "服务体系")
    assert words("科技创新平台", lexicon) == ["科技创新", "平台"]
    assert words("水资源配置", lexicon) == ["水资源", "配置"]
    assert words("基本公共服务体系", lexicon) == ["基本公共服务", "体系"]


def test_exceptions_cut_as_told():
    """An exception replaces the unit by the words it names."""
    lexicon = small("中国梦", exceptions={"中国梦想": ("中国", "梦想")})
    assert words("中国梦想", lexicon) == ["中国", "梦想"]
    assert words("中国梦", lexicon) == ["中国梦"]


def test_variants_count_as_one_only_when_asked():
    """merge_variants writes the main form, the default leaves what was said."""
    assert words("中纪委决定") == ["中纪委", "决定"]
    assert words("中纪委决定", merge_variants=True) == ["中央纪委", "决定"]


def test_numbers_stay_as_one_token_each():
    """Numbers, percentages and dates are one token with the class number: nothing vanishes."""
    text = "一九七八年和２０２３年，增长8.5%，百分之八点五，1,200亩，三十多户"
    found = words(text)
    for token in ("一九七八年", "2023年", "8.5%", "百分之八点五", "1,200"):
        assert token in found and LEXICON.class_of(token) == "number"


NUMERALS = "3〇零一二两三十百万亿12个分之.点·，,%‰年月日度底美元港欧果园\n"


@given(st.text(NUMERALS, max_size=40))
def test_numbers_are_found_where_numerals_begin(text):
    """The places that are tried are those that the pattern finds by itself, but for single signs."""
    longer = [n.span() for n in segmentation._NUMBER.finditer(text) if len(n[0]) > 1]
    assert [n.span() for n in segmentation._numbers(text) if len(n[0]) > 1] == longer


def test_money_of_others_is_a_number():
    assert words("出口一百亿日元和30亿欧元") == ["出口", "一百亿日元", "和", "30亿欧元"]


def test_decimals_of_the_fifties_are_numbers():
    """A dot at middle height is a decimal point, not the end of a plan; a date with one is an event."""
    assert words("完成二五·一亿元")[-1] == "二五·一亿元"
    assert words("增长百分之一七•六") == ["增长", "百分之一七·六"]
    assert LEXICON.class_of("二五·一亿元") == LEXICON.class_of("百分之一七·六") == "number"
    assert words("九·一八事变以后")[0] == "九·一八事变"


def test_numerals_inside_units():
    """A unit that begins with a numeral is no number: 十四五, 三农, 一带一路, 二十大."""
    assert words("“十四五”时三农和一带一路") == ["十四五", "时", "三农", "和", "一带一路"]
    assert "一五" not in words("一九一五年")


def test_an_exception_does_not_hide_a_unit_that_reaches_beyond_it():
    """深化改革 is two words, and 改革开放 after 深化 is still one."""
    lexicon = small("改革开放", exceptions={"深化改革": ("深化", "改革")})
    assert words("深化改革开放", lexicon) == ["深化", "改革开放"]
    assert words("深化改革的人", lexicon)[:2] == ["深化", "改革"]


def test_counts_of_things_are_no_congress():
    """十二大 is a congress, 十二大产业 are twelve industries."""
    assert "十二大" in words("党的路线在十二大上")
    assert "十二大" not in words("全市十二大产业")


def test_marks_and_masks_are_no_words():
    """Punctuation and 〓 bound words and are none: a unit is not found across them."""
    assert words("〓市，〓〓！……") == ["市"]
    assert words("改革，开放", small("改革开放")) == ["改革", "开放"]
    assert words("改革〓开放", small("改革开放")) == ["改革", "开放"]


@pytest.mark.parametrize(
    ("written", "counted"),
    [
        ("１９９３年", "1993年"),
        ("1 9 9 3年", "1993年"),
        ("改\u200b革\ufeff开放", "改革开放"),
        ("這個國家要發展經濟", "这个国家要发展经济"),
        ("５Ｇ基站", "5G基站"),
        ("张先生著作等身", "张先生著作等身"),
        ("12 345", "12 345"),
    ],
)
def test_folding(written, counted):
    """Widths, scripts, spaced digits and invisible characters are made equal for counting."""
    assert fold(written) == counted


def test_folding_changes_no_passage():
    """The passage keeps the words as they stand on the page."""
    tokens = segment(["１９９３年，國家發展"], LEXICON)
    assert tokens.passages[0].text == "１９９３年，國家發展"
    assert tokens.words[0] == ("1993年", "国家", "发展")


def test_strings_and_passages():
    """Plain strings become passages of speeches with running ids; passages stay as they are."""
    speech = Speech("a1", text="改革开放。")
    passage = Passage(speech, 0, 0, "改革开放。")
    tokens = segment(["改革", passage], LEXICON)
    assert tokens.passages[1] is passage
    assert tokens.passages[0].speech.id == "text-000000"
    assert segment([], LEXICON).words == ()
    assert segment([Passage(speech, 0)], LEXICON).words == ((),)


def test_two_workers_give_what_one_gives(monkeypatch):
    """The number of workers, and where a chunk ends, change nothing."""
    texts = [row["text"] for row in checks()]
    one = segment(texts, LEXICON, workers=1)
    monkeypatch.setattr(segmentation, "CHUNK", 100)
    assert segment(texts, LEXICON, workers=4) == one
    assert segment(texts, LEXICON) == one


def test_a_tokenizer_of_our_own():
    """The global dictionary of jieba is not touched, nor read."""
    import jieba

    segmenter(LEXICON, engine="jieba").words("三清工程")
    assert not jieba.dt.initialized


@pytest.mark.parametrize("engine", ["jieba", "rjieba"])
def test_our_cut_agrees_with_its_witnesses(engine):
    """jieba, rjieba and Aho–Corasick find the pieces that our trie finds, in every context and
    unit, in runs of Latin signs, and in characters beyond their dictionary."""
    ours, theirs = segmenter(LEXICON), segmenter(LEXICON, engine=engine)
    texts = [row["text"] for row in checks()]
    texts += [
        "5G基站 A股+GDP 2011-2020年 x_y.z #1&2 a1b B",
        "龘龘𠮷〇々Ａé\t\n 改革",
        "，".join(LEXICON.terms),
    ]
    assert [ours.pieces(fold(text)) for text in texts] == [theirs.pieces(fold(t)) for t in texts]


@examples(100)
@given(
    st.text(
        st.sampled_from(
            "的改革开放一把手术中国梦想学习化学习题建设有市场和谐社会风气Ab1-.%，\n·龘"
        ),
        max_size=40,
    )
)
def test_our_cut_agrees_with_jieba_on_any_text(text):
    """On random strings of entangled words the trie and jieba give the same words."""
    assert segmenter(LEXICON).words(text) == segmenter(LEXICON, engine="jieba").words(text)


@pytest.mark.parametrize("engine", ["jieba", "rjieba"])
def test_our_cut_agrees_with_its_witnesses_on_reports(engine):
    """The same words come out of national reports of every decade."""
    files = sorted((SHARED / "corpora" / "gwr-national").glob("gwr-*.txt"))[::12]
    if not files:
        pytest.skip("the reports are not here")
    ours, theirs = segmenter(LEXICON), segmenter(LEXICON, engine=engine)
    for path in files:
        lines = path.read_text("utf-8")[:30_000].splitlines()
        assert ours.words_of(lines) == theirs.words_of(lines)


def test_units_stay_whole_in_reports():
    """In national reports 98 % of all places of a unit are that unit or part of a longer one;
    in the others a dictionary word runs across the edge."""
    files = sorted((SHARED / "corpora" / "gwr-national").glob("gwr-*.txt"))[::6]
    if not files:
        pytest.skip("the reports are not here")
    cutter, whole, split = segmenter(LEXICON), 0, 0
    for path in files:
        text = fold(path.read_text("utf-8"))
        row = cutter.row(text)
        for start, end in cutter.dictionary.cut(text).units.tolist():
            begin, finish = row.around(start, end)
            inside = row.is_piece(begin, finish)
            whole, split = whole + inside, split + (not inside)
    assert split < 0.02 * whole


def test_long_runs_are_fast():
    """80,000 characters without a mark are cut in pieces, not in quadratic time."""
    assert len(words("𠮷" * 80_000)) == 80_000
    assert len(words("改革" * 5_000)) == 5_000


han = st.text(
    st.sampled_from("改革开放中国梦想一把手术刀三农十四五年的和发展家电，。〓 1２%Ax国會"),
    max_size=60,
)


@examples(150)
@given(st.one_of(han, st.text(max_size=60)))
def test_pieces_lose_nothing(text):
    """The pieces of any text, joined, are the folded text, and words are pieces in order."""
    cutter = segmenter(LEXICON)
    folded = fold(text)
    pieces = cutter.pieces(folded)
    assert "".join(pieces) == folded
    assert all(pieces)
    assert list(cutter.words(text)) == [p for p in pieces if any(c.isalnum() for c in p)]


@examples(60)
@given(
    st.sampled_from(sorted(t for t in LEXICON.terms if len(t) > 4)), st.sampled_from("，。、；“\n")
)
def test_a_long_unit_between_marks_is_whole(unit, mark):
    """A unit is one word between any marks."""
    assert fold(unit) in words(f"要{mark}{unit}{mark}要")


@examples(80)
@given(st.text(max_size=80))
def test_folding_twice_is_folding_once(text):
    """Folding what is folded changes nothing more."""
    assert fold(fold(text)) == fold(text)


def test_contexts_show_what_became_of_a_term():
    """One row per place of the characters, with the word that was made of them."""
    table = contexts("中国梦", ["我们的中国梦。", "儿时的中国梦想"], LEXICON)
    assert list(table["word"]) == ["中国梦", "中国梦想"]
    assert list(table["whole"]) == [True, False]
    assert list(table["left"]) == ["我们的", "儿时的"]


def test_numbers_are_what_class_of_says():
    """Every token that is a number by shape is set aside as one, unless its class is off."""
    tokens = {w for row in checks() for w in words(row["text"]) if is_number(w)} - LEXICON.terms
    assert tokens and all(LEXICON.class_of(word) for word in tokens)


def test_a_string_alone_is_one_passage():
    """A plain string is cut as a whole, never character by character."""
    text = "我们要解放思想，把水渠修好。"
    assert segment(text).words == segment([text]).words
    assert len(contexts("水渠", text)) == 1


def test_a_speech_is_no_passage():
    """A corpus given where passages belong is refused, with the call that makes them."""
    with pytest.raises(JianghuaError, match=r"Speech 0 .*passages\(corpus\)"):
        segment([Speech("a", text="把水渠修好。")])
