"""Small windows of the codebook screen: a colour, the texts of a code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList, TextArea
from textual.widgets.option_list import Option

from tcncode.codebook.colours import MEASURED
from tcncode.model import Code
from tcncode.text.safe import safe_line
from tcncode.tui.drafts import Draft, Drafting


class ColourWindow(ModalScreen[str | None]):
    """A colour: one of those that were measured to be far apart, or any. Gives one or two words."""

    CSS = "ColourWindow { align: center middle; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", id="colour.cancel"),
    ]

    def __init__(self, code: Code, taken: Mapping[str, str]) -> None:
        """``taken``: colour on a dark ground to the path of the code that has it."""
        super().__init__()
        self._code, self._taken = code, taken

    def compose(self) -> ComposeResult:
        """The measured ones, and a line for another."""
        options = []
        for name, dark, light in MEASURED:
            line = Text(no_wrap=True)
            line.append("██ ", style=Style(color=dark))
            line.append("██ ", style=Style(color=light))
            line.append(f"{name:<8} {dark} {light}")
            if dark in self._taken:
                line.append(f"  {safe_line(self._taken[dark])}", style="dim")
            options.append(Option(line))
        with Vertical(classes="window"):
            yield Label(Text(f"Colour of {safe_line(self._code.path)}"), classes="asks")
            yield OptionList(*options)
            yield Input(placeholder="tab: #rrggbb, or two: on dark, on light")

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(MEASURED[event.option_index][1])

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip() or None)


class TextsWindow(Drafting[dict[str, str] | None]):
    """What a code means. Gives the texts that were changed, by field; None to leave them."""

    CSS = """
    TextsWindow { align: center middle; }
    TextsWindow VerticalScroll { height: 1fr; }
    TextsWindow .window TextArea { height: 5; }
    TextsWindow .window TextArea:focus { border: none; padding: 0; background: $boost; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "keep", "Go on", priority=True, id="texts.keep"),
        Binding("ctrl+r", "drop", "Leave as it was", priority=True, id="texts.drop"),
    ]
    FIELDS: ClassVar[Mapping[str, str]] = {
        "definition": "Definition",
        "when_to_use": "When to use it",
        "when_not": "When not",
        "example": "Example, in your own words",
    }

    def __init__(self, code: Code, draft: Draft) -> None:
        """``draft`` is where unkept texts are; whoever keeps what comes out drops it then."""
        super().__init__()
        self._code, self.draft = code, draft
        self._unkept = self._restored(draft.words())

    def _restored(self, words: str | None) -> dict[str, str]:
        try:
            found = json.loads(words or "{}")
        except ValueError:
            return {}
        known = {**self.FIELDS, "purpose": ""}
        return {
            field: str(text) for field, text in found.items()
            if field in known and text != getattr(self._code, field)
        }  # fmt: skip

    def compose(self) -> ComposeResult:
        """One below the other; tab goes from each to the next."""
        with Vertical(classes="window tall"):
            yield Label(Text(safe_line(self._code.path)), classes="asks")
            if self._unkept and self.draft is not None:
                said = f"Unkept words of {self.draft.since()} restored; ctrl+r drops them."
                yield Label(said, id="restored")
            with VerticalScroll(can_focus=False):
                yield Label("Purpose", classes="hint")
                yield Input(safe_line(self._text("purpose")), id="text-purpose")
                for field, words in self.FIELDS.items():
                    yield Label(words, classes="hint")
                    area = TextArea(self._text(field), id=f"text-{field}")
                    area.cursor_blink = False
                    yield area
            yield Label("tab next   esc goes on   ctrl+r leaves all as it was", classes="hint")

    def on_mount(self) -> None:
        """Most often it is the definition that is to be written."""
        self.query_one("#text-definition").focus()

    def _text(self, field: str) -> str:
        return self._unkept.get(field, str(getattr(self._code, field)))

    @property
    def unkept(self) -> str:
        """What would be left unkept if the program were left now."""
        return f"what you wrote on {self._code.path}" if self._changed() else ""

    @on(TextArea.Changed)
    @on(Input.Changed)
    def _typing(self) -> None:
        self.typing()

    def written(self) -> str | None:
        """The texts that were changed, as JSON."""
        changed = self._changed()
        return json.dumps(changed) if changed else None

    def action_keep(self) -> None:
        """Close with what was changed."""
        self.put_draft()
        self.dismiss(self._changed() or None)

    def action_drop(self) -> None:
        """Close; all texts stay as they were."""
        self.drop_draft()
        self.dismiss(None)

    def _changed(self) -> dict[str, str]:
        texts = {field: self.query_one(f"#text-{field}", TextArea).text for field in self.FIELDS}
        texts["purpose"] = self.query_one("#text-purpose", Input).value.strip()
        return {f: text for f, text in texts.items() if text != getattr(self._code, f)}
