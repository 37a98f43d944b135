"""A project's file searched for names: cell by cell, then byte by byte."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tcncode.pseudonyms.finding import Finder


def left_over(path: Path, finder: Finder, written: set[str], coders: set[str]) -> Iterator[str]:
    """Where names still stand in a file: in its cells, then in its bytes.

    Args:
        finder: of all names that were replaced.
        written: the names as they stood in the texts.
        coders: who works in the project; they keep their names.
    """
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
        ).fetchall()
        for (table,) in tables:
            asked = connection.execute(f'SELECT * FROM "{table}"')
            columns = [c[0] for c in asked.description]
            for row in asked:
                for column, value in zip(columns, row, strict=True):
                    if not isinstance(value, str) or (table, column) == ("journal", "before"):
                        continue
                    if (table, column) == ("journal", "after"):
                        continue  # the row itself, which is searched in its own table
                    for hit in finder.find(value):
                        if hit.span.of(value).casefold() not in coders:
                            yield f"{table}.{column}: {hit.span.of(value)}"
    data = path.read_bytes()
    for name in sorted(written):
        if name.casefold() in coders:
            continue
        for found in re.finditer(re.escape(name.encode()), data):
            around = data[found.start() - 4 : found.end() + 4].decode("utf-8", "replace")
            at = around.find(name)
            before, after = around[max(0, at - 1) : at], around[at + len(name) :][:1]
            if at >= 0 and not before.isalnum() and not after.isalnum():
                if before in ("-", "‐") or after in ("-", "‐"):
                    continue  # half of a name with a hyphen, which is another name
                yield f"the file's bytes: {name}"
                break
