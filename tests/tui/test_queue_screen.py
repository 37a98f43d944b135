"""Each key of the suggestion queue stores exactly what it says, and the list stays in its place."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Input, Static
from tui.screen_study import CODEBOOK, add
from tui.test_injection import EVIL, evil, painted  # noqa: F401 - evil is a fixture

from tcncode.model import Evidence, Suggestion, suggestion_id
from tcncode.project import Project, suggesting
from tcncode.project.suggesting import Record
from tcncode.text import Span
from tcncode.tui.app import Workbench
from tcncode.tui.boundaries import Passage
from tcncode.tui.line_filter import _CONTROL
from tcncode.tui.long_list import LongList
from tcncode.tui.queue_order import GROUPINGS, Queue
from tcncode.tui.queue_screen import QueueScreen
from tcncode.tui.text_pane import TextPane
from tcncode.tui.units import Units

SIZES = pytest.mark.parametrize("size", [(80, 24), (140, 40)], ids=["80x24", "140x40"])
TEXT = (
    "{0} begins.\n\n"
    "We share what we learned in Łódź. The café 👩‍👩‍👧 stayed open. It won a prize.\n"
    "\nMembers share what we learned once a year. Nobody answered.\n"
)
FIRST, SECOND = "We share what we learned in Łódź.", "Members share what we learned once a year."


@pytest.fixture
def queue(tmp_path):
    """Three documents of two networks, two sentences suggested in each."""
    book = tmp_path / "book.yaml"
    text = CODEBOOK.replace("definition: Blamed.", "definition: Blamed.\n    when_not: Praise.")
    book.write_text(text, encoding="utf-8")
    with Project.create(tmp_path / "queue.tcn", codebook=book, coder="amina") as project:
        for name, network in (("Aa", "ICORN"), ("Bb", "ICORN"), ("Cc", "Zz")):
            text = TEXT.format(name)
            add(project, tmp_path / f"{name}.txt", text, network)
            for sentence in (FIRST, SECOND):
                start = text.index(sentence)
                put(project, name, Span(start, start + len(sentence)), "sharing", 0.9)
        # Another code and another score, so that orders differ.
        first = project.suggestions(document="Bb")[0].span
        put(project, "Bb", first, "shaming", 0.55, [
            Evidence("cue", "We", Span(first.start, first.start + 2), 0.75, "we"),
            Evidence("negative cue", "share", Span(first.start + 3, first.start + 8), 0.2, "share"),
            Evidence("sentence", "We share what we learned", first, 0.731, "glad"),
        ])  # fmt: skip
        yield project


def put(project, name, span, code, score, evidence=()):
    """One more suggestion beside those that the document has."""
    key = project.document_id(name)
    more = Suggestion(suggestion_id(key, span, code), key, span, code, score, tuple(evidence))
    there = project.suggestions(document=name)
    with project._action("suggest"):
        project._store.replace_suggestions(key, [*there, more])


def play(project, size, does, *keys):
    """Open the queue in the workbench, press keys, let ``does`` look, close it."""

    async def run() -> None:
        app = Workbench(project)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            screen = QueueScreen(project)
            await app.push_screen(screen)
            await pilot.pause()
            await pilot.press(*keys)
            await pilot.pause()
            await does(pilot, screen)

    asyncio.run(run())


async def nothing(pilot, screen) -> None:
    """Only the keys count."""


def coded(project) -> list[tuple[str, str, str, str]]:
    """(document, words, code, origin) of every coding."""
    names = {e.id: e.name for e in project.documents()}
    return [
        (names[c.document], project.quote(c.document, c.span), c.code, c.origin)
        for c in project.codings()
    ]


def words(project, s: Suggestion) -> str:
    return project.quote(s.document, s.span)


def said(screen, selector="#status") -> str:
    return str(screen.query_one(selector, Static).render())


def about(screen) -> str:
    return screen.query_one(TextPane).text.plain


# Answers


@SIZES
@pytest.mark.parametrize(
    ("keys", "expected", "left"),
    [
        (["a"], [("Aa", FIRST, "sharing", "suggestion")], 6),
        (["d"], [], 6),
        (["a", "a"], [("Aa", FIRST, "sharing", "suggestion"),
                      ("Aa", SECOND, "sharing", "suggestion")], 5),
        (["d", "a"], [("Aa", SECOND, "sharing", "suggestion")], 5),
        (["down", "a", "up", "d"], [("Aa", SECOND, "sharing", "suggestion")], 5),
        (["a", "u"], [], 7),
        (["d", "u"], [], 7),
        (["a", "u", "ctrl+r"], [("Aa", FIRST, "sharing", "suggestion")], 6),
        (["s", "a"], [("Aa", SECOND, "sharing", "suggestion")], 6),
        (["s", "end", "a"], [("Aa", FIRST, "sharing", "suggestion")], 6),
        (["R", "4", "enter"], [("Aa", FIRST, "shaming", "by hand")], 6),
        (["R", "4", "enter", "u"], [], 7),
        (["R", "escape"], [], 7),
        (["R", "1", "enter"], [], 7),
        (["plus", "A"],
         [("Aa", f"{FIRST} The café 👩‍👩‍👧 stayed open.", "sharing", "suggestion")], 6),
        (["plus", "a"],
         [("Aa", f"{FIRST} The café 👩‍👩‍👧 stayed open.", "sharing", "suggestion")], 6),
        (["plus", "minus", "A"], [], 7),
        (["plus", "plus", "minus", "A"],
         [("Aa", f"{FIRST} The café 👩‍👩‍👧 stayed open.", "sharing", "suggestion")], 6),
        (["left_square_bracket", "A"],
         [("Aa", "We share what we learned in", "sharing", "suggestion")], 6),
        (["shift+left", "shift+left", "shift+right", "A"],
         [("Aa", "We share what we learned in", "sharing", "suggestion")], 6),
        (["x", "right_square_bracket", "A"],
         [("Aa", FIRST.removeprefix("We "), "sharing", "suggestion")], 6),
        (["x", "plus", "A"], [("Aa", f"Aa begins.\n\n{FIRST}", "sharing", "suggestion")], 6),
        (["plus", "R", "4", "enter"],
         [("Aa", f"{FIRST} The café 👩‍👩‍👧 stayed open.", "shaming", "by hand")], 6),
        (["plus", "escape", "a"], [("Aa", FIRST, "sharing", "suggestion")], 6),
        (["plus", "down", "up", "a"], [("Aa", FIRST, "sharing", "suggestion")], 6),
        (["A"], [], 7),
        (["n", "d", "N", "a"], [("Aa", FIRST, "sharing", "suggestion")], 5),
    ],
    ids=lambda value: "-".join(value) if value and isinstance(value, list) and
    isinstance(value[0], str) else "",
)  # fmt: skip
def test_keys_store_exactly_these_codings(queue, size, keys, expected, left):
    play(queue, size, nothing, *keys)
    assert coded(queue) == expected
    assert len(queue.suggestions()) == left


@SIZES
@pytest.mark.parametrize("key", ["a", "d"])
def test_the_next_one_stands_where_the_answered_one_stood(queue, size, key):
    async def does(pilot, screen):
        await pilot.press("down", "down")
        order = [s.id for s in screen.queue.shown]
        for n in range(2, 4):
            assert screen.rows.cursor == 2 and screen.current.id == order[n]
            await pilot.press(key)
            await pilot.pause()
        assert [s.id for s in screen.queue.shown] == order[:2] + order[4:]
        # Undone, it stands where it stood, and the cursor is on it.
        await pilot.press("u")
        await pilot.pause()
        assert [s.id for s in screen.queue.shown] == order[:2] + order[3:]
        assert screen.current.id == order[3]

    play(queue, size, does)


def test_answering_the_last_one_leaves_the_cursor_on_the_last(queue):
    async def does(pilot, screen):
        for left in range(6, -1, -1):
            await pilot.press("end", "d")
            await pilot.pause()
            assert len(screen.queue.shown) == left
            assert screen.rows.cursor == max(left - 1, 0)
        assert screen.current is None and "S makes some" in about(screen)
        await pilot.press("a", "d", "R", "s", "n", "asterisk", "plus", "enter")
        await pilot.pause()
        assert pilot.app.screen is screen

    play(queue, (80, 24), does)
    assert coded(queue) == []


def test_what_was_skipped_comes_last_in_the_order_of_skipping(queue):
    async def does(pilot, screen):
        order = [s.id for s in screen.queue.shown]
        await pilot.press("s", "s")
        assert [s.id for s in screen.queue.shown] == order[2:] + order[:2]
        await pilot.press("o", "o", "o")
        assert [s.id for s in screen.queue.shown][-2:] == order[:2]

    play(queue, (80, 24), does)


# Reading


@SIZES
def test_it_shows_what_will_be_coded_and_what_speaks_for_it(queue, size):
    async def does(pilot, screen):
        assert screen.current.code == "shaming"
        shown = about(screen)
        assert f"[{FIRST}]" in shown
        assert "+0.75 “We”" in shown and "−0.20 “share”  speaks against" in shown
        assert " 0.73 the sentence by itself  by glad: “We share what we learned”" in shown
        assert "Is: Blamed." in shown and "Is not: Praise." in shown
        assert "Bb · ICORN" in shown and "0.55" in shown
        assert "Bb begins." in shown and "stayed open." in shown
        pane = screen.query_one(TextPane).text
        marked = {pane.plain[s.start : s.end] for s in pane.spans if getattr(s.style, "strike", 0)}
        assert "share" in marked and "We" not in marked
        assert "[...] is coded: 7 words" in shown
        await pilot.press("plus")
        assert f"[{FIRST} The café 👩‍👩‍👧 stayed open.]" in about(screen)
        assert "boundaries changed" in about(screen)

    play(queue, size, does, "f", *"shaming", "enter")


def test_the_track_record_counts_ones_own_answers(queue):
    with Project.open(queue.path, coder="bo") as bo:
        bo.reject(bo.suggestions()[0].id)

    async def does(pilot, screen):
        assert "none answered so far" in about(screen)
        await pilot.press("a", "d", "a", "down")
        await pilot.pause()
        assert screen.current.code == "sharing"
        assert "right 2 of 3 so far" in about(screen)

    play(queue, (140, 40), does)
    assert queue.track_record() == {"sharing": Record(2, 1)}


@SIZES
def test_o_orders_by_code_and_by_score_and_stays_on_its_suggestion(queue, size):
    codes = [c.id for c in queue.codebook.codes]

    async def does(pilot, screen):
        await pilot.press("down", "down")
        here = screen.current.id
        await pilot.press("o")
        shown = screen.queue.shown
        assert [s.code for s in shown] == sorted((s.code for s in shown), key=codes.index)
        assert screen.current.id == here and "by code" in said(screen, "#title")
        await pilot.press("o")
        scores = [s.score for s in screen.queue.shown]
        assert scores == sorted(scores, reverse=True)
        await pilot.press("o")
        doubts = [abs(s.score - 0.5) for s in screen.queue.shown]
        assert "by usefulness" in said(screen, "#title") and doubts[0] == min(doubts)
        assert screen.current.id == here
        await pilot.press("o")
        assert screen.current.id == here and "by document" in said(screen, "#title")

    play(queue, size, does)


@SIZES
def test_n_and_N_go_by_document(queue, size):
    names = {e.id: e.name for e in queue.documents()}

    async def does(pilot, screen):
        seen = []
        for key in ("n", "n", "n", "N", "N"):
            await pilot.press(key)
            seen.append((names[screen.current.document], screen.rows.cursor))
        assert seen == [("Bb", 2), ("Cc", 5), ("Cc", 5), ("Bb", 2), ("Aa", 0)]

    play(queue, size, does)


@SIZES
@pytest.mark.parametrize(
    ("typed", "fits"),
    [
        ("code: shaming", lambda s, network: s.code == "shaming"),
        ("score: at least 0.6", lambda s, network: s.score >= 0.6),
        ("network: Zz", lambda s, network: network == "Zz"),
    ],
)
def test_f_shows_only_what_was_chosen(queue, size, typed, fits):
    networks = {e.id: e.network for e in queue.documents()}

    async def does(pilot, screen):
        expected = {s.id for s in queue.suggestions() if fits(s, networks[s.document])}
        pilot.app.screen.query_one(Input).value = typed
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert {s.id for s in screen.queue.shown} == expected
        assert 0 < len(expected) < 7
        await pilot.press("F")
        assert len(screen.queue.shown) == 7

    play(queue, size, does, "f")


@SIZES
def test_enter_goes_to_the_place_in_the_text(queue, size, monkeypatch):
    went = []
    monkeypatch.setattr(
        Workbench, "go_to", lambda self, document, span: went.append((document, span)),
        raising=False,
    )  # fmt: skip

    async def does(pilot, screen):
        s = screen.current
        await pilot.press("enter")
        await pilot.pause()
        assert went == [(s.document, s.span)]

    play(queue, size, does, "down")


# Many at once


@SIZES
@pytest.mark.parametrize("confirm", ["6", "accept"])
def test_all_in_the_list_are_accepted_after_their_number_is_typed(queue, size, confirm):
    async def does(pilot, screen):
        expected = {s.id for s in screen.queue.shown}
        await pilot.press("asterisk")
        await pilot.pause()
        window = pilot.app.screen
        told = " ".join(str(s.render()) for s in window.query(Static))
        assert "6 suggestions in 3 documents" in told and "sharing: 6" in told
        assert "code sharing" in told
        await pilot.press("enter")
        await pilot.press(*"yes", "enter")
        await pilot.pause()
        assert pilot.app.screen is window and coded(queue) == []
        window.query_one(Input).value = confirm
        await pilot.press("enter")
        await pilot.pause()
        assert screen.queue.shown == []
        assert len(coded(queue)) == 6 and {c[3] for c in coded(queue)} == {"suggestion"}
        await pilot.press("u")
        await pilot.pause()
        assert len(coded(queue)) == 6, "asked first: much goes along"
        await pilot.press("y")
        await pilot.pause()
        assert coded(queue) == []
        assert {s.id for s in screen.queue.shown} == expected

    play(queue, size, does, "f", *"sharing", "enter")


def test_all_in_the_list_are_rejected_in_one_action(queue):
    async def does(pilot, screen):
        await pilot.press("exclamation_mark")
        await pilot.pause()
        await pilot.press(*"reject", "enter")
        await pilot.pause()
        assert screen.queue.shown == []

    play(queue, (80, 24), does)
    assert coded(queue) == [] and queue.suggestions() == []
    assert queue.undo() == "reject 7 suggestions"
    assert len(queue.suggestions()) == 7


def test_esc_in_the_window_answers_nothing(queue):
    play(queue, (80, 24), nothing, "asterisk", "7", "escape", "exclamation_mark", "escape")
    assert coded(queue) == [] and len(queue.suggestions()) == 7


def test_accepting_many_keeps_a_coding_that_was_there_with_its_memo(queue):
    first = queue.suggestions()[0]
    queue.code(first.document, first.span, first.code, memo="by hand, before")
    queue.accept_many([s.id for s in queue.suggestions()])
    there = [c for c in queue.codings() if c.memo]
    assert [(c.memo, c.origin) for c in there] == [("by hand, before", "by hand")]
    assert len(queue.codings()) == 7


def test_many_are_answered_all_or_none(queue):
    from tcncode.errors import UnknownNameError

    ids = [s.id for s in queue.suggestions()]
    queue.reject(ids[3])
    for answer in (queue.accept_many, queue.reject_many):
        with pytest.raises(UnknownNameError):
            answer(ids)
    assert coded(queue) == [] and len(queue.suggestions()) == 6


# Other processes, and making them


def test_what_is_answered_elsewhere_leaves_and_the_cursor_stays(queue):
    async def does(pilot, screen):
        await pilot.press("end")
        here = screen.current.id
        gone = screen.queue.shown[0]
        with Project.open(queue.path, coder="amina") as other:
            other.accept(gone.id)
        screen.look_outside()
        assert gone.id not in [s.id for s in screen.queue.shown]
        assert screen.current.id == here
        # One's own answers in the text, too, on coming back.
        await pilot.app.push_screen(Screen())
        queue.undo()
        pilot.app.pop_screen()
        await pilot.pause()
        assert screen.queue.shown[0].id == gone.id and screen.current.id == here

    play(queue, (80, 24), does)


def test_one_that_was_answered_meanwhile_is_not_answered_again(queue):
    async def does(pilot, screen):
        with Project.open(queue.path, coder="amina") as other:
            other.reject(screen.current.id)
        await pilot.press("a")
        await pilot.pause()
        assert "amina has rejected suggestion" in said(screen)
        assert len(screen.queue.shown) == 6

    play(queue, (80, 24), does)
    assert coded(queue) == []


@pytest.mark.parametrize("key", ["a", "d"])
def test_a_key_does_not_answer_another_one_than_was_looked_at(queue, key):
    """That one was answered elsewhere, with others before it; the next is as it was suggested."""

    async def does(pilot, screen):
        await pilot.press("down", "down", "plus")
        first, _, before, after, *_ = screen.queue.shown
        assert screen.current == before and screen.passage.span != before.span
        with Project.open(queue.path, coder="amina") as other:
            other.reject_many([first.id, before.id])
        screen.look_outside()
        await pilot.pause()
        assert screen.current == after and screen.passage.span == after.span
        assert "not open any more: this is another one" in said(screen)
        await pilot.press(key)
        await pilot.pause()
        assert "look at it" in said(screen) and coded(queue) == []
        assert queue.suggestion(after.id) == after
        await pilot.press(key)
        await pilot.pause()
        mine = [(c.document, c.span, c.code) for c in queue.codings()]
        assert mine == ([(after.document, after.span, after.code)] if key == "a" else [])
        assert after.id not in queue.open_suggestions()

    play(queue, (80, 24), does)


def test_what_is_muted_elsewhere_leaves_and_comes_back(queue):
    async def does(pilot, screen):
        before = list(screen.queue.shown)
        code = queue.codebook.by_id()[screen.current.code].path
        with Project.open(queue.path, coder="amina") as other:
            muted = other.set_muted(code, True)
            screen.look_outside()
            assert screen.queue.shown == [s for s in before if s.code not in muted] != before
            other.set_muted(code, False)
        screen.look_outside()
        assert screen.queue.shown == before

    play(queue, (80, 24), does)


def test_another_one_that_was_moved_to_is_answered_at_once(queue):
    async def does(pilot, screen):
        with Project.open(queue.path, coder="amina") as other:
            other.reject(screen.current.id)
        screen.look_outside()
        await pilot.press("down", "a")
        await pilot.pause()
        assert "accepted" in said(screen)

    play(queue, (80, 24), does)
    assert len(coded(queue)) == 1


def test_after_a_refused_answer_the_next_has_its_own_boundaries(queue):
    async def does(pilot, screen):
        after = screen.queue.shown[1]
        with Project.open(queue.path, coder="amina") as other:
            other.reject(screen.current.id)
        await pilot.press("plus", "a")
        await pilot.pause()
        assert screen.current == after and screen.passage.span == after.span

    play(queue, (80, 24), does)


def test_another_code_is_not_given_to_another_one_than_was_asked_about(queue):
    async def does(pilot, screen):
        await pilot.press("R", *"shaming")
        with Project.open(queue.path, coder="amina") as other:
            other.reject(screen.current.id)
        screen._follow()  # as on coming back from the window, should that be first
        await pilot.press("enter")
        await pilot.pause()
        assert "Another suggestion is on show now" in said(screen)

    play(queue, (80, 24), does)
    assert coded(queue) == []


def test_S_keeps_the_place_where_the_suggestion_there_is_made_in_other_bounds(queue):
    async def does(pilot, screen):
        await pilot.press("end")
        last = screen.current
        with queue._action("suggest"):
            queue._store.replace_suggestions(last.document, [])
        put(queue, queue.document(last.document).name, Span(last.span.start, last.span.end - 2),
            last.code, last.score)  # fmt: skip
        screen.post_message(QueueScreen.Suggested(6))
        await pilot.pause()
        await pilot.pause()
        assert screen.current.document == last.document
        assert screen.current.span.overlaps(last.span)
        await pilot.press("a")
        await pilot.pause()
        assert coded(queue) == [] and "look at it" in said(screen)

    play(queue, (80, 24), does)


def test_boundaries_that_were_moved_outlast_new_suggestions(queue):
    async def does(pilot, screen):
        await pilot.press("down", "plus")
        moved, before = screen.passage, screen.current
        screen.post_message(QueueScreen.Suggested(6))
        await pilot.pause()
        await pilot.pause()
        assert screen.current == before and screen.passage == moved
        assert "6 suggestions are open" in said(screen)

    play(queue, (80, 24), does)


def test_a_key_that_outruns_the_screen_answers_nothing(queue):
    """As "down" and "a" in one burst: the row is another one already, what is drawn is not."""

    async def does(pilot, screen):
        screen.rows.cursor += 1
        screen.action_accept()
        assert coded(queue) == [] and "look at it" in said(screen)

    play(queue, (80, 24), does)


@SIZES
def test_S_suggests_anew_for_the_documents_that_the_filter_leaves(queue, size, tmp_path):
    fresh = add(queue, tmp_path / "Dd.txt", TEXT.format("Dd"), "Zz")
    other = add(queue, tmp_path / "Ee.txt", TEXT.format("Ee"), "ICORN")

    async def anew(pilot):
        await pilot.press("S")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()

    async def does(pilot, screen):
        screen._filters["network"] = "Zz"
        screen._narrow()
        await anew(pilot)
        assert {s.document for s in screen.queue.shown} >= {fresh}
        assert "suggesting" not in said(screen, "#title")
        await pilot.press("down")
        before = screen.current.id
        assert before != screen.queue.shown[0].id
        await anew(pilot)
        assert screen.current.id == before, "the same is suggested again"

    play(queue, size, does)
    assert queue.suggestions(document=fresh) and not queue.suggestions(document=other)


def test_a_fault_while_suggesting_is_shown_and_the_screen_stays(queue, monkeypatch):
    def fails(*args, **kw):
        raise RuntimeError("no words")

    monkeypatch.setattr(Project, "suggest", fails)

    async def does(pilot, screen):
        await pilot.press("S")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "RuntimeError: no words" in said(screen, "#status")
        assert "suggesting" not in said(screen, "#title") and pilot.app.screen is screen

    play(queue, (80, 24), does)


def test_scores_of_an_encoder_tuned_for_another_model_are_warned_of(queue, monkeypatch):
    warning = "encoders/[b]old was fine-tuned for another version of the shipped model."
    monkeypatch.setattr(Project, "suggest", lambda *args, **kw: 6)
    monkeypatch.setattr(Project, "models_outdated", lambda _: warning)

    async def does(pilot, screen):
        await pilot.press("S")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        (line,) = [n for n in pilot.app._notifications if "another version" in n.message]
        assert (line.message, line.severity) == (warning, "warning")

    play(queue, (80, 24), does)


def test_leaving_while_suggestions_are_made_is_said_and_keeps_what_is_made(queue, monkeypatch):
    go_on, held = threading.Event(), threading.Event()
    asked_of = Project._asked_of
    monkeypatch.setattr(suggesting, "AT_ONCE", 1)
    names = {project_id: name for name, project_id in
             ((e.name, e.id) for e in queue.documents())}  # fmt: skip
    with queue._action("take back"):
        for document in names:
            queue._store.replace_suggestions(document, [])

    def slowly(project, document):
        if names[document] == "Cc":
            held.set()
            go_on.wait(20)
        return asked_of(project, document)

    monkeypatch.setattr(Project, "_asked_of", slowly)

    async def does(pilot, screen):
        await pilot.press("S")
        await asyncio.to_thread(held.wait, 20)
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is screen and "made so far" in said(screen, "#status")
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is not screen
        go_on.set()

    play(queue, (80, 24), does)
    assert queue.suggestions(document="Aa") and not queue.suggestions(document="Cc")


@SIZES
def test_esc_puts_boundaries_back_before_it_leaves(queue, size):
    async def does(pilot, screen):
        await pilot.press("plus", "escape")
        await pilot.pause()
        assert pilot.app.screen is screen and screen.passage.span == screen.current.span
        await pilot.press("question_mark")
        await pilot.pause()
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert pilot.app.screen is not screen

    play(queue, size, does)


def test_no_key_means_two_things_and_none_is_the_terminals_own():
    taken = {"ctrl+m", "ctrl+i", "ctrl+h", "ctrl+s", "ctrl+z", "ctrl+b", "ctrl+a", "ctrl+c"}
    bindings = [b for b in (*QueueScreen.BINDINGS, *LongList.BINDINGS) if isinstance(b, Binding)]
    keys = Counter(key for b in bindings for key in b.key.split(","))
    assert max(keys.values()) == 1 and not taken & set(keys)
    assert max(Counter(b.id for b in bindings).values()) == 1


# What is under the screen


def test_a_list_of_ten_thousand_draws_what_is_in_sight(queue):
    async def does(pilot, screen):
        before = screen.rows.lines_painted
        screen.queue.shown *= 1500
        screen.rows.show(screen.queue.shown, at=5000)
        await pilot.pause()
        assert len(screen.queue.shown) > 10_000
        assert 0 < screen.rows.lines_painted - before < 200
        before = screen.rows.lines_painted
        await pilot.press("down")
        await pilot.pause()
        assert screen.rows.lines_painted - before <= 30

    play(queue, (80, 24), does)


def made(n: int, seed: int) -> list[Suggestion]:
    pick = random.Random(seed)
    return [
        Suggestion(str(k), f"d{pick.randrange(4)}", Span(at := pick.randrange(50), at + 5),
                   f"c{pick.randrange(3)}", pick.choice((0.5, 0.7, 0.9)))
        for k in range(n)
    ]  # fmt: skip


@given(
    st.integers(0, 2**32),
    st.lists(st.tuples(st.sampled_from(["drop", "skip", "add", "group"]), st.integers(0, 99))),
)
def test_the_order_kept_up_is_the_order_made_anew(seed, steps):
    """Whatever is answered, skipped, undone or regrouped: as if sorted from scratch."""
    queue = Queue()
    everything = made(20, seed)
    order = {"documents": ["d0", "d1", "d2", "d3"], "codes": ["c0", "c1", "c2"]}
    queue.load(everything, **order)
    gone: list[Suggestion] = []
    for step, n in steps:
        if step == "group":
            queue.arrange(GROUPINGS[n % len(GROUPINGS)])
        elif step == "add" and gone:
            queue.add([gone.pop(n % len(gone))])
        elif step in ("drop", "skip") and queue.shown:
            row = n % len(queue.shown)
            if step == "skip":
                queue.skip(row)
            else:
                gone.append(queue.shown[row])
                queue.drop([queue.shown[row].id])
    kept = list(queue.shown)
    assert {s.id for s in kept} == {s.id for s in everything} - {s.id for s in gone}
    assert [queue.row_of(s.id) for s in kept] == list(range(len(kept)))
    assert all(queue.row_of(s.id) is None for s in gone)
    queue.arrange()
    assert queue.shown == kept


WORDS = st.lists(
    st.sampled_from(["One", "two-fold", "łódź", "e\u0301", "👩‍👩‍👧", "大阪", "x."]), min_size=1
)


@given(
    st.lists(WORDS.map(" ".join), min_size=1, max_size=5),
    st.lists(st.sampled_from(["grown", "shrunk", "on", "back", "turned"]), max_size=20),
    st.integers(0, 4),
)
def test_boundaries_stay_in_the_text_and_round_something(sentences, steps, which):
    text = " ".join(sentences)
    starts = [len(" ".join([*sentences[:n], ""])) for n in range(len(sentences))]
    spans = [(s, s + len(t)) for s, t in zip(starts, sentences, strict=True)]
    units = Units(text, spans)
    passage = Passage(Span(*spans[which % len(spans)]))
    for step in steps:
        before = passage
        if step in ("on", "back"):
            passage = passage.word(units, 1 if step == "on" else -1)
        elif step == "turned":
            passage = passage.turned()
        else:
            passage = getattr(passage, step)(units)
        assert 0 <= passage.span.start < passage.span.end <= len(text)
        assert passage.span.of(text).strip()
        if step != "turned" and passage.moving == "end":
            assert passage.span.start == before.span.start
        if step == "grown":
            assert len(passage.span) >= len(before.span)
        if step == "shrunk":
            assert len(passage.span) <= len(before.span)


def test_nothing_that_a_terminal_obeys_is_in_the_list_or_beside_it(evil):  # noqa: F811 - fixture
    """Without the app's filter: what the widgets themselves paint."""
    key = evil.documents()[0].id
    text = evil.text(key)
    put(evil, key, Span(0, len(text)), "storytelling", 0.9, [
        Evidence("cue", text[2:20], Span(2, 20), 0.5, f"cue {EVIL}"),
        Evidence("city", text[2:20], Span(2, 20), 0.0, f"city {EVIL}"),
    ])  # fmt: skip

    async def does(pilot, screen):
        screen.project._codebook = evil._codebook
        screen._show_what()
        await pilot.pause()
        rows = [screen.rows.render_line(0).text]
        pane = screen.query_one(TextPane)
        rows += [pane.render_line(y).text for y in range(pane.size.height)]
        assert any("two." in row for row in rows)
        assert not any(_CONTROL.search(row) for row in rows)
        assert not _CONTROL.search(painted(pilot.app))

    play(evil, (80, 40), does)
