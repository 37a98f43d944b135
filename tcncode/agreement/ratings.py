"""Agreement of ratings: whole units that each coder gave one value, such as a score of 1 to 5.

Nothing here is about passages or codes. Intervals are drawn over units; where several units come
from one document they depend on each other, and the interval is too narrow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from tcncode.agreement.bootstrap import Trust, values_of
from tcncode.agreement.coefficients import (
    Metric,
    Number,
    Quotients,
    Ratings,
    interval,
    krippendorff_alpha,
    nominal,
    ordinal,
    ratio,
    value_of,
)
from tcncode.agreement.statistics import STATISTICS, Statistic, of_ratings, statistic
from tcncode.errors import UsageError
from tcncode.model import REPLICATES, SEED, AgreementResult

if TYPE_CHECKING:
    from tcncode.agreement.intervals import Floats

METRICS: Mapping[str, Metric] = {
    "nominal": nominal, "ordinal": ordinal, "interval": interval, "ratio": ratio,
}  # fmt: skip
_DISTANCES = {
    "nominal": "equal or not", "ordinal": "how many ratings lie between, squared",
    "interval": "the difference, squared", "ratio": "the difference by the sum, squared",
}  # fmt: skip
ALPHA = "Krippendorff's alpha"
_CELLS = 4_000_000
"""Replicates x kinds of units that are in memory at once."""


def compare_ratings(
    coders: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    level: str,
    statistics: Sequence[str] = (),
    scale: Sequence[Any] = (),
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> list[AgreementResult]:
    """Coefficients of ratings, for all coders together and for each pair.

    Args:
        coders: two or more.
        rows: units x coders; None where a coder gave no rating.
        level: one of ``METRICS``. The distance of two values in alpha: equal or not; how many
            ratings lie between; the squared difference; that, by the squared sum.
        statistics: names or short names of those made of labels, or ``all`` of them; none: alpha,
            and for nominal ratings observed agreement and kappa, too. Only alpha knows other
            levels than nominal.
        scale: the values that there are, where AC1 and Brennan-Prediger count them.
        replicates: of the bootstrap over units; 0 leaves the intervals out.

    Raises:
        UsageError: a statistic that is not made of labels, or that has no such level.
    """
    names = _all(level) if "all" in statistics else statistics or _usual(level)
    wanted = [statistic(name) for name in names]
    for each in wanted:
        if each.kind != "labels" or each.key in ("jaccard", "f1"):
            raise UsageError(f"{each.name} is about passages, not about ratings.")
        if level != "nominal" and each.name not in (ALPHA, "observed agreement"):
            raise UsageError(
                f"{each.name} takes values as names; for {level} ratings there is alpha."
            )
    whole = Ratings.of(rows, tuple(scale))
    sets: list[tuple[int, ...]] = [tuple(range(len(coders)))] if len(coders) > 2 else []
    sets += list(combinations(range(len(coders)), 2))
    return [
        _result(each, level, [coders[c] for c in some], _among(whole, some), replicates, seed)
        for some in sets
        for each in wanted
        if each.coders == "any" or (each.coders == "all") == (len(some) > 2)
    ]


def _usual(level: str) -> tuple[str, ...]:
    return ("agreement", "kappa", "alpha") if level == "nominal" else ("alpha",)


def _all(level: str) -> tuple[str, ...]:
    """Keys of all statistics that there are for ratings of a level."""
    if level != "nominal":
        return ("agreement", "alpha")
    found = (each.key for each in STATISTICS.values() if each.kind == "labels")
    return tuple(key for key in found if key not in ("jaccard", "f1"))


def _among(ratings: Ratings, coders: Sequence[int]) -> Ratings:
    """Some coders' ratings; units that none of them rated are left out."""
    rows = [tuple(row[c] for c in coders) for row in ratings.rows]
    kept = [n for n, row in enumerate(rows) if any(value is not None for value in row)]
    return Ratings(
        tuple(rows[n] for n in kept), tuple(ratings.weights[n] for n in kept), ratings.categories
    )


