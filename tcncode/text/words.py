"""Words, by the one rule that counts and finds them everywhere."""

from __future__ import annotations

import re

from tcncode.text.span import Span

MARKS = "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u0670\u093a-\u094f\u0e31-\u0e4e"
"""Marks that belong to the letter before them, as ranges of a regular expression."""
JOINERS = "'’‐‑-"
"""What joins letters on both sides to one word."""
WORD = re.compile(rf"\w[\w{MARKS}]*(?:[{JOINERS}]\w[\w{MARKS}]*)*")


def words(text: str) -> list[Span]:
    """Every word, with its inner apostrophes and hyphens."""
    return [Span(*found.span()) for found in WORD.finditer(text)]


def word_count(text: str) -> int:
    """How many words ``words`` would give."""
    return len(WORD.findall(text))


def word_set(listed: str) -> frozenset[str]:
    """The words of a list with blanks between them."""
    return frozenset(listed.split())
