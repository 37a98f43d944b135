"""Which files meet in a merge, and what becomes of documents that one copy removed."""

from __future__ import annotations

import shutil
from itertools import permutations
from pathlib import Path

import pytest
from conftest import CODEBOOK, Run, add

from tcncode.errors import UndoError, UsageError
from tcncode.journal.copies import snapshot
from tcncode.project import Project
from tcncode.text import Span

TEXT = "One more text, found later.\n"


def copy_of(project: Project, path: Path) -> Path:
    snapshot(project.path, path)
    return path


def test_the_project_is_the_only_one_besides_the_files_named(study, tmp_path, tcncode: Run):
    copy = copy_of(study, tmp_path / "bo.tcn")
    with Project.open(copy, coder="bo") as bo:
        bo.code(bo.document_id("letter"), Span(0, 8), "sharing")
    ran = tcncode("merge", "bo.tcn", "--coder", "amina")
    assert ran.code == 0 and "Merged into study.tcn" in ran.err
    assert [c.coder for c in study.codings()] == ["bo"]
    shutil.copy(copy, tmp_path / "cem.tcn")
    assert "There are 2 projects here (cem.tcn, study.tcn)" in tcncode("merge", "bo.tcn").err
    assert tcncode("merge", "bo.tcn", "cem.tcn").code == 0
    for name in ("bo.tcn", "cem.tcn"):
        (tmp_path / name).unlink()
    assert "is this project itself" in tcncode("merge", "study.tcn").err


def test_the_codebook_that_all_begin_with_makes_no_project_a_copy(study, tmp_path):
    path = tmp_path / "other.tcn"
    with Project.create(path, codebook=CODEBOOK, coder="bo") as other:
        add(other, tmp_path, "elsewhere", TEXT)
    before = [e.name for e in study.documents()]
    with pytest.raises(UsageError, match="--unrelated"):
        study.merge([path])
    assert [e.name for e in study.documents()] == before


def test_a_codebook_of_the_teams_own_does(tmp_path):
    yaml = tmp_path / "own.yaml"
    yaml.write_text("name: Own\ncodes:\n  - {id: trees, name: Trees, definition: Wood.}\n")
    paths = [tmp_path / "one.tcn", tmp_path / "two.tcn"]
    for path in paths:
        with Project.create(path, codebook=yaml, coder=path.stem) as project:
            add(project, tmp_path, f"of {path.stem}", f"{path.stem}: {TEXT}")
    with Project.open(paths[0], coder="one") as one:
        assert one.merge([paths[1]]).kept and len(one.documents()) == 2


def test_the_codebook_of_a_later_project_does_not_overrule_what_the_team_edited(tmp_path):
    paths = [tmp_path / "lead.tcn", tmp_path / "bea.tcn"]
    for path in paths:
        with Project.create(path, codebook=CODEBOOK, coder=path.stem) as project:
            add(project, tmp_path, "a", TEXT)
            if path.stem == "lead":
                project.edit_code("sharing", definition="Ours.")
                project.rename_code("shaming", "blaming")
    for here, there in (paths, paths[::-1]):
        copy = tmp_path / f"of {here.name}"
        shutil.copy(here, copy)
        with Project.open(copy, coder="lead") as project:
            merged = project.merge([there])
            assert project.codebook.get("sharing").definition == "Ours."
            assert "blaming" in [c.path for c in project.codebook.codes]
            assert "shaming" not in [c.path for c in project.codebook.codes]
            assert "both sides" not in [row["what"] for row in merged.table.records()]
            assert project.problems() == []


def test_a_merge_whose_codings_were_settled_since_is_not_undone(study, tmp_path, tcncode: Run):
    paths = []
    for coder, end in (("bea", 8), ("cid", 13)):
        paths.append(copy_of(study, tmp_path / f"{coder}.tcn"))
        with Project.open(paths[-1], coder=coder) as project:
            project.code(project.document_id("letter"), Span(0, end), "sharing")
            project.finish(["letter"])
    study.merge(paths)
    with Project.open(study.path, coder="bea") as bea:
        (difference,) = bea.to_settle().differences
        bea.settle(difference, "both")
        before = study.codings()
        ran = tcncode("-p", study.path, "--coder", "amina", "undo")
        assert ran.code != 0 and "bea settled differences in letter since" in ran.err
        assert len(ran.err.splitlines()) == 1
        assert study.codings() == before and len(before) > 2
        bea.undo()
    study.undo()
    assert study.codings() == [] and study.problems() == []


def test_an_edit_that_was_undone_overrules_no_edit_made_before_the_undo(study, tmp_path):
    bea, cid = (copy_of(study, tmp_path / f"{name}.tcn") for name in ("bea", "cid"))
    mid = tmp_path / "mid.tcn"
    with Project.open(cid, coder="cid") as project:
        project.edit_code("sharing", definition="Cid's.")
        copy_of(project, mid)
        with Project.open(bea, coder="bea") as other:
            other.edit_code("sharing", definition="Bea's.")
        project.undo()
        project.redo()
        project.undo()
    for number, order in enumerate(permutations((bea, cid, mid))):
        path = copy_of(study, tmp_path / f"lead-{number}.tcn")
        with Project.open(path, coder="lead") as lead:
            for other in order:
                lead.merge([other])
            assert lead.codebook.get("sharing").definition == "Bea's.", order
            assert lead.problems() == []
    # What was undone stays undone, also where a copy still has it.
    path = copy_of(study, tmp_path / "lead.tcn")
    with Project.open(path, coder="lead") as lead:
        before = lead.codebook.get("sharing").definition
        lead.merge([mid])
        lead.merge([cid])
        assert lead.codebook.get("sharing").definition == before
        assert not lead.merge([mid]).kept
        assert lead.codebook.get("sharing").definition == before


def test_nobody_codes_under_the_programs_name(tmp_path):
    with pytest.raises(UsageError, match="is the program"):
        Project.create(tmp_path / "a.tcn", codebook=CODEBOOK, coder="tcncode")


@pytest.mark.parametrize("work", ["finish", "answer", "memo", "assign"])
def test_a_document_that_was_removed_stays_where_somebody_worked_with_it(study, tmp_path, work):
    key = add(study, tmp_path, "new", TEXT)
    if work == "answer":
        from tcncode.model import Suggestion, suggestion_id

        span = Span(0, 8)
        made = Suggestion(suggestion_id(key, span, "sharing"), key, span, "sharing", 0.5)
    copy = copy_of(study, tmp_path / "bo.tcn")
    with Project.open(copy, coder="bo") as bo:
        match work:
            case "finish":
                bo.finish(["new"])
            case "answer":
                bo._store.replace_suggestions(key, [made])
                bo.reject(made.id)
            case "memo":
                bo.write_memo("document", "new", "to be read")
            case "assign":
                bo.assign(["new"], ["cem"])
    study.undo()
    assert "new" not in [e.name for e in study.documents()]
    found = study.merge([copy])
    assert "new" in [e.name for e in study.documents()], "nothing that is in use goes"
    told = [row["kept"] for row in found.table.records() if row["what"] == "settled"]
    assert told == ["it was deleted in one copy and is used in another: it stays"]
    assert study.problems() == []


def test_a_document_that_somebody_has_finished_is_not_removed_with_its_import(study, tmp_path):
    add(study, tmp_path, "new", TEXT)
    with Project.open(study.path, coder="bo") as bo:
        bo.finish(["new"])
        with pytest.raises(UndoError, match="there are assignments at its document"):
            study.undo()
        bo.undo()
    assert study.undo() == "import documents"
