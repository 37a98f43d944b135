"""Small windows that ask for one of some things: a code, a coding, a line, a code's place."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import ClassVar, TypeVar

from rich.style import Style
from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.fuzzy import Matcher
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from tcncode.model import Code, Codebook, Coding
from tcncode.search import fold
from tcncode.text.safe import safe_line
from tcncode.tui.palette import Palette
from tcncode.tui.windows import Window

NEW = "+"
"""What a picked code begins with that is not in the codebook yet."""
_CANCEL = Binding("escape", "dismiss(None)", "Cancel", id="picker.cancel")
_NONE = "Nothing fits what is typed; esc leaves."
_WHOLE = 1e6
"""The score of a whole name: above that of any beginning."""
Picked = TypeVar("Picked")


class OptionsWindow(Window[Picked]):
    """A line to type and options under it; arrows move in the options while one types."""

    DEFAULT_CSS = "OptionsWindow { align: center middle; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        _CANCEL,
        Binding("down", "step(1)", "Next", show=False, id="picker.down"),
        Binding("up", "step(-1)", "Previous", show=False, id="picker.up"),
    ]

    def action_step(self, step: int) -> None:
        """Move in the options while typing."""
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            options.highlighted = (options.highlighted + step) % options.option_count


class Picker(OptionsWindow[Picked | None]):
    """Offers what fits the words typed, and gives the marked one.

    What there is to offer is up to the classes built on this one.
    """

    def __init__(self, asks: str, *, hint: str) -> None:
        super().__init__()
        self._asks, self._hint = asks, hint
        self._found: list[Picked] = []

    def compose(self) -> ComposeResult:
        """What Enter will do, the line, the options."""
        with Vertical(classes="window"):
            yield Label(Text(safe_line(self._asks)), classes="asks")
            yield Input(placeholder=self._hint)
            yield OptionList()

    def on_mount(self) -> None:
        """Offer everything."""
        self._offer("")

    def offers(self, query: str) -> Iterable[tuple[Picked, Text]]:
        """What fits the words typed, best first, and how it is shown."""
        raise NotImplementedError

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        self._offer(event.value.strip())

    def _offer(self, query: str) -> None:
        offered = list(self.offers(query))
        self._found = [picked for picked, _ in offered]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([Option(line) for _, line in offered])
        if not offered:
            options.add_option(Option(_NONE, disabled=True))
        options.highlighted = 0 if offered else None

    @on(Input.Submitted)
    def _take(self) -> None:
        place = self.query_one(OptionList).highlighted
        if place is not None:
            self.dismiss(self._found[place])

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._found[event.option_index])


class CodePicker(Picker[str]):
    """Every code, sub-codes too; gives the path of the chosen one.

    With ``creates``, what no code is called can be picked too: then it gives ``NEW`` and the
    words typed.
    """

    def __init__(
        self, codebook: Codebook, palette: Palette, asks: str, *, creates: bool = False
    ) -> None:
        super().__init__(asks, hint="part of a code's name")
        self._codebook, self._palette, self._creates = codebook, palette, creates

    def offers(self, query: str) -> Iterable[tuple[str, Text]]:
        """Codes with such a name, and what could be a new one."""
        for code in _matching(self._codebook.codes, query) if query else self._codebook.codes:
            line = Text(no_wrap=True, overflow="ellipsis")
            line.append(
                self._palette.letter(code.id), self._palette.stripe(code.id) + Style(bold=True)
            )
            line.append(f" {safe_line(code.path)}", "bold")
            if _plain(code.name) != _plain(code.path.rpartition("/")[2]):
                line.append(f" {safe_line(code.name)}")  # it is found by that, too
            yield code.path, line.append(f"  {safe_line(code.definition)}", "dim")
        if query and self._creates:
            yield NEW + query, Text(f'+ new code "{query}"', style="italic")


def _matching(codes: Iterable[Code], query: str) -> list[Code]:
    match, wanted = Matcher(query).match, _plain(query)

    def score(code: Code) -> float:
        # A code's own key, typed alone, goes before any name with that digit in it.
        if query == str(code.key):
            return math.inf
        if wanted in (_plain(code.path), _plain(code.path.rpartition("/")[2]), _plain(code.name)):
            return _WHOLE
        return max(match(code.path), match(code.name))

    scored = [(score(code), code) for code in codes]
    return [c for score, c in sorted(scored, key=lambda pair: -pair[0]) if score > 0]


def _plain(name: str) -> str:
    """A name as it is typed: small letters, and a hyphen or a blank are the same."""
    return name.casefold().replace("-", " ").replace("_", " ").strip()


class LinePicker(Picker[int]):
    """One of some lines, by digit, by arrows or narrowed by typing; gives its number from 0."""

    def __init__(
        self, asks: str, lines: Sequence[str | Text], *, at: int = 0, digits: bool = False
    ) -> None:
        """``at``: the line highlighted first. ``digits``: a digit takes a line, no filter."""
        super().__init__(asks, hint="type to narrow, enter takes the marked one")
        self._lines = [
            Text(safe_line(line), no_wrap=True, overflow="ellipsis")
            if isinstance(line, str)
            else line
            for line in lines
        ]
        self._at, self._digits = at, digits

    def on_mount(self) -> None:
        """Offer all, one of them marked."""
        self.query_one(Input).display = not self._digits
        self._offer("")
        options = self.query_one(OptionList)
        options.highlighted = self._at if self._lines else None
        if self._digits:
            options.focus()

    def offers(self, query: str) -> Iterable[tuple[int, Text]]:
        """The lines with all of these words."""
        wanted = fold(query)[0].split()
        for number, line in enumerate(self._lines):
            folded = fold(line.plain)[0] if wanted else ""
            if all(word in folded for word in wanted):
                yield number, self._numbered(number)

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


class CodingPicker(Window[str | None]):
    """One of the codings on a passage, by digit or arrows; gives its id."""

    DEFAULT_CSS = "CodingPicker { align: center middle; }"
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


class NewCodeWindow(OptionsWindow[tuple[str, str] | None]):
    """A name for a new code, and the code it goes under; gives both (under: "" for the top)."""

    def __init__(self, name: str, codebook: Codebook, palette: Palette, under: str = "") -> None:
        super().__init__()
        self._name, self._palette = name, palette
        self._codes = list(codebook.codes)
        self._places = ["", *(code.path for code in self._codes)]
        self._at = self._places.index(under) if under in self._places else 0

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
            lines.append(line.append(f" {safe_line(code.path)}"))
        options = self.query_one(OptionList)
        options.add_options([Option(line) for line in lines])
        options.highlighted = self._at

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def _make(self) -> None:
        name = self.query_one(Input).value.strip()
        if name:
            self.dismiss((name, self._places[self.query_one(OptionList).highlighted or 0]))
