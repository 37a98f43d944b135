"""Copies that are merged while work goes on in them: what is undone and redone after that."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from conftest import add
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from merge_steps import CODERS, STEP, N, begin, content, merged, rows, standing, take, without_stamp

from tcncode.errors import UndoError
from tcncode.model import SETTLED
from tcncode.project import Project
from tcncode.text import Span

COPIES = 3
MERGE = st.tuples(st.just("take in"), N)
NARROW = st.tuples(st.sampled_from(["memo", "recode", "define", "undo", "undo", "redo"]), N, N)
HISTORY = st.lists(
    st.tuples(
        st.integers(0, COPIES - 1), st.sampled_from(CODERS), st.one_of(MERGE, NARROW, NARROW, STEP)
    ),
    min_size=6,
    max_size=16,
)


def stands(path: Path, copies: list[Path]) -> None:
    """Of each coding, the last edit of all that nobody took back, in whichever copy."""
    meant = standing(copies)
    for row in rows(path, "coding"):
        if row[5] != SETTLED and row[0] in meant:
            found = meant[row[0]]
            assert row[-1] if found is None else without_stamp(row) == found


@settings(
    max_examples=int(os.environ.get("MERGE_EXAMPLES", "8")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(history=HISTORY, seed=st.randoms(use_true_random=False))
def test_whatever_was_merged_meanwhile_each_copy_shows_what_stands(
    made_study, tmp_path_factory, history, seed
):
    folder = tmp_path_factory.mktemp("between")
    base = folder / "base.tcn"
    shutil.copy(made_study, base)
    begin(base)
    copies = [folder / f"copy-{number}.tcn" for number in range(COPIES)]
    for copy in copies:
        shutil.copy(base, copy)
    for number, coder, (how, *values) in history:
        if how == "take in":
            other = copies[(number + 1 + values[0] % (COPIES - 1)) % COPIES]
            with Project.open(copies[number], coder="lead") as project:
                project.merge([other])
        else:
            with Project.open(copies[number], coder=coder) as project:
                take(project, how, *values, folder)
        with Project.open(copies[number]) as project:
            assert project.problems() == []
        stands(copies[number], [copies[number]])
    order = seed.sample(copies, COPIES)
    first = merged(order[0], order[1:], "at-once")
    stands(first, copies)
    order = seed.sample(copies, COPIES)
    by_two = merged(order[0], [merged(order[1], [order[2]], "two")], "by-two")
    assert content(by_two) == content(first)


@pytest.fixture
def copy_of(tmp_path):
    """Another copy of a project that nobody writes to."""

    def made(project: Project, name: str) -> Path:
        with Project.open(project.path) as other:
            other._database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return Path(shutil.copy(project.path, tmp_path / name))

    return made


def test_an_overruled_edit_that_is_redone_stands_once_the_other_is_taken_back(study, copy_of):
    other = copy_of(study, "bo.tcn")
    study.edit_code("sharing", definition="As Amina has it.")
    with Project.open(other, coder="bo") as bo:
        before = bo.codebook.get("sharing").definition
        bo.edit_code("sharing", definition="As Bo has it.")
    with Project.open(study.path, coder="lead") as lead:
        lead.merge([other])
    third = copy_of(study, "third.tcn")

    def says() -> str:
        with Project.open(study.path) as project:
            assert project.problems() == []
            return project.codebook.get("sharing").definition

    study.undo()
    assert says() == "As Bo has it."
    with Project.open(study.path, coder="bo") as bo:
        bo.undo()
    assert says() == before
    study.redo()
    assert says() == "As Amina has it."
    study.undo()
    assert says() == before
    # There Bo takes it back while Amina's edit stands; here she has taken hers back.
    with Project.open(third, coder="bo") as bo:
        bo.undo()
        assert bo.codebook.get("sharing").definition == "As Amina has it."
    with Project.open(study.path, coder="lead") as lead:
        lead.merge([third])
    assert says() == before


def test_a_document_is_open_again_once_its_coder_undoes_that_it_is_finished(study, copy_of):
    letter = study.document_id("letter")
    study.assign(["letter"], ["amina", "bo"], blind=False)
    other = copy_of(study, "bo.tcn")
    with Project.open(other, coder="bo") as bo:
        bo.finish(["letter"])
    study.assign(["letter"], ["bo"], blind=True)
    with Project.open(study.path, coder="lead") as lead:
        lead.merge([other])
    with Project.open(study.path, coder="bo") as bo:
        assert bo.finished(letter, "bo")
        assert bo.undo() == "mark letter as finished"
        assert not bo.finished(letter, "bo")
        assert [a.blind for a in bo.assignments() if a.coder == "bo"] == [True]
        bo.redo()
        assert bo.finished(letter, "bo")
        bo.undo()
    assert not study.merge([other]).kept and not study.finished(letter, "bo")
    assert study.problems() == []


def test_an_overruled_edit_is_taken_back_though_it_was_once_edited_further(study, copy_of):
    before = study.codebook.get("sharing").definition
    other = copy_of(study, "bo.tcn")
    study.edit_code("sharing", definition="First.")
    study.edit_code("sharing", definition="Second.")
    study.undo()
    with Project.open(other, coder="bo") as bo:
        bo.edit_code("sharing", definition="As Bo has it.")
    with Project.open(study.path, coder="lead") as lead:
        lead.merge([other])
    assert study.undo() == "edit sharing"
    for coder, definition in (("lead", "As Bo has it."), ("bo", before)):
        with Project.open(study.path, coder=coder) as project:
            if coder == "bo":
                project.undo()
            assert project.codebook.get("sharing").definition == definition
            assert project.problems() == []


def test_a_network_that_stays_though_its_imports_were_undone_is_the_same_everywhere(
    study, copy_of, tmp_path
):
    other = copy_of(study, "bo.tcn")
    with Project.open(other, coder="bo") as bo:
        for project, name in ((study, "mine"), (bo, "theirs")):
            add(project, tmp_path, name, f"A text of {name}.\n", "Neu")
            with Project.open(project.path, coder="lead") as lead:
                add(lead, tmp_path, f"more of {name}", f"More of {name}.\n", "Neu")
            project.undo()
    mine = copy_of(study, "amina.tcn")
    study.merge([other])
    with Project.open(other, coder="bo") as bo:
        bo.merge([mine])
        assert content(bo.path) == content(study.path)
    assert study.network("Neu") and study.problems() == []


@pytest.mark.parametrize("redone_there", [False, True])
@pytest.mark.parametrize("into", ["mine", "theirs"])
def test_an_action_undone_in_two_copies_is_back_once_it_is_redone(
    study, copy_of, redone_there, into
):
    made = study.code(study.document_id("letter"), Span(0, 8), "sharing")
    other = copy_of(study, "other.tcn")
    study.undo()
    with Project.open(other, coder="amina") as there:
        there.undo()
        if redone_there:
            there.redo()
            there.undo()
        sides = [study.path, copy_of(there, "theirs.tcn")]
    if into == "theirs":
        sides = [sides[1], copy_of(study, "mine.tcn")]
    with Project.open(sides[0], coder="lead") as lead:
        lead.merge(sides[1:])
        assert lead.codings() == []
    with Project.open(sides[0], coder="amina") as project:
        for _ in range(2):
            assert project.redo().startswith("code ")
            assert project.codings() == [made]
            with pytest.raises(UndoError, match="nothing to redo"):
                project.redo()
            assert project.undo().startswith("code ")
            assert project.codings() == []
        with pytest.raises(UndoError, match="nothing to undo"):
            while True:
                assert not project.undo().startswith("code ")
        assert project.problems() == []


def test_what_is_redone_in_one_copy_and_undone_in_another_is_as_the_later_left_it(study, copy_of):
    made = study.code(study.document_id("letter"), Span(0, 8), "sharing")
    other = copy_of(study, "other.tcn")
    study.undo()
    with Project.open(other, coder="amina") as there:
        there.undo()
        there.redo()
        # There it was redone after it was undone here.
        redone = merged(copy_of(study, "first.tcn"), [copy_of(there, "there.tcn")], "redone")
    study.redo()
    study.undo()
    mine = copy_of(study, "mine.tcn")
    undone = merged(mine, [other], "undone")
    assert content(undone) == content(merged(other, [mine], "by-them"))
    for path, found in ((redone, [made]), (undone, [])):
        with Project.open(path, coder="amina") as project:
            assert project.codings() == found
            again = project.undo if found else project.redo
            assert again().startswith("code ")
            assert project.codings() == ([] if found else [made])