def _result(
    wanted: Statistic, level: str, coders: Sequence[str], ratings: Ratings, replicates: int,
    seed: int,
) -> AgreementResult:  # fmt: skip
    metric = METRICS[level]
    if wanted.name == ALPHA and level != "nominal":
        value = value_of([(0, 0)], "no_text" if not ratings.rows else "no_pair")
        if ratings.pairable():
            value = value_of(krippendorff_alpha(ratings, metric))

        def quotients(weights: list[Number]) -> Quotients:
            return krippendorff_alpha(replace(ratings, weights=tuple(weights)), _as_float(metric))

    else:
        value = of_ratings(wanted, ratings)
        computed = wanted.quotients
        assert computed is not None

        def quotients(weights: list[Number]) -> Quotients:
            return computed(replace(ratings, weights=tuple(weights)))

    trust = Trust()
    if value.value is not None and replicates and sum(ratings.weights) > 1:
        trust = _trust(ratings, quotients, replicates, seed)
    named = wanted.name if wanted.name != ALPHA else f"{ALPHA}, {level}"
    return AgreementResult(
        code="", unit="unit", coders=tuple(coders), statistic=named, value=value.value,
        n=sum(weight for _, _, weight in ratings.pairable()), reason=value.reason, low=trust.low,
        high=trust.high, error=trust.error, undefined=trust.undefined,
    )  # fmt: skip


def _as_float(metric: Metric) -> Metric:
    """A metric whose distances can be multiplied with arrays: exact ones would make objects."""

    def made(given: Mapping[Any, Number]) -> Any:
        distance = metric(given)

        def rounded(a: Any, b: Any) -> Number:
            found = distance(a, b)
            return found if isinstance(found, np.ndarray) else float(found)

        return rounded

    return made


def _trust(ratings: Ratings, quotients: Any, replicates: int, seed: int) -> Trust:
    """Percentile interval over drawn units, and the jackknife; equal units are drawn as one kind.

    To draw n units of which some are alike is to draw from a multinomial distribution.
    """
    counts = np.array(ratings.weights, dtype=np.int64)
    n, kinds = int(counts.sum()), len(counts)
    generator = np.random.default_rng(seed)
    values, left = [], replicates
    while left:
        size = min(left, max(1, _CELLS // kinds))
        drawn: Floats = generator.multinomial(n, counts / n, size).astype(np.float64)
        values.append(values_of(quotients, drawn))
        left -= size
    found = np.concatenate(values)
    defined = found[~np.isnan(found)]
    undefined = len(found) - len(defined)
    if not len(defined):
        return Trust(undefined=undefined)
    low, high = np.quantile(defined, [0.025, 0.975])
    one_less = values_of(quotients, counts - np.eye(kinds))
    error = None
    if not np.isnan(one_less).any():
        mean = float((one_less * counts).sum() / n)
        error = sqrt((n - 1) / n * float(((one_less - mean) ** 2 * counts).sum()))
    return Trust(float(low), float(high), error, undefined)


_VALUES = {
    "Cohen's kappa": "Pe = the sum over values of pA pB, the shares of the coders' ratings with it",
    "Fleiss' kappa": "Pe = the sum over values of p^2, p = the share of all ratings with a value",
    "Scott's pi": "Pe = the sum over values of p^2, p = (pA + pB) / 2",
    "Gwet's AC1": "Pe = the sum over values of p (1 - p) / (q - 1), p = the share of ratings with a"
    " value, q = how many values --scale names, or else occur",
    "Brennan-Prediger": "Pe = 1 / q, q = how many values --scale names, or else occur",
}
"""Chance agreement of coefficients whose formula in tables of codings is that of two values."""


def formula(name: str) -> str:
    """How a statistic is computed, for a note; of alpha, with the distance of its level.

    Here there are as many values as were given, not only coded and not coded.
    """
    plain, _, level = name.partition(", ")
    words = STATISTICS[plain].formula
    if level:
        return words.replace("nominal", f"distance of two values: {_DISTANCES[level]}")
    form, comma, _ = words.partition(", Pe = ")
    return f"{form}, {_VALUES[plain]}" if comma else words
