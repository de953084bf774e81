"""Lines and sentences that a portal, not a speaker, has written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jianghua.speeches.removals import Cut

# Anywhere in a text: lines that can be nothing but page furniture.
_STAMP = re.compile(
    r"[-—–\s]*第?\s*\d+\s*页?\s*[/／,，、]?\s*共\s*\d+\s*页[-—–\s]*|第\s*\d+\s*页|[-—–]\s*\d+\s*[-—–]|"
    r"\d+\s*/\s*\d+|.{0,40}_第\s*\d+\s*页|(?:https?://|www\.)\S+",
    re.I,
)
_LICENCE = re.compile(
    r"ICP[备证]|公网安备|经营许可证|版权所有|copyright|©|All Rights Reserved|网站标识码|网站地图",
    re.I,
)
_LABEL = re.compile(
    r"(?:索\s*引\s*号|信息索引|发布机构|发文机关|公开日期|主题分类|发布时间|发布日期|发表时间|更新时间|上传时间|"
    r"成文日期|信息来源|文章来源|来源|来\s*源|作者|责任编辑|编辑|责编|审核|校对|浏览次数|浏览量|阅读次数|阅读量|"
    r"点击数|点击次数|点击|访问量|人气|字号|字体|字体大小|文档编号|上传人|文件大小|大小|格式|页数|下载次数|"
    r"下载积分|文档格式|文章录入|录入|栏目|所属栏目|分类|标签|关键词|关键字|当前位置|您的位置|您现在的位置|位置|"
    r"上一篇|下一篇|推荐访问|会员群|QQ群|免费QQ群|微信|联系电话|客服|分享到|分享|收藏|打印|本文链接|本文地址|"
    r"转载请注明|原标题|稿源|供稿|撰稿|通讯员|文号|有效性|生成日期|体裁分类)\s*[：:（(\[【]"
)
_WORDS = re.compile(
    r"收藏|分享|下载|相关|举报|打印|关闭|复制|返回|顶部|首页|上一篇|下一篇|上一页|下一页|展开阅读全文|阅读全文|"
    r"阅读原文|猜你喜欢|推荐|访问|资源|搜索|搜一搜|热门|最新|文章|文档|文库|范文|公文|网站|本站|登录|注册|会员|订阅|"
    r"权益|充值|免费|预览|点击|关注|扫一扫|扫码|扫描|二维码|公众号|微信|微博|朋友圈|客服|在看|点赞|小编|编辑|整理|"
    r"版权|侵权|转载|仅供|参考|供大家|外传|倒卖|资料|字号|字体|大中小|无障碍|繁体|简体|导航|栏目|当前位置|您的位置|"
    r"帮助|联系我们|关于我们|加入|QQ群?|加群|上传|格式|页数|大小|描述|声明|网友|评论|留言|精选|素材|模板|更多|内容"
)
_TAIL = re.compile(
    r"[\s【\[（(]*(?:推荐访问|相关(?:资源|阅读|文章|文档|推荐|搜索|新闻|链接|范文|信息|内容)|猜你喜欢|"
    r"展开(?:阅读)?全文|你可能(?:还)?(?:喜欢|感兴趣)|大家(?:都|还)在(?:看|搜)|热门(?:文章|推荐|搜索|范文)|最新(?:文章|发布)|"
    r"延伸阅读|推荐阅读|精彩推荐|为您推荐|上一篇|下一篇|当前位置|责任编辑|责编|分享到|扫一扫|阅读原文|"
    r"本文(?:来自|来源|链接|地址)|转载请注明|免责声明|版权声明|声明[：:]|copyright|版权所有)",
    re.I,
)
_PROMOTION = re.compile(
    r"小编|本站|本网站|该文档|本文档|免费预览|供大家参考|仅供(?:参考|学习)|供您?参考|欢迎(?:咨询|下载|阅读|关注|转载|收藏|访问)|"
    r"会员|订阅|倒卖|QQ群|公众号|扫码|客服|参考价值|范文|下载(?:本文|全文|文档|吧|后)|喜欢就|版权归|侵权|联系我们|"
    r"禁止外传|写作素材|希望(?:对|能)(?:大家|您|你)|点击(?:上方|下方|下载|查看|关注)|更多(?:精彩|内容|资料|范文|文章)|转载|投稿"
)
_SENTENCE_END = re.compile(r"[。！？!?]")
TITLE_WORD = re.compile(
    r"(?:讲话|报告|发言|致辞|致词|演讲|讲稿|党课|开幕词|闭幕词|述职|主持词|总结|表态|谈话|讲话稿|提纲|贺词|祝词)"
    r"(?:稿|提纲|摘要|要点|全文|范文|材料)?[\s）)》”】]*(?:[（(【].{0,20}[）)】])?$"
)


def page_stamp_cuts(text: str) -> Iterator[Cut]:
    """Page numbers, addresses and licence lines on a line of their own, wherever they stand."""
    for start, line in lines(text):
        shown = line.strip()
        if shown and (
            _STAMP.fullmatch(shown)
            or (_LICENCE.search(shown) and len(shown) < 120 and not is_prose(shown))
        ):
            yield Cut(start, start + len(line), "page furniture")


def lines(text: str) -> Iterator[tuple[int, str]]:
    """(start, line without its break) of every line."""
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1


def is_prose(line: str) -> bool:
    """Whether a line is long running text with sentences in it."""
    return len(line) >= 50 and bool(_SENTENCE_END.search(line))


def is_portal(line: str) -> bool:
    """Whether a line is a portal's: labels, buttons, licence or a sentence about the page."""
    shown = line.strip()
    if not shown:
        return False
    if _STAMP.fullmatch(shown) or _LABEL.match(shown) or _TAIL.match(shown):
        return not is_prose(shown) or bool(_PROMOTION.search(shown))
    if is_promotion(shown):
        return True
    return not is_prose(shown) and _density(shown) >= 0.5


