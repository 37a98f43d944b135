"""Cohen, J. (1960). A coefficient of agreement for nominal scales.

Educational and Psychological Measurement 20(1), 37-46.
"""

from __future__ import annotations

import pytest

from tcncode.agreement import Counts, cohen_kappa, cohen_kappa_labels

COUNTS = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]


def pairs() -> list[tuple[int, int]]:
    return [(a, b) for a in range(3) for b in range(3) for _ in range(COUNTS[a][b])]


def test_kappa_gives_the_value_cohen_printed():
    """Cohen (1960), p. 45: 200 units, kappa .492."""
    first, second = zip(*pairs(), strict=True)
    result = cohen_kappa_labels(first, second)
    assert result.n == 200
    assert (result.observed, result.expected) == pytest.approx((0.70, 0.41))
    assert result.value == pytest.approx(0.492, abs=0.0005)
    assert result.reason == ""


def test_one_label_against_the_rest_is_the_kappa_of_its_four_counts():
    """Present or not present is a table of two labels, so both roads give one number."""
    for label in range(3):
        first, second = zip(*((a == label, b == label) for a, b in pairs()), strict=True)
        both = COUNTS[label][label]
        first_only = sum(COUNTS[label]) - both
        second_only = sum(row[label] for row in COUNTS) - both
        counts = Counts(both, first_only, second_only, 200 - both - first_only - second_only)
        assert cohen_kappa(counts)[0] == cohen_kappa_labels(first, second).value
