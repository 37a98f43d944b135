"""A memo on a coding. Leaving keeps what was typed; there is no key that saves."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Label, TextArea


class MemoEditor(ModalScreen[str | None]):
    """Gives the memo's text; None where it is to stay as it was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "keep", "Keep and close", priority=True, id="memo.keep"),
        Binding("ctrl+r", "dismiss(None)", "Leave as it was", priority=True, id="memo.drop"),
    ]

    def __init__(self, about: str, memo: str) -> None:
        super().__init__()
        self._about, self._memo = about, memo

    def compose(self) -> ComposeResult:
        """What it is about, and room to write."""
        with Vertical(classes="window"):
            yield Label(Text(self._about, no_wrap=True, overflow="ellipsis"), classes="asks")
            area = TextArea(self._memo)
            area.cursor_blink = False
            yield area
            yield Label("esc keeps it and closes   ctrl+r leaves it as it was", classes="hint")

    def action_keep(self) -> None:
        """Close with what is written."""
        text = self.query_one(TextArea).text
        self.dismiss(None if text == self._memo else text)
