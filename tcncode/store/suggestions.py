"""Suggestions, the answers to them, and the model they come from."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from tcncode.model import (
    Answer,
    Change,
    Evidence,
    Suggestion,
)
from tcncode.store.settings import SUGGESTED, Settings
from tcncode.store.team import Team
from tcncode.text import Span

_COVERED = (
    'min(m."end", s."end") - max(m.start, s.start) >= 0.5 * (s."end" - s.start)'
    " AND m.coder = ? AND NOT m.retired"
)
"""``m``, a coding or an answer of the coder, takes in at least half of a suggestion."""
_CODED = (
    'min(m."end", s."end") - max(m.start, s.start)'
    ' >= 0.5 * min(s."end" - s.start, m."end" - m.start) AND m.coder = ? AND NOT m.retired'
)
"""Likewise a coding, or it lies in the suggestion: accepting that would code it a second time."""
_OPEN = (
    "suggestion AS s JOIN document ON document.id = s.document JOIN code ON code.id = s.code"
    " WHERE NOT document.retired AND NOT code.retired AND NOT EXISTS"
    " (SELECT 1 FROM suggestion_answer AS m"
    f"  WHERE m.document = s.document AND m.code = s.code AND {_COVERED})"
    " AND NOT EXISTS (SELECT 1 FROM coding AS m JOIN code AS own ON own.id = m.code"
    '  WHERE m.document = s.document AND m.start < s."end"'
    "  AND (own.id = code.id OR substr(own.path, 1, length(code.path) + 1) = code.path || '/')"
    f"  AND {_CODED})"
)
"""The suggestions that a coder has neither answered nor coded: as they are, or mostly.

