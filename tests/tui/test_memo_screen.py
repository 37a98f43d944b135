"""The screen of all memos: what is listed, and what its keys store and open."""

from __future__ import annotations

import pytest
from textual.widgets import Static
from tui.screen_study import play

from tcncode.project import Project
from tcncode.text import Span
from tcncode.tui.code_screen import CodeScreen
from tcncode.tui.memo_screen import MemoScreen


@pytest.fixture
def noted(project: Project) -> Project:
    """A memo on a coding and one on each other thing, and one of another coder's."""
    letter = project.document("letter").id
    project.code(letter, Span(3, 8), "sharing", memo="ask Ghent [bold]again\x1b[31m")
    project.write_memo("document", "letter", "badly scanned")
    project.write_memo("network", "ICORN", "small")
    project.write_memo("code", "shaming", "needs an example")
    project.write_memo("project", "", "read the brief first")
    with Project.open(project.path, coder="bo") as other:
        other.write_memo("code", "sharing", "too wide")
    return project


def lines(screen: MemoScreen) -> list[str]:
    return ["".join(words for words, _ in screen._line(memo, 80)) for memo in screen.memos.items]


async def opened(pilot) -> MemoScreen:
    await pilot.press("ctrl+g", "m")
    await pilot.pause()
    assert isinstance(pilot.app.screen, MemoScreen)
    return pilot.app.screen


def at(screen: MemoScreen, words: str) -> None:
    place = next(n for n, line in enumerate(lines(screen)) if words in line)
    screen.memos.place(place)


def test_all_memos_are_listed_and_the_highlighted_one_is_shown_whole(noted):
    async def does(pilot, screen):
        memos = await opened(pilot)
        assert len(lines(memos)) == 6
        at(memos, "ask Ghent")
        await pilot.pause()
        whole = str(memos.query_one("#whole", Static).render())
        assert "“share”" in whole and "[bold]again" in whole and "\x1b" not in whole

    play(noted, (80, 24), does)


def test_they_are_narrowed_by_words_by_noun_and_to_ones_own(noted):
    async def does(pilot, screen):
        memos = await opened(pilot)
        await pilot.press("o")
        assert len(lines(memos)) == 5
        await pilot.press("o", "n")
        assert [line for line in lines(memos) if "coding" in line] == lines(memos)
        await pilot.press(*["n"] * 5)
        await pilot.press("slash", *"wide", "enter")
        assert len(lines(memos)) == 1 and "bo" in lines(memos)[0]
        await pilot.press("escape")
        assert len(lines(memos)) == 6
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, CodeScreen)

    play(noted, (80, 24), does)


def test_enter_goes_to_the_coding_and_backspace_comes_back(noted):
    async def does(pilot, screen):
        memos = await opened(pilot)
        at(memos, "ask Ghent")
        await pilot.press("enter")
        await pilot.pause()
        assert pilot.app.screen is screen and screen.reader.selection == (3, 8)
        await pilot.press("backspace")
        await pilot.pause()
        assert pilot.app.screen is memos

    play(noted, (80, 24), does)


def test_edit_changes_ones_own_memo_and_undo_brings_it_back(noted):
    async def does(pilot, screen):
        memos = await opened(pilot)
        at(memos, "needs an example")
        await pilot.press("e")
        await pilot.pause()
        await pilot.press(*" now", "escape")
        await pilot.pause()
        assert "needs an example now" in {m.text for m in noted.memos()}
        await pilot.press("u")
        await pilot.pause()
        assert "needs an example" in {m.text for m in noted.memos()}

    play(noted, (80, 24), does)


def test_anothers_memo_is_not_edited(noted):
    async def does(pilot, screen):
        memos = await opened(pilot)
        at(memos, "too wide")
        await pilot.press("e")
        await pilot.pause()
        assert pilot.app.screen is memos
        assert "bo's" in str(memos.query_one("#status", Static).render())

    play(noted, (80, 24), does)


def test_of_many_memos_only_those_in_sight_are_painted_and_quoted(project, monkeypatch):
    letter = project.document("letter").id
    for n in range(60):
        project.code(letter, Span(n, n + 3), "sharing", memo=f"number {n}")
    quoted = []
    quote = Project.quote
    monkeypatch.setattr(
        Project, "quote", lambda self, *where: quoted.append(where) or quote(self, *where)
    )

    async def does(pilot, screen):
        quoted.clear()
        memos = await opened(pilot)
        assert len(memos.memos.items) == 60 and memos.memos.lines_painted < 50
        assert len(quoted) <= 2
        await pilot.press("slash", *"number", "space", *"59")
        await pilot.pause()
        assert [m.text for m in memos.memos.items] == ["number 59"]

    play(project, (80, 24), does)


def test_a_long_name_leaves_room_for_the_memos_words(noted):
    noted.describe(["letter"], {"name": "a very long name of a document " * 4})

    async def does(pilot, screen):
        memos = await opened(pilot)
        strips = memos.memos.render_lines(memos.memos.size.region)
        text = "\n".join(strip.text for strip in strips)
        assert "badly scanned" in text and "ask Ghent" in text

    play(noted, (80, 24), does)
