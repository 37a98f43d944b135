"""settle, and its sub-commands list, show, take, open, finish, documents, agreement."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tcncode.cli.common import Command, as_coder, echo, note, once, put, table_options, with_project
from tcncode.errors import TcncodeError, UsageError
from tcncode.model import FEWEST_REPLICATES, REPLICATES
from tcncode.text.numbers import counted

if TYPE_CHECKING:
    from tcncode.agreement.settling import Difference
    from tcncode.project import Project
    from tcncode.project.differences import Decided

_KINDS = click.Choice(["boundary", "code differs", "one coded"])


class _SettleGroup(click.Group):
    """``settle amina bo`` beside ``settle take``: what is no sub-command is a coder."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = [arg for arg in args if not arg.startswith("-")]
        if (words[:1] and words[0] in self.commands) or {"--help", "-h"} & set(args[:1]):
            return super().parse_args(ctx, args)
        return super().parse_args(ctx, ["list", *args])


def _among(function: Command) -> Command:
    return click.option(
        "--among", "coders", multiple=True, metavar="NAME",
        help="Compare these coders alone; repeatable. Else all who were to code each document.",
    )(function)  # fmt: skip


@click.group(cls=_SettleGroup, context_settings={"help_option_names": ["--help", "-h"]})
def settle() -> None:
    """Decide where coders differ. What is decided are codings of the coder "settled".

    "tcncode settle [CODER...]" lists the differences in documents that all their coders have
    finished, costliest first. Nobody's own coding changes; "undo" takes a decision back. Once
    nothing is open in a document, it is marked as settled.

    \b
    Example:
        tcncode settle amina bo --kind "code differs"
        tcncode settle take 3e4f5f8a first --memo "as the definition says"
        tcncode settle agreement
    """


@settle.command("list")
@click.argument("coders", nargs=-1, metavar="[CODER]...")
@once("--document", help="Only in this document.")
@once("--network", help="Only in documents of this network.")
@once("--code", help="Only on this code or one below it.")
@once("--kind", type=_KINDS, help="Only of this kind.")
@click.option("--all", "everything", is_flag=True, help="Also what is decided already.")
@table_options
@with_project
def list_(
    project: Project,
    coders: Sequence[str],
    document: str | None,
    network: str | None,
    code: str | None,
    kind: str | None,
    everything: bool,
    form: str | None,
    output: Path | None,
) -> None:
    """List differences, costliest first (the word "list" may be left out)."""
    import shlex

    found = project.to_settle(coders, document=document, network=network)
    book = project.codebook
    wanted = {c.id for c in book.under(book.get(code).path)} if code else None
    shown = [
        d for d in found.differences
        if (everything or found.decided(d) is None)
        and (kind is None or d.kind == kind)
        and (wanted is None or wanted & set(d.codes))
    ]  # fmt: skip
    words = ["settle", *coders]
    for flag, value in (
        ("document", document), ("network", network), ("code", code), ("kind", kind),
    ):  # fmt: skip
        words += [f"--{flag}", value] if value else []
    words += ["--all"] if everything else []
    put(project.settle_table(found, shown, command=shlex.join(words)), form, output)
    for name, why in list(found.left_out.items())[:40]:
        note(f"{name}: left out ({why}).")
    if len(found.left_out) > 40:
        note(f"{len(found.left_out) - 40} more documents are left out.")


@settle.command()
@click.argument("difference")
@_among
@with_project
def show(project: Project, difference: str, coders: Sequence[str]) -> None:
    """Show a difference: the text with each coder's boundaries, their codes and memos."""
    echo(_shown(project, project.difference(difference, coders)))


def _shown(project: Project, found: Difference) -> str:
    """The text with numbered brackets, then what each coder coded."""
    from tcncode.agreement.showing import marked

    entry = project.document_entry(found.document)
    paths = {code.id: code.path for code in project.codebook.codes}
    lines = [
        f"{found.kind} in {entry.name} at {found.span.start}:{found.span.end},"
        f" cost {found.cost} (difference {found.id})",
        "",
        marked(project.text(found.document), found).strip(),
        "",
    ]
    for number, coder in enumerate(found.coders, 1):
        own = found.of(coder)
        lines.append(f"{number} {coder}:" + ("" if own else " nothing"))
        for coding in own:
            memo = f" (memo: {' '.join(coding.memo.split())})" if coding.memo else ""
            span = f"{coding.span.start}:{coding.span.end}"
            lines.append(f"    {paths[coding.code]} at {span}{memo}")
    decision = project.to_settle(found.coders, document=found.document).decided(found)
    if decision is not None:
        why = f" (memo: {' '.join(decision.memo.split())})" if decision.memo else ""
        lines.append(f"decided by {decision.by}: {decision.how}{why}")
        lines += [f"    {paths.get(code, code)} at {s}:{e}" for s, e, code in decision.result]
    return "\n".join(lines) + "\n"


