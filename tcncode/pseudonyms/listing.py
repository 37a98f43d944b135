"""Names that the coder lists in a table."""

from __future__ import annotations

import csv
from pathlib import Path

from tcncode.errors import TableError, UsageError
from tcncode.importing.metadata import read_table
from tcncode.pseudonyms.naming import check


def read_names(path: Path) -> list[tuple[str, str, str]]:
    """Kind, name and pseudonym of each row.

    Raises:
        ReadError, TableError: it cannot be read.
    """
    rows = read_table(path)
    if "name" not in (rows.fieldnames or ()):
        raise TableError(path, 1, 'there is no column "name"')
    out = []
    try:
        for row in rows:
            if None in row:
                raise TableError(path, rows.line_num, "there are more cells than columns")
            name, pseudonym, kind = (
                " ".join((row.get(column) or "").split())
                for column in ("name", "pseudonym", "kind")
            )
            kind = kind or "person"
            if not name:
                raise TableError(path, rows.line_num, "there is no name")
            if kind not in ("person", "office", "city", "network"):
                raise TableError(
                    path, rows.line_num, f'"{kind}" is no kind: person, office, city or network'
                )
            try:
                check(name, pseudonym)
            except UsageError as error:
                raise TableError(path, rows.line_num, str(error)) from None
            out.append((kind, name, pseudonym))
    except csv.Error as error:
        raise TableError(path, rows.line_num, str(error)) from None
    return out
