"""Words, sentences, paragraphs, turns, pages and headings as the reader moves by them.

What the import stored, so that the screen, the commands and the suggestions mean the same by
them; where a document has no sentences or paragraphs, lines stand in. Pure; no screen here.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate, islice
from typing import Literal

Unit = Literal[
    "char", "row", "word", "sentence", "paragraph", "turn", "page", "heading",
    "coded", "uncoded", "suggestion", "hit",
]  # fmt: skip
Stretch = tuple[int, int]

# Marks of the scripts where Python's \w stops at a vowel sign, and what joins a word inside. None
# of them begins one: in an emoji of several a joiner stands where no cursor can.
_word = re.compile(
    r"\w(?:[\w\u0300-\u036f\u064b-\u065f\u0900-\u0dff\u0e00-\u0e7f\u200c\u200d]"
    r"|['’\-](?=\w))*"
)
_line = re.compile(r"[^\n]*\S[^\n]*")
_ink = re.compile(r"\S")
_LOOK = 1000
"""Characters either side that are searched for a word's edges."""


class Stretches:
    """Stretches of one kind, found by place. They may overlap."""

    __slots__ = ("_furthest", "_parts", "_starts")

    def __init__(self, parts: Iterable[Stretch] = ()) -> None:
        self._parts = sorted(parts)
        self._starts = [start for start, _ in self._parts]
        self._furthest: list[int] | None = None  # how far each and those before it reach

    def __len__(self) -> int:
        return len(self._parts)

    def __iter__(self) -> Iterator[Stretch]:
        return iter(self._parts)

    def __getitem__(self, place: int) -> Stretch:
        return self._parts[place]

    def number(self, offset: int) -> int:
        """How many begin at or before an offset."""
        return bisect_right(self._starts, offset)

    def at(self, offset: int) -> Stretch | None:
        """The one an offset is in; between two, the one before; None if there are none."""
        return self._parts[max(self.number(offset) - 1, 0)] if self._parts else None

    def next(self, offset: int, count: int = 1) -> Stretch | None:
        """The first that begins after an offset, or the last of so many."""
        place = self.number(offset)
        return self._parts[min(place + count, len(self)) - 1] if place < len(self) else None

    def previous(self, offset: int, count: int = 1) -> Stretch | None:
        """The last that begins before an offset, or the first of so many."""
        place = bisect_left(self._starts, offset)
        return self._parts[max(place - count, 0)] if place else None

    def after(self, part: Stretch) -> Stretch | None:
        """The next one in order, which may begin at the same place."""
        place = bisect_right(self._parts, part)
        return self._parts[place] if place < len(self) else None

    def before(self, part: Stretch) -> Stretch | None:
        """The one before in order."""
        place = bisect_left(self._parts, part)
        return self._parts[place - 1] if place else None

    def within(self, start: int, end: int) -> list[Stretch]:
        """Those that share a character with ``start:end``."""
        if self._furthest is None:
            self._furthest = list(accumulate((stop for _, stop in self._parts), max))
        first = bisect_right(self._furthest, start)
        some = self._parts[first : bisect_left(self._starts, end)]
        return [part for part in some if part[1] > start]


