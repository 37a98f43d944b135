"""Small windows that ask for one thing: a code, one of several codings, words to find."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.fuzzy import Matcher
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from tcncode.model import Code, Codebook, Coding
from tcncode.text.safe import safe_line
from tcncode.tui.palette import Palette

_CANCEL = Binding("escape", "dismiss(None)", "Cancel", id="picker.cancel")


class CodePicker(ModalScreen[str | None]):
    """Every code, sub-codes too, narrowed by typing; gives the path of the chosen one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        _CANCEL,
        Binding("down", "step(1)", "Next", show=False, id="picker.down"),
        Binding("up", "step(-1)", "Previous", show=False, id="picker.up"),
    ]

    def __init__(self, codebook: Codebook, palette: Palette, asks: str) -> None:
        super().__init__()
        self._codebook, self._palette, self._asks = codebook, palette, asks
        self._found: list[Code] = []

    def compose(self) -> ComposeResult:
        """What Enter will do, the filter, the codes."""
        with Vertical(classes="window"):
            yield Label(Text(self._asks), classes="asks")
            yield Input(placeholder="part of a code's name")
            yield OptionList()

    def on_mount(self) -> None:
        """Show all."""
        self._show("")

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        self._show(event.value.strip())

    def _show(self, query: str) -> None:
        codes = list(self._codebook.codes)
        if query:
            match = Matcher(query).match
            # A code's own key, typed alone, goes before any name with that digit in it.
            scores = {
                code.path: 100.0
                if query == str(code.key)
                else max(match(code.path), match(code.name))
                for code in codes
            }
            codes = sorted(
                (code for code in codes if scores[code.path] > 0), key=lambda c: -scores[c.path]
            )
        self._found = codes
        options = self.query_one(OptionList)
        options.clear_options()
        for code in codes:
            line = Text(no_wrap=True, overflow="ellipsis")
            line.append(
                self._palette.letter(code.id), self._palette.stripe(code.id) + Style(bold=True)
            )
            line.append(f" {safe_line(code.path)}", "bold")
            line.append(f"  {safe_line(code.definition)}", "dim")
            options.add_option(Option(line))
        options.highlighted = 0 if codes else None

    def action_step(self, step: int) -> None:
        """Move in the list while typing."""
        options = self.query_one(OptionList)
        if options.option_count:
            options.highlighted = ((options.highlighted or 0) + step) % options.option_count

    @on(Input.Submitted)
    def _take(self) -> None:
        place = self.query_one(OptionList).highlighted
        self.dismiss(None if place is None else self._found[place].path)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._found[event.option_index].path)


class CodingPicker(ModalScreen[str | None]):
    """One of the codings on a passage; gives its id."""

    BINDINGS: ClassVar[list[BindingType]] = [
        _CANCEL,
        *(Binding(str(n), f"take({n - 1})", show=False, id=f"picker.{n}") for n in range(1, 10)),
    ]

    def __init__(
        self, codings: Sequence[Coding], codebook: Codebook, palette: Palette, asks: str, text: str
    ) -> None:
        super().__init__()
        self._codings, self._palette, self._asks, self._text = codings, palette, asks, text
        self._names = codebook.by_id()

    def compose(self) -> ComposeResult:
        """The question and the codings, each with a digit."""
        options = []
        for number, coding in enumerate(self._codings, 1):
            code = self._names.get(coding.code)
            line = Text(f"{number} ", no_wrap=True, overflow="ellipsis")
            line.append(
                safe_line(code.path if code else coding.code),
                self._palette.stripe(coding.code) + Style(bold=True),
            )
            line.append(f"  {safe_line(self._text[coding.span.start : coding.span.end])[:200]}")
            options.append(Option(line))
        with Vertical(classes="window"):
            yield Label(Text(self._asks), classes="asks")
            yield OptionList(*options)

    def action_take(self, place: int) -> None:
        """By digit."""
        if place < len(self._codings):
            self.dismiss(self._codings[place].id)

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._codings[event.option_index].id)


class FindWindow(ModalScreen[str | None]):
    """Words to look for in the open document."""

    BINDINGS: ClassVar[list[BindingType]] = [_CANCEL]

    def __init__(self, last: str = "") -> None:
        super().__init__()
        self._last = last

    def compose(self) -> ComposeResult:
        """One line."""
        with Vertical(classes="window"):
            yield Label("Find in this document (n next, N previous)", classes="asks")
            yield Input(self._last, select_on_focus=True)

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)
