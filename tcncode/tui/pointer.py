"""The mouse on a sheet: click, drag, double and triple click, stripes.

A drag goes on while the mouse rests above or below the text: a timer scrolls and selects.
"""

from __future__ import annotations

from textual import events
from textual.timer import Timer

from tcncode.model import Coding
from tcncode.tui.sheet import Sheet
from tcncode.tui.units import Stretch, Unit

_BY: tuple[Unit, ...] = ("char", "word", "sentence")
"""What one, two and three clicks select."""
_TICK = 0.05


class Pointer(Sheet):
    """What the mouse does on a sheet."""

    _drag: Stretch | None = None  # where the drag began: the character, word or sentence
    _by: Unit = "char"
    _clicks = 0
    _last_down: tuple[float, int, int] = (0.0, -1, -1)
    _rests_at: tuple[int, int] = (0, 0)
    _ticking: Timer | None = None

    def _chosen(self, coding: Coding) -> None:
        """A stripe was clicked."""

    def _offset_at(self, x: int, y: int) -> int:
        row = max(0, min(y + self._top, self.text_layout.height - 1))
        return self.text_layout.offset_at(row, max(x - self.text_column, 0))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Put the cursor; on a stripe, choose its coding."""
        if event.button != 1 or not self._ready:
            return
        self._shown()
        if event.x < self._painter.lanes:
            row = event.y + self._top
            coding = row < self.text_layout.height and self._painter.coding_in(row, event.x)
            if coding:
                self._chosen(coding)
            return
        moment, x, y = self._last_down
        again = (x, y) == (event.x, event.y) and event.time - moment <= 0.5
        self._clicks = self._clicks + 1 if again else 1
        self._last_down = event.time, event.x, event.y
        offset = self._offset_at(event.x, event.y)
        self._by = _BY[min(self._clicks, len(_BY)) - 1]
        here = None if self._by == "char" else self.units.at(self._by, offset)
        if here is not None:
            self._drag = here
            self.place(here[1], here[0])
        else:
            anchor = self.fixed if self.fixed is not None else self.cursor
            self.place(offset, anchor if event.shift else None)
            self._drag = (anchor, anchor) if event.shift else (self.cursor, self.cursor)
        self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Select while the button is down; past an edge, scroll until it is back or up."""
        if self._drag is None:
            return
        self._rests_at = event.x, event.y
        outside = not 0 <= event.y < self._height
        if outside and self._ticking is None:
            self._ticking = self.set_interval(_TICK, self._scroll_drag)
        elif not outside:
            self._stop_ticking()
            self._drag_to(event.x, event.y)

    def _scroll_drag(self) -> None:
        x, y = self._rests_at
        # The farther outside, the faster.
        rows = y if y < 0 else y - self._height + 1
        self._scroll(self._top + rows)
        self._drag_to(x, 0 if y < 0 else self._height - 1)

    def _drag_to(self, x: int, y: int) -> None:
        if self._drag is None:
            return
        offset = self._offset_at(x, y)
        here = None if self._by == "char" else self.units.at(self._by, offset)
        low, high = here or (offset, offset)
        if offset < self._drag[0]:
            ends = low, self._drag[1]
        else:
            ends = max(high, self._drag[1]), self._drag[0]
        if ends != (self.cursor, self.fixed) and (here or offset != self.cursor):
            self.place(*ends)

    def on_mouse_up(self) -> None:
        """The drag is over."""
        self._stop_ticking()
        if self._drag is not None:
            self._drag = None
            self.release_mouse()

    def _stop_ticking(self) -> None:
        if self._ticking is not None:
            self._ticking.stop()
            self._ticking = None

    def on_click(self, event: events.Click) -> None:
        """Twice for the word, three times for the sentence, however slow the presses came."""
        if event.chain > 1 and event.x >= self._painter.lanes:
            unit = _BY[min(event.chain, len(_BY)) - 1]
            here = self.units.at(unit, self._offset_at(event.x, event.y))
            if here:
                self.place(here[1], here[0])
