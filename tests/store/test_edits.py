"""Edits of topic names on disk: entries change one by one, writers do not overwrite each other."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from jianghua.errors import JianghuaError
from jianghua.store.edits import log_of, read_edits, read_ledger, replay_log, save_step
from jianghua.store.namings import add_namings
from jianghua.topics.model import TopicModel
from jianghua.topics.renaming import join, rename, set_aside, themes_under, undo
from jianghua.topics.themes import name_themes, read_namings, read_themes

ROOT = Path(__file__).parents[2]


def test_a_name_is_saved_and_found_again(toy_model: TopicModel, tmp_path: Path) -> None:
    """A saved name is what read_themes gives; the log has one line that says the same."""
    path = tmp_path / "themes.toml"
    save_step(path, toy_model, rename(name_themes(toy_model), 0, "实验", "样机 and 专利"))
    assert read_themes(path, toy_model).members[0] == "实验"
    [edit] = read_edits(log_of(path))
    assert (
        edit.action, edit.topic, edit.old, edit.new, edit.why,
    ) == ("rename", 0, "", "实验", "样机 and 专利")  # fmt: skip


def test_everything_else_stays(toy_model: TopicModel, tmp_path: Path) -> None:
    """Comments, own keys and other entries of the file stay byte for byte."""
    path = tmp_path / "themes.toml"
    add_namings(path, toy_model)
    written = path.read_text() + '\n# a note at the end\n[mine]\nkey = "x"\n'
    path.write_text(written.replace("[topic.1]", "# why this one\n[topic.1]"))
    before = path.read_text()
    save_step(path, toy_model, rename(read_themes(path, toy_model), 0, "实验"))
    assert before.replace('name = ""', 'name = "实验"', 1) == path.read_text()


def test_somebody_was_quicker(toy_model: TopicModel, tmp_path: Path) -> None:
    """A topic renamed by another since it was looked at is not renamed over; others are saved."""
    path = tmp_path / "themes.toml"
    seen = name_themes(toy_model)
    save_step(path, toy_model, rename(seen, 0, "甲"))
    with pytest.raises(JianghuaError, match="topic 0 is called “甲” by now"):
        save_step(path, toy_model, rename(seen, 0, "乙"))
    after = save_step(path, toy_model, rename(seen, 1, "丙"))
    assert (after.names[0], after.names[1]) == ("甲", "丙")


def test_names_of_another_fit_are_not_lost(toy_model: TopicModel, tmp_path: Path) -> None:
    """Names of another fit that find no topic here are told, and kept under [lost] by a save."""
    path = tmp_path / "themes.toml"
    path.write_text('model = "other"\n[topic.0]\nname = "远方"\nwords = ["甲", "乙"]\n')
    ledger = read_ledger(path, toy_model)
    assert ledger.lost == ("远方",)
    after = save_step(path, toy_model, rename(name_themes(toy_model), 0, "实验"), ledger.fit)
    assert (after.fit, after.names[0]) == (toy_model.checksum, "实验")
    assert 'name = "远方"' in path.read_text().split("[lost")[1]


def test_a_file_gone_to_another_fit_is_refused(toy_model: TopicModel, tmp_path: Path) -> None:
    """A file that another fit took over since it was looked at is left as it is."""
    path = tmp_path / "themes.toml"
    add_namings(path, toy_model)
    seen = read_ledger(path, toy_model).fit
    path.write_text(path.read_text().replace(toy_model.checksum, "another"))
    before = path.read_bytes()
    with pytest.raises(JianghuaError, match="another fit by now"):
        save_step(path, toy_model, rename(name_themes(toy_model), 0, "实验"), seen)
    assert before == path.read_bytes()
    assert not log_of(path).exists()


def test_english_follows_its_name(toy_model: TopicModel, tmp_path: Path) -> None:
    """An English name goes when its name goes, and comes back with it."""
    path = tmp_path / "themes.toml"
    add_namings(path, toy_model)
    text = path.read_text().replace('name = ""', 'name = "实验"\nenglish = "laboratory"', 1)
    path.write_text(text)
    themes = read_themes(path, toy_model)
    joined = save_step(path, toy_model, join(themes, 0, "种田"))
    assert read_themes(path, toy_model).english["种田"] == "fields"
    back = save_step(path, toy_model, undo(joined.log, toy_model.checksum))
    assert back.english["实验"] == "laboratory"
    assert read_themes(path, toy_model).english["实验"] == "laboratory"


def test_a_name_is_no_formula(toy_model: TopicModel, tmp_path: Path) -> None:
    """A name that a spreadsheet would run is quoted in the log and read back as it was."""
    path = tmp_path / "themes.toml"
    save_step(path, toy_model, rename(name_themes(toy_model), 0, '=HYPERLINK("x")'))
    assert ",'=HYPERLINK" in log_of(path).read_text().replace('"', "")
    assert read_edits(log_of(path))[0].new == '=HYPERLINK("x")'
    assert read_namings(path)[1][0].name == '=HYPERLINK("x")'


def test_a_damaged_log_is_refused(tmp_path: Path, toy_model: TopicModel) -> None:
    """A log that is none stops the edit in words, before a name is changed."""
    path = tmp_path / "themes.toml"
    log_of(path).write_text("step,action\nx,y\n")
    with pytest.raises(JianghuaError, match="not a log of edits"):
        save_step(path, toy_model, set_aside(name_themes(toy_model), 0))


def test_a_log_is_replayed_whole_or_not(toy_model: TopicModel, tmp_path: Path) -> None:
    """The edits of one names file are done to another by its log; where a step does not fit, none
    is done."""
    one, other = tmp_path / "one.toml", tmp_path / "other.toml"
    for topic, name in ((0, "甲"), (1, "乙")):
        save_step(
            one,
            toy_model,
            rename(themes_under(read_ledger(one, toy_model), toy_model), topic, name),
        )
    assert replay_log(other, toy_model, log_of(one)) == 2
    assert read_ledger(one, toy_model).names == read_ledger(other, toy_model).names
    third = tmp_path / "third.toml"
    save_step(third, toy_model, rename(name_themes(toy_model), 1, "丁"))
    before = third.read_bytes()
    with pytest.raises(JianghuaError, match="“丁” by now"):
        replay_log(third, toy_model, log_of(one))
    assert before == third.read_bytes()
    log_of(one).write_text(log_of(one).read_text().replace(toy_model.checksum, "another"))
    with pytest.raises(JianghuaError, match="no edits of this fit"):
        replay_log(third, toy_model, log_of(one))


class Died(BaseException):
    """The process was killed here."""


def test_an_edit_is_in_names_and_log_or_in_neither(
    toy_model: TopicModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever a save is broken off, the next reader finds the edit in both files or in neither,
    and the next edit goes on from there."""
    states = []
    for nth in range(1, 12):
        path = tmp_path / str(nth) / "themes.toml"
        add_namings(path, toy_model)
        save_step(path, toy_model, rename(name_themes(toy_model), 0, "甲"))
        steps = iter(range(1, 100))

        def broken(name, do, steps=steps, nth=nth):  # type: ignore[no-untyped-def]
            def step(*words, **how):  # type: ignore[no-untyped-def]
                if next(steps) >= nth:
                    raise Died(name)
                return do(*words, **how)

            return step

        with monkeypatch.context() as world:
            for name in ("rename", "replace", "fsync", "rmdir", "mkdir"):
                world.setattr(os, name, broken(name, getattr(os, name)))
            with contextlib.suppress(Died):
                save_step(path, toy_model, rename(read_themes(path, toy_model), 0, "乙"))
        ledger = read_ledger(path, toy_model)
        states.append((ledger.names[0], [edit.new for edit in ledger.log]))
        seen = themes_under(ledger, toy_model)
        after = save_step(path, toy_model, rename(seen, 0, "丙"))
        assert (after.names[0], after.log[-1].old) == ("丙", ledger.names[0])
    assert set(map(str, states)) == {str(("甲", ["甲"])), str(("乙", ["甲", "乙"]))}


