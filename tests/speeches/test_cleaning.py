"""Cleaning: portal text goes, the speech stays, and the two together are the raw text."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from portals.marked import styles

from jianghua.speeches.cleaning import clean, rebuild
from jianghua.speeches.removals import Cut, Draft, apply
from tests.examples import examples

SHARED = Path(os.environ.get("JIANGHUA_SHARED", Path(__file__).parents[2] / ".." / "shared"))
STYLES = styles()
PLAIN = Path(__file__).parent / "plain"
PIECES = st.sampled_from(
    [
        "同志们：", "今天开会，我讲三点意见。", "一、提高认识", "抓好落实；", "\n", "\r\n", "\r", "\n\n", "　　", "**", "×", "XX",
        "〓", "\ufffd", "\u200b", "\ue000", "&nbsp;", "&amp;", "&#8203;", "&lt;", "<br>", "<p>", "</p>", "2、", "\n\n3、", "推荐访问：讲话",
        "小编为大家整理的范文，供大家参考。", "第1页 共3页", "www.example.com", "责任编辑：甲", "---\n", "# ", "$ _ @! u2 s/ |% Q) X+ ",
        "\u2028", "\x85", "\x00", "来源：本站", "上一篇：无", "（本文来自某网 www.a.com）",
    ]
)  # fmt: skip
ANY_TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)
PATCHWORK = st.lists(st.one_of(PIECES, ANY_TEXT), max_size=40).map("".join)


def filled_lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


# --- laws


@examples(300)
@given(PATCHWORK)
@example("\ufffd〓**〓\r\n&#13;\r&amp;amp;\u200b*\u200b*")
def test_body_and_removals_rebuild_the_raw_text(raw):
    """Nothing vanishes unrecorded, whatever the text."""
    cleaned = clean(raw)
    assert rebuild(cleaned.text, cleaned.removals) == raw


@examples(200)
@given(PATCHWORK)
def test_removals_are_in_order_and_quote_the_raw_text(raw):
    """Each removal names its own place; none overlaps another; none is empty."""
    removals = clean(raw).removals
    assert all(raw[r.start : r.end] == r.text and r.text for r in removals)
    assert all(a.end <= b.start for a, b in pairwise(removals))


@examples(200)
@given(ANY_TEXT, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8), st.data())
def test_any_cuts_in_any_order_can_be_put_back(raw, spans, data):
    """The arithmetic of drafts holds for steps that cut anywhere, with signs and without."""
    reasons = data.draw(
        st.lists(
            st.sampled_from(["mask", "noise", "line ending", "label after title"]),
            min_size=8,
            max_size=8,
        )
    )

    def step(start, end, reason):
        return lambda text: [Cut(min(start, len(text)), min(start + end, len(text)), reason)]

    steps = [step(*span, reason) for span, reason in zip(spans, reasons, strict=False)]
    cleaned = apply(raw, steps)
    assert rebuild(cleaned.text, cleaned.removals) == raw


def test_a_mask_that_hides_an_earlier_removal_is_one_mask():
    """A zero-width character between two stars goes with the mask: one removal, one 〓."""
    cleaned = clean("全市*\u200b*区的干部")
    assert cleaned.text == "全市〓区的干部"
    assert [(r.reason, r.text) for r in cleaned.removals] == [("mask", "*\u200b*")]


def test_a_draft_points_back_into_the_raw_text():
    """Hand-made: without b and d, the text "ac" stands at raw characters 0 to 3."""
    draft = Draft("abcd").without([Cut(1, 2, "x"), Cut(3, 4, "x")])
    assert (draft.text, draft.raw_span(0, 2)) == ("ac", (0, 3))


# --- portals


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_a_portal_copy_becomes_the_speech(style):
    """All that the portal wrote is gone, and the speech is as its author wrote it."""
    assert filled_lines(clean(style.raw).text) == filled_lines(style.speech)


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_cleaning_twice_changes_nothing(style):
    """A cleaned speech is a speech: nothing more is found in it."""
    text = clean(style.raw).text
    assert clean(text).text == text


@pytest.mark.parametrize(
    "sentence",
    [
        "要充分利用微信公众号、网站和手机短信，及时推送活动动态，让群众一扫码就能看到。",
        "今天给大家分享几点体会，供大家参考，希望对大家有所帮助。",
        "会后，请办公室把大家的发言整理出来，下载打印，发给各单位。",
        "我们的网站点击量去年翻了一番，关注的人多了，版权保护也要跟上，对侵权行为坚决打击。",
        "下面，我代表县委讲三点意见，请大家关注后面的附件。",
        "请大家记住这个举报电话：12345。",
        "附带说明，数据来源：各乡镇上报。",
        "有的单位把会员制、订阅数当作政绩，客服电话却永远打不通。",
    ],
)
@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_words_that_portals_use_stay_inside_a_speech(sentence, place):
    """A speech may speak of websites, accounts and downloads, wherever it does so."""
    other = [
        "春耕在即，水利先行，这项工作一天也拖不得。",
        "各乡镇回去以后，要连夜开会，把任务分到人头。",
    ]
    paragraphs = {
        "first": [sentence, *other],
        "middle": [other[0], sentence, other[1]],
        "last": [*other, sentence],
    }
    text = "同志们：\n" + "\n".join(paragraphs[place])
    assert clean(text).text == text


@pytest.mark.parametrize("path", sorted(PLAIN.glob("*.txt")), ids=lambda path: path.stem)
def test_speeches_about_what_portals_do_pass_untouched(path):
    """Speeches on websites, copyright, archives, QR codes; of short lines; told in the third
    person: without a portal around them nothing but blanks goes."""
    raw = path.read_text(encoding="utf-8")
    assert filled_lines(clean(raw).text) == filled_lines(raw)


def test_a_speech_of_short_lines_is_not_taken_for_a_tail():
    """Lines too short for paragraphs, with one page number among them, lose only that number."""
    lines = [
        "同志们：",
        "新年好！",
        "这一年不容易。",
        "大家辛苦了。",
        "第 1 页 共 2 页",
        "感谢的话不多说。",
        "我敬大家一杯茶。",
        "散会。",
    ]
    assert clean("\n".join(lines)).text == "\n".join(lines[:4] + lines[5:])


@pytest.mark.parametrize(
    "closing",
    [
        "谢谢大家！",
        "2019年3月5日",
        "中共清江县委",
        "（二〇一二年二月十日）",
        "让我们携起手来，干吧！",
        "江有才",
    ],
)
def test_closings_stay_above_a_portal_tail(closing):
    """Thanks, dates and signatures belong to the speech even where a tail follows them."""
    body = (
        "同志们：\n修渠是一件苦差事，也是一件功德事，今冬明春务必抓紧抓实，抓出样子来。\n" + closing
    )
    assert clean(f"{body}\n上一篇：防汛讲话\n下一篇：春耕讲话").text == body


def test_a_model_text_label_goes_and_leaves_the_title_on_its_line():
    """范文 behind the title is the portal's; where it glued title and text, they part."""
    body = "今天把大家请到堤上来开会，就是要让大家看一看，这道堤到底还能不能挡住今年的水。"
    cleaned = clean(f"在全县防汛会议上的讲话范文{body}")
    assert cleaned.text == f"在全县防汛会议上的讲话\n{body}"
    assert clean(f"在全县防汛会议上的讲话范文\n{body}").text == cleaned.text


