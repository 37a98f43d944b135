"""One quotation in full: its code, where it stands, its memo, and the sentences around it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from rich.text import Text

from tcncode.model import Coding, DocumentEntry
from tcncode.search import around
from tcncode.text.safe import safe, safe_line
from tcncode.tui.palette import Palette

_MOST = 20_000
"""Characters of a quotation that the pane shows."""


def about_quotation(
    coding: Coding,
    entry: DocumentEntry,
    text: str,
    sentences: Sequence[tuple[int, int]],
    palette: Palette,
) -> Text:
    """All there is to read of a coding.

    Args:
        text: its document's.
        sentences: the document's, in order.
    """
    out, span = Text(), coding.span
    out.append(f"{palette.letter(coding.code)} ", palette.stripe(coding.code))
    out.append(palette.names([coding.code]), "bold")
    when = coding.created.replace("T", " ").rstrip("Z")
    said = (entry.name, coding.coder, when, coding.origin, f"{span.start}:{span.end}")
    out.append(safe_line(" · ".join(said)).join((" · ", "\n")), "dim")
    if coding.memo:
        out.append("memo: ", "bold")
        out.append(_shown(coding.memo) + "\n", "italic")
    before, after = _around(coding, sentences)
    out.append(_shown(text[before : span.start]), "dim")
    tint = palette.tint(coding.code, several=False)
    out.append(_shown(text[span.start : min(span.end, span.start + _MOST)]), tint)
    if len(span) > _MOST:
        out.append(f" … {len(span) - _MOST:,} more characters: enter shows them", "bold")
    return out.append(_shown(text[span.end : after]), "dim")


def _around(coding: Coding, sentences: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Where the sentence before a coding begins, and the one after it ends."""
    span = coding.span
    here = around(span, sentences)
    low = bisect_left(sentences, here.start, key=lambda s: s[0])
    high = bisect_left(sentences, here.end, key=lambda s: s[0])
    before = sentences[low - 1][0] if low else here.start
    after = sentences[high][1] if high < len(sentences) else here.end
    return min(before, span.start), max(after, span.end)


def _shown(text: str) -> str:
    """Lines as they can be painted; a tab has no width of its own there."""
    return safe(text).replace("\t", "    ")
