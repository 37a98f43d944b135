"""Passonneau, R. (2006). Measuring agreement on set-valued items (MASI).

Proceedings of LREC, Genoa, 831-836.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from tcncode.agreement.sets import masi_distance


@pytest.mark.parametrize(
    ("first", "second", "similarity"),
    [
        ("a", "a", Fraction(1)),
        ("a", "ab", Fraction(1, 2) * Fraction(2, 3)),
        ("ab", "bc", Fraction(1, 3) * Fraction(1, 3)),
        ("ab", "cd", Fraction(0)),
    ],
)
def test_similarity_is_jaccard_times_monotonicity(first, second, similarity):
    """Equal 1, one within the other 2/3, they meet 1/3, disjoint 0."""
    assert masi_distance(frozenset(first), frozenset(second)) == 1 - similarity


def test_two_empty_sets_agree_and_an_empty_one_is_far_from_any_other():
    assert masi_distance(frozenset(), frozenset()) == 0
    assert masi_distance(frozenset(), frozenset("a")) == 1
