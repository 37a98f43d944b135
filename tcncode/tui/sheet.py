"""What a canvas shows: the document, its codings, suggestions and hits, in a palette."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.style import Style

from tcncode.model import Coding
from tcncode.text.wrap import TextLayout
from tcncode.tui.canvas import Canvas
from tcncode.tui.coding_index import CodingIndex
from tcncode.tui.painter import Looks
from tcncode.tui.palette import Palette
from tcncode.tui.units import Stretch, Stretches, Units


class Sheet(Canvas):
    """A document with its codings, on screen as far as it is seen."""

    @property
    def index(self) -> CodingIndex:
        """The codings on show."""
        return self._painter.index

    @property
    def hits(self) -> Stretches:
        """What a search found."""
        return self._painter.hits

    @property
    def suggested(self) -> Stretches:
        """Where open suggestions are."""
        return self._painter.suggested

    @property
    def text_column(self) -> int:
        """Cells between the edge and the text."""
        return self._painter.gutter

    def show_text(self, text: str, units: Units, codings: Iterable[Coding], at: int = 0) -> None:
        """Show another document, the cursor at an offset."""
        self.text = text
        painter = self._painter
        # Not wrapped before the width is known: that would cost seconds for nothing.
        self.text_layout = painter.layout = TextLayout(text, 0)
        painter.units = units
        painter.index = CodingIndex(codings, text=text, coder=self.coder)
        painter.hits, painter.suggested, painter.current = Stretches(), Stretches(), None
        self.fixed, self.cursor = None, max(0, min(at, len(text)))
        self._shown()
        self._marked = None
        if self._ready:
            self._resized(at=self.cursor)
        self._moved()

    def show_codings(self, codings: Iterable[Coding]) -> None:
        """Show exactly these codings; only rows where something changed are painted anew."""
        self._repaint_codings(self.index.update(codings))

    def change_codings(self, removed: Iterable[str], added: Iterable[Coding]) -> None:
        """Hide some, given by their ids, and show others; what this costs is their rows."""
        self._repaint_codings(self.index.change(removed, added))

    def _repaint_codings(self, changed: Sequence[Coding]) -> None:
        self._repaint([(coding.span.start, coding.span.end) for coding in changed])

    def show_suggestions(self, spans: Iterable[Stretch]) -> None:
        """Mark what open suggestions are about."""
        before = self._painter.suggested
        self._painter.suggested = Stretches(spans)
        self._repaint(list(set(before) ^ set(self._painter.suggested)))

    def show_hits(self, spans: Iterable[Stretch]) -> None:
        """Mark what a search found; the spans may differ in length."""
        before = self._painter.hits
        self._painter.hits, self._painter.current = Stretches(spans), None
        self._repaint([*before, *self._painter.hits])

    def show_current_hit(self, hit: Stretch | None) -> None:
        """Make one hit look different from the others."""
        before, self._painter.current = self._painter.current, hit
        if before != hit:
            self._repaint([part for part in (before, hit) if part is not None])

    def show_palette(self, palette: Palette, active: str | None = None) -> None:
        """Show codes in these colours, one of them in front of the others."""
        self._painter.palette, self._painter.active = palette, active
        self._painter.looks = self._looks(monochrome=palette.colours is None)
        self.repaint_all()

    def _looks(self, *, monochrome: bool) -> Looks:
        part = self.get_component_rich_style
        base = self.rich_style
        if monochrome:
            base = Style(bgcolor=base.bgcolor, color=base.color)
            return Looks(base, Style(reverse=True, underline2=True), Style(reverse=True))
        names = (
            "cursor", "selection", "hit", "current", "mark", "heading", "faint", "sentence", "here",
        )  # fmt: skip
        return Looks(base, *(part(f"reader--{name}", partial=True) for name in names))
