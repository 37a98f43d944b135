"""From codings to the pieces of text on which coders agree or differ.

All documents are laid end to end. One sweep over the sorted ends of all codings cuts them into
pieces within which no coder's answer changes, so the cost follows the number of codings and
never the length of the texts. What overlaps or is there twice counts once by this alone.

Units (sentences, paragraphs, turns, documents) are pieces of length 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from tcncode.errors import SpanError, UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float64]

MOST_CODERS = 12
"""Patterns of answers double with each coder."""


@dataclass(frozen=True, slots=True)
class ComparedDocument:
    """A document in which codings are compared."""

    id: str
    length: int
    """Characters of the text, as Unicode code points."""
    name: str = ""
    network: str | None = None
    kind: str = "other"


@dataclass(frozen=True, slots=True)
class Line:
    """What one row of the results is about: a code, with the codes that count for it."""

    name: str
    codes: frozenset[int]
    """Numbers of codes, as in ``Places.code``."""
    top: bool = True
    """Whether it counts for all codes together; a sub-code's line does not, beside its parent's."""
    shown: bool = True
    """Whether it has results of its own; what is not shown still counts for all codes together."""


@dataclass(frozen=True, slots=True)
class Places:
    """Codings as columns of one length."""

    document: Ints
    """Number of the document."""
    coder: Ints
    code: Ints
    start: Ints
    """From the beginning of the document."""
    end: Ints

    @classmethod
    def of(cls, rows: Sequence[tuple[int, int, int, int, int]]) -> Places:
        """From rows of document, coder, code, start, end."""
        table = np.array(rows, dtype=np.int64).reshape(-1, 5).T
        return cls(*(np.ascontiguousarray(column) for column in table))

    def among(self, kept: Flags) -> Places:
        """Some of them."""
        columns = (self.document, self.coder, self.code, self.start, self.end)
        return Places(*(column[kept] for column in columns))


@dataclass(frozen=True, slots=True)
class Material:
    """What is compared: who coded what in which documents, and who finished them.

    Raises:
        UsageError: too many coders.
        SpanError: a coding is empty or outside its document.
    """

    documents: Sequence[ComparedDocument]
    coders: Sequence[str]
    """Coders, or groups of coders whose coding is the union."""
    lines: Sequence[Line]
    places: Places = field(repr=False)
    finished: Flags = field(repr=False)
    """Documents x coders. Who has not finished a document has no answer there; a coder who has
    and coded nothing has the answer no."""
    units: Places | None = field(default=None, repr=False)
    """Sentences, paragraphs, turns: ``document``, ``start``, ``end``. None: characters count."""
    groups: Mapping[int, Sequence[int]] | None = None
    """Number of a coder here -> numbers in ``Places.coder``; None: the same numbers."""
    back: tuple[Ints, Ints, Ints] | None = field(default=None, repr=False)
    """Where text was left out: each stretch that was kept begins here, and began there (both with
    the documents end to end); and the borders there."""
    single: Sequence[Line] = ()
    """Each code by itself, without those below it: what else a coder gave a passage."""

    def __post_init__(self) -> None:
        if len(self.coders) > MOST_CODERS:
            raise UsageError(
                f"{len(self.coders)} coders are too many at once: compare {MOST_CODERS} at most,"
                " or put them in groups."
            )
        p, lengths = self.places, self.lengths
        if len(p.start):
            wrong = (p.start < 0) | (p.start >= p.end) | (p.end > lengths[p.document])
            for at in np.flatnonzero(wrong)[:1]:
                raise SpanError(int(p.start[at]), int(p.end[at]), int(lengths[p.document[at]]))

    @property
    def shown(self) -> list[Line]:
        """The lines that have results of their own."""
        return [line for line in self.lines if line.shown]

    @property
    def lengths(self) -> Ints:
        """Characters of each document."""
        return np.array([d.length for d in self.documents], dtype=np.int64)

    @property
    def borders(self) -> Ints:
        """Where each document begins when they lie end to end, and where the last one ends."""
        return np.concatenate((np.zeros(1, np.int64), np.cumsum(self.lengths)))

    def without(self, left_out: Places) -> Material:
        """The same as if these stretches of text were not there: codings on them shrink or go."""
        if not len(left_out.start):
            return self
        shift = self.borders[left_out.document]
        gone = union(left_out.start + shift, left_out.end + shift)
        ends = self.borders
        lengths = self.lengths - covered(ends[:-1], ends[1:], *gone)
        documents = [
            replace(d, length=int(length))
            for d, length in zip(self.documents, lengths, strict=True)
        ]

        def shrunk(places: Places) -> Places:
            begins = ends[places.document]
            start, end = (
                at - covered(begins, begins + at, *gone) for at in (places.start, places.end)
            )
            return replace(places, start=start, end=end).among(start < end)

        kept = np.concatenate((np.zeros(1, np.int64), gone[1]))
        now = kept - covered(np.zeros_like(kept), kept, *gone)
        return replace(
            self,
            documents=documents,
            places=shrunk(self.places),
            units=None if self.units is None else shrunk(self.units),
            back=(now, kept, ends),
        )

    def there(self, document: int, start: int, end: int) -> tuple[int, int]:
        """A stretch of the documents end to end as a place in its document's whole text."""
        if self.back is None:
            shift = int(self.borders[document])
            return start - shift, end - shift
        now, kept, borders = self.back

        def back(place: int) -> int:
            at = int(np.searchsorted(now, place, side="right")) - 1
            return int(kept[at] + place - now[at] - borders[document])

        # The end may lie where text was left out: its last character says where it was.
        return back(start), back(end - 1) + 1

    def of(self, line: Line, coder: int) -> tuple[Ints, Ints]:
        """Starts and ends of one coder's codings that count for a line, documents end to end."""
        kept = self._by(coder) & _in(self.places.code, line.codes)
        return self._end_to_end(kept)

    def by(self, coder: int) -> tuple[Ints, Ints, Ints]:
        """Codes, starts and ends of all that one coder coded, documents end to end."""
        kept = self._by(coder)
        return self.places.code[kept], *self._end_to_end(kept)

    def _by(self, coder: int) -> Flags:
        """Which codings count as one coder's."""
        p = self.places
        members = [coder] if self.groups is None else self.groups[coder]
        kept: Flags = _in(p.coder, members) & self.finished[p.document, coder]
        return kept

    def _end_to_end(self, kept: Flags) -> tuple[Ints, Ints]:
        p = self.places
        shift = self.borders[p.document[kept]]
        return p.start[kept] + shift, p.end[kept] + shift


