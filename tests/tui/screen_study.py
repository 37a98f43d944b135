"""A small study on screen: two documents of one network, a codebook of seven codes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from tcncode.importing.metadata import Metadata
from tcncode.importing.study import read_one
from tcncode.project import Project
from tcncode.tui.app import Workbench
from tcncode.tui.code_screen import CodeScreen

CODEBOOK = """\
name: Test codebook
version: 1
codes:
  - id: sharing
    name: Sharing
    key: 1
    colour: "#ffaf87"
    colour_light: "#875f00"
    definition: Cities pass knowledge to one another.
    cues:
      phrases:
        - {text: "share what we learned", weight: 0.9}
    children:
      - {id: peer-learning, name: Peer learning, definition: A colleague shows a colleague.}
  - id: showcasing
    name: Showcasing
    key: 2
    colour: "#00d7ff"
    colour_light: "#005f87"
    definition: Shown.
  - id: storytelling
    name: Storytelling
    key: 3
    colour: "#00af00"
    colour_light: "#00875f"
    definition: Told.
  - id: shaming
    name: Shaming
    key: 4
    colour: "#ffff00"
    colour_light: "#af8700"
    definition: Blamed.
  - id: seeking-support
    name: Seeking support
    key: 5
    colour: "#af5fff"
    colour_light: "#0000af"
    definition: Asked.
  - id: standard-setting
    name: Standard-setting
    key: 6
    colour: "#d75f87"
    colour_light: "#d75faf"
    definition: Set.
"""

LETTER = (
    "We share what we learned in Łódź. The café 👩‍👩‍👧 stayed open. It won a prize.\n"
    "\n"
    "The mayor of 大阪市 wrote to the ministry and asked for money, and asked again in the spring,"
    " when the snow had gone and the shelter was full. Nobody answered.\n"
    "\n"
    "Members must report once a year.\n"
)
NOTES = "A short note about a meeting. The tables were too small.\n"


def add(project: Project, path: Path, text: str, network: str | None = None) -> str:
    """Import one text; its document's id."""
    path.write_text(text, encoding="utf-8")
    item = read_one(path, options=Metadata(network=network), row=None)
    project.import_files([item])
    return item.document.id


Play = Callable[[Pilot[None], CodeScreen], Coroutine[Any, Any, None]]


def play(project: Project, size: tuple[int, int], does: Play, document: str = "letter") -> None:
    """Open the workbench, let ``does`` press keys and look, close it."""

    async def run() -> None:
        app = Workbench(project, document)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            screen = app.screen
            assert isinstance(screen, CodeScreen)
            await does(pilot, screen)

    asyncio.run(run())
