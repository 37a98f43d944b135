"""init, import, documents, show, check."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tcncode.cli.common import (
    KIND,
    Number,
    as_coder,
    coder_option,
    echo,
    note,
    once,
    progress,
    put,
    table_options,
    with_project,
)
from tcncode.cli.shares import Share
from tcncode.errors import TcncodeError, UsageError
from tcncode.text.numbers import counted

if TYPE_CHECKING:
    from tcncode.model import DocumentEntry, Table
    from tcncode.project import Project


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--codebook", type=click.Path(path_type=Path), metavar="YAML",
    help="The codebook to begin with. Default: the six functions.",
)  # fmt: skip
@click.option(
    "--hide-suggestions", type=Share(partly=True), default=0.0,
    help='Make no suggestions for this share of documents, as 20% or 0.2, drawn by chance: for'
    ' "suggest effect".',
)  # fmt: skip
@coder_option
def init(file: Path, codebook: Path | None, hide_suggestions: float, coder: str | None) -> None:
    """Make a project file.

    \b
    Example:
        tcncode init study.tcn
    """
    from tcncode.making import project_file, shipped
    from tcncode.project import Project

    file = project_file(file)
    coder = os.environ.get("TCNCODE_CODER") if coder is None else coder
    with Project.create(
        file, codebook=codebook or shipped("codebook.yaml"), coder=coder,
        hide_suggestions=hide_suggestions,
    ) as made:  # fmt: skip
        note(f"{file}: {counted(len(made.codebook.codes), 'code')}, coder {made.coder}.")


@click.command("import")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="PATH...")
@once("--network", help="The network the documents belong to; added when not known yet.")
@once("--kind", type=KIND, help="What the documents are.")
@once("--date", help="YYYY, YYYY-MM or YYYY-MM-DD.")
@once("--language", help="Two-letter code.")
@click.option("--encoding", help="Of text files, where the program guesses wrong.")
@click.option(
    "--manifest", type=click.Path(dir_okay=False, path_type=Path), metavar="CSV",
    help="A table with file, network, kind, date, language, speakers.",
)  # fmt: skip
@click.option(
    "--codings", type=click.Path(dir_okay=False, path_type=Path), metavar="CSV", multiple=True,
    help="Codings: document, coder, code, start, end (quotation, memo).",
)  # fmt: skip
@table_options
@as_coder
@with_project
def import_(
    project: Project,
    paths: Sequence[Path],
    network: str | None,
    kind: str | None,
    date: str | None,
    language: str | None,
    encoding: str | None,
    manifest: Path | None,
    codings: Sequence[Path],
    form: str | None,
    output: Path | None,
) -> None:
    """Import documents (files, folders, globs) and tables of codings.

    Reads .txt .md .html .docx .odt .rtf .pdf .vtt .srt. The same text twice is one document.
    A file that cannot be read is named, and the rest goes on; the exit code is then 1.

    \b
    Example:
        tcncode import texts/ --network eurocities --kind report
    """
    from tcncode.making import load_codings

    if not paths and not codings:
        raise UsageError("Name files or folders to import, or --codings FILE.csv.")
    failed = 0
    if paths:
        said = {"network": network, "kind": kind, "date": date, "language": language}
        options = {key: value for key, value in said.items() if value}
        table, failed = import_documents(
            project, paths, options=options, manifest=manifest, encoding=encoding
        )
        put(table, form, output)
    for path in codings:
        for line in load_codings(project, path):
            note(line)
    if failed:
        raise TcncodeError(
            f"{failed} {'file' if failed == 1 else 'files'} could not be imported (named above)."
        )


def import_documents(
    project: Project,
    paths: Sequence[Path],
    *,
    options: dict[str, str],
    manifest: Path | None = None,
    encoding: str | None = None,
) -> tuple[Table, int]:
    """Import files; those that fail are named on stderr.

    Returns:
        The receipt, and how many files failed.
    """
    from tcncode.making import take_in
    from tcncode.model import Table

    with progress("Reading") as tick:
        taken = take_in(
            project, paths, options=options, manifest=manifest, encoding=encoding, progress=tick
        )
    for path in taken.left_out:
        note(f"{path}: left out, this is not a kind of file that is read.")
    for error in taken.failed:
        note(str(error))
    if taken.missing:
        example = f"such as {taken.missing[0]}"
        note(f"{manifest}: names {len(taken.missing)} files that are not here, {example}.")
    receipt = []
    for item, became in taken.done:
        d = item.document
        state = "new" if became == "new" else f'is "{became}" already'
        receipt.append(
            (item.path.name, d.id, d.name, d.network, d.kind, len(d.text), item.words, d.encoding)
            + (state, "; ".join(item.notes))
        )
    columns = (
        "file", "document", "name", "network", "kind", "characters", "words", "encoding",
        "state", "notes",
    )  # fmt: skip
    return Table("Import", columns, tuple(receipt), taken.told), len(taken.failed)


@click.command()
@once("--network", help="Only this network's.")
@once("--kind", type=KIND, help="Only of this kind.")
@click.option(
    "--near-identical", "alike", is_flag=True, help="List pairs of documents that say the same."
)
@click.option(
    "--threshold", type=Number(80, 100), metavar="PERCENT",
    help="Least likeness, for --near-identical.  [default: 90]",
)  # fmt: skip
@table_options
@with_project
def documents(
    project: Project,
    network: str | None,
    kind: str | None,
    alike: bool,
    threshold: float | None,
    form: str | None,
    output: Path | None,
) -> None:
    """List the documents, or with --near-identical those that are nearly the same.

    Such copies count twice in every figure.
    """
    from tcncode.model import Table

    if threshold is not None and not alike:
        raise UsageError("--threshold says how alike: it needs --near-identical.")
    entries = project.documents(network=network, kind=kind)
    if alike:
        put(_near_identical(project, entries, threshold or 90.0), form, output)
        return
    columns = (
        "document", "name", "network", "kind", "date", "language", "characters", "words",
        "codings",
    )  # fmt: skip
    rows = tuple(
        (e.id, e.name, e.network, e.kind, e.date, e.language, e.characters, e.words, e.codings)
        for e in entries
    )
    note = f"{counted(len(rows), 'document')}. codings: by all coders but settled. "
    blind = project.told_blind(entries).strip()
    put(Table("Documents", columns, rows, f"{note}{blind}".rstrip(), blind), form, output)


def _near_identical(project: Project, entries: Sequence[DocumentEntry], threshold: float) -> Table:
    """A row a pair; the first of a pair is one of these, the other any document."""
    from tcncode.model import Table

    everything = {e.id: e for e in project.documents()}
    found = project.near_identical(threshold)
    rows, seen = [], set()
    for entry in entries:
        for key, likeness in found.get(entry.id, ()):
            if frozenset((entry.id, key)) not in seen:
                seen.add(frozenset((entry.id, key)))
                other = everything[key]
                rows.append(
                    (entry.id, entry.name, entry.network, key, other.name, other.network)
                    + (likeness,)
                )
    columns = (
        "document", "name", "network", "other", "other_name", "other_network", "likeness",
    )  # fmt: skip
    said = (
        f"{counted(len(rows), 'pair')} of {counted(len(entries), 'document')}."
        " likeness: per cent of the letters, case"
        f" and blanks aside, at least {threshold:g}; of texts over 100,000 characters estimated"
        " from runs of three words. Of more than 10 alike, each is listed with the likest."
    )
    return Table("Nearly the same", columns, tuple(rows), said)


@click.command()
@click.argument("document")
@click.option(
    "--codings", "marked", is_flag=True, help="Mark coded passages, and list their codings."
)
@with_project
def show(project: Project, document: str, marked: bool) -> None:
    """Print a document's text, with its codings if asked for.

    With --codings each passage stands between [number> and <number], and the codings are
    listed under the text by these numbers.
    """
    from tcncode.text.safe import safe

    found = project.document(document)
    if not marked:
        echo(safe(found.text if found.text.endswith("\n") else found.text + "\n"))
        return
    codings = project.codings(document=found.id)
    marks: list[tuple[int, int, str]] = []
    for n, coding in enumerate(codings, 1):
        # At one place, what ends comes before what begins.
        marks += [(coding.span.start, 1, f"[{n}>"), (coding.span.end, 0, f"<{n}]")]
    parts, at = [], 0
    for place, _, mark in sorted(marks):
        parts += [found.text[at:place], mark]
        at = place
    parts.append(found.text[at:])
    by_id = project.codebook.by_id()
    legend = [
        f"{n}  {by_id[c.code].path}  {c.coder}  {c.span.start}:{c.span.end}"
        + (f"  memo: {c.memo}" if c.memo else "")
        for n, c in enumerate(codings, 1)
    ]
    echo(safe("".join(parts).rstrip("\n") + "\n\n" + "\n".join(legend) + "\n"))


@click.command()
@with_project
def check(project: Project) -> None:
    """Check the project file: database, references, spans, text hashes, journal.

    Says, too, where settled codings wait for "settle finish"; that is no fault of the file.
    """
    problems = project.problems()
    for line in problems:
        note(line)
    if problems:
        raise TcncodeError(f"{project.path}: {counted(len(problems), 'problem')} (named above).")
    note(f"{project.path}: all is well.")
    behind = project.told_behind()
    if behind:
        note(behind)


COMMANDS = {
    "init": init,
    "import": import_,
    "documents": documents,
    "show": show,
    "check": check,
}
