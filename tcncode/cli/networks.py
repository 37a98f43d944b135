"""networks list, cities, load, check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tcncode.cli.common import as_coder, note, put, table_options, with_project
from tcncode.errors import UsageError
from tcncode.text.numbers import counted

if TYPE_CHECKING:
    from tcncode.project import Project


@click.group()
def networks() -> None:
    """The networks, their cities, and who belongs where."""


@networks.command("list")
@table_options
@with_project
def list_(project: Project, form: str | None, output: Path | None) -> None:
    """List the networks."""
    from tcncode.model import Table

    columns = (
        "network", "name", "short_name", "url", "focus", "membership", "parent", "initiator",
        "horizontal", "documents", "source", "note",
    )  # fmt: skip
    documents = project.documents()
    rows = tuple(
        (n.id, n.name, n.short_name, n.url, n.focus, n.membership, n.parent, n.initiator)
        + (n.horizontal, sum(d.network == n.id for d in documents), n.source, n.note)
        for n in project.networks()
    )
    told = "focus: 1 single, 2 narrow, 3 broad; membership: 1 cities, 2 and regions, 3 mixed."
    put(Table("Networks", columns, rows, told), form, output)


@networks.command()
@table_options
@with_project
def cities(project: Project, form: str | None, output: Path | None) -> None:
    """List the cities with their networks."""
    from tcncode.model import Table

    columns = (
        "city", "name", "country", "networks", "networks_declared", "population", "size_class",
        "capital", "non_eu_share", "politics", "source", "note",
    )  # fmt: skip
    memberships = project.memberships()
    rows = tuple(
        (c.id, c.name, c.country, "; ".join(m.network for m in memberships if m.city == c.id))
        + (c.networks_declared, c.population, c.size_class, c.capital, c.non_eu_share)
        + (c.politics, c.source, c.note)
        for c in project.cities()
    )
    put(Table("Cities", columns, rows, f"{counted(len(rows), 'city', 'cities')}."), form, output)


@networks.command()
@click.option("--networks", "network_file", type=click.Path(path_type=Path), metavar="CSV")
@click.option("--cities", "city_file", type=click.Path(path_type=Path), metavar="CSV")
@click.option("--memberships", "membership_file", type=click.Path(path_type=Path), metavar="CSV")
@as_coder
@with_project
def load(
    project: Project,
    network_file: Path | None,
    city_file: Path | None,
    membership_file: Path | None,
) -> None:
    """Load networks, cities and memberships from CSV files.

    \b
    Example:
        tcncode networks load --networks networks.csv --cities cities.csv
    """
    from tcncode.making import load_tables

    if not (network_file or city_file or membership_file):
        raise UsageError("Name at least one of --networks, --cities, --memberships.")
    for line in load_tables(project, network_file, city_file, membership_file):
        note(line)


@networks.command()
@table_options
@with_project
def check(project: Project, form: str | None, output: Path | None) -> None:
    """Where the tables contradict each other, such as declared and listed memberships."""
    from tcncode.networks import check as contradictions

    put(contradictions(project.networks(), project.cities(), project.memberships()), form, output)


@networks.command()
@click.argument(
    "file", type=click.Path(dir_okay=False, path_type=Path), metavar="[CSV]", required=False
)
@table_options
@with_project
def statements(project: Project, file: Path | None, form: str | None, output: Path | None) -> None:
    """What publications say of networks and cities, beside what the tables give.

    CSV has a row a statement: statement, source, table, where, measure, said, and perhaps
    to_nearest and note; the README of the shipped corpus tells what they can say. Without CSV:
    the statements of the two publications that the six functions come from. Nothing is put right.

    \b
    Example:
        tcncode networks statements --format md -o statements.md
    """
    from tcncode.making import shipped

    path = file or shipped("corpus") / "statements.csv"
    put(project.statements(path, shipped=file is None), form, output)


COMMANDS = {"networks": networks}
