"""The document: read and marked with the keyboard or the mouse.

It shows, moves and selects; what a key *codes* is the screen's affair, and what to say when
there is nothing more that way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message

from tcncode.model import Codebook, Coding
from tcncode.text import Span
from tcncode.tui.pointer import Pointer
from tcncode.tui.reader_keys import READER_KEYS
from tcncode.tui.units import Stretch, Stretches, Unit

_MOST = 999_999
"""The greatest count one can type."""
_FAR = 1000
"""Rows. Farther than this, the whole text is wrapped first."""
_PLACES: tuple[Unit, ...] = ("coded", "uncoded", "suggestion", "hit")
_WHOLE: tuple[Unit, ...] = ("word", "sentence", "paragraph")
"""Selected whole: the end moves from end to end."""
_STOPS: tuple[Unit, ...] = (*_PLACES, "turn", "page", "heading")
"""Where there is no further one, the cursor stays and the screen is told."""


class Reader(Pointer, can_focus=True):
    """A document with its codings. Whoever holds it decides what coding means."""

    BINDINGS: ClassVar[list[BindingType]] = list(READER_KEYS)

    @dataclass
    class Moved(Message):
        """The cursor or the selection is somewhere else. Bursts arrive as one."""

        reader: Reader

        @property
        def control(self) -> Reader:
            """The reader it came from."""
            return self.reader

        def can_replace(self, message: Message) -> bool:
            """A later place makes an earlier one pointless."""
            return isinstance(message, Reader.Moved)

    @dataclass
    class CodingChosen(Message):
        """A stripe in the gutter was clicked."""

        reader: Reader
        coding: Coding

        @property
        def control(self) -> Reader:
            """The reader it came from."""
            return self.reader

    @dataclass
    class NoMore(Message):
        """A key of the reader's own found no further one that way."""

        reader: Reader
        unit: Unit
        step: int

        @property
        def control(self) -> Reader:
            """The reader it came from."""
            return self.reader

    @dataclass
    class Cleared(Message):
        """The coder let go of what was selected, or would have if there was anything."""

        reader: Reader

        @property
        def control(self) -> Reader:
            """The reader it came from."""
            return self.reader

    @dataclass
    class Counting(Message):
        """A count is being typed; None when it is given up."""

        reader: Reader
        count: int | None

        @property
        def control(self) -> Reader:
            """The reader it came from."""
            return self.reader

    def __init__(
        self, codebook: Codebook, *, coder: str | None = None, id: str | None = None
    ) -> None:
        super().__init__(codebook, coder=coder, id=id)
        self.extending = False
        """Motion keys select (after ``v``)."""
        self.counting = False
        """Digits belong to a count (after ``#``)."""
        self._count: int | None = None
        self._goal: int | None = None
        self._grown: list[Stretch] = []

    def _moved(self) -> None:
        if self.is_attached:
            self.post_message(self.Moved(self))

    def _shown(self) -> None:
        self.extending, self._goal = False, None
        self._grown.clear()

    def _chosen(self, coding: Coding) -> None:
        self.post_message(self.CodingChosen(self, coding))

    # A count before a key

    def on_key(self, event: events.Key) -> None:
        """Digits after ``#`` are a count, whatever else they mean on the screen."""
        if not self.counting:
            self._count = None  # it was for the key after it, which did not want it
            return
        if event.key in "0123456789":
            self._count = min((self._count or 0) * 10 + int(event.key), _MOST)
            self.post_message(self.Counting(self, self._count))
        elif event.key == "backspace" and self._count is not None:
            self._count = self._count // 10 or None
            self.post_message(self.Counting(self, self._count or 0))
        else:
            self.counting = False
            if event.key not in ("escape", "backspace"):
                return
            self._give_up_counting()
        event.stop()
        event.prevent_default()

    def on_blur(self) -> None:
        """Nobody types a count in another pane."""
        if self.counting:
            self._give_up_counting()
        self._count = None

    def _give_up_counting(self) -> None:
        self.counting, self._count = False, None
        self.post_message(self.Counting(self, None))

    def action_count(self) -> None:
        """Let digits say how often the next motion is repeated."""
        self.counting, self._count = True, None
        self.post_message(self.Counting(self, 0))

    def _times(self) -> int:
        count, self._count = self._count, None
        return count or 1

    # Moving

    def action_move(self, unit: Unit, step: int) -> None:
        """Move; with ``v`` on, select: an end of what is selected comes to stand at an end."""
        ahead = self.fixed is None or self.cursor >= self.fixed
        if self.extending and step > 0 and ahead and unit in _WHOLE:
            self._go(self.units.next_end(unit, self.cursor, self._times()))
            return
        if unit not in _STOPS:
            self._go(self._target(unit, step), keeps_goal=unit == "row")
        elif not self.go(unit, step):
            self.post_message(self.NoMore(self, unit, step))
        if unit in ("sentence", "paragraph", "turn"):  # what a code would be put on is seen
            here = self.units.at(unit, self.cursor)
            if here and here[0] == self.cursor:
                self.reveal_all(*here)

    def action_extend(self, unit: Unit, step: int) -> None:
        """Move one end of the selection."""
        extending, self.extending = self.extending, True
        if self.fixed is None:
            self.fixed = self.cursor
        self.action_move(unit, step)
        self.extending = extending

    def go(self, unit: Unit, step: int, *, around: bool = False) -> bool:
        """To where the next or previous unit begins; False if there is none that way.

        Args:
            unit: any of them.
            step: 1 or -1; a count that was typed multiplies it.
            around: from the last go on to the first.
        """
        if unit not in _STOPS:
            before = self.cursor
            self._go(self._target(unit, step), keeps_goal=unit == "row")
            return self.cursor != before
        count = self._times()
        found = self._beyond(unit, self.cursor, step, count)
        if found is None and around:
            found = self._beyond(unit, -1 if step > 0 else len(self.text) + 1, step, 1)
        if found is None:
            return False
        if unit == "hit":
            self.show_current_hit(found)
        self._go(found[0], third=True)
        return True

    def _go(self, target: int, *, third: bool = False, keeps_goal: bool = False) -> None:
        if not keeps_goal:
            self._goal = None
        self._grown.clear()
        self.place(target, self.fixed if self.extending else None, third=third)

    def _target(self, unit: Unit, step: int) -> int:
        count = self._times()
        if unit == "char":
            return self.text_layout.step(self.cursor, step * count)
        if unit == "row":
            return self._rows_on(step * count)
        move = self.units.next if step > 0 else self.units.previous
        return move(unit, self.cursor, count)

    def _rows_on(self, step: int) -> int:
        """So many rows on, in the column where moving by rows began."""
        self._reach(self.cursor)
        layout, at = self.text_layout, self.cursor
        row, cell = layout.cell_of(at)
        self._goal = cell if self._goal is None else self._goal
        if abs(step) > _FAR:
            self._finish()
        while True:
            row = layout.row_of(at)
            edge = layout.first if step < 0 else layout.done
            known = 0 <= row + step < layout.height
            if known or edge in (0, len(self.text)):
                break
            self._reach(edge)
        target = max(0, min(row + step, layout.height - 1))
        return at if target == row else layout.offset_at(target, self._goal)

    def _beyond(self, unit: Unit, at: int, step: int, count: int) -> Stretch | None:
        """Of the units that begin after an offset (or before it), the so-manieth or the last."""
        if unit not in ("coded", "uncoded"):
            parts = self._parts(unit)
            return parts.next(at, count) if step > 0 else parts.previous(at, count)
        found = None
        while count and (further := self._next_place(unit, at, step)) is not None:
            found, at, count = further, further[0], count - 1
        return found

    def _next_place(self, unit: Unit, at: int, step: int) -> Stretch | None:
        index = self.index
        if unit == "uncoded":
            further = index.next_uncoded if step > 0 else index.previous_uncoded
            sentences = self.units.of("sentence")
            # Speakers' names and bullets stand between sentences; nobody codes them.
            while (gap := further(at)) is not None and not sentences.within(*gap):
                at = gap[0]
            return gap
        start = index.next_start(at) if step > 0 else index.previous_start(at)
        return None if start is None else (start, index.beginning(start)[0 if step > 0 else -1])

    def _parts(self, unit: Unit) -> Stretches:
        if unit == "hit":
            return self.hits
        return self.suggested if unit == "suggestion" else self.units.of(unit)

    def action_page(self, share: float) -> None:
        """Scroll by some of a page, the cursor with it."""
        step = int((self._height - 1) * share) * self._times()
        before, top = self.text_layout.row_of(self.cursor), self._top
        target = self._rows_on(step)
        # The cursor keeps its place on screen, unless the rows were counted anew meanwhile.
        if self.text_layout.row_of(self.cursor) == before:
            self._scroll(top + step)
        self._go(target, keeps_goal=True)

    def action_edge(self, of: str, side: int) -> None:
        """To the beginning or end of the row or the text."""
        if of == "text":
            self._go(0 if side < 0 else len(self.text))
            return
        self._reach(self.cursor)
        row = self.text_layout.row_of(self.cursor)
        self._go(self.text_layout.rows[row] if side < 0 else self.text_layout.row_end(row))

    # Selecting

    def action_free(self) -> None:
        """Let motion keys select, or stop that."""
        self.extending = not self.extending
        self.place(
            self.cursor, self.cursor if self.extending and not self.selection else self.fixed
        )

    def action_take(self, unit: Unit, step: int) -> None:
        """Select the unit at the cursor; again, the next one too."""
        if not self.take(unit, step):
            self.post_message(self.NoMore(self, unit, step))

    def take(self, unit: Unit, step: int) -> bool:
        """Select the unit at the cursor; again, one more; False if there is no more.

        Of codings, uncoded stretches, suggestions and hits, which are not neighbours, the next
        one is selected instead.
        """
        self._goal = None
        count = self._times()
        if unit in _PLACES:
            return self._take_place(unit, step, count)
        chosen = before = self.selection
        for _ in range(count):
            more = self.units.taken(unit, chosen, self.cursor, step)
            if more is None or more == chosen:
                break
            chosen = more
        if chosen is None or chosen == before:
            return False
        self.place(*(chosen if step < 0 else chosen[::-1]))
        return True

    def _take_place(self, unit: Unit, step: int, count: int) -> bool:
        chosen = found = self.selection
        for _ in range(count):
            more = self._place_at(unit, step) if found is None else self._past(unit, found, step)
            if more is None:
                break
            found = more
        if found is None or found == chosen:
            return False
        if unit == "hit":
            self.show_current_hit(found)
        self.select(Span(*found))
        return True

    def _place_at(self, unit: Unit, step: int) -> Stretch | None:
        """The one the cursor is in, else the next that way."""
        at = self.cursor
        here: list[Stretch]
        if unit == "coded":
            here = [(c.span.start, c.span.end) for c in self.index.at(at, 1)]
        elif unit == "uncoded":
            last = self.index.previous_uncoded(at + 1)
            here = [last] if last and at < last[1] else []
        else:
            here = self._parts(unit).within(at, at + 1)
        return here[0] if here else self._past(unit, (at, 0), step)

    def _past(self, unit: Unit, part: Stretch, step: int) -> Stretch | None:
        """The next one that way in the order of beginnings and ends."""
        if unit == "coded":
            ends = self.index.beginning(part[0])
            others = [end for end in ends if end > part[1]] if step > 0 else []
            others = [end for end in ends if end < part[1]][::-1] if step < 0 else others
            return (part[0], others[0]) if others else self._next_place(unit, part[0], step)
        if unit == "uncoded":
            return self._next_place(unit, part[0], step)
        parts = self._parts(unit)
        return parts.after(part) if step > 0 else parts.before(part)

    def action_grow(self) -> None:
        """Word, then sentence, then paragraph or turn, then all."""
        for _ in range(self._times()):
            start, end = self.selection or (self.cursor, self.cursor)
            low, high = self.units.grown(start, end)
            if (low, high) == (start, end):
                break
            self._grown.append((start, end))
            self.place(high, low)

    def action_shrink(self) -> None:
        """Take the last growth back; when none is left, drop the last sentence."""
        for _ in range(self._times()):
            if self._grown:
                start, end = self._grown.pop()
                self.place(end, start if start < end else None)
            elif self.selection:
                backwards = self.cursor == self.selection[0]
                start, end = self.units.shrunk(*self.selection, from_start=backwards)
                if (start, end) == self.selection:
                    break
                self.place(*((start, end) if backwards else (end, start)))

    def action_swap(self) -> None:
        """The other end of the selection becomes the one that moves."""
        if self.fixed is not None:
            self.place(self.fixed, self.cursor)

    def action_clear(self) -> None:
        """Select nothing; search marks go too."""
        self._shown()
        if self.hits:
            self.show_hits(())
        self.place(self.cursor)
        self.post_message(self.Cleared(self))

    def select(self, span: Span) -> None:
        """Select a span and bring it into view, the cursor at its beginning."""
        self._shown()
        self.place(span.start, span.end, third=True)
