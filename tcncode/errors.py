"""Every error a researcher can meet.

::

    TcncodeError
    ├── UsageError                     exit code 2: the command was put wrongly
    │   ├── UnknownNameError           a document, code, network or coder nobody has heard of
    │   ├── AmbiguousNameError         the beginning of a name fits several
    │   └── SpanError                  a span that is empty or outside its text
    ├── ProjectError                   the project file is missing, foreign, newer, damaged or busy
    ├── ReadError                      one source file could not be turned into a document
    ├── CodebookError                  codebook.yaml says something it must not
    ├── TableError                     a CSV row could not be read
    ├── QuoteNotFoundError             --quote is not in the document
    └── UndoError                      an action that cannot be undone (or redone) any more

Each message is one line: what happened, where, and the next thing to try.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class TcncodeError(Exception):
    """Whatever goes wrong and is not a bug. ``str(error)`` is the line to show."""

    exit_code = 1


class UsageError(TcncodeError):
    """The command was put wrongly; nothing was tried."""

    exit_code = 2


class UnknownNameError(UsageError):
    """A document, code, network, city or coder was named that the project does not have."""

    def __init__(self, noun: str, name: str, *, near: Sequence[str] = (), lister: str = "") -> None:
        guess = f' Did you mean "{near[0]}"?' if near else ""
        hint = f' "{lister}" shows the ones it has.' if lister else ""
        if noun == "suggestion":  # it may well have had it, when the id was read
            hint = (
                " Suggestions may have been made anew or answered since:"
                ' "tcncode suggest list" shows those that are open.'
            )
        super().__init__(f'The project has no {noun} "{name}".{guess}{hint}')


class AmbiguousNameError(UsageError):
    """The beginning of a name fits more than one."""

    def __init__(self, noun: str, name: str, matches: Sequence[str]) -> None:
        shown = ", ".join(matches[:4]) + (", ..." if len(matches) > 4 else "")
        super().__init__(
            f'"{name}" fits {len(matches)} {noun}s ({shown}). Write more of the name, or its id.'
        )


class SpanError(UsageError):
    """A span is empty, or reaches outside its text."""

    def __init__(self, start: int, end: int, length: int | None = None) -> None:
        inside = "" if length is None else f" The text has {length} characters."
        super().__init__(
            f"{start}:{end} is not a stretch of text.{inside}"
            " Offsets count characters from 0, and the end is not included."
        )


class ProjectError(TcncodeError):
    """The project file is missing, not one of ours, newer than this program, damaged or busy."""

    def __init__(self, path: Path | str, problem: str, try_this: str = "") -> None:
        self.problem, self.try_this = problem, try_this
        super().__init__(f"{path}: {problem}." + (f" {try_this}" if try_this else ""))


class ReadError(TcncodeError):
    """One source file could not be turned into a document."""

    def __init__(self, path: Path | str, problem: str, try_this: str = "") -> None:
        self.path = path
        super().__init__(f"{path}: {problem}." + (f" {try_this}" if try_this else ""))


class CodebookError(TcncodeError):
    """The codebook says something it must not. Carries every problem, first one shown."""

    def __init__(self, path: Path | str, problems: Sequence[tuple[int, str]]) -> None:
        self.problems = tuple(problems)
        line, first = self.problems[0]
        more = len(self.problems) - 1
        rest = f' ({more} more: see "tcncode codebook check")' if more else ""
        super().__init__(f"{path}, line {line}: {first}{rest}")


class TableError(TcncodeError):
    """A row of a table could not be read. Nothing of the table was taken in."""

    def __init__(self, path: Path | str, line: int, problem: str) -> None:
        super().__init__(
            f"{path}, line {line}: {problem.rstrip('.')}. Nothing was imported from this file."
        )


class QuoteNotFoundError(TcncodeError):
    """The words to be coded do not stand in the document."""

    def __init__(self, document: str, quote: str, *, best: str = "", score: float = 0.0) -> None:
        short = quote if len(quote) <= 60 else quote[:57] + "..."
        near = f' The nearest passage ({score:.0f} of 100) is "{best}".' if best else ""
        super().__init__(f'"{short}" is not in {document}.{near}')


class UndoError(TcncodeError):
    """Nothing to undo or redo, or somebody later built on it."""
