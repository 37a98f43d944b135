"""Codings changed after they were made: nothing is lost, and every change can be undone."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tcncode.errors import TcncodeError, UsageError
from tcncode.model import Coding
from tcncode.project import Project
from tcncode.text import Span

LETTER = "letter"


@pytest.fixture
def letter(study: Project) -> str:
    return study.document_id(LETTER)


def content(project: Project) -> list[tuple[object, ...]]:
    """All codings but for what every row carries."""
    return sorted(
        (c.document, c.span, c.code, c.coder, c.memo, c.origin) for c in project.codings()
    )


def seen(project: Project) -> list[tuple[str, str, str]]:
    """(words, code, memo), in the order of the text."""
    codings = sorted(project.codings(), key=lambda c: (c.span, c.code))
    return [(project.quote(c.document, c.span), c.code, c.memo) for c in codings]


def sentences(project: Project, document: str) -> list[Span]:
    return [s.span for s in project.segments(document, "sentence")]


def test_recode_keeps_memo_origin_and_place(study, letter):
    made = study.code(letter, Span(0, 8), "sharing", memo="why?")
    changed = study.recode(made.id, "shaming")
    assert (changed.span, changed.memo, changed.origin) == (made.span, "why?", "by hand")
    assert [c.code for c in study.codings()] == ["shaming"]
    assert study.problems() == []


def test_recode_to_a_code_that_is_there_already_leaves_one_coding_and_both_memos(study, letter):
    study.code(letter, Span(0, 8), "shaming", memo="first")
    made = study.code(letter, Span(0, 8), "sharing", memo="second")
    study.recode(made.id, "shaming")
    assert seen(study) == [("We learn", "shaming", "first\nsecond")]
    study.undo()
    assert seen(study) == [("We learn", "shaming", "first"), ("We learn", "sharing", "second")]


def test_reshape_moves_boundaries_and_refuses_blanks(study, letter):
    made = study.code(letter, Span(0, 8), "sharing", memo="m")
    moved = study.reshape(made.id, Span(3, 8))
    assert seen(study) == [("learn", "sharing", "m")]
    with pytest.raises(UsageError):
        study.reshape(moved.id, Span(2, 3))
    assert seen(study) == [("learn", "sharing", "m")]


def test_reshape_to_the_same_span_changes_nothing(study, letter):
    made = study.code(letter, Span(0, 8), "sharing", memo="m")
    assert study.reshape(made.id, made.span) == made
    assert seen(study) == [("We learn", "sharing", "m")]


def test_split_gives_two_and_join_makes_them_one_again(study, letter):
    one, two = sentences(study, letter)[:2]
    made = study.code(letter, Span(one.start, two.end), "sharing", memo="m")
    first, second = study.split(made.id, two.start)
    assert (first.span, second.span) == (one, two)
    assert (first.memo, second.memo) == ("m", "")
    study.join([second.id, first.id])
    assert content(study) == [(letter, made.span, "sharing", "amina", "m", "by hand")]


@pytest.mark.parametrize("at", [0, 8, 9, 99])
def test_split_outside_or_at_an_edge_is_refused(study, letter, at):
    made = study.code(letter, Span(0, 8), "sharing")
    with pytest.raises(UsageError):
        study.split(made.id, at)
    assert seen(study) == [("We learn", "sharing", "")]


def test_join_refuses_what_does_not_stand_side_by_side(study, letter):
    a = study.code(letter, Span(0, 2), "sharing")
    b = study.code(letter, Span(3, 8), "shaming")
    c = study.code(letter, Span(9, 13), "sharing")
    for pair in ([a.id, b.id], [a.id, c.id], [a.id]):
        with pytest.raises(UsageError):
            study.join(pair)
    assert len(study.codings()) == 3


def test_nobody_changes_anothers_coding(study, letter):
    made = study.code(letter, Span(0, 8), "sharing")
    with Project.open(study.path, coder="ben") as other:
        for change in (
            lambda: other.recode(made.id, "shaming"),
            lambda: other.reshape(made.id, Span(0, 2)),
            lambda: other.split(made.id, 3),
        ):
            with pytest.raises(UsageError, match="amina's"):
                change()
    assert seen(study) == [("We learn", "sharing", "")]


def test_code_all_is_one_action_and_counts_what_was_there(study, letter):
    spans = sentences(study, letter)
    study.code(letter, spans[1], "sharing", memo="kept")
    made, there = study.code_all([(letter, span) for span in [*spans, spans[0]]], "sharing")
    assert (len(made), there) == (len(spans) - 1, 1)
    study.undo()
    assert [c.memo for c in study.codings()] == ["kept"]


_changes = st.lists(
    st.tuples(
        st.sampled_from(["code", "recode", "reshape", "split", "join", "uncode", "memo"]),
        st.integers(0, 60), st.integers(1, 30), st.sampled_from(["sharing", "shaming"]),
    ),
    max_size=12,
)  # fmt: skip


# The fixture opens a fresh copy at every call, so examples share nothing.
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_changes)
def test_undoing_every_change_gives_back_each_state_in_turn(new_study, changes):
    """Any series of changes, undone step by step and done again, content compared."""
    project = new_study()
    letter = project.document_id(LETTER)
    states = [content(project)]
    for what, at, length, code in changes:
        apply(project, letter, what, at, length, code)
        if content(project) != states[-1]:
            states.append(content(project))
    for state in reversed(states[:-1]):
        project.undo()
        assert content(project) == state
    for state in states[1:]:
        project.redo()
        assert content(project) == state
    assert project.problems() == []


def apply(project: Project, letter: str, what: str, at: int, length: int, code: str) -> None:
    """One change, or none where it would be refused."""
    codings = sorted(project.codings(), key=lambda c: c.span)
    chosen: Coding | None = codings[at % len(codings)] if codings else None
    try:
        if what == "code":
            project.code(letter, Span(at, at + length), code)
        elif chosen is None:
            return
        elif what == "recode":
            project.recode(chosen.id, code)
        elif what == "reshape":
            project.reshape(chosen.id, Span(at, at + length))
        elif what == "split":
            project.split(chosen.id, chosen.span.start + length)
        elif what == "join":
            project.join([c.id for c in codings[:2]])
        elif what == "uncode":
            project.uncode(chosen.id)
        else:
            project.memo(chosen.id, f"note {length}")
    except TcncodeError:
        return


def test_changes_names_the_rows_that_changed_here_and_elsewhere(study, letter):
    study.changes()
    made = study.code(letter, Span(0, 8), "sharing")
    assert study.changes()["coding"] == {made.id}
    assert study.changes() == {}
    with Project.open(study.path, coder="ben") as other:
        theirs = other.code(letter, Span(3, 8), "sharing")
    assert study.changes()["coding"] == {theirs.id}
    assert study.codings_among({made.id, theirs.id, "no such id"}) == study.codings()


def test_what_another_process_changed_meanwhile_is_not_overwritten(study, letter, monkeypatch):
    """The coding was read, then changed elsewhere, then the change is tried."""
    for change in (
        lambda c: study.recode(c.id, "storytelling"),
        lambda c: study.reshape(c.id, Span(3, 8)),
        lambda c: study.memo(c.id, "late"),
        lambda c: study.uncode(c.id),
    ):
        made = study.code(letter, Span(0, 8), "sharing")
        monkeypatch.setattr(type(study), "_own", lambda self, _, made=made: made)
        with Project.open(study.path, coder="amina") as other:
            monkeypatch.undo()
            other.recode(made.id, "shaming")
            monkeypatch.setattr(type(study), "_own", lambda self, _, made=made: made)
            with pytest.raises(UsageError, match="meanwhile"):
                change(made)
            monkeypatch.undo()
            assert [c.code for c in study.codings()] == ["shaming"]
            other.undo()
            study.undo()
        assert study.codings() == []


def test_a_recoded_suggestion_is_the_coders_own_decision(study, letter):
    made = study.code(letter, Span(0, 8), "sharing", origin="suggestion")
    assert study.recode(made.id, "shaming").origin == "by hand"
    assert study.reshape(study.codings()[0].id, Span(3, 8)).origin == "by hand"


def test_a_code_made_for_a_passage_and_its_coding_are_one_action(study):
    key, codes = study.document_id("letter"), study.codebook.codes
    made = study.code_as_new(key, Span(0, 8), "we were asked", under="sharing")
    path = study.codebook.by_id()[made.code].path
    assert path == "sharing/we-were-asked" and study.codings() == [made]
    assert made.codebook_version == study.codebook_version
    assert study.undo().startswith("add the code sharing/we-were-asked, and code ")
    assert study.codings() == [] and study.codebook.codes == codes
    study.redo()
    assert [c.id for c in study.codings()] == [made.id]
    other = study.recode_as_new(made.id, "another one")
    assert [c.id for c in study.codings()] == [other.id]
    study.undo()
    assert [c.id for c in study.codings()] == [made.id]
    assert "another-one" not in {code.path for code in study.codebook.codes}
    assert study.problems() == []


def test_a_code_that_is_there_is_not_made_and_nothing_is_coded(study):
    before = study.state()
    with pytest.raises(TcncodeError):
        study.code_as_new(study.document_id("letter"), Span(0, 8), "sharing")
    assert study.state() == before and study.codings() == []
