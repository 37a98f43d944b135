"""Numbers with their nouns, for people to read."""

from __future__ import annotations


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number and what it is a number of.

    >>> counted(1, "document"), counted(1200, "hit"), counted(0, "copy", "copies")
    ('1 document', '1,200 hits', '0 copies')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
