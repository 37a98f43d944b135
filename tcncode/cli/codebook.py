"""codebook show, check, load, save; add, rename, move, recolour, edit, remove, merge."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click

from tcncode.cli.common import Command, as_coder, echo, note, put, table_options, with_project
from tcncode.errors import TcncodeError, UsageError
from tcncode.text.numbers import counted

if TYPE_CHECKING:
    from tcncode.codebook import CodebookEdit
    from tcncode.project import Project


@click.group()
def codebook() -> None:
    """Show, check, load, save and edit the codebook.

    An edit says first what it will do. Codings stay with their code whatever it is called and
    wherever it stands; only a merge recodes them, and asks before it does. Each edit is one
    action that "tcncode undo" takes back.
    """


@codebook.command()
@click.argument("code", required=False)
@table_options
@with_project
def show(project: Project, code: str | None, form: str | None, output: Path | None) -> None:
    """List the codes with their keys, counts and definitions; or tell all about CODE.

    \b
    Example:
        tcncode codebook show
        tcncode codebook show sharing/peer-learning
    """
    from dataclasses import replace

    from tcncode.codebook import laid_out

    table = project.codebook_table() if code is None else project.code_table(code)
    blind = project.told_blind(project.documents()).strip()
    if blind:
        table = replace(table, note=f"{table.note.rstrip('.')}. {blind}", warning=blind)
    if code is not None and output is None and form in (None, "text"):
        echo(laid_out(table, min(get_terminal_size().columns, 100)))
        if blind:
            note(blind)
    else:
        put(table, form, output)


@codebook.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Check a codebook FILE: every problem with its line. Needs no project."""
    from tcncode.codebook import check as problems_of
    from tcncode.codebook import load
    from tcncode.suggest import pattern_problem

    problems = problems_of(file, pattern_problem=pattern_problem)
    for line, problem in problems:
        note(f"{file}, line {line}: {problem}")
    if problems:
        raise TcncodeError(f"{file}: {counted(len(problems), 'problem')} (named above).")
    note(f"{file}: {counted(len(load(file).codes), 'code')}, no problems.")


@codebook.command("load")
@click.argument("file", type=click.Path(path_type=Path))
@as_coder
@with_project
def load_(project: Project, file: Path) -> None:
    """Take in an edited codebook FILE. Codings stay, and what changed is said."""
    changes = project.load_codebook(file)
    for line in changes:
        note(line)
    many = counted(len(changes), "change")
    note(f"{many} by {project.coder}." if changes else "Nothing differs.")


@codebook.command()
@click.argument("file", type=click.Path(path_type=Path))
@with_project
def save(project: Project, file: Path) -> None:
    """Write the codebook to FILE; comments in one that is there are kept.

    \b
    Example:
        tcncode codebook save codebook.yaml
    """
    from tcncode.codebook import save as save_to

    lost = save_to(project.codebook, file)
    note(f"{file}: {counted(len(project.codebook.codes), 'code')}.")
    if lost:
        these = "This comment is" if len(lost) == 1 else f"These {len(lost)} comments are"
        note(f"{these} gone with what stood there: {'; '.join(lost)}")


def _editing(function: Command) -> Command:
    """What every edit has: --dry-run, --yes, --coder, the project."""
    function = as_coder(with_project(function))
    function = click.option("--yes", is_flag=True, help="Do not ask before codings change.")(
        function
    )
    return click.option("--dry-run", is_flag=True, help="Only say what would happen.")(function)


def _texts(function: Command) -> Command:
    """The options for what a code means."""
    for name, words in (
        ("--example", "In one's own words."),
        ("--when-not", "When not to use it."),
        ("--when", "When to use it."),
        ("--definition", "What it means."),
        ("--purpose", "One of the codebook's, such as practical."),
    ):
        function = click.option(name, metavar="TEXT", help=words)(function)
    return function


def _said(**texts: str | None) -> dict[str, str]:
    """The texts that were given, by the names of their fields."""
    named = {"when": "when_to_use"}
    return {named.get(name, name): text for name, text in texts.items() if text is not None}


def _do(
    project: Project,
    edit: Callable[..., CodebookEdit],
    *args: Any,
    dry_run: bool,
    yes: bool,
    **kw: Any,
) -> str:
    """Say what an edit does, ask where it touches codings, do it.

    Args:
        edit: a method of the project.

    Returns:
        The path of the code, as it is then.
    """
    planned = edit(*args, **kw, dry_run=True)
    for line in planned.lines:
        note(line)
    if not planned.lines:
        note("Nothing would change." if dry_run else "Nothing differs.")
    elif dry_run:
        note("Nothing was changed: this was a dry run.")
    else:
        if (
            planned.codings
            and not yes
            and sys.stdin.isatty()
            and not click.confirm("Do it?", err=True)
        ):
            raise TcncodeError("Nothing was changed.")
        done = edit(*args, **kw)
        if done.lines != planned.lines:
            note("Somebody else wrote meanwhile. What was done:")
            for line in done.lines:
                note(line)
        note(f'Done by {project.coder}; "tcncode undo" takes it back.')
        return done.path
    return planned.path


