"""Merging two codes of a project: everybody's codings and answers move, none is lost."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from codebook_steps import everything, ids, paths

from tcncode import codebook as codebooks
from tcncode.errors import UndoError, UnknownNameError
from tcncode.importing.codings import CodingRow
from tcncode.model import Suggestion, suggestion_id
from tcncode.project import Project
from tcncode.text import Span

VISITS, PEERS = "sharing/study-visits", "sharing/peer-learning"


@pytest.fixture
def merging(study: Project) -> Project:
    """amina and bo have coded with a code that is to be merged, and with the one that stays."""
    letter, notes = (study.document_entry(name).id for name in ("letter", "notes"))
    study.add_code(VISITS, definition="Going there.", key=9)
    study.add_code(f"{VISITS}/abroad")
    with Project.open(study.path, coder="bo") as other:
        other.code(letter, Span(0, 6), VISITS, memo="bo's", origin="settled")
        other.code(notes, Span(0, 7), PEERS)
    study.code(letter, Span(0, 6), VISITS, memo="one")
    study.code(letter, Span(0, 6), PEERS, memo="two")
    study.code(letter, Span(9, 15), VISITS, memo="same")
    study.code(letter, Span(9, 15), PEERS, memo="same")
    study.code(letter, Span(20, 25), VISITS)
    study.code(letter, Span(20, 25), f"{VISITS}/abroad")
    return study


def test_a_merge_says_its_figures_first_and_does_what_it_said(merging):
    planned = merging.merge_codes(VISITS, PEERS, dry_run=True)
    assert planned.lines == (
        "4 codings of 2 coders in 1 document become sharing/peer-learning.",
        "2 passages that one coder had given both codes keep one coding each; the memos of 1 of"
        " them are joined.",
        "1 sub-code (abroad) moves along.",
        f"{PEERS} keeps its own definition; that of {VISITS} is dropped.",
        "sharing/study-visits is removed from the codebook. Its key 9 is free.",
    )
    assert len(merging.codings(code=VISITS)) == 5, "a dry run changes nothing"
    done = merging.merge_codes(VISITS, PEERS)
    assert (done.lines, done.codings, done.path) == (planned.lines, 4, PEERS)
    assert done.what == merging.log().records()[0]["what"] == f"merge {VISITS} into {PEERS}"
    by_id = merging.codebook.by_id()
    found = sorted(
        (c.coder, c.span.start, by_id[c.code].path, c.memo, c.origin) for c in merging.codings()
    )
    assert found == [
        ("amina", 0, PEERS, "two\none", "by hand"),
        ("amina", 9, PEERS, "same", "by hand"),
        ("amina", 20, PEERS, "", "by hand"),
        ("amina", 20, f"{PEERS}/abroad", "", "by hand"),
        ("bo", 0, PEERS, "", "by hand"),
        ("bo", 0, PEERS, "bo's", "settled"),
    ]
    assert merging.problems() == []


def test_undo_of_a_merge_is_refused_where_somebody_built_on_it_and_not_otherwise(merging):
    before = everything(merging)
    merging.merge_codes(VISITS, PEERS)
    with Project.open(merging.path, coder="bo") as other:
        other.code(other.document_entry("arabic").id, Span(0, 5), PEERS)
        theirs = next(c for c in other.codings(code=PEERS) if c.memo == "bo's")
        other.memo(theirs.id, "more")
        with pytest.raises(UndoError, match="was changed later by bo"):
            merging.undo()
        other.undo()
        other.undo()
    merging.undo()
    assert everything(merging) == before
    assert merging.problems() == []


def test_a_coder_cannot_undo_a_coding_that_was_recoded_since(merging):
    """Otherwise the coding would come back to a code that is gone."""
    with Project.open(merging.path, coder="bo") as other:
        other.code(other.document_entry("arabic").id, Span(0, 5), VISITS)
        merging.merge_codes(VISITS, PEERS)
        with pytest.raises(UndoError, match="was changed later by amina"):
            other.undo()
        with pytest.raises(UnknownNameError):
            other.code(other.document_entry("arabic").id, Span(6, 9), VISITS)


def test_memos_on_a_merged_code_move_along_and_a_coders_two_become_one(study):
    study.add_code(VISITS)
    study.write_memo("code", VISITS, "How far is a visit?")
    study.write_memo("code", PEERS, "Who is a peer?")
    with Project.open(study.path, coder="bo") as other:
        other.write_memo("code", VISITS, "Ask on Friday.")
    before = everything(study)
    done = study.merge_codes(VISITS, PEERS)
    assert "2 memos on it move along." in done.lines
    key = study.codebook.get(PEERS).id
    assert sorted((m.coder, m.target, m.text) for m in study.memos(noun="code")) == [
        ("amina", key, "Who is a peer?\nHow far is a visit?"),
        ("bo", key, "Ask on Friday."),
    ]
    study.undo()
    assert everything(study) == before
    assert study.problems() == []


def test_memos_on_a_removed_code_stay_readable_and_that_is_said(study):
    study.add_code(VISITS)
    study.write_memo("code", VISITS, "Why?")
    assert "1 memo on it stays in the list of memos." in study.remove_code(VISITS).lines
    assert [m.text for m in study.memos(noun="code")] == ["Why?"]
    assert study.problems() == []


def answers(project: Project) -> set[tuple[str, str, str]]:
    """(coder, code, answer) of every answer that stands."""
    with sqlite3.connect(project.path) as connection:
        rows = connection.execute(
            "SELECT coder, code, answer FROM suggestion_answer WHERE NOT retired"
        ).fetchall()
    connection.close()
    return set(rows)


def suggest(project: Project, *codes: str) -> None:
    """One suggestion for each code on the letter's first sentence."""
    letter = project.document_entry("letter").id
    project._store.replace_suggestions(
        letter,
        [
            Suggestion(suggestion_id(letter, Span(0, 30), code), letter, Span(0, 30), code, 0.7)
            for code in codes
        ],
    )


