"""suggest, and its sub-commands: what is proposed, answered, learned and muted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tcncode.cli.common import (
    Command,
    Number,
    as_coder,
    echo,
    note,
    once,
    progress,
    put,
    table_options,
    with_project,
)
from tcncode.cli.suggest_learning import (
    effect,
    evaluate,
    fine_tune,
    train,
    use,
    warn_of_models,
)
from tcncode.errors import UnknownNameError, UsageError
from tcncode.model import nearest
from tcncode.text.numbers import counted

if TYPE_CHECKING:
    from tcncode.model import Suggestion, Table
    from tcncode.project import Project


class _SuggestGroup(click.Group):
    """``suggest DOCUMENT...`` beside ``suggest list``: what is no sub-command is a document."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = [arg for arg in args if not arg.startswith("-")]
        if not any(word in self.commands for word in words[:1]) and not {"--help", "-h"} & set(
            args
        ):
            args = ["run", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_SuggestGroup, context_settings={"help_option_names": ["--help", "-h"]})
def suggest() -> None:
    """Suggest codes for sentences, each with its evidence. The coder decides.

    "tcncode suggest [DOCUMENT...] [--threshold 0.8]" makes suggestions for these documents,
    or all. A suggestion counts for nothing until it is accepted; a rejected one does not
    come back.

    \b
    Example:
        tcncode suggest && tcncode suggest list --code shaming
    """


@suggest.command()
@click.argument("documents", nargs=-1, metavar="[DOCUMENT]...")
@click.option(
    "--threshold", type=Number(0, 1),
    help="Only what scores at least this; without it, each code has its own threshold.",
)  # fmt: skip
@as_coder
@with_project
def run(project: Project, documents: Sequence[str], threshold: float | None) -> None:
    """Make suggestions (the word "run" may be left out)."""
    ids = _documents(project, documents) or None
    with progress("Suggesting") as tick:
        count = project.suggest(ids, threshold=threshold, progress=tick)
    warn_of_models(project)
    _say_muted(project, project.muted())
    which = counted(len(ids), "document") if ids else "all documents"
    verb = "is" if count == 1 else "are"
    note(
        f'{counted(count, "suggestion")} {verb} open in {which}. "tcncode suggest list" shows them.'
    )
    _say_hidden(project, ids)


def _documents(project: Project, names: Sequence[str]) -> list[str]:
    """Ids of the documents named, each once.

    Raises:
        UnknownNameError, AmbiguousNameError: of a document.
        UsageError: the first is none, and is like a sub-command.
    """
    ids = []
    for number, name in enumerate(names):
        try:
            ids.append(project.document_id(name))
        except UnknownNameError as error:
            like = nearest(name, suggest.commands) if number == 0 else []
            if not like:
                raise
            raise UsageError(f'{error} Did you mean "tcncode suggest {like[0]}"?') from None
    return list(dict.fromkeys(ids))


def _say_hidden(project: Project, documents: Sequence[str] | None) -> None:
    """Say how many of some documents (ids; all when None) get no suggestions, and why."""
    hidden = project.hidden_documents(documents)
    if hidden:
        which, verb = "these" if documents else "all", "gets" if hidden == 1 else "get"
        note(
            f'Of {which} documents {hidden:,} {verb} none: "init --hide-suggestions" hides'
            " suggestions there."
        )


def _say_muted(project: Project, codes: Iterable[str]) -> None:
    """Say which of these codes (ids) are not suggested, why, and what is open of them.

    What was muted by hand with the code above it is told with that one.
    """
    from tcncode.project.suggesting import BY_HAND

    by_id, why, kept = project.codebook.by_id(), project.muted(), project.muted_open()
    heads: dict[str, list[str]] = {}
    for code in sorted(codes, key=lambda code: by_id[code].path):
        path, hand = by_id[code].path, why[code] == BY_HAND
        above = (h for h in heads if why[h] == BY_HAND and path.startswith(f"{by_id[h].path}/"))
        heads.setdefault(next(above, code) if hand else code, []).append(code)
    for head, under in heads.items():
        path, left = by_id[head].path, sum(kept.get(code, 0) for code in under)
        whose = "them" if under[1:] else "it"
        told = f"; {counted(left, 'open suggestion')} of {whose} not shown" if left else ""
        note(
            f"{_with_those_under(path, under)} not suggested ({why[head]}){told}."
            f' "tcncode suggest unmute {path}" brings {whose} back.'
        )


def _with_those_under(path: str, codes: Sequence[str]) -> str:
    """A code, and how many of those under it, with their verb: "sharing and 2 codes under it are".

    Args:
        codes: all of them, the code itself included.
    """
    under = len(codes) - 1
    return f"{path} and {counted(under, 'code')} under it are" if under else f"{path} is"


