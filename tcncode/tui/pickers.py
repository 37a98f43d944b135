"""Small windows that ask for one thing: a code, a coding, a place, words to find."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.fuzzy import Matcher
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from tcncode.model import Codebook, Coding
from tcncode.search import fold
from tcncode.text.safe import safe_line
from tcncode.tui.palette import Palette

_CANCEL = Binding("escape", "dismiss(None)", "Cancel", id="picker.cancel")


NEW = "+"
"""What a picked code begins with that is not in the codebook yet."""


class CodePicker(ModalScreen[str | None]):
    """Every code, sub-codes too, narrowed by typing; gives the path of the chosen one.

    With ``creates``, what no code is called can be picked too: then it gives ``NEW`` and the
    words typed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        _CANCEL,
        Binding("down", "step(1)", "Next", show=False, id="picker.down"),
        Binding("up", "step(-1)", "Previous", show=False, id="picker.up"),
    ]

    def __init__(
        self, codebook: Codebook, palette: Palette, asks: str, *, creates: bool = False
    ) -> None:
        super().__init__()
        self._codebook, self._palette, self._asks = codebook, palette, asks
        self._creates = creates
        self._found: list[str] = []

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
        self._found = [code.path for code in codes]
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
        if query and self._creates:
            self._found.append(NEW + query)
            options.add_option(Option(Text(f'+ new code "{query}"', style="italic")))
        options.highlighted = 0 if self._found else None

    def action_step(self, step: int) -> None:
        """Move in the list while typing."""
        options = self.query_one(OptionList)
        if options.option_count:
            options.highlighted = ((options.highlighted or 0) + step) % options.option_count

    @on(Input.Submitted)
    def _take(self) -> None:
        place = self.query_one(OptionList).highlighted
        self.dismiss(None if place is None else self._found[place])

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._found[event.option_index])


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


class LinePicker(ModalScreen[int | None]):
    """One of some lines, by digit, by arrows or narrowed by typing; gives its number from 0."""

    BINDINGS: ClassVar[list[BindingType]] = [
        _CANCEL,
        Binding("down", "step(1)", "Next", show=False, id="lines.down"),
        Binding("up", "step(-1)", "Previous", show=False, id="lines.up"),
    ]

    def __init__(
        self, asks: str, lines: Sequence[Text], *, at: int = 0, digits: bool = False
    ) -> None:
        """``at``: the line highlighted first. ``digits``: a digit takes a line, no filter."""
        super().__init__()
        self._asks, self._lines, self._at, self._digits = asks, lines, at, digits
        self._found = list(range(len(lines)))

    def compose(self) -> ComposeResult:
        """The question, the filter, the lines."""
        with Vertical(classes="window"):
            yield Label(Text(safe_line(self._asks)), classes="asks")
            if not self._digits:
                yield Input(placeholder="part of a line")
            yield OptionList()

    def on_mount(self) -> None:
        """Show all."""
        self._show("")
        options = self.query_one(OptionList)
        options.highlighted = self._at if self._lines else None
        if self._digits:
            options.focus()

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        self._show(event.value.strip())

    def _show(self, query: str) -> None:
        wanted = fold(query)[0].split()
        folded = [fold(line.plain)[0] for line in self._lines] if wanted else []
        self._found = [
            n for n in range(len(self._lines)) if all(word in folded[n] for word in wanted)
        ]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([Option(self._numbered(n)) for n in self._found])
        options.highlighted = 0 if self._found else None

    def _numbered(self, number: int) -> Text:
        line = self._lines[number]
        if not self._digits:
            return line
        mark = str(number + 1) if number < 9 else " "
        return Text.assemble((f"{mark} ", "bold"), line, no_wrap=True, overflow="ellipsis")

    def on_key(self, event: events.Key) -> None:
        """A digit takes its line."""
        if self._digits and event.character and event.character in "123456789":
            place = int(event.character) - 1
            if place < len(self._lines):
                event.stop()
                self.dismiss(place)

    def action_step(self, step: int) -> None:
        """Move in the list while typing."""
        options = self.query_one(OptionList)
        if options.option_count:
            options.highlighted = ((options.highlighted or 0) + step) % options.option_count

    @on(Input.Submitted)
    def _take(self) -> None:
        place = self.query_one(OptionList).highlighted
        self.dismiss(None if place is None else self._found[place])

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._found[event.option_index])


class NewCodeWindow(ModalScreen[tuple[str, str] | None]):
    """A name for a new code, and the code it goes under; gives both (under: "" for the top)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        _CANCEL,
        Binding("down", "step(1)", "Next", show=False, id="newcode.down"),
        Binding("up", "step(-1)", "Previous", show=False, id="newcode.up"),
    ]

    def __init__(self, name: str, codebook: Codebook, palette: Palette, under: str = "") -> None:
        super().__init__()
        self._name, self._palette = name, palette
        self._codes = list(codebook.codes)
        self._under = ["", *(code.path for code in self._codes)]
        self._at = self._under.index(under) if under in self._under else 0

    def compose(self) -> ComposeResult:
        """The name, then the place."""
        with Vertical(classes="window"):
            yield Label("A new code. Its name:", classes="asks")
            yield Input(self._name, select_on_focus=True)
            yield Label("Under (arrows choose, enter makes it):", classes="hint")
            yield OptionList()

    def on_mount(self) -> None:
        """The codes it may go under."""
        lines = [Text("at the top")]
        for code in self._codes:
            line = Text("  " * code.depth, no_wrap=True, overflow="ellipsis")
            line.append(self._palette.letter(code.id), self._palette.stripe(code.id))
            line.append(f" {safe_line(code.path)}")
            lines.append(line)
        options = self.query_one(OptionList)
        options.add_options([Option(line) for line in lines])
        options.highlighted = self._at

    def action_step(self, step: int) -> None:
        """Move in the list while the name is being typed."""
        options = self.query_one(OptionList)
        options.highlighted = ((options.highlighted or 0) + step) % options.option_count

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def _take(self) -> None:
        name = self.query_one(Input).value.strip()
        if name:
            self.dismiss((name, self._under[self.query_one(OptionList).highlighted or 0]))
