"""demo: the shipped study as a project."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tcncode.cli.common import Settings, echo, note, progress
from tcncode.errors import ProjectError

if TYPE_CHECKING:
    from tcncode.model import Table


@click.command()
@click.argument("folder", default="tcncode-demo", type=click.Path(path_type=Path))
@click.option("--open/--no-open", "open_", default=True, help="Open the workbench at the end.")
def demo(folder: Path, open_: bool) -> None:
    """Make a project from the shipped study, and show what comes out.

    Imports the illustrative texts, loads the networks and both coders' codings, suggests,
    and prints the network matrix and the coders' agreement. In a terminal it then opens the
    workbench.
    """
    project_file = make_demo(folder)
    if open_ and sys.stdin.isatty() and sys.stdout.isatty():
        from tcncode.cli.workbench import open_workbench

        open_workbench(Settings(str(project_file), "me"))


def make_demo(folder: Path) -> Path:
    """Make the demo project in a folder, print its tables, and say where everything is."""
    from tcncode import reports
    from tcncode.cli.agree import STATISTICS, agreement_table
    from tcncode.cli.networks import load_tables
    from tcncode.cli.study import import_codings, import_documents, shipped
    from tcncode.project import Project

    corpus = shipped("corpus")
    path = folder / "demo.tcn"
    if path.exists():
        raise ProjectError(path, "is already there", "Name another folder: tcncode demo FOLDER.")
    folder.mkdir(parents=True, exist_ok=True)
    with Project.create(path, codebook=shipped("codebook.yaml"), coder="me") as project:
        load_tables(
            project, corpus / "networks.csv", corpus / "cities.csv", corpus / "memberships.csv"
        )
        receipt, _ = import_documents(
            project, [corpus / "documents"], options={}, manifest=corpus / "manifest.csv"
        )
        note(receipt.note)
        for table in sorted((corpus / "codings").glob("*.csv")):
            import_codings(project, table)
        with progress("Suggesting") as tick:
            count = project.suggest(progress=tick)
        note(f"{count} suggestions are open.")

        matrix = reports.matrix(project.report_networks(), value="codings")
        _print(matrix)
        first, second = project.coders()[:2]
        _print(agreement_table(project.agree(first, second, statistics=STATISTICS)))
    echo(
        f"The project: {path}\n"
        f"The texts, tables and codings it was made from: {corpus}\n"
        f"Open it: tcncode -p {path}\n"
        f"More of what it can tell: tcncode -p {path} report frequencies\n"
    )
    return path


def _print(table: Table) -> None:
    from tcncode.export import render

    echo(f"{table.title}\n{render(table, 'text')}{table.note}\n\n")


COMMANDS = {"demo": demo}
