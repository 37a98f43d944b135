"""Tables in, contradictions and numbers out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tcncode.errors import ReadError, TableError
from tcncode.model import City, Membership, Network
from tcncode.networks import (
    centrality,
    check,
    read_cities,
    read_memberships,
    read_networks,
)

CORPUS = Path(__file__).parent.parent / "corpus"
M = Membership
MEMBERSHIPS = [M("a", "x", True), M("b", "x"), M("b", "y"), M("c", "y"), M("c", "z"), M("b", "z")]


def write(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "table.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_networks_are_read_with_every_field(tmp_path, encoding, delimiter, newline):
    rows = [
        "network,name,short_name,focus,membership,parent,horizontal,mood",
        "sc,Solidarität Städte,SC,2,1,eurocities,yes,good",
        ",,,,,,,",
        "ic,Intercultural,,,,,,",
    ]
    text = newline.join(rows).replace(",", delimiter)
    found = read_networks(write(tmp_path, text, encoding))
    assert found == [
        Network("sc", "Solidarität Städte", "SC", "", 2, 1, "eurocities", "", True),
        Network("ic", "Intercultural"),
    ]
    assert [('"mood"' in note) for note in found.notes] == [True]


def test_cities_are_read_with_unknown_as_none(tmp_path):
    header = "city,name,networks_declared,population,capital,non_eu_share"
    text = header + '\nx,X,3,"1,234,567",no,12.5%\ny,Y,,,,'
    assert read_cities(write(tmp_path, text)) == [
        City("x", "X", "", 3, 1234567, "", False, 12.5),
        City("y", "Y"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("", 1, 'no column "city"'),
        ("city,name,name\n", 1, "twice"),
        ("city,name\nx,X\n\nx,Y\n", 4, "line 2"),
        ("city,name\nx,X,3\n", 2, "3 cells"),
        ('city,name,note\nx,X,"two\nlines"\n,Y,\n', 4, '"city" is empty'),
        ("city,name,population\nx,X,many\n", 2, "not a whole number"),
        ("city,name,non_eu_share\nx,X,120\n", 2, "0 to 100"),
        ("city,name,capital\nx,X,perhaps\n", 2, "neither yes nor no"),
        ('city,name\nx,"X\n', 2, "end of data"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_by_its_line(tmp_path, text, line, problem):
    with pytest.raises(TableError, match=f"line {line}: ") as caught:
        read_cities(write(tmp_path, text))
    assert problem in str(caught.value)


def test_a_table_in_another_encoding_is_named(tmp_path):
    with pytest.raises(TableError, match="line 2: not UTF-8"):
        read_cities(write(tmp_path, "city,name\nx,Málaga\n", "latin-1"))
    with pytest.raises(ReadError, match="no such file"):
        read_cities(tmp_path / "none.csv")


def test_check_reports_contradictions_and_repairs_none():
    cities = [
        City("a", "A", networks_declared=2),
        City("b", "B", networks_declared=3),
        City("c", "C"),
    ]
    networks = [Network("x", "X"), Network("y", "Y"), Network("z", "Z")]
    table = check(networks, cities, [*MEMBERSHIPS, M("d", "x"), M("c", "q")])
    assert table.rows == (
        ("a", "A", 2, 1, -1, 1, "declared and listed counts differ"),
        ("c", "C", None, 3, None, 0, 'no network "q" in the table'),
        ("d", None, None, 1, None, 0, 'no city "d" in the table'),
    )


def test_centrality_is_degree_over_the_other_kind():
    table = centrality([*MEMBERSHIPS, MEMBERSHIPS[0], M("x", "x")])
    assert table.rows[0] == ("city", "b", 3, 1.0)
    assert ("city", "x", 1, pytest.approx(1 / 3)) in table.rows
    assert ("network", "x", 3, 0.75) in table.rows
    assert "Caution" in table.note
    assert centrality([]).rows == ()


def test_the_study_s_own_tables_are_read():
    networks = read_networks(CORPUS / "networks.csv")
    cities = read_cities(CORPUS / "cities.csv")
    memberships = read_memberships(CORPUS / "memberships.csv")
    assert networks and cities and memberships
    assert networks.notes + cities.notes + memberships.notes == []
    assert check(networks, cities, memberships).rows
