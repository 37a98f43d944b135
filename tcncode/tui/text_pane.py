"""A text to read and scroll. Showing another costs a repaint, where ``Static`` lays out anew."""

from __future__ import annotations

from rich.text import Text
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip


class TextPane(ScrollView, can_focus=True):
    """Words wrapped to its width; arrows and page keys scroll."""

    DEFAULT_CSS = "TextPane { overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1; }"
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.text = Text()
        """What is shown."""
        self._rows: list[Text] = []

    def show(self, text: Text) -> None:
        """Show another text from its beginning."""
        self.text = text
        self._wrap()
        self.scroll_to(y=0, animate=False, immediate=True, force=True)

    def _wrap(self) -> None:
        width = self.scrollable_content_region.width
        if width > 0:
            self._rows = list(self.text.wrap(self.app.console, width))
            self.virtual_size = Size(width, len(self._rows))
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        width, row = self.scrollable_content_region.width, y + self.scroll_offset.y
        if row >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        text = self._rows[row].copy()
        text.end = ""
        text.truncate(width, pad=True)
        return Strip(text.render(self.app.console), width).apply_style(self.rich_style)

    def on_resize(self) -> None:
        """Wrap to the new width."""
        self._wrap()
