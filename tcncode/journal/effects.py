"""Actions that are still in effect, found by how they are told."""

from __future__ import annotations

from sqlite_utils import Database


def in_effect(database: Database, begins: str, table: str) -> dict[str, tuple[str, list[str]]]:
    """Actions that nobody has taken back, or that were done again since.

    Args:
        begins: how their words begin.
        table: whose rows are asked for.

    Returns:
        Action -> its words, and the ids of the rows that it changed; oldest first.
    """
    found = database.conn.execute(
        "SELECT action.id, what, row FROM action JOIN journal ON journal.action = action.id"
        " WHERE substr(what, 1, ?) = ? AND kind = 'do' AND \"table\" = ?"
        " ORDER BY action.id, number",
        (len(begins), begins, table),
    ).fetchall()
    gone: set[str] = set()
    # What takes back is later than what it takes back: the latest is judged first.
    for action, undoes in database.conn.execute(
        "SELECT id, undoes FROM action WHERE undoes IS NOT NULL ORDER BY id DESC"
    ):
        if action not in gone:
            gone.add(undoes)
    out: dict[str, tuple[str, list[str]]] = {}
    for action, what, row in found:
        if action not in gone:
            out.setdefault(action, (what, []))[1].append(row)
    return out
