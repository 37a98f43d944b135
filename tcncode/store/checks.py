"""The file as a whole: names, what is alive, what is wrong."""

from __future__ import annotations

from tcncode.model import (
    text_hash,
)
from tcncode.store.rows import Rows
from tcncode.text import Span


class Checks(Rows):
    """Questions about all tables at once."""

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

    def is_live(self, table: str, key: str) -> bool:
        """Whether a row is there and not deleted."""
        return self._one(f"SELECT 1 FROM {table} WHERE id = ? AND NOT retired", (key,)) is not None

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
        for table in ("coding", "suggestion_answer", "settlement"):
            ids += [
                row[0]
                for row in self._connection.execute(
                    f'SELECT id FROM {table} WHERE document = ? AND start < ? AND "end" > ?',
                    (document_id, end, start),
                )
            ]
        return ids

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
        for table in ("coding", "suggestion", "suggestion_answer", "settlement"):
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
