"""Describing: what the speech itself says comes first, then what its page calls it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portals.marked import styles

from jianghua.speeches.cleaning import clean
from jianghua.speeches.corpus import LEVELS
from jianghua.speeches.describing import OCCASIONS, Description, describe
from tests.examples import examples

BODY = "同志们：\n今天把大家请来，是要把一件拖了三年的事情定下来：老城区的下水道，修还是不修，怎么修，谁来修。\n"
# what heads the three speeches behind the portal styles
TITLES = {
    "在全局作风提升年动员大会上的讲话": ("bureau", "动员讲话", "同志们"),
    "在全市工业倍增行动推进会上的讲话": ("city", "工作会议讲话", "各位企业家朋友、同志们"),
    "守住初心走好新路——在新任职科级干部集体谈话会上的讲话": ("", "任前谈话", "各位同事"),
}


TITLED = [(title, style) for style in styles() for title in TITLES if title in style.speech]


@pytest.mark.parametrize(("title", "style"), TITLED, ids=[style.name for _, style in TITLED])
def test_a_portal_copy_is_described_like_its_speech(title, style):
    """Title, greeting, level and occasion come out of every style that carries a title."""
    text = clean(style.raw).text
    level, occasion, salutation = TITLES[title]
    found = describe(text)
    assert found == Description(title, salutation, found.speaker, "", level, occasion)


@pytest.mark.parametrize(
    ("portal", "title"),
    [
        (
            "下面是小编为大家整理的2023年度在城建工作务虚会上讲话，供大家参考。",
            "在城建工作务虚会上讲话",
        ),
        (
            "前言：本站为你精心整理了老城改造动员会上书记讲话范文，欢迎咨询。",
            "老城改造动员会上书记讲话",
        ),
        ("老城改造动员会上的讲话.docx\n上传人：a", "老城改造动员会上的讲话"),
        ("本文标题：在老城改造座谈会上的发言（精选5篇）", "在老城改造座谈会上的发言"),
        ("推荐访问：老城 改造 在老城改造推进会上的讲话 讲话稿", "在老城改造推进会上的讲话"),
    ],
)
def test_a_speech_without_a_title_is_called_what_its_page_calls_it(portal, title):
    """Lead-in, file name, field and links name the speech, without the page's year or 范文."""
    assert describe(BODY, {"portal": portal}).title == title


@pytest.mark.parametrize(
    ("meta", "title"),
    [
        ({"title": "在老城改造动员会上的讲话_清江县人民政府网"}, "在老城改造动员会上的讲话"),
        ({"title": "清江县 - 在老城改造动员会上的讲话 - 领导讲话"}, "在老城改造动员会上的讲话"),
        (
            {"ArticleTitle": "书记在老城改造动员会上的讲话", "title": "首页"},
            "书记在老城改造动员会上的讲话",
        ),
        ({"title": "清江县人民政府"}, ""),
        ({}, ""),
    ],
)
def test_the_name_of_the_site_is_cut_off(meta, title):
    """Of a page's title only the part that names a speech is taken."""
    assert describe(BODY, meta).title == title


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("03_老城改造动员讲话_20160802", "老城改造动员讲话"),
        ("新建文档1", ""),
        ("2016年8月讲话", ""),
    ],
)
def test_a_file_may_be_named_like_its_speech(name, title):
    """Where neither text nor page has a title, the file's name is one if it reads like one."""
    assert describe("乡亲们，" + BODY.split("\n")[-1], {"file": name}).title == title


@pytest.mark.parametrize("genre", ["讲话", "悼词", "致词"])
def test_two_printed_lines_are_one_title(genre):
    """A heading with a subtitle after a dash is the whole title."""
    head = f"为了一城清水\n——在老城改造动员会上的{genre}\n（2016年8月2日）\n县长 江有才\n"
    found = describe(head + BODY)
    assert found.title == f"为了一城清水——在老城改造动员会上的{genre}"
    assert found.speaker == "江有才"


def test_a_title_glued_to_the_text_ends_where_the_page_says():
    """Where the copy ran the title into the first sentence, the file's name shows its end."""
    text = "老城改造动员会讲话为把三年来的难题解开，我们开这个会，把老账新账一起算清楚，给群众一个交代。"
    assert describe(text, {"portal": "老城改造动员会讲话.doc"}).title == "老城改造动员会讲话"
    assert describe(text).title == ""


@pytest.mark.parametrize(
    ("line", "speaker"),
    [
        ("国务院总理　王小河", "王小河"), ("省 长 李 水", "李水"), ("县委书记、县人大常委会主任 欧阳春", "欧阳春"), ("（张三）", "张三"),
        ("市长 XXX", ""), ("某某", ""), ("办公室", ""), ("动员讲话", ""), ("2016年8月2日", ""),
        ("镇长　亓小河", "亓小河"), ("村支书 李水", "李水"), ("市长 县长", ""), ("县长 江永年", "江永年"), ("周年", ""), ("书记 同志们", ""),
    ],
)  # fmt: skip
def test_the_speaker_is_who_is_named_under_the_title(line, speaker):
    """An office with a name, or a name alone; no name where it is masked or no name."""
    assert describe(f"在老城改造动员会上的讲话\n{line}\n{BODY}").speaker == speaker


def test_the_speaker_may_stand_in_the_title():
    """江有才在… is his speech."""
    assert describe(f"江有才同志在老城改造动员会上的讲话\n{BODY}").speaker == "江有才"


