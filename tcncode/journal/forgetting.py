"""A merge, taken back: what it brought is forgotten here, rows and history.

It is deleted nowhere, so that the same file can be merged again.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tcncode.errors import UndoError
from tcncode.journal import rows, standing
from tcncode.model import SETTLED
from tcncode.schema import JOURNALED
from tcncode.text.numbers import counted

if TYPE_CHECKING:
    from sqlite_utils import Database


def forget(
    database: Database, merge: str, what: str, entries: list[tuple[str, str, str, str]]
) -> None:
    """Leave a project as if a merge had not been: rows as they were, stamps and all.

    Raises:
        UndoError: somebody built on it, or merged another file since.
    """
    run = database.conn.execute
    run("PRAGMA defer_foreign_keys = ON")
    if run(
        "SELECT 1 FROM action AS a WHERE kind = 'merge' AND brought IS NULL AND id > ?"
        " AND NOT EXISTS (SELECT 1 FROM action WHERE undoes = a.id)",
        (merge,),
    ).fetchone():
        raise UndoError(f'"{what}" cannot be taken back: another file was merged since.')
    _refuse_where_settled(database, merge, entries, what)
    new: dict[str, list[str]] = {}
    for table, row, before, after in entries:
        now_there = rows.read(database.conn, table, row)
        if now_there != json.loads(after):
            by = "" if now_there is None else f" by {now_there['author']}"
            raise UndoError(
                f'"{what}" cannot be taken back: its {rows.called(database.conn, table, row)} was'
                f" changed since{by}."
            )
        if before:
            rows.put(database.conn, table, [json.loads(before)])
        else:
            new.setdefault(table, []).append(row)
    for noun in ("document", "code"):
        run(
            f"DELETE FROM suggestion WHERE {noun} IN (SELECT value FROM json_each(?))",
            (json.dumps(new.get(noun, [])),),
        )
    for table in reversed(JOURNALED):
        database.conn.executemany(
            f"DELETE FROM {table} WHERE id = ?", [(row,) for row in new.get(table, ())]
        )
    _refuse_where_built_on(database, new, what)
    run("DELETE FROM journal WHERE action IN (SELECT id FROM action WHERE brought = ?)", (merge,))
    run("DELETE FROM action WHERE brought = ?", (merge,))


def _refuse_where_settled(
    database: Database, merge: str, entries: list[tuple[str, str, str, str]], what: str
) -> None:
    """What is settled follows from the coders' codings: those a merge brought must stay then."""
    documents = {
        json.loads(after)["document"]
        for table, _, _, after in entries
        if table in ("coding", "assignment", "settlement")
    }
    found = database.conn.execute(
        "SELECT a.coder, d.name, count(DISTINCT d.id) FROM action AS a"
        " JOIN journal AS j ON j.action = a.id AND j.\"table\" IN ('settlement', 'coding')"
        " JOIN document AS d ON d.id = json_extract(j.after, '$.document')"
        " WHERE a.id > ?1 AND a.brought IS NULL AND a.kind IN ('do', 'redo')"
        " AND a.id NOT IN (SELECT value FROM json_each(?4))"
        " AND (j.\"table\" = 'settlement' OR json_extract(j.after, '$.coder') = ?2)"
        " AND d.id IN (SELECT value FROM json_each(?3)) GROUP BY a.coder ORDER BY max(a.id) DESC",
        (
            merge,
            SETTLED,
            json.dumps(sorted(documents)),
            json.dumps([*standing.undone(database.conn)]),
        ),
    ).fetchone()
    if found:
        coder, name, count = found
        others = f" and {counted(count - 1, 'other document')}" if count > 1 else ""
        raise UndoError(
            f'"{what}" cannot be taken back: {coder} settled differences in {name}{others} since.'
            " Take that back first."
        )


def _refuse_where_built_on(database: Database, gone: dict[str, list[str]], what: str) -> None:
    targets = [row for noun in ("document", "code", "network") for row in gone.get(noun, ())]
    asked: list[tuple[str, tuple[str, ...]]] = [("PRAGMA foreign_key_check", ())]
    asked += [
        (f"SELECT '{table}' FROM {table} AS t WHERE retired AND {rows.needed(table)}", ())
        for table in rows.USERS
    ]
    asked.append(
        (
            "SELECT 'memo' FROM memo WHERE NOT retired"
            " AND target IN (SELECT value FROM json_each(?))",
            (json.dumps(targets),),
        )
    )
    for question, values in asked:
        broken = database.conn.execute(question, values).fetchone()
        if broken:
            raise UndoError(
                f'"{what}" cannot be taken back: somebody worked with what it brought'
                f" (see {broken[0]}). Take that back first."
            )
