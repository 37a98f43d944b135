"""Memos on anything, assignments, blind documents."""

from __future__ import annotations

import shutil
import sqlite3

import pytest
from conftest import make_older

from tcncode.errors import TcncodeError, UnknownNameError
from tcncode.importing.codings import CodingRow
from tcncode.model import Memo
from tcncode.project import Comparison, Project
from tcncode.schema import _first
from tcncode.store import open_database
from tcncode.text import Span


@pytest.fixture
def ben(study: Project):
    with Project.open(study.path, coder="ben") as project:
        yield project


NOUNS = [("project", ""), ("document", "letter"), ("network", "EUROCITIES"), ("code", "sharing")]


@pytest.mark.parametrize(("noun", "name"), NOUNS)
def test_a_memo_is_kept_changed_removed_and_undone(study, noun, name):
    first = study.write_memo(noun, name, "one")
    again = study.write_memo(noun, name, "two")
    assert isinstance(first, Memo) and first.id == again.id
    assert [(m.noun, m.target, m.text) for m in study.memos()] == [(noun, again.target, "two")]
    study.write_memo(noun, name, "")
    assert study.memos() == []
    study.undo()
    study.undo()
    assert [m.text for m in study.memos()] == ["one"]
    assert study.problems() == []


def test_each_coder_has_a_memo_of_their_own(study, ben):
    study.write_memo("code", "sharing", "mine")
    ben.write_memo("code", "sharing", "his")
    assert {(m.coder, m.text) for m in study.memos()} == {("amina", "mine"), ("ben", "his")}
    assert study.own_memo("code", "sharing") == "mine"


def test_the_table_of_memos_has_those_on_codings_with_their_words(study):
    letter = study.document_id("letter")
    study.code(letter, Span(0, 8), "sharing", memo="why?")
    study.write_memo("document", "letter", "badly scanned")
    rows = study.memo_table().records()
    assert {(r["on"], r["name"], r["quotation"], r["memo"]) for r in rows} == {
        ("coding", "sharing", "We learn", "why?"),
        ("document", "letter", None, "badly scanned"),
    }


def test_a_memo_on_nothing_is_refused(study):
    with pytest.raises(UnknownNameError):
        study.write_memo("document", "nothing-like-it", "x")
    assert study.memos() == []


def test_documents_are_marked_and_opened_again(study):
    assert [e.name for e in study.finish(["letter", "letter"])] == ["letter"]
    assert study.finish(["letter"]) == []
    assert study.finished(study.document_id("letter"))
    study.finish(["letter"], finished=False)
    assert not study.finished(study.document_id("letter"))
    study.undo()
    assert study.finished(study.document_id("letter"))


def test_next_is_what_is_assigned_and_not_finished_and_goes_round(study):
    names = [e.name for e in study.documents()]
    ids = {e.name: e.id for e in study.documents()}
    assert study.next_document(ids[names[0]]).name == names[1]
    study.assign(names[1:], ["amina"])
    assert study.next_document(ids[names[0]]).name == names[1]
    assert study.next_document(ids[names[-1]]).name == names[1]
    study.finish([names[1]])
    assert study.next_document(ids[names[0]]).name == names[2]
    study.finish([names[2]])
    assert study.next_document(ids[names[0]]) is None


def test_a_blind_document_hides_the_others_until_all_have_finished(study, ben):
    letter = study.document_id("letter")
    theirs = ben.code(letter, Span(0, 8), "sharing", memo="hidden")
    ben.write_memo("document", "letter", "hidden too")
    study.assign(["letter"], ["amina", "ben"], blind=True)
    assert study.is_blind(letter) and ben.is_blind(letter)
    assert study.codings() == [] and study.memos() == []
    assert study.codings_among([theirs.id]) == []
    assert study.quotations().rows == () and len(study.material().start) == 0
    with pytest.raises(TcncodeError):
        study.coding(theirs.id)
    assert ben.codings() == [theirs]
    ben.finish(["letter"])
    assert study.codings() == []
    study.finish(["letter"])
    assert study.codings() == [theirs]
    assert {m.text for m in study.memos()} == {"hidden", "hidden too"}


