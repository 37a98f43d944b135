"""A suggestion to decide on: its place and context, what speaks for it, and by which definition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text

from tcncode.model import Code, DocumentEntry, Suggestion
from tcncode.text import Segment, Span
from tcncode.text.numbers import counted
from tcncode.text.safe import safe_line
from tcncode.tui.boundaries import Passage
from tcncode.tui.palette import Palette
from tcncode.tui.suggestion_list import evidence_lines, marked_passage
from tcncode.tui.units import Units

if TYPE_CHECKING:
    from tcncode.project import Project
    from tcncode.project.suggesting import Record


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read of the document that a suggestion stands in."""

    document: str
    """Its id."""
    text: str
    units: Units
    headings: Sequence[Segment]
    turns: Sequence[Segment]

    @classmethod
    def of(cls, project: Project, document: str) -> Reading:
        """Read a document, given by its id."""
        text = project.text(document)
        found = project.segments(document, "sentence")
        return cls(
            document,
            text,
            Units(text, [(s.span.start, s.span.end) for s in found]),
            project.segments(document, "heading"),
            project.segments(document, "turn"),
        )

    def around(self, span: Span, many: int) -> Span:
        """A stretch with so many sentences before it and after it."""
        before = [s for s in self.units.sentences if s[1] <= span.start][-many:]
        after = [s for s in self.units.sentences if s[0] >= span.end][:many]
        return Span(before[0][0] if before else span.start, after[-1][1] if after else span.end)

    def place(self, offset: int) -> list[str]:
        """The heading above an offset, and who speaks there; where there are such."""
        headings = [h.span.of(self.text) for h in self.headings if h.span.start <= offset]
        said = [t.speaker for t in self.turns if t.span.start <= offset < t.span.end and t.speaker]
        return [" ".join(h.split()) for h in headings[-1:]] + [f"{who} speaks" for who in said]


def about_suggestion(
    suggestion: Suggestion,
    passage: Passage,
    reading: Reading,
    entry: DocumentEntry | None,
    code: Code | None,
    record: Record | None,
    palette: Palette,
    *,
    around: int,
) -> Text:
    """All that the decision rests on.

    Args:
        passage: what accepting would code.
        record: how the coder has answered the code's suggestions; None before the first.
        around: how many sentences to show before and after.
    """
    s, name = suggestion, palette.names([suggestion.code])
    out = Text()
    out.append(f"{palette.letter(s.code)} {name}", palette.stripe(s.code) + Style(bold=True))
    out.append(f"  {s.score:.2f}", "bold")
    told = f"right {record.accepted} of {record.answered}" if record else "none answered"
    out.append(f"  {told} so far")
    places = [entry.name, entry.network or ""] if entry else [s.document]
    places += reading.place(s.span.start)
    out.append(f"\n{safe_line(' · '.join(p for p in places if p))}\n\n", "dim")
    tint = palette.tint(s.code, several=False)
    shown = reading.around(passage.span, around)
    marked = marked_passage(reading.text, shown, passage.span, s, tint, passage.moving)
    # Empty lines would push what speaks for it out of sight, in a double-spaced text most of all.
    out.append_text(Text("\n").join(line for line in marked.split("\n") if line.plain.strip()))
    words = len(passage.span.of(reading.text).split())
    changed = "" if passage.span == s.span else ", boundaries changed"
    out.append(f"\n\n[...] is coded: {counted(words, 'word')}{changed}\n", "dim")
    for line in evidence_lines(s):
        out.append_text(line).append("\n")
    for head, text in (("Is", code.definition), ("Is not", code.when_not)) if code else ():
        if text:
            out.append(f"\n{head}: ", "bold").append(safe_line(" ".join(text.split())))
    return out
