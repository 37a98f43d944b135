"""Rows and cells: the only place where an offset becomes a screen position and back.

Wrapping is eager and flat: one array of row starts for the whole document, found row by row
in the cheapest of three ways. A row of plain narrow letters needs one ``rfind``; narrow and
wide letters mixed need a short loop; everything else (combining marks, emoji sequences, Thai,
Hindi, tabs, controls) goes by grapheme clusters. Measured: 40-50 ms a megabyte of Latin text.

A row never shows more than ``width`` cells, and that counts the space or line feed it ends
with, so a cursor standing there is still on screen. Not here: what a row looks like.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator

import regex
from rich.cells import cell_len

MIN_WIDTH = 10
MAX_CLUSTER = 8
"""Cells. A wider cluster (a pile of Hangul jamo, say) is cut, or no row could hold it."""

# One cell each, and never part of a longer cluster; a test goes through all of them.
_NARROW = (
    "\x20-\x7e\xa1-\xa8\xaa-\xac\xaf-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u0386\u0388-\u0482"
    "\u048a-\u052f\u0531-\u0556\u0561-\u0587\u05d0-\u05ea\u0620-\u064a\u0660-\u066f\u0671-\u06d3"
    "\u10d0-\u10ff\u1e00-\u1fff\u2010-\u2027\u2030-\u203b\u203d-\u2048\u204a-\u205e\u2070-\u2071"
    "\u2074-\u208e\u20a0-\u20c0\u2150-\u218b\u2200-\u22ff\u2500-\u257f\u2580-\u259f"
)
# Two cells each, likewise.
_WIDE = (
    "\u3001-\u3029\u3031-\u303c\u3041-\u3096\u309d-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\uff01-\uff60"
)
_not_narrow = re.compile(f"[^{_NARROW}]")
_not_wide = re.compile(f"[^{_WIDE}]")
_not_plain = re.compile(f"[^{_NARROW}{_WIDE}]")
_cluster = regex.compile(r"\X")
_narrow_char = re.compile(f"[{_NARROW}]")

# A row does not begin with one of these (kinsoku).
_CLOSING = frozenset("、。，．！？：；）」』】》〉〕］｝”’…ー・")

Cluster = tuple[int, int, int]


def cells(text: str, tab: int = 4, at: int = 0) -> int:
    """Width of one cluster in terminal cells; ``at`` is the cell it begins at (for tabs)."""
    if text == "\t":
        return tab - at % tab
    if text < " " or text == "\x7f" or "\x80" <= text[0] < "\xa0":
        return 1  # control characters are painted as a one-cell picture
    # A joiner at the end has nothing to join; Rich would swallow whatever follows.
    return max(cell_len(text.rstrip("\u200d")), 1)


def clusters(text: str, start: int, end: int, tab: int = 4, at: int = 0) -> Iterator[Cluster]:
    """(start, end, cells) of each grapheme cluster; ``start`` must be where one begins.

    A cluster wider than ``MAX_CLUSTER`` cells comes in several pieces.
    """
    match = _cluster.match
    i = start
    while i < end:
        # Two ASCII letters in a row: the first is a cluster. Half the cost of asking \X.
        if " " <= text[i] <= "~" and (i + 1 == end or " " <= text[i + 1] <= "~"):
            yield i, i + 1, 1
            i, at = i + 1, at + 1
            continue
        found = match(text, i, end)
        stop = found.end() if found else i + 1
        width = cells(text[i:stop], tab, at)
        if width <= MAX_CLUSTER:
            yield i, stop, width
            at += width
        else:
            for piece, piece_end in _pieces(text, i, stop):
                width = cells(text[piece:piece_end], tab, at)
                yield piece, piece_end, width
                at += width
        i = stop


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The characters of an over-wide cluster, each with the zero-width ones after it."""
    begin = start
    for i in range(start + 1, end):
        if cell_len(text[i]) and text[i - 1] != "\u200d":
            yield begin, i
            begin = i
    yield begin, end


