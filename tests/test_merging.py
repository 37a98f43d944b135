"""Any number of copies of a project become one again, in any order, and nothing is lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import add, make_older
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from merge_steps import STEPS, begin, content, merged, rows, standing, without_stamp, work

from tcncode import codebook as codebooks
from tcncode.codebook.placing import positions
from tcncode.errors import ProjectError, UndoError, UsageError
from tcncode.journal import copies
from tcncode.model import SETTLED, Suggestion, suggestion_id
from tcncode.project import Project
from tcncode.schema import MIGRATIONS
from tcncode.text import Span

PROPERTY = settings(
    max_examples=int(os.environ.get("MERGE_EXAMPLES", "12")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@PROPERTY
@given(
    parted=st.lists(STEPS, min_size=2, max_size=4),
    seed=st.randoms(use_true_random=False),
)
def test_copies_merged_in_any_order_and_grouping_are_equal_and_lose_nothing(
    made_study, tmp_path_factory, parted, seed
):
    folder = tmp_path_factory.mktemp("merge")
    base = folder / "base.tcn"
    shutil.copy(made_study, base)
    begin(base)
    copies = []
    for number, steps in enumerate(parted):
        copies.append(folder / f"copy-{number}.tcn")
        shutil.copy(base, copies[-1])
        work(copies[-1], steps)
    results = []
    for name in ("all-at-once", "one-by-one", "in-groups"):
        order = seed.sample(copies, len(copies))
        if name == "all-at-once":
            results.append(merged(order[0], order[1:], name))
            continue
        while len(order) > 1:
            one = order.pop(seed.randrange(len(order)) if name == "in-groups" else 0)
            other = order.pop(seed.randrange(len(order)) if name == "in-groups" else 0)
            order.insert(0, merged(one, [other], f"{name}-{len(order)}"))
        results.append(order[0])
    first = content(results[0])
    for other in results[1:]:
        assert content(other) == first
    # What is settled follows from the decisions that stand, whichever codings were written last.
    stand = standing(copies)
    for row in rows(results[0], "coding"):
        if row[5] != SETTLED:
            meant = stand.pop(row[0])
            assert row[-1] if meant is None else without_stamp(row) == meant
    again = merged(results[0], [*copies, results[1]], "again")
    assert content(again) == first


def by_hand(path: Path, *statements: str) -> None:
    """Change a file as somebody with another SQLite program would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture
def copy_of(tmp_path):
    """Another copy of a project, in a folder of its own; the project may be open."""

    def made(project: Project, name: str) -> Path:
        target = tmp_path / name
        with (
            closing(sqlite3.connect(project.path)) as source,
            closing(sqlite3.connect(target)) as c,
        ):
            source.backup(c)
        return target

    return made


def told(merge, what):
    """The receipt's lines of one sort, without the columns that are empty."""
    return [
        {k: v for k, v in row.items() if v is not None and k != "what"}
        for row in merge.table.records()
        if row["what"] == what
    ]


def test_what_came_in_is_told_for_each_coder_and_kept_in_the_journal(study, copy_of):
    other = copy_of(study, "bo.tcn")
    letter = study.document_id("letter")
    with Project.open(other, coder="bo") as bo:
        bo.code(letter, Span(0, 8), "sharing", memo="why")
        bo.code(letter, Span(9, 13), "sharing")
        bo.write_memo("document", "letter", "badly scanned")
        bo.add_code("sharing/asking")
        bo.finish(["letter"])
    found = study.merge([other])
    assert found.kept and [(r["coder"], r["noun"], r["rows"]) for r in told(found, "new")] == [
        ("bo", "assignment", 1), ("bo", "code", 1), ("bo", "coding", 2), ("bo", "memo", 2),
    ]  # fmt: skip
    assert {r["what"] for r in found.table.records()} == {"new"}
    log = study.log().records()
    assert log[0]["what"] == (
        "merge bo.tcn (bo: 1 assignment new, 1 code new, 2 codings new, 2 memos new)"
    )
    assert [r["what"] for r in log[1:6]] == [
        "mark letter as finished", "add the code sharing/asking",
        'memo on document letter: "badly scanned"', 'code "from" as sharing',
        'code "We learn" as sharing',
    ]  # fmt: skip
    assert [r["coder"] for r in study.log(document="letter", span=Span(0, 3)).records()] == [
        "amina", "bo",
    ]  # fmt: skip


def test_merging_twice_changes_nothing_and_the_other_file_is_never_touched(
    study, copy_of, tmp_path
):
    other = copy_of(study, "bo.tcn")
    with Project.open(other, coder="bo") as bo:
        bo.code(bo.document_id("letter"), Span(0, 8), "sharing")
    bytes_before, files = other.read_bytes(), sorted(tmp_path.iterdir())
    planned = study.merge([other], dry_run=True)
    assert not planned.kept and study.codings() == []
    done = study.merge([other])
    assert done.table == planned.table and len(study.codings()) == 1
    entries = study.log().rows
    again = study.merge([other, other])
    assert not again.kept and again.table.rows == () and again.news == {other: 0}
    assert study.log().rows == entries
    assert other.read_bytes() == bytes_before
    assert sorted(tmp_path.iterdir()) == files


