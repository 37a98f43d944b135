"""Making projects: a study of one's own from files, and the demo; whole or not at all.

Both front ends begin here. A project is made under a hidden name and gets its own when it is
complete, so that an interrupted one never passes for a whole one.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tcncode.errors import ProjectError, TcncodeError, UsageError
from tcncode.shipped import shipped as shipped
from tcncode.text.numbers import counted

if TYPE_CHECKING:
    from tcncode.importing.study import Imported
    from tcncode.project import Progress, Project

Say = Callable[[str], None]
"""Called with a line about what was done."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of the files of one import."""

    done: tuple[tuple[Imported, str], ...]
    """Each that was read, with ``"new"`` or the name of the document with the same text."""
    failed: tuple[TcncodeError, ...]
    """Why a file could not be read, one for each; the message names the file."""
    left_out: tuple[Path, ...]
    """Files found in folders that no reader takes."""
    missing: tuple[str, ...]
    """Names in the manifest that no file has."""
    coder: str
    """Who imported them."""

    @property
    def new(self) -> int:
        """How many documents are new."""
        return sum(became == "new" for _, became in self.done)

    @property
    def told(self) -> str:
        """The counts, in words."""
        there = len(self.done) - self.new
        made = counted(self.new, "new document")
        made += f" by {self.coder}" if self.new else ""
        return f"{made}, {there} there already, {len(self.failed)} not readable."


def typed_path(words: str | Path) -> Path:
    """A path as somebody typed it, with ``~`` for the home folder.

    Raises:
        UsageError: nothing can have that name.
    """
    try:
        path = Path(str(words).strip()).expanduser()
        path.exists()
    except (RuntimeError, OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"{str(words)[:60]}: nothing can have that name ({why}).") from None
    return path


def project_file(name: str | Path) -> Path:
    """The file that a project of this name has; raises ``UsageError`` as ``typed_path`` does."""
    path = typed_path(name)
    if not path.name:
        raise UsageError(f"{path} is a folder. Name a project file: NAME.tcn.")
    return path if path.suffix == ".tcn" else typed_path(path.with_name(path.name + ".tcn"))


def take_in(
    project: Project,
    paths: Sequence[Path],
    *,
    options: Mapping[str, str] | None = None,
    manifest: Path | None = None,
    encoding: str | None = None,
    progress: Progress | None = None,
) -> TakenIn:
    """Import files, folders and patterns; a file that cannot be read does not stop the rest.

    Raises:
        TcncodeError: there is nothing to import, or the manifest or an option is wrong.
    """
    from tcncode.importing.metadata import find_files, from_mapping, read_manifest
    from tcncode.importing.study import read_all

    given = from_mapping(options or {})
    rows = read_manifest(manifest) if manifest else {}
    files, left_out = find_files(paths)
    if not files and not left_out:
        raise TcncodeError(f"There is nothing to import in {paths[0]}.")
    failed: list[TcncodeError] = []
    # Read before anything is written: the project stays free for others meanwhile.
    read: list[Imported] = []
    for n, item in enumerate(read_all(files, options=given, manifest=rows, encoding=encoding), 1):
        if isinstance(item, tuple):
            failed.append(item[1])
        else:
            read.append(item)
        if progress:
            progress(n, len(files))
    missing = sorted(set(rows) - {path.name for path in files})
    done = project.import_files(read)
    return TakenIn(tuple(done), tuple(failed), tuple(left_out), tuple(missing), project.coder)


def load_tables(
    project: Project,
    network_file: Path | None,
    city_file: Path | None,
    membership_file: Path | None,
) -> list[str]:
    """Load tables of networks, cities and memberships, all or none.

    Returns:
        What is to be told: oddities of the tables, and how many rows there were.
    """
    from tcncode import networks as tables

    found = tables.read_networks(network_file) if network_file else None
    cities = tables.read_cities(city_file) if city_file else None
    memberships = tables.read_memberships(membership_file) if membership_file else None
    said: list[str] = []
    for table in (found, cities, memberships):
        said += [] if table is None else table.notes
    project.load_networks(found or (), cities or (), memberships or ())
    nouns = (("network", "networks"), ("city", "cities"), ("membership", "memberships"))
    counts = [
        counted(len(table), *noun)
        for table, noun in zip((found, cities, memberships), nouns, strict=True)
        if table
    ]
    return [*said, f"Loaded by {project.coder}: {', '.join(counts)}."]


