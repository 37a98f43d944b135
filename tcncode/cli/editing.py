"""recode, reshape, split, join: codings changed after they were made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tcncode.cli.common import as_coder, echo, note, with_project

if TYPE_CHECKING:
    from tcncode.model import Coding
    from tcncode.project import Project


def _tell(project: Project, coding: Coding) -> None:
    """The id on stdout, what it is on stderr."""
    echo(coding.id + "\n")
    path = project.codebook.by_id()[coding.code].path
    words = project.quote(coding.document, coding.span)
    note(f'{path} at {coding.span.start}:{coding.span.end} by {coding.coder}: "{words}"')


@click.command()
@click.argument("coding")
@click.argument("code")
@as_coder
@with_project
def recode(project: Project, coding: str, code: str) -> None:
    """Give the coding with this id another code. Its memo and origin move along."""
    _tell(project, project.recode(coding, code))


@click.command()
@click.argument("coding")
@click.argument("span", metavar="S:E")
@as_coder
@with_project
def reshape(project: Project, coding: str, span: str) -> None:
    """Give the coding with this id other boundaries: characters S to E, E not included.

    \b
    Example:
        tcncode reshape fef36825465b0d98 114:180
    """
    from tcncode.coding import parse_at

    _tell(project, project.reshape(coding, parse_at(span)))


@click.command()
@click.argument("coding")
@click.argument("at", type=click.IntRange(0))
@as_coder
@with_project
def split(project: Project, coding: str, at: int) -> None:
    """Make two codings of the one with this id, at character AT of the document."""
    for part in project.split(coding, at):
        _tell(project, part)


@click.command()
@click.argument("codings", nargs=-1, required=True, metavar="CODING CODING...")
@as_coder
@with_project
def join(project: Project, codings: tuple[str, ...]) -> None:
    """Make one coding of several neighbours with the same code. Their memos are joined."""
    _tell(project, project.join(codings))


COMMANDS = {"recode": recode, "reshape": reshape, "split": split, "join": join}
