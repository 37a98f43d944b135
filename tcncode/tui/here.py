"""What is coded at the cursor, in words, with its memos: nothing is seen by colour alone."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from rich.text import Text
from textual.widgets import Static

from tcncode.model import Codebook, Coding
from tcncode.text.safe import safe_line
from tcncode.tui.palette import Palette


class Here(Static):
    """Codings at the cursor: code, coder, length, memo."""

    def show(
        self, codings: Sequence[Coding], codebook: Codebook, palette: Palette, text: str
    ) -> None:
        """Show these, the first twenty."""
        if not self.display or not self.size.width:
            return
        names, out = codebook.by_id(), Text()
        if not codings:
            out.append("Nothing is coded here.", "dim")
        for coding in codings[:20]:
            code = names.get(coding.code)
            style = palette.stripe(coding.code) + Style(bold=True)
            out.append(f"{palette.letter(coding.code)} ", style)
            out.append(safe_line(code.path if code else coding.code), "bold")
            words = len(coding.span.of(text).split())
            origin = "" if coding.origin == "by hand" else f", {coding.origin}"
            out.append(f"\n  {words} words, {safe_line(coding.coder)}{origin}\n", "dim")
            if coding.memo:
                out.append(f"  {safe_line(coding.memo)}\n", "italic")
        if len(codings) > 20:
            out.append(f"and {len(codings) - 20} more", "dim")
        self.update(out)
