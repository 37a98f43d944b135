"""Make the README's picture from a real run: ``python tests/tui/make_picture.py``."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from tcncode.cli.demo import make_demo
from tcncode.project import Project
from tcncode.tui.app import Workbench

PICTURE = Path(__file__).with_name("workbench.svg")


async def picture(project: Project) -> str:
    """The screen with a coded interview open, as SVG."""
    app = Workbench(project, "icorn-interview-city-coordinator")
    async with app.run_test(size=(120, 34)) as pilot:
        for key in ("]", "]", "]"):
            await pilot.press(key)
        await pilot.pause(0.5)
        return app.export_screenshot(title="tcncode")


def main() -> None:
    """Build the demo study, photograph it, write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        path = make_demo(Path(folder) / "demo")
        with Project.open(path, coder="coder-a") as project:
            PICTURE.write_text(asyncio.run(picture(project)), encoding="utf-8")


if __name__ == "__main__":
    main()
