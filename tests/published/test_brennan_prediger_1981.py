"""Brennan & Prediger (1981). Coefficient kappa: Some uses, misuses, and alternatives.

Educational and Psychological Measurement 41(3), 687-699.
"""

from __future__ import annotations

import pytest

from tcncode.agreement import STATISTICS, Ratings, of_ratings

FIRST = {(1, 1): 50, (2, 1): 10, (2, 2): 10, (2, 3): 10, (3, 1): 20}
"""The first table: labels by the coders -> how many units."""
SECOND = {(1, 1): 50, (1, 3): 10, (2, 2): 10, (2, 3): 10, (3, 1): 10, (3, 2): 10}
"""The second table: labels by the coders -> how many units."""


@pytest.mark.parametrize(
    ("table", "categories", "statistic", "printed", "rounding"),
    [
        (FIRST, (), "Cohen's kappa", 0.27, 0.005),
        (FIRST, (), "Brennan-Prediger", 0.4, 0.005),
        (SECOND, (), "Cohen's kappa", 0.29, 0.005),
        (SECOND, (), "Brennan-Prediger", 0.4, 0.005),
    ],
)
def test_the_values_are_those_printed(table, categories, statistic, printed, rounding):
    ratings = Ratings(tuple(table), tuple(table.values()), categories)
    value = of_ratings(STATISTICS[statistic], ratings).value
    assert value == pytest.approx(printed, abs=rounding)
