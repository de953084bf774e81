"""The command line: verbs and options, no arithmetic.

Exit status: 0 done, 1 something was found wrong (said in one line each), 2 wrong usage,
130 or 143 stopped (Ctrl-C, SIGTERM).
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from jianghua.errors import JianghuaError
from jianghua.stopping import TOLD, Stopped, leave, stoppable
from jianghua.work import cluster

SPAN = "A-B"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit status. Stopped by a signal, it does not return."""
    with stoppable():
        try:
            return _run(_options(arguments))
        except Stopped as stopped:
            leave(stopped.status)
        except KeyboardInterrupt:
            complain(TOLD)
            return 130


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = build_parser()
    options = parser.parse_args(arguments)
    if options.verb in ("compare", "explore"):
        _two_spans(parser, options)
    return options


def _run(options: argparse.Namespace) -> int:
    _quiet_warnings()
    _mend_environment()
    try:
        _refuse_narrow_memory(options.verb)
        with cluster(getattr(options, "cluster", None)):
            status: int = options.run(options)
        _record(options, status)
        if sys.stdout:
            sys.stdout.flush()
        return status
    except BrokenPipeError:  # whoever reads (head, less) has had enough
        _drop_output()
        return 0
    except Exception as error:
        if options.debug:
            raise
        complain(_in_words(error, options.verb))
        if isinstance(error, OSError) and error.filename is None:
            _drop_output()
        return 1


def _in_words(error: Exception, verb: str) -> str:
    """One line about an error: what was found, where, what to try."""
    if isinstance(error, JianghuaError):
        return str(error)
    if isinstance(error, OSError):
        remedy = _REMEDIES.get(error.errno or 0, "")
        where = os.fsdecode(error.filename) if error.filename else verb
        return f"{where}: {error.strerror or error}" + (f". Try: {remedy}" if remedy else "")
    if isinstance(error, MemoryError):
        return f"{verb}: not enough memory. Try: fewer speeches or topics, or a larger machine"
    # nobody foresaw it; whoever sits here has no use for a traceback
    return f"{verb}: unforeseen {type(error).__name__}: {error}. Try: --debug"


_REMEDIES = {
    errno.ENOSPC: "free space on that disk and run it again; what was there is whole",
    errno.EDQUOT: "free space in your quota and run it again; what was there is whole",
    errno.EACCES: "a folder that you may write in, or ask for the right to",
    errno.EPERM: "a folder that you may write in, or ask for the right to",
    errno.EROFS: "a folder on a disk that can be written",
    errno.EMFILE: "close other programs, or raise the limit of open files (ulimit -n)",
    errno.ENAMETOOLONG: "a shorter name",
    errno.ELOOP: "another place, or remove the link that stands there",
    errno.EISDIR: "another name, or move the folder away",
    errno.ENOTDIR: "another place, or move the file away that stands where a folder is needed",
    errno.EEXIST: "another place, or move the file away that stands where a folder is needed",
}


