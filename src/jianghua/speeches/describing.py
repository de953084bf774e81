"""What a speech says about itself: title, salutation, speaker, place, level, occasion."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from jianghua.speeches.heads import head_lines
from jianghua.speeches.portal import DATE, SALUTATION, TITLE, VENUE, is_prose, is_salutation
from jianghua.speeches.removals import MASK


@dataclass(frozen=True)
class Description:
    """Each field is empty where neither text nor page says. ``level`` is one of national, province,
    city, county, township, bureau; ``occasion`` is one of `OCCASIONS`."""

    title: str = ""
    salutation: str = ""
    speaker: str = ""
    place: str = ""
    level: str = ""
    occasion: str = ""


_GOVERNMENT_REPORT = (
    r"政府工作的?报告|作政府工作报告|报告[^，。]{0,14}政府(?:的主要)?工作|"
    r"代表[^。，]{0,12}(?:政府|国务院|革命委员会)，?向[^。，]{0,20}大会[^。，]{0,4}(?:(?:作|做)工作报告|报告[^。，]{0,8}工作)"
)
# The first pattern that matches names the occasion; the narrower stand above the wider.
_OCCASIONS = (
    ("政府工作报告", _GOVERNMENT_REPORT),
    ("述职", r"述职|述廉|述责"),
    ("党课", r"党课|廉政课"),
    ("任前谈话", r"任前|集体谈话|廉政谈话|提醒谈话|新任(?:职)?[^。，]{0,8}谈话"),
    ("就职", r"就职|任职(?:讲话|表态|发言|演讲)|当选|履新|干部大会上的表态|宣布[^。，]{0,10}任命"),
    ("党代会报告", r"(?:党|次)代表大会(?:第.次会议)?上的?报告|党代会[^。，]{0,6}报告"),
    ("务虚会讲话", r"务虚"),
    ("民主生活会讲话", r"(?:民主|组织)生活会"),
    ("专题研讨班讲话", r"研讨班|培训班|读书班|轮训班|进修班|研修班|开班|结业|辅导报告"),
    ("座谈会讲话", r"座谈|恳谈会|茶话会|团拜会"),
    ("总结讲话", r"总结(?:大?会|讲话|表彰)|表彰(?:大?会|仪式)|会议结束时|总结大会|颁奖|庆功"),
    ("动员讲话", r"动员|启动(?:仪式|大?会)|誓师|出征|启动暨"),
    ("纪念讲话", r"(?:纪念|庆祝|庆典)[^。，]{0,30}(?:大会|会|周年|活动)"),
    ("开幕闭幕讲话", r"开幕|闭幕|奠基|揭牌|开工(?:仪式|典礼)|竣工|通车"),
    ("调研讲话", r"调研(?:时|座谈|讲话|工作)|考察时|检查[^。，]{0,8}时的?讲话|视察"),
    ("全会讲话", r"(?:全会|全委会|全体会议)(?:\S{0,10}次会议)?上"),
    ("工作会议讲话", r"(?:工作|推进|部署|电视电话|视频|现场|专题|调度|分析|协调|紧急|例|办公|扩大|汇报|交流|观摩)(?:大?会议|大?会)|常委会|专题会|会议上的?讲话"),
    ("主持词", r"主持词|主持讲话"),
    ("典礼讲话", r"典礼|仪式"),
    ("致辞", r"致辞|致词|贺词|祝词|献词|寄语|贺信|欢迎词"),
    ("工作报告", r"工作报告|工作的报告"),
    ("演讲", r"演讲"),
)  # fmt: skip
OCCASIONS = tuple(label for label, _ in _OCCASIONS)

_PROVINCES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|"
    "四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方"
    "俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧肖尹姚邵湛汪祁毛禹狄米贝明臧"
    "计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经"
    "房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程邢裴陆荣翁荀羊惠甄曲家封芮储靳汲糜松井段富巫乌焦巴弓牧山谷车侯宓蓬"
    "全班仰秋仲伊宫宁仇栾甘厉戎祖武符刘景詹束龙叶幸司韶黎薄印宿白怀蒲鄂索咸籍赖卓蔺屠蒙池乔阴能苍双闻莘党翟谭贡劳逄姬申"
    "扶堵冉宰雍郤桑桂牛寿通边扈燕冀浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终居衡步都耿满弘匡国文寇广东欧殳沃"
    "利蔚越隆师巩聂晁勾敖融冷訾辛阚那简饶空曾沙鞠关相查红游竺权逯盖益桓公仉督岳帅缑亢况郈有琴佟商佘伯赏覃代付闫苟楚岩"
    "栗戢揭逯宾阿买旦巴扎布热努肖粟涂占兰邸"
)
_OFFICE = (
    r"(?:总\s*理|主\s*席|书\s*记|省\s*长|市\s*长|县\s*长|区\s*长|州\s*长|旗\s*长|镇\s*长|乡\s*长|局\s*长|厅\s*长|部\s*长|主\s*任|院\s*长|"
    r"校\s*长|会\s*长|检\s*察\s*长|委\s*员\s*长|秘\s*书\s*长|董\s*事\s*长|总\s*经\s*理|行\s*长|司\s*长|处\s*长|专\s*员|盟\s*长|常\s*委|主\s*编|支\s*书|经\s*理|[社厂站队所场团]\s*长|政\s*委|司\s*令\s*员)"
)
_NAME = r"([\u4e00-\u9fff](?:[ \t　]*[\u4e00-\u9fff]){1,3})"
_LEADING = 15  # lines above the first paragraph, at most


def describe(text: str, meta: Mapping[str, str] | None = None) -> Description:
    """What the speech's first lines say, and where they are silent its wording and its page.

    ``meta`` are statements of the file format (title, h1, ArticleTitle …); under ``portal`` it may
    hold the words that cleaning removed, one stretch a line, and under ``file`` the name of the
    file: these often name the speech.
    """
    meta = meta or {}
    head = _head(text)
    title = _title(head, text, meta)
    stated = [title, *head]
    return Description(
        title=title,
        salutation=_salutation(head, text),
        speaker=_speaker(title, head),
        place=_place(stated, text),
        level=_level(stated, text),
        occasion=_occasion(title, head, text, meta),
    )


def _head(text: str) -> list[str]:
    """The lines above the first paragraph."""
    head: list[str] = []
    for _, line in head_lines(text[:3000]):
        shown = line.strip()
        if is_prose(shown) or len(head) >= _LEADING:
            break
        head.append(shown)
    return head


# --- title ----------------------------------------------------------------------------------------


def _title(head: list[str], text: str, meta: Mapping[str, str]) -> str:
    sources = (
        _headline(head),
        _glued_title(text, meta.get("portal", "")),
        _named_by_page(meta),
        _named_by_portal(meta.get("portal", "")),
        _named_by_file(meta.get("file", "")),
    )
    return next((found for found in map(_tidy, sources) if found), "")


_SUBTITLE = re.compile(
    r"[—\-–]{1,2}\s*(?:在|关于)?.*(?:讲话|报告|发言|致[辞词]|演讲|谈话|说明|党课|[悼贺祝献幕][词辞]).{0,12}"
)


def _headline(head: list[str]) -> str:
    """The printed title: one line, or several where a dash or an unfinished line joins them."""
    lines = _above_salutation(head)
    if whole := _with_subtitle(lines) or _below_headline(lines):
        return whole
    for line, below in pairwise([*lines, ""]):
        if _is_name_or_date(line):
            continue
        if below and line.endswith(("的", "上", "在", "时")) and TITLE.fullmatch(line + below):
            return line + below
        if TITLE.fullmatch(line):
            return line
    return lines[0] if lines and len(lines) < min(len(head), 5) and _may_be_title(lines[0]) else ""


def _below_headline(lines: list[str]) -> str:
    """The speech's own title (在…上的讲话) below the headline under which a page brings it."""
    titles = [line for line in lines if TITLE.fullmatch(line) and not _is_name_or_date(line)]
    own = [line for line in titles[1:] if re.match(r"在\S{3,40}[上会]的", line)]
    return own[0] if own and not titles[0].startswith(("在", "关于")) else ""


