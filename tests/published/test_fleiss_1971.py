"""Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters.

Psychological Bulletin 76(5), 378-382.
"""

from __future__ import annotations

import pytest

from tcncode.agreement import STATISTICS, Ratings, of_ratings

PSYCHIATRIC = {
    (4, 4, 4, 4, 4, 4): 1,
    (2, 2, 2, 5, 5, 5): 1,
    (2, 3, 3, 3, 3, 5): 1,
    (5, 5, 5, 5, 5, 5): 4,
    (2, 2, 2, 4, 4, 4): 1,
    (1, 1, 3, 3, 3, 3): 1,
    (3, 3, 3, 3, 5, 5): 1,
    (1, 1, 3, 3, 3, 4): 1,
    (1, 1, 4, 4, 4, 4): 2,
    (1, 4, 4, 4, 4, 4): 2,
    (1, 2, 4, 4, 4, 4): 1,
    (2, 2, 2, 3, 3, 3): 1,
    (2, 2, 4, 4, 4, 5): 1,
    (3, 3, 3, 3, 3, 5): 1,
    (1, 1, 1, 4, 5, 5): 1,
    (1, 1, 1, 1, 1, 2): 1,
    (2, 2, 4, 4, 4, 4): 2,
    (1, 3, 3, 5, 5, 5): 1,
    (2, 4, 4, 4, 4, 4): 1,
    (2, 2, 4, 5, 5, 5): 1,
    (1, 4, 4, 4, 4, 5): 1,
    (2, 2, 2, 2, 2, 4): 1,
    (1, 1, 1, 1, 5, 5): 1,
    (1, 3, 3, 3, 3, 3): 1,
}
"""P. 379: 30 patients, 6 psychiatrists: labels by the coders -> how many units."""


@pytest.mark.parametrize(
    ("table", "categories", "statistic", "printed", "rounding"),
    [
        (PSYCHIATRIC, (1, 2, 3, 4, 5), "observed agreement", 0.5556, 0.0001),
        (PSYCHIATRIC, (1, 2, 3, 4, 5), "Fleiss' kappa", 0.43, 0.0006),
    ],
)
def test_the_values_are_those_printed(table, categories, statistic, printed, rounding):
    ratings = Ratings(tuple(table), tuple(table.values()), categories)
    value = of_ratings(STATISTICS[statistic], ratings).value
    assert value == pytest.approx(printed, abs=rounding)
