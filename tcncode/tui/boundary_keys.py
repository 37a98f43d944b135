"""What the keys of the main screen do with the boundaries of codings."""

from __future__ import annotations

from tcncode.model import Coding
from tcncode.text import Span
from tcncode.text.numbers import counted
from tcncode.tui.changing import Changing
from tcncode.tui.units import Unit, trimmed

_GAP = 200
"""Blanks between two codings that are still neighbours, in characters."""


class BoundaryKeys(Changing):
    """Moves boundaries, splits and joins."""

    _adjusting: Coding | None = None
    """The coding whose boundaries are being moved as a selection."""

    def action_nudge(self, unit: Unit, step: int) -> None:
        """Move the boundary of the coding here that is nearer to the cursor."""
        self.one_of("Move the boundary of which coding?", lambda c: self._nudge(c, unit, step))

    def _nudge(self, coding: Coding, unit: Unit, step: int) -> None:
        reader, span = self.reader, coding.span
        at_start = abs(reader.cursor - span.start) < abs(reader.cursor - span.end)
        edge = self._edge(span.start if at_start else span.end, unit, step, start=at_start)
        low, high = (edge, span.end) if at_start else (span.start, edge)
        stretch = trimmed(reader.text, low, high) if low < high else None
        if stretch is None:
            self.say("The coding would have no words. x removes it.", bad=True)
            return
        wanted = Span(*stretch)
        if wanted == span:
            self.say("The text ends here.", bad=True)
            return
        end, moved = "begins" if at_start else "ends", list[Coding]()
        words = len(wanted.of(reader.text).split())
        name = self.palette.names([coding.code])
        said = f"{name} {end} here now: {counted(words, 'word')} (u undoes)"

        def does() -> str:
            moved.append(self.project.reshape(coding.id, wanted))
            return said

        if self.change(does):
            # Just after the end is still "on" the coding.
            reader.place(wanted.start if at_start else wanted.end)
            self._nudged = moved[0].id, reader.cursor
            self.say_next(self.remark(said))

    def _edge(self, at: int, unit: Unit, step: int, *, start: bool) -> int:
        """Where a boundary comes to stand: a start at a start, an end at an end."""
        units = self.reader.units
        if step < 0 or start:  # blanks at an end are trimmed away by whoever asks
            return units.next(unit, at) if step > 0 else units.previous(unit, at)
        return units.next_end(unit, at)

    def action_adjust(self) -> None:
        """Select the coding here, to move its boundaries with the motion keys; enter keeps them."""
        if self._adjusting is not None:
            self._keep_boundaries()
            return

        def adjust(coding: Coding) -> None:
            reader = self.reader
            reader.select(coding.span)
            reader.action_swap()
            reader.extending = True
            self._adjusting = coding
            self.say_adjusting()

        self.one_of("Adjust the boundaries of which coding?", adjust)

    def say_adjusting(self) -> None:
        """What the keys do meanwhile."""
        if self._adjusting is not None:
            name = self.palette.names([self._adjusting.code])
            self.say(f"{name}: move its end, z the other end, enter keeps, esc leaves it as it was")

    def _keep_boundaries(self) -> None:
        coding, chosen = self._adjusting, self.reader.selection
        self._adjusting = None
        stretch = trimmed(self.reader.text, *chosen) if chosen else None
        self.reader.action_clear()
        if coding is None or stretch is None:
            self.say("Nothing was selected; the coding is as it was.", bad=True)
            return

        def does() -> str:
            self.project.reshape(coding.id, Span(*stretch))
            return f"{self.palette.names([coding.code])} has new boundaries (u undoes)"

        self.change(does)

    def action_split(self) -> None:
        """Make two codings of the one at the cursor, cut there."""

        def split(coding: Coding) -> None:
            def does() -> str:
                self.project.split(coding.id, self.reader.cursor)
                return f"{self.palette.names([coding.code])} split here (u undoes)"

            self.change(does)

        self.one_of("Split which coding?", split)

    def action_join(self) -> None:
        """Join the coding here with the neighbours that have the same code."""

        def join(coding: Coding) -> None:
            parts = self._neighbours(coding)

            def does() -> str:
                self.project.join([c.id for c in parts])
                name = self.palette.names([coding.code])
                return f"{counted(len(parts), 'coding')} of {name} are one now"

            self.change(does)

        self.one_of("Join which coding with its neighbours?", join)

    def _neighbours(self, coding: Coding) -> list[Coding]:
        """The coding and its own kind on both sides, as far as nothing but blanks is between."""
        reader, parts = self.reader, [coding]
        while True:
            low = min(c.span.start for c in parts)
            high = max(c.span.end for c in parts)
            window = reader.text[max(low - _GAP, 0) : low]
            before = low - (len(window) - len(window.rstrip())) - 1
            window = reader.text[high : high + _GAP]
            after = high + len(window) - len(window.lstrip()) + 1
            more = [
                c
                for c in reader.index.within(max(before, 0), after)
                if self.is_own(c) and c.code == coding.code and c not in parts
            ]
            if not more:
                return parts
            parts += more
