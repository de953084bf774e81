"""The verb compare: the tables of the figures, also with the model of another collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from jianghua import store
from jianghua.errors import JianghuaError
from jianghua.nouns import how_many
from jianghua.speeches.corpus import read_corpus
from jianghua.verbs.places import (
    Told,
    all_speeches_of,
    lexicon_of,
    model_folder,
    project_of,
    silent,
    themes_of,
)

if TYPE_CHECKING:
    import pandas as pd

    from jianghua.topics.themes import Themes
    from jianghua.words.bag import Bag
    from jianghua.years.grouping import Span
    from jianghua.years.shares import YearComparison

    Maker = Callable[["Matter"], pd.DataFrame]

FEW_PASSAGES = 1000  # below, other seeds may well find other topics
PANEL_YEARS = 3  # a place of so many years has a course of its own


@dataclass(frozen=True)
class Asked:
    """What a comparison is asked for: spans, 提法, themes, groups, refits, repeats."""

    spans: tuple[Span, ...] = ()
    terms: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    by: str = "year"
    fits: int = 0
    reuse: str = "keep"


@dataclass(frozen=True, eq=False)
class Matter:
    """What tables are made from; each part is read or worked out when a table first needs it.

    ``reference`` is the collection whose model these speeches are placed in, None for their own.
    """

    collection: Path
    asked: Asked
    reference: Path | None = None

    @cached_property
    def bag(self) -> Bag:
        """All words of the collection."""
        return store.read_bag(self.collection)

    @cached_property
    def themes(self) -> Themes:
        """The speeches in themes of their own model, or of the reference's."""
        if self.reference is None:
            return themes_of(self.collection)
        from jianghua.topics.lda import place_speeches
        from jianghua.topics.themes import name_themes

        placed = place_speeches(self.reference_themes.model, self.bag)
        there = self.reference_themes
        return name_themes(placed, there.members, there.english)

    @cached_property
    def years(self) -> YearComparison:
        """The shares that the tables of years start from."""
        from jianghua.years.shares import compare_years

        asked = self.asked
        if self.sampled:
            return _banded(compare_years(self.whole, asked.by))
        return compare_years(self.themes, asked.by, reuse=asked.reuse, fits=asked.fits)

    @property
    def sampled(self) -> bool:
        """Whether the model shows a sample of the passages, being fitted to partitions."""
        return self.reference is None and "sampled" in self.themes.model.settings

    @cached_property
    def whole(self) -> Themes:
        """The themes with every speech counted; one passage a speech where the model shows a sample."""
        return all_speeches_of(self.collection, self.themes) if self.sampled else self.themes

    @cached_property
    def spans(self) -> tuple[Span, Span]:
        """The spans asked for, or the years cut in two."""
        spans = self.asked.spans or halves(self.whole.model.bag if self.sampled else self.bag)
        if len(spans) != 2:
            raise JianghuaError(
                "all speeches are of one year: no two spans to compare", self.collection, "--years"
            )
        return spans[0], spans[1]

    @cached_property
    def reference_themes(self) -> Themes:
        """Themes of the collection that these speeches are placed in."""
        return themes_of(self._other)

    @cached_property
    def reference_years(self) -> YearComparison:
        """Shares of the same themes in the reference."""
        from jianghua.years.shares import compare_years

        return compare_years(self.reference_themes)

    @cached_property
    def reference_bag(self) -> Bag:
        """All words of the reference."""
        return store.read_bag(self._other)

    @property
    def _other(self) -> Path:
        if self.reference is None:
            raise JianghuaError("no collection to compare with", self.collection, "--model")
        return self.reference

    def chosen(self, table: pd.DataFrame) -> pd.DataFrame:
        """The rows of the themes asked for, in that order within each group; all without a wish."""
        names = list(self.asked.themes)
        if not names:
            return table
        table = table[table["theme"].isin(names)]
        first = table.columns.tolist()[: table.columns.tolist().index("theme")]
        place = table["theme"].map(names.index)
        order = table.assign(_place=place, _row=table.groupby(first, sort=False).ngroup())
        return order.sort_values(["_row", "_place"], kind="stable")[list(table.columns)]


def _banded(years: YearComparison) -> YearComparison:
    """A speech known as a whole has no passages to resample: alone in its year, it has no band."""
    table = years.table.copy()
    alone = table["speeches"] == 1
    table.loc[alone, ["low", "high"]] = float("nan")
    table.loc[alone, "band"] = "none"
    return replace(years, table=table)


# --- tables, each under the name of its figure ----------------------------------------------------


def _theme_shares(matter: Matter) -> pd.DataFrame:
    return matter.years.table


def _topic_years(matter: Matter) -> pd.DataFrame:
    from jianghua.years.shares import topic_years

    return topic_years(matter.whole, matter.themes.model)


def _topic_map(matter: Matter) -> pd.DataFrame:
    from jianghua.topics.labels import topic_map

    return topic_map(matter.themes).assign(share=matter.whole.model.weights)


def _topic_choice(matter: Matter) -> pd.DataFrame:
    return store.read_table(model_folder(matter.collection).parent / "trials.csv")