def is_promotion(line: str) -> bool:
    """Whether a short stretch speaks about the page and its readers rather than the speech."""
    found = {match.group() for match in _PROMOTION.finditer(line)}
    return (len(found) >= 2 and len(line) <= 200) or (bool(found) and len(line) <= 40)


def _density(line: str) -> float:
    han = len(re.findall(r"[\w]", line))
    covered = sum(len(match.group()) for match in _WORDS.finditer(line))
    return covered / han if han else 0.0


def head_cuts(text: str) -> Iterator[Cut]:
    """What a portal put above the speech; title, date and speaker lines stay."""
    head = list(_head(text))
    portal = [number for number, (_, line) in enumerate(head) if is_portal(line)]
    if not portal:
        return
    for number, (start, line) in enumerate(head[: portal[-1] + 1]):
        if line.strip() and not (number not in portal and _belongs(line)):
            yield Cut(start, start + len(line), "portal head")


def _head(text: str) -> Iterator[tuple[int, str]]:
    """Lines above the first paragraph of the speech."""
    for start, line in lines(text[:6000]):
        shown = line.strip()
        if is_prose(shown) and not is_promotion(shown):
            return
        yield start, line


_DATE_LINE = re.compile(
    r"[\s—（(\[【]*(?:[12]\d{3}|[一二〇○零九八七六五四三]{4}|[Xx×*]{2,4})\s*年.{0,40}|.{0,30}[月日][）)\]】\s]*"
)


def _belongs(line: str) -> bool:
    shown = line.strip()
    return bool(
        TITLE_WORD.search(shown) or _DATE_LINE.fullmatch(shown) or re.match(r"[—-]{1,2}在", shown)
        or re.fullmatch(r".{0,30}(?:同志|代表|委员|领导|朋友|来宾)们?.{0,20}[：:！!]", shown)
    )  # fmt: skip


def tail_cuts(text: str) -> Iterator[Cut]:
    """What a portal put below the speech."""
    everything = [(s, line) for s, line in lines(text) if line.strip()]
    first = len(everything)
    while first > 0 and not _holds_speech(everything[first - 1][1]):
        first -= 1
    portal = [n for n in range(first, len(everything)) if is_portal(everything[n][1])]
    if portal:
        yield Cut(everything[portal[0]][0], len(text), "portal tail")


def _holds_speech(line: str) -> bool:
    shown = line.strip()
    return is_prose(shown) and not is_promotion(shown) and not _TAIL.match(shown)
