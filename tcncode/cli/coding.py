"""code, uncode, codings, undo, redo, log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from tcncode.cli.common import (
    KIND,
    LIMITS,
    as_coder,
    echo,
    limited,
    not_empty,
    note,
    once,
    put,
    table_options,
    with_project,
)
from tcncode.errors import UsageError
from tcncode.model import Origin

if TYPE_CHECKING:
    from tcncode.model import Document
    from tcncode.project import Project
    from tcncode.text import SegmentKind, Span


@click.command()
@click.argument("document")
@click.argument("code")
@click.option("--at", metavar="S:E", help="Characters S to E, from 0, E not included.")
@click.option("--quote", metavar="TEXT", help="These words; small differences are bridged.")
@click.option("--sentence", type=click.IntRange(1), metavar="N", help="The Nth sentence.")
@click.option("--paragraph", type=click.IntRange(1), metavar="N", help="The Nth paragraph.")
@click.option("--occurrence", type=click.IntRange(1), metavar="N", help="Which, for --quote.")
@click.option("--memo", default="", help="A memo on the coding.")
@as_coder
@with_project
def code(
    project: Project,
    document: str,
    code: str,
    at: str | None,
    quote: str | None,
    sentence: int | None,
    paragraph: int | None,
    occurrence: int | None,
    memo: str,
) -> None:
    """Code a passage of DOCUMENT with CODE. Doing it twice leaves one coding.

    \b
    Example:
        tcncode code seeds sharing --sentence 12 --memo "names the webinar"
    """
    from tcncode.coding import find_quote, parse_at

    if sum(x is not None for x in (at, quote, sentence, paragraph)) != 1:
        raise UsageError("Say which passage, in one way: --at, --quote, --sentence or --paragraph.")
    found = project.document(document)
    score = 100.0
    if at is not None:
        span = parse_at(at)
    elif quote is not None:
        span, score = find_quote(found.text, quote, occurrence=occurrence, document=found.name)
    elif sentence is not None:
        span = _segment(project, found, "sentence", sentence)
    else:
        assert paragraph is not None
        span = _segment(project, found, "paragraph", paragraph)
    made = project.code(found.id, span, code, memo=memo)
    likeness = "" if score >= 100 else f" (found with {score:.0f} of 100 likeness)"
    path = project.codebook.by_id()[made.code].path
    echo(made.id + "\n")
    note(
        f"{path} at {span.start}:{span.end} of {found.name} by {project.coder}{likeness}:"
        f' "{project.quote(found.id, span)}"'
    )


def _segment(project: Project, document: Document, kind: SegmentKind, number: int) -> Span:
    segments = project.segments(document.id, kind)
    if number > len(segments):
        raise UsageError(f"{document.name} has {len(segments)} {kind}s; there is no {number}.")
    return segments[number - 1].span


@click.command()
@click.argument("coding")
@as_coder
@with_project
def uncode(project: Project, coding: str) -> None:
    """Remove the coding with this id (see "codings"). It can be undone."""
    gone = project.uncode(coding)
    path = project.codebook.by_id()[gone.code].path
    words = project.quote(gone.document, gone.span)
    note(f'Removed {path} from "{words}" by {project.coder}.')


@click.command()
@once("--document", callback=not_empty, help="Only in this document.")
@once(
    "--network", callback=not_empty, help="Only of this network; (none) for documents without one."
)
@once("--kind", type=KIND, help="Only in documents of this kind.")
@once("--code", callback=not_empty, help="Only with this code or one below it.")
@once("--coder", "by", metavar="NAME", callback=not_empty, help="Only this coder's.")
@once(
    "--origin",
    type=click.Choice([*get_args(Origin), "no suggestions"]),
    help="Only of this origin.",
)
@once(
    "--text", default="", metavar="WORDS", callback=not_empty,
    help="Only quotations with these words.",
)  # fmt: skip
@click.option(
    "--memo", default="", metavar="WORDS", callback=not_empty,
    help='Only with these words; "*": any memo.',
)  # fmt: skip
@once(
    "--where", default="", metavar="EXPRESSION", callback=not_empty,
    help="Only where codes meet, as in: sharing near 2 (shaming or showcasing).",
)  # fmt: skip
@once("--with", "beside", metavar="CODE", callback=not_empty, help="Only overlapping one of CODE.")
@once("--without", metavar="CODE", callback=not_empty, help="Only on text without CODE.")
@once(
    "--near", metavar="CODE", callback=not_empty, help="Only near one of CODE: within one sentence."
)
@once("--sentences", type=click.IntRange(0), metavar="N", help="Within N, for --near.")
@click.option("--any-coder", is_flag=True, help="Codes may meet across coders.")
@limited(LIMITS)
@table_options
@with_project
def codings(
    project: Project,
    document: str | None,
    network: str | None,
    kind: str | None,
    code: str | None,
    by: str | None,
    origin: str | None,
    text: str,
    memo: str,
    where: str,
    beside: str | None,
    without: str | None,
    near: str | None,
    sentences: int | None,
    any_coder: bool,
    form: str | None,
    output: Path | None,
    finished: bool,
    **limits: Any,
) -> None:
    """List codings with their quotations.

    EXPRESSION joins codes by and, or, and not, overlapping, within, containing, near (1
    sentence; near 3, near 1 paragraph) and parentheses. What is listed are the codings on the
    left that meet one on the right, of the same coder. A code brings its sub-codes, =CODE does
    not; * is any code.

    \b
    Example:
        tcncode codings --network eurocities --code shaming --format csv -o shaming.csv
        tcncode codings --where "sharing and not (shaming or seeking-support)"
    """
    from tcncode.project.finding import ANY

    if sentences is not None and near is None:
        raise UsageError("--sentences says how near: it needs --near CODE.")
    expression = _expression(where, beside, without, near, 1 if sentences is None else sentences)
    found = project.quotations_where(
        expression,
        network=network,
        document=document,
        kind=kind,
        code=code,
        coder=by,
        origin=origin,
        text=text,
        memo=memo,
        any_coder=any_coder,
        finished_by=(by or ANY) if finished else None,
        **limits,
    )
    filters = {
        "document": document, "network": network, "kind": kind, "code": code, "origin": origin,
        "text": text, "memo": memo, "where": expression,
        "codes meet": "across coders" if any_coder else None,
        **{name: str(value) for name, value in limits.items() if value and value is not True},
        "interviewers": "left out" if limits.get("no_interviewers") else None,
        "finished by": (by or "all whose codings count") if finished else None,
    }  # fmt: skip
    put(project.quotations_table(found, filters), form, output)


def _expression(
    where: str, beside: str | None, without: str | None, near: str | None, sentences: int
) -> str:
    """What the short forms say, as conditions on what ``--where`` finds."""
    conditions = []
    if beside:
        conditions.append(f'overlapping "{beside}"')
    if near:
        conditions.append(f'near {sentences} "{near}"')
    if without:
        conditions.append(f'and not "{without}"')
    if not conditions:
        return where
    return " ".join([f"({where})" if where.strip() else "*", *conditions])


@click.command()
@as_coder
@with_project
def undo(project: Project) -> None:
    """Take back your last action, also from an earlier day."""
    note(f"Undone by {project.coder}: {project.undo()}.")


@click.command()
@as_coder
@with_project
def redo(project: Project) -> None:
    """Do again what you undid last."""
    note(f"Redone by {project.coder}: {project.redo()}.")


@click.command()
@once("--document", help="Only what was done in this document.")
@click.option("--at", metavar="S:E", help="Only at this passage of the document.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
@table_options
@with_project
def log(
    project: Project,
    document: str | None,
    at: str | None,
    limit: int,
    form: str | None,
    output: Path | None,
) -> None:
    """What was done, when and by whom, newest first."""
    from tcncode.coding import parse_at

    if at and not document:
        raise UsageError("--at needs --document.")
    table = project.log(document=document, span=parse_at(at) if at else None, limit=limit)
    put(table, form, output)


COMMANDS = {
    "code": code,
    "uncode": uncode,
    "codings": codings,
    "undo": undo,
    "redo": redo,
    "log": log,
}
