"""Artstein, R., & Poesio, M. (2008). Inter-coder agreement for computational linguistics.

Computational Linguistics 34(4), 555-596.
"""

from __future__ import annotations

import pytest

from tcncode.agreement import STATISTICS, Ratings, of_ratings

FIRST = {("STAT", "STAT"): 20, ("STAT", "IReq"): 10, ("IReq", "STAT"): 20, ("IReq", "IReq"): 50}
"""Table 1: labels by the coders -> how many units."""
SECOND = {
    ("STAT", "STAT"): 46,
    ("IReq", "STAT"): 6,
    ("IReq", "IReq"): 32,
    ("IReq", "Chck"): 6,
    ("Chck", "Chck"): 10,
}
"""Table 5: labels by the coders -> how many units."""


@pytest.mark.parametrize(
    ("table", "categories", "statistic", "printed", "rounding"),
    [
        (FIRST, (), "observed agreement", 0.7, 1e-09),
        (FIRST, (), "Cohen's kappa", 0.348, 0.001),
        (FIRST, (), "Scott's pi", 0.341, 0.001),
        (FIRST, (), "Brennan-Prediger", 0.4, 0.001),
        (SECOND, (), "observed agreement", 0.88, 1e-09),
        (SECOND, (), "Cohen's kappa", 0.801, 0.001),
        (SECOND, (), "Scott's pi", 0.799, 0.001),
        (SECOND, (), "Krippendorff's alpha", 0.8, 0.001),
        (SECOND, (), "Brennan-Prediger", 0.82, 0.001),
    ],
)
def test_the_values_are_those_printed(table, categories, statistic, printed, rounding):
    ratings = Ratings(tuple(table), tuple(table.values()), categories)
    value = of_ratings(STATISTICS[statistic], ratings).value
    assert value == pytest.approx(printed, abs=rounding)
