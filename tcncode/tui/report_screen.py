"""Who does what, counted as one likes to see it, with the quotations behind each figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from rich.style import Style
from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.coordinate import Coordinate
from textual.message import Message
from textual.widgets import DataTable, Input, Static
from textual.worker import get_current_worker

from tcncode.errors import TcncodeError
from tcncode.model import Table
from tcncode.text.safe import safe_line
from tcncode.tui import limits
from tcncode.tui.key_line import KeyLine
from tcncode.tui.pickers import LinePicker
from tcncode.tui.report_grid import ReportGrid
from tcncode.tui.report_keys import ReportKeys
from tcncode.tui.report_view import DIGITS, KINDS, Kind, View, in_words
from tcncode.tui.study_screen import told

if TYPE_CHECKING:
    from tcncode.project import Project

_TALL = 32
"""Rows from which on the note is shown whole."""
_AT_ONCE = 5_000
"""Codings that are counted before the next key is read (about 0.06 s); more, in a thread."""


class ReportScreen(ReportKeys):
    """One table at a time; the note under it says how it was made."""

    DEFAULT_CSS = """
    ReportScreen #tables, ReportScreen #filter { height: 1; padding: 0 1; border: none; }
    ReportScreen #filter { display: none; background: $boost; }
    ReportScreen #filter.-open { display: block; }
    ReportScreen #grid { height: 1fr; }
    ReportScreen #note { height: auto; max-height: 1; padding: 0 1; color: $text-muted; }
    ReportScreen.-tall #note { max-height: 5; }
    """
    VERTICAL_BREAKPOINTS = [(0, "-low"), (_TALL, "-tall")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,backspace,f5", "back", "Back", id="report.back"),
        Binding("1", "table(0)", "", key_display="1-4", show=False, id="report.table1",
                tooltip="Choose a table by its number"),
        *(Binding(str(n), f"table({n - 1})", show=False, id=f"report.table{n}")
          for n in range(2, DIGITS + 1)),
        Binding("t", "tables", "Table", id="report.tables", tooltip="Choose any table from a list"),
        Binding("v", "value(1)", "Value", id="report.value", tooltip="The next figure"),
        Binding("V", "value(-1)", "The figure before", show=False, id="report.value_back"),
        Binding("b", "bars", "Bars", id="report.bars", tooltip="Bars or figures"),
        Binding("l", "long", "", show=False, id="report.long", tooltip="Matrix, or all columns"),
        Binding("s", "sort", "Sort", id="report.sort",
                tooltip="Sort by the column of the cursor; again: the other way"),
        Binding("slash", "find", "Rows", id="report.find", tooltip="Only rows with these words"),
        Binding("f", "filter", "Filter", id="report.filter",
                tooltip="Count only one network, kind, coder, time, language, role, ..."),
        Binding("F", "unfilter", "Count everything", show=False, id="report.unfilter"),
        Binding("o", "everybody", "Mine/all", id="report.everybody",
                tooltip="Your own codings, or everybody's"),
        Binding("w", "write", "Write", id="report.write", tooltip="Write the table to a file"),
        Binding("i", "note", "How it was made, in full", show=False, id="report.note"),
        Binding("question_mark,f1", "app.help", "Keys", id="report.help"),
    ]  # fmt: skip

    @dataclass
    class Counted(Message):
        """A thread has counted, or could not."""

        asked: int
        table: Table | TcncodeError

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self._view = View()
        self._filters = {}
        self._counted_with: dict[str, Any] = {}
        """The filters of the table on show."""
        self._shown = Table("", (), ())
        """As it stands in the grid."""
        self._kind = KINDS[0]
        """As asked for; what is on show may still be another."""
        self._said_at: Coordinate | None = None
        self._asked = 0
        self._counting = False

    def compose(self) -> ComposeResult:
        """Title, tables to choose from, grid, note, what the cursor is on."""
        yield Static(id="title")
        yield Static(id="tables")
        yield Input(placeholder="only rows with these words; esc shows all", id="filter")
        yield ReportGrid(id="grid")
        yield Static(id="note")
        yield Static(id="status")
        yield KeyLine()

    @property
    def grid(self) -> ReportGrid:
        """The figures."""
        return self.query_one(ReportGrid)

    @property
    def shown(self) -> Table:
        """The table on show: filtered, sorted, as it is written to a file."""
        return self._shown

    def on_mount(self) -> None:
        """Count, and count again whenever something was saved."""
        self.grid.focus()
        self.count()
        self.set_interval(1.0, self.look_outside)

    def on_screen_resume(self) -> None:
        """Back from the text: what was coded there counts."""
        self.look_outside()

    def on_resize(self) -> None:
        """Widths of columns and bars follow the screen's."""
        self._see(self._view)

    def theme_changed(self) -> None:
        """Bars and shades have other colours."""
        self._see(self._view)

    def read_back(self) -> None:
        """Count again."""
        self.count()

    # Counting

    def count(self, kind: Kind | None = None) -> None:
        """Here if that is quick, else in a thread, so that keys stay alive."""
        self._kind = kind or self._kind
        self._asked += 1
        self.seen = self.project.state()
        codings = sum(entry.codings for entry in self.project.documents())
        if codings > _AT_ONCE:
            self._counting = True
            self._show_title()
            self._count_apart(self._asked, self._kind.name, dict(self._filters))
            return
        try:
            self._take(self.project.report(self._kind.name, self._filters))
        except TcncodeError as error:
            self._fail(error)

    @work(thread=True, exclusive=True, group="count", exit_on_error=False)
    def _count_apart(self, asked: int, name: str, filters: Mapping[str, Any]) -> None:
        # A connection belongs to the thread that made it, so this one opens its own.
        from tcncode.project import Project

        found: Table | TcncodeError
        try:
            with Project.open(self.project.path, coder=self.project.coder) as project:
                found = project.report(name, filters)
        except Exception as error:  # whatever it is, it is shown
            found = told(error)
        if not get_current_worker().is_cancelled:
            self.post_message(self.Counted(asked, found))

    @on(Counted)
    def _counted(self, event: Counted) -> None:
        if event.asked == self._asked:
            if isinstance(event.table, Table):
                self._take(event.table)
            else:
                self._fail(event.table)

    def _take(self, table: Table) -> None:
        self._counting = False
        self._counted_with = dict(self._filters)
        view = self._view if self._view.kind is self._kind else self._view.of(self._kind)
        self._see(replace(view, counted=table))

    def _fail(self, error: TcncodeError) -> None:
        self._counting = False
        self._kind, self._filters = self._view.kind, dict(self._counted_with)
        self._show_title()
        self.say(str(error), bad=True)

    # Showing

    def _see(self, view: View) -> None:
        """Look at the table in another way; the cursor stays on the figure that it was on."""
        grid, old, before = self.grid, self._shown, self._view
        row, column = grid.cursor_coordinate
        about: dict[str, str] = {}
        if 0 <= row < len(old.rows):
            about = before.names(old.rows[row], column)
        head = old.columns[column] if 0 <= column < len(old.columns) else ""
        self._view, self._shown = view, view.shown()
        if not self._shown.columns:
            return
        top = grid.scroll_y
        with self.app.batch_update():
            grid.fill(view, self._shown, self.project.codebook, self.palette, self.size.width)
            row, column = view.place_of(self._shown, about, head, (row, column))
            grid.move_cursor(row=row, column=column, scroll=False)
        # What was in sight stays where it was; the cursor must be in sight.
        grid.scroll_to(y=top, animate=False, immediate=True)
        self.call_after_refresh(self._into_sight)
        self._show_title()
        self._show_tables()
        note = self._shown.note
        if self.size.height < _TALL:  # a note takes rows that figures need: i shows it whole
            note = "i: how it was made.  " + note[note.rfind("Repeat: ") :]
        self.query_one("#note", Static).update(Text(safe_line(note)))
        self._say_here()

    def _into_sight(self) -> None:
        # Where it is by now: a key may have come before the screen was drawn.
        row, column = self.grid.cursor_coordinate
        self.grid.move_cursor(row=row, column=column)

    def _show_title(self) -> None:
        view, words = self._view, self._kind.title
        if self._counting:
            words += " · counting..."
        elif view.is_matrix or view.form == "bars":
            words += f": {view.value}"
        for key, value in self._filters.items():
            words += f" · {limits.in_words(key, value)}"
        if "coder" not in self._filters:
            words += " · all coders"
        self.say_title(words)

    def _show_tables(self) -> None:
        line = Text(no_wrap=True, overflow="ellipsis")
        for number, kind in enumerate(KINDS):
            here = kind is self._kind
            if number >= DIGITS and not here:
                continue
            click = Style.from_meta({"@click": f"screen.table({number})"})
            key = number + 1 if number < DIGITS else "t"
            line.append(f" {key} {kind.name} ", Style(bold=here, reverse=here) + click)
            line.append(" ")
        if KINDS.index(self._kind) < DIGITS:
            line.append(" t more ", Style.from_meta({"@click": "screen.tables"}))
        self.query_one("#tables", Static).update(line, layout=False)

    @on(DataTable.CellHighlighted)
    def _moved(self) -> None:
        # Filling the grid moves its cursor, too; what was said then is to be read.
        if self.grid.cursor_coordinate != self._said_at:
            self._say_here()

    def _say_here(self) -> None:
        """The figure under the cursor in words: columns may be cut, and shades need a name."""
        view, place = self._view, self.grid.cursor_coordinate
        self._said_at = place
        if place.row >= len(self._shown.rows):
            none = f'No row has "{view.words}"; esc in the filter line shows all.'
            self.say(none if view.words else "There is nothing to count yet.")
            return
        row = self._shown.rows[place.row]
        column = min(place.column, len(row) - 1)
        about = list(view.names(row, column if view.is_matrix else 0).values())
        if column >= view.labels:
            name = view.value if view.is_matrix else self._shown.columns[column]
            about.append(f"{name} {in_words(row[column])}")
            share = view.shares().get((row[0], self._shown.columns[column]))
            if share is not None and name != view.kind.share:
                about.append(f"{share:.0%} of its coded words")
        does = "opens them" if view.kind.opens else "tells what it is made of"
        self.say_here(" · ".join(about) + f"   enter {does}")

    # What keys do

    def action_table(self, number: int) -> None:
        """Another table."""
        if self._kind is not KINDS[number]:
            self.count(KINDS[number])

    def action_tables(self) -> None:
        """Any table, from a list."""
        lines = [f"{kind.name}: {kind.title}" for kind in KINDS]

        picker = LinePicker("Which table?", lines, at=KINDS.index(self._kind))
        self.app.push_screen(picker, lambda n: None if n is None else self.action_table(n))

    def action_value(self, step: int) -> None:
        """Another figure in the cells, or as bars."""
        view = self._view
        values = view.kind.values
        at = values.index(view.value)
        self._see(replace(view, value=values[(at + step) % len(values)]))
        if not view.is_matrix and view.form != "bars":
            self.say("All figures are here; b shows one of them as bars.")

    def action_bars(self) -> None:
        """Bars, or figures."""
        self._see(replace(self._view, form="matrix" if self._view.form == "bars" else "bars"))

    def action_long(self) -> None:
        """All columns, or the matrix."""
        self._see(replace(self._view, form="matrix" if self._view.form == "long" else "long"))
        if not self._view.kind.share:
            self.say("This table has no matrix: all its columns are here.")

    def action_sort(self) -> None:
        """By the column of the cursor."""
        self._sort_by(self.grid.cursor_column)

    @on(DataTable.HeaderSelected)
    def _header(self, event: DataTable.HeaderSelected) -> None:
        self._sort_by(event.column_index)

    def _sort_by(self, column: int) -> None:
        if self._shown.columns:
            self._see(self._view.sorted_by(column))

    def action_find(self) -> None:
        """Narrow the rows by typing."""
        line = self.query_one("#filter", Input)
        line.add_class("-open")
        line.focus()

    @on(Input.Changed, "#filter")
    def _narrow(self, event: Input.Changed) -> None:
        self._see(replace(self._view, words=event.value.strip()))

    @on(Input.Submitted, "#filter")
    def _narrowed(self) -> None:
        self.query_one("#filter", Input).set_class(bool(self._view.words), "-open")
        self.grid.focus()

    def action_back(self) -> None:
        """Leave; from the filter line, show all rows again."""
        line = self.query_one("#filter", Input)
        if line.has_focus:
            line.value = ""
            line.remove_class("-open")
            self.grid.focus()
        else:
            self.dismiss()
