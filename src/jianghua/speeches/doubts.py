"""What a reader should know about a text that was read without an error; and what is no speech."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jianghua.speeches.characters import LOOKALIKE
from jianghua.speeches.decoding import plausibility

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# Letters of other scripts, and the languages that they are commonest in.
_SCRIPTS = (
    ("Japanese", re.compile("[\u3040-\u30ff]")),
    ("Korean", re.compile("[\uac00-\ud7af\u1100-\u11ff]")),
    ("Russian or another language in Cyrillic letters", re.compile("[\u0400-\u04ff]")),
    ("Uyghur or another language in Arabic letters", re.compile("[\u0600-\u06ff]")),
    ("Tibetan", re.compile("[\u0f00-\u0fff]")),
    ("Mongolian", re.compile("[\u1820-\u18aa]")),
    ("English or another language in Latin letters", re.compile("[A-Za-z\u00c0-\u024f]")),
)
_SPOILT = re.compile(
    "锟斤拷|烫烫烫|屯屯屯|锘縷|鈥[滄溿]|銆[傘倂]|锛[屽岋]|[ÃÂäåæçèé][\u0080-\u00bf€-™]{1,2}"
)
_ERROR_PAGE = re.compile(
    r"(?:页面|网页|文章|内容|信息|链接|网址|文档)[^。\n]{0,8}(?:不存在|已(?:被)?删除|找不到|无法(?:访问|显示|找到)|失效|已下线)|"
    r"找不到[^。\n]{0,8}(?:页面|网页|文件|网站)|访问(?:出错|受限|过于频繁|被拒绝)|服务器(?:内部)?错误|系统(?:繁忙|维护)|"
    r"^\s*[45]0[0-9][ \t]*(?:$|[-–—|:：])|\b[45]0[0-9]\s*(?:错误|error)|(?:错误|error|http)\W{0,8}[45]0[0-9]\b|not found|access denied|forbidden|bad gateway|service unavailable",
    re.I | re.M,
)
_GATE_PAGE = re.compile(
    r"验证码|安全验证|人机(?:身份)?验证|滑块|完成(?:下方|以下|下列)?验证|点击(?:进行)?验证|正在检查您的浏览器|"
    r"(?:开启|启用|打开|支持)\s*javascript|enable javascript|checking your browser|captcha|cloudflare|"
    r"请(?:先)?登[录陆]|扫码登[录陆]|用户名|忘记密码",
    re.I,
)


def doubts(text: str) -> Iterator[str]:
    """What is odd about a text, one line each: its language, its characters, traces of damage."""
    han = len(_HAN.findall(text))
    if foreign := _foreign(text, han):
        yield f"only {han} Chinese characters, seems to be {foreign}: perhaps no Chinese speech"
    elif han < 0.3 * len(re.sub(r"\s", "", text)):
        yield f"only {han} Chinese characters: perhaps no Chinese speech"
    elif plausibility(text) < 0.25:
        yield "the characters are unusual: perhaps decoded wrongly"
    if spoilt := len(_SPOILT.findall(text)):
        places = "place" if spoilt == 1 else "places"
        yield f"characters such as {_SPOILT.search(text)[0]!r} in {spoilt} {places} show that the text was damaged before"  # type: ignore[index]
    if alike := len(LOOKALIKE.findall(text)):
        yield (
            f"{alike} radicals or compatibility forms stand for ordinary characters, and are "
            "counted as these"
        )


_FEW_HAN = 20
_GIBBERISH = 0.1  # plausibility; a list of nothing but names has 0.27


def _no_chinese(text: str) -> str:
    """Why a text is none in Chinese, if it has next to no Chinese character; else nothing."""
    han = len(_HAN.findall(text))
    if han >= min(_FEW_HAN, 0.3 * len(re.sub(r"\s", "", text))):
        return ""
    foreign = _foreign(text, han)
    if spoilt := _SPOILT.search(text):
        return f"has {han} Chinese characters: signs such as {spoilt[0]!r} show that it was damaged"
    return f"has {han} Chinese characters" + (f", seems to be {foreign}" if foreign else "")


def _foreign(text: str, han: int) -> str:
    """The language that a text seems to be in if it is not Chinese, else nothing."""
    for language, script in _SCRIPTS:
        letters = len(script.findall(text))
        few_han = han < (2.5 if language == "Japanese" else 0.5) * letters
        if letters > 50 and few_han:
            return language
    return ""


def why_no_speech(text: str, kind: str) -> str:
    """Why what is left of a file is no speech, or nothing: error pages, gates, lists of links.

    Only what has hardly a sentence is judged by its words; a speech may speak of captchas.
    """
    stretches = re.findall(r"([^。！？!?\n]+)([。！？!?]?)", text)
    sentences = [words for words, end in stretches if end and len(words) >= 15 and "，" in words]
    prose = sum(map(len, sentences))
    if foreign := _no_chinese(text):
        return foreign
    if plausibility(text) < _GIBBERISH and not _foreign(text, len(_HAN.findall(text))):
        return "is no Chinese though its characters are: perhaps of another language, or damaged"
    if prose >= 150 or len(text) > 20_000:
        return ""
    if _ERROR_PAGE.search(text):
        return "is an error page, no speech"
    if _GATE_PAGE.search(text):
        return "is a page that asks for a login or a check, no speech"
    if kind == "html" and len(sentences) < 2 and text.count("。") < 3:
        return "has no running text, perhaps a list of links"
    return ""
