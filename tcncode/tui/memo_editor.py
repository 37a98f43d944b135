"""A memo on something. Leaving keeps what was typed; there is no key that saves.

Until then it is a draft, which a killed program or a shut terminal does not take along.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Label, Static, TextArea

from tcncode.model import Memo
from tcncode.text.safe import safe_line
from tcncode.tui.drafts import Draft, Drafting
from tcncode.tui.windows import Window


class MemoEditor(Window[str | None], Drafting[str | None]):
    """Gives the memo's text; None where it is to stay as it was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "keep", "Keep and close", priority=True, id="memo.keep"),
        Binding("ctrl+r", "drop", "Leave as it was", priority=True, id="memo.drop"),
    ]

    def __init__(
        self,
        about: str,
        memo: str,
        others: Sequence[Memo] = (),
        *,
        draft: Draft,
        typed: str | None = None,
    ) -> None:
        """Write on a memo.

        Args:
            draft: where unkept words on it are; whoever keeps what comes out drops it then.
            typed: what was written, where keeping it has failed.
        """
        super().__init__()
        self._about, self._memo, self._others = about, memo, others
        self.draft = draft
        self._unkept = draft.words() if typed is None else None
        if self._unkept == memo:
            self._unkept = None
        self._typed = next(text for text in (typed, self._unkept, memo) if text is not None)

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
            if self._unkept is not None and self.draft is not None:
                said = f"Unkept words of {self.draft.since()} restored; ctrl+r drops them."
                yield Label(said, id="restored")
            area = TextArea(self._typed)
            area.cursor_blink = False
            yield area
            yield Label("esc keeps it and closes   ctrl+r leaves it as it was", classes="hint")

    def on_mount(self) -> None:
        """Write on where the memo ends."""
        area = self.query_one(TextArea)
        area.focus()
        area.move_cursor(area.document.end)

    @on(TextArea.Changed)
    def _typing(self) -> None:
        self.typing()

    def written(self) -> str | None:
        """What was typed, where that is not the memo."""
        text = self.query_one(TextArea).text
        return None if text == self._memo else text

    def action_keep(self) -> None:
        """Close with what is written."""
        self.put_draft()
        self.dismiss(self.written())

    def action_drop(self) -> None:
        """Close; the memo stays as it was."""
        self.drop_draft()
        self.dismiss(None)
