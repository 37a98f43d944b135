"""codebook show, check, load, save."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tcncode.cli.common import as_coder, note, put, table_options, with_project
from tcncode.errors import TcncodeError

if TYPE_CHECKING:
    from tcncode.project import Project


@click.group()
def codebook() -> None:
    """Show, check, load and save the codebook."""


@codebook.command()
@table_options
@with_project
def show(project: Project, form: str | None, output: Path | None) -> None:
    """List the codes with their keys, counts and definitions."""
    put(project.codebook_table(), form, output)


@codebook.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Check a codebook FILE: every problem with its line. Needs no project."""
    from tcncode.codebook import check as problems_of
    from tcncode.codebook import load
    from tcncode.suggest import pattern_problem

    problems = problems_of(file, pattern_problem=pattern_problem)
    for line, problem in problems:
        note(f"{file}, line {line}: {problem}")
    if problems:
        raise TcncodeError(f"{file}: {len(problems)} problems (named above).")
    note(f"{file}: {len(load(file).codes)} codes, no problems.")


@codebook.command("load")
@click.argument("file", type=click.Path(path_type=Path))
@as_coder
@with_project
def load_(project: Project, file: Path) -> None:
    """Take in an edited codebook FILE. Codings stay, and what changed is said."""
    changes = project.load_codebook(file)
    for line in changes:
        note(line)
    note(f"{len(changes)} changes." if changes else "Nothing differs.")


@codebook.command()
@click.argument("file", type=click.Path(path_type=Path))
@with_project
def save(project: Project, file: Path) -> None:
    """Write the codebook to FILE; comments in one that is there are kept."""
    from tcncode.codebook import save as save_to

    save_to(project.codebook, file)
    note(f"{file}: {len(project.codebook.codes)} codes.")


COMMANDS = {"codebook": codebook}
