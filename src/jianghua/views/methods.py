"""A methods paragraph, written from what was run: preprocessing, number of topics and priors,
reliability, validity (the four points of Maier et al. 2018)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jianghua.words.bag import EMPTIED

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Study:
    """What a methods paragraph speaks of: the manifest of the model, and facts of the corpus.

    ``facts``: speeches, passages, occurrences, words (all unfiltered), kept (occurrences in the
    model), model_words, first, last (years), undated. ``trials`` and ``validation`` are the tables of
    those names, where they were made.
    """

    manifest: Mapping[str, Any]
    facts: Mapping[str, int]
    trials: pd.DataFrame | None = None
    validation: pd.DataFrame | None = None


def methods_paragraph(study: Study, language: str = "en") -> str:
    """The paragraph in English or Chinese; figures as they were, nothing that was not done."""
    parts = (_words, _topics, _reliability, _validity)
    said = [part(study)[0 if language == "en" else 1] for part in parts]
    return (" " if language == "en" else "").join(filter(None, said)) + "\n"


_Both = tuple[str, str]


def _words(study: Study) -> _Both:
    facts, versions = study.facts, study.manifest.get("versions", {})
    jianghua = versions.get("jianghua", "?")
    left_out = {k: n for k, n in study.manifest.get("removed", {}).items() if k != EMPTIED}
    removed = sorted(left_out.items(), key=lambda item: -item[1])
    why_en = "; ".join(f"{n:,} {reason}" for reason, n in removed)
    why_zh = "；".join(f"{in_chinese(reason)} {n}" for reason, n in removed)
    share = facts["kept"] / max(1, facts["occurrences"])
    english = (
        f"Preprocessing. The corpus holds {facts['speeches']:,} speeches ({facts['first']}–"
        f"{facts['last']}{_undated(facts, 'en')}), cut at sentences and headings into "
        f"{facts['passages']:,} passages of about 100–200 words. Texts were segmented with "
        f"jianghua {jianghua}: formulations (提法) of its lexicon are kept whole, the rest is cut by "
        f"jieba; {facts['occurrences']:,} occurrences of {facts['words']:,} words were counted. Left "
        f"out before the fit (occurrences): {why_en}. {facts['kept']:,} occurrences ({share:.0%}) of "
        f"{facts['model_words']:,} words remained."
    )
    chinese = (
        f"预处理。语料为 {facts['speeches']} 篇讲话（{facts['first']}–{facts['last']} 年"
        f"{_undated(facts, 'zh')}），按句子和标题切成 {facts['passages']} 段，每段约 100–200 词。分词用 "
        f"jianghua {jianghua}：词表中的提法保持完整，其余由 jieba 切分；共计 {facts['words']} 个词、"
        f"{facts['occurrences']} 词次。拟合之前剔除（词次）：{why_zh}。余下 {facts['model_words']} 个词、"
        f"{facts['kept']} 词次（{share:.0%}）。"
    )
    return english, chinese


_CHINESE = {
    "set aside: enumerator": "序数", "set aside: person": "人名", "set aside: portal": "网站用语",
    "set aside: address": "称呼语", "set aside: empty verb": "空泛动词",
    "set aside: function word": "虚词", "set aside: intensifier": "程度词",
    "set aside: mask": "掩码", "set aside: measure": "量词", "set aside: number": "数词",
    "set aside: place": "地名", "set aside: pronoun": "代词", "set aside: time": "时间词",
    "said only once": "仅出现一次", "in too many passages": "出现于过多段落",
}  # fmt: skip


def in_chinese(reason: str) -> str:
    """Why words were left out, in Chinese where there is a Chinese wording for it."""
    reason = re.sub(r"^in fewer than (\d+) speeches$", r"见于不足 \1 篇", reason)
    reason = re.sub(r"^shorter than (\d+) characters$", r"不足 \1 字", reason)
    return _CHINESE.get(reason, reason)


def _undated(facts: Mapping[str, int], language: str) -> str:
    n = facts["undated"]
    if not n:
        return ""
    return f"; {n} undated" if language == "en" else f"，另有 {n} 篇年份不详"


def _topics(study: Study) -> _Both:
    settings = study.manifest.get("settings", {})
    alpha = settings.get("alpha") or [float("nan")]
    guides = settings.get("guides", {})
    engines = {
        "scvb0": ("stochastic collapsed variational Bayes (SCVB0; Foulds et al. 2013)", "SCVB0"),
        "gensim": ("variational Bayes in gensim (Hoffman et al. 2010)", "gensim 变分贝叶斯"),
    }
    how, how_zh = engines.get(str(settings.get("engine")), (str(settings.get("engine")),) * 2)
    led = (
        f" {len(guides)} topics were guided by seed words ({', '.join(guides)})." if guides else ""
    )
    led_zh = f"其中 {len(guides)} 个主题以种子词引导（{'、'.join(guides)}）。" if guides else ""
    english = (
        f"Model. Latent Dirichlet allocation (Blei et al. 2003) with K = {settings.get('topics')} topics,"
        f" fitted by {how}, seed {settings.get('seed')}, {settings.get('passes')} passes"
        f" ({'converged' if settings.get('converged') else 'not converged'}); priors: α"
        f" {min(alpha):.3f}–{max(alpha):.3f} per topic, η = {settings.get('eta')}.{led}"
    )
    chinese = (
        f"模型。潜在狄利克雷分配（LDA；Blei 等 2003），主题数 K = {settings.get('topics')}，用 {how_zh} "
        f"拟合，随机种子 {settings.get('seed')}，{settings.get('passes')} 轮"
        f"（{'已收敛' if settings.get('converged') else '未收敛'}）；先验：各主题 α "
        f"{min(alpha):.3f}–{max(alpha):.3f}，η = {settings.get('eta')}。{led_zh}"
    )
    return english, chinese


def _reliability(study: Study) -> _Both:
    trials, topics = study.trials, study.manifest.get("settings", {}).get("topics")
    if trials is None or not len(trials):
        return (
            "Reliability. Other numbers of topics and other seeds were not tried.",
            "信度。未比较其他主题数和随机种子。",
        )
    tried = ", ".join(str(k) for k in sorted(set(trials["topics"])))
    seeds = int(trials.groupby("topics")["seed"].nunique().max())
    here = trials[trials["topics"] == topics]
    found_en, found_zh = "", ""
    if len(here):
        mean = here[["held_out", "coherence", "exclusivity", "stability"]].astype(float).mean()
        figures = [f"{mean[name]:.2f}" for name in mean.index]
        found_en = (
            " At the K chosen: held-out log-likelihood {} nats per word, coherence (NPMI) {}, "
            "exclusivity {}, stability between seeds (mean cosine of matched topics) {}."
        ).format(*figures)
        found_zh = "所选 K 的留出似然为每词 {} nat，一致性（NPMI）{}，排他性 {}，种子间稳定性（配对主题余弦均值）{}。".format(
            *figures
        )
    return (
        f"Reliability. K = {tried} were fitted with {seeds} seeds each.{found_en}",
        f"信度。比较了 K = {tried}，各用 {seeds} 个随机种子。{found_zh}",
    )


def _validity(study: Study) -> _Both:
    table = study.validation
    if table is None or not len(table):
        return (
            "Validity. People have not tested these topics yet.",
            "效度。这些主题尚未经过人工检验。",
        )
    rows = table[table["topic"] < 0].set_index("test")
    tests = [t for t in rows.index if t != "all"]
    en = "; ".join(_precision(t.replace("_", " "), rows.loc[t]) for t in tests)
    bad = int((table["verdict"] == "do not publish").sum())
    alpha = rows["alpha"].astype(float)["all"]
    return (
        f"Validity. Coders tested the topics blind (Chang et al. 2009; Ying et al. 2022), precision with "
        f"90 % intervals: {en}. Krippendorff's α over all tests {alpha:.2f}. {bad} topics did not pass.",
        f"效度。编码者盲测主题（Chang 等 2009；Ying 等 2022），答对比例及 90% 区间：{en}。各项合计 "
        f"Krippendorff α 为 {alpha:.2f}。未通过的主题 {bad} 个。",
    )


def _precision(test: str, row: pd.Series) -> str:
    return f"{test} {row['precision']:.2f} ({row['low']:.2f}–{row['high']:.2f})"
