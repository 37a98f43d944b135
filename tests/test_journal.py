"""What was done can be undone, redone and read, whoever did it and however long ago."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tcncode import codebook, journal
from tcncode.errors import UndoError, UnknownNameError
from tcncode.journal import actions
from tcncode.project import Project
from tcncode.text import Span

PROPERTY = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
CODERS = ("amina", "bo")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["code", "code", "undo", "redo"]),
        st.sampled_from(CODERS),
        st.integers(0, 5),
    ),
    max_size=20,
)


def content(project):
    """Every coding with all its fields: what must be the same, not only as many."""
    return sorted(project.codings(), key=lambda c: c.id)


def stamps(project):
    connection = sqlite3.connect(project.path)
    try:
        rows = connection.execute("SELECT action FROM journal ORDER BY number").fetchall()
    finally:
        connection.close()
    return [row[0] for row in rows]


def do(project, kind, number):
    if kind == "code":
        document = project.document_entry("letter").id
        project.code(document, Span(number, number + 6), ("sharing", "shaming")[number % 2])
        return
    try:
        getattr(project, kind)()
    except UndoError:
        assert kind == "redo" or not any(c.coder == project.coder for c in project.codings())


def undo_all(project):
    done = 0
    # What amina did first of all was to begin the study; that is not taken back here.
    while any(c.coder == project.coder for c in project.codings()):
        project.undo()
        done += 1
    return done


@PROPERTY
@given(steps=STEPS)
def test_whatever_two_coders_did_undo_takes_it_all_back_and_redo_brings_it_again(new_study, steps):
    first = new_study()
    second = Project.open(first.path, coder="bo")
    people = dict(zip(CODERS, (first, second), strict=True))
    for kind, who, number in steps:
        if kind == "undo" and not any(c.coder == who for c in first.codings()):
            continue
        do(people[who], kind, number)
    before = content(first)
    undone = [(p, undo_all(p)) for p in (first, second)]
    assert content(first) == []
    assert first.problems() == []
    for project, times in undone:
        for _ in range(times):
            project.redo()
    assert content(first) == before == content(second)
    assert first.problems() == []
    order = list(dict.fromkeys(stamps(first)))
    assert None not in order
    assert order == sorted(order), "an action has a greater stamp than any before it"
    second.close()


CHANGES = st.lists(
    st.tuples(st.sampled_from(["code", "memo", "uncode"]), st.integers(0, 3)),
    min_size=1,
    max_size=10,
)


def change(project, kind, number):
    """Code a passage, or put a memo on or remove the nth coding that is there."""
    codings = content(project)
    if kind == "code":
        do(project, "code", number)
    elif codings and kind == "memo":
        project.memo(codings[number % len(codings)].id, f"memo {number}")
    elif codings:
        project.uncode(codings[number % len(codings)].id)


@PROPERTY
@given(changes=CHANGES)
@example(changes=[("code", 0), ("memo", 0), ("uncode", 0), ("code", 0)])
def test_undo_goes_back_and_redo_forward_through_the_same_states(new_study, changes):
    project = new_study()
    states = [content(project)]
    for kind, number in changes:
        change(project, kind, number)
        if content(project) != states[-1]:
            states.append(content(project))
    for state in reversed(states[:-1]):
        project.undo()
        assert content(project) == state
    for state in states[1:]:
        project.redo()
        assert content(project) == state
    for state in reversed(states[:-1]):
        project.undo()
        assert content(project) == state
    assert project.problems() == []


def test_undoing_an_import_keeps_the_coder_whom_others_know(new_study, tmp_path):
    first = new_study()
    second = Project.open(first.path, coder="bo")
    document = first.document_entry("letter").id
    first.code(document, Span(0, 6), "sharing")
    second.code(document, Span(2, 8), "sharing")
    first.undo()
    assert first.coders() == ["bo"]
    first.redo()
    assert first.coders() == ["amina", "bo"]
    second.close()


def test_a_coding_does_not_come_back_to_a_code_that_is_gone(new_study, tmp_path):
    first = new_study()
    second = Project.open(first.path, coder="bo")
    document = first.document_entry("letter").id
    first.uncode(first.code(document, Span(0, 6), "sharing/peer-learning").id)
    smaller = tmp_path / "smaller.yaml"
    book = second.codebook
    kept = tuple(c for c in book.codes if c.path != "sharing/peer-learning")
    smaller.write_text(codebook.dump(replace(book, codes=kept)), encoding="utf-8")
    second.load_codebook(smaller)
    with pytest.raises(UndoError, match="its code was deleted"):
        first.undo()
    with pytest.raises(UnknownNameError):
        first.code(document, Span(0, 6), "sharing/peer-learning")
    assert first.problems() == []
    second.undo()
    assert second.codebook_version == codebook.version(book)
    second.close()


def test_the_codebook_that_a_study_began_with_cannot_be_undone(new_study):
    project = new_study()
    with pytest.raises(UndoError):
        while True:
            project.undo()
    assert project.codebook.codes


def test_one_coders_answer_to_a_suggestion_is_not_anothers(new_study):
    first = new_study()
    assert first.suggest(threshold=0.1)
    second = Project.open(first.path, coder="bo")
    suggestion = first.suggestions()[0]
    first.reject(suggestion.id)
    assert suggestion not in first.suggestions()
    assert suggestion in second.suggestions()
    second.close()


def test_a_stamp_is_greater_than_the_last_also_where_the_clock_was_set_back(monkeypatch):
    monkeypatch.setattr(actions, "_made", "")
    later = journal.next_stamp(None)
    for seconds in (2_000_000_000.0, 1_000_000_000.0, 1_000_000_000.0, 2_000_000_000.0):
        monkeypatch.setattr(actions.time, "time", lambda seconds=seconds: seconds)
        last, later = later, journal.next_stamp(later)
        assert later > last


def test_undo_works_after_the_project_was_closed(study):
    made = study.code(study.document_entry("letter").id, Span(0, 8), "sharing")
    study.close()
    with Project.open(study.path) as again:
        assert again.coder == "amina"
        assert again.codings() == [made]
        assert again.undo() == 'code "We learn" as sharing'
        assert again.codings() == []
        assert again.redo() == 'code "We learn" as sharing'
        assert again.codings() == [made]


def test_undo_takes_back_ones_own_last_action_not_somebody_elses(study):
    letter = study.document_entry("letter").id
    study.code(letter, Span(0, 8), "sharing")
    with Project.open(study.path, coder="bo") as other:
        theirs = other.code(letter, Span(0, 8), "sharing")
    study.undo()
    assert study.codings() == [theirs]


def test_undo_is_refused_where_somebody_built_on_it(study):
    imported_last = study.document_entry("notes").id
    with Project.open(study.path, coder="bo") as other:
        theirs = other.code(imported_last, Span(0, 7), "sharing")
        with pytest.raises(UndoError, match=r"there are codings at its document notes\. Take"):
            study.undo()
        connection = sqlite3.connect(study.path)
        connection.execute("UPDATE coding SET memo = 'x', stamp = '9', author = 'cy'")
        connection.commit()
        connection.close()
        with pytest.raises(UndoError, match=r"its coding in notes .* was changed later by cy"):
            other.undo()
    assert [(c.id, c.memo) for c in study.codings()] == [(theirs.id, "x")]


def test_redo_is_refused_after_something_else_was_done(study):
    letter = study.document_entry("letter").id
    study.code(letter, Span(0, 8), "sharing")
    study.undo()
    study.code(letter, Span(0, 8), "shaming")
    with pytest.raises(UndoError, match="nothing to redo"):
        study.redo()


def test_an_action_that_fails_leaves_nothing(study):
    before = study.log().rows

    def fail():
        with study._action("half of it") as change:
            study._store.put_coders(["nobody"], change)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert study.coders() == []
    assert study.log().rows == before


def test_a_change_with_another_program_is_in_the_journal_without_an_action(study):
    made = study.code(study.document_entry("letter").id, Span(0, 8), "sharing")
    connection = sqlite3.connect(study.path)
    connection.execute("UPDATE coding SET memo = 'by hand' WHERE id = ?", (made.id,))
    connection.commit()
    last = connection.execute(
        "SELECT action, \"table\", row, json_extract(after, '$.memo')"
        " FROM journal ORDER BY number DESC LIMIT 1"
    ).fetchone()
    connection.close()
    assert last == (None, "coding", made.id, "by hand")
    assert study.problems() == []


def test_the_log_of_a_passage_names_who_did_what_there(study):
    letter = study.document_entry("letter").id
    made = study.code(letter, Span(0, 8), "sharing")
    study.code(letter, Span(20, 25), "shaming")
    study.memo(made.id, "why")
    rows = study.log(document="letter", span=Span(1, 2)).records()
    assert [(r["coder"], r["what"]) for r in rows] == [
        ("amina", 'memo "why"'),
        ("amina", 'code "We learn" as sharing'),
    ]


def test_an_undo_is_done_again_though_somebody_named_its_new_coder_meanwhile(study):
    letter = study.document_id("letter")
    with Project.open(study.path, coder="cy") as cy:
        coding = cy.code(letter, Span(0, 8), "sharing")
        cy.undo()
        study.assign(["letter"], ["cy"], blind=False)
        assert cy.redo() == 'code "We learn" as sharing'
        assert cy.codings(coder="cy") == [coding] and cy.problems() == []


def test_an_edit_of_one_code_is_undone_though_somebody_edited_another_since(study):
    before = study.codebook.get("sharing").definition
    study.edit_code("sharing", definition="As Amina has it.")
    with Project.open(study.path, coder="bo") as bo:
        bo.edit_code("shaming", definition="As Bo has it.")
        version = bo.codebook_version
    assert study.undo() == "edit sharing"
    book = study.codebook
    assert book.get("sharing").definition == before
    assert book.get("shaming").definition == "As Bo has it."
    assert study.codebook_version == codebook.version(book) != version
    assert study.redo() == "edit sharing"
    assert study.codebook_version == version and study.problems() == []
    with Project.open(study.path, coder="bo") as bo:
        bo.edit_code("sharing", definition="As Bo has it.")
        with pytest.raises(UndoError, match="taken back: its code sharing was changed later by bo"):
            study.undo()
        bo.undo()
        study.undo()
        bo.edit_code("sharing", definition="As Bo has it.")
        with pytest.raises(UndoError, match="done again: its code sharing was changed later by bo"):
            study.redo()
