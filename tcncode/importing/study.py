"""Files, a manifest and options -> documents ready to be saved."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tcncode.errors import TcncodeError
from tcncode.importing import read_file
from tcncode.importing.metadata import Metadata, from_mapping
from tcncode.model import Document, Speaker, document_id
from tcncode.text import Segment
from tcncode.text.segments import segment
from tcncode.text.settle import storable
from tcncode.text.words import word_count

_INTERVIEWERS = {"interviewer", "int", "int.", "i", "iv", "q", "question", "moderator"}


@dataclass(frozen=True, slots=True)
class Imported:
    """One file as a document, with what was found in its text."""

    path: Path
    document: Document
    segments: Sequence[Segment]
    speakers: Sequence[Speaker]
    words: int
    source_hash: str
    """SHA-256 of the file's bytes."""
    notes: tuple[str, ...] = ()
    """What the researcher should be told about it."""


def read_all(
    files: Sequence[Path],
    *,
    options: Metadata,
    manifest: Mapping[str, Metadata],
    encoding: str | None = None,
) -> Iterator[Imported | tuple[Path, TcncodeError]]:
    """Read files one by one; one that cannot be read comes as its error, and the rest goes on.

    What an option says goes before the manifest, and the manifest before the file's own
    front matter.
    """
    for path in files:
        try:
            yield read_one(path, options=options, row=manifest.get(path.name), encoding=encoding)
        except TcncodeError as error:
            yield path, error


def read_one(
    path: Path, *, options: Metadata, row: Metadata | None, encoding: str | None = None
) -> Imported:
    """One file as a document.

    Raises:
        ReadError: it cannot be read.
        TableError, UsageError: its front matter says something it must not.
    """
    extract = read_file(path, encoding=encoding)
    own = from_mapping(extract.metadata)
    said = [m for m in (options, row, own) if m is not None]

    def first(name: str) -> str | None:
        return next((value for m in said if (value := getattr(m, name))), None)

    kind, language = first("kind"), first("language")
    parts = segment(
        extract.text,
        pages=extract.pages,
        turns=extract.turns,
        headings=extract.headings,
        transcript=True if kind == "interview" else None,
        language=language,
    )
    document = Document(
        document_id(extract.text),
        storable(own.title or path.stem),
        extract.text,
        first("network"),
        kind or "other",
        first("date"),
        language,
        storable(path.name),
        extract.encoding,
        extract.reader,
    )
    speakers = next((m.speakers for m in said if m.speakers), ())
    return Imported(
        path,
        document,
        parts,
        _all_speakers(parts, speakers),
        word_count(extract.text),
        hashlib.sha256(path.read_bytes()).hexdigest(),
        extract.notes,
    )


def _all_speakers(parts: Sequence[Segment], named: Sequence[Speaker]) -> list[Speaker]:
    """The speakers that were described, and those that only the turns name."""
    known = {speaker.label for speaker in named}
    labels = dict.fromkeys(p.speaker for p in parts if p.kind == "turn" and p.speaker)
    return [
        *named,
        *(
            Speaker(label, "interviewer" if label.casefold() in _INTERVIEWERS else "other")
            for label in labels
            if label not in known
        ),
    ]
