"""describe: what was said about documents at their import, corrected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tcncode.cli.common import as_coder, note, with_project

if TYPE_CHECKING:
    from tcncode.project import Project


@click.command()
@click.argument("documents", nargs=-1, required=True)
@click.option("--name", help="Another name; of one document only.")
@click.option("--network", help='The network it belongs to; added when not known yet. "": none.')
@click.option("--kind", help="What it is: policy, report, interview, ...")
@click.option("--date", help='YYYY, YYYY-MM or YYYY-MM-DD. "": none.')
@click.option("--language", help='Two-letter code. "": none.')
@click.option(
    "--speakers", metavar="WHO", help='Who speaks: "Mayor=mayor; I=interviewer"; @id for whom.'
)
@as_coder
@with_project
def describe(
    project: Project,
    documents: Sequence[str],
    speakers: str | None,
    **said: str | None,
) -> None:
    """Correct what was said of DOCUMENTS at their import. Texts and codings stay as they are.

    What is not named stays. One action: "tcncode undo" takes it back.

    \b
    Example:
        tcncode describe talk --network "Solidarity Cities" --kind interview --date 2019-05
    """
    facts = {name: value for name, value in said.items() if value is not None}
    done = project.describe(documents, facts, speakers=speakers or "")
    if done.network:
        note(f'Network "{done.network}" added by {project.coder}.')
    for e in done.documents:
        parts = e.network or "no network", e.kind, e.date or "no date", e.language or "no language"
        who = ", ".join(f"{s.label} {s.role}" for s in project.speakers(e.id))
        told = f"{', '.join(parts)}{'; ' + who if who else ''}"
        note(f"{e.name} described by {project.coder}: {told}.")
    if not done.documents:
        note("They were described so already.")


COMMANDS = {"describe": describe}
