"""Statements of a publication: what the tables give beside it, and what is refused."""

from __future__ import annotations

import random

import pytest

from tcncode.errors import TableError
from tcncode.model import City, Membership, Network
from tcncode.statements import read_statements, statement_table

NETWORKS = [Network("a", "Alpha", focus=1), Network("b", "Beta", focus=2, parent="a")]
CITIES = [
    City("łódź", "Łódź", networks_declared=2, population=100, politics="Left", capital=False),
    City("oslo", "Oslo", networks_declared=3, population=300, politics="Unclear", capital=True),
    City("rome", "Rome", population=200),
]
MEMBERSHIPS = [Membership("oslo", "a", verified=True), Membership("oslo", "b")]
HEAD = "statement,source,table,where,measure,said,to_nearest,note\n"


@pytest.fixture
def given(tmp_path):
    """What a row of a statements file comes to."""

    def row(line: str):
        path = tmp_path / "said.csv"
        path.write_text(HEAD + f"It is so,p. 1,{line}\n", encoding="utf-8")
        table = statement_table(read_statements(path), NETWORKS, CITIES, MEMBERSHIPS, path)
        found = table.records()[0]
        return found["given"], found["agrees"]

    return row


@pytest.mark.parametrize(
    ("line", "value", "agrees"),
    [
        ("networks,,count,2,,", "2", True),
        ("networks,,count,3,,", "2", False),
        ("networks,focus = 1,names,Alpha,,", "Alpha", True),
        ("networks,parent != -,names,beta,,", "Beta", True),
        ("networks,parent = -; focus = 1 | 2,count,1,,", "1", True),
        ("cities,capital = yes,names,Oslo,,", "Oslo", True),
        ("cities,politics ~ LEFT,names,Łódź,,", "Łódź", True),
        ("cities,networks_declared >= 3,names,Oslo,,", "Oslo", True),
        ("cities,population < 250,count,2,,", "2", True),
        ("cities,city = oslo,value population,300,,", "300", True),
        ("cities,,value population,300,,", None, False),
        ("cities,city = nowhere,mean population,1,,", None, False),
        ("cities,,mean population,200,,", "200", True),
        ("cities,,mean networks_declared,2.5,,", "2.5", True),
        ("cities,,mean networks_declared,> 2,,", "2.5", True),
        ("cities,,mean networks_declared,<= 2,,", "2.5", False),
        ("cities,city = oslo,value population,250,100,", "300", False),
        ("cities,city = oslo,value population,0.3e3,,", None, None),
        ("cities,,least 2 population,Rome; Łódź,,", "Łódź; Rome", True),
        ("cities,,greatest 1 population,Rome,,", "Oslo", False),
        ("cities,,share politics = -,0.33,0.01,", "0.33", True),
        ("cities,,correlation population networks_declared,none,,", None, False),
        ("memberships,city = oslo; verified = yes,names,a,,", "a", True),
    ],
)
def test_what_the_tables_give(given, line, value, agrees):
    if agrees is None:
        with pytest.raises(TableError, match="no number"):
            given(line)
    else:
        assert given(line) == (value, agrees)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("towns,,count,2,,", 'table is "towns"'),
        ("cities,,count,,,", "said or measure is empty|said"),
        ("cities,size big,count,2,,", "no condition"),
        ("cities,size = 2,count,2,,", 'no column "size"'),
        ("cities,,median population,2,,", '"median" is no measure'),
        ("cities,population > many,count,2,,", '"many" is not a number'),
        ("cities,,least 1e400 population,Rome,,", '"1e400" is too great a number'),
        ("cities,city = oslo,value population,250,0,", 'to_nearest is "0": not above 0'),
        ("cities,city = oslo,value population,250,-5,", 'to_nearest is "-5": not above 0'),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_line(given, line, problem):
    with pytest.raises(TableError, match=problem) as refused:
        given(line)
    assert "line 2" in str(refused.value)


def test_a_correlation_is_told_and_one_that_chance_explains_is_none(tmp_path):
    """Against scipy, with ties, on forty cities."""
    spearmanr = pytest.importorskip("scipy.stats").spearmanr
    chance = random.Random(11)
    sizes = [chance.randrange(1, 12) for _ in range(40)]
    for noise, expected in ((4, True), (4000, False)):
        numbers = [size + chance.randrange(noise) for size in sizes]
        cities = [
            City(f"c{n}", f"C{n}", population=size, networks_declared=number)
            for n, (size, number) in enumerate(zip(sizes, numbers, strict=True))
        ]
        path = tmp_path / "said.csv"
        line = "Said,p. 1,cities,,correlation population networks_declared,none,,\n"
        path.write_text(HEAD + line, encoding="utf-8")
        row = statement_table(read_statements(path), [], cities, [], path).records()[0]
        known = spearmanr(sizes, numbers)
        assert bool(known.pvalue < 0.05) is expected
        assert row["agrees"] is not expected
        assert row["given"] == (f"{known.statistic:.2f}" if expected else "none")
        assert f"rho {known.statistic:.2f}," in row["computed"]


def test_the_command_tells_both_values_and_changes_nothing(tcncode, tmp_path):
    tcncode("init", "s.tcn")
    (tmp_path / "c.csv").write_text("city,name,population\noslo,Oslo,300\n", encoding="utf-8")
    tcncode("networks", "load", "--cities", "c.csv")
    (tmp_path / "said.csv").write_text(
        HEAD + "Oslo has 400,p. 1,cities,city = oslo,value population,400,,\n", encoding="utf-8"
    )
    ran = tcncode("networks", "statements", "said.csv", "--format", "csv")
    assert ran.code == 0
    assert "Oslo has 400,p. 1,400,300,False" in ran.out
    missing = tcncode("networks", "statements", "nowhere.csv")
    assert missing.code == 1 and "nowhere.csv" in missing.err and missing.err.count("\n") == 1
