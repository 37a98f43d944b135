"""The codebook, its versions, and what uses its codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tcncode.model import (
    Change,
)
from tcncode.schema import JOURNALED
from tcncode.store.rows import Rows


class Codes(Rows):
    """Codes, in and out."""

    def put_codebook(
        self, name: str, version: str, *, sources: str, purposes: str, change: Change
    ) -> None:
        """Keep what is said of the codebook as a whole; sources and purposes as JSON."""
        record = {
            "id": "codebook", "name": name, "version": version, "sources": sources,
            "purposes": purposes,
        }  # fmt: skip
        self._put("codebook", [record], change)

    def codebook(self) -> tuple[str, str, str, str] | None:
        """Name, version, sources and purposes of the codebook."""
        rows = self._rows("codebook")
        return None if not rows else (rows[0][1], rows[0][2], rows[0][3], rows[0][4])

    def put_codes(self, codes: Sequence[tuple[str, str, int, str]], change: Change) -> None:
        """Keep codes as (id, path, position, definition as JSON)."""
        names = ("id", "path", "position", "definition")
        self._put("code", [dict(zip(names, code, strict=True)) for code in codes], change)

    def code_positions(self) -> dict[str, int]:
        """Where each code stands, by its id; a smaller number comes first."""
        return dict(self._connection.execute("SELECT id, position FROM code WHERE NOT retired"))

    def code_rows(self) -> list[str]:
        """Every code's definition as JSON, in the codebook's order."""
        rows = self._connection.execute(
            "SELECT definition FROM code WHERE NOT retired ORDER BY position, path"
        )
        return [row[0] for row in rows]

    def changed_codes(self, stamp: str) -> bool:
        """Whether an action changed the codebook or one of its codes."""
        return bool(
            self._one(
                "SELECT 1 FROM journal WHERE action = ? AND \"table\" IN ('code', 'codebook')",
                (stamp,),
            )
        )

    def code_entries(self) -> list[tuple[str, str | None, str | None, bool, str]]:
        """Every change of a code, oldest first: its id, its path before and after (None: it was
        not there), whether it is gone then, and its action in words."""
        rows = self._connection.execute(
            "SELECT row, json_extract(before, '$.path'), json_extract(after, '$.path'),"
            " after IS NULL OR json_extract(after, '$.retired'), ifnull(what, '')"
            " FROM journal LEFT JOIN action ON action.id = action"
            # By the ids of rows, of which there is an index: a journal may have a million entries.
            " WHERE \"table\" = 'code' AND row IN (SELECT id FROM code)"
            " ORDER BY ifnull(action, json_extract(after, '$.stamp')), number"
        )
        return [(key, was, now, bool(gone), what) for key, was, now, gone, what in rows]

    def put_codebook_version(self, version: str, *, saved: str, content: str) -> None:
        """Keep a codebook as it was, so that old codings can be read against it."""
        self._connection.execute(
            "INSERT INTO codebook_version VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (version, saved, content),
        )

    def kept_codebook(self, version: str) -> str | None:
        """A codebook as ``put_codebook_version`` kept it; None: this version was never here."""
        found = self._one("SELECT content FROM codebook_version WHERE id = ?", (version,))
        return None if found is None else str(found[0])

    def has_codings(self, codes: Iterable[str]) -> bool:
        """Whether one of these codes has a coding; as quick with a million of them as with one."""
        return any(
            self._one("SELECT 1 FROM coding WHERE code = ? AND NOT retired LIMIT 1", (code,))
            for code in codes
        )

    def coded_places(self) -> list[tuple[str, str, str, int, int]]:
        """Code, coder, document, start and end of every coding: all that counting needs."""
        return self._connection.execute(
            'SELECT code, coder, document, start, "end" FROM coding JOIN code ON code.id = code'
            " WHERE NOT coding.retired AND NOT code.retired"
        ).fetchall()

    def answer_rows(self, code: str) -> list[dict[str, Any]]:
        """What coders answered to suggestions of one code, as rows."""
        columns = JOURNALED["suggestion_answer"]
        names = ", ".join(f'"{c}"' for c in columns)
        rows = self._connection.execute(
            f"SELECT {names} FROM suggestion_answer WHERE code = ? AND NOT retired ORDER BY id",
            (code,),
        )
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def put_answer_rows(self, rows: Iterable[Mapping[str, Any]], change: Change) -> None:
        """Keep rows that ``answer_rows`` gave, changed or not."""
        self._put("suggestion_answer", rows, change)

    def suggestion_ids(self, code: str) -> set[str]:
        """Ids of the suggestions made for one code, answered or not."""
        rows = self._connection.execute("SELECT id FROM suggestion WHERE code = ?", (code,))
        return {row[0] for row in rows}

    def used_codes(self) -> dict[str, int]:
        """How many codings each code has, by its id; codes without any are left out."""
        rows = self._connection.execute(
            "SELECT code, count(*) FROM coding WHERE NOT retired GROUP BY code"
        )
        return dict(rows.fetchall())
