"""Words of many texts at once: the one rule by which every report counts them.

A word is what ``text.words.words`` finds: letters and digits with their marks, joined by
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

from tcncode.text.words import JOINERS, MARKS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tcncode.agreement.intervals import Flags, Ints

    Kinds = NDArray[np.uint8]

_LETTER, _MARK, _JOINER = 1, 2, 4
_AT_ONCE = 100_000
"""Characters that are looked at together: what a core's cache holds."""


class Words:
    """Where words stand in texts laid end to end, a character between each two.

    A bit for each character, and running sums of the bits: a place is answered in constant time,
    and 10 million words take less room than their texts.

    Args:
        size: characters of all texts together, those between them included.
        texts: where each begins, and the text; in order. Texts that are not wanted may lack.
    """

    def __init__(self, size: int, texts: Iterable[tuple[int, str]]) -> None:
        # Whole groups of 64, and room for what a chunk's last byte may bring.
        begins, stops = (np.zeros(((size >> 6) + 2) * 8, np.uint8) for _ in range(2))
        for first, text in _chunks(texts):
            body = _body(text)
            # From a whole byte on, so that the bits can be put among the others.
            spare = first & 7
            flags = np.zeros(spare + len(body) + 2, np.bool_)
            flags[spare + 1 : -1] = body
            for bits, edge in ((begins, flags[1:] > flags[:-1]), (stops, flags[1:] < flags[:-1])):
                packed = np.packbits(edge, bitorder="little")
                bits[first >> 3 : (first >> 3) + len(packed)] |= packed
        self._begins, self._stops = _Rank(begins), _Rank(stops)
        self.total = self._begins.total

    def begun(self, place: Ints) -> Ints:
        """How many words begin before each place."""
        return self._begins.before(place)

    def ended(self, place: Ints) -> Ints:
        """How many words end at each place or before it."""
        return self._stops.before(place + 1)

    def among(self, start: Ints, end: Ints) -> tuple[Ints, Ints]:
        """Numbers of the first word that each stretch touches, and of the first after it."""
        first = self.ended(start)
        return first, np.maximum(self.begun(end), first)

    def counts(self, start: Ints, end: Ints) -> Ints:
        """How many words each stretch touches; one that two of them touch counts for the first.

        Args:
            start, end: stretches apart from each other, in order.
        """
        first, after = self.among(start, end)
        first[1:] = np.maximum(first[1:], after[:-1])
        found: Ints = np.maximum(after - first, 0)
        return found


class _Rank:
    """How many of some flags are set before a place; eight of them in a byte."""

    def __init__(self, packed: Kinds) -> None:
        self._groups = packed.view("<u8")
        sums = np.zeros(len(self._groups) + 1, np.int64)
        np.cumsum(_set_bits(self._groups), out=sums[1:])
        self._sums = sums
        self.total = int(sums[-1])

    def before(self, place: Ints) -> Ints:
        """The number of flags in front of each place."""
        at = place >> 6
        below = (_ONE << (place & 63).astype(np.uint64)) - _ONE
        found: Ints = self._sums[at] + _set_bits(self._groups[at] & below)
        return found


_ONE = np.uint64(1)


def _set_bits(groups: NDArray[np.uint64]) -> Ints:
    """How many bits of each number are set (Knuth, The Art of Computer Programming 4A, 7.1.3)."""
    found = groups - ((groups >> _ONE) & np.uint64(0x5555555555555555))
    threes = np.uint64(0x3333333333333333)
    found = (found & threes) + ((found >> np.uint64(2)) & threes)
    found = (found + (found >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    counted: Ints = ((found * np.uint64(0x0101010101010101)) >> np.uint64(56)).astype(np.int64)
    return counted


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


def _body(text: str) -> Flags:
    """Which characters of a text belong to a word. Words never touch."""
    kinds = _kinds(text)
    letter = kinds == _LETTER
    mark = kinds == _MARK
    body: Flags = letter
    if mark.any():
        # A mark belongs to a word when the run of marks that it stands in follows a letter.
        at = np.arange(len(kinds))
        before = np.maximum.accumulate(np.where(mark, 0, at))
        body = letter | (mark & letter[before])
    # Few enough to be looked at one by one; none of them is a letter or a mark.
    joiner = np.flatnonzero(kinds == _JOINER)
    joiner = joiner[(joiner > 0) & (joiner < len(kinds) - 1)]
    body[joiner[body[joiner - 1] & letter[joiner + 1]]] = True
    return body


def _kinds(text: str) -> Kinds:
    """What each character is to a word."""
    # Two bytes a character are enough for most texts, and half the work.
    codes: NDArray[np.uint16] | NDArray[np.uint32] = np.frombuffer(
        text.encode("utf-16-le", "surrogatepass"), np.uint16
    )
    size = 0x10000
    if len(codes) != len(text):
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        size = 0x110000
    # As bytes several times quicker than by number; what no byte holds is looked up after it.
    written = bytearray(codes.astype(np.uint8)).translate(_table(0x100).tobytes())
    kinds = np.frombuffer(written, np.uint8)
    beyond = np.flatnonzero(codes > 0xFF)
    if len(beyond):
        kinds[beyond] = _table(size)[codes[beyond]]
    return kinds


@lru_cache(maxsize=3)
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
