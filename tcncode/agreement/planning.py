"""How many documents must be coded twice, for an interval to be as narrow as is wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from tcncode.agreement.bootstrap import Parts, Resampling, values_of
from tcncode.model import REPLICATES, SEED

if TYPE_CHECKING:
    from tcncode.agreement.intervals import Floats

MOST = 100_000
"""Documents. No study has more."""


@dataclass(frozen=True, slots=True)
class Need:
    """How far an interval is from the width that is wanted."""

    documents: int
    """That there are."""
    value: float | None
    half_width: float | None
    """Half of the interval that these documents give, as ``agree`` computes it."""
    needed: int | None
    """Documents in all for the wanted half width; None: it cannot be told."""
    reason: str = ""


def need(
    parts: Parts, half_width: float, *, replicates: int = REPLICATES, seed: int = SEED
) -> Need:
    """How many documents give a 95 % interval of this half width, judging by those there are.

    Of the n documents there are, m are drawn with replacement, for growing m, and the coefficient
    is computed from their sums. The smallest m whose percentile interval is narrow enough is
    multiplied by n / (n - 1): documents drawn from n vary by that factor less than those that they
    stand for. Documents to come are taken to be like those there are; where these are few, so is
    what is known of how they vary. Simulated (``tests/test_sampling.py``; 40 pilots of 30
    documents, half width .03 wanted): the median plan, 131 documents, gave .031; half of the plans
    lay between 95 and 194. So plan again when there are more documents.

    Args:
        parts: of a coefficient, one row a document.
        half_width: 0 to 1: half of the interval's width; the interval need not be symmetrical.

    Source:
        Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 25: sample sizes by
        drawing more from a pilot than it has; ch. 5: the plug-in variance, which divides by n.
    """
    n = len(parts.sums)
    value, reason = parts.value()
    trust = Resampling(parts.sums, replicates=replicates, seed=seed).trust(parts.quotients)
    if value is None or trust.low is None or trust.high is None:
        return Need(n, value, None, None, reason or "one_document")
    now = (trust.high - trust.low) / 2
    width = _width(parts, replicates, seed)
    low, high = 1, 2
    while high < MOST and not width(high) <= half_width:
        low, high = high, 2 * high
    if high >= MOST:
        return Need(n, value, now, None, "too_many")
    while high - low > 1:
        middle = (low + high) // 2
        if width(middle) <= half_width:
            high = middle
        else:
            low = middle
    return Need(n, value, now, max(2, ceil(high * n / (n - 1))))


def _width(parts: Parts, replicates: int, seed: int) -> Callable[[int], float]:
    """Half the width of the interval that so many documents would give; NaN: not defined."""
    sums = parts.sums.astype(np.float64)
    even = np.full(len(sums), 1 / len(sums))

    def width(documents: int) -> float:
        times = np.random.default_rng(seed).multinomial(documents, even, replicates)
        values: Floats = values_of(parts.quotients, times @ sums)
        defined = values[~np.isnan(values)]
        # Where half of the samples have no coefficient, an interval of the others misleads.
        if len(defined) < len(values) / 2:
            return float("nan")
        low, high = np.quantile(defined, [0.025, 0.975])
        return float(high - low) / 2

    return width
