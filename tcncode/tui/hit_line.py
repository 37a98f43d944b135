"""A hit in one line: the codes it has already, its likeness, and its words in their context."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.style import Style

from tcncode.search import keyword_in_context
from tcncode.text import Span
from tcncode.text.safe import safe_line
from tcncode.tui.long_list import Piece
from tcncode.tui.palette import Palette, fit


def hit_line(
    span: Span, text: str, codes: Sequence[str], score: float | None, palette: Palette, width: int
) -> list[Piece]:
    """The words of a span of a text, between what stands around them.

    Args:
        codes: ids of the codes that it has already.
        score: likeness, 0 to 100; None where a hit is a hit.
        width: cells there are.
    """
    pieces = _letters(codes, palette)
    if score is not None:
        pieces.append((f"{score:3.0f} ", Style(dim=True)))
    room = max(width - sum(cell_len(said) for said, _ in pieces), 20)
    words = fit(safe_line(keyword_in_context(text, span, 0)[1]), room * 2 // 3)
    left = min(room * 2 // 5, room - cell_len(words))
    before = safe_line(keyword_in_context(text, span, left)[0])
    after = safe_line(keyword_in_context(text, span, room)[2])
    return [
        *pieces,
        (_right(before, left), Style()),
        (words, Style(bold=True, underline=True)),
        (after, Style()),
    ]


def _letters(codes: Sequence[str], palette: Palette) -> list[Piece]:
    """The letters of codes, in three cells."""
    pieces = [(palette.letter(c), palette.stripe(c) + Style(bold=True)) for c in codes[:2]]
    if len(codes) > 2:
        pieces = [pieces[0], ("+", Style(bold=True))]
    return [*pieces, (" " * (3 - len(pieces)), Style())]


def _right(text: str, width: int) -> str:
    """The end of a line in so many cells, to the right."""
    while cell_len(text) > width:
        text = text[max(1, (cell_len(text) - width) // 2) :]
    return " " * (width - cell_len(text)) + text
