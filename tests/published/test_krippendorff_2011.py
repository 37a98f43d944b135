"""Krippendorff, K. (2011). Computing Krippendorff's Alpha-Reliability.

Annenberg School for Communication.
"""

from __future__ import annotations

import pytest

from tcncode.agreement import STATISTICS, Ratings, of_ratings
from tcncode.agreement.coefficients import interval, krippendorff_alpha, ordinal, ratio, value_of

A_BINARY = {(0, 1): 3, (1, 1): 1, (0, 0): 5, (1, 0): 1}
"""Example A: labels by the coders -> how many units."""
B_NOMINAL = {
    ("a", "b"): 1,
    ("a", "a"): 1,
    ("b", "b"): 2,
    ("d", "b"): 1,
    ("c", "c"): 3,
    ("e", "e"): 1,
    ("d", "d"): 2,
    ("a", "d"): 1,
}
"""Example B: labels by the coders -> how many units."""
C_MISSING = {
    (1, 1, None, 1): 1,
    (2, 2, 3, 2): 1,
    (3, 3, 3, 3): 2,
    (2, 2, 2, 2): 2,
    (1, 2, 3, 4): 1,
    (4, 4, 4, 4): 1,
    (1, 1, 2, 1): 1,
    (None, 5, 5, 5): 1,
    (None, None, 1, 1): 1,
    (None, None, 3, None): 1,
}
"""Example C: four observers, missing data: labels by the coders -> how many units."""


@pytest.mark.parametrize(
    ("table", "categories", "statistic", "printed", "rounding"),
    [
        (A_BINARY, (), "observed agreement", 0.6, 1e-09),
        (A_BINARY, (), "Krippendorff's alpha", 0.095, 0.0006),
        (B_NOMINAL, (), "Krippendorff's alpha", 0.692, 0.0006),
        (C_MISSING, (), "Krippendorff's alpha", 0.743, 0.0006),
        (C_MISSING, (), "Gwet's AC1", 0.77544, 1e-05),
    ],
)
def test_the_values_are_those_printed(table, categories, statistic, printed, rounding):
    ratings = Ratings(tuple(table), tuple(table.values()), categories)
    value = of_ratings(STATISTICS[statistic], ratings).value
    assert value == pytest.approx(printed, abs=rounding)


@pytest.mark.parametrize(
    ("metric", "printed"), [(ordinal, 0.815), (interval, 0.849), (ratio, 0.797)]
)
def test_example_d_has_the_other_metrics(metric, printed):
    ratings = Ratings(tuple(C_MISSING), tuple(C_MISSING.values()))
    found = value_of(krippendorff_alpha(ratings, metric)).value
    assert found == pytest.approx(printed, abs=0.0006)
