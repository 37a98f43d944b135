"""read: a document line by line, to be followed with a screen reader, and coded on the way."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from tcncode.cli.common import as_coder, echo, with_project
from tcncode.errors import TcncodeError, UsageError

if TYPE_CHECKING:
    from tcncode.cli.reading import LinearReading
    from tcncode.project import Project


@click.command()
@click.argument("document", required=False)
@click.option(
    "--from", "first", type=click.IntRange(1), metavar="N",
    help="Begin at sentence N, not where you left off.",
)  # fmt: skip
@as_coder
@with_project
def read(project: Project, document: str | None, first: int | None) -> None:
    """Read and code a document sentence by sentence, without a screen to draw on.

    Prints one sentence and waits for a line: enter reads the next one, 1 to 9 code it with the
    code of that key, ? tells the rest. Every answer is one line. Made for screen readers and
    Braille lines; works with commands from a pipe, too. Without DOCUMENT it goes on where you
    left off.

    \b
    Example:
        tcncode read seeds --from 12
    """
    from tcncode.cli.reading import LinearReading

    place = _place(project)
    if document is None:
        entries = project.documents()
        if not entries:
            raise UsageError('There are no documents yet. "tcncode import FILE" brings some in.')
        known = {entry.id for entry in entries}
        document = place[0] if place[0] in known else entries[0].id
    reading = LinearReading(project, project.document(document))
    if first is not None:
        reading.begin(first)
    elif place[0] == reading.document.id:
        reading.begin_at(place[1])
    _converse(project, reading, _lines())


def _converse(project: Project, reading: LinearReading, lines: Iterator[str]) -> None:
    """Answer line after line until one says quit, or there are no more."""
    _say(reading.introduced())
    _say(reading.read())
    for line in lines:
        try:
            answer = reading.answer(line)
        except TcncodeError as error:
            answer = [str(error)]
        _keep_place(project, reading)
        if answer is None:
            return
        _say(answer)


def _lines() -> Iterator[str]:
    """What is typed or piped in. Not ``input``: it may switch a terminal to modes of its own."""
    prompt = sys.stdin.isatty()
    if hasattr(sys.stdin, "reconfigure"):  # not where a test gives the lines
        sys.stdin.reconfigure(errors="replace")
    while True:
        if prompt:
            echo("> ")
        line = sys.stdin.readline()
        if not line:
            if prompt:
                echo("\n")
            return
        yield line.rstrip("\r\n")


def _say(lines: list[str]) -> None:
    from tcncode.text.safe import safe_line

    for line in lines:
        echo(safe_line(" ".join(line.split())) + "\n")


def _place(project: Project) -> tuple[str, int]:
    """Where the workbench or this command was left: document and offset."""
    try:
        place = json.loads(project.recall("place") or "{}")
        return str(place["document"]), int(place["offset"])
    except (ValueError, KeyError, TypeError):
        return "", 0


def _keep_place(project: Project, reading: LinearReading) -> None:
    place = {"document": reading.document.id, "offset": reading.offset}
    project.remember("place", json.dumps(place))


COMMANDS = {"read": read}
