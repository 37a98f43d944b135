"""Agreement: the reference values first, then what must hold for any codings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcncode.agreement import (
    ALL_CODES,
    REASONS,
    STATISTICS,
    Counts,
    DocumentCodings,
    agree,
    character_counts,
    cohen_kappa,
    cohen_kappa_labels,
    observed_agreement,
    unit_counts,
)
from tcncode.errors import SpanError, UsageError
from tcncode.model import AgreementResult

REFERENCE = Path(__file__).parents[1].parent / "shared" / "reference" / "agreement"
FILES = ("spans_basic.json", "spans_documents_units.json", "spans_random.json")
BOTH = tuple(STATISTICS)
CELLS = {"n11": "both", "n10": "first_only", "n01": "second_only", "n00": "neither"}
VALUES = {"percent_agreement": "observed agreement", "cohen_kappa": "Cohen's kappa"}


# What others have computed


def cases() -> Iterator[Any]:
    if not REFERENCE.is_dir():
        reason = f"the reference values are not at {REFERENCE}"
        yield pytest.param({}, id="reference", marks=pytest.mark.skip(reason=reason))
        return
    for file in FILES:
        for case in json.loads((REFERENCE / file).read_text(encoding="utf-8"))["cases"]:
            yield pytest.param(case, id=case["id"])


def documents_of(case: dict[str, Any], pair: tuple[str, str], unit: str) -> list[DocumentCodings]:
    """The documents that both coders were assigned."""
    out = []
    for document in case["documents"]:
        if not set(pair) <= set(document.get("coders", case["coders"])):
            continue
        codings: dict[str, dict[str, list[tuple[int, int]]]] = {coder: {} for coder in pair}
        for row in case["codings"]:
            if row["doc"] == document["id"] and row["coder"] in pair:
                spans = codings[row["coder"]].setdefault(row["code"], [])
                spans.append((row["start"], row["end"]))
        units = [(s, e) for s, e in document.get("units", {}).get(unit, [])]
        out.append(DocumentCodings(document["id"], document["length"], units, codings))
    return out


def agreement(
    case: dict[str, Any], pair: tuple[str, str], unit: str
) -> dict[tuple[str, str], AgreementResult]:
    documents = documents_of(case, pair, unit)
    results = agree(documents, codes=case["codes"], coders=pair, unit=unit, statistics=BOTH)
    return {(result.code, result.statistic): result for result in results}


def compare(found: dict[tuple[str, str], AgreementResult], code: str, want: dict[str, Any]) -> int:
    """Hold one expected 2x2 table and its values against ours; how many values there were."""
    compared = 0
    for name, statistic in VALUES.items():
        result = found[code, statistic]
        assert {n: getattr(result, f) for n, f in CELLS.items()} == {n: want[n] for n in CELLS}
        assert result.n == sum(want[n] for n in CELLS)
        if want[name] is None:
            assert result.value is None
            assert result.reason in REASONS
        else:
            assert result.value == pytest.approx(want[name], abs=1e-9)
            assert result.reason == ""
        compared += len(CELLS) + 1
    return compared


@pytest.mark.parametrize("case", cases())
def test_every_reference_value_is_reproduced(case: dict[str, Any]):
    """Each pair of coders, each code, all codes pooled; characters and every kind of unit."""
    compared = 0
    expected = {"character": case["expected"]["character"], **case["expected"].get("units", {})}
    for unit, want in expected.items():
        for pair in combinations(case["coders"], 2):
            key = "|".join(pair)
            found = agreement(case, pair, unit)
            for code, tables in want["per_code"].items():
                compared += compare(found, code, tables["pairs"][key])
            if "all_codes_pooled" in want:
                compared += compare(found, ALL_CODES, want["all_codes_pooled"][key])
    assert compared >= 10


def test_document_is_a_unit_without_being_told_where_it_begins():
    documents = [
        DocumentCodings("d1", 100, (), {"A": {"x": [(0, 5)]}, "B": {"x": [(90, 99)]}}),
        DocumentCodings("d2", 50, (), {"A": {"x": [(0, 5)]}}),
        DocumentCodings("empty", 0, (), {}),
    ]
    (result,) = agree(
        documents, codes=["x"], coders=("A", "B"), unit="document", statistics=BOTH[:1]
    )[:1]
    assert (result.both, result.first_only, result.second_only, result.neither) == (1, 1, 0, 0)


# A few of the same facts, so that they are held wherever the reference data is not


def test_nvivo_help_example():
    """NVivo help: 1,000 characters, 50 coded by both, 150 by one, 800 by neither: 85 %."""
    counts = character_counts([(0, 150)], [(100, 200)], 1000)
    assert counts == Counts(50, 100, 50, 800)
    assert observed_agreement(counts) == (pytest.approx(0.85), "")
    assert cohen_kappa(counts) == (pytest.approx(0.318181818182), "")


@pytest.mark.parametrize(
    ("first", "second", "length", "cells", "kappa"),
    [
        pytest.param([(10, 60)], [(100, 150)], 200, (0, 50, 50, 100), -1 / 3, id="disjoint"),
        pytest.param([(100, 150)], [(101, 151)], 300, (49, 1, 1, 249), 0.976, id="shifted by 1"),
        pytest.param([(100, 150)], [(120, 170)], 300, (30, 20, 20, 230), 0.52, id="shifted by 20"),
        pytest.param([(5, 20)], [], 100, (0, 15, 0, 85), 0.0, id="one coded nothing"),
    ],
)
def test_character_kappa_of_two_spans(first, second, length, cells, kappa):
    counts = character_counts(first, second, length)
    assert counts == Counts(*cells)
    assert cohen_kappa(counts)[0] == pytest.approx(kappa)


def test_spans_of_one_coder_are_never_taken_for_the_other_coder():
    """Duplicates and overlaps by one coder: 20 characters are coded by both, not 0."""
    counts = character_counts([(0, 20), (0, 20), (10, 30)], [(10, 20), (20, 30)], 100)
    assert counts == Counts(20, 10, 0, 70)


# What is not defined says why


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        (Counts(neither=100), "no_variation"),
        (Counts(both=100), "no_variation"),
        (Counts(), "no_text"),
    ],
)
def test_kappa_that_is_not_defined_is_none_with_a_reason(counts, reason):
    assert cohen_kappa(counts) == (None, reason)


def test_nothing_to_compare_has_no_observed_agreement_either():
    assert observed_agreement(Counts()) == (None, "no_text")


def test_kappa_is_not_undefined_because_a_number_was_rounded():
    """In 10^9 characters the expected agreement is 1.0 as a double, and kappa is still 1."""
    assert cohen_kappa(Counts(both=1, neither=10**9)) == (1.0, "")


def test_coders_without_a_common_document_are_told_so():
    results = agree([], codes=["x"], coders=("A", "B"), unit="character", statistics=BOTH)
    assert [(r.code, r.value, r.reason) for r in results] == [
        (code, None, "no_common_document") for code in ("x", "x", ALL_CODES, ALL_CODES)
    ]


def test_statistic_nobody_knows_is_refused_by_name():
    with pytest.raises(UsageError, match=r"kapa.*observed agreement, Cohen's kappa"):
        agree([], codes=["x"], coders=("A", "B"), unit="character", statistics=["kapa"])


@pytest.mark.parametrize("span", [(5, 5), (7, 3), (-1, 4), (95, 101)])
def test_span_that_is_no_stretch_of_the_text_is_refused(span):
    with pytest.raises(SpanError):
        character_counts([span], [], 100)
    with pytest.raises(SpanError):
        agree(
            [DocumentCodings("d", 100, ((0, 50),), {"A": {"x": [span]}})],
            codes=["x"],
            coders=("A", "B"),
            unit="sentence",
            statistics=BOTH,
        )


@pytest.mark.parametrize(("first", "second"), [([], []), (["x"], ["x", "y"])])
def test_labels_must_be_as_many_from_each(first, second):
    with pytest.raises(ValueError, match="as many labels"):
        cohen_kappa_labels(first, second)


def test_one_label_throughout_has_no_kappa():
    assert cohen_kappa_labels("aaa", "aaa").reason == "no_variation"


# What holds for any codings

LENGTH = 40
SPANS = st.lists(
    st.tuples(st.integers(0, LENGTH), st.integers(0, LENGTH))
    .filter(lambda p: p[0] != p[1])
    .map(lambda p: (min(p), max(p))),
    max_size=8,
)
LABELS = st.sampled_from("abc")


def marks(spans) -> list[bool]:
    """The slow, obvious version: one answer a character."""
    return [any(start <= i < end for start, end in spans) for i in range(LENGTH)]


def table(first: list[bool], second: list[bool]) -> Counts:
    pairs = list(zip(first, second, strict=True))
    return Counts(*(pairs.count(p) for p in [(1, 1), (1, 0), (0, 1), (0, 0)]))


@given(SPANS, SPANS)
def test_characters_are_counted_as_an_array_of_characters_would(first, second):
    assert character_counts(first, second, LENGTH) == table(marks(first), marks(second))


@given(SPANS, SPANS, SPANS, st.booleans())
def test_units_are_counted_as_looking_at_each_would(first, second, units, disjoint):
    """Units side by side, touching, overlapping or inside one another."""
    if disjoint:
        cuts = sorted({edge for unit in units for edge in unit})
        units = list(zip(cuts[:-1:2], cuts[1::2], strict=True))
    present = [
        [any(start < e and s < end for s, e in spans) for start, end in units]
        for spans in (first, second)
    ]
    assert unit_counts(first, second, units) == table(*present)


@given(SPANS, SPANS)
def test_agreement_does_not_care_who_is_named_first(first, second):
    one, other = (character_counts(*p, LENGTH) for p in ((first, second), (second, first)))
    assert (one.both, one.first_only, one.neither) == (other.both, other.second_only, other.neither)
    assert cohen_kappa(one) == cohen_kappa(other)
    assert observed_agreement(one) == observed_agreement(other)


@given(SPANS, SPANS)
def test_a_passage_coded_twice_by_one_coder_counts_once(first, second):
    halves = [(s, (s + e) // 2) for s, e in first if e - s > 1]
    again = character_counts([*first, *first, *halves], second, LENGTH)
    assert again == character_counts(first, second, LENGTH)


@given(SPANS, SPANS)
def test_four_counts_and_labels_give_one_kappa(first, second):
    counts = character_counts(first, second, LENGTH)
    labels = cohen_kappa_labels(marks(first), marks(second))
    assert cohen_kappa(counts) == (labels.value, labels.reason)


@given(st.lists(st.tuples(LABELS, LABELS), min_size=1))
def test_kappa_does_not_care_who_is_named_first(pairs):
    first, second = zip(*pairs, strict=True)
    assert cohen_kappa_labels(first, second) == cohen_kappa_labels(second, first)


@given(st.lists(st.tuples(SPANS, SPANS), max_size=4))
def test_documents_are_pooled_by_summing_their_cells(rows):
    documents = [
        DocumentCodings(str(i), LENGTH, (), {"A": {"x": a}, "B": {"x": b}})
        for i, (a, b) in enumerate(rows)
    ]
    total = sum((character_counts(a, b, LENGTH) for a, b in rows), Counts())
    results = agree(documents, codes=["x"], coders=("A", "B"), unit="character", statistics=BOTH)
    for result in results:
        assert (result.both, result.first_only, result.n) == (
            total.both,
            total.first_only,
            LENGTH * len(rows),
        )