@dataclass(frozen=True, slots=True)
class Pieces:
    """Stretches of text, or units, within which no answer changes. Columns of one length."""

    document: Ints
    start: Ints
    """Documents lie end to end."""
    weight: Ints
    """Characters; 1 for a unit."""
    coded: tuple[tuple[Flags, ...], ...]
    """Line -> coder -> whether the piece is coded."""


def pieces(material: Material, lines: Sequence[Line]) -> Pieces:
    """Cut the documents, or take their units, and say of each piece who coded it."""
    spans = [[material.of(line, c) for c in range(len(material.coders))] for line in lines]
    if material.units is None:
        return _cut(material.borders, spans)
    shift = material.borders[material.units.document]
    start, end = material.units.start + shift, material.units.end + shift
    kept = end > start
    start, end, document = start[kept], end[kept], material.units.document[kept]
    coded = tuple(tuple(_touched(start, end, *s) for s in of_line) for of_line in spans)
    return Pieces(document, start, np.ones(len(start), np.int64), coded)


def _cut(borders: Ints, spans: Sequence[Sequence[tuple[Ints, Ints]]]) -> Pieces:
    """The sweep: sort all ends once, then keep count of each coder's open codings."""
    parts = [part for of_line in spans for pair in of_line for part in pair]
    at = np.concatenate([*parts, borders])
    order = np.argsort(at, kind="stable")
    at = at[order]
    weight = np.diff(at)
    kept = weight > 0
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    coded, first = [], 0
    for of_line in spans:
        row = []
        for start, _ in of_line:
            middle, last = first + len(start), first + 2 * len(start)
            step = np.zeros(len(at), np.int32)
            step[rank[first:middle]] = 1
            step[rank[middle:last]] = -1
            row.append((np.cumsum(step)[:-1] > 0)[kept])
            first = last
        coded.append(tuple(row))
    start = at[:-1][kept]
    # The last document that begins here: those before it that begin here too have no text.
    document = np.searchsorted(borders, start, side="right") - 1
    return Pieces(document, start, weight[kept], tuple(coded))


def _touched(start: Ints, end: Ints, span_start: Ints, span_end: Ints) -> Flags:
    """Whether each unit has a coded character; units may lie inside one another."""
    starts, ends = union(span_start, span_end)
    begun = np.searchsorted(starts, end, side="left")
    over = np.searchsorted(ends, start, side="right")
    touched: Flags = begun > over
    return touched


def union(start: Ints, end: Ints, *, touching: bool = True) -> tuple[Ints, Ints]:
    """Intervals with overlaps joined, and neighbours that touch too unless told otherwise."""
    if not (start[1:] > start[:-1]).all():
        order = np.lexsort((end, start))
        start, end = start[order], end[order]
    reach = np.maximum.accumulate(end) if len(end) else end
    fresh = np.ones(len(start), np.bool_)
    fresh[1:] = start[1:] > reach[:-1] if touching else start[1:] >= reach[:-1]
    if not len(end):
        return start, end
    last = np.append(np.flatnonzero(fresh)[1:] - 1, len(end) - 1)
    return start[fresh], reach[last]


def covered(start: Ints, end: Ints, span_start: Ints, span_end: Ints) -> Ints:
    """How many characters of each interval the spans cover."""
    starts, ends = union(span_start, span_end)
    if not len(starts):
        return np.zeros(len(start), np.int64)
    before = np.concatenate((np.zeros(1, np.int64), np.cumsum(ends - starts)))

    def up_to(place: Ints) -> Ints:
        at = np.searchsorted(starts, place, side="right")
        last = np.maximum(at - 1, 0)
        inside = np.where(at > 0, np.maximum(ends[last] - place, 0), 0)
        return np.asarray(before[at] - inside)

    return up_to(end) - up_to(start)


def patterns(found: Pieces, line: int, documents: int) -> Ints:
    """How much of each document has each pattern of answers: documents x 2 ** coders.

    Bit ``c`` of a pattern is coder ``c``'s answer.
    """
    coded = found.coded[line]
    pattern = sum((flags.astype(np.int64) << c for c, flags in enumerate(coded)), np.int64(0))
    cells = np.bincount(
        found.document * 2 ** len(coded) + pattern,
        weights=found.weight,
        minlength=documents * 2 ** len(coded),
    )
    # Sums in double precision are exact to 2**53 characters.
    return cells.astype(np.int64).reshape(documents, 2 ** len(coded))


def _in(column: Ints, wanted: Iterable[int]) -> Flags:
    """Whether each value is one of a few small numbers."""
    values = list(wanted)
    if len(values) == 1:
        same: Flags = column == values[0]
        return same
    table = np.zeros(max([*values, *column.max(initial=0, keepdims=True)]) + 1, np.bool_)
    table[values] = True
    return table[column]
