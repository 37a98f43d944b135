"""The document: painted line by line, read and marked with the keyboard or the mouse.

It shows, moves and selects; what a key *codes* is the screen's affair. The cursor stands
between characters, as in an editor: a selection ends before it. A cursor key paints at most
the row it left and the row it came to; ``rows_painted`` counts, and a test holds it to that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tcncode.model import Codebook, Coding
from tcncode.text import Span
from tcncode.text.wrap import TextLayout
from tcncode.tui.coding_index import CodingIndex
from tcncode.tui.painter import Looks, Painter
from tcncode.tui.palette import Palette, lanes_for
from tcncode.tui.units import Unit, Units

_CACHE = 512


def _moves(action: str, label: str, keys: str, group: str) -> Binding:
    return Binding(keys, action, label, show=False, id=f"reader.{group}")


class Reader(ScrollView, can_focus=True):
    """A document with its codings. Whoever holds it decides what coding means."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "reader--cursor", "reader--selection", "reader--hit", "reader--mark",
    }  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        _moves("move('row', 1)", "Row down", "down,j", "down"),
        _moves("move('row', -1)", "Row up", "up,k", "up"),
        _moves("move('char', 1)", "Next character", "right,l", "right"),
        _moves("move('char', -1)", "Previous character", "left,h", "left"),
        _moves("move('word', 1)", "Next word", "w,ctrl+right", "word"),
        _moves("move('word', -1)", "Previous word", "b,ctrl+left", "word_back"),
        _moves("move('sentence', 1)", "Next sentence", "right_parenthesis", "sentence"),
        _moves("move('sentence', -1)", "Previous sentence", "left_parenthesis", "sentence_back"),
        _moves("move('paragraph', 1)", "Next paragraph", "right_curly_bracket", "paragraph"),
        _moves(
            "move('paragraph', -1)", "Previous paragraph", "left_curly_bracket", "paragraph_back"
        ),
        _moves("page(1.0)", "Page down", "pagedown,space", "page"),
        _moves("page(-1.0)", "Page up", "pageup", "page_back"),
        _moves("page(0.5)", "Half a page down", "ctrl+d", "half"),
        _moves("page(-0.5)", "Half a page up", "ctrl+u", "half_back"),
        _moves("edge('row', -1)", "Beginning of the row", "home,0", "row_start"),
        _moves("edge('row', 1)", "End of the row", "end,dollar_sign", "row_end"),
        _moves("edge('text', -1)", "Beginning of the document", "g,ctrl+home", "top"),
        _moves("edge('text', 1)", "End of the document", "G,ctrl+end", "bottom"),
        _moves("extend('row', 1)", "Select down", "shift+down", "select_down"),
        _moves("extend('row', -1)", "Select up", "shift+up", "select_up"),
        _moves("extend('char', 1)", "Select right", "shift+right", "select_right"),
        _moves("extend('char', -1)", "Select left", "shift+left", "select_left"),
        _moves("extend('word', 1)", "Select a word on", "ctrl+shift+right", "select_word"),
        _moves("extend('word', -1)", "Select a word back", "ctrl+shift+left", "select_word_back"),
        _moves("free", "Start or stop selecting with motion keys", "v", "free"),
        _moves("take('sentence', 1)", "Select the sentence; again: one more", "s", "take_sentence"),
        _moves("take('sentence', -1)", "Select sentences backwards", "S", "take_sentence_back"),
        _moves(
            "take('paragraph', 1)", "Select the paragraph; again: one more", "p", "take_paragraph"
        ),
        _moves("take('paragraph', -1)", "Select paragraphs backwards", "P", "take_paragraph_back"),
        _moves("grow", "Grow the selection", "plus,equals_sign", "grow"),
        _moves("shrink", "Shrink it again", "minus", "shrink"),
        _moves("swap", "Work on the other end of the selection", "z", "swap"),
        _moves("clear", "Drop the selection", "escape", "clear"),
    ]

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

    def __init__(self, codebook: Codebook, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.text = ""
        self.units = Units("")
        self.text_layout = TextLayout("", 0)
        self.cursor = 0
        self.fixed: int | None = None
        """Where the selection began; it reaches to the cursor. None: nothing is selected."""
        self.extending = False
        """Motion keys select (after ``v``)."""
        self.rows_painted = 0
        self._painter = Painter(
            self.text_layout, Palette(codebook, dark=True, colours="truecolor"), Looks()
        )
        self._ready = False
        self._goal: int | None = None
        self._grown: list[tuple[int, int]] = []
        self._strips: dict[int, tuple[object, Strip]] = {}
        self._drag = False

    # What is shown

    @property
    def index(self) -> CodingIndex:
        """The codings on show."""
        return self._painter.index

    @property
    def selection(self) -> tuple[int, int] | None:
        """Start and end of what is selected, or None."""
        if self.fixed is None or self.fixed == self.cursor:
            return None
        return min(self.fixed, self.cursor), max(self.fixed, self.cursor)

    @property
    def selected_span(self) -> Span | None:
        """Likewise as a Span."""
        return Span(*self.selection) if self.selection else None

    @property
    def text_column(self) -> int:
        """Cells between the edge and the text."""
        return self._painter.gutter

    def show_text(self, text: str, units: Units, codings: Iterable[Coding], at: int = 0) -> None:
        """Show another document, the cursor at an offset."""
        self.text, self.units = text, units
        # Not wrapped before the width is known: that would cost seconds for nothing.
        self.text_layout = TextLayout(text, self.text_layout.width if self._ready else 0)
        self._painter.layout = self.text_layout
        self._painter.index = CodingIndex(codings)
        self._painter.hits, self._painter.suggested = (), ()
        self.fixed, self.extending, self._goal = None, False, None
        self.cursor = self.text_layout.snap(at) if self._ready else at
        if self._ready:
            self._resized()
        self.reveal(self.cursor, third=True)
        self._moved()

    def show_codings(self, codings: Iterable[Coding]) -> None:
        """Show exactly these codings; only rows where something changed are painted anew."""
        for coding in self.index.update(codings):
            self._repaint(coding.span.start, coding.span.end)

    def show_suggestions(self, starts: Sequence[int]) -> None:
        """Mark where open suggestions begin."""
        before = set(self._painter.suggested)
        self._painter.suggested = sorted(starts)
        for start in before ^ set(starts):
            self._repaint(start, start + 1)

    def show_hits(self, starts: Sequence[int], length: int) -> None:
        """Mark the places a search found."""
        self._painter.hits, self._painter.hit_length = starts, length
        self.repaint_all()

    def show_palette(self, palette: Palette, active: str | None = None) -> None:
        """Show codes in these colours, one of them in front of the others."""
        self._painter.palette, self._painter.active = palette, active
        self._painter.looks = self._looks(monochrome=palette.colours is None)
        self.repaint_all()

    def repaint_all(self) -> None:
        """Forget every painted row."""
        self._strips.clear()
        self.refresh()

    def _looks(self, *, monochrome: bool) -> Looks:
        part = self.get_component_rich_style
        base = self.rich_style
        if monochrome:
            base = Style(bgcolor=base.bgcolor, color=base.color)
            return Looks(base, Style(reverse=True, underline2=True), Style(reverse=True))
        return Looks(
            base,
            part("reader--cursor", partial=True),
            part("reader--selection", partial=True),
            part("reader--hit", partial=True),
            part("reader--mark", partial=True),
        )

    # Painting

    def on_resize(self) -> None:
        """Wrap to the new width; the text at the top stays at the top."""
        if self._ready:
            self._resized()
        else:  # the panes beside it have not taken their room yet
            self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        width = self.scrollable_content_region.width
        if not self.is_attached or width <= 0:
            return
        painter = self._painter
        painter.lanes = lanes_for(width)
        top_row = min(self.scroll_offset.y, self.text_layout.height - 1)
        top = self.text_layout.rows[top_row]
        if not self._ready or width - painter.gutter != self.text_layout.width:
            self.text_layout.wrap(width - painter.gutter)
        if not self._ready:
            self._ready = True
            self.cursor = self.text_layout.snap(self.cursor)
        self.virtual_size = Size(width, self.text_layout.height)
        self._strips.clear()
        self._scroll(self.text_layout.row_of(top))
        self.reveal(self.cursor)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """A screen row; from the cache unless its selection, cursor or codings changed."""
        width = self.scrollable_content_region.width
        row = y + self.scroll_offset.y
        looks = self._painter.looks
        if not self._ready or row >= self.text_layout.height:
            return Strip.blank(width, looks.base)
        start, end = self.text_layout.row_span(row)
        here = self.text_layout.row_of(self.cursor) == row
        cursor = self.cursor if here else None
        part = self.selection
        if part is not None:
            part = max(part[0], start), min(part[1], end)
            part = part if part[0] < part[1] else None
        key = (width, part, cursor)
        known = self._strips.get(row)
        if known is not None and known[0] == key:
            return known[1]
        if len(self._strips) >= _CACHE:
            self._strips.clear()
        strip = self._painter.row(row, width, part, cursor)
        self.rows_painted += 1
        self._strips[row] = (key, strip)
        return strip

    def _repaint(self, start: int, end: int) -> None:
        """The rows from one offset to another have changed."""
        first = self.text_layout.row_of(start)
        last = self.text_layout.row_of(max(end - 1, start))
        for row in range(first, last + 1) if last - first < _CACHE else list(self._strips):
            self._strips.pop(row, None)
        self._refresh_rows(first, last)

    def _refresh_rows(self, first: int, last: int) -> None:
        top = self.scroll_offset.y
        first, last = max(first, top), min(last, top + self.size.height - 1)
        if first <= last:
            self.refresh_lines(first, last - first + 1)

    # Moving

    def place(self, cursor: int, anchor: int | None = None, *, third: bool = False) -> None:
        """Put the cursor, and the other end of the selection, somewhere."""
        before, old = self.selection, self.text_layout.row_of(self.cursor)
        self.cursor = self.text_layout.snap(cursor)
        self.fixed = None if anchor is None else self.text_layout.snap(anchor)
        self._refresh_rows(old, old)
        new = self.text_layout.row_of(self.cursor)
        self._refresh_rows(new, new)
        if before != self.selection:
            # Only where one of them is and the other is not.
            edges = {*(before or ()), *(self.selection or ())}
            rows = [self.text_layout.row_of(edge) for edge in edges]
            self._refresh_rows(min(rows), max(rows))
        self.reveal(self.cursor, third=third)
        self._moved()

    def _moved(self) -> None:
        if self.is_attached:
            self.post_message(self.Moved(self))

    def reveal(self, offset: int, *, third: bool = False) -> None:
        """Scroll as little as needed, or put the offset's row a third down if it is not seen."""
        row, top = self.text_layout.row_of(offset), self.scroll_offset.y
        height = self.scrollable_content_region.height
        if height <= 0 or top <= row < top + height:
            return
        if third:
            self._scroll(row - height // 3)
        else:
            self._scroll(row if row < top else row - height + 1)

    def _scroll(self, row: int) -> None:
        self.scroll_to(y=max(row, 0), animate=False, immediate=True, force=True)

    def _target(self, unit: Unit, step: int) -> int:
        layout, at = self.text_layout, self.cursor
        if unit == "char":
            return layout.after(at) if step > 0 else layout.before(at)
        if unit == "row":
            row, cell = layout.cell_of(at)
            self._goal = cell if self._goal is None else self._goal
            row += step
            if not 0 <= row < layout.height:
                return at
            return layout.offset_at(row, self._goal)
        return self.units.next(unit, at) if step > 0 else self.units.previous(unit, at)

    def action_move(self, unit: Unit, step: int) -> None:
        """Move; with ``v`` on, select."""
        goal = self._goal if unit == "row" else None
        self._goal = goal
        self._go(self._target(unit, step))

    def _go(self, target: int) -> None:
        self._grown.clear()
        self.place(target, self.fixed if self.extending else None)

    def action_extend(self, unit: Unit, step: int) -> None:
        """Move one end of the selection."""
        self._goal = self._goal if unit == "row" else None
        anchor = self.cursor if self.fixed is None else self.fixed
        self._grown.clear()
        self.place(self._target(unit, step), anchor)

    def action_page(self, share: float) -> None:
        """Scroll by some of a page, the cursor with it."""
        step = int((self.scrollable_content_region.height - 1) * share)
        row, cell = self.text_layout.cell_of(self.cursor)
        self._goal = cell if self._goal is None else self._goal
        row = max(0, min(row + step, self.text_layout.height - 1))
        self._scroll(self.scroll_offset.y + step)
        goal = self._goal
        self._go(self.text_layout.offset_at(row, goal))
        self._goal = goal

    def action_edge(self, of: str, side: int) -> None:
        """To the beginning or end of the row or the text."""
        self._goal = None
        if of == "text":
            self._go(0 if side < 0 else len(self.text))
            return
        row = self.text_layout.row_of(self.cursor)
        start = self.text_layout.row_span(row)[0]
        self._go(start if side < 0 else self.text_layout.row_end(row))

    # Selecting

    def action_free(self) -> None:
        """Let motion keys select, or stop that."""
        self.extending = not self.extending
        self.place(
            self.cursor, self.cursor if self.extending and not self.selection else self.fixed
        )

    def action_take(self, unit: Unit, step: int) -> None:
        """Select the unit at the cursor; again, the next one too."""
        self._goal = None
        chosen = self.selection
        whole = chosen and self.units.at(unit, chosen[0])
        backwards = chosen is not None and self.cursor == chosen[0]
        if chosen and whole and whole[0] == chosen[0] and chosen[1] >= whole[1]:
            edge = chosen[0] if step < 0 else chosen[1]
            if step < 0:
                more = self.units.at(unit, self.units.previous(unit, edge))
                target = more[0] if more else edge
                self.place(target, chosen[1])
            else:
                more = self.units.at(unit, self.units.next(unit, edge - 1))
                self.place(more[1] if more else edge, chosen[0])
            return
        here = self.units.at(unit, chosen[0] if backwards and chosen else self.cursor)
        if here:
            self.place(here[0] if step < 0 else here[1], here[1] if step < 0 else here[0])

    def action_grow(self) -> None:
        """Word, then sentence, then paragraph, then all."""
        start, end = self.selection or (self.cursor, self.cursor)
        self._grown.append((start, end))
        low, high = self.units.grown(start, end)
        self.place(high, low)

    def action_shrink(self) -> None:
        """Take the last growth back."""
        if self._grown:
            start, end = self._grown.pop()
            self.place(end, start if start < end else None)

    def action_swap(self) -> None:
        """The other end of the selection becomes the one that moves."""
        if self.fixed is not None:
            self.place(self.fixed, self.cursor)

    def action_clear(self) -> None:
        """Select nothing; search marks go too."""
        self.extending = False
        self._grown.clear()
        if self._painter.hits:
            self.show_hits((), 0)
        self.place(self.cursor)

    def select(self, span: Span) -> None:
        """Select a span and bring it into view, the cursor at its beginning."""
        self._goal, self.extending = None, False
        self.place(span.start, span.end, third=True)

    # The mouse

    def _offset_of(self, event: events.MouseEvent) -> int:
        row = max(0, min(event.y + self.scroll_offset.y, self.text_layout.height - 1))
        return self.text_layout.offset_at(row, max(event.x - self._painter.gutter, 0))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Put the cursor; on a stripe, choose its coding."""
        if event.button != 1 or not self._ready:
            return
        self._goal, self.extending = None, False
        if event.x < self._painter.lanes:
            row = min(event.y + self.scroll_offset.y, self.text_layout.height - 1)
            start, end = self.text_layout.row_span(row)
            for coding in self.index.within(start, max(end, start + 1)):
                if self.index.lanes[coding.id] == event.x:
                    self.post_message(self.CodingChosen(self, coding))
                    return
            return
        offset = self._offset_of(event)
        anchor = self.fixed if self.fixed is not None else self.cursor
        self.place(offset, anchor if event.shift else None)
        self._drag = True
        self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Select while the button is down; past an edge, scroll."""
        if self._drag:
            anchor = self.cursor if self.fixed is None else self.fixed
            offset = self._offset_of(event)
            if offset != self.cursor:
                self.place(offset, anchor)

    def on_mouse_up(self) -> None:
        """The drag is over."""
        if self._drag:
            self._drag = False
            self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """Twice for the word, three times for the sentence."""
        if event.chain > 1 and event.x >= self._painter.lanes:
            here = self.units.at("word" if event.chain == 2 else "sentence", self._offset_of(event))
            if here:
                self.place(here[1], here[0])
