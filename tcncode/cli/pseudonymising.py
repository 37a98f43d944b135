"""pseudonymise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tcncode.cli.common import as_coder, note, put, with_project
from tcncode.errors import UsageError
from tcncode.text.numbers import counted

if TYPE_CHECKING:
    from tcncode.project import Project
    from tcncode.project.pseudonymising import Plan

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("documents", nargs=-1, metavar="DOCUMENT...")
@click.option("-o", "--output", type=_FILE, metavar="COPY.tcn",
              help="The copy of the project that is made.")  # fmt: skip
@click.option("--key", "key_file", type=_FILE, metavar="FILE",
              help="Where the names are kept; a key that is there is gone on with."
              " COPY.key.json unless said.")  # fmt: skip
@click.option("--names", "listed", type=_FILE, metavar="FILE.csv",
              help="More names: columns name and, if you like, pseudonym and kind.")  # fmt: skip
@click.option("--keep", multiple=True, metavar="NAME", help="A name that stays; may be repeated.")
@click.option("--cities", is_flag=True, help="Cities, too.")
@click.option("--networks", is_flag=True, help="Networks, too.")
@click.option("--dry-run", is_flag=True, help="Only show what would be replaced.")
@click.option("--yes", is_flag=True, help="Make the copy without asking.")
@click.option("--restore", type=_FILE, metavar="KEY",
              help="Make a copy of this pseudonymised project with the names back.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "csv", "json", "md"]),
              help="How to write the table of names.")  # fmt: skip
@as_coder
@with_project
def pseudonymise(
    project: Project,
    documents: Sequence[str],
    output: Path | None,
    key_file: Path | None,
    listed: Path | None,
    keep: Sequence[str],
    cities: bool,
    networks: bool,
    dry_run: bool,
    yes: bool,
    restore: Path | None,
    form: str | None,
) -> None:
    """Make a copy of the project without the names of those who speak in DOCUMENT....

    Found are speakers, names beside a title or an office, offices of a place, and slips of these;
    they are replaced in all texts, memos and titles of the copy. The project stays as it is. The
    key leads back: keep it apart from the copy. What was coded in the copy comes home with
    --restore, and "merge".

    \b
    Example:
        tcncode pseudonymise interview --dry-run
        tcncode pseudonymise interview --names names.csv -o shared.tcn --key ~/safe/key.json
        tcncode -p shared.tcn pseudonymise --restore ~/safe/key.json -o home.tcn
    """
    if restore is not None:
        if documents or key_file or listed or keep or cities or networks or dry_run:
            raise UsageError("--restore goes with -o COPY.tcn alone: it brings all names back.")
        if output is None:
            raise UsageError("Say where the copy with the names goes: -o COPY.tcn.")
        _restore(project, restore, output)
        return
    if not documents:
        raise UsageError('Name the transcripts: DOCUMENT.... "tcncode documents" lists them.')
    if not dry_run:
        if output is None:
            raise UsageError("Say where the copy goes: -o COPY.tcn. --dry-run only shows names.")
        if not (yes or sys.stdin.isatty()):
            raise UsageError("Nobody is there to be asked: add --yes to go on, or --dry-run.")
    find = partial(
        project.find_names, documents, listed=listed, keep=keep, cities=cities, networks=networks
    )
    _make(project, find, output, key_file, dry_run, yes, form)


def _make(
    project: Project,
    find: Callable[..., Plan],
    output: Path | None,
    key_file: Path | None,
    dry_run: bool,
    yes: bool,
    form: str | None,
) -> None:
    """Find the names, show them, and make the copy once that is wanted."""
    from tcncode.project.pseudonymising import key_at, refuse_existing

    target = None if dry_run else output
    key = None
    if target is not None:
        refuse_existing(target)
    where = key_file or (target.with_suffix(".key.json") if target else None)
    if where is not None:
        if where.suffix == ".tcn" or (output and where.resolve() == output.resolve()):
            raise UsageError(f"{where} is to be a project. Name another file for the key.")
        key = key_at(where, go_on=key_file is not None)
    plan = find(key=key)
    put(plan.table, form, None)
    if plan.nowhere:
        note(f"Listed, and found nowhere: {', '.join(plan.nowhere)}.")
    if not plan.times and not plan.elsewhere:
        note("No names were found, so there is nothing to replace. --names FILE.csv lists some.")
        return
    said = f"{counted(plan.times, 'place')} in {counted(plan.documents, 'document')}"
    if plan.elsewhere:
        said += f" and {counted(plan.elsewhere, 'place')} in memos and titles"
    said = f"{counted(len({p for _, p in plan.forms}), 'pseudonym')} for {said}"
    if plan.doubtful:
        said += f"; {counted(plan.doubtful, 'wording')} doubtful, replaced unless you --keep them"
    note(f"{said}.")
    if plan.open:
        note(f"{counted(plan.open, 'wording')} that may be names or addresses stay as they are.")
    if plan.not_read:
        note(f"{counted(plan.not_read, 'document')} not named here, and not looked through.")
    if target is None or key is None or where is None:
        note("Nothing was changed: this was a dry run.")
        return
    if not (yes or click.confirm(f"Make {target}?", err=True)):
        note("Nothing was made.")
        return
    made = project.pseudonymise(plan, target, key, where)
    for line in made.widened:
        note(f"Cut a name, and takes in all of its pseudonym now: {line}")
    if made.joined:
        note(
            f"{counted(made.joined, 'speaker, coding or answer', 'speakers, codings or answers')}"
            " became the same as another, and one with it; --restore parts them again."
        )
    note(
        f"{target}: {counted(made.documents, 'document')} changed, none of these names is left."
        " Not in it: the history, deleted rows, open suggestions, the trained model."
    )
    if made.coders:
        note(f"Coders keep their names: {', '.join(made.coders)}.")
    note(f"{where}: the key, for your eyes alone. Keep it apart from {target.name}.")


def _restore(project: Project, key_file: Path, output: Path) -> None:
    from tcncode.project.pseudonymising import read_key

    made = project.restore(read_key(key_file), output)
    note(
        f'{output}: {counted(made.documents, "document")} with the names back. "tcncode merge'
        f' {output.name}" in the project it came from takes over what was coded since.'
    )
    if made.joined:
        note(f"{counted(made.joined, 'row')} became the same as another, and one with it.")
    if made.still_one:
        note(
            f"{output.name} is still a pseudonymised copy, as what it was made of was: --restore"
            " with the key of that one goes on."
        )
    if made.left_out:
        note("What others had coded blind is not in it: the project it came from has it.")
    if made.left:
        note(
            f"The key tells nothing of {', '.join(made.left)}: changed or imported since; as in the"
            " copy."
        )


COMMANDS = {"pseudonymise": pseudonymise}
