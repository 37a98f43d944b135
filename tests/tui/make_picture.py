"""Make the README's pictures from a real run: ``python tests/tui/make_picture.py``."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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
        "queue.svg", (110, 30), ["f9", *["down"] * 8],
        ["Suggestions", "is coded", "Is:", "Accept", "Reject"], theme="tcncode-light",
    ),
)  # fmt: skip


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


def main() -> None:
    """Build the demo study, photograph it, write the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        path = make_demo(Path(folder) / "demo")
        with Project.open(path, coder="coder-a") as project:
            for wanted in PICTURES:
                text = asyncio.run(picture(project, wanted))
                (HERE / wanted.file).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