def _with_subtitle(lines: list[str]) -> str:
    """The lines of a title above a subtitle that opens with a dash, and the subtitle."""
    for number, line in enumerate(lines[:4]):
        if number and _SUBTITLE.fullmatch(line):
            above = [shown for shown in lines[:number] if not _is_name_or_date(shown)]
            return " ".join(above) + line if above else ""
    return ""


def _may_be_title(line: str) -> bool:
    """Whether the first line may be a title though it names no sort of speech."""
    return (
        4 <= len(line) <= 50
        and line[-1] not in "。；，：:"
        and not (_is_name_or_date(line) or VENUE.fullmatch(line))
    )


def _above_salutation(head: list[str]) -> list[str]:
    for number, line in enumerate(head):
        if is_salutation(line):
            return head[:number]
    return head


def _is_name_or_date(line: str) -> bool:
    return bool(DATE.fullmatch(line) or _named(line) or is_salutation(line))


_GENRE_AT = r"(?:讲话稿|讲话|工作报告|报告|发言稿|发言|致辞|致词|演讲稿|演讲|党课|谈话|述职)"
_OPENING = r"(?:同志们|各位|尊敬的|今天|为|根据|这次|按照|在|下面|首先|大家)"


def _glued_title(text: str, portal: str) -> str:
    """A title run together with the first sentence, where a greeting or the page tells its end."""
    match = re.match(
        rf"[^。！？；，,\n]{{4,60}}?{_GENRE_AT}(?:范文)?(?={_OPENING})", text[:120].lstrip()
    )
    if not match:
        return ""
    title = match.group()
    greeted = re.match(r"同志们|各位|尊敬的", text.lstrip()[len(title) :])
    return title if greeted or _likeness(title, portal) >= 0.7 else ""


