"""Small windows for any screen: one of several things, yes or no, a line of words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from tcncode.search import fold
from tcncode.text.safe import safe_line


class ChoiceWindow(ModalScreen[str | None]):
    """One of several values, narrowed by typing; None where it is left."""

    DEFAULT_CSS = "ChoiceWindow { align: center middle; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", id="choice.cancel"),
        Binding("down", "step(1)", "Next", show=False, id="choice.down"),
        Binding("up", "step(-1)", "Previous", show=False, id="choice.up"),
    ]

    def __init__(self, asks: str, choices: Sequence[tuple[str, str]], chosen: str = "") -> None:
        """``choices`` are values with what is shown for each."""
        super().__init__()
        self._asks, self._choices, self._chosen = asks, choices, chosen
        self._found: list[str] = []

    def compose(self) -> ComposeResult:
        """The question, what is typed, the choices."""
        with Vertical(classes="window"):
            yield Label(Text(safe_line(self._asks)), classes="asks")
            yield Input(placeholder="part of the name")
            yield OptionList()

    def on_mount(self) -> None:
        """Show all, the present one highlighted."""
        self._show("")
        if self._chosen in self._found:
            self.query_one(OptionList).highlighted = self._found.index(self._chosen)

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        self._show(event.value)

    def _show(self, typed: str) -> None:
        wanted = fold(typed.strip())[0]
        kept = [(value, shown) for value, shown in self._choices if wanted in fold(shown)[0]]
        self._found = [value for value, _ in kept]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(
            Option(Text(safe_line(shown), no_wrap=True, overflow="ellipsis")) for _, shown in kept
        )
        options.highlighted = 0 if kept else None

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


class ConfirmWindow(ModalScreen[bool]):
    """Yes or no to something that is much at once."""

    DEFAULT_CSS = "ConfirmWindow { align: center middle; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "dismiss(True)", "Yes", id="confirm.yes"),
        Binding("escape,n", "dismiss(False)", "No", id="confirm.no"),
    ]

    def __init__(self, asks: str) -> None:
        super().__init__()
        self._asks = asks

    def compose(self) -> ComposeResult:
        """The question, and what the keys answer."""
        with Vertical(classes="window"):
            yield Label(Text(safe_line(self._asks)), classes="asks")
            yield Label("enter does it   esc leaves it", classes="hint")


class LineWindow(ModalScreen[str | None]):
    """A line of words, which may be none; None where it is left."""

    DEFAULT_CSS = "LineWindow { align: center middle; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", id="line.cancel"),
    ]

    def __init__(self, asks: str, line: str = "") -> None:
        super().__init__()
        self._asks, self._line = asks, line

    def compose(self) -> ComposeResult:
        """One line."""
        with Vertical(classes="window"):
            yield Label(Text(safe_line(self._asks)), classes="asks")
            yield Input(self._line, select_on_focus=True)

    @on(Input.Submitted)
    def _taken(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)