def test_two_chunks_are_told_by_their_round_length():
    """A viewer that cut only once is known by its count of characters and the broken word."""
    assert clean(chunked(SENTENCES[:530], 300)).text == SENTENCES[:530]


def test_a_list_inside_a_chunk_keeps_its_numbers():
    """The viewer's marks are told from a list of the speech's own that counts to the same number."""
    middle = "\n1、修主渠；\n2、修支渠；\n3、修闸门；\n4、清淤泥。\n"
    text = SENTENCES[:1000] + middle + SENTENCES[1000:1700]
    raw = chunked(text, 300)
    assert clean(raw).text == text


def test_the_head_of_a_letter_goes():
    """The fields of a letter are no words of the speech that it carries, folded lines included."""
    head = "From: a@b.invalid\nTo: c@d.invalid\nSubject: 讲话\n 全文\nContent-Type: text/plain\n"
    speech = "同志们：\n渡口的石阶年年补年年坏，今年下决心换成条石，请各组把自己那一段认领回去。"
    assert clean(f"{head}\n{speech}\n").text == speech


def test_markdown_of_a_line():
    """Emphasis with one star and rules across the page go; a star that masks a name stays a mask."""
    raw = "# 在渡口的讲话\n\n*县长 甲乙*\n\n---\n\n我在*市和*县都住过，渡口的石阶年年补年年坏。"
    assert clean(raw).text == (
        "在渡口的讲话\n县长 甲乙\n我在〓市和〓县都住过，渡口的石阶年年补年年坏。"
    )


