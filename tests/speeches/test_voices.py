"""What is no speech of one person is said to be none; speeches are left in peace."""

import pytest

from jianghua.speeches.preparing import prepare_speech
from jianghua.speeches.voices import voice_doubts

SAID = "严立本指出，渡口的石阶今年要换。他强调，谁超载谁上岸。"
REPORT = f"县长检查渡口\n本报讯（记者 甲乙）六月九日，县长严立本来到清水渡口。{SAID}\n"
TALK = (
    "县长在渡口与船工谈话\n书记：船板换了没有？\n老秦：换了一半，还缺钉子。\n"
    "书记：钉子明天送到。\n老秦：那就好。\n"
)
QUESTIONS = (
    "渡口改造答疑\n问：票价涨不涨？\n答：一分也不涨。\n问：夜里开不开？\n答：夜里留一条船。\n"
)
MINUTES = (
    "清水县县长办公会议纪要\n六月九日，县长召集各乡，议定三件事。\n一、渡口的石阶今年换成条石。\n"
)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (REPORT, "report"),
        (SAID * 2, "report"),
        (TALK, "conversation"),
        (QUESTIONS, "conversation"),
        (MINUTES, "minutes"),
    ],
)
def test_what_is_no_speech_is_named(text, word):
    """A report in the third person, a conversation and minutes are each called what they are."""
    [doubt] = voice_doubts(text)
    assert word in doubt


@pytest.mark.parametrize(
    "text",
    [
        "同志们：\n会议指出，渡口要管。会议强调，谁超载谁上岸。会议要求，今晚补齐。会议认为，汛期已到。\n我完全赞成。",
        "在渡口工作会议上的讲话\n目标：不出事。\n措施：勤检查。\n目标：不涨价。\n措施：少花钱。\n",
        "时间：六月九日\n地点：清水渡口\n主持人：严立本\n记录：甲乙丙\n同志们：\n今天说渡口。",
    ],
)
def test_speeches_are_left_in_peace(text):
    """Who passes on a meeting to an audience, lists aims or heads a page with fields is not doubted."""
    assert not list(voice_doubts(text))


@pytest.mark.parametrize(
    "pages", ["【1】 【2】 【3】 下一页", "1 2 3 下一页 尾页", "还剩2页未读，继续阅读"]
)
def test_a_page_of_several(tmp_path, pages):
    """A page that has more pages behind it is perhaps a part of its speech, and says so."""
    words = (
        "渡口的石阶年年补年年坏，今年下决心换成条石，请各组把自己那一段认领回去，一个月里做完。" * 5
    )
    path = tmp_path / "page.txt"
    path.write_text(f"在渡口的讲话\n同志们：\n{words}\n{pages}\n", encoding="utf-8")
    prepared = prepare_speech(path)
    assert any("more pages" in warning for warning in prepared.warnings)
    assert prepared.speech.text.endswith("一个月里做完。")
