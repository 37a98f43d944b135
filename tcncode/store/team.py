"""Memos, assignments, and what was decided where coders differ."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict

from tcncode.model import (
    SETTLED,
    Assignment,
    Change,
    Memo,
    Settlement,
)
from tcncode.store.rows import Rows
from tcncode.text import Span

_AT = (
    "ifnull(j.action, (SELECT p.action || '~' FROM journal AS p WHERE p.number < j.number"
    " AND p.action IS NOT NULL ORDER BY p.number DESC LIMIT 1))"
)
"""When a row changed: the action, or right behind the last one before another program did it,
which leaves the row with a stamp that says nothing ("~" is greater than all that ids hold)."""

_TOUCHED = (
    "coding AS c JOIN journal AS j ON j.row = c.id AND j.\"table\" = 'coding'"
    " LEFT JOIN action AS a ON a.id = j.action WHERE a.kind IS NOT 'merge'"
)
"""Codings with each change of them, but for what merges wrote anew."""

_OUTSIDE = "SELECT j.row FROM journal AS j WHERE j.action IS NULL AND j.\"table\" = 'coding'"
"""Codings that another program changed."""


class Team(Rows):
    """What coders say to each other, and who codes what."""

    def put_memo(self, memo: Memo, change: Change) -> None:
        """Keep a memo on anything but a coding."""
        self._put("memo", [asdict(memo)], change)

    def memos(
        self, *, noun: str | None = None, target: str | None = None
    ) -> list[tuple[Memo, str | None]]:
        """Memos, those on codings too, oldest first; each with the document it is about."""
        rows = self._connection.execute(
            "SELECT id, noun, target, coder, text, created,"
            " CASE noun WHEN 'document' THEN target END FROM memo WHERE NOT retired"
            " AND (?1 IS NULL OR noun = ?1) AND (?2 IS NULL OR target = ?2)"
            " UNION ALL SELECT id, 'coding', id, coder, memo, created, document FROM coding"
            " WHERE memo <> '' AND NOT retired"
            " AND (?1 IS NULL OR ?1 = 'coding') AND (?2 IS NULL OR id = ?2)"
            " ORDER BY 6, 1",
            (noun, target),
        )
        return [(Memo(*row[:6]), row[6]) for row in rows]

    def noted(self) -> list[tuple[str, str, str]]:
        """Noun, target and coder of every memo that is not on a coding."""
        return self._connection.execute(
            "SELECT noun, target, coder FROM memo WHERE NOT retired"
        ).fetchall()

    def put_assignments(self, assignments: Iterable[Assignment], change: Change) -> int:
        """Keep who is to code what; returns how many were new or changed."""
        return self._put(
            "assignment",
            (
                {"id": f"{a.document}/{a.coder}", **asdict(a), "assigned": int(a.assigned),
                 "blind": int(a.blind)}
                for a in assignments
            ),
            change,
        )  # fmt: skip

    def assignments(
        self, *, document: str | None = None, coder: str | None = None
    ) -> list[Assignment]:
        """Who is to code what, or has finished it, by document (as listed) and coder."""
        rows = self._connection.execute(
            "SELECT a.document, a.coder, assigned, blind, finished FROM assignment AS a"
            " JOIN document ON document.id = a.document"
            " WHERE NOT a.retired AND NOT document.retired"
            " AND (?1 IS NULL OR a.document = ?1) AND (?2 IS NULL OR a.coder = ?2)"
            " ORDER BY network IS NULL, network, name, a.document, a.coder",
            (document, coder),
        )
        return [Assignment(d, c, bool(a), bool(b), f) for d, c, a, b, f in rows]

    def progress(self) -> list[tuple[str, str, bool, bool]]:
        """Document, coder, whether asked to code it, whether finished: what ``assignments`` gives,
        in no order and without its nouns, in a third of the time."""
        return self._connection.execute(
            "SELECT a.document, a.coder, a.assigned, a.finished IS NOT NULL FROM assignment AS a"
            " JOIN document ON document.id = a.document"
            " WHERE NOT a.retired AND NOT document.retired"
        ).fetchall()

    def blind_documents(self) -> set[str]:
        """Documents that somebody codes blind while not all of their blind coders are done.

        What was coded, noted or answered there shows to nobody but whoever did it, asked to code
        the document or not: a blindness that ends with another name would be none.
        """
        rows = self._connection.execute(
            "SELECT document FROM assignment WHERE blind AND finished IS NULL AND NOT retired"
        )
        return {row[0] for row in rows}

    def assignment_marks(
        self, documents: Iterable[str]
    ) -> dict[str, list[tuple[str, str, bool, bool, str | None]]]:
        """What actions left of the assignments to documents, by document.

        Returns:
            Action, coder, whether blind, whether finished (neither where it was taken back), and
            the merge that brought it from another copy.
        """
        rows = self._connection.execute(
            "SELECT a.document, a.coder, ifnull(j.action, json_extract(after, '$.stamp')),"
            " json_extract(after, '$.blind'), json_extract(after, '$.finished'),"
            " json_extract(after, '$.retired'), action.brought"
            " FROM assignment AS a JOIN journal AS j ON j.row = a.id AND j.\"table\" = 'assignment'"
            " LEFT JOIN action ON action.id = j.action"
            " WHERE a.document IN (SELECT value FROM json_each(?)) AND after IS NOT NULL"
            # What a merge wrote came from actions that it brought along.
            " AND action.kind IS NOT 'merge'",
            (json.dumps(sorted(documents)),),
        )
        found: dict[str, list[tuple[str, str, bool, bool, str | None]]] = {}
        for document, coder, action, blind, finished, retired, brought in rows:
            there = not retired
            mark = action, coder, bool(blind) and there, bool(finished) and there, brought
            found.setdefault(document, []).append(mark)
        return found

    def coding_times(self) -> dict[str, tuple[str, str]]:
        """Document id -> when the first coding there was made, and the action of the last change.

        Removed codings count, too.
        """
        rows = self._connection.execute(
            "SELECT document, min(created), max(at) FROM"
            " (SELECT document, created, stamp AS at FROM coding UNION ALL"
            f" SELECT document, created, {_AT} FROM journal AS j JOIN coding AS c ON c.id = j.row"
            " WHERE j.action IS NULL AND j.\"table\" = 'coding') GROUP BY document"
        )
        return {document: (first, last) for document, first, last in rows}

    def first_actions(self, document: str) -> dict[str, str]:
        """Coder -> the action since which codings of theirs in a document are known here."""
        rows = self._connection.execute(
            f"SELECT c.coder, min(ifnull(a.brought, {_AT})) FROM {_TOUCHED}"
            " AND c.document = ? GROUP BY c.coder",
            (document,),
        )
        return dict(rows.fetchall())

    def has_changed_codings(
        self, document: str, coder: str, after: str, *, elsewhere: bool
    ) -> bool:
        """Whether a coder's codings of a document are others than before what came after an action.

        What edits of the codebook did to codings is left out.

        Args:
            after: the action.
            elsewhere: by what was done in other copies, or by what was done in this one.
        """
        rows = self._connection.execute(
            f"SELECT j.action, {_AT} AS changed,"
            " j.before IS NOT NULL AND NOT json_extract(j.before, '$.retired'),"
            " j.after IS NOT NULL AND NOT json_extract(j.after, '$.retired'),"
            f" c.id, NOT c.retired FROM {_TOUCHED}"
            # Whatever was changed later has a later stamp: that spares most of the journal.
            f" AND c.document = ?1 AND c.coder = ?2 AND (c.stamp > ?3 OR c.id IN ({_OUTSIDE}))"
            # Entries that a merge brought have negative numbers.
            " AND changed > ?3 AND (j.number < 0) = ?4 ORDER BY changed, j.number",
            (document, coder, after, elsewhere),
        ).fetchall()
        edits = {action: self._edits_codes(action) for action in {row[0] for row in rows}}
        # An edit puts another coding in the place of one: what its coder left is what counts.
        edited = {row[4] for row in rows if edits[row[0]]}
        was_there: dict[str, bool] = {}
        is_there: dict[str, bool] = {}
        for action, _, was, left, coding, now in rows:
            if not edits[action]:
                was_there.setdefault(coding, bool(was))
                is_there[coding] = bool(left if coding in edited else now)
        return was_there != is_there

    def _edits_codes(self, action: str | None) -> bool:
        """Whether an action, or what it undid or did again, took a code out of the codebook.

        One that only makes a code may be a coder's, who codes with it in the same action.
        """
        asked = (
            "WITH RECURSIVE did (id, undoes) AS (SELECT id, undoes FROM action WHERE id = ?"
            " UNION SELECT a.id, a.undoes FROM action AS a JOIN did ON a.id = did.undoes)"
            " SELECT 1 FROM did JOIN journal AS j ON j.action = did.id WHERE did.undoes IS NULL"
            " AND j.\"table\" = 'code' AND j.before IS NOT NULL"
            " AND json_extract(j.after, '$.retired')"
        )
        return self._one(asked, (action,)) is not None

    def put_settlements(self, settlements: Iterable[Settlement], change: Change) -> None:
        """Keep what was decided where coders differ."""
        self._put(
            "settlement",
            (
                {
                    "id": s.id, "document": s.document, "start": s.span.start, "end": s.span.end,
                    "coders": json.dumps(s.coders, ensure_ascii=False),
                    "codings": json.dumps(s.codings), "how": s.how,
                    "result": json.dumps(s.result, ensure_ascii=False), "memo": s.memo,
                    "decided": s.decided,
                }
                for s in settlements
            ),
            change,
        )  # fmt: skip

    def settlements(self, document: str | None = None) -> list[Settlement]:
        """What was decided, of one document (by its id) or all, by place."""
        rows = self._connection.execute(
            'SELECT id, document, start, "end", coders, codings, how, result, memo, decided, author'
            " FROM settlement WHERE NOT retired AND (?1 IS NULL OR document = ?1)"
            ' ORDER BY document, start, "end", id',
            (document,),
        )
        return [
            Settlement(
                key, at, Span(start, end), tuple(json.loads(coders)), tuple(json.loads(codings)),
                how, tuple((s, e, code) for s, e, code in json.loads(result)), *rest,
            )
            for key, at, start, end, coders, codings, how, result, *rest in rows
        ]  # fmt: skip

    def decided_in(self, action: str) -> list[str]:
        """Ids of the documents where an action changed decisions, or what follows from them."""
        rows = self._connection.execute(
            "SELECT DISTINCT json_extract(after, '$.document') FROM journal WHERE action = ? AND"
            " (\"table\" = 'settlement' OR \"table\" = 'coding'"
            " AND json_extract(after, '$.coder') = ? AND json_extract(after, '$.origin') = ?)",
            (action, SETTLED, SETTLED),
        )
        return [row[0] for row in rows]
