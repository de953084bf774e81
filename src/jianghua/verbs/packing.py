"""The verbs pack, unpack and replay: a study for a reviewer, without the texts."""

from __future__ import annotations

import gzip
import json
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import distributions
from importlib.resources import files as resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jianghua import store
from jianghua.errors import JianghuaError
from jianghua.speeches.corpus import Corpus, read_corpus
from jianghua.speeches.rights import may_hand_on
from jianghua.verbs.places import lexicon_of, model_folder, project_of, results_of

if TYPE_CHECKING:
    from jianghua.views.methods import Study
    from jianghua.words.bag import Bag

Files = dict[str, bytes]
RESULTS = (".csv", ".svg", ".png", ".html")
SOURCES = (".py", ".csv", ".toml", ".md", ".css", ".js", ".txt")
REPLAYED = ("try", "fit", "compare")  # verbs that need counts only
DIGITS = 6  # significant digits to which a replay agrees unless told


@dataclass(frozen=True)
class _Study:
    """What is packed: a collection of a project, and the folder of its results."""

    collection: Path
    figures: Path

    @property
    def name(self) -> str:
        return self.collection.absolute().name

    @property
    def project(self) -> Path:
        return project_of(self.collection)

    @property
    def build(self) -> Path:
        return model_folder(self.collection).parent


def pack(
    collection: Path, to: Path | None = None, hold_back: int = 0, figures: Path | None = None
) -> list[str]:
    """Write one zip with all that made the results but the texts; says what is not in it."""
    study = _Study(collection, results_of(collection, figures))
    corpus = read_corpus(collection)
    counts, held = _counts(study, hold_back)
    data, texts = _data(study, corpus, counts)
    packed = {**data, **_results(study), **_code(study), **_notebooks(study)}
    packed, quoting = _without_quotations(packed, corpus)
    packed |= _documents(study, packed)
    packed |= _instructions(study, packed, held)
    path = to or study.project / "build" / f"{study.name}.zip"
    store.write_archive(path, packed)
    return [*quoting, *texts, *([held] if held else []), *_packed_lines(packed, path)]


def _packed_lines(packed: Files, path: Path) -> list[str]:
    tables = sum(name.startswith("results/figures/") and name.endswith(".csv") for name in packed)
    size = sum(map(len, packed.values())) / 1e6
    return [f"{len(packed)} files, {size:.1f} MB unpacked, {tables} tables", f"wrote {path}"]


# --- data -----------------------------------------------------------------------------------------


def _counts(study: _Study, fewer_than: int) -> tuple[Bag, str]:
    """The counts to pack, and what was held back of them."""
    from jianghua.words.withholding import hold_back

    bag = store.read_bag(study.collection)
    if not fewer_than:
        return bag, ""
    named = _named_words(study)
    # a rare unit that holds a named 提法 counts for it, so it stays as well
    kept = {word for word in bag.words if any(term in word for term in named)}
    fitted = _model_words(study)
    bag, held = hold_back(bag, fewer_than, kept | fitted)
    return bag, (
        f"held back: {held.words} of {held.of_words} words ({held.occurrences} of "
        f"{held.of_occurrences} occurrences), said fewer than {fewer_than} times or in one speech "
        "only; they are counted together as 〓. Words of the model, of tables and of guides stay"
    )


def _named_words(study: _Study) -> set[str]:
    """Words that tables or guides name: without them these could not be made again."""
    tables = [store.read_table(path) for path in sorted(study.figures.glob("*.csv"))]
    terms = {term for table in tables if "term" in table for term in table["term"] if term}
    guides = (_settings(study).get("guides") or {}).values()
    return terms | {word for guide in guides for word in guide["words"]}


def _model_words(study: _Study) -> set[str]:
    """Words the model was fitted to: without them it could not be fitted again."""
    path = study.build / "model" / "words.txt"
    return set(path.read_text(encoding="utf-8").split("\n")) if path.is_file() else set()