def _likeness(title: str, portal: str) -> float:
    """Share of a title's neighbouring pairs of characters that the page also has."""
    han = "".join(re.findall("[\u4e00-\u9fff]", title.removesuffix("范文")))
    shown = "".join(re.findall("[\u4e00-\u9fff]", portal))
    pairs = [han[i : i + 2] for i in range(len(han) - 1)]
    return sum(pair in shown for pair in pairs) / len(pairs) if pairs else 0.0


def _named_by_page(meta: Mapping[str, str]) -> str:
    for name in ("ArticleTitle", "articletitle", "h1", "og:title", "title", "Title"):
        for part in re.split(
            r"\s*[_|｜]\s*|\s+[-–—]+\s+|(?<=[\u4e00-\u9fff])-(?=[\u4e00-\u9fff])",
            meta.get(name, ""),
        ):
            if TITLE.fullmatch(part.strip()):
                return part
    return ""


_LEAD_IN = re.compile(
    rf"(?:整理|收集|搜集|带来|分享|准备|推荐(?!访问)|编辑)(?:了|的)?(?:[一二三四五六七八九\d]+篇)?(?:关于)?[“《]?([^，,。！\n]{{4,60}}?{_GENRE_AT})"
)
_FIELD = re.compile(
    rf"(?:本文标题|文章标题|原标题|标题|主题|title)\s*[：:]\s*(?:转发[：:])?\s*(\S[^\n]{{2,60}}?{_GENRE_AT})",
    re.I,
)
_FILE = re.compile(r"^[^\S\n]*(.{3,60}?)\.(?:docx?|pdf|wps|txt|rtf)[^\S\n]*$", re.M | re.I)
_QUOTED = re.compile(rf"《([^》\n]{{4,50}}{_GENRE_AT}[^》\n]{{0,6}})》")
_THREAD = re.compile(  # how forums print the title of a thread
    rf"^[^\S\n]*\[[^\]\n]{{1,8}}\]\s*(\S[^\n]{{3,60}}?{_GENRE_AT})\s*\[复制链接\]", re.M
)
_VISIT = re.compile(rf"推荐访问[：:][^\n]*?\s(\S{{4,40}}{_GENRE_AT})(?=\s|$)")


def _named_by_portal(portal: str) -> str:
    """What the page calls the speech: in its fields, its lead-in, its file name, its links."""
    for pattern in (_THREAD, _FIELD, _LEAD_IN, _QUOTED, _FILE, _VISIT):
        match = pattern.search(portal)
        if match:
            return match[1]
    return ""


def _named_by_file(stem: str) -> str:
    """The file's name without numbers and days around it, where that is a title."""
    name = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", stem)
    return name if len(name) > 5 and TITLE.fullmatch(name) else ""


def _tidy(title: str) -> str:
    """A title without what portals add: year of the page, 范文, number of texts, brackets."""
    title = re.sub(r"\.(?:docx?|pdf|wps|txt)$", "", title.strip(), flags=re.I)
    title = re.sub(r"^(?:\d{4}年度|最新|关于)(?=在|.{0,20}上的)", "", title)
    title = re.sub(
        r"[（(【\[][^（(【\[]{0,16}(?:整理|转写|审阅|审定)[^（(【\[]{0,8}[）)】\]]$", "", title
    )
    title = _OF_SPEAKER.sub("", title)
    title = re.sub(
        r"[（(【\[]?(?:精选|通用|最新|完整|范文|全文|精品|推荐|优秀)[^（(]{0,10}[）)】\]]?$",
        "",
        title,
    )
    title = re.sub(r"(?:范文|模板|范本)$", "", title)
    return title.strip(" \t　《》") if len(title) <= 80 else ""


