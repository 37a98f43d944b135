"""Opening a project file: found, vetted, brought up to date."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack
from pathlib import Path

from sqlite_utils import Database

from tcncode.errors import ProjectError
from tcncode.schema import migrate

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
        with ExitStack() as if_it_fails:
            connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
            if_it_fails.callback(connection.close)
            database = Database(connection)
            backup = migrate(database, path)
            connection.execute("PRAGMA journal_mode = WAL")
            # FULL, not NORMAL: in WAL mode NORMAL may lose the last action when the power goes.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            if_it_fails.pop_all()
    except sqlite3.DatabaseError as error:
        raise ProjectError(
            path, f"cannot be opened ({error})", "Is it a tcncode project?"
        ) from None
    except OSError as error:
        raise ProjectError(path, f"cannot be opened ({error.strerror})") from None
    return database, backup
