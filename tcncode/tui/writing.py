"""Asks for a name and writes a table; a file that is there is never written over unasked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from textual.app import App

from tcncode import export
from tcncode.errors import TcncodeError
from tcncode.making import typed_path
from tcncode.model import Table
from tcncode.text.numbers import counted
from tcncode.tui.windows import LineWindow

Say = Callable[[str, bool], None]
"""Takes what happened, and whether it is bad news."""


def ask_and_write(app: App[object], table: Table, name: str, say: Say) -> None:
    """Ask where a table goes (``name`` is proposed), write it, say what happened."""

    def refuses(typed: str) -> str | None:
        if not typed.strip():
            return "A file needs a name; esc leaves."
        try:
            path = typed_path(typed)
        except TcncodeError as error:
            return str(error)
        try:
            export.format_for(path, None)
        except TcncodeError:
            return "The name must end in .csv, .json, .md, .xlsx or .txt."
        return None

    def named(typed: str | None) -> None:
        if typed is None:
            return
        path = typed_path(typed)
        if path.exists():
            _ask_over(app, table, path, say)
        else:
            _write(table, path, say)

    asks = f"Write {counted(len(table.rows), 'row')} to a file (.csv .json .md .xlsx .txt)"
    app.push_screen(LineWindow(asks, name, refuses=refuses), named)


def _ask_over(app: App[object], table: Table, path: Path, say: Say) -> None:
    def refuses(word: str) -> str | None:
        return None if word.strip() == "over" else 'Type "over" to write over it; esc leaves it.'

    def confirmed(word: str | None) -> None:
        if word is None:
            say(f"{path} was left as it is.", False)
        else:
            _write(table, path, say)

    asks = f'{path} is already there. Type "over" to write over it.'
    app.push_screen(LineWindow(asks, refuses=refuses), confirmed)


def _write(table: Table, path: Path, say: Say) -> None:
    try:
        export.write([table], path, export.format_for(path, None))
    except TcncodeError as error:
        say(str(error), True)
    else:
        say(f"{path.resolve()}: {counted(len(table.rows), 'row')} written", False)
