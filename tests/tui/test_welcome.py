"""Without a project in reach the workbench helps to one, and leaves nothing half made behind."""

from __future__ import annotations

import asyncio
import os
import pty
import select
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static
from tui.screen_study import CODEBOOK

from tcncode import making
from tcncode.errors import ProjectError, TcncodeError
from tcncode.project import Project
from tcncode.tui.app import Workbench
from tcncode.tui.code_screen import CodeScreen
from tcncode.tui.making_screen import MakingScreen
from tcncode.tui.welcome_screen import (
    NewProjectScreen,
    PathSuggester,
    WelcomeScreen,
    projects_near,
)

Does = Callable[[Pilot[None], Workbench], Awaitable[None]]


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """A folder with texts and a codebook, where the workbench is started."""
    monkeypatch.chdir(tmp_path)
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.txt").write_text("We share what we learned. It won a prize.\n", encoding="utf-8")
    (texts / "b.txt").write_text("Nobody answered. Łódź did.\n", encoding="utf-8")
    (texts / "broken.pdf").write_bytes(b"%PDF-1.4 no")
    (texts / "picture.jpg").write_bytes(b"\xff\xd8")
    (tmp_path / "book.yaml").write_text(CODEBOOK, encoding="utf-8")
    return tmp_path


def files(folder: Path) -> set[str]:
    """What is in a folder, hidden files too."""
    return {path.name for path in folder.iterdir()}


def welcomed(does: Does, coder: str | None = None) -> None:
    async def run() -> None:
        app = Workbench(None, coder=coder)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert isinstance(app.screen, WelcomeScreen)
            await does(pilot, app)
        if app.project is not None:
            app.project.close()

    asyncio.run(run())


async def until(pilot: Pilot[None], true: Callable[[], bool]) -> None:
    """Wait for a thread; the limit only keeps a broken test from hanging."""
    for _ in range(600):
        if true():
            return
        await pilot.pause(0.05)
    raise AssertionError(f"still on {pilot.app.screen}: {shown(pilot)}")


def shown(pilot: Pilot[None], what: str = "#status") -> str:
    return str(pilot.app.screen.query_one(what, Static).render())


async def fill(pilot: Pilot[None], **lines: str) -> None:
    """Write into the form."""
    for name, value in lines.items():
        field = pilot.app.screen.query_one(f"#new-{name}", Input)
        field.value = value
        field.focus()
        await pilot.pause()


def test_a_project_is_made_by_keys_alone_and_its_receipt_names_what_was_left_out(here):
    async def does(pilot, app):
        await pilot.press("n")
        await pilot.pause()
        assert app.screen.query_one("#new-name", Input).value == f"{here.name}.tcn"
        assert app.screen.query_one("#new-codebook", Input).value == str(
            making.shipped("codebook.yaml")
        )
        assert "24 codes" in shown(pilot, "#new-about")
        assert app.focused.id == "new-name"
        await pilot.press("down")
        for key in (*"texts/", "enter"):
            await pilot.press(key)
        await fill(pilot, name="study", codebook="book.yaml", coder="amina")
        assert "7 codes" in shown(pilot, "#new-about")
        await pilot.press("enter")
        await until(pilot, lambda: "ready" in shown(pilot))
        said = shown(pilot, "#said")
        assert "2 new documents by amina, 0 there already, 1 not readable." in said
        assert "broken.pdf" in said and "picture.jpg: left out" in said
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CodeScreen))
        await pilot.pause()
        await pilot.press("1")
        await pilot.pause()

    welcomed(does)
    assert files(here) == {"texts", "book.yaml", "study.tcn"}
    with Project.open(here / "study.tcn") as project:
        assert project.coder == "amina"
        assert [d.name for d in project.documents()] == ["a", "b"]
        assert [project.quote(c.document, c.span) for c in project.codings()] == [
            "We share what we learned."
        ]


@pytest.mark.parametrize(
    ("lines", "told", "at"),
    [
        ({"documents": ""}, "Which documents?", "documents"),
        ({"documents": "nowhere/"}, "no such file or folder", "documents"),
        ({"name": ""}, "needs a file name", "name"),
        ({"name": "there.tcn"}, "already there", "name"),
        ({"coder": "  "}, "needs a name", "coder"),
        ({"name": "nowhere/x.tcn"}, "no folder", None),
        ({"codebook": "none.yaml"}, "none.yaml", None),
        ({"codebook": "texts/a.txt"}, "a.txt", None),
        ({"documents": "texts/broken.pdf"}, "None of the files can be read", None),
        ({"documents": "texts/*.jpg"}, "None of the files", None),
        ({"documents": "texts/*.doc"}, "texts/*.doc", None),
    ],
    ids=str,
)
def test_a_mistake_is_one_line_and_nothing_is_left_behind(here, lines, told, at):
    (here / "there.tcn").write_text("")
    before = files(here)

    async def does(pilot, app):
        await pilot.press("n")
        await pilot.pause()
        good = {"name": "x", "documents": "texts", "codebook": "book.yaml", "coder": "amina"}
        await fill(pilot, **{**good, **lines})
        app.screen.query_one("#new-coder").focus()
        await pilot.press("enter")
        await until(pilot, lambda: told in (shown(pilot)))
        assert "\n" not in shown(pilot) and app.screen.query_one("#status").has_class("-bad")
        assert isinstance(app.screen, NewProjectScreen)
        if at:
            assert app.focused.id == f"new-{at}"
        # What was typed is still there, to be corrected.
        await fill(pilot, **good)
        app.screen.query_one("#new-coder").focus()
        assert files(here) == before
        if at:  # of what was corrected nothing bad is said any more
            assert told not in shown(pilot) and "next line" in shown(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "ready" in shown(pilot))

    welcomed(does)
    assert files(here) == before | {"x.tcn"}


