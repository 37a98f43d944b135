"""What the article and the policy brief say of networks and cities, from the shipped tables.

Each test's docstring gives the place in the text. ``corpus/statements.csv`` has the same
statements as a researcher would write them down; here the tables are counted once more, by hand.

Source:
    Oomen, Decoupling and Teaming Up, International Migration Review,
    https://doi.org/10.1177/0197918319881118 ("article"); a policy brief on 27 such networks
    ("brief").
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from tcncode.networks import check, read_cities, read_memberships, read_networks
from tcncode.statements import read_statements, statement_table

CORPUS = Path(__file__).parents[2] / "corpus"


@pytest.fixture(scope="module")
def networks():
    """The rows of Table 1 of the article, as printed."""
    with (CORPUS / "networks.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if "article, Table 1" in row["source"]]


@pytest.fixture(scope="module")
def cities():
    """The rows of Table 2 of the article, as printed."""
    with (CORPUS / "cities.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if "Table 2" in row["source"].split(";")[0]]


@pytest.fixture(scope="module")
def said():
    """Every statement of the shipped table by its sentence."""
    table = statement_table(
        read_statements(CORPUS / "statements.csv"),
        read_networks(CORPUS / "networks.csv"),
        read_cities(CORPUS / "cities.csv"),
        read_memberships(CORPUS / "memberships.csv"),
        CORPUS / "statements.csv",
    )
    return {row["statement"]: row for row in table.records()}


def declared(cities):
    return {row["name"]: int(row["networks_declared"]) for row in cities}


def populations(cities):
    return {row["name"]: int(row["population"]) for row in cities}


def test_there_are_20_networks(networks, said):
    """Article, abstract: "a database of the 20 most important TMNs"; Table 1."""
    assert len(networks) == 20
    assert said["20 networks were studied"]["agrees"]


def test_networks_by_focus(networks, said):
    """Article, Table 1, column Focus: 1 single, 2 narrow, 3 broad thematic focus."""
    assert Counter(row["focus"] for row in networks) == {"1": 11, "2": 4, "3": 5}
    assert said["Networks on a single issue"]["given"] == "11"
    assert said["Networks with a narrow thematic focus"]["given"] == "4"
    assert said["Networks with a broad thematic focus"]["given"] == "5"


def test_networks_by_membership(networks, said):
    """Article, Table 1, column Members: 1 cities only, 2 cities and regions, 3 mixed."""
    assert Counter(row["membership"] for row in networks) == {"1": 10, "2": 3, "3": 7}
    assert said["Networks of cities only"]["given"] == "10"
    assert said["Networks of cities and regions"]["given"] == "3"
    assert said["Networks with mixed membership"]["given"] == "7"


def test_29_cities_are_in_three_or_more_networks_though_the_brief_has_30(cities, said):
    """Article, text before Table 2; brief, "Transnational city networks and migration"."""
    assert len(cities) == 29
    assert min(declared(cities).values()) == 3
    assert said["29 cities are in Table 2"]["agrees"]
    brief = said["30 cities participate in three or more of nine networks"]
    assert (brief["said"], brief["given"], brief["agrees"]) == ("30", "29", False)


def test_the_most_networked_cities(cities, said):
    """Article, text after Table 2: Barcelona 7; Athens, Ghent 6; four cities 5."""
    by_number = Counter[int]()
    named: dict[int, set[str]] = {}
    for name, number in declared(cities).items():
        by_number[number] += 1
        named.setdefault(number, set()).add(name)
    assert named[7] == {"Barcelona"} and max(named) == 7
    assert named[6] == {"Athens", "Ghent"}
    assert named[5] == {"Amsterdam", "Rotterdam", "Paris", "Stockholm"}
    assert said["Barcelona is the most networked city"]["agrees"]
    assert said["Athens and Ghent are in six networks"]["agrees"]


def test_the_conclusion_gives_athens_one_network_more_than_the_table(cities, said):
    """Article, conclusion: Barcelona and Athens are in "as many as seven"."""
    assert declared(cities)["Athens"] == 6
    row = said["Athens participates in as many as seven networks"]
    assert (row["said"], row["given"], row["agrees"]) == ("7", "6", False)


def test_the_average_population_is_nearer_to_1_4_than_to_1_5_million(cities, said):
    """Article, text after Table 2, and brief: "an average size of 1.5 million"."""
    sizes = populations(cities).values()
    mean = sum(sizes) / len(sizes)
    assert mean == pytest.approx(1_398_766, abs=0.5)
    row = said["The average population is 1.5 million"]
    assert (row["said"], row["given"], row["agrees"]) == ("1500000", "1398766", False)


def test_nicosia_and_ghent_are_the_smallest_and_paris_is_not_the_second_largest(cities, said):
    """Article, text after Table 2: "ranging from Nicosia and Ghent ... to London and Paris"."""
    by_size = sorted(populations(cities), key=populations(cities).__getitem__)
    assert by_size[:2] == ["Nicosia", "Ghent"]
    assert by_size[-5:] == ["Paris", "Athens", "Madrid", "Berlin", "London"]
    assert said["Nicosia and Ghent are the smallest"]["agrees"]
    assert not said["London and Paris are the largest"]["agrees"]


@pytest.mark.parametrize(
    ("city", "source", "agrees"),
    [
        ("London has 8.8 million inhabitants", "article", True),
        ("London has 8.2 million inhabitants", "brief", False),
        ("Paris has 2.2 million inhabitants", "article", True),
        ("Paris has 6.7 million inhabitants", "brief", False),
        ("Ghent has around 250 000 inhabitants", "article", True),
        ("Ghent has around 240 000 inhabitants", "brief", False),
        ("Nicosia has around 250 000 inhabitants", "article", True),
    ],
)
def test_populations_of_the_article_are_those_of_its_table_the_briefs_are_not(
    said, city, source, agrees
):
    """Article, text after Table 2; brief, "Transnational city networks and migration"."""
    assert said[city]["source"].startswith(source)
    assert said[city]["agrees"] is agrees


def test_politics_of_the_29_cities(cities, said):
    """Article, text before Table 2: 14 social democrats, 4 centre-right, 11 unclear."""
    politics = Counter(row["politics"] for row in cities)
    assert politics == {
        "Social Democratic": 13, "Center-left": 1, "Unclear": 11,
        "Center-right": 2, "Right-wing": 1, "Centrist to center-right": 1,
    }  # fmt: skip
    assert next(row["name"] for row in cities if row["politics"] == "Center-left") == "Athens"
    # 14 only together with Athens, which the table has as centre-left.
    assert not said["14 cities were consistently run by social democrats"]["agrees"]
    together = "14 cities were consistently run by social democrats or the centre-left"
    assert said[together]["agrees"]
    assert said["Four cities were run by parties on the centre-right"]["agrees"]
    assert said["11 cities could not be classified"]["agrees"]


def test_the_briefs_politics_leave_three_of_its_30_cities_out(said):
    """Brief, footnote 14: 13 social democrats, 3 centre-right, 11 unclear, of 30 cities."""
    thirteen = said["13 cities were consistently run by social democrats"]
    three = said["Three cities were run by parties on the centre-right"]
    assert thirteen["agrees"] and not three["agrees"]
    assert int(thirteen["said"]) + int(three["said"]) + 11 == 27
    assert "27 of its 30" in three["note"]


def test_population_and_number_of_networks_are_not_correlated(cities, said):
    """Article, text after Table 2: city size and number of networks do not go together; brief."""
    spearmanr = pytest.importorskip("scipy.stats").spearmanr
    found = spearmanr(list(populations(cities).values()), list(declared(cities).values()))
    assert found.pvalue > 0.05
    row = said["Larger cities are not members of more networks"]
    assert row["agrees"] and row["given"] == "none"
    rho, p = (float(x) for x in re.findall(r"rho (-?[\d.]+), p = ([\d.]+)", row["computed"])[0])
    assert rho == pytest.approx(found.statistic, abs=0.005)
    # By permutation here, by Student's t there.
    assert p == pytest.approx(found.pvalue, abs=0.02)


def test_the_tick_marks_contradict_the_printed_count_for_most_cities(cities, said):
    """Article, Table 2: ticks in a row beside the count in its column "#"."""
    differ = {}
    for row in cities:
        ticks = re.search(r"(\d+) tick marks readable", row["note"])
        if ticks:
            differ[row["name"]] = int(ticks[1]) - int(row["networks_declared"])
    assert len(differ) == 24 and all(differ.values())
    assert {row["name"] for row in cities} - set(differ) == {
        "Nicosia", "Athens", "Rotterdam", "Paris", "Barcelona",
    }  # fmt: skip
    row = said["The tick marks in a row of Table 2 add up to its printed count"]
    assert (row["given"], row["agrees"]) == (f"{24 / 29:.2f}", False)


def test_size_classes_do_not_follow_the_populations(cities):
    """Article, Table 2: three cities have a greater class than a city with more inhabitants."""
    order = ["M", "L", "XL", "XXL", "Global"]
    rows = [(int(r["population"]), order.index(r["size_class"]), r["name"]) for r in cities]
    smaller = {(a[2], b[2]) for a in rows for b in rows if a[0] < b[0] and a[1] > b[1]}
    assert ("Nuremberg", "The Hague") in smaller
    assert ("Stockholm", "Rotterdam") in smaller
    assert ("Copenhagen", "Valencia") in smaller
    noted = {r["name"] for r in cities if "with more inhabitants" in r["note"]}
    assert noted == {"Nuremberg", "Stockholm", "Copenhagen"}


def test_three_networks_are_horizontal_and_one_of_them_has_an_initiator(said):
    """Brief, footnotes 7 and 9; article, "Transnational Municipal Networks in the Field ..."."""
    assert said["Three networks are horizontal: no international or regional partner"]["agrees"]
    row = said["No horizontal network was initiated by an international organisation"]
    assert (row["said"], row["given"], row["agrees"]) == ("0", "1", False)


def test_fewer_networks_are_named_as_european_than_the_brief_counts(said):
    """Brief, footnote 8, names seven of "10 ... initiated at the European level"."""
    row = said["10 networks were initiated at the European level"]
    assert (row["said"], row["given"], row["agrees"]) == ("10", "7", False)


def test_memberships_put_in_words(said):
    """Article, introduction: Barcelona's three networks; Palermo's mayor."""
    barcelona = said["Barcelona is officially part of Eurocities, Mayors for Peace and UCLG"]
    assert barcelona["agrees"]
    assert said["Palermo belongs to the Global Parliament of Mayors through its mayor"]["agrees"]


def test_declared_and_listed_counts_are_both_told():
    """The printed count of Table 2 beside the memberships that the texts put in words."""
    table = check(
        read_networks(CORPUS / "networks.csv"),
        read_cities(CORPUS / "cities.csv"),
        read_memberships(CORPUS / "memberships.csv"),
    )
    rows = {row["name"]: (row["declared"], row["listed"]) for row in table.records()}
    assert len(rows) == 29
    assert rows["Barcelona"] == (7, 6) and rows["Ghent"] == (6, 0)


def test_every_statement_names_its_place(said):
    assert all(re.match(r"(article|brief), \w", row["source"]) for row in said.values())
    assert sum(not row["agrees"] for row in said.values()) == 13
