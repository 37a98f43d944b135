"""The rows of another copy of a project, taken in.

History comes along: actions and their entries, with negative numbers, before all that happened
here. Which version of a row stands follows from the history of all copies together (see
``standing``); so copies can be merged in any order, in any grouping and more than once, with the
same result.

Rows of several copies do not always fit together. One copy deletes a code that another codes
with; two give two codes one path; two decide one difference in two ways, and what followed from
either is coded. What must then be shown otherwise than it was written is worked out from all rows,
keeps its stamp, and is kept ``as_written`` too: the next merge begins from that again. Were repairs
written like edits, the order of merging would matter: a deletion that comes in later would find a
repair with a greater stamp in its way.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, replace
from heapq import merge as in_order
from itertools import groupby, repeat
from typing import Any

from tcncode.journal import rows, standing
from tcncode.journal.rows import Row, as_json, columns, listed, needed
from tcncode.schema import JOURNALED


@dataclass(frozen=True, slots=True)
class Clash:
    """A row that was edited on both sides since they parted."""

    table: str
    kept: Row
    overruled: Row
    base: Row | None
    """As both knew it; None where it was made on both sides."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A row that a merge changed."""

    table: str
    before: Row | None
    """None: it was not here."""
    after: Row


def actions(connection: sqlite3.Connection) -> set[str]:
    """Ids of all actions that a copy knows of."""
    return {row[0] for row in connection.execute("SELECT id FROM action")}


def last(connection: sqlite3.Connection) -> str:
    """The id of the last action that a copy knows of."""
    return str(connection.execute("SELECT max(id) FROM action").fetchone()[0] or "")


def related(mine: sqlite3.Connection, theirs: sqlite3.Connection, *, everybodys: str) -> bool:
    """Whether two projects have an action, a document or a codebook in common.

    Args:
        everybodys: the version of the codebook that projects begin with where nobody brings one:
            to have that in common says nothing.
    """
    for table in ("action", "document", "codebook_version"):
        ids = {row[0] for row in mine.execute(f"SELECT id FROM {table}")} - {everybodys}
        if any(row[0] in ids for row in theirs.execute(f"SELECT id FROM {table}")):
            return True
    return False


def begin(mine: sqlite3.Connection) -> None:
    """Before the first copy is taken in: rows as they were written. Inside the merge's action."""
    mine.execute("PRAGMA defer_foreign_keys = ON")
    _write_back(mine)


def take_in(
    mine: sqlite3.Connection,
    theirs: sqlite3.Connection,
    merge: str,
    *,
    fold: Callable[[str], str],
) -> tuple[list[Clash], int]:
    """Take in the rows and the history of another copy.

    Args:
        theirs: a copy of that file which may be written to (see ``copies``).
        merge: the id of the action that is under way.
        fold: makes the text that is searched out of a text.

    Returns:
        What was edited on both sides, and how much is new here: actions and rows. Merges that
        were made there do not count.
    """
    known = actions(mine) - {merge}, actions(theirs)
    touched = _touched(mine, known[0] - known[1]), _touched(theirs, known[1] - known[0])
    news = _take_history(mine, theirs, merge, known[1] - known[0])
    common, undone = known[0] & known[1], standing.undone(mine)
    undone_by_both = standing.undone(mine, common)
    _write_back(theirs)
    _take_texts(mine, theirs, fold)
    clashes: list[Clash] = []
    for table in JOURNALED:
        taken: list[Row] = []
        for here, there in _pairs(mine, theirs, table):
            if there is None or here == there:
                continue
            sides = [(table, there["id"]) in side for side in touched]
            if here is None or sides == [False, True]:
                taken.append(there)
            elif sides != [True, False]:
                found = standing.versions(mine, table, here["id"], undone, (here, there))
                stands = found.standing() or found.rows[max(found.rows)]
                if stands != here:
                    taken.append(stands)
                base = _base(mine, table, here["id"], common, undone_by_both)
                clashes += (
                    Clash(table, stands, lost, base)
                    for lost in (here, there)
                    if _is_lost(lost, stands, base, found)
                )
        rows.put(mine, table, taken)
        news += len(taken)
        if table == "document":
            _take_segments(mine, theirs, taken)
    return clashes, news


def revive(mine: sqlite3.Connection) -> None:
    """Keep what others' rows name: a coding goes before the deletion of its code or document."""
    for table in rows.USERS:
        found = mine.execute(
            f"SELECT {listed(table)} FROM {table} AS t WHERE retired AND {needed(table)}"
        ).fetchall()
        _repair_retired(mine, table, found)
    # Its speakers were deleted with a document, so they come back with it.
    found = mine.execute(
        f"SELECT {listed('speaker')} FROM speaker AS t WHERE retired AND EXISTS (SELECT 1 FROM"
        " document AS d JOIN as_written AS a ON a.\"table\" = 'document' AND a.row = d.id"
        " AND a.stamp = d.stamp WHERE d.id = t.document AND d.stamp = t.stamp AND NOT d.retired"
        " AND json_extract(a.content, '$.retired'))"
    ).fetchall()
    _repair_retired(mine, "speaker", found)


