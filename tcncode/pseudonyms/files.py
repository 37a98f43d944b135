"""The copy as a file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from tcncode.errors import ProjectError

MARK = "pseudonymised"
"""The setting that says that a project is such a copy: the key's id and the copy's own mark."""


def without_trace(path: Path) -> None:
    """Remove a copy that is not to be, and what SQLite put beside it."""
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def mark_of(connection: sqlite3.Connection) -> str:
    """What a project says of being a pseudonymised copy; empty where it is none."""
    found = connection.execute("SELECT value FROM project WHERE key = ?", (MARK,)).fetchone()
    return "" if found is None else str(found[0])


def refuse_existing(path: Path) -> None:
    """Raises ``ProjectError`` where a copy would take the place of a file."""
    if path.exists():
        raise ProjectError(path, "is already there", "Choose another name: -o FILE.")
    if not path.parent.is_dir():
        raise ProjectError(path, f"there is no folder {path.parent}", "Make it first.")


def publish(part: Path, output: Path, *, first: Callable[[], None] = lambda: None) -> None:
    """Give a copy its name, once something else is done; if that fails there is none.

    Raises:
        ProjectError: a file has got that name since ``refuse_existing``. It stays.
    """
    try:
        # The name is taken with an empty file: to replace one would not tell whose it was.
        output.touch(exist_ok=False)
    except FileExistsError:
        raise ProjectError(output, "is already there", "Choose another name: -o FILE.") from None
    except OSError as error:
        raise ProjectError(output, f"cannot be written ({error.strerror})") from None
    try:
        first()
        part.replace(output)
    except BaseException:
        output.unlink(missing_ok=True)
        raise
