"""Numbers with their nouns, for people to read."""

from __future__ import annotations


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number and what it is a number of.

    >>> counted(1, "document"), counted(1200, "hit"), counted(0, "copy", "copies")
    ('1 document', '1,200 hits', '0 copies')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def clock(seconds: float) -> str:
    """Time since the start of a recording, as on a clock: ``4:05``, ``1:02:09``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