def keep_finished(mine: sqlite3.Connection, clashes: Iterable[Clash]) -> list[Clash]:
    """Who finished a document has finished it, whoever edited the assignment meanwhile.

    Returns:
        The clashes, without what is kept of both sides.
    """
    clashes = list(clashes)
    # All that were edited more than once: what is shown must not depend on the order of merging.
    asked = mine.execute(
        "SELECT row FROM journal LEFT JOIN action ON id = action WHERE \"table\" = 'assignment'"
        " AND (action IS NULL OR kind <> 'merge') GROUP BY row HAVING count(*) > 1 ORDER BY row"
    ).fetchall()
    undone = standing.undone(mine)
    shown: dict[str, Row] = {}
    for (key,) in asked:
        row = rows.read(mine, "assignment", key)
        found = standing.versions(mine, "assignment", key, undone).said("finished")
        if row and row["finished"] != found:
            shown[key] = {**row, "finished": found}
    repair(mine, "assignment", shown.values())
    return [
        replace(clash, kept=shown.get(clash.kept["id"], clash.kept))
        if clash.table == "assignment"
        else clash
        for clash in clashes
    ]


def _repair_retired(mine: sqlite3.Connection, table: str, found: Iterable[tuple[Any, ...]]) -> None:
    named = (dict(zip(columns(table), row, strict=True)) for row in found)
    repair(mine, table, [{**row, "retired": 0} for row in named])


def repair(mine: sqlite3.Connection, table: str, repaired: Iterable[Row]) -> None:
    """Show rows otherwise than they were written, and keep how that was."""
    changed = list(repaired)
    mine.execute(
        f"INSERT OR IGNORE INTO as_written SELECT '{table}', id, stamp, {as_json(table)}"
        f" FROM {table} AS t WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps([row["id"] for row in changed]),),
    )
    rows.put(mine, table, changed)


def finish(mine: sqlite3.Connection, merge: str) -> list[Arrival]:
    """Leave one entry in the journal for each row that the merge changed, from first to last."""
    for table, row, low, high in mine.execute(
        'SELECT "table", row, min(number), max(number) FROM journal WHERE action = ?'
        ' GROUP BY "table", row HAVING count(*) > 1',
        (merge,),
    ).fetchall():
        mine.execute(
            "UPDATE journal SET before = (SELECT before FROM journal WHERE number = ?)"
            " WHERE number = ?",
            (low, high),
        )
        mine.execute(
            'DELETE FROM journal WHERE action = ? AND "table" = ? AND row = ? AND number < ?',
            (merge, table, row, high),
        )
    mine.execute("DELETE FROM journal WHERE action = ? AND before IS after", (merge,))
    return [
        Arrival(table, json.loads(before) if before else None, json.loads(after))
        for table, before, after in mine.execute(
            'SELECT "table", before, after FROM journal WHERE action = ? ORDER BY number', (merge,)
        )
    ]


def all_rows(connection: sqlite3.Connection, table: str, **alike: str) -> list[dict[str, Any]]:
    """The rows of a table, deleted ones too, by id; only those whose columns are ``alike``."""
    where = " AND ".join(("1", *(f'"{column}" = ?' for column in alike)))
    found = connection.execute(
        f"SELECT {listed(table)} FROM {table} WHERE {where} ORDER BY id", (*alike.values(),)
    )
    return [dict(zip(columns(table), row, strict=True)) for row in found]


def tell(mine: sqlite3.Connection, merge: str, what: str) -> None:
    """Say in the journal what the merge did."""
    mine.execute("UPDATE action SET what = ? WHERE id = ?", (what, merge))


def _touched(connection: sqlite3.Connection, actions: set[str]) -> set[tuple[str, str]]:
    """Table and id of each row that these actions wrote or took back, other than by a merge."""
    # An undo changes no row where somebody else's version stands.
    undoes = dict(connection.execute("SELECT id, undoes FROM action WHERE undoes IS NOT NULL"))
    left, actions = sorted(actions), set()
    while left:
        key = left.pop()
        if key not in actions:
            actions.add(key)
            left += [undoes[key]] if key in undoes else []
    return set(
        connection.execute(
            'SELECT DISTINCT "table", row FROM journal JOIN action ON action.id = action'
            " WHERE kind <> 'merge' AND action IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(actions)),),
        )
    )


def _is_lost(row: Row, stands: Row, base: Row | None, found: standing.Versions) -> bool:
    """Whether something that somebody wrote, and still means, is overruled."""
    if rows.content(row) in (rows.content(stands), base and rows.content(base)):
        return False
    if found.edit(row) in found.undone:
        return False
    return standing.edited(row) or not standing.edited(stands)


