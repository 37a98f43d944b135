"""The rows of a project, rewritten into a new file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tcncode import journal
from tcncode.journal.merging import all_rows, last
from tcncode.journal.rows import Row, put
from tcncode.model import BEGINNING, coding_id, difference_id, document_id, text_hash
from tcncode.pseudonyms.changing import Changes
from tcncode.pseudonyms.files import MARK
from tcncode.schema import JOURNALED
from tcncode.search import fold
from tcncode.store import open_database
from tcncode.text import Segment, Span
from tcncode.text.words import word_count

_KEPT = ("suggest.mute",)
"""Settings that hold in a copy. Others are places and drafts of coders; which documents go without
suggestions (``suggest.hidden``) hangs on their ids, which are others here."""
_PLACED = ("coding", "suggestion_answer", "settlement")
_OWN_WORDS = {
    "document": ("name", "source"), "network": ("name", "short_name", "url", "initiator", "source",
    "note"), "city": ("name", "country", "size_class", "politics", "source", "note"),
    "membership": ("source", "note"), "codebook": ("name",), "coding": ("memo",),
    "memo": ("text",), "settlement": ("memo",),
}  # fmt: skip
_JSON = {"codebook": ("sources", "purposes"), "code": ("definition",)}


@dataclass(slots=True)
class Copied:
    """What became of the rows."""

    widened: list[tuple[str, str]] = field(default_factory=list)
    """Table and id before, of what began or ended inside a name."""
    joined: list[tuple[str, str]] = field(default_factory=list)
    """Likewise, of what became the same as another by that, and is one with it now."""
    left_out: int = 0
    """How many rows did not come along."""
    documents: dict[str, str] = field(default_factory=dict)
    """Id before -> id now."""


def copy(
    source: sqlite3.Connection,
    target: Path,
    changes: Changes,
    *,
    what: str,
    mark: str,
    secret: Callable[[str, Row], bool],
) -> Copied:
    """Write a project's rows into a new file.

    Rows keep their author and stamp; the copy's history begins with the copy.

    Args:
        source: a project; only read.
        target: there is none yet.
        mark: kept as ``MARK``; none where it is empty.
        secret: whether a row is one that the person who asks may not see: the key does not tell
            what was in it.
    """
    database, _ = open_database(target, create=True)
    with closing(database.conn) as connection:
        made = _Copy(source, connection, changes, secret)
        with journal.action(database, BEGINNING, what, after=last(source)) as change:
            changes.carried.since = change.stamp
            connection.execute("PRAGMA defer_foreign_keys = ON")
            made.texts()
            for table in JOURNALED:  # codings before the settlements that name them
                put(connection, table, made.rows(table))
            made.rest(mark)
        connection.execute("VACUUM")
        # One file and none beside it.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return made.told


@dataclass(slots=True)
class _Made:
    """A row as the copy has it, and how it leads back."""

    row: dict[str, Any]
    old: Row
    secret: bool
    """Whether the person who asks may not see it."""
    cells: dict[str, list[Any]] = field(default_factory=dict)
    """Column -> its value in the copy, and before."""
    span: list[int] | None = None
    """Start and end before, where they do not follow."""
    is_other: bool = False
    """Whether it is a city or network that got another id."""
    lost: list[dict[str, Any]] = field(default_factory=list)
    """Rows before, that became the same as this one."""


class _Copy:
    """One copy under way."""

    def __init__(
        self,
        source: sqlite3.Connection,
        target: sqlite3.Connection,
        changes: Changes,
        secret: Callable[[str, Row], bool],
    ) -> None:
        self.source, self.target, self.changes, self.secret = source, target, changes, secret
        self.told = Copied()
        self._hashes: dict[str, str] = {}
        self._coding_ids: dict[str, list[str]] = {}
        self._words: dict[str, int] = {}

    def texts(self) -> None:
        """Texts, segments and the index, of documents that are there."""
        asked = self.source.execute(
            "SELECT id, hash, body FROM document JOIN text ON hash = text_hash WHERE NOT retired"
        )
        for key, old_hash, body in asked:
            rewrite = self.changes.rewrites.get(key)
            text = rewrite.text if rewrite else body
            segments = [
                Segment(kind, number, Span(start, end), speaker, seconds)
                for kind, number, start, end, speaker, seconds in self.source.execute(
                    'SELECT kind, number, start, "end", speaker, seconds FROM segment'
                    " WHERE text_hash = ?",
                    (old_hash,),
                )
            ]
            if rewrite:
                segments = self.changes.segments(key, segments)
                self._words[key] = word_count(text)
            self.told.documents[key] = document_id(text)
            self._hashes[key] = hashed = text_hash(text)
            put_in = self.target.execute(
                "INSERT INTO text (hash, characters, body) VALUES (?, ?, ?)",
                (hashed, len(text), text),
            )
            self.target.execute(
                "INSERT INTO text_search (rowid, folded) VALUES (?, ?)",
                (put_in.lastrowid, fold(text)[0]),
            )
            self.target.executemany(
                "INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (hashed, s.kind, s.number, s.span.start, s.span.end, s.speaker, s.seconds)
                    for s in segments
                ],
            )

    def rows(self, table: str) -> list[Row]:
        """The rows of one table as the copy has them."""
        found: dict[str, _Made] = {}
        parted: list[Row] = []
        for row in _in_order(table, all_rows(self.source, table)):
            gone = row["retired"] and table not in self.changes.deleted
            # A decision may name codings that were deleted since.
            made = None if gone and table != "coding" else self._row(table, row)
            if made is None:
                continue
            beside = self.changes.parted(table, row)
            if table == "coding":
                self._coding_ids[row["id"]] = [made.row["id"], *(one["id"] for one in beside)]
            if gone:
                continue
            parted += beside
            if self.changes.leaves_out(table, row):
                self.told.left_out += 1
                continue
            other = found.get(made.row["id"])
            if other is None or (other.row["retired"] and not made.row["retired"]):
                found[made.row["id"]] = made
            elif not made.row["retired"]:
                self._join(table, other, made)
        for made in found.values():
            self._keep(table, made)
        return [*(made.row for made in found.values()), *parted]

    def _join(self, table: str, other: _Made, made: _Made) -> None:
        """Of two rows that are the same now the first stays, with the memos of both."""
        self.told.joined.append((table, made.old["id"]))
        if not made.secret:
            other.lost.append(dict(made.old))
        # What somebody may not see does not come to stand in what is theirs.
        if made.secret is not other.secret:
            return
        memo, more = other.row.get("memo"), made.row.get("memo")
        if more and more != memo:
            before = other.cells.get("memo", [None, memo])[1]
            other.row["memo"] = "\n\n".join(filter(None, (memo, more)))
            other.cells["memo"] = [other.row["memo"], before]
            if self.changes.is_changed_by(made.old) and made.old["stamp"] > other.row["stamp"]:
                other.row |= {"stamp": made.old["stamp"], "author": made.old["author"]}

    def _keep(self, table: str, made: _Made) -> None:
        """Keep how a row of the copy leads back. Of one that was joined or deleted nothing is."""
        key, carried = f"{table}/{made.row['id']}", self.changes.carried
        if made.lost:
            carried.lost[key] = made.lost
        if made.secret:
            carried.hidden.append(key)
            return
        carried.cells.update({f"{key}/{column}": told for column, told in made.cells.items()})
        if made.span:
            carried.spans[key] = made.span
        if made.is_other:
            carried.rows[key] = dict(made.old)

    def _row(self, table: str, old: Row) -> _Made | None:
        """A row as the copy has it; None where its document is not in the copy."""
        made = _Made(dict(old), old, self.secret(table, old))
        row = made.row
        if row.get("noun") == "document" and row["target"] not in self.told.documents:
            return None
        before = row.get("document") or (row["id"] if table == "document" else "")
        if before:
            if before not in self.told.documents:
                return None
            if table != "document":
                row["document"] = self.told.documents[before]
        if table in _PLACED:
            span = Span(row["start"], row["end"])
            new = self.changes.span(f"{table}/{old['id']}", before, span)
            row["start"], row["end"] = new.start, new.end
            self._widened(table, made, before)
        self._name(table, made)
        for column in _OWN_WORDS.get(table, ()):
            # A city or network that was made bare stays so.
            if row[column]:
                self._replace(table, made, column, self._changed(table, old, row[column]))
            else:
                self._replace(table, made, column, row[column])
        for column in _JSON.get(table, ()):
            told = _each(json.loads(old[column]), partial(self._changed, table, old))
            same = told == json.loads(old[column])
            value = old[column] if same else json.dumps(told, ensure_ascii=False)
            self._replace(table, made, column, value)
        if table == "suggestion_answer":
            self._replace(table, made, "evidence", self._evidence(old, before))
        if table == "settlement":
            result = [
                [*_pair(self.changes.span("", before, Span(start, end))), code]
                for start, end, code in json.loads(row["result"])
            ]
            self._replace(table, made, "result", json.dumps(result))
        return made

    def _name(self, table: str, made: _Made) -> None:
        """Ids, and what refers to other rows."""
        cities, networks = self.changes.ids.get("city", {}), self.changes.ids.get("network", {})
        old, row = made.old, made.row
        document = row.get("document")
        if table == "document":
            row["id"] = self.told.documents[old["id"]]
            row["text_hash"] = self._hashes[old["id"]]
            row["network"] = networks.get(row["network"], row["network"])
            if old["id"] in self._words:
                row["words"] = self._words[old["id"]]
                # The hash of a file tells who has the file that it is the same.
                self._replace(table, made, "source_hash", "")
        elif table == "speaker":
            self._replace(table, made, "label", self._changed(table, old, row["label"]))
            row["id"] = f"{document}/{row['label']}"
            home = row["affiliation"]
            row["affiliation"] = cities.get(home, networks.get(home, home))
        elif table in ("city", "network"):
            row["id"] = self.changes.ids.get(table, {}).get(old["id"], old["id"])
            if table == "network":
                row["parent"] = networks.get(row["parent"], row["parent"])
            if row["id"] != old["id"]:
                row.update(self.changes.row(table, old))
                made.is_other = True
        elif table == "membership":
            row["city"] = cities.get(row["city"], row["city"])
            row["network"] = networks.get(row["network"], row["network"])
            row["id"] = f"{row['city']}/{row['network']}"
        elif table == "coding":
            span = Span(row["start"], row["end"])
            row["id"] = coding_id(str(document), span, row["code"], row["coder"])
        elif table == "suggestion_answer":
            span = Span(row["start"], row["end"])
            row["id"] = f"{coding_id(str(document), span, row['code'], '')}/{row['coder']}"
        elif table == "assignment":
            row["id"] = f"{document}/{row['coder']}"
        elif table == "memo":
            where_to = self.told.documents if row["noun"] == "document" else networks
            if row["noun"] in ("document", "network"):
                row["target"] = where_to.get(row["target"], row["target"])
        elif table == "settlement":
            # Two that became one are one among those that differ, too.
            named = [self._coding_ids.get(key, [key]) for key in json.loads(row["codings"])]
            codings = list(dict.fromkeys(key for keys in named for key in keys))
            self._replace(table, made, "codings", json.dumps(codings))
            row["id"] = difference_id(str(document), json.loads(row["codings"]))

    def _changed(self, table: str, old: Row, words: str) -> str:
        return self.changes.words(words) if self.changes.holds_names(table, old) else words

    def _replace(self, table: str, made: _Made, column: str, value: Any) -> None:
        old = made.old
        value = self.changes.cell(f"{table}/{old['id']}/{column}", old[column], value)
        made.row[column] = value
        if value != old[column]:
            made.cells[column] = [value, old[column]]

    def _evidence(self, old: Row, document: str) -> str:
        told = []
        for kind, words, start, end, weight, detail, *other in json.loads(old["evidence"]):
            span = self.changes.span("", document, Span(start, end))
            told.append(
                [kind, self._changed("suggestion_answer", old, words), span.start, span.end, weight]
                + [self._changed("suggestion_answer", old, detail)]
                + [self.told.documents.get(key, key) for key in other]
            )
        return json.dumps(told, ensure_ascii=False)

    def _widened(self, table: str, made: _Made, document: str) -> None:
        rewrite = self.changes.rewrites.get(document)
        if rewrite is None:
            return
        old, row = made.old, made.row
        span = Span(old["start"], old["end"])
        if rewrite.inverse.span(Span(row["start"], row["end"])) != span:
            if not old["retired"]:
                self.told.widened.append((table, old["id"]))
            made.span = [span.start, span.end]

    def rest(self, mark: str) -> None:
        """Versions of the codebook, and the study's settings."""
        for key, saved, content in self.source.execute("SELECT * FROM codebook_version"):
            where = f"codebook_version/{key}/content"
            value = self.changes.cell(
                where, content, self._changed("codebook_version", {}, content)
            )
            if value != content:
                self.changes.carried.cells[where] = [value, content]
            self.target.execute("INSERT INTO codebook_version VALUES (?, ?, ?)",
                                (key, saved, value))  # fmt: skip
        kept = [
            (key, value)
            for key, value in self.source.execute("SELECT key, value FROM project")
            if key in _KEPT
        ]
        if mark:
            kept.append((MARK, mark))
        self.target.executemany("INSERT INTO project VALUES (?, ?)", kept)


def _in_order(table: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As they stand in the texts, the longer first: of rows that become the same, the one stays
    that cuts no name."""
    if table not in _PLACED:
        return rows
    return sorted(rows, key=lambda r: (r["document"], r["start"], -r["end"], r["id"]))


def _pair(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _each(value: Any, words: Callable[[str], str], key: str = "") -> Any:
    """JSON with its words changed; not its keys, nor what is an id."""
    if isinstance(value, str):
        return value if key in ("id", "path", "key", "colour", "colour_light") else words(value)
    if isinstance(value, list):
        return [_each(one, words) for one in value]
    if isinstance(value, dict):
        return {k: _each(one, words, k) for k, one in value.items()}
    return value
