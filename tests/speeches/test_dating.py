"""Dating: what is stated is taken, what is hinted at is weighed, nothing else dates a speech."""

import importlib.util
import os
import re
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.speeches.clues import number, plan_period
from jianghua.speeches.corpus import Corpus, Speech
from jianghua.speeches.dating import COLUMNS, Dating, date_evidence, date_speech, dating_problems
from jianghua.speeches.timeline import bare, timeline, timeline_hits
from tests.examples import examples

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("JIANGHUA_SHARED", ROOT / ".." / "shared")) / "corpora"

# --- what a speech states of itself


@pytest.mark.parametrize(
    ("head", "date"),
    [
        ("在全县水利工作会议上的讲话\n（2012年3月5日）", "2012-03-05"),
        ("在全县水利工作会议上的讲话\n（二〇一二年三月五日）", "2012-03-05"),
        ("在全县水利工作会议上的讲话\n二○一二年十二月二十五日", "2012-12-25"),
        ("在全县水利工作会议上的讲话\n（２０１２年３月５日）", "2012-03-05"),
        ("在全县水利工作会议上的讲话\n2012-03-05", "2012-03-05"),
        ("政府工作报告\n——1998年1月6日在某县第九届人民代表大会第一次会议上", "1998-01-06"),
        ("政府工作报告\n——1 9 9 8年1月在某县人民代表大会上", "1998-01"),
        ("在2015年全县水利工作会议上的讲话", "2015"),
        ("时间：2009年7月1日\n地点：礼堂", "2009-07-01"),
        ("在全县水利工作会议上的讲话\n（2016年5月〓日）", "2016-05"),
        ("在全县水利工作会议上的讲话\n二〇一六年〓月〓日", "2016"),
        ("在全县水利工作会议上的讲话\n（2016年某月3日）", "2016"),
        ("在全县水利工作会议上的讲话\n2016年5月  日", "2016-05"),
        ("在全县水利工作会议上的讲话\n（一九六三年四月七日，据记录稿整理）", "1963-04-07"),
        ("在全县水利工作会议上的讲话\n2019年4月7日下午 河滩工棚", "2019-04-07"),
        ("在全县水利工作会议上的讲话\n2019年4月7日（星期日）", "2019-04-07"),
        ("水库直播实录\n录制时间：2019年4月7日", "2019-04-07"),
        ("2015年讲话\n2015年4月7日，于河滩", "2015-04-07"),
        ("在水利讲习所的讲话\n民国三十八年十月二日", "1949-10-02"),
        ("在水利講習所的講話\n民國三十八年", "1949"),
        ("在全县水利工作会议上的讲话\n（2OO7年l1月3O日）", "2007-11-30"),
    ],
)
def test_date_lines(head, date):
    """A date at the head is stated, whatever its digits and marks, as precisely as it is written."""
    dating = date_speech(f"{head}\n同志们：\n今天开会，讲三点意见。")
    assert dating == Dating(date, int(date[:4]), int(date[:4]), int(date[:4]), "stated")


@pytest.mark.parametrize(
    "line",
    ["2019年4月7日 来源：水利信息网", "2019年4月7日，我在河滩住下", "发布时间：2019年4月7日"],
)
def test_a_day_with_more_is_stated_only_where_it_is_a_date_line(line):
    """A short line that opens with a day states nothing where it tells a story or is a portal's."""
    assert date_speech(f"水渠和桥\n{line}\n同志们：\n今天开会，讲三点意见。").year_basis != "stated"


def test_date_at_the_foot():
    """A date on the last line is stated too."""
    text = "同志们：\n" + "我们把水渠修好，把桥补好。" * 9 + "\n谢谢大家！\n一九八六年五月\n"
    assert date_speech(text).date == "1986-05"


def test_title():
    """The one date of a title is stated; a portal's year of publication in a title is not."""
    assert (
        date_speech("同志们好。", title="在2015年全县水利工作会议上的讲话").year_basis == "stated"
    )
    assert date_speech("同志们好。", title="2023年度在水利动员会上的讲话").year_basis != "stated"


@pytest.mark.parametrize(
    "title",
    [
        "在纪念1978年那场大讨论座谈会上的讲话", "在学习1982年宪法以来法律成果座谈会上的发言", "关于2011年财政决算的报告",
        "在《2011—2015年水利规划》论证会上的讲话", "在2011年度总结表彰大会上的讲话",
    ],
)  # fmt: skip
def test_what_a_title_is_about(title):
    """A year that a title is about, marks or sums up is not stated as the year of speaking."""
    assert date_speech("同志们：\n把渠修好。", title=title).year_basis != "stated"