# --- salutation and speaker -----------------------------------------------------------------------

# 甲乙丙：在…上的讲话; newspapers and their sites print the speaker so
_OF_SPEAKER = re.compile(r"^([\u4e00-\u9fff]{2,4})[：:](?=在|关于)")


def _salutation(head: list[str], text: str) -> str:
    """The first greeting, without the colon: a line of its own, or the opening of a paragraph."""
    for line in head:
        if is_salutation(line):
            return line.rstrip("：:！!，,")
    opening = re.search(
        r"(?:^|\n|讲话|报告)((?:各位|尊敬的|同志们|亲爱的)[^。；\n]{0,50}?)[：:]", text[:400]
    )
    return opening[1] if opening and SALUTATION.fullmatch(opening[1]) else ""


def _speaker(title: str, head: list[str]) -> str:
    """A name beside an office or on a line of its own, or the one that the title begins with."""
    for line in _above_salutation(head):
        if name := _named(line):
            return name
    begins = (_BEGINS_WITH_NAME.match(title), *map(_OF_SPEAKER.match, head[:3]))
    return next((match[1] for match in begins if match and is_name(match[1])), "")


_BEGINS_WITH_NAME = re.compile(r"(?:[—–-]*)([\u4e00-\u9fff]{2,3})(?:同志)?(?:在|关于)")


def _named(line: str) -> str:
    """The person a short line names: ``省长 张三``, ``（李四）``, ``王 五``."""
    shown = line.strip("（）() 　")
    if len(shown) > 40 or re.search(r"[，。；：:]", shown):
        return ""
    match = re.search(rf"{_OFFICE}\s*{_NAME}$", shown) or re.fullmatch(_NAME, shown)
    name = re.sub(r"\s", "", match[1]) if match else ""
    if is_name(name):
        return name
    apart = re.search(rf"{_OFFICE}[\s　]+([\u3400-\u9fff\U00020000-\U0003ffff]{{2,3}})$", shown)
    return apart[1] if apart and _may_be_name(apart[1]) else ""


def _may_be_name(word: str) -> bool:
    """Whether a word that a blank sets apart from an office may name its holder, whatever the
    surname."""
    return not re.search(rf"{_OFFICE}|同志|代表|工作|[讲话会议报告年月日局委在上的们]", word)


def is_name(name: str) -> bool:
    """Whether two to four characters may be a person's name: a surname first, no word of office."""
    return (
        2 <= len(name) <= 4
        and name[0] in _SURNAMES
        and not re.search(r"[讲话会议工作报告月日局委在上的]|年.|^.年", name)
    )


# --- place and level ------------------------------------------------------------------------------

_UNIT = r"(?:自治区|自治州|自治县|省|市|州|盟|县|区|旗|镇|乡)"
_OF_BODY = r"(?:第[一二三四五六七八九十\d]+届|人民政府|政府|委|人大|政协|人民代表大会|直|代?省长|代?市长|代?县长|代?区长)"
_OUR = {
    "province": ("我省", "全省", "省委", "自治区党委", "全区各族"),
    "city": ("我市", "全市", "市委", "我州", "全州"),
    "county": ("我县", "全县", "县委", "我区", "区委", "全旗"),
    "township": ("我镇", "全镇", "镇党委", "我乡", "全乡", "街道党工委"),
    "bureau": ("我局", "局党组", "我院", "我厅", "厅党组", "局党委", "我校", "我公司", "集团公司", "全系统", "我委", "局机关"),
}  # fmt: skip
_BY_NAME = (
    ("national", r"全国人民代表大会|国务院总理|代表国务院|^国务院|中央政府|中共中央总书记|党的?[^，]{0,6}全国代表大会|在全国[^，。]{2,30}(?:会议|大会)上"),
    ("province", rf"(?:{_PROVINCES})(?:省|自治区|维吾尔自治区|壮族自治区|回族自治区)|(?:北京|上海|天津|重庆)市|全省|代?省长|省委|省政府|自治区主席"),
    ("city", r"全市|代?市长|市委|市政府|[^\s]{2,4}市第|全州|州长"),
    ("county", r"全县|县委|县政府|代?县长|县第|全区|区委|区长"),
    ("township", r"全镇|镇党委|镇长|全乡|乡党委|乡镇|街道"),
    ("bureau", r"全局|局长|局党组|厅长|全院|全校|校长|公司|集团|系统"),
)  # fmt: skip


