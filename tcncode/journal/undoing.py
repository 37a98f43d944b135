"""One's own actions, taken back and done again.

Taking back an action is an action, and travels with the project like any other. A merge is taken
back otherwise (see ``forgetting``).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from tcncode.errors import UndoError
from tcncode.journal import rows, standing
from tcncode.journal.actions import action
from tcncode.journal.forgetting import forget
from tcncode.model import SETTLED, Change, TakenBack
from tcncode.text import Span

if TYPE_CHECKING:
    from sqlite_utils import Database

Finish = Callable[[Change], object]
"""What is to be done in the same action once the rows are back."""


def undo(database: Database, coder: str, finish: Finish | None = None) -> str:
    """Take back this coder's last action that still stands, also one that a merge brought.

    Returns:
        What was taken back, in words.

    Raises:
        UndoError: there is none, or somebody later changed what it did.
    """
    return _take_back(database, coder, kind="undo", finish=finish)


def redo(database: Database, coder: str, finish: Finish | None = None) -> str:
    """Do again what this coder last undid, unless they did something else since.

    Raises:
        UndoError: there is nothing to redo, or somebody later changed it.
    """
    return _take_back(database, coder, kind="redo", finish=finish)


def _take_back(
    database: Database, coder: str, *, kind: Literal["undo", "redo"], finish: Finish | None
) -> str:
    target = _last_standing(database, coder, kind)
    if target is None:
        raise UndoError(f"{coder} has nothing to {kind}.")
    action_id, did, what = target
    said = what.splitlines()[0] if what else what
    entries = database.conn.execute(
        'SELECT "table", row, before, after FROM journal WHERE action = ? ORDER BY number DESC',
        (action_id,),
    ).fetchall()
    with action(database, coder, said, kind=kind, undoes=action_id) as change:
        if did == "merge":
            forget(database, action_id, said, entries)
        else:
            back = _Back(
                database, action_id, change, said, standing.undone(database.conn), kind == "redo"
            )
            for table, row, before, after in entries:
                _put_back(
                    back, table, row, json.loads(before or "null"), json.loads(after or "null")
                )
            for table, row in _left_alone(database, action_id, {entry[:2] for entry in entries}):
                _show_what_stands(back, table, row)
        if finish:
            finish(change)
    return said


@dataclass(frozen=True, slots=True)
class _Back:
    """An action that is being taken back."""

    database: Database
    action: str
    change: Change
    what: str
    undone: frozenset[str]
    """Ids of actions that were taken back, this one included."""
    again: bool
    """Whether it is an undo that is taken back."""

    def versions(self, table: str, row: str) -> standing.Versions:
        return standing.versions(self.database.conn, table, row, self.undone)

    def refused(self, why: str) -> UndoError:
        how = "done again" if self.again else "taken back"
        return UndoError(f'"{self.what}" cannot be {how}: {why}')


def _put_back(
    back: _Back, table: str, row: str, was: rows.Row | None, left: rows.Row | None
) -> None:
    connection = back.database.conn
    now_there = rows.read(connection, table, row)
    if now_there is None or left is None:
        raise back.refused(f"its {rows.called(connection, table, row)} was changed later.")
    found = back.versions(table, row)
    if not rows.alike(table, now_there, left) and not _repaired(connection, table, now_there, left):
        by_another_program = now_there["stamp"] not in found.rows
        same = found.edit(now_there) == found.edit(left)
        so_already = was is not None and rows.alike(table, now_there, was)
        if by_another_program or same or (found.built_on(left) and not so_already):
            raise back.refused(
                f"its {rows.called(connection, table, row)} was changed later by"
                f" {now_there['author']}."
                " Take that back first."
            )
        _show_what_stands(back, table, row)
        return
    # What is settled follows from decisions, and is worked out from them when all is put back.
    derived = table == "coding" and now_there["coder"] == SETTLED
    stands = None if derived else found.standing()
    if stands is None:
        # A row that was new is retired, not removed: deletions must travel to other copies.
        values = {**(was or {**now_there, "retired": 1})}
        values |= {"stamp": back.change.stamp, "author": back.change.author}
    elif was and was["stamp"] == stands["stamp"]:
        values = {**was}  # as it was shown, which a merge may have seen to
    else:
        values = {**stands}  # what somebody else wrote, and this action had overruled
    _write(back, table, values, found)


def _left_alone(
    database: Database, action_id: str, entries: Collection[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Table and id of rows that an action was about, and changed nothing of: others' stood."""
    first = _root(database, action_id, {})
    if first == action_id:
        return []
    found = database.conn.execute(
        'SELECT DISTINCT "table", row FROM journal WHERE action = ? ORDER BY number DESC', (first,)
    ).fetchall()
    return [entry for entry in found if entry not in entries]


def _show_what_stands(back: _Back, table: str, row: str) -> None:
    """Where nothing is left of an action in a row: whose version stands may be another now."""
    now_there = rows.read(back.database.conn, table, row)
    if now_there is None or (table == "coding" and now_there["coder"] == SETTLED):
        return
    found = back.versions(table, row)
    stands = found.standing()
    if stands is None or found.edit(stands) == found.edit(now_there):
        stands = now_there
    _write(back, table, dict(stands), found)


