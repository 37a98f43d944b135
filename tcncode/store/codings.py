"""Coders and codings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tcncode.model import SETTLED, Change, Coding
from tcncode.store.rows import Rows
from tcncode.text import Span


class Codings(Rows):
    """Coders and codings, in and out."""

    def put_coders(self, coders: Iterable[str], change: Change) -> None:
        """Make coders known."""
        self._put("coder", [{"id": coder} for coder in coders], change)

    def coders(self) -> list[str]:
        """Everybody who has codings here or documents to code, by name."""
        rows = self._connection.execute(
            "SELECT id FROM coder WHERE EXISTS"
            " (SELECT 1 FROM coding WHERE coder = coder.id AND NOT retired) OR EXISTS"
            " (SELECT 1 FROM assignment WHERE coder = coder.id AND NOT retired) OR EXISTS"
            " (SELECT 1 FROM memo WHERE coder = coder.id AND NOT retired) ORDER BY id"
        )
        return [row[0] for row in rows]

    def put_codings(self, codings: Iterable[Coding], change: Change) -> int:
        """Keep codings; one that is already there as it is stays untouched.

        Returns:
            How many were added or changed.
        """
        return self._put(
            "coding",
            (
                {
                    "id": c.id, "document": c.document, "start": c.span.start, "end": c.span.end,
                    "code": c.code, "coder": c.coder, "memo": c.memo, "origin": c.origin,
                    "created": c.created, "codebook_version": c.codebook_version,
                }
                for c in codings
            ),
            change,
            matter=("memo",),
        )  # fmt: skip

    def coding(self, coding_id: str) -> Coding | None:
        """One coding, by its id."""
        found = self._codings("coding.id = ?", (coding_id,))
        return found[0] if found else None

    def coding_count(self) -> int:
        """How many codings there are."""
        found = self._one("SELECT count(*) FROM coding WHERE NOT retired", ())
        return int(found[0]) if found else 0

    def coding_ids(self, beginning: str) -> list[str]:
        """Ids of codings that begin like this, ten at most. Ids are hexadecimal digits."""
        rows = self._connection.execute(
            "SELECT id FROM coding WHERE id >= ?1 AND id < ?1 || 'g' AND NOT retired LIMIT 10",
            (beginning,),
        )
        return [row[0] for row in rows]

    def codings(
        self,
        *,
        ids: Sequence[str] | None = None,
        documents: Sequence[str] | None = None,
        network: str | None = None,
        codes: Sequence[str] | None = None,
        coders: Sequence[str] | None = None,
    ) -> list[Coding]:
        """Codings that fit all that is given, by document (as listed) and place."""
        where, values = ["1"], list[Any]()
        for column, wanted in (
            ("coding.id", ids),
            ("coding.document", documents),
            ("code", codes),
            ("coder", coders),
        ):
            if wanted is not None:
                where.append(f"{column} IN (SELECT value FROM json_each(?))")
                values.append(json.dumps(list(wanted)))
        if network is not None:
            where.append("document.network = ?")
            values.append(network)
        return self._codings(" AND ".join(where), values)

    def codings_page(
        self, document_id: str, *, after: tuple[int, str] = (-1, ""), limit: int = 2000
    ) -> list[Coding]:
        """Some of a document's codings, those after a (start, id): for texts that have many."""
        rows = self._connection.execute(
            'SELECT id, document, start, "end", code, coder, memo, origin, created,'
            " codebook_version FROM coding WHERE document = ?1 AND NOT retired"
            " AND (start > ?2 OR start = ?2 AND id > ?3) ORDER BY start, id LIMIT ?4",
            (document_id, *after, limit),
        )
        return [Coding(i, d, Span(s, e), *rest) for i, d, s, e, *rest in rows]

    def work(self, hidden: Iterable[str], me: str) -> list[tuple[str, str, int]]:
        """Document, coder and number of codings there; others' in ``hidden`` are left out."""
        return self._connection.execute(
            "SELECT document, coder, count(*) FROM coding WHERE NOT retired AND (coder = ?1 OR"
            " document NOT IN (SELECT value FROM json_each(?2))) GROUP BY document, coder",
            (me, json.dumps(list(hidden))),
        ).fetchall()

    def begun(self, document: str | None = None) -> list[tuple[str, str]]:
        """Document and coder, wherever somebody has codings; of one document (by its id) or all."""
        where, values = ("", ()) if document is None else (" AND document = ?", (document,))
        return self._connection.execute(
            f"SELECT DISTINCT document, coder FROM coding WHERE NOT retired{where}", values
        ).fetchall()

    def passages(
        self, groups: Mapping[str, Sequence[str]], *, hidden: Iterable[str], me: str, but: str
    ) -> dict[str, tuple[int, int]]:
        """How many passages each group of codes has: this coder's, and all but ``SETTLED``'s.

        A passage that a coder gave several codes of a group counts once for that coder.

        Args:
            groups: name to code ids.
            hidden: documents where others' codings do not count.
            but: a document that does not count.
        """
        where = (
            " FROM coding WHERE NOT retired AND document <> ?1"
            f" AND coder <> '{SETTLED}' AND (coder = ?2 OR document NOT IN"
            " (SELECT value FROM json_each(?3)))"
        )
        values = (but, me, json.dumps(list(hidden)))
        each: dict[str, tuple[int, int]] = {
            code: (mine, n)
            for code, mine, n in self._connection.execute(
                "SELECT code, sum(coder = ?2), count(*)" + where + " GROUP BY code", values
            )
        }
        found: dict[str, tuple[int, int]] = {}
        for name, codes in groups.items():
            used = [code for code in codes if code in each]
            if len(used) < 2:
                found[name] = each[used[0]] if used else (0, 0)
            else:
                mine, n = self._connection.execute(
                    "SELECT ifnull(sum(coder = ?2), 0), count(*) FROM (SELECT DISTINCT document,"
                    ' start, "end", coder' + where + " AND code IN"
                    " (SELECT value FROM json_each(?4)))",
                    (*values, json.dumps(used)),
                ).fetchone()
                found[name] = (mine, n)
        return found

    def _codings(self, where: str, values: Sequence[Any]) -> list[Coding]:
        rows = self._connection.execute(
            'SELECT coding.id, document, start, "end", code, coder, memo, origin, created,'
            " codebook_version FROM coding JOIN document ON document.id = document"
            f" WHERE {where} AND NOT coding.retired AND NOT document.retired"
            " ORDER BY document.network IS NULL, document.network, document.name, document.id,"
            ' start, "end", code, coder',
            values,
        )
        return [Coding(i, d, Span(s, e), *rest) for i, d, s, e, *rest in rows]
