"""What was done when: functions by the year of the document."""

from __future__ import annotations

from tcncode.model import Table
from tcncode.reports.choosing import NO_DATE
from tcncode.reports.counting import GROUP_COLUMNS, INTERVAL, few, grouped, noted, rated
from tcncode.reports.material import Material


def table(material: Material, *, sub_codes: bool = False) -> Table:
    """One row a year and code: ``year`` (as text), ``code``, then as in ``networks.table``, with
    ``share_of_year`` (0 to 1, of the coded words in documents of this year)."""
    years = of_years(material)
    rows = grouped(material, material.lines(sub_codes=sub_codes), years)
    # Years first, what has no date behind them.
    rows = tuple(sorted(rows, key=lambda row: row[0] == NO_DATE))
    columns = ("year", "code", *(name.format("year") for name in GROUP_COLUMNS))
    said = (
        "year: of the document's date",
        "share: words / all coded words, if any",
        "share_of_year: words / the coded words of documents of this year, if any",
        rated(material),
        INTERVAL,
        *few(material, years),
    )
    return Table("Years x functions", columns, rows, noted(material, *said))


def of_years(material: Material) -> list[str]:
    """The year of each document."""
    return [entry.date[:4] if entry.date else NO_DATE for entry in material.documents]
