"""Krippendorff's coefficients for units with boundaries: u-alpha, |u-alpha, cu-alpha, (k)u-alpha.

Each coder cuts the continuum (the texts, end to end; no unit reaches over a text's end) into units
with a code, and gaps. Observed agreement is how long units of different coders with the same code
run side by side; expected agreement is what the same units would give if they were put together
by chance, a unit never with itself.

These are the coefficients of 2016. The alpha-U of 1995 and 2004, which some programs compute, is
another coefficient with other values and is not here.

Source:
    Krippendorff, Mathet, Bouvry & Widloecher (2016), Quality & Quantity 50(6), 2347-2364.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np

from tcncode.agreement.bootstrap import Parts
from tcncode.agreement.coefficients import Number, Quotients
from tcncode.agreement.intervals import Line, Material, Pieces, covered, pieces, union

if TYPE_CHECKING:
    from tcncode.agreement.intervals import Flags, Ints


@dataclass(frozen=True)
class Continuum:
    """The documents that all compared coders finished, cut by some codes."""

    material: Material
    lines: Sequence[Line]
    found: Pieces
    coders: tuple[int, ...]

    @classmethod
    def of(cls, material: Material, lines: Sequence[Line], coders: Sequence[int]) -> Continuum:
        """Cut it. Units are stretches of characters, whatever the material's units are."""
        material = replace(material, units=None)
        return cls(material, lines, pieces(material, lines), tuple(coders))

    @property
    def values(self) -> list[Ints]:
        """For each coder the value of each piece: 0 for a gap, else 1 + the code's line."""
        return [
            sum(
                (line[c] * np.int64(n) for n, line in enumerate(self.found.coded, 1)),
                np.zeros(len(self.found.weight), np.int64),
            )
            for c in self.coders
        ]

    def overlaps(self, documents: Ints) -> bool:
        """Whether a coder gave one passage two codes, in these documents."""
        counted: Flags = np.isin(self.found.document, documents)
        for c in self.coders:
            depth = sum((line[c].astype(np.int64) for line in self.found.coded), np.int64(0))
            if ((depth > 1) & counted).any():
                return True
        return False

    def sums(self, piece_values: Ints) -> Ints:
        """Whole numbers of each piece, times its length, summed by document."""
        total = np.zeros(len(self.material.documents), np.int64)
        np.add.at(total, self.found.document, piece_values * self.found.weight)
        return total

    def squares(self, line: Line, *, within_coded: bool = False) -> Ints:
        """By document, the squared lengths of all units with a code.

        Args:
            within_coded: of each unit's length count what the other of two coders coded at all.
        """
        total = np.zeros(len(self.material.documents), np.int64)
        for c in self.coders:
            # Overlapping codings of one code are one unit; units that merely touch are two.
            start, end = union(*self.material.of(line, c), touching=False)
            length = end - start
            if within_coded:
                (other,) = (o for o in self.coders if o != c)
                spans = [self.material.of(each, other) for each in self.lines]
                length = covered(start, end, *(np.concatenate(s) for s in zip(*spans, strict=True)))
            document = np.searchsorted(self.material.borders, start, side="right") - 1
            np.add.at(total, document, length * length)
        return total


def u_alpha(continuum: Continuum, documents: Ints) -> Parts:
    """Where the units are and what code they have; of one line: that code against all else."""
    _, sums, m = _all_values(continuum)
    q = len(continuum.lines)

    def quotients(parts: list[Number]) -> Quotients:
        same, lengths, squared = parts[0], parts[2 : q + 3], parts[q + 3 :]
        total = sum(lengths)
        spread = total * total - sum(length * length for length in lengths)
        free = total * total - lengths[0] - sum(squared)
        below = (m - 1) * total * spread
        return [(below - ((m - 1) * total - same) * free, below)]

    return Parts(sums[documents], quotients)


