"""Documents without suggestions, and what coding them tells about the others."""

from __future__ import annotations

import json

import numpy as np
import pytest
from conftest import CODEBOOK, add
from hypothesis import given
from hypothesis import strategies as st

from tcncode.project import Project
from tcncode.suggest.effect import effect, is_hidden
from tcncode.text import Span

COUNTS = st.lists(st.tuples(st.integers(0, 30), st.integers(50, 3000)), min_size=1, max_size=12)
TEXT = "We learn from each other in town {}. The office opens at nine. Shame on the ministry.\n"


def test_the_ratio_is_that_of_the_pooled_rates():
    found = effect("x", [(6, 1000), (2, 1000)], [(1, 500), (1, 500)])
    assert (found.shown, found.hidden, found.ratio) == (4.0, 2.0, 2.0)
    assert (found.shown_codings, found.hidden_codings) == (8, 2)


@given(COUNTS, COUNTS)
def test_the_interval_holds_what_a_slow_bootstrap_gives(shown, hidden):
    found = effect("x", shown, hidden, replicates=200)
    if found.low is None:
        return
    random = np.random.default_rng(20190501)
    picks = [random.integers(0, len(g), size=(200, len(g))) for g in (shown, hidden)]
    ratios = []
    for one, other in zip(*picks, strict=True):
        rates = [
            sum(g[n][0] for n in pick) / sum(g[n][1] for n in pick)
            for g, pick in ((shown, one), (hidden, other))
        ]
        if rates[1]:
            ratios.append(rates[0] / rates[1])
    assert (found.low, found.high) == pytest.approx(tuple(np.percentile(ratios, [2.5, 97.5])))


def test_with_one_document_there_is_a_ratio_and_no_interval():
    found = effect("x", [(6, 1000)], [(1, 500)])
    assert found.ratio == 3 and found.low is None and found.high is None


def test_where_nothing_is_coded_without_suggestions_there_is_no_ratio():
    found = effect("x", [(6, 1000)] * 3, [(0, 500)] * 3)
    assert (found.hidden, found.ratio, found.low) == (0.0, None, None)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_about_the_share_is_hidden_and_a_greater_share_hides_those_too(share):
    names = [f"{n:016x}" for n in range(2000)]
    hidden = {name for name in names if is_hidden(name, share)}
    assert len(hidden) == pytest.approx(2000 * share, abs=90)
    assert hidden <= {name for name in names if is_hidden(name, share + 0.05)}


@pytest.fixture
def half_hidden(tmp_path):
    """Ten texts, suggestions for about half; in each a coding a sentence, hidden ones only one."""
    path = tmp_path / "half.tcn"
    with Project.create(path, codebook=CODEBOOK, coder="amina", hide_suggestions=0.5) as project:
        for n in range(10):
            key = add(project, tmp_path, f"t{n}", TEXT.format(n))
            spans = [s.span for s in project.segments(key, "sentence")]
            for span in spans[: 1 if project.hides_suggestions(key) else 2]:
                project.code(key, span, "sharing")
            project.finish([key])
        yield project


def test_hidden_documents_get_no_suggestions(half_hidden, monkeypatch):
    half_hidden.suggest(threshold=0.01)
    with_some = {s.document for s in half_hidden.suggestions()}
    hidden = {e.id for e in half_hidden.documents() if half_hidden.hides_suggestions(e.id)}
    assert 0 < len(hidden) < 10
    assert with_some and not with_some & hidden


def test_that_suggestions_are_hidden_is_said_and_not_where(half_hidden, tcncode):
    named = {e.name: half_hidden.hides_suggestions(e.id) for e in half_hidden.documents()}
    hidden = [name for name, is_so in named.items() if is_so]
    shown = next(name for name, is_so in named.items() if not is_so)
    path, told = half_hidden.path, '"init --hide-suggestions" hides suggestions there'
    ran = tcncode("-p", path, "suggest", *hidden[:2], shown)
    assert f"Of these documents 2 get none: {told}" in ran.err
    assert not any(name in ran.err for name in hidden)
    assert f"Of all documents {len(hidden)} get none" in tcncode("-p", path, "suggest").err
    assert told not in tcncode("-p", path, "suggest", shown).err
    ran = tcncode("-p", path, "suggest", "list", hidden[0])
    assert f"Of these documents 1 gets none: {told}" in ran.err
    assert told not in tcncode("-p", path, "suggest", "list", shown, "--threshold", "1").err