def test_making_can_be_stopped_and_leaves_nothing(here, monkeypatch):
    read, go_on = threading.Event(), threading.Event()
    plain = making.take_in

    def slow(project, paths, *, progress, **rest):
        read.set()
        go_on.wait(30)
        return plain(project, paths, progress=progress, **rest)

    monkeypatch.setattr(making, "take_in", slow)
    before = files(here)

    async def does(pilot, app):
        await pilot.press("n")
        await pilot.pause()
        await fill(pilot, name="x", codebook="book.yaml", documents="texts", coder="amina")
        await pilot.press("enter")
        await until(pilot, read.is_set)
        assert isinstance(app.screen, MakingScreen)
        assert not (here / "x.tcn").exists()
        await pilot.press("enter", "escape")
        await pilot.pause()
        go_on.set()
        await until(pilot, lambda: isinstance(app.screen, NewProjectScreen))
        assert "Stopped" in shown(pilot)

    welcomed(does)
    assert files(here) == before


def test_leaving_while_a_project_is_made_leaves_nothing_half_made(here, monkeypatch):
    read, go_on = threading.Event(), threading.Event()
    plain = making.take_in

    def slow(project, paths, *, progress, **rest):
        read.set()
        go_on.wait(30)
        return plain(project, paths, progress=progress, **rest)

    monkeypatch.setattr(making, "take_in", slow)
    before = files(here)

    async def does(pilot, app):
        await pilot.press("n")
        await pilot.pause()
        await fill(pilot, name="x", codebook="book.yaml", documents="texts", coder="amina")
        await pilot.press("enter")
        await until(pilot, read.is_set)
        await pilot.press("ctrl+q")
        go_on.set()

    welcomed(does)
    assert files(here) == before


def test_projects_here_and_one_folder_below_are_listed_and_opened(here):
    (here / "sub").mkdir()
    (here / ".hidden").mkdir()
    for place in ("b.tcn", "a.tcn", "sub/c.tcn", ".hidden/d.tcn"):
        Project.create(here / place, codebook=here / "book.yaml", coder="amina").close()
    assert [str(p) for p in projects_near(Path())] == ["a.tcn", "b.tcn", "sub/c.tcn"]

    async def does(pilot, app):
        assert "3 projects in reach" in shown(pilot, "#words")
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, CodeScreen))
        assert app.project.path == Path("sub/c.tcn")
        assert app.project.coder == "bo"

    welcomed(does, coder="bo")


def test_a_project_elsewhere_by_its_path_and_what_is_none_is_told(here):
    (here / "sub").mkdir()
    Project.create(here / "sub" / "c.tcn", codebook=here / "book.yaml", coder="amina").close()
    (here / "sub" / "empty.tcn").write_text("no project")

    async def does(pilot, app):
        await pilot.press("o", *"sub/empty.tcn", "enter")
        await pilot.pause()
        assert "empty.tcn" in shown(pilot) and app.screen.query_one("#status").has_class("-bad")
        await pilot.press("escape", "o")
        app.screen.query_one(Input).value = ""
        for key in "sub/c":
            await pilot.press(key)
        await pilot.pause()
        await pilot.press("right", "enter")
        await until(pilot, lambda: isinstance(app.screen, CodeScreen))
        assert app.project.path == Path("sub/c.tcn")

    welcomed(does)
    assert (here / "sub" / "empty.tcn").read_text() == "no project"


def test_paths_are_completed_from_their_folder(here):
    async def ask(value: str, *endings: str) -> str | None:
        return await PathSuggester(*endings).get_suggestion(value)

    assert asyncio.run(ask("te")) == "texts/"
    assert asyncio.run(ask("texts/bro")) == "texts/broken.pdf"
    assert asyncio.run(ask("texts/bro", ".tcn")) is None
    assert asyncio.run(ask(f"{here}/bo")) == f"{here}/book.yaml"
    assert asyncio.run(ask("nowhere/x")) is None
    assert asyncio.run(ask("")) is None