class TextLayout:
    """One text cut into rows for one width.

    Example:
        >>> layout = TextLayout("to be or not", 10)
        >>> [layout.row_span(row) for row in range(layout.height)]
        [(0, 9), (9, 12)]
    """

    def __init__(self, text: str, width: int = 80, *, tab: int = 4) -> None:
        self.text = text
        self.tab = tab
        self.width = 0
        self.rows: array[int] = array("L", [0])
        """Offset of each row's first character."""
        if width:
            self.wrap(width)

    def wrap(self, width: int) -> None:
        """Cut the whole text anew. Widths below ``MIN_WIDTH`` count as that."""
        self.width = width = max(width, MIN_WIDTH)
        text, rows = self.text, array("L")
        length, start = len(text), 0
        append, find = rows.append, text.find
        while True:
            stop = find("\n", start)
            stop = length if stop < 0 else stop
            append(start)
            row = self._row_end(start, stop, width - 1)
            while row < stop:
                append(row)
                row = self._row_end(row, stop, width - 1)
            if stop == length:
                break
            start = stop + 1
        self.rows = rows

    def _row_end(self, start: int, stop: int, limit: int) -> int:
        """Where the row that begins at ``start`` ends; ``stop`` is the end of its line."""
        text = self.text
        # Two more characters than fit: the next row's first must not be a combining mark.
        window = min(stop, start + limit + 2)
        odd = _not_narrow.search(text, start, window)
        if odd is None:
            if stop - start <= limit:
                return stop
            space = text.rfind(" ", start + 1, start + limit + 1)
            return space + 1 if space > 0 else start + limit
        if _not_plain.search(text, start, window) is None:
            return self._break(self._plain_clusters(start, stop), start, stop, limit)
        # Everything before the letter before the odd one is plain (that letter may belong to it).
        plain = max(odd.start() - 1, start)
        rest = clusters(text, plain, stop, self.tab, plain - start)
        return self._break(rest, start, stop, limit, plain)

    def _plain_clusters(self, start: int, stop: int) -> Iterator[Cluster]:
        """Clusters where each character is one, as far as that is known to hold."""
        text = self.text
        end = min(stop, start + self.width + 1)
        narrow = _narrow_char.match
        for i in range(start, end):
            yield i, i + 1, 1 if narrow(text, i) else 2

    def _break(
        self, parts: Iterator[Cluster], start: int, stop: int, limit: int, plain: int = 0
    ) -> int:
        """The last good place to end a row of at most ``limit`` cells, plus a space.

        ``parts`` begin at ``plain``; from ``start`` to there all is plain and narrow.
        """
        text = self.text
        plain = max(plain, start)
        used = plain - start
        good = text.rfind(" ", start, max(plain - 1, start)) + 1
        is_space, was_wide = plain > start and text[plain - 1] == " ", False
        for a, b, width in parts:
            if is_space or ((was_wide or width == 2) and a > start and text[a] not in _CLOSING):
                good = a
            is_space = text[a:b] == " "
            if used + width > limit + is_space:
                return good or a
            was_wide = width == 2
            used += width
        return stop

    @property
    def height(self) -> int:
        """Number of rows, at least 1."""
        return len(self.rows)

    def row_of(self, offset: int) -> int:
        """The row an offset stands in."""
        return bisect_right(self.rows, offset) - 1

    def row_span(self, row: int) -> tuple[int, int]:
        """First offset of a row and of the next; the line feed, if any, is inside."""
        start = self.rows[row]
        return start, self.rows[row + 1] if row + 1 < len(self.rows) else len(self.text)

    def row_end(self, row: int) -> int:
        """The last offset where a cursor can stand in this row."""
        start, end = self.row_span(row)
        return end if row + 1 == len(self.rows) else max(self.before(end), start)

    def row_clusters(self, row: int) -> list[Cluster]:
        """(start, end, cells) for what a row shows, its line feed excepted."""
        start, end = self.row_span(row)
        if end > start and self.text[end - 1] == "\n":
            end -= 1
        return list(clusters(self.text, start, end, self.tab))

    def is_plain(self, row: int) -> bool:
        """Whether every character of the row is one cell, so offsets and cells run together."""
        start, end = self.row_span(row)
        odd = _not_narrow.search(self.text, start, end)
        return odd is None or (odd.start() == end - 1 and self.text[end - 1] == "\n")

    def cell_of(self, offset: int) -> tuple[int, int]:
        """(row, cell) of the cluster an offset is in."""
        row = self.row_of(offset)
        start, _ = self.row_span(row)
        if self.is_plain(row):
            return row, offset - start
        at = 0
        for _, b, width in self.row_clusters(row):
            if offset < b:
                break
            at += width
        return row, at

    def offset_at(self, row: int, cell: int) -> int:
        """Where the cluster begins that covers a cell; past the row's end, its last place."""
        start, _ = self.row_span(row)
        last = self.row_end(row)
        if self.is_plain(row):
            return max(start, min(start + cell, last))
        at = 0
        for a, _, width in self.row_clusters(row):
            at += width
            if cell < at:
                return a
        return last

    def snap(self, offset: int) -> int:
        """The beginning of the cluster an offset is in; the length of the text stays."""
        if offset <= 0 or offset >= len(self.text):
            return max(0, min(offset, len(self.text)))
        row = self.row_of(offset)
        first = offset == self.rows[row]
        # A row begins with a cluster, and so does a narrow letter after another.
        if first or _not_narrow.search(self.text, offset - 1, offset + 1) is None:
            return offset
        for a, b, _ in clusters(self.text, self.rows[row], self.row_span(row)[1], self.tab):
            if a <= offset < b:
                return a
        return offset

    def after(self, offset: int) -> int:
        """The next cluster's beginning."""
        if offset >= len(self.text):
            return len(self.text)
        start, end = self.row_span(self.row_of(offset))
        # From the row's start: where an over-wide cluster is cut depends on where it begins.
        for _, b, _ in clusters(self.text, start, end, self.tab):
            if offset < b:
                return b
        return end

    def before(self, offset: int) -> int:
        """The beginning of the cluster that ends at an offset."""
        return self.snap(offset - 1) if offset > 0 else 0
