"""The queue of suggestions on screen: which are listed, and what the one at the cursor rests on."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import TYPE_CHECKING

from rich.cells import set_cell_size
from rich.style import Style
from rich.text import Text
from textual import on

from tcncode.model import DocumentEntry, Suggestion
from tcncode.reports import NO_NETWORK
from tcncode.text.safe import safe_line
from tcncode.tui.boundaries import Passage
from tcncode.tui.long_list import Group, LongList, Piece
from tcncode.tui.palette import fit
from tcncode.tui.pickers import LinePicker
from tcncode.tui.queue_order import GROUPINGS, Queue
from tcncode.tui.study_screen import StudyScreen, one_line
from tcncode.tui.suggestion_view import Reading, about_suggestion
from tcncode.tui.text_pane import TextPane

if TYPE_CHECKING:
    from tcncode.project import Project

_TALL = 40
"""Rows from which on two sentences are shown before and after, instead of one."""
_DIM = Style(dim=True)
_SCORES = (0.5, 0.6, 0.7, 0.8, 0.9)


class QueueView(StudyScreen):
    """Lists, narrows and shows; what answers a suggestion is added by the class built on this."""

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self.queue = Queue()
        self._filters: dict[str, str] = {}
        self._entries: dict[str, DocumentEntry] = {}
        self._passage: Passage | None = None
        self._shown: Suggestion | None = None
        self._unseen = False
        self._reading: Reading | None = None
        self._loaded = False
        self._busy = ""
        self._leaving = False

    @property
    def rows(self) -> LongList[Suggestion]:
        """The suggestions' rows."""
        return self.query_one(LongList)

    @property
    def current(self) -> Suggestion | None:
        """The suggestion on show."""
        shown = self.queue.shown
        return shown[min(self.rows.cursor, len(shown) - 1)] if shown else None

    @property
    def passage(self) -> Passage | None:
        """What accepting would code."""
        return self._passage

    def take_unseen(self) -> bool:
        """Whether another suggestion came on show by itself, or is not drawn yet; said once."""
        now, drawn, unseen = self.current, self._shown, self._unseen
        self._unseen = False
        return unseen or now is None or drawn is None or now.id != drawn.id

    def on_mount(self) -> None:
        """Read all that is open."""
        self.rows.focus()
        self._load()
        self.set_interval(1.0, self.look_outside)

    def on_screen_resume(self) -> None:
        """Back from the text, where suggestions may have been answered."""
        if self._loaded and self.is_current and self.project.state() != self.seen:
            self._follow()

    def on_resize(self) -> None:
        """Names are cut to the title's width."""
        self._show()

    # Reading

    def _load(self) -> None:
        """Everything anew, from the first one on."""
        self._read()
        self._show(0)

    def _read(self) -> None:
        self._loaded = True
        self.seen = self.project.state()
        entries = self.project.documents()
        self._entries = {entry.id: entry for entry in entries}
        self._reading = None
        self.queue.load(
            self.project.suggestions(),
            documents=[entry.id for entry in entries],
            codes=[code.id for code in self.project.codebook.codes],
        )
        self._narrow()

    def theme_changed(self) -> None:
        """Codes have other colours, in the list and beside it."""
        self._show()

    def read_back(self) -> None:
        """What was answered elsewhere goes, what came up is added; said where one looks at it."""
        before = self._shown
        self._follow()
        self._say_if_gone(before)

    def _say_if_gone(self, before: Suggestion | None) -> bool:
        """Have another one, that came in the place of what was on show, be looked at first."""
        if before is None or self._shown is None or self.queue.row_of(before.id) is not None:
            return False
        self._unseen = True
        self.say("The suggestion shown is not open any more: this is another one.", bad=True)
        return True

    def _follow(self) -> None:
        self._entries = {entry.id: entry for entry in self.project.documents()}
        self._catch_up()
        self._show()

    def _catch_up(self) -> set[str]:
        """Bring the list to what is open now; gives the ids that came."""
        self.seen = self.project.state()
        came, went = self.queue.missing(self.project.open_suggestions())
        current = self.current
        self.queue.drop(went)
        unknown = sorted(came - self.queue.known.keys())
        fresh = self.project.suggestions(ids=unknown) if unknown else []
        self.queue.add([*fresh, *(self.queue.known[key] for key in came - set(unknown))])
        if current:
            self._list(self.queue.place_of(current))
        return came

    def _narrow(self) -> None:
        network, code = self._filters.get("network"), self._filters.get("code")
        nowhere = network == NO_NETWORK
        wanted = None if nowhere else network
        book = self.project.codebook
        self.queue.narrow(
            documents=[k for k, e in self._entries.items() if e.network == wanted]
            if network
            else None,
            codes=[c.id for c in book.under(code)] if code else None,
            least=float(self._filters.get("score", 0)),
        )

    # Showing

    def _show(self, row: int | None = None) -> None:
        """List and suggestion, the cursor on a row or where it was."""
        if not self.is_mounted:
            return
        self._list(self.rows.cursor if row is None else row)
        if row is not None:
            self._passage = None
        self._show_title()
        self._show_what()

    def _list(self, row: int) -> None:
        """The rows anew, the cursor on one; what that says is on show already, or will be."""
        with self.prevent(LongList.Highlighted):
            self.rows.show(self.queue.shown, self._headings(), at=row)

    def _headings(self) -> list[Group]:
        """What those below have in common, so that their rows need not say it."""
        keys: dict[str, Callable[[Suggestion], str]] = {
            "document": lambda s: s.document, "code": lambda s: s.code,
        }  # fmt: skip
        if self.queue.grouping not in keys:
            return []
        groups, first = [], 0
        for key, here in groupby(self.queue.shown, key=keys[self.queue.grouping]):
            count = sum(1 for _ in here)
            name = self.palette.names([key]) if self.queue.grouping == "code" else self._called(key)
            groups.append((first, f"{count} · {name}"))
            first += count
        return groups

    def _called(self, document: str) -> str:
        entry = self._entries.get(document)
        return entry.name if entry else document

    def _line(self, s: Suggestion, width: int) -> list[Piece]:
        palette, name = self.palette, self.palette.name(s.code)
        pieces = [
            (f"{s.score:.2f} ", Style()),
            (f"{palette.letter(s.code)} ", palette.stripe(s.code) + Style(bold=True)),
        ]
        if self.queue.grouping == "document":
            return [*pieces, (name, Style())]
        room = 0 if self.queue.grouping == "code" else max(width // 2 - 6, 8)
        where = safe_line(self._called(s.document))
        return [*pieces, (set_cell_size(fit(name, room), room), Style()), (f" {where}", _DIM)]

    def _show_title(self) -> None:
        words = f"Suggestions · {len(self.queue.shown)} open · by {self.queue.grouping}"
        for key, value in self._filters.items():
            words += f" · {key} {'at least ' if key == 'score' else ''}{value}"
        text = one_line(words, "bold")
        if self._busy:
            text.append(f" · {self._busy}", "not bold")
        self.say_title(text)

    def _show_what(self) -> None:
        self.query_one(TextPane).show(self._what())

    def _what(self) -> Text:
        """The suggestion in its context, what speaks for it, and by which definition."""
        s = self.current
        if s is None or self._shown is None or s.id != self._shown.id:
            self._passage, self._unseen = None, False  # boundaries are moved for one of them
        self._shown = s
        if s is None:
            none = "No open suggestion fits. F shows all."
            return Text(none if self._filters else "No open suggestions. S makes some.")
        self._passage = self._passage or Passage(s.span)
        return about_suggestion(
            s, self._passage, self._document(s.document), self._entries.get(s.document),
            self.project.codebook.by_id().get(s.code), self.project.track_record().get(s.code),
            self.palette, around=1 if self.size.height < _TALL else 2,
        )  # fmt: skip

    def _document(self, key: str) -> Reading:
        if self._reading is None or self._reading.document != key:
            self._reading = Reading.of(self.project, key)
        return self._reading

    @on(LongList.Highlighted)
    def _moved(self) -> None:
        self._passage = None
        self.say("")
        self._show_what()

    @on(LongList.Opened)
    def _jump(self) -> None:
        s = self.current
        if s is not None:
            self.go_to(s.document, s.span)

    # The list

    def action_group(self) -> None:
        """Another order; the cursor stays on its suggestion."""
        current = self.current
        at = GROUPINGS.index(self.queue.grouping)
        self.queue.arrange(GROUPINGS[(at + 1) % len(GROUPINGS)])
        self._list((self.queue.row_of(current.id) or 0) if current else 0)
        self._show()

    def action_document(self, step: int) -> None:
        """To the next or previous document."""
        row = self.queue.beside(self.rows.cursor, step) if self.queue.shown else None
        if row is None:
            self.say("No other document that way.", bad=True)
        else:
            self.rows.place(row)

    def action_filter(self) -> None:
        """Fewer: one code, one network, or from a score on."""
        networks = sorted({e.network for e in self._entries.values() if e.network is not None})
        networks += [NO_NETWORK] if any(e.network is None for e in self._entries.values()) else []
        choices: list[tuple[str, str | None]] = [(key, None) for key in self._filters]
        choices += [("code", code.path) for code in self.project.codebook.codes]
        choices += [("score", f"{score}") for score in _SCORES]
        choices += [("network", network) for network in networks]

        def chosen(place: int | None) -> None:
            if place is None:
                return
            key, value = choices[place]
            self._filters.pop(key, None)
            if value is not None:
                self._filters[key] = value
            self._narrow()
            self._show(0)

        lines = [
            f"{key}: {'all' if value is None else ('at least ' if key == 'score' else '') + value}"
            for key, value in choices
        ]
        self.app.push_screen(LinePicker("Show only", lines), chosen)

    def action_unfilter(self) -> None:
        """Show all."""
        self._filters.clear()
        self._narrow()
        self._show(0)
