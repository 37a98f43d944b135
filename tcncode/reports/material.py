"""What reports count: codings as columns, and the documents they were looked for in.

All documents are laid end to end, with one character between each two, so that one sweep over
all codings counts them all and no passage reaches from one document into the next. The cost
follows the number of codings, not the length of the texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from tcncode.agreement.intervals import covered, union
from tcncode.model import Codebook, DocumentEntry
from tcncode.reports.choosing import NO_PURPOSE, Filters
from tcncode.reports.words import Words

if TYPE_CHECKING:
    from tcncode.agreement.intervals import Flags, Ints

Row = Sequence[Any]
"""Document, coder, code, start, end of a coding; ids, names and offsets."""


@dataclass(frozen=True)
class Line:
    """What one row of a table is about: some codes, counted as one."""

    name: str
    codes: frozenset[int]
    """Numbers of codes in the codebook."""


@dataclass(frozen=True)
class Material:
    """Codings that count, as columns of one length, by place; see ``gathered``."""

    documents: Sequence[DocumentEntry]
    """Those in question, with or without codings."""
    codebook: Codebook
    coders: Sequence[str]
    """By number."""
    text: Callable[[str], str] = field(repr=False)
    """Document id -> its text."""
    borders: Ints = field(repr=False)
    """Where each document begins, and where the one after the last would."""
    document: Ints = field(repr=False)
    """Number of each coding's document."""
    coder: Ints = field(repr=False)
    code: Ints = field(repr=False)
    start: Ints = field(repr=False)
    """Documents end to end."""
    end: Ints = field(repr=False)
    worked: Flags = field(repr=False)
    """Documents x coders: who has a coding there or has finished; the majority is of these."""
    facts: Mapping[str, tuple[Sequence[str], Ints]] = field(default_factory=dict, repr=False)
    """``origin`` or ``day`` -> its values, and the number of each coding's; where asked for."""
    filters: Filters = field(default_factory=Filters)
    note: str = ""
    """Coders, filters and codebook version, for the tables' notes."""
    kept: tuple[Ints, Ints] | None = field(default=None, repr=False)
    """The text that counts; None: all of it."""
    _joined: dict[frozenset[int], tuple[Ints, Ints]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def below(self) -> str | None:
        """The path that tables show, with what is below it; None: all codes."""
        return self.filters.code

    def shows(self, path: str) -> bool:
        """Whether a table shows the code with this path."""
        return self.below is None or path == self.below or path.startswith(self.below + "/")

    @cached_property
    def words(self) -> Words:
        """The words of the documents that have codings; of all where text was left out."""
        if self.kept is None:
            needed = np.unique(self.document).tolist()
        else:
            needed = list(range(len(self.documents)))
        borders = self.borders.tolist()
        return Words((borders[n], self.text(self.documents[n].id)) for n in needed)

    @cached_property
    def lengths(self) -> Ints:
        """Words of each document, as far as its text counts."""
        if self.kept is None:
            return np.array([d.words for d in self.documents], np.int64)
        return self.per_document(self.kept[0], self.words.counts(*self.kept))

    @cached_property
    def whole(self) -> tuple[Ints, Ints]:
        """The text that counts; the whole documents where nothing was left out."""
        if self.kept is not None:
            return self.kept
        start, end = self.borders[:-1], self.borders[1:] - 1
        return start[end > start], end[end > start]

    @property
    def everything(self) -> tuple[Ints, Ints]:
        """All text that any code covers."""
        return self.stretches(self.all_codes)

    @cached_property
    def all_codes(self) -> frozenset[int]:
        """Numbers of all codes that have codings here."""
        return frozenset(np.unique(self.code).tolist())

    def of(self, codes: Iterable[int]) -> Flags:
        """Which codings have one of these codes."""
        wanted = np.zeros(len(self.codebook.codes) + 1, np.bool_)
        wanted[list(codes)] = True
        chosen: Flags = wanted[self.code]
        return chosen

    def stretches(self, codes: frozenset[int]) -> tuple[Ints, Ints]:
        """The text that counts as coded with any of these codes: each character once.

        Passages that overlap are joined; passages that only touch stay two.
        """
        codes = codes & self.all_codes
        if codes not in self._joined:
            chosen = self.of(codes)
            if self.filters.combine == "majority":
                found = self._majority(chosen)
            else:
                found = joined(self.start[chosen], self.end[chosen])
            self._joined[codes] = found if self.kept is None else both(found, self.kept)
        return self._joined[codes]

    def _majority(self, chosen: Flags) -> tuple[Ints, Ints]:
        """Where more than half of those who worked on the document coded one of the codes."""
        parts = [
            joined(self.start[own], self.end[own])
            for own in (chosen & (self.coder == n) for n in range(len(self.coders)))
        ]
        needed = self.worked.sum(axis=1) // 2 + 1
        return at_least(parts, self.borders, needed)

    def number_of(self, place: Ints) -> Ints:
        """The document that each place lies in."""
        found: Ints = np.searchsorted(self.borders, place, side="right") - 1
        return found

    def per_document(self, place: Ints, weight: Ints | None = None) -> Ints:
        """Sums by document, length ``n_documents``; without weights, how many."""
        sums = np.bincount(self.number_of(place), weight, minlength=len(self.documents))
        # Sums in double precision are exact to 2**53.
        return sums.astype(np.int64)

    def lines(self, *, sub_codes: bool) -> list[Line]:
        """Lines of a table of codes: top codes always, as a zero is a finding; sub-codes where
        used, if wanted. A code brings all that is below it."""
        codes = self.codebook.codes
        used = {codes[n].path for n in self.all_codes}
        found = []
        for code in codes:
            if not self.shows(code.path) or not (sub_codes or code.depth == 0 or
                                                 code.path == self.below):  # fmt: skip
                continue
            under = {n for n, c in enumerate(codes)
                     if c.path == code.path or c.path.startswith(code.path + "/")}  # fmt: skip
            if code.depth and code.path != self.below and not used & {codes[n].path for n in under}:
                continue
            found.append(Line(code.path, frozenset(under)))
        return found

    def purposes(self) -> list[Line]:
        """Lines of a table of purposes, in the codebook's order."""
        codes = [(n, c) for n, c in enumerate(self.codebook.codes) if self.shows(c.path)]
        by_purpose: dict[str, set[int]] = {}
        for n, code in codes:
            by_purpose.setdefault(code.purpose or NO_PURPOSE, set()).add(n)
        named = [p for p in self.codebook.purposes or by_purpose if p != NO_PURPOSE]
        if self.below is not None:
            named = [p for p in named if p in by_purpose]
        if by_purpose.get(NO_PURPOSE, set()) & self.all_codes:
            named.append(NO_PURPOSE)
        return [Line(p, frozenset(by_purpose.get(p, ()))) for p in named]

    def limited(self, kept: tuple[Ints, Ints]) -> Material:
        """The same where only some text counts: codings that do not touch it are gone."""
        if self.kept is not None:
            kept = both(kept, self.kept)
        touched = covered(self.start, self.end, *kept) > 0
        return replace(self.among(touched), kept=kept)

    def among(self, chosen: Flags) -> Material:
        """The same with some of the codings."""
        columns = ("document", "coder", "code", "start", "end")
        less = {name: getattr(self, name)[chosen] for name in columns}
        facts = {name: (values, at[chosen]) for name, (values, at) in self.facts.items()}
        return replace(self, **less, facts=facts, _joined={})


def gathered(
    rows: Sequence[Row],
    documents: Sequence[DocumentEntry],
    codebook: Codebook,
    text: Callable[[str], str],
    *,
    filters: Filters | None = None,
    said: str = "",
    finished: Iterable[tuple[str, str]] = (),
) -> Material:
    """Material from rows; those of other documents, coders, codes or origins are left out.

    Args:
        rows: document, coder, code, start, end; then origin if the filters ask for one; then
            the day it was made, if wanted as a fact.
        filters: as asked, but with the names of all coders that count; none: all there are.
        said: what the tables' notes say behind coders and filters.
        finished: document and coder, for whom "coded nothing" is an answer to a majority.
    """
    filters = filters or Filters()
    columns = list(zip(*rows, strict=True)) or [()] * 7
    at = {entry.id: n for n, entry in enumerate(documents)}
    names = filters.coders or tuple(sorted(set(columns[1])))
    who = {coder: n for n, coder in enumerate(names)}
    book = {code.id: n for n, code in enumerate(codebook.codes)}
    numbers = [
        _numbers(known, column) for known, column in zip((at, who, book), columns, strict=False)
    ]
    counted = (numbers[0] >= 0) & (numbers[1] >= 0) & (numbers[2] >= 0)
    worked = np.zeros((len(documents), len(names)), np.bool_)
    worked[numbers[0][counted], numbers[1][counted]] = True
    for key, name in finished:
        if key in at and name in who:
            worked[at[key], who[name]] = True
    if filters.origin is not None:
        fits = {origin: filters.counts_origin(origin) for origin in set(columns[5])}
        counted &= np.fromiter(map(fits.__getitem__, columns[5]), np.bool_, len(counted))
    borders = np.zeros(len(documents) + 1, np.int64)
    np.cumsum([entry.characters + 1 for entry in documents], out=borders[1:])
    shift = borders[numbers[0]]
    numbers += [np.fromiter(column, np.int64, len(counted)) + shift for column in columns[3:5]]
    facts = {}
    for name, column in zip(("origin", "day"), columns[5:], strict=False):
        values = sorted(set(column) - {None})
        facts[name] = (values, _numbers({v: n for n, v in enumerate(values)}, column))
    order = np.flatnonzero(counted)
    order = order[np.lexsort([numbers[n][order] for n in (1, 4, 3)])]
    document, coder, code, start, end = (column[order] for column in numbers)
    there = [names[n] for n in np.unique(coder).tolist()]
    return Material(
        documents, codebook, names, text, borders, document, coder, code, start, end, worked,
        {name: (values, of[order]) for name, (values, of) in facts.items()},
        filters, f"{filters.words(there)} {said}".strip(),
    )  # fmt: skip


def _numbers(known: Mapping[str, int], column: Sequence[str]) -> Ints:
    """Names as numbers, -1 for those not known."""
    get = known.get
    return np.fromiter((get(name, -1) for name in column), np.int64, len(column))


def joined(start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Overlaps joined; what only touches stays two. ``start`` is in order already."""
    if not len(start):
        return start, end
    reach = np.maximum.accumulate(end)
    first = np.flatnonzero(np.concatenate((np.ones(1, np.bool_), start[1:] >= reach[:-1])))
    last = np.append(first[1:], len(start)) - 1
    return start[first], reach[last]


def both(one: tuple[Ints, Ints], other: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """The text that two sets of stretches share; each set in order, without overlaps."""
    (a, b), (c, d) = one, other
    if not len(a) or not len(c):
        return a[:0], b[:0]
    first = np.searchsorted(d, a, side="right")
    count = np.maximum(np.searchsorted(c, b, side="left") - first, 0)
    mine = np.repeat(np.arange(len(a)), count)
    offset = np.arange(len(mine)) - np.repeat(np.cumsum(count) - count, count)
    theirs = first[mine] + offset
    return np.maximum(a[mine], c[theirs]), np.minimum(b[mine], d[theirs])


def without(one: tuple[Ints, Ints], other: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """The text of the first that is not in the second; each set in order, without overlaps."""
    (a, b), (c, d) = one, union(*other)
    if not len(a) or not len(c):
        return a, b
    # Between the ends of all that is left out, as far as it lies in the first.
    low = np.concatenate((np.minimum(a[:1], c[:1]), d))
    high = np.concatenate((c, np.maximum(b[-1:], d[-1:])))
    real = high > low
    return both(one, (low[real], high[real]))


def at_least(parts: Sequence[tuple[Ints, Ints]], borders: Ints, needed: Ints) -> tuple[Ints, Ints]:
    """The text that as many parts cover as their document needs. Neighbours are joined."""
    starts = np.concatenate([part[0] for part in parts]) if parts else np.zeros(0, np.int64)
    ends = np.concatenate([part[1] for part in parts]) if parts else np.zeros(0, np.int64)
    at = np.concatenate((starts, ends))
    if not len(at):
        return starts, ends
    step = np.ones(len(at), np.int64)
    step[len(starts) :] = -1
    order = np.argsort(at, kind="stable")
    at, depth = at[order], np.cumsum(step[order])
    low, high, depth = at[:-1], at[1:], depth[:-1]
    enough = needed[np.searchsorted(borders, low, side="right") - 1]
    kept = (high > low) & (depth >= enough) & (depth > 0)
    return union(low[kept], high[kept])
