"""Quick ways of counting that must give what slow ones give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcncode.agreement import bootstrap
from tcncode.project import Project
from tcncode.reports.columns import PACKED
from tcncode.reports.cooccurrence import _filled
from tcncode.store import columns, documents
from tcncode.text import Span


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
