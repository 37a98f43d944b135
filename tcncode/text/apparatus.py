"""The apparatus of a text: notes, lists of references, bits of broken lines.

People quote from the body of a document and code that; its notes and references name cities,
networks and declarations without doing anything, and mislead whoever goes by words.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Sequence

import regex

from tcncode.text.paragraphs import SUPERSCRIPT
from tcncode.text.span import Span

_BIT = 24
"""Characters: what is longer is no bit of a line."""
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}’'-]*")
_UNSPACED = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]{3}"
)
"""Scripts without blanks: several words look like one."""
_NOTE = regex.compile(rf"(?:(\d{{1,3}})[ \t]+|[{SUPERSCRIPT}]+[ \t]*)(?=[\p{{Lu}}\p{{Lt}}<“\"‘(h])")
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
"""A paragraph that says this and nothing more begins a list of references or notes."""
_ENTRY = regex.compile(
    rf"^(?:[{SUPERSCRIPT}]|\[\d{{1,3}}\]|\d{{1,3}}\s\S)"
    r"|^.{0,120}?(?:[.,]\s+|\(\s*)(?:(?:1[6-9]|20)\d\d[a-z]?|n\.\s?d\.)\s*[).,:;]"
    r"|https?://|\bdoi\b|\bISBN\b",
    regex.DOTALL,
)
"""What an entry has: a number at its head, a year set off as in a citation, or an address. A year
in prose ("it began in 2015.") is not set off, and "1." may number anything."""
_LAST, _NEEDED = 5, 2
"""A list goes on while of so many paragraphs so many are entries."""


def apparatus(
    text: str, sentences: Sequence[Span], paragraphs: Sequence[Span], headings: Sequence[Span] = ()
) -> list[Span]:
    """The sentences that belong to notes or references, or are bits of a broken line.

    Args:
        sentences: of the text, sorted; likewise the others.
    """
    noted = _notes(text, sentences)
    lists = deque(_lists(text, paragraphs, headings))
    found = []
    for span in sentences:
        while lists and lists[0].end <= span.start:
            lists.popleft()
        listed = bool(lists) and lists[0].start <= span.start
        if listed or span.start in noted or _is_bit(span.of(text)):
            found.append(span)
    return found


def _is_bit(words: str) -> bool:
    """Whether it is one word or none, such as the end of a sentence on another page."""
    if len(words) > _BIT or _UNSPACED.search(words):
        return False
    return len(_WORD.findall(words)) < 2


def _lists(text: str, paragraphs: Sequence[Span], headings: Sequence[Span]) -> Iterator[Span]:
    """From the heading of a list to its last entry; another heading ends it."""
    starts = [heading.start for heading in headings]
    end = 0
    for number, heading in enumerate(paragraphs):
        if heading.start < end or len(heading) > 60 or not _LISTS.fullmatch(heading.of(text)):
            continue
        following = bisect_left(starts, heading.end)
        limit = starts[following] if following < len(starts) else len(text)
        end = _end_of_list(text, paragraphs, number + 1, limit)
        if end:
            yield Span(heading.start, end)


def _end_of_list(text: str, paragraphs: Sequence[Span], first: int, limit: int) -> int:
    """Where the last entry ends; 0 where there is none."""
    end, last = 0, deque[bool](maxlen=_LAST)
    for number in range(first, len(paragraphs)):
        paragraph = paragraphs[number]
        if paragraph.start >= limit:
            break
        last.append(bool(_ENTRY.search(paragraph.of(text))))
        if sum(last) < min(_NEEDED, len(last)):
            break
        if last[-1]:
            end = paragraph.end
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