def test_a_code_merged_away_in_one_copy_stays_while_another_codes_with_it(study, copy_of):
    other = copy_of(study, "bo.tcn")
    letter = study.document_id("letter")
    peers, tools = "sharing/peer-learning", "sharing/information-tools"
    study.merge_codes(peers, tools)
    with Project.open(other, coder="bo") as bo:
        theirs = bo.code(letter, Span(0, 8), peers)
    found = study.merge([other])
    assert study.codings() == [theirs] and study.problems() == []
    assert told(found, "settled") == [
        {"coder": "amina", "noun": "code", "rows": 1, "name": peers,
         "kept": "it was deleted in one copy and is used in another: it stays"}
    ]  # fmt: skip
    study.merge_codes(peers, tools)
    assert [c.code for c in study.codings()] == [tools]
    assert study.problems() == []


def test_a_code_that_was_kept_alive_goes_when_its_last_coding_does(study, copy_of):
    """What is kept alive is worked out anew, so the order of merging does not matter."""
    other = copy_of(study, "bo.tcn")
    peers = "sharing/peer-learning"
    study.remove_code(peers)
    with Project.open(other, coder="bo") as bo:
        coding = bo.code(bo.document_id("letter"), Span(0, 8), peers)
        third = copy_of(bo, "cy.tcn")
        bo.uncode(coding.id)
    early = copy_of(study, "early.tcn")
    for project, order in ((study, [third, other]), (Project.open(early), [other, third])):
        project.merge(order[:1])
        assert (peers in [c.path for c in project.codebook.codes]) is (order[0] == third)
        project.merge(order[1:])
        assert peers not in [c.path for c in project.codebook.codes]
        assert project.problems() == []
    project.close()
    assert content(early) == content(study.path)


def test_one_coders_edit_in_two_copies_is_listed_with_both_values(study, copy_of):
    coding = study.code(study.document_id("letter"), Span(0, 8), "sharing", memo="first")
    other = copy_of(study, "home.tcn")
    study.memo(coding.id, "at work")
    with Project.open(other, coder="amina") as home:
        home.memo(coding.id, "at home")
    found = study.merge([other])
    assert told(found, "both sides") == [
        {"coder": "amina", "noun": "coding", "rows": 1, "name": "sharing", "document": "letter",
         "quotation": "We learn", "field": "memo", "kept": "at home", "overruled": "at work",
         "overruled_coder": "amina"}
    ]  # fmt: skip
    assert study.coding(coding.id).memo == "at home"
    what = study.log().records()[0]["what"]
    assert "'at home' kept, not 'at work' of amina" in what.splitlines()[1]
    # Each edit is undone in its turn; of the overruled one nothing is left to undo.
    assert study.undo().startswith("merge home.tcn")
    assert study.coding(coding.id).memo == "at work"
    study.merge([other])
    with Project.open(study.path, coder="lead") as lead:
        assert lead.problems() == []


def test_undo_reaches_past_an_edit_that_a_merge_overruled(study, copy_of):
    first = study.code(study.document_id("notes"), Span(0, 7), "sharing")
    coding = study.code(study.document_id("letter"), Span(0, 8), "sharing")
    other = copy_of(study, "home.tcn")
    study.memo(coding.id, "at work")
    with Project.open(other, coder="amina") as home:
        home.memo(coding.id, "at home")
    with Project.open(study.path, coder="lead") as lead:
        lead.merge([other])
    memos = []
    for _ in range(3):
        study.undo()
        memos.append([c.memo for c in study.codings() if c.id == coding.id])
    # The edit at work stands again once the one at home is taken back.
    assert memos == [["at work"], [""], []]
    study.undo()
    assert first.id not in [c.id for c in study.codings()]
    for _ in range(4):
        study.redo()
    assert [c.memo for c in study.codings() if c.id == coding.id] == ["at home"]
    assert study.problems() == []


def test_only_what_was_lost_is_listed(study, copy_of):
    """One side defines a code, the other colours it: the later row stands, and only the first's
    definition is lost."""
    other = copy_of(study, "bo.tcn")
    study.edit_code("shaming", definition="Blame in public.")
    with Project.open(other, coder="bo") as bo:
        bo.recolour_code("shaming", "#123456")
        before = study.codebook.get("shaming")
    found = study.merge([other])
    lost = [(r["name"], r["field"], r["overruled"], r["coder"]) for r in told(found, "both sides")]
    assert lost == [("shaming", "definition", before.definition, "bo")]


