"""Every coding with its words, and how a quotation is known again: place and hash."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from tcncode.model import Codebook, Coding, DocumentEntry, Table
from tcncode.text.numbers import counted

COLUMNS = (
    "coding", "document", "name", "network", "coder", "code", "start", "end", "quotation",
    "memo", "origin", "created", "hash",
)  # fmt: skip


@dataclass(frozen=True)
class Coded:
    """Some codings, and the documents that they stand in."""

    codings: Sequence[Coding]
    documents: Mapping[str, DocumentEntry]
    """By id."""
    codebook: Codebook
    text: Callable[[str], str] = field(repr=False)
    """Document id -> its text."""
    note: str = ""
    """Coders, filters and codebook version, for the table's note."""


def quotation_hash(text: str) -> str:
    """The first 8 hexadecimal digits of the SHA-256 of a quotation's words, in UTF-8.

    >>> quotation_hash("welcome")
    '280d44ab'
    """
    return sha256(text.encode("utf-8")).hexdigest()[:8]


def table(coded: Coded) -> Table:
    """One row a coding, in the order given.

    Returns:
        ``coding``, ``document`` (id), ``name``, ``network``, ``coder``, ``code``, ``start``,
        ``end``, ``quotation``, ``memo``, ``origin``, ``created``, ``hash`` (see
        ``quotation_hash``).
    """
    by_id = coded.codebook.by_id()
    rows = []
    for c in coded.codings:
        entry = coded.documents[c.document]
        words = coded.text(c.document)[c.span.start : c.span.end]
        rows.append(
            (c.id, c.document, entry.name, entry.network, c.coder, by_id[c.code].path)
            + (c.span.start, c.span.end, words, c.memo, c.origin, c.created, quotation_hash(words))
        )
    note = (
        f"{counted(len(rows), 'coding')}. start, end: characters from 0, end not included; hash: of"
        " the quotation's words."
    )
    return Table("Codings", COLUMNS, tuple(rows), f"{note} {coded.note}".strip())
