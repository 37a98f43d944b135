"""How far to trust a coefficient: intervals by resampling documents.

Characters of one text depend on each other, so a standard error that takes them for independent
is several times too small. The design's unit is the document: documents are drawn with
replacement, their parts are summed, and the coefficient is computed from the sums.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from tcncode.agreement.coefficients import Number, Quotients, Value, value_of
from tcncode.model import REPLICATES, SEED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tcncode.agreement.intervals import Floats, Ints

_CELLS = 4_000_000
"""Documents x replicates that are in memory at once."""
_DRAWN_AT_ONCE = 2**18
"""Numbers (eight bytes each): 2 MiB, what a core's cache holds."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a coefficient is made of: sums over documents, and what is done with them."""

    sums: NDArray[Any]
    """Documents x parts."""
    quotients: Callable[[list[Number]], Quotients]
    """From the summed parts to the coefficient: see ``coefficients``."""
    undefined: str = "no_variation"

    def value(self) -> Value:
        """The coefficient of all documents together."""
        return value_of(self.quotients(self.sums.sum(axis=0).tolist()), self.undefined)


@dataclass(frozen=True, slots=True)
class Trust:
    """A percentile interval and the jackknife's standard error; None where there are none."""

    low: float | None = None
    high: float | None = None
    error: float | None = None
    """Delete-one-document jackknife."""
    undefined: int = 0
    """Replicates in which the coefficient was not defined; they are left out."""


class Resampling:
    """Sums of the parts for drawn documents, and with one document left out: kept, because
    several coefficients are made of the same parts."""

    def __init__(self, sums: NDArray[Any], *, replicates: int = REPLICATES, seed: int = SEED):
        self.possible = len(sums) > 1 and replicates > 0
        if self.possible:
            parts = sums.astype(np.float64)
            draws = _draws(len(parts), replicates, seed)
            self.drawn: Floats = np.concatenate(
                [times.astype(np.float64) @ parts for times in draws]
            )
            """Replicates x parts: the sums of each draw."""
            self._one_less = parts.sum(axis=0) - parts

    def intervals(
        self, parts: slice, whole: int, *, scale: float = 1, level: float = 0.95
    ) -> list[tuple[float | None, float | None]]:
        """The intervals of quotients with one denominator: of each part by the whole.

        Args:
            parts: columns of the sums.
            whole: the column that they are divided by.
            scale: what a quotient is multiplied by, as 1,000 for a rate per 1,000.
            level: share of the replicates within the interval.

        Returns:
            The same ends as ``trust`` gives; None where a single document cannot be drawn
            otherwise, or the whole is 0 in every draw.
        """
        if not self.possible:
            return [(None, None)] * len(range(parts.start, parts.stop))
        below = self.drawn[:, whole]
        above = self.drawn[:, parts]
        defined = below != 0
        if not defined.any():
            return [(None, None)] * above.shape[1]
        tail = (1 - level) / 2
        quotients = scale * above[defined] / below[defined, None]
        low, high = np.quantile(quotients, [tail, 1 - tail], axis=0)
        return list(zip(low.tolist(), high.tolist(), strict=True))

    def trust(self, quotients: Callable[[list[Number]], Quotients], level: float = 0.95) -> Trust:
        """The interval of a coefficient, and its jackknife standard error.

        Args:
            level: share of the replicates within the interval.
        """
        if not self.possible:
            return Trust()
        values = values_of(quotients, self.drawn)
        defined = values[~np.isnan(values)]
        left_out = len(values) - len(defined)
        if not len(defined):
            return Trust(undefined=left_out)
        tail = (1 - level) / 2
        low, high = np.quantile(defined, [tail, 1 - tail])
        error = _jackknife(values_of(quotients, self._one_less))
        return Trust(float(low), float(high), error, left_out)


def values_of(quotients: Callable[[list[Number]], Quotients], sums: Floats) -> Floats:
    """The coefficient for each row of sums; NaN where it is not defined."""
    total = np.zeros(len(sums))
    found = quotients([np.ascontiguousarray(column) for column in sums.T])
    for above, below in found:
        below = np.broadcast_to(np.asarray(below, np.float64), total.shape)
        quotient = np.full(len(sums), np.nan)
        total += np.divide(above, below, out=quotient, where=below != 0)
    return total / max(1, len(found))


def _jackknife(values: Floats) -> float | None:
    """Standard error from the coefficients without one document each."""
    n = len(values)
    if np.isnan(values).any():
        return None
    return float(sqrt((n - 1) / n * ((values - values.mean()) ** 2).sum()))


@lru_cache(maxsize=8)
def _draws(documents: int, replicates: int, seed: int) -> Sequence[NDArray[Any]]:
    """How often each document is drawn: arrays of replicates x documents, a block each."""
    random = np.random.default_rng(seed)
    # None is drawn more often than there are documents: a quarter of the memory is enough.
    small = np.dtype(np.uint16 if documents < 2**16 else np.uint32)
    blocks, left = [], replicates
    while left:
        size = min(left, max(1, _CELLS // documents))
        block = np.empty((size, documents), small)
        # Drawn in parts that the processor's cache holds; the draws are the same.
        part = max(1, _DRAWN_AT_ONCE // documents)
        for first in range(0, size, part):
            rows = min(part, size - first)
            drawn: Ints = random.integers(0, documents, (rows, documents))
            drawn += np.arange(rows)[:, None] * documents
            counted = np.bincount(drawn.ravel(), minlength=rows * documents)
            block[first : first + rows] = counted.reshape(rows, documents)
        blocks.append(block)
        left -= size
    return blocks
