"""Open suggestions of the open document, in the order of the text, with what speaks for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tcncode.model import Codebook, Suggestion
from tcncode.text.safe import safe_line
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
    return ", ".join(
        dict.fromkeys(
            ("− " if part.kind == "negative cue" else "") + safe_line(part.words)
            for part in suggestion.evidence
        )
    )
