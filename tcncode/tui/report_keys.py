"""What keys do with a report besides looking at it: limit what counts, open what is behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual import on
from textual.widgets import DataTable

from tcncode.errors import UsageError
from tcncode.model import Table
from tcncode.reports import Filters
from tcncode.tui.report_view import View, behind
from tcncode.tui.study_screen import StudyScreen
from tcncode.tui.windows import TextWindow
from tcncode.tui.writing import ask_and_write


class ReportKeys(StudyScreen):
    """Limits its report, opens the quotations behind a figure, writes the table to a file."""

    _view: View
    _filters: dict[str, Any]
    """What is counted, as ``reports.Filters`` has it."""
    _shown: Table

    def count(self) -> None:
        """Count anew, with the filters as they are now."""
        raise NotImplementedError

    # What counts

    def action_filter(self) -> None:
        """Count less: one network, kind, coder, origin, language or role; a time; what is done."""
        from tcncode.tui.limits import all_limits, ask_limit

        offered = all_limits(self.project, self._filters)
        ask_limit(self.app, "Count only", offered, self._filters, self._limit)

    def _limit(self, name: str, value: Any) -> None:
        filters = {key: kept for key, kept in self._filters.items() if key != name}
        if value is not None:
            filters[name] = value
        try:
            Filters.of(filters)
        except UsageError as error:
            self.say(str(error), bad=True)
            return
        self._filters = filters
        self.count()

    def action_unfilter(self) -> None:
        """Count everything."""
        self._filters = {}
        self.count()

    def action_everybody(self) -> None:
        """Count one's own codings, or everybody's."""
        coder = self.project.coder
        if self._filters.get("coder") == coder:
            self._limit("coder", None)
        elif coder in self.project.coders():
            self._limit("coder", coder)
        else:
            self.say(f"{coder} has no codings yet.", bad=True)

    # The quotations behind a figure

    @on(DataTable.CellSelected)
    def _open(self, event: DataTable.CellSelected) -> None:
        if event.coordinate.row < len(self._shown.rows):
            self._open_quotations(event.coordinate.row, event.coordinate.column)

    def _open_quotations(self, row: int, column: int) -> None:
        from tcncode.tui.quotations_screen import QuotationsScreen

        view = self._view
        about = view.names(self._shown.rows[row], column)
        names = {key: label for key, label in about.items() if key in view.kind.opens}
        head = self._shown.columns[column]
        if view.form == "bars" and column >= view.labels:
            head = view.value
        one = head.partition("_")[0]
        if view.kind.name == "overlap" and one in about and not head.endswith("_cities"):
            names = {"network": about[one]}
        if view.kind.name == "mentions" and head in ("mentions", "documents", "per_1000_words"):
            name = about["name"]
            self.say(f"Mentions are counted in all text: f7 searches for {name}. Enter on"
                     " in_coded_text opens the quotations that name it.")  # fmt: skip
            return
        if not names:
            self._open_parts(about, head)
            return
        asked = behind(names, self._filters, self.project.codebook)
        if asked.get("where") == "":  # which would mean all of them
            self.say(f"No code has the purpose {names['purpose']}.", bad=True)
            return
        self.app.push_screen(QuotationsScreen(self.project, **asked))

    def _open_parts(self, about: Mapping[str, str], head: str) -> None:
        """What a figure is made of that no quotations are behind."""
        from tcncode.tui.report_parts import city_parts, overlap_parts

        project = self.project
        if self._view.kind.name == "overlap":
            found = overlap_parts(project, about["first"], about["second"], head, self._filters)
        else:
            found = city_parts(project, about["city"])
        self.app.push_screen(TextWindow(*found))

    # What goes out

    def action_note(self) -> None:
        """How the table was made."""
        self.app.push_screen(TextWindow(self._shown.title, self._shown.note))

    def action_write(self) -> None:
        """Write the table on show to a file, asking for its name."""
        ask_and_write(self.app, self._shown, f"{self._view.kind.name}.csv", self.say)
