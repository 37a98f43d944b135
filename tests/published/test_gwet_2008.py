"""Gwet, K. L. (2008). Computing inter-rater reliability in the presence of high agreement.

British Journal of Mathematical and Statistical Psychology 61(1), 29-48.
"""

from __future__ import annotations

import pytest

from tcncode.agreement import STATISTICS, Ratings, of_ratings

HAND = {("y", "y"): 8, ("y", "n"): 1, ("n", "n"): 1}
"""An example worked by hand: labels by the coders -> how many units."""


@pytest.mark.parametrize(
    ("table", "categories", "statistic", "printed", "rounding"),
    [
        (HAND, (), "Scott's pi", 0.6078, 0.0001),
        (HAND, (), "Gwet's AC1", 0.8658, 0.0001),
    ],
)
def test_the_values_are_those_printed(table, categories, statistic, printed, rounding):
    ratings = Ratings(tuple(table), tuple(table.values()), categories)
    value = of_ratings(STATISTICS[statistic], ratings).value
    assert value == pytest.approx(printed, abs=rounding)
