"""What was done, when, by whom; undo and redo.

One action is one transaction: on disk, whole, before the screen shows it, or not at all.
Triggers (see ``schema``) write the journal; this module opens and closes actions, reads the
journal, and puts rows back. Merging the rows of two projects will live here too.

An action's id is a hybrid logical clock: milliseconds since 1970, a counter, and a part drawn
at random by each process (project files are copied by hand, and a replica number inside the
file would be copied along). Ids sort by time as text, and a later action of the same project
always has the greater one, also where a computer's clock was set back.

Source of the clock: Kulkarni et al. (2014), Logical Physical Clocks, OPODIS.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from tcncode.errors import UndoError
from tcncode.model import Change, Table
from tcncode.schema import JOURNALED, SHARED_COLUMNS

if TYPE_CHECKING:
    from sqlite_utils import Database

_PROCESS = secrets.token_hex(4)

Kind = Literal["do", "undo", "redo"]


def now() -> str:
    """The present moment in UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def next_stamp(last: str | None) -> str:
    """A stamp greater than ``last`` and, clocks permitting, than any made before on earth."""
    wall, counter = int(time.time() * 1000), 0
    if last:
        then, count, _ = last.split("-")
        if wall <= int(then):
            wall, counter = int(then), int(count) + 1
    return f"{wall:013d}-{counter:06d}-{_PROCESS}"


@contextmanager
def action(
    database: Database, coder: str, what: str, *, kind: Kind = "do", undoes: str | None = None
) -> Iterator[Change]:
    """One action: everything written inside is saved together, or nothing is.

    Args:
        what: the action in words, for ``log`` and undo.
        undoes: the action that this one takes back.
    """
    connection = database.conn
    connection.execute("BEGIN IMMEDIATE")
    try:
        last = connection.execute("SELECT max(id) FROM action").fetchone()[0]
        change = Change(next_stamp(last), coder)
        connection.execute("INSERT INTO current_action VALUES (?)", (change.stamp,))
        connection.execute(
            "INSERT INTO action VALUES (?, ?, ?, ?, ?, ?)",
            (change.stamp, now(), coder, kind, what, undoes),
        )
        yield change
        wrote = connection.execute(
            "SELECT 1 FROM journal WHERE action = ? LIMIT 1", (change.stamp,)
        ).fetchone()
        if kind == "do" and not wrote:  # nothing happened, so there is nothing to undo
            connection.execute("DELETE FROM action WHERE id = ?", (change.stamp,))
        connection.execute("DELETE FROM current_action")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def last(database: Database) -> str:
    """The id of the last action; empty before the first."""
    found = database.conn.execute("SELECT max(id) FROM action").fetchone()[0]
    return str(found or "")


def undo(database: Database, coder: str) -> str:
    """Take back this coder's last action that still stands.

    Returns:
        What was taken back, in words.

    Raises:
        UndoError: there is none, or somebody later changed what it did.
    """
    return _take_back(database, coder, kind="undo")


def redo(database: Database, coder: str) -> str:
    """Do again what this coder last undid, unless they did something else since.

    Raises:
        UndoError: there is nothing to redo, or somebody later changed it.
    """
    return _take_back(database, coder, kind="redo")


def _take_back(database: Database, coder: str, *, kind: Literal["undo", "redo"]) -> str:
    target = _last_standing(database, coder, kind)
    if target is None:
        raise UndoError(f"{coder} has nothing to {kind}.")
    action_id, what = target
    entries = database.conn.execute(
        'SELECT "table", row, before, after FROM journal WHERE action = ? ORDER BY number DESC',
        (action_id,),
    ).fetchall()
    with action(database, coder, what, kind=kind, undoes=action_id) as change:
        for table, row, before, after in entries:
            _put_back(database, table, row, before, after, change, what)
    return what


def _put_back(
    database: Database,
    table: str,
    row: str,
    before: str | None,
    after: str | None,
    change: Change,
    what: str,
) -> None:
    columns = (*JOURNALED[table], *SHARED_COLUMNS)
    names = ", ".join(f'"{c}"' for c in columns)
    found = database.conn.execute(f"SELECT {names} FROM {table} WHERE id = ?", (row,)).fetchone()
    now_there = None if found is None else dict(zip(columns, found, strict=True))
    if now_there is None or after is None or _content(now_there) != _content(json.loads(after)):
        by = "" if now_there is None else f" by {now_there['author']}"
        raise UndoError(
            f'"{what}" cannot be taken back: its {table} {row} was changed later{by}.'
            " Take that back first."
        )
    # A row that was new is retired, not removed: deletions must travel to other copies.
    values: dict[str, Any] = json.loads(before) if before else {**now_there, "retired": 1}
    if values["retired"] and _in_use(database, table, row):
        if table in ("document", "code"):
            raise UndoError(
                f'"{what}" cannot be taken back: there are codings at its {table} {row}.'
                " Take those back first."
            )
        return  # a coder, network or city that others' rows name stays known
    if not values["retired"] and table in ("coding", "suggestion_answer"):
        for noun in ("document", "code"):
            if not database.conn.execute(
                f"SELECT 1 FROM {noun} WHERE id = ? AND NOT retired", (values[noun],)
            ).fetchone():
                raise UndoError(f'"{what}" cannot be brought back: its {noun} was deleted since.')
    values |= {"stamp": change.stamp, "author": change.author}
    # Not the id, though it stays the same: SQLite would look at every row that refers to it.
    rest = columns[1:]
    updates = ", ".join(f'"{c}" = ?' for c in rest)
    database.conn.execute(
        f"UPDATE {table} SET {updates} WHERE id = ?", (*(values[c] for c in rest), row)
    )