def _drop_output() -> None:
    """Standard output cannot be written: what waits there must not fail again at the end."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


RECORDED = ("count", "try", "fit", "compare")  # runs that make what an archive holds


def _record(options: argparse.Namespace, status: int) -> None:
    """Keep which options made a result, for archives and methods paragraphs."""
    if status or options.verb not in RECORDED:
        return
    from importlib.metadata import version

    from jianghua import store, verbs

    apart = ("run", "verb", "debug", "collection")
    given = {k: v for k, v in vars(options).items() if k not in apart}
    said = {k: v for k, v in given.items() if v is not None and v is not False and v != []}
    words = {f"--{name.replace('_', '-')}": _words(value) for name, value in said.items()}
    path = verbs.model_folder(options.collection).parent / "runs.jsonl"
    store.record_run(path, store.Run(options.verb, words, version("jianghua")))


def _words(value: object) -> list[str]:
    """The value of an option as words of a command line; a switch has none."""
    if isinstance(value, tuple):
        return ["-".join(map(str, value))]
    if isinstance(value, list):
        return [word for one in value for word in _words(one)]
    return [] if value is True else [str(value)]


def say(lines: Iterable[str]) -> None:
    """Print lines; control and direction characters show as escapes, odd terminals never stop us."""
    for line in lines:
        _write(sys.stdout, line)


def complain(line: str) -> None:
    """One line on stderr."""
    _write(sys.stderr, f"jianghua: {line}", kept="")


def _write(stream: object, line: str, kept: str = "\n") -> None:
    shown = "".join(
        f"\\x{ord(c):02x}" if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c != kept else c
        for c in line
    )
    encoding = getattr(stream, "encoding", None) or "utf-8"
    print(shown.encode(encoding, "backslashreplace").decode(encoding), file=stream)  # type: ignore[call-overload]


_THREADS = tuple(f"{name}_NUM_THREADS" for name in ("OMP", "OPENBLAS", "MKL", "NUMBA", "NUMEXPR"))


def _mend_environment() -> None:
    """Libraries end with a traceback where these are no numbers, or name no way to draw."""
    limits = {"SOURCE_DATE_EPOCH": (0, 2**33), **dict.fromkeys(_THREADS, (1, 1024))}
    limits["NUMBA_DISABLE_JIT"] = (0, 0)  # what is written for machine code overflows without it
    for name, (low, high) in limits.items():
        value = os.environ.get(name)
        if value is not None and not (value.isdecimal() and low <= int(value[:12]) <= high):
            complain(f"note: {name}={value[:40]} is left out of account: no number that it may be")
            del os.environ[name]
    os.environ["MPLBACKEND"] = "agg"  # every picture goes to a file


COMPILED = ("count", "fit", "try", "compare", "explore")
NARROWEST = 1 << 30  # bytes of address space that compiled code and its libraries need


def _refuse_narrow_memory(verb: str) -> None:
    """Compiled code that may not have its memory ends the process without a word."""
    try:
        import resource
    except ImportError:
        return
    most, _ = resource.getrlimit(resource.RLIMIT_AS)
    if verb in COMPILED and 0 <= most < NARROWEST:
        found = f"only {most >> 20} MB of memory are allowed here"
        raise JianghuaError(found, verb, "ulimit -v unlimited, or 2000000")


def _quiet_warnings() -> None:
    """Our warnings are lines on stderr, like everything else we say; others are not shown."""
    import warnings

    from jianghua.errors import JianghuaWarning

    def show(message: Warning | str, category: type[Warning], *rest: object) -> None:
        if issubclass(category, JianghuaWarning):
            complain(f"note: {message}")

    warnings.showwarning = show  # type: ignore[assignment]
    warnings.filterwarnings("default", category=JianghuaWarning)  # also where others are errors


class _Bar:
    """A progress bar on stderr, with the time left; none when that is not a terminal."""

    def __init__(self, label: str) -> None:
        from tqdm import tqdm

        self.bar = tqdm(desc=label, leave=False, disable=not sys.stderr.isatty())

    def __call__(self, done: int, of: int) -> None:
        self.bar.total = of
        self.bar.update(done - self.bar.n)
        if done == of:
            self.bar.close()

    def gained(self, gain: float) -> None:
        """Whether a fit comes to an end: what its last five passes brought."""
        self.bar.set_postfix_str(f"{gain:.4f} nats a word gained", refresh=False)


# --- verbs ----------------------------------------------------------------------------------------


def _add(options: argparse.Namespace) -> int:
    from jianghua import verbs

    lines, rejected = verbs.add(options.paths, options.to, options.rights, _Bar("add"))
    say(lines)
    return 1 if rejected else 0


def _check(options: argparse.Namespace) -> int:
    from jianghua import verbs

    if options.contexts:
        say(verbs.show_contexts(options.collection, options.contexts))
        return 0
    if options.guides is not None:
        say(verbs.check_guides(options.collection, options.guides or None))
        return 0
    check = verbs.check_model if options.model else verbs.check
    problems = check(options.collection)
    if options.json:
        import json

        say([json.dumps(problems, ensure_ascii=False)])
    else:
        say([": ".join(filter(None, (p["kind"], p["id"], p["message"]))) for p in problems])
        say([f"{len(problems)} problems" if problems else "no problems"])
    return 1 if problems else 0


def _count(options: argparse.Namespace) -> int:
    from jianghua import verbs

    if options.partitions:
        from jianghua.verbs.scaling import count_partitions

        if options.repeats != "keep":
            raise JianghuaError("partitions are counted one by one", "--repeats", "keep")
        where, merge = options.partitions, options.merge_variants
        say(count_partitions(options.collection, where, merge_variants=merge, told=_Bar("count")))
        return 0
    say(verbs.count(options.collection, options.merge_variants, options.repeats))
    return 0


def _fit(options: argparse.Namespace) -> int:
    from jianghua import verbs

    if options.partitions:
        from jianghua.verbs.scaling import fit_partitions

        say(
            fit_partitions(
                options.collection, options.partitions, options.topics, options.seed,
                options.guides, not options.no_guides, options.min_speeches, _Bar("fit"),
            )
        )  # fmt: skip
        return 0
    bar = _Bar("fit")
    say(
        verbs.fit(
            options.collection, options.topics, options.seed, options.guides,
            not options.no_guides, options.min_speeches, options.engine, options.seeds, bar,
            bar.gained,
        )
    )  # fmt: skip
    return 0


def _try(options: argparse.Namespace) -> int:
    from jianghua import verbs

    say(
        verbs.try_topics(
            options.collection,
            options.topics,
            options.seeds,
            options.min_speeches,
            _Bar("try"),
            not options.counts_only,
        )
    )
    return 0


def _name(options: argparse.Namespace) -> int:
    from jianghua import verbs

    say(verbs.name(options.collection, options.replay))
    return 0


def _compare(options: argparse.Namespace) -> int:
    from jianghua import verbs

    where: dict[str, Any] = {"collection": options.collection, "to": options.to}
    wanted: dict[str, Any] = {
        "terms": options.terms or (), "only": options.only or (), "reuse": options.reuse,
    }  # fmt: skip
    themes = options.themes or ()
    if options.speeches:
        a, b = options.speeches
        say(verbs.compare_pair(a=a, b=b, reference=options.model, **where))
    elif options.model:
        say(verbs.place(reference=options.model, names=themes, **where, **wanted))
    else:
        years: dict[str, Any] = {
            "spans": options.years or (),
            "by": options.by,
            "fits": options.fits,
        }
        say(verbs.compare(themes=themes, told=_Bar("compare"), **where, **wanted, **years))
    return 0


def _draw(options: argparse.Namespace) -> int:
    from jianghua import verbs

    say(verbs.draw(options.names, options.figures, options.language))
    return 0


def _explore(options: argparse.Namespace) -> int:
    from jianghua import verbs

    spans = options.years or ()
    say(verbs.explore(options.collection, options.to, options.language, spans))
    return 0


def _kwic(options: argparse.Namespace) -> int:
    from jianghua import verbs

    say(verbs.kwic(options.term, options.collection, options.year, options.width))
    return 0


def _validate(options: argparse.Namespace) -> int:
    from jianghua import verbs

    if options.step == "score":
        say(verbs.score_sheets(options.collection, options.answers, options.to))
    else:
        say(
            verbs.make_sheets(
                options.collection, options.coders, options.seed, options.tests, options.items,
                options.language,
            )
        )  # fmt: skip
    return 0


def _pack(options: argparse.Namespace) -> int:
    from jianghua import verbs

    say(verbs.pack(options.collection, options.to, options.hold_back, options.figures))
    return 0


def _unpack(options: argparse.Namespace) -> int:
    from jianghua import verbs

    say(verbs.unpack(options.archive, options.to))
    return 0


def _replay(options: argparse.Namespace) -> int:
    from jianghua import verbs

    lines, same = verbs.replay(options.packed, options.again, options.digits)
    say(lines)
    return 0 if same else 1


def _fetch(options: argparse.Namespace) -> int:
    from jianghua import verbs

    lines, missing = verbs.fetch(options.name, options.base, told=_Bar("fetch"))
    say(lines)
    return 1 if missing else 0


def _export(options: argparse.Namespace) -> int:
    from jianghua import verbs

    say(verbs.export(options.collection, options.format, options.to, options.pruned))
    return 0


def _import(options: argparse.Namespace) -> int:
    from jianghua import verbs

    say(verbs.import_counts(options.path, options.to, options.metadata))
    return 0


def _cite(options: argparse.Namespace) -> int:
    from jianghua import verbs

    say(verbs.cite(options.collection, options.format, options.figures).splitlines())
    return 0


# --- options --------------------------------------------------------------------------------------


def _path(text: str) -> Path:
    if not text:  # an unset variable of the shell, which would be the folder one stands in
        raise argparse.ArgumentTypeError("an empty path")
    if "://" in text:  # or it would become folders of that name
        raise argparse.ArgumentTypeError(f"{text!r} is an address, not a path of this machine")
    return Path(text)


def _goal(text: str) -> Path:
    """Where something is written to: not among the speeches."""
    path = _path(text).absolute()
    for folder in (path, *path.parents):
        if folder.name in ("texts", "removed") and folder.with_name("catalog.csv").is_file():
            raise argparse.ArgumentTypeError(f"{text!r} holds the speeches of a collection")
    return Path(text)


def _span(text: str) -> tuple[int, int]:
    low, _, high = text.replace("–", "-").partition("-")
    try:
        span = int(low), int(high or low)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text[:40]!r} is no span of years such as 1978-1992"
        ) from None
    if span[0] > span[1]:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} ends before it begins")
    return span


def _two_spans(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    if options.years is not None and len(options.years) != 2:
        parser.error("--years takes two spans, such as 1978-1992 2012-2026")


def build_parser() -> argparse.ArgumentParser:
    """The parser of all verbs."""
    parser = argparse.ArgumentParser(
        prog="jianghua",
        description="Topics of Chinese official speeches: cleaned, dated, modelled, compared.",
        epilog="jianghua VERB -h shows the options of a verb and an example.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)

    def verb(name: str, run: Callable[[argparse.Namespace], int], what: str, example: str):  # type: ignore[no-untyped-def]
        one = verbs.add_parser(
            name, help=what, description=what, epilog=f"example: jianghua {example}",
            formatter_class=_Defaults,
        )  # fmt: skip
        one.set_defaults(run=run)
        one.add_argument("--debug", action="store_true", help="show the traceback of an error")
        return one

    def collection(one: argparse.ArgumentParser) -> None:
        one.add_argument(
            "collection", type=_path, metavar="corpus/NAME", help="folder of a collection"
        )

    one = verb(
        "add", _add, "read, clean, date and catalogue files", "add my-files --to corpus/mine"
    )
    one.add_argument("paths", nargs="+", type=_path, metavar="PATH", help="files or folders")
    one.add_argument("--to", required=True, type=_goal, metavar="corpus/NAME", help="collection")
    one.add_argument("--rights", default="", help="who may be given these texts")
    _scaling(one)

    one = verb("check", _check, "report every problem of a collection", "check corpus/mine --json")
    collection(one)
    one.add_argument("--json", action="store_true", help="the report as JSON")
    one.add_argument(
        "--model",
        action="store_true",
        help="report instead what changed since the model was fitted",
    )
    one.add_argument(
        "--guides", nargs="?", const=False, default=None, type=_path, metavar="FILE",
        help="show instead where the seed words of guides stand, and what is wrong with them",
    )  # fmt: skip
    one.add_argument(
        "--contexts", nargs="+", metavar="TERM",
        help="show instead where these terms stand, and what they are counted as there",
    )  # fmt: skip

    one = verb("count", _count, "segment and count words", "count corpus/mine")
    collection(one)
    one.add_argument(
        "--merge-variants", action="store_true", help="count short and full forms as one"
    )
    one.add_argument(
        "--repeats", choices=("keep", "once"), default="keep",
        help="once: leave out passages that an older speech holds",
    )  # fmt: skip
    _scaling(one, partitions=True)

    one = verb("fit", _fit, "fit topics", "fit corpus/mine --topics 20 --seed 1")
    collection(one)
    _fitting(one)
    one.add_argument("--topics", type=int, default=20, help="number of topics")
    one.add_argument("--seed", type=int, default=1, help="seed of the random start")
    one.add_argument(
        "--seeds", type=int, default=1,
        help="fit with so many seeds, from --seed on, and keep the fit most like the others",
    )  # fmt: skip
    one.add_argument("--guides", type=_path, default=None, help="themes with seed words (TOML)")
    one.add_argument("--no-guides", action="store_true", help="let all topics find their words")
    one.add_argument("--engine", choices=("scvb0", "gensim"), default="scvb0", help="how to fit")
    _scaling(one, partitions=True)

    one = verb("try", _try, "measure numbers of topics", "try corpus/mine --topics 10 20 30")
    collection(one)
    _fitting(one)
    one.add_argument("--topics", type=int, nargs="+", default=[10, 15, 20, 30], help="numbers")
    one.add_argument("--seeds", type=int, default=5, help="fits per number")
    one.add_argument(
        "--counts-only", action="store_true",
        help="no coherence over windows, which needs texts: the same table with and without them",
    )  # fmt: skip
    _scaling(one)

    one = verb("name", _name, "add topics to the names file", "name corpus/mine")
    collection(one)
    one.add_argument("--replay", type=_path, metavar="LOG", help="do the edits of a themes.log.csv")

    one = verb(
        "compare", _compare, "write the tables of the figures",
        "compare corpus/mine --years 1978-1992 2012-2026",
    )  # fmt: skip
    collection(one)
    one.add_argument("--years", type=_span, nargs="+", metavar=SPAN, help="two spans to compare")
    one.add_argument(
        "--by", choices=("year", "place", "level", "speaker"), default="year",
        help="what to compare; other than year: shares alone",
    )  # fmt: skip
    one.add_argument("--fits", type=int, default=0, help="refits whose spread widens the bands")
    _scaling(one)
    one.add_argument(
        "--reuse", choices=("keep", "once", "weight"), default="keep",
        help="repeated passages: keep all, count once, or weigh by their number",
    )  # fmt: skip
    one.add_argument("--terms", nargs="+", help="提法 to follow (default: all dated ones)")
    one.add_argument(
        "--model", type=_path, metavar="corpus/OTHER",
        help="place these speeches in the model of another collection instead",
    )  # fmt: skip
    one.add_argument("--themes", nargs="+", help="these themes, where a table holds a choice")
    one.add_argument("--speeches", nargs=2, metavar="ID", help="two speeches side by side instead")
    one.add_argument("--only", nargs="+", metavar="TABLE", help="these tables alone")
    one.add_argument("--to", type=_goal, metavar="FOLDER", help="folder of the tables (figures)")

    one = verb("draw", _draw, "draw figures from their tables", "draw theme_shares --language en")
    one.add_argument("names", nargs="*", metavar="NAME", help="figures (default: all with a table)")
    one.add_argument("--figures", type=_path, default=Path("figures"), help="folder of the tables")
    one.add_argument("--language", choices=("zh", "en"), default="zh", help="of the labels")

    one = verb("explore", _explore, "write a page that shows the topics", "explore corpus/mine")
    collection(one)
    one.add_argument("--to", type=_goal, metavar="FOLDER", help="folder of the page (figures)")
    one.add_argument("--language", choices=("zh", "en"), default="zh", help="of the page")
    one.add_argument("--years", type=_span, nargs="+", metavar=SPAN, help="two spans for keyness")

    one = verb(
        "kwic", _kwic, "show a term in its contexts", "kwic 解放思想 corpus/mine --year 1978"
    )
    one.add_argument("term", help="the words to look for, literally")
    collection(one)
    one.add_argument("--year", type=_span, metavar=SPAN, help="a year or a span of years")
    one.add_argument("--width", type=int, default=20, help="characters on either side")

    one = verb(
        "validate", _validate, "let people test the topics", "validate corpus/mine make --coders 3"
    )
    collection(one)
    _validating(one)

    one = verb("pack", _pack, "put a study into one zip, without its texts", "pack corpus/mine")
    collection(one)
    one.add_argument("--to", type=_goal, metavar="FILE", help="the zip (build/NAME.zip)")
    one.add_argument(
        "--hold-back", type=int, default=0, metavar="N",
        help="do not hand on counts of words said fewer than N times or in one speech only",
    )  # fmt: skip
    one.add_argument("--figures", type=_path, metavar="FOLDER", help="folder of results (figures)")

    one = verb("unpack", _unpack, "unpack and check such a zip", "unpack mine.zip --to reviewed")
    one.add_argument("archive", type=_path, metavar="FILE", help="the zip")
    one.add_argument("--to", type=_goal, required=True, metavar="FOLDER", help="a new folder")

    one = verb(
        "replay", _replay, "compare tables with those made again",
        "replay results/figures results/again",
    )  # fmt: skip
    one.add_argument("packed", type=_path, help="folder of tables")
    one.add_argument("again", type=_path, help="folder of the same tables made again")
    one.add_argument("--digits", type=int, default=6, help="significant digits that must agree")

    one = verb("fetch", _fetch, "fetch the texts of a shipped collection", "fetch national")
    one.add_argument("name", type=_path, metavar="NAME", help="a collection, or its folder")
    one.add_argument(
        "--from", dest="base", default="", metavar="ADDRESS",
        help="a mirror of raw.githubusercontent.com (also: JIANGHUA_FETCH_FROM)",
    )  # fmt: skip

    one = verb(
        "export", _export, "counts or results for other programs",
        "export corpus/mine --format matrixmarket --pruned",
    )  # fmt: skip
    collection(one)
    one.add_argument(
        "--format", default="long",
        choices=("long", "wide", "matrixmarket", "lda-c", "results", "parquet"),
        help="counts as CSV, MatrixMarket or LDA-C; results as CSV or Parquet",
    )  # fmt: skip
    one.add_argument("--pruned", action="store_true", help="the counts the model was fitted to")
    one.add_argument("--to", type=_goal, metavar="FOLDER", help="(build/NAME/export/FORMAT)")

    one = verb(
        "import", _import, "a collection from counts of another program",
        "import counts.csv --to corpus/mine --metadata about.csv",
    )  # fmt: skip
    one.add_argument(
        "path", type=_path, metavar="PATH",
        help="CSV (document, word, count, or a column a word), .mtx or .ldac with vocabulary.txt "
        "and documents.txt beside it, extracted features (.json, .json.bz2), or a folder",
    )  # fmt: skip
    one.add_argument("--to", type=_goal, required=True, metavar="corpus/NAME", help="collection")
    one.add_argument("--metadata", type=_path, metavar="FILE", help="table of documents (CSV)")

    one = verb("cite", _cite, "what a study should cite", "cite corpus/mine --format text")
    one.add_argument(
        "collection", type=_path, nargs="?", metavar="corpus/NAME", help="a collection"
    )
    one.add_argument("--format", choices=("bibtex", "text"), default="bibtex", help="of the list")
    one.add_argument(
        "--figures", type=_path, metavar="FOLDER", help="folder of its tables (figures)"
    )
    return parser


def _validating(one: argparse.ArgumentParser) -> None:
    one.add_argument("step", choices=("make", "score"), help="make sheets, or score the answers")
    one.add_argument("--coders", type=int, default=2, help="make: how many people will answer")
    one.add_argument("--seed", type=int, default=1, help="make: seed of the draw")
    one.add_argument("--items", type=int, default=1, help="make: questions per topic and test")
    one.add_argument(
        "--tests", nargs="+", default=[], metavar="TEST",
        help="make: of word_intrusion, topic_intrusion, word_set_intrusion, labels (all)",
    )  # fmt: skip
    one.add_argument("--language", choices=("zh", "en"), default="zh", help="make: of the forms")
    one.add_argument(
        "--answers", type=_path, nargs="+", default=[], metavar="PATH",
        help="score: CSV files or folders (build/NAME/validation/answers)",
    )  # fmt: skip
    one.add_argument(
        "--to", type=_goal, metavar="FOLDER", help="score: folder of the tables (figures)"
    )


def _fitting(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--min-speeches",
        type=int,
        default=None,
        help="leave out words of fewer speeches (5, or a tenth of the speeches if that is less)",
    )


def _scaling(one: argparse.ArgumentParser, partitions: bool = False) -> None:
    one.add_argument(
        "--cluster", metavar="ADDRESS",
        help="share the work out on a Dask cluster; local: processes of this machine",
    )  # fmt: skip
    if partitions:
        one.add_argument(
            "--partitions", metavar="WHERE",
            help="counts in Parquet partitions at this folder or address, for more than fits memory",
        )  # fmt: skip


class _Defaults(argparse.ArgumentDefaultsHelpFormatter):
    """Shows a default that says something: not None, False, an empty text or no list."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        told = action.default not in (None, False, "", [])
        return super()._get_help_string(action) if told else action.help


class _Version(argparse.Action):
    """Looks the version up when it is asked for: metadata are slow to read."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        say([f"jianghua {version('jianghua')}"])
        parser.exit()


if __name__ == "__main__":
    sys.exit(main())
