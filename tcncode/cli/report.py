"""report frequencies, networks, purposes, coders, quotes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tcncode.cli.common import Command, put, table_options, with_project
from tcncode.cli.page import page_commands

if TYPE_CHECKING:
    from tcncode.project import Project


_CELLS = click.Choice(
    ["codings", "documents", "characters", "words", "share", "share_of_network", "per_1000_words"]
)
"""What a matrix may have in its cells."""


def _filters(function: Command) -> Command:
    """What a report may be limited to."""
    for flag, told in (
        ("--origin", 'Only codings of this origin, such as "by hand" or "suggestion".'),
        ("--coder", "Only this coder's codings."),
        ("--code", "Only this code and those below it."),
        ("--kind", "Only documents of this kind."),
        ("--document", "Only this document."),
        ("--network", "Only this network."),
    ):
        function = click.option(flag, help=told)(function)
    return function


@click.group()
def report() -> None:
    """Count codings: per code, network, purpose, coder, or one by one."""


@report.command()
@_filters
@table_options
@with_project
def frequencies(
    project: Project, form: str | None, output: Path | None, **filters: str | None
) -> None:
    """How often each code was used, and how much text it covers."""
    put(project.report_frequencies(filters), form, output)


@report.command()
@click.option("--sub-codes", is_flag=True, help="A line for each sub-code in use too.")
@click.option("--matrix", type=_CELLS, help="A row a network, a column a code, with this.")
@_filters
@table_options
@with_project
def networks(
    project: Project,
    sub_codes: bool,
    matrix: str | None,
    form: str | None,
    output: Path | None,
    **filters: str | None,
) -> None:
    """What each network does: networks by functions.

    \b
    Example:
        tcncode report networks --matrix share_of_network
    """
    from tcncode import reports

    table = project.report_networks(filters, sub_codes=sub_codes)
    put(reports.matrix(table, value=matrix) if matrix else table, form, output)


@report.command()
@click.option("--matrix", type=_CELLS, help="A row a network, a column a purpose, with this.")
@_filters
@table_options
@with_project
def purposes(
    project: Project,
    matrix: str | None,
    form: str | None,
    output: Path | None,
    **filters: str | None,
) -> None:
    """What each network's functions are for: networks by purposes."""
    from tcncode import reports

    table = project.report_purposes(filters)
    put(reports.matrix(table, value=matrix) if matrix else table, form, output)


@report.command()
@_filters
@table_options
@with_project
def coders(project: Project, form: str | None, output: Path | None, **filters: str | None) -> None:
    """How many documents each coder has coded, and how many codings they made."""
    put(project.report_coders(filters), form, output)


@report.command()
@_filters
@table_options
@with_project
def quotes(project: Project, form: str | None, output: Path | None, **filters: str | None) -> None:
    """The quotations behind the figures."""
    put(project.quotations(**filters), form, output)


for _command in page_commands(_filters):
    report.add_command(_command)

COMMANDS = {"report": report}