def test_a_newspaper_prints_the_speaker_before_the_title():
    """江有才：在… has the speaker before the colon and the title behind it; who took down the
    words is no part of the title."""
    found = describe(f"江有才：在老城改造动员会上的讲话（根据录音整理）\n{BODY}")
    assert (found.title, found.speaker) == ("在老城改造动员会上的讲话", "江有才")


def test_the_headline_of_a_page_is_not_the_title():
    """Where a page's own headline stands above the title of the speech, the speech's is taken."""
    found = describe(f"重读：老县长当年的讲话\n在老城改造动员会上的讲话\n县长 江有才\n{BODY}")
    assert (found.title, found.speaker) == ("在老城改造动员会上的讲话", "江有才")


@pytest.mark.parametrize(
    ("title", "place"),
    [
        ("在清江县领导干部大会上的讲话", "清江县"), ("在庆祝清江市解放大会上的讲话", ""), ("在城市工作会议上的讲话", ""),
        ("在山区会议上的讲话", ""), ("在六省市座谈会上的讲话", ""), ("在重点镇建设会上的讲话", ""), ("在县域经济会上的讲话", ""),
        ("在上海市干部大会上的讲话", "上海"), ("关于在自由贸易区推行改革的讲话", ""),
    ],
)  # fmt: skip
def test_a_place_in_a_title_has_a_name(title, place):
    """在清江县… is a place, 在山区… or 在六省市… only a kind of place."""
    assert describe(f"{title}\n{BODY}").place == place


@pytest.mark.parametrize("title", ["关于全县上半年水利工作的讲话", "在老城改造动员会上的悼词"])
def test_titles_are_kept_whole(title):
    """关于 before what a speech is about belongs to its title."""
    assert describe(f"{title}\n{BODY}").title == title


@pytest.mark.parametrize(
    ("head", "place", "level"),
    [
        ("政府工作报告\n——2010年3月5日在第三十一届全国人民代表大会第九次会议上\n国务院总理 王小河", "中国", "national"),
        ("政府工作报告\n——2010年1月20日在青海省第十一届人民代表大会第三次会议上", "青海", "province"),
        ("政府工作报告\n——2010年1月20日在清江市第五届人民代表大会第三次会议上\n市长 李水", "清江市", "city"),
        ("在中共清江县委经济工作会议上的讲话", "清江县", "county"),
        ("在全镇春耕动员会上的讲话", "", "township"),
        ("在市水务局作风建设会议上的讲话\n局党组书记、局长 江有才", "", "bureau"),
    ],
)  # fmt: skip
def test_place_and_level_are_read_from_the_head(head, place, level):
    """The body before which, or whose office holder, speaks gives place and level."""
    found = describe(f"{head}\n{BODY}")
    assert (found.place, found.level) == (place, level)


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("我省", "province"),
        ("我市", "city"),
        ("我县", "county"),
        ("我镇", "township"),
        ("我局", "bureau"),
    ],
)
def test_level_is_what_the_speaker_calls_ours(words, level):
    """Without a title the level is that of which the speaker says 我市, 我县 …"""
    text = (
        BODY
        + f"{words}的底子薄，{words}的干部不怕苦，{words}的群众等不起，省委和市委都在看着我们怎么做。\n"
    )
    assert describe(text).level == level


@pytest.mark.parametrize(
    ("title", "occasion"),
    [
        ("在全市务虚会上的讲话", "务虚会讲话"), ("在主题教育动员大会上的讲话", "动员讲话"), ("2011年政府工作报告", "政府工作报告"),
        ("在中国共产党清江市第三次代表大会上的报告", "党代会报告"), ("在企业家座谈会上的讲话", "座谈会讲话"),
        ("在专题研讨班开班式上的讲话", "专题研讨班讲话"), ("就职演讲", "就职"), ("在任前廉政谈话会上的讲话", "任前谈话"),
        ("廉政党课讲稿", "党课"), ("在年度总结表彰大会上的讲话", "总结讲话"), ("2019年述职报告", "述职"), ("在全省农业工作会议上的讲话", "工作会议讲话"),
        ("新年致辞", "致辞"), ("在庆祝建党九十周年大会上的讲话", "纪念讲话"),
    ],
)  # fmt: skip
def test_occasions_have_one_label_each(title, occasion):
    """The title's own word for the meeting gives the label."""
    assert describe(f"{title}\n{BODY}").occasion == occasion


def test_a_text_that_says_nothing_is_left_undescribed():
    """No field is guessed."""
    assert (
        describe(
            "水往低处流，人往高处走，这句老话人人都会说，可是真要往高处走，先得看清脚下的路在哪里。"
        )
        == Description()
    )


@examples(150)
@given(
    st.text(max_size=200),
    st.dictionaries(st.sampled_from(["title", "portal", "h1"]), st.text(max_size=60)),
)
def test_any_text_can_be_described(text, meta):
    """Whatever the text, the labels are of the known sets and each field is one line."""
    found = describe(text, meta)
    assert found.level in {"", *LEVELS}
    assert found.occasion in {"", *OCCASIONS}
    assert all("\n" not in field for field in (found.title, found.speaker, found.place))


def test_a_thread_of_a_forum_names_its_speech():
    """The title between a forum's brackets is the title where the text has none."""
    portal = "查看: 2210|回复: 6\n[讲话致辞] 在全县果园改造动员会上的讲话 [复制链接]\n只看该作者"
    assert (
        describe("同志们：\n开春以后要抓紧。", {"portal": portal}).title
        == "在全县果园改造动员会上的讲话"
    )
