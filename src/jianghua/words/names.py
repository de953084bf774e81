"""Names of persons, found by what official speech puts beside them: a title or 同志.

A surname, one or two single characters that no word claims, and a title before or behind:
省长王某某在会上, 学习某某某同志. After a name found so, further ones in a list (、). Foreign names
by their dot. Names without any such sign stay as the dictionary cuts them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jianghua.words.rows import Row

Place = tuple[int, int]

# The common surnames that are seldom a word of their own …
SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱林郭何罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田姜"
    "范姚谭廖邹熊陆郝孔崔康毛邱秦史顾侯邵孟雷钱汤尹黎乔贺赖龚庞樊殷施陶翟颜倪温芦季俞章鲁葛韦申聂焦邢岳齐梅莫庄辛"
    "祝祁舒耿牟詹苗凌纪靳盛童甄裴屈鲍覃霍翁隋柯阮桂闵柴冉褚娄窦戚郎卓闫巩吉阚滕邬蔺虞粟"
)
# … and those that are, believed only before 同志 and its like.
AMBIGUOUS = frozenset(
    "于任方石江高金白马龙万段易常武文安洪牛伍兰尤毕柳路左谷向成游华华关管严曲单包景宁查车房项席卫边"
)
_DOUBLE = ("欧阳", "司马", "上官", "诸葛", "司徒", "东方", "皇甫", "尉迟", "公孙", "夏侯", "令狐")
# Single characters that end a name because they go on with the sentence.
_GO_ON = frozenset(
    "的了和同与及在于是为对向从将把被由到以也都就又不等这那其各某两三一二四五六七八九十上下里内外前后来去说讲作做任兼率带赴陪"
    "称或并而且之所有要会能可应该已曾正还再最更很太多少每本此您我你他她它们个位名年月日时给让叫请用按当因如若至即使向受"
)
_HONOURS = ("同志", "先生", "女士", "烈士", "院士", "教授", "将军")
_OFFICES = (
    "总书记", "主席", "总理", "委员长", "书记", "省长", "市长", "县长", "区长", "州长", "镇长", "乡长", "部长",
    "司令员", "政委", "政治委员", "厅长", "局长", "秘书长", "检察长", "院长", "校长", "董事长", "总经理", "主任",
    "支书", "队长", "民警", "战士", "医生", "教师", "厂长", "站长", "所长", "劳模", "劳动模范", "英雄模范",
)  # fmt: skip
CUES = frozenset(_HONOURS + _OFFICES)
_BLANKS = re.compile("[ \u3000]{0,2}")
_AFTER_LIST = frozenset("、，。；：！？）”》和等与\n")
_FOREIGN = "阿埃艾安昂奥巴白拜班邦包保鲍贝本比彼毕宾波伯博布查茨达戴丹道德登迪蒂丁杜顿多厄尔法凡菲费芬丰佛弗夫福富盖甘冈高戈哥格葛根古哈海汉豪赫亨胡华怀惠霍基吉加贾简杰金卡凯坎康考科柯克肯孔库奎昆拉莱赖兰朗劳勒雷里理利莉丽林琳龙隆卢鲁伦罗洛吕马玛麦迈曼毛梅门蒙米密明摩莫墨穆拿纳娜南内尼妮牛纽努诺欧帕潘佩彭皮平珀普奇齐契乔切琼让热日荣儒瑞若萨塞赛桑森沙莎山舍圣施石史士舒斯丝司思斯苏孙索塔泰坦汤唐特滕提廷图土托瓦万旺威韦维魏温文翁沃乌吾伍西希锡夏香肖谢辛欣休许雪逊雅亚延扬耶叶伊依因英尤于约扎詹张哲珍芝朱孜买提江力孜甫热木吐尔逊努拜克"
_DOTTED = re.compile(f"[{_FOREIGN}]{{1,7}}(?:·[{_FOREIGN}]{{1,8}})+")


def is_name(word: str) -> bool:
    """Whether a token is a person's name by its shape: parts joined by a dot, or a surname and one
    or two characters that make no word of the dictionary: nothing but `find_names` makes such
    tokens. Names that the dictionary holds are too often words (高峰); lists tell those."""
    from jianghua.words.dictionary import times

    if "·" in word:
        return bool(_DOTTED.fullmatch(word))
    length = len(word) - (2 if word.startswith(_DOUBLE) else 1)
    if not 1 <= length <= 2 or not (length < len(word) - 1 or _may_begin(word[0])):
        return False
    return all("\u4e00" <= sign <= "\u9fff" for sign in word) and not times(word)


def _may_begin(sign: str) -> bool:
    return sign in SURNAMES or sign in AMBIGUOUS


def find_names(row: Row, cues: list[Place]) -> Iterator[Place]:
    """Places of names in a text cut into words, beside the places of `CUES`."""
    for start, end in cues:
        honour = row.text[start:end] in _HONOURS
        before = _name_before(row, start, honour) if row.edges[start] else None
        if before:
            yield before
        elif row.edges[end]:
            yield from _names_from(row, _BLANKS.match(row.text, end).end())  # type: ignore[union-attr]
    if "·" in row.text:
        yield from _dotted(row)


def _names_from(row: Row, start: int) -> Iterator[Place]:
    """The name that begins here, and those that follow it in a list."""
    place = _name_at(row, start)
    while place:
        yield place
        end = place[1]
        place = _name_at(row, end + 1) if row.text[end : end + 1] == "、" else None
        if place and row.text[place[1] : place[1] + 1] not in _AFTER_LIST:
            return


def _name_at(row: Row, start: int) -> Place | None:
    """The name that begins here: as many single characters as it can have. One whose surname is
    a word too must have all of them, and a mark or nothing behind it."""
    text, first = row.text, _surname(row, start)
    end = first
    while first and end < min(first + 2, len(text)) and _is_given(row, end):
        end += 1
    if end == first:
        return None
    behind = text[end : end + 1]
    if text[start] in AMBIGUOUS:
        return (start, end) if end == first + 2 and not behind.isalpha() else None
    return start, end


def _name_before(row: Row, end: int, honour: bool) -> Place | None:
    """The name that ends here: two characters after the surname if they are there, or one."""
    for start in (end - 3, end - 2):
        if start < 0:
            continue
        sign = row.text[start]
        known = sign in SURNAMES or (honour and sign in AMBIGUOUS)
        if not (known and row.is_piece(start, start + 1)):
            continue
        if all(_is_given(row, at) for at in range(start + 1, end)):
            return start, end
        if honour and sign in SURNAMES and row.is_piece(start + 1, end) and end - start == 3:
            return start, end  # 王|建国|同志
    return None


def _surname(row: Row, start: int) -> int:
    """Where the surname ends that begins here, or 0."""
    if row.text.startswith(_DOUBLE, start) and row.edges[start]:
        return start + 2 if row.edges[start + 2] else 0
    begins = start < len(row.text) and _may_begin(row.text[start])
    return start + 1 if begins and row.is_piece(start, start + 1) else 0


def _is_given(row: Row, at: int) -> bool:
    sign = row.text[at]
    return row.is_piece(at, at + 1) and "\u4e00" <= sign <= "\u9fff" and sign not in _GO_ON


def _dotted(row: Row) -> Iterator[Place]:
    """Foreign names: as much of the characters that write foreign sounds as whole pieces hold."""
    for match in _DOTTED.finditer(row.text):
        start = row.edges.find(1, match.start())
        end = row.edges.rfind(1, 0, match.end() + 1)
        if (
            start < row.text.index("·", match.start())
            and end > row.text.rindex("·", 0, match.end()) + 1
        ):
            yield start, end
