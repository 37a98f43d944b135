"""Agreement on sets of codes: one passage may carry several.

Two empty sets are equal (distance 0); an empty set is as far from any other as can be (1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from tcncode.agreement.bootstrap import Parts
from tcncode.agreement.coefficients import Number, Quotients

if TYPE_CHECKING:
    from tcncode.agreement.intervals import Flags, Floats, Ints, Pieces

_WORD = 60
"""Codes whose flags fit one 64-bit number."""


def jaccard_distance(a: frozenset[Any], b: frozenset[Any]) -> Fraction:
    """1 minus the share of the union that both have."""
    return 1 - Fraction(len(a & b), len(a | b)) if a | b else Fraction(0)


def masi_distance(a: frozenset[Any], b: frozenset[Any]) -> Fraction:
    """1 minus Jaccard's index times how the sets lie to one another.

    Equal 1, one within the other 2/3, they meet 1/3, disjoint 0.

    Source:
        Passonneau (2006), Measuring Agreement on Set-valued Items (MASI), LREC.
    """
    if a == b:
        return Fraction(0)
    lie = Fraction(2 if a <= b or b <= a else 1, 3)
    return 1 - (1 - jaccard_distance(a, b)) * lie


def by_jaccard(_: Mapping[Any, Number]) -> Callable[[Any, Any], Number]:
    """For ``krippendorff_alpha``: labels are frozensets."""
    return jaccard_distance


def by_masi(_: Mapping[Any, Number]) -> Callable[[Any, Any], Number]:
    """For ``krippendorff_alpha``: labels are frozensets."""
    return masi_distance


def set_alpha(
    found: Pieces, finished: Flags, coders: Sequence[int], documents: Ints, key: str
) -> Parts:
    """Krippendorff's alpha of the sets of codes that coders gave each piece.

    Args:
        found: pieces cut by all the codes in question.
        finished: documents x coders.
        coders: numbers of the coders compared.
        documents: numbers of the documents that count, rising.
        key: ``"sets"`` (equal or not), ``"sets-jaccard"`` or ``"sets-masi"``.
    """
    labels, sets = _labels(found, coders)
    apart = _distances(sets, key)
    asked = finished[:, list(coders)]
    many = asked.sum(axis=1)
    weight = np.where(many[found.document] > 1, found.weight, 0).astype(np.float64)
    answered = [asked[found.document, c] for c in range(len(coders))]
    size = len(finished)
    within = np.zeros(len(weight))
    for a, b in combinations(range(len(coders)), 2):
        both = answered[a] & answered[b]
        within += np.where(both, 2 * apart[labels[a], labels[b]], 0)
    within /= np.maximum(many[found.document] - 1, 1)
    given = np.zeros((size, len(sets)))
    for c in range(len(coders)):
        cell = found.document * len(sets) + labels[c]
        share = np.bincount(cell, weights=weight * answered[c], minlength=given.size)
        given += share.reshape(given.shape)
    observed = np.bincount(found.document, weights=weight * within, minlength=size)
    sums = np.column_stack((observed, given))[documents]

    def quotients(parts: list[Number]) -> Quotients:
        often = np.array(parts[1:])
        below = (often * (apart @ often)).sum(axis=0)
        return [(below - (often.sum(axis=0) - 1) * parts[0], below)]

    return Parts(sums, quotients)


def _labels(found: Pieces, coders: Sequence[int]) -> tuple[list[Ints], Flags]:
    """For each coder the number of the set that each piece has; and the sets, sets x codes."""
    n = len(found.weight)
    flags = np.array([[line[c] for line in found.coded] for c in coders], np.bool_)
    flags = flags.reshape(len(coders), len(found.coded), n)
    each = np.zeros(len(coders) * n, np.int64)
    for first in range(0, flags.shape[1], _WORD):
        word = np.zeros(len(coders) * n, np.int64)
        for number in range(first, min(first + _WORD, flags.shape[1])):
            word |= flags[:, number].ravel().astype(np.int64) << (number - first)
        both = np.column_stack((each, word)) if first else word
        _, each = np.unique(both, axis=0 if first else None, return_inverse=True)
    if not len(each):
        return [each] * len(coders), np.zeros((0, flags.shape[1]), np.bool_)
    _, at = np.unique(each, return_index=True)
    sets = flags.transpose(1, 0, 2).reshape(flags.shape[1], -1)[:, at].T
    return list(each.reshape(len(coders), n)), sets


def _distances(sets: Flags, key: str) -> Floats:
    """Distances of all pairs of sets, given as sets x codes."""
    ones = sets.astype(np.float64)
    common = ones @ ones.T
    size = ones.sum(axis=1)
    union = size[:, None] + size[None, :] - common
    equal = common == union
    if key == "sets":
        return np.where(equal, 0.0, 1.0)
    index = np.divide(common, union, out=np.ones_like(common), where=union > 0)
    if key == "sets-jaccard":
        return np.asarray(1 - index)
    within = (common == size[:, None]) | (common == size[None, :])
    return np.asarray(1 - index * np.where(equal, 1, np.where(within, 2, 1) / 3))
