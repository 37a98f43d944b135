"""What is said of a document: name, network, kind, date, language, its speakers' roles."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.suggester import SuggestFromList
from textual.widgets import Input, Label, Static

from tcncode.model import DOCUMENT_KINDS, SPEAKER_ROLES, DocumentEntry, Speaker
from tcncode.text.safe import safe_line
from tcncode.tui.windows import Window


@dataclass(frozen=True, slots=True)
class Description:
    """What was changed in the window."""

    facts: Mapping[str, str]
    """Any of name, network, kind, date, language, and what was typed."""
    roles: Mapping[str, str]
    """Speaker's label -> role."""

    @property
    def speakers(self) -> str:
        """The roles as ``Project.describe`` takes them."""
        return "; ".join(f"{label}={role}" for label, role in self.roles.items())


class DescribeWindow(Window[Description | None]):
    """A line for each thing that can be said. Gives what was changed; None where it was left.

    ``refuses`` looks at what was typed and says what is wrong with it; the window then stays.
    """

    DEFAULT_CSS = """
    DescribeWindow { align: center middle; }
    DescribeWindow VerticalScroll { height: auto; max-height: 14; }
    DescribeWindow Horizontal { height: 1; }
    DescribeWindow Horizontal Label { width: 24; color: $text-muted; }
    DescribeWindow Horizontal Input { width: 1fr; }
    DescribeWindow #wrong { display: none; height: auto; color: $text-error; text-style: bold; }
    DescribeWindow #wrong.-said { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Leave it as it was", id="describe.cancel"),
        Binding("down", "app.focus_next", "Next line", show=False, id="describe.down"),
        Binding("up", "app.focus_previous", "Line before", show=False, id="describe.up"),
    ]
    HINTS: ClassVar[Mapping[str, str]] = {
        "name": "", "network": "none (a new name adds a network)", "kind": "",
        "date": "none (2019, 2019-05, 2019-05-31)", "language": "none (en, fr, ...)",
    }  # fmt: skip

    def __init__(
        self,
        entry: DocumentEntry,
        network: str,
        speakers: Sequence[Speaker],
        networks: Sequence[str],
        refuses: Callable[[Description], str | None],
    ) -> None:
        """``network``: the short name of the document's; ``networks``: of all there are."""
        super().__init__()
        self._about, self._refuses = entry.name, refuses
        self._facts = {
            "name": entry.name, "network": network, "kind": entry.kind,
            "date": entry.date or "", "language": entry.language or "",
        }  # fmt: skip
        self._roles = {speaker.label: speaker.role for speaker in speakers}
        self._offers = {"network": networks, "kind": DOCUMENT_KINDS}

    def compose(self) -> ComposeResult:
        """The lines, with what is said now."""
        with Vertical(classes="window"):
            yield Label(Text(safe_line(f"About {self._about}")), classes="asks")
            with VerticalScroll(can_focus=False):
                for fact, value in self._facts.items():
                    yield from self._line(fact, value, self._offers.get(fact, ()))
                for label, role in self._roles.items():
                    yield from self._line(label, role, SPEAKER_ROLES, speaker=True)
            yield Static(id="wrong")
            yield Label("enter keeps it   ↓ ↑ lines   → completes   esc leaves", classes="hint")

    def _line(
        self, about: str, value: str, offers: Sequence[str], *, speaker: bool = False
    ) -> ComposeResult:
        with Horizontal():
            head = f"{about} speaks as" if speaker else about
            yield Label(Text(safe_line(head), no_wrap=True, overflow="ellipsis"))
            yield Input(
                safe_line(value),
                placeholder=self.HINTS.get(about, "") if not speaker else "",
                suggester=SuggestFromList(offers, case_sensitive=False) if offers else None,
                name=about,
                classes="role" if speaker else "fact",
            )

    @property
    def description(self) -> Description:
        """What was changed so far."""

        def changed(kind: str, before: Mapping[str, str]) -> dict[str, str]:
            now = {str(line.name): line.value.strip() for line in self.query(f"Input.{kind}")
                   .results(Input)}  # fmt: skip
            return {key: value for key, value in now.items() if value != safe_line(before[key])}

        return Description(changed("fact", self._facts), changed("role", self._roles))

    @property
    def unkept(self) -> str:
        """What would be lost if the window were closed now."""
        said = self.description
        return f"what you wrote about {self._about}" if said.facts or said.roles else ""

    @on(Input.Submitted)
    def _keep(self) -> None:
        said = self.description
        wrong = self._refuses(said) if said.facts or said.roles else None
        if wrong is None:
            self.dismiss(said if said.facts or said.roles else None)
            return
        line = self.query_one("#wrong", Static)
        line.update(Text(safe_line(wrong)))
        line.add_class("-said")
