"""The tables of a project file, and the numbered migrations that made them.

Enough to read a project without the program. Tables that hold the study's own facts
(``JOURNALED``) share three columns: ``stamp`` (the action that last changed the row, which
is also its place in time), ``author`` (who did it) and ``retired`` (1 once it was deleted:
rows are never removed). Triggers copy every change of such a row into ``journal``, also a
change made with another SQLite program, which then has no action.

``text`` and ``segment`` are settled at import and never change, so they are not journaled.
``text_search`` is an index of the texts without case and accents; its rowid is
``text.number``. ``suggestion`` holds open suggestions, which can be made anew; the coder's
answers to them are journaled in ``suggestion_answer``. ``suggester``
holds the model trained from the team's codings. The memo on a coding stands in the
coding's row, the memos on anything else in ``memo``. ``settlement`` holds what was decided where
coders differ; what follows from it are codings of the coder ``settled``.

``action.brought`` names the merge that brought an action from another copy of the project; its
journal entries have negative numbers, so that they stand before all that happened here.
``as_written`` keeps rows as they were last written, where a merge had to show them otherwise
(see ``journal.merging``).

Views for those who only read: ``coded_passage``, ``network_profile``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from tcncode.errors import ProjectError

if TYPE_CHECKING:
    import sqlite3

    from sqlite_utils import Database

APPLICATION_ID = 0x54434E31
"""``TCN1`` in the file's header: what ``file`` and we know a project by."""

JOURNALED: dict[str, tuple[str, ...]] = {
    "coder": ("id",),
    "document": (
        "id", "name", "text_hash", "network", "kind", "date", "language",
        "source", "source_hash", "encoding", "reader", "words",
    ),
    "speaker": ("id", "document", "label", "role", "affiliation"),
    "network": (
        "id", "name", "short_name", "url", "focus", "membership", "parent",
        "initiator", "horizontal", "source", "note",
    ),
    "city": (
        "id", "name", "country", "networks_declared", "population", "size_class",
        "capital", "non_eu_share", "politics", "source", "note",
    ),
    "membership": ("id", "city", "network", "verified", "source", "note"),
    "codebook": ("id", "name", "version", "sources", "purposes"),
    "code": ("id", "path", "position", "definition"),
    "coding": (
        "id", "document", "start", "end", "code", "coder", "memo", "origin",
        "created", "codebook_version",
    ),
    "suggestion_answer": (
        "id", "document", "start", "end", "code", "answer", "coder", "score", "evidence",
    ),
    "memo": ("id", "noun", "target", "coder", "text", "created"),
    "assignment": ("id", "document", "coder", "assigned", "blind", "finished"),
    "settlement": (
        "id", "document", "start", "end", "coders", "codings", "how", "result", "memo", "decided",
    ),
}  # fmt: skip
"""Table -> its columns, but for the three that all of them share."""

SHARED_COLUMNS = ("stamp", "author", "retired")

