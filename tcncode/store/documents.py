"""Documents with their texts, segments and speakers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict

from tcncode.model import (
    SETTLED,
    Change,
    Document,
    DocumentEntry,
    Speaker,
    text_hash,
)
from tcncode.schema import JOURNALED
from tcncode.store.rows import Rows
from tcncode.text import Segment, SegmentKind, Span

_TEXTS_AT_ONCE = 256
"""Few enough to be in memory beside what is made of them."""


class Documents(Rows):
    """Documents, in and out."""

    def put_document(
        self,
        document: Document,
        *,
        segments: Sequence[Segment],
        speakers: Sequence[Speaker],
        folded: str,
        words: int,
        source_hash: str,
        change: Change,
    ) -> None:
        """Keep a document with its text and segments. A text already there is not kept twice.

        Args:
            folded: the text as it is searched, without case and accents.
        """
        key = text_hash(document.text)
        added = self._connection.execute(
            "INSERT INTO text (hash, characters, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (key, len(document.text), document.text),
        )
        if added.rowcount:
            self._connection.execute(
                "INSERT INTO text_search (rowid, folded) VALUES (?, ?)", (added.lastrowid, folded)
            )
        # A text that was imported before, and taken back, may be read otherwise now.
        self._connection.execute("DELETE FROM segment WHERE text_hash = ?", (key,))
        self._connection.executemany(
            "INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (key, s.kind, s.number, s.span.start, s.span.end, s.speaker, s.seconds)
                for s in segments
            ],
        )
        record = {
            "id": document.id, "name": document.name, "text_hash": key,
            "network": document.network, "kind": document.kind, "date": document.date,
            "language": document.language, "source": document.source,
            "source_hash": source_hash, "encoding": document.encoding,
            "reader": document.reader, "words": words,
        }  # fmt: skip
        self._put("document", [record], change)
        self.put_speakers(document.id, speakers, change)

    def document_entries(
        self,
        *,
        network: str | None = None,
        kind: str | None = None,
        hidden: Iterable[str] = (),
        me: str = "",
        ids: Iterable[str] | None = None,
    ) -> list[DocumentEntry]:
        """All documents but their texts, by network and name.

        Args:
            hidden: documents where only the codings of ``me`` are counted; those of ``SETTLED``,
                which decide on codings that are counted already, nowhere.
            ids: only these documents; costs nothing for the others and their codings.
        """
        these = "" if ids is None else " AND {} IN (SELECT value FROM json_each(?5))"
        values = (network, kind, json.dumps(list(hidden)), me)
        rows = self._connection.execute(
            "SELECT document.id, name, network, kind, date, language, source, characters, words,"
            " ifnull(n, 0) FROM document JOIN text ON hash = text_hash LEFT JOIN"
            " (SELECT document, count(*) AS n FROM coding WHERE NOT retired"
            f" AND coder <> '{SETTLED}' AND (coder = ?4 OR document NOT IN"
            f" (SELECT value FROM json_each(?3))){these.format('document')}"
            " GROUP BY document) AS c ON c.document = document.id"
            " WHERE NOT retired AND (?1 IS NULL OR network = ?1) AND (?2 IS NULL OR kind = ?2)"
            f"{these.format('document.id')}"
            " ORDER BY network IS NULL, network, name, document.id",
            values if ids is None else (*values, json.dumps(list(ids))),
        )
        return [DocumentEntry(*row) for row in rows]

    def next_unfinished(self, coder: str, after: str | None, *, assigned: bool) -> str | None:
        """The first document in their order that a coder has not finished, beginning after one.

        Args:
            after: id of a document, which is itself not given; after the last comes the first.
            assigned: only what the coder was asked to code.
        """
        row = self._one(
            "SELECT d.id FROM document AS d LEFT JOIN assignment AS a"
            " ON a.document = d.id AND a.coder = ?1 AND NOT a.retired"
            " LEFT JOIN document AS here ON here.id = ?2"
            " WHERE NOT d.retired AND a.finished IS NULL AND d.id IS NOT ?2"
            " AND (NOT ?3 OR a.assigned)"
            " ORDER BY here.id IS NOT NULL AND"
            " (d.network IS NULL, ifnull(d.network, ''), d.name, d.id) <="
            " (here.network IS NULL, ifnull(here.network, ''), here.name, here.id),"
            " d.network IS NULL, d.network, d.name, d.id LIMIT 1",
            (coder, after, assigned),
        )
        return None if row is None else str(row[0])

    def describe_documents(
        self, ids: Iterable[str], facts: Mapping[str, str | None], change: Change
    ) -> int:
        """Put other values into columns of documents; returns how many documents changed."""
        columns = JOURNALED["document"]
        rows = self._connection.execute(
            f"SELECT {', '.join(columns)} FROM document WHERE NOT retired"
            " AND id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        ).fetchall()
        records = [dict(zip(columns, row, strict=True)) | dict(facts) for row in rows]
        return self._put("document", records, change)

    def put_speakers(self, document: str, speakers: Iterable[Speaker], change: Change) -> int:
        """Keep who speaks in a document; returns how many were new or changed."""
        return self._put(
            "speaker",
            [{"id": f"{document}/{s.label}", "document": document, **asdict(s)} for s in speakers],
            change,
        )

    def document_names(self) -> list[tuple[str, str, str]]:
        """Id, name and file name of every document."""
        return self._connection.execute(
            "SELECT id, name, source FROM document WHERE NOT retired"
        ).fetchall()

    def document(self, document_id: str) -> Document | None:
        """One document with its text."""
        row = self._one(
            "SELECT id, name, body, network, kind, date, language, source, encoding, reader"
            " FROM document JOIN text ON hash = text_hash WHERE id = ? AND NOT retired",
            (document_id,),
        )
        return None if row is None else Document(*row)

    def text(self, document_id: str) -> str:
        """The text of a document that is known to be there."""
        row = self._one(
            "SELECT body FROM document JOIN text ON hash = text_hash WHERE id = ?", (document_id,)
        )
        if row is None:
            raise KeyError(document_id)
        return str(row[0])

    def texts(self, ids: Sequence[str]) -> Iterator[str]:
        """The texts of documents that are known to be there, in the order asked for."""
        for first in range(0, len(ids), _TEXTS_AT_ONCE):
            asked = ids[first : first + _TEXTS_AT_ONCE]
            # Put in order here: to sort them SQLite would copy the texts.
            rows = self._connection.execute(
                "SELECT document.id, body FROM json_each(?) JOIN document ON document.id = value"
                " JOIN text ON hash = text_hash",
                (json.dumps(asked),),
            )
            found = dict(rows.fetchall())
            yield from (found[key] for key in asked)

    def segments(self, document_id: str, kind: SegmentKind) -> list[Segment]:
        """The segments of one kind, in the order of the text."""
        rows = self._connection.execute(
            'SELECT kind, number, start, "end", speaker, seconds FROM segment WHERE text_hash ='
            " (SELECT text_hash FROM document WHERE id = ?) AND kind = ? ORDER BY number",
            (document_id, kind),
        )
        return [Segment(k, n, Span(s, e), who, at) for k, n, s, e, who, at in rows]

    def speakers(self, document_id: str) -> list[Speaker]:
        """Who speaks in a document."""
        rows = self._connection.execute(
            "SELECT label, role, affiliation FROM speaker WHERE document = ? AND NOT retired"
            " ORDER BY label",
            (document_id,),
        )
        return [Speaker(*row) for row in rows]

    def speaker_roles(self) -> list[str]:
        """The roles that speakers have in any document, by name."""
        rows = self._connection.execute(
            "SELECT DISTINCT role FROM speaker WHERE NOT retired AND role <> '' ORDER BY role"
        )
        return [row[0] for row in rows]

    def documents_matching(self, match: str) -> list[str]:
        """Ids of documents that an FTS5 expression finds."""
        rows = self._connection.execute(
            "SELECT document.id FROM text_search JOIN text ON number = text_search.rowid"
            " JOIN document ON text_hash = hash WHERE text_search MATCH ? AND NOT retired"
            " ORDER BY network, name",
            (match,),
        )
        return [row[0] for row in rows]

    def move_documents(self, old: str, new: str, change: Change) -> None:
        """Give one network's documents to another network, and delete the first."""
        self._connection.execute(
            "UPDATE document SET network = ?, stamp = ?, author = ? WHERE network = ?",
            (new, change.stamp, change.author, old),
        )
        self.retire("network", [old], change)
