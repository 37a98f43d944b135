"""Where two coders differ on a code, whether on its boundaries or on its meaning, and at what cost.

A passage is a stretch that at least one of the two coded, without a gap. Where both coded some of
it, they differ on its *boundary*. Where one alone did, the other gave the text another code (*code
differs*), or none (*one coded*). Everything here counts characters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from tcncode.agreement.coefficients import Counts
from tcncode.agreement.intervals import Line, Material, pieces
from tcncode.agreement.statistics import STATISTICS, of_ratings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tcncode.agreement.intervals import Flags, Ints

Kind = Literal["boundary", "code differs", "one coded"]
KINDS: tuple[Kind, ...] = ("boundary", "code differs", "one coded")


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A stretch that one of two coders gave a code, and the other did not."""

    document: int
    """Number of the document."""
    start: int
    """From the beginning of the document's text."""
    end: int
    characters: int
    """How long it is, but for text that was left out."""
    coder: str
    """Who coded it."""
    kind: Kind
    instead: tuple[str, ...]
    """Codes that the other coder gave some of this stretch."""
    cost: float | None
    """How much higher kappa would be if both had coded it; None where kappa is not defined."""


@dataclass(frozen=True, slots=True)
class Differences:
    """Two coders on one code."""

    line: str
    coders: tuple[str, str]
    counts: Counts
    """In characters."""
    found: tuple[Disagreement, ...]
    """Longest first."""

    def characters(self, kind: Kind) -> int:
        """How much of the disagreement is of a kind."""
        return sum(d.characters for d in self.found if d.kind == kind)

    @property
    def without_boundaries(self) -> Counts:
        """The counts as if both had coded all of each passage that both coded some of."""
        own = {
            coder: sum(
                d.characters for d in self.found if d.kind == "boundary" and d.coder == coder
            )
            for coder in self.coders
        }
        first, second = (own[coder] for coder in self.coders)
        return Counts(
            self.counts.both + first + second,
            self.counts.first_only - first,
            self.counts.second_only - second,
            self.counts.neither,
        )


def kappa(counts: Counts) -> float | None:
    """Cohen's kappa of four counts."""
    return of_ratings(STATISTICS["Cohen's kappa"], counts.ratings()).value


def differences(material: Material, line: Line, coders: tuple[int, int]) -> Differences:
    """All disagreements of two coders on a code, in the documents that both have finished."""
    material = replace(material, units=None)
    common: Flags = np.asarray(material.finished[:, np.array(coders)].all(axis=1))
    others = [o for o in material.lines if o.top and not o.codes & line.codes]
    told = line.codes.union(*(o.codes for o in others))
    others += [o for o in material.single if not o.codes <= told]
    cut = pieces(material, [line])
    counted: Flags = common[cut.document]
    one, two = (cut.coded[0][c] & counted for c in coders)
    weight = cut.weight
    both, first, second = (int(weight[f].sum()) for f in (one & two, one & ~two, ~one & two))
    counts = Counts(both, first, second, int(weight[counted].sum()) - both - first - second)
    begins, _ = _runs(one | two, cut.document)
    # A piece outside of all passages counts to the one before it, and is never asked for.
    passage = np.searchsorted(begins, np.arange(len(weight)), side="right") - 1
    shared = set(passage[one & two].tolist())
    names = (material.coders[coders[0]], material.coders[coders[1]])
    base = kappa(counts)
    found = []
    for own, (flags, other) in enumerate(((one & ~two, coders[1]), (two & ~one, coders[0]))):
        first_piece, last_piece = _runs(flags, cut.document)
        stretches = cut.start[first_piece], cut.start[last_piece] + weight[last_piece]
        instead = _instead(material, others, other, *stretches)
        for n, (begin, end) in enumerate(zip(first_piece, last_piece, strict=True)):
            codes = tuple(others[number].name for number in sorted(instead.get(n, ())))
            kind: Kind = "code differs" if codes else "one coded"
            document = int(cut.document[begin])
            stop = int(cut.start[end] + weight[end])
            start, stop = material.there(document, int(cut.start[begin]), stop)
            length = int(weight[begin : end + 1].sum())
            after = kappa(_agreed(counts, own, length))
            cost = None if base is None or after is None else after - base
            kind = "boundary" if int(passage[begin]) in shared else kind
            found.append(Disagreement(document, start, stop, length, names[own], kind, codes, cost))
    found.sort(key=lambda d: (-d.characters, d.document, d.start))
    return Differences(line.name, names, counts, tuple(found))


def _instead(
    material: Material, lines: Sequence[Line], coder: int, begins: Ints, ends: Ints
) -> dict[int, set[int]]:
    """Number of a stretch -> numbers of the lines that a coder gave some of it.

    All lines at once: a coding is looked at once, however many codes there are.

    Args:
        begins: where each stretch begins, the documents end to end; stretches do not overlap.
        ends: where each ends.
    """
    pairs = sorted((code, number) for number, line in enumerate(lines) for code in line.codes)
    codes, numbers = np.array(pairs, np.int64).reshape(-1, 2).T
    code, start, end = material.by(coder)
    which, number = _expanded(
        np.searchsorted(codes, code, side="left"), np.searchsorted(codes, code, side="right")
    )
    start, end, number = start[which], end[which], numbers[number]
    which, stretch = _expanded(
        np.searchsorted(ends, start, side="right"), np.searchsorted(begins, end, side="left")
    )
    found: dict[int, set[int]] = {}
    for where, line in set(zip(stretch.tolist(), number[which].tolist(), strict=True)):
        found.setdefault(where, set()).add(line)
    return found


def _expanded(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Each index ``i``, with each number from ``low[i]`` to before ``high[i]``."""
    many = np.maximum(high - low, 0)
    index = np.repeat(np.arange(len(many)), many)
    first = np.cumsum(many) - many
    return index, np.arange(len(index)) - first[index] + low[index]


def _agreed(counts: Counts, own: int, length: int) -> Counts:
    """The counts if both had coded a stretch that one of them did."""
    both, first, second = counts.both + length, counts.first_only, counts.second_only
    if own == 0:
        return Counts(both, first - length, second, counts.neither)
    return Counts(both, first, second - length, counts.neither)


def _runs(flags: Flags, document: Ints) -> tuple[Ints, Ints]:
    """First and last pieces of the runs of flagged pieces, each within one document."""
    padded = np.concatenate(([False], flags, [False]))
    border = np.concatenate(([True], np.diff(document) != 0, [True]))
    fresh = flags & (~padded[:-2] | border[:-1])
    over = flags & (~padded[2:] | border[1:])
    return np.flatnonzero(fresh).astype(np.int64), np.flatnonzero(over).astype(np.int64)