RACER = """
import sys
from pathlib import Path
from jianghua.store.edits import read_ledger, save_step
from jianghua.topics.renaming import rename, themes_under
from tests.toy import toy_bag, toy_guides
from jianghua.topics.lda import fit_topics
path, topic = Path(sys.argv[1]), int(sys.argv[2])
model = fit_topics(toy_bag(), 3, toy_guides(), seed=1)
for n in range(20):
    themes = themes_under(read_ledger(path, model), model)
    save_step(path, model, rename(themes, topic, f"第{n}名之{topic}"))
"""


def test_two_writers_at_once(toy_model: TopicModel, tmp_path: Path) -> None:
    """Two programs that rename twenty times each leave both last names, and forty lines in order."""
    path = tmp_path / "themes.toml"
    racers = [
        subprocess.Popen([sys.executable, "-c", textwrap.dedent(RACER), str(path), topic], cwd=ROOT)
        for topic in "01"
    ]
    assert [racer.wait(timeout=60) for racer in racers] == [0, 0]
    ledger = read_ledger(path, toy_model)
    assert (ledger.names[0], ledger.names[1]) == ("第19名之0", "第19名之1")
    assert list(range(1, 41)) == [edit.step for edit in ledger.log]
    assert themes_under(ledger, toy_model).members[2] == "办学"
