"""Each key of the settle screen decides exactly what it says, and the list stays in its place."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Static, TextArea
from tui.screen_study import LETTER
from tui.test_injection import EVIL, evil, painted  # noqa: F401 - evil is a fixture

from tcncode.model import SETTLED
from tcncode.project import Project
from tcncode.text import Span
from tcncode.tui.app import Workbench
from tcncode.tui.document_tree import DocumentTree
from tcncode.tui.line_filter import _CONTROL
from tcncode.tui.long_list import LongList
from tcncode.tui.memo_editor import MemoEditor
from tcncode.tui.settle_screen import SettleScreen
from tcncode.tui.text_pane import TextPane
from tcncode.tui.windows import TextWindow

SIZES = pytest.mark.parametrize("size", [(80, 24), (140, 40)], ids=["80x24", "140x40"])
FIRST = "We share what we learned in Łódź."
CAFE = "The café 👩‍👩‍👧 stayed open."
MAYOR = "The mayor of 大阪市 wrote to the ministry and asked for money"


def span(words: str) -> Span:
    start = LETTER.index(words)
    return Span(start, start + len(words))


@pytest.fixture
def coded(project):
    """The letter by amina and bo, finished by both; costliest: the mayor, the café, the rest."""
    letter = project.document_id("letter")
    whole = span(FIRST)
    for coder, codings in {
        "amina": [(span(MAYOR), "shaming", "blames"), (whole, "sharing", "")],
        "bo": [
            (span(MAYOR), "seeking-support", "asks *politely*"),
            (Span(whole.start, whole.end - 9), "sharing", ""),
            (span(CAFE), "storytelling", ""),
        ],
    }.items():
        with Project.open(project.path, coder=coder) as one:
            for where, code, memo in codings:
                one.code(letter, where, code, memo=memo)
            one.finish(["letter"])
    with Project.open(project.path, coder="lead") as lead:
        yield lead


def play(project, does, *keys, size=(80, 24)):
    """Open the screen, press keys, let ``does`` look, close it."""

    async def run() -> None:
        app = Workbench(project, "letter")
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            screen = SettleScreen(project)
            await app.push_screen(screen)
            await pilot.pause()
            await pilot.press(*keys)
            await pilot.pause()
            await does(pilot, screen)

    asyncio.run(run())


async def nothing(pilot, screen) -> None:
    """Only the keys count."""


def settled(project) -> list[tuple[str, str]]:
    """(words, code) of what is settled."""
    found = [c for c in project.codings() if c.coder == SETTLED]
    return [(project.quote(c.document, c.span), c.code) for c in found]


def said(screen, selector="#status") -> str:
    return str(screen.query_one(selector, Static).render())


def about(screen) -> str:
    return screen.query_one(TextPane).text.plain


def kinds(screen) -> list[str]:
    return [d.kind for d in screen.rows.items]


@SIZES
@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["1"], [(MAYOR, "shaming")]),
        (["2"], [(MAYOR, "seeking-support")]),
        (["b"], [(MAYOR, "seeking-support"), (MAYOR, "shaming")]),
        (["a"], [(MAYOR, "seeking-support"), (MAYOR, "shaming")]),
        (["0"], []),
        (["down", "1"], []),
        (["down", "2"], [(CAFE, "storytelling")]),
        (["down", "i"], []),
        (["end", "1"], [(FIRST, "sharing")]),
        (["end", "2"], [(FIRST[:-9], "sharing")]),
        (["end", "a"], [(FIRST, "sharing")]),
        (["end", "i"], [(FIRST[:-9], "sharing")]),
        (["end", "x", "right_square_bracket", "o"], [(FIRST[3:], "sharing")]),
        (["end", "left_square_bracket", "o"], [("We share what we learned in", "sharing")]),
        (["end", "left_square_bracket", "escape", "1"], [(FIRST, "sharing")]),
        (["end", "o", "R", *"shaming", "enter", "o"], [(FIRST, "shaming")]),
        (["x", "right_square_bracket", "o", "2"],
         [(MAYOR[4:], "shaming")]),
        (["3"], []),
        (["1", "u"], []),
        (["1", "u", "ctrl+r"], [(MAYOR, "shaming")]),
        (["1", "h", "home", "2"], [(MAYOR, "seeking-support")]),
        (["1", "h", "home", "U"], []),
    ],
)  # fmt: skip
def test_a_key_settles_the_difference_at_the_cursor(coded, keys, expected, size):
    before = [c for c in coded.codings() if c.coder != SETTLED]
    play(coded, nothing, *keys, size=size)
    assert sorted(settled(coded)) == sorted(expected)
    assert [c for c in coded.codings() if c.coder != SETTLED] == before
    assert coded.problems() == []


@SIZES
def test_the_title_counts_and_the_next_difference_moves_up(coded, size):
    async def does(pilot, screen):
        assert kinds(screen) == ["code differs", "one coded", "boundary"]
        assert said(screen, "#title").startswith("Settle · 0 of 3 decided (0% of the cost)")
        await pilot.press("down", "2")
        await pilot.pause()
        assert kinds(screen) == ["code differs", "boundary"]
        assert screen.current.kind == "boundary"
        assert "1 of 3 decided" in said(screen, "#title")
        await pilot.press("1", "0")
        await pilot.pause()
        assert "letter is settled" in said(screen)
        assert "1 of 1 document settled" in said(screen, "#title")
        assert "Everything is decided" in about(screen)

    play(coded, does, size=size)


@SIZES
def test_both_codings_are_shown_side_by_side_with_their_memos(coded, size):
    async def does(pilot, screen):
        text = about(screen)
        assert "1 amina" in text and "2 bo" in text
        assert "memo: blames" in text and "memo: asks *politely*" in text
        # Read without its wrapping and lanes, the passage has both coders' brackets.
        assert "[¹[²The mayor of" in text and "²]¹]" in text
        lanes = [row for row in text.splitlines() if "mayor" in row]
        assert lanes[0].startswith("4 5 ")  # their codes' letters, amina's lane and bo's
        await pilot.press("end")
        await pilot.pause()
        assert "[¹[²We share what we learned²] in Łódź.¹]" in " ".join(about(screen).split())

    play(coded, does, size=size)


def test_why_is_kept_with_the_decision_and_can_be_said_later(coded):
    async def does(pilot, screen):
        await pilot.press("m", *"clear", "escape")
        await pilot.pause()
        assert "why: clear" in about(screen)
        await pilot.press("2", "h", "home", "m", *"er", "escape")
        await pilot.pause()

    play(coded, does)
    (made,) = [c for c in coded.codings() if c.coder == SETTLED]
    assert made.memo == "clearer" and not coded.remembered("why:")


def test_why_left_as_it_was_or_emptied_is_not_kept(coded):
    async def does(pilot, screen):
        await pilot.press("m", *"clear", "ctrl+r")
        await pilot.pause()
        assert "why:" not in about(screen)
        await pilot.press("m", *"ab", "escape", "m", "backspace", "backspace", "escape")
        await pilot.pause()
        assert "why:" not in about(screen)

    play(coded, does)
    assert not coded.remembered("why:")


def test_why_that_cannot_be_kept_is_asked_for_again(coded, monkeypatch):
    async def does(pilot, screen):
        with monkeypatch.context() as patched:
            patched.setattr(type(coded), "remember", lambda *_: False)
            await pilot.press("m", *"clear", "escape")
            await pilot.pause()
            window = pilot.app.screen
            assert isinstance(window, MemoEditor)
            assert window.query_one(TextArea).text == "clear"
        await pilot.press("escape")
        await pilot.pause()
        assert "why: clear" in about(screen)

    play(coded, does)


def test_why_that_was_typed_before_deciding_is_there_after_a_restart(coded):
    async def types(pilot, screen):
        await pilot.press("m", *"clear", "escape")
        await pilot.pause()

    async def decides(pilot, screen):
        assert "why: clear" in about(screen)
        await pilot.press("2")
        await pilot.pause()

    play(coded, types)
    play(coded, decides)
    (made,) = [c for c in coded.codings() if c.coder == SETTLED]
    assert made.memo == "clear" and not coded.remembered("why:")


def test_undo_goes_back_to_the_difference_and_decided_ones_can_be_shown(coded):
    async def does(pilot, screen):
        await pilot.press("1", "end", "1")
        await pilot.pause()
        assert kinds(screen) == ["one coded"]
        await pilot.press("u")
        await pilot.pause()
        assert kinds(screen) == ["one coded", "boundary"] and screen.current.kind == "boundary"
        await pilot.press("h")
        await pilot.pause()
        assert kinds(screen) == ["code differs", "one coded", "boundary"]
        assert "settled by lead: amina" not in about(screen)
        await pilot.press("home")
        await pilot.pause()
        assert "settled by lead: amina" in about(screen)

    play(coded, does)


def test_filters_orders_and_pairs(coded):
    async def does(pilot, screen):
        await pilot.press("f", *"one coded", "enter")
        await pilot.pause()
        assert kinds(screen) == ["one coded"] and "kind one coded" in said(screen, "#title")
        await pilot.press("F", "f", *"code: sharing", "enter")
        await pilot.pause()
        assert kinds(screen) == ["boundary"]
        await pilot.press("F", "O")
        await pilot.pause()
        assert [d.span.start for d in screen.rows.items] == sorted(
            d.span.start for d in screen.rows.items
        )
        await pilot.press("c", "down", "enter")
        await pilot.pause()
        assert screen.coders == ("amina", "bo") and len(kinds(screen)) == 3

    play(coded, does)


def test_agreement_with_what_is_settled_is_shown(coded):
    async def does(pilot, screen):
        await pilot.press("v")
        await pilot.pause()
        assert "No document is settled" in said(screen)
        await pilot.press("1", "1", "1", "v")
        await pilot.pause()
        window = pilot.app.screen
        assert isinstance(window, TextWindow)
        shown = " ".join(str(s.render()) for s in window.query(Static))
        assert "amina" in shown and "1.000" in shown and "no measure of reliability" in shown

    play(coded, does)


def test_what_is_decided_elsewhere_shows(coded):
    async def does(pilot, screen):
        with Project.open(coded.path, coder="other") as other:
            other.settle(other.to_settle().differences[0], "first")
        screen.look_outside()
        await pilot.pause()
        assert kinds(screen) == ["one coded", "boundary"]

    play(coded, does)


def second_thoughts(project) -> None:
    """bo writes a memo on the first difference."""
    with Project.open(project.path, coder="bo") as bo:
        (mine,) = [c for c in bo.codings(coder="bo") if c.code == "seeking-support"]
        bo.memo(mine.id, "on second thoughts")


def test_that_the_difference_shown_was_changed_elsewhere_is_said(coded):
    async def does(pilot, screen):
        second_thoughts(coded)
        screen.look_outside()
        await pilot.pause()
        assert "changed elsewhere" in said(screen)
        assert "on second thoughts" in about(screen)

    play(coded, does)


def test_a_difference_whose_boundary_was_moved_elsewhere_stays_on_show_and_it_is_said(coded):
    async def does(pilot, screen):
        before = screen.current
        with Project.open(coded.path, coder="bo") as bo:
            (mine,) = [c for c in bo.codings(coder="bo") if c.code == "seeking-support"]
            bo.reshape(mine.id, Span(mine.span.start, mine.span.end - 10))
        screen.look_outside()
        await pilot.pause()
        assert screen.current.id != before.id
        assert screen.current.span.overlaps(before.span)
        assert "changed elsewhere" in said(screen)

    play(coded, does)


def test_that_another_difference_stands_there_now_is_said(coded):
    async def does(pilot, screen):
        before = screen.current
        with Project.open(coded.path, coder="other") as other:
            other.settle(before, "first")
        screen.look_outside()
        await pilot.pause()
        assert not screen.current.span.overlaps(before.span)
        assert "this is another one" in said(screen)

    play(coded, does)


def test_another_code_on_the_same_words_is_another_difference(coded):
    with Project.open(coded.path, coder="bo") as bo:
        bo.code(bo.document_id("letter"), span(CAFE), "shaming")

    async def does(pilot, screen):
        await pilot.press("j")
        before = screen.current
        with Project.open(coded.path, coder="other") as other:
            other.settle(before, "first")
        screen.look_outside()
        await pilot.pause()
        assert screen.current.span == before.span == span(CAFE)
        assert {*screen.current.codes, *before.codes} == {"storytelling", "shaming"}
        assert "this is another one" in said(screen)

    play(coded, does)


def test_coming_back_shows_what_was_done_meanwhile_without_a_warning(coded):
    async def does(pilot, screen):
        await pilot.app.push_screen(Screen())
        second_thoughts(coded)  # whoever wrote: one comes back to look, and sees it
        await pilot.app.pop_screen()
        await pilot.pause()
        assert "on second thoughts" in about(screen) and "elsewhere" not in said(screen)

    play(coded, does)


def test_a_difference_that_was_changed_meanwhile_is_not_decided(coded, monkeypatch):
    # It looks once a second; this is about what is decided in between.
    monkeypatch.setattr(SettleScreen, "look_outside", lambda self: None)

    async def does(pilot, screen):
        second_thoughts(coded)
        monkeypatch.undo()
        await pilot.press("1")
        await pilot.pause()
        assert "changed meanwhile" in said(screen)
        assert "on second thoughts" in about(screen)

    play(coded, does)
    assert settled(coded) == []


def test_without_documents_that_two_have_finished_it_says_what_is_waited_for(project):
    letter = project.document_id("letter")
    project.assign(["letter"], ["amina", "bo"], blind=True)
    project.code(letter, span(FIRST), "sharing")

    async def does(pilot, screen):
        assert "No document has been finished by two coders" in about(screen)
        assert "letter: coded blind, and not all have finished" in about(screen)
        await pilot.press("1", "b", "o", "m", "U", "u", "d", "R", "plus", "enter")
        await pilot.pause()

    play(project, does)
    assert settled(project) == []


def test_what_all_agree_on_is_settled_by_a_key(coded):
    for coder in ("amina", "bo"):
        with Project.open(coded.path, coder=coder) as one:
            one.code(one.document_id("notes"), Span(0, 12), "sharing")
            one.finish(["notes"])

    async def does(pilot, screen):
        await pilot.press("d")
        await pilot.pause()
        assert "settled: notes" in said(screen)

    play(coded, does)
    assert settled(coded) == [("A short note", "sharing")]


def test_what_is_behind_is_not_called_settled_by_the_key(coded):
    """Something is open in the letter, and what was agreed there after a decision is behind."""
    decided = coded.to_settle().differences[0]
    coded.settle(decided, "first")
    for coder in ("amina", "bo"):
        with Project.open(coded.path, coder=coder) as one:
            one.code(decided.document, Span(60, 66), "standard-setting")

    async def does(pilot, screen):
        await pilot.press("d")
        await pilot.pause()
        assert "1 document brought up to date" in said(screen)
        assert "settled: letter" not in said(screen)

    play(coded, does)


def test_a_settled_document_is_marked_in_the_list_of_documents(coded):
    async def marks(pilot) -> list[str]:
        await pilot.press("f2")
        await pilot.pause()
        tree = pilot.app.screen.query_one(DocumentTree)
        leaves = [leaf for branch in tree.root.children for leaf in branch.children]
        return [str(leaf.label) for leaf in leaves]

    async def run(expected: set[str]) -> None:
        app = Workbench(coded, "notes")
        async with app.run_test(size=(140, 40)) as pilot:
            await pilot.pause()
            found = await marks(pilot)
            assert {label.rpartition(" ")[2] for label in found if "◆" in label} == expected
            assert len(found) == 2

    asyncio.run(run(set()))
    for difference in coded.to_settle().differences:
        coded.settle(difference, "first")
    asyncio.run(run({"letter"}))


def test_the_letter_e_opens_it_and_enter_goes_to_the_text(coded):
    async def run() -> None:
        app = Workbench(coded, "notes")
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await pilot.press("ctrl+g", "e")
            await pilot.pause()
            assert isinstance(app.screen, SettleScreen)
            await pilot.press("end", "enter")
            await pilot.pause()
            code_screen = app.code_screen
            assert app.screen is code_screen and code_screen.document.name == "letter"
            await pilot.press("backspace")
            await pilot.pause()
            assert isinstance(app.screen, SettleScreen)
            assert app.screen.current.kind == "boundary"

    asyncio.run(run())


def test_the_same_passage_longer_than_a_screen_is_cut_in_the_middle(coded, tmp_path):
    from tui.screen_study import add

    words = "The network shared it with all the others again. " * 200
    key = add(coded, tmp_path / "long.txt", words)
    for coder, end in (("amina", len(words) - 1), ("bo", 90)):
        with Project.open(coded.path, coder=coder) as one:
            one.code(key, Span(0, end), "sharing")
            one.finish(["long"])

    async def does(pilot, screen):
        text = " ".join(about(screen).split())
        assert "characters more: enter shows them" in text and len(text) < 6000
        assert "[¹[²The network" in text and "¹]" in text

    play(coded, does)


def test_nothing_in_codings_memos_and_names_reaches_the_terminal_raw(evil):  # noqa: F811
    for coder in ("amina", f"bo {EVIL}"):
        with Project.open(evil.path, coder=coder) as one:
            key = one.documents()[0].id
            end = 10 if coder == "amina" else 14
            one.code(key, Span(0, end), one.codebook.codes[0].path, memo=f"m {EVIL}")
            one.finish([key])

    async def does(pilot, screen):
        assert screen.current is not None
        shown = painted(pilot.app)
        assert not _CONTROL.search(shown.replace("\n", ""))

    with Project.open(evil.path, coder="lead") as lead:
        play(lead, does)


def test_no_key_means_two_things_and_none_is_the_terminals_own():
    taken = {"ctrl+m", "ctrl+i", "ctrl+h", "ctrl+s", "ctrl+z", "ctrl+b", "ctrl+a", "ctrl+c"}
    bindings = [b for b in (*SettleScreen.BINDINGS, *LongList.BINDINGS) if isinstance(b, Binding)]
    keys = Counter(key for b in bindings for key in b.key.split(","))
    assert max(keys.values()) == 1 and not taken & set(keys)
    ids = Counter(b.id for b in bindings)
    assert max(ids.values()) == 1
