"""Zwick, R. (1988). Another look at interrater agreement.

Psychological Bulletin 103(3), 374-378.
"""

from __future__ import annotations

import pytest

from tcncode.agreement import STATISTICS, Ratings, of_ratings

FIRST = {
    ("A", "A"): 20,
    ("A", "D"): 5,
    ("B", "B"): 10,
    ("B", "C"): 15,
    ("C", "B"): 15,
    ("C", "C"): 10,
    ("D", "A"): 5,
    ("D", "D"): 20,
}
"""P. 376, example 1: labels by the coders -> how many units."""
SECOND = {
    ("A", "A"): 20,
    ("A", "B"): 10,
    ("A", "C"): 10,
    ("B", "A"): 10,
    ("B", "B"): 10,
    ("C", "A"): 10,
    ("C", "C"): 10,
    ("D", "D"): 20,
}
"""P. 376, example 2: labels by the coders -> how many units."""
THIRD = {
    ("A", "A"): 20,
    ("A", "B"): 5,
    ("A", "C"): 5,
    ("A", "D"): 10,
    ("B", "B"): 10,
    ("B", "C"): 5,
    ("B", "D"): 5,
    ("C", "B"): 5,
    ("C", "C"): 10,
    ("C", "D"): 5,
    ("D", "D"): 20,
}
"""P. 376, example 3: labels by the coders -> how many units."""


@pytest.mark.parametrize(
    ("table", "categories", "statistic", "printed", "rounding"),
    [
        (FIRST, (), "Cohen's kappa", 0.467, 0.001),
        (FIRST, (), "Scott's pi", 0.467, 0.001),
        (FIRST, (), "Brennan-Prediger", 0.467, 0.001),
        (SECOND, (), "Cohen's kappa", 0.444, 0.001),
        (SECOND, (), "Scott's pi", 0.444, 0.001),
        (SECOND, (), "Brennan-Prediger", 0.467, 0.001),
        (THIRD, (), "Cohen's kappa", 0.474, 0.001),
        (THIRD, (), "Scott's pi", 0.46, 0.001),
        (THIRD, (), "Brennan-Prediger", 0.467, 0.001),
    ],
)
def test_the_values_are_those_printed(table, categories, statistic, printed, rounding):
    ratings = Ratings(tuple(table), tuple(table.values()), categories)
    value = of_ratings(STATISTICS[statistic], ratings).value
    assert value == pytest.approx(printed, abs=rounding)
