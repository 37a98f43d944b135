"""Which version of a row stands, of all that were written of it in any copy.

Each edit of a row wrote a version of it. An undo wrote none of its own: it shows again the version
that was there before, and a redo the one that was taken back. That version stands which was edited
last and not taken back; where all were taken back, the row is deleted. So what stands follows from
what is in the journal, in whatever order it came there: an edit that nobody took back is not lost
because somebody else edited the row later and thought better of it.

What a project began with, and nobody edited, gives way to any edit.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Set
from dataclasses import dataclass
from operator import itemgetter

from tcncode.journal.rows import Row, alike
from tcncode.model import BEGINNING


@dataclass(frozen=True, slots=True)
class Versions:
    """All versions of one row that a journal holds."""

    rows: dict[str, Row]
    """Stamp -> the row as that action wrote it."""
    edits: dict[str, str]
    """Stamp -> the edit whose version it is: its own, or the one that was shown again. The empty
    text stands for what was before the row was made."""
    before: dict[str, Row | None]
    """Action -> the row as it found it; None: it was not there."""
    by_hand: tuple[tuple[Row | None, Row], ...]
    """Changes that no action made, such as another program's: the row before and after, in the
    order of the stamps they were found with."""
    undone: Set[str]
    """Ids of actions that were taken back, of the whole journal."""

    def edit(self, row: Row | None) -> str:
        """The edit whose version a row is."""
        return "" if row is None else self.edits.get(row["stamp"], str(row["stamp"]))

    def standing(self) -> Row | None:
        """The version that stands; None: every edit was taken back, and the row is there still,
        because others' rows name it."""
        edits = {edit for edit in self.edits.values() if edit in self.rows} - self.undone
        last = max(edits, key=self._place, default="")
        shown = [stamp for stamp, edit in self.edits.items() if edit == last]
        return self.rows[max(shown)] if shown else None

    def said(self, column: str) -> object:
        """What the last change of those that stand says in a column, of those that changed it;
        where none did, what the row said before all of them."""
        edits = set(self.edits.values()) & self.rows.keys() - self.undone
        changes = [(edit, self.before.get(edit), self.rows[edit]) for edit in edits]
        # Sorting keeps them after the edit that they found.
        changes += [(str(after["stamp"]), was, after) for was, after in self.by_hand]
        changes.sort(key=itemgetter(0))
        said = [now[column] for _, was, now in changes if now[column] != (was or {}).get(column)]
        if said:
            return said[-1]
        if self.before:
            first = self.before[min(self.before)]
        else:
            first = (
                self.by_hand[0][0] if self.by_hand else self.rows.get(max(self.rows, default=""))
            )
        return (first or {}).get(column)

    def built_on(self, row: Row) -> bool:
        """Whether somebody edited this version further, and did not take that back."""
        later = {stamp for stamp, edit in self.edits.items() if edit == stamp} - self.undone
        found = (self.before.get(stamp) for stamp in later)
        return any(was is not None and self.edit(was) == self.edit(row) for was in found)

    def _place(self, edit: str) -> tuple[bool, str]:
        return edited(self.rows[edit]), edit


def edited(row: Row) -> bool:
    """Whether anybody wrote a row since its project was begun."""
    return bool(row["author"] != BEGINNING)


def undone(connection: sqlite3.Connection, among: Set[str] | None = None) -> frozenset[str]:
    """Ids of the actions that were taken back, and not done again.

    An action, its undos and the redos of those are one chain, which has branches where copies
    took back the same. The latest of it decides: after an undo, the action and all redos are
    taken back; after a redo, all undos are.

    Args:
        among: ids of the actions that count; None: all.
    """
    roots: dict[str, str] = {}
    latest: dict[str, str] = {}
    kinds: dict[str, str] = {}
    # What takes back is always later than what it takes back.
    for action, kind, undoes in connection.execute(
        "SELECT id, kind, undoes FROM action WHERE undoes IS NOT NULL ORDER BY id"
    ):
        if among is None or action in among:
            roots[action] = roots.get(undoes, undoes)
            kinds[action] = latest[roots[action]] = kind
    found = {action for action, root in roots.items() if kinds[action] != latest[root]}
    return frozenset(found | {root for root, kind in latest.items() if kind == "undo"})


def versions(
    connection: sqlite3.Connection,
    table: str,
    row: str,
    taken_back: Set[str],
    present: Iterable[Row] = (),
    among: Set[str] | None = None,
) -> Versions:
    """What the journal holds of one row.

    Args:
        taken_back: see ``undone``.
        present: the row as copies have it. Where another program changed it, its stamp tells of
            no such version; of two with one stamp, the words decide.
        among: ids of the actions that count; None: all. Changes that no action made count with
            the action whose stamp they found.
    """
    found: dict[str, Row] = {}
    edits: dict[str, str] = {}
    before: dict[str, Row | None] = {}
    by_hand: list[tuple[Row | None, Row]] = []
    entries = connection.execute(
        "SELECT action, before, after, kind, undoes FROM journal LEFT JOIN action ON id = action"
        " WHERE row = ? AND \"table\" = ? AND (action IS NULL OR kind <> 'merge')"
        " ORDER BY action, number",
        (row, table),
    )
    for action, was, became, kind, undoes in entries:
        version = json.loads(became or "null")
        if among is not None and (action or (version or {}).get("stamp")) not in among:
            continue
        if action is None:
            by_hand += [(json.loads(was or "null"), version)] if version else []
            continue
        before.setdefault(action, json.loads(was or "null"))
        # A merge that was taken back put rows back as they were, stamps and all.
        if version is None or version["stamp"] != action:
            continue
        found[action] = version
        edits[action] = action
        if kind in ("undo", "redo") and undoes in before and _shows(table, version, before[undoes]):
            earlier = before[undoes]
            stamp = earlier["stamp"] if earlier else ""
            edits[action] = edits.get(stamp, stamp)
    for version in sorted(present, key=_words):
        found[version["stamp"]] = version
        edits.setdefault(version["stamp"], version["stamp"])
    return Versions(found, edits, before, _in_order(by_hand), taken_back)


def _in_order(by_hand: list[tuple[Row | None, Row]]) -> tuple[tuple[Row | None, Row], ...]:
    """Changes of a row by other programs, in an order that no merge alters: what another such
    change found comes before what none did."""
    found = {_words(was) for was, _ in by_hand if was}

    def place(change: tuple[Row | None, Row]) -> tuple[str, bool, str]:
        words = _words(change[1])
        return str(change[1]["stamp"]), words not in found, words

    return tuple(sorted(by_hand, key=place))


def _shows(table: str, version: Row, earlier: Row | None) -> bool:
    """Whether an undo or redo left a row as it was then, and nothing was worked out anew."""
    if earlier is None:
        return bool(version["retired"])
    return alike(table, version, earlier)


def _words(row: Row) -> str:
    return json.dumps(list(row.values()), ensure_ascii=False)
