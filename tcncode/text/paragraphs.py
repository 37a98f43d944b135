"""Paragraphs and headings of a settled text, with footnotes, bullets and hand-wrapped lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from tcncode.text.span import Span
from tcncode.text.turns import TURN, Turn, find_turns

SUPERSCRIPT = "¹²³⁰⁴-⁹"
CLOSERS = r"\"'”’»›“)\]}*_"
_ENDED = re.compile(
    rf"[.!?…:;。！？؟۔।][{CLOSERS}]*(?:[{SUPERSCRIPT}]+|\[?\d{{1,3}}\]?)?[{CLOSERS}]*$"
)
_BULLET = re.compile(
    r"[•●○▪■◦‣·⁃►✓➢\uf0b7]\s*\S|[–—*+-]\s+\S|\(?\d{1,3}(?:\.\d{1,2})*[.)]\s+\S"
    r"|\(?[a-z][.)]\s+\S|\(?[ivx]{1,4}[.)]\s+\S|#{1,6}\s"
)
_DASHES = "–—*+-"
_RAISED = re.compile(rf"[{SUPERSCRIPT}]+ ?\S")
_NUMBERED = re.compile(r"(\d{1,3})\s+\S")
LEADER = re.compile(r"(?:[•●○▪■◦‣·⁃►✓➢\uf0b7]\s*|[–—*+-]\s+|#{1,6}\s+)")
_LONG = 150
"""Characters: a longer line was not wrapped by hand, so it is a paragraph by itself."""


def paragraphs(text: str, turns: Sequence[Turn] | None = None) -> list[Span]:
    """Paragraphs in order. Bullets, footnotes, table rows and turns each are one.

    Lines that were wrapped by hand belong together, also where an extraction has put a
    blank line after every one of them.

    Args:
        text: a settled text.
        turns: its speaker turns; None to look for them.
    """
    found = find_turns(text) if turns is None else turns
    lines = _lines(text)
    if not lines:
        return []
    begins = {span.start for span, _, _ in found}
    lengths = sorted(len(line.body) for line in lines)
    width = lengths[int(len(lengths) * 0.9)]
    double = _is_double_spaced(lines, width)
    long = [line for line in lines if len(line.body) > 200]
    prose = bool(long) and sum(line.ended for line in long) > 0.7 * len(long)
    out: list[Span] = []
    start, before = lines[0].start, lines[0]
    unfinished = False
    for line in lines[1:]:
        if before.footnote < 0 and not before.ended and len(before.body) > 90:
            unfinished = True
        if line.start in begins or not (
            _is_label_only(before, line, begins) or _goes_on(before, line, width, double, prose)
        ):
            cut = True
        else:
            # After the page break, small letters go on with the footnote before the text.
            cut = unfinished and line.blanks > 0 and not line.footnote
            unfinished = unfinished and not cut
        if cut:
            out.append(Span(start, before.end))
            start = line.start
        before = line
    out.append(Span(start, before.end))
    return out


def find_headings(text: str, blocks: Sequence[Span], found: Sequence[Turn]) -> list[Span]:
    """Short paragraphs without a stop before longer ones; "#" lines in any case."""
    spoken_from = found[0][0].start if found else len(text)
    out = []
    for span, following in zip(blocks, [*blocks[1:], None], strict=False):
        if len(span) > 120 or span.start >= spoken_from or text[span.end - 1] in ",-":
            continue
        body = text[span.start : span.end]
        if body[0] == "#" and body.lstrip("#")[:1].isspace():
            out.append(span)
            continue
        if following is None or len(following) < 80 or len(following) < len(span):
            continue
        first = next((c for c in body if c.isalnum()), "")
        if first.isdigit() and len(span) > 60:  # a footnote
            continue
        marked = LEADER.match(body) or _RAISED.match(body) or "\n" in body or "\t" in body
        if (first.isdigit() or first != first.lower()) and not marked and not _ended(body):
            out.append(span)
    return out


class _Line:
    """A line that is not blank, with what decides whether it goes on from the one before."""

    __slots__ = ("blanks", "body", "end", "ended", "footnote", "indented", "ruled", "start")

    def __init__(self, body: str, start: int, blanks: int, ruled: bool, indented: bool) -> None:
        self.body = body
        self.start = start
        self.end = start + len(body)
        self.blanks = blanks
        self.ruled = ruled
        self.indented = indented
        self.footnote = 0
        self.ended = _ended(body)


def _lines(text: str) -> list[_Line]:
    out: list[_Line] = []
    offset = blanks = 0
    ruled = False
    for raw in text.split("\n"):
        body = raw.strip()
        if body:
            lead = len(raw) - len(raw.lstrip())
            line = _Line(body, offset + lead, blanks, ruled, lead > 0)
            first = body[0]
            before = out[-1] if out else None
            if first.isdigit() or (before is not None and before.footnote > 0):
                line.footnote = _footnote(line, before)
            out.append(line)
            blanks, ruled = 0, False
        else:
            blanks += 1
            # Word's footnote rule, as text extraction leaves it.
            ruled = ruled or len(raw) > 20
        offset += len(raw) + 1
    return out


def _ended(body: str) -> bool:
    """Whether a line ends as a sentence, or what leads to a list, ends."""
    last = body[-1]
    if last.isalpha() or last == ",":
        return False
    return _ENDED.search(body, max(0, len(body) - 16)) is not None


def _footnote(line: _Line, before: _Line | None) -> int:
    """The footnote's number, 0 if the line is none (-1 for one in superscript)."""
    if _RAISED.match(line.body):
        return -1
    if before is None:
        return 0
    found = _NUMBERED.match(line.body)
    number = int(found[1]) if found else 0
    if found and (line.ruled or (before.footnote > 0 and 0 < number - before.footnote < 4)):
        return number
    # A further line of the same footnote; the next page's text comes indented, or later.
    further = not line.indented and (not line.blanks or (line.blanks == 1 and not before.ended))
    return before.footnote if before.footnote > 0 and further else 0


