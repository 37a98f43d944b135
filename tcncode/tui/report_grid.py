"""The figures of a report in rows and columns, shaded or as bars."""

from __future__ import annotations

from typing import Any

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.widgets import DataTable

from tcncode.model import Code, Codebook, Table
from tcncode.text.safe import safe_line
from tcncode.tui.bars import bar, ground
from tcncode.tui.palette import Palette, fit
from tcncode.tui.report_view import View, in_words

_BOLD = Style(bold=True)
_WIDE = 100
"""Cells from which on names are shown at length."""


class ReportGrid(DataTable[Text]):
    """Figures to move over. Enter posts ``CellSelected``, a click on a head ``HeaderSelected``."""

    DEFAULT_CSS = """
    ReportGrid { background: $background; scrollbar-size: 1 1; }
    ReportGrid > .datatable--fixed { background: $surface; }
    ReportGrid > .datatable--cursor { text-style: bold; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        # The cursor must be seen on a shaded figure, too.
        super().__init__(
            id=id, cursor_type="cell", fixed_columns=1, header_height=2,
            cursor_background_priority="css", cursor_foreground_priority="css",
        )  # fmt: skip

    def fill(
        self, view: View, shown: Table, codebook: Codebook, palette: Palette, width: int
    ) -> None:
        """Show a table anew; ``width`` is the screen's, in cells."""
        wide = width >= _WIDE
        names = 30 if wide else 16
        codes = {code.path: code for code in codebook.codes}
        self.clear(columns=True)
        self.fixed_columns = min(view.labels, 2) if wide else 1
        rooms = []
        for n, name in enumerate(shown.columns):
            code = codes.get(name) if view.is_matrix else None
            head = _head(name, 8 if view.is_matrix and not wide else 20, code, palette, view.sort)
            longest = max((cell_len(_told(row[n], names)) for row in shown.rows), default=0)
            letter = 2 if name == "code" else 0
            rooms.append(max(cell_len(head.plain.partition("\n")[2]), longest + letter, 6))
            self.add_column(head, width=rooms[-1])
        rest = max(width - sum(room + 2 for room in rooms) - 5, 8)
        if view.form == "bars":
            # With a width: one that follows from the bars comes late, and with it the bars.
            self.add_column(Text(), width=rest)
        shares = view.shares()
        figures = [row[-1] for row in shown.rows if isinstance(row[-1], int | float)]
        largest = max(figures, default=0)
        for row in shown.rows:
            cells = []
            for column, value, room in zip(shown.columns, row, rooms, strict=True):
                code = codes.get(str(value)) if column == "code" else None
                told = _told(value, names)
                # Padded here, so that the ground fills the cell.
                cell = Text(told if isinstance(value, str) else told.rjust(room), no_wrap=True)
                if code is not None:
                    cell = _named(code, room, palette)
                share = shares.get((row[0], column))
                cell.stylize(ground(share, dark=palette.dark, colours=palette.colours))
                cells.append(cell)
            if view.form == "bars":
                code = codes.get(str(row[view.labels - 1]))
                style = palette.stripe(code.id) if code else Style()
                cells.append(Text(bar(row[-1] or 0, largest, rest), style, no_wrap=True))
            self.add_row(*cells)


def _head(
    name: str, room: int, code: Code | None, palette: Palette, sort: tuple[str, bool] | None
) -> Text:
    """A column's name, above it its code's letter and which way it is sorted."""
    head = Text(no_wrap=True)
    if code is not None:
        head.append(palette.letter(code.id), palette.stripe(code.id) + _BOLD)
    if sort is not None and sort[0] == name:
        head.append("▼" if sort[1] else "▲")
    return head.append("\n" + fit(safe_line(name), room))


def _named(code: Code, room: int, palette: Palette) -> Text:
    """A code as its letter and path."""
    text = Text(no_wrap=True)
    text.append(f"{palette.letter(code.id)} ", palette.stripe(code.id) + _BOLD)
    return text.append(fit(safe_line(code.path), room - 2))


def _told(value: Any, room: int) -> str:
    """A name, cut to some cells, or a figure."""
    return fit(safe_line(value), room) if isinstance(value, str) else in_words(value)