class Units:
    """The stretches of one text.

    Args:
        text: a settled text.
        sentences: as the import stored them; likewise the others.
        paragraphs: lines, if there are none.
        turns: of speakers, with their labels.
        pages: from the first word to the last.
        headings: likewise.
    """

    def __init__(
        self,
        text: str,
        sentences: Iterable[Stretch] = (),
        paragraphs: Iterable[Stretch] = (),
        *,
        turns: Iterable[Stretch] = (),
        pages: Iterable[Stretch] = (),
        headings: Iterable[Stretch] = (),
        times: Mapping[int, float] | None = None,
    ) -> None:
        """``times``: seconds from the start of the recording, by where a turn begins."""
        self.text = text
        self.paragraphs = Stretches(paragraphs)
        if not self.paragraphs:
            self.paragraphs = Stretches(match.span() for match in _line.finditer(text))
        self.sentences = Stretches(sentences)
        if not self.sentences:
            self.sentences = self.paragraphs
        self.turns = Stretches(turns)
        self.pages = Stretches(pages)
        self.headings = Stretches(headings)
        self.times = dict(times or {})

    def of(self, unit: Unit) -> Stretches:
        """All stretches of one kind, words excepted."""
        found: Stretches = getattr(self, f"{unit}s")
        return found

    def at(self, unit: Unit, offset: int) -> Stretch | None:
        """The stretch an offset is in; between two, the one before; None if there are none.

        Where a line begins with something else, such as a speaker's label, the one after it.
        """
        if unit == "word":
            return self._word_at(offset)
        parts = self.of(unit)
        found = parts.at(offset)
        if found is not None and found[1] <= offset < len(self.text):
            following = parts.next(offset)
            begin = self.text.rfind("\n", found[1] - 1, offset + 1)
            if following and begin >= 0 and self.text.find("\n", offset, following[0]) < 0:
                return following
        return found

    def next(self, unit: Unit, offset: int, count: int = 1) -> int:
        """Where the next one begins, or so many on; the text's end after the last.

        On a speaker's label the sentence behind it is this one, as ``at`` has it: the next one
        is another.
        """
        if unit == "word":
            return self._words_on(offset, count)
        parts = self.of(unit)
        here = self.at(unit, offset)
        offset = max(offset, here[0]) if here else offset
        found = parts.next(offset, count) if parts.number(offset) + count <= len(parts) else None
        return found[0] if found else len(self.text)

    def previous(self, unit: Unit, offset: int, count: int = 1) -> int:
        """Where this one begins, or from its beginning the one before, or so many back."""
        if unit == "word":
            return self._words_back(offset, count)
        found = self.of(unit).previous(offset, count)
        return found[0] if found else 0

    def next_end(self, unit: Unit, offset: int, count: int = 1) -> int:
        """Where this one ends, or from its end the next one, or so many on; the text's end."""
        for _ in range(count):
            found: Stretch | None
            if unit == "word":
                match = _word.search(self.text, offset)
                found = match.span() if match else None
            else:
                parts = self.of(unit)
                found = parts.at(offset)
                if found is None or not found[0] <= offset < found[1]:
                    found = parts.next(offset)
            if found is None:
                return len(self.text)
            offset = found[1]
        return offset

    def _word_at(self, offset: int) -> Stretch | None:
        begin = max(0, offset - _LOOK)
        for match in _word.finditer(self.text, begin, min(len(self.text), offset + _LOOK)):
            if match.start() <= offset < match.end():
                return match.span()
            if match.start() > offset:
                break
        return (offset, offset + 1) if offset < len(self.text) else None

    def _words_on(self, offset: int, count: int) -> int:
        here = self._word_at(offset)
        begin = max(offset + 1, here[1] if here else 0)
        ahead = _word.finditer(self.text, begin)
        found = next(islice(ahead, count - 1, None), None)
        return found.start() if found else len(self.text)

    def _words_back(self, offset: int, count: int) -> int:
        look = _LOOK
        while offset > 0:
            low = max(0, offset - look)
            found = [m.start() for m in _word.finditer(self.text, low, offset)]
            # A word cut by the window's edge would seem to begin there.
            found = [start for start in found if start > low or low == 0]
            if len(found) >= count:
                return found[-count]
            if low == 0:
                break
            if found:
                offset, count = found[0], count - len(found)
            look *= 2
        return 0

    def grown(self, start: int, end: int) -> Stretch:
        """The word or the sentences that hold more than this; from there a sentence more."""
        units: tuple[Unit, ...] = ("word", "sentence")
        for unit in units:
            first = self.at(unit, start)
            last = self.at(unit, max(end - 1, start))
            if first and last:
                low, high = min(first[0], start), max(last[1], end)
                if high - low > end - start:
                    return low, high
        more = self.of("sentence").next(max(end - 1, start))
        return start, max(end, more[1] if more else end)

    def shrunk(self, start: int, end: int, *, from_start: bool = False) -> Stretch:
        """Without its last sentence, or its first; as it is where that is the only one."""
        if from_start:
            following = self.sentences.next(start)
            return (following[0], end) if following and following[0] < end else (start, end)
        last = self.sentences.previous(end)
        before = self.sentences.previous(last[0]) if last and last[0] > start else None
        return (start, before[1]) if before and before[1] > start else (start, end)

    def taken(self, unit: Unit, chosen: Stretch | None, at: int, step: int) -> Stretch | None:
        """What is selected when a unit is taken: the one at ``at``, or from there one more.

        Args:
            unit: what is taken.
            chosen: what is selected already.
            at: the cursor.
            step: 1 for one more after what is selected, -1 for one more before it.
        """
        if chosen is None:
            return self.at(unit, at)
        first = self.at(unit, chosen[0])
        if first is None or first[0] != chosen[0] or chosen[1] < first[1]:
            return self.at(unit, chosen[0] if at == chosen[0] else max(at - 1, chosen[0]))
        if step < 0:
            return min(self.previous(unit, chosen[0]), chosen[0]), chosen[1]
        more = self.at(unit, self.next(unit, chosen[1] - 1))
        return chosen[0], max(more[1], chosen[1]) if more else chosen[1]


def trimmed(text: str, start: int, end: int) -> Stretch | None:
    """Without the white space at both ends; None where nothing else is there."""
    ink = _ink.search(text, start, end)
    if ink is None:
        return None
    while text[end - 1].isspace():
        end -= 1
    return ink.start(), end