def test_assignments_can_be_taken_back_and_the_work_stays(study, ben):
    ben.code(study.document_id("letter"), Span(0, 8), "sharing")
    study.assign(["letter"], ["ben"])
    study.unassign(["letter"], "ben")
    assert study.assignments() == [] and len(study.codings()) == 1


def test_imported_codings_count_as_finished_work(study):
    row = CodingRow(study.path, 2, "letter", "ben", "sharing", Span(0, 8), None, "")
    study.import_codings([row])
    assert study.finished(study.document_id("letter"), "ben")
    assert not study.finished(study.document_id("letter"))


def test_a_project_of_format_1_counts_the_same_documents_as_before(study, tmp_path):
    """What both had coded was compared then, so it is marked as finished, and nothing else."""
    letter, notes = study.document_id("letter"), study.document_id("notes")
    study.code(letter, Span(0, 8), "sharing")
    study.code(notes, Span(0, 7), "sharing")
    with Project.open(study.path, coder="ben") as ben:
        ben.code(letter, Span(3, 8), "sharing")
        ben.finish(["letter"])
    study.finish(["letter"])
    before = study.agree(Comparison(("amina", "ben")))
    study.close()
    old = tmp_path / "old.tcn"
    shutil.copy(study.path, old)
    make_older(old, 1)
    with Project.open(old, coder="amina") as project:
        assert project.backup is not None
        marks = [(a.document, a.coder, bool(a.finished)) for a in project.assignments()]
        assert marks == [(letter, "amina", True), (letter, "ben", True)]
        assert project.agree(Comparison(("amina", "ben"))) == before
        assert project.problems() == []


def test_step_one_makes_the_tables_of_format_1_whatever_came_later(tmp_path):
    connection = sqlite3.connect(":memory:")
    _first(connection)
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert "coding" in names and "memo" not in names
    database, backup = open_database(tmp_path / "new.tcn", create=True)
    assert backup is None and "memo" in database.table_names()
    database.conn.close()


def test_nothing_tells_what_others_coded_in_a_blind_document(study, ben):
    """Neither the log, nor the list of documents, nor agreement run by a third blind coder."""
    letter = study.document_id("letter")
    study.assign(["letter"], ["amina", "ben", "carl"], blind=True)
    ben.code(letter, Span(0, 8), "shaming", memo="secret")
    ben.write_memo("document", "letter", "secret too")
    ben.finish(["letter"])
    study.code(letter, Span(0, 8), "sharing")
    study.finish(["letter"])
    with Project.open(study.path, coder="carl") as carl:
        said = str(carl.log().rows) + str(carl.log(document="letter").rows)
        assert "shaming" not in said and "secret" not in said
        assert carl.document_entry("letter").codings == 0
        assert carl.agree(Comparison(("amina", "ben"))).documents == ()
        carl.finish(["letter"])
        assert "shaming" in str(carl.log().rows)
        assert carl.agree(Comparison(("amina", "ben"))).documents == ("letter",)


def test_assigning_again_neither_opens_a_blind_document_nor_forgets_that_it_is_finished(study):
    study.assign(["letter"], ["amina"], blind=True)
    study.finish(["letter"])
    study.assign(["letter"], ["amina"])
    (assignment,) = study.assignments()
    assert assignment.blind and assignment.finished
    assert study.unassign(["letter"], "amina") == 1
    (assignment,) = study.assignments()
    assert assignment.finished and not assignment.assigned
    assert study.unassign(["letter"], "amina") == 0


def test_coding_a_passage_again_with_another_memo_keeps_both(study):
    letter = study.document_id("letter")
    study.code(letter, Span(0, 8), "sharing", memo="first")
    study.code(letter, Span(0, 8), "sharing", memo="second")
    study.code(letter, Span(0, 8), "sharing", memo="first")
    assert [c.memo for c in study.codings()] == ["first\nsecond"]


def test_finishing_a_document_without_codings_is_remarked(study, tcncode):
    study.code(study.document_id("letter"), Span(0, 8), "sharing")
    said = tcncode("-p", study.path, "--coder", "amina", "finish", "letter", "notes").err
    assert [("Nothing is coded" in line) for line in said.splitlines()] == [False, True]
