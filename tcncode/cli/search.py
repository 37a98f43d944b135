"""search."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tcncode.cli.common import put, table_options, with_project
from tcncode.errors import UsageError

if TYPE_CHECKING:
    from tcncode.project import Project


@click.command()
@click.argument("query")
@click.option("--regex", is_flag=True, help="QUERY is a regular expression.")
@click.option(
    "--fuzzy", type=click.FloatRange(1, 100), metavar="SCORE",
    help="Passages at least so like QUERY (of 100), for example 85.",
)  # fmt: skip
@click.option("--network", help="Only in this network's documents.")
@click.option("--width", type=click.IntRange(0), default=60, show_default=True,
              help="Characters of context on either side.")  # fmt: skip
@table_options
@with_project
def search(
    project: Project,
    query: str,
    regex: bool,
    fuzzy: float | None,
    network: str | None,
    width: int,
    form: str | None,
    output: Path | None,
) -> None:
    """Find words in the texts, with their context. Case and accents do not matter.

    Words, "a phrase" and begin* may be combined; all must stand in the document.

    \b
    Example:
        tcncode search 'welcom* "human rights"' --network eurocities
    """
    from tcncode.model import Table
    from tcncode.search import keyword_in_context

    if regex and fuzzy is not None:
        raise UsageError("Use --regex or --fuzzy, not both.")
    mode = "regex" if regex else "words" if fuzzy is None else "fuzzy"
    entries = {e.id: e for e in project.documents()}
    rows = []
    for hit in project.search(query, mode=mode, score=fuzzy or 85, network=network):
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
    put(
        Table("Search", columns, tuple(rows), f"{len(rows)} hits in {found} documents."),
        form,
        output,
    )


COMMANDS = {"search": search}
