"""Small windows that several screens ask with: a line, a yes or no; and one to read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, TypeVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from tcncode.text.safe import safe_line

HINT = "enter does it   esc leaves"
_LEAST = 8
"""Rows. A window that had fewer above or below a passage lies over it."""
Answer = TypeVar("Answer")


class Window(ModalScreen[Answer]):
    """A window that can leave some rows of the terminal in sight: what it asks about."""

    DEFAULT_CSS = "Window { background: $background 40%; }"
    leaves: tuple[int, int] | None = None
    """The first and the last of those rows."""

    def on_mount(self) -> None:
        """Stand below these rows, or above them where there is more room."""
        if self.leaves is not None:
            self._stand_clear(*self.leaves)

    def _stand_clear(self, first: int, last: int) -> None:
        below = self.app.size.height - last - 1
        room = max(first, below)
        window = self.query_one(".window")
        if room < _LEAST:
            return
        self.styles.align_vertical = "bottom" if below >= first else "top"
        window.styles.max_height = room
        # Of what has several rows, only these need not have all of them at once.
        growing = window.query("OptionList, TextArea, VerticalScroll")
        others = len([part for part in window.children if part not in growing])
        for part in growing:
            part.styles.max_height = max(room - others - 2, 3)


class LineWindow(Window[str | None]):
    """A line to type; gives it, or None where it was left.

    ``refuses`` looks at what was typed and says what is wrong with it, so that the window stays
    until it is right.
    """

    DEFAULT_CSS = """
    LineWindow { align: center middle; }
    LineWindow .told { height: auto; max-height: 12; }
    LineWindow #wrong { display: none; height: auto; color: $text-error; text-style: bold; }
    LineWindow #wrong.-said { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", id="line.cancel"),
    ]

    def __init__(
        self,
        asks: str,
        value: str = "",
        *,
        tells: Sequence[str] = (),
        hint: str = HINT,
        refuses: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        super().__init__()
        self._asks, self._value, self._tells = asks, value, tells
        self._hint, self._refuses = hint, refuses

    def compose(self) -> ComposeResult:
        """What is asked, what there is to know, the line."""
        with Vertical(classes="window"):
            yield Label(Text(safe_line(self._asks)), classes="asks")
            if self._tells:
                with VerticalScroll(classes="told", can_focus=False):
                    yield Static(Text("\n".join(safe_line(line) for line in self._tells)))
            yield Input(safe_line(self._value), select_on_focus=True)
            yield Static(id="wrong")
            yield Label(self._hint, classes="hint")

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        wrong = self._refuses(event.value)
        if wrong is None:
            self.dismiss(event.value)
        else:
            line = self.query_one("#wrong", Static)
            line.update(Text(safe_line(wrong)))
            line.add_class("-said")


class ConfirmWindow(Window[bool]):
    """Says what is about to be done, and what comes with it; True where it is to be done."""

    DEFAULT_CSS = """
    ConfirmWindow { align: center middle; }
    ConfirmWindow VerticalScroll { height: auto; max-height: 16; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "dismiss(True)", "Do it", id="confirm.do"),
        Binding("escape,n", "dismiss(False)", "Leave it", id="confirm.leave"),
    ]

    def __init__(self, asks: str, tells: Sequence[str] = (), *, hint: str = HINT) -> None:
        super().__init__()
        self._asks, self._tells, self._hint = asks, tells, hint

    def compose(self) -> ComposeResult:
        """What, in a line; then all that comes with it."""
        with Vertical(classes="window"):
            yield Label(Text(safe_line(self._asks)), classes="asks")
            with VerticalScroll(can_focus=bool(self._tells)):
                for line in self._tells:
                    yield Static(Text(safe_line(line)), classes="told")
            yield Label(self._hint, classes="hint")


class LeaveWindow(ConfirmWindow):
    """Asks before something typed is lost with the program; ctrl+q once more is an answer."""

    def __init__(self, unkept: str, tells: Sequence[str] = ()) -> None:
        hint = "enter leaves   esc goes back to it   everything else is saved"
        super().__init__(f"Leave without keeping {unkept}?", tells, hint=hint)


class TextWindow(ModalScreen[None]):
    """Something to read; any of the keys that close a window closes it."""

    DEFAULT_CSS = "TextWindow { align: center middle; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q,i,backspace", "dismiss", "Close", id="text.close"),
    ]

    def __init__(self, title: str, words: str) -> None:
        super().__init__()
        self._title, self._words = title, words

    def compose(self) -> ComposeResult:
        """Title and words."""
        with VerticalScroll(classes="window"):
            yield Label(Text(safe_line(self._title)), classes="asks")
            yield Static(Text("\n".join(map(safe_line, self._words.split("\n")))))
