"""What every reader gives back, and what several of them need.

Conventions of a text made by a reader, for every format but plain text and Markdown, which
stay as they are: a blank line between paragraphs, one newline for a hard break inside one; a
table is one line a row, cells separated by tabs; footnotes stand in square brackets where they
are referred to; page headers and footers, deleted and hidden text, comments and soft hyphens
are out, tracked insertions in. No Unicode normalisation.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tcncode.errors import ReadError
from tcncode.text import Span
from tcncode.text.settle import settle

if TYPE_CHECKING:
    from lxml.etree import _Element

LARGEST_FILE = 100 * 2**20
LARGEST_ENTRY = 64 * 2**20
LARGEST_RATIO = 200
MOST_ENTRIES = 10_000


@dataclass(frozen=True, slots=True)
class Extract:
    """The text of a file with what its format says about it. Equal when all fields are."""

    text: str = field(repr=False)
    """Settled."""
    pages: tuple[Span, ...] = ()
    """Empty where the format has no pages."""
    headings: tuple[Span, ...] = ()
    """Empty where the format does not say; ``segment`` looks for them then."""
    turns: tuple[tuple[Span, str, float | None], ...] = ()
    """Whole turn, label, seconds from the start. Empty where the format does not say."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """title, network, kind, date, language, speakers: those that the file itself gives."""
    encoding: str = "utf-8"
    reader: str = ""
    """Name and version: offsets depend on it."""
    notes: tuple[str, ...] = ()
    """What the researcher should be told about this reading."""


class Reader(Protocol):
    """Turns the bytes of one format into an extract."""

    def __call__(self, path: Path, data: bytes, encoding: str | None) -> Extract:
        """Read ``data``, which came from ``path``.

        Raises:
            ReadError: the bytes are not what the suffix says.
        """


class Blocks:
    """A text in the making: paragraphs with a blank line between them, headings noted."""

    def __init__(self) -> None:
        self.headings: list[Span] = []
        self._parts: list[str] = []
        self._length = 0

    def add(self, block: str, *, heading: bool = False) -> Span | None:
        """Put a paragraph at the end; None if it holds nothing."""
        block = settle("\n".join(line.strip(" \f") for line in block.split("\n")).strip())
        block = block.replace("\u00ad", "").strip()
        if not block:
            return None
        if self._parts:
            self._parts.append("\n\n")
            self._length += 2
        span = Span(self._length, self._length + len(block))
        self._parts.append(block)
        self._length = span.end
        if heading:
            self.headings.append(span)
        return span

    @property
    def text(self) -> str:
        """Everything so far, with a newline at the end."""
        return "".join(self._parts) + ("\n" if self._parts else "")


def one_line(text: str) -> str:
    """White space of any length as one space; no-break spaces stay."""
    return re.sub(r"[ \t\r\n\f\v]+", " ", text).strip(" ")


def cell(text: str) -> str:
    """What may stand in one cell of a tab-separated row."""
    return re.sub(r"\s+", " ", text).strip()


def title_of(text: str | None) -> dict[str, str]:
    """Metadata for a title, if there is one."""
    short = one_line(settle(text or ""))
    return {"title": short} if short else {}


def open_zip(path: Path, data: bytes, kind: str) -> zipfile.ZipFile:
    """The package of an office document.

    Raises:
        ReadError: it is no such package, or a password is needed.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ReadError(
            path,
            f"is not a {kind} file but protected with a password, or in the old Word format",
            f"Open it in the program that made it and save it as {kind} without a password.",
        )
    try:
        package = zipfile.ZipFile(BytesIO(data))
    except zipfile.BadZipFile:
        raise damaged(path, kind) from None
    entries = package.infolist()
    if len(entries) > MOST_ENTRIES:
        raise ReadError(path, f"holds {len(entries)} parts, which no {kind} document does")
    return package


def damaged(path: Path, kind: str) -> ReadError:
    """The error for a file that is not what its suffix says."""
    return ReadError(
        path,
        f"is damaged or not a {kind} file",
        "Open it in the program that made it and save it again.",
    )


def read_xml(path: Path, package: zipfile.ZipFile, name: str, kind: str) -> _Element | None:
    """The root of one part of the package, None if there is no such part.

    Raises:
        ReadError: it is too large, encrypted, not XML, or declares a document type.
    """
    from lxml import etree

    try:
        info = package.getinfo(name)
    except KeyError:
        return None
    data = _read_entry(path, package, info, kind)
    # A document type serves nothing here but to define entities that explode or fetch files.
    doctype = ReadError(path, f"declares an XML document type in {name}, which is not safe to read")
    if b"<!DOCTYPE" in data:
        raise doctype
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise damaged(path, kind) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise doctype
    return root


def _read_entry(path: Path, package: zipfile.ZipFile, info: zipfile.ZipInfo, kind: str) -> bytes:
    if info.flag_bits & 1:
        raise ReadError(path, "is protected with a password", "Save it without one.")
    # Counted while reading: what the package says of its own sizes may be a lie.
    limit = min(LARGEST_ENTRY, max(10 * 2**20, info.compress_size * LARGEST_RATIO))
    try:
        with package.open(info) as entry:
            data = entry.read(limit + 1)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError):
        raise damaged(path, kind) from None
    except Exception as error:  # zlib and lzma have errors of their own, with no common base
        if type(error).__module__ in ("zlib", "_lzma"):
            raise damaged(path, kind) from None
        raise
    if len(data) > limit:
        raise ReadError(
            path,
            f"unpacks to more than {limit // 2**20} MB, which no {kind} document does",
            "If it is genuine, save it as plain text.",
        )
    return data
