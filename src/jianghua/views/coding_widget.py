"""The coder's questions inside a notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jianghua.speeches.corpus import Corpus
from jianghua.topics.coding import Scores, score
from jianghua.topics.model import TopicModel
from jianghua.topics.themes import Themes
from jianghua.topics.validation import TESTS, Texts, Trial, draw_trial
from jianghua.views.coding_form import form_wording
from jianghua.views.markup import text_markup

if TYPE_CHECKING:
    from ipywidgets import VBox


@dataclass(frozen=True, repr=False)
class Coding:
    """Questions for one coder; Jupyter shows them one at a time.

    ``trial`` holds the items and, apart from them, the key; ``answers`` fills while the coder
    answers: item → number of the choice, from 1.
    """

    trial: Trial
    coder: str = "coder1"
    language: str = "zh"
    answers: dict[str, int] = field(default_factory=dict)

    def __repr__(self) -> str:
        done = f"{len(self.answers)} of {len(self.trial.items)} answered"
        return f"Questions for {self.coder}: {done} (displayed by Jupyter)"

    def score(self, others: Mapping[str, Mapping[str, int]] | None = None) -> Scores:
        """Scores of this coder's answers, and of other coders' (name → item → choice)."""
        return score(self.trial.key, {self.coder: self.answers, **(others or {})})

    def _repr_mimebundle_(self, **kinds: Any) -> Any:
        return coding_widget(self)._repr_mimebundle_(**kinds)


def validate(
    themes: Themes | TopicModel,
    corpus: Corpus | None = None,
    tests: Sequence[str] = TESTS,
    items: int = 1,
    seed: int = 1,
    coder: str = "coder1",
    language: str = "zh",
) -> Coding:
    """Questions by which people test topics: ``items`` of each test and topic, drawn by ``seed``.

    ``tests`` are of word_intrusion, topic_intrusion, word_set_intrusion and labels. With the texts of
    ``corpus`` coders read passages, without them the passages' counted words. In Jupyter the last
    line of a cell shows the questions; `Coding.score` counts the answers.
    """
    trial = draw_trial(themes, texts_of(corpus), tests, items, seed)
    return Coding(trial, coder, language)


def texts_of(corpus: Corpus | None) -> Texts:
    """(speech id, number of passage) → text, for the speeches whose text is at hand."""
    from jianghua.speeches.passages import passages

    pieces = passages(corpus) if corpus is not None else ()
    return {(p.speech.id, p.number): p.text or "" for p in pieces}


def coding_widget(coding: Coding) -> VBox:
    """The questions as widgets: a radio button a choice, back, next, and how many are done."""
    import ipywidgets as w

    wording = form_wording()[coding.language]
    items = coding.trial.order_for(coding.coder)
    position = w.BoundedIntText(min=1, max=len(items), layout={"display": "none"})
    question, count, item_now = w.HTML(), w.HTML(), [""]
    choices = w.RadioButtons(options=[], layout={"width": "max-content"})
    back, forth = (w.Button(description=wording[name]) for name in ("back", "next"))

    def show(*_: object) -> None:
        item = items[position.value - 1]
        note = wording["words_note" if item.in_words else "text_note"] if item.passage else ""
        question.value = _question_markup(wording[item.test], note, item.passage)
        item_now[0] = ""  # while choices change, nothing is an answer
        choices.options = [(f"{n}. {c}", n) for n, c in enumerate(item.choices, start=1)]
        choices.value = coding.answers.get(item.id)
        item_now[0] = item.id
        told()

    def take(change: Any) -> None:
        if item_now[0] and change["new"] is not None:
            coding.answers[item_now[0]] = change["new"]
            told()

    def told() -> None:
        n, of, done = position.value, len(items), len(coding.answers)
        count.value = wording["count"].format(n=n, of=of, done=done)
        back.disabled, forth.disabled = n == 1, n == len(items)

    back.on_click(lambda _: setattr(position, "value", position.value - 1))
    forth.on_click(lambda _: setattr(position, "value", position.value + 1))
    position.observe(show, "value")
    choices.observe(take, "value")
    show()
    return w.VBox([count, question, choices, w.HBox([back, forth]), position])


def _question_markup(question: str, note: str, passage: str) -> str:
    """A question as HTML; whatever comes from texts is text."""
    parts = [f"<b>{text_markup(question)}</b>"]
    if passage:
        parts += [text_markup(note), f"<blockquote>{text_markup(passage)}</blockquote>"]
    return "<br>".join(parts)
