"""Signs that a text is not one speech of one person: a news report, minutes, a conversation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from jianghua.speeches.portal import is_salutation

_NEWS_HEAD = re.compile(
    r"^[\s　【\[（(]*(?:本报|本网|本台|本刊|新华社|新华网|中新社|中新网|人民网|央视网)[^。\n]{0,20}?(?:讯|电|消息|报道)|"
    r"^[^。\n]{0,30}[（(](?:本报|通讯员|见习|实习)?\s?(?:记者|通讯员)[^）)\n]{2,20}[）)]",
    re.M,
)
# 会议强调，… 甲某某指出，…: the words of another person, told at the beginning of a sentence
_TOLD = re.compile(
    r"(?:(?<=[。！？；\n])|^)[\s　]*(?:[\u4e00-\u9fff]{2,4}|会议|[他她])(?:同志)?"
    r"(?:还|又|并|同时|最后|首先|在讲话中|在会上)?(?:强调|指出|要求|表示|认为|说)[，,：:]",
    re.M,
)
_MINUTES = re.compile(r"(?:会议|会谈|座谈|工作|办公会)(?:纪要|记录)")
_LABEL = re.compile(r"^[\s　]*([^\s，。：:；、（()）]{1,16})[：:](?=[\s　]*\S)", re.M)
_ROLE = re.compile(
    r".{0,14}(?:记者|主持人|网友|嘉宾|书记|总理|主席|[省市县区州镇乡局厅部校院会]长|主任|教授|秘书长|发言人|代表|委员|同学|村民|职工)"
    r"|[问答]|[小老][\u4e00-\u9fff]"
)
_FEWEST_TURNS = 4


def voice_doubts(text: str) -> Iterator[str]:
    """Why the words may not be one speaker's own, one line each."""
    told, greets = len(_TOLD.findall(text)), any(map(is_salutation, text[:2000].split("\n")))
    if not greets and (told >= 4 or (told >= 2 and _NEWS_HEAD.search(text[:500]))):
        yield f"tells in {told} places what others said: perhaps a report about a speech"
    head = [line for line in text[:400].split("\n")[:4] if len(line) < 60]
    if any(_MINUTES.search(line) for line in head):
        yield "its title speaks of minutes: perhaps no speech of one person"
    if len(voices := _voices(text)) > 1:
        yield f"{len(voices)} voices take turns ({'、'.join(voices[:3])} …): perhaps a conversation"


def _voices(text: str) -> list[str]:
    """Who speaks in turns, the most frequent first: names of three characters, offices, 问 and 答."""
    labels = Counter(filter(_may_speak, _LABEL.findall(text)))
    filled = sum(bool(line.strip()) for line in text.split("\n"))
    turns = labels.total()
    again = turns > len(labels)  # somebody comes back
    return (
        [v for v, _ in labels.most_common()]
        if again and turns >= max(_FEWEST_TURNS, filled / 4)
        else []
    )


def _may_speak(label: str) -> bool:
    from jianghua.speeches.describing import is_name

    return bool(_ROLE.fullmatch(label)) or (len(label) == 3 and is_name(label))
