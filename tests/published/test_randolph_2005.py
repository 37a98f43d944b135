"""Randolph, J. J. (2005). Free-marginal multirater kappa: An alternative to Fleiss' kappa.

Joensuu Learning and Instruction Symposium.
"""

from __future__ import annotations

import pytest

from tcncode.agreement import STATISTICS, Ratings, of_ratings

FIRST = {
    ("Yes", "Yes", "Yes"): 1,
    ("Yes", "Yes", "No"): 1,
    ("No", "No", "Yes"): 1,
    ("No", "No", "No"): 1,
}
"""P. 17, example 1: labels by the coders -> how many units."""
SECOND = {("Yes", "Yes", "Yes"): 2, ("Yes", "Yes", "No"): 2}
"""P. 17, example 2: high agreement, low kappa: labels by the coders -> how many units."""


@pytest.mark.parametrize(
    ("table", "categories", "statistic", "printed", "rounding"),
    [
        (FIRST, ("No", "Yes"), "Fleiss' kappa", 0.33, 0.01),
        (FIRST, ("No", "Yes"), "Brennan-Prediger", 0.33, 0.01),
        (SECOND, ("No", "Yes"), "Fleiss' kappa", -0.2, 0.01),
        (SECOND, ("No", "Yes"), "Brennan-Prediger", 0.33, 0.01),
    ],
)
def test_the_values_are_those_printed(table, categories, statistic, printed, rounding):
    ratings = Ratings(tuple(table), tuple(table.values()), categories)
    value = of_ratings(STATISTICS[statistic], ratings).value
    assert value == pytest.approx(printed, abs=rounding)
