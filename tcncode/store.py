"""The database: nouns in, nouns out. The only SQL beside ``schema`` and ``journal``.

Writing takes a ``Change`` (see ``journal.action``), so nothing is written outside an action.
Offsets in the database are those of ``Span``.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from tcncode.errors import ProjectError
from tcncode.model import (
    Answer,
    Assignment,
    Change,
    City,
    Coding,
    Document,
    DocumentEntry,
    Evidence,
    Membership,
    Memo,
    Network,
    Speaker,
    Suggestion,
    text_hash,
)
from tcncode.schema import JOURNALED, SHARED_COLUMNS, migrate
from tcncode.text import Segment, SegmentKind, Span

_COVERED = (
    'min(m."end", s."end") - max(m.start, s.start) >= 0.5 * (s."end" - s.start)'
    " AND m.coder = ? AND NOT m.retired"
)
"""``m``, a coding or an answer of the coder, takes in at least half of a suggestion."""
_OPEN = (
    "suggestion AS s JOIN document ON document.id = s.document JOIN code ON code.id = s.code"
    " WHERE NOT document.retired AND NOT code.retired AND NOT EXISTS"
    " (SELECT 1 FROM suggestion_answer AS m"
    f"  WHERE m.document = s.document AND m.code = s.code AND {_COVERED})"
    " AND NOT EXISTS (SELECT 1 FROM coding AS m JOIN code AS own ON own.id = m.code"
    '  WHERE m.document = s.document AND m.start < s."end"'
    "  AND (own.id = code.id OR substr(own.path, 1, length(code.path) + 1) = code.path || '/')"
    f"  AND {_COVERED})"
)
"""The suggestions that a coder has neither answered nor coded: as they are, or mostly.

