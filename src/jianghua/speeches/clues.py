"""Clues to the year of a speech: what in its words can only be, or is hardly, of some years.

Nothing is decided here; `jianghua.speeches.dating` weighs the clues.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

from jianghua.speeches.heads import head_lines
from jianghua.speeches.portal import is_furniture
from jianghua.speeches.timeline import Entry, timeline, timeline_hits

FIRST_YEAR = 1949


@dataclass(frozen=True)
class Clue:
    """A string of the speech that points to years.

    ``start`` is its character offset (-1 where it stands in the title or on the portal's page).
    The year lies in ``not_before`` … ``not_after`` (None: no bound on that side); a year two years
    outside loses ``weight`` (natural log-odds). ``source`` says why.
    """

    string: str
    start: int
    kind: str
    not_before: int | None
    not_after: int | None
    source: str
    weight: float
    term: str = ""  # the row of the timeline, where it is one


# --- reading numbers ----------------------------------------------------------------------

_PLAIN = str.maketrans("０１２３４５６７８９○Ｏ零〇－—–～", "0123456789〇〇〇〇----")
_HAN_DIGIT = {digit: str(value) for value, digit in enumerate("〇一二三四五六七八九")}


def plain(text: str) -> str:
    """The text with full-width digits, rings and dashes made one kind, and with the letters that
    text recognition puts for digits of a date (2OO7年l2月) read as these: same length, same offsets."""
    return _MISREAD.sub(lambda m: m[0].translate(_LETTERS), text.translate(_PLAIN))


_LETTERS = str.maketrans("OolI|", "00111")
_MISREAD = re.compile(r"(?<![A-Za-z\d])(?=[\dOolI|]{0,3}\d)[\dOolI|]{1,4}(?=\s?[年月日])")


def number(numeral: str) -> int:
    """十八 → 18, 二〇一二 → 2012, 30 → 30.

    >>> number("二十"), number("一百"), number("七十五")
    (20, 100, 75)
    """
    numeral = re.sub(r"\s", "", numeral)
    if numeral.isascii():
        return int(numeral)
    if not re.search("[十百]", numeral):
        return int("".join(_HAN_DIGIT[d] for d in numeral))
    hundreds, _, rest = numeral.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    value = 100 * int(_HAN_DIGIT[hundreds or "一"]) if "百" in numeral else 0
    value += 10 * int(_HAN_DIGIT[tens.strip("〇") or "一"]) if ten else 0
    ones = ones.strip("〇")
    return value + (int(_HAN_DIGIT[ones]) if ones else 0)


HAN_YEAR = r"(?:一九[四五六七八九]|二〇[〇一二三四])[〇一二三四五六七八九]"
# some files set digits apart: 1 9 9 3
YEAR = rf"(?:(?<![\d.,])(?:1 ?9 ?[4-9]|2 ?0 ?[0-4]) ?\d(?!\d)|{HAN_YEAR})"
_NUMERAL = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
DATE = (
    rf"(?P<year>{YEAR})\s*年\s*(?:(?P<month>{_NUMERAL})\s*月\s*(?:(?P<day>{_NUMERAL})\s*[日号])?)?"
    rf"|(?P<year2>{YEAR})[-./](?P<month2>\d{{1,2}})[-./](?P<day2>\d{{1,2}})(?!\d)"
)


def read_date(match: re.Match[str]) -> str:
    """``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD`` of a match of DATE, as far as it makes sense."""
    year = number(match["year"] or match["year2"])
    month = number(match["month"] or match["month2"] or "0")
    day = number(match["day"] or match["day2"] or "0")
    if not 1 <= month <= 12:
        return f"{year}"
    return f"{year}-{month:02}-{day:02}" if 1 <= day <= 31 else f"{year}-{month:02}"


# --- dates that the speech states of itself ------------------------------------------------

_HEAD_LINES, _HEAD_CHARACTERS = 12, 800
_SALUTATION = re.compile(r"\s*(各位|同志们|尊敬的|女士们|朋友们|同学们)")
# 2016年5月〓日, 2016年某月某日, 2016年5月 日: a day blotted out or left open leaves the year standing
_OPEN = rf"(?:\s*[〓某]?\s*月(?:\s*(?:[〓某]|{_NUMERAL})?\s*[日号])?|\s*[〓某]?\s*[日号])?"
_DATE_LINE = re.compile(rf"^[\s(（\[【-]*(?:时间[:：]\s*)?(?:{DATE}){_OPEN}[\s)）\]】]*$")
# 2014年3月5日下午，某地; （一九五八年十月十五日，根据记录整理）; 录音时间：2022年8月19日
_DATE_WITH_MORE = re.compile(
    r"^[\s(（\[【—-]*(?:(?:讲话|会议|谈话|座谈|录音|录制|录像|演讲|宣讲)?(?:时间|日期)[:：]\s*)?"
    rf"(?:{DATE})(?:\s*[（(]?(?:星期|周)[一二三四五六日天][）)]?)?"
    r"\s*(?:[上下]午|晚上?|中午|凌晨|夜|清晨)?[\d:：时点]{0,6}(?:(?=[\s，,、·（()）])[^。；！？]{0,24})?$"
)
# Years of the Republic (民国三十八年), as years of the common era less 1911.
_REPUBLIC = re.compile(
    rf"^[\s(（\[【-]*(?:中[华華])?民[国國]\s*(?P<years>{_NUMERAL}|元)\s*年"
    rf"(?:\s*(?P<month>{_NUMERAL})\s*月(?:\s*(?P<day>{_NUMERAL})\s*[日号])?)?[\s)）\]】]*$"
)
_RUN_ON_DATE = re.compile(
    rf"[。！!][\s　]*([（(]?\s*{YEAR}\s*年[^。，；年]{{2,10}}日\s*[）)]?)\s*$"
)
_OCCASION = re.compile(rf"(?:{DATE})(?!度)")
_SPEAKING = re.compile(r"会上|会议|大会|讲话|报告|致辞|发言|通过|班上|仪式|讲稿|座谈")
_PORTAL_TALK = re.compile(r"小编|整理|范文|精选|文档|上传|下载|版权|copyright", re.IGNORECASE)
_NO_DATE_OF_ITS_OWN = re.compile(
    r"年(?:度|代|以来|规划|远景|[—-]|至|到)|规划|纲要|计划|总结|决算|执行情况|回顾|纪念|周年|诞辰|以来|[》〉]"
)


def stated_dates(text: str, title: str = "") -> list[Clue]:
    """Dates on lines of their own at the head or the foot, and the one date of a title.

    The head ends at the salutation. A date inside a sentence is not one of these, nor is a
    portal's 2023年度.
    """
    lines = [*_head(text), *_foot(text), (-1, title)]
    dated = [(start, *found) for start, line in lines if (found := _dated(plain(line)))]
    if all(len(date) < len("2016-08-02") for _, _, date in dated):
        dated += _dated_with_more(text)
    return [
        Clue(match[0].strip(" -(（)）"), max(-1, start + match.start() if start >= 0 else -1),
             "stated date", int(date[:4]), int(date[:4]), date, 12.0)
        for start, match, date in dated
    ]  # fmt: skip


def _dated(line: str) -> tuple[re.Match[str], str] | None:
    """Where a line states a date, and which."""
    if match := _date_of_line(line):
        return match, read_date(match)
    match = _REPUBLIC.match(line)
    return (match, _of_republic(match)) if match else None


def _of_republic(match: re.Match[str]) -> str:
    year = 1911 + (1 if match["years"] == "元" else number(match["years"]))
    parts = [number(part) for part in (match["month"], match["day"]) if part]
    return "-".join([f"{year}", *(f"{part:02}" for part in parts)])


def _dated_with_more(text: str) -> Iterator[tuple[int, re.Match[str], str]]:
    """The first short line above the first paragraph that opens with a day and adds little to it:
    part of the day, place, name, where the text was taken from."""
    for start, line in _head(text):
        if len(line) >= 60 or re.search("[。！？]", line):
            return
        match = _DATE_WITH_MORE.match(plain(line))
        if match and (match["day"] or match["day2"]) and not _TELLS.search(line):
            if not is_furniture(line):
                yield start, match, read_date(match)
            return


_TELLS = re.compile(r"召开|举行|发生|成立|开始|全[省市县区]|我|了|以来")


def _date_of_line(line: str) -> re.Match[str] | None:
    alone = _DATE_LINE.match(line)
    if alone:
        return alone if "月" in line or re.search(r"\d[-./]\d", line) else None
    if len(line) > 80 or "。" in line or not _SPEAKING.search(line) or _PORTAL_TALK.search(line):
        return None
    found = list(_OCCASION.finditer(line))
    full = [match for match in found if match["month"] or match["month2"]]
    if len(full) == 1:
        return full[0]
    return found[0] if len(found) == 1 and not _NO_DATE_OF_ITS_OWN.search(line) else None


def _head(text: str) -> Iterator[tuple[int, str]]:
    for start, line in islice(head_lines(text[:_HEAD_CHARACTERS]), _HEAD_LINES):
        if _SALUTATION.match(line):
            return
        yield start, line.rstrip()


def _foot(text: str) -> Iterator[tuple[int, str]]:
    """The last two lines that hold anything, where both are short; or a date that closes a longer
    line behind its last sentence."""
    position, lines = len(text), 0
    for line in reversed(text[-400:].splitlines(keepends=True)):
        position -= len(line)
        if lines == 2:
            return
        if len(line.strip()) >= 30:
            if run_on := _RUN_ON_DATE.search(line):
                yield position + run_on.start(1), run_on[1]
            return
        if line.strip():
            yield position, line.rstrip()
            lines += 1


# --- years named in sentences --------------------------------------------------------------

_YEAR_IN_TEXT = re.compile(rf"(?P<year>{YEAR})(?=\s?年|[)）])")
_AIM_BEFORE = re.compile(r"(?:到|至|在|力争|展望|迈向|面向|截至|[-—~])\s?$")
_AIM_AFTER = re.compile(
    r"年(?:前|年?底前|远景|目标|基本实现|建成|力争|左右|[,，](?:全面|基本)?(?:建成|实现))"
)
_PAST_BEFORE = re.compile(r"(?:自|从|比|较|同|与|早在|始于|于)\s?$")
_PAST_AFTER = re.compile(r"年(?:以来|以后|代|以前|起|开始|至今|的?水平|不变价|价格|末的)")
_REVIEW = re.compile(
    rf"(?:刚刚)?(?:过去的|已经过去的)\s?(?P<year>{YEAR})年"
    rf"|(?P<year2>{YEAR})年(?:度)?(?:的|全省|全市|全县|全区|我省|我市|我县|政府|主要)*工作的?(?:回顾|总结|情况|基本估价|主要成绩|主要工作)"
)
_PLAN_YEAR = re.compile(
    rf"(?P<year>{YEAR})年(?:度)?(?:的|全省|全市|全县|全区|我省|我市|我县|政府|国民经济|经济|社会|和|发展|主要|重点|总体|奋斗|预期|宏观)*"
    r"(?:工作|任务|目标|要求)的?(?:总体|主要|指导)?(?:安排|任务|打算|建议|重点|要求|目标|部署|思路|意见|计划|举措|思想|是[:：]|为[:：])"
    rf"|(?P<year3>{YEAR})年(?:度)?的?(?:主要|重点|总体)(?:任务|目标|工作)"
    rf"|(?:做好|抓好|搞好|部署|安排|谋划)\s?(?P<year2>{YEAR})年(?:度)?的?[^，。；]{{0,12}}工作"
)
_THIS_YEAR = re.compile(
    rf"今年(?:是|[(（]|[，,]?(?:也就是|即)(?:是)?)\s?(?P<year>{YEAR})年|(?P<year2>{YEAR})年[(（]今年[)）]|今天是\s?(?P<year3>{YEAR})年"
)
_LAST_YEAR = re.compile(
    rf"去年(?:[(（]|是|即)\s?(?P<year>{YEAR})年|(?P<year2>{YEAR})年[(（]去年[)）]"
)


def year_clues(text: str) -> list[Clue]:
    """Years that the sentences name, and what they say about the year of speaking."""
    flat = plain(text)
    found: list[Clue] = []
    for pattern, first, last, why, weight in (
        (_THIS_YEAR, 0, 0, "this year", 9.0),
        (_LAST_YEAR, 1, 1, "last year", 9.0),
        (_REVIEW, 0, 1, "a year looked back on", 4.0),
        (_PLAN_YEAR, -1, 0, "a year planned for", 4.0),
    ):
        for match in pattern.finditer(flat):
            year = number(next(group for group in match.groups() if group))
            found.append(
                Clue(
                    match[0], match.start(), "relative year", year + first, year + last, why, weight
                )
            )
    return _first_of_each(found) + _latest_named(flat)


def _first_of_each(found: list[Clue]) -> list[Clue]:
    """One clue for each year and way of naming it: repeating it adds nothing."""
    first: dict[tuple[str, int | None], Clue] = {}
    for clue in sorted(found, key=lambda c: c.start):
        first.setdefault((clue.source, clue.not_before), clue)
    return list(first.values())


def _latest_named(flat: str) -> list[Clue]:
    """The latest year named that is neither an aim nor history: the speech is of it or the next."""
    talk = max(
        (start + len(line) for start, line in _head(flat) if _PORTAL_YEAR.search(line)), default=0
    )
    mentions = [
        m for m in _YEAR_IN_TEXT.finditer(flat, talk) if not _is_aim_or_past(flat, m)
    ]  # a 2023年度 above the salutation is the portal's, whatever stands in the line
    counts: dict[int, int] = {}
    for mention in mentions:
        times = 2 if _in_heading(flat, mention.start()) else 1
        counts[number(mention["year"])] = counts.get(number(mention["year"]), 0) + times
    enough = [year for year, count in counts.items() if count > 1] or list(counts)
    if not enough:
        return []
    latest = max(enough)
    where = next(m for m in mentions if number(m["year"]) == latest)
    weight = min(4.0, 1.0 + counts[latest])
    return [Clue(where[0] + "年", where.start(), "year named", latest, latest + 1,
                 f"latest year named that is no aim, {counts[latest]} times", weight)]  # fmt: skip


def _in_heading(flat: str, place: int) -> bool:
    before = flat[max(0, place - 31) : place].rpartition("\n")[2]
    line = before + flat[place : place + 31].partition("\n")[0]
    return len(line) <= 30 and "。" not in line


def _is_aim_or_past(flat: str, mention: re.Match[str]) -> bool:
    before, after = (
        flat[max(0, mention.start() - 4) : mention.start()],
        flat[mention.end() : mention.end() + 10],
    )
    return bool(
        _AIM_BEFORE.search(before)
        or _AIM_AFTER.match(after)
        or _PAST_BEFORE.search(before)
        or _PAST_AFTER.match(after)
    )


# --- five-year plans, congresses, anniversaries ----------------------------------------------

_PLAN = re.compile(
    r"[“\"](?P<n>十?[一二三四五六七八九十])五[”\"](?!普法)"
    r"|(?P<n2>十?[一二三四五六七八九十])五(?:规划|计划|时期|期间)"
    r"|第(?P<n3>十?[一二三四五六七八九十])个五年(?:规划|计划)"
)
_OPENING = re.compile(r"[^，。；]{0,12}?(?:开局|第一年|头一年|起步之年|首年|开篇)")
_CLOSING = re.compile(r"[^，。；]{0,12}?(?:收官|最后一年|末年|决胜之年|冲刺之年)")
_DRAFTING = re.compile(r"[^，。；]{0,10}?(?:编制|谋划|前期研究|制定)")
_MIDDLE = re.compile(r"[^，。；]{0,14}?(?:中期评估|承上启下|承前启后|第三年|过半)")
_DRAFTED = re.compile(r"(?:编制|谋划|研究|制定|启动)[^，。；]{0,14}$")


def plan_period(number_of_plan: int) -> tuple[int, int]:
    """First and last year of a five-year plan: 6 → (1981, 1985). The second ended in 1962."""
    early = {1: 1953, 2: 1958, 3: 1966, 4: 1971, 5: 1976}
    first = early.get(number_of_plan, 1981 + 5 * (number_of_plan - 6))
    return first, first + 4


def plan_clues(text: str) -> list[Clue]:
    """What the five-year plans named say: the newest one bounds, its phase fixes the year."""
    flat = plain(text)
    mentions = [
        (number(m["n"] or m["n2"] or m["n3"]), m.start(), m.end(), m[0])
        for m in _PLAN.finditer(flat)
    ]
    if not mentions:
        return []
    newest = max(n for n, *_ in mentions)
    times = sum(n == newest for n, *_ in mentions)
    first, last = plan_period(newest)
    _, start, _, string = next(m for m in mentions if m[0] == newest)
    bounds = (first - 2, last + 1) if times < 3 else (first - 1, last + 1)
    found = [Clue(string, start, "plan", *bounds, f"newest plan named, {first}-{last}", 3.0)]
    for n, start, end, string in mentions:
        found.extend(_phase(flat, n, start, end, string) if n >= newest - 1 else ())
    return _first_of_each(found)


def _phase(flat: str, n: int, start: int, end: int, string: str) -> Iterator[Clue]:
    first, last = plan_period(n)
    for pattern, low, high, why in (
        (_OPENING, first, first + 1, "opening of a plan"),
        (_CLOSING, last, last + 1, "close of a plan"),
        (_MIDDLE, first + 2, first + 3, "middle of a plan"),
        (_DRAFTING, first - 2, first, "a plan being drafted"),
    ):
        match = pattern.match(flat, end)
        if match or (pattern is _DRAFTING and _DRAFTED.search(flat[max(0, start - 18) : start])):
            phrase = string + (match[0] if match else "")
            now = pattern in (_OPENING, _CLOSING) and "今年" in flat[max(0, start - 8) : start]
            bounds, weight = ((low, low), 5.0) if now else ((low, high), 2.0)
            yield Clue(phrase, start, "plan", *bounds, f"{why}, {first}-{last}", weight)
            return


_PLENUM = re.compile(
    r"(?P<congress>十[一二三四五六七八九]?|二十[一二三四五六七八九]?|[八九])届(?P<list>[一二三四五六七八九]中(?:[、和及]+[一二三四五六七八九]中)*)[、]?(?:全会|全体会议)"
)
_CONGRESS = re.compile(
    r"(?:党的|中共|中国共产党)第?(?P<n>十[一二三四五六七八九]?|二十[一二三四五六七八九]?|[八九])(?:大(?!会|家|力)|次全国代表大会)"
    r"|(?P<n2>十[二三四五六七八九]|二十[一二三四五六七八九]?)大(?=精神|报告|以来|召开|胜利|确定|提出|代表|和|、十)"
)


@cache
def _party_meetings() -> dict[tuple[int, int], Entry]:
    """(congress, plenum; 0 for the congress itself) → its row in the timeline."""
    meetings = {}
    for entry in timeline():
        for spelling in (entry.term, *entry.spellings):
            match = _PLENUM.fullmatch(spelling) or _CONGRESS.fullmatch(spelling)
            if match and entry.kind == "meeting":
                parts = match.groupdict()
                nth = parts.get("congress") or parts.get("n") or parts.get("n2") or ""
                plenum = number(parts["list"][0]) if "list" in parts else 0
                meetings[number(nth), plenum] = entry
    return meetings


def meeting_clues(text: str) -> list[Clue]:
    """The newest party congress or plenum named: the speech is not older, and hardly younger than
    the next one that such speeches name (the third to sixth plenum, or a congress)."""
    known = _party_meetings()
    named = [
        (n, p, start, string) for n, p, start, string in _meetings_named(text) if (n, p) in known
    ]
    if not named:
        return []
    n, p, start, string = max(named, key=lambda m: (known[m[0], m[1]].first_year, m[0], m[1]))
    entry = known[n, p]
    later = [
        e.first_year for (m, q), e in known.items() if (m, q) > (n, p) and q in (0, 3, 4, 5, 6)
    ]
    until = min(later, default=entry.first_year + 2)
    tense = list(_tense(text, start, start + len(string), entry.first_year))
    ahead = any(clue.source == AHEAD for clue in tense)
    since = entry.first_year - 1 if ahead else entry.first_year
    return [Clue(string, start, "meeting", since, None, entry.source, 6.0),
            Clue(string, start, "meeting", None, until, "no later congress or plenum named", 1.5),
            *tense]  # fmt: skip


AHEAD, JUST_OVER = "a meeting still to come", "a meeting just over"
_AHEAD_BEFORE = re.compile(r"(?:即将|将要?|就要|喜迎|迎接|筹备|筹办)[^，。；]{0,10}$")
_AHEAD_AFTER = re.compile(
    r"[^，。；]{0,6}?(?:即将|将要?|就要|就将|快要)(?:隆重|胜利)?(?:召开|举行|开幕)"
)
_JUST_BEFORE = re.compile(r"(?:刚刚|不久前|前不久|日前|近日)[^，。；]{0,8}$")
_JUST_AFTER = re.compile(r"[^，。；]{0,4}?(?:刚刚|不久前|日前|胜利)(?:胜利)?(?:闭幕|结束|落下帷幕)")


def _tense(text: str, start: int, end: int, year: int) -> Iterator[Clue]:
    """Whether the speech looks ahead to a meeting of ``year``, or back on it as just over."""
    before, after = text[max(0, start - 20) : start], text[end : end + 20]
    this_year = "今年" in before
    if _AHEAD_BEFORE.search(before) or _AHEAD_AFTER.match(after):
        low = year if this_year else year - 1
        yield Clue(text[start:end], start, "meeting", low, year, AHEAD, 5.0)
    elif _JUST_BEFORE.search(before) or _JUST_AFTER.match(after):
        yield Clue(text[start:end], start, "meeting", year, year, JUST_OVER, 3.0)


def _meetings_named(text: str) -> Iterator[tuple[int, int, int, str]]:
    for match in _PLENUM.finditer(text):
        for plenum in re.findall(r"([一二三四五六七八九])中", match["list"]):
            yield number(match["congress"]), number(plenum), match.start(), match[0]
    for match in _CONGRESS.finditer(text):
        yield number(match["n"] or match["n2"]), 0, match.start(), match[0]


_PEOPLES_CONGRESS = re.compile(
    r"(?:(?P<scope>全国|省|自治区)(?:人大)?)?第?(?P<n>十[一二三四五六七八九]?|[五六七八九])届(?P<scope2>全国)?(?:人大|人民代表大会)第?(?P<s>[一二三四五六七])次"
)


def peoples_congress_clues(text: str) -> list[Clue]:
    """The newest session of the national or a provincial people's congress that is named.

    The sixth national congress began in 1983, each next one five years later; most provincial
    ones run with it, some a session ahead, so theirs has a year of play.
    """
    found = []
    for match in _PEOPLES_CONGRESS.finditer(text):
        scope = match["scope"] or match["scope2"]
        year = 1983 + 5 * (number(match["n"]) - 6) + number(match["s"]) - 1
        if scope and number(match["n"]) > 5:
            play = 0 if scope == "全国" else 1
            until = year + (5 if match["s"] == "一" else 1)
            found.append(Clue(match[0], match.start(), "meeting", year - play, until,
                              f"people's congress of {year}", 4.0))  # fmt: skip
    return [max(found, key=lambda c: c.not_before or 0)] if found else []


_TURNOVER = re.compile(
    r"(?P<last>去年[^。]{0,10})?(?:新一届(?:市委|县委|区委|党委)[^，。；]{0,4}班子|(?:市|县|区)第[一二三四五六七八九十]+次党代会)"
)
TURNOVER_YEARS = (1, 2)  # of each five: 2011 and 2012, 2016 and 2017, 2021 and 2022


def turnover_clues(text: str) -> list[Clue]:
    """A new party committee of a city or county: elected in 2011-12, 2016-17, 2021-22 and so on.

    The ordinal of a local congress says nothing from outside; its five-year beat does. Such a clue
    has no bounds of its own.
    """
    match = _TURNOVER.search(text)
    source = (
        "local party congress, last year" if match and match["last"] else "local party congress"
    )
    return [Clue(match[0], match.start(), "meeting", None, None, source, 1.5)] if match else []


_ANNIVERSARIES = {
    "新中国成立": 1949, "中华人民共和国成立": 1949, "建国": 1949, "共和国成立": 1949, "人民政协成立": 1949,
    "中国共产党成立": 1921, "建党": 1921, "改革开放": 1978, "抗日战争胜利": 1945, "抗战胜利": 1945,
    "反法西斯战争胜利": 1945, "长征胜利": 1936, "香港回归": 1997, "澳门回归": 1999, "香港回归祖国": 1997,
    "澳门回归祖国": 1999, "五四运动": 1919, "辛亥革命": 1911, "毛泽东同志诞辰": 1893, "邓小平同志诞辰": 1904,
    "建军": 1927, "中国人民解放军建军": 1927, "加入世界贸易组织": 2001, "加入世贸组织": 2001, "抗美援朝": 1950,
    "西部大开发": 2000, "全国人民代表大会成立": 1954, "人民代表大会制度建立": 1954, "中国共产党建党": 1921,
    "十一届三中全会召开": 1978, "党的十一届三中全会": 1978, "真理标准大讨论": 1978, "南方谈话": 1992,
}  # fmt: skip
_ANNIVERSARY = re.compile(
    rf"(?P<what>{'|'.join(sorted(_ANNIVERSARIES, key=len, reverse=True))})(?:的)?"
    r"(?P<n>\d{2,3}|[一二三四五六七八九]?十[一二三四五六七八九]?|一百[一二三四五六七八九十〇零]*)(?P<unit>周年|年)(?![来间内])"
)


def anniversary_clues(text: str) -> list[Clue]:
    """Anniversaries of the republic, the party, the reform and the like, named as of now."""
    flat = plain(text)
    found = []
    for match in _ANNIVERSARY.finditer(flat):
        year = _ANNIVERSARIES[match["what"]] + number(match["n"])
        if match["unit"] == "周年":
            now = "今年" in flat[max(0, match.start() - 20) : match.start()]
            bounds, weight = ((year, year), 5.0) if now else ((year - 1, year + 1), 2.0)
            found.append(Clue(match[0], match.start(), "anniversary", *bounds, f"{year}", weight))
    return _first_of_each(found)


# --- formulations, portals ---------------------------------------------------------------------

SURE = {"high": 6.0, "medium": 3.0}


def _sureness(entry: Entry) -> float:
    """A law is named while it is drafted, so its year bounds less than that of a coined term."""
    return SURE[entry.confidence] / (2 if entry.kind == "law" else 1)


def formulation_clues(text: str) -> list[Clue]:
    """The dated formulations of the timeline that the text holds; first_year bounds from below."""
    return [
        Clue(string, start, entry.kind, entry.first_year, entry.last_year, entry.source,
             _sureness(entry), entry.term)
        for entry, string, start in timeline_hits(text)
        if not counted_elsewhere(entry)
    ]  # fmt: skip


def counted_elsewhere(entry: Entry) -> bool:
    """Five-year plans and party meetings have rules of their own."""
    return "five-year plan" in entry.note or entry in _party_meetings().values()


_UPLOADED = re.compile(
    rf"(?:上传|发布|更新|创建|发表|来源|编辑|录入)[^\n]{{0,8}}?[:：]\s?(?P<date>(?P<year>{YEAR})[-./年])"
)
_PORTAL_YEAR = re.compile(
    rf"(?P<year>{YEAR})(?=年度)|copyright[^\n]{{0,12}}?(?P<year2>{YEAR})(?!-)", re.IGNORECASE
)


UPLOAD, CLAIM, PAGE = "date of upload", "year given by the page", "year of the page"


def portal_clues(portal_text: str, portal_years: tuple[int, ...] = ()) -> list[Clue]:
    """What a page says around a speech. An upload date is an upper bound, a 2023年度 hardly that.

    Of several bare years the latest counts: pages name the year they were founded too.
    """
    flat = plain(portal_text)
    found = [
        Clue(m[0], -1, "portal", None, number(m["year"]), UPLOAD, 3.0)
        for m in _UPLOADED.finditer(flat)
    ]
    for m in _PORTAL_YEAR.finditer(flat):
        source = CLAIM if m["year"] else PAGE
        found.append(Clue(m[0], -1, "portal", None, number(m["year"] or m["year2"]), source, 1.0))
    named = {clue.not_after for clue in found}
    if portal_years and max(portal_years) not in named:
        found.append(
            Clue(f"{max(portal_years)}", -1, "portal", None, max(portal_years), CLAIM, 1.0)
        )
    return found
