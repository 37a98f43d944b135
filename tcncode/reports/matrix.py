"""A long table as a matrix."""

from __future__ import annotations

from tcncode.model import Table


def matrix(table: Table, *, value: str) -> Table:
    """A long table as a matrix: rows by its first column, columns by its second.

    Args:
        value: the column to put into the cells, of a table by networks, kinds or years.
    """
    at = table.columns.index(value)
    across = list(dict.fromkeys(row[1] for row in table.rows))
    cells = {(row[0], row[1]): row[at] for row in table.rows}
    rows = tuple(
        (name, *(cells.get((name, label)) for label in across))
        for name in dict.fromkeys(row[0] for row in table.rows)
    )
    return Table(f"{table.title}: {value}", (table.columns[0], *across), rows, table.note)
