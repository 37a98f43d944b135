"""Cohen, J. (1960). A coefficient of agreement for nominal scales.

Educational and Psychological Measurement 20(1), 37-46.
"""

from __future__ import annotations

import pytest

from tcncode.agreement import STATISTICS, Ratings, of_ratings

COUNTS = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
TABLE = Ratings(
    tuple((a, b) for a in range(3) for b in range(3)), tuple(n for row in COUNTS for n in row)
)


def test_kappa_gives_the_value_cohen_printed():
    """Cohen (1960), p. 45: 200 units, observed agreement .70, kappa .492."""
    assert of_ratings(STATISTICS["observed agreement"], TABLE).value == pytest.approx(0.70)
    kappa = of_ratings(STATISTICS["Cohen's kappa"], TABLE)
    assert kappa.value == pytest.approx(0.492, abs=0.0005)
    assert kappa.reason == ""


def test_one_label_against_the_rest_is_the_kappa_of_its_four_counts():
    """Present or not present is a table of two labels, so both roads give one number."""
    kappa = STATISTICS["Cohen's kappa"]
    for label in range(3):
        rows = [(int(a == label), int(b == label)) for a, b in TABLE.rows]
        cells = dict.fromkeys(rows, 0)
        for pair, n in zip(rows, TABLE.weights, strict=True):
            cells[pair] += n
        four = Ratings(tuple(cells), tuple(cells.values()), (0, 1))
        assert of_ratings(kappa, four) == of_ratings(kappa, Ratings(tuple(rows), TABLE.weights))
