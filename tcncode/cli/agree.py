"""agree."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tcncode.cli.common import note, put, table_options, with_project
from tcncode.errors import UsageError

if TYPE_CHECKING:
    from tcncode.model import Table
    from tcncode.project import Compared, Project

STATISTICS = ("observed agreement", "Cohen's kappa")


@click.command()
@click.argument("coders", nargs=-1, metavar="[CODER CODER]")
@click.option(
    "--unit", type=click.Choice(["character", "sentence", "paragraph", "turn", "document"]),
    default="character", show_default=True,
)  # fmt: skip
@click.option("--statistic", type=click.Choice(STATISTICS), multiple=True, help="Default: both.")
@click.option("--network", help="Only this network's documents.")
@click.option("--sub-codes", is_flag=True, help="A line for each sub-code too.")
@table_options
@with_project
def agree(
    project: Project,
    coders: Sequence[str],
    unit: str,
    statistic: Sequence[str],
    network: str | None,
    sub_codes: bool,
    form: str | None,
    output: Path | None,
) -> None:
    """How far two coders agree, code by code and over all codes.

    Only documents that both have finished count (see "finish"); the others are named. A
    sub-code counts for the codes above it. Without names, the project's two coders are compared.

    \b
    Example:
        tcncode agree coder-a coder-b --unit sentence --format csv -o agreement.csv
    """
    known = project.coders()
    if not coders and len(known) == 2:
        coders = known
    if len(coders) != 2:
        there = ", ".join(known) or "nobody yet"
        raise UsageError(f"Name two coders. Who has coded here: {there}.")
    compared = project.agree(
        coders[0], coders[1], unit=unit, statistics=statistic or STATISTICS, network=network,
        sub_codes=sub_codes,
    )  # fmt: skip
    put(agreement_table(compared), form, output)
    if compared.left_out:
        note(
            f"Left out, not finished by both: {', '.join(compared.left_out)}."
            ' "tcncode finish DOCUMENT --coder NAME" marks them.'
        )


def agreement_table(compared: Compared) -> Table:
    """Agreement as a table, with a note on how it was made."""
    from tcncode.model import Table

    rows = tuple(
        (r.code, r.unit, " / ".join(r.coders), r.statistic, r.value, r.n)
        + (r.both, r.first_only, r.second_only, r.neither, r.reason or None)
        for r in compared.results
    )
    columns = (
        "code", "unit", "coders", "statistic", "value", "n", "both", "first_only",
        "second_only", "neither", "reason",
    )  # fmt: skip
    told = (
        f"Documents finished by both: {len(compared.documents)}; begun but not finished by both,"
        f" left out: {len(compared.left_out)}. Counts are {compared.results[0].unit}s, pooled"
        " over the documents; sub-codes count for the codes above them. Cohen's kappa after"
        " Cohen (1960)."
        if compared.results
        else ""
    )
    return Table("Agreement", columns, rows, told)


COMMANDS = {"agree": agree}
