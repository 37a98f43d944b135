"""search."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tcncode.cli.common import Number, as_coder, note, once, put, table_options, with_project
from tcncode.errors import UsageError
from tcncode.text.numbers import counted

if TYPE_CHECKING:
    from tcncode.model import Table
    from tcncode.project import Project
    from tcncode.project.finding import Passage
    from tcncode.search import Hit
    from tcncode.text import Span


@click.command()
@click.argument("query")
@click.option("--regex", is_flag=True, help="QUERY is a regular expression.")
@click.option(
    "--fuzzy", type=Number(1, 100), metavar="SCORE",
    help="Passages at least so like QUERY (of 100), for example 85.",
)  # fmt: skip
@once("--network", help="Only in this network's documents.")
@once("--document", help="Only in this document.")
@click.option("--width", type=click.IntRange(0), default=60, show_default=True,
              help="Characters of context on either side.")  # fmt: skip
@once("--code", "code_name", metavar="CODE", help="Code what was found, in one action.")
@click.option(
    "--passage", type=click.Choice(["hit", "sentence", "paragraph"]), default="sentence",
    show_default=True, help="What to code: the words found, or what they stand in.",
)  # fmt: skip
@click.option("--yes", is_flag=True, help="Code without asking.")
@click.option("--dry-run", is_flag=True, help="List what --code would code, and code nothing.")
@table_options
@as_coder
@with_project
def search(
    project: Project,
    query: str,
    regex: bool,
    fuzzy: float | None,
    network: str | None,
    document: str | None,
    width: int,
    code_name: str | None,
    passage: Passage,
    yes: bool,
    dry_run: bool,
    form: str | None,
    output: Path | None,
) -> None:
    """Find words in the texts, with their context. Case and accents do not matter.

    Words, "a phrase" and begin* may be combined; all must stand in the document. With --code,
    what was found is coded; "undo" takes all of it back.

    \b
    Example:
        tcncode search 'welcom* "human rights"' --network eurocities
        tcncode search --fuzzy 85 "peer learning" --code sharing/peer-learning --dry-run
    """
    if regex and fuzzy is not None:
        raise UsageError("Use --regex or --fuzzy, not both.")
    if code_name is None and (yes or dry_run):
        raise UsageError("--yes and --dry-run go with --code CODE.")
    if code_name is not None and not (yes or dry_run or sys.stdin.isatty()):
        raise UsageError("Nobody is there to be asked: add --yes to code, or --dry-run to see.")
    mode = "regex" if regex else "words" if fuzzy is None else "fuzzy"
    hits = project.search(query, mode=mode, score=fuzzy or 85, network=network, document=document)
    if code_name is None:
        put(_hits_table(project, hits, width), form, output)
        return
    found = project.hits_to_code(hits, code_name, passage=passage)
    path = project.codebook.get(code_name).path
    units = counted(len(found.fresh), passage)
    there = f"{found.there} have it already" if found.there else "none has it yet"
    said = f"{units} of {counted(len(hits), 'hit')} to be coded {path}; {there}."
    if dry_run:
        put(_passages_table(project, found.fresh, said), form, output)
        return
    note(said)
    if not found.fresh:
        return
    if not (yes or click.confirm(f"Code {units}?", err=True)):
        note("Nothing was coded.")
        return
    project.code_hits(hits, code_name, passage=passage)
    note(f'{units} coded {path} by {project.coder}. "tcncode undo" takes it back.')


def _hits_table(project: Project, hits: Sequence[Hit], width: int) -> Table:
    from tcncode.model import Table
    from tcncode.search import keyword_in_context

    entries = {e.id: e for e in project.documents()}
    rows = []
    for hit in hits:
        entry = entries[hit.document]
        before, words, after = keyword_in_context(project.text(hit.document), hit.span, width)
        rows.append(
            (hit.document, entry.name, entry.network, hit.span.start, hit.span.end)
            + (before, words, after, round(hit.score, 1))
        )
    columns = (
        "document", "name", "network", "start", "end", "before", "match", "after", "score",
    )  # fmt: skip
    found = len({row[0] for row in rows})
    said = f"{counted(len(rows), 'hit')} in {counted(found, 'document')}."
    return Table("Search", columns, tuple(rows), said)


def _passages_table(project: Project, passages: Sequence[tuple[str, Span]], said: str) -> Table:
    from tcncode.model import Table

    entries = {e.id: e for e in project.documents()}
    rows = tuple(
        (key, entries[key].name, entries[key].network, span.start, span.end)
        + (project.quote(key, span),)
        for key, span in passages
    )
    columns = ("document", "name", "network", "start", "end", "quotation")
    return Table("To be coded", columns, rows, said)


COMMANDS = {"search": search}
