"""Rows and cells: the only place where an offset becomes a screen position and back.

Rows are one flat array of where each begins, found row by row in the cheapest of three ways.
A row of plain narrow letters needs one ``rfind``; narrow and wide letters mixed need a short
loop; everything else (combining marks, emoji sequences, Thai, Hindi, tabs, controls) goes by
grapheme clusters. Measured: 40-50 ms a megabyte of Latin text, 450 of Hindi.

So that nobody waits, a text may be wrapped in slices, beginning anywhere: rows depend only on
where their line begins. What lies before is put in front when all of it is done.

A row never shows more than ``width`` cells, and that counts the space or line feed it ends
with, so a cursor standing there is still on screen. Not here: what a row looks like.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice

import regex
from rich.cells import cell_len

MIN_WIDTH = 10
AROUND = 1 << 13
"""Characters to either side of a place that are wrapped with it: several screens."""
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

_KEPT = 10_000
_widths: dict[str, int] = {}


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
    match, known = _cluster.match, _widths.get
    i = start
    while i < end:
        # Two ASCII letters in a row: the first is a cluster. Half the cost of asking \X.
        if " " <= text[i] <= "~" and (i + 1 == end or " " <= text[i + 1] <= "~"):
            yield i, i + 1, 1
            i, at = i + 1, at + 1
            continue
        found = match(text, i, end)
        stop = found.end() if found else i + 1
        cluster = text[i:stop]
        width = known(cluster) or _measure(cluster, tab, at)
        if width <= MAX_CLUSTER:
            yield i, stop, width
            at += width
        else:
            for piece, piece_end in _pieces(text, i, stop):
                width = cells(text[piece:piece_end], tab, at)
                yield piece, piece_end, width
                at += width
        i = stop


def _measure(cluster: str, tab: int, at: int) -> int:
    """Its width, kept for the next time: a script has some thousand clusters."""
    width = cells(cluster, tab, at)
    if cluster != "\t":  # as wide as its place makes it
        if len(_widths) >= _KEPT:
            _widths.clear()
        _widths[cluster] = width
    return width


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
        """Offset of each row's first character, as far as the text is wrapped."""
        self.first = 0
        """Where the first known row begins; 0 unless wrapping began elsewhere."""
        self._next = len(text) + 1  # where the next row to find begins; past the end: none
        self._head: array[int] = array("L")  # rows from the text's beginning, until they join
        self._head_next = 0
        if width:
            self.wrap(width)

    def wrap(self, width: int) -> None:
        """Cut the whole text anew. Widths below ``MIN_WIDTH`` count as that."""
        self.begin(width)
        self._next = self._cut(self.rows, self._next, len(self.text) + 1)

    def begin(self, width: int, at: int = 0) -> None:
        """Cut anew, for now only the text around an offset; ``more`` goes on from there.

        What is known from the text's beginning stays known while the width does: however
        often one jumps about meanwhile, wrapping comes to its end.
        """
        width = max(width, MIN_WIDTH)
        if width != self.width:
            self._head, self._head_next = array("L"), 0
        elif not self.first:
            self._head, self._head_next = self.rows, self._next
        self.width = width
        start = self.text.rfind("\n", 0, max(at - AROUND, 0)) + 1
        if start <= self._head_next:
            self.first, self.rows, self._next = 0, self._head, self._head_next
            self._head, self._head_next = array("L"), 0
        else:
            self.first, self.rows, self._next = start, array("L"), start
        self._next = self._cut(self.rows, self._next, at + AROUND)

    @property
    def complete(self) -> bool:
        """Whether every row is known."""
        return not self.first and self.ends

    @property
    def ends(self) -> bool:
        """Whether the last row is known."""
        return self._next > len(self.text)

    @property
    def done(self) -> int:
        """Where the last known row ends."""
        return min(self._next, len(self.text))

    def more(self, characters: int) -> int:
        """Wrap on for so many characters; returns how many rows came in front of the known."""
        if self.first:
            until = min(self._head_next + characters, self.first)
            self._head_next = self._cut(self._head, self._head_next, until)
            if self._head_next < self.first:
                return 0
            added = len(self._head)
            self._head.extend(self.rows)
            self.rows, self._head, self.first = self._head, array("L"), 0
            return added
        if not self.complete:
            self._next = self._cut(self.rows, self._next, self._next + characters)
        return 0

    def knows(self, offset: int) -> bool:
        """Whether the rows for some screens around an offset are known."""
        return (not self.first or self.first <= offset - AROUND) and (
            self.ends or offset + AROUND <= self._next
        )

    def reach(self, offset: int) -> bool:
        """See that the rows around an offset are known; True when rows have other numbers now."""
        if self.knows(offset):
            return False
        below = not self.first or self.first <= offset - AROUND
        if below and offset - self._next <= 3 * AROUND:
            self._next = self._cut(self.rows, self._next, offset + AROUND)
            return False
        self.begin(self.width, offset)
        return True

    def _cut(self, rows: array[int], at: int, until: int) -> int:
        """Find rows from where one begins to where one begins at or after ``until``."""
        if at >= until:
            return at
        text, length, limit = self.text, len(self.text), self.width - 1
        append, find = rows.append, text.find
        stop = find("\n", at)
        stop = length if stop < 0 else stop
        while at < until:
            append(at)
            at = self._row_end(at, stop, limit)
            if at >= stop:
                if stop == length:
                    return length + 1
                at = stop + 1
                stop = find("\n", at)
                stop = length if stop < 0 else stop
        return at

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
        """Number of known rows, at least 1."""
        return len(self.rows)

    def row_of(self, offset: int) -> int:
        """The row an offset stands in; of the known rows, the nearest."""
        return max(bisect_right(self.rows, offset) - 1, 0)

    def row_span(self, row: int) -> tuple[int, int]:
        """First offset of a row and of the next; the line feed, if any, is inside."""
        start = self.rows[row]
        return start, self.rows[row + 1] if row + 1 < len(self.rows) else self.done

    def row_end(self, row: int) -> int:
        """The last offset where a cursor can stand in this row."""
        start, end = self.row_span(row)
        last = row + 1 == len(self.rows) and self.ends
        return end if last else max(self.before(end), start)

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
        # A narrow letter after another begins a cluster.
        if _not_narrow.search(self.text, offset - 1, offset + 1) is None:
            return offset
        for a, b, _ in self._clusters_around(offset):
            if a <= offset < b:
                return a
        return offset

    def _clusters_around(self, offset: int) -> Iterator[Cluster]:
        # From the row's start: where an over-wide cluster is cut depends on where it begins.
        if self.first <= offset < self.done:
            return clusters(self.text, *self.row_span(self.row_of(offset)), self.tab)
        # A line can be the whole text; no cluster is as long as this.
        low = max(self.text.rfind("\n", 0, offset) + 1, offset - 1000)
        return clusters(self.text, low, min(offset + 1000, len(self.text)), self.tab)

    def after(self, offset: int) -> int:
        """The next cluster's beginning."""
        if offset >= len(self.text):
            return len(self.text)
        return next((b for _, b, _ in self._clusters_around(offset) if offset < b), offset + 1)

    def step(self, offset: int, count: int) -> int:
        """So many clusters on, or back for a negative count; stops at the text's ends."""
        ahead = islice(clusters(self.text, offset, len(self.text)), max(count, 0))
        offset = max((b for _, b, _ in ahead), default=offset)
        while count < 0 and offset > 0:
            low = self.snap(max(offset - 4096, 0))
            begins = [a for a, _, _ in clusters(self.text, low, offset)]
            taken = min(-count, len(begins))
            offset, count = begins[-taken], count + taken
        return offset

    def before(self, offset: int) -> int:
        """The beginning of the cluster that ends at an offset."""
        return self.snap(offset - 1) if offset > 0 else 0
