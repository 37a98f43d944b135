"""The screens of the workbench: one table, and a window to pick one by its letter.

A new screen is one row here; its key, its letter, its place in the command palette and in
the key help come from that row.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from tcncode.tui.key_help import readable

if TYPE_CHECKING:
    from tcncode.project import Project


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to go: a screen of its own, or a pane of the main screen."""

    name: str
    letter: str
    """In the picker."""
    label: str
    key: str = ""
    """From everywhere; empty: only by the picker."""
    screen: str = ""
    """``module:Class`` inside ``tcncode.tui``, made with the project; empty: the main screen."""
    pane: str = ""
    """The main screen's pane that is wanted."""

    def kind(self) -> type[Screen[None]]:
        """The screen's class; its module is loaded now."""
        module, _, name = self.screen.partition(":")
        found: type[Screen[None]] = getattr(importlib.import_module(f"tcncode.tui.{module}"), name)
        return found

    def make(self, project: Project) -> Screen[None]:
        """The screen."""
        return self.kind()(project)  # type: ignore[arg-type]  # each of ours takes the project


SCREENS: tuple[Place, ...] = (
    Place("text", "t", "The text"),
    Place("documents", "d", "Documents", pane="documents"),
    Place("report", "r", "What each network does", "f5", "report_screen:ReportScreen"),
    Place("quotations", "q", "Quotations", "f6", "quotations_screen:QuotationsScreen"),
    Place("search", "s", "Search all texts", "f7", "search_screen:SearchScreen"),
    Place("codebook", "c", "Codebook", "f8", "codebook_screen:CodebookScreen"),
    Place("queue", "u", "Queue of suggestions", "f9", "queue_screen:QueueScreen"),
    Place("settle", "e", "Settle differences", "", "settle_screen:SettleScreen"),
    Place("memos", "m", "Memos", "", "memo_screen:MemoScreen"),
)


def place(name: str) -> Place:
    """The row of this name."""
    return next(row for row in SCREENS if row.name == name)


class ScreenPicker(ModalScreen[str | None]):
    """Each screen by its letter; gives the chosen one's name."""

    CSS = "ScreenPicker { align: center middle; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+g", "dismiss(None)", "Cancel", id="screens.cancel"),
        *(
            Binding(row.letter, f"dismiss('{row.name}')", row.label, id=f"screens.{row.name}")
            for row in SCREENS
        ),
    ]

    def __init__(self, keymap: Mapping[str, str]) -> None:
        super().__init__()
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        """Letters and names."""
        with Vertical(classes="window"):
            yield Label("Go to (a letter, or enter)", classes="asks")
            yield OptionList(*(Option(self._line(row), id=row.name) for row in SCREENS))

    def _line(self, row: Place) -> Text:
        line = Text(f"{row.letter} ", style="bold", no_wrap=True)
        line.append(row.label, "not bold")
        keys = self._keymap.get(f"app.{row.name}", row.key)
        if keys:
            line.append(f"  {readable(keys.split(','))}", "dim")
        return line

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)
