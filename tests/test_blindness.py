"""Blind coding stays blind, and where somebody could see too early, agreement says so."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tcncode.agreement.asking import Comparison
from tcncode.agreement.blindness import Early, Mark, openings, told
from tcncode.errors import UsageError
from tcncode.journal.copies import snapshot
from tcncode.project import Project
from tcncode.text import Span

FIRST, LATER = Span(3, 8), Span(30, 40)


@pytest.fixture
def ben(study: Project) -> Iterator[Project]:
    with Project.open(study.path, coder="ben") as project:
        yield project


@pytest.fixture
def blind(study: Project, ben: Project) -> str:
    """The letter, coded blind by amina (the study's coder) and ben; ben has finished."""
    letter = study.document_id("letter")
    study.assign(["letter"], ["amina", "ben"], blind=True)
    ben.code(letter, FIRST, "sharing", memo="ben's")
    ben.finish(["letter"])
    return letter


BOTH = Comparison(("amina", "ben"), replicates=0)


def agreed(project: Project) -> str:
    """All that agreement tells: its note and the methods paragraph."""
    return project.agree(BOTH).note + project.agreement_methods(BOTH)


def test_who_was_not_asked_to_code_a_blind_document_sees_nothing_of_it(study, ben, blind):
    with Project.open(study.path, coder="cem") as cem:
        assert cem.is_blind(blind)
        assert cem.codings() == [] and cem.memos() == [] and len(cem.material().start) == 0
        cem.code(blind, LATER, "sharing")
        cem.finish(["letter"])
        assert [c.coder for c in cem.codings()] == ["cem"], "nor after finishing it unasked"
        study.finish(["letter"])
        assert {c.coder for c in cem.codings()} == {"ben", "cem"}


def test_who_joins_a_document_that_is_coded_blind_codes_it_blind(study, ben, blind):
    study.assign(["letter"], ["cem"])
    assert [a.blind for a in study.assignments(document="letter")] == [True, True, True]
    study.finish(["letter"])
    assert study.codings() == [], "cem has not finished"


@pytest.mark.parametrize("drawn", [True, False])
def test_who_joins_once_all_have_finished_closes_nothing_and_it_is_told(
    study, ben, blind, tcncode, drawn
):
    study.code(blind, LATER, "sharing")
    run = ("-p", study.path, "--coder", "amina", "assign", "letter", "--to", "cem")
    run += ("--to", "dora")
    run += ("--to", "ben", "--to", "amina", "--each", "4", "--share", "100%") if drawn else ()
    said = tcncode(*run).err
    assert "cem and dora, letter: blind, as there is somebody" in said and "open" not in said
    assert "2 assignments new or changed by amina." in said
    study.undo()
    study.finish(["letter"])
    assert len(study.codings()) == 2
    said = tcncode(*run).err
    assert "cem and dora, letter: open, as all who coded blind have finished" in said
    assert len(study.codings()) == 2 and not study.is_blind(blind)
    assert "letter" not in tcncode(*run).err
    assert "blind" not in tcncode("-p", study.path, "assign", "notes", "--to", "cem").err
    study.assign(["letter"], ["erik"], blind=True)
    assert study.is_blind(blind), "who says so closes it"


def test_a_document_coded_blind_is_so_for_all_who_were_asked_before(study, ben):
    study.assign(["letter"], ["amina"])
    study.assign(["letter"], ["ben"], blind=True)
    assert [a.blind for a in study.assignments(document="letter")] == [True, True]


def test_nobody_lifts_their_own_blindness_in_passing(study, ben, blind, tcncode):
    before = study.assignments()
    run = ("-p", study.path, "--coder", "amina", "assign", "letter", "--to", "amina", "--to", "ben")
    for words in (["--open"], ["--back"]):
        ran = tcncode(*run, *words)
        assert ran.code and "--lift" in ran.err and len(ran.err.splitlines()) == 1
        assert study.assignments() == before and study.codings() == []
    assert tcncode(*run, "--lift").code == 2
    ran = tcncode(*run, "--open", "--lift")
    assert ran.code == 0 and "of 1 document was lifted before amina had finished" in ran.err
    assert "2 assignments new or changed by amina." in ran.err
    assert [c.coder for c in study.codings()] == ["ben"]
    assert "blindness lifted before amina had finished" in str(study.log(limit=1).rows)
    assert "2 assignments taken back by amina;" in tcncode(*run, "--back").err


def test_blindness_that_was_lifted_is_told_wherever_it_matters(study, ben, blind):
    study.assign(["letter"], ["amina"], blind=False, lift=True)
    study.code(blind, FIRST, "sharing")
    study.finish(["letter"])
    words = "Blindness of letter was lifted before amina had finished."
    assert agreed(study).count(words) == 2
    assert "without seeing" not in agreed(study)
    assert words in study.report("coders").note
    study.assign(["letter"], ["amina"], blind=True)
    assert agreed(study).count(words) == 2, "also once it is called blind again"
    assert "without seeing" not in agreed(study)


def test_an_assignment_taken_back_at_once_is_not_held_against_anybody(study, ben):
    study.assign(["letter"], ["amina", "ben"], blind=True)
    study.undo()
    study.assign(["letter"], ["amina", "ben"], blind=True)
    letter = study.document_id("letter")
    for coder in (study, ben):
        coder.code(letter, FIRST, "sharing")
        coder.finish(["letter"])
    assert "lifted" not in agreed(study)
    assert "without seeing each other's codings" in agreed(study)


def test_it_is_told_as_well_where_a_table_goes_without_its_note(study, ben, blind, tcncode):
    ben.assign(["letter"], ["amina"], blind=False)
    study.code(blind, FIRST, "sharing")
    study.finish(["letter"])
    said = "Blindness of letter was lifted before amina had finished."
    run = ("-p", study.path)
    for words in (["agree", "amina", "ben"], ["report", "coders"]):
        for how in ([], ["--format", "json"], ["--format", "csv"], ["-o", "made.csv"]):
            assert tcncode(*run, *words, *how).err.count(said) == 1, (words, how)


def test_an_assignment_taken_back_to_look_is(study, ben, blind):
    study.unassign(["letter"], "amina", lift=True)
    assert study.codings(), "now it shows"
    study.assign(["letter"], ["amina"], blind=True)
    study.code(blind, FIRST, "sharing")
    study.finish(["letter"])
    assert "lifted before amina" in agreed(study)


def test_codings_that_were_changed_once_others_showed_are_told(study, ben, blind):
    """Finish, look, open again, recode, finish."""
    study.code(blind, LATER, "sharing")
    study.finish(["letter"])
    assert "without seeing" in agreed(study)
    assert study.codings(coder="ben")
    study.finish(["letter"], finished=False)
    study.code(blind, FIRST, "sharing")
    study.finish(["letter"])
    words = "amina changed codings of letter after all had finished there"
    assert agreed(study).count(words) == 2 and words in study.report("coders").note
    assert "without seeing" not in agreed(study)


def test_coding_on_without_opening_again_is_told_as_well(study, ben, blind):
    study.finish(["letter"])
    study.code(blind, FIRST, "sharing")
    assert "amina changed codings of letter" in agreed(study)
    study.undo()
    assert "changed" not in agreed(study), "what was taken back changed nothing"


def test_opening_again_alone_changes_nothing(study, ben, blind):
    study.code(blind, FIRST, "sharing")
    study.finish(["letter"])
    study.finish(["letter"], finished=False)
    study.finish(["letter"])
    assert "without seeing" in agreed(study) and "changed" not in agreed(study)


def test_an_edit_of_the_codebook_changes_nobodys_mind(study, ben, blind):
    study.code(blind, LATER, "showcasing")
    study.finish(["letter"])
    study.merge_codes("showcasing", "storytelling")
    assert "changed codings" not in agreed(study)


def test_nor_does_taking_it_back(study, ben, blind):
    study.code(blind, LATER, "showcasing")
    study.finish(["letter"])
    study.merge_codes("showcasing", "storytelling")
    for again in (study.undo, study.redo, study.undo):
        again()
        assert "changed codings" not in agreed(study)


def test_a_coding_that_an_edit_recoded_and_its_coder_removed_is_told(study, ben, blind):
    study.code(blind, LATER, "showcasing")
    study.finish(["letter"])
    study.merge_codes("showcasing", "storytelling")
    study.uncode(study.codings(coder="amina")[0].id)
    assert "amina changed codings of letter" in agreed(study)


def test_a_coding_made_too_late_is_told_after_an_edit_recoded_it(study, ben, blind):
    study.finish(["letter"])
    study.code(blind, LATER, "showcasing")
    study.merge_codes("showcasing", "storytelling")
    assert "amina changed codings of letter" in agreed(study)


def test_a_coding_with_a_code_made_for_it_is_told(study, ben, blind):
    study.finish(["letter"])
    study.code_as_new(blind, FIRST, "brand new", under="")
    assert "amina changed codings of letter" in agreed(study)
    study.undo()
    assert "changed codings" not in agreed(study)


def test_a_coding_that_gets_a_code_made_for_it_is_told(study, ben, blind):
    coding = study.code(blind, LATER, "sharing")
    study.finish(["letter"])
    study.recode_as_new(coding.id, "brand new", under="")
    assert "amina changed codings of letter" in agreed(study)


def test_a_coding_made_before_a_merge_and_removed_behind_it_is_told(study, ben, tmp_path):
    letter, path = two_copies(study, ben, tmp_path)
    coding = study.code(letter, LATER, "shaming")
    study.merge([path])
    assert "changed" not in agreed(study)
    study.uncode(coding.id)
    assert "amina changed codings of letter after all had finished there" in agreed(study)


def test_a_coding_removed_before_a_merge_and_made_again_behind_it_is_told(study, ben, tmp_path):
    letter, path = two_copies(study, ben, tmp_path)
    study.uncode(study.codings(coder="amina")[0].id)
    study.merge([path])
    assert "changed" not in agreed(study)
    study.code(letter, FIRST, "sharing")
    assert "amina changed codings of letter after all had finished there" in agreed(study)


def two_copies(study: Project, ben: Project, folder: Path) -> tuple[str, Path]:
    """The letter, coded blind and finished in two copies; ben's is not merged yet."""
    study.assign(["letter"], ["amina", "ben"], blind=True)
    letter = study.document_id("letter")
    ben.close()
    path = folder / "ben.tcn"
    snapshot(study.path, path)
    study.code(letter, FIRST, "sharing")
    study.finish(["letter"])
    with Project.open(path, coder="ben") as project:
        project.code(letter, FIRST, "sharing")
        project.finish(["letter"])
    return letter, path


@pytest.mark.parametrize("stamp", ["stamp", "'9999999999999-000000-00000000'"])
def test_what_another_program_changed_is_told(study, ben, blind, stamp):
    """Whether it set a stamp or, as one that knows nothing of them, left the old one."""
    study.code(blind, LATER, "sharing")
    study.finish(["letter"])
    assert "changed codings" not in agreed(study)
    with closing(sqlite3.connect(study.path, isolation_level=None)) as connection:
        connection.execute(f"UPDATE coding SET retired = 1, stamp = {stamp} WHERE coder = 'amina'")
    assert "amina changed codings of letter" in agreed(study)


def test_what_another_program_changed_before_all_had_finished_is_not(study, ben, blind):
    study.code(blind, LATER, "sharing")
    with closing(sqlite3.connect(study.path, isolation_level=None)) as connection:
        connection.execute("UPDATE coding SET retired = 1 WHERE coder = 'amina'")
    study.code(blind, FIRST, "sharing")
    study.finish(["letter"])
    assert "changed codings" not in agreed(study) and "without seeing" in agreed(study)


def test_work_in_two_copies_that_meet_is_not_taken_for_a_change(study, ben, tmp_path):
    study.assign(["letter"], ["amina", "ben"], blind=True)
    letter = study.document_id("letter")
    ben.close()
    copies = {}
    for coder in ("amina", "ben"):
        copies[coder] = tmp_path / f"{coder}.tcn"
        snapshot(study.path, copies[coder])
        with Project.open(copies[coder], coder=coder) as project:
            project.code(letter, FIRST, "sharing")
            project.finish(["letter"])
    study.merge(list(copies.values()))
    assert "without seeing each other's codings" in agreed(study)
    study.merge(list(copies.values()))
    assert study.report("coders").note.count("letter") == 0


def test_what_was_changed_in_a_copy_of_its_own_is_told_as_that(study, ben, tmp_path):
    """ben goes on in his copy, where he cannot see what amina did in hers."""
    study.assign(["letter"], ["amina", "ben"], blind=True)
    letter = study.document_id("letter")
    ben.close()
    path = tmp_path / "ben.tcn"
    snapshot(study.path, path)
    study.code(letter, FIRST, "sharing")
    with Project.open(path, coder="ben") as project:
        project.code(letter, FIRST, "sharing")
        project.finish(["letter"])
        study.finish(["letter"])
        project.code(letter, LATER, "sharing")
    study.merge([path])
    said = study.agree(BOTH).note
    assert "ben changed codings of letter in another copy of the project" in said
    assert "when the others' could be seen" not in said
    study.code(letter, LATER, "shaming")
    said = study.agree(BOTH).note
    assert "amina changed codings of letter after all had finished there, when" in said


def test_what_another_copy_brings_later_was_not_open_before(study, ben, tmp_path):
    """ben coded in a copy of his own before the lead assigned the document blind."""
    letter = study.document_id("letter")
    ben.close()
    path = tmp_path / "ben.tcn"
    snapshot(study.path, path)
    with Project.open(path, coder="ben") as project:
        project.code(letter, FIRST, "sharing")
        project.finish(["letter"])
    study.assign(["letter"], ["amina"], blind=True)
    study.code(letter, FIRST, "sharing")
    study.finish(["letter"])
    study.merge([path])
    assert "could be seen" not in study.agree(BOTH).note


def test_tables_say_how_many_documents_they_leave_out(study, ben, blind, tcncode):
    said = "so without others' codings here: 1 document."
    run = ("-p", study.path, "--coder", "amina")
    for words in (
        ["report", "networks"], ["report", "quotes"], ["report", "coders"], ["codings"],
        ["codings", "--where", "sharing"], ["documents"], ["memos"], ["assign"],
        ["codings", "--document", "letter"],
    ):  # fmt: skip
        assert tcncode(*run, *words).err.count(said) == 1, words
    assert "others' codings" not in tcncode(*run, "codings", "--document", "notes").err
    for words in (
        ["report", "networks"], ["report", "quotes"], ["report", "coders"], ["codings"],
        ["report", "networks", "--matrix", "share_of_network"], ["documents"], ["memos"],
        ["assign"], ["export", "codings"], ["export", "networks"],
    ):  # fmt: skip
        for how in (["--format", "json"], ["--format", "csv"], ["-o", "made.json"]):
            ran = tcncode(*run, *words, *how)
            assert ran.code == 0 and ran.err.count(said) == 1, (words, how)
    assert tcncode(*run, "export", "workbook", "-o", "all.xlsx").err.count(said) == 1
    study.finish(["letter"])
    assert "others' codings" not in tcncode(*run, "export", "codings").err
    assert "others' codings" not in tcncode(*run, "report", "networks").err


def test_what_was_coded_openly_is_not_blind_for_being_called_so_afterwards(study, ben):
    letter = study.document_id("letter")
    ben.code(letter, FIRST, "sharing")
    study.assign(["letter"], ["amina", "ben"], blind=True)
    study.code(letter, FIRST, "sharing")
    for coder in (study, ben):
        coder.finish(["letter"])
    said = "Codings of letter by ben could be seen before others were asked to code it blind."
    assert said in agreed(study)
    assert "without seeing" not in agreed(study)


def test_who_is_asked_after_the_first_has_finished_could_see_their_codings(study, ben):
    letter = study.document_id("letter")
    study.assign(["letter"], ["ben"], blind=True)
    ben.code(letter, FIRST, "sharing")
    ben.finish(["letter"])
    study.assign(["letter"], ["amina"], blind=True)
    study.code(letter, FIRST, "sharing")
    study.finish(["letter"])
    assert "by ben could be seen before others were asked" in agreed(study)
    assert "without seeing" not in agreed(study)


def test_only_who_is_compared_could_have_seen_too_much(study, ben, blind):
    """cem is asked once amina and ben have finished, and taken back."""
    study.code(blind, FIRST, "sharing")
    study.finish(["letter"])
    study.assign(["letter"], ["cem"], blind=True)
    study.unassign(["letter"], "cem")
    assert "without seeing each other's codings" in agreed(study)
    study.assign(["letter"], ["cem"], blind=True)
    with Project.open(study.path, coder="cem") as cem:
        cem.code(blind, FIRST, "sharing")
        cem.finish(["letter"])
    assert "without seeing each other's codings" in agreed(study)
    said = study.agree(Comparison(replicates=0)).note
    assert "by amina and ben could be seen before others were asked" in said


def test_who_joins_while_the_first_is_coding_could_not(study, ben):
    letter = study.document_id("letter")
    study.assign(["letter"], ["ben"], blind=True)
    ben.code(letter, FIRST, "sharing")
    study.assign(["letter"], ["amina"], blind=True)
    for coder in (study, ben):
        coder.code(letter, FIRST, "sharing")
        coder.finish(["letter"])
    assert "without seeing each other's codings" in agreed(study)


def test_calling_finished_work_blind_does_not_make_it_so(study, ben):
    for coder in (study, ben):
        coder.code(coder.document_id("letter"), FIRST, "sharing")
        coder.finish(["letter"])
    study.assign(["letter"], ["amina", "ben"], blind=True)
    assert "by amina and ben could be seen before" in agreed(study)
    assert "without seeing" not in agreed(study)


def test_openings_begin_when_the_last_has_finished():
    marks = [
        Mark("1", "a", True, False), Mark("1", "b", True, False), Mark("2", "a", True, True),
        Mark("3", "b", True, True), Mark("4", "a", True, False), Mark("5", "a", False, False),
    ]  # fmt: skip
    first, second = openings(reversed(marks))
    assert (first.begin, first.end, second.begin, second.end) == ("3", "4", "5", None)
    assert first.unfinished == frozenset() and first.finished == {"a", "b"}
    assert openings(marks[:3]) == []


def test_many_documents_are_counted_and_some_named():
    (said,) = told((f"d{n}", Early(changed=("a",))) for n in range(8))
    assert said.startswith("a changed codings of 8 documents (d0, d1, d2, d3, d4 and 3 more) after")


def test_lifting_is_refused_where_nothing_is_lifted(study, tcncode):
    with pytest.raises(UsageError):
        study.assign(["letter"], [], blind=False)
    assert tcncode("-p", study.path, "assign", "letter", "--to", "a", "--blind", "--lift").code == 2
