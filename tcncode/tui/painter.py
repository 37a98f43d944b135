"""One row of a document as a strip: lanes of the gutter, the text in its styles, the margin.

The strip is exactly as wide as asked, so Textual's compositor has nothing left to do. What a
row shows of codings, hits and headings is kept until it changes; the cursor and the selection
are laid over that. Every piece of text passes ``safe_line`` here; the stored text is never
changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tcncode.model import Coding
from tcncode.text.numbers import clock
from tcncode.text.safe import safe_line
from tcncode.text.turns import turn_head
from tcncode.text.wrap import TextLayout
from tcncode.tui.coding_index import CodingIndex
from tcncode.tui.palette import DOTTED, FOOT, Palette, fit
from tcncode.tui.units import Stretch, Stretches, Units

_KEPT = 512
_HEAD = 120
"""Characters. A turn's label and time are not longer."""
_MANY = 64
_PAGE = "╶"
_HERE = "▎"


@dataclass(frozen=True, slots=True)
class Looks:
    """The styles of a row that do not come from a code."""

    base: Style = field(default_factory=Style)
    cursor: Style = field(default_factory=lambda: Style(reverse=True))
    selection: Style = field(default_factory=lambda: Style(reverse=True))
    hit: Style = field(default_factory=lambda: Style(bold=True, underline=True))
    current: Style = field(default_factory=lambda: Style(bold=True, underline=True, reverse=True))
    mark: Style = field(default_factory=lambda: Style(bold=True))
    heading: Style = field(default_factory=lambda: Style(bold=True))
    faint: Style = field(default_factory=lambda: Style(dim=True))
    sentence: Style = field(default_factory=Style)
    """Laid under the sentence that a code would be put on; nothing without colour."""
    here: Style = field(default_factory=lambda: Style(bold=True))
    """The bar in the margin beside it."""


Run = tuple[int, int, Style]


@dataclass(slots=True)
class Row:
    """What a row shows whatever the cursor does."""

    gutter: list[Segment]
    top_gutter: list[Segment]
    """When it is the first on screen."""
    sign: Segment | None
    """Between them and the text: that a suggestion or a page begins here."""
    runs: list[Run]
    page: str
    """Which page begins here, and when the turn here was spoken."""
    margin: list[Segment]