def test_what_both_took_back_before_they_parted_is_not_an_edit_of_either(study, copy_of):
    study.edit_code("sharing", example="The first.")
    study.edit_code("sharing", example="The second.", when_to_use="Never.")
    study.undo()
    before = study.codebook.get("sharing")
    assert before.example == "The first."
    other = copy_of(study, "bo.tcn")
    with Project.open(other, coder="bo") as bo:
        bo.edit_code("sharing", example="As Bo has it.")
    study.edit_code("sharing", when_to_use="As Amina has it.")
    lost = told(study.merge([other]), "both sides")
    assert [(r["field"], r["kept"], r["overruled"]) for r in lost] == [
        ("example", "The first.", "As Bo has it.")
    ]


def test_two_memos_of_one_coder_on_one_thing_are_both_kept(study, copy_of):
    other = copy_of(study, "home.tcn")
    study.write_memo("code", "sharing", "at work")
    with Project.open(other, coder="amina") as home:
        home.write_memo("code", "sharing", "at home")
    study.merge([other])
    both = study.own_memo("code", study.codebook.get("sharing").id)
    assert set(both.split("\n\n")) == {"at work", "at home"}
    study.write_memo("code", "sharing", "both")
    assert [m.text for m in study.memos()] == ["both"]


def test_two_codes_of_one_path_or_key_both_stay_the_same_way_on_both_sides(study, copy_of):
    other = copy_of(study, "bo.tcn")
    study.add_code("visits", key=7)
    study.rename_code("visits", "journeys")
    with Project.open(other, coder="bo") as bo:
        bo.add_code("journeys", key=7)
    mine = copy_of(study, "amina.tcn")
    found = study.merge([other])
    book = study.codebook
    assert {(c.id, c.path, c.key) for c in book.codes if "journeys" in c.path} == {
        ("journeys", "journeys", 7), ("visits", "journeys-2", None),
    }  # fmt: skip
    assert told(found, "settled")[0]["kept"] == (
        "journeys is journeys-2 now: another code has that path;"
        " journeys-2 has no key now: 7 is that of journeys"
    )
    with Project.open(other, coder="bo") as bo:
        bo.merge([mine])
        assert bo.codebook == book and bo.codebook_version == study.codebook_version
    assert content(other) == content(study.path)
    # A later edit of one of them does not let them change names.
    study.edit_code("journeys", definition="Going there.")
    study.merge([other])
    assert [c.id for c in study.codebook.codes if c.path == "journeys"] == ["journeys"]


def test_a_code_added_below_one_that_was_renamed_goes_along(study, copy_of):
    other = copy_of(study, "bo.tcn")
    study.rename_code("sharing", "exchange")
    with Project.open(other, coder="bo") as bo:
        made = bo.add_code("sharing/asking")
        coding = bo.code(bo.document_id("letter"), Span(0, 8), "sharing/asking")
    study.merge([other])
    assert made.path == "sharing/asking"
    assert study.codebook.by_id()[coding.code].path == "exchange/asking"
    assert study.codings(code="exchange") == [coding]
    assert study.codebook_version == codebooks.version(study.codebook)


def test_codes_moved_below_each_other_do_not_vanish(study, copy_of):
    other = copy_of(study, "bo.tcn")
    study.move_code("sharing", under="shaming")
    with Project.open(other, coder="bo") as bo:
        bo.move_code("shaming", under="sharing")
        codes = {c.id for c in bo.codebook.codes}
    study.merge([other])
    assert {c.id for c in study.codebook.codes} == codes


def test_a_codebook_edit_is_undone_by_its_coder_after_a_merge(study, copy_of):
    other = copy_of(study, "bo.tcn")
    study.edit_code("shaming", definition="Blame in public.")
    with Project.open(other, coder="bo") as bo:
        bo.add_code("sharing/asking")
    study.merge([other])
    with Project.open(study.path, coder="bo") as bo:
        assert bo.undo() == "add the code sharing/asking"
        assert "sharing/asking" not in [c.path for c in bo.codebook.codes]
        assert bo.codebook.get("shaming").definition == "Blame in public."
        assert bo.codebook_version == codebooks.version(bo.codebook)
        assert bo.problems() == []


def test_an_undo_that_would_give_two_codes_one_path_is_refused(study, copy_of):
    peers, tools = "sharing/peer-learning", "sharing/information-tools"
    one = copy_of(study, "one.tcn")
    with Project.open(one, coder="bo") as bo:
        bo.rename_code(peers, "circles")
        two = copy_of(bo, "two.tcn")
        bo.rename_code(tools, "peer-learning")
    with Project.open(two, coder="bo") as bo:
        bo.undo()
    study.remove_code(peers)
    with Project.open(study.path, coder="lead") as lead:
        lead.merge([one, two])
    with pytest.raises(UndoError, match="another code has that path"):
        study.undo()
    study.rename_code(peers, "tools")
    assert study.undo() == f"rename {peers} to sharing/tools"
    assert study.problems() == []


