"""The codebook as a tree: key, name, and how often each code is used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rich.style import Style
from rich.text import Text
from textual.message import Message
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from tcncode.model import Code, Codebook, Coding
from tcncode.text.safe import safe_line
from tcncode.tui.palette import Palette, letter_of


def rolled_up(codebook: Codebook, codings: Iterable[Coding]) -> dict[str, int]:
    """Code id to number of passages; a passage coded with a code and its sub-code counts once."""
    spans: dict[str, set[tuple[str, int, int]]] = {code.id: set() for code in codebook.codes}
    by_id, by_path = codebook.by_id(), {code.path: code for code in codebook.codes}
    for coding in codings:
        code = by_id.get(coding.code)
        while code is not None:
            spans[code.id].add((coding.document, coding.span.start, coding.span.end))
            code = by_path.get(code.parent or "")
    return {code_id: len(found) for code_id, found in spans.items()}


class CodeTree(Tree[Code]):
    """Codes with counts: in this document, and of all documents."""

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

    def show(
        self,
        codebook: Codebook,
        palette: Palette,
        here: Mapping[str, int],
        total: Mapping[str, int],
    ) -> None:
        """Show the codebook with these counts; the cursor and what is folded stay."""
        if codebook.codes != self._shown:
            self.clear()
            self._by_path.clear()
            self._shown = codebook.codes
            for code in codebook.codes:
                above = self._by_path.get(code.parent or "", self.root)
                above.allow_expand = True
                self._by_path[code.path] = above.add(
                    "", data=code, expand=code.depth > 0, allow_expand=False
                )
            self.call_after_refresh(self._begin)
        for code in codebook.codes:
            label = Text(no_wrap=True)
            label.append(letter_of(code), palette.stripe(code.id) + Style(bold=True))
            label.append(f" {safe_line(code.name or code.path)}")
            label.append(f"  {here.get(code.id, 0)}/{total.get(code.id, 0)}", style="dim")
            self._by_path[code.path].set_label(label)

    def _begin(self) -> None:
        if self.cursor_line < 0:
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


def definition(code: Code) -> Text:
    """What a code means, for the pane below the tree."""
    out = Text(safe_line(code.path), style="bold")
    if code.purpose:
        out.append(f" ({safe_line(code.purpose)})", style="not bold")
    for head, words in (
        ("", code.definition),
        ("When: ", code.when_to_use),
        ("Not: ", code.when_not),
        ("E.g. ", code.example),
    ):
        if words.strip():
            out.append("\n" + head, style="bold" if head else "not bold")
            out.append(safe_line(words.strip()), style="not bold")
    return out
