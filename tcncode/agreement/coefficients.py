"""Agreement coefficients of labels: who gave which unit what, in; one number with a reason, out.

Every coefficient here is a mean of quotients whose numerators and denominators are made of the
weights by +, - and * alone. So the same lines serve whole numbers, exact up to the one division,
and numpy arrays that carry a weight for each bootstrap replicate. numpy is not imported here.

Units may have any weight: a stretch of 70 characters that everybody labelled in the same way is
one row with weight 70. A label of None means that the coder was not asked about the unit.

What is not here: labels that are sets (``sets``), units with boundaries (``unitizing``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import lcm, sqrt
from typing import Any, NamedTuple

REASONS = {
    "no_common_document": "of the documents that these coders have finished, none counts here",
    "no_text": "the documents have no text, or no unit of this kind",
    "no_pair": "no unit was labelled by two coders",
    "no_variation": "all coders gave one and the same answer throughout",
    "nobody_coded": "no coder used it",
    "not_everybody": "not every coder labelled every unit, which this coefficient needs",
    "pair_undefined": "it is the mean over the pairs of coders, and not defined for one pair",
    "codes_overlap": "a coder gave one passage several codes; this coefficient allows one",
    "two_coders_only": "for three or more coders published sources and programs differ on its"
    " chance term; compare two at a time",
}
"""Why a value is not defined: the word in ``AgreementResult.reason``, and what it means."""

Number = Any
"""A whole number; or an array of float, one value a bootstrap replicate."""
Row = tuple[Hashable, ...]
Quotients = list[tuple[Number, Number]]
"""Numerators and denominators; the coefficient is the mean of their quotients."""
Metric = Callable[[Mapping[Any, Number]], Callable[[Any, Any], Number]]
"""From how often each label was given, to the squared difference of two labels."""


class Value(NamedTuple):
    """A coefficient; None where it is not defined, and then one of ``REASONS``."""

    value: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Ratings:
    """Labels by coders: one row a unit, or a kind of unit with the number of such units."""

    rows: tuple[Row, ...]
    """Labels in the order of the coders; None where a coder was not asked."""
    weights: tuple[Number, ...]
    """How many units, or characters, each row stands for."""
    categories: tuple[Hashable, ...] = ()
    """The labels of the codebook; empty: those that were used."""

    @classmethod
    def of(cls, rows: Iterable[Sequence[Any]], categories: Sequence[Any] = ()) -> Ratings:
        """Count equal rows of a matrix, one row a unit, one column a coder."""
        counted = Counter(tuple(row) for row in rows)
        return cls(tuple(counted), tuple(counted.values()), tuple(categories))

    @property
    def q(self) -> int:
        """The number of categories."""
        used = {label for row in self.rows for label in row if label is not None}
        return len(self.categories) or len(used)

    def weighted(self) -> Iterable[tuple[Row, Number]]:
        """Rows with their weights."""
        return zip(self.rows, self.weights, strict=True)

    def pair(self, first: int, second: int) -> Ratings:
        """Two coders' labels, of the units that both labelled."""
        kept = [
            ((row[first], row[second]), weight)
            for row, weight in self.weighted()
            if row[first] is not None and row[second] is not None
        ]
        return Ratings(tuple(r for r, _ in kept), tuple(w for _, w in kept), self.categories)

    def pairable(self) -> list[tuple[Counter[Any], int, Number]]:
        """Of units with two labels or more: how often each label, how many labels, weight."""
        found = []
        for row, weight in self.weighted():
            labels = Counter(label for label in row if label is not None)
            if labels.total() > 1:
                found.append((labels, labels.total(), weight))
        return found

    @property
    def complete(self) -> bool:
        """Whether every coder labelled every unit that has weight."""
        return not any(None in row and _some(weight) for row, weight in self.weighted())


@dataclass(frozen=True, slots=True)
class Counts:
    """How many characters, or units, fall in each cell of two coders' table for one code."""

    both: int = 0
    first_only: int = 0
    second_only: int = 0
    neither: int = 0

    @property
    def n(self) -> int:
        """All of them."""
        return self.both + self.first_only + self.second_only + self.neither

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.both + other.both,
            self.first_only + other.first_only,
            self.second_only + other.second_only,
            self.neither + other.neither,
        )

    def ratings(self) -> Ratings:
        """The same as labels: there, or not there."""
        cells = (self.both, self.first_only, self.second_only, self.neither)
        return Ratings(((1, 1), (1, 0), (0, 1), (0, 0)), cells, (0, 1))


def value_of(quotients: Quotients, undefined: str = "no_variation") -> Value:
    """The mean of quotients of whole numbers; None with the reason where one is x/0."""
    if any(below == 0 for _, below in quotients):
        return Value(None, undefined)
    # An int divided by an int is rounded once, however large they are.
    return Value(float(sum(above / below for above, below in quotients) / len(quotients)))