_TABLES = """
CREATE TABLE project (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE action (
    id TEXT PRIMARY KEY, at TEXT NOT NULL, coder TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('do', 'undo', 'redo')), what TEXT NOT NULL, undoes TEXT
) WITHOUT ROWID;
CREATE INDEX action_by_coder ON action (coder, id);
CREATE TABLE current_action (id TEXT NOT NULL);
CREATE TABLE journal (
    number INTEGER PRIMARY KEY, action TEXT, "table" TEXT NOT NULL, row TEXT NOT NULL,
    before TEXT, after TEXT
);
CREATE INDEX journal_by_action ON journal (action);
CREATE INDEX journal_by_row ON journal (row);
CREATE TABLE codebook_version (id TEXT PRIMARY KEY, saved TEXT NOT NULL, content TEXT NOT NULL);
CREATE TABLE text (
    number INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, characters INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE VIRTUAL TABLE text_search USING fts5(
    folded, content='', tokenize='unicode61 remove_diacritics 2'
);
CREATE TABLE segment (
    text_hash TEXT NOT NULL REFERENCES text (hash), kind TEXT NOT NULL, number INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, speaker TEXT, seconds REAL,
    PRIMARY KEY (text_hash, kind, number)
) WITHOUT ROWID;
CREATE TABLE coder (id TEXT PRIMARY KEY, {shared});
CREATE TABLE network (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, short_name TEXT NOT NULL, url TEXT NOT NULL,
    focus INTEGER, membership INTEGER, parent TEXT, initiator TEXT NOT NULL,
    horizontal INTEGER, source TEXT NOT NULL, note TEXT NOT NULL, {shared}
);
CREATE TABLE city (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, networks_declared INTEGER,
    population INTEGER, size_class TEXT NOT NULL, capital INTEGER, non_eu_share REAL,
    politics TEXT NOT NULL, source TEXT NOT NULL, note TEXT NOT NULL, {shared}
);
CREATE TABLE membership (
    id TEXT PRIMARY KEY, city TEXT NOT NULL REFERENCES city (id),
    network TEXT NOT NULL REFERENCES network (id), verified INTEGER NOT NULL,
    source TEXT NOT NULL, note TEXT NOT NULL, {shared}
);
CREATE TABLE document (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, text_hash TEXT NOT NULL REFERENCES text (hash),
    network TEXT REFERENCES network (id), kind TEXT NOT NULL, date TEXT, language TEXT,
    source TEXT NOT NULL, source_hash TEXT NOT NULL, encoding TEXT NOT NULL,
    reader TEXT NOT NULL, words INTEGER NOT NULL, {shared}
);
CREATE INDEX document_by_text ON document (text_hash);
CREATE TABLE speaker (
    id TEXT PRIMARY KEY, document TEXT NOT NULL REFERENCES document (id), label TEXT NOT NULL,
    role TEXT NOT NULL, affiliation TEXT, {shared}
);
CREATE INDEX speaker_by_document ON speaker (document);
CREATE TABLE codebook (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, sources TEXT NOT NULL,
    purposes TEXT NOT NULL, {shared}
);
CREATE TABLE code (
    id TEXT PRIMARY KEY, path TEXT NOT NULL, position INTEGER NOT NULL,
    definition TEXT NOT NULL, {shared}
);
CREATE TABLE coding (
    id TEXT PRIMARY KEY, document TEXT NOT NULL REFERENCES document (id),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, code TEXT NOT NULL REFERENCES code (id),
    coder TEXT NOT NULL REFERENCES coder (id), memo TEXT NOT NULL, origin TEXT NOT NULL,
    created TEXT NOT NULL, codebook_version TEXT NOT NULL, {shared},
    CHECK (0 <= start AND start < "end")
);
CREATE INDEX coding_by_document ON coding (document, start);
CREATE INDEX coding_by_code ON coding (code);
CREATE INDEX coding_by_coder ON coding (coder);
CREATE TABLE suggestion (
    id TEXT PRIMARY KEY, document TEXT NOT NULL REFERENCES document (id),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, code TEXT NOT NULL REFERENCES code (id),
    score REAL NOT NULL, method TEXT NOT NULL, evidence TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX suggestion_by_document ON suggestion (document, start);
CREATE TABLE suggestion_answer (
    id TEXT PRIMARY KEY, document TEXT NOT NULL REFERENCES document (id),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, code TEXT NOT NULL REFERENCES code (id),
    answer TEXT NOT NULL CHECK (answer IN ('accepted', 'rejected')),
    coder TEXT NOT NULL REFERENCES coder (id), score REAL NOT NULL, evidence TEXT NOT NULL,
    {shared}
);
CREATE VIEW coded_passage AS
    SELECT coding.id AS coding, document.name AS document, document.network, document.kind,
           document.date, coding.coder, code.path AS code, coding.start, coding."end",
           substr(text.body, coding.start + 1, coding."end" - coding.start) AS quotation,
           coding.memo, coding.origin, coding.created
    FROM coding
    JOIN document ON document.id = coding.document
    JOIN text ON text.hash = document.text_hash
    JOIN code ON code.id = coding.code
    WHERE NOT coding.retired AND NOT document.retired;
CREATE VIEW network_profile AS
    SELECT document.network, code.path AS code, count(*) AS codings,
           count(DISTINCT coding.document) AS documents, count(DISTINCT coding.coder) AS coders
    FROM coding
    JOIN document ON document.id = coding.document
    JOIN code ON code.id = coding.code
    WHERE NOT coding.retired AND NOT document.retired
    GROUP BY document.network, code.path;
"""