def test_the_effect_is_told_for_each_function(half_hidden, tcncode):
    ran = tcncode("-p", half_hidden.path, "suggest", "effect", "--format", "json")
    rows = {row["code"]: row for row in json.loads(ran.out)}
    assert ran.code == 0
    assert rows["sharing"]["ratio"] == pytest.approx(2.0)
    assert rows["(all codes)"] | {"code": "sharing"} == rows["sharing"]
    assert rows["shaming"]["ratio"] is None and rows["shaming"]["shown"] == 0


def test_why_there_is_no_ratio_or_interval_is_said(tmp_path, tcncode):
    """Else "An interval that holds 1 shows no effect" is all that is told of rows without one."""
    path = tmp_path / "few.tcn"
    with Project.create(path, codebook=CODEBOOK, coder="amina", hide_suggestions=0.5) as project:
        keys = [add(project, tmp_path, f"t{n}", TEXT.format(n)) for n in range(10)]
        hidden = next(key for key in keys if project.hides_suggestions(key))
        shown = [key for key in keys if not project.hides_suggestions(key)][:2]
        project.finish([hidden, *shown])
        for key in shown:
            project.code(key, Span(0, 8), "sharing")
        told = tcncode("-p", path, "suggest", "effect").err
        assert "No ratio: nothing is coded in a finished document without" in told
        project.code(hidden, Span(0, 8), "sharing")
        told = tcncode("-p", path, "suggest", "effect").err
        assert "No interval: that takes two finished documents of either kind" in told
        assert "No ratio" not in told
        keys = [key for key in keys if project.hides_suggestions(key)]
        project.finish(keys)
        for key in keys:
            project.code(key, Span(0, 8), "sharing")
        told = tcncode("-p", path, "suggest", "effect").err
        assert "No ratio" not in told and "No interval" not in told


def test_nothing_hidden_is_one_line_and_no_table(study, tcncode):
    ran = tcncode("-p", study.path, "suggest", "effect")
    assert ran.code == 1 and ran.out == ""
    assert "--hide-suggestions 0.2" in ran.err and ran.err.count("\n") == 1


def test_neither_what_was_settled_nor_what_the_reader_may_not_see_counts(tmp_path):
    with Project.create(
        tmp_path / "p.tcn", codebook=CODEBOOK, coder="amina", hide_suggestions=0.5
    ) as project:
        keys = [add(project, tmp_path, f"t{n}", TEXT.format(n)) for n in range(8)]
        with Project.open(project.path, coder="bo") as bo:
            for coder in (project, bo):
                for key in keys:
                    coder.code(key, Span(0, 8), "sharing")
                coder.finish(keys)
            before = project.suggestion_effect()
            assert len(project.settle_agreed()) == 8
            assert project.suggestion_effect() == before
            blind = next(key for key in keys if not project.hides_suggestions(key))
            project.assign([blind], ["amina", "bo", "carl"], blind=True)
            for coder in (project, bo):
                assert coder.suggestion_effect().codings == before.codings - 1


def test_unfinished_documents_do_not_count(tmp_path, tcncode):
    with Project.create(
        tmp_path / "p.tcn", codebook=CODEBOOK, coder="amina", hide_suggestions=0.5
    ) as project:
        key = add(project, tmp_path, "t", TEXT.format(1))
        project.code(key, Span(0, 8), "sharing")
        path = project.path
    ran = tcncode("-p", path, "suggest", "effect")
    assert ran.code == 1 and "finished yet" in ran.err


@pytest.mark.parametrize("share", ["0.2", "20%"])
def test_a_share_may_be_written_either_way(tcncode, tmp_path, share):
    ran = tcncode("init", "n.tcn", "--hide-suggestions", share)
    assert ran.code == 0
    with Project.open(tmp_path / "n.tcn") as project:
        assert project.hidden_share() == 0.2


@pytest.mark.parametrize("share", ["-0.1", "1", "100%", "half"])
def test_a_share_that_is_none_is_refused_and_no_file_is_made(tcncode, tmp_path, share):
    ran = tcncode("init", "n.tcn", f"--hide-suggestions={share}")
    assert ran.code == 2 and not (tmp_path / "n.tcn").exists()
