"""In which lane of the gutter each coding is drawn.

Codings in one lane never meet in a row, so a painted row asks each lane for the one or two
it has there. There are only so many lanes: what finds none free is counted, not drawn, and
moves up when a lane becomes free. That keeps thousands on one sentence as quick as three.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable

from tcncode.tui.edges import Edges

LANES = 6
"""As many as the widest gutter shows."""
NEAR = 80
"""Characters. Two codings nearer than this often meet in one row, so they get two lanes."""
_TRIED = 32

Entry = tuple[int, int, str]
"""Start, end, coding id."""


class Lanes:
    """Who is in which lane, lane 0 nearest the screen's edge."""

    def __init__(self) -> None:
        self.of: dict[str, int] = {}
        """Coding id to lane; ``LANES`` for those that have none."""
        self._starts: list[list[int]] = [[] for _ in range(LANES)]
        self._ends: list[list[int]] = [[] for _ in range(LANES)]
        self._ids: list[list[str]] = [[] for _ in range(LANES)]
        self._rest: list[Entry] = []
        self._rest_edges = Edges()

    def load(self, entries: Iterable[Entry]) -> None:
        """Fill empty lanes from the top down; ``entries`` come in the order of the text."""
        free = [-NEAR] * LANES
        soonest = -NEAR
        rest = self._rest
        for entry in entries:
            start, end, coding_id = entry
            if soonest > start:
                rest.append(entry)
                continue
            lane = 0
            while free[lane] > start:
                lane += 1
            self._starts[lane].append(start)
            self._ends[lane].append(end)
            self._ids[lane].append(coding_id)
            self.of[coding_id] = lane
            free[lane] = end + NEAR
            soonest = min(free)
        rest.sort()
        self.of.update((coding_id, LANES) for _, _, coding_id in rest)
        self._rest_edges.extend([start for start, _, _ in rest], [end for _, end, _ in rest])

    def add(self, start: int, end: int, coding_id: str) -> None:
        """Give a coding the first lane that is free there."""
        for lane in range(LANES):
            if self._is_free(lane, start, end):
                self._put(lane, start, end, coding_id)
                return
        self.of[coding_id] = LANES
        insort(self._rest, (start, end, coding_id))
        self._rest_edges.add(start, end)

    def remove(self, start: int, end: int, coding_id: str) -> str | None:
        """Let a coding go; returns the one that has its lane now, if another moved up."""
        lane = self.of.pop(coding_id)
        if lane == LANES:
            self._drop((start, end, coding_id))
            return None
        place = bisect_left(self._starts[lane], start)
        for column in (self._starts[lane], self._ends[lane], self._ids[lane]):
            del column[place]
        return self._move_up(lane, start, end)

    def within(self, lane: int, start: int, end: int) -> list[str]:
        """Ids in one lane that share a character with ``start:end``, in order."""
        first = bisect_right(self._ends[lane], start)
        return self._ids[lane][first : bisect_left(self._starts[lane], end)]

    def without(self, start: int, end: int) -> int:
        """How many there have no lane."""
        return self._rest_edges.count(start, end)

    def _is_free(self, lane: int, start: int, end: int) -> bool:
        place = bisect_left(self._starts[lane], end + NEAR)
        return not place or self._ends[lane][place - 1] + NEAR <= start

    def _put(self, lane: int, start: int, end: int, coding_id: str) -> None:
        place = bisect_left(self._starts[lane], start)
        self._starts[lane].insert(place, start)
        self._ends[lane].insert(place, end)
        self._ids[lane].insert(place, coding_id)
        self.of[coding_id] = lane

    def _drop(self, entry: Entry) -> None:
        del self._rest[bisect_left(self._rest, entry)]
        self._rest_edges.remove(entry[0], entry[1])

    def _move_up(self, lane: int, start: int, end: int) -> str | None:
        first = bisect_left(self._rest, (start - NEAR, 0, ""))
        for entry in self._rest[first : first + _TRIED]:
            if entry[0] < end + NEAR and self._is_free(lane, entry[0], entry[1]):
                self._drop(entry)
                self._put(lane, *entry)
                return entry[2]
        return None