def test_a_removal_taken_back_after_a_merge_shows_the_name_another_gave_meanwhile(study, copy_of):
    peers = "sharing/peer-learning"
    other = copy_of(study, "bo.tcn")
    with Project.open(other, coder="bo") as bo:
        bo.rename_code(peers, "circles")
    study.remove_code(peers)
    study.merge([other])
    assert "sharing/circles" not in [c.path for c in study.codebook.codes]
    study.undo()
    study.undo()
    study.merge([other])
    assert "sharing/circles" in [c.path for c in study.codebook.codes]
    assert study.problems() == []


def test_an_edit_outlives_a_later_one_that_was_taken_back(study, copy_of):
    """Bea edits first; Cid edits the same later, in a copy, and undoes it."""
    bea, cid = copy_of(study, "bea.tcn"), copy_of(study, "cid.tcn")
    with Project.open(bea, coder="bea") as project:
        project.edit_code("sharing", definition="As Bea has it.")
    with Project.open(cid, coder="cid") as project:
        project.edit_code("sharing", definition="As Cid has it.")
    early = copy_of(study, "early.tcn")
    with Project.open(early, coder="lead") as project:
        project.merge([bea, cid])
        assert project.codebook.get("sharing").definition == "As Cid has it."
    with Project.open(cid, coder="cid") as project:
        project.undo()
    found = study.merge([bea, cid])
    assert study.codebook.get("sharing").definition == "As Bea has it."
    assert not told(found, "both sides"), "nobody's edit is lost"
    with Project.open(early, coder="lead") as project:
        found = project.merge([cid])
        assert project.codebook.get("sharing").definition == "As Bea has it."
        assert not told(found, "both sides")
    assert content(early)["code"] == content(study.path)["code"]


def test_who_finished_a_document_has_finished_it_though_the_lead_edits_the_assignment(
    study, copy_of
):
    letter = study.document_id("letter")
    study.assign(["letter"], ["amina", "bo"], blind=False)
    other, third = copy_of(study, "bo.tcn"), copy_of(study, "third.tcn")
    with Project.open(other, coder="bo") as bo:
        bo.finish(["letter"])
    study.assign(["letter"], ["bo"], blind=True)
    found = study.merge([other])
    assert study.finished(letter, "bo")
    assert [a.blind for a in study.assignments() if a.coder == "bo"] == [True]
    assert not told(found, "both sides"), "both are kept"
    assert not study.merge([third]).kept
    with Project.open(third, coder="lead") as lead:
        lead.code(letter, Span(0, 8), "sharing")
    study.merge([third])
    assert study.finished(letter, "bo") and study.problems() == []
    with Project.open(other, coder="bo") as bo:
        bo.finish(["letter"], finished=False)
    study.merge([other])
    assert not study.finished(letter, "bo")


@pytest.mark.parametrize("marked_by", ["an older format", "another program"])
def test_who_had_finished_before_any_action_said_so_has_finished_still(
    study, copy_of, tmp_path, marked_by
):
    letter, coders = study.document_id("letter"), ("amina", "bo")
    for coder in coders:
        with Project.open(study.path, coder=coder) as project:
            project.code(letter, Span(0, 8), "sharing")
    path = copy_of(study, "marked.tcn")
    if marked_by == "an older format":
        make_older(path, 1)
    else:
        with Project.open(path) as project:
            project.assign(["letter"], coders, blind=False)
        by_hand(path, "UPDATE assignment SET finished = '2026-01-02T10:00:00Z'")
    other = shutil.copy(path, tmp_path / "other.tcn")

    def marks() -> list[str | None]:
        found = sorted(project.assignments(), key=lambda a: a.coder)
        return [a.finished for a in found if a.document == letter]

    with Project.open(path, coder="lead") as project:
        before = marks()
        assert len(before) == 2 and None not in before
        project.assign(["letter"], coders, blind=True)
        project.undo()
        assert marks() == before
        project.assign(["letter"], coders, blind=True)
        project.assign(["letter"], coders, blind=False)
        project.merge([other])
        assert marks() == before
    with Project.open(path, coder="bo") as project:
        project.finish(["letter"], finished=False)
        project.merge([other])
        assert marks() == [before[0], None]
        assert project.problems() == []


def test_a_document_of_one_copy_comes_with_its_text_turns_speakers_and_source(
    study, copy_of, tmp_path
):
    other = copy_of(study, "bo.tcn")
    text = "Interviewer: How did it begin in Łódź?\nMayor: We asked Ghent how they did it.\n"
    with Project.open(other, coder="bo") as bo:
        key = add(bo, tmp_path, "talk", text, "Solidarity Cities")
        coding = bo.code(key, Span(46, 54), "sharing")
        there = (bo.document(key), bo.speakers(key), bo.segments(key, "turn"))
        network = bo.network("Solidarity Cities")
    study.merge([other])
    assert (study.document(key), study.speakers(key), study.segments(key, "turn")) == there
    assert len(there[1]) == 2 and len(there[2]) == 2
    assert study.network("Solidarity Cities") == network
    assert {hit.document for hit in study.search("lodz ghent*")} == {key}
    assert study.quote(key, coding.span) == Span(46, 54).of(text) and study.problems() == []