_SHARED = (
    "stamp TEXT NOT NULL, author TEXT NOT NULL, retired INTEGER NOT NULL DEFAULT 0"
    " CHECK (retired IN (0, 1))"
)


def _journal_triggers(table: str) -> str:
    """Triggers that copy each change of a row of ``table``, before and after, to the journal."""
    columns = (*JOURNALED[table], *SHARED_COLUMNS)

    def row(side: str) -> str:
        return "json_object(" + ", ".join(f"'{c}', {side}.\"{c}\"" for c in columns) + ")"

    def trigger(event: str, key: str, before: str, after: str) -> str:
        return (
            f"CREATE TRIGGER journal_{table}_{event.lower()} AFTER {event} ON {table} BEGIN"
            f' INSERT INTO journal (action, "table", row, before, after) VALUES'
            f" ((SELECT id FROM current_action), '{table}', {key}.id, {before}, {after}); END;\n"
        )

    return (
        trigger("INSERT", "NEW", "NULL", row("NEW"))
        + trigger("UPDATE", "NEW", row("OLD"), row("NEW"))
        + trigger("DELETE", "OLD", row("OLD"), "NULL")
    )


def _first(connection: sqlite3.Connection) -> None:
    """Version 1: the study, its codings, and the journal."""
    script = _TABLES.replace("{shared}", _SHARED)
    tables = (
        "coder", "document", "speaker", "network", "city", "membership", "codebook", "code",
        "coding", "suggestion_answer",
    )  # fmt: skip
    _run(connection, script + "\n".join(map(_journal_triggers, tables)))


_MEMOS = """
CREATE TABLE memo (
    id TEXT PRIMARY KEY,
    noun TEXT NOT NULL CHECK (noun IN ('project', 'document', 'network', 'code')),
    target TEXT NOT NULL, coder TEXT NOT NULL REFERENCES coder (id), text TEXT NOT NULL,
    created TEXT NOT NULL, {shared}
);
CREATE INDEX memo_by_target ON memo (target);
CREATE TABLE assignment (
    id TEXT PRIMARY KEY, document TEXT NOT NULL REFERENCES document (id),
    coder TEXT NOT NULL REFERENCES coder (id), assigned INTEGER NOT NULL,
    blind INTEGER NOT NULL, finished TEXT, {shared}
);
CREATE INDEX assignment_by_document ON assignment (document);
CREATE INDEX assignment_by_coder ON assignment (coder);
CREATE INDEX suggestion_answer_by_code ON suggestion_answer (code);
"""
# Agreement used to count every document that both had coded: those figures must not change.
_WERE_CODED = """
INSERT INTO assignment (id, document, coder, assigned, blind, finished, stamp, author)
    SELECT document || '/' || coder, document, coder, 0, 0, max(created), max(stamp), coder
    FROM coding WHERE NOT retired AND document IN (
        SELECT document FROM coding WHERE NOT retired
        GROUP BY document HAVING count(DISTINCT coder) > 1
    ) GROUP BY document, coder;
"""


def _second(connection: sqlite3.Connection) -> None:
    """Version 2: memos on anything, and who is to code which document and has finished it."""
    tables = "".join(map(_journal_triggers, ("memo", "assignment")))
    _run(connection, _MEMOS.replace("{shared}", _SHARED) + tables + _WERE_CODED)


_MERGES = """
CREATE TABLE done (
    id TEXT PRIMARY KEY, at TEXT NOT NULL, coder TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('do', 'undo', 'redo', 'merge')), what TEXT NOT NULL,
    undoes TEXT, brought TEXT
) WITHOUT ROWID;
INSERT INTO done SELECT id, at, coder, kind, what, undoes, NULL FROM action;
DROP TABLE action;
PRAGMA legacy_alter_table = ON;
ALTER TABLE done RENAME TO action;
PRAGMA legacy_alter_table = OFF;
CREATE INDEX action_by_coder ON action (coder, id);
CREATE TABLE as_written (
    "table" TEXT NOT NULL, row TEXT NOT NULL, stamp TEXT NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY ("table", row, stamp)
) WITHOUT ROWID;
"""


