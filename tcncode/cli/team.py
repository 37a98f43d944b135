"""memo, memos, finish: what coders leave for one another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tcncode.cli.common import as_coder, note, once, put, table_options, with_project
from tcncode.errors import UsageError
from tcncode.text.numbers import counted

if TYPE_CHECKING:
    from tcncode.model import MemoNoun
    from tcncode.project import Project

_NOUNS = click.Choice(["coding", "document", "network", "code", "project"])


@click.command()
@click.argument("reference", metavar="WHAT")
@click.argument("text")
@once("--on", "noun", type=_NOUNS, default="coding", show_default=True, help="What it is.")
@as_coder
@with_project
def memo(project: Project, reference: str, text: str, noun: MemoNoun) -> None:
    """Write your memo on a coding (by its id), or with --on on something else; "" removes it.

    The memo on the project itself: WHAT is "-".

    \b
    Example:
        tcncode memo --on code sharing "Does a newsletter count? Ask on Friday."
    """
    if noun == "project" and reference != "-":
        raise UsageError('There is one project. Write "-": tcncode memo --on project - TEXT')
    project.write_memo(noun, reference, text)
    note(f"{noun} {reference} by {project.coder}: {text.strip() or 'no memo there now'}")


@click.command()
@once("--on", "noun", type=_NOUNS, help="Only memos on this.")
@once("--coder", "by", metavar="NAME", help="Only this coder's.")
@table_options
@with_project
def memos(
    project: Project, noun: MemoNoun | None, by: str | None, form: str | None, output: Path | None
) -> None:
    """All memos, with what they are on. "search" looks through texts, not memos.

    \b
    Example:
        tcncode memos --on coding --format md -o memos.md
    """
    coder = project.known_coder(by) if by else None
    put(project.memo_table(noun=noun, coder=coder), form, output)


@click.command()
@click.argument("documents", nargs=-1, required=True)
@click.option("--reopen", is_flag=True, help="Mark them as not finished.")
@as_coder
@with_project
def finish(project: Project, documents: Sequence[str], reopen: bool) -> None:
    """Mark DOCUMENTS as finished by you. Agreement counts only what both coders have finished.

    \b
    Example:
        tcncode finish eurocities-policy --coder amina
    """
    changed = project.finish(documents, finished=not reopen)
    for entry in changed:
        said = f"{entry.name}: {'open again' if reopen else 'finished'} by {project.coder}."
        if not reopen and not project.codings(document=entry.id, coder=project.coder):
            said += " Nothing is coded in it, and agreement takes that for your answer."
        left = 0 if reopen else len(project.suggestions_in(entry.id))
        if left:
            said += (
                f" {counted(left, 'suggestion is', 'suggestions are')} still open there: what you"
                " leave uncoded teaches the suggester that the code does not belong there."
            )
        note(said)
    if not changed:
        note("They were marked so already.")


COMMANDS = {"memo": memo, "memos": memos, "finish": finish}
