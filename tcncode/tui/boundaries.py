"""A passage whose ends can be moved by words and sentences. Pure; no screen here."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from typing import Literal

from tcncode.text import Span
from tcncode.tui.units import Units

End = Literal["start", "end"]


@dataclass(frozen=True, slots=True)
class Passage:
    """What will be coded, and which of its ends moves."""

    span: Span
    moving: End = "end"

    def turned(self) -> Passage:
        """The other end moves."""
        return replace(self, moving="start" if self.moving == "end" else "end")

    def grown(self, units: Units) -> Passage:
        """A sentence more, at the end that moves."""
        start, end = self.span.start, self.span.end
        firsts = [first for first, _ in units.sentences]
        if self.moving == "end":
            at = bisect_right(firsts, max(end - 1, 0)) - 1
            inside = at >= 0 and units.sentences[at][1] > end
            at = at if inside else at + 1
            return self._to(start, units.sentences[at][1]) if at < len(firsts) else self
        at = bisect_left(firsts, start) - 1
        return self._to(firsts[at], end) if at >= 0 else self

    def shrunk(self, units: Units) -> Passage:
        """A sentence less, at the end that moves; the last one stays."""
        start, end = self.span.start, self.span.end
        if self.moving == "end":
            ends = [last for _, last in units.sentences if start < last < end]
            return self._to(start, ends[-1]) if ends else self
        starts = [first for first, _ in units.sentences if start < first < end]
        return self._to(starts[0], end) if starts else self

    def word(self, units: Units, step: int) -> Passage:
        """The end that moves goes a word on or back; a word at least stays."""
        start, end = self.span.start, self.span.end
        if self.moving == "start":
            to = units.next("word", start) if step > 0 else units.previous("word", start)
            return self._to(to, end) if to < end else self
        if step > 0:
            at = units.next("word", end - 1)
            there = units.at("word", at) if at < len(units.text) else None
            return self._to(start, there[1]) if there else self
        last = units.previous("word", end)
        before = units.previous("word", last)
        there = units.at("word", before)
        if there is None or before >= last or there[1] <= start:
            return self
        return self._to(start, there[1])

    def _to(self, start: int, end: int) -> Passage:
        return replace(self, span=Span(start, end))