def test_a_memorial_speech():
    """The full date of a memorial speech is its own."""
    head = "在纪念1978年那场大讨论座谈会上的讲话\n（1998年5月10日）\n同志们：\n"
    assert date_speech(head + "把渠修好。").date == "1998-05-10"


def test_a_date_in_a_sentence_is_no_statement():
    """A date inside the first sentence of a speech does not state when it was given."""
    text = "同志们：\n2008年5月12日在山那边的会议上听到消息的人，今天有不少坐在这里。"
    assert date_speech(text).year_basis == "evidence"


# --- relative years


@pytest.mark.parametrize(
    ("sentence", "year"),
    [
        ("今年是2012年，我们要把渠修好。", 2012),
        ("2012年（今年）要把渠修好。", 2012),
        ("去年（2011年）修了三条渠。", 2012),
        ("刚刚过去的2011年，我们修了三条渠。", 2012),
        ("一、2011年工作回顾\n修了三条渠。\n二、2012年主要任务\n再修三条渠。", 2012),
        ("结合各自分管的2012年主要工作任务来谈。", 2012),
        ("一、一九九三年的工作回顾\n二、一九九四年工作安排", 1994),
        ("今年是新中国成立六十周年，要把渠修好。", 2009),
        ("今年是改革开放40周年，要把渠修好。", 2018),
        ("今年是“十三五”规划的开局之年。", 2016),
        ("今年是“十一五”收官之年，要着手编制“十二五”规划。", 2010),
        ("从省十二届人大二次会议以来，渠修好了。", 2014),
    ],
)
def test_relative_years(sentence, year):
    """This year, last year, reviews, plans and anniversaries give the year of speaking."""
    dating = date_speech(f"同志们：\n{sentence}")
    assert dating.year_low <= year <= dating.year_high
    assert abs(dating.year - year) <= 1


@pytest.mark.parametrize(
    "aside",
    [
        "到2035年基本实现现代化。", "1978年以来村里变了样。", "自2003年起就有这个说法。", "力争2030年前达到目标。",
        "比2005年翻了一番。", "这是1986年的不变价。",
    ],
)  # fmt: skip
def test_history_and_aims_do_not_date(aside):
    """Years of history or of targets move a dated speech nowhere."""
    base = "同志们：\n今年是2012年，要把渠修好。"
    assert date_speech(base + aside) == date_speech(base)


def test_aims_alone_say_nothing():
    """A speech that names only a target year is not dated by it."""
    assert date_speech("同志们：\n到2035年把渠修好。") == Dating()


# --- formulations


def test_newest_meeting():
    """A speech on the fifth plenum of the eighteenth congress is of 2015 or 2016 (the sixth was in
    October 2016), also where plenums are listed."""
    text = (
        "深入学习党的十八大和十八届三中、四中、五中全会精神，落实五大发展理念，打赢脱贫攻坚战。" * 3
    )
    dating = date_speech(text)
    assert dating.year_low >= 2015
    assert dating.year in (2015, 2016)
    found = date_evidence(text)
    assert 2015 in found.loc[found["kind"] == "meeting", "not_before"].tolist()


def test_first_year_is_a_bound():
    """Whatever else a speech says, a sure formulation keeps it from being older than it."""
    assert date_speech("发展新质生产力，弘扬工匠精神，推进供给侧结构性改革。").year_low >= 2023


def test_evidence_rows():
    """Each row says string, place, kind, bounds, source and weight; strings stand where they say."""
    text = "同志们：\n要落实“四个全面”战略布局，用好民法典，编好“十四五”规划，迎接建党一百周年。"
    found = date_evidence(text)
    assert found.columns.tolist() == list(COLUMNS)
    assert {"tifa", "law", "plan", "anniversary"} <= set(found["kind"])
    for row in found.itertuples():
        assert text[row.start : row.start + len(row.string)] == row.string
    assert found["start"].is_monotonic_increasing
    assert date_evidence(Speech("a", text=text)).equals(found)


