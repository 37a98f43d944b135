"""The documents of the project: grouped, filtered, with what is done in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, Label, Tree
from textual.widgets.tree import TreeNode

from tcncode.model import SETTLED, Assignment, DocumentEntry, Network
from tcncode.search import fold
from tcncode.text.numbers import counted
from tcncode.text.safe import safe_line
from tcncode.tui.palette import fit

NO_NETWORK = "no network"
Grouping = Literal["network", "kind", "date", "coder", "progress"]
GROUPINGS: tuple[Grouping, ...] = ("network", "kind", "date", "coder", "progress")


@dataclass(frozen=True)
class Listing:
    """What the list of documents shows."""

    entries: Sequence[DocumentEntry] = ()
    networks: Mapping[str, Network] = field(default_factory=dict)
    """By id."""
    work: dict[str, Mapping[str, int]] = field(default_factory=dict)
    """Document id -> coder -> codings."""
    assignments: Mapping[str, Mapping[str, Assignment]] = field(default_factory=dict)
    """By document id, then by coder."""
    coder: str = ""
    """Who looks."""
    memos: frozenset[str] = frozenset()
    """Ids of documents and networks that have a memo."""
    twins: Mapping[str, Sequence[tuple[str, float]]] = field(default_factory=dict)
    """Document id -> nearly the same documents, with their likeness in per cent."""

    def network_name(self, entry: DocumentEntry) -> str:
        """The short name of a document's network."""
        network = self.networks.get(entry.network or "")
        return network.short_name or network.name if network else entry.network or NO_NETWORK

    def progress(self, document: str) -> str:
        """How far the coder who looks is with a document."""
        own = self.assignments.get(document, {}).get(self.coder)
        if own and own.finished:
            return "finished"
        if self.work.get(document, {}).get(self.coder):
            return "begun"
        return "assigned to me" if own and own.assigned else "not begun"

    def is_settled(self, document: str) -> bool:
        """Whether all differences between its coders are decided."""
        mark = self.assignments.get(document, {}).get(SETTLED)
        return mark is not None and mark.finished is not None

    def groups(self, entry: DocumentEntry, by: Grouping) -> list[str]:
        """The headings a document stands under; by coder there may be several."""
        if by == "network":
            return [self.network_name(entry)]
        if by == "kind":
            return [entry.kind]
        if by == "date":
            return [(entry.date or "")[:4] or "no date"]
        if by == "progress":
            return [self.progress(entry.id)]
        asked = self.assignments.get(entry.id, {})
        return sorted({*asked, *self.work.get(entry.id, ())}) or ["nobody"]


_LAST = ("nobody", "no date", NO_NETWORK)
_STEPS = ("assigned to me", "begun", "not begun", "finished")


def _rank(heading: str, by: Grouping) -> tuple[bool, int, str]:
    step = _STEPS.index(heading) if by == "progress" else 0
    return heading in _LAST, step, heading.casefold()


