"""Words, sentences and paragraphs as the reader moves by them. Pure; no screen here.

Sentences and paragraphs are those the import stored, so the screen, the commands and the
suggestions mean the same by them. Where a document has none, lines stand in.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Literal

Unit = Literal["char", "row", "word", "sentence", "paragraph"]
Stretch = tuple[int, int]

# Marks of the scripts where Python's \w stops at a vowel sign, and what joins a word inside.
_word = re.compile(
    r"[\w\u0300-\u036f\u064b-\u065f\u0900-\u0dff\u0e00-\u0e7f\u200c\u200d]"
    r"(?:[\w\u0300-\u036f\u064b-\u065f\u0900-\u0dff\u0e00-\u0e7f\u200c\u200d]"
    r"|['’\-](?=\w))*"
)
_line = re.compile(r"[^\n]*\S[^\n]*")
_LOOK = 1000
"""Characters either side that are searched for a word's edges."""


class Units:
    """The stretches of one text."""

    def __init__(
        self, text: str, sentences: Iterable[Stretch] = (), paragraphs: Iterable[Stretch] = ()
    ) -> None:
        self.text = text
        lines = [match.span() for match in _line.finditer(text)]
        self.paragraphs = sorted(paragraphs) or lines
        self.sentences = sorted(sentences) or self.paragraphs
        self._starts = {
            "sentence": [start for start, _ in self.sentences],
            "paragraph": [start for start, _ in self.paragraphs],
        }

    def _of(self, unit: Unit) -> Sequence[Stretch]:
        return self.sentences if unit == "sentence" else self.paragraphs

    def at(self, unit: Unit, offset: int) -> Stretch | None:
        """The stretch an offset is in; between two, the one before; None in an empty text."""
        if unit == "word":
            return self._word_at(offset)
        parts = self._of(unit)
        if not parts:
            return None
        return parts[max(bisect_right(self._starts[unit], offset) - 1, 0)]

    def next(self, unit: Unit, offset: int) -> int:
        """Where the next one begins; the text's end after the last."""
        if unit == "word":
            return self._next_word(offset)
        starts = self._starts[unit]
        place = bisect_right(starts, offset)
        return starts[place] if place < len(starts) else len(self.text)

    def previous(self, unit: Unit, offset: int) -> int:
        """Where this one begins, or from its beginning the one before."""
        if unit == "word":
            return self._previous_word(offset)
        starts = self._starts[unit]
        place = bisect_left(starts, offset) - 1
        return starts[place] if place >= 0 else 0

    def _word_at(self, offset: int) -> Stretch | None:
        begin = max(0, offset - _LOOK)
        for match in _word.finditer(self.text, begin, min(len(self.text), offset + _LOOK)):
            if match.start() <= offset < match.end():
                return match.span()
            if match.start() > offset:
                break
        return (offset, offset + 1) if offset < len(self.text) else None

    def _next_word(self, offset: int) -> int:
        here = self._word_at(offset)
        match = _word.search(self.text, max(offset + 1, here[1] if here else 0))
        return match.start() if match else len(self.text)

    def _previous_word(self, offset: int) -> int:
        low = offset
        while low > 0:
            low = max(0, low - _LOOK)
            found = [m.start() for m in _word.finditer(self.text, low, offset)]
            # A word cut by the window's edge would seem to begin there.
            found = [start for start in found if start > low or low == 0]
            if found:
                return found[-1]
        return 0

    def grown(self, start: int, end: int) -> Stretch:
        """The smallest word, sentence or paragraph (or all) that holds more than this."""
        for unit in ("word", "sentence", "paragraph"):
            first = self.at(unit, start)
            last = self.at(unit, max(end - 1, start))
            if first and last:
                low, high = min(first[0], start), max(last[1], end)
                if high - low > end - start:
                    return low, high
        return 0, len(self.text)


def trimmed(text: str, start: int, end: int) -> Stretch | None:
    """Without the white space at both ends; None where nothing else is there."""
    piece = text[start:end]
    begin = start + len(piece) - len(piece.lstrip())
    stop = end - (len(piece) - len(piece.rstrip()))
    return (begin, stop) if begin < stop else None
