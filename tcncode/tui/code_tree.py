"""The codebook as a tree: key, name, and how often each code is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from tcncode.model import Code, Codebook
from tcncode.text.safe import safe_line
from tcncode.tui.palette import Palette, fit

Counts = tuple[int, int, int]
"""Passages: one's own here, one's own in all documents, all coders' in all documents."""


class CodeTree(Tree[Code]):
    """Codes with counts: here, mine, all."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "cursor_down", "Next", show=False, id="codes.down"),
        Binding("up,k", "cursor_up", "Previous", show=False, id="codes.up"),
    ]

    @dataclass
    class Chosen(Message):
        """Enter or a click: code what is selected."""

        code_tree: CodeTree
        code: Code

        @property
        def control(self) -> CodeTree:
            """The tree it came from."""
            return self.code_tree

    @dataclass
    class Highlighted(Message):
        """The cursor is on a code: its definition may be shown."""

        code_tree: CodeTree
        code: Code

        @property
        def control(self) -> CodeTree:
            """The tree it came from."""
            return self.code_tree

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("Codes", id=id)
        self.show_root = False
        self.guide_depth = 2
        self._by_path: dict[str, TreeNode[Code]] = {}
        self._shown: tuple[Code, ...] = ()
        self._said: dict[str, tuple[str, str, Style, Counts]] = {}
        self._width = 0

    def show(self, codebook: Codebook, palette: Palette, counts: Mapping[str, Counts]) -> None:
        """Show the codebook with these counts; the cursor and what is folded stay."""
        if codebook.codes != self._shown:
            at = self.cursor_node.data.path if self.cursor_node and self.cursor_node.data else None
            folded = {path for path, node in self._by_path.items() if not node.is_expanded}
            self.clear()
            self._by_path.clear()
            self._said.clear()
            fresh = not self._shown
            self._shown = codebook.codes
            for code in codebook.codes:
                above = self._by_path.get(code.parent or "", self.root)
                above.allow_expand = True
                shut = code.depth == 0 if fresh else code.path in folded
                self._by_path[code.path] = above.add(
                    "", data=code, expand=not shut, allow_expand=False
                )
            self.call_after_refresh(self._begin, at)
        self._width = self.size.width
        for code in codebook.codes:
            style = palette.stripe(code.id) + Style(bold=True)
            said = (code.name, palette.letter(code.id), style, counts.get(code.id, (0, 0, 0)))
            # A label set anew makes the whole tree compute its width again.
            if self._said.get(code.path) != said:
                self._said[code.path] = said
                self._by_path[code.path].set_label(self._label(code, *said[1:]))

    def _label(self, code: Code, letter: str, style: Style, counts: Counts) -> Text:
        """A long name is cut, the counts are not: a figure without its end is another one."""
        label = Text(no_wrap=True)
        label.append(letter, style)
        figures = "·".join(map(str, counts))
        # Beside the name: the fold sign, the guides, the letter, two blanks, the scrollbar.
        room = (self._width or 40) - 7 - self.guide_depth * code.depth - len(figures)
        label.append(f" {fit(safe_line(code.name or code.path), max(room, 4))}")
        label.append("  " + figures, style="dim")
        return label

    def on_resize(self) -> None:
        """Names have another width."""
        if self.size.width != self._width:
            self._width = self.size.width
            for code in self._shown:
                _, letter, style, counts = self._said[code.path]
                self._by_path[code.path].set_label(self._label(code, letter, style, counts))

    def _begin(self, path: str | None) -> None:
        if path in self._by_path:
            self.move_cursor(self._by_path[path])
        elif self.cursor_line < 0:
            self.cursor_line = 0

    def on_tree_node_selected(self, event: Tree.NodeSelected[Code]) -> None:
        """Enter or a click on a code."""
        event.stop()
        if event.node.data is not None:
            self.post_message(self.Chosen(self, event.node.data))

    def on_tree_node_highlighted(self, event: Tree.NodeHighlighted[Code]) -> None:
        """The cursor moved."""
        event.stop()
        if event.node.data is not None:
            self.post_message(self.Highlighted(self, event.node.data))


def definition(code: Code, memo: str = "") -> Text:
    """What a code means, for the pane below the tree; with one's memo on it."""
    out = Text(safe_line(code.path), style="bold")
    if code.purpose:
        out.append(f" ({safe_line(code.purpose)})", style="not bold")
    for head, words in (
        ("", code.definition),
        ("When: ", code.when_to_use),
        ("Not: ", code.when_not),
        ("E.g. ", code.example),
        ("Memo: ", memo),
    ):
        if words.strip():
            out.append("\n" + head, style="bold" if head else "not bold")
            out.append(safe_line(words.strip()), style="not bold")
    return out
