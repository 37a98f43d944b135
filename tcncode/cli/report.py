"""report: the tables that a paper needs, each with a note on how it was made."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tcncode.cli.common import (
    KIND,
    LIMITS,
    Command,
    Options,
    limited,
    once,
    put_all,
    table_options,
    with_project,
)
from tcncode.cli.page import page_commands
from tcncode.errors import UsageError

if TYPE_CHECKING:
    from tcncode.model import Table
    from tcncode.project import Project

# Said before numpy is loaded. What reports multiply is small: a second thread waits longer than it
# works, and takes half as long again as numpy itself to start.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


_CELLS = click.Choice(
    [
        "codings", "documents", "characters", "words", "share", "share_of_network",
        "per_1000_words", "passages", "coders",
    ]
)  # fmt: skip
"""What a matrix may have in its cells."""
_ORIGIN = click.Choice(["by hand", "suggestion", "imported", "settled", "no suggestions"])
_FILTERS: Options = (
    ("--network", {"help": 'Only this network; "(none)": documents that belong to none.'}),
    ("--document", {"help": "Only this document."}),
    ("--kind", {"type": KIND, "help": "Only documents of this kind."}),
    *LIMITS,
    ("--code", {"help": "Only this code and those below it."}),
    (
        "--coder",
        {
            "multiple": True, "metavar": "NAME",
            "help": "Whose codings count; may be given several times. Default: everybody's but"
            " those of settled.",
        },
    ),
    (
        "--combine",
        {
            "type": click.Choice(["union", "majority"]),
            "help": "Of several coders: the text that any of them coded (union, the default), or"
            " more than half of those who coded or finished the document.",
        },
    ),
    ("--origin", {"type": _ORIGIN, "help": "Only codings of this origin."}),
)  # fmt: skip


@click.group()
def report() -> None:
    """What the codings say: per network, code, year, speaker, ...; each table says how.

    Every table counts the same codings when asked with the same options. A passage that two
    coders coded counts once.

    \b
    Example:
        tcncode report networks --matrix share_of_network
        tcncode report overlap --coder settled --format xlsx -o overlap.xlsx
    """


Adorned = Callable[[Command], Command]


def _report(name: str, told: str, *more: Adorned, filters: bool = True) -> None:
    """Add a report's command.

    Args:
        told: its help.
        more: its own options, in the order of the help.
        filters: whether codings enter, so that it can be limited.
    """

    def command(project: Project, form: str | None, output: Path | None, **given: Any) -> None:
        matrix, only = given.pop("matrix", None), given.pop("table", None)
        known = {flag.strip("-").replace("-", "_") for flag, _ in _FILTERS}
        asked = {key: given.pop(key) for key in list(given) if key in known}
        options = {key: value for key, value in given.items() if value is not None}
        tables = project.report_tables(name, asked, **options)
        if matrix:
            from tcncode.reports import matrix as as_matrix

            made = as_matrix(tables[0], value=matrix)
            # The note ends with the command that repeats it.
            made = replace(made, note=f"{made.note} --matrix {matrix}", warning=tables[0].warning)
            tables = [made, *tables[1:]]
        put_all(tables if only is None else [_named(tables, only)], form, output)

    command.__doc__ = told
    function: Command = table_options(with_project(command))
    if filters:
        function = limited(_FILTERS)(function)
    for option in reversed(more):
        function = option(function)
    report.command(name, help=told)(function)


def _named(tables: Sequence[Table], wanted: str) -> Table:
    """The table of this number, or with these words in its title."""
    found = [t for t in tables if wanted.casefold() in t.title.casefold()]
    if wanted.isdecimal():
        found = list(tables[int(wanted) - 1 : int(wanted)]) if int(wanted) else []
    if len(found) != 1:
        titles = "; ".join(f"{n} {t.title}" for n, t in enumerate(tables, 1))
        raise UsageError(f"--table {wanted} fits {len(found)} tables. There are: {titles}.")
    note = f"{found[0].note} --table {shlex.quote(wanted)}"
    return replace(found[0], note=note)


_TABLE = once("--table", metavar="NAME", help="Only this table: its number, or words of its title.")
_SUB_CODES = click.option("--sub-codes", is_flag=True, help="A line for each sub-code in use too.")
_MATRIX = once("--matrix", type=_CELLS, help="A row a group, a column a code, with this.")

_report(
    "networks",
    """What each network does: networks by functions.

    \b
    Example:
        tcncode report networks --matrix share_of_network
    """,
    _SUB_CODES,
    _MATRIX,
)
_report("purposes", "What each network's functions are for: networks by purposes.", _MATRIX)
_report(
    "frequencies",
    "How often each code was used, and how much text it covers.",
    click.option("--sub-codes/--no-sub-codes", default=None, help="A line for each sub-code in"
                 " use (the default), or for top codes only."),
)  # fmt: skip
_report(
    "profile",
    """All about one network: attributes, documents, functions, quotations, time, mentions.

    Several tables: XLSX has a sheet for each, JSON an object with the tables by title, CSV
    (with -o) a file for each.
    """,
    click.argument("argument", metavar="NETWORK"),
    _TABLE,
)
_report(
    "overlap",
    "Who duplicates whom: networks that do the same, beside networks with the same members.",
    _SUB_CODES,
)
_report(
    "cities",
    """Which cities sit where: networks declared and listed, centrality, politics, correlations.

    Several tables. They rest on those of cities and memberships; codings do not enter.
    """,
    _TABLE,
    filters=False,
)
_report("kinds", "What each kind of document carries.", _SUB_CODES)
_report("time", "Functions by the year of the document.", _SUB_CODES)
_report(
    "speakers",
    "Who says what in transcripts: functions by the speakers' role, or whom they speak for.",
    once("--by", type=click.Choice(["role", "affiliation", "speaker"]),
                 help="Group by role (the default), by the city or network they speak for, or by"
                 " name."),
)  # fmt: skip
_report(
    "cooccurrence",
    "Which codes meet: on the same passage, on the same words, or near each other.",
    click.option("--near", type=int, metavar="N", help="How many sentences apart is near"
                 " (default 1; 0 is the same sentence)."),
    _SUB_CODES,
)  # fmt: skip
_report("mentions", "Who names whom: cities and networks mentioned in each network's documents.")
_report(
    "coverage",
    "How much of each document and network is coded, and which document carries a code alone.",
    _TABLE,
)
_report(
    "saturation",
    "Whether further documents still bring new codes.",
    click.option("--order", type=click.Choice(["coded", "date", "name"]),
                 help="Documents as they were first coded (the default), by date, or by name."),
)  # fmt: skip
_report(
    "quotes",
    """The best quotations behind the figures, best first.

    Better is what more coders coded alike, whole sentences, near 30 words. Of overlapping
    passages with the same function one is shown. "export codings" has every coding.
    """,
    click.option("--limit", type=int, metavar="N", help="How many (default 50; 0: all)."),
    click.option("--per-code", type=int, metavar="N", help="So many of each network and function."),
)
_report("coders", "How many documents each coder has coded, and how many codings they made.")
_report("codebook", "The codebook for the appendix, with how often each code was used.")

for _command in page_commands(limited(_FILTERS)):
    report.add_command(_command)

COMMANDS = {"report": report}