def _content(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without who touched it last: an undo and redo in between leave it as it was."""
    return {name: value for name, value in row.items() if name not in ("stamp", "author")}


_USERS = {
    "document": (("coding", "document"),),
    "code": (("coding", "code"),),
    "coder": (
        ("coding", "coder"), ("suggestion_answer", "coder"), ("memo", "coder"),
        ("assignment", "coder"),
    ),
    "network": (("document", "network"), ("membership", "network")),
    "city": (("membership", "city"),),
}  # fmt: skip
"""Table -> where its rows are named, as (table, column)."""


def _in_use(database: Database, table: str, row: str) -> bool:
    return any(
        database.conn.execute(
            f"SELECT 1 FROM {user} WHERE {column} = ? AND NOT retired LIMIT 1", (row,)
        ).fetchone()
        for user, column in _USERS.get(table, ())
    )


def _last_standing(
    database: Database, coder: str, kind: Literal["undo", "redo"]
) -> tuple[str, str] | None:
    """The action that an undo (or redo) by this coder would take back.

    Walks back from the newest, pairing each undo with what it took back: as many rows as there
    were undos in a row, however long the journal is.
    """
    passed = 0
    for action_id, did, what in database.conn.execute(
        "SELECT id, kind, what FROM action WHERE coder = ? ORDER BY id DESC", (coder,)
    ):
        opposite = did == "undo" if kind == "undo" else did == "redo"
        if opposite:
            passed += 1
        elif kind == "redo" and did == "do":
            return None
        elif passed:
            passed -= 1
        else:
            return action_id, what
    return None


def last_number(database: Database) -> int:
    """The number of the journal's newest entry; 0 where there is none."""
    return int(database.conn.execute("SELECT ifnull(max(number), 0) FROM journal").fetchone()[0])


def changed_since(database: Database, number: int) -> dict[str, set[str]]:
    """Table -> ids of the rows that were changed, by anybody, after this entry of the journal."""
    found: dict[str, set[str]] = {}
    for table, row in database.conn.execute(
        'SELECT "table", row FROM journal WHERE number > ?', (number,)
    ):
        found.setdefault(table, set()).add(row)
    return found


_SEEN = """
    AND (coder = ?4 OR NOT EXISTS (
        SELECT 1 FROM journal AS j WHERE j.action = action.id
        AND j."table" IN ('coding', 'suggestion_answer', 'memo')
        AND coalesce(
            json_extract(ifnull(j.after, j.before), '$.document'),
            json_extract(ifnull(j.after, j.before), '$.target')
        ) IN (SELECT value FROM json_each(?5))
    ))
"""
"""Leaves out others' actions in documents that are coded blind."""


def log(
    database: Database,
    *,
    coder: str | None = None,
    rows: list[str] | None = None,
    limit: int = 50,
    hidden: Sequence[str] = (),
    me: str = "",
) -> Table:
    """What was done, newest first.

    Args:
        hidden: documents where what others than ``me`` coded or noted is left out.
        rows: ids of rows; only actions that touched one of them. None: all.
        limit: at most so many actions.
    """
    found = database.conn.execute(
        "SELECT at, coder, kind, what, (SELECT count(*) FROM journal WHERE action = action.id), id"
        " FROM action WHERE (?1 IS NULL OR coder = ?1) AND (?2 IS NULL OR id IN"
        " (SELECT action FROM journal WHERE row IN (SELECT value FROM json_each(?2))))"
        + (_SEEN if hidden else "")
        + " ORDER BY id DESC LIMIT ?3",
        (coder, None if rows is None else json.dumps(rows), limit)
        + ((me, json.dumps(hidden)) if hidden else ()),
    ).fetchall()
    said = {"do": "", "undo": "undid: ", "redo": "redid: "}
    return Table(
        "Log",
        ("at", "coder", "what", "rows", "action"),
        tuple((at, who, said[kind] + what, n, key) for at, who, kind, what, n, key in found),
        "Actions, newest first; rows: how many rows each changed.",
    )


def problems(database: Database) -> list[str]:
    """Rows that are not as the journal last left them, in words."""
    found = []
    for table in JOURNALED:
        columns = (*JOURNALED[table], *SHARED_COLUMNS)
        shape = "json_object(" + ", ".join(f"'{c}', t.\"{c}\"" for c in columns) + ")"
        found += [
            f"{table} {row}: differs from what the journal says"
            for (row,) in database.conn.execute(
                f"SELECT t.id FROM {table} AS t LEFT JOIN"
                ' (SELECT row, after, max(number) FROM journal WHERE "table" = ? GROUP BY row) AS j'
                f" ON j.row = t.id WHERE j.after IS NOT {shape}",
                (table,),
            )
        ]
    found += [
        f"{table} {row}: was removed from the table outside tcncode"
        for table, row in database.conn.execute(
            'SELECT "table", row FROM journal WHERE after IS NULL'
        )
    ]
    return found
