"""Cities, and who is mentioned: counted by hand, and centrality as networkx has it."""

from __future__ import annotations

import numpy as np
import pytest
from report_study import coding, made, rows

from tcncode.model import City, Membership, Network
from tcncode.reports import cities, mentions

# Cities


CITIES = [
    City("ghent", "Ghent", networks_declared=6, population=200, politics="left", capital=False),
    City("oslo", "Oslo", networks_declared=4, population=300, politics="left"),
    City("riga", "Riga", networks_declared=3, population=500, politics="right"),
    City("genoa", "Genoa"),
]
MEMBERS = [
    Membership("ghent", "x", True), Membership("ghent", "y"), Membership("oslo", "x"),
    Membership("riga", "z"),
]  # fmt: skip


def test_declared_and_listed_memberships_are_kept_apart() -> None:
    found = rows(cities.table(CITIES, MEMBERS), "city")
    assert [(c, r["declared"], r["listed"], r["difference"]) for c, r in found.items()] == [
        ("ghent", 6, 2, -4), ("oslo", 4, 1, -3), ("riga", 3, 1, -2), ("genoa", None, 0, None),
    ]  # fmt: skip
    ghent, riga, genoa = found["ghent"], found["riga"], found["genoa"]
    assert ghent["degree_centrality"] == pytest.approx(2 / 3)
    assert ghent["projected_degree"] == 1 and riga["projected_degree"] == 0
    assert ghent["eigenvector"] == pytest.approx(1.0)
    assert riga["eigenvector"] is None and genoa["degree_centrality"] is None
    assert ghent["betweenness"] > found["oslo"]["betweenness"] == 0


def test_politics_are_shares_of_the_cities_of_which_it_is_said() -> None:
    found = rows(cities.politics(CITIES), "politics")
    assert (found["left"]["cities"], found["left"]["share"]) == (2, pytest.approx(2 / 3))
    assert found["left"]["mean_declared"] == 5


def test_correlations_are_those_of_the_formulas_and_none_where_there_are_too_few() -> None:
    found = rows(cities.correlations(CITIES, MEMBERS), "attribute", "count")
    declared = found["population", "declared"]
    x, y = np.array([200, 300, 500.0]), np.array([6, 4, 3.0])
    assert declared["pearson"] == pytest.approx(float(np.corrcoef(x, y)[0, 1]))
    assert (declared["spearman"], declared["n"]) == (pytest.approx(-1.0), 3)
    assert declared["p_spearman"] == pytest.approx(1 / 3, abs=0.02)  # 2 of the 6 orders
    assert found["non_eu_share", "declared"]["pearson"] is None


def test_ranks_of_equals_are_their_mean() -> None:
    from scipy.stats import rankdata

    values = np.array([3.0, 1, 3, 2, 3, 1])
    assert cities._ranks(values).tolist() == rankdata(values).tolist()


def test_centrality_is_networkxs() -> None:
    import networkx as nx

    found = rows(cities.networks([Network("x", "X"), Network("w", "W")], MEMBERS), "network")
    graph = nx.Graph([("ghent", "x"), ("ghent", "y"), ("oslo", "x"), ("riga", "z")])
    between = nx.bipartite.betweenness_centrality(graph, ["x", "y", "z"])
    assert found["x"]["betweenness"] == pytest.approx(between["x"])
    assert (found["x"]["cities"], found["x"]["verified"]) == (2, 1)
    assert found["w"]["betweenness"] is None


def test_where_nothing_can_lie_between_betweenness_is_none() -> None:
    one = [Membership("ghent", "x"), Membership("oslo", "x")]
    assert {r["betweenness"] for r in cities.table(CITIES, one).records()} == {None}
    assert rows(cities.table(CITIES, []), "city")["ghent"]["eigenvector"] is None


# Mentions


NAMED = [Network("icorn", "International Cities of Refuge", "ICORN"), Network("gpm", "Parliament")]
TOWNS = [City("york", "York"), City("new-york", "New York"), City("ul", "Ål")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ICORN met in New York, not in York.", ["icorn", "new-york", "york"]),
        ("ICORNs and Yorkshire and NewYork and New Yorker", []),
        ("INTERNATIONAL CITIES OF REFUGE; NEW YORK", ["icorn", "new-york"]),
        ("york, parliament", []),
        ("Parliament's York-based office", ["gpm", "york"]),
        ("in Ål", []),  # too short to be looked for
    ],
)
def test_names_are_found_whole_as_written_and_the_longest_first(
    text: str, expected: list[str]
) -> None:
    found = list(mentions.finder(NAMED, TOWNS)(text))
    assert [named[1] for _, _, named in found] == expected
    for start, end, (_, name) in found:
        assert name.split("-")[0] in text[start:end].casefold() or name in ("icorn", "gpm")


def test_mentions_are_counted_by_the_network_of_the_document() -> None:
    texts = {"a": "York and York and ICORN", "b": "ICORN in New York"}
    codings = [coding("a", 0, 6, "sharing"), coding("b", 0, 5, "sharing")]
    found = rows(mentions.table(made(codings, texts), NAMED, TOWNS), "network", "mentioned")
    york = found["EUROCITIES", "york"]
    assert (york["mentions"], york["documents"], york["in_coded_text"]) == (2, 1, 1)
    assert york["per_1000_words"] == pytest.approx(2000 / 5)
    assert not found["EUROCITIES", "icorn"]["itself"]
    nothing = mentions.table(made(codings, texts), [], [])
    assert "No networks or cities are known" in nothing.warning
    assert nothing.warning in nothing.note
    own = mentions.table(made(codings, texts), [Network("ICORN", "ICORN")], []).records()
    assert [(r["network"], r["itself"]) for r in own] == [("EUROCITIES", False), ("ICORN", True)]