def bar_u_alpha(continuum: Continuum, documents: Ints) -> Parts:
    """Coded with anything against not coded; chance as for ``u_alpha``."""
    _, sums, m = _all_values(continuum)
    q = len(continuum.lines)

    def quotients(parts: list[Number]) -> Quotients:
        mixed, lengths, squared = parts[1], parts[2 : q + 3], parts[q + 3 :]
        total = sum(lengths)
        free = total * total - lengths[0] - sum(squared)
        below = (m - 1) * 2 * lengths[0] * (total - lengths[0]) * total
        return [(below - mixed * free, below)]

    return Parts(sums[documents], quotients)


def cu_alpha(continuum: Continuum, documents: Ints) -> Parts:
    """Of the text that both of two coders coded: with which code."""
    sums, q = _coded_by_both(continuum), len(continuum.lines)

    def quotients(parts: list[Number]) -> Quotients:
        same, lengths, squared = parts[:q], parts[q : 2 * q], parts[2 * q :]
        total = sum(lengths)
        below = total * (total * total - sum(length * length for length in lengths))
        return [(below - (total - sum(same)) * (total * total - sum(squared)), below)]

    return Parts(sums[documents], quotients)


def ku_alpha(continuum: Continuum, documents: Ints, k: int) -> Parts:
    """Of the text that both of two coders coded: one code, by its line's number, or another."""
    sums, q = _coded_by_both(continuum), len(continuum.lines)

    def quotients(parts: list[Number]) -> Quotients:
        same, lengths, squared = parts[:q], parts[q : 2 * q], parts[2 * q :]
        length, total = lengths[k], sum(lengths)
        # Chance within the row of this code: its units meet all other text, not themselves.
        below = length * length * (total - length)
        return [(below - (length - same[k]) * (total * length - squared[k]), below)]

    return Parts(sums[documents], quotients)


def coverage(continuum: Continuum, documents: Ints, k: int | None = None) -> float | None:
    """The share of the text (for a code: of its text) that enters ``cu_alpha``, ``ku_alpha``."""
    values, m = continuum.values, len(continuum.coders)
    counted = np.isin(continuum.found.document, documents)
    weight = continuum.found.weight * counted
    whole, entered = 0, 0
    for a, b in permutations(range(m), 2):
        here = np.ones(len(weight), np.bool_) if k is None else values[a] == k + 1
        whole += int(weight[here].sum())
        entered += int(weight[here & (values[a] > 0) & (values[b] > 0)].sum())
    return entered / whole if whole else None


def _all_values(continuum: Continuum) -> tuple[list[Ints], Ints, int]:
    """Values; by document: same value, gap beside code, lengths of gaps and codes, squares."""
    values, m = continuum.values, len(continuum.coders)
    nothing = np.zeros(len(continuum.found.weight), np.int64)
    same = sum((1 * (values[a] == values[b]) for a, b in permutations(range(m), 2)), nothing)
    mixed = sum(
        (1 * ((values[a] == 0) != (values[b] == 0)) for a, b in permutations(range(m), 2)),
        nothing,
    )
    columns = [continuum.sums(same), continuum.sums(mixed)]
    for number in range(len(continuum.lines) + 1):
        columns.append(continuum.sums(sum((1 * (v == number) for v in values), nothing)))
    columns += [continuum.squares(line) for line in continuum.lines]
    return values, np.column_stack(columns), m


def _coded_by_both(continuum: Continuum) -> Ints:
    """By document, for each code: length where both chose it, length where one did, squares."""
    a, b = continuum.values
    both = (a > 0) & (b > 0)
    codes = range(1, len(continuum.lines) + 1)
    columns = [continuum.sums(2 * ((a == k) & (b == k))) for k in codes]
    columns += [continuum.sums(both * (1 * (a == k) + 1 * (b == k))) for k in codes]
    columns += [continuum.squares(line, within_coded=True) for line in continuum.lines]
    return np.column_stack(columns)
