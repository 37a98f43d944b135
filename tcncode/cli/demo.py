"""demo: the shipped study as a project."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tcncode.cli.common import Settings, echo, note, progress

if TYPE_CHECKING:
    from tcncode.model import Table


@click.command()
@click.argument("folder", default="tcncode-demo", type=click.Path(path_type=Path))
@click.option("--open/--no-open", "open_", default=True, help="Open the workbench at the end.")
def demo(folder: Path, open_: bool) -> None:
    """Make a project from the shipped study, and show what comes out.

    Imports the illustrative texts, loads the networks and both coders' codings, suggests,
    and prints the network matrix and the coders' agreement. In a terminal it then opens the
    workbench. A demo that is there already is kept as it is.
    """
    project_file = folder / "demo.tcn"
    if project_file.exists():
        note(f"{project_file} is there already, and kept as it is.")
    else:
        make_demo(folder)
    show_demo(project_file)
    if open_ and sys.stdin.isatty() and sys.stdout.isatty():
        from tcncode.cli.workbench import open_workbench

        open_workbench(Settings(str(project_file), "me"))


def make_demo(folder: Path) -> Path:
    """Make the demo project in a folder, saying what goes on; its path."""
    from tcncode.making import demo_project

    with progress("Making the demo") as tick:
        return demo_project(folder, say=note, progress=tick)


def show_demo(path: Path) -> None:
    """Print what the demo project tells, and where everything is."""
    from tcncode import reports
    from tcncode.cli.agree import agreement_table
    from tcncode.making import shipped
    from tcncode.project import Comparison, Project

    with Project.open(path) as project:
        matrix = reports.matrix(project.report_networks(), value="codings")
        _print(matrix)
        _print(agreement_table(project.agree(Comparison(("coder-a", "coder-b")))))
    echo(
        f"The project: {path}\n"
        f"The texts, tables and codings it was made from: {shipped('corpus')}\n"
        f"Open it: tcncode -p {path}\n"
        f"More of what it can tell: tcncode -p {path} report frequencies\n"
    )


def _print(table: Table) -> None:
    from tcncode.export import render

    echo(f"{table.title}\n{render(table, 'text')}{table.note}\n\n")


COMMANDS = {"demo": demo}
