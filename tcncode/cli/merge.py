"""merge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tcncode.cli.common import (
    Settings,
    as_coder,
    note,
    open_project,
    project_option,
    put,
    table_options,
)

if TYPE_CHECKING:
    from tcncode.model import Table
    from tcncode.project import Project


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@click.option("--dry-run", is_flag=True, help="Only say what would come in.")
@click.option("--unrelated", is_flag=True, help="Also a project that has nothing in common.")
@as_coder
@table_options
@project_option
@click.pass_context
def merge(
    ctx: click.Context,
    /,
    files: Sequence[Path],
    dry_run: bool,
    unrelated: bool,
    form: str | None,
    output: Path | None,
    project_file: str | None,
    acting: str | None,
) -> None:
    """Merge other copies of the project into it: all of FILE... or none.

    The project is the one named with -p, or the only one here besides FILE.

    Each coder works in a copy of the file; any number of copies may be merged, in any order and
    more than once, with the same result. Of two versions of one thing the later stands (an
    undo is as old as the edit that it took back; what nobody edited since "init" is oldest); the
    receipt lists what was edited on both sides. The files themselves are not changed.

    \b
    Example:
        tcncode merge amina.tcn bo.tcn --dry-run
    """
    before: Settings = ctx.obj or Settings()
    who = before.coder if acting is None else acting
    with open_project(Settings(project_file or before.project_file, who, files)) as project:
        _merge(project, files, dry_run, unrelated, form, output)


def _merge(
    project: Project,
    files: Sequence[Path],
    dry_run: bool,
    unrelated: bool,
    form: str | None,
    output: Path | None,
) -> None:
    merged = project.merge(files, dry_run=dry_run, unrelated=unrelated)
    for path, news in merged.news.items():
        if not news:
            note(f"{path}: nothing new.")
    if merged.kept or dry_run:
        put(
            _without_empty(merged.table) if form in (None, "text", "md") else merged.table,
            form,
            output,
        )
    if not merged.kept:
        note("Nothing was changed" + (": this was a dry run." if dry_run else "."))
    else:
        note(
            f'Merged into {project.path.name} by {project.coder}; "tcncode undo" there forgets what'
            " came in."
        )


def _without_empty(table: Table) -> Table:
    """For eyes: the columns on what was edited on both sides only where something was."""
    used = [n for n in range(len(table.columns)) if any(row[n] is not None for row in table.rows)]
    if not table.rows:
        used = list(range(4))
    return replace(
        table,
        columns=tuple(table.columns[n] for n in used),
        rows=tuple(tuple(row[n] for n in used) for row in table.rows),
    )


COMMANDS = {"merge": merge}
