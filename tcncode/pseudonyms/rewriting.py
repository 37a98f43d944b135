"""A text with some stretches replaced, and where its spans stand in it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from tcncode.text import Segment, Span


@dataclass(frozen=True, order=True, slots=True)
class Replacement:
    """Words put in place of a span."""

    span: Span
    words: str
    """Not empty."""


class Rewrite:
    """A text after its replacements. Offsets follow from them alone; nothing is searched for.

    >>> new = Rewrite("Amina said", [Replacement(Span(0, 5), "Person 1")])
    >>> new.text, new.span(Span(6, 10)), new.span(Span(2, 10))
    ('Person 1 said', Span(start=9, end=13), Span(start=0, end=13))
    """

    def __init__(self, text: str, replacements: Iterable[Replacement]) -> None:
        """Raises ``ValueError`` where two replacements overlap, or one replaces by nothing."""
        self._old: list[tuple[int, int]] = []
        self._new: list[tuple[int, int]] = []
        self.back: list[Replacement] = []
        """What leads from the new text back to the old one."""
        parts: list[str] = []
        at = length = 0
        for one in sorted(replacements):
            start, end = one.span.start, one.span.end
            if start < at or not one.words:
                raise ValueError(f"{one} cannot be replaced")
            was = one.span.of(text)
            parts += [text[at:start], one.words]
            length += start - at
            self._old.append((start, end))
            self._new.append((length, length + len(one.words)))
            self.back.append(Replacement(Span(*self._new[-1]), was))
            length += len(one.words)
            at = end
        self.text = "".join([*parts, text[at:]])

    @cached_property
    def inverse(self) -> Rewrite:
        """The old text made of the new one."""
        return Rewrite(self.text, self.back)

    def span(self, span: Span) -> Span:
        """The same words in the new text; what cuts a replaced stretch takes in all of it."""
        return Span(self._place(span.start, end=False), self._place(span.end, end=True))

    def segments(self, segments: Iterable[Segment]) -> list[Segment]:
        """Segments in the new text. One that ends inside a replaced stretch takes in all of it;
        the next begins behind it, and is left out where nothing but blanks remains of it."""
        kept: list[Segment] = []
        numbers: dict[str, int] = {}
        ends: dict[str, int] = {}
        for one in sorted(segments, key=lambda s: (s.kind, s.span)):
            new = self.span(one.span)
            start = max(new.start, ends.get(one.kind, 0)) if self._cuts(one.span.start) else None
            if start is not None and start > new.start:
                rest = self.text[start : new.end]
                start += len(rest) - len(rest.lstrip())
                if start >= new.end:
                    continue
                new = Span(start, new.end)
            ends[one.kind] = new.end
            numbers[one.kind] = numbers.get(one.kind, 0) + 1
            kept.append(Segment(one.kind, numbers[one.kind], new, one.speaker, one.seconds))
        return kept

    def _cuts(self, offset: int) -> bool:
        n = bisect_right(self._old, (offset, 0)) - 1
        return n >= 0 and self._old[n][0] < offset < self._old[n][1]

    def _place(self, offset: int, *, end: bool) -> int:
        # The last replacement that begins before the offset.
        n = bisect_right(self._old, (offset, 0)) - 1
        if n < 0:
            return offset
        past = self._old[n][1]
        if offset < past:
            return self._new[n][1] if end else self._new[n][0]
        return self._new[n][1] + offset - past
