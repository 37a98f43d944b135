"""What the keys of the main screen do to get about: codings, suggestions, words, documents."""

from __future__ import annotations

import re
from typing import Literal

from rich.text import Text
from textual import on

from tcncode.model import Suggestion
from tcncode.text import Span
from tcncode.text.numbers import clock, counted
from tcncode.text.safe import safe_line
from tcncode.tui.changing import Changing
from tcncode.tui.pickers import LinePicker
from tcncode.tui.suggestion_list import SuggestionList
from tcncode.tui.units import trimmed
from tcncode.tui.windows import LineWindow


class FindingKeys(Changing):
    """Goes places, answers suggestions, marks documents as finished."""

    _query = ""
    _hits: list[tuple[int, int]]

    def action_next_coding(self, step: int) -> None:
        """To where the next or previous coding begins."""
        if not self.reader.go("coded", step):
            some = len(self.reader.index)
            self.say("No more codings that way." if some else "Nothing is coded here yet.")

    def action_others(self) -> None:
        """Show or hide the codings of other coders."""
        if self.blind and not self.show_others:
            self.say("This document is coded blind: others' codings show when all have finished.")
            return
        self.show_others = not self.show_others
        codings = self._codings.values()
        self.reader.show_codings([c for c in codings if self.show_others or self.is_own(c)])
        self.say("codings of all coders" if self.show_others else "your codings only")

    # Suggestions

    def action_next_suggestion(self, step: int) -> None:
        """Select the next or previous suggested passage."""
        if not self.reader.take("suggestion", step):
            there = len(self.suggestions)
            none = "No open suggestions in this document. S on the screen of f9 makes some."
            self.say("No more suggestions that way." if there else none)

    def action_answer(self, accepted: bool) -> None:
        """Accept or reject the suggestion here, and go on to the next."""
        if self.is_in_list():
            return
        found = self.suggestions_here()
        if found:
            self._answer(found[0], accepted)
        else:
            self.say("No suggestion here; > goes to the next one.", bad=True)

    def action_accept_as_selected(self) -> None:
        """Accept the suggestion here with the selection's boundaries."""
        found, chosen = self.suggestions_here(), self.reader.selection
        stretch = trimmed(self.reader.text, *chosen) if chosen else None
        if not found:
            self.say("No suggestion here; > goes to the next one.", bad=True)
        elif stretch is None:
            self.say("Select the words it should have, then A.", bad=True)
        else:
            self._answer(found[0], True, Span(*stretch))

    @on(SuggestionList.Answered)
    def _answered(self, event: SuggestionList.Answered) -> None:
        self._answer(event.suggestion, event.accepted)

    def _answer(self, suggestion: Suggestion, accepted: bool, span: Span | None = None) -> None:
        name = self.palette.names([suggestion.code])

        def does() -> str:
            if accepted:
                self.project.accept(suggestion.id, span)
                with_own = " with your boundaries" if span else ""
                return f"accepted {name}{with_own} (u undoes)"
            self.project.reject(suggestion.id)
            return f"rejected {name} (u undoes)"

        said: list[str] = []

        def says() -> str:
            said.append(self.remark(does()) if accepted else does())
            return said[0]

        if self.attempt(says):
            self._to_next(suggestion, said[0])

    def _to_next(self, answered: Suggestion, said: str) -> None:
        """On to the next suggestion: another one for the same words, else the one after them."""
        spans = [(s.span.start, s.span.end) for s in self.suggestions]
        if not spans:
            self.say_next(f"{said}. That was the last suggestion here; D goes to the next document")
            return
        here = answered.span.start, answered.span.end
        ahead = [span for span in spans if span >= here]
        self.reader.select(Span(*min(ahead or spans)))
        follows = self.suggestions_here()[0]
        name = self.palette.names([follows.code])
        self.say_next(f"{said}   next: ? {name} {follows.score:.2f}")

    # Words

    def action_find(self) -> None:
        """Ask for words, go to the first place after the cursor."""

        def find(query: str | None) -> None:
            if query:
                # On the text itself: folding case would change lengths and so offsets.
                pattern = re.compile(re.escape(query), re.IGNORECASE)
                self._query = query
                self._hits = [m.span() for m in pattern.finditer(self.reader.text)]
                self.reader.show_hits(self._hits)
                self.action_next_hit(1)

        asks = "Find in this document (n next, N previous)"
        self.ask(LineWindow(asks, self._query), find)

    def action_next_hit(self, step: int) -> None:
        """To the next or previous place found, round the end."""
        if not self._hits:
            what = f'"{self._query}" is not here.' if self._query else "/ finds words first."
            self.say(what, bad=True)
            return
        reader = self.reader
        if not len(reader.hits):  # esc hid them
            reader.show_hits(self._hits)
        if reader.go("hit", step, around=True):
            place = reader.hits.number(reader.cursor)
            self.say_next(f'"{self._query}" {place} of {len(self._hits)}')

    # Places and documents

    def action_outline(self) -> None:
        """Choose a heading, page or turn to go to."""
        places = self._places()
        if not places:
            self.say("This document has no headings, pages or turns.")
            return
        here = max((n for n, (at, _) in enumerate(places) if at <= self.reader.cursor), default=0)

        def chosen(place: int | None) -> None:
            if place is not None:
                self.reader.place(places[place][0], third=True)

        lines = [line for _, line in places]
        self.app.push_screen(LinePicker("Go to", lines, at=here), chosen)

    def _places(self) -> list[tuple[int, Text]]:
        if self.document is None:
            return []
        key, text = self.document.id, self.document.text
        places: list[tuple[int, int, Text]] = []
        kinds: tuple[Literal["page", "heading", "turn"], ...] = ("page", "heading", "turn")
        for rank, kind in enumerate(kinds):
            for part in self.project.segments(key, kind):
                words = text[part.span.start : min(part.span.end, part.span.start + 200)]
                words = safe_line(" ".join(words.split())[:70])
                if kind == "page":
                    line = Text(f"page {part.number}", "bold")
                elif kind == "heading":
                    line = Text(words, "bold")
                else:
                    when = "" if part.seconds is None else f"{clock(part.seconds)} "
                    line = Text(f"{when}{words}")
                line.no_wrap, line.overflow = True, "ellipsis"
                places.append((part.span.start, rank, line))
        return [(at, line) for at, _, line in sorted(places, key=lambda p: p[:2])]

    def action_next_document(self) -> None:
        """Open the next document assigned to this coder, or else the next unfinished one."""
        entry = self.project.next_document(self.document.id if self.document else None)
        if entry is None:
            self.say("No other document waits for you.")
        else:
            self.keep_place()
            if self.open_document(entry.id):
                self.say_next(f"next for you: {entry.name}")

    def action_finish(self) -> None:
        """Mark the document as finished, or as not finished."""
        document = self.document
        if document is None:
            return
        finished = not self.project.finished(document.id)

        def does() -> str:
            self.project.finish([document.id], finished=finished)
            if not finished:
                return "not finished any more: agreement leaves it out"
            said = "finished: agreement counts it now"
            if left := len(self.project.suggestions_in(document.id)):
                said += f"; {counted(left, 'suggestion', 'suggestions')} not answered"
            return f"{said} (F reopens it, D goes on)"

        self.attempt(does)