def _topic_stability(matter: Matter) -> pd.DataFrame:
    from jianghua.topics.quality import topic_stability

    return topic_stability(matter.themes)


def _trend(matter: Matter) -> pd.DataFrame:
    from jianghua.years.trends import trend_table

    return trend_table(matter.whole, matter.years)


def _change_points(matter: Matter) -> pd.DataFrame:
    from jianghua.years.changes import theme_changes

    return theme_changes(matter.whole)


def _span_differences(matter: Matter) -> pd.DataFrame:
    from jianghua.years.changes import compare_spans

    return compare_spans(matter.whole, *matter.spans, reuse=matter.asked.reuse)


def _share_sensitivity(matter: Matter) -> pd.DataFrame:
    from jianghua.years.shares import share_sensitivity

    return share_sensitivity(matter.themes)


def _keyness(matter: Matter) -> pd.DataFrame:
    from jianghua.years.keyness import keyness

    return keyness(matter.themes.model.bag, *matter.spans)


def _theme_keyness(matter: Matter) -> pd.DataFrame:
    from jianghua.years.keyness import theme_wordings

    themes = matter.themes
    guided = [themes.members[topic] for topic in themes.model.guides]
    known = [name for name in themes.names if name in guided] or themes.names[:3]
    return theme_wordings(themes, matter.asked.themes or known, *matter.spans)


def _formulation_timelines(matter: Matter) -> pd.DataFrame:
    from jianghua.years.formulations import formulations

    return formulations(matter.bag, matter.asked.terms or None)


def _risers_and_fallers(matter: Matter) -> pd.DataFrame:
    from jianghua.years.formulations import risers_and_fallers

    return risers_and_fallers(matter.bag, *matter.spans)


def _heat(matter: Matter) -> pd.DataFrame:
    from jianghua.years.heat import heat_grades

    return heat_grades(matter.bag, matter.asked.terms or None)


def _group_shares(matter: Matter) -> pd.DataFrame:
    return matter.chosen(matter.years.table)


def _speech_themes(matter: Matter) -> pd.DataFrame:
    from jianghua.years.shares import speech_table

    return matter.chosen(speech_table(matter.themes, matter.reference_years))


def _nearest_year(matter: Matter) -> pd.DataFrame:
    from jianghua.years.nearest import nearest_year

    return nearest_year(matter.bag, matter.reference_bag)


def _place_years(matter: Matter) -> pd.DataFrame:
    from jianghua.years.panels import place_years

    themes, reuse = matter.themes, matter.asked.reuse
    return matter.chosen(place_years(themes, reuse=reuse, reference=matter.reference_years))


def _distance_to_national(matter: Matter) -> pd.DataFrame:
    from jianghua.years.panels import distance_to

    return distance_to(matter.themes, matter.reference_themes)


def _lead_lag(matter: Matter) -> pd.DataFrame:
    from jianghua.years.panels import lead_lag

    return lead_lag(matter.bag, matter.reference_bag, matter.asked.terms or None)


def _named(*makers: Maker) -> dict[str, Maker]:
    return {maker.__name__.lstrip("_"): maker for maker in makers}


YEARS = _named(
    _theme_shares, _topic_years, _topic_map, _trend, _change_points, _span_differences,
    _share_sensitivity, _keyness, _theme_keyness, _formulation_timelines, _risers_and_fallers,
    _heat, _topic_choice, _topic_stability,
)  # fmt: skip
GROUPS = _named(_group_shares)
SPEECHES = _named(_speech_themes, _nearest_year)
PANEL = _named(_place_years, _distance_to_national, _lead_lag)


# --- the verb -------------------------------------------------------------------------------------


def compare(
    collection: Path,
    spans: Sequence[Span] = (),
    terms: Sequence[str] = (),
    to: Path | None = None,
    themes: Sequence[str] = (),
    by: str = "year",
    fits: int = 0,
    reuse: str = "keep",
    only: Sequence[str] = (),
    told: Told = silent,
) -> list[str]:
    """Write the tables of a collection's figures; by place, level or speaker, shares alone."""
    asked = Asked(tuple(spans), tuple(terms), tuple(themes), by, fits, reuse)
    matter = Matter(collection, asked)
    _known_themes(matter)
    makers = YEARS if by == "year" else GROUPS
    absent = set()
    if not (model_folder(collection).parent / "trials.csv").is_file():
        absent.add("topic_choice")
    if "stability" not in matter.themes.model.settings:  # one seed says nothing of stability
        absent.add("topic_stability")
    makers = {name: maker for name, maker in makers.items() if name not in absent}
    lines = _left_out(matter.years, by) + _refitted(matter.years) + _too_sure(matter)
    return lines + _of_a_sample(matter) + _write(matter, makers, only, to, told)


