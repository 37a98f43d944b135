"""Which codings stand where in the open document, and in which lane each is drawn.

Codings are filed in blocks of the text, long ones in larger blocks, so that each stands in
one block and a painted row or a cursor asks a few, however many codings the document has.
Nothing here knows the screen.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from operator import itemgetter

from tcncode.model import Coding
from tcncode.tui.edges import Edges, Stretch
from tcncode.tui.lanes import LANES, Entry, Kind, Lanes
from tcncode.tui.units import trimmed

SMALLEST = 8
"""Blocks have 2 to the power of this many characters, or of more where codings are longer."""
_FEW = 64

Filed = tuple[int, int, str, Coding]
"""Length, start, id: in this order the shortest comes first."""


class _Blocks:
    """Codings filed by length and place: one of up to 2**n characters in the block it begins in."""

    def __init__(self) -> None:
        self._blocks: dict[tuple[int, int], list[Filed]] = {}
        self._sizes: dict[int, int] = {}  # how many codings are filed at each size

    @staticmethod
    def _key(start: int, length: int) -> tuple[int, int]:
        size = max((length - 1).bit_length(), SMALLEST)
        return size, start >> size

    def extend(self, codings: Iterable[Coding]) -> None:
        """Take many in: filed first, sorted once."""
        blocks, sizes = self._blocks, self._sizes
        touched: dict[tuple[int, int], list[Filed]] = {}
        for coding in codings:
            span = coding.span
            start = span.start
            length = span.end - start
            size = max((length - 1).bit_length(), SMALLEST)
            key = size, start >> size
            block = touched.get(key)
            if block is None:
                block = touched[key] = blocks.setdefault(key, [])
            block.append((length, start, coding.id, coding))
            sizes[size] = sizes.get(size, 0) + 1
        for block in touched.values():
            block.sort()

    def add(self, coding: Coding) -> None:
        start, length = coding.span.start, len(coding.span)
        key = self._key(start, length)
        insort(self._blocks.setdefault(key, []), (length, start, coding.id, coding))
        self._sizes[key[0]] = self._sizes.get(key[0], 0) + 1

    def remove(self, coding: Coding) -> None:
        start, length = coding.span.start, len(coding.span)
        key = self._key(start, length)
        block = self._blocks[key]
        del block[bisect_left(block, (length, start, coding.id))]
        if not block:
            del self._blocks[key]
        self._sizes[key[0]] -= 1

    def shortest_first(self, start: int, end: int) -> Iterator[Coding]:
        """Those that share a character with ``start:end``; only as far as is asked."""
        for size in sorted(size for size, count in self._sizes.items() if count):
            for length, begin, _, coding in self._merged(size, start, end):
                if begin < end and start < begin + length:
                    yield coding

    def _merged(self, size: int, start: int, end: int) -> Iterable[Filed]:
        first, last = max((start >> size) - 1, 0), (end - 1) >> size
        if last - first < len(self._blocks):
            keys: Iterable[tuple[int, int]] = ((size, n) for n in range(first, last + 1))
        else:
            keys = (key for key in self._blocks if key[0] == size and first <= key[1] <= last)
        found = [block for key in keys if (block := self._blocks.get(key))]
        if len(found) < 2:
            return found[0] if found else ()
        if sum(map(len, found)) <= _FEW:
            return sorted(chain.from_iterable(found))
        return heapq.merge(*found)

    def exactly(self, start: int, end: int) -> Iterator[Coding]:
        """Those with this very span."""
        block = self._blocks.get(self._key(start, end - start), [])
        place = bisect_left(block, (end - start, start))
        while place < len(block) and block[place][:2] == (end - start, start):
            yield block[place][3]
            place += 1

    def beginning(self, start: int) -> Iterator[Coding]:
        """Those that begin at one place."""
        for size in self._sizes:
            for _, begin, _, coding in self._blocks.get((size, start >> size), ()):
                if begin == start:
                    yield coding


def _kind(coding: Coding) -> Kind:
    return coding.code, coding.coder


def _entry(coding: Coding) -> Entry:
    return coding.span.start, coding.span.end, coding.id, _kind(coding)


def _in_order(codings: Iterable[Coding]) -> list[Entry]:
    """From the top down, of those that begin together the longest first."""
    entries: list[Entry] = sorted(map(_entry, codings), key=itemgetter(1), reverse=True)
    entries.sort(key=itemgetter(0))
    return entries


class CodingIndex:
    """The codings of one document by place.

    Args:
        codings: what is on show, of all coders.
        text: the document's; where nothing is coded, only words count.
        coder: whose codings are one's own; None for everybody's.
    """

    def __init__(
        self, codings: Iterable[Coding] = (), *, text: str = "", coder: str | None = None
    ) -> None:
        self.text = text
        self.coder = coder
        self._empty()
        self.extend(codings)

    def _empty(self) -> None:
        self._by_id: dict[str, Coding] = {}
        self._own, self._others = _Blocks(), _Blocks()
        self._edges, self._own_edges = Edges(), Edges()
        self._by_code: dict[str, Edges] = {}  # one's own, of those codes that were asked for
        self._lanes = Lanes()
        self._covered = 0

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Coding]:
        return iter(self._by_id.values())

    def __contains__(self, coding_id: str) -> bool:
        return coding_id in self._by_id

    def get(self, coding_id: str) -> Coding | None:
        """The coding with this id."""
        return self._by_id.get(coding_id)

    def is_own(self, coding: Coding) -> bool:
        """Whether the coder at the screen made it."""
        return self.coder is None or coding.coder == self.coder

    # Changing

    def add(self, coding: Coding) -> list[Coding]:
        """Take a coding in, or its new memo if it is here already; returns what looks new."""
        known = self._by_id.get(coding.id)
        if known is not None:
            if (known.span, known.code, known.coder) != (coding.span, coding.code, coding.coder):
                return [*self.remove(coding.id), *self.add(coding)]
            blocks = self._own if self.is_own(coding) else self._others
            blocks.remove(known)
            blocks.add(coding)
            self._by_id[coding.id] = coding
            return [coding]
        start, end = coding.span.start, coding.span.end
        self._by_id[coding.id] = coding
        self._edges.add(start, end)
        self._lanes.add(start, end, coding.id, _kind(coding))
        if not self.is_own(coding):
            self._others.add(coding)
            return [coding]
        self._covered += sum(stop - begin for begin, stop in self._own_edges.gaps(start, end))
        self._own.add(coding)
        self._own_edges.add(start, end)
        if coding.code in self._by_code:
            self._by_code[coding.code].add(start, end)
        return [coding]

    def remove(self, coding_id: str) -> list[Coding]:
        """Let a coding go; returns what looks new: it, and those that have its lane now."""
        coding = self._by_id.pop(coding_id, None)
        if coding is None:
            return []
        start, end = coding.span.start, coding.span.end
        self._edges.remove(start, end)
        moved = self._lanes.remove(start, end, coding_id, _kind(coding))
        if self.is_own(coding):
            self._own.remove(coding)
            self._own_edges.remove(start, end)
            self._covered -= sum(stop - begin for begin, stop in self._own_edges.gaps(start, end))
            if coding.code in self._by_code:
                self._by_code[coding.code].remove(start, end)
        else:
            self._others.remove(coding)
        return [coding, *(self._by_id[other] for other in moved)]

    def change(self, removed: Iterable[str], added: Iterable[Coding]) -> list[Coding]:
        """Let some go and take some in; returns what looks new."""
        gone = [coding for coding_id in removed for coding in self.remove(coding_id)]
        return gone + self.extend(added)

    def extend(self, codings: Iterable[Coding]) -> list[Coding]:
        """Take many in; returns what looks new."""
        wanted = {coding.id: coding for coding in codings}
        known = [coding for coding in wanted.values() if coding.id in self._by_id]
        changed = [new for coding in known for new in self.add(coding)]
        for coding in known:
            del wanted[coding.id]
        if len(wanted) >= _FEW:
            self._file(wanted)
            return changed + list(wanted.values())
        # One's own first: others' never take their lanes.
        for entry in _in_order(wanted.values()):
            if self.is_own(wanted[entry[2]]):
                changed += self.add(wanted.pop(entry[2]))
        for entry in _in_order(wanted.values()):
            changed += self.add(wanted[entry[2]])
        return changed

    def _file(self, wanted: dict[str, Coding]) -> None:
        """Take many in that are not here: sorting all at once is far cheaper than one by one."""
        own = [coding for coding in wanted.values() if self.is_own(coding)]
        others = [coding for coding in wanted.values() if not self.is_own(coding)]
        entries = _in_order(own)
        starts, ends = [entry[0] for entry in entries], [entry[1] for entry in entries]
        self._own_edges.extend(starts, ends)
        self._edges.extend(starts, ends)
        self._own.extend(own)
        if self._by_id:
            for entry in entries:
                self._lanes.add(*entry)
        else:
            self._lanes.load(entries)
        # After one's own, so that they never take its lanes.
        for entry in _in_order(others):
            self._lanes.add(*entry)
        self._others.extend(others)
        self._edges.extend([c.span.start for c in others], [c.span.end for c in others])
        self._by_id.update(wanted)
        self._covered = self._own_edges.measure()
        self._by_code.clear()

    def update(self, codings: Iterable[Coding]) -> list[Coding]:
        """Become exactly these codings; returns what looks new."""
        wanted = {coding.id: coding for coding in codings}
        known = self._by_id
        gone = [coding_id for coding_id in known if coding_id not in wanted]
        if known and len(gone) == len(known) > _FEW:
            self._empty()
            return [*known.values(), *self.extend(wanted.values())]
        new = [c for c in wanted.values() if known.get(c.id) is not c and known.get(c.id) != c]
        return self.change(gone, new)

    # Asking

    def count(self, start: int, end: int) -> int:
        """How many codings share a character with ``start:end``."""
        return self._edges.count(start, end)

    def depth(self, offset: int) -> int:
        """How many codings cover one character."""
        return self._edges.depth(offset)

    def front_first(self, start: int, end: int) -> Iterator[Coding]:
        """Codings on ``start:end``, only as far as is asked: one's own first, then by length."""
        return chain(self._own.shortest_first(start, end), self._others.shortest_first(start, end))

    def within(self, start: int, end: int) -> list[Coding]:
        """Codings that share a character with ``start:end``, in the order of the text."""
        found = self.front_first(start, end)
        return sorted(found, key=lambda c: (c.span.start, -c.span.end, c.id))

    def at(self, offset: int, limit: int | None = None) -> list[Coding]:
        """Codings that cover one character, at most ``limit``; the one in front comes first."""
        return list(islice(self.front_first(offset, offset + 1), limit))

    def exactly(self, start: int, end: int) -> list[Coding]:
        """Codings with this very span, one's own first."""
        return [*self._own.exactly(start, end), *self._others.exactly(start, end)]

    def next_start(self, offset: int) -> int | None:
        """Where the next coding after an offset begins."""
        return self._edges.next(offset)

    def previous_start(self, offset: int) -> int | None:
        """Where the last coding before an offset begins."""
        return self._edges.previous(offset)

    def starts(self) -> list[int]:
        """Where codings begin, each place once, in order."""
        return list(dict.fromkeys(self._edges.starts))

    def beginning(self, start: int) -> list[int]:
        """Where the codings end that begin at one place: each end once, in order."""
        found = chain(self._own.beginning(start), self._others.beginning(start))
        return sorted({coding.span.end for coding in found})

    # What is covered

    def covered(self) -> int:
        """Characters that at least one of one's own codings covers."""
        return self._covered

    def covered_by(self, code: str, start: int, end: int) -> Iterator[Stretch]:
        """Where on ``start:end`` one's own codings with a code lie."""
        edges = self._by_code.get(code)
        if edges is None:
            edges = self._by_code[code] = Edges()
            spans = [c.span for c in self if c.code == code and self.is_own(c)]
            edges.extend([span.start for span in spans], [span.end for span in spans])
        return edges.covered(start, end)

    def next_uncoded(self, offset: int) -> Stretch | None:
        """The first stretch that begins after an offset and has none of one's own codings.

        Without the white space at its ends; a stretch of nothing else does not count.
        """
        for gap in self._own_edges.gaps(max(offset, 0), len(self.text)):
            # The first may be cut where the search begins: it began before.
            whole = next(self._own_edges.gaps_back(gap[0] + 1, len(self.text)))
            found = trimmed(self.text, *whole)
            if found and found[0] > offset:
                return found
        return None

    def previous_uncoded(self, offset: int) -> Stretch | None:
        """Likewise the last one that begins before an offset."""
        for gap in self._own_edges.gaps_back(offset, len(self.text)):
            found = trimmed(self.text, *gap)
            if found and found[0] < offset:
                return found
        return None

    # Lanes

    @property
    def lanes(self) -> dict[str, int]:
        """Coding id to lane, ``LANES`` without one; codings that overlap never share one."""
        return self._lanes.of

    def in_lane(self, lane: int, start: int, end: int) -> list[Coding]:
        """Codings in one lane that share a character with ``start:end``, in order."""
        return [self._by_id[coding_id] for coding_id in self._lanes.within(lane, start, end)]

    def has_more(self, lanes: int, start: int, end: int) -> bool:
        """Whether codings lie there that the first so many lanes do not show."""
        return self._lanes.without(start, end) > 0 or any(
            self._lanes.within(lane, start, end) for lane in range(lanes, LANES)
        )
