"""Small windows that several screens ask with: one of a list, a line, a word that confirms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.fuzzy import Matcher
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from tcncode.text.safe import safe_line


class ListWindow(ModalScreen[int | None]):
    """One of some lines, narrowed by typing; gives the place of the chosen one."""

    DEFAULT_CSS = "ListWindow { align: center middle; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", id="list.cancel"),
        Binding("down", "step(1)", "Next", show=False, id="list.down"),
        Binding("up", "step(-1)", "Previous", show=False, id="list.up"),
    ]

    def __init__(self, asks: str, lines: Sequence[str]) -> None:
        super().__init__()
        self._asks, self._lines = asks, lines
        self._found: list[int] = []

    def compose(self) -> ComposeResult:
        """What is asked, what narrows it, the lines."""
        with Vertical(classes="window"):
            yield Label(Text(safe_line(self._asks)), classes="asks")
            yield Input(placeholder="type to narrow, enter takes the marked one")
            yield OptionList()

    def on_mount(self) -> None:
        """Show all."""
        self._show("")

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        self._show(event.value.strip())

    def _show(self, query: str) -> None:
        self._found = list(range(len(self._lines)))
        if query:
            match = Matcher(query).match
            scores = [match(line) for line in self._lines]
            self._found = sorted((n for n in self._found if scores[n]), key=lambda n: -scores[n])
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(
            Option(Text(safe_line(self._lines[n]), no_wrap=True, overflow="ellipsis"))
            for n in self._found
        )
        options.highlighted = 0 if self._found else None

    def action_step(self, step: int) -> None:
        """Move in the list while typing."""
        options = self.query_one(OptionList)
        if options.option_count:
            options.highlighted = ((options.highlighted or 0) + step) % options.option_count

    @on(Input.Submitted)
    def _take(self) -> None:
        place = self.query_one(OptionList).highlighted
        self.dismiss(None if place is None else self._found[place])

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._found[event.option_index])


class LineWindow(ModalScreen[str | None]):
    """A line to type; gives it, or None where it was left.

    ``refuses`` looks at what was typed and says what is wrong with it, so that the window stays
    until it is right.
    """

    DEFAULT_CSS = """
    LineWindow { align: center middle; }
    LineWindow .told { height: auto; max-height: 12; }
    LineWindow #wrong { height: auto; color: $text-error; text-style: bold; }
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
        refuses: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        super().__init__()
        self._asks, self._value, self._tells, self._refuses = asks, value, tells, refuses

    def compose(self) -> ComposeResult:
        """What is asked, what there is to know, the line."""
        with Vertical(classes="window"):
            yield Label(Text(safe_line(self._asks)), classes="asks")
            if self._tells:
                with VerticalScroll(classes="told", can_focus=False):
                    yield Static(Text("\n".join(safe_line(line) for line in self._tells)))
            yield Input(self._value, select_on_focus=True)
            yield Static(id="wrong")
            yield Label("enter does it   esc leaves", classes="hint")

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        wrong = self._refuses(event.value)
        if wrong is None:
            self.dismiss(event.value)
        else:
            self.query_one("#wrong", Static).update(Text(safe_line(wrong)))


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
            yield Static(Text(safe_line(self._words)))
