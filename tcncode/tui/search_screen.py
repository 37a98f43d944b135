"""Words looked for in all texts: every hit with its context, to go to or to be coded at once.

The search runs in a thread with a connection of its own, so keys never wait for it; hits come
in document by document. Lines are made of the texts when they come into view.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar
from weakref import WeakKeyDictionary

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from tcncode.model import Coding, DocumentEntry
from tcncode.project.finding import PASSAGES
from tcncode.reports import NO_NETWORK
from tcncode.search import Hit
from tcncode.text import Span
from tcncode.text.numbers import counted
from tcncode.tui.coding_index import CodingIndex
from tcncode.tui.hit_line import hit_line
from tcncode.tui.key_line import KeyLine
from tcncode.tui.long_list import ChoiceList, Group, LongList, Piece
from tcncode.tui.search_keys import Asked, HitKeys
from tcncode.tui.study_screen import told

if TYPE_CHECKING:
    from tcncode.project import Project

MODES = ("words", "fuzzy", "regex")
_PAUSE = 0.2
"""Seconds without a key before what is typed is looked for."""
_OFTEN = 0.1
"""Seconds between two lots of hits on their way to the screen."""


@dataclass(slots=True)
class _Kept:
    """How the screen was left, for the next time."""

    asked: Asked = field(default_factory=Asked)
    place: tuple[str, Span] | None = None


_KEPT: WeakKeyDictionary[Project, _Kept] = WeakKeyDictionary()
"""For each project that was opened, until it is closed."""


class SearchScreen(HitKeys):
    """A query, and its hits in their context."""

    AUTO_FOCUS = "#query"
    DEFAULT_CSS = """
    SearchScreen #asking { height: 1; }
    SearchScreen #how { width: auto; padding: 0 1; text-style: bold; }
    SearchScreen #query { width: 1fr; height: 1; border: none; padding: 0; background: $boost; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "code", "Code", id="search.code",
                tooltip="Code the chosen hits, or all if none is chosen"),
        Binding("p", "passage", "Passage", id="search.passage",
                tooltip="Code the sentence, the paragraph or the hit alone"),
        Binding("t,ctrl+t", "mode", "Mode", id="search.mode",
                tooltip="Look for words, for nearly these words, or for a regular expression"),
        Binding("f", "network", "Network", id="search.network",
                tooltip="Look in one network's documents"),
        Binding("slash", "query", "Query", id="search.query"),
        Binding("escape,backspace", "dismiss", "Back", id="search.back"),
        Binding("down", "list", "To the hits", show=False, id="search.list"),
        Binding("tab", "app.focus_next", "Query or hits", show=False, id="search.other"),
        Binding("plus,equals_sign", "score(5)", "Likelier", show=False, id="search.likelier"),
        Binding("minus", "score(-5)", "Less like", show=False, id="search.less_like"),
        Binding("u", "undo", "Undo", show=False, id="search.undo"),
        Binding("ctrl+r", "redo", "Redo", show=False, id="search.redo"),
    ]  # fmt: skip

    @dataclass
    class Found(Message):
        """More hits, a list a document; ``over`` when these are the last."""

        search: int
        """Which of the screen's searches found them."""
        documents: list[list[Hit]]
        over: bool

    @dataclass
    class Failed(Message):
        """The query cannot be looked for."""

        search: int
        words: str

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        kept = _KEPT.setdefault(project, _Kept())
        self.asked = kept.asked
        self.searching = False
        self._is_wrong = False
        """Whether what is asked for cannot be looked for."""
        self._return_to = kept.place
        self._entries: dict[str, DocumentEntry] = {}
        self._with_hits: set[str] = set()
        self._codings: dict[str, CodingIndex] = {}
        self._search = 0
        self._pause: Timer | None = None

    def compose(self) -> ComposeResult:
        """Title, query, hits, status, keys."""
        yield Static(id="title")
        with Horizontal(id="asking"):
            yield Static(id="how")
            yield Input(self.asked.query, placeholder="words to look for", id="query")
        yield ChoiceList[Hit](self._line, id="hits")
        yield Static(id="status")
        yield KeyLine()

    def on_mount(self) -> None:
        """As it was left."""
        self._entries = {entry.id: entry for entry in self.project.documents()}
        self._show_asked()
        if self.asked.query:
            self.hits.focus()
            self.look()
        else:
            self.say('Words, "a phrase", begin* - enter goes to the hits, ctrl+t changes the mode.')

    def on_screen_resume(self) -> None:
        """Codings may have come and gone while the text was on show."""
        if self.is_mounted:
            self.read_back()

    def read_back(self) -> None:
        """The hits' codings may be others now."""
        self._codings.clear()
        self.hits.repaint()

    def theme_changed(self) -> None:
        """The letters of the codes have other colours."""
        self.hits.repaint()

    def _keep(self) -> None:
        """Remember how the screen is, for the next time it is opened."""
        hit = self.hits.item
        place = (hit.document, hit.span) if hit else self._return_to
        _KEPT[self.project] = _Kept(self.asked, place)

    # Looking

    @on(Input.Changed, "#query")
    def _typed(self, event: Input.Changed) -> None:
        if event.value == self.asked.query:
            return
        self.asked = replace(self.asked, query=event.value)
        self._return_to = None
        self._later()

    def _later(self) -> None:
        """Look when no further key has come for a moment."""
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(_PAUSE, self.look)

    @on(Input.Submitted, "#query")
    def _submitted(self) -> None:
        if self._pause is not None:
            self._pause.stop()
            self.look()
        if not self._is_wrong:
            self.hits.focus()

    def look(self) -> None:
        """Look for what is asked, from the beginning."""
        self._pause = None
        self._search += 1
        self._with_hits.clear()
        self._codings.clear()
        self.hits.show(())
        self.say("")
        self.searching = bool(self.asked.query.strip())
        self._is_wrong = False
        self._show_asked()
        if self.searching:
            self._look(self.asked, self._search)

    @work(thread=True, exclusive=True, group="search", exit_on_error=False)
    def _look(self, asked: Asked, search: int) -> None:
        worker = get_current_worker()
        found: list[list[Hit]] = []
        sent = time.monotonic()
        try:
            # A connection belongs to the thread that made it.
            with type(self.project).open(self.project.path, coder=self.project.coder) as project:
                for hits in project.each_found(
                    asked.query, mode=asked.mode, score=asked.score, network=asked.network
                ):
                    if worker.is_cancelled:
                        return
                    if hits:
                        found.append(hits)
                    if found and time.monotonic() - sent > _OFTEN:
                        self.post_message(self.Found(search, found, False))
                        found, sent = [], time.monotonic()
        except Exception as error:  # whatever it is, it is shown
            self.post_message(self.Failed(search, str(told(error))))
        else:
            self.post_message(self.Found(search, found, True))

    @on(Found)
    def _found(self, event: Found) -> None:
        if event.search != self._search:
            return
        first = len(self.hits.items)
        groups: list[Group] = []
        hits: list[Hit] = []
        for here in event.documents:
            entry = self._entries.get(here[0].document)
            if entry is None:  # imported since by another process
                self._entries = {e.id: e for e in self.project.documents()}
                entry = self._entries[here[0].document]
            self._with_hits.add(entry.id)
            heading = f"{len(here)} · {entry.network or 'no network'} · {entry.name}"
            groups.append((first + len(hits), heading))
            hits += here
        self.hits.extend(hits, groups)
        self.searching = not event.over
        if event.over:
            self._finished()
        self._show_title()

    def _finished(self) -> None:
        if self._return_to is not None:
            places = [(hit.document, hit.span) for hit in self.hits.items]
            if self._return_to in places:
                self.hits.place(places.index(self._return_to))
            self._return_to = None
        if not self.hits.items:
            other = "nearly these words" if self.asked.mode == "words" else "words"
            self.say(f"Nothing found. ctrl+t looks for {other}; f changes the network.")
        elif not self.query_one("#status", Static).has_class("-bad"):
            self._show_hit()

    @on(Failed)
    def _failed(self, event: Failed) -> None:
        if event.search == self._search:
            self.searching, self._is_wrong = False, True
            self._show_title()
            self.say(event.words, bad=True)
            if self.is_current and self.hits.has_focus:  # where hits were to come
                self._correct()

    # Showing

    def _show_asked(self) -> None:
        asked = self.asked
        mode = f"fuzzy {asked.score}" if asked.mode == "fuzzy" else asked.mode
        self.query_one("#how", Static).update(Text(mode))
        self._show_title()

    def _show_title(self) -> None:
        self._keep()
        hits, network = len(self.hits.items), self.asked.network
        networks = {self._entries[key].network for key in self._with_hits} - {None}
        parts = [f"search: {counted(hits, 'hit')} in {counted(len(self._with_hits), 'document')}"]
        if networks:
            parts[0] += f" of {counted(len(networks), 'network')}"
        if self.hits.chosen:
            parts.append(f"{len(self.hits.chosen):,} chosen")
        parts.append(f"c codes {'hits' if self.asked.passage == 'hit' else self.asked.passage}")
        if network:
            parts.append(f"only {network}")
        if self.searching:
            parts.append("searching")
        self.say_title(" · ".join(parts))

    def _line(self, hit: Hit, width: int) -> list[Piece]:
        codes = list(dict.fromkeys(c.code for c in self._own_codings(hit)))
        score = hit.score if self.asked.mode == "fuzzy" else None
        return hit_line(
            hit.span, self.project.text(hit.document), codes, score, self.palette, width
        )

    def _own_codings(self, hit: Hit) -> Sequence[Coding]:
        index = self._codings.get(hit.document)
        if index is None:
            codings = self.project.codings_in(hit.document)
            own = (c for c in codings if c.coder == self.project.coder)
            index = self._codings[hit.document] = CodingIndex(own)
        return index.within(hit.span.start, hit.span.end)

    @on(LongList.Highlighted)
    def _show_hit(self) -> None:
        """Where the hit stands, and what it is coded."""
        self._keep()
        hit = self.hits.item
        if hit is None:
            return
        entry = self._entries[hit.document]
        codes = self.palette.names(c.code for c in self._own_codings(hit))
        place = f"{self.hits.cursor + 1:,} of {len(self.hits.items):,}"
        at = f"{entry.name} {hit.span.start}:{hit.span.end}"
        self.say_here(" · ".join(part for part in (place, at, codes) if part))

    @on(ChoiceList.Chosen)
    def _chosen(self) -> None:
        self._show_title()

    # Keys

    def action_query(self) -> None:
        """To the query line."""
        self.query_one("#query", Input).focus()

    def _correct(self) -> None:
        """To the end of the query; what stands there is not to be typed over."""
        line = self.query_one("#query", Input)
        line.focus()
        self.call_after_refresh(setattr, line, "cursor_position", len(line.value))

    def action_list(self) -> None:
        """To the hits."""
        self.hits.focus()

    def _ask(self, asked: Asked) -> None:
        self.asked = asked
        self._show_asked()
        if asked.query.strip():
            self.look()

    def action_mode(self) -> None:
        """Words, fuzzy, regular expression, words."""
        mode = MODES[(MODES.index(self.asked.mode) + 1) % len(MODES)]
        self._ask(replace(self.asked, mode=mode))

    def action_score(self, more: int) -> None:
        """How like a fuzzy hit must be."""
        if self.asked.mode != "fuzzy":
            self.say("Likeness is for fuzzy search: t changes to it.", bad=True)
            return
        self._ask(replace(self.asked, score=max(50, min(self.asked.score + more, 100))))

    def action_network(self) -> None:
        """Pick the network to look in."""
        from tcncode.tui.pickers import LinePicker

        networks = self.project.networks()
        keys = [None, *(n.id for n in networks), NO_NETWORK]
        lines = ["all documents", *(f"{n.name} ({n.id})" for n in networks), "without a network"]

        def chosen(place: int | None) -> None:
            if place is not None:
                self._ask(replace(self.asked, network=keys[place]))

        self.app.push_screen(LinePicker("Look in the documents of", lines), chosen)

    def action_passage(self) -> None:
        """Sentence, paragraph, hit, sentence."""
        passage = PASSAGES[(PASSAGES.index(self.asked.passage) + 1) % len(PASSAGES)]
        self.asked = replace(self.asked, passage=passage)
        self._show_title()

    @on(LongList.Opened)
    def _go(self) -> None:
        hit = self.hits.item
        if hit is not None:
            self.go_to(hit.document, hit.span)
