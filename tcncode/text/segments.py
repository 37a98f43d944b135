"""Everything the import finds in a settled text: pages, turns, headings, paragraphs, sentences.

Computed once, at import, and stored. Everything is a stretch of the text as it stands: a
footnote that the page layout put into the middle of a sentence is a paragraph of its own, so
that sentence comes in two pieces. Own code rather than a trained splitter: it needs no model,
takes linear time, and knows footnote numbers, bullets and transcripts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tcncode.text.paragraphs import find_headings, paragraphs
from tcncode.text.sentences import sentences
from tcncode.text.span import Segment, SegmentKind, Span
from tcncode.text.turns import Turn, find_turns


def segment(
    text: str,
    *,
    pages: Sequence[Span] = (),
    turns: Sequence[Turn] = (),
    headings: Sequence[Span] = (),
    transcript: bool | None = None,
    language: str | None = None,
) -> list[Segment]:
    """Everything the import finds in a text, by place; the wider of two comes first.

    Args:
        text: a settled text.
        pages: where the pages are, as far as the format says it; else form feeds do.
        turns: speaker turns, as far as the format says them; else they are looked for.
        headings: likewise.
        transcript: whether the text is a transcript, where the caller knows.
        language: two-letter code, if known.
    """
    spoken = list(turns) or find_turns(text, transcript=transcript)
    blocks = paragraphs(text, spoken)
    heads = list(headings) or find_headings(text, blocks, spoken)
    split = sentences(text, language, blocks, spoken)
    out = [
        Segment("turn", number, span, label, seconds)
        for number, (span, label, seconds) in enumerate(spoken, 1)
    ]
    kinds: list[tuple[SegmentKind, Iterable[Span]]] = [
        ("page", list(pages) or _form_feeds(text)),
        ("heading", heads),
        ("paragraph", blocks),
        ("sentence", split),
    ]
    for kind, spans in kinds:
        out += [Segment(kind, number, span) for number, span in enumerate(spans, 1)]
    out.sort(key=lambda part: (part.span.start, -part.span.end))
    return out


def _form_feeds(text: str) -> list[Span]:
    if "\f" not in text:
        return []
    found = (m.span() for m in re.finditer(r"[^\f]+", text))
    return [Span(start, end) for start, end in found if text[start:end].strip()]
