"""Which cities sit where: how many networks each is in, how central it is, and who governs it.

Two counts are kept apart, because they contradict each other in printed tables: ``declared`` is
what the city's source says, ``listed`` is how many memberships are named one by one. Centrality
can rest on the listed ones only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tcncode.model import SEED, City, Membership, Network, Table
from tcncode.reports.counting import share
from tcncode.text.numbers import counted

COLUMNS = (
    "city", "name", "country", "declared", "listed", "difference", "degree_centrality",
    "betweenness", "eigenvector", "projected_degree", "projected_betweenness",
    "projected_eigenvector", "population", "size_class", "capital", "non_eu_share", "politics",
    "networks",
)  # fmt: skip
PERMUTATIONS = 10_000
NOT_SAID = "(not said)"


def table(cities: Sequence[City], memberships: Sequence[Membership]) -> Table:
    """One row a city, those in most networks first.

    Returns:
        ``city`` (id), ``name``, ``country``; ``declared``, ``listed`` and their ``difference``
        (listed less declared); in the two-mode graph of cities and networks ``degree_centrality``
        (0 to 1, of the networks), ``betweenness`` (0 to 1) and ``eigenvector`` (0 to 1); in its
        projection, where cities are tied that share a network, ``projected_degree`` (how many
        cities), ``projected_betweenness``, ``projected_eigenvector``; then attributes, and the
        listed ``networks``. Centrality is None for cities of which no membership is listed, the
        eigenvector also outside the largest component.

    Source:
        Borgatti & Everett (1997), Social Networks 19(3), 243-269: centrality in two-mode data.
        Bonacich (1987), American Journal of Sociology 92(5), 1170-1182: eigenvector centrality.
    """
    listed: defaultdict[str, set[str]] = defaultdict(set)
    for m in memberships:
        listed[m.city].add(m.network)
    found = _centrality(listed)
    rows: list[tuple[Any, ...]] = []
    for city in cities:
        count, declared = len(listed.get(city.id, ())), city.networks_declared
        rows.append(
            (city.id, city.name, city.country or None, declared, count)
            + (None if declared is None else count - declared,)
            + tuple(measure.get(city.id) for measure in found)
            + (city.population, city.size_class or None, city.capital, city.non_eu_share)
            + (city.politics or None, "; ".join(sorted(listed.get(city.id, ()))))
        )
    rows.sort(key=lambda r: (-(r[3] or 0), -r[4], str(r[1])))
    networks = {n for of in listed.values() for n in of}
    note = (
        "declared: networks that the city's source says it is in; listed: memberships named one by"
        " one; difference: listed - declared. Two-mode graph of the listed memberships:"
        f" {counted(len(listed), 'city', 'cities')}, {counted(len(networks), 'network')},"
        f" {counted(sum(map(len, listed.values())), 'tie')};"
        " degree_centrality: networks / all networks in it; betweenness normalised for two modes"
        " (Borgatti & Everett 1997); eigenvector: largest component only, greatest city 1."
        " Cities that no list names are not in the graph, and have none of these."
        " Projection: cities that share a network are tied, by the number of networks;"
        " projected_degree: such cities. Caution: a city whose memberships were not looked up seems"
        f" peripheral. n = {counted(len(cities), 'city', 'cities')}. Codings do not enter."
    )
    return Table("Cities", COLUMNS, tuple(rows), note)


def correlations(cities: Sequence[City], memberships: Sequence[Membership]) -> Table:
    """How population and the share of non-EU residents go with the number of networks.

    Returns:
        A row a pair: ``attribute``, ``count`` (declared or listed), ``n`` (cities that have
        both), ``pearson`` and ``spearman`` (-1 to 1), and ``p_pearson``, ``p_spearman``: how often
        a random assignment gives a correlation at least as strong, two-sided. None where fewer
        than three cities or no variation.
    """
    listed = Counter(city for city, _ in {(m.city, m.network) for m in memberships})
    rows: list[tuple[Any, ...]] = []
    for attribute in ("population", "non_eu_share"):
        for count in ("declared", "listed"):
            counted = {c.id: c.networks_declared for c in cities} if count == "declared" else listed
            pairs = [(getattr(c, attribute), counted[c.id]) for c in cities]
            known = [pair for pair in pairs if None not in pair]
            x, y = np.array(known, np.float64).reshape(-1, 2).T
            rows.append((attribute, count, len(known), *_correlation(x, y), *spearman(known)))
    columns = ("attribute", "count", "n", "pearson", "p_pearson", "spearman", "p_spearman")
    note = (
        "Unit: city. pearson, spearman: -1 to 1, ties share their mean rank; p: share of"
        f" {PERMUTATIONS:,} random assignments (seed {SEED}) with a correlation at least as far"
        " from 0. listed counts the memberships named one by one, 0 where none is."
    )
    return Table("Attributes of cities and number of networks", columns, tuple(rows), note)


def politics(cities: Sequence[City]) -> Table:
    """How the cities are governed: ``politics`` (as the source says), ``cities``, ``share`` (0 to
    1, of the cities of which it is said), ``mean_declared`` networks, ``mean_population``."""
    said = [c for c in cities if c.politics]
    by: defaultdict[str, list[City]] = defaultdict(list)
    for city in said:
        by[city.politics].append(city)
    rows = [
        (name, len(of), share(len(of), len(said)))
        + (_mean([c.networks_declared for c in of]), _mean([c.population for c in of]))
        for name, of in sorted(by.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    columns = ("politics", "cities", "share", "mean_declared", "mean_population")
    note = (
        f"Unit: city. share: of the {counted(len(said), 'city', 'cities')} of which it is said, of"
        f" {len(cities)}; means: of the cities of which the figure is known."
    )
    return Table("Politics of cities", columns, tuple(rows), note)


def networks(networks: Sequence[Network], memberships: Sequence[Membership]) -> Table:
    """One row a network: its cities as listed, and its place in the two-mode graph.

    Returns:
        ``network``, ``name``, ``cities`` (listed), ``verified`` (of these), ``degree_centrality``
        (0 to 1, of the cities), ``betweenness``, ``eigenvector``, as in ``table``; ``focus``,
        ``membership``, ``parent``.
    """
    members: defaultdict[str, set[str]] = defaultdict(set)
    for m in memberships:
        members[m.network].add(m.city)
    verified = Counter(m.network for m in memberships if m.verified)
    degree, between, eigen = _centrality(members)[:3]
    rows = [
        (n.id, n.name, len(members.get(n.id, ())), verified[n.id])
        + (degree.get(n.id), between.get(n.id), eigen.get(n.id))
        + (n.focus, n.membership, n.parent)
        for n in networks
    ]
    rows.sort(key=lambda r: (-int(str(r[2])), str(r[0])))
    columns = (
        "network", "name", "cities", "verified", "degree_centrality", "betweenness",
        "eigenvector", "focus", "membership", "parent",
    )  # fmt: skip
    note = (
        "cities: as listed; verified: of these. Measures as for cities, in the same two-mode"
        " graph, in which networks without a city are not. Caution: lists of members are partial."
    )
    return Table("Networks by their cities", columns, tuple(rows), note)


Measure = Mapping[str, float]


def _centrality(ties: Mapping[str, set[str]]) -> tuple[Measure, ...]:
    """Degree, betweenness and eigenvector in the two-mode graph, then in the projection.

    Args:
        ties: those that are measured -> those of the other mode.
    """
    import networkx as nx
    from networkx.algorithms import bipartite

    graph: Any = nx.Graph()
    # A city and a network may have the same id.
    graph.add_edges_from((("own", a), ("other", b)) for a in sorted(ties) for b in sorted(ties[a]))
    own = [node for node in graph if node[0] == "own"]
    if not own:
        return ({},) * 6
    projected = bipartite.weighted_projected_graph(graph, own)
    measures = (
        bipartite.degree_centrality(graph, own),
        _betweenness(graph, own),
        _eigenvector(graph),
        dict(projected.degree()),
        nx.betweenness_centrality(projected),
        _eigenvector(projected),
    )
    return tuple({node[1]: m[node] for node in own if node in m} for m in measures)


def _betweenness(graph: Any, own: Sequence[Any]) -> dict[Any, float]:
    """Normalised for two modes; of none where no node could lie between two others."""
    from networkx.algorithms import bipartite

    try:
        return dict(bipartite.betweenness_centrality(graph, own))
    except ZeroDivisionError:  # the greatest possible value is 0
        return {}


def _eigenvector(graph: Any) -> dict[Any, float]:
    """Of the largest component, the greatest of its own mode 1; else ties would decide."""
    import networkx as nx

    part = max(nx.connected_components(graph), key=lambda c: (len(c), min(c)))
    if len(part) < 2:
        return {}
    nodes = sorted(part)
    matrix = nx.to_numpy_array(graph, nodelist=nodes)
    # The graph is connected, so the eigenvector of the greatest eigenvalue has one sign.
    vector = np.abs(np.linalg.eigh(matrix)[1][:, -1])
    own = max(v for node, v in zip(nodes, vector, strict=True) if node[0] == "own")
    return {node: float(v / own) for node, v in zip(nodes, vector, strict=True)}


def spearman(pairs: Sequence[tuple[Any, Any]]) -> tuple[float | None, float | None]:
    """Spearman's rho of some pairs (-1 to 1), and how often chance gives one as strong; see
    ``correlations``."""
    x, y = np.array(pairs, np.float64).reshape(-1, 2).T
    return _correlation(_ranks(x), _ranks(y))


def _ranks(values: Any) -> Any:
    """Ranks from 1; equals share their mean rank."""
    _, number, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return (last - (count - 1) / 2)[number]


def _correlation(x: Any, y: Any) -> tuple[float | None, float | None]:
    """Pearson's r, and its p by permutation."""
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None, None
    x, y = (x - x.mean()) / x.std(), (y - y.mean()) / y.std()
    r = float((x * y).mean())
    random = np.random.default_rng(SEED)
    drawn = random.permuted(np.broadcast_to(y, (PERMUTATIONS, len(y))), axis=1) @ x / len(x)
    # The data are one of the assignments; rounding must not exclude their equals.
    beyond = int((np.abs(drawn) >= abs(r) - 1e-12).sum())
    return r, (beyond + 1) / (PERMUTATIONS + 1)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return share(sum(known), len(known))
