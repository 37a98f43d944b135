"""The main screen: a document to read and code, with documents, codes and suggestions beside it.

The widgets show and ask; what an answer does is decided here, by one call of the project.
Every call is saved before the screen shows it, so the screen is always read back from there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Footer, Label, Static

from tcncode.errors import TcncodeError
from tcncode.model import Code, Coding, Document, Suggestion, covered
from tcncode.text import Span
from tcncode.text.safe import safe_line
from tcncode.tui.code_tree import CodeTree, definition, rolled_up
from tcncode.tui.document_tree import DocumentTree
from tcncode.tui.keys import SCREEN_KEYS
from tcncode.tui.palette import Palette, fit
from tcncode.tui.reader import Reader
from tcncode.tui.suggestion_list import SuggestionList
from tcncode.tui.units import Units, trimmed

if TYPE_CHECKING:
    from tcncode.project import Project


class CodeScreen(Screen[None]):
    """Read, select, code."""

    AUTO_FOCUS = "Reader"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it without ClassVar
        (0, "-narrow"), (100, "-normal"), (140, "-wide"),
    ]  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = list(SCREEN_KEYS)

    def __init__(self, project: Project, document: str | None = None) -> None:
        super().__init__()
        self.project = project
        self.document: Document | None = None
        self.suggestions: list[Suggestion] = []
        self.last_code: str | None = None
        """Path of the code that ``.`` repeats."""
        self.show_others = False
        self._wanted = document
        self._elsewhere: dict[str, int] = {}
        self._share = 0.0
        self._query = ""
        self._hits: list[int] = []
        self._place_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Title, panes, status, keys."""
        yield Static(id="title")
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield DocumentTree(id="documents")
                yield CodeTree(id="codes")
                yield Static(id="definition")
            yield Reader(self.project.codebook, id="reader")
            with Vertical(id="right"):
                yield Label("Suggestions", classes="heading", id="suggestions-heading")
                yield SuggestionList(id="suggestions")
        yield Static(id="status")
        yield Footer(compact=True, show_command_palette=False)

    @property
    def reader(self) -> Reader:
        """The document pane."""
        return self.query_one(Reader)

    @property
    def palette(self) -> Palette:
        """How codes look here and now."""
        app = self.app
        colours = None if app.no_color else app.console.color_system
        return Palette(self.project.codebook, dark=app.current_theme.dark, colours=colours)

    # Opening and showing

    def on_mount(self) -> None:
        """Open where the coder left off."""
        self.app.theme_changed_signal.subscribe(
            self, lambda _: self.call_after_refresh(self._show_palette)
        )
        self._show_palette()
        place = self._last_place()
        wanted, at = (self._wanted, 0) if self._wanted else place
        entries = self.project.documents()
        known = {entry.id for entry in entries}
        if self._wanted is None and wanted not in known:
            wanted, at = (entries[0].id, 0) if entries else (None, 0)
        if wanted is None:
            self._show_documents()
            self._show_title()
            self.say('No documents yet. "tcncode import FILE" brings some in; q quits with ctrl.')
        else:
            self.open_document(wanted, at if at else None)
        self.set_interval(1.0, self.look_outside)

    def _last_place(self) -> tuple[str | None, int]:
        try:
            place = json.loads(self.project.recall("place") or "{}")
            return str(place["document"]), int(place["offset"])
        except (ValueError, KeyError, TypeError):
            return None, 0

    def open_document(self, reference: str, at: int | None = None) -> None:
        """Show a document, at an offset or where it was last left."""
        try:
            document = self.project.document(reference)
        except TcncodeError as error:
            self.say(str(error), bad=True)
            return
        if at is None:
            last, offset = self._last_place()
            at = offset if last == document.id else 0
        self.document = document
        stretches = {
            kind: [(s.span.start, s.span.end) for s in self.project.segments(document.id, kind)]
            for kind in ("sentence", "paragraph", "turn")
        }
        paragraphs = stretches["turn"] or stretches["paragraph"]
        units = Units(document.text, stretches["sentence"], paragraphs)
        self._hits, self._query = [], ""
        self.reader.show_text(document.text, units, (), min(at, len(document.text)))
        self.say("")
        self.reload(everything=True)

    def reload(self, *, everything: bool = False) -> None:
        """Read the codings back; with ``everything`` also codes, documents and other counts."""
        if everything:
            self._show_palette()
            self._show_documents()
            self.call_after_refresh(self._count_elsewhere)
        if self.document is None:
            return
        codings = self.project.codings(document=self.document.id)
        own = [c for c in codings if c.coder == self.project.coder]
        self.reader.show_codings(codings if self.show_others else own)
        self._share = covered([(c.span.start, c.span.end) for c in own]) / (
            len(self.document.text) or 1
        )
        here = rolled_up(self.project.codebook, own)
        total = {key: n + self._elsewhere.get(key, 0) for key, n in here.items()}
        palette = self.palette
        self.query_one(CodeTree).show(self.project.codebook, palette, here, total)
        self.query_one(DocumentTree).count(self.document.id, len(codings))
        self.suggestions = self.project.suggestions(document=self.document.id)
        self.reader.show_suggestions((s.span.start, s.span.end) for s in self.suggestions)
        self.query_one(SuggestionList).show(
            self.suggestions, self.project.codebook, palette, self._quote
        )
        self.query_one("#suggestions-heading", Label).update(
            f"{len(self.suggestions)} suggestions  a accepts  d rejects"
            if self.suggestions
            else "No open suggestions here"
        )
        self._show_title()

    def _quote(self, suggestion: Suggestion) -> str:
        text = self.document.text if self.document else ""
        return " ".join(text[suggestion.span.start : suggestion.span.end].split())[:120]

    def _count_elsewhere(self) -> None:
        """How often each code is used in the other documents, once per opened document."""
        here = self.document.id if self.document else ""
        others = (
            c
            for c in self.project.codings()
            if c.document != here and c.coder == self.project.coder
        )
        self._elsewhere = rolled_up(self.project.codebook, others)
        self.reload()

    def _show_documents(self) -> None:
        open_id = self.document.id if self.document else None
        self.query_one(DocumentTree).show(
            self.project.documents(), self.project.networks(), open_id
        )

    def _show_palette(self) -> None:
        self.reader.show_palette(self.palette, self._active_id())

    def _active_id(self) -> str | None:
        known = {code.path: code.id for code in self.project.codebook.codes}
        return known.get(self.last_code or "")

    def _show_title(self) -> None:
        reader = self.reader
        share = round(100 * reader.cursor / (len(reader.text) or 1))
        name = safe_line(self.document.name) if self.document else "no document"
        rest = f" · {safe_line(self.project.coder)} · {share}% · {self._share:.0%} coded · saved"
        head = f"{safe_line(self.project.path.stem)} › "
        room = max(self.size.width - 2 - len(head) - len(rest), 12)
        title = Text(head + fit(name, room), style="bold", no_wrap=True)
        title.append(rest, style="not bold")
        self.query_one("#title", Static).update(title, layout=False)

    def say(self, words: str, *, bad: bool = False) -> None:
        """One line at the foot; gone when the cursor moves on."""
        status = self.query_one("#status", Static)
        status.set_class(bad, "-bad")
        status.update(Text(safe_line(words), no_wrap=True, overflow="ellipsis"), layout=False)

    def look_outside(self) -> None:
        """Show what another process has written meanwhile."""
        if self.project.changed_outside():
            self.reload(everything=True)

    # The reader

    @on(Reader.Moved)
    def _moved(self) -> None:
        self._show_title()
        self._show_here()
        if self._place_timer is not None:
            self._place_timer.stop()
        self._place_timer = self.set_timer(1.0, self.keep_place)

    def _show_here(self) -> None:
        reader = self.reader
        parts = []
        for coding in self.codings_here(exact=False)[:4]:
            name = self.palette.names([coding.code])
            by = "" if coding.coder == self.project.coder else f" by {coding.coder}"
            memo = f" [{' '.join(coding.memo.split())}]" if coding.memo else ""
            parts.append(f"{self.palette.letter(coding.code)} {name}{by}{memo}")
        for suggestion in self.suggestions_here()[:2]:
            parts.append(f"? {self.palette.names([suggestion.code])} {suggestion.score:.2f}")
        chosen = reader.selection
        if chosen:
            words = len(reader.text[chosen[0] : chosen[1]].split())
            parts.insert(0, f"{words} word{'s' if words != 1 else ''} selected")
        elif reader.extending:
            parts.insert(0, "selecting")
        self.say("   ".join(parts))

    def keep_place(self) -> None:
        """Remember where the coder is, for the next start."""
        if self.document is not None:
            place = {"document": self.document.id, "offset": self.reader.cursor}
            self.project.remember("place", json.dumps(place))

    @on(Reader.CodingChosen)
    def _stripe(self, event: Reader.CodingChosen) -> None:
        self.reader.select(event.coding.span)

    def codings_here(self, *, exact: bool = True) -> list[Coding]:
        """Codings on the selection (those with its very span, if any), else at the cursor."""
        reader = self.reader
        if reader.selection:
            found = reader.index.within(*reader.selection)
            same = [c for c in found if (c.span.start, c.span.end) == reader.selection]
            return same if exact and same else found
        # Just after a coding is still "on" it: that is where selecting leaves the cursor.
        return reader.index.at(reader.cursor) or reader.index.at(max(reader.cursor - 1, 0))

    def suggestions_here(self) -> list[Suggestion]:
        """Open suggestions on the selection or at the cursor, best first."""
        low, high = self.reader.selection or (self.reader.cursor, self.reader.cursor + 1)
        found = [s for s in self.suggestions if s.span.start < high and low < s.span.end]
        return sorted(found, key=lambda s: -s.score)

    def target(self) -> Span | None:
        """What a code would be applied to: the selection, else the sentence at the cursor.

        None on a blank line between sentences: coding the one before, perhaps off the screen,
        would be a coding nobody meant.
        """
        reader = self.reader
        chosen = reader.selection or reader.units.at("sentence", reader.cursor)
        if chosen and not reader.selection and reader.cursor < len(reader.text):
            between = reader.text[chosen[1] : reader.cursor]
            chosen = None if "\n" in between else chosen
        stretch = trimmed(reader.text, *chosen) if chosen else None
        return Span(*stretch) if stretch else None

    # What keys do

    def attempt(self, does: Callable[[], str]) -> None:
        """Do something with the project, say what, and show the project as it is then."""
        try:
            said, bad = does(), False
        except TcncodeError as error:
            said, bad = str(error), True
        self.reload()
        self.say(said, bad=bad)

    def code_with(self, path: str) -> None:
        """Code the selection, or the sentence at the cursor."""
        document, span = self.document, self.target()
        if document is None or span is None:
            self.say("No sentence at the cursor. Move into one, or select words.", bad=True)
            return

        def does() -> str:
            self.project.code(document.id, span, path)
            words = len(document.text[span.start : span.end].split())
            return f"{words} word{'s' if words != 1 else ''} coded {path}"

        if path != self.last_code:
            self.last_code = path
            self._show_palette()
        self.attempt(does)

    def action_key(self, key: int) -> None:
        """Code with the code that has this digit."""
        for code in self.project.codebook.codes:
            if code.key == key:
                self.code_with(code.path)
                return
        self.say(f"No code has the key {key}; c picks from all codes.", bad=True)

    def action_repeat(self) -> None:
        """Code with the last code once more."""
        if self.last_code is None:
            self.say("No code was used yet; c picks one.", bad=True)
        else:
            self.code_with(self.last_code)

    def action_pick(self) -> None:
        """Choose from all codes."""
        from tcncode.tui.pickers import CodePicker

        span = self.target()
        if span is None:
            self.say("No sentence at the cursor. Move into one, or select words.", bad=True)
            return
        words = len(span.of(self.reader.text).split())
        asks = f"Code {words} word{'s' if words != 1 else ''} with"

        def chosen(path: str | None) -> None:
            if path is not None:
                self.code_with(path)

        self.app.push_screen(CodePicker(self.project.codebook, self.palette, asks), chosen)

    def _one_of(self, asks: str, then: Callable[[Coding], None]) -> None:
        """Do something with the coding here, asking which if there are several of one's own."""
        from tcncode.tui.pickers import CodingPicker

        found = self.codings_here()
        own = [c for c in found if c.coder == self.project.coder]
        if not own:
            whose = f"only {found[0].coder}'s" if found else "no"
            self.say(
                f"There is {whose} coding of yours here."
                if not found
                else f"The coding here is {whose}.",
                bad=True,
            )
        elif len(own) == 1:
            then(own[0])
        else:
            by_id = {coding.id: coding for coding in own}

            def chosen(coding_id: str | None) -> None:
                if coding_id is not None:
                    then(by_id[coding_id])

            picker = CodingPicker(own, self.project.codebook, self.palette, asks, self.reader.text)
            self.app.push_screen(picker, chosen)

    def action_remove(self) -> None:
        """Remove a coding here."""

        def remove(coding: Coding) -> None:
            def does() -> str:
                self.project.uncode(coding.id)
                return f"removed {self.palette.names([coding.code])} (u undoes)"

            self.attempt(does)

        self._one_of("Remove which coding?", remove)

    def action_memo(self) -> None:
        """Write a memo on a coding here."""
        from tcncode.tui.memo_editor import MemoEditor

        def write(coding: Coding) -> None:
            def keep(memo: str | None) -> None:
                if memo is not None:

                    def does() -> str:
                        self.project.memo(coding.id, memo)
                        return "memo saved"

                    self.attempt(does)

            words = " ".join(coding.span.of(self.reader.text).split())
            about = f"{self.palette.names([coding.code])}: {safe_line(words)}"
            self.app.push_screen(MemoEditor(about, coding.memo), keep)

        self._one_of("A memo on which coding?", write)

    def action_undo(self) -> None:
        """Take the last action back."""
        self.attempt(lambda: f"undone: {self.project.undo()}")

    def action_redo(self) -> None:
        """Do it again."""
        self.attempt(lambda: f"done again: {self.project.redo()}")

    def action_next_coding(self, step: int) -> None:
        """To where the next or previous coding begins."""
        at, starts = self.reader.cursor, self.reader.index.starts()
        ahead = [s for s in starts if s > at] if step > 0 else [s for s in starts if s < at][::-1]
        if ahead:
            self.reader.place(ahead[0], third=True)
        else:
            self.say("No more codings that way." if starts else "Nothing is coded here yet.")

    def action_others(self) -> None:
        """Show or hide the codings of other coders."""
        self.show_others = not self.show_others
        self.reload()
        self.say("codings of all coders" if self.show_others else "your codings only")

    # Suggestions

    def action_next_suggestion(self, step: int) -> None:
        """Select the next or previous suggested passage."""
        chosen = self.reader.selection
        at = chosen[0] if chosen else self.reader.cursor - (1 if step > 0 else 0)
        places = sorted({s.span for s in self.suggestions})
        ahead = [s for s in places if s.start > at]
        if step < 0:
            ahead = [s for s in places if s.start < at][::-1]
        if ahead:
            self.reader.select(ahead[0])
        else:
            self.say('No more suggestions that way. "tcncode suggest" makes them.')

    def action_answer(self, accepted: bool) -> None:
        """Accept or reject the suggestion here."""
        found = self.suggestions_here()
        if found:
            self._answer(found[0], accepted)
        else:
            self.say("No suggestion here; > goes to the next one.", bad=True)

    @on(SuggestionList.Answered)
    def _answered(self, event: SuggestionList.Answered) -> None:
        self._answer(event.suggestion, event.accepted)

    def _answer(self, suggestion: Suggestion, accepted: bool) -> None:
        name = self.palette.names([suggestion.code])

        def does() -> str:
            if accepted:
                self.project.accept(suggestion.id)
                return f"accepted {name} (u undoes)"
            self.project.reject(suggestion.id)
            return f"rejected {name} (u undoes)"

        self.attempt(does)

    @on(SuggestionList.Visited)
    def _visit(self, event: SuggestionList.Visited) -> None:
        self.reader.select(event.suggestion.span)
        if not event.stay:
            self.action_back()

    # Finding

    def action_find(self) -> None:
        """Ask for words, go to the first place after the cursor."""
        from tcncode.tui.pickers import FindWindow

        def find(query: str | None) -> None:
            if query:
                # On the text itself: folding case would change lengths and so offsets.
                pattern = re.compile(re.escape(query), re.IGNORECASE)
                self._query = query
                self._hits = [m.start() for m in pattern.finditer(self.reader.text)]
                self.reader.show_hits((hit, hit + len(query)) for hit in self._hits)
                self.action_next_hit(1)

        self.app.push_screen(FindWindow(self._query), find)

    def action_next_hit(self, step: int) -> None:
        """To the next or previous place found, round the end."""
        if not self._hits:
            what = f'"{self._query}" is not here.' if self._query else "/ finds words first."
            self.say(what, bad=True)
            return
        at = self.reader.cursor
        if step > 0:
            place = next((i for i, hit in enumerate(self._hits) if hit > at), 0)
        else:
            last = len(self._hits) - 1
            place = next((i for i in range(last, -1, -1) if self._hits[i] < at), last)
        self.reader.show_hits((hit, hit + len(self._query)) for hit in self._hits)
        self.reader.place(self._hits[place], third=True)
        self.call_after_refresh(self.say, f'"{self._query}" {place + 1} of {len(self._hits)}')

    # Panes

    def action_drawer(self, which: str) -> None:
        """Show a pane and go there; from there, hide it."""
        pane = self.query_one(f"#{which}")
        left, right = self.query_one("#left"), self.query_one("#right")
        side = right if which == "suggestions" else left
        lies_over = self.has_class("-narrow") or (side is right and not self.has_class("-wide"))
        if pane.has_focus:
            side.remove_class("-open")
            side.set_class(not lies_over, "-shut")
            self.reader.focus()
            return
        (left if side is right else right).remove_class("-open")
        side.remove_class("-shut")
        if side is left:
            left.set_class(which == "documents", "-documents")
            left.set_class(which == "codes", "-codes")
        side.set_class(lies_over, "-open")
        pane.focus()

    def action_back(self) -> None:
        """To the document; panes that lie over it close."""
        self.query("#left, #right").remove_class("-open")
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
        self._define(event.code)

    def _define(self, code: Code) -> None:
        self.query_one("#definition", Static).update(definition(code))

    def action_report(self) -> None:
        """What each network does."""
        from tcncode.tui.report_screen import ReportScreen

        self.app.push_screen(ReportScreen(self.project))

    def action_help(self) -> None:
        """All keys."""
        from tcncode.tui.key_help import KeyHelp

        groups = [
            ("Coding", [b for b in SCREEN_KEYS if isinstance(b, Binding)]),
            ("Reading and selecting", [b for b in Reader.BINDINGS if isinstance(b, Binding)]),
            (
                "In the list of suggestions",
                [b for b in SuggestionList.BINDINGS if isinstance(b, Binding)],
            ),
        ]
        self.app.push_screen(KeyHelp(groups))
