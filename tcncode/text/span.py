"""A stretch of one document's text, and what the import found such a stretch to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tcncode.errors import SpanError

_set = object.__setattr__

SegmentKind = Literal["sentence", "paragraph", "turn", "page", "heading"]


@dataclass(frozen=True, order=True, slots=True, init=False)
class Span:
    """A stretch of one document's text.

    Offsets count Unicode code points of ``Document.text``, from 0, end exclusive,
    so ``document.text[span.start:span.end]`` is the quotation. They are not bytes
    and not terminal cells. Two spans are equal when both offsets are.

    Raises:
        SpanError: the span is empty, or starts before the text does.
    """

    start: int
    end: int

    # Made by the ten thousand: the constructor that dataclass writes takes half as long again.
    def __init__(self, start: int, end: int) -> None:
        if not 0 <= start < end:
            raise SpanError(start, end)
        _set(self, "start", start)
        _set(self, "end", end)

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The words of this span in ``text``.

        Raises:
            SpanError: the span reaches past the end of the text.
        """
        if self.end > len(text):
            raise SpanError(self.start, self.end, len(text))
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch that the import found: a sentence, paragraph, speaker turn, page or heading."""

    kind: SegmentKind
    number: int
    """From 1, in the order of the text, per kind."""
    span: Span
    speaker: str | None = None
    """Turns only: the label as it stands in the transcript."""
    seconds: float | None = None
    """Turns only: when the turn begins, in seconds from the start of the recording."""