def test_one_text_under_two_names_is_one_document(study, copy_of, tmp_path):
    other = copy_of(study, "bo.tcn")
    text = "One and the same.\n"
    key = add(study, tmp_path, "mine", text)
    with Project.open(other, coder="bo") as bo:
        assert add(bo, tmp_path, "theirs", text) == key
        bo.code(key, Span(0, 3), "sharing")
    found = study.merge([other])
    assert [e.name for e in study.documents() if e.id == key] == ["theirs"]
    assert [(r["field"], r["kept"], r["overruled"]) for r in told(found, "both sides")] == [
        ("name", "theirs", "mine")
    ]


def test_a_document_whose_import_was_undone_stays_while_another_codes_it(study, copy_of, tmp_path):
    talk = add(study, tmp_path, "talk", "Interviewer: How?\nMayor: As Ghent did.\n", "Elsewhere")
    other = copy_of(study, "bo.tcn")
    network, speakers = study.network("Elsewhere"), study.speakers(talk)
    study.undo()
    assert talk not in [e.id for e in study.documents()] and not study.speakers(talk)
    with Project.open(other, coder="bo") as bo:
        bo.code(talk, Span(25, 36), "sharing")
    study.merge([other])
    assert [c.document for c in study.codings()] == [talk] and study.problems() == []
    assert study.network("Elsewhere") == network and study.speakers(talk) == speakers
    assert len(speakers) == 2


@pytest.mark.parametrize("version", [1, 2])
def test_a_copy_of_an_older_format_is_merged_and_stays_as_it_is(study, copy_of, tmp_path, version):
    mine = study.code(study.document_id("letter"), Span(9, 13), "sharing")
    other = copy_of(study, "old.tcn")
    with Project.open(other, coder="bo") as bo:
        coding = bo.code(bo.document_id("letter"), Span(0, 8), "sharing")
    make_older(other, version)
    before, files = other.read_bytes(), sorted(tmp_path.iterdir())
    study.merge([other])
    assert study.codings() == [coding, mine]
    assert study.finished(coding.document, "bo") is (version == 1)
    assert other.read_bytes() == before and sorted(tmp_path.iterdir()) == files


def refused(study: Project, path: Path, match: str, error=ProjectError) -> None:
    """Merging a file is refused in one line, and the project stays as it is."""
    before, log = content(study.path), study.log().rows
    with pytest.raises(error, match=match) as raised:
        study.merge([path])
    assert "\n" not in str(raised.value) and str(path.name) in str(raised.value)
    assert content(study.path) == before and study.log().rows == log