def test_a_translation_between_the_lines_goes():
    """Of a page in two languages the Chinese words are left; foreign words inside them stay."""
    stone = (
        "渡口的石阶年年补年年坏，今年下决心换成条石，请各组把自己那一段认领回去，一个月里全部做完。"
    )
    lines = [stone, "GDP 增长 5%，用上了 5G 和 AI。"] * 6
    english = "The steps of the ferry are mended every year, and break every year."
    assert clean("\n".join(f"{line}\n{english}" for line in lines)).text == "\n".join(lines)
    assert english in clean("\n".join([*lines, english, stone])).text  # one line may be a quotation


# --- masks


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("中共**市委", "中共〓市委"), ("XX县的同志", "〓县的同志"), ("推动xx镇发展", "推动〓镇发展"), ("推动x在全省领先", "推动〓在全省领先"),
        ("××同志", "〓同志"), ("×市", "〓市"), ("在___的领导下", "在〓的领导下"), ("○○区", "〓区"), ("某某同志", "〓同志"),
        ("某县县委", "〓县县委"), ("20XX年5月", "20〓年5月"), ("全市*区的干部", "全市〓区的干部"), ("ＸＸ省", "〓省"), ("A市的经验", "〓市的经验"),
        ("XX××公司", "〓公司"), ("□□乡", "〓乡"),
    ],
)  # fmt: skip
def test_masks_become_one_sign(raw, text):
    """Whatever a name was blotted out with, one 〓 stands for it."""
    assert clean(raw).text == text


