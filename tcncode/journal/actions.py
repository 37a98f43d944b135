"""Actions: begun, saved whole or not at all, and read again.

An action's id is a hybrid logical clock: milliseconds since 1970, a counter, and a part drawn
at random by each process (project files are copied by hand, and a replica number inside the
file would be copied along). Ids sort by time as text, and a later action of the same project
always has the greater one, also where a computer's clock was set back.

Source of the clock: Kulkarni et al. (2014), Logical Physical Clocks, OPODIS.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from tcncode.model import Change, Table
from tcncode.schema import JOURNALED, SHARED_COLUMNS
from tcncode.text.settle import storable

if TYPE_CHECKING:
    from sqlite_utils import Database

_PROCESS = secrets.token_hex(4)
_made = ""
"""The last stamp of this process. It may have several copies of one project open."""
_making = threading.Lock()

Kind = Literal["do", "undo", "redo", "merge"]


def now() -> str:
    """The present moment in UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def moment(stamp: str) -> str:
    """When a stamp was made, as ``now`` tells it."""
    made = datetime.fromtimestamp(int(stamp.partition("-")[0]) / 1000, UTC)
    return made.isoformat(timespec="seconds").replace("+00:00", "Z")


def next_stamp(last: str | None) -> str:
    """A stamp greater than ``last`` and, clocks permitting, than any made before on earth."""
    global _made
    with _making:
        last = max(last or "", _made)
        wall, counter = int(time.time() * 1000), 0
        if last:
            then, count, _ = last.split("-")
            if wall <= int(then):
                wall, counter = int(then), int(count) + 1
        _made = f"{wall:013d}-{counter:06d}-{_PROCESS}"
        return _made


@contextmanager
def action(
    database: Database,
    coder: str,
    what: str,
    *,
    kind: Kind = "do",
    undoes: str | None = None,
    after: str = "",
) -> Iterator[Change]:
    """One action: everything written inside is saved together, or nothing is.

    Args:
        what: the action in words, for ``log`` and undo.
        undoes: the action that this one takes back.
        after: an action, of whatever project, that this one is later than.
    """
    connection = database.conn
    connection.execute("BEGIN IMMEDIATE")
    try:
        change = Change(next_stamp(max(last(database), after)), coder)
        connection.execute("INSERT INTO current_action VALUES (?)", (change.stamp,))
        connection.execute(
            "INSERT INTO action VALUES (?, ?, ?, ?, ?, ?, NULL)",
            (change.stamp, now(), coder, kind, storable(what), undoes),
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


def first(database: Database) -> str:
    """The id of the first action; empty where there is none."""
    found = database.conn.execute("SELECT min(id) FROM action").fetchone()[0]
    return str(found or "")


def last_number(database: Database) -> int:
    """The number of the journal's newest entry; 0 where there is none."""
    return int(database.conn.execute("SELECT ifnull(max(number), 0) FROM journal").fetchone()[0])


def touched(database: Database, since: int, *tables: str) -> bool:
    """Whether a row of one of these tables changed after the journal's entry ``since``."""
    marks = ",".join("?" * len(tables))
    found = database.conn.execute(
        f'SELECT EXISTS (SELECT 1 FROM journal WHERE number > ? AND "table" IN ({marks}))',
        (since, *tables),
    ).fetchone()
    return bool(found[0])


def changed_since(database: Database, number: int) -> dict[str, set[str]]:
    """Table -> ids of the rows that were changed, by anybody, after this entry of the journal."""
    found: dict[str, set[str]] = {}
    for table, row in database.conn.execute(
        'SELECT "table", row FROM journal WHERE number > ?', (number,)
    ):
        found.setdefault(table, set()).add(row)
    return found


def documents_since(database: Database, number: int) -> set[str] | None:
    """Ids of documents in which codings, decisions or assignments changed after an entry.

    None where something else changed, too: then all may be otherwise.
    """
    found: set[str] = set()
    for table, document in database.conn.execute(
        "SELECT DISTINCT \"table\", json_extract(ifnull(after, before), '$.document') FROM journal"
        " WHERE number > ?",
        (number,),
    ):
        if table in ("coding", "settlement", "assignment"):
            found.add(str(document))
        elif table not in ("coder", "memo", "suggestion_answer"):
            return None
    return found


_HIDDEN = """
        j."table" IN ('coding', 'suggestion_answer', 'memo', 'settlement')
        AND coalesce(
            json_extract(ifnull(j.after, j.before), '$.document'),
            json_extract(ifnull(j.after, j.before), '$.target')
        ) IN (SELECT value FROM json_each(?5))
"""
"""Whether an entry of the journal tells what was coded, noted or answered in such a document."""
_SEEN = f"""
    AND (coder = ?4 OR NOT EXISTS (
        SELECT 1 FROM journal AS j WHERE j.action = action.id
        AND {_HIDDEN}
    ))
"""
"""Leaves out others' actions in documents that are coded blind."""
_COUNTED = f"""
    AND NOT (
        coalesce(
            json_extract(ifnull(j.after, j.before), '$.coder'),
            json_extract(ifnull(j.after, j.before), '$.author')
        ) IS NOT ?4
        AND {_HIDDEN}
    )
"""
"""Leaves out, of an action that is told, others' rows there: a merge brings those of many."""


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
        "SELECT at, coder, kind, what,"
        " (SELECT count(*) FROM journal AS j WHERE j.action = action.id"
        + (_COUNTED if hidden else "")
        + "), id"
        " FROM action WHERE (?1 IS NULL OR coder = ?1) AND (?2 IS NULL OR id IN"
        " (SELECT action FROM journal WHERE row IN (SELECT value FROM json_each(?2))))"
        + (_SEEN if hidden else "")
        + " ORDER BY id DESC LIMIT ?3",
        (coder, None if rows is None else json.dumps(rows), limit)
        + ((me, json.dumps(hidden)) if hidden else ()),
    ).fetchall()
    said = {"undo": "undid: ", "redo": "redid: "}
    return Table(
        "Log",
        ("at", "coder", "what", "rows", "action"),
        tuple(
            (at, who, said.get(kind, "") + what, n, key) for at, who, kind, what, n, key in found
        ),
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
            # An action removes rows only where it takes back a merge that brought them.
            'SELECT "table", row FROM journal WHERE after IS NULL AND action IS NULL'
        )
    ]
    return found