def _is_double_spaced(lines: list[_Line], width: int) -> bool:
    """Whether an extraction put a blank line after every line of wrapped text."""
    if len(lines) < 10 or not 40 <= width <= _LONG:
        return False
    single = [
        (before, line) for before, line in pairwise(lines) if line.blanks == 1 and not line.footnote
    ]
    broken = sum(1 for before, line in single if line.body[0].islower())
    return len(single) > 0.5 * len(lines) and broken > 0.3 * len(single)


def _is_label_only(before: _Line, line: _Line, begins: set[int]) -> bool:
    """Whether ``before`` holds nothing but who speaks, and ``line`` what is said."""
    return (
        before.start in begins
        and line.blanks <= 1
        and len(before.body) < 60
        and (found := TURN.match(before.body)) is not None
        and found.end() == len(before.body)
    )


def _goes_on(before: _Line, line: _Line, width: int, double: bool, prose: bool) -> bool:
    """Whether ``line`` belongs to the paragraph of the line ``before`` it."""
    a, b = before.body, line.body
    if before.footnote != line.footnote or "\t" in a or "\t" in b or a[0] == "#":
        return False
    if line.footnote:
        return line.footnote > 0 and _NUMBERED.match(b) is None
    ended = before.ended
    if _BULLET.match(b) and not (b[0] in _DASHES and not ended and len(a) > max(60, 0.8 * width)):
        return False
    if not line.blanks:
        return len(a) <= _LONG and len(b) <= _LONG
    if double:
        if line.blanks > 1:
            return False
        return len(a) > 0.9 * width or (not ended and (b[0].islower() or len(a) > 0.75 * width))
    # A page break has cut the paragraph: only believable where paragraphs do end in stops.
    return prose and not ended and len(a) > 200 and (b[0].islower() or len(b) > 200)
