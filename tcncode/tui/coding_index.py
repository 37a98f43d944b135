"""Which codings stand where in the open document, and in which lane each is drawn.

Codings are filed by blocks of text, so that a painted row or a cursor asks one or two
blocks, however many codings the document has. Nothing here knows the screen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from tcncode.model import Coding

BLOCK = 2048
NEAR = 80
"""Characters. Two codings nearer than this often meet in one row, so they get two lanes."""


class CodingIndex:
    """The codings of one document by place."""

    def __init__(self, codings: Iterable[Coding] = ()) -> None:
        self._by_id: dict[str, Coding] = {}
        self._blocks: defaultdict[int, list[str]] = defaultdict(list)
        self.lanes: dict[str, int] = {}
        """Coding id to lane, 0 nearest the screen's edge; overlapping codings never share one."""
        # From the top down, longest first: a lane once given is kept while the coding lives.
        for coding in sorted(codings, key=lambda c: (c.span.start, -c.span.end, c.id)):
            self.add(coding)

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Coding]:
        return iter(self._by_id.values())

    def __contains__(self, coding_id: str) -> bool:
        return coding_id in self._by_id

    def get(self, coding_id: str) -> Coding | None:
        """The coding with this id."""
        return self._by_id.get(coding_id)

    def add(self, coding: Coding) -> None:
        """Take a coding in, or its new memo if it is here already."""
        if coding.id not in self._by_id:
            near = self.within(max(coding.span.start - NEAR, 0), coding.span.end + NEAR)
            taken = {self.lanes[other.id] for other in near}
            self.lanes[coding.id] = next(n for n in range(len(taken) + 1) if n not in taken)
            for block in self._blocks_of(coding):
                self._blocks[block].append(coding.id)
        self._by_id[coding.id] = coding

    def remove(self, coding_id: str) -> Coding | None:
        """Let a coding go; None if it is not here."""
        coding = self._by_id.pop(coding_id, None)
        if coding is not None:
            del self.lanes[coding_id]
            for block in self._blocks_of(coding):
                self._blocks[block].remove(coding_id)
        return coding

    def update(self, codings: Iterable[Coding]) -> list[Coding]:
        """Become exactly these codings; returns those that came, went or changed."""
        wanted = {coding.id: coding for coding in codings}
        changed = [c for c in list(self._by_id.values()) if c.id not in wanted]
        for coding in changed:
            self.remove(coding.id)
        for coding in sorted(wanted.values(), key=lambda c: (c.span.start, -c.span.end, c.id)):
            if self._by_id.get(coding.id) != coding:
                changed.append(coding)
                self.add(coding)
        return changed

    def within(self, start: int, end: int) -> list[Coding]:
        """Codings that share a character with ``start:end``, in the order of the text."""
        found: dict[str, Coding] = {}
        for block in range(start // BLOCK, max(end - 1, start) // BLOCK + 1):
            for coding_id in self._blocks.get(block, ()):
                coding = self._by_id[coding_id]
                if coding.span.start < end and start < coding.span.end:
                    found[coding_id] = coding
        return sorted(found.values(), key=lambda c: (c.span.start, -c.span.end, c.id))

    def at(self, offset: int) -> list[Coding]:
        """Codings that cover one character; the shortest, which is in front, comes first."""
        found = self.within(offset, offset + 1)
        return sorted(found, key=lambda c: (len(c.span), c.span.start, c.id))

    def starts(self) -> list[int]:
        """Where codings begin, each place once, in order."""
        return sorted({coding.span.start for coding in self._by_id.values()})

    @staticmethod
    def _blocks_of(coding: Coding) -> range:
        return range(coding.span.start // BLOCK, (coding.span.end - 1) // BLOCK + 1)