def place(
    collection: Path,
    reference: Path,
    names: Sequence[str] = (),
    to: Path | None = None,
    terms: Sequence[str] = (),
    reuse: str = "keep",
    only: Sequence[str] = (),
) -> list[str]:
    """Place the speeches of a collection in the themes of another collection's model: tables of
    single speeches, or, where a place has three years and more, of places by years."""
    asked = Asked(terms=tuple(terms), themes=tuple(names), reuse=reuse)
    matter = Matter(collection, asked, reference)
    _known_themes(matter)
    bag = matter.themes.model.bag
    unknown = bag.removed["unknown to the model"]
    line = f"{int(bag.counts.sum())} words placed, {unknown} unknown to the model or set aside"
    makers = PANEL if _is_panel(bag) else SPEECHES
    return [line, *_write(matter, makers if not only else SPEECHES | PANEL, only, to)]


def compare_pair(
    collection: Path, a: str, b: str, reference: Path | None = None, to: Path | None = None
) -> list[str]:
    """Two speeches of a collection side by side, in its own themes or in those of another."""
    from jianghua.years.sidebyside import compare_speeches, pair_table

    matter = Matter(collection, Asked(), reference)
    speeches = {speech.id: speech for speech in read_corpus(collection)}
    found = compare_speeches(matter.themes, a, b, matter.bag, speeches.values())
    empty = found.keyness["word"].isin(lexicon_of(collection).set_aside)
    found = replace(found, keyness=found.keyness[~empty])
    table = pair_table(found, speeches[a], speeches[b])
    return [
        _shared_line(found.shared),
        *_write_tables(_folder(matter, to), {"side_by_side": table}),
    ]


def _shared_line(shared: pd.DataFrame | None) -> str:
    if shared is None:
        return "shared passages: unknown, for the texts are not here"
    return f"shared passages: {len(shared)}, {int(shared['characters'].sum())} characters"


def _known_themes(matter: Matter) -> None:
    strange = [name for name in matter.asked.themes if name not in matter.themes.names]
    if strange:
        known = ", ".join(matter.themes.names)
        raise JianghuaError(f"no theme {', '.join(strange)}", "themes", f"one of {known}")


def _left_out(years: YearComparison, by: str) -> list[str]:
    lines = (
        [f"{how_many(years.left_out, 'speech')} without a {by} left out"] if years.left_out else []
    )
    return lines + [f"{name}: no words are left, not in the figures" for name in years.emptied]


def _too_sure(matter: Matter) -> list[str]:
    """Bands take the topics as known unless other fits are asked for; with few passages they are not."""
    passages = len(matter.themes.model.bag.passages)
    if matter.asked.fits or passages >= FEW_PASSAGES:
        return []
    return [
        f"topics of {passages} passages are uncertain, which the bands leave out: --fits 4 takes it in"
    ]


def _of_a_sample(matter: Matter) -> list[str]:
    if not matter.sampled:
        return []
    shown = len(matter.themes.model.bag.passages)
    return [
        f"keyness, theme_keyness and share_sensitivity are of the {shown} passages of the sample"
    ]


def _refitted(years: YearComparison) -> list[str]:
    """How well the themes were found again in other fits, the worst first."""
    if years.fits is None or not len(years.fits):
        return []
    worst = years.fits.groupby("theme")["cosine"].min().sort_values().head(3)
    told = ", ".join(f"{theme} {cosine:.2f}" for theme, cosine in worst.items())
    return [f"{years.fits['seed'].nunique()} refits; least alike (cosine): {told}"]


def _is_panel(bag: Bag) -> bool:
    held: dict[str, set[int]] = {}
    for speech in bag.speeches:
        if speech.place and speech.year is not None:
            held.setdefault(speech.place, set()).add(speech.year)
    return any(len(years) >= PANEL_YEARS for years in held.values())


def halves(bag: Bag) -> tuple[Span, ...]:
    """The years of a bag cut in two where half of the speeches are on each side."""
    years = sorted(speech.year for speech in bag.speeches if speech.year)
    if not years or years[0] == years[-1]:
        return ()
    middle = next((y for y in years[len(years) // 2 :] if y > years[0]), years[-1])
    return (years[0], middle - 1), (middle, years[-1])


def _write(
    matter: Matter, makers: Mapping[str, Maker], only: Sequence[str], to: Path | None,
    told: Told = silent,
) -> list[str]:  # fmt: skip
    """Make and write tables; one that cannot be made is told and stops no other."""
    strange = [name for name in only if name not in makers]
    if strange:
        raise JianghuaError(f"no table {', '.join(strange)}", "only", f"one of {', '.join(makers)}")
    folder, tables, lines, gone = _folder(matter, to), {}, [], []
    wanted = list(only or makers)
    for done, name in enumerate(wanted):
        told(done, len(wanted))
        try:
            tables[name] = makers[name](matter)
        except JianghuaError as error:
            if only:
                raise
            old = (folder / f"{name}.csv").is_file()  # or it would be drawn as of this run
            gone += [name] * old
            lines.append(f"no {name}: {error.found}" + "; that of an earlier run is removed" * old)
    told(len(wanted), len(wanted))
    return lines + [f"wrote {path}" for path in store.write_tables(folder, tables, gone)]


def _folder(matter: Matter, to: Path | None) -> Path:
    return to or project_of(matter.collection) / "figures"


def _write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    return [f"wrote {path}" for path in store.write_tables(folder, tables)]