def _narrowed(function: Command) -> Command:
    """Which open suggestions are meant."""
    for flag, told in (
        ("--document", "Only in this document."),
        ("--network", "Only in documents of this network."),
        ("--code", "Only for this code or one below it."),
    ):
        function = once(flag, help=told)(function)
    return click.option("--threshold", type=Number(0, 1), help="Only what scores at least this.")(
        function
    )


@suggest.command("list")
@click.argument("name", required=False, metavar="[DOCUMENT]")
@_narrowed
@click.option(
    "--order", type=click.Choice(["document", "score", "usefulness"]), default="document",
    show_default=True, help="usefulness: what is least certain first, codes and documents in turn.",
)  # fmt: skip
@table_options
@with_project
def list_(
    project: Project,
    name: str | None,
    document: str | None,
    network: str | None,
    code: str | None,
    threshold: float | None,
    order: str,
    form: str | None,
    output: Path | None,
) -> None:
    """List open suggestions with score and evidence."""
    if name and document:
        raise UsageError("Name the document once: behind list, or with --document.")
    found = project.suggestions(
        document=name or document, network=network, code=code, threshold=threshold or 0
    )
    if order == "usefulness":
        from tcncode.suggest.usefulness import most_useful_first

        found = most_useful_first(found)
    elif order == "score":
        found = sorted(found, key=lambda s: -s.score)
    put(_suggestion_table(project, found), form, output)
    _say_muted(project, project.muted_open())
    if not found and (named := name or document):
        _say_hidden(project, [project.document_id(named)])


def _suggestion_table(project: Project, found: Sequence[Suggestion]) -> Table:
    """Suggestions with their words, in the order given."""
    from tcncode.model import Table

    entries = {e.id: e for e in project.documents()}
    by_id = project.codebook.by_id()
    rows = tuple(
        (s.id, s.document, entries[s.document].name, by_id[s.code].path, round(s.score, 3))
        + (s.span.start, s.span.end, project.quote(s.document, s.span))
        + ("; ".join(e.told for e in s.evidence), by_id[s.code].criterion)
        + (s.method,)
        for s in found
    )
    columns = (
        "suggestion", "document", "name", "code", "score", "start", "end", "quotation",
        "evidence", "criterion", "method",
    )  # fmt: skip
    told = (
        f"{counted(len(rows), 'open suggestion')}. score: 0 to 1, how likely it is right."
        " criterion: when the codebook says to use the code."
        ' "tcncode suggest explain ID" tells more.'
    )
    if any(e.kind == "sentence" for s in found for e in s.evidence):
        told += (
            " sentence by itself: how likely the sentence encoder finds the function in it when it"
            " reads nothing else, 0 to 1."
        )
    return Table("Suggestions", columns, rows, told)


@suggest.command()
@click.argument("suggestion")
@table_options
@with_project
def explain(project: Project, suggestion: str, form: str | None, output: Path | None) -> None:
    """What speaks for one suggestion: its evidence, and what the codebook asks of the code.

    One that you have answered is told with your answer.

    \b
    Example:
        tcncode suggest explain 62d281bf
    """
    from tcncode.model import Table

    found, answer = project.explained(suggestion)
    code = project.codebook.by_id()[found.code]
    asked = [("when to use", code.when_to_use), ("when not", code.when_not),
             ("definition", code.definition)]  # fmt: skip
    asked = [(what, words) for what, words in asked if words]
    rows: list[tuple[Any, ...]] = [
        (what, words, None, None, None, code.path) for what, words in asked
    ]
    rows += [
        (e.kind, e.words, e.span.start, e.span.end, e.weight, e.detail) for e in found.evidence
    ]
    name = project.document(found.document).name
    how = f"by {found.method}" if answer is None else f"{answer} by {project.coder}"
    told = (
        f"{code.path}, {found.score:.2f}, {how}, in {name},"
        f" {found.span.start}:{found.span.end}. weight: of a cue 0 to 1, of a word what it adds to"
        " the log odds, of a sentence how likely the sentence encoder finds the function in it when"
        " it reads nothing else, of a passage coded alike how near it is, 0 to 1."
    )
    if form in (None, "text") and output is None:
        # A table cuts long texts.
        note(f'"{project.quote(found.document, found.span)}"')
        for what, words in asked:
            note(f"{what}: {words}")
    columns = ("evidence", "words", "start", "end", "weight", "detail")
    put(Table("Evidence", columns, tuple(rows), told), form, output)


