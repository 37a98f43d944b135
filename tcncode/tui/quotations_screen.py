"""Quotations: the codings that filters and an expression find, to read, correct and take along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from tcncode.errors import TcncodeError
from tcncode.model import SETTLED, Coding, DocumentEntry
from tcncode.text.numbers import counted
from tcncode.text.safe import safe_line
from tcncode.tui.key_line import KeyLine
from tcncode.tui.long_list import LongList, Piece
from tcncode.tui.palette import fit
from tcncode.tui.quotation_keys import QuotationKeys
from tcncode.tui.quotation_order import FILTERS, ORDERS, Asked, headings, in_order
from tcncode.tui.quotation_view import about_quotation
from tcncode.tui.study_screen import told

if TYPE_CHECKING:
    from tcncode.project import Project

_AT_ONCE = 5_000
"""Codings of a project that are looked through before the next key is read; more, in a thread."""
_PAUSE = 0.25
"""Seconds without a key before an expression is read."""


@dataclass(slots=True)
class _Kept:
    """How the screen was left, for the next time."""

    asked: Asked = field(default_factory=Asked)
    order: str = "place"
    coding: str = ""


_KEPT: WeakKeyDictionary[Project, _Kept] = WeakKeyDictionary()
"""For each project that was opened, until it is closed."""


class QuotationsScreen(QuotationKeys):
    """Filters, the quotations they leave, and the highlighted one in its context."""

    AUTO_FOCUS = "#list"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it without ClassVar
        (0, "-narrow"), (120, "-wide"),
    ]  # fmt: skip
    DEFAULT_CSS = """
    QuotationsScreen #asking { height: 1; }
    QuotationsScreen #asks { width: auto; padding: 0 1; text-style: bold; }
    QuotationsScreen #where { width: 1fr; height: 1; border: none; padding: 0; background: $boost; }
    QuotationsScreen .-wrong #asks, QuotationsScreen .-wrong #where { color: $text-error; }
    QuotationsScreen #filters { height: auto; max-height: 2; padding: 0 1; }
    QuotationsScreen #both { height: 1fr; layout: vertical; }
    QuotationsScreen #quotation {
        height: 40%; padding: 0 1; border-top: solid $primary 50%; scrollbar-size-vertical: 1;
    }
    QuotationsScreen.-wide #both { layout: horizontal; }
    QuotationsScreen.-wide #quotation {
        width: 40%; height: 1fr; border-top: none; border-left: vkey $primary 50%;
    }
    """

    @dataclass
    class Found(Message):
        """A thread has found what was asked for."""

        look: int
        """Which of the screen's looks it was."""
        asked: Asked
        codings: list[Coding]
        entries: list[DocumentEntry]

    @dataclass
    class Failed(Message):
        """A thread could not find it."""

        look: int
        error: TcncodeError

    def __init__(self, project: Project, **asks: Any) -> None:
        """With anything asked for, fields of ``Asked``: just that. Else as it was left."""
        super().__init__(project)
        asked = Asked(**asks)
        self._keeps = asked == Asked()
        kept = _KEPT.get(project, _Kept()) if self._keeps else _Kept(asked)
        self.asked, self.order = kept.asked, kept.order
        self._return_to = kept.coding
        self._shown = kept.asked
        """What the list shows; other than what is asked while an expression is not complete."""
        self._found: list[Coding] = []
        self._entries: dict[str, DocumentEntry] = {}
        self._sentences: tuple[str, list[tuple[int, int]]] = ("", [])
        self._several_coders = False
        self._pause: Timer | None = None
        self._away = False
        self._look = 0
        """How often was looked."""
        self._is_wrong = False
        """Whether the expression in the line cannot be read, and the list is an earlier one's."""
        self._words_stay = False

    def compose(self) -> ComposeResult:
        """Title, expression, filters, list, quotation, status, keys."""
        yield Static(id="title")
        with Horizontal(id="asking"):
            yield Static("where", id="asks")
            example = "any; such as: sharing near 3 shaming"
            yield Input(self.asked.where, placeholder=example, id="where")
        yield Static(id="filters")
        with Horizontal(id="both"):
            yield LongList[Coding](self._line, id="list")
            with VerticalScroll(id="quotation"):
                yield Static(id="words")
        yield Static(id="status")
        yield KeyLine()

    def on_mount(self) -> None:
        """As it was left, or as it was asked for."""
        self.look()

    def on_screen_resume(self) -> None:
        """Codings may have come and gone while the text was on show."""
        if self._away:
            self._away = False
            self.look()

    def read_back(self) -> None:
        """Find again."""
        self.look()

    def theme_changed(self) -> None:
        """Codes have other colours, in the list and beside it."""
        self.results.repaint()
        self._show_quotation()

    # Looking

    def look(self) -> None:
        """Find what is asked for: here if that is quick, else in a thread, so that keys stay alive.

        Where it cannot be read, say why and leave the list.
        """
        self._pause = None
        self._look += 1
        if self.project.coding_count() > _AT_ONCE:
            self.say_title("quotations: looking...")
            self._look_apart(self._look, self.asked)
            return
        try:
            self._take(self.asked, _found(self.project, self.asked), self.project.documents())
        except TcncodeError as error:
            self._fail(error)

    @work(thread=True, exclusive=True, group="quotations", exit_on_error=False)
    def _look_apart(self, look: int, asked: Asked) -> None:
        try:
            # A connection belongs to the thread that made it.
            with type(self.project).open(self.project.path, coder=self.project.coder) as project:
                found = self.Found(look, asked, _found(project, asked), project.documents())
        except Exception as error:  # whatever it is, it is shown
            self.post_message(self.Failed(look, told(error)))
        else:
            self.post_message(found)

    @on(Found)
    def _came(self, event: Found) -> None:
        event.stop()
        if event.look == self._look:
            self._take(event.asked, event.codings, event.entries)

    @on(Failed)
    def _failed(self, event: Failed) -> None:
        event.stop()
        if event.look == self._look:
            self._fail(event.error)

    def _fail(self, error: TcncodeError) -> None:
        self._show_whether(wrong=True)
        self._show_title()
        self.say(str(error), bad=True)
        self._words_stay = False  # it is wrong no longer once something is found

    def _take(self, asked: Asked, found: list[Coding], entries: Sequence[DocumentEntry]) -> None:
        """Show what was found."""
        if not self._words_stay:
            self.say("")
        self._words_stay = False
        self._found, self._shown = found, asked
        self._show_whether(wrong=False)
        self._entries = {entry.id: entry for entry in entries}
        self._several_coders = len({c.coder for c in found}) > 1
        self._show_list()

    def _show_whether(self, *, wrong: bool) -> None:
        """Whether the expression in the line is the one that the list was made by."""
        self._is_wrong = wrong
        self.query_one("#asking").set_class(wrong, "-wrong")
        self.query_one("#asks", Static).update("not read" if wrong else "where")

    def say(self, words: str, bad: bool = False) -> None:
        """What happened; quotations that come in later do not wipe it away."""
        super().say(words, bad)
        self._words_stay = bool(words)

    def _show_list(self) -> None:
        """The found ones in the order asked for, the cursor where it was."""
        before, at = self._return_to, self.results.cursor
        items = in_order(self._found, self.order, self.project.codebook)
        places = {coding.id: n for n, coding in enumerate(items)}
        groups = headings(items, self.order, self._entries, lambda code: self.palette.names([code]))
        self.results.show(items, groups, at=places.get(before, at))
        self._show_filters()
        self._show_title()
        if not items:
            self.say("No coding fits; 0 takes the filters off.")

    # Showing

    def _show_title(self) -> None:
        found = self._found
        documents = {c.document for c in found}
        networks = {self._entries[key].network for key in documents} - {None}
        coders = len({c.coder for c in found})
        words = f"quotations: {len(found):,}"
        # A place counts once, whoever coded it and with whichever of the codes.
        passages = len({(c.document, c.span) for c in found})
        words += f" ({counted(passages, 'passage')})" if passages < len(found) else ""
        settled = sum(c.coder == SETTLED for c in found)
        words += f", {settled:,} of them settled" if 0 < settled < len(found) else ""
        words += f" in {counted(len(documents), 'document')}"
        words += f" of {counted(len(networks), 'network')}" if networks else ""
        if self._is_wrong:
            words += f" · still where {self._shown.where or 'any'}"
        else:
            words += f", {counted(coders, 'coder')} · by {self.order}"
        self.say_title(words)

    def _show_filters(self) -> None:
        line = Text()
        for key, name in FILTERS:
            value = getattr(self.asked, name)
            if name == "document" and value in self._entries:
                value = self._entries[value].name
            said = f": {fit(safe_line(value), 24)}" if value else ""
            line.append(f"{key} ", "bold")
            line.append(f"{name}{said}  ", "bold reverse" if value else "dim")
        line.append("l ", "bold").append("more  ", "dim")
        for name, value in self.asked.more().items():
            if value:
                line.append(f"{name}: {fit(safe_line(value), 24)}  ", "bold reverse")
        if self.asked.any_coder:
            line.append("a across coders", "bold reverse")
        self.query_one("#filters", Static).update(line)

    def _line(self, coding: Coding, width: int) -> list[Piece]:
        """Code, coder where there are several, a mark for a memo, and the words."""
        look = self.palette.stripe(coding.code) + Style(bold=True)
        pieces = [(self.palette.letter(coding.code) + " ", look)]
        room = max(12, min(28, width // 4))
        name = self.palette.names([coding.code])
        # The letter has the top code's colour: of a long name, the end tells more.
        name = name if cell_len(name) < room else name.rpartition("/")[2]
        pieces.append((_column(name, room), Style()))
        if self._several_coders:
            pieces.append((_column(safe_line(coding.coder), 9), Style(dim=True)))
        pieces.append(("m " if coding.memo else "  ", Style(bold=True)))
        text = self.project.text(coding.document)
        words = text[coding.span.start : min(coding.span.end, coding.span.start + 4 * width)]
        return [*pieces, (safe_line(" ".join(words.split())), Style())]

    @on(LongList.Highlighted)
    def _highlighted(self) -> None:
        coding = self.results.item
        self._return_to = coding.id if coding else ""
        if self._keeps:
            _KEPT[self.project] = _Kept(self._shown, self.order, self._return_to)
        self._show_quotation()

    def _show_quotation(self) -> None:
        """The highlighted one in full, between the sentences before and after it."""
        coding, out = self.results.item, Text()
        if coding is not None:
            key, project = coding.document, self.project
            if self._sentences[0] != key:
                self._sentences = key, project.stretches(key, "sentence")
            out = about_quotation(
                coding, self._entries[key], project.text(key), self._sentences[1], self.palette
            )
        self.query_one("#words", Static).update(out)
        self.query_one("#quotation").scroll_home(animate=False)

    # Asking

    @on(Input.Changed, "#where")
    def _typed(self, event: Input.Changed) -> None:
        if event.value == self.asked.where:
            return
        self.asked = replace(self.asked, where=event.value)
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(_PAUSE, self.look)

    @on(Input.Submitted, "#where")
    def _submitted(self) -> None:
        if self._pause is not None:
            self._pause.stop()
            self.look()
        if not self._is_wrong:
            self.results.focus()

    def ask_for(self, **changes: Any) -> None:
        if self._is_wrong:  # a filter is for the list on show, and goes with its expression
            self.asked = replace(self.asked, where=self._shown.where)
            self.query_one("#where", Input).value = self._shown.where
        self.asked = replace(self.asked, **changes)
        self.look()

    def action_where(self) -> None:
        """To the expression."""
        self.query_one("#where", Input).focus()

    def action_list(self) -> None:
        """To the list."""
        self.results.focus()

    def action_clear(self) -> None:
        """No filters and no expression."""
        self.asked = Asked()
        self.query_one("#where", Input).value = ""
        self.look()

    def action_any_coder(self) -> None:
        """Let codings of different coders meet in an expression, or no longer."""
        self.ask_for(any_coder=not self.asked.any_coder)

    def action_sort(self) -> None:
        """By place, code, coder, length."""
        self.order = ORDERS[(ORDERS.index(self.order) + 1) % len(ORDERS)]
        self._show_list()

    # What keys do with the highlighted one

    @on(LongList.Opened)
    def _go(self) -> None:
        coding = self.results.item
        if coding is not None:
            self._away = True
            self.go_to(coding.document, coding.span)


def _found(project: Project, asked: Asked) -> list[Coding]:
    return project.quotations_where(
        asked.where, network=asked.network, document=asked.document, kind=asked.kind,
        code=asked.code, coder=asked.coder, origin=asked.origin, text=asked.text or "",
        memo=asked.memo or "", any_coder=asked.any_coder, year=asked.year, role=asked.role,
        no_interviewers=asked.no_interviewers, language=asked.language, since=asked.since,
        until=asked.until, finished_by=asked.finished_by,
    )  # fmt: skip


def _column(text: str, width: int) -> str:
    """A text in so many cells, the last one blank."""
    return set_cell_size(fit(text, width - 1), width)
