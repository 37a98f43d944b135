"""assign: who codes which document, by name or drawn by chance."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tcncode.cli.common import (
    SEEDS,
    Number,
    as_coder,
    note,
    once,
    put,
    table_options,
    with_project,
)
from tcncode.cli.shares import Share
from tcncode.errors import UsageError
from tcncode.model import SEED, nearest
from tcncode.text.numbers import counted

if TYPE_CHECKING:
    from tcncode.model import Assignment
    from tcncode.project import Project


@click.command()
@click.argument("documents", nargs=-1)
@click.option("--to", "coders", multiple=True, metavar="NAME", help="Who codes them; repeatable.")
@click.option(
    "--blind/--open",
    default=None,
    help="--blind: nobody sees others' codings there until all have finished; --open lifts that."
    " Without either, who joins a document codes it blind while somebody there still does.",
)
@click.option(
    "--lift",
    is_flag=True,
    help="With --open or --back: lift your own blindness, too, before you have finished.",
)
@click.option("--back", is_flag=True, help="Take the documents back instead.")
@click.option(
    "--share",
    type=Share(),
    help="Draw this share of the documents, as 20% or 0.2, to be coded by several.",
)
@click.option(
    "--within",
    type=Number(0, 1, min_open=True),
    metavar="WIDTH",
    help="Draw as many as make the 95 % interval so wide to either side, as 0.1.",
)
@once(
    "--code",
    metavar="CODE",
    help="For --within: this code's interval; else the widest of all codes.",
)
@click.option("--statistic", default="", metavar="NAME", help="For --within: else kappa or alpha.")
@once("--network", help="Draw only from this network's documents.")
@once("--kind", help="Draw only from documents of this kind.")
@click.option("--each", type=click.IntRange(2), help="Coders of a drawn document; else 2.")
@click.option("--rest", is_flag=True, help="Deal those not drawn, too, to one coder each.")
@click.option("--seed", type=SEEDS, help=f"The same seed draws the same documents; else {SEED}.")
@click.option("--dry-run", is_flag=True, help="Draw, show, and change nothing.")
@as_coder
@table_options
@with_project
def assign(
    project: Project,
    documents: tuple[str, ...],
    coders: Sequence[str],
    blind: bool | None,
    back: bool,
    lift: bool,
    share: float | None,
    within: float | None,
    form: str | None,
    output: Path | None,
    dry_run: bool,
    rest: bool,
    **drawing: Any,
) -> None:  # fmt: skip
    """Ask coders to code DOCUMENTS; without any, list who codes what and has finished it.

    With --share or --within a sample for double coding is drawn by chance (from DOCUMENTS, or all
    that fit), in proportion to network and kind, and dealt evenly. Documents that have two coders
    already count towards it.

    While somebody codes a document --blind and has not finished, what is coded there shows to
    nobody but whoever coded it. Blindness that is lifted earlier (--open, --back) is remembered:
    "agree", its methods paragraph and "report coders" name the document.

    \b
    Example:
        tcncode assign eurocities-policy icorn-newsletter --to amina --to bo --blind
        tcncode assign --share 20% --to amina --to bo --to cem --blind --rest --dry-run
        tcncode assign --within 0.1 --to amina --to bo --blind
    """
    given = {name: value for name, value in drawing.items() if value not in (None, "")}
    if share is not None and within is not None:
        raise UsageError("--share and --within both say how many are drawn: leave one out.")
    for document in documents:  # a slip in a name is told before what options go together
        project.document_id(document)
    if share is not None or within is not None:
        if back or lift:
            raise UsageError("--back takes named documents back; it does not go with a sample.")
        known = {*project.coders(), project.coder}
        _draw(project, form, output, dry_run, documents=documents, coders=tuple(coders),
              blind=blind, share=share, within=within, rest=rest, **given)  # fmt: skip
        _tell_new(known, coders)
        return
    if given or rest or dry_run:
        flags = {**given, "rest": rest, "dry-run": dry_run}
        named = " and ".join(f"--{flag}" for flag, value in flags.items() if value)
        raise UsageError(f"To draw a sample, say --share or --within beside {named}.")
    if lift and not (back or blind is False):
        raise UsageError("--lift goes with --open or --back.")
    if not documents and (coders or back or blind is not None):
        raise UsageError("Name the documents. Without any option and document, all are listed.")
    if back and not coders:
        raise UsageError("Say from whom: --back --to NAME.")
    before = _assigned(project)
    blind_before = _coding_blind(project)
    if not documents:
        put(project.assignment_table(), form, output)
    elif back:
        names = sorted(map(project.known_coder, coders), key=lambda name: name != project.coder)
        count = sum(project.unassign(documents, name, lift=lift) for name in names)
        note(f"{counted(count, 'assignment')} taken back by {project.coder}; what was coded stays.")
    else:
        known = {*project.coders(), project.coder}
        count = project.assign(documents, coders, blind=blind, lift=lift)
        note(f"{counted(count, 'assignment')} new or changed by {project.coder}.")
        if blind is None:
            _tell_joined(project, before)
        _tell_new(known, coders)
    lifted = sorted(blind_before - _coding_blind(project))
    if lifted:
        who = " and ".join(sorted({coder for _, coder in lifted}))
        there = counted(len({document for document, _ in lifted}), "document")
        note(
            f"Blindness of {there} was lifted before {who} had finished; where others' codings"
            " could be seen by that, agreement will name it."
        )


def _assigned(project: Project) -> set[tuple[str, str]]:
    """Document and coder, wherever somebody was asked to code."""
    return {(a.document, a.coder) for a in project.assignments() if a.assigned}


def _tell_joined(project: Project, before: set[tuple[str, str]]) -> None:
    """Whether who was asked just now to code what others code, or coded, blind does so too."""
    found = project.assignments()
    new = [a for a in found if a.assigned and (a.document, a.coder) not in before]
    coded_blind = {a.document for a in found if a.blind}
    joined = [a for a in new if a.blind]
    if joined:
        note(
            f"{_who_what(project, joined)}: blind, as there is somebody who codes blind and has"
            " not finished."
        )
    seeing = [a for a in new if not a.blind and a.document in coded_blind]
    if seeing:
        note(
            f"{_who_what(project, seeing)}: open, as all who coded blind have finished; others'"
            " codings show. --blind closes them until all have finished again."
        )


def _who_what(project: Project, assignments: Sequence[Assignment]) -> str:
    """Coders and names of documents, the first few."""
    who = " and ".join(dict.fromkeys(a.coder for a in assignments))
    ids = list(dict.fromkeys(a.document for a in assignments))
    names = ", ".join(project.document_entry(key).name for key in ids[:_NAMED])
    return f"{who}, {names}" + (f" and {len(ids) - _NAMED} more" if ids[_NAMED:] else "")


_NAMED = 5
"""So many documents are named in a line."""


_NUMBERED = re.compile(r"(\d+|[-_ .]\w)$")
"""What tells coders of a series apart: rater1 and rater2, coder-a and coder-b."""


def _tell_new(known: Collection[str], coders: Sequence[str]) -> None:
    """A slip in a name makes a new coder: say who is new, and whose name is like theirs."""
    from tcncode.project import coder_name

    for name in dict.fromkeys(map(coder_name, coders)):
        if name in known:
            continue
        stem = _NUMBERED.sub("", name)
        alike = [n for n in nearest(name, sorted(known)) if _NUMBERED.sub("", n) != stem]
        near = f"; did you mean {alike[0]}?" if alike else "."
        note(f"{name} is a new coder here{near}")


def _coding_blind(project: Project) -> set[tuple[str, str]]:
    """Document and coder, wherever somebody codes blind and has not finished."""
    found = project.assignments()
    return {(a.document, a.coder) for a in found if a.blind and not a.finished}


def _draw(
    project: Project, form: str | None, output: Path | None, dry_run: bool, **asked: Any
) -> None:
    from tcncode import export
    from tcncode.project import Sample

    before = _assigned(project)
    dealt = project.assign_sample(Sample(**asked), dry_run=dry_run)
    if dealt.plan is not None:
        for line in export.render(dealt.plan, "text").splitlines():
            note(line)
        note(dealt.plan.note)
    put(dealt.table, form, output)
    if dealt.missing:
        note(
            f"{dealt.missing} documents fewer than wanted: there are no more. What all of them"
            " give is what there is to have."
        )
    if dry_run:
        note("Nothing was changed: this was a dry run.")
    else:
        note(f"{counted(dealt.changed, 'assignment')} new or changed by {project.coder}.")
        if asked["blind"] is None:
            _tell_joined(project, before)


COMMANDS = {"assign": assign}
