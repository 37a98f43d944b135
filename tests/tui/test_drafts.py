"""Words that are being typed: what is left of them when the program ends without being asked."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from textual.widgets import Static, TextArea
from tui.screen_study import play

from tcncode.project import Project
from tcncode.text import Span
from tcncode.tui import drafts
from tcncode.tui.codebook_screen import CodebookScreen
from tcncode.tui.codebook_windows import TextsWindow
from tcncode.tui.memo_editor import MemoEditor
from tcncode.tui.memo_screen import MemoScreen
from tcncode.tui.windows import ConfirmWindow, LeaveWindow


async def until(pilot, holds, seconds=3.0) -> None:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        await pilot.pause(0.02)
    assert holds()


def in_a_terminal(project: Project, keys: bytes, wanted: str, end: int) -> None:
    """Open the workbench in a terminal, type; end it when the words are on disk, or at once."""
    front, back = pty.openpty()
    fcntl.ioctl(back, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    root = str(Path(drafts.__file__).parents[2])
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "tcncode", "-p", str(project.path), "--coder", "amina"],
        stdin=back, stdout=back, stderr=back, start_new_session=True,
        env={**os.environ, "PYTHONPATH": root, "TERM": "xterm-256color"},
    )  # fmt: skip
    os.close(back)
    try:
        painted, deadline = b"", time.monotonic() + 60

        def read_until(words: bytes) -> None:
            nonlocal painted
            while words not in painted and time.monotonic() < deadline:
                if select.select([front], [], [], 0.1)[0]:
                    painted += os.read(front, 65536)
            assert words in painted, painted[-2000:]

        read_until(b"share what")
        os.write(front, keys)
        if end == signal.SIGKILL:
            while wanted not in str(project.remembered("draft")) and time.monotonic() < deadline:
                if select.select([front], [], [], 0.05)[0]:
                    os.read(front, 65536)
        else:
            read_until(wanted.encode()[-4:])
        os.kill(child.pid, end)
        while child.poll() is None and time.monotonic() < deadline:
            if select.select([front], [], [], 0.05)[0]:
                try:
                    os.read(front, 65536)
                except OSError:
                    break
        child.wait(timeout=20)
    finally:
        child.kill()
        child.wait()
        os.close(front)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM])
def test_a_memo_being_typed_outlives_the_program(project, end):
    project.code(project.document("letter").id, Span(0, 37), "sharing")
    in_a_terminal(project, b"mask Ghent againQQ", "againQQ", end)
    assert [c.memo for c in project.codings()] == [""]
    assert project.problems() == []

    async def does(pilot, screen):
        told = [note.message for note in pilot.app._notifications]
        assert len(told) == 1 and "Unkept words on sharing" in told[0] and "letter" in told[0]
        await pilot.press("m")
        await pilot.pause()
        editor = pilot.app.screen
        assert editor.query_one(TextArea).text == "ask Ghent againQQ"
        assert "Unkept words of" in str(editor.query_one("#restored").render())
        await pilot.press("escape")
        await pilot.pause()

    play(project, (80, 24), does)
    assert [c.memo for c in project.codings()] == ["ask Ghent againQQ"]
    assert project.remembered("draft") == {}
    project.undo()
    assert [c.memo for c in project.codings()] == [""], "undo meets no draft"


def test_a_draft_is_no_action_and_dropping_the_memo_drops_it(project, monkeypatch):
    monkeypatch.setattr(drafts, "PAUSE", 0.01)
    project.write_memo("document", "letter", "as it was")
    before = project.entry()

    async def does(pilot, screen):
        await pilot.press("M", "enter", *" and more")
        await until(pilot, lambda: "and more" in str(project.remembered("draft")))
        await pilot.press("ctrl+r")
        await pilot.pause()

    play(project, (80, 24), does)
    assert project.remembered("draft") == {} and project.entry() == before
    assert project.own_memo("document", project.document("letter").id) == "as it was"


def test_unkept_words_are_in_the_list_of_memos_also_when_their_coding_is_gone(project, monkeypatch):
    monkeypatch.setattr(drafts, "PAUSE", 0.01)
    coding = project.code(project.document("letter").id, Span(0, 37), "sharing")
    about = "sharing: We share in letter"
    drafts.memo_draft(project, "coding", coding.id, about).put("lost otherwise")
    with Project.open(project.path, coder="bo") as other:
        assert drafts.where_unkept(other) == "", "nobody else is shown one's words"
    project.uncode(coding.id)

    async def does(pilot, screen):
        await pilot.press("ctrl+g", "m")
        await pilot.pause()
        memos = pilot.app.screen
        assert isinstance(memos, MemoScreen)
        assert "unkept 1" in str(memos.query_one("#title", Static).render())
        assert "lost otherwise" in str(memos.query_one("#whole", Static).render())
        await pilot.press("enter")
        await pilot.pause()
        assert pilot.app.screen.query_one(TextArea).text == "lost otherwise"
        await pilot.press("escape")  # cannot be kept: the coding is gone
        await pilot.pause()
        assert memos.query_one("#status").has_class("-bad")
        assert [memo.text for memo in memos.memos.items] == ["lost otherwise"]
        await pilot.press("e", "ctrl+r")
        await pilot.pause()
        assert memos.memos.items == []

    play(project, (80, 24), does)


def test_a_memo_that_cannot_be_kept_is_offered_again_and_kept_by_escape(project, monkeypatch):
    from tcncode.errors import TcncodeError

    kept = Project.write_memo

    def refuse(*_):
        monkeypatch.setattr(Project, "write_memo", kept)
        raise TcncodeError("The file is held.")

    project.code(project.document("letter").id, Span(0, 37), "sharing")
    monkeypatch.setattr(Project, "write_memo", refuse)

    async def does(pilot, screen):
        await pilot.press("m", *"words", "escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, MemoEditor)
        await pilot.press("escape")
        await pilot.pause()

    play(project, (80, 24), does)
    assert [c.memo for c in project.codings()] == ["words"]
    assert project.remembered("draft") == {}


def test_texts_of_a_code_come_back_after_leaving_and_after_a_no(project):
    async def leaves(pilot, screen):
        await pilot.press("f8", "e", *"Z")
        await pilot.pause()
        assert isinstance(pilot.app.screen, TextsWindow)
        await pilot.press("ctrl+q")
        await pilot.pause()
        window = pilot.app.screen
        assert isinstance(window, LeaveWindow)
        said = " ".join(str(part.render()) for part in window.query(Static))
        assert "esc goes back" in said and "esc leaves" not in said
        await pilot.press("enter")
        await pilot.pause()

    play(project, (80, 24), leaves)

    async def comes_back(pilot, screen):
        told = [note.message for note in pilot.app._notifications]
        assert told == ["Unkept words on what is meant by sharing (f8, then e)."]
        await pilot.press("f8", "e")
        await pilot.pause()
        assert "Z" in pilot.app.screen.query_one("#text-definition", TextArea).text
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ConfirmWindow)
        await pilot.press("n")
        await pilot.pause()
        assert isinstance(pilot.app.screen, CodebookScreen)
        await pilot.press("e")
        await pilot.pause()
        assert "Z" in pilot.app.screen.query_one("#text-definition", TextArea).text
        await pilot.press("escape", "enter")
        await pilot.pause()

    play(project, (80, 24), comes_back)
    assert "Z" in project.codebook.get("sharing").definition
    assert project.remembered("draft") == {}


@pytest.mark.parametrize("named", [False, True], ids=["not named", "named"])
def test_the_start_says_when_the_coder_is_another_than_last_time(project, named):
    async def looks(pilot, screen):
        seen.append([note.message for note in pilot.app._notifications])

    seen: list[list[str]] = []
    play(project, (80, 24), looks)
    with Project.open(project.path, coder="eve") as eve:
        eve.code(eve.document("letter").id, Span(0, 37), "sharing")
    with Project.open(project.path, coder="eve" if named else None) as later:
        assert later.coder == "eve"
        play(later, (80, 24), looks)
        play(later, (80, 24), looks)
    first, then, last = seen
    assert first == last == []
    assert named == (then == [])
    if not named:
        assert "You are eve here" in then[0] and "tcncode --coder amina" in then[0]
