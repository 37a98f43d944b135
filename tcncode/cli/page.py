"""report full, figures, template; verify."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tcncode.cli.common import (
    Command,
    Number,
    echo,
    note,
    put,
    table_options,
    warn,
    with_project,
    written,
)
from tcncode.errors import UsageError
from tcncode.text.numbers import counted

if TYPE_CHECKING:
    from tcncode.project import Project

_FILE = click.Path(dir_okay=False, path_type=Path)
_SHIPPED = "(shipped)"
"""What ``--statements`` is without a file."""


def page_commands(filters: Callable[[Command], Command]) -> list[click.Command]:
    """The commands of "report" that make the page, under the filters that all reports share."""

    @click.command()
    @click.option(
        "-o", "--output", type=_FILE, required=True, metavar="FILE.html", help="Where it goes."
    )
    @click.option(
        "--template", type=_FILE, metavar="FILE", help='A changed copy of "report template".'
    )
    @click.option(
        "--statements", type=_FILE, is_flag=False, flag_value=_SHIPPED, metavar="[CSV]",
        help='Beside what publications say, as in "networks statements".',
    )  # fmt: skip
    @click.option(
        "--quotations", type=click.IntRange(0), default=2, show_default=True, metavar="N",
        help="So many of each network and function.",
    )  # fmt: skip
    @filters
    @with_project
    def full(
        project: Project,
        output: Path,
        template: Path | None,
        statements: Path | None,
        quotations: int,
        **chosen: Any,
    ) -> None:
        """All reports with figures, quotations and methods: one HTML page that needs nothing else.

        It has no scripts and asks no other place for anything; it prints well, follows the
        reader's light or dark theme, and has the table behind each figure.

        \b
        Example:
            tcncode report full -o report.html
            tcncode report full --kind interview -o interviews.html
        """
        from tcncode.export import write_bytes
        from tcncode.making import shipped
        from tcncode.page.writing import full_report

        own = statements is not None and str(statements) == _SHIPPED
        if own:
            statements = shipped("corpus") / "statements.csv"
        if output.suffix.lower() not in (".html", ".htm"):
            raise UsageError(f"{output}: the page is HTML, so give it a name that ends in .html.")
        page = full_report(
            project, chosen, template=template, statements=statements, shipped=own,
            quotations=quotations,
        )  # fmt: skip
        name = written(output, replaced=write_bytes(page.html.encode("utf-8"), output))
        note(
            f"{name}: {counted(page.sections, 'section')}, {counted(page.figures, 'figure')},"
            f" {counted(page.quotations, 'quotation')}."
        )
        if page.warning:
            note(page.warning)

    @click.command()
    @click.option(
        "-o", "--output", type=click.Path(file_okay=False, path_type=Path), required=True,
        metavar="DIR", help="A folder; it is made if it is not there.",
    )  # fmt: skip
    @click.option(
        "--format", "forms", type=click.Choice(["svg", "png", "pdf"]), multiple=True,
        help="May be repeated; without it, all three.",
    )  # fmt: skip
    @click.option(
        "--width", type=Number(40, 600), default=170, show_default=True,
        metavar="MM", help="As printed: 85 is a column of many journals, 170 a page.",
    )  # fmt: skip
    @click.option(
        "--font-size", type=Number(4, 24), default=8, show_default=True,
        metavar="POINTS", help="Size of the letters at that width.",
    )  # fmt: skip
    @click.option("--figure", "names", multiple=True, metavar="NAME", help="Only this one.")
    @filters
    @with_project
    def figures(
        project: Project,
        output: Path,
        forms: tuple[str, ...],
        width: float,
        font_size: float,
        names: tuple[str, ...],
        **chosen: Any,
    ) -> None:
        """The figures of the full report, as files for a paper, each with its numbers as CSV.

        PNG has 600 dots an inch. The letters of PDF files can be searched and replaced.

        \b
        Example:
            tcncode report figures -o figures --width 85 --format pdf
        """
        from tcncode.page.papers import write_figures

        for line in write_figures(
            project, chosen, output, forms=forms, width=width, points=font_size, names=names
        ):
            note(line)

    return [full, figures, template]


@click.command()
@click.option("-o", "--output", type=_FILE, metavar="FILE", help="Instead of printing it.")
def template(output: Path | None) -> None:
    """The template of the full report (Jinja2), to be changed: see "report full --template"."""
    from tcncode.export import write_bytes
    from tcncode.page.writing import default_template

    if output is None:
        echo(default_template())
        return
    if output.exists():
        raise UsageError(f"{output}: is there already, and may have your changes. Name another.")
    write_bytes(default_template().encode("utf-8"), output)
    note(f"{output}: use it with: tcncode report full --template {output} -o report.html")


@click.command()
@click.argument("report", type=_FILE, metavar="FILE")
@table_options
@with_project
@click.pass_context
def verify(
    ctx: click.Context, project: Project, report: Path, form: str | None, output: Path | None
) -> None:
    """Hold the quotations of a report against the project: which no longer match?

    FILE is HTML ("report full"), Markdown, CSV or XLSX ("report quotes"). Each quotation says its
    document, start, end and a short hash of its words. Lists those that do not match, also where
    coding, name, network, place or speaker are stated and differ; the exit code is 1 if there are
    any. Codes that were renamed, moved or merged since are followed, and named.

    \b
    Example:
        tcncode verify report.html
    """
    from tcncode.page.verifying import verify as held

    table, number = held(project, report)
    if table.rows or output is not None:
        put(table, form, output)
    elif not number:
        note(f"{report}: no quotations in it, so none that does not match.")
    else:
        many = "the one quotation matches" if number == 1 else f"all {number} quotations match"
        note(f"{report}: {many} the project.")
        warn([table])
    if table.rows:
        wrong = f"{len(table.rows)} of {counted(number, 'quotation')}"
        note(f"{report}: {wrong} no longer match the project.")
        ctx.exit(1)


COMMANDS = {"verify": verify}