class DocumentTree(Tree[str]):
    """Headings, with documents below them; the mark before a name says how far one is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "cursor_down", "Next", show=False, id="documents.down"),
        Binding("up,k", "cursor_up", "Previous", show=False, id="documents.up"),
        Binding("g", "group", "Group by", id="documents.group",
                tooltip="Group by network, kind, date, coder or progress"),
        Binding("slash", "filter", "Filter", id="documents.filter"),
        Binding("E", "describe", "Describe", id="documents.describe",
                tooltip="Name, network, kind, date, language, speakers' roles"),
    ]  # fmt: skip

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

    @dataclass
    class Wanted(Message):
        """The coder wants the filter, or another grouping."""

        document_tree: DocumentTree
        what: Literal["filter", "group"]

        @property
        def control(self) -> DocumentTree:
            """The tree it came from."""
            return self.document_tree

    @dataclass
    class ToDescribe(Message):
        """The coder wants to say something else about a document."""

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
        self._leaves: dict[str, list[TreeNode[str]]] = {}
        self._marked: dict[str, tuple[Listing, DocumentEntry, bool]] = {}
        """What each line says, for when there is other room for it."""
        self._branches: dict[str, tuple[TreeNode[str], list[DocumentEntry]]] = {}
        """Each heading's node, and the documents under it."""
        self._width = 0
        self._folded: set[str] = set()
        """Headings that the coder folded; while something is looked for, all are open."""
        self._found = False

    def show(
        self,
        listing: Listing,
        entries: Iterable[DocumentEntry],
        by: Grouping,
        open_id: str | None,
        *,
        found: bool = False,
    ) -> None:
        """List documents anew; folded headings stay folded, but for those of what was ``found``.

        The cursor is on the open one, or where the coder who is in the list has it.
        """
        at = self.cursor_node.data if self.cursor_node and self.has_focus else None
        if not self._found:
            nodes = self.root.children
            self._folded = {str(node.data) for node in nodes if not node.is_expanded}
        self._found = found
        folded = set() if found else self._folded
        self.clear()
        self._leaves.clear()
        self._marked.clear()
        groups: dict[str, list[DocumentEntry]] = {}
        for entry in entries:
            for heading in listing.groups(entry, by):
                groups.setdefault(heading, []).append(entry)
        noted = {listing.network_name(e) for e in listing.entries if e.network in listing.memos}
        self._branches.clear()
        for heading in sorted(groups, key=lambda h: _rank(h, by)):
            memo = by == "network" and heading in noted
            label = _heading(listing, heading, groups[heading], memo)
            # Its words are the node's data: a fold is remembered while the figures change.
            key = f"heading {heading}"
            branch = self.root.add(label, data=key, expand=key not in folded)
            self._branches[heading] = branch, groups[heading]
            for entry in sorted(groups[heading], key=lambda e: (e.date or "", e.name)):
                leaf = branch.add_leaf("", data=entry.id)
                self._leaves.setdefault(entry.id, []).append(leaf)
                self.mark(listing, entry, entry.id == open_id)
        self.call_after_refresh(self.find, at if at in self._leaves else open_id)

    def mark_heading(self, listing: Listing, heading: str) -> None:
        """Count anew how many documents under a heading are finished."""
        branch, entries = self._branches[heading]
        noted = str(branch.label).endswith("✎")
        branch.set_label(_heading(listing, heading, entries, noted))

    def find(self, document: str | None) -> None:
        """Put the cursor on a document, in sight."""
        # Asking for the last line makes the tree number its lines anew; none is numbered before.
        if document in self._leaves and self.last_line >= 0:
            self.move_cursor(self._leaves[document][0])
        elif self.cursor_node is None and self._leaves and self.last_line >= 0:
            first = next(iter(self._leaves.values()))  # no document is open: Enter opens this one
            self.move_cursor(first[0])

    def mark(self, listing: Listing, entry: DocumentEntry, is_open: bool) -> None:
        """Show one document's progress and number of codings."""
        self._marked[entry.id] = listing, entry, is_open
        sign = {"finished": "✓", "begun": "◐", "assigned to me": "▸"}
        label = Text(no_wrap=True)
        label.append(sign.get(listing.progress(entry.id), "·") + " ")
        work = listing.work.get(entry.id, {})
        count = sum(n for coder, n in work.items() if coder != SETTLED)
        if count:
            label.append(f"{count} ", "dim")
        # Before the name: that is cut where there is no room.
        if listing.is_settled(entry.id):
            label.append("◆ ")
        if entry.id in listing.memos:
            label.append("✎ ")
        if listing.twins.get(entry.id):
            label.append(f"≈{listing.twins[entry.id][0][1]:.0f}% ", "dim")
        look = ("reverse" if self.app.no_color else "bold underline") if is_open else ""
        # Beside it: the guides and the scrollbar.
        room = (self.size.width or 40) - self.guide_depth - 1 - label.cell_len
        label.append(fit(safe_line(entry.name), max(room, 8)), look)
        for leaf in self._leaves.get(entry.id, ()):
            leaf.set_label(label)

    def on_resize(self) -> None:
        """Names have other room."""
        if self.size.width != self._width:
            self._width = self.size.width
            for marked in list(self._marked.values()):
                self.mark(*marked)

    def action_describe(self) -> None:
        """Ask for a window on the document under the cursor."""
        data = self.cursor_node.data if self.cursor_node else None
        if data in self._leaves:
            self.post_message(self.ToDescribe(self, str(data)))

    def action_group(self) -> None:
        """Ask for the next grouping."""
        self.post_message(self.Wanted(self, "group"))

    def action_filter(self) -> None:
        """Ask for the filter."""
        self.post_message(self.Wanted(self, "filter"))

    def on_tree_node_selected(self, event: Tree.NodeSelected[str]) -> None:
        """Enter or a click on a document opens it; a heading folds by itself."""
        event.stop()
        data = event.node.data
        if data is not None and not data.startswith("heading "):
            self.post_message(self.Chosen(self, data))


