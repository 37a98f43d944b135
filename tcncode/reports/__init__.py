"""Codings -> tables: frequencies, networks, purposes, coders, quotations.

Pure: what is counted comes in as a ``Coded``; nothing is read or written here.

How things are counted, in every table:

- ``codings`` counts each coder's codings. A code counts those of its sub-codes too, but one
  coder's coding of one span once, whether it stands at the code, a sub-code, or both.
- ``documents`` counts the documents with at least one of these codings.
- ``characters`` and ``words`` count the text covered at least once, so that two coders on one
  passage count once. A word counts when any part of it is covered.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tcncode.model import PURPOSES, Assignment, Codebook, Coding, DocumentEntry, Table, merged
from tcncode.text.segments import covered_word_count

NO_NETWORK = "(none)"
"""What tables call the network of documents that belong to none."""
NO_PURPOSE = "(none)"
"""What tables call the purpose of codes that have none."""


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


def _with_parents(codebook: Codebook) -> dict[str, list[str]]:
    """Code id -> the paths that its codings count for: those above it, and its own."""
    return {
        code.id: ["/".join(code.path.split("/")[: n + 1]) for n in range(code.depth + 1)]
        for code in codebook.codes
    }


def _tallies(
    coded: Coded, group_of: Callable[[Coding], Any], counts_for: Mapping[str, Sequence[str]]
) -> tuple[dict[tuple[Any, str], _Tally], dict[Any, _Tally]]:
    """Tallies by (group, what a code id counts for), and by group over all codes."""
    by_label: defaultdict[tuple[Any, str], _Tally] = defaultdict(_Tally)
    overall: defaultdict[Any, _Tally] = defaultdict(_Tally)
    for coding in coded.codings:
        group = group_of(coding)
        overall[group].add(coding)
        for label in counts_for.get(coding.code, ()):
            by_label[group, label].add(coding)
    return dict(by_label), dict(overall)


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
    by_code, overall = _tallies(coded, lambda _: None, _with_parents(coded.codebook))
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
    above = _with_parents(coded.codebook)
    used = {path for coding in coded.codings for path in above.get(coding.code, ())}
    paths = _shown_codes(coded, used, sub_codes=sub_codes)
    rows = _by_network(coded, above, paths)
    columns = ("network", "code", *_BY_NETWORK)
    return Table("Networks x functions", columns, rows, _note(coded, _BY_NETWORK_NOTE))


def purposes(coded: Coded) -> Table:
    """What each network's functions are for: one row a network and purpose.

    Returns:
        ``network``, ``purpose``, then the columns of ``networks``. A passage that one coder
        coded with two functions of one purpose counts once there.
    """
    of_code = {code.id: [code.purpose or NO_PURPOSE] for code in coded.codebook.codes}
    shown = list(coded.codebook.purposes or PURPOSES)
    if any(of_code.get(coding.code) == [NO_PURPOSE] for coding in coded.codings):
        shown.append(NO_PURPOSE)
    if coded.below is not None:
        kept = {of_code[code.id][0] for code in coded.codebook.under(coded.below)}
        shown = [purpose for purpose in shown if purpose in kept]
        of_code = {code.id: of_code[code.id] for code in coded.codebook.under(coded.below)}
    rows = _by_network(coded, of_code, shown)
    columns = ("network", "purpose", *_BY_NETWORK)
    more = "; a passage with two functions of one purpose counts once there"
    note = _note(coded, _BY_NETWORK_NOTE + more)
    return Table("Networks x purposes", columns, rows, note)


_BY_NETWORK = (
    "codings", "documents", "characters", "words", "share", "share_of_network", "per_1000_words",
)  # fmt: skip
_BY_NETWORK_NOTE = (
    "; share_of_network: words / the network's coded words; per_1000_words: codings per"
    " 1,000 words of its documents"
)


def _by_network(
    coded: Coded, counts_for: Mapping[str, Sequence[str]], labels: Sequence[str]
) -> tuple[tuple[Any, ...], ...]:
    """A row a network and label, with the columns of ``_BY_NETWORK``."""
    network_of = {key: d.network or NO_NETWORK for key, d in coded.documents.items()}
    by_label, overall = _tallies(coded, lambda c: network_of[c.document], counts_for)
    own = {network: tally.count(coded.text) for network, tally in overall.items()}
    # A document belongs to one network, so the networks' words add up.
    whole = sum(count.words for count in own.values())
    words_of: defaultdict[str, int] = defaultdict(int)
    for key, entry in coded.documents.items():
        words_of[network_of[key]] += entry.words
    rows = []
    for network in sorted(words_of):
        own_words = own[network].words if network in own else 0
        for label in labels:
            c = by_label.get((network, label), _Tally()).count(coded.text)
            rate = _share(1000 * c.codings, words_of[network])
            rows.append(
                (network, label, c.codings, c.documents, c.characters, c.words)
                + (_share(c.words, whole), _share(c.words, own_words), rate)
            )
    return tuple(rows)


def coders(coded: Coded, assignments: Sequence[Assignment] = ()) -> Table:
    """How far each coder has come.

    Args:
        assignments: who is to code what, or has finished it; of these coders and documents.

    Returns:
        ``coder``, ``documents`` (with at least one of their codings), ``finished`` and
        ``assigned`` (documents), ``of`` (documents in question), ``share_of_documents``
        (documents / of, 0 to 1), ``codings``, ``words`` (covered at least once),
        ``from_suggestions`` (codings that began as one), ``last`` (the day of the last).
    """
    asked = [a for a in assignments if a.document in coded.documents]
    finished = Counter(a.coder for a in asked if a.finished)
    assigned = Counter(a.coder for a in asked if a.assigned)
    counts_for = {code.id: [code.id] for code in coded.codebook.codes if coded.shows(code.path)}
    kept = replace(coded, codings=[c for c in coded.codings if c.code in counts_for])
    _, overall = _tallies(kept, lambda c: c.coder, {})
    suggested = Counter(c.coder for c in kept.codings if c.origin == "suggestion")
    total = Counter(c.coder for c in kept.codings)
    last: defaultdict[str, str] = defaultdict(str)
    for coding in kept.codings:
        last[coding.coder] = max(last[coding.coder], coding.created[:10])
    of = len(coded.documents)
    rows = []
    for coder in sorted({*overall, *finished, *assigned}):
        c = overall.get(coder, _Tally()).count(coded.text)
        rows.append(
            (coder, c.documents, finished[coder], assigned[coder], of, _share(c.documents, of))
            + (total[coder], c.words, suggested[coder], last[coder] or None)
        )
    columns = (
        "coder", "documents", "finished", "assigned", "of", "share_of_documents",
        "codings", "words", "from_suggestions", "last",
    )  # fmt: skip
    told = (
        "documents: with at least one coding; finished, assigned: documents; of: documents in"
        " question; share_of_documents: documents / of; codings: each one made;"
        " words: covered at least once; from_suggestions: codings that began as one; last: the"
        f" day of the last coding. n = {len(kept.codings)} codings. {coded.note}"
    )
    return Table("Coders", columns, tuple(rows), told.strip())


def matrix(table: Table, *, value: str) -> Table:
    """A long table as a matrix: rows by its first column, columns by its second.

    Args:
        value: the column to put into the cells, of ``networks`` or ``purposes``.
    """
    at = table.columns.index(value)
    across = list(dict.fromkeys(row[1] for row in table.rows))
    cells = {(row[0], row[1]): row[at] for row in table.rows}
    rows = tuple(
        (network, *(cells[network, label] for label in across))
        for network in dict.fromkeys(row[0] for row in table.rows)
    )
    return Table(f"{table.title}: {value}", (table.columns[0], *across), rows, table.note)


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
