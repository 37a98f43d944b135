"""One row of a document as a strip: lanes of the gutter, then the text in its styles.

The strip is exactly as wide as asked, so Textual's compositor has nothing left to do.
Every piece of text passes ``safe_line`` here; the stored text is never changed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tcncode.model import Coding
from tcncode.text.safe import safe_line
from tcncode.text.wrap import TextLayout
from tcncode.tui.coding_index import CodingIndex
from tcncode.tui.palette import FOOT, Palette, front

Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Looks:
    """The styles of a row that do not come from a code."""

    base: Style = field(default_factory=Style)
    cursor: Style = field(default_factory=lambda: Style(reverse=True))
    selection: Style = field(default_factory=lambda: Style(reverse=True))
    hit: Style = field(default_factory=lambda: Style(bold=True, underline=True))
    mark: Style = field(default_factory=lambda: Style(bold=True))


class Painter:
    """Paints rows of one document; holds what they show, but not where the cursor is."""

    def __init__(self, layout: TextLayout, palette: Palette, looks: Looks) -> None:
        self.layout = layout
        self.palette = palette
        self.looks = looks
        self.index = CodingIndex()
        self.lanes = 4
        self.hits: Sequence[int] = ()
        """Where each search hit begins, in order."""
        self.hit_length = 0
        self.suggested: Sequence[int] = ()
        """Where each open suggestion begins, in order."""
        self.active: str | None = None
        """The code whose tint shows where several lie on one another."""

    @property
    def gutter(self) -> int:
        """Cells before the text."""
        return self.lanes + 1

    def row(self, row: int, width: int, selection: Stretch | None, cursor: int | None) -> Strip:
        """A row, ``width`` cells wide with its gutter."""
        start, end = self.layout.row_span(row)
        codings = self.index.within(start, end) if end > start else []
        segments = self._gutter(start, end, codings)
        used = self.gutter
        for text, style in self._pieces(row, start, end, codings, selection, cursor):
            segments.append(Segment(text, style))
            used += cell_len(text)
        base = self.looks.base
        if cursor is not None and cursor >= end and used < width:
            segments.append(Segment(" ", base + self.looks.cursor))
            used += 1
        if used < width:
            segments.append(Segment(" " * (width - used), base))
        strip = Strip(segments, max(used, width))
        return strip if used <= width else strip.crop(0, width)

    def _gutter(self, start: int, end: int, codings: Sequence[Coding]) -> list[Segment]:
        base, last = self.looks.base, self.lanes - 1
        cells = [Segment(" ", base)] * self.lanes
        for coding in codings:
            lane = self.index.lanes[coding.id]
            if lane > last:
                cells[last] = Segment("+", base + self.looks.mark)
                continue
            if cells[lane].text not in (" ", FOOT) and coding.span.start < start:
                continue  # the row where another begins keeps that one's letter
            style = base + self.palette.stripe(coding.code)
            if coding.span.start >= start:
                sign = self.palette.letter(coding.code)
            elif coding.span.end <= end:
                sign = FOOT
            else:
                sign = self.palette.pattern(coding.code)
            cells[lane] = Segment(sign, style)
        place = bisect_left(self.suggested, start)
        if place < len(self.suggested) and self.suggested[place] < end:
            return [*cells, Segment("?", base + self.looks.mark)]
        return [*cells, Segment(" ", base)]

    def _pieces(
        self,
        row: int,
        start: int,
        end: int,
        codings: Sequence[Coding],
        selection: Stretch | None,
        cursor: int | None,
    ) -> list[tuple[str, Style]]:
        """The row's text, cut wherever its look changes."""
        cuts = {start, end}
        for coding in codings:
            cuts.update((max(coding.span.start, start), min(coding.span.end, end)))
        hits = self._hits(start, end)
        for low, high in hits:
            cuts.update((low, high))
        if selection:
            cuts.update(min(max(place, start), end) for place in selection)
        if cursor is not None and start <= cursor < end:
            cuts.update((cursor, self.layout.after(cursor)))
        edges = sorted(cuts)
        shown = self._shown(row, start, end)
        out: list[tuple[str, Style]] = []
        for low, high in pairwise(edges):
            text = shown[low - start : high - start]
            style = self._style(low, codings, hits, selection, cursor)
            out.append((text if isinstance(text, str) else "".join(text), style))
        # The line feed is painted only where the cursor or the selection is on it.
        if end > start and self.layout.text[end - 1] == "\n":
            text, style = out[-1]
            on_it = cursor == end - 1 or bool(selection and selection[0] < end <= selection[1])
            out[-1] = (text[:-1], style)
            if on_it:
                own = self.looks.cursor if cursor == end - 1 else self.looks.selection
                out.append((" ", self.looks.base + own))
        return [piece for piece in out if piece[0]]

    def _shown(self, row: int, start: int, end: int) -> str | list[str]:
        """What is painted for each character: itself, a picture, or nothing inside a cluster."""
        text = self.layout.text
        if self.layout.is_plain(row):
            return safe_line(text[start:end])
        out: list[str] = []
        for a, b, width in self.layout.row_clusters(row):
            cluster = text[a:b]
            shown = safe_line(cluster).rstrip("\u200d")
            if cluster == "\t" or cell_len(shown) != width:
                shown = (" " if cluster == "\t" else shown) + " " * (width - cell_len(shown))
                shown = shown[-width:] if cluster == "\t" else shown
            out.append(shown)
            out.extend([""] * (b - a - 1))
        if len(out) < end - start:
            out.append(" ")
        return out

    def _hits(self, start: int, end: int) -> list[Stretch]:
        found: list[Stretch] = []
        place = bisect_left(self.hits, start - self.hit_length + 1)
        while place < len(self.hits) and self.hits[place] < end:
            low = self.hits[place]
            found.append((max(low, start), min(low + self.hit_length, end)))
            place += 1
        return found

    def _style(
        self,
        offset: int,
        codings: Sequence[Coding],
        hits: Sequence[Stretch],
        selection: Stretch | None,
        cursor: int | None,
    ) -> Style:
        looks = self.looks
        style = looks.base
        here = [c for c in codings if c.span.start <= offset < c.span.end]
        if here:
            here.sort(key=lambda c: len(c.span))
            code = front([c.code for c in here], self.active)
            style += self.palette.tint(code, several=len(here) > 1)
        if any(low <= offset < high for low, high in hits):
            style += looks.hit
        if selection and selection[0] <= offset < selection[1]:
            style += looks.selection
        if offset == cursor:
            style += looks.cursor
        return style