@pytest.mark.parametrize(
    ("of_source", "of_target", "left"),
    [
        ("accept", None, {"accepted"}),
        ("reject", None, set()),  # the other is suggested there too, and was not answered
        ("accept", "reject", {"accepted"}),
        ("reject", "accept", {"accepted"}),
        ("reject", "reject", {"rejected"}),
        (None, "reject", {"rejected"}),
        (None, None, set()),
    ],
)
def test_answers_move_along_and_yes_goes_before_no(study, of_source, of_target, left):
    study.add_code(VISITS)
    suggest(study, VISITS, PEERS)
    for code, how in ((VISITS, of_source), (PEERS, of_target)):
        if how:
            (found,) = study.suggestions(code=code)
            getattr(study, how)(found.id)
    before = everything(study), answers(study)
    study.merge_codes(VISITS, PEERS)
    assert answers(study) == {("amina", PEERS, answer) for answer in left}
    assert [s.code for s in study.suggestions()] == ([] if left else [PEERS])
    study.undo()
    assert (everything(study), answers(study)) == before
    assert study.problems() == []


def test_a_no_moves_along_where_the_other_code_was_not_suggested(study):
    study.add_code(VISITS)
    suggest(study, VISITS)
    study.reject(study.suggestions()[0].id)
    study.merge_codes(VISITS, PEERS)
    assert answers(study) == {("amina", PEERS, "rejected")}
    suggest(study, PEERS)
    assert study.suggestions() == [], "it is the suggestion that was turned down"


def test_open_suggestions_of_a_merged_code_come_back_with_it(study):
    study.add_code(VISITS)
    suggest(study, VISITS)
    planned = study.merge_codes(VISITS, PEERS)
    assert any("1 open suggestion of yours is put away" in line for line in planned.lines)
    assert study.suggestions() == []
    study.undo()
    assert [s.code for s in study.suggestions()] == [VISITS]


def test_an_edit_is_made_on_what_others_have_written_meanwhile(study):
    with Project.open(study.path, coder="bo") as other:
        assert study.codebook == other.codebook
        other.rename_code(PEERS, "peers")
        study.add_code("sharing/x")
        assert {"sharing/peers", "sharing/x"} <= set(paths(study.codebook))
        other.undo()
        study.rename_code("sharing/x", "y")
        assert {PEERS, "sharing/y"} <= set(paths(study.codebook))
        other.redo()
        study.rename_code("sharing/peers", "circles")
        with pytest.raises(UndoError, match="code sharing/circles was changed later by amina"):
            other.undo()
    assert {"sharing/circles", "sharing/y"} <= set(paths(study.codebook))
    assert study.codebook_version == codebooks.version(study.codebook)


def test_an_edit_that_changes_nothing_is_no_action(study):
    count = len(study.log(limit=1000).rows)
    code = study.codebook.get("sharing")
    for edit in (
        study.rename_code("sharing", "Sharing"),
        study.edit_code("sharing", definition=f"{code.definition} ", key=code.key),
        study.recolour_code("sharing", code.colour.upper()),
        study.move_code("sharing", before="showcasing"),
    ):
        assert edit.lines == ()
    assert len(study.log(limit=1000).rows) == count


def test_a_rename_reads_and_writes_nothing_that_grows_with_the_codings(study):
    """The same statements, and as many steps of the database, with many codings as with few."""

    def counted() -> tuple[int, int]:
        run: list[str] = []
        study._database.conn.set_trace_callback(run.append)
        steps = [0]

        def tick() -> int:
            steps[0] += 1
            return 0

        study._database.conn.set_progress_handler(tick, 10)
        study.rename_code(PEERS, "peers")
        study.undo()
        study._database.conn.set_trace_callback(None)
        study._database.conn.set_progress_handler(None, 0)
        return len(run), steps[0]

    letter = study.document_entry("letter").id
    study.code(letter, Span(0, 5), PEERS)
    few = counted()
    study.import_codings(
        CodingRow(Path("x"), n, "letter", f"c{n % 7}", PEERS, Span(n % 90, n % 90 + 9), None, "")
        for n in range(600)
    )
    many = counted()
    assert many[0] == few[0]
    assert many[1] <= few[1] * 1.2, "steps of SQLite's machine, not milliseconds"


def test_counts_tell_nothing_of_what_others_code_blind(study):
    letter = study.document_entry("letter").id
    study.assign(["letter"], ["amina", "bo"], blind=True)
    study.code(letter, Span(0, 5), PEERS)
    with Project.open(study.path, coder="bo") as other:
        other.code(letter, Span(0, 9), PEERS)
        other.code(other.document_entry("notes").id, Span(0, 7), PEERS)
        assert other.code_use()[PEERS].coders == {"bo": 2}
    assert study.code_use()[PEERS].coders == {"amina": 1, "bo": 1}
    (row,) = [r for r in study.codebook_table().records() if r["code"] == PEERS]
    assert row["codings"] == 2
    assert study.merge_codes(PEERS, "sharing").codings == 3, "a merge is for all codings"


def test_codes_know_how_often_they_are_used(merging):
    use = merging.code_use()
    ids_of = ids(merging.codebook)
    visits, top = use[ids_of[VISITS]], use["sharing"]
    assert (visits.own, visits.coders) == ({"amina": 3, "bo": 1}, {"amina": 3, "bo": 1})
    assert (top.own, top.coders, top.documents) == ({}, {"amina": 3, "bo": 2}, 2)
    assert use["shaming"].codings == 0
