"""Codings -> tables: frequencies, networks, quotations.

Pure: what is counted comes in as a ``Coded``; nothing is read or written here.

How things are counted, in every table:

- ``codings`` counts each coder's codings. A code counts those of its sub-codes too, but one
  coder's coding of one span once, whether it stands at the code, a sub-code, or both.
- ``documents`` counts the documents with at least one of these codings.
- ``characters`` and ``words`` count the text covered at least once, so that two coders on one
  passage count once. A word counts when any part of it is covered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tcncode.model import Codebook, Coding, DocumentEntry, Table, merged
from tcncode.text.segments import covered_word_count

NO_NETWORK = "(none)"
"""What tables call the network of documents that belong to none."""


@dataclass(frozen=True)
class Coded:
    """What a report counts: some codings, and all the documents they were looked for in."""

    codings: Sequence[Coding]
    documents: Mapping[str, DocumentEntry]
    """By id: the documents in question, with or without codings."""
    codebook: Codebook
    text: Callable[[str], str] = field(repr=False)
    """Document id -> its text."""
    note: str = ""
    """Filters and codebook version, for the tables' notes."""
    below: str | None = None
    """Path of a code: show it and its sub-codes only. Shares are of all codings all the same."""

    def shows(self, path: str) -> bool:
        """Whether a table shows the code with this path."""
        return self.below is None or path == self.below or path.startswith(self.below + "/")


@dataclass(frozen=True)
class _Count:
    codings: int
    documents: int
    characters: int
    words: int


class _Tally:
    """Passages of some group of codings, by document; counts them without doubles."""

    def __init__(self) -> None:
        self.passages: defaultdict[str, set[tuple[int, int, str]]] = defaultdict(set)

    def add(self, coding: Coding) -> None:
        self.passages[coding.document].add((coding.span.start, coding.span.end, coding.coder))

    def count(self, text: Callable[[str], str]) -> _Count:
        characters = words = 0
        for document, passages in self.passages.items():
            body = text(document)
            spans = merged((s, e) for s, e, _ in passages)
            characters += sum(end - start for start, end in spans)
            words += covered_word_count(body, spans)
        return _Count(
            sum(len(p) for p in self.passages.values()), len(self.passages), characters, words
        )


def _tallies(
    coded: Coded, key: Callable[[Coding], Any]
) -> tuple[dict[tuple[Any, str], _Tally], dict[Any, _Tally]]:
    """Tallies by (group, code path), rolled up to parents, and by group over all codes."""
    by_id = coded.codebook.by_id()
    above = {
        code.id: ["/".join(code.path.split("/")[: n + 1]) for n in range(code.depth + 1)]
        for code in by_id.values()
    }
    by_code: defaultdict[tuple[Any, str], _Tally] = defaultdict(_Tally)
    overall: defaultdict[Any, _Tally] = defaultdict(_Tally)
    for coding in coded.codings:
        group = key(coding)
        overall[group].add(coding)
        for path in above.get(coding.code, ()):
            by_code[group, path].add(coding)
    return dict(by_code), dict(overall)


def _shown_codes(coded: Coded, used: set[str], *, sub_codes: bool) -> list[str]:
    """Top codes always, sub-codes where used: a zero in a top code is a finding."""
    return [
        code.path
        for code in coded.codebook.codes
        if coded.shows(code.path)
        and (code.depth == 0 or code.path == coded.below or (sub_codes and code.path in used))
    ]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


_NOTE = (
    "codings: each coder's, sub-codes included; documents: with at least one; characters, words:"
    " covered at least once; share: words / all coded words{more}. n = {n} codings in {d} of"
    " {of} documents.{note}"
)


def _note(coded: Coded, more: str = "") -> str:
    with_codings = len({c.document for c in coded.codings})
    extra = f" {coded.note}" if coded.note else ""
    return _NOTE.format(
        more=more, n=len(coded.codings), d=with_codings, of=len(coded.documents), note=extra
    )