@pytest.mark.parametrize(
    "text", ["提高铁路运力。", "进入世界前列。", "创新发展理念。", "行政监察法"]
)
def test_a_term_inside_other_words(text):
    """高铁 in 提高铁路, 新发展理念 in 创新发展理念, 监察法 in 行政监察法 are not meant."""
    terms = {entry.term for entry, _, _ in timeline_hits(text)}
    assert not terms & {"高速铁路", "五大发展理念", "监察法", "加入世界贸易组织"}


# --- recycled speeches, portals

OLD = (
    "同志们：\n今年是2009年。要深入学习实践科学发展观，应对国际金融危机，保增长、保民生、保稳定，抓好家电下乡、"
    "新型农村合作医疗和社会主义新农村建设，贯彻党的十七届三中全会精神，加快转变经济发展方式，推进节能减排，"
    "落实“十一五”规划，把重点产业调整和振兴规划落到实处，做好甲型H1N1流感防控。"
)


def test_recycled_speech():
    """Two young strings in an old speech leave its year and raise a flag with both years."""
    assert not date_speech(OLD).flags
    dating = date_speech(OLD + "全面贯彻党的二十大精神，发展新质生产力。")
    assert dating.year == 2009
    assert re.findall(r"\d{4}", dating.flags[0]) == ["2009", "2023"]
    assert "recycled" in dating.flags[0]
    assert "\n" not in dating.flags[0]


def test_a_young_speech_may_look_back():
    """A speech full of young formulations that recalls old ones is not recycled."""
    text = OLD[OLD.index("要深入") :] + (
        "全面贯彻党的二十大和二十届三中全会精神，发展新质生产力，推进中国式现代化，整治内卷式竞争，做好两重建设，"
        "发行超长期特别国债，推动大规模设备更新，发展低空经济，深入推进党纪学习教育。"
    )
    dating = date_speech(text)
    assert dating.year_low >= 2024
    assert not any(flag.startswith("recycled") for flag in dating.flags)


def test_portal_years_are_weak():
    """An upload date moves no dated speech; alone it gives an upper bound and says so."""
    said = date_speech(OLD)
    with_portal = date_speech(
        OLD, portal_years=(2023,), portal_text="2023年度范文 上传时间:2023-04-29"
    )
    assert (said.year, said.year_basis) == (with_portal.year, with_portal.year_basis)
    alone = date_speech("同志们：\n把渠修好。", portal_years=(2023,))
    assert (alone.year_basis, alone.year_high) == ("portal", 2023)
    assert alone.year_low < 2020


def test_portal_against_words():
    """A page that gives a speech another year than its words is named."""
    flags = date_speech(OLD, portal_text="2023年度水利动员讲话").flags
    assert any("2023" in flag and "2009" in flag for flag in flags)


def test_stated_against_words():
    """A date line that the words contradict is kept and flagged."""
    dating = date_speech("（1999年3月5日）\n" + OLD.replace("今年是2009年。", ""))
    assert dating.date == "1999-03-05"
    assert any("1999-03-05" in flag for flag in dating.flags)


def test_problems_of_a_corpus():
    """A catalogue year outside what the words allow is one line with the speech's id."""
    corpus = Corpus((Speech("right", year=2009, text=OLD), Speech("wrong", year=1995, text=OLD),
                     Speech("counts", year=1995)))  # fmt: skip
    problems = dating_problems(corpus)
    assert [line.split(":")[0] for line in problems] == ["wrong"]
    assert "1995" in problems[0]


def test_nothing_to_go_by():
    """A text without any clue has no year rather than a guess."""
    for text in ("", "把渠修好。", "\n"):
        assert date_speech(text) == Dating()
        assert date_evidence(text).empty


@examples(40)
@given(st.text("二〇一二年今去月日“十五”大会2019 （）\n，。届中全会人", max_size=60))
def test_any_text(text):
    """Any text is dated or not, with low ≤ year ≤ high, and each clue is a piece of it."""
    dating = date_speech(text, title=text[:20], portal_text=text)
    if dating.year is not None:
        assert dating.year_low <= dating.year <= dating.year_high
    for row in date_evidence(text).itertuples():
        assert 0 <= row.start <= len(text)


# --- the table


def test_numbers():
    """Chinese numerals are read (by hand)."""
    read = {
        "十八": 18,
        "二十": 20,
        "四十五": 45,
        "一百": 100,
        "一百零五": 105,
        "二〇一二": 2012,
        "30": 30,
    }
    assert {numeral: number(numeral.replace("零", "〇")) for numeral in read} == read


