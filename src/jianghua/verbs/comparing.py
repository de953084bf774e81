"""The verb compare: the tables of the figures, also with the model of another collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jianghua import store
from jianghua.errors import JianghuaError
from jianghua.verbs.places import model_folder, project_of, themes_of

if TYPE_CHECKING:
    import pandas as pd

    from jianghua.words.bag import Bag


def compare(
    collection: Path,
    spans: Sequence[tuple[int, int]] = (),
    terms: Sequence[str] = (),
    to: Path | None = None,
) -> list[str]:
    """Write the tables of a collection's figures: shares, topics by year, map, formulations,
    keyness of two spans."""
    from jianghua.topics.labels import topic_map
    from jianghua.years.formulations import formulations
    from jianghua.years.keyness import keyness
    from jianghua.years.shares import compare_years, topic_years

    folder = to or project_of(collection) / "figures"
    themes = themes_of(collection)
    years = compare_years(themes)
    tables = {
        "theme_shares": years.table,
        "topic_years": topic_years(themes),
        "topic_map": topic_map(themes),
        "formulation_timelines": formulations(store.read_bag(collection), terms or None),
    }
    lines = [f"{years.left_out} speeches without a year left out"] if years.left_out else []
    lines += [f"{year}: no words are left, not in the figures" for year in years.emptied]
    spans = spans or _halves(themes.model.bag)
    if len(spans) == 2:
        tables["keyness"] = keyness(themes.model.bag, spans[0], spans[1])
    else:
        lines.append("all speeches are of one year: no two spans to compare")
    trials = model_folder(collection).parent / "trials.csv"
    if trials.is_file():
        tables["topic_choice"] = store.read_table(trials)
    return lines + _write_tables(folder, tables)


def _write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    for table_name, table in tables.items():
        store.write_table(folder / f"{table_name}.csv", table)
    return [f"wrote {folder / table_name}.csv" for table_name in tables]


def _halves(bag: Bag) -> list[tuple[int, int]]:
    """The years of a bag cut in two where half of the speeches are on each side."""
    years = sorted(speech.year for speech in bag.speeches if speech.year)
    if not years or years[0] == years[-1]:
        return []
    middle = next((y for y in years[len(years) // 2 :] if y > years[0]), years[-1])
    return [(years[0], middle - 1), (middle, years[-1])]


def place(
    collection: Path, reference: Path, names: Sequence[str] = (), to: Path | None = None
) -> list[str]:
    """Place the speeches of a collection in the themes of another collection's model; writes
    the table of the figure speech_themes."""
    from jianghua.topics.lda import place_speeches
    from jianghua.topics.themes import name_themes
    from jianghua.years.shares import compare_years, speech_table

    themes = themes_of(reference)
    placed = place_speeches(themes.model, store.read_bag(collection))
    there = name_themes(placed, themes.members, themes.english)
    table = speech_table(there, compare_years(themes))
    strange = [name for name in names if name not in there.names]
    if strange:
        raise JianghuaError(
            f"no theme {', '.join(strange)}", "themes", f"one of {', '.join(there.names)}"
        )
    if names:
        table = table[table["theme"].isin(names)]
        table = table.sort_values("theme", key=lambda t: t.map(list(names).index), kind="stable")
    folder = to or project_of(collection) / "figures"
    unknown = placed.bag.removed["unknown to the model"]
    known = int(placed.bag.counts.sum())
    line = f"{known} words placed, {unknown} unknown to the model or set aside"
    return [line, *_write_tables(folder, {"speech_themes": table})]
