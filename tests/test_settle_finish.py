"""What is settled, what still waits, and that nothing waits unsaid."""

from __future__ import annotations

import json

import pytest
from conftest import Run

from tcncode.agreement.settling import decide
from tcncode.journal.copies import snapshot
from tcncode.model import SETTLED
from tcncode.project import Project
from tcncode.text import Span

EDGES = {"amina": Span(0, 24), "ben": Span(3, 24)}


@pytest.fixture
def coded(study: Project) -> Project:
    """amina and ben differ in the letter, agree in the notes, and have finished both."""
    for coder, span in EDGES.items():
        study.coder = coder
        study.code(study.document_id("letter"), span, "sharing")
        study.code(study.document_id("notes"), Span(0, 14), "sharing")
        study.finish(["letter", "notes"])
    study.coder = "lead"
    return study


def settled(project: Project) -> list[tuple[int, int]]:
    return [(c.span.start, c.span.end) for c in project.codings() if c.coder == SETTLED]


def test_nothing_is_a_way_to_settle_unless_a_coder_is_called_so(coded, tcncode: Run):
    (difference,) = coded.to_settle().differences
    assert decide(difference, "nothing") == decide(difference, "neither") == ("neither", ())
    run = ("-p", coded.path, "--coder", "lead", "settle", "take", difference.id)
    ran = tcncode(*run, "nothing")
    assert ran.code == 0 and "nothing is coded there" in ran.err
    assert "neither (no coding)" in tcncode(*run, "nought").err


def test_finishing_says_how_many_differences_are_open(coded, tcncode: Run):
    run = ("-p", coded.path, "--coder", "lead", "settle", "finish")
    ran = tcncode(*run, "letter")
    assert ran.code == 1 and "1 difference open in 1 document, not settled" in ran.err
    assert coded.settled_documents() == set() and settled(coded) == []
    ran = tcncode(*run)
    assert ran.code == 0 and "notes is settled by lead." in ran.err
    assert "1 difference open in 1 document, not settled" in ran.err
    assert tcncode(*run).code == 0, "the notes are settled, and said is what is open"
    ran = tcncode(*run, "arabic")
    assert ran.code == 1 and "arabic cannot be settled: not coded by two" in ran.err


def test_what_all_agree_on_only_since_copies_met_is_told_and_brought_along(
    coded, tmp_path, tcncode: Run
):
    copy = tmp_path / "copy.tcn"
    snapshot(coded.path, copy)
    (difference,) = coded.to_settle().differences
    letter = coded.document_id("letter")
    coded.settle(difference, "first")
    coded.coder = "amina"
    coded.code(letter, Span(71, 110), "shaming")
    coded.coder = "lead"
    with Project.open(copy, coder="ben") as ben:
        ben.code(letter, Span(71, 110), "shaming")
    coded.merge([copy])
    assert settled(coded) == [(0, 24)], "the merge leaves what nobody decided"
    run = ("-p", coded.path, "--coder", "lead")
    told = "1 settled coding in 1 document (letter) missing or too many"
    assert told in tcncode(*run, "settle").err
    found = tcncode(*run, "settle", "documents", "--format", "json")
    rows = {row["name"]: row for row in json.loads(found.out)}
    assert (rows["letter"]["behind"], rows["letter"]["settled"]) == (1, False)
    assert rows["notes"]["behind"] == 0
    ran = tcncode(*run, "check")
    assert ran.code == 0 and told in ran.err and "all is well" in ran.err
    assert tcncode(*run, "settle", "finish").code == 0
    assert settled(coded) == [(0, 24), (71, 110), (0, 14)]
    for words in (["settle"], ["check"]):
        assert "settled coding" not in tcncode(*run, *words).err


def test_what_is_behind_is_brought_along_although_something_else_is_open(coded, tcncode: Run):
    letter = coded.document_id("letter")
    for coder in EDGES:
        coded.coder = coder
        coded.code(letter, Span(71, 110), "shaming")
    coded.coder = "lead"
    (difference,) = coded.to_settle().differences
    coded.settle(difference, "first")
    coded.coder = "ben"
    coded.code(letter, Span(30, 40), "sharing")
    coded.uncode(next(c.id for c in coded.codings(coder="ben", code="shaming")))
    ran = tcncode("-p", coded.path, "--coder", "lead", "settle", "finish", "letter")
    assert ran.code == 0 and "letter: settled codings brought to" in ran.err
    assert "2 differences open in 1 document" in ran.err
    assert settled(coded) == [(0, 24)]