def _some(weight: Number) -> bool:
    return bool(weight.any()) if hasattr(weight, "any") else bool(weight)


def _observed(ratings: Ratings) -> tuple[Number, Number]:
    """Observed agreement as a quotient: the share of agreeing pairs of labels, mean over units."""
    units = ratings.pairable()
    scale = lcm(*(m * (m - 1) for _, m, _ in units))
    agreed: Number = 0
    n: Number = 0
    for labels, m, weight in units:
        pairs = sum(c * (c - 1) for c in labels.values())
        agreed = agreed + weight * (pairs * (scale // (m * (m - 1))))
        n = n + weight
    return agreed, scale * n


def _marginals(units: Iterable[tuple[Mapping[Any, int], int, Number]]) -> dict[Any, Number]:
    found: dict[Any, Number] = {}
    for labels, _, weight in units:
        for label, count in labels.items():
            found[label] = found.get(label, 0) + weight * count
    return found


def _cohen(ratings: Ratings) -> tuple[Number, Number, Number, Number]:
    """Numerator and denominator of kappa; chance agreement times n squared; n."""
    n: Number = 0
    agreed: Number = 0
    first: dict[Any, Number] = {}
    second: dict[Any, Number] = {}
    for (a, b), weight in ratings.pair(0, 1).weighted():
        n = n + weight
        agreed = agreed + weight * (a == b)
        first[a] = first.get(a, 0) + weight
        second[b] = second.get(b, 0) + weight
    chance: Number = sum(first[label] * second[label] for label in first if label in second)
    return n * agreed - chance, n * n - chance, chance, n


def observed_agreement(ratings: Ratings) -> Quotients:
    """The share of pairs of coders who agree, mean over the units that two or more labelled."""
    return [_observed(ratings)]


def cohen_kappa(ratings: Ratings) -> Quotients:
    """Cohen's kappa of two coders, -1 to 1; 0 is chance.

    A coder who coded nothing beside one who coded something has exactly 0.

    Source:
        Cohen (1960), Educational and Psychological Measurement 20(1), 37-46.
    """
    return [_cohen(ratings)[:2]]


def light_kappa(ratings: Ratings) -> Quotients:
    """The mean of Cohen's kappas over all pairs of coders.

    Source:
        Light (1971), Psychological Bulletin 76(5), 365-377.
    """
    coders = range(len(ratings.rows[0])) if ratings.rows else ()
    return [_cohen(ratings.pair(a, b))[:2] for a, b in combinations(coders, 2)]


def conger_kappa(ratings: Ratings) -> Quotients:
    """Kappa for several coders, whose chance term is the mean over pairs of coders.

    Source:
        Conger (1980), Psychological Bulletin 88(2), 322-328.
    """
    m = len(ratings.rows[0])
    pairs = m * (m - 1)
    agreed, scale_n = _observed(ratings)
    n = scale_n // pairs if isinstance(scale_n, int) else scale_n / pairs
    chance = sum(_cohen(ratings.pair(a, b))[2] for a, b in combinations(range(m), 2))
    return [(agreed * n - 2 * chance, pairs * n * n - 2 * chance)]


def fleiss_kappa(ratings: Ratings) -> Quotients:
    """Fleiss' kappa, for as many labels on every unit; with two coders it is Scott's pi.

    Source:
        Fleiss (1971), Psychological Bulletin 76(5), 378-382.
        Scott (1955), Public Opinion Quarterly 19(3), 321-325.
    """
    agreed, n = _observed(ratings)
    given = _marginals(ratings.pairable())
    total: Number = sum(given.values())
    squares: Number = sum(count * count for count in given.values())
    return [(agreed * total * total - n * squares, n * (total * total - squares))]


def scott_pi(ratings: Ratings) -> Quotients:
    """Scott's pi of two coders. Source: see ``fleiss_kappa``."""
    return fleiss_kappa(ratings.pair(0, 1))


def gwet_ac1(ratings: Ratings) -> Quotients:
    """Gwet's AC1: chance from how evenly the categories of the codebook are used.

    Units that one coder labelled count for the chance term, and for that alone.

    Source:
        Gwet (2008), British Journal of Mathematical and Statistical Psychology 61(1), 29-48;
        for missing labels Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed.
    """
    agreed, n = _observed(ratings)
    rows = [(Counter(x for x in row if x is not None), w) for row, w in ratings.weighted()]
    scale = lcm(*(labels.total() for labels, _ in rows if labels))
    used: dict[Any, Number] = {}
    all_units: Number = 0
    for labels, weight in rows:
        if labels:
            all_units = all_units + weight
        for label, count in labels.items():
            used[label] = used.get(label, 0) + weight * (count * (scale // labels.total()))
    total = scale * all_units
    spread: Number = sum(share * (total - share) for share in used.values())
    whole = total * total * (ratings.q - 1)
    return [(agreed * whole - spread * n, n * (whole - spread))]


def brennan_prediger(ratings: Ratings) -> Quotients:
    """Brennan and Prediger's kappa: chance is 1 / the number of categories of the codebook.

    Source:
        Brennan & Prediger (1981), Educational and Psychological Measurement 41(3), 687-699.
    """
    agreed, n = _observed(ratings)
    return [(ratings.q * agreed - n, n * (ratings.q - 1))]


def jaccard(ratings: Ratings) -> Quotients:
    """Of what at least one of two coders coded, the share that both did."""
    both, one = _coded(ratings)
    return [(both, both + one)]


def f1(ratings: Ratings) -> Quotients:
    """Coded by both, twice, over what the two coded; 1 where they coded the same."""
    both, one = _coded(ratings)
    return [(2 * both, 2 * both + one)]


def _coded(ratings: Ratings) -> tuple[Number, Number]:
    both: Number = 0
    one: Number = 0
    for (a, b), weight in ratings.pair(0, 1).weighted():
        if a and b:
            both = both + weight
        elif a or b:
            one = one + weight
    return both, one


def nominal(_: Mapping[Any, Number]) -> Callable[[Any, Any], Number]:
    """Labels are equal or not."""
    return lambda a, b: int(a != b)


def ordinal(given: Mapping[Any, Number]) -> Callable[[Any, Any], Number]:
    """Ranks: how many labels stand between two, from how often each was given."""
    order = sorted(given)
    place = {label: n for n, label in enumerate(order)}
    up_to: list[Number] = [0]
    for label in order:
        up_to.append(up_to[-1] + given[label])

    def distance(a: Any, b: Any) -> Number:
        low, high = sorted((place[a], place[b]))
        # Twice the difference, so that it stays whole; a factor cancels out.
        between = 2 * (up_to[high + 1] - up_to[low]) - given[a] - given[b]
        return 0 if a == b else between * between

    return distance


def interval(_: Mapping[Any, Number]) -> Callable[[Any, Any], Number]:
    """Numbers on a scale with equal steps."""
    return lambda a, b: (_exact(a) - _exact(b)) ** 2


def ratio(_: Mapping[Any, Number]) -> Callable[[Any, Any], Number]:
    """Numbers on a scale with a true zero."""

    def distance(a: Any, b: Any) -> Number:
        a, b = _exact(a), _exact(b)
        return Fraction(0) if a == b else ((a - b) / (a + b)) ** 2

    return distance


def _exact(label: Any) -> Fraction:
    return Fraction(label)


def krippendorff_alpha(ratings: Ratings, metric: Metric = nominal) -> Quotients:
    """Krippendorff's alpha for any number of coders; labels may be missing.

    Args:
        metric: ``nominal``, ``ordinal``, ``interval``, ``ratio``, or one for sets.

    Source:
        Krippendorff (2011), Computing Krippendorff's Alpha-Reliability;
        (2019), Content Analysis, 4th ed., ch. 12.
    """
    units = ratings.pairable()
    given = _marginals(units)
    distance = metric(given)
    scale = lcm(*(m - 1 for _, m, _ in units))
    apart: Number = 0
    for labels, m, weight in units:
        pairs = sum(labels[a] * labels[b] * distance(a, b) for a, b in combinations(labels, 2))
        apart = apart + weight * (2 * pairs * (scale // (m - 1)))
    expected: Number = 0
    for a, b in combinations(given, 2):
        expected = expected + 2 * given[a] * given[b] * distance(a, b)
    below = scale * expected
    total: Number = sum(given.values())
    return [(below - (total - 1) * apart, below)]


def cohen_kappa_error(ratings: Ratings) -> float | None:
    """The large-sample standard error of Cohen's kappa, for units that are independent.

    Characters are not: there it is several times too small. Use the bootstrap for them.

    Source:
        Fleiss, Cohen & Everitt (1969), Psychological Bulletin 72(5), 323-327.
    """
    above, below, chance, n = _cohen(ratings)
    if below == 0:
        return None
    kappa, expected = above / below, chance / n**2
    first: Counter[Any] = Counter()
    second: Counter[Any] = Counter()
    pairs = list(ratings.pair(0, 1).weighted())
    for (a, b), weight in pairs:
        first[a] += weight / n
        second[b] += weight / n
    variance = -((kappa - expected * (1 - kappa)) ** 2)
    for (a, b), weight in pairs:
        if a == b:
            variance += weight / n * (1 - (first[a] + second[a]) * (1 - kappa)) ** 2
        else:
            variance += weight / n * ((1 - kappa) * (second[a] + first[b])) ** 2
    # Rounding may leave a perfect table a hair below nothing.
    return float(sqrt(max(0.0, variance) / n) / (1 - expected))
