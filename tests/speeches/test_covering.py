"""A covering notice goes, the speech it passes on stays."""

import pytest

from jianghua.speeches.cleaning import clean
from jianghua.speeches.preparing import prepare_speech

SPEECH = (
    "在全县渡口管理工作会议上的讲话\n（2014年6月9日）\n县长　严立本\n同志们：\n"
    "汛期到了，渡口的事一天也不能拖，今天把各乡的摆渡人都请来，一条船一条船地过一遍。"
    "船板朽了的当场停渡，救生圈不够的今晚补齐，谁超载谁上岸，这三条没有商量。\n散会以后先去看水位。"
)
NOTICE = (
    "清水县人民政府办公室文件\n清政办〔2014〕31号\n清水县人民政府办公室关于{}严立本同志在全县渡口管理"
    "工作会议上讲话的通知\n各乡镇人民政府：\n现将讲话发给你们，请遵照执行。\n2014年6月12日\n"
)


@pytest.mark.parametrize("verb", ["印发", "转发"])
def test_the_speech_below_a_notice(tmp_path, verb):
    """The speech has its own title, date and speaker, not those of the office's notice."""
    path = tmp_path / "notice.txt"
    path.write_text(NOTICE.format(verb) + SPEECH, encoding="utf-8")
    speech = prepare_speech(path).speech
    assert speech.text == SPEECH
    assert (speech.title, speech.date, speech.speaker) == (
        SPEECH.split("\n")[0],
        "2014-06-09",
        "严立本",
    )


def test_a_notice_without_a_speech_stays():
    """Where no speech follows, nothing is taken for a notice."""
    raw = NOTICE.format("印发").strip()
    assert not [r for r in clean(raw).removals if r.reason == "covering notice"]