@suggest.command()
@click.argument("suggestions", nargs=-1, metavar="[SUGGESTION]...")
@_narrowed
@click.option("--yes", is_flag=True, help="Do accept all that the filters leave.")
@click.option("--at", metavar="S:E", help="Code characters S to E instead (one suggestion).")
@click.option("--as", "other", metavar="CODE", help="Another code fits (one suggestion).")
@as_coder
@with_project
def accept(
    project: Project,
    suggestions: Sequence[str],
    yes: bool,
    at: str | None,
    other: str | None,
    **filters: Any,
) -> None:
    """Make suggestions your own codings: by id, or with --yes all that the filters leave.

    Several are one action: "undo" takes all of them back. With --as the coding is one by hand,
    and the suggestion is turned down.

    \b
    Example:
        tcncode suggest accept --code sharing --threshold 0.8 --yes
    """
    from tcncode.coding import parse_at

    ids = _meant(project, suggestions, filters, yes=yes, verb="accept")
    span = parse_at(at) if at else None
    if (other or span) and len(ids) != 1:
        raise UsageError("--at and --as are for one suggestion. Name it by its id.")
    if other:
        codings = [project.accept_as(ids[0], other, span)]
    elif len(ids) == 1:
        codings = [project.accept(ids[0], span)]
    else:
        codings = project.accept_many(ids)
    by_id = project.codebook.by_id()
    for made in codings:
        echo(made.id + "\n")
        words = project.quote(made.document, made.span)
        note(f'{by_id[made.code].path} by {made.coder}: "{words}"')


@suggest.command()
@click.argument("suggestions", nargs=-1, metavar="[SUGGESTION]...")
@_narrowed
@click.option("--yes", is_flag=True, help="Do reject all that the filters leave.")
@as_coder
@with_project
def reject(project: Project, suggestions: Sequence[str], yes: bool, **filters: Any) -> None:
    """Turn suggestions down: by id, or with --yes all that the filters leave.

    They do not come back, unless that is undone; several are one action.
    """
    ids = _meant(project, suggestions, filters, yes=yes, verb="reject")
    for gone in [project.reject(ids[0])] if len(ids) == 1 else project.reject_many(ids):
        note(f'Rejected by {project.coder}: "{project.quote(gone.document, gone.span)}"')


def _meant(
    project: Project, references: Sequence[str], filters: Mapping[str, Any], *, yes: bool, verb: str
) -> list[str]:
    """Ids of the suggestions named, or of those the filters leave.

    Raises:
        UsageError: both or neither were given, nothing fits, or ``--yes`` is missing.
    """
    given = {name: value for name, value in filters.items() if value is not None}
    if references and given:
        both = " and ".join(f"--{name}" for name in given)
        raise UsageError(f"Ids and {both} cannot be given together. Say which to {verb} by one.")
    if not references and not given:
        raise UsageError(
            f"Say which to {verb}: ids, or filters (--code, --document, --network, --threshold)."
        )
    if references:
        return [project.suggestion(reference).id for reference in references]
    found = project.suggestions(**given)
    if not found:
        raise UsageError('No open suggestion fits. "tcncode suggest list" shows what is open.')
    if not yes:
        by_id = project.codebook.by_id()
        counts = Counter(by_id[s.code].path for s in found)
        which = ", ".join(f"{path} {n}" for path, n in counts.most_common())
        raise UsageError(
            f"{len(found)} suggestions fit ({which}). None was {verb}ed: --yes {verb}s them."
        )
    return [s.id for s in found]


@suggest.command()
@table_options
@as_coder
@with_project
def record(project: Project, form: str | None, output: Path | None) -> None:
    """How often you found each code's suggestions right."""
    from tcncode.model import Table

    by_id = project.codebook.by_id()
    rows = tuple(
        (by_id[key].path if key in by_id else key, r.accepted, r.rejected)
        + (r.accepted / r.answered,)
        for key, r in project.track_record().items()
    )
    told = f"Answers of {project.coder}. right: accepted / (accepted + rejected)."
    put(Table("Track record", ("code", "accepted", "rejected", "right"), rows, told), form, output)


@suggest.command()
@click.argument("code")
@with_project
def mute(project: Project, code: str) -> None:
    """Suggest a code, and those under it, no more.

    "suggest unmute" takes that back; "undo" does not.
    """
    codes = project.set_muted(code, True)
    path, kept = project.codebook.get(code).path, project.muted_open()
    left = sum(kept.get(key, 0) for key in codes)
    whose = "them" if codes[1:] else "it"
    told = f" {counted(left, 'open suggestion')} of {whose} not shown any more." if left else ""
    note(
        f'{_with_those_under(path, codes)} muted.{told} "tcncode suggest unmute {path}" brings'
        f' {whose} back; "undo" does not.'
    )


@suggest.command()
@click.argument("code")
@with_project
def unmute(project: Project, code: str) -> None:
    """Suggest a code, and those under it, again, whatever their track record."""
    codes = project.set_muted(code, False)
    told = _with_those_under(project.codebook.get(code).path, codes)
    note(f'{told} suggested again; "tcncode suggest" makes new suggestions.')


for _command in (train, fine_tune, evaluate, effect, use):
    suggest.add_command(_command)
COMMANDS = {"suggest": suggest}
