"""Rows of journaled tables: their columns, who names them, and how they are written back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from tcncode.schema import JOURNALED, SHARED_COLUMNS

Row = Mapping[str, Any]
"""A row by its column names, those that all journaled tables share included."""

USERS = {
    "document": (
        ("coding", "document"), ("suggestion_answer", "document"), ("assignment", "document"),
        ("settlement", "document"), ("memo", "target"),
    ),
    "code": (("coding", "code"),),
    "coder": (
        ("coding", "coder"), ("suggestion_answer", "coder"), ("memo", "coder"),
        ("assignment", "coder"),
    ),
    "network": (("document", "network"), ("membership", "network")),
    "city": (("membership", "city"),),
}  # fmt: skip
"""Table -> where its rows are named, as (table, column): while such a row is there, so are they.
Documents before the networks that they are in. A memo's target may be a network or code, too,
which have no ids such as documents have."""


def columns(table: str) -> tuple[str, ...]:
    """All columns of a journaled table, in the order of the journal."""
    return (*JOURNALED[table], *SHARED_COLUMNS)


def listed(table: str) -> str:
    """Likewise as SQL."""
    return ", ".join(f'"{c}"' for c in columns(table))


def as_json(table: str, alias: str = "t") -> str:
    """SQL for a row as the journal keeps it."""
    return "json_object(" + ", ".join(f"'{c}', {alias}.\"{c}\"" for c in columns(table)) + ")"


def content(row: Row) -> dict[str, Any]:
    """A row without who touched it last: an undo and redo in between leave it as it was."""
    return {name: value for name, value in row.items() if name not in ("stamp", "author")}


_NAMES = {"document": "name", "network": "name", "city": "name", "code": "path"}
"""Table -> the column by which people know its rows."""


def called(connection: sqlite3.Connection, table: str, row: str) -> str:
    """A row as people know it: by its name where it has one, else by its id and its document's."""
    found = read(connection, table, row) or {}
    if table in _NAMES:
        return f"{table} {found.get(_NAMES[table], row)}"
    there = connection.execute(
        "SELECT name FROM document WHERE id = ?", (found.get("document") or found.get("target"),)
    ).fetchone()
    kind = table.replace("_", " ")
    return f"{kind} in {there[0]} ({row})" if there else f"{kind} {row}"


_ASIDE = {"assignment": "finished", "codebook": "version"}
"""Table -> the column that does not stand and fall with its row: whether a document is finished is
a question of its own, and a codebook's version follows from its codes."""


def alike(table: str, row: Row, other: Row) -> bool:
    """Whether two versions of a row say the same, whoever touched them last."""
    aside = {_ASIDE.get(table, ""): None}
    return content(row) | aside == content(other) | aside


def read(connection: sqlite3.Connection, table: str, row: str) -> dict[str, Any] | None:
    """One row by its id."""
    found = connection.execute(
        f"SELECT {listed(table)} FROM {table} WHERE id = ?", (row,)
    ).fetchone()
    return None if found is None else dict(zip(columns(table), found, strict=True))


def put(connection: sqlite3.Connection, table: str, rows: Iterable[Row]) -> None:
    """Write rows as they are, stamp and author included."""
    names = columns(table)
    # Not the id, though it stays the same: SQLite would look at every row that refers to it.
    updates = ", ".join(f'"{c}" = excluded."{c}"' for c in names[1:])
    connection.executemany(
        f"INSERT INTO {table} ({listed(table)}) VALUES ({', '.join('?' * len(names))})"
        f" ON CONFLICT (id) DO UPDATE SET {updates}",
        ([row[c] for c in names] for row in rows),
    )


def needed(table: str, alias: str = "t") -> str:
    """SQL for whether a row is named by one that is there."""
    return "(" + " OR ".join(
        f"EXISTS (SELECT 1 FROM {user} AS u WHERE u.{column} = {alias}.id AND NOT u.retired)"
        for user, column in USERS[table]
    ) + ")"  # fmt: skip


def used_by(connection: sqlite3.Connection, table: str, row: str) -> str:
    """What names a row, in words, such as ``codings and assignments``."""
    found = [
        user.replace("suggestion_answer", "answer") + "s"
        for user, column in USERS[table]
        if connection.execute(
            f"SELECT 1 FROM {user} WHERE {column} = ? AND NOT retired", (row,)
        ).fetchone()
    ]
    return " and ".join(found)


def in_use(connection: sqlite3.Connection, table: str, row: str) -> bool:
    """Whether a row is named by one that is there."""
    return table in USERS and bool(
        connection.execute(
            f"SELECT 1 FROM {table} AS t WHERE id = ? AND {needed(table)}", (row,)
        ).fetchone()
    )
