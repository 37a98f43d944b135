"""Krippendorff, K. (2004). Content Analysis: An Introduction to Its Methodology, 2nd ed.

Sage.
"""

from __future__ import annotations

import pytest

from tcncode.agreement import STATISTICS, Ratings, of_ratings

NEWS = {("a", "a"): 1, ("a", "b"): 1, ("b", "b"): 4, ("b", "c"): 1, ("c", "c"): 5}
"""Three categories: labels by the coders -> how many units."""


@pytest.mark.parametrize(
    ("table", "categories", "statistic", "printed", "rounding"),
    [
        (NEWS, (), "observed agreement", 0.833, 0.001),
        (NEWS, (), "Krippendorff's alpha", 0.734, 0.001),
    ],
)
def test_the_values_are_those_printed(table, categories, statistic, printed, rounding):
    ratings = Ratings(tuple(table), tuple(table.values()), categories)
    value = of_ratings(STATISTICS[statistic], ratings).value
    assert value == pytest.approx(printed, abs=rounding)
