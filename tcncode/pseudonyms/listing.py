"""Names that the coder lists in a table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tcncode.errors import ReadError, TableError, UsageError
from tcncode.pseudonyms.naming import check
from tcncode.text.settle import decode, settle


def read_names(path: Path) -> list[tuple[str, str, str]]:
    """Kind, name and pseudonym of each row.

    Raises:
        ReadError, TableError: it cannot be read.
    """
    try:
        text = settle(decode(path.read_bytes())[0])
    except OSError as error:
        raise ReadError(path, f"cannot be opened ({error.strerror})") from None
    except ValueError:
        raise ReadError(path, "is not a table in CSV", "Save it as CSV in UTF-8.") from None
    first = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=first.count), strict=True)
    out = []
    try:
        rows.fieldnames = [name.strip().lower() for name in rows.fieldnames or ()]
        if "name" not in rows.fieldnames:
            raise TableError(path, 1, 'there is no column "name"')
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
