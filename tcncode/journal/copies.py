"""Another project's file: copied, and looked through before anything is taken from it.

The file itself is read and nothing else: a database that is opened, even for reading, may leave
files beside it, and one of an older format must be brought up to date before it can be merged.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from tcncode.errors import ProjectError
from tcncode.journal.rows import columns
from tcncode.model import coding_id, difference_id
from tcncode.schema import APPLICATION_ID, JOURNALED
from tcncode.text import Span

STAMP = re.compile(r"[0-9]{13}-[0-9]{6}-[0-9a-f]{8}")
LOCK_SECONDS = 5.0
"""How long another program's lock on the other file is waited for."""
_YEARS_AHEAD = 10
"""A clock may be wrong; one that is wrong by more would hold all clocks of the team for good."""
_SHAPES = {
    "action": ("id", "at", "coder", "kind", "what", "undoes", "brought"),
    "journal": ("number", "action", "table", "row", "before", "after"),
    "text": ("number", "hash", "characters", "body"),
    "segment": ("text_hash", "kind", "number", "start", "end", "speaker", "seconds"),
    "codebook_version": ("id", "saved", "content"),
    "as_written": ("table", "row", "stamp", "content"),
    **{table: columns(table) for table in JOURNALED},
}
_KINDS = {"TEXT": "('text')", "INTEGER": "('integer')", "REAL": "('real', 'integer')"}


def snapshot(path: Path, target: Path) -> None:
    """Copy a project's file as it is at one moment, also while somebody works in it.

    Raises:
        ProjectError: missing, not a project, or locked.
    """
    if path.is_dir():
        raise ProjectError(path, "is a folder", "Name a project file: NAME.tcn.")
    if not path.is_file():
        raise ProjectError(path, "no such file", "Name a copy of the project.")
    try:
        with path.open("rb") as file:
            header = file.read(100)
        if not header.startswith(b"SQLite format 3\0"):
            raise ProjectError(path, "is not a project file", "Name a copy of the project.")
        if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
            raise ProjectError(
                path, "is a database of another program", "Name a copy of the project."
            )
        beside = [path.with_name(path.name + ending) for ending in ("-wal", "-shm")]
        in_wal_mode = header[18] == 2
        if all(file.exists() for file in beside) or not in_wal_mode:
            _copy_open(path, target)
        else:
            # Nobody has it open. Its last actions may still stand in the log beside it.
            shutil.copyfile(path, target)
            if beside[0].exists():
                shutil.copyfile(beside[0], target.with_name(target.name + "-wal"))
    except OSError as error:
        raise ProjectError(path, f"cannot be read ({error.strerror})") from None


