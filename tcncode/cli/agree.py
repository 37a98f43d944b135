"""agree."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tcncode.agreement.statistics import KEYS, UNITS
from tcncode.cli.common import note, put, table_options, with_project
from tcncode.errors import UsageError

if TYPE_CHECKING:
    from tcncode.model import Table
    from tcncode.project import Compared, Project

_FEW = 10
"""Fewer documents than this make no interval to rely on."""
_NAMED = 40
"""So many of the documents that were left out are named in a line."""


class _Group(click.ParamType[tuple[str, tuple[str, ...]]]):
    """``NAME=CODER,CODER``."""

    name = "NAME=CODER,CODER"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, tuple[str, ...]]:
        if isinstance(value, tuple):
            return value
        group, _, coders = str(value).partition("=")
        names = tuple(name.strip() for name in coders.split(",") if name.strip())
        if not group.strip() or not names:
            self.fail(f'"{value}" is not NAME=CODER,CODER.', param, ctx)
        return group.strip(), names


@click.command()
@click.argument("coders", nargs=-1, metavar="[CODER]...")
@click.option("--group", "groups", type=_Group(), multiple=True, help="Coders taken as one.")
@click.option("--unit", type=click.Choice(UNITS), default="character", show_default=True)
@click.option(
    "--statistic",
    "statistics",
    multiple=True,
    metavar="NAME",
    help=f'One of {", ".join(KEYS)}; or "all". May be repeated.',
)
@click.option("--by", type=click.Choice(["document", "network", "kind"]), help="Results for each.")
@click.option(
    "--over",
    type=click.Choice(["week", "order", "codebook"]),
    help="Drift: by week finished, by order of documents, before and after the codebook changed.",
)
@click.option("--network", help="Only this network's documents.")
@click.option("--kind", help="Only documents of this kind.")
@click.option("--code", help="Only this code.")
@click.option("--sub-codes", is_flag=True, help="A line for each sub-code too.")
@click.option("--purposes", is_flag=True, help="A line for each purpose instead of each code.")
@click.option(
    "--partial", is_flag=True, help="Also documents that not all, but two or more have finished."
)
@click.option("--no-suggestions", is_flag=True, help="Without what began as a suggestion.")
@click.option("--no-interviewers", is_flag=True, help="Without interviewers' turns.")
@click.option("--replicates", type=click.IntRange(0), default=2000, show_default=True)
@click.option("--seed", type=int, default=20190501, show_default=True)
@table_options
@with_project
def agree(
    project: Project,
    groups: Sequence[tuple[str, tuple[str, ...]]],
    coders: tuple[str, ...],
    statistics: tuple[str, ...],
    form: str | None,
    output: Path | None,
    by: str | None,
    over: str | None,
    **asked: Any,
) -> None:
    """How far two or more coders agree, code by code and over all codes.

    Only documents that all of them have finished count (see "finish"); the others are named. A
    sub-code counts for the codes above it. Without names, all coders who have finished documents
    are compared. Text and Markdown have a row a code; CSV, JSON and XLSX a row a coefficient.

    \b
    Example:
        tcncode agree amina bo --unit sentence --statistic kappa --statistic alpha
        tcncode agree --group "lead=amina,bo" cem --by network --format csv -o agreement.csv
    """
    from tcncode.project import Comparison

    if "all" in statistics:
        statistics = tuple(KEYS)
    named = dict(groups)
    if len(named) < len(groups):
        raise UsageError("Two groups have one name. Give each a name of its own.")
    comparison = Comparison(
        coders=coders, groups=named, statistics=statistics, by=by or "", over=over or "", **asked
    )
    compared = project.agree(comparison)
    put(agreement_table(compared, _form(form, output)), form, output)
    for line in remarks(compared):
        note(line)


def _form(form: str | None, output: Path | None) -> str:
    from tcncode import export

    return export.format_for(output, form)


def agreement_table(compared: Compared, form: str = "text") -> Table:
    """Agreement as a table for readers or for programs, with a note on how it was made."""
    from tcncode.agreement.tables import long_table, review_table

    if form in ("text", "md"):
        return review_table(compared.results, compared.note)
    more = {
        "replicates": compared.asked.replicates,
        "seed": compared.asked.seed,
        "origin": "no suggestions" if compared.asked.no_suggestions else "all",
    }
    return long_table(compared.results, compared.note, more=more)


def remarks(compared: Compared) -> list[str]:
    """What a reader must know beside the table: a line each."""
    from tcncode.agreement import REASONS

    said = []
    if compared.left_out:
        names = [f"{name} ({why})" for name, why in compared.left_out.items()]
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        said.append(
            f"Left out: {', '.join(names[:_NAMED])}{more}."
            ' "tcncode finish DOCUMENT --coder NAME" marks them.'
        )
    if 0 < len(compared.documents) < _FEW and any(r.low is not None for r in compared.results):
        said.append(
            f"{len(compared.documents)} documents are few: an interval from fewer than {_FEW}"
            " is not to be relied on."
        )
    reasons = dict.fromkeys(r.reason for r in compared.results if r.reason)
    said += [f"{reason}: {REASONS[reason]}." for reason in reasons]
    return said


COMMANDS = {"agree": agree}