def _settings(study: _Study) -> dict[str, Any]:
    return dict(_manifest(study).get("settings", {}))


def _manifest(study: _Study) -> dict[str, Any]:
    there = (study.build / "model" / "settings.json").is_file()
    return store.read_manifest(study.build / "model") if there else {}


def _data(study: _Study, corpus: Corpus, counts: Bag) -> tuple[Files, list[str]]:
    """Catalogue, counts, names, word tables, guides; texts only where their rights allow it."""
    home = f"data/corpus/{study.name}"
    found = {f"{home}/counts.csv.gz": store.packed_counts(counts)}
    for name in ("catalog.csv", "themes.toml"):
        found |= _one(f"{home}/{name}", study.collection / name)
    folder = study.collection.absolute().parent
    found |= _all("data/corpus/lexicon", folder / "lexicon", (".csv",))
    found |= _one("docs/data-card.md", folder / "README.md")
    found["data/corpus/guides.toml"] = _guides(study).read_bytes()
    free = [speech for speech in corpus if speech.text and may_hand_on(speech.rights)]
    found |= {f"{home}/texts/{s.id}.txt": (s.text or "").encode() for s in free}
    kept = sum(1 for speech in corpus if speech.text) - len(free)
    line = f"{kept} texts are not packed: their rights do not say that they may be handed on"
    return found, [line] if kept else []


def _guides(study: _Study) -> Path:
    """The guides of the fit: named when it ran, or the project's, or those of the package."""
    from jianghua.topics.guides import shipped_guides

    named = [run.options.get("--guides") for run in _runs(study) if run.verb == "fit"]
    named_path = Path(named[-1][0]) if named and named[-1] else None
    own = study.collection.absolute().parent / "guides.toml"
    places = [p for p in (named_path, own) if p is not None and p.is_file()]
    return places[0] if places else shipped_guides()


def _runs(study: _Study) -> list[store.Run]:
    return store.read_runs(study.build / "runs.jsonl")


def _one(name: str, path: Path) -> Files:
    return {name: path.read_bytes()} if path.is_file() else {}


def _all(name: str, folder: Path, kinds: Sequence[str]) -> Files:
    """Files of some kinds below a folder; links and hidden files stay out."""
    return {
        f"{name}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in kinds and not path.is_symlink()
        and not any(part.startswith((".", "__")) and part != "__init__.py" and part != "__main__.py"
                    for part in path.relative_to(folder).parts)
    }  # fmt: skip


# --- results and code -----------------------------------------------------------------------------


def _results(study: _Study) -> Files:
    """Tables, figures, pages, trials and the model as they are."""
    found = _all("results/figures", study.figures, RESULTS)
    found |= _one("results/trials.csv", study.build / "trials.csv")
    found |= _one("results/runs.jsonl", study.build / "runs.jsonl")
    for name in ("settings.json", "words.txt", "arrays.npz"):
        found |= _one(f"results/model/{name}", study.build / "model" / name)
    return found


def _code(study: _Study) -> Files:
    """This version of jianghua: its source, and what it needs, pinned."""
    source = Path(str(resources("jianghua")))
    checkout = source.parent.parent
    found = _all("code/src/jianghua", source, SOURCES)
    for name in ("pyproject.toml", "requirements.lock", "LICENSE", "CITATION.cff", "README.md"):
        found |= _one(f"code/{name}", checkout / name)
    found["code/corpus/guides.toml"] = _guides(study).read_bytes()
    found["code/installed.txt"] = _installed()
    return found


def _installed() -> bytes:
    """Name and version of every package that was installed, for when no lock is at hand."""
    names = {d.metadata["Name"].lower(): d.version for d in distributions() if d.metadata["Name"]}
    kept = sorted((n, v) for n, v in names.items() if n != "jianghua")
    return "".join(f"{name}=={version}\n" for name, version in kept).encode()


