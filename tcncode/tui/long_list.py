"""A list of any length, painted line by line: a hundred thousand cost what one screen does.

It shows, moves and marks. What a line says is asked of whoever holds it, when the line comes
into view; what a key does with it is decided there, too. ``OptionList`` lays every line out
beforehand: 1.4 s for 10,000.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tcncode.text.safe import safe_line
from tcncode.tui.palette import fit

Item = TypeVar("Item")
Piece = tuple[str, Style]
Group = tuple[int, str]
"""Which item a group begins with, from 0, and its heading."""
_CACHE = 512


def _key(keys: str, action: str, label: str, name: str) -> Binding:
    return Binding(keys, action, label, show=False, id=f"list.{name}")


class LongList(ScrollView, Generic[Item], can_focus=True):
    """Items in groups, one line each, with a cursor."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "long-list--cursor", "long-list--blurred", "long-list--heading",
    }  # fmt: skip
    DEFAULT_CSS = """
    LongList {
        height: 1fr; background: $background; color: $foreground;
        overflow-x: hidden; overflow-y: scroll;
        scrollbar-gutter: stable; scrollbar-size-vertical: 1; scrollbar-size-horizontal: 0;
    }
    .long-list--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
    .long-list--blurred {
        background: $block-cursor-blurred-background; color: $block-cursor-blurred-foreground;
    }
    .long-list--heading { text-style: bold; color: $foreground; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        _key("down,j", "move(1)", "Next", "down"),
        _key("up,k", "move(-1)", "Previous", "up"),
        _key("pagedown,ctrl+d", "page(1)", "Page down", "page"),
        _key("pageup,ctrl+u", "page(-1)", "Page up", "page_back"),
        _key("home,g,ctrl+home", "edge(-1)", "First", "first"),
        _key("end,G,ctrl+end", "edge(1)", "Last", "last"),
        _key("right_curly_bracket", "group(1)", "Next group", "group"),
        _key("left_curly_bracket", "group(-1)", "Previous group", "group_back"),
        Binding("enter", "open", "Go", id="list.open", tooltip="Go to its place in the text"),
    ]  # fmt: skip

    @dataclass
    class Highlighted(Message):
        """The cursor is on another item. Bursts arrive as one."""

        long_list: LongList[Any]

        @property
        def control(self) -> LongList[Any]:
            """The list it came from."""
            return self.long_list

        def can_replace(self, message: Message) -> bool:
            """A later place makes an earlier one pointless."""
            return isinstance(message, LongList.Highlighted)

    @dataclass
    class Opened(Message):
        """Enter or a double click: go to the place of the item at the cursor."""

        long_list: LongList[Any]

        @property
        def control(self) -> LongList[Any]:
            """The list it came from."""
            return self.long_list

    def __init__(self, line: Callable[[Item, int], list[Piece]], *, id: str | None = None) -> None:
        """``line`` says what stands in an item's line of a width."""
        super().__init__(id=id)
        self.items: list[Item] = []
        self.cursor = 0
        """Place of the highlighted item in ``items``."""
        self.chosen: set[int] = set()
        """Places of the chosen items."""
        self.lines_painted = 0
        self._line = line
        self._groups: list[Group] = []
        self._heads: list[int] = []
        """Row of each group's heading, in order."""
        self._strips: dict[int, tuple[object, Strip]] = {}

    # What is shown

    @property
    def item(self) -> Item | None:
        """The item at the cursor."""
        return self.items[self.cursor] if self.items else None

    def show(self, items: Sequence[Item], groups: Sequence[Group] = (), *, at: int = 0) -> None:
        """Show these items, the cursor on one of them; none is chosen."""
        self.items, self._groups, self._heads = [], [], []
        self.chosen.clear()
        self.cursor = 0
        self.extend(items, groups)
        self.cursor = max(0, min(at, len(self.items) - 1))
        self.repaint()
        self._reveal()
        self.post_message(self.Highlighted(self))

    def extend(self, items: Sequence[Item], groups: Sequence[Group] = ()) -> None:
        """More items at the end, in further groups."""
        first_row = self._rows
        for group in groups:
            self._heads.append(group[0] + len(self._groups))
            self._groups.append(group)
        self.items.extend(items)
        self.virtual_size = Size(self.scrollable_content_region.width, self._rows)
        self._refresh_rows(first_row, self._rows)

    def repaint(self) -> None:
        """What lines say may have changed."""
        self._strips.clear()
        self.refresh()

    @property
    def _rows(self) -> int:
        return len(self.items) + len(self._groups)

    def row_of(self, place: int) -> int:
        """The row of an item."""
        return place + bisect_right(self._groups, place, key=lambda group: group[0])

    def at_row(self, row: int) -> tuple[int | None, int]:
        """The item in a row (None where a heading is), and its group (-1: none)."""
        group = bisect_right(self._heads, row) - 1
        if group >= 0 and self._heads[group] == row:
            return None, group
        place = row - group - 1
        return (place if 0 <= place < len(self.items) else None), group

    # Painting

    def on_resize(self) -> None:
        """Lines are as wide as there is room."""
        self._strips.clear()
        self.virtual_size = Size(self.scrollable_content_region.width, self._rows)
        self._reveal()

    def render_line(self, y: int) -> Strip:
        """A screen row; from the cache unless its marks changed."""
        row, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        if row >= self._rows or width <= 0:
            return Strip.blank(max(width, 0), self.rich_style)
        place, group = self.at_row(row)
        on_it = place is not None and place == self.cursor
        key = (width, on_it, on_it and self.has_focus, place in self.chosen, group)
        known = self._strips.get(row)
        if known is not None and known[0] == key:
            return known[1]
        if len(self._strips) >= _CACHE:
            self._strips.clear()
        if place is None:
            style = self._style("heading")
            pieces = [(" " + safe_line(self._groups[group][1]), style)]
        else:
            style = self._style("cursor" if self.has_focus else "blurred") if on_it else Style()
            pieces = [(self.marks(place), Style(bold=True))]
            pieces += self._line(self.items[place], width - len(pieces[0][0]) - 1)
        strip = _strip(pieces, width, self.rich_style, style)
        self.lines_painted += 1
        self._strips[row] = (key, strip)
        return strip

    def marks(self, place: int) -> str:
        """What stands before an item's line: where the cursor is, without any colour."""
        return "▸" if place == self.cursor else " "

    def _style(self, part: str) -> Style:
        if self.app.no_color:  # grounds are near-equal greys then
            return {
                "cursor": Style(reverse=True), "blurred": Style(underline=True),
                "heading": Style(bold=True, underline=True),
            }[part]  # fmt: skip
        return self.get_component_rich_style(f"long-list--{part}", partial=True)

    def _refresh_rows(self, first: int, past: int) -> None:
        top = self.scroll_offset.y
        first, past = max(first, top), min(past, top + self.size.height)
        if first < past:
            self.refresh_lines(first, past - first)

    def on_focus(self) -> None:
        """The cursor looks different."""
        self._refresh_rows(self.row_of(self.cursor), self.row_of(self.cursor) + 1)

    def on_blur(self) -> None:
        """Likewise."""
        self.on_focus()

    # Moving

    def place(self, cursor: int) -> None:
        """Put the cursor on an item."""
        if not self.items:
            return
        before = self.row_of(self.cursor)
        self.cursor = max(0, min(cursor, len(self.items) - 1))
        row = self.row_of(self.cursor)
        self._refresh_rows(before, before + 1)
        self._refresh_rows(row, row + 1)
        self._reveal()
        if row != before:
            self.post_message(self.Highlighted(self))

    def _reveal(self) -> None:
        """Scroll as little as needed to see the cursor, with the heading before a first item."""
        height = self.scrollable_content_region.height
        row = self.row_of(self.cursor) if self.items else 0
        first = row - 1 if row and self.at_row(row - 1)[0] is None else row
        # A list that has become shorter leaves no room empty.
        top = min(self.scroll_offset.y, max(self._rows - height, 0))
        if first < top:
            top = first
        elif row >= top + height > 0:
            top = row - height + 1
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, immediate=True, force=True)

    def action_move(self, step: int) -> None:
        """To the next or previous item."""
        self.place(self.cursor + step)

    def action_page(self, step: int) -> None:
        """A screen on or back."""
        rows = max(self.scrollable_content_region.height - 2, 1)
        self.place(self.cursor + step * rows)

    def action_edge(self, side: int) -> None:
        """To the first or last item."""
        self.place(0 if side < 0 else len(self.items) - 1)

    def action_group(self, step: int) -> None:
        """To the first item of the next group, or of this or the previous one."""
        starts = [first for first, _ in self._groups]
        if step > 0:
            ahead = starts[bisect_right(starts, self.cursor) :]
            self.place(ahead[0] if ahead else self.cursor)
        else:
            before = starts[: bisect_right(starts, self.cursor - 1)]
            self.place(before[-1] if before else 0)

    def action_open(self) -> None:
        """Go to the item's place."""
        if self.items:
            self.post_message(self.Opened(self))

    def on_click(self, event: events.Click) -> None:
        """Once for the cursor, twice to go there."""
        place, _ = self.at_row(event.y + self.scroll_offset.y)
        if place is not None:
            self.place(place)
            if event.chain == 2:
                self.action_open()


