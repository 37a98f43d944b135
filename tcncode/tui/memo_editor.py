"""A memo on something. Leaving keeps what was typed; there is no key that saves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Label, Static, TextArea

from tcncode.model import Memo
from tcncode.text.safe import safe_line
from tcncode.tui.windows import Window


class MemoEditor(Window[str | None]):
    """Gives the memo's text; None where it is to stay as it was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "keep", "Keep and close", priority=True, id="memo.keep"),
        Binding("ctrl+r", "dismiss(None)", "Leave as it was", priority=True, id="memo.drop"),
    ]

    def __init__(self, about: str, memo: str, others: Sequence[Memo] = ()) -> None:
        super().__init__()
        self._about, self._memo, self._others = about, memo, others

    def compose(self) -> ComposeResult:
        """What it is about, what others wrote on it, and room to write."""
        with Vertical(classes="window"):
            yield Label(Text(safe_line(self._about), no_wrap=True, overflow="ellipsis"),
                        classes="asks")  # fmt: skip
            if self._others:
                with VerticalScroll(classes="others", can_focus=False):
                    for memo in self._others:
                        line = Text(safe_line(f"{memo.coder}: "), style="bold")
                        line.append(safe_line(memo.text), style="not bold")
                        yield Static(line)
            area = TextArea(self._memo)
            area.cursor_blink = False
            yield area
            yield Label("esc keeps it and closes   ctrl+r leaves it as it was", classes="hint")

    def on_mount(self) -> None:
        """Write on where the memo ends."""
        area = self.query_one(TextArea)
        area.focus()
        area.move_cursor(area.document.end)

    def action_keep(self) -> None:
        """Close with what is written."""
        text = self.query_one(TextArea).text
        self.dismiss(None if text == self._memo else text)
