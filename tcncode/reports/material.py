"""What reports count: codings as columns, and the documents they were looked for in.

All documents are laid end to end, with one character between each two, so that one sweep over
all codings counts them all and no passage reaches from one document into the next. The cost
follows the number of codings, not the length of the texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np

from tcncode.model import PURPOSES, Codebook, DocumentEntry
from tcncode.reports.choosing import NO_PURPOSE, Filters
from tcncode.reports.columns import Columns, Segments, by_place, renumbered
from tcncode.reports.stretches import at_least, both, joined, touching
from tcncode.reports.words import Words

if TYPE_CHECKING:
    from tcncode.agreement.intervals import Flags, Ints


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
    texts: Callable[[Sequence[str]], Iterable[str]] = field(repr=False)
    """Document ids -> their texts in this order: many in less time than one by one."""
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
    _cut: dict[frozenset[int], tuple[Ints, Ints]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def told(self) -> str:
        """The note; where nothing fits, it says so first."""
        if not self.documents:
            return f"No document fits. {self.note}"
        if not len(self.start):
            return f"No coding fits. {self.note}"
        return self.note

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
        needed = (self.coded if self.kept is None else np.arange(len(self.documents))).tolist()
        borders = self.borders.tolist()
        texts = self.texts([self.documents[n].id for n in needed])
        return Words(borders[-1], zip([borders[n] for n in needed], texts, strict=True))

    @cached_property
    def coded(self) -> Ints:
        """Numbers of the documents that have codings, in order."""
        return np.flatnonzero(np.bincount(self.document))

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
        return frozenset(np.flatnonzero(np.bincount(self.code)).tolist())

    def of(self, codes: Iterable[int]) -> Flags:
        """Which codings have one of these codes."""
        wanted = np.zeros(len(self.codebook.codes) + 1, np.bool_)
        wanted[list(codes)] = True
        chosen: Flags = wanted[self.code]
        return chosen

    def stretches(self, codes: frozenset[int]) -> tuple[Ints, Ints]:
        """The text that counts as coded with any of these codes: each character once.

        Passages that overlap are joined; passages that only touch stay two. Where text is left
        out, these are the parts that stay: of one passage there may be several.
        """
        if self.kept is None:
            return self.passages(codes)
        codes = codes & self.all_codes
        if codes not in self._cut:
            self._cut[codes] = both(self.passages(codes), self.kept)
        return self._cut[codes]

    def passages(self, codes: frozenset[int]) -> tuple[Ints, Ints]:
        """Likewise, but whole: also with the text that is left out, if any of theirs counts."""
        codes = codes & self.all_codes
        if codes not in self._joined:
            chosen = self.of(codes)
            if self.filters.combine == "majority":
                start, end = self._majority(chosen)
            else:
                start, end = joined(self.start[chosen], self.end[chosen])
            if self.kept is not None:
                touched = touching(start, end, *self.kept)
                start, end = start[touched], end[touched]
            self._joined[codes] = start, end
        return self._joined[codes]

    def carriers(self, codes: frozenset[int]) -> list[int]:
        """Numbers of the documents that have a passage with any of these codes, in order."""
        found: list[int] = np.flatnonzero(self.per_document(self.passages(codes)[0])).tolist()
        return found

    def _majority(self, chosen: Flags) -> tuple[Ints, Ints]:
        """Where more than half of those who worked on the document coded one of the codes."""
        parts = [
            joined(self.start[own], self.end[own])
            for own in (chosen & (self.coder == n) for n in range(len(self.coders)))
        ]
        needed = self.worked.sum(axis=1) // 2 + 1
        return at_least(parts, self.borders, needed)

    def number_of(self, place: Ints) -> Ints:
        """The document that each place lies in; places in order."""
        return np.repeat(
            np.arange(len(self.documents)), np.diff(np.searchsorted(place, self.borders))
        )

    def per_document(self, place: Ints, weight: Ints | None = None) -> Ints:
        """Sums by document, length ``n_documents``; without weights, how many. Places in order."""
        at = np.searchsorted(place, self.borders)
        if weight is None:
            return np.diff(at)
        before = np.concatenate((np.zeros(1, np.int64), np.cumsum(weight)))
        found: Ints = np.diff(before[at])
        return found

    def laid_out(self, segments: Segments) -> tuple[Ints, Ints, Ints]:
        """Starts and ends of segments, documents end to end and in order, and their documents."""
        at = {entry.id: n for n, entry in enumerate(self.documents)}
        document = renumbered(segments.document, segments.documents, at)
        known = np.flatnonzero(document >= 0)
        shift = self.borders[document[known]]
        start, end = segments.start[known] + shift, segments.end[known] + shift
        order = np.argsort(start, kind="stable")
        return start[order], end[order], document[known][order]

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
        named = dict.fromkeys([*(self.codebook.purposes or PURPOSES), *by_purpose])
        named.pop(NO_PURPOSE, None)
        shown = [p for p in named if self.below is None or p in by_purpose]
        if by_purpose.get(NO_PURPOSE, set()) & self.all_codes:
            shown.append(NO_PURPOSE)
        return [Line(p, frozenset(by_purpose.get(p, ()))) for p in shown]

    def limited(self, kept: tuple[Ints, Ints]) -> Material:
        """The same where only some text counts: codings that do not touch it are gone."""
        if self.kept is not None:
            kept = both(kept, self.kept)
        touched = touching(self.start, self.end, *kept)
        return replace(self.among(touched), kept=kept)

    def among(self, chosen: Flags) -> Material:
        """The same with some of the codings."""
        columns = ("document", "coder", "code", "start", "end")
        less = {name: getattr(self, name)[chosen] for name in columns}
        facts = {name: (values, at[chosen]) for name, (values, at) in self.facts.items()}
        return replace(self, **less, facts=facts, _joined={}, _cut={})


def gathered(
    columns: Columns,
    documents: Sequence[DocumentEntry],
    codebook: Codebook,
    text: Callable[[str], str],
    *,
    filters: Filters | None = None,
    said: str = "",
    finished: Iterable[tuple[str, str]] = (),
    texts: Callable[[Sequence[str]], Iterable[str]] | None = None,
) -> Material:
    """Material from columns; codings of other documents, coders, codes or origins are left out.

    Args:
        columns: with the fact ``origin``, if the filters ask for one.
        filters: as asked, but with the names of all coders that count; none: all there are.
        said: what the tables' notes say behind coders and filters.
        finished: document and coder, for whom "coded nothing" is an answer to a majority.
        texts: document ids -> their texts, where that is quicker than ``text`` one by one.
    """
    filters = filters or Filters()
    at = {entry.id: n for n, entry in enumerate(documents)}
    names = filters.coders or tuple(columns.coders)
    who = {coder: n for n, coder in enumerate(names)}
    book = {code.id: n for n, code in enumerate(codebook.codes)}
    document = renumbered(columns.document, columns.documents, at)
    coder = renumbered(columns.coder, columns.coders, who)
    code = renumbered(columns.code, columns.codes, book)
    counted = (document >= 0) & (coder >= 0) & (code >= 0)
    people = len(names)
    both = (document * people + coder)[counted]
    worked = np.bincount(both, minlength=len(documents) * people) > 0
    worked = worked.reshape(len(documents), people)
    for key, name in finished:
        if key in at and name in who:
            worked[at[key], who[name]] = True
    if filters.origin is not None:
        values, of = columns.facts["origin"]
        counted &= np.array([*map(filters.counts_origin, values), False], np.bool_)[of]
    borders = np.zeros(len(documents) + 1, np.int64)
    np.cumsum([entry.characters + 1 for entry in documents], out=borders[1:])
    # A slice of everything copies nothing: mostly all codings count, and stand in order.
    kept: Ints | slice = slice(None) if counted.all() else np.flatnonzero(counted)
    document, coder, code = document[kept], coder[kept], code[kept]
    shift = borders[document]
    start, end = columns.start[kept] + shift, columns.end[kept] + shift
    places = by_place(start, end, coder)
    order: Ints | slice = slice(None) if (places[1:] > places[:-1]).all() else places
    if filters.combine == "majority":
        alone = int(np.count_nonzero(worked.sum(axis=1) == 1))
        if alone:
            said = f"Documents where that is one coder alone: {alone}. {said}"
    there = [names[n] for n in np.flatnonzero(np.bincount(coder)).tolist()]
    return Material(
        documents, codebook, names, text, texts or partial(map, text), borders,
        document[order], coder[order], code[order], start[order], end[order], worked,
        {name: (values, of[kept][order]) for name, (values, of) in columns.facts.items()},
        filters, f"{filters.words(there)} {said}".strip(),
    )  # fmt: skip
