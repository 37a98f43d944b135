"""Differences between coders: which there are, what they cost, what a decision leaves coded."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import pytest
from conftest import TEXTS, Run
from hypothesis import given
from hypothesis import strategies as st

from tcncode.agreement.settling import decide, sort_out
from tcncode.errors import TcncodeError, UsageError
from tcncode.model import SETTLED, Coding, coding_id
from tcncode.project import Comparison, Project
from tcncode.text import Span

LETTER = TEXTS["letter"][0].removeprefix("\ufeff").replace("\r\n", "\n")
TOPS = {"x": "x", "x/1": "x", "x/2": "x", "y": "y"}
LENGTH = 24


def coding(coder: str, code: str, start: int, end: int) -> Coding:
    key = coding_id("d", Span(start, end), code, coder)
    return Coding(key, "d", Span(start, end), code, coder)


def sorted_out(*codings: tuple[str, str, int, int], coders: Sequence[str] = "AB"):
    return sort_out("d", [coding(*c) for c in codings], tuple(coders), TOPS)


def told(found) -> list[tuple[str, int, list[tuple[str, str, int, int]]]]:
    return [
        (d.kind, d.cost, [(c.coder, c.code, c.span.start, c.span.end) for c in d.codings])
        for d in found.differences
    ]


CODINGS = st.lists(
    st.tuples(
        st.sampled_from("ABC"), st.sampled_from(sorted(TOPS)),
        st.integers(0, LENGTH - 1), st.integers(1, LENGTH),
    ).filter(lambda c: c[2] < c[3]),
    max_size=14,
)  # fmt: skip


# Which differences there are


def test_the_same_boundaries_are_agreement_and_other_boundaries_one_difference():
    same = ("x", 0, 5)
    found = sorted_out(("A", *same), ("B", *same), ("A", "x", 8, 14), ("B", "x", 10, 20))
    assert found.agreed == ((0, 5, "x"),)
    assert told(found) == [("boundary", 8, [("A", "x", 8, 14), ("B", "x", 10, 20)])]


def test_the_same_text_in_one_piece_or_two_is_agreement():
    found = sorted_out(("A", "x", 0, 10), ("B", "x", 0, 4), ("B", "x", 4, 10))
    assert found.agreed == ((0, 10, "x"),) and found.differences == ()


def test_different_codes_for_one_text_are_one_difference_and_what_one_alone_saw_another():
    found = sorted_out(("A", "x", 0, 10), ("B", "y", 3, 12), ("B", "x", 15, 18))
    assert told(found) == [
        ("code differs", 19, [("A", "x", 0, 10), ("B", "y", 3, 12)]),
        ("one coded", 3, [("B", "x", 15, 18)]),
    ]


def test_a_second_code_beside_one_that_both_gave_is_not_another_code_for_it():
    found = sorted_out(("A", "x", 0, 10), ("B", "x", 0, 10), ("A", "y", 0, 10))
    assert found.agreed == ((0, 10, "x"),)
    assert told(found) == [("one coded", 10, [("A", "y", 0, 10)])]


def test_a_sub_code_beside_its_parent_is_a_difference_that_costs_nothing():
    found = sorted_out(("A", "x", 0, 10), ("B", "x/1", 0, 10))
    assert told(found) == [("code differs", 0, [("A", "x", 0, 10), ("B", "x/1", 0, 10)])]


def test_with_three_coders_all_must_have_coded_the_same_and_each_pair_costs():
    found = sorted_out(("A", "x", 0, 10), ("B", "x", 0, 10), ("C", "x", 0, 6), coders="ABC")
    assert told(found)[0][:2] == ("boundary", 8)
    found = sorted_out(("A", "x", 0, 10), ("B", "x", 0, 10), ("C", "y", 0, 10), coders="ABC")
    assert told(found)[0][:2] == ("code differs", 40)
    found = sorted_out(("A", "x", 0, 10), ("B", "x", 0, 10), coders="ABC")
    assert told(found)[0][:2] == ("one coded", 20)


@given(CODINGS, st.sampled_from(["AB", "ABC"]))
def test_each_coding_is_agreed_or_in_one_difference_whatever_their_order(rows, coders):
    rows = [row for row in dict.fromkeys(rows) if row[0] in coders]
    found = sorted_out(*rows, coders=coders)
    assert found == sorted_out(*reversed(rows), coders=coders)
    differing = [c for d in found.differences for c in d.codings]
    assert len(differing) == len({c.id for c in differing})
    rest = [coding(*row) for row in rows if coding(*row) not in differing]
    marks = [set(_marks(rest, coder)) for coder in coders]
    assert all(mark == marks[0] for mark in marks)
    assert marks[0] == {(i, code) for s, e, code in found.agreed for i in range(s, e)}
    for d in found.differences:
        own = [set(_marks(d.codings, coder)) for coder in coders]
        assert any(one != two for one, two in combinations(own, 2))


def _marks(codings: Sequence[Coding], coder: str) -> list[tuple[int, str]]:
    """The slow, obvious version: each character with each code it has."""
    return [
        (i, c.code) for c in codings if c.coder == coder for i in range(c.span.start, c.span.end)
    ]


@given(CODINGS)
def test_the_cost_is_what_coders_differ_about_top_codes(rows):
    """Each character that differs is in one difference at least; without sub-codes in just one."""
    rows = [row for row in dict.fromkeys(rows) if row[0] in "AB"]
    found = sorted_out(*rows)
    one, two = (
        {(i, TOPS[code]) for i, code in _marks([coding(*row) for row in rows], coder)}
        for coder in "AB"
    )
    assert sum(d.cost for d in found.differences) >= len(one ^ two)
    if not any("/" in row[1] for row in rows):
        assert sum(d.cost for d in found.differences) == len(one ^ two)


# What a decision leaves coded


@given(CODINGS)
def test_deciding_for_one_coder_throughout_gives_that_coders_text(rows):
    rows = [row for row in dict.fromkeys(rows) if row[0] in "AB"]
    found = sorted_out(*rows)
    for number, how in enumerate(("first", "second")):
        result = [*found.agreed, *(p for d in found.differences for p in decide(d, how)[1])]
        marks = {(i, code) for s, e, code in result for i in range(s, e)}
        assert marks == set(_marks([coding(*row) for row in rows], "AB"[number]))


@given(CODINGS)
def test_union_holds_everybodys_text_and_the_intersection_lies_within_each(rows):
    rows = [row for row in dict.fromkeys(rows) if row[0] in "AB"]
    for d in sorted_out(*rows).differences:
        texts = [{i for i, _ in _marks(d.codings, coder)} for coder in "AB"]
        union = decide(d, "union")[1]
        assert {i for s, e, _ in union for i in range(s, e)} == texts[0] | texts[1]
        assert {code for _, _, code in union} == set(d.codes)
        if texts[0] & texts[1]:
            common = decide(d, "intersection")[1]
            assert {i for s, e, _ in common for i in range(s, e)} == texts[0] & texts[1]
        else:
            with pytest.raises(UsageError, match="no text that all"):
                decide(d, "intersection")


def test_a_way_goes_before_a_coder_who_is_called_like_it_and_can_be_taken_by_number():
    rows = (("both", "x", 0, 10), ("first", "x", 3, 12), ("zoe", "x", 5, 20))
    (d,) = sorted_out(*rows, coders=["both", "first", "zoe"]).differences
    alone = [((s, e, code),) for _, code, s, e in rows]
    assert decide(d, "both") == ("both", tuple(p for (p,) in alone))
    assert decide(d, "first") == decide(d, "1") == ("1", alone[0])
    assert decide(d, "second") == decide(d, "2") == ("2", alone[1])
    assert decide(d, "zoe") == decide(d, "3") == ("zoe", alone[2])
    for none in ("0", "4", "03"):
        with pytest.raises(UsageError, match="not a way"):
            decide(d, none)


def test_both_neither_and_own_say_what_they_say():
    (d,) = sorted_out(("A", "x", 0, 10), ("B", "y", 3, 12)).differences
    assert decide(d, "both") == ("both", ((0, 10, "x"), (3, 12, "y")))
    assert decide(d, "neither") == ("neither", ())
    assert decide(d, "B") == decide(d, "second") == ("B", ((3, 12, "y"),))
    assert decide(d, "own", span=Span(2, 4), codes=["x/1"]) == ("own", ((2, 4, "x/1"),))
    for wrong in (
        {"how": "own"}, {"how": "own", "span": Span(0, 2)}, {"how": "third"},
        {"how": "own", "span": Span(12, 20), "codes": ["x"]},
        {"how": "first", "span": Span(0, 2)}, {"how": "both", "codes": ["x"]},
    ):  # fmt: skip
        with pytest.raises(UsageError):
            decide(d, **wrong)


# In a project


@pytest.fixture
def coded(study: Project) -> Project:
    """amina and ben finished the letter and the notes; leo, who decides, has coded nothing."""
    for coder, document, code, span, memo in (
        ("amina", "letter", "sharing", (0, 24), "plain"),
        ("amina", "letter", "shaming", (71, 110), ""),
        ("amina", "notes", "sharing/peer-learning", (0, 14), ""),
        ("ben", "letter", "sharing", (3, 24), ""),
        ("ben", "letter", "seeking-support", (71, 110), "they ask"),
        ("ben", "letter", "storytelling", (40, 50), ""),
        ("ben", "notes", "sharing/peer-learning", (0, 14), ""),
    ):
        study.coder = coder
        study.code(study.document_id(document), Span(*span), code, memo=memo)
    for coder in ("amina", "ben"):
        study.coder = coder
        study.finish(["letter", "notes"])
    study.coder = "leo"
    return study


def own_codings(project: Project) -> list[Coding]:
    return [c for c in project.codings() if c.coder != SETTLED]


def settled(project: Project) -> set[tuple[str, int, int, str]]:
    names = {e.id: e.name for e in project.documents()}
    paths = {c.id: c.path for c in project.codebook.codes}
    return {
        (names[c.document], c.span.start, c.span.end, paths[c.code])
        for c in project.codings()
        if c.coder == SETTLED
    }


def kinds(project: Project, **asked) -> list[tuple[str, int]]:
    return [(d.kind, d.span.start) for d in project.to_settle(**asked).differences]


def by_kind(project: Project, kind: str):
    return next(d for d in project.to_settle().differences if d.kind == kind)


def test_differences_come_costliest_first_and_untouched_documents_are_not_there(coded):
    found = coded.to_settle()
    assert kinds(coded) == [("code differs", 71), ("one coded", 40), ("boundary", 0)]
    assert [d.cost for d in found.differences] == [78, 10, 3]
    assert {d.entry.name for d in found.documents.values()} == {"letter", "notes"}
    assert found.left_out == {}


def test_a_decision_writes_codings_of_settled_and_nobody_elses_change(coded):
    before = own_codings(coded)
    done = coded.settle(by_kind(coded, "code differs"), "ben", memo="they do ask")
    assert not done.document_done
    # What both agree on in the document is settled with the first decision there.
    assert settled(coded) == {("letter", 71, 110, "seeking-support")}
    (made,) = coded.codings(coder=SETTLED)
    assert (made.origin, made.memo) == ("settled", "they do ask")
    assert own_codings(coded) == before
    found = coded.to_settle()
    (kept,) = [s for d in found.documents.values() for s in d.decided.values()]
    assert (kept.how, kept.by, kept.coders) == ("ben", "leo", ("amina", "ben"))
    assert coded.problems() == []


def test_the_last_decision_marks_the_document_and_undo_takes_all_of_it_back(coded):
    coded.settle(by_kind(coded, "code differs"), "both")
    coded.settle(by_kind(coded, "one coded"), "neither")
    assert coded.settled_documents() == set()
    edge = next(d for d in coded.to_settle().differences if d.kind == "boundary")
    assert coded.settle(edge, "union").document_done
    letter = coded.document_id("letter")
    assert coded.settled_documents() == {letter}
    assert settled(coded) == {
        ("letter", 0, 24, "sharing"), ("letter", 71, 110, "shaming"),
        ("letter", 71, 110, "seeking-support"),
    }  # fmt: skip
    for _ in range(3):
        coded.undo()
    assert settled(coded) == set() and coded.settled_documents() == set()
    assert len(coded.to_settle().documents[letter].open) == 3
    coded.redo()
    assert len(settled(coded)) == 2
    assert coded.problems() == []


def test_undoing_ones_own_decision_leaves_what_follows_from_another_leads(coded):
    """The first decision in a document brings what all agree on; the second needs it, too."""
    coded.coder = "ben"
    coded.code(coded.document_id("letter"), Span(52, 60), "showcasing")
    coded.coder = "amina"
    coded.code(coded.document_id("letter"), Span(52, 60), "showcasing")
    both = ("letter", 52, 60, "showcasing")
    coded.coder = "leo"
    coded.settle(by_kind(coded, "boundary"), "first")
    coded.coder = "mia"
    coded.settle(by_kind(coded, "one coded"), "second")
    coded.coder = "leo"
    coded.undo()
    assert settled(coded) == {both, ("letter", 40, 50, "storytelling")}
    assert coded.to_settle().documents[coded.document_id("letter")].as_decided
    coded.redo()
    assert settled(coded) == {
        both,
        ("letter", 40, 50, "storytelling"),
        ("letter", 0, 24, "sharing"),
    }
    coded.undo()
    coded.coder = "mia"
    coded.undo()
    assert settled(coded) == set() and coded.problems() == []


def test_deciding_anew_replaces_and_opening_again_removes(coded):
    edge = by_kind(coded, "boundary")
    coded.settle(edge, "first")
    coded.settle(edge, "intersection")
    assert settled(coded) == {("letter", 3, 24, "sharing")}
    coded.settle(edge, "own", span=Span(1, 8), codes=["sharing/peer"])
    assert settled(coded) == {("letter", 1, 8, "sharing/peer-learning")}
    coded.unsettle(edge)
    assert settled(coded) == set()
    with pytest.raises(UsageError, match="not decided"):
        coded.unsettle(edge)


def test_documents_without_open_differences_are_settled_in_one_go(coded):
    (done,) = coded.settle_agreed()
    assert (done.entry.name, done.open) == ("notes", []), "all that is said of it, read once"
    assert settled(coded) == {("notes", 0, 14, "sharing/peer-learning")}
    assert coded.settle_agreed() == []
    coded.undo()
    assert settled(coded) == set() and coded.settled_documents() == set()


def test_a_decision_about_a_coding_that_was_changed_since_no_longer_counts(coded):
    edge = by_kind(coded, "boundary")
    coded.settle(edge, "first")
    coded.coder = "ben"
    mine = next(c for c in coded.codings(coder="ben") if c.span == Span(3, 24))
    coded.reshape(mine.id, Span(5, 24))
    coded.coder = "leo"
    (letter,) = [d for d in coded.to_settle().documents.values() if d.entry.name == "letter"]
    assert len(letter.outdated) == 1 and len(letter.open) == 3
    with pytest.raises(TcncodeError, match="changed meanwhile"):
        coded.settle(edge, "second")
    done = coded.settle(by_kind(coded, "one coded"), "second")
    assert done.outdated == 1
    assert settled(coded) == {("letter", 40, 50, "storytelling")}


def test_a_difference_that_is_another_by_now_is_not_decided(coded):
    """A third coding that meets it makes it another, though its own codings are as they were."""
    edge = by_kind(coded, "boundary")
    coded.coder = "ben"
    coded.code(coded.document_id("letter"), Span(20, 30), "sharing")
    coded.coder = "leo"
    with pytest.raises(UsageError, match="changed meanwhile"):
        coded.settle(edge, "first")
    assert settled(coded) == set() and coded.problems() == []


def test_a_settled_document_is_open_again_when_somebody_codes_there(coded):
    for d in coded.to_settle().differences:
        coded.settle(d, "first")
    letter = coded.document_id("letter")
    coded.coder = "ben"
    coded.code(letter, Span(52, 60), "showcasing")
    coded.coder = "leo"
    assert not coded.to_settle().documents[letter].finished
    (d,) = coded.to_settle().documents[letter].open
    coded.settle(d, "neither")
    assert coded.to_settle().documents[letter].finished


def test_decisions_stay_when_two_codes_become_one(coded):
    coded.settle(by_kind(coded, "one coded"), "second")
    coded.merge_codes("storytelling", "showcasing")
    found = coded.to_settle()
    d = next(d for d in found.differences if d.kind == "one coded")
    assert found.decided(d) is not None
    assert settled(coded) == {("letter", 40, 50, "showcasing")}
    assert coded.problems() == []
    coded.undo()
    assert settled(coded) == {("letter", 40, 50, "storytelling")}


def test_codings_that_somebody_made_as_settled_stay(coded):
    coded.coder = SETTLED
    letter = coded.document_id("letter")
    coded.code(letter, Span(52, 60), "showcasing")
    coded.coder = "leo"
    coded.settle(by_kind(coded, "boundary"), "second")
    assert settled(coded) == {("letter", 52, 60, "showcasing"), ("letter", 3, 24, "sharing")}


def test_blank_spans_and_places_outside_are_refused_and_nothing_is_written(coded):
    edge = by_kind(coded, "boundary")
    for span in (Span(5000, 5010), Span(LETTER.index("\n\n"), LETTER.index("\n\n") + 2)):
        with pytest.raises(TcncodeError):
            coded.settle(edge, "own", span=span)
    assert coded.to_settle().decided(edge) is None and coded.problems() == []


# Who is compared, and where


def test_a_document_waits_until_all_who_were_to_code_it_have_finished(coded):
    coded.assign(["letter"], ["cem"])
    found = coded.to_settle()
    assert found.left_out == {"letter": "not finished by cem"}
    assert {d.entry.name for d in found.documents.values()} == {"notes"}
    # Named coders are compared whoever else is to code it.
    assert len(coded.to_settle(["amina", "ben"]).differences) == 3


def test_three_coders_are_compared_at_once_or_pair_by_pair(coded):
    coded.coder = "cem"
    coded.code(coded.document_id("letter"), Span(0, 24), "sharing")
    coded.finish(["letter"])
    coded.coder = "leo"
    (letter, notes) = coded.to_settle().documents.values()
    assert letter.coders == ("amina", "ben", "cem") and notes.coders == ("amina", "ben")
    edge = next(d for d in letter.sorted.differences if d.kind == "boundary")
    coded.settle(edge, "cem")
    assert settled(coded) == {("letter", 0, 24, "sharing")}
    pair = coded.to_settle(["amina", "cem"])
    assert {d.kind for d in pair.differences} == {"one coded"}
    for wrong in (["amina"], ["amina", SETTLED], ["amina", "nobody"]):
        with pytest.raises(UsageError):
            coded.to_settle(wrong)


def test_blind_documents_stay_hidden_from_everybody_until_all_have_finished(coded):
    coded.assign(["letter"], ["amina", "ben", "dora"], blind=True)
    for coder in ("leo", "amina", "dora"):
        coded.coder = coder
        for named in ([], ["amina", "ben"]):
            found = coded.to_settle(named)
            assert found.left_out == {"letter": "coded blind, and not all have finished"}
            assert {d.entry.name for d in found.documents.values()} == {"notes"}
    coded.coder = "dora"
    coded.finish(["letter"])
    coded.coder = "leo"
    assert "letter" in {d.entry.name for d in coded.to_settle().documents.values()}


def test_saying_why_keeps_what_somebody_else_decided_meanwhile(coded, monkeypatch):
    edge = by_kind(coded, "boundary")
    coded.settle(edge, "first")
    action = coded._action

    def late(what):
        with Project.open(coded.path, coder="mia") as mia:
            mia.settle(edge, "neither")
        return action(what)

    monkeypatch.setattr(coded, "_action", late)
    coded.note_settlement(edge, "as the guide says")
    monkeypatch.undo()
    (stands,) = coded._store.settlements(edge.document)
    assert (stands.how, stands.memo, stands.result) == ("neither", "as the guide says", ())
    assert settled(coded) == set()


# Merging copies


def test_decisions_of_two_copies_meet_and_the_later_one_is_worked_out(coded, tmp_path):
    coded._database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    other = Path(shutil.copy(coded.path, tmp_path / "other.tcn"))
    edge = by_kind(coded, "boundary")
    coded.settle(edge, "first")
    with Project.open(other, coder="mia") as copy:
        copy.settle(edge, "second")
        copy.settle(by_kind(copy, "one coded"), "second")
    coded.merge([other])
    letter = coded.document_id("letter")
    found = coded.to_settle().documents[letter]
    assert found.decided[edge.id].how == "ben" and len(found.decided) == 2
    both = {("letter", 3, 24, "sharing"), ("letter", 40, 50, "storytelling")}
    assert found.as_decided and settled(coded) == both
    coded.settle(by_kind(coded, "code differs"), "neither")
    assert settled(coded) == both
    assert coded.to_settle().documents[letter].as_decided
    assert coded.problems() == []


@pytest.mark.parametrize("last", ["second", "neither", "undone"])
def test_what_followed_from_an_overruled_decision_counts_no_more(coded, tmp_path, last):
    coded._database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    other = Path(shutil.copy(coded.path, tmp_path / "other.tcn"))
    edge = by_kind(coded, "boundary")
    with Project.open(other, coder="mia") as copy:
        if last == "undone":
            copy.settle(edge, "neither")
    coded.settle(edge, "first", memo="as amina has it")
    here = settled(coded)
    with Project.open(other, coder="mia") as copy:
        if last == "undone":
            copy.unsettle(edge)
        else:
            copy.settle(edge, last)
        there = settled(copy)
    assert here != there
    before = tmp_path / "before.tcn"
    coded._database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(coded.path, before)
    receipt = coded.merge([other]).table.records()
    assert settled(coded) == there
    assert [r["kept"] for r in receipt if r["what"] == "settled"] == [
        "it followed from a decision that does not stand: it does not count"
    ]
    assert coded.merge([other]).kept is False and settled(coded) == there
    coded.undo()
    assert settled(coded) == here
    coded.merge([other])
    assert settled(coded) == there
    with Project.open(other, coder="mia") as copy:
        copy.merge([before])
        assert settled(copy) == there
    # The decision that was overruled is what is decided anew: its codings count again.
    coded.settle(edge, "first")
    assert settled(coded) == here
    with Project.open(other, coder="mia") as copy:
        copy.merge([coded.path])
        assert settled(copy) == here
    assert coded.problems() == []


# Agreement with what was settled


def test_a_document_that_was_coded_anew_does_not_count_as_settled(coded):
    for d in coded.to_settle().differences:
        coded.settle(d, "first")
    (before,) = {r["documents"] for r in coded.settled_agreement(replicates=0).records()}
    letter = coded.document_id("letter")
    coded.coder = "ben"
    coded.code(letter, Span(30, 36), "shaming")
    assert letter in coded.settled_documents()
    if before > 1:
        (after,) = {r["documents"] for r in coded.settled_agreement(replicates=0).records()}
        assert after == before - 1
    else:
        with pytest.raises(UsageError, match="No document is settled"):
            coded.settled_agreement(replicates=0)


def test_whoever_was_followed_throughout_agrees_and_the_other_as_with_them(coded):
    for d in coded.to_settle().differences:
        coded.settle(d, "first")
    coded.settle_agreed()
    rows = coded.settled_agreement(replicates=0).records()
    between = {
        r.code: r.value
        for r in coded.agree(Comparison(("amina", "ben"), statistics=("kappa",))).results
    }["(all codes)"]
    assert {r["coder"]: (r["kappa"], r["documents"]) for r in rows} == {
        "amina": (1.0, 2), "ben": (pytest.approx(between), 2),
    }  # fmt: skip
    # Not compared unless it is named.
    assert coded.agree(Comparison(replicates=0)).coders == ("amina", "ben")


def test_before_anything_is_settled_there_is_nothing_to_agree_with(coded):
    with pytest.raises(UsageError, match="No document is settled"):
        coded.settled_agreement()


# Commands


def rows(ran) -> list[dict[str, object]]:
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def test_the_whole_of_it_by_command(coded, tcncode: Run):
    def run(*words):
        return tcncode("-p", coded.path, "--coder", "leo", "settle", *words)

    found = rows(run("--format", "json"))
    assert [(r["kind"], r["cost"]) for r in found] == [
        ("code differs", 78), ("one coded", 10), ("boundary", 3),
    ]  # fmt: skip
    assert found[0]["coded"] == "shaming 71:110 / seeking-support 71:110"
    assert rows(run("amina", "ben", "--format", "json")) == found
    assert len(rows(run("list", "--code", "sharing", "--format", "json"))) == 1
    assert len(rows(run("--kind", "one coded", "--document", "letter", "--format", "json"))) == 1
    shown = run("show", found[2]["difference"]).out
    assert "[¹We [²learn from each other" in shown and "memo: plain" in shown
    ids = [str(r["difference"]) for r in found]
    assert run("take", ids[0][:8], "second", "--memo", "ask").code == 0
    assert "settled by leo: sharing/peer-learning at 0:8" in run(
        "take", ids[2], "own", "--at", "0:8", "--code", "sharing/peer-learning"
    ).err  # fmt: skip
    last = run("take", ids[1], "neither")
    assert "settled by leo: nothing is coded there." in last.err and "letter is settled" in last.err
    assert rows(run("--format", "json")) == []
    assert [r["decided"] for r in rows(run("--all", "--format", "json"))] == [
        "ben", "neither", "own",
    ]  # fmt: skip
    assert "decided by leo: own" in run("show", ids[2]).out
    assert "notes is settled by leo." in run("finish").err
    assert {r["settled"] for r in rows(run("documents", "--format", "json"))} == {True}
    assert {r["coder"] for r in rows(run("agreement", "--format", "json"))} == {"amina", "ben"}
    assert f"Difference {ids[1]}: open again by leo." in run("open", ids[1]).err
    assert len(rows(run("--format", "json"))) == 1
    assert tcncode("-p", coded.path, "undo", "--coder", "leo").code == 0
    assert rows(run("--format", "json")) == []


@pytest.mark.parametrize(
    "words",
    [
        ["amina"], ["show", "0000"], ["take", "0000", "first"], ["amina", "nobody"],
        ["agreement"], ["--code", "nothing-like-it"], ["settled", "amina"],
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_in_one_line(coded, tcncode: Run, words):
    ran = tcncode("-p", coded.path, "settle", *words)
    assert (ran.code, ran.out) == (2, "") and len(ran.err.splitlines()) == 1
