"""export codings, codebook, networks, workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tcncode.cli.common import note, once, put, table_options, warn, with_project, written
from tcncode.errors import UsageError
from tcncode.text.numbers import counted

if TYPE_CHECKING:
    from tcncode.project import Project


@click.group()
def export() -> None:
    """Write codings, codebook and reports to files."""


@export.command()
@once("--document", help="Only this document.")
@once("--network", help="Only this network.")
@once("--code", help="Only this code and those below it.")
@once("--coder", help="Only this coder's. Default: everybody's, those of settled too.")
@table_options
@with_project
def codings(project: Project, form: str | None, output: Path | None, **filters: str | None) -> None:
    """All codings with their quotations, to the character. Default: CSV.

    Others' codings of documents that are coded blind, and not finished by all, are left out.

    "import --codings" reads the file back. In CSV a quotation stands exactly as in the text,
    also one that begins with "=" or "@": open such a file in a spreadsheet as text, or use
    XLSX, where cells are never formulas.
    """
    put(project.quotations(filters), form or ("csv" if output is None else None), output)


@export.command("codebook")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="FILE")
@with_project
def codebook_(project: Project, output: Path) -> None:
    """The codebook as YAML, as "init --codebook" and "codebook load" read it."""
    from tcncode.codebook import dump
    from tcncode.export import write_bytes

    replaced = write_bytes(dump(project.codebook).encode("utf-8"), output)
    note(f"{written(output, replaced=replaced)}: {counted(len(project.codebook.codes), 'code')}.")


@export.command("networks")
@table_options
@with_project
def networks_(project: Project, form: str | None, output: Path | None) -> None:
    """Networks by functions, as "report networks". Default: CSV."""
    put(project.report_networks(), form or ("csv" if output is None else None), output)


@export.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="FILE.xlsx")
@with_project
def workbook(project: Project, output: Path) -> None:
    """A spreadsheet with every report, each on a sheet, and all codings."""
    from tcncode.export import write
    from tcncode.project import REPORTS

    if output.suffix.lower() != ".xlsx":
        raise UsageError(f"{output}: a workbook's name ends in .xlsx.")
    every = [name for name in REPORTS if name != "profile"]
    tables = [table for name in every for table in project.report_tables(name)]
    tables.append(project.quotations())
    name = written(output, replaced=write(tables, output, "xlsx"))
    note(f"{name}: {len(tables)} tables, each on a sheet, and a sheet of notes.")
    warn(tables)


COMMANDS = {"export": export}
