"""The documents of the project, network by network."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.text import Text
from textual.message import Message
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from tcncode.model import DocumentEntry, Network
from tcncode.text.safe import safe_line

ELSEWHERE = "no network"


class DocumentTree(Tree[str]):
    """Networks, with their documents below; a document's number is of its codings."""

    @dataclass
    class Chosen(Message):
        """A document is to be opened."""

        document_tree: DocumentTree
        document: str
        """Its id."""

        @property
        def control(self) -> DocumentTree:
            """The tree it came from."""
            return self.document_tree

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("Documents", id=id)
        self.show_root = False
        self.guide_depth = 2
        self._leaves: dict[str, tuple[TreeNode[str], str]] = {}
        self._names: dict[str, str] = {}

    def show(
        self, entries: Iterable[DocumentEntry], networks: Iterable[Network], open_id: str | None
    ) -> None:
        """List documents anew, the open one highlighted; folded networks stay folded."""
        folded = {str(node.label) for node in self.root.children if not node.is_expanded}
        self.clear()
        self._leaves.clear()
        names = {network.id: network.short_name or network.name for network in networks}
        groups: dict[str, list[DocumentEntry]] = {name: [] for name in names.values()}
        for entry in entries:
            name = names.get(entry.network or "", entry.network or ELSEWHERE)
            groups.setdefault(name, []).append(entry)
        for name, documents in sorted(groups.items(), key=lambda g: (g[0] == ELSEWHERE, g[0])):
            if not documents:
                continue
            label = Text(safe_line(name), style="bold", no_wrap=True)
            branch = self.root.add(label, expand=str(label) not in folded)
            for entry in sorted(documents, key=lambda e: (e.date or "", e.name)):
                node = branch.add_leaf("", data=entry.id)
                look = "reverse" if self.app.no_color else "bold underline"
                self._leaves[entry.id] = node, look if entry.id == open_id else ""
                self._names[entry.id] = safe_line(entry.name)
                self.count(entry.id, entry.codings)
                if entry.id == open_id:
                    self.call_after_refresh(self.move_cursor, node)

    def count(self, document: str, codings: int) -> None:
        """Show how many codings a document has."""
        if document in self._leaves:
            node, look = self._leaves[document]
            label = Text(no_wrap=True)
            if codings:
                label.append(f"{codings} ", "dim")
            label.append(self._names[document], look)
            node.set_label(label)

    def on_tree_node_selected(self, event: Tree.NodeSelected[str]) -> None:
        """Enter or a click on a document opens it; a network folds by itself."""
        event.stop()
        if event.node.data is not None:
            self.post_message(self.Chosen(self, event.node.data))