def test_plan_periods():
    """The eleventh plan ran from 2006 to 2010, the fifth from 1976 to 1980 (their own titles)."""
    assert [plan_period(n) for n in (1, 5, 6, 11, 15)] == [
        (1953, 1957), (1976, 1980), (1981, 1985), (2006, 2010), (2026, 2030)
    ]  # fmt: skip


def test_table_of_formulations():
    """At least 400 rows, unique wordings, years in order, known confidence, every row with a source."""
    rows = timeline()
    assert len(rows) >= 400
    spellings = [s for row in rows for s in row.spellings]
    assert len(spellings) == len(set(spellings))
    for row in rows:
        assert 1949 <= row.first_year <= (row.last_year or 2027)
        assert row.source and row.confidence in ("high", "medium")
        assert bare(row.term) == row.spellings[0]


def test_every_decade_is_covered():
    """Each decade has its rows, and each year from 1990 on at least three."""
    years = [row.first_year for row in timeline()]
    assert all(sum(y // 10 == d for y in years) >= 15 for d in range(195, 203))
    assert all(years.count(year) >= 3 for year in range(1990, 2026))


def test_plenums_of_the_table():
    """Dates of plenums agree with their communiqués (third of the eleventh: December 1978 …)."""
    known = {"十一届三中全会": 1978, "十四届三中全会": 1993, "十六届四中全会": 2004, "十八届三中全会": 2013,
             "十九届六中全会": 2021, "二十届三中全会": 2024}  # fmt: skip
    assert {row.term: row.first_year for row in timeline() if row.term in known} == known


def test_codebook_names_every_column():
    """TIFA.md explains each column of the table."""
    folder = files("jianghua") / "words/data"
    header = (folder / "tifa.csv").read_text(encoding="utf-8").split("\n", 1)[0].split(",")
    codebook = (folder / "TIFA.md").read_text(encoding="utf-8")
    assert all(f"| `{column}` |" in codebook for column in header)


# --- held against real reports, where they are at hand


def _benchmark():
    spec = importlib.util.spec_from_file_location("dating_benchmark", ROOT / "benchmarks/dating.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(not SHARED.is_dir(), reason="the measuring corpora are not here")
def test_blanked_reports():
    """Of 40 reports of 1990-2026 with every year blanked, 95 % lie in their interval, which has a
    median of at most four years; 75 % are right within one year."""
    benchmark = _benchmark()
    reports = [
        r for folder in ("gwr-national", "gwr-provincial") for r in benchmark.read(SHARED / folder)
    ]
    chosen = [r for r in reports if 1990 <= r[1] <= 2026][::4]
    figures = benchmark.figures(
        [(y, date_speech(benchmark.blanked(t, False))) for _, y, t in chosen]
    )
    assert figures["interval_right"] >= 0.95
    assert figures["median_width"] <= 4
    assert figures["within_one_year"] >= 0.75


def test_blanking_leaves_no_year():
    """The measure itself: no year, no date line and, on demand, no plan is left to read."""
    benchmark = _benchmark()
    text = "报告\n——2012年3月5日在会上\n各位代表：\n２０１１年和一九九八年，“十二五”规划和第十一个五年计划，1 9 9 3年。\n二〇一二年三月"
    left = benchmark.blanked(text, ordinals=True)
    assert not re.search(r"\d{4}|〇|九九|五年|十二五", left)
    assert "十二五" in benchmark.blanked(text, ordinals=False)


def test_a_portal_year_above_the_salutation_names_no_year():
    """2023年度 in a headline is what a page says; the words of the speech alone date it."""
    text = (
        "2023年度在全区作风大会上的讲话\n同志们：\n今年下半年党的十八大将要召开，各项工作都要抓紧。"
    )
    found = date_speech(text)
    assert found.year == 2012 and found.year_high == 2012


def test_a_meeting_just_over_is_of_the_year():
    """A plenum that has just closed dates the speech to its own year."""
    assert date_speech("同志们：\n刚刚闭幕的党的二十届三中全会画出了路线图。").year == 2024


def test_this_year_opens_a_plan():
    """今年是“十三五”开局之年 is 2016, not a year later."""
    assert date_speech("同志们：\n今年是“十三五”开局之年，任务很重。").year == 2016
