"""What the project remembers beside the study: not journaled, not merged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tcncode.store.opening import BUSY_SECONDS
from tcncode.store.rows import Rows

SUGGESTED = "suggested"
"""The setting that changes whenever suggestions are made or muted: no journal tells of those."""


class Settings(Rows):
    """Settings, and the file's state."""

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

    def settings_from(self, prefix: str) -> dict[str, str]:
        """Key -> value of all settings whose key begins so."""
        sql = "SELECT key, value FROM project WHERE substr(key, 1, ?) = ? ORDER BY key"
        return dict(self._connection.execute(sql, (len(prefix), prefix)))

    def forget_setting(self, key: str) -> None:
        """Remember a value no more."""
        self._connection.execute("DELETE FROM project WHERE key = ?", (key,))

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