class ChoiceList(LongList[Item]):
    """Such a list of which several items may be chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "choose", "Choose", id="list.choose"),
        _key("asterisk", "choose_all", "Choose all, or none", "choose_all"),
    ]

    @dataclass
    class Chosen(Message):
        """Other items than before are chosen."""

        choice_list: ChoiceList[Any]

        @property
        def control(self) -> ChoiceList[Any]:
            """The list it came from."""
            return self.choice_list

    def marks(self, place: int) -> str:
        """The cursor's mark, and whether the item is chosen."""
        return super().marks(place) + ("●" if place in self.chosen else " ")

    def action_choose(self) -> None:
        """Choose the item, or no longer; then the next one."""
        if self.items:
            self.chosen ^= {self.cursor}
            self.place(self.cursor + 1)
            row = self.row_of(self.cursor)
            self._refresh_rows(row - 2, row + 1)
            self.post_message(self.Chosen(self))

    def action_choose_all(self) -> None:
        """Choose all, or none where all are."""
        everything = len(self.chosen) == len(self.items)
        self.chosen = set() if everything else set(range(len(self.items)))
        self.refresh()
        self.post_message(self.Chosen(self))


def _strip(pieces: Sequence[Piece], width: int, base: Style, over: Style) -> Strip:
    """Pieces as a line of just this width; ``over`` lies over their own styles."""
    segments, used = [], 0
    for text, style in pieces:
        room = width - used
        if room <= 0:
            break
        size = cell_len(text)
        if size > room:
            text, size = fit(text, room), room
        segments.append(Segment(text, base + style + over))
        used += size
    if used < width:
        segments.append(Segment(" " * (width - used), base + over))
    return Strip(segments, width)
