"""A project under any sequence of verbs, kills, full disks, edits by hand and lost caches shows the
state of before or of after each of them, never a third one."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.examples import AT_LEAST
from tests.torture.breaking import KINDS, MINE, Run, make_project, run, seen

VERBS = {
    "add": ("add", "more", "--to", MINE),
    "count": ("count", MINE),
    "fit 3": ("fit", MINE, "--topics", "3", "--no-guides"),
    "fit 4": ("fit", MINE, "--topics", "4", "--no-guides", "--seed", "2"),
    "name": ("name", MINE),
    "compare": ("compare", MINE, "--only", "theme_shares", "topic_years"),
}


class Project(RuleBasedStateMachine):
    """A project on disk, and what was seen in it last."""

    made: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp()).resolve()
        self.project = Path(shutil.copytree(self.made, self.folder / "project"))
        self.edits = 0

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @rule(verb=st.sampled_from(sorted(VERBS)))
    def runs_to_its_end(self, verb: str) -> None:
        ended = run(self.project, VERBS[verb])
        assert "Traceback" not in ended.said
        assert ended.status == 0, ended

    @rule(
        verb=st.sampled_from(sorted(VERBS)),
        step=st.integers(1, 40),
        kind=st.sampled_from(KINDS),
    )
    def is_broken_off(self, verb: str, step: int, kind: str) -> None:
        """What is left of a broken run is what an undisturbed one would have left, or what was."""
        before = seen(self.project)
        undisturbed = Path(shutil.copytree(self.project, self.folder / "undisturbed"))
        assert run(undisturbed, VERBS[verb]).status == 0
        after = seen(undisturbed)
        shutil.rmtree(undisturbed)
        ended = run(self.project, VERBS[verb], step, kind)
        assert _ended_in_words(ended), ended
        found = seen(self.project)
        third = [part for part in found if found[part] not in (before.get(part), after.get(part))]
        assert third == []

    @rule()
    def words_are_added_by_hand(self) -> None:
        self.edits += 1
        own = self.project / "corpus" / "lexicon" / "own.csv"
        own.parent.mkdir(exist_ok=True)
        own.write_text(f"term,kind\n水稻{'黄绿青'[self.edits % 3]}了,word\n", encoding="utf-8")

    @rule()
    def what_can_be_made_again_is_deleted(self) -> None:
        shutil.rmtree(self.project / "build" / "mine" / "unfinished", ignore_errors=True)
        shutil.rmtree(self.project / "figures", ignore_errors=True)

    @invariant()
    def all_can_be_read(self) -> None:
        seen(self.project)


def _ended_in_words(ended: Run) -> bool:
    return ended.status in (-9, 0, 1) and "Traceback" not in ended.said


@pytest.fixture(scope="module", autouse=True)
def made(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The project that every sequence begins with."""
    Project.made = tmp_path_factory.mktemp("states")
    make_project(Project.made, ("compare",))


TestStates = Project.TestCase
# a sequence takes as long as twenty examples of another property
TestStates.settings = settings(max_examples=max(2, AT_LEAST // 20), stateful_step_count=5)
