"""Learning from the coder's decisions while work goes on, in a process of its own.

A process, not a thread: training would hold the interpreter, and a key would wait for it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from tcncode.project import Project

EVERY = 20
"""Decisions after which the model is trained anew."""
SHARE = 0.01
"""Of the decisions that it knows: where that is more, so many new ones. Training costs more then,
and twenty more change less."""
BEHIND = 10
"""How far training stands behind other processes (``nice``, 0 to 19), where the system has that."""


@dataclass(frozen=True, slots=True)
class Learned:
    """A training has ended."""

    decisions: int
    """What it was begun after."""
    problem: str = ""
    """Why nothing came of it; empty where it went well."""


class Learner:
    """Trains a project's model when it has been decided on enough since it last was."""

    def __init__(self, project: Project, *, every: int = EVERY) -> None:
        self._project = project
        self._every = every
        # Of a model never trained: from here on, so that opening a study starts nothing.
        trained = project.decisions_learned()
        self._learned = project.decisions() if trained is None else trained
        self._seen: object = None
        """The project's state when its decisions were counted last."""
        self._process: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None
        self._begun = 0

    @property
    def busy(self) -> bool:
        """A training is going on."""
        return self._process is not None

    def look(self) -> Learned | None:
        """Begin a training where it is time to, or tell that one has ended. Returns at once."""
        if self._process is not None:
            return self._ended(self._process)
        state = self._project.state()
        if state == self._seen:
            return None
        self._seen = state
        made = self._project.decisions()
        # Undone decisions count back, and what was learned from them is unlearned likewise.
        if abs(made - self._learned) >= max(self._every, SHARE * self._learned):
            self._begin(made)
        return None

    def stop(self) -> None:
        """End a training that is going on; the model stays as it was."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._forget()

    def _begin(self, made: int) -> None:
        self._begun = made
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - open until the process has ended
        # -P: with -m alone, a click.py that lies beside the study would be run in place of click.
        command = [sys.executable, "-P", "-m", "tcncode", "-p", str(self._project.path.resolve())]
        command += ["--coder", self._project.coder, "suggest", "train", "--quiet"]
        # A session of its own: ctrl+c in the terminal is meant for the workbench.
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._said,
            start_new_session=True,
        )  # fmt: skip
        if hasattr(os, "setpriority"):
            with suppress(OSError):  # it has ended already, or may not be set back: no harm
                os.setpriority(os.PRIO_PROCESS, self._process.pid, BEHIND)

    def _ended(self, process: subprocess.Popen[bytes]) -> Learned | None:
        if process.poll() is None:
            return None
        problem = ""
        if process.returncode and self._said is not None:
            self._said.seek(0)
            lines = self._said.read().decode("utf-8", "replace").strip().splitlines()
            problem = lines[-1] if lines else f"it ended with {process.returncode}"
        # After a failure, too: the next try comes with the next decisions, not at once.
        self._learned, self._seen = self._begun, None
        self._forget()
        return Learned(self._begun, problem)

    def _forget(self) -> None:
        self._process = None
        if self._said is not None:
            self._said.close()
            self._said = None
