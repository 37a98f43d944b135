"""All open suggestions, one after another: read what speaks for each, and answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static
from textual.worker import get_current_worker

from tcncode.errors import TcncodeError
from tcncode.model import Suggestion, TakenBack
from tcncode.reports import NO_NETWORK
from tcncode.text import Span
from tcncode.text.safe import safe_line
from tcncode.tui.boundaries import Passage
from tcncode.tui.key_line import KeyLine
from tcncode.tui.long_list import LongList
from tcncode.tui.passage_keys import PassageKeys
from tcncode.tui.queue_view import QueueView
from tcncode.tui.study_screen import Kind, told
from tcncode.tui.text_pane import TextPane
from tcncode.tui.units import Units
from tcncode.tui.windows import LineWindow

if TYPE_CHECKING:
    from tcncode.project import Progress


class QueueScreen(PassageKeys, QueueView):
    """The list at the left; what one of them rests on at the right."""

    DEFAULT_CSS = """
    QueueScreen #queue { width: 30; height: 1fr; background: $surface; }
    QueueScreen.-wide #queue { width: 46; }
    QueueScreen #about { width: 1fr; height: 1fr; padding: 0 1; background: $background; }
    QueueScreen #about:focus { background-tint: $foreground 4%; }
    QueueScreen Horizontal { height: 1fr; }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - as Textual has it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "accept", "Accept", id="queue.accept"),
        Binding("d", "reject", "Reject", id="queue.reject"),
        Binding("A", "accept_changed", "Accept with the changed boundaries", show=False,
                id="queue.accept_changed"),
        Binding("s", "skip", "Skip", id="queue.skip", tooltip="Put it off to the end"),
        Binding("R", "accept_as", "Other code", id="queue.accept_as",
                tooltip="Code it by hand with another code, and reject the suggestion"),
        Binding("u", "undo", "Undo", id="queue.undo"),
        Binding("ctrl+r", "redo", "Redo", show=False, id="queue.redo"),
        Binding("plus,equals_sign", "grow", "A sentence more will be coded", show=False,
                id="queue.grow"),
        Binding("minus", "shrink", "A sentence less", show=False, id="queue.shrink"),
        Binding("right_square_bracket,shift+right", "word(1)", "That end a word on", show=False,
                id="queue.word"),
        Binding("left_square_bracket,shift+left", "word(-1)", "That end a word back", show=False,
                id="queue.word_back"),
        Binding("x", "turn", "Move the other end", show=False, id="queue.turn"),
        Binding("o", "group", "Order by document, code, score, usefulness", show=False,
                id="queue.group"),
        Binding("f", "filter", "Filter", id="queue.filter",
                tooltip="Only one code, one network, or from a score on"),
        Binding("F", "unfilter", "Show all", show=False, id="queue.unfilter"),
        Binding("n", "document(1)", "Next document", show=False, id="queue.document"),
        Binding("N", "document(-1)", "Previous document", show=False, id="queue.document_back"),
        Binding("asterisk", "many('accept')", "Accept all in the list, after a question",
                show=False, id="queue.accept_many"),
        Binding("exclamation_mark", "many('reject')", "Reject all in the list, after a question",
                show=False, id="queue.reject_many"),
        Binding("S", "suggest", "Suggest anew for these documents", show=False,
                id="queue.suggest"),
        Binding("tab", "app.focus_next", "Next pane", show=False, id="queue.pane"),
        Binding("escape,backspace,f9", "back", "Back", id="queue.back"),
        Binding("question_mark,f1", "app.help", "Keys", id="queue.help"),
    ]  # fmt: skip

    @dataclass
    class Suggesting(Message):
        """A thread makes suggestions, and has come so far."""

        done: int
        of: int

    @dataclass
    class Suggested(Message):
        """A thread has made suggestions, or could not."""

        outcome: int | TcncodeError
        warning: str = ""
        """What is to be said of the scores; empty: nothing."""

    def compose(self) -> ComposeResult:
        """Title, list, what a suggestion rests on, keys."""
        yield Static(id="title")
        with Horizontal():
            yield LongList[Suggestion](self._line, id="queue")
            yield TextPane(id="about")
        yield Static(id="status")
        yield KeyLine()

    # Answers

    def _answer(
        self, does: Callable[[Suggestion, Span], str], asked: Suggestion | None = None
    ) -> None:
        """Answer the suggestion on show and go on to the next.

        Args:
            asked: which one was on show when one began to answer, where that takes a window.
        """
        s = self.current
        if s is None or self._passage is None:
            self.say("There is nothing to answer.", bad=True)
            return
        if self.take_unseen() or (asked and asked.id != s.id):
            self.say("Another suggestion is on show now: look at it, and answer again.", bad=True)
            return
        row, changed = self.rows.cursor, self.project.state() != self.seen
        try:
            said = does(s, self._passage.span)
        except TcncodeError as error:
            self._catch_up()
            self._show()
            self.say(str(error), bad=True)
            return
        if changed:
            self._catch_up()
            self._show()
        else:
            self.seen = self.project.state()
            self.queue.drop([s.id])
            self._show(row)
        self.say(said)

    def action_accept(self) -> None:
        """Code what stands in brackets."""

        def does(s: Suggestion, span: Span) -> str:
            self.project.accept(s.id, span)
            changed = "" if span == s.span else " with changed boundaries"
            return f"accepted {self.palette.names([s.code])}{changed} (u undoes)"

        self._answer(does)

    def action_accept_changed(self) -> None:
        """Code what stands in brackets, once a boundary was moved."""
        s, passage = self.current, self._passage
        if s is not None and passage is not None and passage.span == s.span:
            self.say("Move a boundary first: + - by sentence, [ ] by word, x the other end.", True)
        else:
            self.action_accept()

    def action_reject(self) -> None:
        """Turn it down."""

        def does(s: Suggestion, span: Span) -> str:
            self.project.reject(s.id)
            return f"rejected {self.palette.names([s.code])} (u undoes)"

        self._answer(does)

    def action_accept_as(self) -> None:
        """Code it with another code."""
        from tcncode.tui.pickers import CodePicker

        asked = self.current
        if asked is None:
            self.say("There is nothing to answer.", bad=True)
            return

        def chosen(path: str | None) -> None:
            def does(s: Suggestion, span: Span) -> str:
                self.project.accept_as(s.id, str(path), span)
                return f"coded {path}, rejected {self.palette.names([s.code])} (u undoes both)"

            if path is not None:
                self._answer(does, asked)

        book = self.project.codebook
        self.app.push_screen(CodePicker(book, self.palette, "Code it by hand with"), chosen)

    def action_skip(self) -> None:
        """Put it off."""
        if self.current is not None:
            self.queue.skip(self.rows.cursor)
            self._show(self.rows.cursor)
            self.say("put off to the end of the list")

    @property
    def document_on_screen(self) -> str | None:
        """That of the item at the cursor."""
        return self.current.document if self.current is not None else None

    def take_back(self, kind: Kind, back: TakenBack | None) -> None:
        """Undo or redo, the cursor on the suggestions that came back."""
        try:
            said = self.taken_back(kind, back)
        except TcncodeError as error:
            self.say(str(error), bad=True)
            return
        rows = [self.queue.row_of(key) for key in self._catch_up()]
        known = [row for row in rows if row is not None]
        self._show(min(known) if known else None)
        self.say(said)

    # Boundaries

    def _move(self, how: Callable[[Passage, Units], Passage], cannot: str) -> None:
        s, passage = self.current, self._passage
        if s is None or passage is None:
            return
        self._passage = how(passage, self._document(s.document).units)
        if self._passage == passage:
            self.say(cannot, bad=True)
            return
        self.say(f"the {self._passage.moving} moves (x the other); a accepts, esc as suggested")
        self._show_what()

    def action_back(self) -> None:
        """Leave; where boundaries were moved, put them back first."""
        s, passage = self.current, self._passage
        if s is not None and passage is not None and passage.span != s.span:
            self._passage = None
            self.say("as suggested")
            self._show_what()
        elif self._busy and not self._leaving:
            self._leaving = True
            self.say("Still making suggestions; esc again stops, and keeps those made so far.")
        else:
            self.dismiss()

    # Many at once

    def action_many(self, verb: str) -> None:
        """Answer all in the list at once, after a word that nobody types by accident."""
        found = list(self.queue.shown)
        if not found:
            self.say("There is nothing to answer.", bad=True)
            return
        palette, number = self.palette, str(len(found))

        def refuses(typed: str) -> str | None:
            right = typed.strip() in (number, verb)
            return None if right else f'Type {number} or "{verb}", or leave with esc.'

        def confirmed(typed: str | None) -> None:
            if typed is not None:
                self._answer_many([s.id for s in found], verb)

        documents = len({s.document for s in found})
        limits = [f"{key} {value}" for key, value in self._filters.items()]
        tells = [
            f"{number} suggestions in {documents} documents, scores"
            f" {min(s.score for s in found):.2f} to {max(s.score for s in found):.2f}."
            f" Filter: {', '.join(limits) or 'none, these are all'}."
        ]
        counts = Counter(s.code for s in found)
        tells += [
            f"  {palette.letter(c)} {palette.names([c])}: {n}" for c, n in counts.most_common()
        ]
        tells.append("It is one action: u takes all of it back.")
        asks = f'To {verb} all of these, type {number} or "{verb}"'
        self.app.push_screen(LineWindow(asks, tells=tells, refuses=refuses), confirmed)

    def _answer_many(self, ids: Sequence[str], verb: str) -> None:
        project = self.project
        try:
            if verb == "accept":
                project.accept_many(ids)
            else:
                project.reject_many(ids)
        except TcncodeError as error:
            self._catch_up()
            self._show()
            self.say(str(error), bad=True)
            return
        self.seen = project.state()
        self.queue.drop(ids)
        self._show(0)
        self.say(f"{verb}ed {len(ids)} suggestions (u undoes all)")

    # Making suggestions

    def action_suggest(self) -> None:
        """Suggest anew for the documents that the filter leaves."""
        if self._busy:
            self.say("Suggestions are being made already.", bad=True)
            return
        network = self._filters.get("network")
        wanted = None if network == NO_NETWORK else network
        ids = [k for k, e in self._entries.items() if network is None or e.network == wanted]
        self._busy, self._leaving = f"suggesting for {len(ids)} documents...", False
        self._show_title()
        self._suggest_apart(ids)

    @work(thread=True, exclusive=True, group="suggest", exit_on_error=False)
    def _suggest_apart(self, ids: Sequence[str]) -> None:
        # A connection belongs to the thread that made it, so this one opens its own.
        from tcncode.project import Project

        worker = get_current_worker()

        def progress(done: int, of: int) -> None:
            if worker.is_cancelled:
                raise TcncodeError("The screen was left before all suggestions were made.")
            self.post_message(self.Suggesting(done, of))

        tick: Progress = progress
        outcome: int | TcncodeError
        warning = ""
        try:
            with Project.open(self.project.path, coder=self.project.coder) as project:
                outcome = project.suggest(ids, progress=tick)
                warning = project.models_outdated()
        except Exception as error:  # whatever it is, it is shown
            outcome = told(error)
        if not worker.is_cancelled:
            self.post_message(self.Suggested(outcome, warning))

    @on(Suggesting)
    def _suggesting(self, event: Suggesting) -> None:
        if self._busy:
            self._busy = f"suggesting: {event.done} of {event.of} documents"
            self._show_title()

    @on(Suggested)
    def _suggested(self, event: Suggested) -> None:
        self._busy = ""
        if isinstance(event.outcome, TcncodeError):
            self._show_title()
            self.say(str(event.outcome), bad=True)
            return
        before = self._shown
        self._read()
        self._list(self.queue.place_of(before) if before else 0)
        self._show()
        if not self._say_if_gone(before):
            self.say(f"{event.outcome} suggestions are open in these documents")
        if event.warning:
            line = safe_line(event.warning)
            self.notify(line, title="Sentence encoder", severity="warning", markup=False)
