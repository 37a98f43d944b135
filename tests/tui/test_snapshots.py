"""What the screens look like. Read the difference before accepting it with --snapshot-update."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea
from tui import picture_study

from tcncode.project import Project
from tcncode.tui.app import Workbench

SMALL, LARGE = (80, 24), (160, 50)
DARK, LIGHT = "tcncode-dark", "tcncode-light"


@dataclass(frozen=True)
class Picture:
    """How to come to a screen."""

    keys: Sequence[str] = ()
    document: str | None = "letter"
    """What is open below; None: no project."""
    finished: Sequence[str] = ()
    """What amina has finished besides."""


INTERVIEW = "interview with the mayor"
PICTURES = {
    "reading": Picture(("down", "right_curly_bracket")),
    "selection": Picture(("right_curly_bracket", "right_curly_bracket", "s")),
    "overlapping": Picture(("o", *["right_square_bracket"] * 4)),
    "transcript": Picture(("right_square_bracket",), INTERVIEW),
    "documents": Picture(("f2", "slash", *"open")),
    "codes": Picture(("f3", "down", "down")),
    "suggestions": Picture(("f4", "down"), INTERVIEW),
    "report": Picture(("f5", "right")),
    "bars": Picture(("f5", "b")),
    "quotations": Picture(("f6", "down", "down")),
    "search": Picture(("f7", *"report", "enter", "down", "space")),
    "codebook": Picture(("f8", "down", "down")),
    "queue": Picture(("f9", "down")),
    "memos": Picture(("ctrl+g", "m", "down")),
    "settle": Picture(("ctrl+g", "e", "down"), finished=("letter",)),
    "welcome": Picture(document=None),
    "picker": Picture(("s", "c", *"sh")),
    "keys": Picture(("question_mark",)),
    "memo": Picture(("right_square_bracket", "m")),
}
# A wide picture has 60 to 130 KB. Windows are as wide everywhere, and panes that stand beside
# the text are in every picture of the main screen; the others need no second theme.
NOT_WIDE = {"reading", "selection", "codes", "picker", "keys", "memo"}
WIDE_IN_BOTH = {"transcript", "quotations", "queue"}
CASES = [
    pytest.param(name, size, theme, id=f"{name}-{size[0]}x{size[1]}-{theme.rpartition('-')[2]}")
    for name in PICTURES
    for size in (SMALL, LARGE)
    for theme in (DARK, LIGHT)
    if size == SMALL or (name not in NOT_WIDE and theme == DARK) or name in WIDE_IN_BOTH
]


@pytest.fixture(scope="session")
def made_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study's file, made once; every picture is taken of a copy."""
    with pytest.MonkeyPatch.context() as patch:
        return picture_study.make(tmp_path_factory.mktemp("pictured"), patch)


@pytest.fixture
def study(made_study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """An open copy, as amina; the version does not change with the codebook's cues."""
    monkeypatch.setattr(Project, "codebook_version", "0" * 12)
    with Project.open(shutil.copy(made_study, tmp_path / "study.tcn"), coder="amina") as project:
        yield project


@pytest.fixture
def home(made_study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with two projects that is called the same everywhere."""

    class Here(type(Path())):
        def resolve(self, strict: bool = False) -> Path:
            return Path("/home/amina/study")

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    folder = tmp_path / "study"
    (folder / "pilot").mkdir(parents=True)
    for name in ("study.tcn", "pilot/pilot.tcn"):
        shutil.copy(made_study, folder / name)
        os.utime(folder / name, (1_769_850_000, 1_769_850_000))
    monkeypatch.chdir(folder)
    monkeypatch.setattr("tcncode.tui.app.Path", Here)


def pressing(keys: Sequence[str]):
    """Press keys, wait for what they set going, hold the cursors still."""

    async def press(pilot: Pilot[None]) -> None:
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        for line in pilot.app.screen.query("Input, TextArea").results(Input | TextArea):
            line.cursor_blink = False
        await pilot.pause()

    return press


def pictured(name: str, study: Project | None, theme: str = DARK) -> Workbench:
    """The workbench, about to show a picture."""
    app = Workbench(study, PICTURES[name].document)
    app.theme = theme
    return app


@pytest.mark.parametrize(("name", "size", "theme"), CASES)
def test_screen(snap_compare, request, name, size, theme):
    welcome = PICTURES[name].document is None
    opened = request.getfixturevalue("home" if welcome else "study")
    if PICTURES[name].finished:
        opened.finish(PICTURES[name].finished)
    app = pictured(name, opened, theme)
    assert snap_compare(app, terminal_size=size, run_before=pressing(PICTURES[name].keys))


def test_without_colour(snap_compare, study, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    keys = pressing(PICTURES["overlapping"].keys)
    assert snap_compare(pictured("overlapping", study), terminal_size=SMALL, run_before=keys)


def test_the_greatest_contrast(snap_compare, study):
    keys = pressing(PICTURES["overlapping"].keys)
    app = pictured("overlapping", study, "tcncode-contrast")
    assert snap_compare(app, terminal_size=SMALL, run_before=keys)
