"""A corpus a reader can hold in mind, and topics planted where everyone can see them.

Six speeches of our own writing in four years, each of two sections, so twelve passages: the fields
(2018, 2019), the school (2019, 2020), the laboratory (2020, 2023). No year 2021 or 2022. The 提法
乡村振兴, which jieba alone cuts in two, stands three times, once each in the first three speeches.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.sparse import csr_matrix

from jianghua.speeches.corpus import Corpus, Speech
from jianghua.speeches.passages import Passage, passages
from jianghua.topics.guides import Guide
from jianghua.topics.model import TopicModel
from jianghua.words.bag import Bag, Tokens, count, prune
from jianghua.words.lexicon import Lexicon
from jianghua.words.segmentation import segment

TIFA = "乡村振兴"
FIELDS = ("粮食", "水稻", "种子", "化肥", "灌溉", "农民")
SCHOOL = ("学校", "教师", "学生", "课堂", "课本", "校舍")
LABORATORY = ("实验室", "研发", "专利", "技术", "芯片", "样机")
EMPTY = (
    "的",
    "要",
    "和",
    "把",
    "就",
    "也",
    "在",
    "再",
    "才",
    "不",
    "是",
    "了",
    "一",
    "上",
    "都",
    "不是",
)

TEXTS = {
    "tian-1": (2018, "农业局", """一、备好春耕
粮食是饭碗，水稻是粮食里的大头。种子要早选，化肥要早运，灌溉要早修，农民要早下田。种子不好，水稻不壮；化肥不足，粮食不多。
二、管好夏田
农民说灌溉是命，化肥是劲，种子是根。水稻返青要灌溉，水稻抽穗要化肥。粮食多了，乡村振兴就有底气，农民心里也踏实。
"""),
    "tian-2": (2018, "农业局", """一、秋收
水稻黄了，农民忙了。粮食要颗粒归仓，种子要另仓留存。化肥省着用，灌溉省着放，粮食照样增产，农民照样增收，乡村振兴照样向前。
二、冬修
冬天修灌溉，来年收粮食。农民出工修灌溉，换来水稻丰收。种子入库，化肥入库，粮食入库，农民放心。
"""),
    "tian-xiao": (2019, "县里", """一、田里的事
粮食年年种，水稻年年收。灌溉修到田头，化肥送到村口，种子交到农民手上。农民有粮食，乡村振兴不是空话，水稻说了算。
二、校里的事
学校要有教师，教师要有课堂，课堂要有课本。学生走进学校，先看校舍牢不牢，再看教师在不在。课本到手，学生安心。
"""),
    "xiao-shi": (2020, "县里", """一、校舍
校舍漏雨，学生发愁，教师发愁。学校先修校舍，再添课本。教师守着课堂，学生守着课本，学校就有书声，课堂就有生气。
二、实验室
实验室小，研发不小。研发出样机，样机变专利，专利变技术，技术变芯片。实验室亮着灯，研发就不停，专利就不断。
"""),
    "shi-1": (2023, "科技园", """一、芯片
芯片靠技术，技术靠研发，研发靠实验室。样机一台一台试，专利一件一件报。芯片做成，技术在手，实验室不再借别人的样机。
二、专利
专利不是墙上的纸，专利是技术，技术是芯片，芯片是研发熬出来的。实验室多出样机，研发多出专利，技术才能立住。
"""),
    "shi-2": (2023, "科技园", """一、样机
样机摆在实验室，技术写在专利里。研发人员把芯片拆了又装，把样机装了又拆。技术一点一点磨，研发一步一步走，专利自然就有。
二、再说学校
学校也办实验室，学生也做研发。教师带学生做样机，课堂搬进实验室，课本加上芯片。学校有了技术，学生有了专利，教师有了劲头。
"""),
}  # fmt: skip


def toy_corpus() -> Corpus:
    """The six speeches, oldest first."""
    return Corpus(
        tuple(
            Speech(
                speech_id, f"讲话{n}", str(year), year, year, year, "stated", place=place, text=text
            )
            for n, (speech_id, (year, place, text)) in enumerate(TEXTS.items(), start=1)
        )
    )


def toy_lexicon() -> Lexicon:
    """One 提法 kept whole, the words without a subject set aside."""
    return Lexicon(frozenset({TIFA}), dict.fromkeys(EMPTY, "function word"))


@cache
def toy_tokens() -> Tokens:
    """The words of the twelve passages."""
    return segment(passages(toy_corpus()), toy_lexicon())


def toy_bag() -> Bag:
    """The twelve passages pruned: words of two speeches or more."""
    return prune(count(toy_tokens()), toy_lexicon(), min_speeches=2)


def toy_guides() -> tuple[Guide, ...]:
    """Two of the three themes, named before the fit."""
    return (
        Guide("种田", ("粮食", "水稻", "化肥"), "fields"),
        Guide("办学", ("学校", "教师"), "school"),
    )


def planted_bag(themes: int = 4, passages: int = 200, seed: int = 0) -> tuple[Bag, np.ndarray]:
    """A bag drawn from topics without a common word, and the planted mixtures, P × themes.

    Theme k speaks the words ``k-00`` … ``k-19``, the first ones more often. Passages lean to one
    theme (Dirichlet 0.2) and have 60 words; two make a speech, eight a year.
    """
    random = np.random.default_rng(seed)
    mixtures = random.dirichlet(np.full(themes, 0.2), passages)
    frequencies = 1 / np.arange(1, 21)
    topic_words = np.kron(np.eye(themes), frequencies / frequencies.sum())
    counts = np.array([random.multinomial(60, mix @ topic_words) for mix in mixtures])
    words = tuple(f"{k}-{i:02d}" for k in range(themes) for i in range(20))
    speeches = [Speech(f"s{n:03d}", year=2000 + n // 4) for n in range(-(-passages // 2))]
    places = tuple(Passage(speeches[n // 2], n % 2) for n in range(passages))
    said = np.flatnonzero(counts.sum(axis=0))
    sparse = csr_matrix(counts[:, said].astype("int32"))
    return Bag(sparse, tuple(words[i] for i in said), places), mixtures


def two_words(counts: list[list[int]], words: tuple[str, ...] = ("甲", "乙")) -> Bag:
    """A bag of these counts, a speech a row."""
    places = tuple(Passage(Speech(f"s{i}"), 0) for i in range(len(counts)))
    return Bag(csr_matrix(counts), words, places)


def flat_model(bag: Bag) -> TopicModel:
    """Two topics that say every word alike, in passages that hold half of each."""
    words = len(bag.words)
    settings = {"alpha": [1.0, 1.0]}
    return TopicModel(
        np.full((2, words), 1 / words), np.full((len(bag.passages), 2), 0.5), bag, settings
    )