def _write(back: _Back, table: str, values: dict[str, Any], found: standing.Versions) -> None:
    """Write a row, if it can be as it is to be.

    Raises:
        UndoError: others' rows name it, or it names what was deleted.
    """
    connection, row = back.database.conn, values["id"]
    if table == "assignment":
        values["finished"] = found.said("finished")
    if values == rows.read(connection, table, row):
        return
    if values["retired"] and rows.in_use(connection, table, row):
        if table in ("document", "code"):
            used = rows.used_by(connection, table, row)
            whose = rows.called(connection, table, row)
            raise back.refused(f"there are {used} at its {whose}. Take those back first.")
        return  # a coder, network or city that others' rows name stays known
    if not values["retired"]:
        for noun in _NEEDS.get(table, ()):
            if not connection.execute(
                f"SELECT 1 FROM {noun} WHERE id = ? AND NOT retired", (values[noun],)
            ).fetchone():
                raise back.refused(f"its {noun} was deleted since.")
    rows.put(connection, table, [values])


_NEEDS = {
    "coding": ("document", "code"),
    "suggestion_answer": ("document", "code"),
    "assignment": ("document",),
    "settlement": ("document",),
}
"""Table -> what must be there, for a row to be brought back."""


def _repaired(connection: sqlite3.Connection, table: str, row: rows.Row, left: rows.Row) -> bool:
    """Whether a row is as the action left it, but for what a merge had to show otherwise."""
    return row["stamp"] == left["stamp"] and bool(
        connection.execute(
            'SELECT 1 FROM as_written WHERE "table" = ? AND row = ? AND stamp = ?',
            (table, row["id"], row["stamp"]),
        ).fetchone()
    )


def _last_standing(
    database: Database, coder: str, kind: Literal["undo", "redo"]
) -> tuple[str, str, str] | None:
    """The action that an undo (or redo) by this coder would take back: id, kind and words.

    Walks back from the newest, as many rows as there were undos in a row, however long the
    journal is. Of an action, its undos and its redos the newest decides (see ``standing``).
    """
    wanted = ("undo",) if kind == "redo" else ("do", "redo", "merge")
    roots: dict[str, str] = {}
    decided: set[str] = set()
    for action_id, did, what, undoes, brought in database.conn.execute(
        "SELECT id, kind, what, undoes, brought FROM action WHERE coder = ? ORDER BY id DESC",
        (coder,),
    ):
        if kind == "redo" and did == "do":
            return None
        root = _root(database, action_id, roots)
        if root in decided:
            continue
        decided.add(root)
        if did in wanted and not (brought and _of_merge(database, action_id, undoes)):
            if kind == "redo" and _of_merge(database, undoes):
                raise UndoError(f'"{what}" is not done again: merge the file once more.')
            return action_id, did, what
    return None


def _root(database: Database, action_id: str, known: dict[str, str]) -> str:
    """The action that is taken back and done again by this one, or this one itself.

    Args:
        known: what was found before, to which this is added.
    """
    chain, there = [action_id], action_id
    while there not in known:
        found = database.conn.execute(
            "SELECT undoes FROM action WHERE id = ? AND undoes IS NOT NULL", (there,)
        ).fetchone()
        if not found:
            known[there] = there
        else:
            there = found[0]
            chain.append(there)
    known |= dict.fromkeys(chain, known[there])
    return known[action_id]


def _of_merge(database: Database, *ids: str | None) -> bool:
    """Whether one of these actions is a merge."""
    return any(
        database.conn.execute(
            "SELECT 1 FROM action WHERE id = ? AND kind = 'merge'", (action_id,)
        ).fetchone()
        for action_id in ids
    )


def would_take_back(
    database: Database,
    coder: str,
    kind: Literal["undo", "redo"],
    hidden: Collection[str] = (),
) -> TakenBack | None:
    """What ``undo`` or ``redo`` would do now, without doing it; None: there is nothing.

    Args:
        hidden: documents that are coded blind; what others did there is not counted.
    """
    target = _last_standing(database, coder, kind)
    if target is None:
        return None
    action_id, did, what = target
    counts: dict[str, int] = {}
    places: dict[str, Span | None] = {}
    gone: list[str] = []
    for table, row, before, after in database.conn.execute(
        'SELECT "table", row, before, after FROM journal WHERE action = ? ORDER BY number',
        (action_id,),
    ):
        was, made = json.loads(before or "null"), json.loads(after or "null")
        if table in _WORK and _is_hidden(made or was, coder, hidden):
            continue
        counts[table] = counts.get(table, 0) + 1
        is_new = made is not None and not made["retired"] and (was is None or was["retired"])
        if table == "document" and is_new:
            gone.append(row)
        elif table in ("coding", "suggestion_answer", "settlement"):
            at = made if is_new or was is None else was
            places[at["document"]] = places.get(at["document"]) or Span(at["start"], at["end"])
        elif table in ("document", "assignment", "memo"):
            at = made or was
            document = at.get("document") or (row if table == "document" else at.get("target"))
            if table != "memo" or at["noun"] == "document":
                places.setdefault(document, None)
    said = what.splitlines()[0] if what else what
    return TakenBack(action_id, said, did == "merge", counts, places, tuple(gone))


_WORK = ("coding", "suggestion_answer", "memo", "settlement")
"""Tables of what is coded, noted, answered and decided: others' work in a document is hidden."""


def _is_hidden(row: rows.Row, coder: str, hidden: Collection[str]) -> bool:
    by = row.get("coder") or row["author"]
    return by != coder and (row.get("document") or row.get("target")) in hidden
