"""What every screen that looks at the open project has: title, status, palette, undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, Protocol, cast

from rich.text import Text
from textual.screen import Screen
from textual.widgets import Static

from tcncode.errors import ProjectError, TcncodeError
from tcncode.model import TakenBack
from tcncode.text import Span
from tcncode.text.safe import safe_line
from tcncode.tui.palette import Palette
from tcncode.tui.taking_back import what_goes, where
from tcncode.tui.windows import ConfirmWindow

if TYPE_CHECKING:
    from tcncode.project import Project

Kind = Literal["undo", "redo"]


class _Goes(Protocol):
    """An app that can show a place in a text."""

    def go_to(self, document_id: str, span: Span) -> None:
        """Open the document and select the span."""


class StudyScreen(Screen[None]):
    """A screen over the project. It has a ``Static`` with the id title and one with status."""

    def __init__(self, project: Project) -> None:
        super().__init__()
        self.project = project
        self.seen = project.state()
        """The project's state that is on show; differs from its own after anybody saved."""
        self.unsaved = ""
        """What the last thing done failed with, where the file could not be written; empty once
        something is saved. Beside a text it stays said until then, or until esc."""
        self._palette: tuple[object, Palette] | None = None

    # What a screen of its own says of itself

    def read_back(self) -> None:
        """Show the project as it is now."""

    def theme_changed(self) -> None:
        """Codes have other colours now."""

    # What all do

    def on_mount(self) -> None:
        """Follow the theme."""
        self.app.theme_changed_signal.subscribe(
            self, lambda _: self.call_after_refresh(self.theme_changed)
        )

    @property
    def palette(self) -> Palette:
        """How codes look here and now."""
        app, book = self.app, self.project.codebook
        colours = None if app.no_color else app.console.color_system
        key = (app.theme, colours, book.codes)
        if self._palette is None or self._palette[0] != key:
            dark = app.current_theme.dark
            self._palette = key, Palette(book, dark=dark, colours=colours)
        return self._palette[1]

    def say(self, words: str, bad: bool = False) -> None:
        """What happened, at the foot, whole; gone when the cursor moves on."""
        say_in(self.query_one("#status", Static), words, bad=bad)

    def say_here(self, words: str) -> None:
        """What is at the cursor, in one line at the foot: the beginning tells most of it."""
        status = self.query_one("#status", Static)
        status.remove_class("-bad", "-long")
        status.update(one_line(words), layout=False)

    def say_title(self, words: str | Text) -> None:
        """The line at the top: what is on show, and how much of it."""
        line = one_line(words, "bold") if isinstance(words, str) else words
        self.query_one("#title", Static).update(line, layout=False)

    def attempt(self, does: Callable[[], str]) -> bool:
        """Do something with the project, say what, and show the project as it is then."""
        try:
            said, bad, self.unsaved = does(), False, ""
        except ProjectError as error:
            said = self.unsaved = f"NOT SAVED: {error}"
            bad = True
        except TcncodeError as error:
            said, bad = str(error), True
        self.read_back()
        self.say(said, bad=bad)
        return not bad

    @property
    def document_on_screen(self) -> str | None:
        """Id of the document that is before the coder's eyes, where it is one."""
        return None

    def action_undo(self) -> None:
        """Take one's last action back; asked first where much or a document goes with it."""
        try:
            back = self.project.would_take_back("undo")
        except TcncodeError as error:
            self.say(str(error), bad=True)
            return
        tells = what_goes(back, self._named) if back is not None else []
        if back is None or not tells:
            self.take_back("undo", back)
            return

        def answered(yes: bool | None) -> None:
            if not yes:
                self.say("Left as it was.")
            elif self.project.would_take_back("undo") == back:
                self.take_back("undo", back)
            else:
                self.say("Something was done meanwhile: u again tells what it was.", bad=True)

        self.app.push_screen(ConfirmWindow(f'Take back "{back.what}"?', tells), answered)

    def action_redo(self) -> None:
        """Do it again."""
        try:
            self.take_back("redo", self.project.would_take_back("redo"))
        except TcncodeError as error:
            self.say(str(error), bad=True)

    def take_back(self, kind: Kind, back: TakenBack | None) -> None:
        """Undo or redo, and show the project as it is then."""
        self.attempt(lambda: self.taken_back(kind, back))

    def taken_back(self, kind: Kind, back: TakenBack | None) -> str:
        """Undo or redo; what was done and, where it cannot be seen, in which document."""
        # Asked before: an import that is taken back takes the name along.
        place = where(back, self._named, self.document_on_screen)
        what = self.project.undo() if kind == "undo" else self.project.redo()
        return f"{'undone' if kind == 'undo' else 'done again'}{place}: {what}"

    def _named(self, document: str) -> str:
        try:
            return self.project.document_entry(document).name
        except TcncodeError:
            return "a document that is not here"

    def look_outside(self) -> None:
        """Show what was written meanwhile by another process, or on another screen."""
        if self.is_current and self.project.state() != self.seen:
            self.read_back()

    def go_to(self, document: str, span: Span) -> None:
        """Leave for a place in a text."""
        cast(_Goes, self.app).go_to(document, span)


def say_in(status: Static, words: str, *, bad: bool = False) -> None:
    """A message in a status line, which grows to three where one is too short for it."""
    room = status.app.size.width - 2
    line = Text(safe_line(words))
    long = line.cell_len > room
    status.set_class(bad, "-bad")
    status.set_class(long, "-long")
    status.update(line if long else one_line(words), layout=long)


def told(error: Exception) -> TcncodeError:
    """Whatever went wrong in a thread, as something to be shown: a fault of the program, too."""
    if isinstance(error, TcncodeError):
        return error
    words = f"{type(error).__name__}: {error}".rstrip(": ")
    return TcncodeError(f"That failed ({words}). What was saved before is safe.")


def one_line(words: str, style: str = "") -> Text:
    """Words for a line of the screen: harmless, and cut at its end."""
    return Text(safe_line(words), style, no_wrap=True, overflow="ellipsis")