def _pairs(
    mine: sqlite3.Connection, theirs: sqlite3.Connection, table: str
) -> Iterator[tuple[dict[str, Any] | None, dict[str, Any] | None]]:
    """Each row as it is here and as it is there, by id; however many there are."""
    names = columns(table)
    asked = f"SELECT {listed(table)} FROM {table} ORDER BY id"
    here, there = (zip(side.execute(asked), repeat(n)) for n, side in enumerate((mine, theirs)))
    both = in_order(here, there, key=_id_of)
    for _, group in groupby(both, key=_id_of):
        found = {n: row for row, n in group}
        if found.get(0) != found.get(1):
            versions = [
                dict(zip(names, found[n], strict=True)) if n in found else None for n in (0, 1)
            ]
            yield versions[0], versions[1]


def _id_of(entry: tuple[tuple[Any, ...], int]) -> str:
    return str(entry[0][0])


def _write_back(connection: sqlite3.Connection) -> None:
    """Put rows back as they were written, where a merge shows them otherwise."""
    for table in JOURNALED:
        found = connection.execute(
            f"SELECT content FROM as_written AS a JOIN {table} AS t ON t.id = a.row"
            ' AND t.stamp = a.stamp WHERE "table" = ?',
            (table,),
        ).fetchall()
        rows.put(connection, table, [json.loads(content) for (content,) in found])


def _base(
    mine: sqlite3.Connection, table: str, row: str, common: Set[str], undone: Set[str]
) -> Row | None:
    """A row as both sides last knew it.

    Args:
        common: ids of the actions that both knew.
        undone: those of them that were taken back, as far as both knew.
    """
    found = standing.versions(mine, table, row, undone, among=common)
    base = found.standing() or found.rows.get(max(found.rows, default=""))
    for _, after in found.by_hand:
        # Nobody knows on which side another program made it, so it is not passed over in silence.
        if base is None or after["stamp"] == base["stamp"]:
            base = after
    if base is None or table != "assignment":
        return base
    return {**base, "finished": found.said("finished")}


def _take_history(
    mine: sqlite3.Connection, theirs: sqlite3.Connection, merge: str, new: set[str]
) -> int:
    """Actions and their entries. What a merge changed there is in the entries it brought there."""
    found = [
        row
        for row in theirs.execute("SELECT id, at, coder, kind, what, undoes FROM action")
        if row[0] in new
    ]
    mine.executemany(
        "INSERT INTO action VALUES (?, ?, ?, ?, ?, ?, ?)", [(*row, merge) for row in found]
    )
    merges = {row[0] for row in theirs.execute("SELECT id FROM action WHERE kind = 'merge'")}
    made = {row[0] for row in found if row[0] not in merges and row[5] not in merges}
    lowest = mine.execute("SELECT min(0, ifnull(min(number), 0)) FROM journal").fetchone()[0]
    count = theirs.execute("SELECT count(*) FROM journal").fetchone()[0]
    mine.executemany(
        "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?)",
        (
            (lowest - count + n, *entry)
            for n, entry in enumerate(
                theirs.execute(
                    'SELECT action, "table", row, before, after FROM journal ORDER BY number'
                )
            )
            if entry[0] in made or (entry[0] is None and _unheard(mine, entry))
        ),
    )
    return len(made)


def _unheard(mine: sqlite3.Connection, entry: tuple[Any, ...]) -> bool:
    """Whether a change that another program made is not in the journal yet."""
    return not mine.execute(
        'SELECT 1 FROM journal WHERE action IS NULL AND "table" = ? AND row = ?'
        " AND before IS ? AND after IS ?",
        entry[1:],
    ).fetchone()


def _take_texts(
    mine: sqlite3.Connection, theirs: sqlite3.Connection, fold: Callable[[str], str]
) -> None:
    there = {row[0] for row in mine.execute("SELECT hash FROM text")}
    for key, characters, body in theirs.execute("SELECT hash, characters, body FROM text"):
        if key not in there:
            added = mine.execute(
                "INSERT INTO text (hash, characters, body) VALUES (?, ?, ?)",
                (key, characters, body),
            )
            mine.execute(
                "INSERT INTO text_search (rowid, folded) VALUES (?, ?)",
                (added.lastrowid, fold(body)),
            )
    mine.executemany(
        "INSERT INTO codebook_version VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        theirs.execute("SELECT id, saved, content FROM codebook_version"),
    )


def _take_segments(
    mine: sqlite3.Connection, theirs: sqlite3.Connection, documents: Iterable[Row]
) -> None:
    """Sentences and turns as the copy has them whose version of the document stands."""
    for document in documents:
        key = (document["text_hash"],)
        mine.execute("DELETE FROM segment WHERE text_hash = ?", key)
        mine.executemany(
            "INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, ?)",
            theirs.execute(
                'SELECT text_hash, kind, number, start, "end", speaker, seconds FROM segment'
                " WHERE text_hash = ?",
                key,
            ),
        )