def _third(connection: sqlite3.Connection) -> None:
    """Version 3: actions that came with a merge; rows that a merge had to show otherwise.

    ``legacy_alter_table``: else the renaming fails where views of the users' own name ``action``.
    """
    _run(connection, _MERGES)


_SUGGESTER = """
CREATE INDEX suggestion_answer_by_document ON suggestion_answer (document, code);
CREATE TABLE suggester (
    id TEXT PRIMARY KEY, made TEXT NOT NULL, about TEXT NOT NULL, model BLOB NOT NULL
) WITHOUT ROWID;
"""


def _fourth(connection: sqlite3.Connection) -> None:
    """Version 4: the model that suggestions are made with. It can be made anew: no journal."""
    _run(connection, _SUGGESTER)


_SETTLEMENTS = """
CREATE TABLE settlement (
    id TEXT PRIMARY KEY, document TEXT NOT NULL REFERENCES document (id),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, coders TEXT NOT NULL, codings TEXT NOT NULL,
    how TEXT NOT NULL, result TEXT NOT NULL, memo TEXT NOT NULL, decided TEXT NOT NULL, {shared},
    CHECK (0 <= start AND start < "end")
);
CREATE INDEX settlement_by_document ON settlement (document);
"""


def _fifth(connection: sqlite3.Connection) -> None:
    """Version 5: what was decided where coders differ."""
    _run(connection, _SETTLEMENTS.replace("{shared}", _SHARED) + _journal_triggers("settlement"))


_PLACES = """
DROP INDEX IF EXISTS coding_by_document;
CREATE INDEX IF NOT EXISTS coding_by_place
    ON coding (document, start, "end", coder, code, retired, origin, created);
"""


def _sixth(connection: sqlite3.Connection) -> None:
    """Version 6: what counting asks of a coding stands in the index of codings by document, so
    that of a million none need be looked up."""
    _run(connection, _PLACES)


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Each statement of ``script`` in the open transaction (``executescript`` would commit)."""
    import sqlite3

    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _first, _second, _third, _fourth, _fifth, _sixth,
)  # fmt: skip
"""Step n makes version n + 1 out of version n. Steps are added, never edited."""


def migrate(
    database: Database,
    path: Path,
    *,
    migrations: Sequence[Callable[[sqlite3.Connection], None]] = MIGRATIONS,
) -> Path | None:
    """Bring an open project file to the newest version.

    Returns:
        The backup that was made first, beside the file; None where nothing had to be done
        or the file was new.

    Raises:
        ProjectError: the file is not a project, or was made by a newer tcncode.
    """
    connection = database.conn
    version = _version(connection)
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if tables and application != APPLICATION_ID:
        raise ProjectError(
            path, "is a database of another program", '"tcncode init FILE" makes a project.'
        )
    if version > len(migrations):
        raise ProjectError(
            path,
            f"was written by a newer tcncode (format {version}, this one knows {len(migrations)})",
            "Update tcncode.",
        )
    if version == len(migrations):
        return None
    backup = None
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have opened the same old file and been quicker.
        version = _version(connection)
        if tables and version < len(migrations):
            backup = _back_up(path, version)
        for number, step in enumerate(migrations[version:], version + 1):
            step(connection)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    return backup


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _back_up(path: Path, version: int) -> Path:
    """Copy a file that is locked against writing, so that the copy is of this version."""
    import sqlite3

    target, number = path.with_name(f"{path.name}.format-{version}.backup"), 1
    while target.exists():  # an earlier backup may be all that is left of something
        number += 1
        target = path.with_name(f"{path.name}.format-{version}-{number}.backup")
    # A connection of its own: SQLite does not copy from one that is about to write.
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    return target
