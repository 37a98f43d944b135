"""Open suggestions of the open document, in the order of the text, with what speaks for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tcncode.model import NO_WORDS, Codebook, Suggestion
from tcncode.text import Span
from tcncode.text.safe import safe, safe_line
from tcncode.tui.palette import Palette


class SuggestionList(OptionList):
    """Suggestions to go through. Whoever holds it decides what an answer does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "answer(True)", "Accept", id="suggestions.accept"),
        Binding("d", "answer(False)", "Reject", id="suggestions.reject"),
        Binding("j", "cursor_down", "Next", show=False, id="suggestions.down"),
        Binding("k", "cursor_up", "Previous", show=False, id="suggestions.up"),
    ]

    @dataclass
    class Answered(Message):
        """The coder accepts or rejects the highlighted suggestion."""

        suggestion_list: SuggestionList
        suggestion: Suggestion
        accepted: bool

        @property
        def control(self) -> SuggestionList:
            """The list it came from, so that ``@on`` can select by id."""
            return self.suggestion_list

    @dataclass
    class Visited(Message):
        """A suggestion is highlighted (``stay``) or chosen: show its sentence."""

        suggestion_list: SuggestionList
        suggestion: Suggestion
        stay: bool

        @property
        def control(self) -> SuggestionList:
            """The list it came from."""
            return self.suggestion_list

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.suggestions: list[Suggestion] = []

    def show(
        self,
        suggestions: Sequence[Suggestion],
        codebook: Codebook,
        palette: Palette,
        quote: Callable[[Suggestion], str],
    ) -> None:
        """List these; the highlight stays in its place in the list."""
        place = self.highlighted or 0
        self.suggestions = sorted(suggestions, key=lambda s: (s.span.start, -s.score, s.code))
        names = codebook.by_id()
        self.clear_options()
        options = []
        for suggestion in self.suggestions:
            line = Text(no_wrap=True, overflow="ellipsis")
            style = palette.stripe(suggestion.code) + Style(bold=True)
            line.append(f"{palette.letter(suggestion.code)} {suggestion.score:.2f} ", style)
            code = names.get(suggestion.code)
            line.append(safe_line(code.path if code else suggestion.code), "bold")
            words = evidence_words(suggestion)
            line.append(f"\n  {words}" if words else "\n  (no words given)", "italic")
            line.append(f"\n  {safe_line(quote(suggestion))}", "dim")
            options.append(Option(line, id=suggestion.id))
        self.add_options(options)
        with self.prevent(OptionList.OptionHighlighted):
            self.highlighted = min(place, len(options) - 1) if options else None

    def follow(self, suggestion: Suggestion) -> None:
        """Put the highlight on one of them, in sight; nothing else moves."""
        place = self.suggestions.index(suggestion) if suggestion in self.suggestions else None
        if place is not None and place != self.highlighted:
            with self.prevent(OptionList.OptionHighlighted):
                self.highlighted = place

    def action_answer(self, accepted: bool) -> None:
        """Answer the highlighted one."""
        if self.highlighted is not None and self.suggestions:
            self.post_message(self.Answered(self, self.suggestions[self.highlighted], accepted))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Moving in the list moves the text."""
        event.stop()
        if self.has_focus:
            self.post_message(self.Visited(self, self.suggestions[event.option_index], True))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click goes there."""
        event.stop()
        self.post_message(self.Visited(self, self.suggestions[event.option_index], False))


def evidence_words(suggestion: Suggestion) -> str:
    """The words that speak for it, and with a minus those that speak against."""
    words = ", ".join(
        dict.fromkeys(
            ("− " if part.kind == "negative cue" else "") + safe_line(part.words)
            for part in suggestion.evidence
            if part.kind not in NO_WORDS
        )
    )
    whole = any(part.kind == "sentence" for part in suggestion.evidence)
    return words or ("the sentence as a whole" if whole else "")


def evidence_lines(suggestion: Suggestion) -> list[Text]:
    """What speaks for and against it, a line each, heaviest first: weight, words, and why."""
    order = {"cue": 0, "negative cue": 1, "word": 2, "sentence": 3}
    parts = sorted(suggestion.evidence, key=lambda e: (order.get(e.kind, 4), -e.weight, e.span))
    lines = []
    for part in parts:
        line = Text(overflow="ellipsis", no_wrap=True)
        words = f"“{' '.join(safe_line(part.words).split())}”"
        if part.kind == "sentence":
            line.append(f" {part.weight:.2f} ", "bold").append("the sentence by itself")
            line.append(f"  by {safe_line(part.detail)}: {words}", "dim")
        elif part.kind in order:
            against = part.kind == "negative cue"
            line.append(f"{'−' if against else '+'}{part.weight:.2f} ", "bold")
            line.append(words, _EVIDENCE[part.kind])
            line.append("  speaks against" if against else "")
            if part.detail.startswith("["):
                line.append("  by a pattern of words", "dim")
            elif part.kind == "word":
                line.append("  as in passages of this code", "dim")
            elif part.detail.casefold() != part.words.casefold():
                line.append(f"  by the cue “{safe_line(part.detail)}”", "dim")
        else:
            line.append("      ").append(words, _EVIDENCE[part.kind])
            line.append(f"  {part.kind}: {safe_line(part.detail)}", "dim")
        lines.append(line)
    return lines


_EVIDENCE = {
    "cue": Style(bold=True, underline=True),
    "negative cue": Style(strike=True, bold=True),
    "network": Style(italic=True),
    "city": Style(italic=True),
    "entity": Style(italic=True),
    "word": Style(underline=True),
    "sentence": Style(),
    "near": Style(),
}
"""How evidence looks in its sentence; no colour, so that the code's own tint is seen."""


def marked_passage(
    text: str, shown: Span, coded: Span, suggestion: Suggestion, tint: Style, moving: str
) -> Text:
    """A stretch of the text with what will be coded between brackets, and evidence in place.

    Args:
        shown: how much of the text.
        coded: what accepting will code.
        moving: ``start`` or ``end``: the boundary that keys move, shown in reverse.
    """
    line = Text().append(_flat(text[shown.start : coded.start]), "dim")
    opens = Style(bold=True, reverse=moving == "start")
    closes = Style(bold=True, reverse=moving == "end")
    line.append("[", opens)
    inside = Text(_flat(coded.of(text)), tint)
    for part in suggestion.evidence:
        start, end = part.span.start - coded.start, part.span.end - coded.start
        if end > 0 and start < len(coded):
            inside.stylize(_EVIDENCE[part.kind], max(start, 0), min(end, len(coded)))
    line.append_text(inside)
    line.append("]", closes)
    line.append(_flat(text[coded.end : shown.end]), "dim")
    return line


def _flat(words: str) -> str:
    """For the screen, one character for one: a line end within a paragraph is a blank."""
    return re.sub(r"(?<!\n)\n(?!\n)", " ", safe(words)).replace("\t", " ")