@settle.command()
@click.argument("difference")
@click.argument("how")
@click.option("--at", metavar="S:E", help="For own: characters S to E, from 0, E not included.")
@click.option("--code", "codes", multiple=True, metavar="CODE", help="For own: with which code.")
@click.option("--memo", default="", help="Why.")
@_among
@as_coder
@with_project
def take(
    project: Project,
    difference: str,
    how: str,
    at: str | None,
    codes: Sequence[str],
    memo: str,
    coders: Sequence[str],
) -> None:
    """Decide DIFFERENCE (its id), or decide it anew.

    HOW is first, second or a coder's name or number (what that coder coded; nothing, where they
    coded nothing); both (all codings as they are); union (all text that anybody coded);
    intersection (the text that all coded); neither, or nothing (no coding); own (see --at and
    --code).

    \b
    Example:
        tcncode settle take 3e4f5f8a own --at 4346:4500 --code storytelling
    """
    from tcncode.coding import parse_at

    found = project.difference(difference, coders)
    span = parse_at(at) if at is not None else None
    settled = project.settle(found, how, span=span, codes=codes, memo=memo)
    assert settled.settlement is not None
    paths = {code.id: code.path for code in project.codebook.codes}
    for start, end, code in settled.settlement.result:
        words = _quoted(project, found, start, end)
        note(f'settled by {project.coder}: {paths[code]} at {start}:{end}: "{words}"')
    if not settled.settlement.result:
        note(f"settled by {project.coder}: nothing is coded there.")
    _tell(project, found, settled)


def _quoted(project: Project, found: Difference, start: int, end: int) -> str:
    words = " ".join(project.text(found.document)[start:end].split())
    return words if len(words) <= 60 else words[:57].rstrip() + "..."


def _tell(project: Project, found: Difference, settled: Decided) -> None:
    if settled.outdated:
        note(
            f"{settled.outdated} earlier decisions in this document were about codings that have"
            " been changed since; they are taken back, and what they were about is open again."
        )
    if settled.document_done:
        note(f"{project.document_entry(found.document).name} is settled.")


@settle.command("open")
@click.argument("difference")
@_among
@as_coder
@with_project
def open_(project: Project, difference: str, coders: Sequence[str]) -> None:
    """Take the decision on DIFFERENCE back, whoever made it."""
    found = project.difference(difference, coders)
    settled = project.unsettle(found)
    note(f"Difference {found.id}: open again by {project.coder}.")
    _tell(project, found, settled)


@settle.command()
@click.argument("document", required=False)
@_among
@as_coder
@with_project
def finish(project: Project, document: str | None, coders: Sequence[str]) -> None:
    """Settle documents in which nothing is open: what all coders agree on needs no decision.

    A document with open differences stays open: decide them first ("tcncode settle").
    """
    before = project.to_settle(coders, document=document)
    still = {key: len(d.open) for key, d in before.documents.items() if d.open}
    done = project.settle_agreed(coders, document=document)
    for each in done:
        if each.open:
            note(
                f"{each.entry.name}: settled codings brought to what is agreed and decided by"
                f" {project.coder}."
            )
        else:
            note(f"{each.entry.name} is settled by {project.coder}.")
    if document is not None and not before.documents:
        why = next(iter(before.left_out.values()), "not coded by two")
        raise TcncodeError(f"{project.document_entry(document).name} cannot be settled: {why}.")
    if still:
        left = (
            f"{counted(sum(still.values()), 'difference')} open in"
            f" {counted(len(still), 'document')}, not settled:"
            ' "tcncode settle" lists what is to be decided.'
        )
        if not done and len(still) == len(before.documents):
            raise TcncodeError(left)
        note(left)
    if not done:
        note('Nothing to do: "tcncode settle documents" shows what is settled or open.')


@settle.command()
@_among
@table_options
@with_project
def documents(
    project: Project, coders: Sequence[str], form: str | None, output: Path | None
) -> None:
    """How far each document is settled."""
    found = project.to_settle(coders)
    put(project.settle_documents(found), form, output)
    for name, why in found.left_out.items():
        note(f"{name}: left out ({why}).")


@settle.command()
@click.argument("coders", nargs=-1, metavar="[CODER]...")
@click.option("--by-code", is_flag=True, help="A row for each code, too.")
@click.option("--replicates", type=click.IntRange(0), default=REPLICATES, show_default=True)
@table_options
@with_project
def agreement(
    project: Project,
    coders: Sequence[str],
    by_code: bool,
    replicates: int,
    form: str | None,
    output: Path | None,
) -> None:
    """How far each coder agrees with what was settled.

    "tcncode agree NAME settled" tells more, by any coefficient.
    """
    if 0 < replicates < FEWEST_REPLICATES:
        raise UsageError(
            f"An interval needs {FEWEST_REPLICATES} replicates or more; 0 leaves it out."
        )
    put(project.settled_agreement(coders, replicates=replicates, by_code=by_code), form, output)


COMMANDS = {"settle": settle}
