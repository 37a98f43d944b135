"""An open project file: its coder, its actions, what was done and what it remembers."""

from __future__ import annotations

import getpass
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from tcncode import journal
from tcncode.errors import ProjectError
from tcncode.model import Change, Codebook, TakenBack
from tcncode.project.names import coder_name
from tcncode.store import SUGGESTED, Store

if TYPE_CHECKING:
    from sqlite_utils import Database


class Opened:
    """What every part of ``Project`` stands on."""

    def __init__(self, database: Database, path: Path, coder: str | None) -> None:
        self.path = path
        self._database = database
        self._store = Store(database)
        self._system_user = _system_user()
        remembered = self._store.setting(f"coder:{self._system_user}")
        self.coder = coder_name(remembered or self._system_user if coder is None else coder)
        self._was_named = coder is not None
        self._to_remember = self._was_named and coder != remembered
        self._codebook: Codebook | None = None
        self._seen = self._store.data_version()
        self._entry = journal.last_number(database)
        self._text = lru_cache(maxsize=2048)(self._store.text)

    backup: Path | None = None
    """The copy that was made because the file's format was brought up to date."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. Everything is saved already."""
        self._database.conn.close()

    @contextmanager
    def _action(self, what: str) -> Iterator[Change]:
        with self._writable(), journal.action(self._database, self.coder, what) as change:
            yield change

    @contextmanager
    def _writable(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise ProjectError(
                self.path, f"cannot be written ({error})", "Is another program holding it?"
            ) from None
        if self._to_remember:
            # What was to be written is saved; a busy file is no reason to say that it was not.
            with suppress(sqlite3.OperationalError):
                self.remember_coder()

    def undo(self) -> str:
        """Take back this coder's last action. Returns it in words; raises ``UndoError``."""
        return self._take_back(journal.undo)

    def redo(self) -> str:
        """Do again what was undone last. Returns it in words; raises ``UndoError``."""
        return self._take_back(journal.redo)

    def would_take_back(self, kind: Literal["undo", "redo"]) -> TakenBack | None:
        """What ``undo`` or ``redo`` would change now; None: nothing. Raises ``UndoError``."""
        hidden = self._store.blind_documents()
        return journal.would_take_back(self._database, self.coder, kind, hidden)

    def _take_back(self, how: Callable[[Database, str, journal.Finish], str]) -> str:
        try:
            with self._writable():
                return how(self._database, self.coder, self._taken_back)
        finally:
            self._codebook = None

    def _taken_back(self, change: Change) -> None:
        """What an undo or redo must see to before it is saved."""

    def problems(self) -> list[str]:
        """What ``tcncode check`` finds wrong. Empty when all is well."""
        return self._store.problems() + journal.problems(self._database)

    def changes(self) -> dict[str, set[str]]:
        """Table -> ids of rows that anybody, here or elsewhere, changed since this was last asked.

        So that a screen reads back what changed, and not 50,000 codings.
        """
        after, self._entry = self._entry, journal.last_number(self._database)
        return journal.changed_since(self._database, after) if after != self._entry else {}

    def entry(self) -> int:
        """The number of the newest change; see ``documents_since``."""
        return journal.last_number(self._database)

    def documents_since(self, entry: int) -> set[str] | None:
        """Ids of documents where anybody coded, decided or assigned since; None: all may differ.

        Unlike ``changes`` it may be asked by any number of screens.
        """
        return journal.documents_since(self._database, entry)

    def state(self) -> tuple[str, str | None]:
        """Differs after an action, or after suggestions were made or muted, here or elsewhere.

        Any number of screens may ask: each compares with what it was told before. The places
        that coders' screens remember do not count.
        """
        return journal.last(self._database), self._store.setting(SUGGESTED)

    def remember(self, key: str, value: str) -> bool:
        """Keep something for this coder, such as the last place read; False where it was not."""
        # A place not remembered is no loss, and a busy or read-only file no reason to wait.
        with suppress(sqlite3.OperationalError), self._store.impatient():
            self._store.set_setting(f"{key} of {self.coder}", value)
            return True
        return False

    def recall(self, key: str) -> str | None:
        """What ``remember`` kept: never another coder's."""
        return self._store.setting(f"{key} of {self.coder}")

    def remembered(self, prefix: str) -> dict[str, str]:
        """Key -> value of what ``remember`` kept for this coder under keys that begin so."""
        end = f" of {self.coder}"
        found = self._store.settings_from(prefix)
        # Keys hold ids, and those no blanks: another coder may be called "bo of amina".
        return {
            key.removesuffix(end): value
            for key, value in found.items()
            if key.endswith(end) and " of " not in key.removesuffix(end)
        }

    def forget(self, key: str) -> None:
        """Keep what ``remember`` kept no longer."""
        with suppress(sqlite3.OperationalError):
            self._store.forget_setting(f"{key} of {self.coder}")

    def sits_down(self) -> str:
        """This coder opens the workbench.

        Returns:
            Who this system user was when it was last open, if that was somebody else and nobody
            has named the coder this time; else an empty string.
        """
        key = f"workbench:{self._system_user}"
        before = self._store.setting(key)
        with suppress(sqlite3.OperationalError), self._store.impatient():
            self._store.set_setting(key, self.coder)
        return before if before and before != self.coder and not self._was_named else ""

    def remember_coder(self) -> None:
        """Be this coder whenever this system user opens the project and says no other name."""
        self._store.set_setting(f"coder:{self._system_user}", self.coder)
        self._to_remember = False


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "coder"
