"""What each network does: a matrix to read at a glance, and the long table behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import DataTable, Footer, Static

from tcncode.model import Table
from tcncode.reports import matrix
from tcncode.text.safe import safe_line

if TYPE_CHECKING:
    from tcncode.project import Project


class ReportScreen(Screen[None]):
    """Networks by codes: numbers of codings above, all columns below."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape,backspace,f5,ctrl+g", "app.pop_screen", "Back to the text", id="report.back"
        ),
        Binding("o", "everybody", "Mine / all coders", id="report.everybody"),
        Binding("tab", "app.focus_next", "Other table", id="report.other"),
    ]

    def __init__(self, project: Project) -> None:
        super().__init__()
        self._project = project
        self._own = False

    def compose(self) -> ComposeResult:
        """Title, matrix, table, note."""
        yield Static(id="title")
        yield DataTable(id="matrix", zebra_stripes=True, cursor_type="row", fixed_columns=1)
        yield DataTable(id="table", zebra_stripes=True, cursor_type="row", fixed_columns=1)
        yield Static(id="note")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Count."""
        self._count()

    def _count(self) -> None:
        coder = self._project.coder
        own = self._own and coder in self._project.coders()
        table = self._project.report_networks({"coder": coder if own else None})
        whose = f"codings of {coder}" if own else "codings of all coders"
        if self._own and not own:
            whose += f" ({coder} has none yet)"
        self.query_one("#title", Static).update(
            Text(safe_line(f" What each network does: {whose}"), style="bold", no_wrap=True)
        )
        self._fill("#matrix", matrix(table, value="codings"))
        self._fill("#table", table)
        self.query_one("#note", Static).update(Text(safe_line(table.note)))
        self.query_one("#matrix").focus()

    def _fill(self, selector: str, table: Table) -> None:
        widget: DataTable[Text] = self.query_one(selector, DataTable)
        widget.clear(columns=True)
        for column in table.columns:
            widget.add_column(Text(safe_line(column)))
        for row in table.rows:
            widget.add_row(*(_cell(value) for value in row))

    def action_everybody(self) -> None:
        """Count one's own codings, or everybody's."""
        self._own = not self._own
        self._count()


def _cell(value: Any) -> Text:
    """A table's value as it is read: shares with three places, the undefined as a dash."""
    if value is None:
        return Text("–", justify="right")
    if isinstance(value, float):
        return Text(f"{value:.3f}", justify="right")
    if isinstance(value, int):
        return Text(str(value), justify="right")
    return Text(safe_line(str(value)), no_wrap=True)