One that was made anew with another boundary is another row; an answer to the old one holds for it,
and so does a coding with the code or one below it.
"""
BUSY_SECONDS = 10.0
"""How long a write waits for another process to finish its own."""


def open_database(path: Path, *, create: bool = False) -> tuple[Database, Path | None]:
    """Open (or make) a project file and bring its tables up to date.

    Returns:
        The database, and the backup that a migration made (None mostly).

    Raises:
        ProjectError: missing, already there, not a project, newer, damaged.
    """
    if create and path.exists():
        raise ProjectError(path, "is already there", "Choose another name, or open it as it is.")
    if path.is_dir():
        raise ProjectError(path, "is a folder", "Name a project file: NAME.tcn.")
    if not create and not path.is_file():
        raise ProjectError(path, "no such project", f'"tcncode init {path}" makes one.')
    if not create and path.stat().st_size == 0:
        raise ProjectError(path, "is an empty file and no project", '"tcncode init" makes one.')
    try:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        database = Database(connection)
        backup = migrate(database, path)
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL, not NORMAL: in WAL mode NORMAL may lose the last action when the power goes.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    except sqlite3.DatabaseError as error:
        raise ProjectError(
            path, f"cannot be opened ({error})", "Is it a tcncode project?"
        ) from None
    except OSError as error:
        raise ProjectError(path, f"cannot be opened ({error.strerror})") from None
    return database, backup


SUGGESTED = "suggested"
"""The setting that changes whenever suggestions are made: no journal tells of those."""


class Store:
    """Reads and writes the nouns of one open project."""

    def __init__(self, database: Database) -> None:
        self._connection: sqlite3.Connection = database.conn

    # -- settings -----------------------------------------------------------------

    def setting(self, key: str) -> str | None:
        """A value the project remembers."""
        row = self._one("SELECT value FROM project WHERE key = ?", (key,))
        return None if row is None else str(row[0])

    def set_setting(self, key: str, value: str) -> None:
        """Remember a value. Settings are not part of the study and not journaled."""
        self._connection.execute(
            "INSERT INTO project VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            (key, value),
        )

    @contextmanager
    def impatient(self) -> Iterator[None]:
        """Inside, a write that finds the file busy fails at once instead of waiting."""
        self._connection.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            self._connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")

    def data_version(self) -> int:
        """Changes whenever another connection has written to the file."""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    # -- documents ----------------------------------------------------------------

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
        self._put(
            "speaker",
            [
                {"id": f"{document.id}/{s.label}", "document": document.id, **asdict(s)}
                for s in speakers
            ],
            change,
        )

    def document_entries(
        self,
        *,
        network: str | None = None,
        kind: str | None = None,
        hidden: Iterable[str] = (),
        me: str = "",
    ) -> list[DocumentEntry]:
        """All documents but their texts, by network and name.

        Args:
            hidden: documents where only the codings of ``me`` are counted.
        """
        rows = self._connection.execute(
            "SELECT document.id, name, network, kind, date, language, source, characters, words,"
            " ifnull(n, 0) FROM document JOIN text ON hash = text_hash LEFT JOIN"
            " (SELECT document, count(*) AS n FROM coding WHERE NOT retired AND (coder = ?4 OR"
            " document NOT IN (SELECT value FROM json_each(?3))) GROUP BY document) AS c"
            " ON c.document = document.id"
            " WHERE NOT retired AND (?1 IS NULL OR network = ?1) AND (?2 IS NULL OR kind = ?2)"
            " ORDER BY network IS NULL, network, name, document.id",
            (network, kind, json.dumps(list(hidden)), me),
        )
        return [DocumentEntry(*row) for row in rows]

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

    def documents_matching(self, match: str) -> list[str]:
        """Ids of documents that an FTS5 expression finds."""
        rows = self._connection.execute(
            "SELECT document.id FROM text_search JOIN text ON number = text_search.rowid"
            " JOIN document ON text_hash = hash WHERE text_search MATCH ? AND NOT retired"
            " ORDER BY network, name",
            (match,),
        )
        return [row[0] for row in rows]

    # -- networks and cities ------------------------------------------------------

    def put_networks(self, networks: Iterable[Network], change: Change) -> None:
        """Add networks, or correct those already there."""
        self._put("network", [asdict(n) for n in networks], change)

    def put_cities(self, cities: Iterable[City], change: Change) -> None:
        """Add cities, or correct those already there."""
        self._put("city", [asdict(c) for c in cities], change)

    def put_memberships(self, memberships: Iterable[Membership], change: Change) -> None:
        """Add memberships. City and network must be there."""
        self._put(
            "membership",
            [{"id": f"{m.city}/{m.network}", **asdict(m)} for m in memberships],
            change,
        )

    def networks(self) -> list[Network]:
        """All networks, by id."""
        found = [Network(*row) for row in self._rows("network")]
        return [replace(n, horizontal=_yes_or_no(n.horizontal)) for n in found]

    def cities(self) -> list[City]:
        """All cities, by id."""
        found = [City(*row) for row in self._rows("city")]
        return [replace(c, capital=_yes_or_no(c.capital)) for c in found]

    def memberships(self) -> list[Membership]:
        """All memberships, by city and network."""
        return [
            Membership(city, network, bool(verified), source, note)
            for _, city, network, verified, source, note in self._rows("membership")
        ]

    # -- codebook -----------------------------------------------------------------

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
        return any(
            self._one(f"SELECT 1 FROM {table} WHERE stamp = ?", (stamp,))
            for table in ("code", "codebook")
        )

    def put_codebook_version(self, version: str, *, saved: str, content: str) -> None:
        """Keep a codebook as it was, so that old codings can be read against it."""
        self._connection.execute(
            "INSERT INTO codebook_version VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (version, saved, content),
        )

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

    # -- coders and codings -------------------------------------------------------

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

    def passages(
        self, groups: Mapping[str, Sequence[str]], *, hidden: Iterable[str], me: str, but: str
    ) -> dict[str, tuple[int, int]]:
        """How many passages each group of codes has: this coder's, and all coders'.

        A passage that a coder gave several codes of a group counts once for that coder.

        Args:
            groups: name to code ids.
            hidden: documents where others' codings do not count.
            but: a document that does not count.
        """
        where = (
            " FROM coding WHERE NOT retired AND document <> ?1 AND (coder = ?2 OR document NOT IN"
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

    def stretches(self, document_id: str, kind: SegmentKind) -> list[tuple[int, int]]:
        """Starts and ends of the segments of one kind: what a long text is opened with."""
        return self._connection.execute(
            'SELECT start, "end" FROM segment WHERE text_hash ='
            " (SELECT text_hash FROM document WHERE id = ?) AND kind = ? ORDER BY number",
            (document_id, kind),
        ).fetchall()

    def names(self) -> dict[str, dict[str, str]]:
        """Documents, networks and cities by name and codes by path, as table -> id -> name.

        Deleted ones too.
        """
        return {
            table: dict(self._connection.execute(f"SELECT id, {name} FROM {table}").fetchall())
            for table, name in (
                ("document", "name"), ("network", "name"), ("city", "name"), ("code", "path"),
            )
        }  # fmt: skip

    def kept_alive(self) -> set[tuple[str, str]]:
        """Table and id of rows that somebody deleted, and that a merge shows all the same."""
        rows = self._connection.execute(
            "SELECT \"table\", row, stamp FROM as_written WHERE json_extract(content, '$.retired')"
        )
        return {
            (table, key)
            for table, key, stamp in rows.fetchall()
            if self._one(
                f"SELECT 1 FROM {table} WHERE id = ? AND stamp = ? AND NOT retired", (key, stamp)
            )
        }

    def places(
        self, coders: Iterable[str], *, origins: bool = False
    ) -> list[tuple[str, str, str, int, int, str | None]]:
        """Document, coder, code, start, end of these coders' codings, and origin if asked for."""
        # "+" keeps SQLite from the index by coder: of 154,000 codings it takes twice as long.
        return self._connection.execute(
            f'SELECT document, coder, code, start, "end", {"origin" if origins else "NULL"}'
            " FROM coding WHERE NOT retired AND +coder IN (SELECT value FROM json_each(?))",
            (json.dumps(list(coders)),),
        ).fetchall()

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

    def is_live(self, table: str, key: str) -> bool:
        """Whether a row is there and not deleted."""
        return self._one(f"SELECT 1 FROM {table} WHERE id = ? AND NOT retired", (key,)) is not None

    def used_codes(self) -> dict[str, int]:
        """How many codings each code has, by its id; codes without any are left out."""
        rows = self._connection.execute(
            "SELECT code, count(*) FROM coding WHERE NOT retired GROUP BY code"
        )
        return dict(rows.fetchall())

    def move_documents(self, old: str, new: str, change: Change) -> None:
        """Give one network's documents to another network, and delete the first."""
        self._connection.execute(
            "UPDATE document SET network = ?, stamp = ?, author = ? WHERE network = ?",
            (new, change.stamp, change.author, old),
        )
        self.retire("network", [old], change)

    def retire(self, table: str, ids: Iterable[str], change: Change) -> None:
        """Delete rows in the way that can be undone and merged."""
        self._connection.executemany(
            f"UPDATE {table} SET retired = 1, stamp = ?, author = ? WHERE id = ? AND NOT retired",
            [(change.stamp, change.author, key) for key in ids],
        )

    # -- memos and assignments ----------------------------------------------------

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

    # -- suggestions --------------------------------------------------------------

    def replace_suggestions(self, document_id: str, suggestions: Iterable[Suggestion]) -> None:
        """Put new suggestions for one document in place of the old. Answers stay."""
        self.set_setting(SUGGESTED, secrets.token_hex(8))
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
    ) -> list[Suggestion]:
        """What this coder has not answered yet, best first within a document.

        Args:
            score: only what scores at least this.
        """
        # Not "?1 IS NULL OR ...": that would read the whole table for a single one.
        where, values = ["s.score >= ?"], list[Any]([score])
        for column, wanted in (("s.id", ids), ("s.document", documents), ("s.code", codes)):
            if wanted is not None:
                where.append(f"{column} IN (SELECT value FROM json_each(?))")
                values.append(json.dumps(list(wanted)))
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
        return [
            Suggestion(i, d, Span(s, e), code, score, _evidence(found), method)
            for i, d, s, e, code, score, found, method in rows
        ]

    def open_suggestions(self, coder: str) -> set[str]:
        """Ids of what this coder has not answered yet: cheap, for noticing what came and went."""
        rows = self._connection.execute(f"SELECT s.id FROM {_OPEN}", (coder, coder))
        return {row[0] for row in rows}

    def answers(self, coder: str) -> list[tuple[str, Answer, int]]:
        """How often a coder gave each answer, by code id."""
        return self._connection.execute(
            "SELECT code, answer, count(*) FROM suggestion_answer WHERE coder = ? AND NOT retired"
            " GROUP BY code, answer",
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

    def all_answers(self) -> list[tuple[str, Span, str, Answer, str]]:
        """Document, span, code id, answer and coder of every answer that stands."""
        rows = self._connection.execute(
            'SELECT document, start, "end", code, answer, coder FROM suggestion_answer'
            " WHERE NOT retired ORDER BY id"
        )
        return [(d, Span(s, e), code, answer, coder) for d, s, e, code, answer, coder in rows]

    def decisions(self) -> int:
        """Answers to suggestions and codings by hand that stand."""
        row = self._one(
            "SELECT (SELECT count(*) FROM suggestion_answer WHERE NOT retired)"
            " + (SELECT count(*) FROM coding WHERE origin = 'by hand' AND NOT retired)",
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

    def remove_suggester(self) -> None:
        """Forget the model."""
        self._connection.execute("DELETE FROM suggester")

    def rows_about(self, document_id: str, span: Span | None) -> list[str]:
        """Ids of the document and all rows about it; with ``span``, only of what is there."""
        start, end = (span.start, span.end) if span else (0, 2**62)
        ids = [] if span else [document_id]
        if not span:
            ids += [
                row[0]
                for row in self._connection.execute(
                    "SELECT id FROM assignment WHERE document = ?1 UNION ALL"
                    " SELECT id FROM memo WHERE target = ?1",
                    (document_id,),
                )
            ]
        for table in ("coding", "suggestion_answer"):
            ids += [
                row[0]
                for row in self._connection.execute(
                    f'SELECT id FROM {table} WHERE document = ? AND start < ? AND "end" > ?',
                    (document_id, end, start),
                )
            ]
        return ids

    # -- integrity ----------------------------------------------------------------

    def problems(self) -> list[str]:
        """What is wrong in the file, in words. Empty when all is well."""
        run = self._connection.execute
        found = [f"SQLite: {m}" for (m,) in run("PRAGMA integrity_check") if m != "ok"]
        found += [
            f"table {table}: row {row} points at a {parent} that is not there"
            for table, row, parent, _ in run("PRAGMA foreign_key_check")
        ]
        found += [
            f"text {key}: its words do not fit its hash"
            for key, body in run("SELECT hash, body FROM text")
            if text_hash(body) != key
        ]
        for table in ("coding", "suggestion", "suggestion_answer"):
            found += [
                f"{table} {key}: {start}:{end} is outside its text of {characters} characters"
                for key, start, end, characters in run(
                    f'SELECT c.id, start, "end", characters FROM {table} AS c'
                    " JOIN document ON document.id = c.document JOIN text ON hash = text_hash"
                    ' WHERE "end" > characters OR start < 0 OR start >= "end"'
                )
            ]
        found += [
            f"memo {key}: there never was its {noun} {target}"
            for key, noun, target in run(
                "SELECT id, noun, target FROM memo WHERE NOT retired AND noun <> 'project' AND"
                " target NOT IN (SELECT id FROM document WHERE noun = 'document'"
                " UNION ALL SELECT id FROM network WHERE noun = 'network'"
                " UNION ALL SELECT id FROM code WHERE noun = 'code')"
            )
        ]
        for noun in ("document", "code", "coder"):
            found += [
                f"coding {key}: its {noun} was deleted"
                for (key,) in run(
                    f"SELECT c.id FROM coding AS c JOIN {noun} AS n ON n.id = c.{noun}"
                    " WHERE n.retired AND NOT c.retired"
                )
            ]
        return found

    # -- inside -------------------------------------------------------------------

    def _one(self, sql: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._connection.execute(sql, values).fetchone()
        return row

    def _rows(self, table: str) -> list[tuple[Any, ...]]:
        columns = ", ".join(f'"{c}"' for c in JOURNALED[table])
        return self._connection.execute(
            f"SELECT {columns} FROM {table} WHERE NOT retired ORDER BY id"
        ).fetchall()

    def _put(
        self,
        table: str,
        records: Iterable[Mapping[str, Any]],
        change: Change,
        *,
        matter: Sequence[str] = (),
    ) -> int:
        """Insert rows or update them by id; a row that would not change is left as it is.

        Args:
            matter: the columns whose change makes a row a changed one; all when empty.

        Returns:
            Rows inserted or updated.
        """
        data = JOURNALED[table]
        names = ", ".join(f'"{c}"' for c in (*data, *SHARED_COLUMNS))
        marks = ", ".join("?" * (len(data) + len(SHARED_COLUMNS)))
        updates = ", ".join(f'"{c}" = excluded."{c}"' for c in (*data[1:], *SHARED_COLUMNS))
        differs = " OR ".join(
            f'{table}."{c}" IS NOT excluded."{c}"' for c in (*(matter or data[1:]), "retired")
        )
        return self._connection.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({marks})"
            f" ON CONFLICT (id) DO UPDATE SET {updates} WHERE {differs}",
            ((*(r[c] for c in data), change.stamp, change.author, 0) for r in records),
        ).rowcount


def _yes_or_no(value: object) -> bool | None:
    """SQLite keeps a truth value as a number."""
    return None if value is None else bool(value)


def _evidence_json(evidence: Iterable[Evidence]) -> str:
    return json.dumps(
        [[e.kind, e.words, e.span.start, e.span.end, e.weight, e.detail] for e in evidence],
        ensure_ascii=False,
    )


def _evidence(found: str) -> tuple[Evidence, ...]:
    return tuple(Evidence(k, w, Span(s, e), p, d) for k, w, s, e, p, d in json.loads(found))