def test_the_demo_is_made_once_and_opened(here, monkeypatch):
    made: list[Path] = []

    def small(folder, *, say, progress):
        made.append(folder)
        folder.mkdir()
        Project.create(folder / "demo.tcn", codebook=here / "book.yaml", coder="me").close()
        say("made")
        return folder / "demo.tcn"

    monkeypatch.setattr("tcncode.tui.welcome_screen.demo_project", small)

    async def does(pilot, app):
        await pilot.press("d")
        if not isinstance(app.screen, CodeScreen):
            await until(
                pilot, lambda: isinstance(app.screen, CodeScreen) or "ready" in shown(pilot)
            )
            await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CodeScreen))
        assert app.project.coder == "me"

    welcomed(does)
    welcomed(does)
    assert made == [Path("tcncode-demo")]


def test_a_demo_that_cannot_be_made_is_told(here):
    (here / "tcncode-demo").write_text("a file of this name")

    async def does(pilot, app):
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, WelcomeScreen) and bool(shown(pilot)))
        assert "tcncode-demo" in shown(pilot)

    welcomed(does)
    assert files(here) == {"texts", "book.yaml", "tcncode-demo"}


def test_screens_that_need_a_project_cannot_be_reached_before_there_is_one(here):
    async def does(pilot, app):
        await pilot.press("f5", "ctrl+g", "backspace")
        await pilot.pause()
        assert isinstance(app.screen, WelcomeScreen)
        assert "What each network does" not in [
            command.title for command in app.get_system_commands(app.screen)
        ]

    welcomed(does)


def test_a_project_is_whole_under_its_name_or_not_there(here):
    """Also for commands: what makes projects cleans up behind any error, even its own rename."""
    with pytest.raises(TcncodeError, match="None of the files"):
        making.new_project(
            here / "x.tcn", codebook=here / "book.yaml", coder="a",
            documents=[here / "texts" / "broken.pdf"],
        )  # fmt: skip
    (here / "x.tcn").write_text("")
    with pytest.raises(ProjectError, match="already there"):
        making.new_project(
            here / "x.tcn", codebook=here / "book.yaml", coder="a", documents=[here / "texts"]
        )
    (here / "x.tcn").unlink()
    assert files(here) == {"texts", "book.yaml"}


@pytest.mark.parametrize(
    ("names", "args", "opened"),
    [
        ([], (), None),
        (["a.tcn"], (), "a.tcn"),
        (["a.tcn", "b.tcn"], (), None),
        (["a.tcn", "b.tcn"], ("-p", "b.tcn"), "b.tcn"),
    ],
)
def test_the_welcome_comes_only_where_no_one_project_is_meant(
    here, tcncode, monkeypatch, names, args, opened
):
    for name in names:
        Project.create(here / name, codebook=here / "book.yaml", coder="amina").close()
    begun: list[tuple[str | None, str | None]] = []

    def run(project, *, coder=None):
        begun.append((project and project.path.name, coder or (project and project.coder)))

    monkeypatch.setattr("tcncode.tui.app.run", run)
    monkeypatch.setattr("os.isatty", lambda fd: True)
    for stream in ("stdin", "stdout"):
        monkeypatch.setattr(getattr(sys, stream), "isatty", lambda: True, raising=False)
    assert tcncode(*args, "--coder", "bo").code == 0
    assert begun == [(opened, "bo")]
    # A file that is named and not there is a mistake to be told, not a reason to make one.
    assert tcncode("-p", "none.tcn").code == 1
    assert len(begun) == 1


def test_the_welcome_in_a_terminal_opens_and_is_left(here):
    """Headless tests never write to a terminal; this one does."""
    env = os.environ | {
        "TERM": "xterm-256color", "PYTHONPATH": str(Path(making.__file__).parents[1]),
        "XDG_CONFIG_HOME": str(here / "config"), "XDG_STATE_HOME": str(here / "state"),
        "LINES": "24", "COLUMNS": "80",
    }  # fmt: skip
    pid, fd = pty.fork()
    if pid == 0:  # pragma: no cover
        os.execve(sys.executable, [sys.executable, "-m", "tcncode"], env)
    out, sent, status = b"", 0, None
    keys = [(b"Make a project", b"n"), (b"Your name as a coder", b"\x1b"), (b"", b"\x11")]
    try:
        for _ in range(600):
            if select.select([fd], [], [], 0.1)[0]:
                try:
                    out += os.read(fd, 65536)
                except OSError:
                    break
            elif sent < len(keys) and keys[sent][0] in out:
                os.write(fd, keys[sent][1])
                sent += 1
                time.sleep(0.2)
        status = os.waitpid(pid, 0)[1]
    finally:
        if status is None:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert sent == len(keys)
    assert "Traceback" not in out.decode("utf-8", "replace")
    assert not list(here.glob("*.tcn"))
