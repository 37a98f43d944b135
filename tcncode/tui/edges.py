"""Where stretches begin and where they end, each in order: enough to know what is covered.

Which end belongs to which beginning does not matter: so many stretches cover a place as have
begun before it and not ended, and nothing is covered between the k-th end and the beginning
after it. Two sorted lists answer that at once, for any number of stretches and however they
lie on one another. Pure; no screen here.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator

Stretch = tuple[int, int]


class Edges:
    """The edges of many half-open stretches, none of them empty."""

    __slots__ = ("ends", "starts")

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []

    def add(self, start: int, end: int) -> None:
        """Take one stretch in."""
        insort(self.starts, start)
        insort(self.ends, end)

    def extend(self, starts: Iterable[int], ends: Iterable[int]) -> None:
        """Take many in, in any order."""
        self.starts.extend(starts)
        self.ends.extend(ends)
        self.starts.sort()
        self.ends.sort()

    def remove(self, start: int, end: int) -> None:
        """Let one go that was taken in."""
        del self.starts[bisect_left(self.starts, start)]
        del self.ends[bisect_left(self.ends, end)]

    def count(self, start: int, end: int) -> int:
        """How many share a character with ``start:end``."""
        return bisect_left(self.starts, end) - bisect_right(self.ends, start)

    def depth(self, offset: int) -> int:
        """How many cover one character."""
        return bisect_right(self.starts, offset) - bisect_right(self.ends, offset)

    def next(self, offset: int) -> int | None:
        """The first beginning after an offset."""
        place = bisect_right(self.starts, offset)
        return self.starts[place] if place < len(self.starts) else None

    def previous(self, offset: int) -> int | None:
        """The last beginning before an offset."""
        place = bisect_left(self.starts, offset)
        return self.starts[place - 1] if place else None

    def gaps(self, low: int, high: int) -> Iterator[Stretch]:
        """What is not covered of ``low:high``, in order."""
        starts, ends = self.starts, self.ends
        for place in range(bisect_right(starts, low), len(starts) + 1):
            begin = ends[place - 1] if place else 0
            if begin >= high:
                return
            stop = starts[place] if place < len(starts) else high
            if begin < stop:
                yield max(begin, low), min(stop, high)

    def gaps_back(self, high: int, length: int) -> Iterator[Stretch]:
        """Whole gaps of a text that begin before ``high``, the last one first."""
        starts, ends = self.starts, self.ends
        for place in range(bisect_left(ends, high), -1, -1):
            begin = ends[place - 1] if place else 0
            stop = starts[place] if place < len(starts) else length
            if begin < min(stop, high):
                yield begin, stop

    def covered(self, low: int, high: int) -> Iterator[Stretch]:
        """What is covered of ``low:high``, in order, neighbours joined."""
        for begin, stop in self.gaps(low, high):
            if low < begin:
                yield low, begin
            low = stop
        if low < high:
            yield low, high

    def measure(self) -> int:
        """How many characters are covered."""
        if not self.starts:
            return 0
        low, high = self.starts[0], self.ends[-1]
        return high - low - sum(stop - begin for begin, stop in self.gaps(low, high))
