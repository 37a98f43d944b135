"""Yes or no to something that is much at once."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Label

from tcncode.text.safe import safe_line


class ConfirmWindow(ModalScreen[bool]):
    """Says what would be done; True where it is wanted."""

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
            yield Label("enter does it   esc leaves", classes="hint")
