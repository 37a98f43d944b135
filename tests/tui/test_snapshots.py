"""What the screen looks like. Read the difference before accepting it with --snapshot-update."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from textual.pilot import Pilot

from tcncode.project import Project
from tcncode.text import Span
from tcncode.tui.app import Workbench


@pytest.fixture
def coded(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The letter with codings side by side, one in another, and one with a memo."""
    monkeypatch.setattr(Project, "codebook_version", "0" * 12)
    letter = project.document("letter")
    sentences = [s.span for s in project.segments(letter.id, "sentence")]
    project.code(letter.id, sentences[0], "sharing")
    project.code(letter.id, sentences[2], "showcasing", memo="a prize")
    project.code(letter.id, sentences[3], "seeking-support")
    project.code(letter.id, Span(sentences[3].start, sentences[3].start + 12), "shaming")
    project.suggest()
    return project


def keys(*names: str):
    async def press(pilot: Pilot[None]) -> None:
        await pilot.pause()
        await pilot.press(*names)
        await pilot.pause()

    return press


SCREENS: dict[str, tuple[tuple[int, int], Sequence[str]]] = {
    "reading": ((80, 24), ("right_curly_bracket",)),
    "selected": ((80, 24), ("right_parenthesis", "s")),
    "picker": ((80, 24), ("c", "s", "h")),
    "wide": ((140, 40), ("f3",)),
    "report": ((80, 24), ("f5",)),
}


@pytest.mark.parametrize("name", SCREENS)
def test_screen(snap_compare, coded, name):
    size, names = SCREENS[name]
    assert snap_compare(Workbench(coded, "letter"), terminal_size=size, run_before=keys(*names))


def test_without_colour(snap_compare, coded, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(Workbench(coded, "letter"), terminal_size=(80, 24), run_before=keys("s"))
