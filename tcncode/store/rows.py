"""What all parts of the store stand on: one row, all rows, rows put and retired."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlite_utils import Database

from tcncode.model import (
    Change,
)
from tcncode.schema import JOURNALED, SHARED_COLUMNS


class Rows:
    """The open file."""

    def __init__(self, database: Database) -> None:
        self._connection: sqlite3.Connection = database.conn

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Inside, all that is read is of one moment, whatever others write meanwhile."""
        if self._connection.in_transaction:  # an action, or a snapshot further out
            yield
            return
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            if self._connection.in_transaction:
                self._connection.execute("COMMIT")

    def _one(self, sql: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._connection.execute(sql, values).fetchone()
        return row

    def _rows(self, table: str) -> list[tuple[Any, ...]]:
        columns = ", ".join(f'"{c}"' for c in JOURNALED[table])
        return self._connection.execute(
            f"SELECT {columns} FROM {table} WHERE NOT retired ORDER BY id"
        ).fetchall()

    def _put(
        self,
        table: str,
        records: Iterable[Mapping[str, Any]],
        change: Change,
        *,
        matter: Sequence[str] = (),
    ) -> int:
        """Insert rows or update them by id; a row that would not change is left as it is.

        Args:
            matter: the columns whose change makes a row a changed one; all when empty.

        Returns:
            Rows inserted or updated.
        """
        data = JOURNALED[table]
        names = ", ".join(f'"{c}"' for c in (*data, *SHARED_COLUMNS))
        marks = ", ".join("?" * (len(data) + len(SHARED_COLUMNS)))
        updates = ", ".join(f'"{c}" = excluded."{c}"' for c in (*data[1:], *SHARED_COLUMNS))
        differs = " OR ".join(
            f'{table}."{c}" IS NOT excluded."{c}"' for c in (*(matter or data[1:]), "retired")
        )
        return self._connection.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({marks})"
            f" ON CONFLICT (id) DO UPDATE SET {updates} WHERE {differs}",
            ((*(r[c] for c in data), change.stamp, change.author, 0) for r in records),
        ).rowcount

    def retire(self, table: str, ids: Iterable[str], change: Change) -> None:
        """Delete rows in the way that can be undone and merged."""
        self._connection.executemany(
            f"UPDATE {table} SET retired = 1, stamp = ?, author = ? WHERE id = ? AND NOT retired",
            [(change.stamp, change.author, key) for key in ids],
        )
