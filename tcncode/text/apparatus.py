"""The apparatus of a text: notes, lists of references, bits of broken lines.

People quote from the body of a document and code that; its notes and references name cities,
networks and declarations without doing anything, and mislead whoever goes by words.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice

import regex

from tcncode.text.span import Span

_LEAST_WORDS = 3
"""A stretch of fewer says nothing that could be coded."""
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}’'-]*")
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_NOTE = regex.compile(rf"(?:(\d{{1,3}})[ \t]+|[{_RAISED}]+[ \t]*)(?=[\p{{Lu}}\p{{Lt}}<“\"‘(h])")
"""A number before words, as notes at the foot of a page begin."""
_MARK = regex.compile(r"\p{Ll}[.,;:!?)\]”’\"']{0,3}(\d{1,3})(?![\d\p{L}%.,])")
"""A number that hangs on a word, as the marks of notes do in plain text: "together.6"."""
_LEAST_NOTES = 2
"""Notes are counted: one number that stands so is no note."""
_LISTS = regex.compile(
    r"[#\d.\s]*(?:references|(?:selected )?bibliography|works cited|literature(?: cited)?|sources"
    r"|(?:end|foot)?notes|further reading|références|bibliographie|literatur(?:verzeichnis)?"
    r"|quellen|anmerkungen|referenties|bronnen|noten|referencias|bibliografía|notas|bibliografia"
    r"|riferimenti|note)[:\s]*",
    regex.IGNORECASE,
)
"""A line that says this and nothing more begins a list of references or notes."""
_ENTRY = regex.compile(r"(?:1[6-9]|20)\d\d[a-z]?\b|https?://|www\.|\bdoi\b|\bISBN\b|^\s*[\d⁰-⁹¹²³]")
"""What nearly every paragraph of such a list has: a year, an address, a number at its head."""
_PARAGRAPH = re.compile(r"[^\n]*\S[^\n]*(?:\n[ \t]*\S[^\n]*)*")


def apparatus(text: str, sentences: Sequence[Span]) -> list[Span]:
    """The sentences that belong to notes or references, or are too short to say anything.

    Args:
        sentences: of the text, sorted.
    """
    lists = list(_lists(text))
    noted = _notes(text, sentences)
    found = []
    for span in sentences:
        listed = any(part.start <= span.start < part.end for part in lists)
        if listed or span.start in noted or _is_bit(text, span):
            found.append(span)
    return found


def _is_bit(text: str, span: Span) -> bool:
    words = _WORD.finditer(text, span.start, span.end)
    return len(list(islice(words, _LEAST_WORDS))) < _LEAST_WORDS


def _lists(text: str) -> Iterator[Span]:
    """From the heading of a list of references to the paragraph that is none any more."""
    end = 0
    for heading in _headings(text):
        if heading.start < end:
            continue
        end = _end_of_list(text, heading.end)
        if end:
            yield Span(heading.start, end)


def _headings(text: str) -> Iterator[Span]:
    at = 0
    for line in text.splitlines(keepends=True):
        if len(line) < 60 and _LISTS.fullmatch(line):
            yield Span(at, at + len(line))
        at += len(line)


def _end_of_list(text: str, start: int) -> int:
    """Where the last entry ends, such that of five paragraphs up to it two are entries; else 0."""
    end, last = 0, deque[bool](maxlen=5)
    for paragraph in _PARAGRAPH.finditer(text, start):
        last.append(bool(_ENTRY.search(paragraph[0])))
        if sum(last) < min(2, len(last)):
            break
        if last[-1]:
            end = paragraph.end()
    return end


def _notes(text: str, sentences: Sequence[Span]) -> set[int]:
    """Where notes begin at the head of a sentence and of a line."""
    marks = set(_MARK.findall(text))
    found = set()
    for span in sentences:
        note = _NOTE.match(text, span.start)
        if note and (note[1] is None or note[1] in marks) and _begins_line(text, span.start):
            found.add(span.start)
    return found if len(found) >= _LEAST_NOTES else set()


def _begins_line(text: str, at: int) -> bool:
    return not text[text.rfind("\n", 0, at) + 1 : at].strip()
