"""A list of any length: only the rows in sight are drawn.

``OptionList`` needs 1.4 s for 10,000 rows; a queue of suggestions is as long.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip


class LongList(ScrollView, can_focus=True):
    """One row each for so many things; ``draw`` says what stands in a row of some width."""

    DEFAULT_CSS = """
    LongList { overflow-x: hidden; scrollbar-size-vertical: 1; }
    LongList > .longlist--cursor { background: $block-cursor-blurred-background; text-style: bold; }
    LongList:focus > .longlist--cursor { background: $block-cursor-background;
        color: $block-cursor-foreground; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"longlist--cursor"}
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Next", show=False, id="list.down"),
        Binding("up,k", "move(-1)", "Previous", show=False, id="list.up"),
        Binding("pagedown", "page(1)", "A page on", show=False, id="list.page_down"),
        Binding("pageup", "page(-1)", "A page back", show=False, id="list.page_up"),
        Binding("home", "go(0)", "First", show=False, id="list.first"),
        Binding("end,G", "go(-1)", "Last", show=False, id="list.last"),
        Binding("enter", "choose", "Open", show=False, id="list.choose"),
    ]

    @dataclass
    class Highlighted(Message):
        """The cursor moved to another row."""

        long_list: LongList
        row: int

        @property
        def control(self) -> LongList:
            """The list it came from."""
            return self.long_list

    @dataclass
    class Chosen(Message):
        """Enter, or a click on the row that has the cursor."""

        long_list: LongList
        row: int

        @property
        def control(self) -> LongList:
            """The list it came from."""
            return self.long_list

    def __init__(self, draw: Callable[[int, int], Text], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._draw = draw
        self.count = 0
        self.cursor = 0

    def show(self, count: int, cursor: int) -> None:
        """Show so many rows anew, the cursor on one of them; nothing is posted."""
        self.count, self.cursor = count, max(0, min(cursor, count - 1))
        self.virtual_size = Size(self.scrollable_content_region.width, count)
        self._reveal()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        width, row = self.scrollable_content_region.width, y + self.scroll_offset.y
        if row >= self.count:
            return Strip.blank(width, self.rich_style)
        text = self._draw(row, width)
        text.no_wrap, text.overflow, text.end = True, "ellipsis", ""
        text.truncate(width, pad=True)
        style = self.rich_style
        if row == self.cursor:
            # A letter's own colour would be lost on the cursor's ground.
            style += self.get_component_rich_style("longlist--cursor")
            text = Text(text.plain)
        strip = Strip(text.render(self.app.console), width)
        return strip.apply_style(style)

    def _reveal(self) -> None:
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, immediate=True, force=True)
        elif self.cursor >= top + height > 0:
            y = self.cursor - height + 1
            self.scroll_to(y=y, animate=False, immediate=True, force=True)

    def _place(self, row: int) -> None:
        row = max(0, min(row, self.count - 1))
        if row != self.cursor and self.count:
            old, self.cursor = self.cursor, row
            for line in (old, row):
                self.refresh_lines(line - self.scroll_offset.y, 1)
            self._reveal()
            self.post_message(self.Highlighted(self, row))

    def action_move(self, step: int) -> None:
        """Some rows on or back."""
        self._place(self.cursor + step)

    def action_page(self, step: int) -> None:
        """A page on or back."""
        self._place(self.cursor + step * max(self.scrollable_content_region.height - 1, 1))

    def action_go(self, row: int) -> None:
        """To a row, counted from the end if negative."""
        self._place(row if row >= 0 else self.count + row)

    def action_choose(self) -> None:
        """Open the row of the cursor."""
        if self.count:
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        """To the row clicked; there already: open it."""
        row = event.y + self.scroll_offset.y
        if row < self.count:
            if row == self.cursor:
                self.action_choose()
            else:
                self._place(row)

    def on_resize(self) -> None:
        """The cursor stays in sight."""
        self.virtual_size = Size(self.scrollable_content_region.width, self.count)
        self._reveal()
