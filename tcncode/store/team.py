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

    def blind_documents(self) -> set[str]:
        """Documents that somebody codes blind while not all of their blind coders are done."""
        rows = self._connection.execute(
            "SELECT document FROM assignment WHERE blind AND finished IS NULL AND NOT retired"
        )
        return {row[0] for row in rows}

    def hidden_documents(self, coder: str) -> set[str]:
        """Documents that this coder codes blind while not all of their blind coders are done."""
        rows = self._connection.execute(
            "SELECT mine.document FROM assignment AS mine JOIN assignment AS other"
            " ON other.document = mine.document WHERE mine.coder = ? AND mine.blind"
            " AND other.blind AND other.finished IS NULL AND NOT mine.retired"
            " AND NOT other.retired",
            (coder,),
        )
        return {row[0] for row in rows}

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