@pytest.mark.parametrize(
    "text",
    [
        "拍X光片", "X射线", "7×24小时", "3×5米", "一九九○年", "二〇〇八年", "生产一、〇〇〇台", "1+X证书", "“数据要素×”行动", "某种程度", "某些干部",
        "比如某个企业", "IPTV与XML", "5G+X", "——这是", "A级景区", "讲话*", "互联网+", "O2O", "Excel表格",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_mask_stays(text):
    """Arithmetic, years, letters with a meaning and indefinite pronouns are the speaker's."""
    assert clean(text).text == text


# --- marks and breaks


def chunked(text: str, size: int, mark: str = "\n\n{}、") -> str:
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    return "".join(mark.format(n) + piece for n, piece in enumerate(pieces, start=1)).lstrip("\n")


SENTENCES = "".join(
    f"第{n}个村的渠道长{n * 37 % 91}里，去年冬天只修了一小半，今年要把剩下的全部修完，还要把闸门换成新的。"
    for n in range(1, 40)
)


@examples(25)
@given(st.integers(150, 600), st.sampled_from(["\n\n{}、", "\n{}、", "\n\n {}．", "\n\n\n{}、 "]))
def test_chunk_marks_go_whatever_their_distance(size, mark):
    """A viewer's numbers vanish and the cut words are whole again."""
    assert clean(chunked(SENTENCES, size, mark)).text == SENTENCES


def test_numbering_of_the_speech_stays():
    """Numbers that open paragraphs of their own are kept, though they ascend."""
    items = [f"{n}、{'修好第' + str(n) + '条渠，按时通水，' * n}保证灌溉。" for n in range(1, 8)]
    text = "同志们：\n" + "\n".join(items)
    assert clean(text).text == text


def test_every_break_after_a_semicolon_is_a_portals():
    """Where all semicolons end a line, the lines are joined; numbered items stay apart."""
    raw = "要看到渠道老化；\n要看到人手不足；\n更要看到群众盼水。\n（一）修主渠；\n（二）修支渠。"
    assert (
        clean(raw).text
        == "要看到渠道老化；要看到人手不足；更要看到群众盼水。\n（一）修主渠；\n（二）修支渠。"
    )


def test_lists_that_end_in_semicolons_stay_where_others_stand_inside():
    """A text with semicolons inside its lines breaks lines on purpose."""
    raw = "任务有三：\n主渠清淤；支渠衬砌；闸门更换，\n都要在冬至以前完成；\n人工自带，工具自备；口粮照发。"
    assert "完成；\n人工" in clean(raw).text


@examples(20)
@given(st.integers(24, 60), st.sampled_from(["　　", "    ", ""]))
def test_fixed_width_lines_are_joined(width, indent):
    """Text wrapped at any width comes back in its paragraphs."""
    paragraphs = [SENTENCES[i : i + 290] + "。" for i in range(0, 1200, 290)]
    raw = "\n".join(
        "\n".join((indent + p)[i : i + width] for i in range(0, len(indent + p), width))
        for p in paragraphs
    )
    joined = clean(raw).text.replace("\n", "")
    assert joined == "".join(paragraphs)
    assert clean(raw).text.count("\n") <= 2 * len(paragraphs)


def test_headings_and_greetings_keep_their_lines():
    """Short lines without an end are headings; greetings end in a comma at times."""
    text = "在全县水利会议上的讲话\n2014年11月3日\n同志们，\n一年之计在于冬修，今天的会就讲这件事。\n一、认清形势\n形势不等人，水更不等人。"
    assert clean(text).text == text


# --- characters


def test_unseen_characters_go_and_entities_are_read():
    """Zero-width, private and bidi characters go; &ldquo; is the quotation mark it names."""
    raw = "\ufeff修\u200b渠\ue5d2要\u202e快&ldquo;实&rdquo;干&nbsp;好\ufffd"
    assert clean(raw).text == "修渠要快“实”干\xa0好"


def test_authors_slips_stay():
    """Full-width digits, Traditional characters and wrong words are kept as they are."""
    text = "１９９３年，筒政放权，經濟發展，ＧＤＰ增长．"
    assert clean(text).text == text


def test_jamming_of_forums_goes():
    """Stray signs sown between sentences are no words."""
    raw = "渠道修好了。$ _ @! u2 s/ |% Q) X+ u0 U\n群众高兴了。"
    assert clean(raw).text == "渠道修好了。\n群众高兴了。"


# --- speeches that are clean already


@pytest.mark.skipif(not (SHARED / "corpora").is_dir(), reason="the trial corpora are not here")
def test_clean_reports_lose_no_words():
    """Of 190 reports only blanks and false line breaks go, and of those few."""
    paths = sorted((SHARED / "corpora").glob("gwr-*/*.txt"))
    removals = [r for path in paths for r in clean(path.read_bytes().decode()).removals]
    assert {r.reason for r in removals} <= {"blank", "false line break"}
    assert all(not r.text.strip() for r in removals)
    assert sum(r.reason == "false line break" for r in removals) <= 40


@pytest.mark.skipif(not (SHARED / "seeds").is_dir(), reason="the five copies are not here")
def test_portal_words_are_gone_from_the_five_copies():
    """No label or address of a portal is left, and most of the text is."""
    for path in sorted((SHARED / "seeds").glob("*.txt")):
        raw = path.read_bytes().decode()
        text = clean(raw).text
        assert not any(
            word in text for word in ("小编", "推荐访问", "本站", "ICP", ".docx", "QQ", "免费预览")
        )
        assert len(text) > 0.9 * len(raw.strip())
