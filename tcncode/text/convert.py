r"""Offsets as other programs count them, there and back.

Ours count Unicode code points of a settled text. JavaScript, Java and .NET programs count
UTF-16 units, Taguette counts UTF-8 bytes, and some count a line end as two (``\r\n``). Each
pair of functions takes many offsets at once and costs one pass over the text however many
there are. An offset that falls inside a character of the other count belongs to that
character's start.

>>> to_utf16("a👍b", [0, 1, 2, 3])
[0, 1, 3, 4]
>>> from_utf16("a👍b", [0, 1, 3, 4])
[0, 1, 2, 3]
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")
_NOT_ASCII = re.compile("[^\x00-\x7f]")
_NEWLINE = re.compile("\n")


def to_utf16(text: str, offsets: Iterable[int]) -> list[int]:
    """Code points -> UTF-16 units."""
    return _widen(_wide(text, _BEYOND_BMP), offsets)


def from_utf16(text: str, offsets: Iterable[int]) -> list[int]:
    """UTF-16 units -> code points."""
    return _narrow(_wide(text, _BEYOND_BMP), offsets)


def to_utf8(text: str, offsets: Iterable[int]) -> list[int]:
    """Code points -> bytes of the text in UTF-8."""
    return _widen(_wide(text, _NOT_ASCII), offsets)


def from_utf8(text: str, offsets: Iterable[int]) -> list[int]:
    """Bytes of the text in UTF-8 -> code points."""
    return _narrow(_wide(text, _NOT_ASCII), offsets)


def to_crlf(text: str, offsets: Iterable[int]) -> list[int]:
    """Code points -> code points of the same text with two-character line ends."""
    return _widen(_wide(text, _NEWLINE), offsets)


def from_crlf(text: str, offsets: Iterable[int]) -> list[int]:
    """Code points of the text with two-character line ends -> code points."""
    return _narrow(_wide(text, _NEWLINE), offsets)


def line_starts(text: str) -> list[int]:
    """Where each line begins: 0, then one past each newline."""
    return [0, *(found.end() for found in _NEWLINE.finditer(text))]


def to_line_column(starts: Sequence[int], offset: int) -> tuple[int, int]:
    r"""An offset -> line and column, both from 1. ``starts`` comes from ``line_starts``.

    >>> to_line_column(line_starts("one\ntwo"), 5)
    (2, 2)
    """
    line = bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1


def from_line_column(starts: Sequence[int], line: int, column: int) -> int:
    r"""Line and column, both from 1 -> an offset.

    >>> from_line_column(line_starts("one\ntwo"), 2, 2)
    5

    Raises:
        ValueError: the text has no such line.
    """
    if not 1 <= line <= len(starts):
        raise ValueError(f"no line {line}: the text has {len(starts)}")
    return starts[line - 1] + column - 1


# The characters that count for more than one: their offsets here, and how many units the
# other program has counted more than we once it is past each of them (0 before the first).
_Wide = tuple[list[int], list[int]]


def _wide(text: str, which: re.Pattern[str]) -> _Wide:
    at: list[int] = []
    extra = [0]
    for found in which.finditer(text):
        code = ord(found[0])
        at.append(found.start())
        more = 1 if which is not _NOT_ASCII or code < 0x800 else 2 if code < 0x10000 else 3
        extra.append(extra[-1] + more)
    return at, extra


def _widen(wide: _Wide, offsets: Iterable[int]) -> list[int]:
    at, extra = wide
    return [offset + extra[bisect_left(at, offset)] for offset in offsets]


def _narrow(wide: _Wide, offsets: Iterable[int]) -> list[int]:
    at, extra = wide
    begins = [place + more for place, more in zip(at, extra, strict=False)]
    out = []
    for offset in offsets:
        passed = bisect_left(begins, offset)
        # Inside a wide character there is no offset of ours: its start is the nearest before.
        inside = bool(passed) and offset < at[passed - 1] + 1 + extra[passed]
        out.append(at[passed - 1] if inside else offset - extra[passed])
    return out
