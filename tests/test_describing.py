"""What is said about documents can be corrected; their texts and codings stay."""

from __future__ import annotations

import pytest

from tcncode.errors import UnknownNameError, UsageError
from tcncode.importing.metadata import Metadata
from tcncode.importing.study import read_one
from tcncode.project import Project
from tcncode.text import Span

FACTS = {
    "name": "Letter to the mayor", "network": "Solidarity Cities", "kind": "interview",
    "date": "2019-05", "language": "EN",
}  # fmt: skip


def told(project: Project, key: str) -> tuple[str | None, ...]:
    e = project.document_entry(key)
    return e.name, e.network, e.kind, e.date, e.language


def test_everything_is_changed_in_one_action_that_can_be_undone(study):
    key = study.document_id("letter")
    study.code(key, Span(0, 8), "sharing")
    before, codings = told(study, key), study.codings()
    done = study.describe([key], FACTS)
    after = ("Letter to the mayor", "Solidarity Cities", "interview", "2019-05", "en")
    assert told(study, key) == after
    assert (done.network, [e.id for e in done.documents]) == ("Solidarity Cities", [key])
    assert study.codings() == codings
    assert study.undo().startswith("describe letter: ")
    assert told(study, key) == before
    assert "Solidarity Cities" not in {n.id for n in study.networks()}
    study.redo()
    assert told(study, key) == after
    assert study.problems() == []


def test_several_documents_at_once_and_values_taken_away(study):
    ids = [e.id for e in study.documents()][:2]
    study.describe(ids, {"network": "ICORN", "date": "2018", "kind": "report"})
    study.describe(ids, {"network": "icorn", "date": ""})
    assert {(e.network, e.date, e.kind) for e in study.documents() if e.id in ids} == {
        ("ICORN", None, "report")
    }
    study.describe(ids, {"network": ""})
    assert {e.network for e in study.documents() if e.id in ids} == {None}


def test_what_is_so_already_is_no_action(study):
    study.describe(["letter"], {"kind": "report"})
    before = study.state()
    assert study.describe(["letter"], {"kind": "report"}).documents == ()
    assert study.state() == before


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"kind": "poem"}, '"poem" is not a kind'),
        ({"kind": " "}, "needs a kind"),
        ({"name": ""}, "needs a name"),
        ({"date": "May"}, '"May" is not a date'),
        ({"language": "english"}, "two-letter"),
        ({"colour": "red"}, 'no "colour"'),
        ({}, "Say what is to be changed"),
    ],
)
def test_what_cannot_be_said_changes_nothing(study, facts, says):
    before = study.state(), study.documents()
    with pytest.raises(UsageError, match=says):
        study.describe(["letter"], {"network": "New", **facts} if facts else facts)
    assert (study.state(), study.documents()) == before


def test_a_name_that_is_taken_and_a_document_that_is_not_there(study):
    names = [e.name for e in study.documents()]
    with pytest.raises(UsageError, match="already"):
        study.describe([names[0]], {"name": names[1]})
    with pytest.raises(UsageError, match="only one"):
        study.describe(names[:2], {"name": "both"})
    with pytest.raises(UnknownNameError):
        study.describe(["nowhere"], {"kind": "report"})


def test_the_roles_of_speakers(study, tmp_path):
    path = tmp_path / "talk.txt"
    path.write_text("Interviewer: How so?\n\nMayor: So.\n\nInterviewer: And?\n\nMayor: That.\n")
    study.import_files([read_one(path, options=Metadata(), row=None)])
    key = study.document_id("talk")
    study.describe([key], {}, speakers="Mayor=mayor@ghent; Interviewer=interviewer")
    who = {s.label: (s.role, s.affiliation) for s in study.speakers(key)}
    assert who == {"Mayor": ("mayor", "ghent"), "Interviewer": ("interviewer", None)}
    study.describe([key], {}, speakers="Mayor=civil servant")
    assert {s.label: s.affiliation for s in study.speakers(key)}["Mayor"] == "ghent"
    with pytest.raises(UsageError, match='No speaker of talk is called "Major"'):
        study.describe([key], {}, speakers="Major=mayor")
    with pytest.raises(UsageError, match="not a role"):
        study.describe([key], {}, speakers="Mayor=king")
    study.undo()
    assert {s.label: s.role for s in study.speakers(key)}["Mayor"] == "mayor"


def test_the_command_says_what_is_so_now(study, tcncode):
    path = study.path
    study.close()
    ran = tcncode("-p", path, "describe", "letter", "--network", "Gruppo Nuovo", "--date", "2019")
    assert ran.code == 0, ran.err
    assert ran.err.splitlines()[0] == 'Network "Gruppo Nuovo" added by amina.'
    assert "letter described by amina: Gruppo Nuovo, " in ran.err and "2019" in ran.err
    again = tcncode("-p", path, "describe", "letter", "--date", "2019")
    assert "so already" in again.err
    wrong = tcncode("-p", path, "describe", "letter", "--date", "soon")
    assert wrong.code == 2 and '"soon" is not a date' in wrong.err