One that was made anew with another boundary is another row; an answer to the old one holds for it,
and so does a coding with the code or one below it.
"""


class Suggestions(Settings, Team):
    """Suggestions and answers, in and out."""

    def others_are_open(self) -> None:
        """Let screens see that other suggestions are open than before."""
        self.set_setting(SUGGESTED, secrets.token_hex(8))

    def replace_suggestions(self, document_id: str, suggestions: Iterable[Suggestion]) -> None:
        """Put new suggestions for one document in place of the old. Answers stay."""
        self.others_are_open()
        self._connection.execute("DELETE FROM suggestion WHERE document = ?", (document_id,))
        self._connection.executemany(
            "INSERT OR IGNORE INTO suggestion VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (s.id, s.document, s.span.start, s.span.end, s.code, s.score, s.method,
                 _evidence_json(s.evidence))
                for s in suggestions
            ],
        )  # fmt: skip

    def suggestions(
        self,
        coder: str,
        *,
        ids: Sequence[str] | None = None,
        documents: Sequence[str] | None = None,
        codes: Sequence[str] | None = None,
        network: str | None = None,
        score: float = 0.0,
        muted: Iterable[str] = (),
    ) -> list[Suggestion]:
        """What this coder has not answered yet, best first within a document.

        What was coded alike in documents that are coded blind is left out of the evidence: it may
        have been found before they were to be.

        Args:
            score: only what scores at least this.
            muted: ids of codes that are left out.
        """
        # Not "?1 IS NULL OR ...": that would read the whole table for a single one.
        where, values = ["s.score >= ?"], list[Any]([score])
        for column, wanted in (("s.id", ids), ("s.document", documents), ("s.code", codes)):
            if wanted is not None:
                where.append(f"{column} IN (SELECT value FROM json_each(?))")
                values.append(json.dumps(list(wanted)))
        if left_out := list(muted):
            where.append("s.code NOT IN (SELECT value FROM json_each(?))")
            values.append(json.dumps(left_out))
        if network is not None:
            where.append("document.network = ?")
            values.append(network)
        rows = self._connection.execute(
            'SELECT s.id, s.document, s.start, s."end", s.code, s.score, s.evidence, s.method'
            f" FROM {_OPEN} AND {' AND '.join(where)}"
            " ORDER BY document.network IS NULL, document.network, document.name, s.document,"
            " s.score DESC, s.start, s.code",
            (coder, coder, *values),
        )
        hidden = self.blind_documents()
        return [
            Suggestion(i, d, Span(s, e), code, score, _evidence(found, hidden), method)
            for i, d, s, e, code, score, found, method in rows
        ]

    def open_suggestions(self, coder: str, muted: Iterable[str] = ()) -> set[str]:
        """Ids of what this coder has not answered yet: cheap, for noticing what came and went."""
        rows = self._connection.execute(
            f"SELECT s.id FROM {_OPEN} AND s.code NOT IN (SELECT value FROM json_each(?))",
            (coder, coder, json.dumps(list(muted))),
        )
        return {row[0] for row in rows}

    def open_counts(self, coder: str, documents: Sequence[str] | None = None) -> dict[str, int]:
        """How many suggestions this coder has not answered yet, by code id."""
        where, values = "", list[Any]([coder, coder])
        if documents is not None:
            where = " AND s.document IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(list(documents)))
        return dict(
            self._connection.execute(
                f"SELECT s.code, count(*) FROM {_OPEN}{where} GROUP BY s.code", values
            ).fetchall()
        )

    def answers(self, coder: str | None = None) -> list[tuple[str, Answer, int]]:
        """How often a coder, or all together, gave each answer, by code id.

        Those in documents that were taken back are left out.
        """
        return self._connection.execute(
            "SELECT a.code, a.answer, count(*) FROM suggestion_answer AS a"
            " JOIN document ON document.id = a.document"
            " WHERE coalesce(a.coder = ?, 1) AND NOT a.retired AND NOT document.retired"
            " GROUP BY a.code, a.answer",
            (coder,),
        ).fetchall()

    def put_answers(
        self, suggestions: Iterable[Suggestion], *, answer: Answer, coder: str, change: Change
    ) -> None:
        """Keep a coder's answer to some suggestions."""
        records = (
            {
                "id": f"{s.id}/{coder}", "document": s.document, "start": s.span.start,
                "end": s.span.end, "code": s.code, "answer": answer, "coder": coder,
                "score": s.score, "evidence": _evidence_json(s.evidence),
            }
            for s in suggestions
        )  # fmt: skip
        self._put("suggestion_answer", records, change)

    def answered(self, coder: str) -> list[tuple[Suggestion, Answer]]:
        """All suggestions that this coder has answered.

        The method that found one was not kept; its evidence is as in ``suggestions``.
        """
        hidden = self.blind_documents()
        rows = self._connection.execute(
            'SELECT a.id, a.document, a.start, a."end", a.code, a.score, a.evidence, a.answer'
            " FROM suggestion_answer AS a JOIN document ON document.id = a.document"
            " JOIN code ON code.id = a.code WHERE a.coder = ?"
            " AND NOT a.retired AND NOT document.retired AND NOT code.retired ORDER BY a.id",
            (coder,),
        )
        return [
            (
                Suggestion(
                    i.partition("/")[0], d, Span(s, e), code, score, _evidence(found, hidden), ""
                ),
                answer,
            )
            for i, d, s, e, code, score, found, answer in rows
        ]

    def all_answers(self) -> list[tuple[str, Span, str, Answer, str]]:
        """Document, span, code id, answer and stamp of every answer that stands.

        Those in documents that were taken back are left out.
        """
        rows = self._connection.execute(
            'SELECT a.document, a.start, a."end", a.code, a.answer, a.stamp'
            " FROM suggestion_answer AS a JOIN document ON document.id = a.document"
            " WHERE NOT a.retired AND NOT document.retired ORDER BY a.id"
        )
        return [(d, Span(s, e), code, answer, stamp) for d, s, e, code, answer, stamp in rows]

    def decisions(self) -> int:
        """Answers to suggestions and codings by hand that stand, as do their documents."""
        here = "NOT m.retired AND m.document IN (SELECT id FROM document WHERE NOT retired)"
        row = self._one(
            f"SELECT (SELECT count(*) FROM suggestion_answer AS m WHERE {here})"
            f" + (SELECT count(*) FROM coding AS m WHERE origin = 'by hand' AND {here})",
            (),
        )
        return int(row[0]) if row else 0

    def put_suggester(self, made: str, about: str, model: bytes) -> None:
        """Keep the model that suggestions are made with, in place of the one before."""
        self._connection.execute(
            "INSERT INTO suggester VALUES ('team', ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET made = excluded.made, about = excluded.about,"
            " model = excluded.model",
            (made, about, model),
        )

    def suggester(self) -> tuple[str, str, bytes] | None:
        """When it was made, what it was trained on (JSON), and the model itself."""
        row = self._one("SELECT made, about, model FROM suggester WHERE id = 'team'", ())
        return None if row is None else (str(row[0]), str(row[1]), bytes(row[2]))


def _evidence_json(evidence: Iterable[Evidence]) -> str:
    return json.dumps(
        [
            [e.kind, e.words, e.span.start, e.span.end, e.weight, e.detail]
            + ([e.document] if e.document else [])
            for e in evidence
        ],
        ensure_ascii=False,
    )


def _evidence(found: str, hidden: AbstractSet[str]) -> tuple[Evidence, ...]:
    """Evidence as it was kept, without passages of hidden documents."""
    out = []
    for kind, words, start, end, weight, detail, *document in json.loads(found):
        # Kept by an earlier version, a passage does not tell where it stands.
        if kind != "near" or not hidden or (document and document[0] not in hidden):
            out.append(Evidence(kind, words, Span(start, end), weight, detail, *document))
    return tuple(out)
