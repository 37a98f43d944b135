"""Ratings from a table: what is read, what is refused, and how far alpha can be trusted."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from conftest import Run
from hypothesis import given
from hypothesis import strategies as st

from tcncode.agreement.coefficients import Ratings, krippendorff_alpha, ordinal, value_of
from tcncode.agreement.ratings import METRICS, compare_ratings
from tcncode.errors import TableError, UsageError
from tcncode.importing.ratings import read_ratings

SCORES = "unit,amina,bo,cem\none,1,1,\ntwo,2,3,2\nthree,3,3,3\nfour,1,2,1\nfive,5,4,5\n"


@pytest.fixture
def scores(tmp_path: Path) -> Path:
    path = tmp_path / "scores.csv"
    path.write_text(SCORES, encoding="utf-8")
    return path


def rows(ran) -> list[dict[str, object]]:
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def test_a_table_is_read_with_its_gaps_and_exact_numbers(tmp_path, scores):
    table = read_ratings(scores, "interval")
    assert table.coders == ("amina", "bo", "cem") and table.rows[0] == (1, 1, None)
    path = tmp_path / "more.csv"
    path.write_text("a,b\n0.1,1e-1\n\n , \n", encoding="utf-8")
    assert read_ratings(path, "ratio").rows == ((Fraction(1, 10), Fraction(1, 10)),)


def test_a_scale_of_words_has_its_order_and_no_other(tmp_path):
    path = tmp_path / "words.csv"
    path.write_text("a,b\nlow,middle\nhigh,high\nmiddle,low\n", encoding="utf-8")
    table = read_ratings(path, "ordinal", ["low", "middle", "high"])
    assert table.rows == ((1, 2), (3, 3), (2, 1))
    with pytest.raises(TableError, match="line 2"):
        read_ratings(path, "ordinal")
    with pytest.raises(TableError, match="not on the scale"):
        read_ratings(path, "ordinal", ["low", "high"])


@given(st.lists(st.tuples(*[st.one_of(st.none(), st.integers(1, 5))] * 3), min_size=1, max_size=12))
def test_ordinal_distances_are_what_lies_between_counted_one_by_one(matrix):
    ratings = Ratings.of(matrix)
    given = {}
    for labels, _, weight in ratings.pairable():
        for label, count in labels.items():
            given[label] = given.get(label, 0) + weight * count
    distance = ordinal(given)
    for a in given:
        for b in given:
            low, high = min(a, b), max(a, b)
            between = 2 * sum(n for g, n in given.items() if low <= g <= high)
            slow = 0 if a == b else (between - given[a] - given[b]) ** 2
            assert distance(a, b) == slow


@pytest.mark.parametrize("level", METRICS)
def test_the_interval_is_that_of_units_drawn_one_by_one(level):
    """Drawing kinds of units from a multinomial is drawing units; the jackknife is exact."""
    rng = np.random.default_rng(4)
    truth = rng.integers(1, 6, 60)
    coders = [np.clip(truth + rng.integers(-1, 2, 60), 1, 5) for _ in range(3)]
    matrix = [tuple(int(x) for x in row) for row in zip(*coders, strict=True)]
    (found,) = (
        r for r in compare_ratings("abc", matrix, level=level, statistics=["alpha"])
        if len(r.coders) == 3
    )  # fmt: skip

    def alpha(some) -> float:
        value = value_of(krippendorff_alpha(Ratings.of(some), METRICS[level])).value
        assert value is not None
        return value

    assert found.value == pytest.approx(alpha(matrix))
    drawn = [
        alpha([matrix[n] for n in rng.integers(0, len(matrix), len(matrix))]) for _ in range(600)
    ]
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.03)
    without = np.array([alpha(matrix[:n] + matrix[n + 1 :]) for n in range(len(matrix))])
    n = len(matrix)
    assert found.error == pytest.approx(
        float(np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum()))
    )


def test_by_command_without_any_project(tcncode: Run, scores):
    found = rows(tcncode("agree", "--ratings", scores, "--level", "ordinal", "--format", "json"))
    assert [(r["coders"], r["n"]) for r in found] == [
        ("amina / bo / cem", 5), ("amina / bo", 5), ("amina / cem", 4), ("bo / cem", 4),
    ]  # fmt: skip
    assert found[0]["statistic"] == "Krippendorff's alpha, ordinal"
    assert found[0]["low"] < found[0]["value"] <= found[0]["high"]
    again = rows(tcncode("agree", "--ratings", scores, "--level", "ordinal", "--format", "json"))
    assert again == found
    ran = tcncode("agree", "--ratings", scores, "--level", "interval")
    assert "bootstrap over units" in ran.err and "seed 20190501" in ran.err
    names = {r["statistic"] for r in rows(
        tcncode("agree", "--ratings", scores, "--level", "nominal", "--format", "json")
    )}  # fmt: skip
    assert names == {"observed agreement", "Cohen's kappa", "Krippendorff's alpha, nominal"}


def test_all_statistics_are_those_that_there_are_for_the_level(tcncode: Run, scores):
    asked = ("agree", "--ratings", scores, "--statistic", "all", "--format", "json", "--level")
    names = {r["statistic"] for r in rows(tcncode(*asked, "nominal"))}
    assert {"Fleiss' kappa", "Gwet's AC1", "Scott's pi", "Light's kappa"} < names
    assert not names & {"F1", "Jaccard", "u-alpha"}
    names = {r["statistic"] for r in rows(tcncode(*asked, "ratio"))}
    assert names == {"observed agreement", "Krippendorff's alpha, ratio"}


def test_everybody_equal_everywhere_is_not_defined(tmp_path, tcncode: Run):
    (tmp_path / "same.csv").write_text("a,b\n2,2\n2,2\n", encoding="utf-8")
    ran = tcncode("agree", "--ratings", "same.csv", "--level", "interval", "--format", "json")
    assert rows(ran)[0]["value"] is None and rows(ran)[0]["reason"] == "no_variation"
    assert "one and the same answer" in ran.err


@pytest.mark.parametrize(
    ("text", "words", "code"),
    [
        ("a,b\n1,2\n", [], 2),
        ("a,b\n1,2\n", ["--level", "ordinal", "--statistic", "kappa"], 2),
        ("a,b\n1,2\n", ["--level", "nominal", "--statistic", "f1"], 2),
        ("a,b\n1,2\n", ["--level", "nominal", "--unit", "sentence"], 2),
        ("a,b\n1,2\n", ["--level", "nominal", "--by", "network"], 2),
        ("a,b\n1,2\n", ["--level", "nominal", "amina"], 2),
        ("a,b\n1,x\n", ["--level", "interval"], 1),
        ("a,b\n1,1/2\n", ["--level", "interval"], 1),
        ("a,b\n1,-2\n", ["--level", "ratio"], 1),
        ("a,b\n1,-1\n", ["--level", "ratio", "--scale=-1,1"], 2),
        ("a,b\n1,1e99999999\n", ["--level", "interval"], 1),
        ("a,b\n1,1e-99999999\n", ["--level", "interval"], 1),
        ("a,b\n1e308,2\n3,-4e307\n", ["--level", "interval"], 1),
        ("a,b\n1\n", ["--level", "ratio"], 1),
        ("a\n1\n", ["--level", "nominal"], 1),
        ("a,a\n1,2\n", ["--level", "nominal"], 1),
        ("unit,a\nx,1\n", ["--level", "nominal"], 1),
        ("", ["--level", "nominal"], 1),
    ],
)
def test_what_cannot_be_compared_is_said_in_one_line(tmp_path, tcncode: Run, text, words, code):
    (tmp_path / "r.csv").write_text(text, encoding="utf-8")
    ran = tcncode("agree", "--ratings", "r.csv", *words)
    assert (ran.code, ran.out) == (code, "") and len(ran.err.splitlines()) == 1


def test_a_level_without_a_table_is_refused(tcncode: Run):
    assert tcncode("agree", "--level", "ratio").code == 2
    with pytest.raises(UsageError):
        compare_ratings("ab", [(1, 2)], level="ordinal", statistics=["kappa"])
