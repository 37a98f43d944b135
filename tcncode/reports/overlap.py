"""Who duplicates whom: networks that do the same, beside networks that have the same members.

Functional overlap is the cosine of two profiles (words coded with each top code, as in
``networks``): 1 where two networks divide their words alike over the functions, however long
their texts. Membership overlap is the Jaccard index of their listed cities. Of a few cities it
tells little: two networks of which only Ghent is known have an index of 1. So the two are joined
to one figure, by which networks are sorted, only where ``LEAST_CITIES`` are listed for both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import combinations
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from tcncode.agreement.bootstrap import Resampling
from tcncode.model import REPLICATES, SEED, Membership, Table
from tcncode.reports.counting import counts, noted, share
from tcncode.reports.material import Line, Material
from tcncode.reports.networks import of_networks

if TYPE_CHECKING:
    from tcncode.agreement.intervals import Floats

COLUMNS = (
    "first", "second", "duplication", "cosine", "cosine_low", "cosine_high", "jaccard", "shared",
    "either", "first_cities", "second_cities", "first_words", "second_words",
    "first_documents", "second_documents",
)  # fmt: skip

LEAST_CITIES = 5
"""Listed cities of both networks from which on a Jaccard index says something of their members."""


def table(
    material: Material,
    memberships: Sequence[Membership] = (),
    *,
    sub_codes: bool = False,
    of: str | None = None,
    replicates: int = REPLICATES,
) -> Table:
    """One row for each pair of networks of which anything can be compared.

    Args:
        of: only pairs with this network (its id).

    Returns:
        ``first``, ``second``, ``duplication`` (geometric mean of cosine and Jaccard, 0 to 1; None
        where a network has fewer than ``LEAST_CITIES`` listed cities), ``cosine`` (0 to 1) with
        its interval, ``jaccard`` (0 to 1), ``shared`` and ``either`` (cities), the cities listed
        for each, the coded words of each (a word counts once, however many codes it has), and the
        documents that they rest on. Sorted by duplication, greatest first, and behind those that
        have none by cosine; without codings by Jaccard where enough cities are listed, else by
        ``shared``. A figure is None where a network has no coded words, or no listed
        city.
    """
    lines = material.lines(sub_codes=sub_codes)
    whose = np.array(of_networks(material), np.object_)
    # Lists of members can be compared though the codebook has no code left.
    words = np.zeros((len(whose), 0), np.int64)
    if lines:
        words = np.stack([counts(material, line).words for line in lines], axis=1)
    # A profile counts a word for each code that it has; how much text it rests on does not.
    coded = counts(material, Line("", frozenset().union(*(line.codes for line in lines)))).words
    profiles: dict[str, Floats] = {}
    covered: dict[str, int] = {}
    drawn: dict[str, Floats | None] = {}
    documents: dict[str, int] = {}
    for number, network in enumerate(sorted(set(whose.tolist()))):
        own = words[(whose == network) & (words.sum(axis=1) > 0)]
        documents[network] = len(own)
        covered[network] = int(coded[whose == network].sum())
        if documents[network]:
            profiles[network] = own.sum(axis=0).astype(np.float64)
            # Each network is drawn from by itself: with one seed two would move together.
            sums = Resampling(own, replicates=replicates, seed=SEED + number)
            drawn[network] = sums.drawn if sums.possible else None
    cities: defaultdict[str, set[str]] = defaultdict(set)
    for m in memberships:
        cities[m.network].add(m.city)
    rows: list[tuple[Any, ...]] = []
    for a, b in combinations(sorted(profiles.keys() | cities.keys()), 2):
        if of is not None and of not in (a, b):
            continue
        cosine = low = high = jaccard = None
        if a in profiles and b in profiles:
            cosine = float(_cosine(profiles[a][None], profiles[b][None])[0])
            low, high = _interval(drawn[a], drawn[b])
        shared, either = len(cities[a] & cities[b]), len(cities[a] | cities[b])
        if cities[a] and cities[b]:
            jaccard = share(shared, either)
        if cosine is None and jaccard is None:
            continue
        both = None
        if cosine is not None and jaccard is not None and _enough(cities[a], cities[b]):
            both = sqrt(cosine * jaccard)
        rows.append(
            (a, b, both, cosine, low, high, jaccard, shared, either)
            + (len(cities[a]), len(cities[b]))
            + (covered.get(a, 0), covered.get(b, 0))
            + tuple(documents.get(n, 0) for n in (a, b))
        )

    def order(row: tuple[Any, ...]) -> tuple[Any, ...]:
        jaccard = row[6] if _enough(cities[row[0]], cities[row[1]]) else None
        return *map(_last, (row[2], row[3], jaccard)), -row[7], row[0], row[1]

    rows.sort(key=order)
    note = noted(
        material,
        unit="cosine: of the words coded with each top code, 1 where two networks divide them"
        " alike, none where one has no codings; its interval: bootstrap over each network's coded"
        f" documents, {REPLICATES:,} replicates, seed {SEED}, none where one has a single"
        " document; jaccard: cities of both / of either, where cities are listed for both:"
        " a city that no list names counts as not belonging; duplication:"
        f" square root of cosine x jaccard, where {LEAST_CITIES} or more cities are listed for"
        " both, as of fewer an index tells little. Sorted by duplication, then those without it by"
        " cosine; shared, either: cities"
        " listed for both, for one of them or both; first_cities, second_cities: listed for each;"
        " first_words, second_words: coded words of each, a word once; first_documents,"
        " second_documents: its documents with codings. Texts that do several"
        " things are always somewhat alike: compare cosines with each other, not with 0",
    )
    return Table(
        "Overlap of networks", COLUMNS, tuple(rows), note, network_columns=("first", "second")
    )


def _enough(*lists: Collection[str]) -> bool:
    return all(len(each) >= LEAST_CITIES for each in lists)


def _last(value: float | None) -> tuple[bool, float]:
    """What sorts greatest first, and what is not defined behind all else."""
    return value is None, -(value or 0)


def _cosine(one: Floats, other: Floats) -> Floats:
    """Of each row with the other's row; NaN where a row is all zeros."""
    above = (one * other).sum(axis=1)
    below = np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1))
    found = np.full(len(above), np.nan)
    np.divide(above, below, out=found, where=below > 0)
    # Rounding may lift a cosine of equal profiles above 1.
    capped: Floats = np.minimum(found, 1.0)
    return capped


def _interval(one: Floats | None, other: Floats | None) -> tuple[float | None, float | None]:
    if one is None or other is None:
        return None, None
    values = _cosine(one, other)
    values = values[~np.isnan(values)]
    if not len(values):
        return None, None
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)
