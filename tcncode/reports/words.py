"""Words of many texts at once: the one rule by which every report counts them.

A word is what ``text.segments.words`` finds: letters and digits with their marks, joined by
apostrophes and hyphens that have a letter on both sides. A word counts for a passage when any
part of it is covered, and once, however many passages cover it. The rule is applied to all
characters together rather than with a regular expression: 10 million words in well under a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from tcncode.text.segments import JOINERS, MARKS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tcncode.agreement.intervals import Ints

    Kinds = NDArray[np.uint8]

_LETTER, _MARK, _JOINER = 1, 2, 4
_AT_ONCE = 4_000_000
"""Characters that are looked at together: memory, not time, asks for a bound."""


class Words:
    """Where words stand in texts laid end to end, a character between each two.

    Args:
        texts: where each begins, and the text; in order.
    """

    def __init__(self, texts: Iterable[tuple[int, str]]) -> None:
        starts, ends = [], []
        for first, text in _chunks(texts):
            low, high = _edges(text)
            starts.append(low + first)
            ends.append(high + first)
        none: Ints = np.zeros(0, np.int64)
        self.starts: Ints = np.concatenate(starts) if starts else none
        self.ends: Ints = np.concatenate(ends) if ends else none

    def among(self, start: Ints, end: Ints) -> tuple[Ints, Ints]:
        """Numbers of the first word that each stretch touches, and of the first after it."""
        first = np.searchsorted(self.ends, start, side="right")
        return first, np.maximum(np.searchsorted(self.starts, end, side="left"), first)

    def counts(self, start: Ints, end: Ints) -> Ints:
        """How many words each stretch touches; one that two of them touch counts for the first.

        Args:
            start, end: stretches apart from each other, in order.
        """
        first, after = self.among(start, end)
        first[1:] = np.maximum(first[1:], after[:-1])
        found: Ints = np.maximum(after - first, 0)
        return found


def _chunks(texts: Iterable[tuple[int, str]]) -> Iterable[tuple[int, str]]:
    """Neighbours joined as they lie, up to a bound."""
    first = length = 0
    kept: list[str] = []
    for start, text in texts:
        if kept and (start != first + length + 1 or length > _AT_ONCE):
            yield first, "\n".join(kept)
            kept = []
        if not kept:
            first, length = start, -1
        kept.append(text)
        length += len(text) + 1
    if kept:
        yield first, "\n".join(kept)


def _edges(text: str) -> tuple[Ints, Ints]:
    """Starts and ends of the words of a text."""
    kinds = _kinds(text)
    letter = kinds == _LETTER
    inside = letter
    mark = kinds == _MARK
    if mark.any():
        # A mark belongs to a word when the run of marks that it stands in follows a letter.
        at = np.arange(len(kinds))
        before = np.maximum.accumulate(np.where(mark, 0, at))
        inside = letter | (mark & letter[before])
    body = inside.copy()
    # Few enough to be looked at one by one.
    joiner = np.flatnonzero(kinds == _JOINER)
    joiner = joiner[(joiner > 0) & (joiner < len(kinds) - 1)]
    body[joiner[inside[joiner - 1] & letter[joiner + 1]]] = True
    edges = np.flatnonzero(body[1:] != body[:-1]) + 1
    low = np.zeros(int(len(body) > 0 and body[0]), np.int64)
    high = np.full(int(len(body) > 0 and body[-1]), len(body), np.int64)
    edges = np.concatenate((low, edges, high))
    return edges[0::2], edges[1::2]


def _kinds(text: str) -> Kinds:
    """What each character is to a word."""
    # Two bytes a character are enough for most texts, and half the work.
    codes: NDArray[np.uint16] | NDArray[np.uint32] = np.frombuffer(
        text.encode("utf-16-le", "surrogatepass"), np.uint16
    )
    if len(codes) == len(text):
        return _table(0x10000)[codes]
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return _table(0x110000)[codes]


@lru_cache(maxsize=2)
def _table(size: int) -> Kinds:
    """What each code point is to a word, up to a size."""
    every = "".join(map(chr, range(size)))
    table = np.zeros(size, np.uint8)
    patterns: Sequence[tuple[str, int]] = (
        (f"[{MARKS}]+", _MARK), (f"[{JOINERS}]+", _JOINER), (r"\w+", _LETTER),
    )  # fmt: skip
    for pattern, kind in patterns:
        for found in re.finditer(pattern, every):
            table[found.start() : found.end()] = kind
    return table
