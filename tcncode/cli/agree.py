"""agree."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tcncode.agreement.asking import ORIGINS
from tcncode.agreement.coefficients import REASONS
from tcncode.agreement.statistics import KEYS, UNITS
from tcncode.agreement.words import SCALES
from tcncode.cli.common import (
    KIND,
    SEEDS,
    Settings,
    echo,
    note,
    once,
    open_project,
    project_option,
    put,
    table_options,
    written,
)
from tcncode.errors import UsageError
from tcncode.model import FEWEST_REPLICATES, RATING_LEVELS, REPLICATES, SEED, SETTLED

if TYPE_CHECKING:
    from tcncode.model import AgreementResult, Table
    from tcncode.project import Compared, Comparison, Project

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
@once("--unit", type=click.Choice(UNITS), default="character", show_default=True)
@click.option(
    "--statistic",
    "statistics",
    multiple=True,
    metavar="NAME",
    help=f'One of {", ".join(KEYS)}; or "all". May be repeated.',
)
@once("--by", type=click.Choice(["document", "network", "kind"]), help="Results for each.")
@once(
    "--over",
    type=click.Choice(["week", "order", "codebook"]),
    help="Drift: by week finished, by order of documents, before and after the codebook changed.",
)
@once("--network", help="Only this network's documents.")
@once("--kind", type=KIND, help="Only documents of this kind.")
@once("--code", help="Only this code.")
@click.option("--sub-codes", is_flag=True, help="A line for each sub-code too.")
@click.option("--purposes", is_flag=True, help="A line for each purpose instead of each code.")
@click.option(
    "--partial", is_flag=True, help="Also documents that not all, but two or more have finished."
)
@once(
    "--origin",
    type=click.Choice(ORIGINS),
    default="all",
    show_default=True,
    help="Which codings count, by how they began; both: all, and once more without suggestions.",
)
@click.option("--no-interviewers", is_flag=True, help="Without interviewers' turns.")
@click.option("--replicates", type=click.IntRange(0), default=REPLICATES, show_default=True)
@click.option("--seed", type=SEEDS, default=SEED, show_default=True)
@click.option(
    "--words",
    type=click.Choice(list(SCALES)),
    help="What a textbook calls the lower end of each interval.",
)
@once("--explain", metavar="CODE", help="Why kappa is what it is, and what it costs.")
@click.option("--boundaries", is_flag=True, help="How much would go if boundaries were ignored.")
@click.option("--methods", is_flag=True, help="The paragraph for the paper, in Markdown.")
@click.option(
    "--ratings",
    type=click.Path(path_type=Path),
    metavar="FILE.csv",
    help="Compare ratings from a table instead: a row a unit, a column a coder. No project needed.",
)
@click.option(
    "--level",
    type=click.Choice(RATING_LEVELS),
    help="For --ratings: names, ranks, equal steps, or equal steps from a true zero.",
)
@click.option(
    "--scale", metavar="A,B,C", help="For --ratings: the values that there are, in order."
)
@table_options
@project_option
@click.pass_context
def agree(
    ctx: click.Context,
    /,
    project_file: str | None,
    ratings: Path | None,
    level: str | None,
    scale: str | None,
    form: str | None,
    output: Path | None,
    **asked: Any,
) -> None:  # fmt: skip
    """How far two or more coders agree, code by code and over all codes.

    Only documents that all of them have finished count (see "finish"); the others are named. A
    sub-code counts for the codes above it. Without names, all coders who have finished documents
    are compared. Text and Markdown have a row a code; CSV, JSON and XLSX a row a coefficient.

    \b
    Example:
        tcncode agree amina bo --unit sentence --statistic kappa --statistic alpha
        tcncode agree --group "lead=amina,bo" cem --by network --format csv -o agreement.csv
        tcncode agree amina bo --explain sharing
        tcncode agree --ratings scores.csv --level ordinal
    """
    if 0 < asked["replicates"] < FEWEST_REPLICATES:
        raise UsageError(
            f"An interval needs {FEWEST_REPLICATES} replicates or more; 0 leaves it out."
        )
    if ratings is not None:
        _of_table(ctx, ratings, level, scale, asked, form, output)
        return
    if level is not None or scale is not None:
        raise UsageError(
            "--level and --scale are about a table of ratings: add --ratings FILE.csv."
        )
    before: Settings = ctx.obj or Settings()
    with open_project(replace(before, project_file=project_file or before.project_file)) as project:
        _of_project(project, form, output, **asked)


def _of_project(
    project: Project,
    form: str | None,
    output: Path | None,
    *,
    groups: Sequence[tuple[str, tuple[str, ...]]],
    statistics: tuple[str, ...],
    by: str | None,
    over: str | None,
    words: str | None,
    explain: str | None,
    boundaries: bool,
    methods: bool,
    **asked: Any,
) -> None:
    """Agreement of codings: one of the four things that can be asked for."""
    from tcncode.project import Comparison

    if (explain is not None) + boundaries + methods > 1:
        raise UsageError("Ask for one of --explain, --boundaries, --methods at a time.")
    if words is not None and (explain is not None or boundaries or methods):
        raise UsageError("--words is for the table: leave out --explain, --boundaries, --methods.")
    if "all" in statistics:
        statistics = tuple(KEYS)
    named = dict(groups)
    if len(named) < len(groups):
        raise UsageError("Two groups have one name. Give each a name of its own.")
    # A group is compared as it is; who names it among the coders as well means the same.
    known = set(project.coders())
    asked["coders"] = tuple(c for c in asked["coders"] if c in known or c not in named)
    comparison = Comparison(
        groups=named, statistics=statistics, by=by or "", over=over or "", **asked
    )
    if explain is not None:
        _explain(project, comparison, explain, form, output)
    elif boundaries:
        put(project.boundaries(comparison), form, output)
    elif methods:
        _put_text(project.agreement_methods(comparison), output)
    else:
        compared = project.agree(comparison)
        put(agreement_table(compared, _form(form, output), words), form, output)
        for line in remarks(compared):
            note(line)


_OF_TABLES = ("replicates", "seed", "ratings", "level", "scale", "statistics", "form", "output")


def _of_table(
    ctx: click.Context, path: Path, level: str | None, scale: str | None,
    asked: Mapping[str, Any], form: str | None, output: Path | None,
) -> None:  # fmt: skip
    """Agreement of ratings that stand in a table."""
    from tcncode.agreement.ratings import compare_ratings
    from tcncode.importing.ratings import read_ratings

    if level is None:
        raise UsageError(f"Say what the ratings are: --level {' | '.join(RATING_LEVELS)}.")
    for name in ctx.params:
        given = ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
        if given and name not in (*_OF_TABLES, "project_file"):
            raise UsageError(f"--{name.replace('_', '-')} is about codings, not about ratings.")
    table = read_ratings(path, level, scale.split(",") if scale else ())
    results = compare_ratings(
        table.coders, table.rows, level=level, statistics=asked["statistics"], scale=table.scale,
        replicates=asked["replicates"], seed=asked["seed"],
    )  # fmt: skip
    put(rating_table(results, path, level, len(table.rows), asked), form, output)
    reasons = dict.fromkeys(r.reason for r in results if r.reason)
    for reason in reasons:
        note(f"{reason}: {REASONS[reason]}.")


def rating_table(
    results: Sequence[AgreementResult], path: Path, level: str, units: int, asked: Mapping[str, Any]
) -> Table:
    """Coefficients of ratings, a row each, with a note on how they were made."""
    from tcncode.agreement.ratings import formula
    from tcncode.model import Table

    rows = tuple(
        (" / ".join(r.coders), r.statistic, r.value, r.low, r.high, r.error, r.n, r.reason or None)
        for r in results
    )
    columns = ("coders", "statistic", "value", "low", "high", "error", "n", "reason")
    said = "; ".join(dict.fromkeys(f"{r.statistic}: {formula(r.statistic)}" for r in results))
    note = f"{units} units in {path.name}, {level} ratings; n: units that two of the coders rated."
    if asked["replicates"]:
        note += (
            f" low, high: 95 %, bootstrap over units, {asked['replicates']:,} replicates, seed"
            f" {asked['seed']}; too narrow where units depend on each other, as passages of one"
            " document do. error: jackknife."
        )
    return Table("Agreement of ratings", columns, rows, f"{note} {said}.")


def _explain(
    project: Project, asked: Comparison, code: str, form: str | None, output: Path | None
) -> None:
    """Paragraphs and the costliest disagreements for readers; all disagreements for programs."""
    from tcncode import export
    from tcncode.model import Table

    form = _form(form, output)
    reading = form in ("text", "md")
    found = project.explain_agreement(asked, code, **({} if reading else {"most": None}))
    if reading:
        parts = [
            f"{each.words}\n\n{export.render(each.costliest, form)}\n{each.costliest.note}\n"
            for each in found
        ]
        _put_text("\n".join(parts), output)
        return
    rows = tuple(row for each in found for row in each.costliest.rows)
    put(Table("Disagreements", found[0].costliest.columns, rows), form, output)


def _put_text(text: str, output: Path | None) -> None:
    from tcncode import export

    if output is None:
        echo(text)
    else:
        replaced = export.write_bytes(text.encode("utf-8"), output)
        note(f"{written(output, replaced=replaced)}: written.")


def _form(form: str | None, output: Path | None) -> str:
    from tcncode import export

    return export.format_for(output, form)


def agreement_table(compared: Compared, form: str = "text", words: str | None = None) -> Table:
    """Agreement as a table for readers or for programs, with a note on how it was made."""
    from tcncode.agreement.tables import long_table, review_table

    warning = " ".join(compared.warnings)
    if form in ("text", "md"):
        made = review_table(compared.results, compared.note, scale=words)
        return replace(made, warning=warning)
    more = {"replicates": compared.asked.replicates, "seed": compared.asked.seed}
    made = long_table(compared.results, compared.note, scale=words, more=more)
    return replace(made, warning=warning)


def _left_out(left_out: Mapping[str, str]) -> list[str]:
    """Names of documents that do not count, a line for each reason."""
    by_reason: dict[str, list[str]] = {}
    for name, why in left_out.items():
        by_reason.setdefault(why, []).append(name)
    said = []
    for why, names in by_reason.items():
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        hint = ' "tcncode finish DOCUMENT --coder NAME" marks them.'
        if SETTLED in why:
            hint = ' "tcncode settle" lists what is to be decided there.'
        said.append(
            f"Left out ({why}): {'; '.join(names[:_NAMED])}{more}."
            + (hint if why.startswith("not finished") else "")
        )
    return said


def remarks(compared: Compared) -> list[str]:
    """What a reader must know beside the table: a line each."""
    said = []
    if compared.unasked:
        others = [coder for coder in compared.coders if coder not in compared.unasked]
        named = shlex.join(others if others[1:] else ["CODER", "CODER"])
        who = " and ".join(compared.unasked)
        said.append(f'To leave {who} out, whom nobody asked: "tcncode agree {named}".')
    said += _left_out(compared.left_out)
    fewest = min((r.documents for r in compared.results if r.low is not None), default=_FEW)
    if fewest < _FEW:
        said.append(
            f"{fewest} documents are few: an interval from fewer than {_FEW} is not to be relied"
            ' on. "assign" gives more documents to several coders.'
        )
    most = max((r.undefined for r in compared.results), default=0)
    if most:
        said.append(
            f"In up to {most} of {compared.asked.replicates} replicates a coefficient was not"
            " defined; the intervals leave these out (see the column undefined of --format csv)."
        )
    if compared.asked.by == "document":
        said += _means(compared)
    reasons = dict.fromkeys(r.reason for r in compared.results if r.reason)
    said += [f"{reason}: {REASONS[reason]}." for reason in reasons]
    return said


def _means(compared: Compared) -> list[str]:
    """The mean of the documents' kappas, which is not the kappa of the project."""
    from tcncode.agreement.compare import means
    from tcncode.agreement.statistics import ALL_CODES

    of = f"of {compared.asked.code}" if compared.asked.code else "over all codes"
    line = compared.asked.code or ALL_CODES
    rows = [
        r for r in compared.results
        if r.code == line and r.statistic == "Cohen's kappa" and len(r.coders) == 2
    ]  # fmt: skip
    said = []
    for coders in dict.fromkeys(r.coders for r in rows):
        own = [r for r in rows if r.coders == coders]
        mean, undefined = means(own)
        if mean is not None:
            said.append(
                f"{' / '.join(coders)}: the mean of {len(own) - undefined} documents' kappas {of}"
                f" is {mean:.3f} ({undefined} not defined); pooled it is another number."
            )
    return said


COMMANDS = {"agree": agree}
