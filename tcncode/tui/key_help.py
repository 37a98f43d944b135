"""The keys of the screen one is in, from the same bindings that act on them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from rich.table import Table as Grid
from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.dom import DOMNode
from textual.keys import key_to_character
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, Static, TextArea

from tcncode.tui.keymap import keys_of
from tcncode.tui.reader import Reader

_SIGNS = {
    "pagedown": "PgDn", "pageup": "PgUp", "escape": "esc", "up": "↑", "down": "↓",
    "left": "←", "right": "→", "plus": "+", "minus": "-", "slash": "/",
}  # fmt: skip

MOUSE = (
    ("click", "Put the cursor; on a stripe at the left, select its coding"),
    ("drag", "Select"),
    ("double, triple click", "Select the word, the sentence"),
    ("shift+drag", "The terminal's own selection, to copy"),
)

MARKS = (
    ("▎", "The sentence that a code would be put on, where nothing is selected"),
    ("?", "A suggestion begins in this row"),
    ("+", "More codings than there are lanes; a click selects them"),
    ("p. 3", "A page begins"),
)

Group = tuple[str, Sequence[Binding]]


def readable(keys: Iterable[str]) -> str:
    """Keys as a reader would write them."""
    return "  ".join("+".join(map(_sign, key.split("+"))) for key in keys)


def _sign(key: str) -> str:
    """A key's name as a sign: ``asterisk`` is ``*``, whichever sign a keyboard has."""
    sign = _SIGNS.get(key) or (key_to_character(key) if len(key) > 1 else key) or key
    return sign if sign.isprintable() and sign.strip() else key


def groups_of(screen: Screen[object], keymap: Mapping[str, str]) -> list[Group]:
    """The screen's keys, then those of each pane, then those that hold everywhere.

    What has the focus shows exactly what a key would do now; all others show what they declare:
    from a line that one types in, too, one wants to know what the letters do elsewhere.
    """
    focused = [] if screen.focused is None else [screen.focused]
    panes: dict[type[DOMNode], DOMNode] = {type(node): node for node in focused}
    for widget in screen.query("*").results():
        if widget.focusable:
            panes.setdefault(type(widget), widget)
    groups = [("On this screen", _remapped(_declared(screen), keymap))]
    for kind, pane in panes.items():
        now = _active(screen, pane) if pane in focused else _remapped(_declared(pane), keymap)
        groups.append((_title(kind), now))
    return [group for group in [*groups, ("Everywhere", _active(screen, screen.app))] if group[1]]


def _active(screen: Screen[object], node: DOMNode) -> list[Binding]:
    declared = {binding.action for binding in _declared(node)}
    return [
        active.binding
        for active in screen.active_bindings.values()
        if active.node is node and active.binding.action in declared
    ]


def _declared(node: DOMNode) -> list[Binding]:
    """Bindings of our classes and of Textual's widgets, without what every editor line does."""
    found: list[Binding] = []
    for cls in type(node).__mro__:
        ours = cls.__module__.startswith(("tcncode.", "textual.widgets."))
        if ours and cls not in (Input, TextArea):
            found += [b for b in cls.__dict__.get("BINDINGS", ()) if isinstance(b, Binding)]
    return found


def _remapped(bindings: Iterable[Binding], keymap: Mapping[str, str]) -> list[Binding]:
    return [
        b.with_key(keymap[b.id]) if b.id is not None and b.id in keymap else b for b in bindings
    ]


def _title(kind: type[DOMNode]) -> str:
    """``SuggestionList`` is "In the suggestion list"."""
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", kind.__name__).lower()
    return f"In the {words}"


class KeyHelp(ModalScreen[None]):
    """Keys in groups; esc closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1,q", "dismiss", "Close", id="help.close"),
    ]

    def __init__(self, groups: Sequence[Group]) -> None:
        super().__init__()
        self._groups = groups

    def compose(self) -> ComposeResult:
        """One long list to scroll."""
        with VerticalScroll(classes="window tall"):
            yield Static(self._grid())

    def _grid(self) -> Grid:
        grid = Grid.grid(padding=(0, 2))
        grid.add_column(max_width=16)
        grid.add_column()
        for title, bindings in self._groups:
            grid.add_row("", Text(title, style="bold underline"))
            keys: dict[tuple[str, str], list[str]] = {}
            for binding in bindings:
                words = binding.tooltip or binding.description
                shown = binding.key_display or readable(keys_of(binding.key))
                keys.setdefault((binding.action, words), []).append(shown)
            for (_, words), names in keys.items():
                if words:
                    grid.add_row(Text("  ".join(dict.fromkeys(names)), style="bold"), words)
        if any(isinstance(pane, Reader) for pane in self._below()):
            grid.add_row("", Text("Mouse", style="bold underline"))
            for what, does in MOUSE:
                grid.add_row(Text(what, style="bold"), does)
            grid.add_row("", Text("Marks beside the text", style="bold underline"))
            for mark, says in MARKS:
                grid.add_row(Text(mark, style="bold"), says)
        return grid

    def _below(self) -> Iterable[DOMNode]:
        """The panes of the screen that this lies over."""
        app: App[object] = self.app
        stack = app.screen_stack
        below = stack[stack.index(self) - 1] if self in stack else self
        return below.query("*").results()
