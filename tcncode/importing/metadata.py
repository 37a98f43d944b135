"""What is said about documents beside their text: manifests, front matter, file names."""

from __future__ import annotations

import csv
import glob
import io
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as calendar
from pathlib import Path

from tcncode.errors import ReadError, TableError, UsageError
from tcncode.importing import READERS
from tcncode.model import DOCUMENT_KINDS, SPEAKER_ROLES, Speaker
from tcncode.text.settle import decode, settle

COLUMNS = ("file", "network", "kind", "date", "language", "speakers")
"""Of a manifest. Only ``file`` is needed."""

_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of one document; None or empty where nothing is. Equal when all is."""

    title: str | None = None
    network: str | None = None
    kind: str | None = None
    """One of ``DOCUMENT_KINDS``."""
    date: str | None = None
    """ISO 8601: ``2018``, ``2018-04`` or ``2018-04-12``."""
    language: str | None = None
    """Two-letter code."""
    speakers: tuple[Speaker, ...] = ()
    ignored: tuple[str, ...] = ()
    """Names of the columns or keys that were not understood, to be told."""


def from_mapping(values: Mapping[str, str], *, path: Path | None = None) -> Metadata:
    """Metadata of front matter, of a row or of a command's options.

    Args:
        values: what is said, by its name.
        path: the file that says it, if it is to be named in the error.

    Raises:
        UsageError: a value is not what it should be; the message names it.
        ReadError: likewise, where there is a ``path``.
    """
    if path is not None:
        try:
            return from_mapping(values)
        except UsageError as error:
            raise ReadError(path, f"says of itself what it must not: {error}") from None
    given = {key.strip().lower(): value.strip() for key, value in values.items() if value.strip()}
    kind = given.get("kind", "").lower() or None
    if kind is not None and kind not in DOCUMENT_KINDS:
        raise UsageError(f'"{kind}" is not a kind of document ({", ".join(DOCUMENT_KINDS)})')
    language = given.get("language", "").lower() or None
    if language is not None:
        language = re.split("[-_]", language)[0]
        if not re.fullmatch("[a-z]{2}", language):
            raise UsageError(f'"{given["language"]}" is not a two-letter language code')
    known = {"title", *COLUMNS}
    return Metadata(
        title=given.get("title"),
        network=given.get("network"),
        kind=kind,
        date=_checked_date(given["date"]) if "date" in given else None,
        language=language,
        speakers=parse_speakers(given.get("speakers", "")),
        ignored=tuple(key for key in given if key not in known),
    )


def parse_speakers(text: str) -> tuple[Speaker, ...]:
    """Speakers from ``Label=role@affiliation; Label2=role``. Role and affiliation may be left out.

    >>> parse_speakers("Mayor=mayor@ghent; I=interviewer")[0]
    Speaker(label='Mayor', role='mayor', affiliation='ghent')

    Raises:
        UsageError: a role is not one of ``SPEAKER_ROLES``, or a label comes twice.
    """
    out: dict[str, Speaker] = {}
    for part in text.split(";"):
        if not part.strip():
            continue
        label, _, rest = part.partition("=")
        role, _, affiliation = rest.partition("@")
        label, role = label.strip(), role.strip().lower() or "other"
        if not label:
            raise UsageError(f'"{part.strip()}" names no speaker')
        if role not in SPEAKER_ROLES:
            raise UsageError(f'"{role}" is not a role ({", ".join(SPEAKER_ROLES)})')
        if label in out:
            raise UsageError(f'speaker "{label}" is named twice')
        out[label] = Speaker(label, role, affiliation.strip() or None)
    return tuple(out.values())


def _checked_date(text: str) -> str:
    if _DATE.fullmatch(text):
        try:
            calendar.fromisoformat((text + "-01-01")[:10])
        except ValueError:
            pass
        else:
            return text
    raise UsageError(f'"{text}" is not a date (2018, 2018-04 or 2018-04-12)')


def read_table(path: Path) -> csv.DictReader[str]:
    """A CSV file as a table, in any encoding and with any separator; columns in small letters.

    Raises:
        ReadError: it cannot be read at all.
        TableError: quotes are wrong in its first line, or two columns have the same name.
    """
    try:
        text = settle(decode(path.read_bytes())[0])
    except OSError as error:
        raise ReadError(path, f"cannot be opened ({error.strerror})") from None
    except ValueError:
        raise ReadError(path, "is not a table in CSV", "Save it as CSV in UTF-8.") from None
    first = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=first.count), strict=True)
    try:
        names = [name.strip().lower() for name in rows.fieldnames or ()]
    except csv.Error as error:
        raise TableError(path, 1, str(error)) from None
    if len(set(names)) < len(names):
        raise TableError(path, 1, "two columns have the same name")
    rows.fieldnames = names
    return rows


def read_manifest(path: Path | str) -> dict[str, Metadata]:
    """A CSV file with a column ``file`` and any of the other ``COLUMNS``, by file name.

    Raises:
        ReadError: it cannot be read at all.
        TableError: a row says something it must not; carries the line.
    """
    path = Path(path)
    rows = read_table(path)
    if "file" not in (rows.fieldnames or ()):
        raise TableError(path, 1, 'there is no column "file"')
    out: dict[str, Metadata] = {}
    try:
        for row in rows:
            if None in row:
                raise TableError(path, rows.line_num, "there are more cells than columns")
            name = (row.pop("file") or "").strip()
            if not name:
                raise TableError(path, rows.line_num, "no file is named")
            if name in out:
                raise TableError(path, rows.line_num, f'"{name}" is named twice')
            try:
                out[name] = from_mapping({key: value or "" for key, value in row.items()})
            except UsageError as error:
                raise TableError(path, rows.line_num, str(error)) from None
    except csv.Error as error:
        raise TableError(path, rows.line_num, str(error)) from None
    return out


def find_files(paths: Sequence[Path | str]) -> tuple[list[Path], list[Path]]:
    """The files that a command's arguments mean, in order, each once.

    Folders are searched through, hidden files and manifests left aside; a pattern that the
    shell left alone is expanded. A file that is named itself is taken as it is, even if there
    is none, so that reading it says what is wrong.

    Returns:
        Files to be read, and files found in folders that no reader takes, to be told.
    """
    files: dict[Path, None] = {}
    skipped: dict[Path, None] = {}
    for given in paths:
        for path in _expanded(Path(given)):
            if not path.is_dir():
                files[path] = None
                continue
            for found in _below(path):
                if found.suffix.lower() in READERS:
                    files[found] = None
                elif not _is_manifest(found):
                    skipped[found] = None
    return list(files), list(skipped)


def _expanded(path: Path) -> Iterable[Path]:
    if not os.path.lexists(path) and glob.has_magic(str(path)):
        return [Path(found) for found in sorted(glob.glob(str(path), recursive=True))] or [path]
    return [path]


def _below(folder: Path) -> Iterable[Path]:
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(here, name) for name in sorted(names) if not name.startswith((".", "~$")))


def _is_manifest(path: Path) -> bool:
    if path.suffix.lower() != ".csv":
        return False
    try:
        with path.open("rb") as file:
            first = file.readline(4096).decode("utf-8-sig", "replace")
    except OSError:
        return False
    return "file" in (name.strip().strip('"').lower() for name in re.split("[,;\t]", first))
