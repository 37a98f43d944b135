"""Copies are found, strangers are not, and the work does not grow with the pairs."""

from __future__ import annotations

import random

import pytest
from conftest import Run, add
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from tcncode import near_identical
from tcncode.near_identical import estimate, pairs, sketch
from tcncode.project import Project

VOCABULARY = [f"{a}{b}{c}" for a in "bdfgklm" for b in "aeiou" for c in ("r", "st", "nd", "é")]


def some_text(seed: int, words: int = 300) -> str:
    chosen = random.Random(seed)
    return " ".join(chosen.choice(VOCABULARY) for _ in range(words))


def with_slips(text: str, seed: int, share: float) -> str:
    """Some letters replaced, left out or doubled; blanks stay."""
    chosen = random.Random(seed)
    out = []
    for letter in text:
        if letter != " " and chosen.random() < share:
            out.append(chosen.choice(["", letter * 2, "x"]))
        else:
            out.append(letter)
    return "".join(out)


def found(texts: dict[str, str], threshold: float = 90.0) -> dict[tuple[str, str], float]:
    listed = pairs(list(texts), texts.__getitem__, threshold=threshold)
    return {(one, other): likeness for one, other, likeness in listed}


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.floats(0.001, 0.06), st.integers(40, 400))
def test_a_copy_with_slips_is_found_among_strangers(seed, share, words):
    texts = {f"t{n}": some_text(seed + n, words) for n in range(8)}
    texts["copy"] = with_slips(texts["t3"], seed, share)
    assert found(texts) == {("t3", "copy"): round(fuzz.ratio(texts["t3"], texts["copy"]), 1)}


def test_blanks_line_ends_and_case_do_not_count():
    text = some_text(1)
    texts = {"a": text, "b": text.upper().replace(" ", "\n ")}
    assert found(texts) == {("a", "b"): 100.0}


@pytest.mark.parametrize(
    "texts",
    [
        {},
        {"a": ""},
        {"a": "", "b": " "},
        {"a": "one", "b": "two"},
        {"a": some_text(1), "b": some_text(2)},
        # Half of it is the same: a quotation, and no copy.
        {"a": some_text(1, 150) + " " + some_text(2, 150), "b": some_text(1, 150)},
    ],
)
def test_what_differs_is_not_listed(texts):
    assert found(texts) == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We met.", "we  met."),
        ("Thank you all for coming", "Thank you all for coming!"),
        ("移民与城市网络的合作正在加强。" * 3, "移民与城市网络的合作正在加强" * 3),
    ],
)
def test_short_texts_and_such_without_spaces_are_found_too(one, other):
    assert ("a", "b") in found({"a": one, "b": other})


def test_long_texts_are_estimated(monkeypatch):
    text = some_text(5, 2000)
    texts = {"a": text, "b": text.replace("bar", "bor", 3), "c": some_text(6, 2000)}
    exact = found(texts)
    monkeypatch.setattr(near_identical, "LONG", 1000)
    monkeypatch.setattr(near_identical.fuzz, "ratio", None)
    estimated = found(texts)
    assert set(exact) == set(estimated) == {("a", "b")}
    assert estimated["a", "b"] == pytest.approx(exact["a", "b"], abs=8)


def test_the_estimate_is_that_of_all_runs_where_the_sketch_holds_all():
    assert estimate(sketch("a b c d e"), sketch("a b c d e")) == 100
    # abc bcd cde, bcd cde def: two of four in common.
    assert estimate(sketch("a b c d e"), sketch("b c d e f")) == pytest.approx(200 / 3)
    assert estimate([], []) == 0


def test_comparisons_grow_with_the_texts_and_not_with_their_pairs(monkeypatch):
    compared = []

    def ratio(one: str, other: str, *, score_cutoff: float) -> float:
        compared.append((one, other))
        return fuzz.ratio(one, other, score_cutoff=score_cutoff)

    monkeypatch.setattr(near_identical, "fuzz", type("counted", (), {"ratio": staticmethod(ratio)}))
    text = some_text(7, 100)
    copies = {str(n): with_slips(text, n, 0.01) for n in range(200)}
    listed = found(copies)
    assert len(compared) <= 200 * near_identical.NEIGHBOURS
    assert {name for pair in listed for name in pair} == set(copies)
    compared.clear()
    assert found({str(n): some_text(n, 100) for n in range(200)}) == {}
    assert len(compared) <= 200


def test_the_project_keeps_the_answer_until_documents_come(study: Project, tmp_path, monkeypatch):
    assert study.near_identical() == {}
    text = some_text(9)
    one = add(study, tmp_path, "one", text)
    other = add(study, tmp_path, "other", with_slips(text, 1, 0.01))
    alike = study.near_identical()
    assert {key: [name for name, _ in others] for key, others in alike.items()} == {
        one: [other],
        other: [one],
    }
    monkeypatch.setattr("tcncode.project.finding.pairs", None)
    assert study.near_identical() is alike


def test_the_command_lists_each_pair_once(study: Project, tmp_path, tcncode: Run):
    text = some_text(9)
    one = add(study, tmp_path, "one", text, "ICORN")
    other = add(study, tmp_path, "other", with_slips(text, 1, 0.03))
    ran = tcncode("-p", study.path, "documents", "--near-identical", "--format", "csv")
    assert ran.code == 0, ran.err
    head, row = ran.out.splitlines()
    assert head == "document,name,network,other,other_name,other_network,likeness"
    assert row.startswith(f"{one},one,ICORN,{other},other,,9")
    only = ("documents", "--near-identical", "--network", "EUROCITIES", "--format", "csv")
    assert len(tcncode("-p", study.path, *only).out.splitlines()) == 1
    strict = ("documents", "--near-identical", "--threshold", "99.9", "--format", "csv")
    assert len(tcncode("-p", study.path, *strict).out.splitlines()) == 1
    assert tcncode("-p", study.path, "documents", "--threshold", "95").code == 2