def load_codings(project: Project, path: Path) -> list[str]:
    """Take in a table of codings; what is to be told of it."""
    from tcncode.importing.codings import ignored_columns, read_codings

    ignored = ignored_columns(path)
    said = [f"{path}: not read: {', '.join(ignored)}."] if ignored else []
    added, there, finished = project.import_codings(read_codings(path))
    by = f" by {project.coder}" if added else ""
    told = f"{path}: {counted(added, 'coding')} added{by}, {there} there already."
    for coder, count in finished.items():
        told += f" {counted(count, 'document')} marked as finished by {coder}."
    return [*said, told]


def new_project(
    path: Path,
    *,
    codebook: Path,
    coder: str | None,
    documents: Sequence[Path],
    progress: Progress | None = None,
) -> TakenIn:
    """Make a project with documents in it.

    Raises:
        ProjectError: the file is there already, or cannot be made.
        CodebookError: the codebook has problems.
        TcncodeError: none of the documents can be read. No file is left behind in any case.
    """
    from tcncode.project import Project

    with _complete(path) as unfinished:
        with Project.create(unfinished, codebook=codebook, coder=coder) as project:
            taken = take_in(project, documents, progress=progress)
        if not taken.done:
            why = str(taken.failed[0]) if taken.failed else f"{taken.left_out[0]} is the first."
            what = "can be read" if taken.failed else "is of a kind that is read"
            raise TcncodeError(f"None of the files {what}, so no project was made. {why}")
    return taken


def demo_project(folder: Path, *, say: Say, progress: Progress | None = None) -> Path:
    """Make the demo project in a folder; its path.

    Raises:
        ProjectError: the folder cannot be made or written to.
    """
    from tcncode.project import Project

    corpus = shipped("corpus")
    path = folder / "demo.tcn"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProjectError(folder, f"cannot be made ({error.strerror})") from None
    with (
        _complete(path) as unfinished,
        Project.create(unfinished, codebook=shipped("codebook.yaml"), coder="me") as project,
    ):
        tables = [corpus / f"{name}.csv" for name in ("networks", "cities", "memberships")]
        for line in load_tables(project, *tables):
            say(line)
        texts, manifest = [corpus / "documents"], corpus / "manifest.csv"
        say(take_in(project, texts, manifest=manifest, progress=progress).told)
        for table in sorted((corpus / "codings").glob("*.csv")):
            for line in load_codings(project, table):
                say(line)
        say(f"{counted(project.suggest(progress=progress), 'open suggestion')}.")
    return path


@contextmanager
def _complete(path: Path) -> Iterator[Path]:
    """A hidden file to make a project in; it gets its own name where nothing goes wrong."""
    if path.exists():
        raise ProjectError(path, "is already there", "Choose another name, or open it as it is.")
    if not path.parent.is_dir():
        raise ProjectError(path, f"there is no folder {path.parent}", "Make it first.")
    # Another process may be making the same: each has a file of its own.
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.unfinished")
    try:
        yield unfinished
        os.link(unfinished, path)  # which, unlike a rename, refuses to replace
        _remove(unfinished)
    except FileExistsError:
        _remove(unfinished)
        raise ProjectError(
            path, "came into being meanwhile", "It was left as it is; choose another name."
        ) from None
    except OSError as error:
        _remove(unfinished)
        raise ProjectError(path, f"cannot be made ({error.strerror})") from None
    except BaseException:
        _remove(unfinished)
        raise


def _remove(unfinished: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        with suppress(OSError):
            unfinished.with_name(unfinished.name + ending).unlink()
