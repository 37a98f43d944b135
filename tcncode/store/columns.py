"""Codings and segments by the column, for what counts them: no nouns are made."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from tcncode.model import (
    DocumentEntry,
)
from tcncode.store.rows import Rows
from tcncode.text import SegmentKind

_FEW = 4
"""Names that are compared one after the other in less time than they are halved."""


class Columns(Rows):
    """Places, for agreement and reports."""

    def stretches(self, document_id: str, kind: SegmentKind) -> list[tuple[int, int]]:
        """Starts and ends of the segments of one kind: what a long text is opened with."""
        return self._connection.execute(
            'SELECT start, "end" FROM segment WHERE text_hash ='
            " (SELECT text_hash FROM document WHERE id = ?) AND kind = ? ORDER BY number",
            (document_id, kind),
        ).fetchall()

    def places(
        self, coders: Iterable[str], *, origins: bool = False, days: bool = False
    ) -> list[tuple[Any, ...]]:
        """Document, coder, code, start, end of these coders' codings; origin and day if asked for.

        Without days a row has six columns, the last of them None where no origin is asked for.
        """
        extra = f"{'origin' if origins else 'NULL'}{', substr(created, 1, 10)' if days else ''}"
        # "+" keeps SQLite from the index by coder: of 154,000 codings it takes twice as long.
        return self._connection.execute(
            f'SELECT document, coder, code, start, "end", {extra}'
            " FROM coding WHERE NOT retired AND +coder IN (SELECT value FROM json_each(?))",
            (json.dumps(list(coders)),),
        ).fetchall()

    def packed_places(
        self,
        sizes: Sequence[int],
        *,
        origins: Sequence[str] = (),
        documents: Sequence[str] | None = None,
    ) -> tuple[list[tuple[str, ...]], dict[int, str], dict[int, str]] | None:
        """All codings, each as one number: a million in less time than their rows take.

        Args:
            sizes: bits for the length of a coding, its code's number and its coder's number. The
                start is what is left above them.
            origins: if given, a second number holds day and origin: ``20190501`` + 10 ** 8 x the
                origin's place in this list.
            documents: only of these, in this order; costs nothing for others. None: of all.

        Returns:
            Document and its codings' numbers joined by commas, for each that has codings; codes
            and coders by number. None where the numbers do not fit: ``places`` gives the same as
            rows.
        """
        codes: dict[int, str] = dict(self._connection.execute("SELECT rowid, id FROM code"))
        coders: dict[int, str] = dict(self._connection.execute("SELECT rowid, id FROM coder"))
        longest = self._one("SELECT max(characters) FROM text", ()) or (0,)
        if (
            (longest[0] or 0) >= min(2 ** sizes[0], 2 ** (62 - sum(sizes)))
            or max(codes, default=0) >= 2 ** sizes[1]
            or max(coders, default=0) >= 2 ** sizes[2]
        ):
            return None
        code, coder = _numbered("code", codes), _numbered("coder", coders)
        numbers = (
            f'group_concat((((((start << {sizes[0]}) | ("end" - start))'
            f" << {sizes[1]}) | {code}) << {sizes[2]}) | {coder})"
        )
        if origins:
            cases = " ".join(f"WHEN '{name}' THEN {n}" for n, name in enumerate(origins))
            # A number ends where the hour begins: "20190501T12..." is 20190501.
            day = "CAST(replace(created, '-', '') AS INTEGER)"
            facts = f"group_concat((CASE origin {cases} END) * 100000000 + {day})"
            # In one text, so that both are sure to be in one order.
            numbers += f" || ';' || {facts}"
        found = f"{numbers} FROM coding WHERE document = here.id AND NOT retired"
        if documents is None:
            documents = [row[0] for row in self._connection.execute("SELECT id FROM document")]
        return self._by_document(found, documents), codes, coders

    def packed_stretches(
        self, kind: SegmentKind, documents: Sequence[str]
    ) -> list[tuple[str, ...]]:
        """Document, in this order, and starts and ends of its segments, joined by commas."""
        columns = "group_concat(start) || ';' || group_concat(\"end\")"
        return self._by_document(
            f"{columns} FROM segment WHERE text_hash = here.text_hash AND kind = '{kind}'",
            documents,
        )

    def _by_document(self, numbers: str, documents: Sequence[str]) -> list[tuple[str, ...]]:
        """Document and its numbers, for each that has any.

        Args:
            numbers: SQL for one text about the document ``here``, whose columns ``;`` parts.
        """
        rows = self._connection.execute(
            f"SELECT here.id, (SELECT {numbers}) FROM json_each(?)"
            " CROSS JOIN document AS here ON here.id = value",
            (json.dumps(documents),),
        )
        return [(document, *found.split(";")) for document, found in rows if found]

    def all_stretches(self, kind: SegmentKind) -> list[tuple[str, int, int]]:
        """Document, start and end of the segments of one kind, of all documents."""
        return self._connection.execute(
            'SELECT document.id, start, "end" FROM document'
            " JOIN segment ON segment.text_hash = document.text_hash"
            " WHERE segment.kind = ? AND NOT retired",
            (kind,),
        ).fetchall()

    def interviewer_turns(self) -> list[tuple[str, int, int]]:
        """Document, start and end of the turns in which an interviewer speaks."""
        return self._connection.execute(
            'SELECT document.id, start, "end" FROM document'
            " JOIN segment ON segment.text_hash = document.text_hash AND segment.kind = 'turn'"
            " JOIN speaker ON speaker.document = document.id AND label = segment.speaker"
            " WHERE role = 'interviewer' AND NOT document.retired AND NOT speaker.retired"
        ).fetchall()

    def speaker_turns(self) -> list[tuple[str, int, int, str | None, str, str | None]]:
        """Document, start, end, speaker, role and affiliation of every turn.

        The role of a speaker whom nobody has described is empty.
        """
        said = {
            (document, label): (role, affiliation)
            for document, label, role, affiliation in self._connection.execute(
                "SELECT document, label, role, affiliation FROM speaker WHERE NOT retired"
            )
        }
        turns = self._connection.execute(
            'SELECT document.id, start, "end", speaker FROM document'
            " JOIN segment ON segment.text_hash = document.text_hash AND segment.kind = 'turn'"
            " WHERE NOT retired"
        )
        return [(*turn, *said.get((turn[0], turn[3]), ("", None))) for turn in turns]

    def has_turns(self, documents: Collection[str]) -> bool:
        """Whether any of these documents is a transcript: the import found who speaks in it."""
        rows = self._connection.execute(
            "SELECT id FROM document WHERE NOT retired AND EXISTS (SELECT 1 FROM segment"
            " WHERE segment.text_hash = document.text_hash AND kind = 'turn')"
        )
        return any(row[0] in documents for row in rows)

    def first_coded(self, coders: Iterable[str]) -> dict[str, str]:
        """When the first coding of any of these coders was made in each document."""
        return dict(
            self._connection.execute(
                "SELECT document, min(created) FROM coding WHERE NOT retired"
                " AND +coder IN (SELECT value FROM json_each(?)) GROUP BY document",
                (json.dumps(list(coders)),),
            ).fetchall()
        )

    def codebooks_used(self, coders: Iterable[str]) -> list[tuple[str, str, str]]:
        """Document, version of the codebook, and when it was first used there by these coders."""
        return self._connection.execute(
            "SELECT document, codebook_version, min(created) FROM coding WHERE NOT retired"
            " AND coder IN (SELECT value FROM json_each(?)) GROUP BY document, codebook_version"
            " ORDER BY 3",
            (json.dumps(list(coders)),),
        ).fetchall()

    def uncounted_entries(
        self, *, network: str | None = None, kind: str | None = None
    ) -> list[DocumentEntry]:
        """As ``document_entries``, with 0 codings: to count 154,000 takes as long as comparing."""
        rows = self._connection.execute(
            "SELECT document.id, name, network, kind, date, language, source, characters, words, 0"
            " FROM document JOIN text ON hash = text_hash"
            " WHERE NOT retired AND (?1 IS NULL OR network = ?1) AND (?2 IS NULL OR kind = ?2)"
            " ORDER BY network IS NULL, network, name, document.id",
            (network, kind),
        )
        return [DocumentEntry(*row) for row in rows]


def _numbered(table: str, ids: Mapping[int, str]) -> str:
    """SQL for the number of a coding's code or coder; NULL where none has the name.

    Comparing with the names in order, halved until few are left, costs less than looking each
    coding's name up in its table.
    """
    # SQLite orders texts by their bytes in UTF-8, which is the order of their code points.
    return _halved(f"coding.{table}", sorted((name, n) for n, name in ids.items()))


def _halved(column: str, names: Sequence[tuple[str, int]]) -> str:
    """SQL for the number that stands beside a column's value among names in order."""
    if len(names) <= max(_FEW, 1):
        cases = " ".join(f"WHEN {_quoted(name)} THEN {n}" for name, n in names)
        return f"(CASE {column} {cases} END)" if names else "NULL"
    half = len(names) // 2
    before, rest = (_halved(column, part) for part in (names[:half], names[half:]))
    return f"(CASE WHEN {column} < {_quoted(names[half][0])} THEN {before} ELSE {rest} END)"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