def _notebooks(study: _Study) -> Files:
    """The project's notebooks without their output: it may quote texts; running them brings it back."""
    found = {}
    for path in sorted((study.project / "notebooks").glob("*.ipynb")):
        try:
            notebook = json.loads(path.read_text(encoding="utf-8"))
            for cell in notebook["cells"]:
                if cell["cell_type"] == "code":
                    cell["outputs"], cell["execution_count"] = [], None
        except (ValueError, KeyError, TypeError) as error:
            raise JianghuaError(f"not a notebook: {error}", path, "move it away") from None
        text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        found[f"code/notebooks/{path.name}"] = text.encode()
    return found


def _without_quotations(packed: Files, corpus: Corpus) -> tuple[Files, list[str]]:
    """Leave out what quotes a text that may not be handed on; says what, or that nobody could look."""
    from jianghua.speeches.quoting import RUN, quoted_runs

    closed = [s.text for s in corpus if s.text and not may_hand_on(s.rights)]
    watched = ("results/", "docs/", "code/notebooks/")
    looked = [n for n in packed if n.startswith(watched) and not n.endswith((".png", ".npz"))]
    quoting = [n for n in looked if quoted_runs(packed[n].decode("utf-8", "replace"), closed)]
    lines = [f"{n}: quotes {RUN} characters of a text or more, left out" for n in quoting]
    absent = [s for s in corpus if s.text is None]
    if absent:
        lines.append(
            f"{len(absent)} texts are not here: whether results quote them was not looked at"
        )
    return {n: content for n, content in packed.items() if n not in quoting}, lines


# --- documents ------------------------------------------------------------------------------------


def _documents(study: _Study, packed: Files) -> Files:
    """Methods in two languages, what to cite, and the codebook of the tables packed."""
    from jianghua.verbs.citing import cite
    from jianghua.views.codebook import codebook_of

    tables = {
        Path(n).name: content
        for n, content in packed.items()
        if n.endswith(".csv") and n.startswith(("results/", f"data/corpus/{study.name}/"))
    }
    counts = packed[f"data/corpus/{study.name}/counts.csv.gz"]
    tables["counts.csv"] = gzip.decompress(counts).partition(b"\n")[0]
    shown = study.figures if study.figures.is_dir() else None
    found = {
        "docs/citation.bib": cite(study.collection, "bibtex", shown).encode(),
        "docs/citation.txt": cite(study.collection, "text", shown).encode(),
        "docs/codebook.csv": codebook_of(tables),
    }
    if _manifest(study):
        found |= _methods(_facts(study))
    return found


def _methods(study: Study) -> Files:
    from jianghua.views.methods import methods_paragraph

    return {
        f"docs/methods.{language}.txt": methods_paragraph(study, language).encode()
        for language in ("en", "zh")
    }


def _facts(study: _Study) -> Study:
    """What the methods paragraph speaks of."""
    from jianghua.views.methods import Study

    bag = store.read_bag(study.collection)
    model = store.read_model(study.build / "model", read_corpus(study.collection))
    years = [speech.year for speech in bag.speeches if speech.year]
    facts = {
        "speeches": len(bag.speeches), "passages": len(bag.passages), "words": len(bag.words),
        "occurrences": int(bag.totals.sum()), "kept": int(model.bag.totals.sum()),
        "model_words": len(model.bag.words), "first": min(years, default=0),
        "last": max(years, default=0), "undated": len(bag.speeches) - len(years),
    }  # fmt: skip
    tables = [study.build / "trials.csv", study.figures / "validation.csv"]
    trials, validation = (store.read_table(p) if p.is_file() else None for p in tables)
    return Study(_manifest(study), facts, trials, validation)