def _place(stated: Iterable[str], text: str) -> str:
    """中国, a province's short name, or a city, county or town by name."""
    lines = [*stated, *_we_represent(text)]
    if any(re.search(_BY_NAME[0][1], line) for line in lines):
        return "中国"
    for line in lines:
        match = re.search(
            rf"({_PROVINCES})(?:省|市|自治区|[\u4e00-\u9fff]{{1,3}}族自治区)?(?:{_OF_BODY}|$)", line
        )
        if match:
            return match[1]
        named = re.search(
            rf"(?:在中共|在|中共|代表|^|省|地点[：:]|\s)(?!中共)([\u4e00-\u9fff]{{2,4}}?{_UNIT}){_OF_BODY}",
            line,
        )
        if (
            named
            and MASK not in named[1]
            and not re.match(r"在|全|我|中共|代表|关于|向|于|各|本|这|地级|[市县区省]", named[1])
        ):
            return named[1]
    if named := _AT.search(lines[0]):
        return re.sub(rf"^({_PROVINCES})[省市]$", r"\1", named[1])
    committee = re.search(rf"中共({_PROVINCES})(?:省|市|自治区)?委", text)
    return committee[1] if committee else ""


# 在清水县干部大会上: a unit with a name; 在城市工作会议上, 在山区, 在六省市, 在重点镇 name only a kind
_KIND = (
    r"全|我|本|各|中|大|小|老|新|强|乡|县|市|城|农|省|部分|沿|贫困|试点|示范|重点|先进|相关|有关|周边|邻近|毗邻|边|民族|"
    r"牧|产|扩权|百强|经济|革命|直管|地级|副省|历次|首|第|次|少数|落后|欠|困难|直辖|主产|灾|一线|国家|对口|其他|"
    r"[一二两三四五六七八九十百几数多\d]"
)
_AT = re.compile(
    rf"在(?!{_KIND})([\u4e00-\u9fff]{{1,3}}(?<![省市县区镇乡城超都集夜菜股楼车房林矿牧库园地灾山特社发易校厂辖郊片])"
    r"[省市县区镇乡州旗])(?![场民长容级域情外镇乡村委省市])"
)


def _we_represent(text: str) -> Iterator[str]:
    """Whom the speaker says to speak for, near the beginning."""
    for match in re.finditer(r"代表([^，。：\n]{2,24})", text[:1500]):
        yield match[1]


def _level(stated: list[str], text: str) -> str:
    """By the bodies that title and first lines name; else by what the speaker calls ours."""
    named = [
        level
        for level, pattern in _BY_NAME
        for line in [*stated, *_we_represent(text)]
        if re.search(pattern, line)
    ]
    ours = {level: _score(words, text) for level, words in _OUR.items()}
    best = max(ours, key=lambda level: ours[level])
    if "national" in named and ours[best] < 12:
        return "national"
    if named and (ours[best] < 4 or ours[named[0]] >= 0.5 * ours[best]):
        return max(set(named), key=lambda level: (named.count(level), ours.get(level, 0.0)))
    return best if ours[best] >= 2 else (named[0] if named else "")


def _score(words: tuple[str, ...], text: str) -> float:
    """我省 says more than 省委, which may also be the level above."""
    return sum(
        text.count(word) * (3.0 if word[0] == "我" or "党" in word[1:] else 0.7) for word in words
    )


# --- occasion -------------------------------------------------------------------------------------


def _occasion(title: str, head: list[str], text: str, meta: Mapping[str, str]) -> str:
    """From the title; then from the first lines and what opens the first paragraphs."""
    opening = " ".join(text[:700].split("。")[:5])
    meeting = " ".join(
        re.findall(r"(?:召开|举行|举办|开好|召集|参加|开)[^，。]{0,30}(?:会|班|仪式|活动)", opening)
    )
    if not title and re.search(_GOVERNMENT_REPORT, opening):
        return "政府工作报告"
    for words in (title, " ".join(head), meeting, opening[:300]):
        for label, pattern in _OCCASIONS:
            if words and re.search(pattern, words):
                return label
    return ""