def _copy_open(path: Path, target: Path) -> None:
    uri = f"{path.resolve().as_uri()}?mode=ro"
    try:
        with (
            closing(sqlite3.connect(uri, uri=True, timeout=LOCK_SECONDS)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            # Backing up waits for a lock without end; a transaction that has begun has it.
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(copy)
    except sqlite3.DatabaseError as error:
        raise ProjectError(
            path, f"cannot be read ({error})", "Close it where it is open, and merge again."
        ) from None


def faults(connection: sqlite3.Connection) -> Iterator[str]:
    """What no copy of a project can hold, in words; merging it would damage this one.

    For a file of the newest format. What its journal and texts say is checked elsewhere.
    """
    for table, names in _SHAPES.items():
        found = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
        kind = connection.execute(
            "SELECT type FROM sqlite_master WHERE name = ?", (table,)
        ).fetchone()
        if tuple(found) != names or kind != ("table",):
            yield f"its table {table} is not as tcncode makes it"
            return
    for table in _SHAPES:
        yield from _of_wrong_type(connection, table)
    yield from _broken_json(connection)
    yield from _wrong_stamps(connection)
    yield from _wrong_ids(connection)
    yield from (
        f"segment {kind} {number} of text {key} is outside it"
        for key, kind, number in connection.execute(
            "SELECT text_hash, kind, segment.number FROM segment LEFT JOIN text ON hash = text_hash"
            ' WHERE start < 0 OR start >= "end" OR "end" > ifnull(characters, 0)'
        )
    )
    yield from (
        f"text {key} has {n} characters, not {said}"
        for key, n, said in connection.execute(
            "SELECT hash, length(body), characters FROM text WHERE length(body) <> characters"
        )
    )


def _of_wrong_type(connection: sqlite3.Connection, table: str) -> Iterator[str]:
    wrong = []
    for _, name, kind, required, _, key in connection.execute(f'PRAGMA table_info("{table}")'):
        allowed = f'typeof("{name}") NOT IN {_KINDS[kind]}'
        wrong.append(allowed if required or key else f'("{name}" IS NOT NULL AND {allowed})')
    found = connection.execute(f'SELECT 1 FROM "{table}" WHERE {" OR ".join(wrong)}').fetchone()
    if found:
        yield f"table {table} holds a number where words belong, or words in place of a number"


def _broken_json(connection: sqlite3.Connection) -> Iterator[str]:
    expected = {table: ",".join(columns(table)) for table in JOURNALED}
    for where, side in (("journal", "before"), ("journal", "after"), ("as_written", "content")):
        for table, keys in connection.execute(
            f'SELECT DISTINCT "table", CASE WHEN json_valid({side}) THEN'
            f" (SELECT group_concat(key) FROM json_each({side})) END"
            f" FROM {where} WHERE {side} IS NOT NULL"
        ):
            if keys is None or keys != expected.get(table):
                yield f"its {where} holds a row of {table} that cannot be read"
    for table, name in (
        ("code", "definition"), ("codebook", "sources"), ("codebook", "purposes"),
        ("suggestion_answer", "evidence"), ("settlement", "coders"), ("settlement", "codings"),
        ("settlement", "result"),
    ):  # fmt: skip
        for (key,) in connection.execute(f"SELECT id FROM {table} WHERE NOT json_valid({name})"):
            yield f"the {name} of {table} {key} is not valid JSON"


def _wrong_stamps(connection: sqlite3.Connection) -> Iterator[str]:
    latest = (time.time() + _YEARS_AHEAD * 365 * 86_400) * 1000
    sources = [("action", "id"), *((table, "stamp") for table in JOURNALED)]
    for table, name in sources:
        for (stamp,) in connection.execute(f"SELECT DISTINCT {name} FROM {table}"):
            if not STAMP.fullmatch(stamp):
                yield f'"{stamp}" in its table {table} is not the stamp of an action'
            elif int(stamp.partition("-")[0]) > latest:
                yield f"its clock was more than {_YEARS_AHEAD} years ahead ({table} {stamp})"


def _wrong_ids(connection: sqlite3.Connection) -> Iterator[str]:
    """Ids say what a row is: one that does not could take the place of somebody's work."""
    for table, key in (
        ("document", "substr(text_hash, 1, 16)"),
        ("speaker", "document || '/' || label"),
        ("membership", "city || '/' || network"),
        ("assignment", "document || '/' || coder"),
        ("codebook", "'codebook'"),
    ):
        for (found,) in connection.execute(f"SELECT id FROM {table} WHERE id <> {key}"):
            yield f"{table} {found} has an id that is not its own"
    for key, document, start, end, code, coder in connection.execute(
        'SELECT id, document, start, "end", code, coder FROM coding'
    ):
        if key != coding_id(document, Span(start, end), code, coder):
            yield f"coding {key} has an id that is not its own"
    for key, document, codings, coders, result in connection.execute(
        "SELECT id, document, codings, coders, result FROM settlement"
    ):
        named = [*_listed(codings), *_listed(coders)]
        if not all(isinstance(name, str) for name in named) or not _are_places(_listed(result)):
            yield f"settlement {key} cannot be read"
        elif key != difference_id(document, _listed(codings)):
            yield f"settlement {key} has an id that is not its own"
    for key, document, start, end, code, coder in connection.execute(
        'SELECT id, document, start, "end", code, coder FROM suggestion_answer'
    ):
        if key != f"{coding_id(document, Span(start, end), code, '')}/{coder}":
            yield f"suggestion_answer {key} has an id that is not its own"


def _listed(text: str) -> list[Any]:
    found = json.loads(text)
    return found if isinstance(found, list) else [None]


def _are_places(found: list[Any]) -> bool:
    """Whether these are starts, ends and codes."""
    return all(
        isinstance(place, list)
        and len(place) == 3
        and type(place[0]) is type(place[1]) is int
        and 0 <= place[0] < place[1]
        and isinstance(place[2], str)
        for place in found
    )
