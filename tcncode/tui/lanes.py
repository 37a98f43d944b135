"""In which lane of the gutter each coding is drawn.

Neighbours with one code keep one lane, as far as they do not overlap. Codings that look unlike
never meet in a row of one lane, so a painted row asks each lane for the few it has there. There
are only so many lanes: what finds none free is counted, not drawn, and moves up when a lane
becomes free. That keeps thousands on one sentence as quick as three.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable

from tcncode.tui.edges import Edges

LANES = 6
"""As many as the widest gutter shows."""
NEAR = 80
"""Characters. Two codings nearer than this often meet in one row: of two codes, in two lanes."""
_TRIED = 32

Kind = tuple[str, str]
"""A code and its coder: what looks the same in a lane."""
Entry = tuple[int, int, str, Kind]
"""Start, end, coding id, what it looks like."""


class Lanes:
    """Who is in which lane, lane 0 nearest the screen's edge."""

    def __init__(self) -> None:
        self.of: dict[str, int] = {}
        """Coding id to lane; ``LANES`` for those that have none."""
        self._starts: list[list[int]] = [[] for _ in range(LANES)]
        self._ends: list[list[int]] = [[] for _ in range(LANES)]
        self._ids: list[list[str]] = [[] for _ in range(LANES)]
        self._kinds: list[list[Kind]] = [[] for _ in range(LANES)]
        self._rest: list[Entry] = []
        self._rest_edges = Edges()

    def load(self, entries: Iterable[Entry]) -> None:
        """Fill empty lanes from the top down; ``entries`` come in the order of the text."""
        rest = self._rest
        for entry in entries:
            start, end, coding_id, kind = entry
            lane = self._lane_after_all(start, kind)
            if lane is None:
                rest.append(entry)
                continue
            self._starts[lane].append(start)
            self._ends[lane].append(end)
            self._ids[lane].append(coding_id)
            self._kinds[lane].append(kind)
            self.of[coding_id] = lane
        rest.sort()
        self.of.update((coding_id, LANES) for _, _, coding_id, _ in rest)
        self._rest_edges.extend([entry[0] for entry in rest], [entry[1] for entry in rest])

    def add(self, start: int, end: int, coding_id: str, kind: Kind) -> None:
        """Give a coding its neighbour's lane, if that looks the same, else the first that is free.

        Args:
            start: where it begins, in characters.
            end: where it ends, exclusive.
            coding_id: its id.
            kind: what it looks like.
        """
        entry = start, end, coding_id, kind
        free = [lane for lane in range(LANES) if self._is_free(lane, entry)]
        if free:
            near = (lane for lane in free if not self._is_free(lane, entry, NEAR))
            self._put(next(near, free[0]), entry)
            return
        self.of[coding_id] = LANES
        insort(self._rest, entry)
        self._rest_edges.add(start, end)

    def remove(self, start: int, end: int, coding_id: str, kind: Kind) -> list[str]:
        """Let a coding go; returns those that moved up into its lane."""
        lane = self.of.pop(coding_id)
        if lane == LANES:
            self._drop((start, end, coding_id, kind))
            return []
        place = bisect_left(self._starts[lane], start)
        for column in (self._starts, self._ends, self._ids, self._kinds):
            del column[lane][place]
        return self._move_up(lane, start, end)

    def within(self, lane: int, start: int, end: int) -> list[str]:
        """Ids in one lane that share a character with ``start:end``, in order."""
        first = bisect_right(self._ends[lane], start)
        return self._ids[lane][first : bisect_left(self._starts[lane], end)]

    def without(self, start: int, end: int) -> int:
        """How many there have no lane."""
        return self._rest_edges.count(start, end)

    def _lane_after_all(self, start: int, kind: Kind) -> int | None:
        """The lane for what begins after everything in the lanes; None: there is none."""
        found = None
        for lane, ends in enumerate(self._ends):
            end = ends[-1] if ends else -NEAR
            if end + NEAR <= start:
                found = lane if found is None else found
            elif end <= start and self._kinds[lane][-1] == kind:
                return lane
        return found

    def _is_free(self, lane: int, entry: Entry, apart: int = 0) -> bool:
        """Whether an entry can stand in a lane; ``apart``: so far from its own kind, too."""
        start, end, _, kind = entry
        starts, kinds = self._starts[lane], self._kinds[lane]
        place = bisect_left(starts, start)
        if place:
            gap = apart if kinds[place - 1] == kind else NEAR
            if self._ends[lane][place - 1] + gap > start:
                return False
        return (
            place == len(starts) or end + (apart if kinds[place] == kind else NEAR) <= starts[place]
        )

    def _put(self, lane: int, entry: Entry) -> None:
        start, end, coding_id, kind = entry
        place = bisect_left(self._starts[lane], start)
        self._starts[lane].insert(place, start)
        self._ends[lane].insert(place, end)
        self._ids[lane].insert(place, coding_id)
        self._kinds[lane].insert(place, kind)
        self.of[coding_id] = lane

    def _drop(self, entry: Entry) -> None:
        del self._rest[bisect_left(self._rest, entry)]
        self._rest_edges.remove(entry[0], entry[1])

    def _move_up(self, lane: int, start: int, end: int) -> list[str]:
        moved = []
        first = bisect_left(self._rest, (start - NEAR, 0, "", ("", "")))
        for entry in self._rest[first : first + _TRIED]:
            if entry[0] < end + NEAR and self._is_free(lane, entry):
                self._drop(entry)
                self._put(lane, entry)
                moved.append(entry[2])
        return moved
