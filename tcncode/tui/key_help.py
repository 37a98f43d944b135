"""All keys, from the same bindings that act on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.table import Table as Grid
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

_SIGNS = {
    "right_parenthesis": ")", "left_parenthesis": "(", "right_curly_bracket": "}",
    "left_curly_bracket": "{", "right_square_bracket": "]", "left_square_bracket": "[",
    "dollar_sign": "$", "full_stop": ".", "slash": "/", "question_mark": "?", "plus": "+",
    "equals_sign": "=", "minus": "-", "greater_than_sign": ">", "less_than_sign": "<",
    "pagedown": "PgDn", "pageup": "PgUp", "escape": "esc", "up": "↑", "down": "↓",
    "left": "←", "right": "→",
}  # fmt: skip

MOUSE = (
    ("click", "Put the cursor; on a stripe at the left, select its coding"),
    ("drag", "Select"),
    ("double, triple click", "Select the word, the sentence"),
    ("shift+drag", "The terminal's own selection, to copy"),
)


def readable(keys: Iterable[str]) -> str:
    """Keys as a reader would write them."""
    return "  ".join("+".join(_SIGNS.get(part, part) for part in key.split("+")) for key in keys)


class KeyHelp(ModalScreen[None]):
    """Keys in groups; esc closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1,q", "dismiss", "Close", id="help.close"),
    ]

    def __init__(self, groups: Sequence[tuple[str, Sequence[Binding]]]) -> None:
        super().__init__()
        self._groups = groups

    def compose(self) -> ComposeResult:
        """One long list to scroll."""
        with VerticalScroll(classes="window tall"):
            yield Static(self._grid())

    def _grid(self) -> Grid:
        grid = Grid.grid(padding=(0, 2))
        grid.add_column(no_wrap=True)
        grid.add_column()
        for title, bindings in self._groups:
            grid.add_row("", Text(title, style="bold underline"))
            keys: dict[tuple[str, str], list[str]] = {}
            for binding in bindings:
                words = binding.tooltip or binding.description
                shown = binding.key_display or readable(binding.key.split(","))
                keys.setdefault((binding.action, words), []).append(shown)
            for (_, words), names in keys.items():
                if words:
                    grid.add_row(Text("  ".join(names), style="bold"), words)
        grid.add_row("", Text("Mouse", style="bold underline"))
        for what, does in MOUSE:
            grid.add_row(Text(what, style="bold"), does)
        return grid
