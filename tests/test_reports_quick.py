"""Quick ways of counting that must give what slow ones give."""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcncode.agreement import bootstrap
from tcncode.model import Codebook, DocumentEntry
from tcncode.project import Project
from tcncode.reports.columns import PACKED, Columns
from tcncode.reports.cooccurrence import _filled, _touched, _widened
from tcncode.reports.material import Material, gathered
from tcncode.reports.stretches import touching
from tcncode.store import columns, documents
from tcncode.text import Span

STRETCHES = st.lists(st.integers(0, 40), max_size=12).map(sorted)
"""Starts and ends in turn; some stretches are empty."""


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9))))
def test_flags_are_those_of_the_numbers_from_each_first_on(ranges: list[tuple[int, int]]) -> None:
    n = 40
    ranges.sort()
    wanted = [any(first <= at < first + length for first, length in ranges) for at in range(n)]
    first = np.array([each[0] for each in ranges], np.int64)
    after = first + np.array([each[1] for each in ranges], np.int64)
    assert _filled(first, after, n).tolist() == wanted


@pytest.mark.parametrize("at_once", [1, 700, 10**9])
def test_draws_are_the_same_however_many_are_made_at_once(monkeypatch, at_once: int) -> None:
    monkeypatch.setattr(bootstrap, "_DRAWN_AT_ONCE", at_once)
    bootstrap._draws.cache_clear()
    found = np.concatenate(bootstrap._draws(7, 300, 5))
    bootstrap._draws.cache_clear()
    drawn = np.random.default_rng(5).integers(0, 7, (300, 7))
    assert found.tolist() == [np.bincount(row, minlength=7).tolist() for row in drawn]


def test_texts_come_in_the_order_asked_for(study: Project, monkeypatch) -> None:
    ids = [entry.id for entry in study.documents()]
    for at_once in (1, 2, 256):
        monkeypatch.setattr(documents, "_TEXTS_AT_ONCE", at_once)
        for asked in (ids, ids[::-1], ids[1:2], []):
            assert list(study._store.texts(asked)) == [study.text(key) for key in asked]


def test_names_are_numbered_alike_few_or_many(study: Project, monkeypatch) -> None:
    for coder in ("o'neil", "amina", 'a "b" \\'):
        with Project.open(study.path, coder=coder) as own:
            own.code(own.document_id("letter"), Span(0, 5), "sharing")
            own.code(own.document_id("notes"), Span(2, 9), "shaming")
    few = study._store.packed_places(PACKED)
    monkeypatch.setattr(columns, "_FEW", 0)
    many = study._store.packed_places(PACKED)
    assert few == many and few is not None
    assert sum(group[1].count(",") + 1 for group in few[0]) == 6


@given(st.sets(st.text(st.sampled_from("ab/'é\uffff😀"), min_size=1, max_size=4), max_size=20))
def test_a_name_has_its_number_however_many_names_there_are(names: set[str]) -> None:
    numbers = dict(enumerate(sorted(names, key=lambda name: name[::-1]), 1))
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE coding (code TEXT)")
        database.executemany("INSERT INTO coding VALUES (?)", [(name,) for name in names])
        database.execute("INSERT INTO coding VALUES ('unknown')")
        sql = f"SELECT code, {columns._numbered('code', numbers)} FROM coding"
        found = dict(database.execute(sql).fetchall())
    assert found == {name: number for number, name in numbers.items()} | {"unknown": None}


def test_only_codings_of_the_documents_asked_for_are_read(study: Project) -> None:
    with Project.open(study.path, coder="amina") as own:
        for name in ("letter", "notes"):
            own.code(own.document_id(name), Span(0, 5), "sharing")
    every = study._store.packed_places(PACKED)
    ids = [study.document_id(name) for name in ("notes", "letter")]
    asked = study._store.packed_places(PACKED, documents=ids)
    assert every is not None and asked is not None
    assert [group[0] for group in asked[0]] == ids
    one = study._store.packed_places(PACKED, documents=ids[1:])
    assert one is not None and one[0] == asked[0][1:]
    assert {group[0]: group[1] for group in asked[0]}.items() <= dict(every[0]).items()


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9))), STRETCHES)
def test_what_touches_a_stretch_shares_a_character_with_it(
    rows: list[tuple[int, int]], edges: list[int]
) -> None:
    low, high = (np.array(edges[n : len(edges) // 2 * 2 : 2], np.int64) for n in (0, 1))
    start = np.array([row[0] for row in rows], np.int64)
    end = start + np.array([row[1] for row in rows], np.int64)
    marked = {at for a, b in zip(low.tolist(), high.tolist(), strict=True) for at in range(a, b)}
    wanted = [bool(marked & {*range(a, b)}) for a, b in zip(start, end, strict=True)]
    assert touching(start, end, low, high).tolist() == wanted


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 6)), max_size=9), STRETCHES)
def test_sentences_touched_by_runs_are_those_touched_one_by_one(
    gaps_and_lengths: list[tuple[int, int]], edges: list[int]
) -> None:
    low, high = (np.array(edges[n : len(edges) // 2 * 2 : 2], np.int64) for n in (0, 1))
    low, high = low[high > low], high[high > low]
    start, end, at = [], [], 0
    for gap, length in gaps_and_lengths:
        start, end, at = [*start, at + gap], [*end, at + gap + length], at + gap + length
    columns_of = np.array(start, np.int64), np.array(end, np.int64)
    wanted = [
        any(a < stop and begin < b for begin, stop in zip(low, high, strict=True))
        for a, b in zip(start, end, strict=True)
    ]
    assert _touched(*columns_of, low, high).tolist() == wanted


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=12), st.integers(0, 3))
def test_near_sentences_are_those_at_most_so_many_away_in_the_document(
    sentences: list[tuple[int, bool]], near: int
) -> None:
    sentences.sort(key=lambda each: each[0])
    document = np.array([each[0] for each in sentences], np.int64)
    flags = np.array([each[1] for each in sentences], np.bool_)
    begins, ends = (np.searchsorted(document, document, side=side) for side in ("left", "right"))
    wanted = [
        any(flag and of == own and abs(n - m) <= near for m, (of, flag) in enumerate(sentences))
        for n, (own, _) in enumerate(sentences)
    ]
    assert _widened(flags, begins, ends, near).tolist() == wanted


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.data())
def test_places_in_order_are_summed_by_their_documents(lengths: list[int], data) -> None:
    material = reference_material(lengths)
    last = int(material.borders[-1]) - 1
    places = sorted(data.draw(st.lists(st.integers(0, last))))
    weights = data.draw(st.lists(st.integers(0, 99), min_size=len(places), max_size=len(places)))
    of = [bisect_right(material.borders.tolist(), place) - 1 for place in places]
    at, weight = np.array(places, np.int64), np.array(weights, np.int64)
    assert material.number_of(at).tolist() == of
    assert material.per_document(at).tolist() == [of.count(n) for n in range(len(lengths))]
    assert material.per_document(at, weight).tolist() == [
        sum(w for n, w in zip(of, weights, strict=True) if n == each)
        for each in range(len(lengths))
    ]


def reference_material(lengths: list[int]) -> Material:
    """No codings in documents of these lengths."""
    documents = [
        DocumentEntry(str(n), str(n), None, "other", None, None, "", length, 0, 0)
        for n, length in enumerate(lengths)
    ]
    return gathered(Columns.of([]), documents, Codebook("", ()), str)