def frequencies(coded: Coded, *, sub_codes: bool = True) -> Table:
    """How often each code was used, and how much text it covers.

    Returns:
        ``code``, ``codings``, ``documents``, ``characters``, ``words``, ``share`` (0 to 1, of
        the words covered by any code; codes overlap, so shares may add up to more than 1).
    """
    by_code, overall = _tallies(coded, lambda _: None)
    whole = overall.get(None, _Tally()).count(coded.text)
    rows = []
    for path in _shown_codes(coded, {p for _, p in by_code}, sub_codes=sub_codes):
        c = by_code.get((None, path), _Tally()).count(coded.text)
        rows.append(
            (path, c.codings, c.documents, c.characters, c.words, _share(c.words, whole.words))
        )
    columns = ("code", "codings", "documents", "characters", "words", "share")
    return Table("Frequencies", columns, tuple(rows), _note(coded))


def networks(coded: Coded, *, sub_codes: bool = False) -> Table:
    """What each network does: one row a network and code.

    Returns:
        ``network``, ``code``, then the columns of ``frequencies``, and ``share_of_network``
        (0 to 1, of the network's coded words) and ``per_1000_words`` (codings per 1,000 words
        of the network's documents, coded or not).
    """
    network_of = {key: d.network or NO_NETWORK for key, d in coded.documents.items()}
    by_code, overall = _tallies(coded, lambda c: network_of[c.document])
    own = {network: tally.count(coded.text) for network, tally in overall.items()}
    # A document belongs to one network, so the networks' words add up.
    whole = sum(count.words for count in own.values())
    words_of: defaultdict[str, int] = defaultdict(int)
    for key, entry in coded.documents.items():
        words_of[network_of[key]] += entry.words
    rows = []
    paths = _shown_codes(coded, {p for _, p in by_code}, sub_codes=sub_codes)
    for network in sorted(words_of):
        own_words = own[network].words if network in own else 0
        for path in paths:
            c = by_code.get((network, path), _Tally()).count(coded.text)
            rate = _share(1000 * c.codings, words_of[network])
            rows.append(
                (network, path, c.codings, c.documents, c.characters, c.words)
                + (_share(c.words, whole), _share(c.words, own_words), rate)
            )
    columns = (
        "network", "code", "codings", "documents", "characters", "words", "share",
        "share_of_network", "per_1000_words",
    )  # fmt: skip
    more = (
        "; share_of_network: words / the network's coded words; per_1000_words: codings per"
        " 1,000 words of its documents"
    )
    return Table("Networks x functions", columns, tuple(rows), _note(coded, more))


def matrix(table: Table, *, value: str) -> Table:
    """A long table of networks and codes as a matrix: a row a network, a column a code.

    Args:
        value: the column of ``networks`` to put into the cells.
    """
    records = table.records()
    codes = list(dict.fromkeys(r["code"] for r in records))
    cells = {(r["network"], r["code"]): r[value] for r in records}
    rows = tuple(
        (network, *(cells[network, code] for code in codes))
        for network in dict.fromkeys(r["network"] for r in records)
    )
    return Table(f"{table.title}: {value}", ("network", *codes), rows, table.note)


def quotations(coded: Coded) -> Table:
    """Every coding with its words.

    Returns:
        ``coding``, ``document`` (id), ``name``, ``network``, ``coder``, ``code``, ``start``,
        ``end``, ``quotation``, ``memo``, ``origin``, ``created``.
    """
    by_id = coded.codebook.by_id()
    rows = []
    for c in coded.codings:
        if not coded.shows(by_id[c.code].path):
            continue
        entry = coded.documents[c.document]
        rows.append(
            (c.id, c.document, entry.name, entry.network, c.coder, by_id[c.code].path)
            + (c.span.start, c.span.end, coded.text(c.document)[c.span.start : c.span.end])
            + (c.memo, c.origin, c.created)
        )
    columns = (
        "coding", "document", "name", "network", "coder", "code", "start", "end", "quotation",
        "memo", "origin", "created",
    )  # fmt: skip
    note = f"{len(rows)} codings. start, end: characters from 0, end not included."
    return Table("Codings", columns, tuple(rows), f"{note} {coded.note}".strip())
