"""Learning while work goes on: when it begins, that it blocks nothing, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import time
from contextlib import nullcontext
from pathlib import Path

import pytest

import tcncode
from tcncode.project import Project
from tcncode.text import Span
from tcncode.tui import learner as learner_module
from tcncode.tui.learner import Learned, Learner


class Process:
    """Stands for the training: it ends when it is told to."""

    def __init__(self, command, *, stderr, **options):
        self.command, self.stderr, self.options = command, stderr, options
        self.returncode: int | None = None
        self.terminated = False
        self.pid = 2**31 - 1  # nobody's: systems count less far

    def poll(self):
        return self.returncode

    def terminate(self):
        self.terminated = True

    def wait(self):
        return 0


@pytest.fixture
def started(monkeypatch):
    """The processes that were begun."""
    made: list[Process] = []

    def begin(command, **options):
        made.append(Process(command, **options))
        return made[-1]

    monkeypatch.setattr(learner_module.subprocess, "Popen", begin)
    return made


@pytest.fixture
def learning():
    """Makes learners, and stops them at the end."""
    made: list[Learner] = []

    def make(project: Project, every: int) -> Learner:
        made.append(Learner(project, every=every))
        return made[-1]

    yield make
    for learner in made:
        learner.stop()


def decide(project: Project, n: int, at: int = 0) -> None:
    letter = project.document_id("letter")
    for k in range(at, at + n):
        project.code(letter, Span(k, k + 1 + 8), "sharing")


def test_it_begins_after_so_many_decisions_and_not_before(study, started, learning):
    decide(study, 5)
    learner = learning(study, 4)
    assert learner.look() is None and not started  # what was there before starts nothing
    decide(study, 3, at=5)
    assert learner.look() is None and not started
    decide(study, 1, at=8)
    assert learner.look() is None and learner.busy
    (process,) = started
    assert process.command[-3:] == ["suggest", "train", "--quiet"]
    assert str(study.path) in process.command
    assert process.options["start_new_session"]


def test_nothing_that_lies_beside_the_study_is_run(study, started, learning, monkeypatch):
    """The process starts in the folder of the workbench, often that of the study."""
    learner = learning(study, 1)
    decide(study, 1)
    learner.look()
    command = started[0].command
    here = study.path.parent
    (here / "click.py").write_text("raise SystemExit('click.py was run')", encoding="utf-8")
    monkeypatch.undo()  # a real process now
    monkeypatch.setenv("PYTHONPATH", str(Path(tcncode.__file__).parents[1]))
    asked = [*command[: command.index("-p")], "--version"]
    done = subprocess.run(asked, cwd=here, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert tcncode.__version__ in done.stdout


@pytest.mark.skipif(not hasattr(os, "setpriority"), reason="this system has no os.setpriority")
def test_the_process_lets_others_go_first_and_may_have_ended(study, started, learning, monkeypatch):
    asked = []

    def gone(*what):
        asked.append(what)
        raise ProcessLookupError

    monkeypatch.setattr(learner_module.os, "setpriority", gone)
    learner = learning(study, 1)
    decide(study, 1)
    learner.look()
    assert asked == [(os.PRIO_PROCESS, started[0].pid, learner_module.BEHIND)]
    started[0].returncode = 0
    assert learner.look() == Learned(1)


def test_it_trains_once_at_a_time_and_tells_when_it_is_done(study, started, learning):
    learner = learning(study, 2)
    decide(study, 2)
    learner.look()
    decide(study, 2, at=2)
    assert learner.look() is None and len(started) == 1
    started[0].returncode = 0
    assert learner.look() == Learned(2)
    learner.look()
    assert len(started) == 2  # those made meanwhile


def test_a_failure_is_told_and_not_tried_again_at_once(study, started, learning):
    learner = learning(study, 2)
    decide(study, 2)
    learner.look()
    started[0].stderr.write(b"There is nothing to learn from.\n")
    started[0].returncode = 1
    assert learner.look() == Learned(2, "There is nothing to learn from.")
    assert learner.look() is None and len(started) == 1


def test_a_training_ends_with_the_workbench(study, started, learning):
    learner = learning(study, 1)
    decide(study, 1)
    learner.look()
    learner.stop()
    assert started[0].terminated and not learner.busy


def test_the_real_process_trains_and_looking_never_waits_for_it(study, learning):
    learner = learning(study, 20)
    decide(study, 20)
    longest, ended, until = 0.0, None, time.monotonic() + 240
    while ended is None and time.monotonic() < until:
        before = time.thread_time()
        ended = learner.look()
        longest = max(longest, time.thread_time() - before)
        time.sleep(0.2)
    assert ended == Learned(20)
    # CPU of this thread, not the clock: the machine may be busy, what is asked is who works.
    assert longest < 0.5
    assert study.decisions_learned() == 20
    kept = study._store.suggester()
    assert kept is not None and json.loads(kept[1])["codings"] == 20


@pytest.mark.skipif(not hasattr(os, "setpriority"), reason="this system has no os.setpriority")
def test_the_real_process_stands_behind_and_this_one_stays_where_it_is(study, learning):
    here = os.getpriority(os.PRIO_PROCESS, 0)
    learner = learning(study, 1)
    decide(study, 1)
    learner.look()
    assert learner._process is not None
    behind = max(here, learner_module.BEHIND)
    assert os.getpriority(os.PRIO_PROCESS, learner._process.pid) == behind
    assert os.getpriority(os.PRIO_PROCESS, 0) == here


def test_the_command_line_prints_nothing_when_asked_and_changes_nothing_else(
    study, tcncode, monkeypatch
):
    asked = []
    for setter in ("nice", "setpriority"):
        monkeypatch.setattr(os, setter, lambda *what: asked.append(what), raising=False)

    monkeypatch.setattr(Project, "train_suggester", lambda self, **_: object())
    monkeypatch.setattr(
        "tcncode.cli.suggest_learning.progress", lambda label: asked.append(label) or nullcontext()
    )
    ran = tcncode("-p", study.path, "suggest", "train", "--quiet")
    assert (ran.code, ran.out, ran.err, asked) == (0, "", "", [])


def test_where_there_are_many_decisions_it_waits_for_a_hundredth_of_them(
    study, started, learning, monkeypatch
):
    now = {"made": 2000}
    monkeypatch.setattr(Project, "decisions", lambda self: now["made"])
    monkeypatch.setattr(Project, "state", lambda self: now["made"])
    learner = learning(study, 20)

    def begun(made):
        now["made"] = made
        learner.look()
        if learner.busy and started[-1].returncode is None:
            started[-1].returncode = 0
            learner.look()
        return len(started)

    assert [begun(n) for n in (2019, 2020)] == [0, 1]
    assert begun(10_000) == 2
    assert [begun(n) for n in (10_099, 10_100)] == [2, 3]