def _instructions(study: _Study, packed: Files, held: str) -> Files:
    """README and Makefile: how to run it again."""
    commands = list(_commands(study))
    readme = (resources("jianghua.views") / "page" / "archive.md").read_text(encoding="utf-8")
    makefile = (resources("jianghua.views") / "page" / "archive.mk").read_text(encoding="utf-8")
    listed = "\n".join(f"    {line}" for line in commands) or "    (no run was recorded)"
    lists = "\n".join(
        f"- `{n}`" for n in sorted(packed) if n.startswith("code/src/jianghua/words/data")
    )
    fits = [line for line in commands if not line.startswith("try ")]
    tries = [line for line in commands if line.startswith("try ")]
    return {
        "README.md": _fill(
            readme, NAME=study.name, COMMANDS=listed, LISTS=lists, DIGITS=str(DIGITS),
            HELD=f"{held[:1].upper()}{held[1:]}." if held else "Nothing was held back of the counts.",
            LEXICON=lexicon_of(study.collection).checksum,
        ).encode(),
        "Makefile": _fill(
            makefile, NAME=study.name, FITS=_recipe(fits), TRIES=_recipe(tries), DIGITS=str(DIGITS)
        ).encode(),
    }  # fmt: skip


def _fill(template: str, **values: str) -> str:
    for name, value in values.items():
        template = template.replace(f"@{name}@", value)
    return template


def _recipe(commands: Iterable[str]) -> str:
    """Lines of a Makefile; a dollar is a dollar there."""
    return (
        "\n".join(
            f"\t$(J) {line}".replace("$", "$$").replace("$$(J)", "$(J)", 1) for line in commands
        )
        or "\t@:"
    )


def _commands(study: _Study) -> Iterator[str]:
    """The recorded runs that need counts only, as they run in the archive."""
    runs = _runs(study)
    if _manifest(study) and not any(run.verb == "fit" for run in runs):
        yield shlex.join(["fit", f"data/corpus/{study.name}", *_settings_spelled(_settings(study))])
    for run in runs:
        outside = run.options.get("--model") and run.options["--model"] != [str(study.collection)]
        if run.verb in REPLAYED and not outside and "--speeches" not in run.options:
            words = _spelled(run.options, run.verb)
            yield shlex.join([run.verb, f"data/corpus/{study.name}", *words])


def _settings_spelled(settings: Mapping[str, Any]) -> Iterator[str]:
    """The options of a fit that was recorded nowhere but in its model."""
    for name in ("topics", "seed", "engine"):
        yield from (f"--{name}", str(settings[name]))
    yield from (
        ("--guides", "data/corpus/guides.toml") if settings.get("guides") else ["--no-guides"]
    )


def _spelled(options: Mapping[str, Sequence[str]], verb: str) -> Iterator[str]:
    """Options as words, paths as they are in the archive."""
    for name, words in sorted(options.items()):
        if name == "--guides":
            yield from (name, "data/corpus/guides.toml")
        elif name not in ("--to", "--model"):
            yield from (name, *words)
    if verb == "compare":
        yield from ("--to", "results/again")


# --- unpack, replay -------------------------------------------------------------------------------


def unpack(archive: Path, folder: Path) -> list[str]:
    """Unpack an archive into a new folder, each file checked against its SHA-256."""
    if not archive.is_file():
        raise JianghuaError("no such archive", archive, "check the spelling")
    n = store.unpack_archive(archive, folder)
    return [f"{n} files unpacked and checked", f"next: cd {folder} && make replay"]


def replay(packed: Path, again: Path, digits: int = DIGITS) -> tuple[list[str], bool]:
    """Compare two folders of tables; lines to print, and whether all that was made again agrees."""
    for folder in (packed, again):
        if not folder.is_dir():
            raise JianghuaError("no such folder", folder, "make figures")
    found = store.compare_tables(packed, again, digits)
    if not any(table.cells for table in found):
        raise JianghuaError("no table to compare", again, "make figures")
    lines = [
        f"{t.table}: {t.problem or f'{t.cells} cells agree to {digits} digits'}"
        + (f"; largest difference {t.largest:.2g}" if t.largest else "")
        for t in found
    ]
    wrong = [t for t in found if t.problem and t.cells + (t.problem != "was not made again")]
    same = sum(not t.problem for t in found)
    return [*lines, f"{same} of {len(found)} tables agree"], not wrong
