"""A project being made: what goes on, what came of it, and a way to stop it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.screen import Screen
from textual.widgets import ProgressBar, Static
from textual.worker import Worker, get_current_worker

from tcncode.errors import TcncodeError
from tcncode.text.safe import safe_line
from tcncode.tui.key_line import KeyLine

if TYPE_CHECKING:
    from tcncode.making import Say
    from tcncode.project import Progress

Work = Callable[["Say", "Progress"], Path]
"""Makes a project, saying what it does, and gives its file. Runs in a thread of its own."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: a project, or why there is none."""

    path: Path | None
    problem: str = ""


class _Stopped(Exception):
    """Whoever began it does not want it any more."""


class MakingScreen(Screen[Outcome]):
    """Runs the work in a thread; the project it opens there is closed there."""

    CSS = """
    MakingScreen VerticalScroll { height: 1fr; padding: 1 2; }
    MakingScreen ProgressBar { width: 100%; padding: 0 2; }
    MakingScreen Bar { width: 1fr; }
    MakingScreen PercentageStatus { width: 6; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "begin", "Begin", id="making.begin", tooltip="Begin to code"),
        Binding("escape,backspace", "stop", "Stop", id="making.stop", tooltip="Make no project"),
    ]

    @dataclass
    class Said(Message):
        """The work has something to tell."""

        line: str

    @dataclass
    class Advanced(Message):
        """So many are done, of so many; 0 where nobody knows."""

        done: int
        total: int

        def can_replace(self, message: Message) -> bool:
            """A later count makes an earlier one pointless."""
            return isinstance(message, MakingScreen.Advanced)

    @dataclass
    class Ended(Message):
        """The work is over."""

        outcome: Outcome

    def __init__(self, title: str, work: Work) -> None:
        super().__init__()
        self._title, self._work = title, work
        self._lines: list[str] = []
        self._outcome: Outcome | None = None
        self._worker: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        """Title, what was said, how far it is."""
        yield Static(Text(f" {safe_line(self._title)}", style="bold"), id="title")
        with VerticalScroll(can_focus=True):
            yield Static(id="said")
        yield ProgressBar(show_eta=False)
        yield Static(Text("esc stops; then no project is made."), id="status")
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin."""
        self._worker = self.run_worker(self._run, thread=True, exit_on_error=False)

    def _run(self) -> None:
        """In the thread: touches no widget."""
        worker = get_current_worker()

        def say(line: str) -> None:
            self.post_message(self.Said(line))

        def progress(done: int, total: int) -> None:
            if worker.is_cancelled:
                raise _Stopped
            self.post_message(self.Advanced(done, total))

        try:
            outcome = Outcome(self._work(say, progress))
        except _Stopped:
            outcome = Outcome(None, "Stopped. No project was made.")
        except TcncodeError as error:
            outcome = Outcome(None, str(error))
        except Exception as error:  # whatever it is, the screen must not wait for ever
            outcome = Outcome(None, f"It could not be made ({type(error).__name__}: {error}).")
        self.post_message(self.Ended(outcome))

    @on(Said)
    def _said(self, event: Said) -> None:
        self._lines.append(safe_line(event.line))
        self.query_one("#said", Static).update(Text("\n".join(self._lines)))

    @on(Advanced)
    def _advanced(self, event: Advanced) -> None:
        self.query_one(ProgressBar).update(total=event.total or None, progress=event.done)

    @on(Ended)
    def _ended(self, event: Ended) -> None:
        self._outcome = event.outcome
        if event.outcome.path is None:
            self.dismiss(event.outcome)
            return
        self.query_one(ProgressBar).update(total=1, progress=1)
        line = f"{event.outcome.path} is ready. enter begins to code."
        self.query_one("#status", Static).update(Text(safe_line(line), style="bold"))
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """One can begin when it is made, and stop before."""
        made = self._outcome is not None
        return {"begin": made, "stop": not made}.get(action, True)

    def action_begin(self) -> None:
        """Open what was made."""
        if self._outcome is not None:
            self.dismiss(self._outcome)

    def action_stop(self) -> None:
        """Make nothing; the thread stops at the next file and cleans up."""
        if self._worker is not None:
            self._worker.cancel()
            self.query_one("#status", Static).update("Stopping ...")


def receipt(lines: Sequence[str], limit: int = 200) -> list[str]:
    """The lines to show; of very many only the first."""
    more = len(lines) - limit
    return [*lines[:limit], f"... and {more} more"] if more > 0 else list(lines)
