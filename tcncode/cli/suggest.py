"""suggest, and its sub-commands list, accept, reject."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tcncode.cli.common import as_coder, echo, note, progress, put, table_options, with_project

if TYPE_CHECKING:
    from tcncode.model import Table
    from tcncode.project import Project


class _SuggestGroup(click.Group):
    """``suggest DOCUMENT...`` beside ``suggest list``: what is no sub-command is a document."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = [arg for arg in args if not arg.startswith("-")]
        if not any(word in self.commands for word in words[:1]) and not {"--help", "-h"} & set(
            args
        ):
            args = ["run", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_SuggestGroup, context_settings={"help_option_names": ["--help", "-h"]})
def suggest() -> None:
    """Suggest codes for sentences, each with its evidence. The coder decides.

    "tcncode suggest [DOCUMENT...] [--threshold 0.5]" makes suggestions for these documents,
    or all. A suggestion counts for nothing until it is accepted; a rejected one does not
    come back.

    \b
    Example:
        tcncode suggest && tcncode suggest list --code shaming
    """


@suggest.command()
@click.argument("documents", nargs=-1, metavar="[DOCUMENT]...")
@click.option(
    "--threshold", type=click.FloatRange(0, 1), default=0.5, show_default=True,
    help="Only what scores at least this.",
)  # fmt: skip
@as_coder
@with_project
def run(project: Project, documents: Sequence[str], threshold: float) -> None:
    """Make suggestions (the word "run" may be left out)."""
    ids = [project.document_id(name) for name in documents] or None
    with progress("Suggesting") as tick:
        count = project.suggest(ids, threshold=threshold, progress=tick)
    which = f"{len(ids)} documents" if ids else "all documents"
    note(f'{count} suggestions are open in {which}. "tcncode suggest list" shows them.')


@suggest.command("list")
@click.argument("document", required=False)
@click.option("--code", help="Only for this code or one below it.")
@table_options
@with_project
def list_(
    project: Project,
    document: str | None,
    code: str | None,
    form: str | None,
    output: Path | None,
) -> None:
    """List open suggestions with score and evidence."""
    put(suggestion_table(project, document=document, code=code), form, output)


def suggestion_table(
    project: Project, *, document: str | None = None, code: str | None = None
) -> Table:
    """Open suggestions, best first within a document."""
    from tcncode.model import Table

    entries = {e.id: e for e in project.documents()}
    by_id = project.codebook.by_id()
    rows = tuple(
        (s.id, s.document, entries[s.document].name, by_id[s.code].path, round(s.score, 3))
        + (s.span.start, s.span.end, project.quote(s.document, s.span))
        + ("; ".join(f"{e.kind}: {e.words}" for e in s.evidence), s.method)
        for s in project.suggestions(document=document, code=code)
    )
    columns = (
        "suggestion", "document", "name", "code", "score", "start", "end", "quotation",
        "evidence", "method",
    )  # fmt: skip
    told = f"{len(rows)} open suggestions. score: 0 to 1, not yet a calibrated probability."
    return Table("Suggestions", columns, rows, told)


@suggest.command()
@click.argument("suggestions", nargs=-1, required=True, metavar="SUGGESTION...")
@as_coder
@with_project
def accept(project: Project, suggestions: Sequence[str]) -> None:
    """Make suggestions (by id) your own codings."""
    by_id = project.codebook.by_id()
    for reference in suggestions:
        made = project.accept(reference)
        echo(made.id + "\n")
        note(f'{by_id[made.code].path}: "{project.quote(made.document, made.span)}"')


@suggest.command()
@click.argument("suggestions", nargs=-1, required=True, metavar="SUGGESTION...")
@as_coder
@with_project
def reject(project: Project, suggestions: Sequence[str]) -> None:
    """Turn suggestions down (by id); they do not come back."""
    for reference in suggestions:
        gone = project.reject(reference)
        note(f'Rejected: "{project.quote(gone.document, gone.span)}"')


COMMANDS = {"suggest": suggest}
