"""A text painted row by row, with a cursor and a selection; nothing here knows a key.

The cursor stands between characters, as in an editor: a selection ends before it. Only rows
that look different are painted: moving the cursor costs the row it left and the row it came
to, and in another sentence the rows of both; ``rows_painted`` counts, and a test holds it to
that. A text is wrapped around the place that is shown and then, slice by slice between other
events, to its ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import ClassVar

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer

from tcncode.model import Codebook
from tcncode.text.wrap import TextLayout
from tcncode.tui.painter import Looks, Painter
from tcncode.tui.palette import Palette, lanes_for
from tcncode.tui.units import Stretch, Units, trimmed

NAMES_FROM = 110
"""Cells. A wider sheet has room for the names of codes beside the text, and still 80 for that."""
NAMES_WIDTH = 24
_CACHE = 512
_FEW = 100
_SLICE = 4096
_TURN = 0.015
"""Seconds that wrapping may take before other events have their turn."""
_PAUSE = 0.004


class Canvas(ScrollView, can_focus=True):
    """A text with a cursor, on screen as far as it is seen."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "reader--cursor", "reader--selection", "reader--hit", "reader--current", "reader--mark",
        "reader--heading", "reader--faint", "reader--sentence", "reader--here",
    }  # fmt: skip
    DEFAULT_CSS = """
    Canvas {
        overflow-x: hidden; overflow-y: scroll; scrollbar-gutter: stable;
        scrollbar-size-vertical: 1; scrollbar-size-horizontal: 0;
        background: $background; color: $foreground;
    }
    Canvas > .reader--cursor { background: $foreground; color: $background; text-style: bold; }
    Canvas > .reader--selection { background: #264f78; color: #ffffff; }
    Canvas:light > .reader--selection { background: #9cc9f5; color: #000000; }
    Canvas > .reader--hit { background: #d7d700; color: #000000; text-style: bold; }
    Canvas > .reader--current {
        background: #ff8700; color: #000000; text-style: bold underline;
    }
    Canvas > .reader--mark { color: $warning; text-style: bold; }
    Canvas > .reader--heading { text-style: bold; }
    Canvas > .reader--faint { text-style: dim; }
    Canvas > .reader--sentence { background: $background-lighten-1; }
    Canvas:light > .reader--sentence { background: $background-darken-1; }
    Canvas > .reader--here { color: $primary; }
    """

    def __init__(
        self, codebook: Codebook, *, coder: str | None = None, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self.coder = coder
        """Whose codings are one's own; None for everybody's."""
        self.text = ""
        self.text_layout = TextLayout("", 0)
        self.cursor = 0
        self.fixed: int | None = None
        """Where the selection began; it reaches to the cursor. None: nothing is selected."""
        self.rows_painted = 0
        self._painter = Painter(
            self.text_layout, Palette(codebook, dark=True, colours="truecolor"), Looks()
        )
        self._ready = False
        self._names: bool | None = None
        self._strips: dict[int, tuple[object, Strip]] = {}
        self._wrapping: Timer | None = None
        self._height_before = 0
        self._marked: Stretch | None = None
        """The sentence on show as the one that a code would be put on."""

    @property
    def units(self) -> Units:
        """The stretches that one moves by."""
        return self._painter.units

    @property
    def selection(self) -> Stretch | None:
        """Start and end of what is selected, or None."""
        if self.fixed is None or self.fixed == self.cursor:
            return None
        return min(self.fixed, self.cursor), max(self.fixed, self.cursor)

    @property
    def target(self) -> Stretch | None:
        """What a code would be put on: the selection, else the sentence at the cursor.

        None on a blank line between sentences: coding the one before, perhaps off the screen,
        would be a coding nobody meant.
        """
        chosen = self.selection or self.units.at("sentence", self.cursor)
        if chosen and not self.selection and self.cursor < len(self.text):
            line_end = self.text.find("\n", chosen[1], self.cursor)
            chosen = chosen if line_end < 0 else None
        return trimmed(self.text, *chosen) if chosen else None

    @property
    def show_names(self) -> bool:
        """Whether codes are named beside the rows where codings begin; set it either way."""
        wide = self.scrollable_content_region.width >= NAMES_FROM
        return wide if self._names is None else self._names

    @show_names.setter
    def show_names(self, shown: bool) -> None:
        self._names = shown
        if self._ready:
            self._resized()

    def _shown(self) -> None:
        """Another text, or another selection, is on show: what led to the last one is over."""

    # Wrapping

    def on_resize(self) -> None:
        """Wrap to the new width; the text at the top stays at the top."""
        if self._ready:
            self._resized()
        else:  # the panes beside it have not taken their room yet
            self.call_after_refresh(self._resized)

    def _resized(self, at: int | None = None) -> None:
        """Wrap for the width there is; ``at`` comes a third down, else the top stays on top."""
        width = self.scrollable_content_region.width
        if not self.is_attached or width <= 0:
            return
        painter, layout = self._painter, self.text_layout
        if not self._ready:
            self._ready, at = True, self.cursor
        top = self._top
        in_sight = top <= layout.row_of(self.cursor) < top + self._height_before
        top_offset = layout.rows[min(top, layout.height - 1)]
        painter.lanes = lanes_for(width)
        painter.margin = NAMES_WIDTH if self.show_names else 0
        room = width - painter.gutter - painter.margin
        if room != layout.width:
            layout.begin(room, top_offset if at is None else at)
        self._renumbered()
        self.cursor = layout.snap(self.cursor)
        self.fixed = None if self.fixed is None else layout.snap(self.fixed)
        if at is None:
            self._scroll(layout.row_of(top_offset))
            if in_sight:
                self.reveal(self.cursor)
        else:
            self._scroll(layout.row_of(at) - self._height // 3)
        self._height_before = self._height
        self._marked = None if self.selection else self.target
        self.refresh()
        self._wrap_on()

    def _wrap_on(self) -> None:
        """Wrap some more, unless all is; other events come in between."""
        layout, until, added = self.text_layout, monotonic() + _TURN, 0
        while not layout.complete:
            added += layout.more(_SLICE)
            if monotonic() >= until:
                break
        if added:
            top = self._top
            self._renumbered()
            self._scroll(top + added)
        else:
            self._measure()
        if layout.complete and self._wrapping is not None:
            self._wrapping.stop()
            self._wrapping = None
        self._keep_wrapping()

    def _keep_wrapping(self) -> None:
        # An interval, not a timer for once: Textual drops one of those that comes late.
        if self._wrapping is None and not self.text_layout.complete:
            self._wrapping = self.set_interval(_PAUSE, self._wrap_on)

    def _reach(self, offset: int) -> None:
        """See that the rows around an offset are known, wherever wrapping has got to."""
        layout = self.text_layout
        if not self._ready or layout.knows(offset):
            return
        top = layout.rows[min(self._top, layout.height - 1)]
        if layout.reach(offset):
            self._renumbered()
            self._scroll(layout.row_of(top if layout.knows(top) else offset))
            self._keep_wrapping()
        else:
            self._measure()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """However one scrolls, text that is not wrapped yet comes into sight wrapped."""
        layout = self.text_layout
        if self._ready and not layout.ends and new_value + self._height > layout.height:
            layout.reach(layout.done)
            self._measure()
        super().watch_scroll_y(old_value, new_value)

    def _finish(self) -> None:
        """Wrap all that is left at once."""
        top = self._top
        while not self.text_layout.complete:
            top += self.text_layout.more(len(self.text))
        self._renumbered()
        self._scroll(top)

    def _renumbered(self) -> None:
        self._strips.clear()
        self._painter.rows.clear()
        self._measure()

    def _measure(self) -> None:
        """Room to scroll: the known rows, and a screen more while there is more to come."""
        more = 0 if self.text_layout.ends else self._height
        width, height = self.scrollable_content_region.width, self.text_layout.height + more
        if self.virtual_size != (width, height):
            self.virtual_size = Size(width, height)

    # Painting

    @property
    def _top(self) -> int:
        return self.scroll_offset.y

    @property
    def _height(self) -> int:
        return self.scrollable_content_region.height

    def render_line(self, y: int) -> Strip:
        """A screen row; from the cache unless its selection, cursor or codings changed."""
        width = self.scrollable_content_region.width
        row = y + self._top
        if not self._ready or row >= self.text_layout.height:
            return Strip.blank(width, self._painter.looks.base)
        start, end = self.text_layout.row_span(row)
        here = start <= self.cursor <= end and self.text_layout.row_of(self.cursor) == row
        cursor = self.cursor if here else None
        part = self.selection
        if part is not None:
            part = max(part[0], start), min(part[1], end)
            part = part if part[0] < part[1] else None
        mark = self._marked
        if mark is not None:
            mark = max(mark[0], start), min(mark[1], end)
            mark = mark if mark[0] < mark[1] else None
        key = (width, part, cursor, mark)
        known = self._strips.get(row)
        if known is None or known[0] != key:
            if len(self._strips) >= _CACHE:
                self._strips.clear()
            known = self._strips[row] = key, self._painter.row(row, width, part, cursor, mark)
            self.rows_painted += 1
        return known[1] if y else self._painter.on_top(row, known[1])

    def repaint_all(self) -> None:
        """Forget every painted row."""
        self._strips.clear()
        self._painter.rows.clear()
        self.refresh()

    def _repaint(self, parts: Sequence[Stretch]) -> None:
        """These stretches look different; rows out of sight are forgotten, not painted."""
        layout = self.text_layout
        if len(parts) > _FEW:
            # Cheaper to keep what is in sight than to look up the rows of each.
            seen = range(self._top, min(self._top + max(self._height, 1), layout.height))
            for rows in (self._strips, self._painter.rows):
                for row in [row for row in rows if row not in seen]:
                    del rows[row]
            low, high = layout.rows[seen[0]], layout.row_span(seen[-1])[1]
            parts = [part for part in parts if part[0] < high and low < part[1]]
        for start, end in parts:
            first, last = layout.row_of(start), layout.row_of(max(end - 1, start))
            self._forget(first, last)
            self._refresh_rows(first, last)

    def _forget(self, first: int, last: int) -> None:
        for rows in (self._strips, self._painter.rows):
            if last - first < len(rows):
                for row in range(first, last + 1):
                    rows.pop(row, None)
            else:
                for row in [row for row in rows if first <= row <= last]:
                    del rows[row]

    def _refresh_rows(self, first: int, last: int) -> None:
        top = self._top
        first, last = max(first, top), min(last, top + self.size.height - 1)
        if first <= last:
            self.refresh_lines(first, last - first + 1)

    # Cursor and scroll

    def place(self, cursor: int, anchor: int | None = None, *, third: bool = False) -> None:
        """Put the cursor, and the other end of the selection, somewhere."""
        if not self._ready:
            self.cursor, self.fixed = cursor, anchor
            return
        layout = self.text_layout
        before, old = self.selection, self.cursor
        self._reach(cursor)
        self.cursor = layout.snap(cursor)
        self.fixed = None if anchor is None else layout.snap(anchor)
        for start, end in [*_differing(before, self.selection), (old, old), (self.cursor,) * 2]:
            self._refresh_rows(layout.row_of(start), layout.row_of(max(end - 1, start)))
        marked, self._marked = self._marked, None if self.selection else self.target
        for start, end in _differing(marked, self._marked):
            self._refresh_rows(layout.row_of(start), layout.row_of(max(end - 1, start)))
        self.reveal(self.cursor, third=third)
        self._moved()

    def _moved(self) -> None:
        """The cursor or the selection is somewhere else."""

    def rows_of(self, start: int, end: int) -> tuple[int, int]:
        """The first and the last row of the terminal that show a stretch, as far as it is seen."""
        layout, least = self.text_layout, self.scrollable_content_region.y
        rows = layout.row_of(start), layout.row_of(max(end - 1, start))
        first, last = (min(max(row - self._top, 0), self._height - 1) for row in rows)
        return least + first, least + last

    def reveal_all(self, start: int, end: int) -> None:
        """Scroll so that a stretch is seen whole, or as much of its beginning as there is room."""
        first = self.text_layout.row_of(start)
        last = self.text_layout.row_of(max(end - 1, start))
        if last >= self._top + self._height > 0:
            self._scroll(min(first, last - self._height + 2))

    def reveal(self, offset: int, *, third: bool = False) -> None:
        """Scroll as little as needed, or put the offset's row a third down if it is not seen."""
        row, top = self.text_layout.row_of(offset), self._top
        height = self._height
        if height <= 0 or top <= row < top + height:
            return
        if third:
            self._scroll(row - height // 3)
        else:
            self._scroll(row if row < top else row - height + 1)

    def _scroll(self, row: int) -> None:
        self.scroll_to(y=max(row, 0), animate=False, immediate=True, force=True)


def _differing(before: Stretch | None, after: Stretch | None) -> list[Stretch]:
    """Where one of two selections is and the other is not."""
    if before is None or after is None or before[1] <= after[0] or after[1] <= before[0]:
        return [part for part in (before, after) if part is not None]
    edges = [sorted(pair) for pair in zip(before, after, strict=True)]
    return [(low, high) for low, high in edges if low < high]
