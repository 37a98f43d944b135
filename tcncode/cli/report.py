"""report frequencies, networks, quotes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tcncode.cli.common import Command, put, table_options, with_project

if TYPE_CHECKING:
    from tcncode.project import Project


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
    """Count codings: per code, per network, or one by one."""


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
@click.option(
    "--matrix",
    type=click.Choice(
        ["codings", "documents", "characters", "words", "share", "share_of_network",
         "per_1000_words"]
    ),
    help="A row a network, a column a code, with this in the cells.",
)  # fmt: skip
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
@_filters
@table_options
@with_project
def quotes(project: Project, form: str | None, output: Path | None, **filters: str | None) -> None:
    """The quotations behind the figures."""
    put(project.quotations(**filters), form, output)


COMMANDS = {"report": report}
