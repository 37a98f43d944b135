"""The main screen: a document to read and code, with documents, codes and suggestions beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Label, Static

from tcncode.tui.code_tree import CodeTree, definition
from tcncode.tui.coding_keys import CodingKeys
from tcncode.tui.document_tree import DocumentPane, DocumentTree
from tcncode.tui.finding_keys import FindingKeys
from tcncode.tui.here import Here
from tcncode.tui.key_line import KeyLine
from tcncode.tui.keys import SCREEN_KEYS
from tcncode.tui.reader import Reader
from tcncode.tui.suggestion_list import SuggestionList

if TYPE_CHECKING:
    from tcncode.project import Project


class CodeScreen(CodingKeys, FindingKeys):
    """Read, select, code. The panes, and what goes on between them."""

    AUTO_FOCUS = "Reader"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it without ClassVar
        (0, "-narrow"), (100, "-normal"), (140, "-wide"),
    ]  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = list(SCREEN_KEYS)

    def __init__(self, project: Project, document: str | None = None) -> None:
        super().__init__(project, document)
        self._hits = []
        self._place_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Title, panes, status, keys."""
        yield Static(id="title")
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield DocumentPane(id="documents-pane")
                with Vertical(id="codes-pane"):
                    yield Label("codes · here·mine·all", classes="heading")
                    yield CodeTree(id="codes")
                yield Static(id="definition")
            yield Reader(self.project.codebook, coder=self.project.coder, id="reader")
            with Vertical(id="right"):
                yield Here(id="here")
                yield Label("Suggestions", classes="heading", id="suggestions-heading")
                yield SuggestionList(id="suggestions")
        yield Static(id="status")
        yield KeyLine()

    def on_mount(self) -> None:
        """Open where the coder left off."""
        self.show_palette()
        self.begin()
        self.set_interval(1.0, self.look_outside)

    def on_screen_resume(self) -> None:
        """Another screen may have changed something, or gone somewhere."""
        if self.is_mounted and self.document is not None:
            self.read_back()

    def theme_changed(self) -> None:
        """Everything that has a code's colour."""
        self.show_palette()
        self.show_codes()
        self.read_suggestions()

    # The reader

    @on(Reader.Moved)
    def _moved(self) -> None:
        if not self.reader.extending:
            self._adjusting = None
        self.show_title()
        self.show_here()
        self.say_adjusting()
        found = self.suggestions_here()
        if found:
            self.query_one(SuggestionList).follow(found[0])
        if self._place_timer is not None:
            self._place_timer.stop()
        self._place_timer = self.set_timer(1.0, self.keep_place)

    @on(Reader.Cleared)
    def _cleared(self) -> None:
        self.forget_unsaved()

    @on(Reader.Counting)
    def _counting(self, event: Reader.Counting) -> None:
        if event.count is None:
            self.show_here()
        else:
            self.say(f"count {event.count or ''}: now a motion, or s, p; esc forgets it")

    @on(Reader.NoMore)
    def _no_more(self, event: Reader.NoMore) -> None:
        what = {"uncoded": "passage without your codings"}.get(event.unit, event.unit)
        self.say(f"No further {what} that way.")

    @on(Reader.CodingChosen)
    def _stripe(self, event: Reader.CodingChosen) -> None:
        self.reader.select(event.coding.span)

    # Panes

    def action_drawer(self, which: str) -> None:
        """Show a pane and go there; from there, hide it."""
        pane = self.query_one(f"#{which}")
        left, right = self.query_one("#left"), self.query_one("#right")
        side = right if which == "suggestions" else left
        drawn = self.has_class("-narrow") or (side is right and not self.has_class("-wide"))
        if pane.has_focus:
            side.remove_class("-open")
            side.set_class(not drawn, "-shut")
            self._make_room()
            self.reader.focus()
            return
        (left if side is right else right).remove_class("-open")
        side.remove_class("-shut")
        if side is left:
            left.set_class(which == "documents", "-documents")
            left.set_class(which == "codes", "-codes")
        side.set_class(drawn, "-open")
        self._make_room()
        pane.focus()
        self.call_after_refresh(self.show_here)

    def _make_room(self) -> None:
        """Documents and codes give way to suggestions where there is no room for both."""
        self.query_one("#body").set_class(
            self.query_one("#right").has_class("-open"), "-suggesting"
        )

    def action_back(self) -> None:
        """To the document; panes that were drawn out close."""
        self._adjusting = None
        self.forget_unsaved()
        self.query("#left, #right").remove_class("-open")
        self._make_room()
        self.reader.focus()

    @on(DocumentTree.Chosen)
    def _document_chosen(self, event: DocumentTree.Chosen) -> None:
        self.keep_place()
        self.open_document(event.document)
        self.action_back()

    @on(CodeTree.Chosen)
    def _code_chosen(self, event: CodeTree.Chosen) -> None:
        self.code_with(event.code.path)
        self.action_back()

    @on(CodeTree.Highlighted)
    def _code_highlighted(self, event: CodeTree.Highlighted) -> None:
        memo = self.project.own_memo("code", event.code.id)
        self.query_one("#definition", Static).update(definition(event.code, memo))

    @on(SuggestionList.Visited)
    def _visit(self, event: SuggestionList.Visited) -> None:
        self.reader.select(event.suggestion.span)
        if not event.stay:
            self.action_back()