@codebook.command()
@click.argument("path")
@click.option("--name", metavar="TEXT", help="As people read it. Default: made from PATH.")
@_texts
@click.option("--colour", metavar="#RRGGBB", help="Default: that of the code above.")
@click.option("--light", metavar="#RRGGBB", help="The colour on a light ground.")
@click.option("--key", type=int, metavar="1-9", help="The key that codes with it.")
@click.option("--after", metavar="CODE", help="The code beside it that it follows.")
@_editing
def add(
    project: Project,
    path: str,
    name: str | None,
    purpose: str | None,
    definition: str | None,
    when: str | None,
    when_not: str | None,
    example: str | None,
    colour: str | None,
    light: str | None,
    key: int | None,
    after: str | None,
    dry_run: bool,
    yes: bool,
) -> None:
    """Add a code. PATH is parent/slug, or parent/"A name", which makes the slug.

    Prints the path of the new code.

    \b
    Example:
        tcncode codebook add sharing/study-visits --definition "Going there to look."
    """
    texts = _said(definition=definition, when=when, when_not=when_not, example=example)
    made = _do(
        project,
        project.add_code, path, name=name or "", purpose=purpose, colour=colour,
        light=light, key=key, after=after, dry_run=dry_run, yes=yes, **texts,
    )  # fmt: skip
    if not dry_run:
        echo(made + "\n")


@codebook.command()
@click.argument("code")
@click.argument("new")
@click.option("--name", metavar="TEXT", help="Another name than the one that NEW makes.")
@_editing
def rename(
    project: Project, code: str, new: str, name: str | None, dry_run: bool, yes: bool
) -> None:
    """Give CODE another name. NEW is a slug, or a name, which makes the slug.

    Codings stay, whoever made them.

    \b
    Example:
        tcncode codebook rename sharing/peer-learning "Learning from peers"
    """
    _do(project, project.rename_code, code, new, name=name or "", dry_run=dry_run, yes=yes)


@codebook.command()
@click.argument("code")
@click.option("--under", metavar="CODE", help="The code that it is to stand under.")
@click.option("--top", is_flag=True, help="Under no code.")
@click.option("--before", metavar="CODE", help="The code that it is to stand before.")
@click.option("--after", metavar="CODE", help="The code that it is to stand after.")
@_editing
def move(
    project: Project,
    code: str,
    under: str | None,
    top: bool,
    before: str | None,
    after: str | None,
    dry_run: bool,
    yes: bool,
) -> None:
    """Put CODE and all below it elsewhere.

    Purpose and colours that it took from the code above it, it takes from the new one.

    \b
    Example:
        tcncode codebook move sharing/expertise-exchange --under showcasing
        tcncode codebook move shaming --before sharing
    """
    if top and under:
        raise UsageError("Say --under or --top, not both.")
    place = "" if top else under
    _do(
        project,
        project.move_code,
        code,
        under=place,
        before=before,
        after=after,
        dry_run=dry_run,
        yes=yes,
    )


@codebook.command()
@click.argument("code")
@click.argument("colour", metavar="#RRGGBB")
@click.option("--light", metavar="#RRGGBB", help="The colour on a light ground.")
@_editing
def recolour(
    project: Project, code: str, colour: str, light: str | None, dry_run: bool, yes: bool
) -> None:
    """Give CODE another colour, and those below that had its colour.

    Colours that are hard to tell apart are named.

    \b
    Example:
        tcncode codebook recolour shaming "#ffff00" --light "#af8700"
    """
    _do(project, project.recolour_code, code, colour, light=light, dry_run=dry_run, yes=yes)


@codebook.command()
@click.argument("code")
@_texts
@click.option("--key", metavar="1-9", help="The key that codes with it; none takes it away.")
@_editing
def edit(
    project: Project,
    code: str,
    purpose: str | None,
    definition: str | None,
    when: str | None,
    when_not: str | None,
    example: str | None,
    key: str | None,
    dry_run: bool,
    yes: bool,
) -> None:
    """Change what CODE says of itself. What is not named stays, and so do its cues.

    \b
    Example:
        tcncode codebook edit sharing --when-not "Not where a ministry is the teacher."
    """
    texts = _said(definition=definition, when=when, when_not=when_not, example=example)
    if not texts and purpose is None and key is None:
        raise UsageError("Say what is to change, for instance --definition TEXT.")
    digit = None if key is None else 0 if key == "none" else int(key) if key.isdecimal() else -1
    _do(
        project,
        project.edit_code,
        code,
        purpose=purpose,
        key=digit,
        dry_run=dry_run,
        yes=yes,
        **texts,
    )


@codebook.command()
@click.argument("code")
@_editing
def remove(project: Project, code: str, dry_run: bool, yes: bool) -> None:
    """Take CODE and all below it out of the codebook. Refused where one of them has codings.

    \b
    Example:
        tcncode codebook remove sharing/information-tools --dry-run
    """
    _do(project, project.remove_code, code, dry_run=dry_run, yes=yes)


@codebook.command()
@click.argument("code")
@click.option("--into", required=True, metavar="CODE", help="The code that stays.")
@_editing
def merge(project: Project, code: str, into: str, dry_run: bool, yes: bool) -> None:
    """Take CODE into another, with the codings of all coders.

    The same passage by the same coder becomes one coding with both memos. Sub-codes move along.
    Asks first, at a terminal, where codings change.

    \b
    Example:
        tcncode codebook merge sharing/expertise-exchange --into sharing/peer-learning --dry-run
    """
    _do(project, project.merge_codes, code, into, dry_run=dry_run, yes=yes)


COMMANDS = {"codebook": codebook}
