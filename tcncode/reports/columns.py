"""Codings as columns of numbers: a million are sorted and summed in fractions of a second."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tcncode.agreement.intervals import Ints

Row = Sequence[Any]
"""Document, coder, code, start, end of a coding; ids, names and offsets. Then, where wanted, its
origin and the day it was made."""
ORIGINS = ("by hand", "suggestion", "imported", "settled")
PACKED = (22, 10, 7)
"""Bits of a coding as one number: its length, its code's number, its coder's number."""


@dataclass(frozen=True)
class Columns:
    """Codings as they are kept, as columns of one length."""

    documents: Sequence[str]
    """Ids, by number."""
    coders: Sequence[str]
    codes: Sequence[str]
    document: Ints = field(repr=False)
    coder: Ints = field(repr=False)
    code: Ints = field(repr=False)
    start: Ints = field(repr=False)
    """From the beginning of the document."""
    end: Ints = field(repr=False)
    facts: Mapping[str, tuple[Sequence[str], Ints]] = field(default_factory=dict, repr=False)
    """``origin`` or ``day`` -> its values, and the number of each coding's."""

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Columns:
        """From rows."""
        columns = list(zip(*rows, strict=True)) or [()] * 7
        (documents, document), (coders, coder), (codes, code) = map(_numbered, columns[:3])
        start, end = (np.fromiter(column, np.int64, len(rows)) for column in columns[3:5])
        facts = dict(zip(("origin", "day"), map(_numbered, columns[5:]), strict=False))
        return cls(documents, coders, codes, document, coder, code, start, end, facts)

    @classmethod
    def unpacked(
        cls,
        groups: Sequence[Sequence[str]],
        codes: Mapping[int, str],
        coders: Mapping[int, str],
    ) -> Columns:
        """From numbers that hold ``PACKED`` bits, joined by commas.

        Args:
            groups: document and its codings; then, if wanted, their origins and days, as
                ``store.packed_places`` makes them.
            codes: by number; so ``coders``.
        """
        packed = numbers_in(group[1] for group in groups)
        for_length, for_code, for_coder = PACKED
        coder, packed = packed & (2**for_coder - 1), packed >> for_coder
        code, packed = packed & (2**for_code - 1), packed >> for_code
        length, start = packed & (2**for_length - 1), packed >> for_length
        document = np.repeat(np.arange(len(groups)), [g[1].count(",") + 1 for g in groups])
        facts: dict[str, tuple[Sequence[str], Ints]] = {}
        if not groups or len(groups[0]) > 2:  # of no codings at all the facts are empty, too
            origin, day = np.divmod(numbers_in(group[2] for group in groups), 10**8)
            known = np.unique(day)
            day = np.searchsorted(known, day)
            days = [f"{n // 10_000}-{n // 100 % 100:02}-{n % 100:02}" for n in known.tolist()]
            facts = {"origin": (ORIGINS, origin), "day": (days, day)}
        return cls(
            [group[0] for group in groups], _by_number(coders), _by_number(codes),
            document, coder, code, start, start + length, facts,
        )  # fmt: skip

    def open_to(self, me: str, hidden: Iterable[str]) -> Columns:
        """Without others' codings in some documents."""
        shut = set(hidden)
        in_shut = np.array([name in shut for name in self.documents] + [False], np.bool_)
        mine = np.array([name == me for name in self.coders] + [False], np.bool_)
        kept = ~in_shut[self.document] | mine[self.coder]
        return Columns(
            self.documents, self.coders, self.codes,
            self.document[kept], self.coder[kept], self.code[kept],
            self.start[kept], self.end[kept],
            {name: (values, of[kept]) for name, (values, of) in self.facts.items()},
        )  # fmt: skip


@dataclass(frozen=True)
class Segments:
    """Segments of one kind in all documents, as columns of one length."""

    documents: Sequence[str]
    """Ids, by number."""
    document: Ints
    start: Ints
    """From the beginning of the document."""
    end: Ints

    @classmethod
    def unpacked(cls, groups: Sequence[Sequence[str]]) -> Segments:
        """From documents, and starts and ends joined by commas."""
        document = np.repeat(np.arange(len(groups)), [g[1].count(",") + 1 for g in groups])
        start, end = (numbers_in(group[n] for group in groups) for n in (1, 2))
        return cls([group[0] for group in groups], document, start, end)


def numbers_in(parts: Iterable[str]) -> Ints:
    """Numbers joined by commas, in each of some texts."""
    joint = ",".join(parts)
    return np.fromstring(joint, np.int64, sep=",") if joint else np.zeros(0, np.int64)


def renumbered(numbers: Ints, names: Sequence[str], wanted: Mapping[str, int]) -> Ints:
    """Numbers of names as other numbers of them, -1 for names that are not wanted."""
    # One more, so that there is something to take from where nothing is.
    found: Ints = np.array([wanted.get(name, -1) for name in names] + [-1], np.int64)[numbers]
    return found


def _numbered(column: Sequence[str | None]) -> tuple[list[str], Ints]:
    """The values of a column in order, and the number of each; -1 for None."""
    values = sorted({value for value in column if value is not None})
    known: dict[str | None, int] = {value: n for n, value in enumerate(values)}
    return values, np.fromiter((known.get(v, -1) for v in column), np.int64, len(column))


def _by_number(names: Mapping[int, str]) -> list[str]:
    return [names.get(n, "") for n in range(max(names, default=0) + 1)]


def by_place(start: Ints, end: Ints, coder: Ints) -> Ints:
    """The order of codings by start, end and coder."""
    bits = [int(column.max(initial=0)).bit_length() for column in (start, end - start, coder)]
    if sum(bits) > 62:
        return np.lexsort((coder, end, start))
    # One sort of one number is several times faster than one of three.
    key = (((start << bits[1]) | (end - start)) << bits[2]) | coder
    return np.argsort(key, kind="stable")


def in_order(values: Ints) -> Ints:
    """The order of some numbers from 0 up; equal ones stay as they stand."""
    # Of two bytes or less they are sorted digit by digit, in a tenth of the time.
    return np.argsort(values.astype(np.min_scalar_type(values.max(initial=0))), kind="stable")