def test_what_is_no_other_copy_of_the_project_is_refused(study, copy_of, tmp_path):
    refused(study, tmp_path / "gone.tcn", "no such file")
    refused(study, tmp_path, "is a folder")
    words = tmp_path / "words.tcn"
    words.write_text("We share what we learn.\n" * 200)
    refused(study, words, "is not a project file")
    words.write_bytes(b"")
    refused(study, words, "is not a project file")
    foreign = tmp_path / "foreign.tcn"
    by_hand(foreign, "CREATE TABLE bookmarks (url TEXT)")
    refused(study, foreign, "database of another program")
    newer = copy_of(study, "newer.tcn")
    by_hand(newer, f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    refused(study, newer, "newer tcncode")
    refused(study, study.path, "is this project itself", UsageError)
    link = tmp_path / "link.tcn"
    link.symlink_to(study.path)
    refused(study, link, "is this project itself", UsageError)
    torn = copy_of(study, "torn.tcn")
    torn.write_bytes(torn.read_bytes()[: torn.stat().st_size // 2])
    refused(study, torn, "torn.tcn")


def test_an_unrelated_study_is_merged_only_when_that_is_said(study, tmp_path):
    yaml = tmp_path / "other.yaml"
    yaml.write_text("name: Other\ncodes:\n  - {id: trees, name: Trees, definition: Wood.}\n")
    path = tmp_path / "other.tcn"
    with Project.create(path, codebook=yaml, coder="bo") as other:
        key = add(other, tmp_path, "forest", "Trees everywhere.\n")
        coding = other.code(key, Span(0, 5), "trees")
    refused(study, path, "--unrelated", UsageError)
    study.merge([path], unrelated=True)
    assert study.codings() == [coding] and study.codebook.get("trees").name == "Trees"
    assert study.codebook.get("sharing") and study.problems() == []


def test_a_locked_file_is_refused_and_one_that_is_open_is_merged(study, copy_of, monkeypatch):
    monkeypatch.setattr(copies, "LOCK_SECONDS", 0.1)
    other = copy_of(study, "bo.tcn")
    by_hand(other, "PRAGMA journal_mode = DELETE")
    with closing(sqlite3.connect(other, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        refused(study, other, "is locked")
    with Project.open(other, coder="bo") as bo:
        coding = bo.code(bo.document_id("letter"), Span(0, 8), "sharing")
        study.merge([other])
    assert study.codings() == [coding]


def test_a_copy_made_while_the_project_was_open_brings_what_its_log_holds(study, copy_of, tmp_path):
    other = copy_of(study, "bo.tcn")
    with Project.open(other, coder="bo") as bo:
        coding = bo.code(bo.document_id("letter"), Span(0, 8), "sharing")
        with_log, without = tmp_path / "with.tcn", tmp_path / "without.tcn"
        shutil.copy(other, with_log)
        shutil.copy(other, without)
        shutil.copy(tmp_path / "bo.tcn-wal", tmp_path / "with.tcn-wal")
    study.merge([without])
    assert study.codings() == []
    study.merge([with_log])
    assert study.codings() == [coding]
    assert not (tmp_path / "with.tcn-shm").exists()


HOSTILE = {
    "a span outside the text": [
        "DROP TRIGGER journal_coding_update",
        'UPDATE coding SET "end" = 99999, start = 99990',
    ],
    "a span that is no number": ["UPDATE coding SET start = 'a', \"end\" = 'b'"],
    "a span that ends before it starts": [
        "PRAGMA ignore_check_constraints = ON", 'UPDATE coding SET "end" = 0, start = 5',
    ],
    "a definition that is no JSON": ["UPDATE code SET definition = '{' WHERE id = 'sharing'"],
    "a definition of another shape": ["UPDATE code SET definition = '[1]' WHERE id = 'sharing'"],
    "a key that is none": [
        "UPDATE code SET definition = json_set(definition, '$.key', 'x') WHERE id = 'sharing'"
    ],
    "purposes that are a list": ["UPDATE codebook SET purposes = '[3]'"],
    "evidence that is no JSON": ["UPDATE suggestion_answer SET evidence = 'x'"],
    "a stamp that is none": ["UPDATE coding SET stamp = '9'"],
    "a stamp of the far future": ["UPDATE coding SET stamp = '9999999999999-000000-00000000'"],
    "an action of the far future": [
        "INSERT INTO action VALUES"
        " ('9999999999999-000000-00000000', '', 'bo', 'do', 'x', NULL, NULL)"
    ],
    "an id that is another's": ["UPDATE coding SET id = 'fef36825465b0d98'"],
    "a document with another's id": [
        "UPDATE document SET id = 'fef36825465b0d98' WHERE name = 'arabic'",
    ],
    "a journal that is no JSON": ["UPDATE journal SET after = 'x'"],
    "a journal of another shape": ["UPDATE journal SET after = '{}' WHERE \"table\" = 'coding'"],
    "a journal of another table": ["UPDATE journal SET \"table\" = 'sqlite_master'"],
    "another text": ["UPDATE text SET body = 'x' || substr(body, 2)"],
    "a longer text": ["UPDATE text SET characters = characters + 1"],
    "a sentence outside its text": ['UPDATE segment SET "end" = 99999'],
    "bytes that are no text": ["UPDATE text SET body = CAST(x'ff00' AS TEXT)"],
    "a picture for a memo": [
        "DROP TRIGGER journal_coding_update", "UPDATE coding SET memo = x'ff00'",
    ],
    "a view for a table": [
        "ALTER TABLE membership RENAME TO real_one",
        "CREATE VIEW membership AS SELECT * FROM real_one",
    ],
    "a column more": ["ALTER TABLE memo ADD COLUMN secret TEXT"],
    "a table less": ["DROP TABLE assignment"],
    "a row changed behind the journal": [
        "DROP TRIGGER journal_coding_update", "UPDATE coding SET memo = 'slipped in'",
    ],
    "a coding of a deleted code": [
        "UPDATE code SET retired = 1 WHERE id = 'sharing'",
    ],
}  # fmt: skip


@pytest.mark.parametrize("statements", HOSTILE.values(), ids=list(HOSTILE))
def test_a_file_with_rows_that_no_project_has_is_refused_whole(study, copy_of, statements):
    suggestion = Suggestion("", study.document_id("letter"), Span(0, 8), "sharing", 0.5)
    key = suggestion_id(suggestion.document, suggestion.span, suggestion.code)
    study._store.replace_suggestions(suggestion.document, [replace(suggestion, id=key)])
    other, fine = copy_of(study, "bad.tcn"), copy_of(study, "fine.tcn")
    for path in (other, fine):
        with Project.open(path, coder="bo") as bo:
            bo.accept(key)
    by_hand(other, *statements)
    refused(study, other, "Nothing was changed|cannot be opened")
    with pytest.raises(ProjectError):
        study.merge([fine, other])
    assert study.codings() == [], "all files or none"
    study.merge([fine])
    assert len(study.codings()) == 1 and study.problems() == []


MERGES = """
import os, signal, sys
from pathlib import Path
from tcncode.journal import merging
from tcncode.project import Project

finish = merging.finish
def killed(*args):
    finish(*args)
    os.kill(os.getpid(), signal.SIGKILL)
merging.finish = killed
with Project.open(Path(sys.argv[1])) as project:
    project.merge([Path(sys.argv[2])])
"""


def test_a_merge_that_is_killed_leaves_the_project_as_it_was(study, copy_of):
    other = copy_of(study, "bo.tcn")
    with Project.open(other, coder="bo") as bo:
        coding = bo.code(bo.document_id("letter"), Span(0, 8), "sharing")
    before, log = content(study.path), study.log().rows
    done = subprocess.run([sys.executable, "-c", MERGES, str(study.path), str(other)])
    assert done.returncode == -signal.SIGKILL
    assert content(study.path) == before and study.log().rows == log and study.problems() == []
    study.merge([other])
    assert study.codings() == [coding]


def test_what_a_merge_brought_is_undone_by_its_own_coder_here(study, copy_of):
    other = copy_of(study, "bo.tcn")
    letter = study.document_id("letter")
    with Project.open(other, coder="bo") as bo:
        first = bo.code(letter, Span(0, 8), "sharing")
        bo.code(letter, Span(9, 13), "sharing")
    study.merge([other])
    with Project.open(study.path, coder="bo") as bo:
        assert bo.undo() == 'code "from" as sharing'
        assert bo.codings() == [first]
        bo.redo()
        bo.undo()
    with Project.open(other, coder="bo") as bo:
        bo.merge([study.path])
        assert bo.codings() == [first], "the undo travels, too"
        bo.redo()
        assert len(bo.codings()) == 2 and bo.problems() == []


def test_a_merge_that_was_undone_is_forgotten_and_can_be_done_again(study, copy_of, tmp_path):
    other = copy_of(study, "bo.tcn")
    study.add_code("visits")
    with Project.open(other, coder="bo") as bo:
        key = add(bo, tmp_path, "more", "A text more.\n", "New Network")
        bo.code(key, Span(0, 6), "sharing")
        bo.merge_codes("sharing/peer-learning", "sharing")
    before, log = content(study.path), study.log().rows
    study.merge([other])
    after = content(study.path)
    said = study.undo()
    assert said.startswith("merge bo.tcn (bo: ")
    assert content(study.path) == before and study.problems() == []
    assert study.log().rows[2:] == log, "and the history that came with it"
    with pytest.raises(UndoError, match="merge the file once more"):
        study.redo()
    with Project.open(other, coder="bo") as bo:
        bo.merge([study.path])
        assert len(bo.codings()) == 1, "what was forgotten here was deleted nowhere"
    study.merge([other])
    assert content(study.path) == after and study.problems() == []
    study.undo()
    assert study.undo() == "add the code visits"


def test_a_merge_that_somebody_built_on_is_not_undone(study, copy_of, tmp_path):
    other = copy_of(study, "bo.tcn")
    with Project.open(other, coder="bo") as bo:
        key = add(bo, tmp_path, "more", "A text more.\n")
        coding = bo.code(key, Span(0, 6), "sharing", memo="x")
    study.merge([other])
    cy = Project.open(study.path, coder="cy")
    cy.code(key, Span(7, 11), "sharing")
    with pytest.raises(UndoError, match="somebody worked with what it brought"):
        study.undo()
    cy.uncode(cy.codings(coder="cy")[0].id)
    with pytest.raises(UndoError, match="somebody worked"):
        study.undo()  # what cy undid is still in the journal, at that document
    cy.close()
    third = copy_of(study, "third.tcn")
    with Project.open(study.path, coder="bo") as bo:
        bo.memo(coding.id, "y")
        with pytest.raises(UndoError, match="was changed since by bo"):
            study.undo()
    with Project.open(third, coder="dora") as dora:
        dora.code(key, Span(0, 1), "sharing")
    with Project.open(study.path, coder="bo") as bo:
        bo.merge([third])
    with pytest.raises(UndoError, match="another file was merged since"):
        study.undo()
    assert study.problems() == []


def test_who_codes_blind_sees_no_more_after_a_merge(study, copy_of):
    letter = study.document_id("letter")
    study.assign(["letter"], ["amina", "bo"], blind=True)
    other = copy_of(study, "bo.tcn")
    with Project.open(other, coder="bo") as bo:
        coding = bo.code(letter, Span(0, 8), "sharing", memo="secret")
        bo.write_memo("document", "letter", "another secret")
        bo.memo(coding.id, "secret still")
    found = study.merge([other])
    assert study.codings() == [] and study.memos() == []
    assert all(row["coder"] != "bo" for row in found.table.records())
    assert "More of others came in documents that are coded blind" in found.table.note
    (merge,) = (row for row in study.log().records() if row["what"].startswith("merge"))
    assert merge["what"] == "merge bo.tcn (more in documents that are coded blind)"
    assert merge["rows"] == 0, "not what bo did there"
    back = study.would_take_back("undo")
    assert back.is_merge and "coding" not in back.rows and not back.places
    assert "secret" not in str(study.log().rows) and "We learn" not in str(study.log().rows)
    with Project.open(other, coder="bo") as bo:
        bo.finish(["letter"])
    study.merge([other])
    assert study.codings() == []
    study.finish(["letter"])
    assert [c.memo for c in study.codings()] == ["secret still"]
    assert "secret still" in str(study.log().rows)


def test_settings_and_open_suggestions_stay_here_and_answers_travel(study, copy_of):
    assert study.suggest(threshold=0.1)
    study.remember("place", "mine")
    other = copy_of(study, "bo.tcn")
    chosen = study.suggestions()[0]
    with Project.open(other, coder="bo") as bo:
        bo.remember("place", "theirs")
        bo.reject(chosen.id)
        bo._store.replace_suggestions(chosen.document, [])
    open_before = study.open_suggestions()
    study.merge([other])
    assert study.recall("place") == "mine" and study.open_suggestions() == open_before
    with Project.open(study.path, coder="bo") as bo:
        assert chosen.id not in bo.open_suggestions() and bo.track_record()


def test_a_change_by_another_program_is_merged_and_told(study, copy_of):
    coding = study.code(study.document_id("letter"), Span(0, 8), "sharing", memo="b")
    other = copy_of(study, "bo.tcn")
    by_hand(other, "UPDATE coding SET memo = 'c'")
    mine = copy_of(study, "amina.tcn")
    found = study.merge([other])
    assert study.coding(coding.id).memo == "c"
    assert [(r["kept"], r["overruled"]) for r in told(found, "both sides")] == [("c", "b")]
    assert not study.merge([other]).kept
    with Project.open(other, coder="bo") as bo:
        bo.merge([mine])
        assert bo.coding(coding.id).memo == "c", "on both sides the same"


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(-5, 20)),
    st.lists(st.sampled_from("abcdefghij"), unique=True),
)
def test_things_in_a_new_order_keep_their_places_where_they_can(there, order):
    there = {key: place for key, place in there.items() if key in order}
    places = positions(there, order)
    assert sorted(order, key=lambda key: places[key]) == order
    assert len(set(places.values())) == len(order)
    if [there[k] for k in order if k in there] == sorted(set(there.values())) and len(there) == len(
        order
    ):
        assert places == there


def test_a_code_put_between_others_leaves_them_alone(study):
    study.add_code("first", after="sharing")  # a file from before may have no room between them
    before = {row[0]: row for row in rows(study.path, "code")}
    study.add_code("second", after="sharing")
    study.add_code("third", after="showcasing")
    after = {row[0]: row for row in rows(study.path, "code")}
    assert {key for key in after if after[key] != before.get(key)} == {"second", "third"}
    top = [c.path for c in study.codebook.top]
    assert top[:5] == ["sharing", "second", "first", "showcasing", "third"]


def test_merge_on_the_command_line(study, copy_of, tcncode):
    other = copy_of(study, "bo.tcn")
    coding = study.code(study.document_id("letter"), Span(0, 8), "sharing", memo="one")
    with Project.open(other, coder="amina") as bo:
        bo.code(coding.document, coding.span, "sharing", memo="two")
    study.close()
    plan = tcncode("-p", study.path, "merge", other, "--dry-run", "--format", "json")
    assert plan.code == 0 and "dry run" in plan.err
    ran = tcncode("-p", study.path, "merge", other, "--format", "json")
    assert json.loads(ran.out) == json.loads(plan.out)
    assert [(r["what"], r["kept"], r["overruled"]) for r in json.loads(ran.out)] == [
        ("changed", None, None), ("both sides", "two", "one"),
    ]  # fmt: skip
    for form in ("text", "csv", "md"):
        again = tcncode("-p", study.path, "merge", other, "--format", form)
        assert again.code == 0 and again.out == ""
        assert again.err.splitlines() == [f"{other}: nothing new.", "Nothing was changed."]
    assert tcncode("-p", study.path, "undo").code == 0
    told_text = tcncode("-p", study.path, "merge", other)
    assert "1 row of 1 coder came in; 1 value was edited on both sides: the later" in told_text.err
    assert (
        "two" in told_text.out and 'Merged into study.tcn by amina; "tcncode undo"' in told_text.err
    )
    assert tcncode("-p", study.path, "merge").code == 2
    wrong = tcncode("-p", study.path, "merge", other, "nowhere.tcn")
    assert wrong.code == 1 and len(wrong.err.splitlines()) == 1
