"""Opening the workbench; no command of its own."""

from __future__ import annotations

import os
import sys

from tcncode.cli.common import Settings, open_project
from tcncode.errors import UsageError


def open_workbench(settings: Settings) -> None:
    """Open the workbench on the project.

    Raises:
        UsageError: there is no terminal to open it in.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError('The workbench needs a terminal. "tcncode --help" lists the commands.')
    if os.environ.get("TERM", "dumb") == "dumb":
        raise UsageError('This terminal cannot show the workbench. "tcncode --help" helps.')
    with open_project(settings) as project:
        from tcncode.tui import app

        app.run(project)