class Painter:
    """Paints rows of one document; holds what they show, but not where the cursor is."""

    def __init__(self, layout: TextLayout, palette: Palette, looks: Looks) -> None:
        self.layout = layout
        self.palette = palette
        self.looks = looks
        self.index = CodingIndex()
        self.units = Units("")
        self.lanes = 4
        self.margin = 0
        """Cells at the right for the names of codes."""
        self.hits = Stretches()
        self.current: Stretch | None = None
        """The hit that the reader went to."""
        self.suggested = Stretches()
        self.active: str | None = None
        """The code whose tint shows where several lie on one another."""
        self.rows: dict[int, Row] = {}
        """What some rows show, until it changes."""

    @property
    def gutter(self) -> int:
        """Cells before the text."""
        return self.lanes + 1

    def on_top(self, row: int, strip: Strip) -> Strip:
        """A painted row as the first on screen: a stripe from above has its letter again."""
        made = self._made(row)
        if made.gutter == made.top_gutter:
            return strip
        return Strip([*made.top_gutter, *list(strip)[len(made.gutter) :]], strip.cell_length)

    def row(
        self,
        row: int,
        width: int,
        selection: Stretch | None,
        cursor: int | None,
        mark: Stretch | None = None,
    ) -> Strip:
        """A row, ``width`` cells wide with gutter and margin.

        Args:
            mark: as much as the row has of the sentence that a code would be put on.
        """
        made = self._made(row)
        base, room = self.looks.base, width - self.margin
        segments = [*made.gutter, self._sign(made.sign, marked=mark is not None)]
        used = self.gutter
        runs = made.runs if mark is None else self._marked(made.runs, mark)
        for text, style in self._pieces(row, runs, selection, cursor):
            segments.append(Segment(text, style))
            used += cell_len(text)
        if cursor is not None and cursor >= self.layout.row_span(row)[1] and used < room:
            segments.append(Segment(" ", base + self.looks.cursor))
            used += 1
        if made.page and used + len(made.page) < room:
            segments.append(Segment(" " * (room - used - len(made.page)), base))
            segments.append(Segment(made.page, base + self.looks.faint))
            used = room
        if used < room:
            segments.append(Segment(" " * (room - used), base))
        if used > room:
            return Strip([*segments, *made.margin]).crop(0, width)
        return Strip([*segments, *made.margin], width)

    def _made(self, row: int) -> Row:
        made = self.rows.get(row)
        if made is None:
            if len(self.rows) >= _KEPT:
                self.rows.clear()
            made = self.rows[row] = self._make(row)
        return made

    def _make(self, row: int) -> Row:
        start, end = self.layout.row_span(row)
        page = self._page(start, end)
        lanes = [self.index.in_lane(lane, start, end) for lane in range(self.lanes)]
        more = self.index.has_more(self.lanes, start, end)
        sign = None
        if any(part[0] >= start for part in self.suggested.within(start, end)):
            sign = Segment("?", self.looks.base + self.looks.mark)
        elif page:
            sign = Segment(_PAGE, self.looks.base + self.looks.faint)
        return Row(
            self._stripes(start, end, lanes, more, top=False),
            self._stripes(start, end, lanes, more, top=True),
            sign,
            self._runs(start, end),
            " ".join(filter(None, (self._time(start, end), page))),
            self._names(start, end, lanes),
        )

    # Gutter and margin

    def _stripes(
        self, start: int, end: int, lanes: Sequence[Sequence[Coding]], more: bool, *, top: bool
    ) -> list[Segment]:
        base = self.looks.base
        cells = [self._stripe(start, end, codings, top) for codings in lanes]
        if more:
            cells[-1] = Segment("+", base + self.looks.mark)
        return cells

    def _stripe(self, start: int, end: int, codings: Sequence[Coding], top: bool) -> Segment:
        coding = _foremost(codings, start)
        if coding is None:
            return Segment(" ", self.looks.base)
        own = self.index.is_own(coding)
        style = self.looks.base + self.palette.stripe(coding.code, own=own)
        if coding.span.start >= start or top:
            return Segment(self.palette.letter(coding.code), style)
        if coding.span.end <= end:
            return Segment(FOOT, style)
        return Segment(self.palette.pattern(coding.code) if own else DOTTED, style)

    def coding_in(self, row: int, lane: int) -> Coding | None:
        """The coding whose stripe a lane shows; behind a plus, the one in front."""
        start, end = self.layout.row_span(row)
        if lane == self.lanes - 1 and self.index.has_more(self.lanes, start, end):
            shown = {
                coding.id
                for other in range(lane)
                for coding in self.index.in_lane(other, start, end)
            }
            found = self.index.front_first(start, end)
            return next((coding for coding in found if coding.id not in shown), None)
        return _foremost(self.index.in_lane(lane, start, end), start)

    def _page(self, start: int, end: int) -> str:
        first = self.units.pages.next(start - 1)
        if first is None or first[0] >= end:
            return ""
        return f"p. {self.units.pages.number(first[0])}"

    def _time(self, start: int, end: int) -> str:
        """When the turn that begins here was spoken, unless the text says it."""
        turn = self.units.turns.next(start - 1) if self.units.times else None
        if turn is None or turn[0] >= end or turn[0] not in self.units.times:
            return ""
        return "" if turn_head(self.layout.text, turn[0])[1] else clock(self.units.times[turn[0]])

    def _names(self, start: int, end: int, lanes: Sequence[Sequence[Coding]]) -> list[Segment]:
        """The codes of the codings that begin here, as many as there is room for."""
        if not self.margin:
            return []
        base, used = self.looks.base, 1
        segments = [Segment(" ", base)]
        begun = [coding for codings in lanes for coding in codings if coding.span.start >= start]
        # Each code and coder once, however many of their codings begin here.
        for coding in {(coding.code, coding.coder): coding for coding in begun}.values():
            own = self.index.is_own(coding)
            name = self.palette.name(coding.code)
            name += "" if own else f" ({safe_line(coding.coder)})"
            if used > self.margin - 4:
                break
            comma = ", " if used > 1 else ""
            name = fit(name, self.margin - used - len(comma))
            style = base + self.palette.stripe(coding.code, own=own)
            segments += [Segment(comma, base), Segment(name, style)]
            used += len(comma) + cell_len(name)
        segments.append(Segment(" " * (self.margin - used), base))
        return segments

    # The text

    def _runs(self, start: int, end: int) -> list[Run]:
        """The row cut wherever its look changes, without its line feed."""
        looks = self.looks
        if end > start and self.layout.text[end - 1] == "\n":
            end -= 1
        runs = [(start, end, looks.base)] if end > start else []
        for part in self.units.headings.within(start, end):
            runs = _laid(runs, part, looks.heading)
        for part, style in self._heads(start, end):
            runs = _laid(runs, part, style)
        for part in self.suggested.within(start, end):
            runs = _laid(runs, part, self.palette.suggested())
        for low, high, style in self._tints(start, end):
            runs = _laid(runs, (low, high), style)
        for part in self.hits.within(start, end):
            runs = _laid(runs, part, looks.current if part == self.current else looks.hit)
        return runs

    def _heads(self, start: int, end: int) -> list[tuple[Stretch, Style]]:
        """Labels and times of the turns that begin here, or just above."""
        found = []
        turn = self.units.turns.next(start - _HEAD)
        while turn is not None and turn[0] < end:
            label, time = turn_head(self.layout.text, turn[0])
            if label is not None:
                found.append((label, self.looks.heading))
            if time is not None:
                found.append((time, self.looks.faint))
            turn = self.units.turns.next(turn[0])
        return found

    def _tints(self, start: int, end: int) -> list[Run]:
        """Which code shows where, and whether it lies there alone.

        The codings come in the order of who is in front, so most of thousands on one row are
        never looked at: it is done when every character has its two.
        """
        index = self.index
        if end <= start or not index.count(start, end):
            return []
        size = end - start
        front: list[tuple[str, bool] | None] = [None] * size
        depth = bytearray(size)
        missing = 2 * size
        if index.count(start, end) > _MANY:
            missing = sum(min(index.depth(offset), 2) for offset in range(start, end))
        for coding in index.front_first(start, end):
            low = max(coding.span.start - start, 0)
            high = min(coding.span.end - start, size)
            if depth.count(2, low, high) == high - low:
                continue
            look = coding.code, index.is_own(coding)
            for i in range(low, high):
                if depth[i] < 2:
                    depth[i] += 1
                    missing -= 1
                    front[i] = front[i] or look
            if not missing:
                break
        if self.active is not None:
            for low, high in index.covered_by(self.active, start, end):
                front[low - start : high - start] = [(self.active, True)] * (high - low)
        return self._joined(start, front, depth)

    def _joined(
        self, start: int, front: Sequence[tuple[str, bool] | None], depth: bytearray
    ) -> list[Run]:
        runs = []
        at = start
        for (look, deep), cells in groupby(zip(front, depth, strict=True)):
            stop = at + len(list(cells))
            if look is not None:
                code, own = look
                runs.append((at, stop, self.palette.tint(code, several=deep > 1, own=own)))
            at = stop
        return runs

    def _sign(self, sign: Segment | None, *, marked: bool) -> Segment:
        """What stands between gutter and text; a sign in reverse is bar and sign in one."""
        base = self.looks.base
        if sign is None:
            return Segment(_HERE, base + self.looks.here) if marked else Segment(" ", base)
        return Segment(sign.text, (sign.style or base) + Style(reverse=True)) if marked else sign

    def _marked(self, runs: Sequence[Run], mark: Stretch) -> list[Run]:
        """The runs with the mark on all that has no tint of its own: that must stay as it is."""
        base, style = self.looks.base, self.looks.sentence
        return [
            piece
            for run in runs
            for piece in (_laid([run], mark, style) if run[2].bgcolor == base.bgcolor else [run])
        ]

    def _pieces(
        self, row: int, runs: Sequence[Run], selection: Stretch | None, cursor: int | None
    ) -> list[tuple[str, Style]]:
        """The row's text with the selection and the cursor laid over it."""
        looks, text = self.looks, self.layout.text
        start, end = self.layout.row_span(row)
        if selection is not None:
            runs = _laid(runs, selection, looks.selection)
        if cursor is not None and cursor < end:
            runs = _laid(runs, (cursor, self.layout.after(cursor)), looks.cursor)
        shown = self._shown(row, start, end)
        out = []
        for low, high, style in runs:
            part = shown[low - start : high - start]
            out.append((part if isinstance(part, str) else "".join(part), style))
        # The line feed is painted only where the cursor or the selection is on it.
        if end > start and text[end - 1] == "\n":
            if cursor == end - 1:
                out.append((" ", looks.base + looks.cursor))
            elif selection and selection[0] < end <= selection[1]:
                out.append((" ", looks.base + looks.selection))
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
            spaces = " " * (width - cell_len(shown))
            out.append(" " * width if cluster == "\t" else shown + spaces)
            out.extend([""] * (b - a - 1))
        return out


def _foremost(codings: Sequence[Coding], start: int) -> Coding | None:
    """Of the codings in one lane of a row, the one that is drawn.

    Where one ends and another begins in the same row, that is the other.
    """
    begun = [coding for coding in codings if coding.span.start >= start]
    return begun[-1] if begun else codings[-1] if codings else None


def _laid(runs: Sequence[Run], part: Stretch, style: Style) -> list[Run]:
    """The runs with a style laid over a stretch of them."""
    low, high = part
    out = []
    for start, end, under in runs:
        begin, stop = max(start, low), min(end, high)
        if begin >= stop:
            out.append((start, end, under))
            continue
        if start < begin:
            out.append((start, begin, under))
        out.append((begin, stop, under + style))
        if stop < end:
            out.append((stop, end, under))
    return out
