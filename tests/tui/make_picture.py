"""Make the README's pictures from a real run: ``python tests/tui/make_picture.py``."""

from __future__ import annotations

import asyncio
import html
import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from tcncode.cli.demo import make_demo
from tcncode.project import Project
from tcncode.tui.app import Workbench

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Picture:
    """One file: what is open, the keys that lead there, how large, and what must be in it."""

    file: str
    size: tuple[int, int]
    keys: Sequence[str]
    shows: Sequence[str]
    theme: str = "tcncode-dark"


PICTURES = (
    Picture(
        "workbench.svg", (140, 40), ["o", *["right_square_bracket"] * 3],
        ["icorn-interview-city-coordinator", "Interviewer", "storytelling/local-history", "coder-b",
         "suggestions"],
    ),
    Picture(
        "report.svg", (110, 25), ["f5", "v", "v", "v"],
        ["Networks x functions", "eurocities", "solidarity-cities", "standard-setting",
         "Repeat: tcncode report networks"],
    ),
    Picture(
        "queue.svg", (110, 30), ["f9", *["down"] * 17],
        ["Suggestions", "is coded", "Is:", "Accept", "Reject"], theme="tcncode-light",
    ),
    Picture(
        "settle.svg", (124, 30), ["ctrl+g", "e", "down"],
        ["Settle · 0 of 172 decided", "code differs", "coder-a", "coder-b", "memo:",
         "storytelling/human-rights", "That said, the convention exists.", "Union"],
    ),
)  # fmt: skip


def drawn(svg: str) -> str:
    """The words that a picture shows, row by row."""
    rows = re.findall(r"<text[^>]*>(.*?)</text>", svg, re.DOTALL)
    return html.unescape("\n".join(rows)).replace("\xa0", " ")


async def picture(project: Project, wanted: Picture) -> str:
    """The screen as SVG, once what the keys set going is done."""
    app = Workbench(project, "icorn-interview-city-coordinator")
    app.theme = wanted.theme
    async with app.run_test(size=wanted.size) as pilot:
        await pilot.pause()
        await pilot.press(*wanted.keys)
        await app.workers.wait_for_complete()
        await pilot.pause()
        return app.export_screenshot(title="tcncode")


def pictures(folder: Path) -> dict[str, str]:
    """Build the demo study in a folder and photograph it: file name -> SVG."""
    path = make_demo(folder / "demo")
    colours = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    with patch.dict(os.environ, colours), Project.open(path, coder="coder-a") as project:
        os.environ.pop("NO_COLOR", None)
        return {wanted.file: asyncio.run(picture(project, wanted)) for wanted in PICTURES}


def main() -> None:
    """Write the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        for file, svg in pictures(Path(folder)).items():
            (HERE / file).write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
