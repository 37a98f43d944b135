"""The keys of a screen, at its foot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, cast

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Footer

_STAY = ("undo", "app.help", "help", "app.quit", "quit", "back")
"""What these do is shown in any case: the ways back, out, and to all other keys."""


class _Key(Protocol):
    """What Textual's footer shows of a binding."""

    key_display: str
    description: str
    action: str


class KeyLine(Footer):
    """Whole keys only: where there is no room for all, the last ones are for ``?`` to tell."""

    def __init__(self) -> None:
        super().__init__(compact=True, show_command_palette=False)
        self._room = 0
        """Cells for which the keys on show were chosen."""

    def compose(self) -> ComposeResult:
        """As many as there is room for."""
        self._room = self.app.size.width
        keys = list(cast("Iterator[_Key]", super().compose()))
        lengths = [cell_len(f"{key.key_display} {key.description} ") for key in keys]
        too_long = sum(lengths) - 1 - self._room
        for key, length in reversed(list(zip(keys, lengths, strict=True))):
            if too_long > 0 and key.action not in _STAY:
                keys.remove(key)
                too_long -= length
        yield from cast("list[Widget]", keys)

    def on_resize(self) -> None:
        """There may be room for others now."""
        if self.app.size.width != self._room:
            self.call_after_refresh(self.recompose)
