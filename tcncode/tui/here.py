"""What is coded at the cursor, in words, with its memos: nothing is seen by colour alone."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from rich.text import Text
from textual.widgets import Static

from tcncode.model import Codebook, Coding, Suggestion
from tcncode.text.numbers import counted
from tcncode.text.safe import safe_line
from tcncode.tui.palette import Palette


class Here(Static):
    """Codings at the cursor: code, coder, length, memo."""

    def show(
        self,
        codings: Sequence[Coding],
        codebook: Codebook,
        palette: Palette,
        text: str,
        suggested: Sequence[Suggestion] = (),
    ) -> None:
        """Show these, the first twenty; before them, by which definition a code is suggested."""
        if not self.display or not self.size.width:
            return
        names, out = codebook.by_id(), Text()
        for suggestion in suggested[:2]:
            code = names.get(suggestion.code)
            style = palette.stripe(suggestion.code) + Style(bold=True)
            out.append("? ", "bold").append(f"{palette.letter(suggestion.code)} ", style)
            out.append(safe_line(code.path if code else suggestion.code), "bold")
            out.append(f" {suggestion.score:.2f}, suggested\n", "dim")
            for head, words in (("", code.definition), ("Not: ", code.when_not)) if code else ():
                if words.strip():
                    out.append(f"  {head}{safe_line(' '.join(words.split()))}\n")
        if not codings and not suggested:
            out.append("Nothing is coded here.", "dim")
        for coding in codings[:20]:
            code = names.get(coding.code)
            style = palette.stripe(coding.code) + Style(bold=True)
            out.append(f"{palette.letter(coding.code)} ", style)
            out.append(safe_line(code.path if code else coding.code), "bold")
            many = len(coding.span.of(text).split())
            origin = "" if coding.origin == "by hand" else f", {coding.origin}"
            out.append(f"\n  {counted(many, 'word')}, {safe_line(coding.coder)}{origin}\n", "dim")
            if coding.memo:
                out.append(f"  {safe_line(coding.memo)}\n", "italic")
        if len(codings) > 20:
            out.append(f"and {len(codings) - 20} more", "dim")
        self.update(out)