def _heading(listing: Listing, heading: str, entries: Sequence[DocumentEntry], noted: bool) -> Text:
    """A heading, how many of its documents are finished, and whether it has a memo."""
    label = Text(safe_line(heading), style="bold", no_wrap=True)
    done = sum(listing.progress(entry.id) == "finished" for entry in entries)
    label.append(f" {done}/{len(entries)}", "not bold dim")
    return label.append(" ✎", "not bold") if noted else label


class DocumentPane(Vertical):
    """The tree under its heading and a filter line; keeps grouping and filter."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.by: Grouping = "network"
        self._listing = Listing()
        self._open: str | None = None

    def compose(self) -> ComposeResult:
        """Heading, filter, tree."""
        yield Label(classes="heading")
        yield Input(placeholder="name, network, kind, date, coder", classes="filter")
        yield DocumentTree(id="documents")

    def on_mount(self) -> None:
        """The filter shows while it is used."""
        self.query_one(Input).display = False

    @property
    def listing(self) -> Listing:
        """What is shown."""
        return self._listing

    def show(self, listing: Listing, open_id: str | None) -> None:
        """Show these documents, as they are grouped and filtered now."""
        self._listing, self._open = listing, open_id
        self._fill()

    def opened(self, open_id: str) -> None:
        """Another document is the open one."""
        before, self._open = self._open, open_id
        by_id = {entry.id: entry for entry in self._listing.entries}
        for key in (before, open_id):
            if key in by_id:
                self.query_one(DocumentTree).mark(self._listing, by_id[key], key == open_id)
        self.query_one(DocumentTree).find(open_id)

    def count(self, document: str, counts: Mapping[str, int]) -> None:
        """A document has so many codings of each coder now."""
        work, now = self._listing.work, {coder: n for coder, n in counts.items() if n}
        others = set(work.get(document, ())) != set(now)
        work[document] = now
        if others and self.by in ("coder", "progress"):
            self._fill()  # it stands under other headings now
            return
        for entry in self._listing.entries:
            if entry.id == document:
                self.query_one(DocumentTree).mark(self._listing, entry, document == self._open)

    def assigned(self, assignments: Mapping[str, Mapping[str, Assignment]]) -> None:
        """Who codes some documents, or has finished them, is otherwise now; others stay."""
        listing = self._listing
        listing = self._listing = replace(
            listing, assignments={**listing.assignments, **assignments}
        )
        if self.by in ("coder", "progress") or self.query_one(Input).value.strip():
            self._fill()
            return
        tree, headings = self.query_one(DocumentTree), set[str]()
        for entry in listing.entries:
            if entry.id in assignments:
                tree.mark(listing, entry, entry.id == self._open)
                headings.update(listing.groups(entry, self.by))
        for heading in headings:
            tree.mark_heading(listing, heading)

    def _fill(self) -> None:
        words = fold(self.query_one(Input).value)[0].split()
        listing = self._listing
        shown = [e for e in listing.entries if _fits(listing, e, words)] if words else None
        entries = listing.entries if shown is None else shown
        found = shown is not None
        self.query_one(DocumentTree).show(listing, entries, self.by, self._open, found=found)
        count = f"{len(shown)} of " if shown is not None else ""
        count += counted(len(listing.entries), "document")
        self.query_one(Label).update(f"{count} by {self.by}")

    @on(DocumentTree.Wanted)
    def _wanted(self, event: DocumentTree.Wanted) -> None:
        event.stop()
        if event.what == "group":
            self.by = GROUPINGS[(GROUPINGS.index(self.by) + 1) % len(GROUPINGS)]
            self._fill()
            return
        line = self.query_one(Input)
        line.display = True
        line.focus()

    @on(Input.Changed)
    def _narrowed(self, event: Input.Changed) -> None:
        event.stop()
        self._fill()

    @on(Input.Submitted)
    def _to_the_list(self, event: Input.Submitted) -> None:
        event.stop()
        event.input.display = bool(event.value.strip())
        tree = self.query_one(DocumentTree)
        tree.focus()
        leaves = [leaf for branch in tree.root.children for leaf in branch.children]
        if event.value.strip() and leaves:
            tree.move_cursor(leaves[0])


def _fits(listing: Listing, entry: DocumentEntry, words: Sequence[str]) -> bool:
    """Whether every word of the filter is somewhere in what is known of the document."""
    coders = " ".join(listing.work.get(entry.id, ()))
    known = " ".join((
        entry.name, entry.source, listing.network_name(entry), entry.network or "", entry.kind,
        entry.date or "", coders, listing.progress(entry.id),
    ))  # fmt: skip
    folded = fold(known)[0]
    return all(word in folded for word in words)
